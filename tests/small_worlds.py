"""Small scenarios and small changes to worlds, for tests of the core. Everything here is deterministic."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

import simsafe.cast
from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change
from simsafe.plans.shelf import crisis_from, load_yaml, plan_from
from simsafe.scenario import Parameters, Scenario
from simsafe.senses.behind import Behind
from simsafe.senses.tape import Recorder
from simsafe.system.events import Event
from simsafe.world.area import load_area
from simsafe.world.build import build_world
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Attempt, CallOuts, Meetings, Presence, Signs
from simsafe.world.population import World

FOREVER = (date(2018, 1, 1), date(2024, 12, 31))
SEEDS = pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
CERTAIN = 1e9  # nats: a threshold nobody reaches; its negative is one that everybody does


# Scenarios


@cache
def covid() -> tuple[Change, ...]:
    """The shipped crisis."""
    return crisis_from(load_yaml("crisis", "covid19_england"), "covid19_england")


@cache
def as_happened() -> tuple[Change, ...]:
    """The shipped plan of what areas did."""
    return plan_from(load_yaml("plan", "as_happened_2020"), "as_happened_2020")


LONGER = {"start": date(2020, 2, 10), "end": date(2020, 6, 30), "warm_up_days": 30}  # where more has to happen


def small(children: int = 800, **changes: Any) -> Scenario:
    """England in little, from February to June 2020, through the crisis as it happened: schools shut on day 36 of 118."""
    usual: dict[str, Any] = {
        "crisis": covid(), "plan": as_happened(), "crisis_name": "covid19_england", "plan_name": "as_happened_2020",
        "start": date(2020, 3, 1), "end": date(2020, 6, 12), "warm_up_days": 14,
    }  # fmt: skip
    return Scenario(load_area("england").scaled(children), **(usual | changes))


def ordinary(children: int = 800, **changes: Any) -> Scenario:
    """England in little, February to June 2020 in ordinary times: no crisis, no plan."""
    usual = {"crisis": (), "plan": (), "crisis_name": "none", "plan_name": "business_as_usual"}
    return small(children, **(usual | changes))


def turned(days: tuple[date, date] = FOREVER, **dials: float) -> tuple[Change, ...]:
    """Changes that put each dial at a value from one date to another."""
    return tuple(Change(dial, *days, value=value) for dial, value in dials.items())


def forced(parameters: Parameters | None = None, **numbers: float) -> Parameters:
    """The parameters with some numbers put anywhere, even out of their plausible range: ``truth__harm__prevalence=0.0``."""
    made = copy.deepcopy(parameters or Parameters())
    for path, value in numbers.items():
        *rooms, name = path.split("__")
        inside = [made]
        for room in rooms:
            inside.append(getattr(inside[-1], room))
        assert name in {f.name for f in fields(inside[-1])}, path
        object.__setattr__(inside[-1], name, value)
        for thing in inside[::-1]:
            if type(thing).__name__ == "Nature":
                thing.__post_init__()  # its tables follow from its numbers
    return made


def without_seasons(monkeypatch: pytest.MonkeyPatch, first: date) -> None:
    """Make every run keep the calendar of a run that began on ``first``."""
    theirs = simsafe.cast.england_calendar
    monkeypatch.setattr(simsafe.cast, "england_calendar", lambda _, days: theirs(first, days))


def alone(scenario: Scenario) -> Scenario:
    """One child cannot affect another, and decisions cannot change later attempts or the truth."""
    return replace(scenario, capacity_coupling=False, open_loop=True)


def dial(name: str, value: float, start: date | None = None, end: date | None = None) -> tuple[Change, ...]:
    """A change that puts one dial at a value, from the beginning and for good unless a date is given."""
    return turned((start or FOREVER[0], end or FOREVER[1]), **{name: value})


# Runs


def run(scenario: Scenario, days: int | None = None) -> SafeguardingModel:
    """The model after all of the scenario's days, or after some."""
    model = SafeguardingModel(scenario)
    for _ in range(scenario.days if days is None else days):
        model.step()
    return model


def where_harm_always_shows(scenario: Scenario) -> SafeguardingModel:
    """The scenario's model, in which from day 0 on harm shows as a strong sign whenever the child is in sight."""
    model = SafeguardingModel(replace(scenario, parameters=forced(scenario.parameters)))
    nature = model.behind.door.how.nature
    object.__setattr__(nature, "strong_extra", 1e12)
    return model


def log_of(model: SafeguardingModel) -> np.ndarray:
    """The event log, one row an event: day, kind, who, a, b."""
    rows = model.log.rows
    return np.column_stack([rows[name].astype(np.int64) for name in ("day", "kind", "who", "a", "b")])


