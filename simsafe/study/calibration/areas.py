"""How an area differs from England: multipliers of what each kind of source tells, and shifts of thresholds, as far as its figures say.

Figures of one area move by chance and by practice from year to year, so each is shrunk towards England's first; one that is missing or
doubtful is England's. What is kept of a deviation (``SHRINK``) is the least-squares slope of areas' figures of the year to March 2020 on
the mean of the two years before, in logs (149 areas). The slope for schools (0.27) is of a few doubtful cells; that of
health is taken for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.plans.change import show
from simsafe.scenario import ANSWER_FOR, Parameters, Scenario
from simsafe.study.calibration.inputs import Input
from simsafe.study.calibration.problem import Problem
from simsafe.study.calibration.stages import RATIO, Chain, Stage
from simsafe.study.calibration.targets import FITTED, Target
from simsafe.study.fit import CLOSURE, PER, START
from simsafe.study.jobs import Shard, write
from simsafe.world.area import ADJUSTMENTS, Area, load_area
from simsafe.world.contact import PUBLISHED_SOURCES

AREA_CHILDREN = 20_000
SHRINK = {"referral_rate": 0.87, "source_school": 0.63, "source_health": 0.63, "source_police": 0.73, "s47_rate": 0.90,
          "conference_rate": 0.98, "plan_start_rate": 0.98}  # fmt: skip
YEARS_APART = 0.10  # of a figure: between ordinary years the middle half of areas move by about a tenth in referrals
DISCREPANCY = 0.05  # of a figure: assumed
TIMES, SHIFT = (0.4, 2.5), (-1.5, 1.5)  # ranges of multipliers and, in nats, of shifts: assumed
SOURCES = ("schools", "health", "police", "others")
MEASURED = {"strategy": "section_47", "conference": "conferences", "plan": "plans_started"}
CHAIN = Chain(
    (*(Stage(name) for name in SOURCES), Stage("strategy", RATIO, "referrals"), Stage("conference", RATIO, "strategy"),
     Stage("plan", RATIO, "conference")),
    {"referrals": SOURCES},
)  # fmt: skip


def wanted(area: Area) -> dict[str, float]:
    """An area's figures per 10,000 children a year, shrunk towards England's."""
    england = load_area("england")
    shrunk = {n: getattr(england, n) * (getattr(area, n) / getattr(england, n)) ** weight for n, weight in SHRINK.items()}
    rate = shrunk["referral_rate"]
    shares = {"schools": shrunk["source_school"], "health": shrunk["source_health"], "police": shrunk["source_police"]}
    made: dict[str, float] = {name: rate * share for name, share in shares.items()}
    made["others"] = rate * max(1 - sum(shares.values()), 0.05)
    return made | {"strategy": shrunk["s47_rate"], "conference": shrunk["conference_rate"], "plan": shrunk["plan_start_rate"]}


def area_problem(slug: str, children: int) -> Problem:
    """One area's adjustments. ConfigError for England, of which the others differ."""
    area = load_area(slug)
    if slug == "england":
        raise ConfigError(f"area = {show(slug)}; England has no adjustments; expected another area")
    source = "figures of the years to March 2018-20, shrunk towards England's"
    days = date(2017, 4, 1), date(2020, 3, 31)
    targets = tuple(
        Target(name, value, value * YEARS_APART, value * DISCREPANCY, "per 10,000 a year", *days, FITTED, "total", source)
        for name, value in wanted(area).items()
    )
    inputs = tuple(
        Input(name, name, *(TIMES if ANSWER_FOR[name][1] else SHIFT), ANSWER_FOR[name][1], True, usual, "assumed")
        for name, usual in zip(ADJUSTMENTS, area.adjustments, strict=True)
    )

    def scenario(values: Mapping[str, float], seed: int) -> Scenario:
        return scenario_of(area, tuple(values[name] for name in ADJUSTMENTS), children, seed)

    least = 0.5 * PER / children / ((CLOSURE - START).days / 365.25)
    return Problem(slug, area.name, inputs, targets, CHAIN, children, least, scenario, tell)


def scenario_of(area: Area, adjustments: tuple[float, ...], children: int, seed: int) -> Scenario:
    """An area with some adjustments, in ordinary times."""
    return Scenario(replace(area.scaled(children), adjustments=adjustments), start=START, end=CLOSURE, seed=seed, parameters=Parameters())


def tell(shard: Shard) -> str:
    """Simulate one run and keep its figures; the name of their file."""
    found = figures_of(shard.scenarios[0])
    return write(shard, {"figures": pd.DataFrame({"name": list(found), "value": [float(value) for value in found.values()]})})


def figures_of(scenario: Scenario) -> dict[str, float]:
    """The model's figures, per 10,000 children a year, in ordinary times."""
    model = SafeguardingModel(scenario)
    for _ in range(scenario.days):
        model.step()
    daily = model.measures.daily
    days = slice(scenario.warm_up_days, None)
    per = PER / daily["children"][days].mean() / (daily["day"][days].size / 365.25)
    counts = {
        name: float(sum(daily[f"referrals_{a.name.lower()}"][days].sum() for a in PUBLISHED_SOURCES[name]))
        for name in ("schools", "health", "police")
    }
    counts["referrals"] = float(daily["referrals"][days].sum())
    counts["others"] = counts["referrals"] - sum(counts[name] for name in ("schools", "health", "police"))
    counts |= {name: float(daily[of][days].sum()) for name, of in MEASURED.items()}
    return {name: count * float(per) for name, count in counts.items()}


# Moved towards their figures, one by one: how the shipped table was made

GAIN = {"schools": 0.7, "health": 0.7, "police": 1.0, "others": 0.7, "strategy": -0.8, "conference": -0.8, "plan": -1.0}
MOST = 0.7  # the farthest that one round moves anything, in logs


def mean_found(area: Area, adjustments: tuple[float, ...], children: int, seeds: range) -> dict[str, float]:
    """Figures with some adjustments, means over seeds."""
    runs = [figures_of(scenario_of(area, adjustments, children, seed)) for seed in seeds]
    return {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}


def moved_towards(area: Area, neutral: tuple[float, ...], rounds: int, children: int, seeds: int) -> tuple[float, ...]:
    """An area's adjustments after so many rounds, other seeds every time."""
    goal = wanted(area)
    now: dict[str, float] = dict(zip(ADJUSTMENTS, neutral, strict=True))
    for turn in range(rounds):
        got = mean_found(area, tuple(now.values()), children, range(100 + seeds * turn, 100 + seeds * (turn + 1)))
        for name, gain in GAIN.items():
            step = gain * float(np.clip(np.log(goal[name] / max(got[name], 1.0)), -MOST, MOST)) * (1.0 if turn < rounds / 2 else 0.6)
            now[name] = now[name] * float(np.exp(step)) if gain > 0 else now[name] + step
    return tuple(round(value, 4) for value in now.values())
