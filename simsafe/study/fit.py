"""A first fit by a program: each fitted number is moved until the published figure it answers for comes out.

Every number has one target that it moves most, up or down without turning back, so all are moved together a little at a time
(stochastic approximation), each by the log ratio of target to outcome. The luck is keyed, so the same numbers always give the
same outcome and small moves give small changes. England before the crisis; means over several seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial

import numpy as np

from simsafe.model import SafeguardingModel
from simsafe.plans.shelf import crisis_from, load_yaml, plan_from
from simsafe.scenario import Parameters, Scenario, with_values
from simsafe.system.cases import Stage
from simsafe.system.events import Event
from simsafe.world.area import load_area
from simsafe.world.contact import PARTNERS
from simsafe.world.population import YEAR

START, CLOSURE, END = date(2019, 4, 1), date(2020, 3, 20), date(2020, 6, 30)  # ordinary times end when schools close
SPRING = (date(2019, 4, 1), date(2019, 6, 30)), (date(2020, 4, 1), date(2020, 6, 30))
PER = 10_000


@dataclass(frozen=True)
class Knob:
    """A fitted number, the path to it in Parameters, and how it answers: ``gain`` is its change per unit of log ratio."""

    name: str
    path: str
    target: str
    gain: float
    logarithmic: bool
    low: float
    high: float


@dataclass(frozen=True)
class Target:
    """A published figure, England, ordinary times."""

    value: float
    unit: str
    source: str


REFERRALS = 552.9
HEALTH = "health services 14.8 %, the split between them assumed"
SHARES = {  # the model's sources against the published ones (world/contact.py PUBLISHED_SOURCES)
    "schools": (0.181, "schools 18.1 %"),
    "childminders": (0.004, "of LA services, assumed"),
    "school_nursing": (0.008, HEALTH),
    "health_visiting": (0.035, HEALTH),
    "midwifery": (0.020, HEALTH),
    "general_practice": (0.025, HEALTH),
    "hospital": (0.040, HEALTH),
    "camhs": (0.012, HEALTH),
    "police": (0.288, "police 28.8 %"),
    "early_help": (0.200, "LA services 14.1, education services 2.1, other legal agencies 3.9 % and rounding, less childminders"),
    "housing": (0.013, "housing 1.3 %"),
    "community": (0.145, "individuals 8.1, other 4.9, unknown 1.5 %"),
}
TARGETS: dict[str, Target] = {
    **{f"referrals_{a}": Target(REFERRALS * s, "per 10,000 a year", f"DfE children in need 2018-20: {w}") for a, (s, w) in SHARES.items()},
    "contacts": Target(2035, "per 10,000 a year", "A0564: 2.4 million initial contacts in 2017-18"),
    "no_further_action": Target(REFERRALS * 0.079, "per 10,000 a year", "DfE children in need 2018-20: 7.9 % of referrals"),
    "not_in_need": Target(REFERRALS * 0.293, "per 10,000 a year", "DfE children in need 2018-20: 29.3 % of referrals"),
    "section_47": Target(170.2, "per 10,000 a year", "DfE children in need 2018-20"),
    "conferences": Target(66.5, "per 10,000 a year", "DfE children in need 2018-20"),
    "plans_started": Target(57.1, "per 10,000 a year", "DfE children in need 2018-20"),
    "open_protection": Target(43.7, "per 10,000 at the end", "DfE children in need, 31 March 2020"),
    "open_all": Target(330.1, "per 10,000 at the end", "DfE children in need, 31 March 2020, episodes"),
    "open_one_to_two_years": Target(0.153, "share of episodes open at the end", "DfE children in need 2018-20: A0147 ff., by duration"),
    "into_care": Target(26.9, "per 10,000 a year", "DfE children looked after 2018-20"),
    "assessments_in_time": Target(0.83, "share, within 45 working days", "A0213, A0214: DfE, years to March 2019 and 2020"),
    "conferences_in_time": Target(0.78, "share, within 15 working days", "A0206, A0207: DfE, years to March 2019 and 2020"),
    "school_referrals_left": Target(0.24, "April-June 2020 over a year before", "DfE vulnerable children survey, May 2020: 76 % fewer"),
    "harmed": Target(500, "per 10,000, mean", "PR01: assumed prevalence, kept steady"),
}
KNOBS = (
    *(Knob(f"{a}_signs", f"senses.nature.rates.{a}", f"referrals_{a}", 0.6, True, 1e-3, 5.0) for a in SHARES if a != "police"),
    Knob("police_incidents", "truth.calls.incidents_abusive", "contacts", 0.6, True, 0.05, 6.0),
    Knob("screen", "front_door.screen", "referrals_police", -0.5, False, -1, 6),
    Knob("assess", "front_door.assess", "no_further_action", 0.3, False, -3, 5),
    Knob("in_need", "assessment.in_need", "not_in_need", 0.6, False, -2, 8),
    Knob("strategy", "assessment.strategy", "section_47", -0.8, False, 0, 12),
    Knob("conference", "assessment.conference", "conferences", -0.8, False, 0, 14),
    Knob("plan", "conferences.plan", "plans_started", -1.0, False, -2, 14),
    Knob("keep_plan", "plans.keep_plan", "open_protection", -1.5, False, -2, 14),
    Knob("keep_in_need", "plans.keep_in_need", "open_all", -1.5, False, -2, 10),
    Knob("long_term", "plans.long_term", "open_one_to_two_years", -1.0, False, -2, 16),
    Knob("into_care", "care.into_care", "into_care", -0.7, False, 2, 30),
    Knob("partner_report", "assessment.partner_report", "assessments_in_time", -3.0, True, 0.5, 60),
    Knob("chair_slack", "conferences.chair_slack", "conferences_in_time", 3.0, False, -1.5, 6),
    Knob("remote_lesson_seen", "senses.nature.modes.remote_lesson_seen", "school_referrals_left", 0.7, True, 0.05, 0.35),
    Knob("onset_normaliser", "truth.harm.onset_normaliser", "harmed", -1.5, True, 0.2, 20),
)


DURATIONS = {"open_one_to_two_years": (YEAR, 2 * YEAR), "open_over_two_years": (2 * YEAR, np.inf)}


def open_by_duration(model: SafeguardingModel) -> dict[str, float]:
    """Shares of the episodes open today that began so long ago with a referral."""
    days = model.day - model.cases["referred"].astype(int)
    return {name: float(np.mean((days >= low) & (days < high))) for name, (low, high) in DURATIONS.items()}


def outcomes(model: SafeguardingModel) -> dict[str, float]:
    """The model's figures for every target: ordinary times from ``START`` to ``CLOSURE``, and the first spring of the crisis."""
    daily = model.measures.daily
    ordinary = _between(model, START, CLOSURE)
    children, years = daily["children"][ordinary].mean(), ordinary.sum() / 365.25
    counted = [name for name in TARGETS if name in daily and not name.startswith("open_") and name != "harmed"]
    found = {name: daily[name][ordinary].sum() / years for name in counted}
    last = np.flatnonzero(ordinary)[-28:]
    found["open_protection"] = daily["open_protection"][last].mean()
    found["open_all"] = sum(daily[f"open_{stage.name.lower()}"][last].mean() for stage in Stage)
    entries = model.log.rows["day"][model.log.rows["kind"] == Event.INTO_CARE]
    found["into_care"] = np.count_nonzero(ordinary[entries]) / years
    found["harmed"] = daily["harmed"][ordinary].mean()
    found = {name: float(value) / children * PER for name, value in found.items()}
    for part, whole in (("assessments_in_time", "assessments_completed"), ("conferences_in_time", "conferences")):
        found[part] = float(daily[part][ordinary].sum()) / max(float(daily[whole][ordinary].sum()), 1.0)
    total = found["referrals"] = float(daily["referrals"][ordinary].sum() / years / children * PER)
    for agency in PARTNERS:
        found[f"share_{agency.name.lower()}"] = float(
            daily[f"referrals_{agency.name.lower()}"][ordinary].sum() / years / children * PER / total
        )
    springs = [_between(model, *spring) for spring in SPRING]
    left = {}
    for name, measure in (("school_referrals_left", "referrals_schools"), ("referrals_left", "referrals")):
        before, during = (float(daily[measure][spring].sum()) for spring in springs)
        left[name] = during / max(before, 1.0)
    return found | left


