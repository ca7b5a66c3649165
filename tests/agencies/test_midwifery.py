"""Midwifery: every pregnancy from its booking to ten days after birth, and nobody is seen before it is born."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import ordinary

from simsafe.agencies.midwifery import HANDED_OVER, TERM, Midwifery, MidwiferyRates
from simsafe.model import SafeguardingModel
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, Attempt, Concern, Meetings, Mode, Signs
from simsafe.world.population import PREGNANCY

AGES = range(-TERM, HANDED_OVER + 20)  # days from birth


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(ordinary(20_000))


def begins(model: SafeguardingModel, **numbers: float) -> tuple[np.ndarray, np.ndarray]:
    """Of each child to be born: the first day of age on which a midwife may meet it, and the contacts expected in all."""
    born = np.flatnonzero(model.world.children.birth > 0)
    service = Midwifery(model.world, model.chance, MidwiferyRates(**numbers))
    birth = model.world.children.birth[born].astype(np.int32)
    rate = np.stack([service.usual_rate(born, birth + age) for age in AGES])
    assert (rate[np.array(AGES) >= HANDED_OVER] == 0).all(), "the health visitor has taken over"
    first = np.where(rate.any(axis=0), np.array(AGES)[(rate > 0).argmax(axis=0)], HANDED_OVER)
    return first, rate.sum(axis=0)


def test_a_pregnancy_booked_in_time_is_met_the_usual_number_of_times_and_every_child_at_least_after_birth(model):
    how = MidwiferyRates()
    first, contacts = begins(model)
    in_time = first == how.booking - TERM
    assert in_time.mean() == pytest.approx(1 - how.books_late - how.concealed, abs=0.05)
    assert np.allclose(contacts[in_time], how.contacts)
    assert (contacts[~in_time] < how.contacts).all()
    assert (contacts > 0).all()
    assert (first >= how.booking - TERM).all()
    assert (first <= 0).all()


def test_late_bookers_come_after_twenty_weeks_and_concealed_pregnancies_only_when_the_child_is_born(model):
    late, _ = begins(model, books_late=0.3, concealed=0.02)
    share = np.mean((late >= 140 - TERM) & (late < 0))
    assert share == pytest.approx(0.3, abs=0.06)
    assert np.mean(late == 0) == pytest.approx(0.02, abs=0.02)
    few, _ = begins(model, books_late=0.02, concealed=0.0)
    in_time = MidwiferyRates().booking - TERM
    assert ((late == in_time) <= (few == in_time)).all(), "fewer book late, and nobody who did not before"
    assert not (few == 0).any()


def met(model: SafeguardingModel, day: int = 30, mode: Mode = Mode.HOME_VISIT) -> tuple[Attempt, Meetings, Signs]:
    """Midwives try to meet the families of all who are expected."""
    birth = model.world.children.birth.astype(int)
    who = np.flatnonzero((birth > day) & (birth <= day + PREGNANCY))
    key = model.chance.keys(model.world.children.key[who], "a try of this test", day)
    attempt = Attempt.by(Agency.MIDWIFERY, who, np.full(who.size, mode, dtype=np.int8), key, True)
    return attempt, *model.behind.answer(attempt, [], Conditions(), model.world.families.digital, day)


def test_a_family_met_before_the_birth_is_met_and_the_child_neither_seen_nor_alone_nor_spoken_to(model):
    for mode in (Mode.HOME_VISIT, Mode.CLINIC, Mode.PHONE):
        attempt, meetings, _ = met(model, mode=mode)
        assert attempt.size > 200
        assert meetings.opened.mean() > 0.6
        assert not (meetings.seen | meetings.alone | meetings.spoken).any()


def test_what_shows_before_birth_is_the_parents_side(model):
    """Where there is neither domestic abuse nor difficulty only look-alike signs show; elsewhere there are more, and of those kinds."""
    children, hidden = model.world.children, model.behind.hidden
    rate, kept = model.behind.door.how.nature.weak, model.behind.door.how.nature.weak.copy()
    rate[Agency.MIDWIFERY] = 0.5
    try:
        days = [met(model, day) for day in range(30, 60)]
    finally:
        rate[:] = kept
    troubled = hidden.domestic_abuse | hidden.parental_difficulty.astype(bool)
    tried = np.concatenate([troubled[children.family[attempt.who]] for attempt, _, _ in days])
    showed = np.concatenate([troubled[children.family[signs.who]] for _, _, signs in days])
    strong = np.concatenate([signs.strength == 1 for _, _, signs in days])
    assert showed.sum() / tried.sum() > (~showed).sum() / (~tried).sum()
    assert strong[showed].mean() > strong[~showed].mean()
    abuse = np.concatenate([hidden.domestic_abuse[children.family[s.who]] & (s.strength == 1) for _, _, s in days])
    concern = np.concatenate([s.concern for _, _, s in days])
    assert (concern[abuse] == Concern.DOMESTIC_ABUSE).mean() > 0.5
