"""Measures that join what was decided with what was true: they add up, never contradict each other, and are all in the dictionary."""

from collections import Counter
from itertools import product

import numpy as np
import pandas as pd
import pytest
from small_worlds import LONGER, forced
from small_worlds import small as scenario

from simsafe.model import SafeguardingModel
from simsafe.results import by_group, dictionary, tables
from simsafe.results.alarms import LEFT, STAGES, last_visit_remote
from simsafe.results.groups import GROUP_NAMES, GROUPS, SAID, groups_at, open_before
from simsafe.results.groups import by_group as counted_by_group
from simsafe.results.ladder import first_days, found_days, lucky
from simsafe.results.measures import DAILY
from simsafe.system.cases import NONE
from simsafe.system.events import Event
from simsafe.world.contact import IN_PERSON

FOREVER = 1 << 20


@pytest.fixture(scope="module")
def saved_tables(covid):
    return {
        "measures": tables.measures(covid), "events": tables.events(covid), "children": tables.children(covid),
        "summary": tables.summary(covid), "ladder": tables.ladder(covid, every_group=True).assign(simulated="yes"),
        **{f.__name__: f(covid).assign(simulated="yes") for f in (by_group.alarms, by_group.harm_days, by_group.coverage, by_group.equity)},
    }  # fmt: skip


@pytest.fixture(scope="module")
def watched():
    """A run with much harm and many decisions, and how many children were harmed at each severity on each of its days."""
    low = forced(assessment__strategy=3.0, assessment__conference=3.0, truth__harm__worsening=3.0, truth__harm__prevalence=0.1)
    model, harmed = SafeguardingModel(scenario(2500, seed=3, parameters=low, **LONGER)), []
    while model.running:
        model.step()
        harmed.append(np.bincount(model.behind.harm.severity, minlength=4)[1:])
    return model, np.array(harmed)


def harmed_on(model, row, day):
    """Whether a child was harmed on a day, from the spells alone."""
    spells = model.behind.harm.spells
    mine = np.flatnonzero(spells["child"] == row)
    ends = np.where(spells["end"][mine] == NONE, FOREVER, spells["end"][mine].astype(int))
    return bool(((spells["onset"][mine] <= day) & (day < ends)).any())


# The dictionary


def test_every_column_of_every_saved_table_is_in_the_dictionary_and_the_other_way_round(saved_tables):
    described = {e.name for e in dictionary.dictionary()}
    columns = {f"{table}.{column}" for table, rows in saved_tables.items() for column in rows.columns}
    assert columns == {name for name in described if name.partition(".")[0] in saved_tables and "." in name}


def test_every_measure_of_every_saved_table_is_in_the_dictionary_and_the_other_way_round(saved_tables):
    described = {e.name for e in dictionary.dictionary() if "." not in e.name}
    named = {name for table in ("measures", "summary", "equity") for name in saved_tables[table]["measure"].astype(str)}
    assert named == described


def test_dictionary_has_each_name_once_and_says_what_it_means():
    entries = dictionary.dictionary()
    names = [e.name for e in entries]
    assert names == sorted(set(names))
    assert all(e.meaning for e in entries)
    assert {e.better for e in entries} == {"higher", "lower", "neither", ""}
    wholes = {e.of for e in entries if e.of in names}
    assert {"children", "contacts", "referrals", "on_plan"} <= wholes
    better = [name for some in dictionary.BETTER.values() for name in some]
    assert set(better) <= set(names)
    assert len(better) == len(set(better))


def test_units_and_groups_are_those_of_the_tables(saved_tables):
    units = {e.name: e.unit for e in dictionary.dictionary()}
    rows = pd.concat([saved_tables["measures"][["measure", "unit"]].astype(str), saved_tables["equity"][["measure", "unit"]]])
    for measure, unit in rows.drop_duplicates().itertuples(index=False):
        assert units[measure] == unit or measure in ("seen_28", "harm_found_26", "needless_enquiries")


# Groups


@pytest.mark.parametrize("table", ["ladder", "alarms", "harm_days"])
@pytest.mark.parametrize("dimension", [d for d in GROUPS if d != "all"])
def test_groups_sum_to_totals(saved_tables, table, dimension):
    rows = saved_tables[table]
    keys = [k for k in ("since", "weeks", "rung", "stage", "error", "period", "severity") if k in rows.columns]
    counts = [c for c in ("spells", "reached", "events", "errors", "harm_days", "undetected", "detected") if c in rows.columns]
    of = rows["group"].str.startswith(f"{dimension}/")
    parts = rows[of].groupby(keys, dropna=False)[counts].sum()
    whole = rows[rows["group"] == "all"].groupby(keys, dropna=False)[counts].sum()
    pd.testing.assert_frame_equal(parts, whole)


