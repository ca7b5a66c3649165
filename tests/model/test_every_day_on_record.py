"""What must be true on every simulated day of records and of what is shared."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from days import Day

from simsafe.system.events import Event
from simsafe.world.contact import AGENCIES, Agency

# Records and sharing


def rows_new_to_social_care(before: Day, after: Day) -> np.ndarray:
    """Rows, as of ``after``, of partners' signs that are in social care's record and were not the day before."""
    known = [d.signs["key"][d.signs["holders"] & bit(Agency.SOCIAL_CARE) != 0] for d in (before, after)]
    new = np.isin(after.signs["key"], np.setdiff1d(known[1], known[0]))
    return np.flatnonzero(new & (after.signs["agency"] != Agency.SOCIAL_CARE))


def bit(agency: Agency | int) -> int:
    return 1 << int(agency)


def test_an_agency_holds_its_own_signs_and_those_that_reached_it(diary):
    for day in diary.days:
        own = np.left_shift(1, day.signs["agency"].astype(int))
        assert np.array_equal(day.signs["holders"] & own, own), "an agency forgot its own sign"


def test_what_partners_learn_in_a_day_is_what_they_were_told_that_day_each_sign_once(diary):
    ids, heard = diary.model.ids, 0
    for before, after in diary.pairs():
        signs = after.signs
        row = {key: holders for key, holders in zip(before.signs["key"].tolist(), before.signs["holders"].tolist(), strict=True)}
        told: Counter[tuple[int, int, int]] = Counter()
        for key, child, agency, day, holders in zip(
            *(signs[n].tolist() for n in ("key", "child", "agency", "day", "holders")), strict=True
        ):
            new = holders & ~row.get(key, bit(agency)) & ~bit(Agency.SOCIAL_CARE)
            told.update((int(ids[child]), partner, day) for partner in range(AGENCIES) if new >> partner & 1)
        assert told == Counter((w, a % 16, b) for k, w, a, b in after.log.tolist() if k == Event.PASSED)
        heard += sum(told.values())
    assert heard > 20 or not diary.rich


def test_signs_are_made_by_agencies_alone_and_put_away_only_when_old(diary):
    memory = diary.model.setup.parameters.belief.memory
    for before, after in diary.pairs():
        was, now = before.signs, after.signs
        assert np.unique(now["key"]).size == now["key"].size, "two signs share an identity"
        new = ~np.isin(now["key"], was["key"])
        assert np.count_nonzero(new) == after.count(Event.SIGN)
        assert (now["day"][new] == after.number).all()
        assert (was["day"][~np.isin(was["key"], now["key"])] < after.number - memory).all()


def test_what_social_care_learns_in_a_day_is_what_was_shared_that_day_each_sign_once(diary):
    ids = diary.model.ids
    for before, after in diary.pairs():
        new, signs = rows_new_to_social_care(before, after), after.signs
        told = zip(ids[signs["child"][new]].tolist(), signs["agency"][new].tolist(), signs["day"][new].tolist(), strict=True)
        assert Counter(told) == Counter((w, a, b) for k, w, a, b in after.log.tolist() if k == Event.SHARE)
        forgotten = np.setdiff1d(before.signs["key"][before.signs["holders"] & bit(Agency.SOCIAL_CARE) != 0], signs["key"])
        held = signs["key"][signs["holders"] & bit(Agency.SOCIAL_CARE) != 0]
        was = before.signs["key"][before.signs["holders"] & bit(Agency.SOCIAL_CARE) != 0]
        assert np.isin(was, np.concatenate([held, forgotten])).all(), "social care forgot a sign that is still there"


def test_nothing_arrives_before_it_is_sent(diary):
    arrived = 0
    for before, after in diary.pairs():
        assert (after.on_the_way["arrives"] > after.number).all()
        sent = before.signs["key"][before.on_the_way["sign"][before.on_the_way["arrives"] <= after.number]]
        signs, new = after.signs, rows_new_to_social_care(before, after)
        assert (signs["day"][new] <= after.number).all()
        today = signs["day"] == after.number
        had_news = set(zip(diary.model.ids[signs["child"][today]].tolist(), signs["agency"][today].tolist(), strict=True))
        had_news |= {(w, a % 16) for k, w, a, _ in after.log.tolist() if k == Event.PASSED}
        came = np.isin(signs["key"][new], sent)
        met = np.isin(diary.model.ids[signs["child"][new]], after.who(Event.MEETING))
        for row in new[~came & ~met].tolist():
            holders = {a for a in range(AGENCIES) if int(signs["holders"][row]) >> a & 1}
            assert any((int(diary.model.ids[signs["child"][row]]), a) in had_news for a in holders), "learnt without being told"
        arrived += int(came.sum())
    assert arrived > 10 or not diary.rich


def test_chains_lead_from_the_newest_sign_of_a_child_through_all_of_them(diary):
    records = diary.model.records
    child, previous, day = (records.signs[n] for n in ("child", "previous", "day"))
    for who in np.flatnonzero(records.last_sign >= 0)[:300]:
        walked, row = [], int(records.last_sign[who])
        while row >= 0:
            walked.append(row)
            row = int(previous[row])
        assert sorted(walked) == np.flatnonzero(child == who).tolist()
        assert all(day[later] >= day[earlier] or day[earlier] <= 0 for later, earlier in pairwise(walked))
