"""The numbers that a sensitivity study moves, and how far: every parameter with a range, ``reach`` of the way to either end of it.

A number's place is from 0 to 1. At the half stands the number in force, below it the way down, above it the way up, so that half of all
sampled values lie on either side of what is in force. Where that is itself an end of the range, the way goes straight to the other end.
With the whole way (``reach`` 1) and hundreds of numbers moved at once, many of the worlds are none that anybody has seen, with next to no
referrals or ten times too many, and what a number does there says little; half the way is usual. A number fitted to England's figures is
moved over what the calibration left open of it (``calibrated.csv``), whatever the reach: elsewhere the figures would not come out. Numbers
are moved as if they knew nothing of each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from simsafe.ground.parameter import ConfigError, nearest, register
from simsafe.scenario import Parameters
from simsafe.world.evidence import table

CATEGORICAL = {"belief.pooling": "a choice between rules, not a size; simsafe sensitivity structures compares them"}
MIDDLE = 0.5


@dataclass(frozen=True)
class Factor:
    """One number that is moved. ``usual`` is the value in force, ``whole`` says that it takes whole numbers only."""

    name: str
    usual: float
    low: float
    high: float
    whole: bool
    grade: str
    unit: str
    reach: float = 1.0

    @property
    def group(self) -> str:
        """The room of the model in which it stands, such as ``truth.harm``."""
        return self.name.rpartition(".")[0]

    @property
    def place(self) -> float:
        """Where the value in force stands, 0 to 1."""
        if self.low < self.usual < self.high:
            return MIDDLE
        return 0.0 if self.usual <= self.low else 1.0

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and highest value to which it is moved; a whole number goes at least to the next."""
        low, high = (self.usual + self.reach * (end - self.usual) for end in (self.low, self.high))
        return (math.floor(low), math.ceil(high)) if self.whole else (low, high)

    def at(self, place: float) -> float:
        """The value at a place from 0 to 1."""
        low, high = self.ends
        known = ([0.0, MIDDLE, 1.0], [low, self.usual, high]) if self.place == MIDDLE else ([0.0, 1.0], [low, high])
        value = min(max(float(np.interp(place, *known)), self.low), self.high)
        return round(value) if self.whole else value


def factors(parameters: Parameters | None = None, among: Sequence[str] = (), reach: float = 1.0) -> tuple[Factor, ...]:
    """Every number that can be moved, in the order of the register; with ``among`` only those of these rooms or names.

    Raises ConfigError in one line for a room or a name that is not there.
    """
    rows = list(register(Parameters() if parameters is None else parameters))
    made = [factor_of(row, reach) for row in rows if row["name"] not in CATEGORICAL and row["low"] < row["high"]]
    for asked in among:
        if asked in CATEGORICAL:
            raise ConfigError(f"among = {asked!r}; {CATEGORICAL[asked]}")
        if not any(within(factor, asked) for factor in made):
            known = {factor.name for factor in made} | {factor.group for factor in made}
            raise ConfigError(f"among = {asked[:80]!r}; no such room or number of the model{nearest(asked[:80], known)}")
    return tuple(factor for factor in made if not among or any(within(factor, asked) for asked in among))


def factor_of(row: Mapping[str, Any], reach: float) -> Factor:
    """A row of the register as a number to be moved."""
    low, high = row["low"], row["high"]
    left_open = still_open().get(row["name"])
    if left_open is not None and left_open[0] < row["value"] < left_open[1]:
        (low, high), reach = left_open, 1.0
    return Factor(row["name"], row["value"], low, high, isinstance(row["value"], int), str(row["grade"]), row["unit"], reach)


@cache
def still_open() -> dict[str, tuple[float, float]]:
    """Where each fitted number lies in nine of ten parameter sets that the shipped calibration of England kept."""
    fitted = [row for row in table("calibrated") if row["use"] == "fitted"]
    return {row["path"]: (float(row["kept_low"]), float(row["kept_high"])) for row in fitted}


@cache
def unidentified() -> frozenset[str]:
    """Numbers that the calibration sweeps because no published figure says what they are: how much harm is hidden, what a call shows."""
    return frozenset(row["path"] for row in table("calibrated") if row["use"] == "swept")


def within(factor: Factor, asked: str) -> bool:
    """Whether a number is the one asked for, or stands in the room asked for."""
    return factor.name == asked or factor.name.startswith(f"{asked}.")


def left_out(parameters: Parameters | None = None) -> list[tuple[str, str]]:
    """Numbers that are not moved, each with the reason."""
    rows = list(register(Parameters() if parameters is None else parameters))
    fixed = [(row["name"], "its range is one value") for row in rows if row["low"] >= row["high"]]
    return [*CATEGORICAL.items(), *fixed]


def rooms(moved: Sequence[Factor]) -> dict[str, list[Factor]]:
    """The numbers by the room of the model in which they stand, in the order of the register."""
    made: dict[str, list[Factor]] = {}
    for factor in moved:
        made.setdefault(factor.group, []).append(factor)
    return made


def values_at(moved: Sequence[Factor], places: Sequence[float]) -> dict[str, float]:
    """The values of these numbers at these places."""
    return {factor.name: factor.at(float(place)) for factor, place in zip(moved, places, strict=True)}


def parameters_at(parameters: Parameters, values: Mapping[str, float]) -> Parameters:
    """The parameters with these values, a room at a time; refused in one line if two of a room cannot stand together."""
    by_room: dict[str, dict[str, float]] = {}
    for path, value in values.items():
        room, _, name = path.rpartition(".")
        by_room.setdefault(room, {})[name] = value
    for room, own in by_room.items():
        parameters = furnished(parameters, room.split("."), own)
    return parameters


def furnished(group: Any, way: Sequence[str], values: Mapping[str, float]) -> Any:
    """A group of numbers with other values in the room at the end of the way."""
    if not way:
        return replace(group, **values)
    return replace(group, **{way[0]: furnished(getattr(group, way[0]), way[1:], values)})
