"""The smallest difference between two plans that would matter to a partnership, by measure, each with its reason.

A statement of values, not of fact: ``smallest_of`` is the one place to change it. A difference may be certain and still too small to
choose a plan by; the two are then called alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simsafe.results.kept.words import Word, words


@dataclass(frozen=True)
class Smallest:
    """``least`` in the unit of the measure, or ``share`` of its value under the reference if that is more."""

    least: float
    share: float
    reason: str

    def of(self, reference: np.ndarray) -> np.ndarray:
        """The smallest difference that matters, for values under the reference."""
        return np.maximum(self.least, self.share * np.abs(np.nan_to_num(reference)))


ONE_CHILD = Smallest(1.0, 0.01, "one child, or one in a hundred of those concerned: less would not change what a partnership plans for")
OF_UNIT = {
    "per cent": Smallest(1.0, 0.0, "one percentage point: published shares are read in whole per cent"),
    "days": Smallest(1.0, 0.01, "one day: records are kept by the day"),
    "child-days": Smallest(30.0, 0.01, "a child's month of harm, or one in a hundred of the days"),
    "minutes": Smallest(60.0, 0.01, "an hour, or one in a hundred of the minutes: less than planners can roster"),
    "hours": Smallest(1.0, 0.01, "an hour, or one in a hundred of the hours: less than planners can roster"),
    "pounds": Smallest(1_000.0, 0.01, "a thousand pounds, or one in a hundred of the pounds: less than planners can budget"),
    "standard deviations": Smallest(0.1, 0.0, "a tenth of a standard deviation: half of what is usually called a small effect"),
    "cases per worker": Smallest(0.5, 0.0, "half a case: the published means of areas are read to about that"),
    "ratio": Smallest(0.01, 0.01, "one in a hundred"),
}
OF_MEASURE = {
    "seen_28": Smallest(1.0, 0.005, "one in two hundred of the children seen: a few hundred children in a usual area"),
    "children": Smallest(1.0, 0.001, "one in a thousand: no plan should change who lives in the area"),
    "undetected_share": Smallest(
        0.5, 0.0, "half a percentage point of the days of harm: some weeks of a child for every few harmed children"
    ),
}


def smallest_of(measure: str, unit: str) -> Smallest:
    """What holds for a measure: its own rule, that of its unit, or one child or event."""
    return OF_MEASURE.get(measure, OF_UNIT.get(unit, ONE_CHILD))


def better_sign(measure: str, known: Mapping[str, Word]) -> int:
    """1 where more is better, -1 where less is, 0 where neither."""
    return {"higher": 1, "lower": -1}.get(known[measure].better if measure in known else "", 0)


def reasons() -> list[tuple[str, str, float, float, str]]:
    """(measure, unit, least, share of the reference's value, reason) of every measure, to print."""
    found = [(name, word.unit, smallest_of(name, word.unit)) for name, word in words().items()]
    return [(name, unit, rule.least, rule.share, rule.reason) for name, unit, rule in found]
