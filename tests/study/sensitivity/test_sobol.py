"""Indices on an emulator: known shares come out, missing points are left out whole, and an emulator that does not predict is not asked."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_answers import answered, noise, numbers

from simsafe.study.paired import TOO_FEW
from simsafe.study.sensitivity.sobol import ASKED, BLIND, STILL, design, emulated

NAMES = ("room.a", "room.b", "hall.c")


def made_of(of, more, points=60, lost=()):
    plan = design(numbers(*NAMES), points, 1)
    return emulated(plan, answered(plan.points(), of, more, lost))


@pytest.fixture(scope="module")
def known():
    """Three fifths of the variance from one number, two fifths from another; the other plan adds luck; one of sixty points is missing."""

    def line(point):
        return np.sqrt(0.6) * point.values["room.a"] + np.sqrt(0.4) * point.values["room.b"] + noise(point.seed, 0.05)

    return made_of(line, lambda p: noise(p.seed + 5), lost=[9])


def test_shares_of_variance_come_out_and_the_error_of_prediction_is_stated(known):
    row = known.emulators[(known.emulators["measure"] == "referrals") & (known.emulators["plan"] == "usual")].iloc[0]
    assert row["answer"] == ASKED
    assert row["predicts"] > 0.9
    assert row["error"] < 0.2
    own = known.indices[(known.indices["measure"] == "referrals") & (known.indices["plan"] == "usual")].set_index("name")
    assert own["rank"].to_dict() == {"room.a": 1, "room.b": 2, "hall.c": 3}
    assert own.loc["room.a", "total"] == pytest.approx(0.6, abs=0.08)
    assert own.loc["room.b", "first"] == pytest.approx(0.4, abs=0.08)
    assert own.loc["hall.c", "total"] < 0.05


def test_a_missing_point_is_left_out_with_its_places_and_said(known):
    assert known.counted == "59 of 60 points"
    assert set(known.emulators["of"]) == {"59 of 60"}
    assert known.points["answered"].tolist() == [i != 9 for i in range(60)]


def test_an_emulator_of_luck_alone_is_not_asked(known):
    rows = known.emulators[known.emulators["plan"] == "other"]
    assert set(rows["answer"]) == {BLIND}
    assert not (known.indices["plan"] == "other").any()


def test_too_few_points_rank_nothing_and_what_never_varies_has_no_indices():
    few = made_of(lambda p: p.values["room.a"], lambda p: 0.0, points=40, lost=range(3))
    assert set(few.emulators["answer"]) == {TOO_FEW}
    assert few.indices.empty
    still = made_of(lambda p: 1.0, lambda p: 0.0, points=40)
    assert set(still.emulators["answer"]) == {STILL}


def test_every_point_has_its_own_seed():
    plan = design(numbers(*NAMES), 30, 4)
    assert len({point.seed for point in plan.points()}) == 30
    assert all(((plan.places[:, k] * 30).astype(int) == np.arange(30)[:, None]).any() for k in range(3))