@pytest.mark.parametrize("week", [0, 6, -1])
def test_a_childs_groups_on_a_day_long_gone_are_those_counted_on_that_day(covid, week):
    weekly = covid.measures.weekly
    day = int(np.unique(weekly["day"])[week])
    here = np.flatnonzero(covid.world.children.living_here(day))
    codes = groups_at(covid, here, np.full(here.size, day), covid.log.rows)
    codes["known"] = open_before(covid, here, np.full(here.size, day + 1), covid.log.rows).view(np.int8)
    assert counted_by_group(codes).tolist() == weekly["children"][weekly["day"] == day].tolist()


def test_the_ladder_of_all_is_the_same_alone_and_among_groups(covid, saved_tables):
    rows = saved_tables["ladder"]
    alone = rows[rows["group"] == "all"].drop(columns="simulated").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, tables.ladder(covid))
    assert set(rows["group"]) == set(SAID)


# False alarms, and harmed children left


def test_false_alarms_never_exceed_the_events_of_their_stage(saved_tables):
    rows = saved_tables["alarms"]
    assert (rows["errors"] <= rows["events"]).all()
    stages = rows[rows["stage"].isin(list(STAGES))].pivot_table(
        index=["stage", "period", "group"], columns="error", values="errors", observed=True
    )
    assert (stages["no_harm_no_need"] <= stages["no_harm"]).all()
    assert (stages["no_harm"] > 0).any()


def test_the_daily_measures_of_errors_are_those_of_the_table(covid, saved_tables):
    start, daily = covid.setup.warm_up_days, covid.measures.daily
    rows = saved_tables["alarms"].query("group == 'all' and period == 'whole'").set_index(["stage", "error"])["errors"]
    for stage, least in (
        ("contacts", "no_harm_no_need"),
        ("assessments", "no_harm_no_need"),
        ("section_47", "no_harm"),
        ("plans", "no_harm"),
    ):
        assert daily[f"{stage}_needless"][start:].sum() == rows[stage, least]
    for way in LEFT:
        assert daily[f"{way}_harmed"][start:].sum() == rows[way, "harmed"]


def test_harmed_children_left_are_those_whose_spells_say_so(watched):
    model, _ = watched
    log, daily = model.log.rows, model.measures.daily
    counts = Counter()
    for day, kind, who, b in zip(*(log[n].tolist() for n in ("day", "kind", "who", "b")), strict=True):
        if kind not in (Event.DECISION, Event.PLAN_ENDED, Event.CLOSED) or not harmed_on(model, model.rows_of(np.array([who]))[0], day):
            continue
        counts["no_further_action_harmed"] += kind == Event.DECISION and b == 0
        counts["stepped_down_harmed"] += kind == Event.PLAN_ENDED
        counts["closed_harmed"] += kind == Event.CLOSED and b != 2
    assert counts["closed_harmed"] > 5
    assert {n: daily[n].sum() for n in ("no_further_action_harmed", "stepped_down_harmed", "closed_harmed")} == dict(counts)


def test_nobody_harmed_is_among_the_needless(watched):
    model, _ = watched
    table = model.measures.alarms.table
    needless = np.flatnonzero(table["what"] < len(STAGES))
    assert needless.size > 50
    assert not any(harmed_on(model, model.rows_of(table["who"][[i]])[0], table["day"][i]) for i in needless)


def test_the_last_visit_is_the_last_the_family_answered(watched):
    model, _ = watched
    log = model.log.rows
    closed = np.flatnonzero(log["kind"] == Event.CLOSED)
    said = last_visit_remote(log, log["who"][closed], log["day"][closed])
    for i, remote in zip(closed.tolist(), said.tolist(), strict=True):
        mine = (log["kind"] == Event.VISIT) & (log["who"] == log["who"][i]) & (log["day"] <= log["day"][i]) & (log["b"] % 2 == 1)
        modes = log["a"][mine]
        assert remote == (modes.size > 0 and not IN_PERSON[modes[-1]])
    assert 0 < said.sum() < said.size


# Days of harm


def test_every_day_of_harm_is_counted_once_at_its_severity(watched):
    model, harmed = watched
    made = by_group.harm_days(model).query("group == 'all'").set_index("severity")
    assert made["harm_days"].tolist() == harmed[model.setup.warm_up_days :].sum(axis=0).tolist()
    assert len(model.behind.harm.worsened) > 20


def test_days_of_harm_detected_and_not_are_all_days_of_harm(covid, saved_tables):
    made = saved_tables["harm_days"]
    assert (made["undetected"] + made["detected"] == made["harm_days"]).all()
    assert (made[["undetected", "detected"]] >= 0).all(axis=None)
    assert made.loc[made["group"] == "all", "harm_days"].sum() == saved_tables["children"]["truth_harmed_days"].sum()
    assert made["detected"].sum() > 0


# Detection


def test_detection_is_never_before_onset(covid, watched):
    for model in (covid, watched[0]):
        onset = model.behind.harm.spells["onset"].astype(int)
        began = onset >= 0
        for day in (*first_days(model).values(), found_days(model)):
            reached = began & (day != NONE)
            assert (day[reached] >= onset[reached]).all()


