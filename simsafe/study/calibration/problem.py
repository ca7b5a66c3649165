"""What is calibrated: numbers to move, figures to meet, how a run is made of the numbers and what is read off it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simsafe.scenario import Scenario
from simsafe.study.calibration.inputs import Input
from simsafe.study.calibration.stages import Chain
from simsafe.study.calibration.targets import CHECKED, FITTED, Target, on_scale
from simsafe.study.jobs import Shard

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Problem:
    """One calibration. ``least``: half an event of a run, in the unit of its rates; it stands for nothing where nothing was counted."""

    slug: str
    title: str
    inputs: tuple[Input, ...]
    targets: tuple[Target, ...]
    chain: Chain
    children: int
    least: float
    scenario: Callable[[Mapping[str, float], int], Scenario]
    job: Callable[[Shard], str]

    @cached_property
    def fitted(self) -> tuple[Target, ...]:
        """The figures that numbers are fitted to."""
        return tuple(target for target in self.targets if target.use == FITTED)

    @cached_property
    def checked(self) -> tuple[Target, ...]:
        """The figures that are only looked at."""
        return tuple(target for target in self.targets if target.use == CHECKED)

    @cached_property
    def observed(self) -> np.ndarray:
        """The fitted figures on their scales."""
        return np.array([target.moved for target in self.fitted])

    @cached_property
    def variance(self) -> np.ndarray:
        """Of the fitted figures and of the discrepancy allowed, on their scales."""
        return np.array([target.variance for target in self.fitted])

    @property
    def names(self) -> list[str]:
        """Names of the fitted figures."""
        return [target.name for target in self.fitted]

    @property
    def scales(self) -> list[str]:
        """Their scales."""
        return [target.scale for target in self.fitted]

    def columns(self, figures: list[Figures]) -> dict[str, np.ndarray]:
        """Figures of several runs, a column each."""
        return {name: np.array([one[name] for one in figures], dtype=float) for name in figures[0]}

    def stages(self, figures: list[Figures]) -> np.ndarray:
        """Stages of runs, one a row."""
        return self.chain.of_figures(self.columns(figures), self.least)

    def fits(self, figures: list[Figures]) -> np.ndarray:
        """Fitted figures of runs on their scales, one a row."""
        found = self.columns(figures)
        made = np.stack([np.maximum(found[t.name], self.least if t.kind in ("total", "split") else 0.0) for t in self.fitted], axis=1)
        return on_scale(made, self.scales)

    def assembled(self, stages: np.ndarray) -> np.ndarray:
        """Fitted figures on their scales from stages."""
        return self.chain.on_scales(stages, self.names, self.scales)
