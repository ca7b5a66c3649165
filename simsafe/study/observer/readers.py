"""Four readers of one run's records: of nothing, of everything together, of each agency's by itself, and of what reached social care."""

from __future__ import annotations

import numpy as np

from simsafe.ground.table import Table
from simsafe.model import SafeguardingModel
from simsafe.results.record import NO_SIGN, Record
from simsafe.study.observer.evidence import EVERYONE, Heard
from simsafe.study.observer.reader import read
from simsafe.system.events import Event
from simsafe.world.contact import AGENCIES, Agency, Strength

TOGETHER, APART, TOLD, NOTHING = "all records together", "each agency alone", "what reached social care", "no record"
READERS = (TOGETHER, TOLD, APART, NOTHING)
OFFSET, SPAN = 1 << 14, 1 << 15  # days are put above 0 and below a power of two, to be part of one number


def beliefs(model: SafeguardingModel, record: Record) -> dict[str, np.ndarray]:
    """float32 (weeks, children) by reader, from the record and the event log of a run that is over.

    ``APART`` is the most that any one agency believes by its own signs and contacts. An agency without a sign of a child believes no more
    than one that has read nothing, so such children are not read again; neither are those of whom social care holds nothing.
    """
    known = (record, model.world, model.setup)
    nothing = read(*known, Heard(frozenset()))
    made = {TOGETHER: read(*known), NOTHING: nothing, APART: nothing.copy(), TOLD: nothing.copy()}
    for agency in Agency:
        rows = _with_signs(record, agency)
        if rows.size:
            made[APART][:, rows] = np.maximum(made[APART][:, rows], read(*known, Heard(frozenset({agency})), rows))
    told = heard_by_social_care(model, record)
    rows = _of_interest(record, told)
    made[TOLD][:, rows] = read(*known, told, rows)
    return made


def _with_signs(record: Record, agency: Agency) -> np.ndarray:
    """Rows of the children about whom an agency noticed something, before the run or in it."""
    found = [record.past["child"][record.past["agency"] == agency], record.signs["who"][record.signs["agency"] == agency]]
    met = record.meetings
    return np.unique(np.concatenate([*found, met["who"][(met["agency"] == agency) & (met["strength"] != NO_SIGN)]])).astype(np.int64)


def _of_interest(record: Record, told: Heard) -> np.ndarray:
    """Rows of the children whom social care met, or of whom it holds a sign."""
    assert told.of_signs is not None
    assert told.of_meetings is not None
    assert told.of_past is not None
    met = record.meetings
    found = [record.signs["who"][told.of_signs >= 0], record.past["child"][told.of_past >= 0]]
    at_meetings = (met["agency"] == Agency.SOCIAL_CARE) | ((met["strength"] != NO_SIGN) & (told.of_meetings >= 0))
    return np.unique(np.concatenate([*found, met["who"][at_meetings]])).astype(np.int64)


def heard_by_social_care(model: SafeguardingModel, record: Record) -> Heard:
    """Which signs reached social care's record, and when, from the log; what share of an agency's did is counted over the run."""
    log, signs, met, past = model.log.rows, record.signs, record.meetings, record.past
    noisy = met["strength"] != NO_SIGN
    of_signs = _arrivals(model, log, signs["who"], signs["agency"], signs["day"])
    of_meetings = np.where(noisy, _arrivals(model, log, met["who"], met["agency"], met["day"]), -1)
    held = (past["holders"] >> int(Agency.SOCIAL_CARE)) & 1 > 0
    of_past = np.where(held, 0, _arrivals(model, log, past["child"], past["agency"], past["day"]))
    agency, strength = (np.concatenate([signs[name], met[name][noisy]]).astype(np.int64) for name in ("agency", "strength"))
    cell = agency * len(Strength) + strength
    reached = np.concatenate([of_signs, of_meetings[noisy]]) >= 0
    every, some = (np.bincount(c, minlength=AGENCIES * len(Strength)) for c in (cell, cell[reached]))
    share = (some / np.maximum(every, 1)).reshape(AGENCIES, len(Strength))
    share[Agency.SOCIAL_CARE] = 1.0
    before = model.setup.in_force.truth.past
    return Heard(EVERYONE, share, (before.told, before.told_of_open), of_signs, of_meetings, of_past)


def _arrivals(model: SafeguardingModel, log: Table, who: np.ndarray, agency: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The day on which each of these signs reached social care, -1 if never; its own are there at once."""
    shares = np.flatnonzero(log["kind"] == Event.SHARE)
    child = model.rows_of(log["who"][shares])
    name, wanted = _named(child, log["a"][shares], log["b"][shares]), _named(who, agency, day)
    order = np.lexsort((log["day"][shares], name))
    if not order.size:
        return np.where(agency == Agency.SOCIAL_CARE, day, -1).astype(np.int64)
    at = order[np.minimum(np.searchsorted(name[order], wanted), order.size - 1)]
    arrived = np.where(name[at] == wanted, log["day"][shares][at], -1)
    return np.where(agency == Agency.SOCIAL_CARE, day, arrived).astype(np.int64)


def _named(who: np.ndarray, agency: np.ndarray, day: np.ndarray) -> np.ndarray:
    """One number for the signs of an agency about a child on a day."""
    return (who.astype(np.int64) * AGENCIES + agency) * SPAN + day.astype(np.int64) + OFFSET