def test_lucky_hits_are_referrals_from_agencies_without_a_true_sign(covid):
    spells, log = covid.behind.harm.spells, covid.log.rows
    signs = covid.behind.door.true_signs.table
    true = set(zip(signs["child"].tolist(), signs["agency"].tolist(), signs["day"].tolist(), strict=True))
    acted, said = first_days(covid)["acted_upon"], lucky(covid)
    for i in np.flatnonzero(acted != NONE).tolist():
        child, onset, day = int(spells["child"][i]), int(spells["onset"][i]), int(acted[i])
        of_child = covid.rows_of(log["who"]) == child
        decided = np.flatnonzero(of_child & (log["day"] == day) & (log["kind"] == Event.DECISION) & (log["b"] == 1))
        known = any((child, int(log["a"][decided[0]]), d) in true for d in range(max(onset, 0), day + 1)) if decided.size else True
        assert said[i] == (onset >= 0 and not known)
    assert said.any()
    assert not said[acted == NONE].any()


def test_a_true_sign_is_a_sign_in_the_log_about_a_child_harmed_or_not_yet_born(watched):
    model, _ = watched
    signs, log = model.behind.door.true_signs.table, model.log.rows
    shown = log["kind"] == Event.SIGN
    rows = zip(log["day"][shown].tolist(), log["a"][shown].tolist(), model.rows_of(log["who"][shown]).tolist(), strict=True)
    true = list(zip(signs["day"].tolist(), signs["agency"].tolist(), signs["child"].tolist(), strict=True))
    assert not Counter(true) - Counter(rows)
    birth = model.world.children.birth
    assert all(birth[child] > day or harmed_on(model, child, day) for day, _, child in true)


def test_lucky_hits_are_among_those_acted_upon(saved_tables):
    rows = saved_tables["ladder"].dropna(subset=["lucky"])
    assert set(rows["rung"]) == {"acted_upon"}
    assert (rows["lucky"] <= rows["reached"]).all()


# Eyes on children


def test_contacts_of_all_agencies_and_modes_are_all_meetings(covid, saved_tables):
    start, daily = covid.setup.warm_up_days, covid.measures.daily
    total = sum(daily[name].astype(int) for name in ("meetings_in_school", "meetings_in_person", "meetings_remote"))
    weeks = saved_tables["coverage"].groupby("day")["contacts"].sum()
    for day, contacts in weeks.items():
        assert contacts == total[max(start + day - 6, 0) : start + day + 1].sum()
    assert len(set(saved_tables["coverage"].groupby("day").size())) == 1


def test_children_on_plans_are_those_of_the_day_and_no_more_are_seen_than_there_are(covid):
    weekly, daily = covid.measures.weekly, covid.measures.daily
    whole = weekly["group"] == 0
    assert weekly["on_plan"][whole].tolist() == daily["open_protection"][weekly["day"][whole]].tolist()
    assert weekly["in_need_plan"][whole].tolist() == daily["open_in_need"][weekly["day"][whole]].tolist()
    for name in ("on_plan", "in_need_plan"):
        assert (weekly[f"{name}_seen_alone"] <= weekly[f"{name}_seen"]).all()
        assert (weekly[f"{name}_seen"] <= weekly[name]).all()
        assert weekly[f"{name}_seen_alone"].sum() > 0


def test_gaps_are_between_the_values_of_groups(covid, saved_tables):
    weekly, start = covid.measures.weekly, covid.setup.warm_up_days
    kept = weekly["day"] >= start
    sums = {n: np.bincount(weekly["group"][kept], weights=weekly[n][kept]) for n in ("children", "seen_28")}
    value = {name: 100 * s / max(c, 1) for name, s, c in zip(GROUP_NAMES, sums["seen_28"], sums["children"], strict=True)}
    rows = saved_tables["equity"].query("period == 'whole' and measure == 'seen_28'")
    assert set(rows["dimension"]) == set(GROUPS) - {"all"}
    for row in rows.itertuples():
        assert row.worst == pytest.approx(value[f"{row.dimension}/{row.worst_group}"])
        assert row.best == pytest.approx(value[f"{row.dimension}/{row.best_group}"])
        assert row.gap == pytest.approx(row.best - row.worst)
        assert row.gap >= 0
    assert (saved_tables["equity"]["gap"].dropna() >= 0).all()


def test_a_diary_put_back_is_the_same_diary(covid):
    state = covid.measures.state()
    again = SafeguardingModel(covid.setup).measures
    again.restore(state)
    for name, column in again.state().items():
        assert np.array_equal(column, state[name])
    for table, name in product(("alarms", "coverage"), ("day",)):
        assert f"{table}.{name}" in state
    assert {n for n in DAILY if n.endswith("_needless")} == {f"{stage}_needless" for stage in STAGES}