def count(model: SafeguardingModel, kind: Event) -> int:
    """How many events of a kind the log holds."""
    return int(np.count_nonzero(log_of(model)[:, 1] == kind))


def assert_same_log(one: SafeguardingModel, two: SafeguardingModel) -> None:
    """Compare event for event, so that a failure shows the first event that differs, and then the digests."""
    a, b = log_of(one), log_of(two)
    for i, (x, y) in enumerate(zip(a.tolist(), b.tolist(), strict=False)):
        assert x == y, f"event {i} differs: (day, kind, who, a, b) = {x} and {y}"
    assert len(a) == len(b)
    assert one.log.digest == two.log.digest
    assert len(a) > 0


# Watching the door


@dataclass
class Watched:
    """What went through the door on one day."""

    calls: CallOuts
    attempt: Attempt
    meetings: Meetings
    signs: Signs
    there: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)  # (agency, mode) of a group in sight: bool, one a child
    digital: np.ndarray = field(default_factory=lambda: np.empty(0))


class Watcher(Recorder):
    """The door, with everything that went through it kept, groups in sight included."""

    def __init__(self, behind: Behind) -> None:
        super().__init__(behind)
        self.days: list[Watched] = []

    def answer(self, attempt: Attempt, presences: list[Presence], now: Conditions, digital: np.ndarray, day: int) -> tuple[Meetings, Signs]:
        meetings, signs = super().answer(attempt, presences, now, digital, day)
        there = {(int(p.agency), int(p.mode)): p.there.copy() for p in presences}
        self.days.append(Watched(self.tape.call_outs[-1], attempt, meetings, signs, there, digital.copy()))
        return meetings, signs


def watched(scenario: Scenario, days: int | None = None) -> tuple[SafeguardingModel, list[Watched]]:
    """A finished run and what went through its door, day by day."""
    model = SafeguardingModel(scenario)
    model.behind = watcher = Watcher(model.behind)
    for _ in range(scenario.days if days is None else days):
        model.step()
    return model, watcher.days


# Other worlds


@contextmanager
def worlds_made_by(change: Callable[[World], World]) -> Iterator[None]:
    """Inside, every model starts from its usual world with a change made to it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simsafe.cast, "build_world", lambda *args, **kwargs: change(build_world(*args, **kwargs)))
        yield


def columns(table: Any) -> dict[str, np.ndarray]:
    """The columns of Children or Families."""
    return {f.name: getattr(table, f.name) for f in fields(table)}


def reordered(world: World, child_order: np.ndarray, family_order: np.ndarray) -> World:
    """The same world stored otherwise: row ``i`` of the new one is row ``order[i]`` of the old; ids and keys travel with the rows."""
    new_family = np.argsort(family_order)
    children = replace(world.children, **{n: c[child_order] for n, c in columns(world.children).items()})
    children = replace(children, family=new_family[children.family].astype(np.int32))
    families = replace(world.families, **{n: c[family_order] for n, c in columns(world.families).items()})
    return in_families(replace(world, children=children, families=families))


def in_families(world: World) -> World:
    """The world with the list of each family's children made anew."""
    family = world.children.family
    size = np.bincount(family, minlength=len(world.families))
    families = replace(world.families, first=(np.cumsum(size) - size).astype(np.int32), size=size.astype(np.int8))
    return replace(world, families=families, members=np.argsort(family, kind="stable").astype(np.int32))


def shuffled(world: World, seed: int = 5) -> World:
    """The same world with children's and families' rows in another order."""
    rng = np.random.default_rng(seed)
    return reordered(world, rng.permutation(len(world.children)), rng.permutation(len(world.families)))


def with_another_family(world: World, like: int) -> World:
    """One more family, alike in all that anyone could know to row ``like``, with luck of its own and ids after all others."""
    c, f = world.children, world.families
    rows = np.flatnonzero(c.family == like)
    more = {n: np.concatenate([col, col[rows]]) for n, col in columns(c).items()}
    more["id"] = np.arange(len(c) + rows.size, dtype=np.int32)
    more["key"][len(c) :] ^= np.uint64(0x5EED5EED5EED5EED)
    more["family"][len(c) :] = len(f)
    another = {n: np.concatenate([col, col[like : like + 1]]) for n, col in columns(f).items()}
    another["key"][-1] ^= np.uint64(0xFEEDFEEDFEEDFEED)
    return in_families(replace(world, children=replace(c, **more), families=replace(f, **another)))


# Groups of numbers


def groups_in(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every checked group of numbers in a tree of dataclasses, with its path."""
    yield path, thing
    for f in fields(thing):
        inside = getattr(thing, f.name)
        if is_dataclass(inside):
            yield from groups_in(inside, f"{path}.{f.name}".lstrip("."))
