"""Tables say what the run did: whole, zeros included, and the same when counted again from the event log alone."""

from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from simsafe.results import tables
from simsafe.results.board import BEFORE, CHANGE, DURING, OF, STOCKS, TOTALS, periods
from simsafe.results.ladder import first_days
from simsafe.results.measures import DAILY, GROUPS, WEEKLY
from simsafe.system.events import COLUMNS, Event
from simsafe.truth import harm
from simsafe.world.contact import PARTNERS, Agency


@pytest.fixture(scope="module")
def diary(covid):
    return tables.measures(covid)


@pytest.fixture(scope="module")
def log(covid):
    return tables.events(covid)


def daily(diary, name):
    rows = diary[(diary["measure"] == name) & (diary["group"] == "all")]
    return rows.set_index("day")["value"]


# The diary


def test_every_daily_measure_has_one_value_a_reported_day(covid, diary):
    days = (covid.setup.end - covid.setup.start).days + 1
    for name in DAILY:
        assert daily(diary, name).index.tolist() == list(range(days))


def test_day_0_is_the_start_and_the_warm_up_is_left_out(covid, diary):
    assert diary["day"].min() == 0
    assert (diary.loc[diary["day"] == 0, "date"] == pd.Timestamp(covid.setup.start)).all()


@pytest.mark.parametrize("dimension", [d for d in GROUPS if d != "all"])
@pytest.mark.parametrize("name", list(WEEKLY))
def test_groups_sum_to_totals(diary, dimension, name):
    rows = diary[diary["measure"] == name]
    parts = rows[rows["group"].astype(str).str.startswith(f"{dimension}/")].groupby("day", observed=True)["value"].sum()
    whole = daily(diary, name)
    assert len(parts) > 60
    difference = (parts - whole[parts.index]).abs()
    assert difference.max() <= (2 if name == "harmed" else 0)  # daily harm counts the newly grown-up until the week is out


def test_referrals_by_source_sum_to_referrals(diary):
    sources = [f"referrals_{agency.name.lower()}" for agency in PARTNERS]
    assert (sum(daily(diary, n) for n in sources) == daily(diary, "referrals")).all()


def test_a_child_seen_in_7_days_was_seen_in_28_and_in_90(diary):
    seen = {n: diary[diary["measure"] == f"seen_{n}"]["value"].to_numpy() for n in (7, 28, 90)}
    assert (seen[7] <= seen[28]).all()
    assert (seen[28] <= seen[90]).all()


def test_values_are_finite_and_none_but_wellbeing_is_ever_negative(diary):
    assert np.isfinite(diary["value"]).all()
    wellbeing = diary["unit"] == "standard deviations"  # from the usual, so on either side of nought
    assert set(diary.loc[wellbeing, "measure"]) == {"wellbeing", "wellbeing_low", "wellbeing_high"}
    assert (diary.loc[~wellbeing, "value"] >= 0).all()


# The log, and everything counted a second time from it


def counted(log, **wanted):
    """Events a reported day, by plain counting of rows."""
    by_day = {}
    for day, kind, a, b in zip(log["day"], log["kind"].astype(str), log["a"], log["b"], strict=True):
        fact = {"kind": kind, "a": a, "b": b}
        if day >= 0 and all(fact[k] == v for k, v in wanted.items()):
            by_day[day] = by_day.get(day, 0) + 1
    return by_day


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [
        ("signs", {"kind": "sign"}),
        ("contacts", {"kind": "contact"}),
        ("referrals", {"kind": "referral"}),
        ("referrals_schools", {"kind": "referral", "a": 0}),
        ("referrals_police", {"kind": "referral", "a": int(Agency.POLICE)}),
        ("no_further_action", {"kind": "decision", "b": 0}),
        ("section_47", {"kind": "strategy"}),
        ("conferences", {"kind": "conference"}),
        ("plans_started", {"kind": "conference", "a": 1}),
        ("plans_ended", {"kind": "plan_ended"}),
        ("assessments_completed", {"kind": "assessed"}),
        ("shares", {"kind": "share"}),
    ],
)
def test_the_event_log_counted_again_gives_the_measure(diary, log, measure, wanted):
    again = counted(log, **wanted)
    assert daily(diary, measure).to_dict() == {day: again.get(day, 0) for day in daily(diary, measure).index}


def test_the_digest_can_be_worked_out_from_the_table_of_events(covid, log):
    kinds = {kind.name.lower(): int(kind) for kind in Event}
    rows = log.assign(day=log["day"] + covid.setup.warm_up_days, kind=log["kind"].map(kinds).astype(int))
    packed = rows[list(COLUMNS)].to_records(index=False, column_dtypes=COLUMNS)
    assert sha256(packed.tobytes()).hexdigest() == covid.log.digest


def test_the_warm_up_is_in_the_log_with_negative_days(covid, log):
    assert log["day"].min() == -covid.setup.warm_up_days


# Children


