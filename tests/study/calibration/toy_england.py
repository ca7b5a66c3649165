"""A stand-in for England that takes no time: figures by formula from a scenario's numbers, with luck by seed."""

import numpy as np
import pandas as pd

from simsafe.ground.fitted import table
from simsafe.scenario import Parameters
from simsafe.study.calibration.england import DETECTED
from simsafe.study.calibration.targets import england_targets
from simsafe.study.fit import KNOBS, PER, SHARES
from simsafe.study.jobs import Shard, write

YEARS = 0.97
VALUE = {target.name: target.value for target in england_targets()}


def numbers(parameters: Parameters) -> dict[str, float]:
    """The fitted numbers as they are in parameters."""
    found = {}
    for knob in KNOBS:
        room = parameters
        for part in knob.path.split("."):
            room = getattr(room, part)
        found[knob.name] = float(room)
    return found


def expected(parameters: Parameters) -> dict[str, float]:
    """The toy's figures without luck: at the shipped numbers those published."""
    here, shipped = numbers(parameters), table()
    more = {name: np.log(here[name] / shipped[name]) if here[name] > 0 else 0.0 for name in here}
    shift = {name: here[name] - shipped[name] for name in here}
    common = 0.4 * np.log(parameters.truth.harm.prevalence / 0.05) + 0.1 * np.log(parameters.belief.half_life / 182)
    made = {
        f"referrals_{a}": VALUE[f"referrals_{a}"] * np.exp(0.9 * more[f"{a}_signs"] - 0.5 * shift["screen"] + common)
        for a in SHARES
        if a != "police"
    }
    made["referrals_police"] = VALUE["referrals_police"] * np.exp(0.9 * more["police_incidents"] - 1.2 * shift["screen"] + common)
    made["referrals_others"] = 15.0
    made["contacts"] = VALUE["contacts"] * np.exp(0.8 * more["police_incidents"] + 0.02 * shift["screen"])
    total = made["referrals"] = sum(value for name, value in made.items() if name.startswith("referrals_"))
    for name, by in (("no_further_action", shift["assess"]), ("not_in_need", 0.9 * shift["in_need"])):
        made[name] = total * logistic(np.log(VALUE[name] / (VALUE["referrals"] - VALUE[name])) + by)
    made["section_47"] = total * VALUE["section_47"] / VALUE["referrals"] * np.exp(-0.6 * shift["strategy"] + 0.2 * common)
    made["conferences"] = made["section_47"] * VALUE["conferences"] / VALUE["section_47"] * np.exp(-0.6 * shift["conference"])
    odds = np.log(VALUE["plans_started"] / (VALUE["conferences"] - VALUE["plans_started"]))
    made["plans_started"] = made["conferences"] * logistic(odds - 0.7 * shift["plan"])
    made["open_protection"] = made["plans_started"] * VALUE["open_protection"] / VALUE["plans_started"] * np.exp(-0.3 * shift["keep_plan"])
    made["open_all"] = total * VALUE["open_all"] / VALUE["referrals"] * np.exp(-0.3 * shift["keep_in_need"])
    made["into_care"] = made["section_47"] * VALUE["into_care"] / VALUE["section_47"] * np.exp(-0.5 * shift["into_care"])
    made["open_one_to_two_years"] = near("open_one_to_two_years", -0.4 * shift["long_term"])
    made["assessments_in_time"] = near("assessments_in_time", -1.5 * more["partner_report"])
    made["conferences_in_time"] = near("conferences_in_time", 0.8 * shift["chair_slack"])
    made["school_referrals_left"] = near("school_referrals_left", 1.1 * more["remote_lesson_seen"])
    made["harm_kept_steady"] = np.exp(0.5 * more["onset_normaliser"])
    return made | {name: VALUE[name] for name in ("referrals_left", "referrals_police_left", "open_over_two_years", "share_health")}


def logistic(x: float) -> float:
    return 1 / (1 + np.exp(-x))


def near(name: str, by: float) -> float:
    return logistic(np.log(VALUE[name] / (1 - VALUE[name])) + by)


def toy(shard: Shard) -> str:
    """A run that costs nothing."""
    scenario = shard.scenarios[0]
    rng, per = np.random.default_rng(scenario.seed), PER / scenario.area.children / YEARS
    found = expected(scenario.parameters)
    rates = {name for name in found if not 0 < VALUE.get(name, 20.0) < 2}
    told = {
        name: rng.poisson(value / per) * per if name in rates else value * np.exp(0.01 * rng.standard_normal())
        for name, value in found.items()
    }
    told["referrals"] = sum(value for name, value in told.items() if name.startswith("referrals_") and name in rates)
    told |= {DETECTED: 0.2 + 0.1 * np.log(0.05 / scenario.parameters.truth.harm.prevalence), "referred_26": 0.25, "noticed_26": 0.6}
    return write(shard, {"figures": pd.DataFrame({"name": list(told), "value": [float(value) for value in told.values()]})})
