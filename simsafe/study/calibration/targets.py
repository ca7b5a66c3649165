"""Published figures with their errors, from ``world/evidence/targets.csv``: what a run's figures are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from simsafe.ground.parameter import ConfigError
from simsafe.world.evidence import table

LAST = date(2020, 6, 30)  # the last day of which a figure may be used
FITTED, CHECKED = "fitted", "checked"
KINDS = {"total": "total", "split": "assumed split of a total", "share": "share", "ratio": "ratio", "condition": "condition"}
LOG, LOGIT = "log", "logit"


@dataclass(frozen=True)
class Target:
    """A figure, the standard error of it as it is known, and how far the model may differ from the world (assumed), in its unit."""

    name: str
    value: float
    spread: float
    discrepancy: float
    unit: str
    first: date
    last: date
    use: str
    kind: str
    source: str

    def __post_init__(self) -> None:
        if self.last > LAST or self.first > self.last:
            raise ConfigError(f"targets: {self.name}, date_end = {self.last}; expected a day up to {LAST}: later outcomes are never used")
        if self.use not in (FITTED, CHECKED) or self.kind not in KINDS:
            raise ConfigError(
                f"targets: {self.name}, use = {self.use!r}, kind = {self.kind!r}; expected fitted or checked, {', '.join(KINDS)}"
            )
        if not (self.value > 0 and self.spread >= 0 and self.discrepancy >= 0 and self.spread + self.discrepancy > 0):
            raise ConfigError(f"targets: {self.name}; expected a value above 0 and an error")

    @property
    def scale(self) -> str:
        """The scale on which it is compared: logit for shares, logarithm for all others."""
        return LOGIT if self.kind == "share" and self.value < 1 else LOG

    @property
    def moved(self) -> float:
        """The value on its scale."""
        return float(on_scale(np.array([self.value]), [self.scale])[0])

    @property
    def variance(self) -> float:
        """Of the figure and of the discrepancy together, on its scale."""
        slope = 1 / (self.value * (1 - self.value)) if self.scale == LOGIT else 1 / self.value
        return (self.spread**2 + self.discrepancy**2) * slope**2


def targets_from(rows: Sequence[Mapping[str, str]]) -> tuple[Target, ...]:
    """The targets of a table. Raises ConfigError naming the row: a day after June 2020, an unknown use or kind, or no error."""
    made = []
    for row in rows:
        try:
            value, spread, discrepancy = (float(row[name]) for name in ("value", "spread", "discrepancy"))
            first, last = (date.fromisoformat(row[name]) for name in ("date_start", "date_end"))
        except (KeyError, ValueError) as problem:
            raise ConfigError(f"targets: {row.get('name', 'a row without a name')}; cannot be read ({problem})") from None
        made.append(Target(row["name"], value, spread, discrepancy, row["unit"], first, last, row["use"], row["kind"], row["source"]))
    return tuple(made)


def england_targets() -> tuple[Target, ...]:
    """England's, in the order of the shipped table."""
    return targets_from(table("targets"))


def on_scale(values: np.ndarray, scales: Sequence[str]) -> np.ndarray:
    """Figures, one a column, on the scale of each."""
    logit = np.array([scale == LOGIT for scale in scales])
    safe = np.where(logit, np.clip(values, 1e-4, 1 - 1e-4), np.maximum(values, 1e-6))
    return np.log(safe) - np.where(logit, np.log1p(-np.where(logit, safe, 0.0)), 0.0)


def off_scale(moved: np.ndarray, scales: Sequence[str]) -> np.ndarray:
    """The figures again."""
    logit = np.array([scale == LOGIT for scale in scales])
    return np.where(logit, 1 / (1 + np.exp(-moved)), np.exp(np.where(logit, 0.0, moved)))
