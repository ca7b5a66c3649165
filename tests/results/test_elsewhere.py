"""What others held about children let go: counted afterwards from the records, and read by no decision."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import LONGER, as_happened, forced, log_of, run, small, turned

from simsafe.model import SafeguardingModel
from simsafe.results import measures as diary
from simsafe.results.elsewhere import held_elsewhere, let_go_today, pooled_worry
from simsafe.system.events import Closing, Decision, Event
from simsafe.world.contact import Agency, Concern

NAMES = ("let_go_signs_elsewhere", "let_go_pooled_over")


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    """A finished run, with what the measure saw on each of its days beside what was there, counted child by child."""
    made = SafeguardingModel(small(4000, seed=2, parameters=forced(front_door__assess=2.5), **LONGER))
    made.again = []
    usual = made.measures.write_day

    def write_day(model: SafeguardingModel) -> None:
        made.again.append(by_hand(model))
        usual(model)

    made.measures.write_day = write_day
    while made.running:
        made.step()
    return made


def by_hand(model: SafeguardingModel) -> tuple[int, int]:
    """The two measures of today, in plain words and one child at a time."""
    signs, belief, elsewhere, over = model.records.signs, model.setup.parameters.belief, 0, 0
    decided, _, what = model.log.today_with(Event.DECISION)
    closed, _, why = model.log.today_with(Event.CLOSED)
    gone = [(c, model.front_door.how.assess) for c, w in zip(decided, what, strict=True) if w == Decision.NO_FURTHER_ACTION]
    gone += [(c, model.assessing.how.in_need) for c, w in zip(closed, why, strict=True) if w != Closing.GROWN_UP]
    for child, mark in gone:
        harm = float(model.records.worry_of(Agency.SOCIAL_CARE, np.array([child]), model.day)[0])
        need = float(model.records.need_of(np.array([child]), model.day)[0])
        own, found = max(harm, need), False
        for row in np.flatnonzero(signs["child"] == child):
            if signs["holders"][row] >> int(Agency.SOCIAL_CARE) & 1:
                continue
            found = True
            weight = model.records.weighing.of_signs(*(signs[n][row : row + 1] for n in ("strength", "concern", "mode")))[0]
            weight *= 2 ** (-(model.day - int(signs["day"][row])) / belief.half_life)
            if signs["concern"][row] == Concern.NEED:
                need += weight
            else:
                harm += weight
        elsewhere += found
        over += own < mark <= max(harm, need)
    return elsewhere, over


def test_every_day_is_counted_as_one_would_by_hand(model):
    daily = model.measures.daily
    for k, name in enumerate(NAMES):
        assert daily[name].tolist() == [day[k] for day in model.again], name
        assert daily[name].sum() > 3, name


def test_those_whom_pooling_would_have_kept_are_among_those_of_whom_others_held_signs_and_those_among_all_let_go(model):
    daily, log = model.measures.daily, log_of(model)
    decided = (log[:, 1] == Event.DECISION) & (log[:, 4] == Decision.NO_FURTHER_ACTION)
    closed = (log[:, 1] == Event.CLOSED) & (log[:, 4] != Closing.GROWN_UP)
    let_go = np.bincount(log[decided | closed][:, 0], minlength=len(model.measures.stocks))
    assert (daily["let_go_pooled_over"] <= daily["let_go_signs_elsewhere"]).all()
    assert (daily["let_go_signs_elsewhere"] <= let_go).all()


def test_signs_held_elsewhere_only_add_to_what_social_care_holds_and_without_any_pooling_changes_nothing(model):
    children, _ = np.unique(model.records.signs["child"][-200:], return_index=True)
    rows, at = model.records.unshared(children)
    assert rows.size
    own, pooled = pooled_worry(model, children, rows, at)
    assert (pooled >= own).all()
    assert (pooled > own).any()
    rows, at = rows[:0], at[:0]
    own, pooled = pooled_worry(model, children, rows, at)
    assert np.array_equal(own, pooled)


def test_no_decision_reads_it(monkeypatch):
    scenario = small(1500, plan=(*as_happened(), *turned(chronology_review_weeks=6.0)))
    counted = run(scenario)
    monkeypatch.setattr(diary, "held_elsewhere", lambda _: dict.fromkeys(NAMES, 0))
    assert run(scenario).log.digest == counted.log.digest


def test_on_a_day_on_which_nobody_is_let_go_there_is_nothing_to_ask(model):
    assert let_go_today(model)[0].size == 0  # the last day is closed
    assert held_elsewhere(model) == dict.fromkeys(NAMES, 0)