def _between(model: SafeguardingModel, first: date, last: date) -> np.ndarray:
    """bool, one a simulated day: from ``first`` to ``last``, both included."""
    day = np.arange(model.day)
    return (day >= model.calendar.day_of(first)) & (day <= model.calendar.day_of(last))


def one_run(values: Mapping[str, float], children: int, seed: int) -> dict[str, float]:
    """Figures of one seed: England, into the first spring of the crisis as it happened."""
    model, durations = finished(scenario_of(with_values(Parameters(), {k.path: values[k.name] for k in KNOBS}), children, seed))
    return outcomes(model) | durations


def scenario_of(parameters: Parameters, children: int, seed: int) -> Scenario:
    """England, into the first spring of the crisis as it happened."""
    return replace(_ordinary(children), parameters=parameters, seed=seed)


@cache
def _ordinary(children: int) -> Scenario:
    crisis = crisis_from(load_yaml("crisis", "covid19_england"), "covid19_england")
    plan = plan_from(load_yaml("plan", "as_happened_2020"), "as_happened_2020")
    return Scenario(load_area("england").scaled(children), crisis, plan, start=START, end=END)


def finished(scenario: Scenario) -> tuple[SafeguardingModel, dict[str, float]]:
    """The model after its last day, and the shares of open episodes by duration on the day that schools closed."""
    model = SafeguardingModel(scenario)
    durations = {}
    while model.running:
        if model.day == model.calendar.day_of(CLOSURE):
            durations = open_by_duration(model)
        model.step()
    return model, durations


def runs_of(values: Mapping[str, float], children: int, seeds: range, workers: int) -> list[dict[str, float]]:
    """Figures of several seeds, in the order of the seeds."""
    if workers == 1:
        return [one_run(values, children, seed) for seed in seeds]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(partial(one_run, values, children), seeds))


def mean_of(runs: list[dict[str, float]]) -> dict[str, float]:
    """Figures averaged over runs, in the order of the runs."""
    return {name: float(np.mean([r[name] for r in runs])) for name in runs[0]}


def move(values: Mapping[str, float], found: Mapping[str, float], step: float) -> dict[str, float]:
    """Every fitted number moved once towards its target."""
    moved = {}
    for knob in KNOBS:
        ratio = float(np.clip(np.log(TARGETS[knob.target].value / max(found[knob.target], 1e-3)), -0.6, 0.6))
        change = step * knob.gain * ratio
        value = values[knob.name]
        moved[knob.name] = float(np.clip(value * np.exp(change) if knob.logarithmic else value + change, knob.low, knob.high))
    return moved


def misfit(found: Mapping[str, float]) -> dict[str, float]:
    """Relative error of each target."""
    return {name: found[name] / target.value - 1 for name, target in TARGETS.items()}
