"""The back-test: what is predicted of later months, sealed before their outcomes are looked at, and how it is scored.

``terms`` repeats in code what ``validation/plan.md`` fixes; ``drawing`` reads one run; ``spread`` makes quantiles of many runs;
``predicting`` runs them and seals what comes out; ``reading`` takes in outcomes and predictions strictly; ``baselines`` are the naive
forecasts; ``scores`` the arithmetic; ``judging`` puts it together, failures first. Nothing that fits the model may import any of it.
"""
