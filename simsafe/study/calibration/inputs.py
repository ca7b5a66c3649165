"""The numbers that a calibration moves: fitted ones, which published figures answer for, and swept ones, which no figure identifies.

A point is a row of coordinates, one a number, from 0 to 1 over its range, or over that of its logarithm where the range is one of ratios.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simsafe.ground.fitted import table as fitted_table
from simsafe.ground.parameter import register
from simsafe.scenario import Parameters
from simsafe.study.fit import KNOBS
from simsafe.world.evidence import table

EDGE = 1e-4  # coordinates of given numbers stay so far from the ends of their range
DRAWN, HELD = "drawn", "held"
PREVALENCE = "truth.harm.prevalence"


@dataclass(frozen=True)
class Input:
    """A number: its name in a file of parameter sets, its path in Parameters, its range, whether it is fitted, and the range's source."""

    name: str
    path: str
    low: float
    high: float
    logarithmic: bool
    fitted: bool
    usual: float
    source: str

    def value(self, share: np.ndarray) -> np.ndarray:
        """The number at a coordinate from 0 to 1."""
        if self.logarithmic:
            return self.low * (self.high / self.low) ** share
        return self.low + (self.high - self.low) * share

    def share(self, value: float) -> float:
        """The coordinate of a number, kept inside the range."""
        if self.logarithmic:
            found = np.log(max(value, 1e-12) / self.low) / np.log(self.high / self.low)
        else:
            found = (value - self.low) / (self.high - self.low)
        return float(np.clip(found, EDGE, 1 - EDGE))

    @property
    def inside(self) -> bool:
        """Whether the usual value lies in the range."""
        return self.low <= self.usual <= self.high


def england_inputs(sweep: str = DRAWN) -> tuple[Input, ...]:
    """England's numbers: all fitted ones, prevalence, and with ``drawn`` everything else that no figure identifies."""
    paths, shipped = {knob.name: knob.path for knob in KNOBS}, fitted_table()
    known = {row["name"]: float(row["value"]) for row in register(Parameters())}
    made = []
    for row in table("calibration_ranges"):
        name, fitted = row["name"], row["use"] == "fitted"
        if not fitted and sweep == HELD and name != PREVALENCE:
            continue
        usual = shipped[name] if fitted else known[name]
        ends = float(row["low"]), float(row["high"])
        made.append(Input(name, paths.get(name, name), *ends, row["scale"] == "log", fitted, usual, row["source"]))
    return tuple(made)


def values_at(inputs: Sequence[Input], shares: np.ndarray) -> list[dict[str, float]]:
    """The numbers of each point by name, rounded to six digits so that a file of them is the set itself."""
    columns = [one.value(np.asarray(shares)[:, i]) for i, one in enumerate(inputs)]
    return [{one.name: float(f"{column[row]:.6g}") for one, column in zip(inputs, columns, strict=True)} for row in range(len(shares))]


def shares_of(inputs: Sequence[Input], sets: Iterable[Mapping[str, float]]) -> np.ndarray:
    """The coordinates of sets of numbers."""
    return np.array([[one.share(values[one.name]) for one in inputs] for values in sets]).reshape(-1, len(inputs))


def usual_values(inputs: Sequence[Input]) -> dict[str, float]:
    """The numbers as they are shipped."""
    return {one.name: one.usual for one in inputs}
