"""What a comparison may have beside its own runs: plans weakened to equal effort before them, and break-even values after them.

Both need runs of their own. They are kept in folders inside the comparison's (``effort/``, ``break_even/``), each a comparison in itself:
what is finished there is never run again, and the same question comes to the same plans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd

from simsafe.ground.files import named
from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.plans.change import Change, How, Timetable, show
from simsafe.scenario import Parameters
from simsafe.study.break_even import AXES, HEADLINES, axis_of, break_even
from simsafe.study.comparison import Compared, compared
from simsafe.study.effort import Base, Hours, Plans, costed_dials, equal_hours, extra_hours
from simsafe.study.jobs import Study, UnfinishedError
from simsafe.study.keeping import ABOUT, EFFORT, TURNING, check_folder
from simsafe.study.paired import TOO_FEW
from simsafe.study.runner import Hands
from simsafe.study.runs import Runs
from simsafe.world.conditions import DIALS, ORDINARY

AS_WRITTEN, EQUAL = "as_written", "equal"
PILOTS, FEW = 5, 10  # seeds of a pilot run; seeds, at most, at each value of a number that nobody knows
SUFFIX = "_equal_effort"
AS_THEY_ARE = "round_0"  # the first pilot runs: the plans as they are written


@dataclass(frozen=True)
class Beside:
    """What was asked for, checked."""

    effort: str = AS_WRITTEN
    exchange: Mapping[str, float] | None = None
    break_even: tuple[str, ...] = ()


def beside_of(effort: Any = AS_WRITTEN, exchange: Any = None, axes: Any = False) -> Beside:
    """What was asked for. ConfigError in one line for an unknown word, profession or axis, or a rate that is no positive number."""
    if effort not in (AS_WRITTEN, EQUAL):
        raise ConfigError(f"effort = {show(effort)}; no such effort{nearest(str(effort)[:60], (AS_WRITTEN, EQUAL))}")
    if exchange is not None:
        if effort != EQUAL:
            raise ConfigError("exchange: hours are exchanged only between plans at equal effort; expected effort=equal with it")
        if not isinstance(exchange, Mapping) or not exchange:
            raise ConfigError(f"exchange = {show(exchange)}; expected professions with what an hour counts for, such as school staff:1")
        known = sorted({who for some in costed_dials().values() for who in some})
        for who, rate in exchange.items():
            if who not in known:
                at = show(who).strip(chr(39))
                raise ConfigError(f"exchange.{at}: no lever costs hours of that profession{nearest(str(who)[:60], known)}")
            check_number(f"exchange.{who}", rate, float, 0.01, 100.0, "hours that one hour counts for")
    if axes is True:
        axes = tuple(AXES)
    wanted = () if axes is False or axes is None else axes
    if isinstance(wanted, str) or not isinstance(wanted, Sequence):
        raise ConfigError(f"break_even = {show(axes)}; expected true, false, or some of {', '.join(AXES)}")
    for name in wanted:
        if name not in AXES or list(wanted).count(name) > 1:
            why = "given twice; expected once" if name in AXES else f"no such axis{nearest(str(name)[:60], AXES)}"
            raise ConfigError(f"break_even = {show(name)}; {why}")
    return Beside(effort, exchange, tuple(wanted))


def check_room(folder: Path, study: Study, asked: Beside) -> None:
    """Refuse a folder that another question made, before anything is run in it."""
    begun, made = (folder / EFFORT).is_dir(), (folder / ABOUT).exists()
    if asked.effort == EQUAL:
        if made and not begun:
            raise ConfigError(f"output = {named(folder)}; another comparison's folder: effort was {AS_WRITTEN} and is now {EQUAL}")
        if begun:
            check_folder(folder / EFFORT / AS_THEY_ARE, pilot(study))
        if not made:
            check_folder(folder, study)
    elif begun:
        raise ConfigError(f"output = {named(folder)}; another comparison's folder: effort was {EQUAL} and is now {AS_WRITTEN}")
    else:
        check_folder(folder, study)


def compared_beside(study: Study, folder: Path, hands: Hands, asked: Beside) -> Compared:
    """The comparison, with the plans weakened first and the break-even values added if that was asked for.

    Raises
    ------
    ConfigError, SavingError
        As :func:`simsafe.study.comparison.compared`.
    UnfinishedError
        Pilot runs failed, so that nobody can say how far to weaken the plans.
    """
    check_room(folder, study, asked)
    effort = None
    if asked.break_even and study.sets:
        raise ConfigError("break_even and sets; a number cannot be moved and drawn from sets at once; expected one of them")
    if asked.effort == EQUAL:
        study, effort = at_equal_effort(study, folder, hands, asked.exchange)
    comparison = compared(study, folder, hands)
    if effort is not None:
        comparison.runs.kept["effort"] = effort
    if asked.break_even and comparison.runs.finished:
        comparison.runs.kept["break_even"] = turning_points(study, folder, hands, asked.break_even)
    return comparison


# Equal effort


def at_equal_effort(study: Study, folder: Path, hands: Hands, exchange: Mapping[str, float] | None) -> tuple[Study, pd.DataFrame]:
    """The study with its plans weakened, those that are so named; and the factors, as :func:`simsafe.study.effort.equal_hours` has them."""
    rounds = count()

    def measure(plans: Plans) -> Hours:
        number = next(rounds)
        what = f"equal effort, pilot runs, round {number + 1}"
        made = compared(pilot(with_changes(study, plans)), folder / EFFORT / f"round_{number}", hands, what=what)
        if made.runs.finished < made.runs.asked:
            reason = made.failures["reason"].iloc[0] if len(made.failures) else "they are missing"
            raise UnfinishedError(
                f"effort = {EQUAL}; {made.runs.asked - made.runs.finished} pilot runs failed ({reason}); nothing was compared"
            )
        return extra_hours(made.runs)

    written = {s.plan_name: s.plan for s in study.scenarios if s.plan_name != study.reference}
    made = equal_hours(written, measure, exchange, base=base_of(study))
    return with_changes(study, made.plans, SUFFIX), made.table


def pilot(study: Study) -> Study:
    """The same on few seeds."""
    return replace(study, replications=PILOTS)


def with_changes(study: Study, plans: Plans, suffix: str = "") -> Study:
    """The study with other changes for some plans; a plan that is changed says so in its settings, and in its name with a suffix."""
    scenarios, settings, reference = [], {}, study.reference
    for scenario in study.scenarios:
        name, config = scenario.plan_name, dict(study.plans[scenario.plan_name])
        now = plans.get(name, scenario.plan)
        if now != scenario.plan:
            config["weakened_to"] = [in_words(new) for old, new in zip(scenario.plan, now, strict=True) if old != new]
            was, name = name, f"{name[: 80 - len(suffix)]}{suffix}"
            config["plan_name"] = name
            now = tuple(replace(c, where=c.where.replace(f"plan/{was}.", f"plan/{name}.", 1)) for c in now)  # its own levers stay so
        if name in settings:
            raise ConfigError(f"plans = {show(name)}; a weakened plan is to have this name; expected another name for your own")
        scenarios.append(replace(scenario, plan=now, plan_name=name))
        settings[name] = config
    return replace(study, scenarios=tuple(scenarios), plans=settings, reference=reference)


def in_words(change: Change) -> str:
    """A change in full, for the note of a study."""
    value = "; ".join(f"{day} {number!r}" for day, number in change.points) if change.how is How.FOLLOW else repr(change.value)
    return f"{change.dial} {change.how} {value}, {change.from_date} to {change.to_date}"


def base_of(study: Study) -> Base:
    """What a dial is under the reference, mean over the days of a change: the point towards which the change is weakened."""
    s = next(scenario for scenario in study.scenarios if scenario.plan_name == study.reference)
    timetable = Timetable(s.crisis, s.plan, s.severity, s.first, s.days)

    def base(change: Change) -> float:
        days = timetable.series(change.dial)[change.days(s.first, s.days)]
        value = float(days.mean()) if days.size else float(getattr(ORDINARY, change.dial))
        about = DIALS[change.dial].metadata
        return min(max(value, about["low"]), about["high"])

    return base


# Break-even


def turning_points(study: Study, folder: Path, hands: Hands, axes: Sequence[str]) -> pd.DataFrame:
    """The table ``break_even``: where each ranking turns round along each axis, from runs on few of the seeds."""
    parameters, parts = study.scenarios[0].parameters, []
    for name in axes:
        values = iter(axis_of(name, parameters).tried)

        def compare_at(changed: Parameters, name: str = name, values: Any = values) -> Runs:
            value = next(values)
            own = replace(
                study,
                scenarios=tuple(replace(s, parameters=changed) for s in study.scenarios),
                config={**study.config, "break_even": {name: value}},
                replications=min(study.replications, FEW),
            )
            made = compared(own, folder / TURNING / f"{name}_{value:g}", hands, what=f"break-even, {name.replace('_', ' ')} at {value:g}")
            if not made.runs.finished:
                raise UnfinishedError(f"break_even = {name}; at {value:g} no run could be made")
            return made.runs

        try:
            parts.append(break_even(compare_at, name, parameters, headlines=HEADLINES))
        except UnfinishedError:
            parts.append(pd.DataFrame([{"axis": name, "unit": axis_of(name, parameters).unit, "answer": TOO_FEW}]))
    return pd.concat(parts, ignore_index=True)
