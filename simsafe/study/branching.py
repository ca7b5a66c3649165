"""One past, many futures: plans that begin alike share the days before they part, and each then goes its own way.

A branch is the run that it would have been by itself, event for event: what a day does depends on the state it finds and on the day's
conditions, and all luck is keyed. So plans are kept together for as long as their conditions are the same, whatever they are called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.plans.change import Timetable
from simsafe.saving import fingerprint
from simsafe.scenario import Scenario

State = dict[str, dict[str, np.ndarray]]


def futures(scenarios: Sequence[Scenario]) -> Iterator[tuple[int, SafeguardingModel]]:
    """Each scenario's finished model with its place in ``scenarios``, in the order in which they are finished.

    The scenarios differ in their plans only. Days on which the conditions of several are the same are simulated once for all of them;
    two plans that never differ are one run under two names, and the same model is handed over twice. At most one model is kept here at
    a time, beside the saved columns of every past still to be returned to; whoever asks should let a model go before the next.

    Raises
    ------
    ConfigError
        The scenarios differ in more than their plans.
    """
    check_alike(scenarios)
    timetables = timetables_of(scenarios)
    waiting: list[tuple[list[int], int, State]] = [(list(range(len(scenarios))), 0, {})] if scenarios else []
    while waiting:
        together, day, state = waiting.pop()
        model = begun(scenarios[together[0]], day, state)
        for parting, apart in partings(timetables, together):
            live_until(parting, model)
            waiting.append((apart, parting, model.state() if parting else {}))
            together = [i for i in together if i not in apart]
        live_until(model.setup.days, model)
        for i in together:
            model.setup = scenarios[i]
            yield i, model
        del model


def check_alike(scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios that differ in more than their plans."""
    kinds = {fingerprint(replace(s, plan=(), plan_name="")) for s in scenarios}
    if len(kinds) > 1:
        raise ConfigError("scenarios differ in more than their plans; expected one area, crisis, seed, time and set of numbers")


def begun(scenario: Scenario, day: int, state: State) -> SafeguardingModel:
    """The scenario's model on that day: new, or with a past put into it. Day 0 has no past to share, and is built from its own plan."""
    model = SafeguardingModel(scenario)
    if day:
        model.restore(day, state)
    return model


def live_until(day: int, model: SafeguardingModel) -> None:
    """Simulate the days before ``day``."""
    while model.day < day:
        model.step()


def timetables_of(scenarios: Sequence[Scenario]) -> list[Timetable]:
    """The conditions of every day under each scenario."""
    return [Timetable(s.crisis, s.plan, s.severity, s.first, s.days) for s in scenarios]


def partings(timetables: Sequence[Timetable], together: Sequence[int]) -> list[tuple[int, list[int]]]:
    """On which days plans part from the first of those that go together, and which they are; in order of the days."""
    first = timetables[together[0]]
    leave: dict[int, list[int]] = defaultdict(list)
    for i in together[1:]:
        day = first.first_difference(timetables[i])
        if day is not None:
            leave[day].append(i)
    return sorted(leave.items())


def days_simulated(scenarios: Sequence[Scenario]) -> int:
    """How many days :func:`futures` simulates for these scenarios, those that plans share counted once."""
    timetables, days = timetables_of(scenarios), 0
    waiting = [(list(range(len(scenarios))), 0)] if scenarios else []
    while waiting:
        together, day = waiting.pop()
        days += timetables[together[0]].days - day
        waiting += [(apart, parting) for parting, apart in partings(timetables, together)]
    return days
