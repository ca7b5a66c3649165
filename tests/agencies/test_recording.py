"""What is noticed and not written down: clinicians' soft impressions only, and less of them the more families may read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from small_worlds import forced, log_of, ordinary, run

from simsafe.agencies.recording import CLINICIANS, RecordingPractice, written_down
from simsafe.ground.chance import Chance
from simsafe.system.events import Event
from simsafe.world.contact import AGENCIES, PUBLISHED_SOURCES, Agency, Concern, Mode, Signs, Strength

EACH = 500


def every_kind() -> Signs:
    """So many weak and so many strong signs noticed by each agency."""
    agency = np.repeat(np.arange(AGENCIES, dtype=np.int8), 2 * EACH)
    strength = np.tile(np.repeat(np.array(Strength, dtype=np.int8), EACH), AGENCIES)
    concern, mode = (np.full(agency.size, value, dtype=np.int8) for value in (Concern.NEGLECT, Mode.CLINIC))
    who = np.arange(agency.size)
    return Signs(agency, who, strength, concern, mode, Chance(4).keys(who.astype(np.uint64), "sign"))


def kept(share: float) -> Signs:
    return written_down(every_kind(), Chance(7), RecordingPractice(clinicians_write=share))


def test_only_clinicians_weak_signs_stay_out_and_about_as_many_as_said():
    signs = kept(0.6)
    assert set(np.flatnonzero(CLINICIANS).tolist()) == {int(a) for a in PUBLISHED_SOURCES["health"]}
    for agency in Agency:
        for strength in Strength:
            there = np.count_nonzero((signs.agency == agency) & (signs.strength == strength)) / EACH
            if CLINICIANS[agency] and strength is Strength.WEAK:
                assert 0.5 < there < 0.7, agency.name
            else:
                assert there == 1, agency.name


def test_the_less_is_written_the_fewer_signs_and_the_others_stay_as_they_were():
    amounts = [kept(share) for share in (0.3, 0.6, 0.9, 1.0)]
    assert all(set(few.key.tolist()) < set(more.key.tolist()) for few, more in pairwise(amounts))
    everything, few = every_kind(), amounts[0]
    rows = np.flatnonzero(np.isin(everything.key, few.key))
    assert all(
        np.array_equal(getattr(everything, n)[rows], getattr(few, n)) for n in ("agency", "who", "strength", "concern", "mode", "key")
    )


def test_in_a_run_what_is_not_written_is_in_nobodys_record():
    """With the loop open and coupling off, so that nothing else can differ."""
    alone = {"capacity_coupling": False, "open_loop": True}
    all_written, some = (
        run(ordinary(2000, parameters=forced(recording__clinicians_write=share), **alone), days=60) for share in (1.0, 0.3)
    )
    signs = []
    for model in (all_written, some):
        rows = log_of(model)
        rows = rows[rows[:, 1] == Event.SIGN]
        signs.append([tuple(row) for row in rows.tolist()])
    lost = [row for row in signs[0] if row not in set(signs[1])]
    assert set(signs[1]) < set(signs[0])
    assert lost
    for _, _, _, agency, what in lost:
        assert CLINICIANS[agency]
        assert what // 64 == Strength.WEAK
