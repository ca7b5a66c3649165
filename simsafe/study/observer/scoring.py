"""How good beliefs are: whether they are calibrated, and how many harmed children are among those who stand out most.

A reader *flags* a child in the first week in which its belief reaches a threshold, one for all children and weeks. The threshold is
chosen so that as many children are flagged in a period as social care had open cases of, among the same children: those without one when
the period began. A flag *finds* harm if the child was harmed in a week in which it stood. Social care is scored as a reader whose belief
is 1 while a case is open, and else 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simsafe.results.hindsight import Hindsight
from simsafe.results.record import Record
from simsafe.system.cases import Stage
from simsafe.world.contact import Agency

EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)  # of bins of belief
CURVE = np.linspace(0, 0.2, 41)  # shares of children looked at, at which the curve of those found is drawn
LEAST_VARIANCE = 1.0  # of the number of harmed children in a bin, below which no z is told
NOTHING = -1.0  # below any belief


def calibration(beliefs: np.ndarray, harmed: np.ndarray) -> pd.DataFrame:
    """Children by belief, as :func:`calibrated` has them: of how many a share as large as was believed turned out to be harmed."""
    return calibrated(in_bins(beliefs, harmed))


def in_bins(beliefs: np.ndarray, harmed: np.ndarray) -> pd.DataFrame:
    """Children by belief, in sums that may be added up over runs: ``low``, ``high``, ``children``, the sum of what was ``believed``, how
    many were ``harmed``, and the ``variance`` of that number if the beliefs are right and each child's luck its own.
    """
    at = np.clip(np.searchsorted(EDGES, beliefs, side="right") - 1, 0, len(EDGES) - 2)
    count = np.bincount(at, minlength=len(EDGES) - 1)
    believed, true, spread = (
        np.bincount(at, weights=w, minlength=count.size) for w in (beliefs, harmed.astype(float), beliefs * (1 - beliefs))
    )
    return pd.DataFrame({"low": EDGES[:-1], "high": EDGES[1:], "children": count, "believed": believed, "harmed": true, "variance": spread})


def calibrated(bins: pd.DataFrame) -> pd.DataFrame:
    """Of sums as in :func:`in_bins`: ``low``, ``high``, ``children``, the mean ``belief``, the ``share`` harmed, and ``z``: by how many
    standard errors of luck the two differ; nan where the luck of so few children is not normal.
    """
    count = bins["children"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        more = {"belief": bins["believed"] / count, "share": bins["harmed"] / count}
        more["z"] = (bins["harmed"] - bins["believed"]) / np.sqrt(bins["variance"].where(bins["variance"] >= LEAST_VARIANCE))
    return bins.drop(columns=["believed", "harmed", "variance"]).assign(**more)


def open_cases(record: Record) -> np.ndarray:
    """float32 (weeks, children): 1 where social care had an open case at the end of the week, as far as weeks tell."""
    stage = np.stack([*record.stages[1:], record.stages[-1]])
    return ((stage >= Stage.ASSESSMENT) & (stage <= Stage.LOOKED_AFTER)).astype(np.float32)


@dataclass(frozen=True)
class Period:
    """Some weeks, and what was true of the children who lived here in them and had no open case when they began."""

    name: str
    weeks: slice
    rows: np.ndarray  # of these children
    here: np.ndarray  # bool (weeks, rows)
    harmed: np.ndarray  # bool (weeks, rows)
    onset: np.ndarray  # week in which harm began (weeks, rows), counted from the period's first; negative before it

    @classmethod
    def of(cls, name: str, first: int, end: int, record: Record, truth: Hindsight) -> Period:
        """The weeks from ``first`` to before ``end``."""
        weeks, stage = slice(first, end), record.stages[first]
        had_none = (stage < Stage.ASSESSMENT) | (stage > Stage.LOOKED_AFTER)
        rows = np.flatnonzero(had_none & truth.here[weeks].any(axis=0))
        onset = truth.onset[weeks][:, rows] // 7 - first
        return cls(name, weeks, rows, truth.here[weeks][:, rows], truth.harmed[weeks][:, rows], onset)

    def own(self, beliefs: np.ndarray) -> np.ndarray:
        """Beliefs (weeks, children) about these children in these weeks; nothing is believed of those who do not live here."""
        return np.where(self.here, beliefs[self.weeks][:, self.rows], NOTHING)


@dataclass(frozen=True)
class Flags:
    """Whom a reader flagged in a period, and whom it found: bool, one a child of the period; ``week``: of those found, when."""

    flagged: np.ndarray
    found: np.ndarray
    week: np.ndarray

    @classmethod
    def of(cls, period: Period, beliefs: np.ndarray, number: int) -> Flags:
        """The so many children of whom most was ever believed; of equals, those who stand first."""
        own = period.own(beliefs)
        most = own.max(axis=0)
        order = np.argsort(-most, kind="stable")[:number]
        flagged = np.zeros(most.size, dtype=bool)
        flagged[order] = most[order] > NOTHING
        return cls.at(period, own, flagged, float(most[order[-1]]) if number else np.inf)

    @classmethod
    def of_social_care(cls, period: Period, cases: np.ndarray) -> Flags:
        """The children of whom a case was open."""
        own = period.own(cases)
        return cls.at(period, own, own.max(axis=0) > 0, 1.0)

    @classmethod
    def at(cls, period: Period, own: np.ndarray, flagged: np.ndarray, threshold: float) -> Flags:
        """At a threshold, of these children only."""
        stands = (own >= threshold) & period.harmed & flagged
        return cls(flagged, stands.any(axis=0), stands.argmax(axis=0))

    def days(self, period: Period) -> np.ndarray:
        """Days from the beginning of harm, or of the period, to the week in which each child that was found was found."""
        at = np.flatnonzero(self.found)
        return 7 * (self.week[at] - np.maximum(period.onset[self.week[at], at], 0))


def found_among_the_first(period: Period, beliefs: np.ndarray) -> np.ndarray:
    """Share of the harmed children whom a reader finds when it flags each share of ``CURVE`` of all children."""
    own = period.own(beliefs)
    most, harmed = own.max(axis=0), np.where(period.harmed, own, NOTHING).max(axis=0)
    thresholds = np.sort(most)[::-1]
    number = np.floor(CURVE * most.size).astype(int)
    all_harmed = max(int(period.harmed.any(axis=0).sum()), 1)
    rising = np.sort(harmed[harmed > NOTHING])
    found = rising.size - np.searchsorted(rising, thresholds[np.maximum(number, 1) - 1], side="left")
    return np.where(number > 0, found / all_harmed, 0.0)


def silence(period: Period, record: Record, truth: Hindsight) -> tuple[np.ndarray, np.ndarray]:
    """(unmet, silent), bool a child of the period, of those harmed in it: harm of which no sign showed, where no professional met the child
    while it was harmed in these weeks, and where somebody did.
    """
    harmed = period.harmed.any(axis=0)
    shown = (truth.shown[period.weeks][:, period.rows] & period.harmed).any(axis=0)
    met = (met_by_professionals(record)[period.weeks][:, period.rows] & period.harmed).any(axis=0)
    return harmed & ~shown & ~met, harmed & ~shown & met


def met_by_professionals(record: Record) -> np.ndarray:
    """bool (weeks, children): some agency other than the community had the child in sight, or a family that opened."""
    met = np.zeros((record.weeks, record.children), dtype=bool)
    meetings = record.meetings
    other = meetings["agency"] != Agency.COMMUNITY
    met[meetings["day"][other] // 7, meetings["who"][other]] = True
    for (agency, _), weeks in record.sight.items():
        if agency != Agency.COMMUNITY:
            for week, days in enumerate(weeks):
                met[week] |= days > 0
    return met
