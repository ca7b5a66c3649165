"""The study from beginning to end: rooms of numbers, then single numbers, then the dozen that matter most on an emulator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.study.branching import days_simulated
from simsafe.study.sensitivity.morris import Trajectories, trajectories
from simsafe.study.sensitivity.points import Answers, Bench
from simsafe.study.sensitivity.ranking import TOLD, grades_and_kinds, in_turn, luck_of, ranked, ten
from simsafe.study.sensitivity.sobol import Emulated, design, emulated
from simsafe.study.sensitivity.space import Factor, factors, left_out, rooms, unidentified

BY = ("rooms", "numbers")
AGAIN = 3  # other seeds at the beginning of each trajectory, to know what luck does
LARGEST_SAMPLE = 5_000
SECONDS_A_DAY, SECONDS_A_CHILD_DAY = 4e-3, 1e-7  # of one core that does nothing else, November 2026


@dataclass(frozen=True)
class Wanted:
    """How much is asked for. Raises ConfigError in one line.

    ``by`` rooms: all numbers are moved room by room first, and one by one only those of the rooms that matter most, at most ``numbers``
    of them; by numbers: all one by one at once. ``reach`` is how much of the way to either end of its range a number is moved. ``dozen``
    of them then go to an emulator made from ``points`` runs; none with 0.
    """

    trajectories: int = 4
    by: str = "rooms"
    numbers: int = 120
    dozen: int = 12
    points: int = 120
    among: tuple[str, ...] = ()
    reach: float = 0.5

    def __post_init__(self) -> None:
        check_number("trajectories", self.trajectories, int, 2, 1_000, "ways through the space of numbers")
        check_number("numbers", self.numbers, int, 1, 10_000, "numbers moved one by one, at most")
        check_number("dozen", self.dozen, int, 0, 40, "numbers of which indices are worked out")
        check_number("reach", self.reach, float, 0.05, 1.0, "of the way to either end of a range")
        if self.by not in BY:
            raise ConfigError(f"by = {self.by[:60]!r}; expected rooms or numbers{nearest(self.by[:60], BY)}")
        if self.dozen:
            check_number("points", self.points, int, max(10, 2 * self.dozen), LARGEST_SAMPLE, "points to make an emulator from")


@dataclass(frozen=True)
class Screened:
    """One Morris screening: its table, and how many of its points were answered."""

    table: pd.DataFrame
    counted: str
    failed: tuple[str, ...]
    enough: bool


@dataclass(frozen=True)
class Found:
    """What came out. ``rooms`` is None when numbers were moved one by one at once, ``indices`` when none were asked for or none told.

    ``not_moved`` names every number not moved one by one, with the reason.
    """

    numbers: Screened
    rooms: Screened | None = None
    indices: Emulated | None = None
    not_moved: list[tuple[str, str]] = field(default_factory=list)
    reach: float = 1.0

    @property
    def failures(self) -> list[str]:
        """Why points are missing, a line each."""
        parts = [part for part in (self.rooms, self.numbers, self.indices) if part is not None]
        return list(dict.fromkeys(line for part in parts for line in part.failed))


def expected(bench: Bench, wanted: Wanted) -> tuple[int, float]:
    """At most how many points, and about how many seconds of one core that does nothing else."""
    moved, times = factors(bench.study.scenarios[0].parameters, wanted.among, wanted.reach), wanted.trajectories
    two = in_two_steps(wanted, moved)
    one_by_one = min(len(moved), wanted.numbers) if two else len(moved)
    points = times * (one_by_one + 1 + AGAIN) + (wanted.points if wanted.dozen else 0)
    points += times * (len(rooms(moved)) + 1 + AGAIN) if two else 0
    first = bench.study.scenarios[0]
    each = days_simulated(bench.study.scenarios) * (SECONDS_A_DAY + SECONDS_A_CHILD_DAY * first.area.children)
    return points, points * each


def in_two_steps(wanted: Wanted, moved: Sequence[Factor]) -> bool:
    """Whether rooms are moved first."""
    return wanted.by == "rooms" and len(rooms(moved)) > 1 and len(moved) > wanted.numbers


def found(bench: Bench, wanted: Wanted) -> Found:
    """Run what is missing of the whole study, and read it. ConfigError, SavingError as :meth:`Bench.answer`."""
    parameters = bench.study.scenarios[0].parameters
    moved = factors(parameters, wanted.among, wanted.reach)
    first, fixed = None, left_out(parameters)
    if in_two_steps(wanted, moved):
        first = screened(bench, trajectories(moved, wanted.trajectories, seed_of(bench), by_room=True))
        moved, without = chosen(first, moved, wanted.numbers)
        fixed += without
    numbers = screened(bench, trajectories(moved, wanted.trajectories, seed_of(bench), by_room=False))
    best = in_turn(numbers.table)[: wanted.dozen]
    indices = None
    if best:
        of = [factor for factor in moved if factor.name in best]
        plan = design(of, wanted.points, seed_of(bench))
        indices = emulated(plan, bench.answer(plan.points()))
    return Found(numbers, first, indices, fixed, wanted.reach)


def seed_of(bench: Bench) -> int:
    """The first seed."""
    return bench.study.scenarios[0].seed


def screened(bench: Bench, ways: Trajectories) -> Screened:
    """The effects along these trajectories, told from luck."""
    along, again = ways.points(), ways.again(AGAIN)
    answers = bench.answer([*along, *again])
    return read(ways, answers, len(along))


def read(ways: Trajectories, answers: Answers, along: int) -> Screened:
    """The table of effects of answers, of which the first ``along`` are the trajectories' and the others the beginnings' again."""
    count, steps = ways.places.shape[0], ways.places.shape[1]
    effects, lucks, spreads = {}, {}, {}
    for pair, values in answers.outcomes().items():
        first, again = values[:along:steps], values[along:].reshape(count, -1)
        effects[pair] = ways.effects(values[:along])
        lucks[pair] = luck_of(first, again)
        spreads[pair] = spread(values)
    sizes = {name: sum(name in (f.name, f.group) for f in ways.moved) for name in ways.names}
    table = ranked(effects, lucks, spreads, sizes, answers.enough)
    return Screened(table, answers.counted, tuple(answers.failed()), answers.enough)


def spread(values: np.ndarray) -> float:
    """The standard deviation of what is there."""
    known = values[~np.isnan(values)]
    return float(known.std(ddof=1)) if known.size > 1 else np.nan


def chosen(first: Screened, moved: Sequence[Factor], most: int) -> tuple[tuple[Factor, ...], list[tuple[str, str]]]:
    """The numbers that no published figure identifies, those of the rooms of the largest effects, as many whole rooms as fit beside them;
    and of every other number why it is not moved.
    """
    if not first.enough:
        raise ConfigError(f"too few runs to go on ({first.counted}; {'; '.join(first.failed)}); expected fewer failures: try again")
    kept = {factor.name for factor in moved if factor.name in unidentified()}
    others = rooms([factor for factor in moved if factor.name not in kept])
    told = in_turn(first.table)
    for room in dict.fromkeys([*told, *in_turn(first.table, told=False), *others]):
        own = {factor.name for factor in others.get(room, ())}
        if len(kept | own) <= most:
            kept |= own
    if not 0 < len(kept) <= most:
        fewest = len(kept) or min(len(own) for own in others.values())
        raise ConfigError(f"numbers = {most}; expected at least {fewest}, or by=numbers")
    why = {
        True: f"the effects of other rooms are larger (numbers = {most} at most)",
        False: "its room moved together is not told from luck",
    }
    without = [(factor.name, why[factor.group in told]) for factor in moved if factor.name not in kept]
    return tuple(factor for factor in moved if factor.name in kept), without


def tables(what: Found) -> dict[str, Any]:
    """Every table of the study by name."""
    made: dict[str, Any] = {"numbers": what.numbers.table, "ten_that_matter_most": ten(what.numbers.table)}
    if what.rooms is not None:
        made["rooms"] = what.rooms.table
    if what.indices is not None:
        graded: Any = what.indices.indices
        kinds = [grades_and_kinds().get(name, ("", ""))[1] for name in graded["name"]]
        made["ten_by_index"] = ten(graded.assign(kind=kinds, told=TOLD, numbers=1))
        made |= {"indices": graded, "emulators": what.indices.emulators, "points": what.indices.points}
    made["not_moved"] = pd.DataFrame(what.not_moved, columns=["name", "reason"])
    return made
