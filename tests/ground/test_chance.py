"""Luck asked for by name: the same for any subset, unrelated between questions, days and children, and unmoved by any plan."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import replace
from types import FrameType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_worlds import LONGER, forced, run, small, turned

import simsafe.ground.chance
from simsafe.ground.chance import MOST_IN_A_BLOCK, Candidates, Chance, block_length, part_of, poisson
from simsafe.model import SafeguardingModel

MANY = 100_000
KEYS = Chance(11).keys(np.arange(MANY, dtype=np.uint64), "child")
SMALLEST_P = 1e-4  # of a test of fit; the draws are fixed, so a test that passes once passes always


def related(one: np.ndarray, two: np.ndarray) -> float:
    return abs(float(np.corrcoef(one, two)[0, 1]))


def even(u: np.ndarray) -> bool:
    """Spread evenly over [0, 1), as far as a test of fit can tell."""
    return bool(u.min() >= 0) and bool(u.max() < 1) and stats.kstest(u, "uniform").pvalue > SMALLEST_P


def four_parts(chance: Chance, keys: np.ndarray, question: str, occasion: int) -> np.ndarray:
    """The four numbers from 0 to 65535 that one word holds, shape (4, keys)."""
    words = chance.words(keys, question, occasion)
    return np.stack([part_of(words, which) for which in range(4)])


# Subsets


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(st.integers(0, 499), max_size=60), day=st.integers(-1, 3000), seed=st.integers(0, 2**62))
def test_any_subset_of_children_meets_the_same_luck(rows, day, seed):
    chance, keys, chosen = Chance(seed), KEYS[:500], np.array(rows, dtype=np.int64)
    occasion = (np.arange(500) * 7) % 5
    asks = (
        lambda k, o: [chance.ask(k, "falls ill", day)],
        lambda k, o: [chance.keys(k, "contact", day)],
        lambda k, o: [chance.bell(k, "strain", day)],
        lambda k, o: list(chance.ask_three(k, "at the door", day)),
        lambda k, o: [chance.ask_each(k, "takes part", o, 5)],
        lambda k, o: [chance.keys_each(k, "sign", o, 5)],
        lambda k, o: list(four_parts(chance, k, "school day", day)),
    )
    for ask in asks:
        for everyone, some in zip(ask(keys, occasion), ask(keys[chosen], occasion[chosen]), strict=True):
            assert np.array_equal(everyone[chosen], some)


def test_asking_again_in_another_order_or_by_another_asker_gives_the_same_luck():
    one, two = Chance(3), Chance(3)
    first = one.ask(KEYS, "falls ill", 5)
    two.ask(KEYS, "something else")
    two.ask(KEYS, "falls ill", 6)
    assert np.array_equal(two.ask(KEYS, "falls ill", 5), first)


def test_an_occasion_of_its_own_is_that_occasion():
    chance, occasion = Chance(1), np.arange(MANY) % 4
    u, k = chance.ask_each(KEYS, "q", occasion, 4), chance.keys_each(KEYS, "q", occasion, 4)
    for n in range(4):
        at = occasion == n
        assert np.array_equal(u[at], chance.ask(KEYS[at], "q", n))
        assert np.array_equal(k[at], chance.keys(KEYS[at], "q", n))


# Unrelated and even


def test_streams_for_different_questions_days_seeds_and_children_are_unrelated():
    chance = Chance(1)
    streams = {f"{q}, {d}": chance.ask(KEYS, q, d) for q in ("falls ill", "falls ill2", "told", "passed on") for d in (-1, 0, 1, 2, 365)}
    streams["another seed"] = Chance(2).ask(KEYS, "told", 0)
    streams["the next child"] = np.roll(chance.ask(KEYS, "told", 0), 1)
    streams["the next key"] = chance.ask(KEYS + np.uint64(1), "told", 0)
    streams["the next number"] = chance.ask(np.arange(MANY, dtype=np.uint64), "told", 0)
    streams["what follows"] = chance.ask(chance.keys(KEYS, "told", 0), "told", 0)
    streams |= {f"part {i}": u for i, u in enumerate(chance.ask_three(KEYS, "told", 0))}
    streams |= {f"day {i} of four": u.astype(float) for i, u in enumerate(four_parts(chance, KEYS, "told", 3))}
    streams["bell"] = chance.bell(KEYS, "strain", 0)
    together = np.abs(np.corrcoef(np.stack(list(streams.values()))))
    np.fill_diagonal(together, 0)
    worst = np.unravel_index(together.argmax(), together.shape)
    assert together.max() < 0.02, [list(streams)[i] for i in worst]


@pytest.mark.parametrize("occasion", [-1, 0, 1, 1000])
def test_luck_is_even_in_each_and_together(occasion):
    chance = Chance(1)
    assert even(chance.ask(KEYS, "q", occasion))
    assert even(chance.ask(np.arange(MANY, dtype=np.uint64), "q", occasion))  # keys need not be scrambled before
    for part in chance.ask_three(KEYS, "q", occasion):
        assert even(part)
    a, b, c = (np.minimum((u * 8).astype(int), 7) for u in chance.ask_three(KEYS, "q", occasion))
    cells = np.bincount(a * 64 + b * 8 + c, minlength=512)
    assert stats.chisquare(cells).pvalue > SMALLEST_P


def test_the_numbers_of_four_days_are_even_and_each_day_its_own():
    chance = Chance(1)
    days = np.concatenate([four_parts(chance, KEYS, "school day", number) for number in (7, 8)])
    assert days.shape == (8, MANY)
    assert days.dtype == np.uint16
    for a in range(8):
        assert stats.chisquare(np.bincount(days[a] >> 8, minlength=256)).pvalue > SMALLEST_P
        assert stats.chisquare(np.bincount(days[a] & 255, minlength=256)).pvalue > SMALLEST_P
        for b in range(a):
            assert related(days[a], days[b]) < 0.02


def test_a_bell_has_mean_nought_and_spread_one():
    bell = Chance(1).bell(KEYS, "strain", 3)
    assert abs(bell.mean()) < 0.02
    assert abs(bell.std() - 1) < 0.02
    assert np.abs(bell).max() <= 3.5


# Poisson counts and candidates


@pytest.mark.parametrize("expected", [0.01, 0.4, 3.0, 12.0])
def test_counts_are_poisson(expected):
    u = Chance(1).ask(KEYS, "count")
    who, number = poisson(u, np.full(MANY, expected))
    count = np.bincount(who, minlength=MANY)
    top = int(stats.poisson.ppf(1 - 20 / MANY, expected))
    seen = np.append(np.bincount(count, minlength=top + 1)[: top + 1], np.count_nonzero(count > top))
    chances = np.append(stats.poisson.pmf(np.arange(top + 1), expected), stats.poisson.sf(top, expected))
    assert stats.chisquare(seen, chances / chances.sum() * MANY).pvalue > SMALLEST_P
    order = np.lexsort((number, who))
    first = np.searchsorted(who[order], who[order])
    assert np.array_equal(number[order], np.arange(who.size) - first), "events of one child are not numbered 0, 1, 2 ..."


def test_a_higher_expectation_only_adds_events():
    u = Chance(1).ask(KEYS, "count")
    few, more = (np.bincount(poisson(u, np.full(MANY, e))[0], minlength=MANY) for e in (0.7, 1.1))
    assert (more >= few).all()
    assert more.sum() > few.sum()


def test_nothing_is_expected_where_the_rate_is_nought():
    assert not poisson(np.array([0.0, 0.5, 1 - 2**-53]), np.zeros(3))[0].size


def test_too_many_events_at_once_are_refused():
    with pytest.raises(ValueError, match=str(MOST_IN_A_BLOCK)):
        poisson(np.array([0.999999]), np.array([200.0]))
    for rate in (0.0, 0.001, 0.01, 0.03, 0.1, 0.5, 1.0):
        assert block_length(rate) in (7, 28, 84)
        assert block_length(rate) * rate <= MOST_IN_A_BLOCK / 5


def laid(highest: float = 0.02, children: int = 3000, **levels: np.ndarray) -> Candidates:
    return Candidates(Chance(5), KEYS[:children], "comes", highest, **levels)


def test_candidates_come_at_their_ceiling_rate_on_even_days_with_even_marks():
    found = laid()
    by_day = [found.on(day) for day in range(168)]
    count = np.array([h.who.size for h in by_day])
    assert abs(count.mean() - 60) < 4 * np.sqrt(60 / 168)
    assert stats.chisquare(count).pvalue > SMALLEST_P
    assert even(np.concatenate([h.least / 0.02 for h in by_day]))
    keys = np.concatenate([h.key for h in by_day])
    assert np.unique(keys).size == keys.size, "two candidates share an identity"


def test_a_row_has_candidates_in_proportion_to_its_level_or_its_groups():
    level = np.array([0.0, 0.5, 2.0])
    group = np.arange(3000) % 3
    by_group, by_row = laid(level=level, of=group), laid(level=level[group])
    count = np.zeros(3)
    for day in range(84):
        one, other = by_group.on(day), by_row.on(day)
        assert np.array_equal(one.key, other.key)
        count += np.bincount(group[one.who], minlength=3)
    expected = 1000 * 84 * 0.02 * level
    assert count[0] == 0
    assert (np.abs(count - expected) <= 4 * np.sqrt(expected)).all()
    assert np.allclose(by_group.ceiling(), 0.02 * level[group])


def test_a_rate_above_its_ceiling_is_an_error():
    found = laid(level=np.full(3000, 0.5))
    today = found.on(3)
    assert found.happens(today, np.full(today.who.size, 0.01)).all()
    assert not found.happens(today, np.zeros(today.who.size)).any()
    with pytest.raises(ValueError, match=r"comes: a rate of .* above its ceiling"):
        found.happens(today, np.full(today.who.size, 0.0102))


def test_blocks_are_independent_of_each_other():
    found = laid(0.01)
    blocks = []
    for block in range(4):
        count = np.zeros(3000)
        for day in range(84):
            np.add.at(count, found.on(84 * block + day).who, 1)
        blocks.append(count)
    for a in range(4):
        for b in range(a):
            assert related(blocks[a], blocks[b]) < 4 / np.sqrt(3000)


def test_a_block_thrown_away_and_made_again_is_identical():
    found = laid()
    before = [found.on(day) for day in (3, 50, 83)]
    found.on(84), found.on(600)
    for then, now in zip(before, [found.on(day) for day in (3, 50, 83)], strict=True):
        assert all(np.array_equal(getattr(then, f), getattr(now, f)) for f in ("who", "least", "ceiling", "key"))


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.integers(0, 2999), unique=True, min_size=1, max_size=50), day=st.integers(0, 500))
def test_any_subset_has_the_same_candidates_in_its_own_order(rows, day):
    everyone = laid(0.1).on(day)
    some = Candidates(Chance(5), KEYS[rows], "comes", 0.1).on(day)
    assert np.array_equal(some.who, np.sort(some.who))
    theirs = {(rows[w], m, k) for w, m, k in zip(some.who, some.least, some.key, strict=True)}
    assert theirs == {(w, m, k) for w, m, k in zip(everyone.who, everyone.least, everyone.key, strict=True) if w in rows}


def test_more_exposure_only_adds_and_another_days_exposure_changes_nothing_today():
    def happen(rates: dict[int, float]) -> dict[int, set[int]]:
        found, happened = laid(), {}
        for day in range(100):
            today = found.on(day)
            happened[day] = set(today.key[found.happens(today, np.full(today.who.size, rates.get(day, 0.008)))].tolist())
        return happened

    usual, busy = happen({}), happen(dict.fromkeys(range(40, 60), 0.016))
    assert all(busy[day] >= usual[day] for day in range(40, 60))
    assert sum(len(busy[day]) for day in range(40, 60)) > 1.5 * sum(len(usual[day]) for day in range(40, 60))
    assert all(busy[day] == usual[day] for day in [*range(40), *range(60, 100)])


# Every question in the code


class Overheard:
    """Everything asked of chance in a run: who asked (a line of the code) and, as one number, of which key in which word."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.luck: dict[str, list[np.ndarray]] = defaultdict(list)
        self.identities: list[np.ndarray] = []  # keys made from keys may be made again: they are names, not luck
        self.words: dict[int, set[tuple[str, int]]] = defaultdict(set)
        for name in ("mix", "throw"):
            monkeypatch.setattr(simsafe.ground.chance, name, self.listen(getattr(simsafe.ground.chance, name)))
        word = Chance.word

        def heard(chance: Chance, question: str, occasion: int = -1) -> np.uint64:
            said = word(chance, question, occasion)
            self.words[int(said)].add((question, occasion))
            return said

        monkeypatch.setattr(Chance, "word", heard)

    def listen(self, scramble):
        def heard(keys, word):
            frame: FrameType | None = sys._getframe(1)
            asked = frame.f_code.co_name
            while frame and frame.f_code.co_filename.endswith("chance.py") and asked != "_lay_down":
                asked, frame = frame.f_code.co_name, frame.f_back
            assert frame is not None
            draws = np.atleast_1d(keys + word)  # equal sums are equal draws
            if asked in ("keys", "keys_each"):
                self.identities.append(draws)
            else:
                place = frame.f_code.co_filename.rsplit("simsafe/", 1)[-1]
                self.luck[f"{place} {frame.f_code.co_name}:{frame.f_lineno}"].append(draws)
            return scramble(keys, word)

        return heard


