"""The funnel as a chain of ratios: of so many referrals so many enquiries, of these so many conferences.

A ratio answers to the threshold at its own stage and hardly to those before it, so its logarithm is nearly a straight line in the numbers
that are moved, and a total, which is a product of ratios, is a sum of such lines. Emulators are laid through stages; figures are put
together from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simsafe.study.calibration.targets import LOG, LOGIT, off_scale, on_scale

RATIO = "ratio"


@dataclass(frozen=True)
class Stage:
    """One emulated figure: ``log`` of it, ``logit`` of it as a share, or the ``ratio`` to another in logs; ``logit`` with ``of`` is its
    share in another. ``counts``: whether luck in it falls as the number of events rises."""

    name: str
    how: str = LOG
    of: str | None = None
    counts: bool = True


@dataclass(frozen=True)
class Chain:
    """Stages in order, each after what it is a part of; ``sums`` are figures that are sums of others, such as all referrals of their
    sources."""

    stages: tuple[Stage, ...]
    sums: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stages."""
        return tuple(stage.name for stage in self.stages)

    def of_figures(self, figures: Mapping[str, np.ndarray], least: float) -> np.ndarray:
        """Stages of runs, one a row, from their figures; ``least`` (in the figures' unit) stands for nothing where nothing was counted."""
        made = []
        for stage in self.stages:
            top = np.asarray(figures[stage.name], dtype=float)
            if stage.of is not None:
                bottom = np.maximum(figures[stage.of], least)
                if stage.how == RATIO:
                    made.append(np.log(np.maximum(top, least) / bottom))
                else:
                    made.append(np.log(np.maximum(top, least) / np.maximum(bottom - top, least)))
            elif stage.how == LOG:
                made.append(np.log(np.maximum(top, least if stage.counts else 1e-3)))
            else:
                made.append(on_scale(np.clip(top, 0.01, 0.99)[:, None], [LOGIT])[:, 0])
        return np.stack(made, axis=1)

    def events(self, figures: Mapping[str, np.ndarray], least: float) -> np.ndarray:
        """How many events (in the figures' unit) each stage rests on; 1 where luck does not depend on it."""
        made = []
        for stage in self.stages:
            top = np.maximum(figures[stage.name], least)
            if stage.how == LOGIT and stage.of is not None:
                top = np.minimum(top, np.maximum(figures[stage.of] - figures[stage.name], least))
            made.append(top if stage.counts else np.ones_like(top))
        return np.stack(made, axis=1)

    def figures(self, stages: np.ndarray) -> dict[str, np.ndarray]:
        """Figures again from stages, one a row."""
        found: dict[str, np.ndarray] = {}
        for stage, column in zip(self.stages, stages.T, strict=True):
            if stage.of is not None and stage.of not in found:
                found[stage.of] = np.sum([found[part] for part in self.sums[stage.of]], axis=0)
            if stage.how == LOGIT:
                share = off_scale(column[:, None], [LOGIT])[:, 0]
                found[stage.name] = share if stage.of is None else share * found[stage.of]
            else:
                found[stage.name] = np.exp(column) if stage.of is None else np.exp(column) * found[stage.of]
        return found | {name: np.sum([found[part] for part in parts], axis=0) for name, parts in self.sums.items() if name not in found}

    def on_scales(self, stages: np.ndarray, names: Sequence[str], scales: Sequence[str]) -> np.ndarray:
        """The figures of these names on their scales, one a column."""
        found = self.figures(stages)
        return on_scale(np.stack([found[name] for name in names], axis=1), scales)
