"""Morris screening: numbers, or rooms of numbers, are moved one after the other along trajectories, and the answers' steps are read.

A trajectory is one seed's. Its points differ in one name each, so a step is that name's doing: the same children, the same luck. An
effect is a step over the length of the move: the change that crossing the sampled range would make. A step of which either end is
missing is no effect; the others keep their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simsafe.ground.parameter import ConfigError
from simsafe.study.sensitivity.points import Point
from simsafe.study.sensitivity.space import Factor, values_at

LEVELS = 4
MOVE = LEVELS / (2 * (LEVELS - 1))  # the length of a move, of the sampled range


@dataclass(frozen=True)
class Trajectories:
    """``places`` (trajectories, names + 1, factors) from 0 to 1; ``names`` are those that move, one a step."""

    moved: tuple[Factor, ...]
    names: tuple[str, ...]
    places: np.ndarray
    seed: int  # of the first trajectory

    def points(self) -> list[Point]:
        """Every point, trajectory by trajectory; each trajectory has the next seed."""
        return [Point(self.seed + t, values_at(self.moved, at)) for t, way in enumerate(self.places) for at in way]

    def again(self, times: int) -> list[Point]:
        """The first point of every trajectory under so many other seeds, trajectory by trajectory: what luck alone does there."""
        after = self.seed + len(self.places)
        return [Point(after + t * times + k, values_at(self.moved, way[0])) for t, way in enumerate(self.places) for k in range(times)]

    def steps(self) -> tuple[np.ndarray, np.ndarray]:
        """(which name moves, sign of its move; 0 where several numbers move different ways), both (trajectories, steps)."""
        change = np.diff(self.places, axis=1)
        of = np.array([self.names.index(name_of(factor, self.names)) for factor in self.moved])
        which = of[np.argmax(np.abs(change) > 1e-9, axis=2)]
        up, down = (change > 1e-9).any(axis=2), (change < -1e-9).any(axis=2)
        return which, np.where(up & down, 0, np.where(up, 1, -1))

    def effects(self, answers: np.ndarray) -> np.ndarray:
        """Effects (trajectories, names) of answers, one a point; nan where an end of the step is missing.

        An effect is signed by the direction of the move; where several numbers move different ways it has no sign and is not below nought.
        """
        which, sign = self.steps()
        step = np.diff(answers.reshape(self.places.shape[:2]), axis=1) / MOVE
        signed = np.where(sign == 0, np.abs(step), step * sign)
        made = np.full((len(self.places), len(self.names)), np.nan)
        np.put_along_axis(made, which, signed, axis=1)
        return made


def name_of(factor: Factor, names: Sequence[str]) -> str:
    """The name under which a number moves: its own, or its room's."""
    return factor.name if factor.name in names else factor.group


def trajectories(moved: Sequence[Factor], count: int, seed: int, by_room: bool) -> Trajectories:
    """So many trajectories through the places of these numbers, room by room or one by one."""
    sample = needed("SALib.sample.morris").sample
    names = list(dict.fromkeys(factor.group if by_room else factor.name for factor in moved))
    problem: dict[str, Any] = {"num_vars": len(moved), "names": [f.name for f in moved], "bounds": [[0.0, 1.0]] * len(moved)}
    if by_room and len(names) > 1:
        problem["groups"] = [factor.group for factor in moved]
    elif by_room:
        names = [factor.name for factor in moved]
    places = np.asarray(sample(problem, count, num_levels=LEVELS, seed=seed)).reshape(count, len(names) + 1, len(moved))
    return Trajectories(tuple(moved), tuple(names), np.clip(places, 0.0, 1.0), seed)


def needed(module: str) -> Any:
    """A module that only this kind of study needs. ConfigError in one line when it is not installed."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        name = module.split(".")[0]
        raise ConfigError(f"simsafe sensitivity: {name} is not installed; expected: pip install 'simsafe[sensitivity]'") from None