def test_no_two_questions_in_the_code_share_a_word_or_a_draw(monkeypatch):
    overheard = Overheard(monkeypatch)
    helped = turned(devices_share=0.5, school_doorstep_weeks=2.0, school_check_in_share=0.8, protection_visit_in_person_share=0.5)
    model = SafeguardingModel(replace(small(600, plan=helped), capacity_coupling=False))
    for _ in range(100):
        model.step()
    assert len(overheard.words) > 500
    assert all(len(asked) == 1 for asked in overheard.words.values()), "two questions share a word"
    places = {place: np.unique(np.concatenate(parts)) for place, parts in overheard.luck.items()}
    assert len(places) > 50
    places["the names of things"] = np.unique(np.concatenate(overheard.identities))
    draws = np.concatenate(list(places.values()))
    whose = np.repeat(np.arange(len(places)), [d.size for d in places.values()])
    order = np.argsort(draws, kind="stable")
    shared = np.flatnonzero(draws[order][1:] == draws[order][:-1])
    pairs = {tuple(sorted(list(places)[whose[order][i + k]] for k in (0, 1))) for i in shared}
    assert not pairs, f"asked in two places of the same keys: {pairs}"


DECIDED_ONCE = ("referring.py tell", "front_door.py _decide", "front_door.py _screen", "assessment.py complete", "protection.py review")


def test_no_decision_is_thrown_for_twice(monkeypatch):
    overheard = Overheard(monkeypatch)
    quick = {"assessment__strategy": 3.0, "assessment__conference": 3.0, "plans__keep_plan": 4.0, "plans__first_review": 15}
    run(small(2000, parameters=forced(**quick, plans__next_reviews=15, plans__in_need_review=10), **LONGER))
    for place in DECIDED_ONCE:
        draws = np.concatenate([d for where, parts in overheard.luck.items() if place in where for d in parts])
        assert draws.size > 5, place
        assert np.unique(draws).size == draws.size, f"{place}: two decisions share their luck"


def test_a_run_draws_nothing_from_an_advancing_stream(monkeypatch):
    model = run(replace(small(600), seed=8), days=5)
    before = model.rng.bit_generator.state, model.random.getstate()
    for _ in range(30):
        model.step()
    assert (model.rng.bit_generator.state, model.random.getstate()) == before