def test_there_is_a_row_for_every_child_who_lived_there(covid, diary):
    made = tables.children(covid)
    c, start, last = covid.world.children, covid.setup.warm_up_days, covid.setup.days - 1
    lived = [i for i in range(len(c)) if any(c.living_here(day, np.array([i]))[0] for day in (start, (start + last) // 2, last))]
    assert set(c.id[lived]) <= set(made["child"])
    assert made["child"].is_unique
    assert (made["age"] != "18 or over").sum() == daily(diary, "children").iloc[-1]


def test_what_only_the_simulation_knows_says_so(covid):
    made = tables.children(covid)
    truth = [n for n in made.columns if n.startswith("truth_")]
    assert truth == ["truth_state", "truth_harm", "truth_severity", "truth_harmed_days"]
    harmed = made["truth_state"] == "harmed"
    assert harmed.any()
    assert made.loc[harmed, "truth_harm"].notna().all()
    assert (made.loc[harmed, "truth_harmed_days"] > 0).all()
    assert (made["truth_harmed_days"] <= (covid.setup.end - covid.setup.start).days + 1).all()


def test_children_referred_are_those_in_the_log(covid, log):
    made = tables.children(covid)
    referred = log[(log["kind"] == "referral") & (log["day"] >= 0)]["who"]
    assert set(made.loc[made["referred"], "child"]) == set(referred) & set(made["child"])


def test_days_unseen_are_known_for_those_who_live_there_and_no_longer_than_they_lived(covid):
    made = tables.children(covid)
    grown = made["age"] == "18 or over"
    assert made.loc[grown, "days_unseen"].isna().all()
    babies = made["age"] == "under 1"
    assert (made.loc[babies, "days_unseen"] <= 366).all()
    assert (made.loc[~grown, "days_unseen"] >= 0).all()


# The ladder


def test_every_rung_of_the_truth_has_a_meaning_in_order():
    assert tables.RUNGS == harm.RUNGS


def test_more_time_never_means_fewer_spells_reached_among_the_same_spells(covid):
    made = tables.ladder(covid)
    crisis = made[(made["since"] == "crisis") & (made["spells"] > 0)]
    for rung in tables.RUNGS:
        reached = crisis[crisis["rung"] == rung].sort_values("weeks")["reached"].tolist()
        assert reached == sorted(reached)
    assert (made["reached"] <= made["spells"]).all()


def test_the_ladder_of_the_whole_period_is_counted_from_the_spells(covid):
    spells, start = covid.behind.harm.spells, covid.setup.warm_up_days
    among = [i for i in range(len(spells)) if spells["end"][i] == -1 or spells["end"][i] >= start]
    made, reached_on = tables.ladder(covid).query("since == 'period'").set_index("rung"), first_days(covid)
    assert made["spells"].unique().tolist() == [len(among)]
    for rung in tables.RUNGS:
        assert made.loc[rung, "reached"] == sum(reached_on[rung][i] >= 0 for i in among)


def test_new_harm_before_and_in_the_crisis_is_counted_over_as_many_days_and_followed_as_long(covid):
    spells, start, began = covid.behind.harm.spells, covid.setup.warm_up_days, tables.crisis_start(covid)
    window, made = began - 7 * 26, tables.ladder(covid)
    assert ("onset_before" in set(made["since"])) == (window > 0)
    for since, first in (("onset_before", start), ("onset_during", start + began)):
        rows = made[made["since"] == since]
        assert rows["weeks"].tolist() == ([26] * len(tables.RUNGS) if window > 0 else [])
        last = min(first + window, covid.setup.days - 7 * 26)
        counted = np.count_nonzero((spells["onset"] >= first) & (spells["onset"] < last))
        assert set(rows["spells"].tolist()) <= {counted}


def test_a_spell_is_counted_only_as_long_as_the_run_followed_it(ordinary):
    year = tables.ladder(ordinary).query("since == 'onset' and weeks == 52")
    assert (year["spells"] == 0).all()
    assert year["share"].isna().all()


def test_the_crisis_begins_when_schools_close_and_ordinary_times_have_none(covid, ordinary):
    assert tables.crisis_start(covid) == (pd.Timestamp("2020-03-23") - pd.Timestamp(covid.setup.start)).days
    assert tables.crisis_start(ordinary) is None
    assert "crisis" not in set(tables.ladder(ordinary)["since"])
    assert {p.kind for p in tables.phases(ordinary)} == set()
    assert {p.kind for p in tables.phases(covid)} == set(tables.PHASES)


# The board's numbers


def test_totals_of_the_quarter_are_those_of_its_days(covid, diary):
    made = tables.summary(covid).set_index(["measure", "period", "group"])["value"]
    first = (pd.Timestamp("2020-04-01") - pd.Timestamp(covid.setup.start)).days
    for name in TOTALS:
        assert made[name, DURING, "all"] == daily(diary, name).iloc[first : first + 91].sum()
    for name in STOCKS:
        assert made[f"{name}_peak", DURING, "all"] == pytest.approx(daily(diary, name).iloc[first : first + 91].max(), abs=1e-4)


def test_changes_are_from_one_quarter_to_the_other(covid):
    made = tables.summary(covid)
    assert made[["measure", "period", "group"]].duplicated().sum() == 0
    value = made.set_index(["measure", "period", "group"])["value"]
    a, b = value["referrals", BEFORE, "all"], value["referrals", DURING, "all"]
    assert value["referrals", CHANGE, "all"] == pytest.approx(100 * (b / a - 1), abs=1e-4)
    name = f"{next(iter(OF))}_share"
    assert value[name, CHANGE, "all"] == pytest.approx(value[name, DURING, "all"] - value[name, BEFORE, "all"], abs=1e-3)


def test_every_number_says_its_unit_its_meaning_and_that_it_is_simulated(covid):
    made = tables.summary(covid)
    assert made[["unit", "meaning"]].map(bool).all(axis=None)
    assert (made["simulated"] == "yes").all()


def test_periods_cover_the_run_once_and_quarters_come_only_in_pairs(covid, ordinary):
    made = periods(covid.setup.start, covid.setup.end)
    assert [p.days for p in made] == [366, 106, 91, 91]
    assert len(periods(ordinary.setup.start, ordinary.setup.end)) == 1
