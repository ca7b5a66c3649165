"""The ladder of detection: on which day each spell of harm reached each rung, found from the two ledgers when somebody asks.

A rung is reached by the first event of its kind about the child between the spell's onset and its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.table import Table
from simsafe.system.cases import NONE
from simsafe.system.events import RUNGS, Decision, Event

if TYPE_CHECKING:
    from simsafe.cast import Cast

DAYS = 1 << 16  # more than a run can have


def first_days(model: Cast) -> dict[str, np.ndarray]:
    """The first day on which each spell in ``harm.spells`` reached each rung, int64, NONE when it has not; 0 for before the run."""
    log, spells = model.log.rows, model.behind.harm.spells
    child, end = spells["child"].astype(np.int64), spells["end"].astype(np.int64)
    end = np.where(end == NONE, DAYS, end)
    since = child * DAYS + np.maximum(spells["onset"], 0)
    return {
        rung: np.where(spells["before"] >> k & 1 > 0, 0, _first(_moments(model, log, reached), child, since, end))
        for k, (rung, reached) in enumerate(rungs_reached(log).items())
    }


def rungs_reached(log: Table) -> dict[str, np.ndarray]:
    """For each rung, from the lowest: which events reach it."""
    kind, a, b = log["kind"], log["a"], log["b"]
    conference = kind == Event.CONFERENCE
    reached = (
        kind == Event.SIGN, kind == Event.CONTACT, kind == Event.REFERRAL, (kind == Event.DECISION) & (b == Decision.ASSESSMENT),
        conference, (conference & (a == 1)) | (kind == Event.INTO_CARE),
    )  # fmt: skip
    return dict(zip(RUNGS, reached, strict=True))


def _moments(model: Cast, log: Table, which: np.ndarray) -> np.ndarray:
    """Child and day of some events as one sorted number each."""
    return np.sort(model.rows_of(log["who"][which]).astype(np.int64) * DAYS + log["day"][which])


def _first(moments: np.ndarray, child: np.ndarray, since: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The first of these moments of each child at or after ``since`` and before the day ``end``, as a day, or NONE."""
    moments = np.append(moments, np.int64(DAYS) << 40)
    of_child, day = np.divmod(moments[np.searchsorted(moments, since)], DAYS)
    return np.where((of_child == child) & (day < end), day, NONE)


def lucky(model: Cast) -> np.ndarray:
    """bool for each spell that began in the run: its first referral acted upon came from an agency that had no true sign of it.

    True signs are those of :class:`~simsafe.senses.true_signs.TrueSigns`, from the spell's onset to the day of the decision.
    """
    log, spells = model.log.rows, model.behind.harm.spells
    child, onset, acted = spells["child"].astype(np.int64), spells["onset"].astype(np.int64), first_days(model)["acted_upon"]
    moments, agency = _with_agency(model, log, np.flatnonzero(rungs_reached(log)["acted_upon"]))
    at = np.minimum(np.searchsorted(moments, child * DAYS + acted), max(moments.size - 1, 0))
    signs = model.behind.door.true_signs.table
    kept = signs["agency"].astype(np.int64) << 48 | (signs["child"].astype(np.int64) * DAYS + signs["day"])
    kept.sort()
    found = np.zeros(child.size, dtype=bool)
    rows = np.flatnonzero((onset >= 0) & (acted != NONE))
    who, source = child[rows], agency[at[rows]] << 48
    first = np.searchsorted(kept, source | (who * DAYS + onset[rows]), "left")
    last = np.searchsorted(kept, source | (who * DAYS + acted[rows]), "right")
    found[rows] = first == last
    return found


def _with_agency(model: Cast, log: Table, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Child and day of some events as one sorted number each, and the agency that each names."""
    moments = model.rows_of(log["who"][rows]).astype(np.int64) * DAYS + log["day"][rows]
    order = np.argsort(moments, kind="stable")
    return moments[order], log["a"][rows][order].astype(np.int64)


def found_days(model: Cast) -> np.ndarray:
    """The day on which each spell was found: a referral acted upon, or a higher rung reached; NONE when it was not."""
    reached = first_days(model)
    days = np.stack([reached[rung] for rung in RUNGS[RUNGS.index("acted_upon") :]])
    day = np.where(days == NONE, DAYS, days).min(axis=0)
    return np.where(day == DAYS, NONE, day)


def harm_stretches(model: Cast) -> dict[str, np.ndarray]:
    """Every spell of harm cut where it worsened, one stretch an entry: ``spell``, ``first`` day, ``end`` (the day after its last)
    and ``severity``.
    """
    spells, worsened = model.behind.harm.spells, model.behind.harm.worsened
    whole, steps = np.arange(len(spells)), worsened["spell"].astype(np.int64)
    spell = np.concatenate([whole, steps])
    first = np.concatenate([spells["onset"].astype(np.int64), worsened["day"].astype(np.int64)])
    order = np.lexsort((first, spell))
    spell, first = spell[order], first[order]
    stop = spells["end"].astype(np.int64)
    stop = np.where(stop == NONE, model.day, stop)[spell]
    last = np.append(spell[1:] != spell[:-1], True)  # of its spell
    end = np.where(last, stop, np.append(first[1:], 0))
    after = np.bincount(steps, minlength=len(spells))[spell]  # steps still to come after this stretch
    begin = np.append(0, np.flatnonzero(last)[:-1] + 1)[spell] if spell.size else spell
    severity = spells["severity"].astype(np.int64)[spell] - after + (np.arange(spell.size) - begin)
    return {"spell": spell, "first": first, "end": np.maximum(end, first), "severity": severity}
