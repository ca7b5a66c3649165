"""England: the numbers of the first fit, its figures, and what a run tells of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simsafe.model import SafeguardingModel
from simsafe.results.tables import ladder
from simsafe.scenario import Parameters, Scenario, with_values
from simsafe.study.calibration.inputs import DRAWN, Input, england_inputs
from simsafe.study.calibration.problem import Problem
from simsafe.study.calibration.stages import RATIO, Chain, Stage
from simsafe.study.calibration.targets import LOGIT, england_targets
from simsafe.study.fit import CLOSURE, PER, SHARES, SPRING, START, finished, outcomes, scenario_of
from simsafe.study.jobs import Shard, write
from simsafe.world.contact import PUBLISHED_SOURCES

YEARS = (CLOSURE - START).days / 365.25
SOURCES = (*(f"referrals_{name}" for name in SHARES), "referrals_others")
DETECTED = "detected_26"  # share of spells of harm acted upon within 26 weeks of their beginning, before the crisis
CHAIN = Chain(
    (
        *(Stage(name) for name in SOURCES),
        Stage("contacts"),
        Stage("no_further_action", LOGIT, "referrals"),
        Stage("not_in_need", LOGIT, "referrals"),
        Stage("section_47", RATIO, "referrals"),
        Stage("conferences", RATIO, "section_47"),
        Stage("plans_started", LOGIT, "conferences"),
        Stage("open_protection", RATIO, "plans_started"),
        Stage("open_all", RATIO, "referrals"),
        Stage("into_care", RATIO, "section_47"),
        *(Stage(name, LOGIT, counts=False) for name in ("open_one_to_two_years", "assessments_in_time", "conferences_in_time")),
        Stage("school_referrals_left", LOGIT, counts=False),
        Stage("harm_kept_steady", counts=False),
    ),
    {"referrals": SOURCES},
)


def england(children: int, sweep: str = DRAWN) -> Problem:
    """England with so many children simulated."""
    inputs = england_inputs(sweep)

    def scenario(values: Mapping[str, float], seed: int) -> Scenario:
        return scenario_of(parameters_of(inputs, values), children, seed)

    least = 0.5 * PER / children / YEARS
    return Problem("england", "England", inputs, england_targets(), CHAIN, children, least, scenario, tell)


def parameters_of(inputs: tuple[Input, ...], values: Mapping[str, float]) -> Parameters:
    """The parameters with a set's numbers."""
    return with_values(Parameters(), {one.path: values[one.name] for one in inputs})


def tell(shard: Shard) -> str:
    """Simulate one run and keep its figures; the name of their file."""
    model, durations = finished(shard.scenarios[0])
    found = figures_of(model, durations)
    return write(shard, {"figures": pd.DataFrame({"name": list(found), "value": [float(value) for value in found.values()]})})


def figures_of(model: SafeguardingModel, durations: Mapping[str, float]) -> dict[str, float]:
    """Everything that a target or the report asks of a run."""
    found = outcomes(model) | dict(durations)
    found["referrals_others"] = max(found["referrals"] - sum(found[f"referrals_{name}"] for name in SHARES), 0.0)
    found["harm_kept_steady"] = found["harmed"] / (PER * model.setup.parameters.truth.harm.prevalence)
    found["share_health"] = sum(found[f"share_{agency.name.lower()}"] for agency in PUBLISHED_SOURCES["health"])
    day = np.arange(model.day)
    springs = [(day >= model.calendar.day_of(first)) & (day <= model.calendar.day_of(last)) for first, last in SPRING]
    before, during = (float(model.measures.daily["referrals_police"][spring].sum()) for spring in springs)
    found["referrals_police_left"] = during / max(before, 1.0)
    rungs: Any = ladder(model)
    here = (rungs["since"] == "onset_before") & (rungs["weeks"] == 26) & (rungs["group"] == "all")
    for rung, name in (("acted_upon", DETECTED), ("referred", "referred_26"), ("noticed", "noticed_26")):
        row = rungs[here & (rungs["rung"] == rung)]
        found[name] = float(row["share"].to_numpy()[0]) if len(row) else float("nan")
    return found
