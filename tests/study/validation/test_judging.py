"""Verdicts: what fails, what does not, and in what order they stand."""

from datetime import date

import pandas as pd
import pytest
from made_up_outcomes import outcome, outcomes, predicted, prediction, well_told

from simsafe.study.validation.baselines import Naive
from simsafe.study.validation.judging import judge
from simsafe.study.validation.terms import GEOGRAPHIES, RATIO, SPANS, YEAR, YEARS, Period, weeks
from simsafe.world.area import load_area


def only(judged, **named: str) -> dict:
    """The one verdict of that kind."""
    rows = judged.groups
    for name, value in named.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def test_predictions_that_are_right_do_not_fail():
    told = only(judge(*well_told()), period="week", unit="referrals")
    assert not told["failed"]
    assert told["against_best"] < 0.5
    assert told["inside_50"] == pytest.approx(0.5, abs=0.05)
    assert told["inside_80"] == pytest.approx(0.8, abs=0.05)
    assert told["inside_95"] == pytest.approx(0.95, abs=0.03)


def test_predictions_far_off_fail_by_score_and_by_coverage():
    told = only(judge(*well_told(off=5000)), period="week", unit="referrals")
    assert told["failed"]
    assert "the 95% interval holds 0%" in told["why"]


def test_intervals_that_are_too_wide_fail():
    came, said = well_told()
    middle = said["q0.5"].copy()
    for name in [c for c in said if c.startswith("q0")]:
        said[name] = middle + 8 * (said[name] - middle)
    assert "the 50% interval holds 100%" in only(judge(came, said), period="week", unit="referrals")["why"]


def test_no_better_than_last_year_is_failure():
    rows = [outcome(w, 100) for w in weeks()[:10]] + [
        outcome(Period(date.fromordinal(w.first.toordinal() - 364), date.fromordinal(w.last.toordinal() - 364)), 100) for w in weeks()[:10]
    ]
    told = only(judge(outcomes(*rows), predicted(*(prediction(w, 100, 20) for w in weeks()[:10]))), period="week")
    assert told["failed"]
    assert "no better than the same days of last year" in told["why"]


def test_wrong_directions_are_failure_and_small_changes_have_none():
    said = predicted(*(prediction(w, 0.8, 0.5, unit=RATIO) for w in weeks()[:6]))
    came = outcomes(*(outcome(w, v, unit=RATIO) for w, v in zip(weeks(), (1.1, 1.2, 1.1, 1.2, 0.9, 1.01), strict=False)))
    told = only(judge(came, said), period="week")
    assert (told["signs_right"], told["signs"]) == (1, 5)
    assert "the direction of change is right in 1 of 5" in told["why"]


def test_failures_stand_first():
    good, bad = well_told(), well_told(off=400)
    there = [table.assign(geography="england") for table in bad]
    judged = judge(pd.concat([good[0], there[0]]), pd.concat([good[1], there[1]]))
    assert judged.groups["failed"].tolist() == sorted(judged.groups["failed"], reverse=True)
    assert judged.groups.iloc[0]["where"] == "england"


def test_what_cannot_be_scored_is_listed():
    judged = judge(
        outcomes(outcome(Period(date(2020, 7, 6), date(2020, 7, 12)), 5), outcome(weeks()[0], 5)), predicted(prediction(weeks()[0], 5, 1))
    )
    assert judged.left_out["date_start"].tolist() == ["2020-07-06"]
    assert len(judged.values) == 1


def test_nothing_that_fits_gives_no_verdict():
    judged = judge(outcomes(outcome(Period(date(2020, 7, 6), date(2020, 7, 12)), 5)), predicted(prediction(weeks()[0], 5, 1)))
    assert judged.failed == 0
    assert len(judged.groups) == 0


def test_rates_become_counts_of_the_areas_children():
    year = outcome(YEARS[0], 45, series="plan_starts", unit="per 10,000 children")
    judged = judge(outcomes(year), predicted(prediction(YEARS[0], 500, 100, series="plan_starts")))
    assert judged.values["value"].tolist() == [pytest.approx(45 * load_area("devon").children / 10_000)]


@pytest.mark.parametrize(("last", "period"), [(date(2021, 3, 31), YEARS[0]), (date(2020, 9, 13), weeks()[1])])
def test_a_stock_dated_with_its_one_day_is_that_of_the_year_or_week_that_ends_on_it(last, period):
    came = outcomes(outcome(Period(last, last), 500, series="plan_stock"))
    assert len(judge(came, predicted(prediction(period, 480, 100, series="plan_stock"))).values) == 1


def test_a_span_is_scored_where_all_its_weeks_are_there():
    span = SPANS["autumn 2020"]
    inside = [w for w in weeks() if w.last <= span.last]
    said = predicted(prediction(span, 1600, 100))
    assert judge(outcomes(*(outcome(w, 100) for w in inside)), said).values["value"].tolist() == [100.0 * len(inside)]
    assert not len(judge(outcomes(*(outcome(w, 100) for w in inside[1:])), said).values)


def test_large_areas_do_not_drown_small_ones():
    rows = [(g, load_area(g).children / 1000) for g in ("birmingham", "shropshire")]
    came = outcomes(*(outcome(weeks()[0], 2 * size, geography=g) for g, size in rows))
    said = predicted(*(prediction(weeks()[0], size, 0, geography=g) for g, size in rows))
    one, other = judge(came, said).values["wis"]
    assert one == pytest.approx(other)


def test_a_naive_forecast_that_was_never_wrong_cannot_be_beaten():
    before = Period(date(2019, 4, 1), date(2020, 3, 31), YEAR)
    came = outcomes(outcome(before, 100), outcome(YEARS[0], 100))
    assert Naive(came).last_year(("devon", "referrals", "total", "referrals"), YEARS[0]) == 100
    assert only(judge(came, predicted(prediction(YEARS[0], 101, 10))))["failed"]


def test_coverage_of_a_few_values_is_judged_with_others_of_their_kind_and_of_very_few_not_at_all():
    def judged(places):
        came = outcomes(*(outcome(YEARS[0], 10_000, geography=g) for g in places))
        said = predicted(*(prediction(YEARS[0], 9_000, 10, geography=g) for g in places))
        return only(judge(came, said), where="england")["why"]

    assert "interval holds 0% of all its kind" in judged(GEOGRAPHIES)
    assert "interval holds" not in judged(("england", "devon"))
