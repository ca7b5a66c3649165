"""What a run leaves for comparing, counted a second time."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from small_worlds import ordinary, small, turned

from simsafe.agencies.contacts import ContactLog
from simsafe.model import SafeguardingModel
from simsafe.results.groups import GROUP_NAMES, SAID
from simsafe.results.kept import kept
from simsafe.results.kept.hours import UNUSED
from simsafe.results.kept.ledger import BLOCK
from simsafe.results.kept.words import words
from simsafe.results.ladder import found_days, harm_stretches
from simsafe.results.measures import DAILY
from simsafe.saving import load, save
from simsafe.study.run import simulate
from simsafe.system.cases import NONE
from simsafe.world.contact import IN_PERSON, Agency, Mode

ROUNDS = turned(
    (date(2020, 4, 1), date(2020, 6, 12)),
    school_doorstep_weeks=1.0, school_check_in_share=0.9, devices_share=0.5, home_education_visits_a_year=6.0,
)  # fmt: skip
SCENARIO = small(900, plan=ROUNDS, plan_name="rounds")
CRISIS = (date(2020, 3, 23) - SCENARIO.first).days  # schools shut
WAY = {True: "in person", False: "remote"}


@pytest.fixture(scope="module")
def watched():
    """A finished run; whom each agency met in each week, (week, agency, mode): rows, once a day each; and days unseen week by week."""
    met, unseen = defaultdict(list), []
    with pytest.MonkeyPatch.context() as patch:
        groups, meetings = ContactLog.write_group, ContactLog.write_meetings

        def write_group(self, agency, mode, there, day):
            rows = np.flatnonzero(there) if there.dtype == bool else there
            met[day // 7, int(agency), int(mode)] += rows.tolist()
            groups(self, agency, mode, there, day)

        def write_meetings(self, made, day):
            columns = zip(made.attempt.agency, made.mode, made.attempt.who, made.opened, strict=True)
            for agency, mode, who, opened in columns:
                if opened:
                    met[day // 7, int(agency), int(mode)].append(int(who))
            meetings(self, made, day)

        patch.setattr(ContactLog, "write_group", write_group)
        patch.setattr(ContactLog, "write_meetings", write_meetings)
        model = SafeguardingModel(SCENARIO)
        while model.running:
            model.step()
            if model.day % 7 == 0:
                days = model.day - 1 - np.maximum(model.contacts.seen.astype(int), model.world.children.birth)
                unseen.append((model.day - 1, np.where(model.here, days, 0)))
    return model, met, unseen


@pytest.fixture(scope="module")
def run(watched):
    return watched[0]


@pytest.fixture(scope="module")
def tables(run):
    return kept(run)


def test_one_number_a_period_measure_and_group_and_none_missing(tables):
    totals = tables["totals"]
    assert not totals.duplicated(["period", "measure", "group"]).any()
    assert not totals["value"].isna().any()
    assert set(totals["period"]) == {"before", "crisis", "spring", "all"}
    assert set(totals["group"]) == set(SAID)
    assert totals.groupby("period", observed=True).size()["crisis"] >= totals.groupby("period", observed=True).size()["before"]


def test_every_measure_has_its_meaning_and_every_meaning_its_measure(tables):
    assert set(tables["totals"]["measure"]) <= set(words())
    long = {name for name in words() if name.startswith("hidden_harm_")}  # followed longer than this run lasts
    assert set(words()) - set(tables["totals"]["measure"]) <= long


def number(tables, period, measure, group="all"):
    rows = tables["totals"]
    rows = rows[(rows["period"] == period) & (rows["measure"] == measure) & (rows["group"] == group)]
    return float(rows["value"].item())


@pytest.mark.parametrize("measure", ["referrals", "section_47", "meetings_in_person", "assessments_needless", "closed_harmed"])
def test_flows_are_the_sums_of_their_days(run, tables, measure):
    daily = run.measures.daily[measure].astype(float)
    start = run.setup.warm_up_days
    assert number(tables, "all", measure) == daily[start:].sum()
    assert number(tables, "before", measure) == daily[start:CRISIS].sum()
    assert number(tables, "crisis", measure) == daily[CRISIS:].sum()
    assert number(tables, "spring", measure) == daily[CRISIS : CRISIS + 91].sum()


def test_stocks_are_means_of_their_days(run, tables):
    assert number(tables, "crisis", "caseload") == pytest.approx(run.measures.daily["caseload"][CRISIS:].astype(float).mean())


@pytest.mark.parametrize("measure", ["section_47_needless", "no_further_action_harmed", "undetected_days", "seen_28", "harm_found"])
@pytest.mark.parametrize("dimension", ["age", "deprivation", "digital", "education", "known", "disability", "ethnicity"])
def test_groups_sum_to_all(tables, measure, dimension):
    groups = [name for name in GROUP_NAMES if name.startswith(f"{dimension}/")]
    assert sum(number(tables, "crisis", measure, g) for g in groups) == pytest.approx(number(tables, "crisis", measure))


def test_days_of_harm_are_counted_as_in_their_own_ledger(run, tables):
    part, found = harm_stretches(run), found_days(run)[harm_stretches(run)["spell"]]
    expected = 0
    for first, end, day in zip(part["first"], part["end"], found, strict=True):
        until = end if day == NONE else min(max(day, first), end)
        expected += max(0, min(until, run.day) - max(first, CRISIS))
    assert number(tables, "crisis", "undetected_days") == expected > 0


def test_the_rows_of_children_add_up_to_the_totals(tables):
    children = tables["children"]
    assert children["child"].is_unique
    assert children["undetected_days"].sum() == number(tables, "crisis", "undetected_days")
    assert children["harmed_days"].sum() == number(tables, "crisis", "harm_days")
    for name in ("section_47", "assessments"):
        assert children[f"needless_{name}"].sum() == number(tables, "crisis", f"{name}_needless")
    needless = (children["needless_section_47"] > 0) | (children["needless_assessments"] > 0)
    assert ((children["harmed_days"] > 0) | needless).all()


def test_the_day_a_child_was_found_is_the_first_new_finding_of_the_crisis(run, tables):
    first = {}
    for child, day in zip(run.behind.harm.spells["child"], found_days(run), strict=True):
        if day != NONE and day >= CRISIS:
            first[int(run.ids[child])] = min(int(day) - CRISIS, first.get(int(run.ids[child]), 10_000))
    rows = tables["children"]
    assert dict(zip(rows["child"], rows["found_day"].fillna(-1), strict=True)) == {c: first.get(c, -1) for c in rows["child"]}
    assert first


def test_the_longest_time_unseen_is_that_of_the_worst_week_of_the_crisis(watched, tables):
    model, _, unseen = watched
    worst = np.max([days for day, days in unseen if day >= CRISIS], axis=0)
    rows = tables["children"]
    assert (rows["longest_unseen"].to_numpy() == worst[model.rows_of(rows["child"].to_numpy())]).all()
    assert rows["longest_unseen"].max() > 28


def dates(model, week):
    return pd.Timestamp(model.setup.first) + pd.Timedelta(days=7 * week + 6)


def test_the_ledger_counts_the_children_each_agency_met_in_each_mode(watched, tables):
    model, met, _ = watched
    rows = tables["ledger"]
    rows = rows[(rows["group"] == "all") & ~rows["mode"].isin(["in person", "remote", "any"])]
    found = {(r.week, r.agency, r.mode): (r.contacts, r.children) for r in rows.itertuples()}
    expected = {
        (dates(model, week), Agency(a).label, Mode(m).name.lower().replace("_", " ")): (len(who), len(set(who)))
        for (week, a, m), who in met.items()
        if who and 7 * week + 6 >= model.setup.warm_up_days and 7 * week + 7 <= model.day
    }
    assert found == expected


def test_the_ledger_of_groups_is_the_mean_of_its_weeks(watched, tables):
    model, met, _ = watched
    deprivation = model.world.families.deprivation[model.world.children.family]
    first = -(-(model.setup.warm_up_days - 6) // 7)
    whole, sums = model.day // 7, defaultdict(float)
    blocks = {k: range(first + k * BLOCK, min(first + (k + 1) * BLOCK, whole)) for k in range(-(-(whole - first) // BLOCK))}
    for weeks in blocks.values():
        for week in weeks:
            for agency in Agency:
                ways = {True: set(), False: set()}
                for mode in Mode:
                    ways[bool(IN_PERSON[mode])] |= set(met.get((week, int(agency), int(mode)), ()))
                for way, who in (*((WAY[w], s) for w, s in ways.items()), ("any", ways[True] | ways[False])):
                    most = sum(deprivation[child] == 1 for child in who)
                    sums[dates(model, weeks[-1]), agency.label, way] += most / len(weeks)
    rows = tables["ledger"]
    rows = rows[rows["group"] == "deprivation/1 most deprived"]
    found = {(r.week, r.agency, r.mode): r.children for r in rows.itertuples()}
    assert found == {key: round(value) for key, value in sums.items() if value}
    assert blocks


def test_what_an_agency_could_do_is_its_ordinary_share_of_the_group(tables):
    rows = tables["ledger"]
    schools = rows[(rows["group"] == "all") & (rows["agency"] == "schools") & (rows["mode"] == "any")].set_index("week")
    before, after = schools[:"2020-03-15"], schools["2020-05-11":"2020-05-17"]
    assert (before["children"] / before["could"]).between(0.97, 1.03).all()
    assert after["could"].item() == pytest.approx(before["could"].iloc[0], rel=0.05)
    shut = rows[(rows["group"] == "all") & (rows["agency"] == "schools") & (rows["mode"] == "in school")].set_index("week")
    assert shut["2020-05-11":"2020-05-17"]["children"].item() < 0.3 * after["could"].item()


def test_periods_depend_on_the_crisis_and_never_on_the_plan(run):
    other = simulate(replace(SCENARIO, plan=(), plan_name="none"))
    ours, theirs = kept(run)["totals"], kept(other)["totals"]
    both = ours.merge(theirs, on=["period", "measure", "group"], suffixes=("", "_other"), how="outer")
    assert len(both) == len(ours) == len(theirs)
    before = both[both["period"] == "before"]
    assert (before["value"] == before["value_other"]).all()
    assert (both["value"] != both["value_other"]).any()


def test_without_a_crisis_the_crisis_period_is_the_whole_run():
    tables = kept(simulate(ordinary(500)))
    totals = tables["totals"]
    assert set(totals["period"]) == {"crisis", "all"}
    one, two = (totals[totals["period"] == p].drop(columns="period").reset_index(drop=True) for p in ("crisis", "all"))
    assert one["value"].equals(two["value"])
    assert tables["ledger"]["could"].notna().any()


def test_hours_in_hand_are_hours_worked_and_hours_left(run, tables):
    hours = tables["hours"]
    own = hours[(hours["period"] == "all") & (hours["profession"] == "health visitors")]
    assert own["hours"].sum() * 60 == pytest.approx(
        run.measures.daily["health_visitor_minutes"][run.setup.warm_up_days :].astype(float).sum()
    )
    workers = hours[(hours["period"] == "all") & (hours["profession"] == "social workers") & (hours["task"] != UNUSED)]
    used = run.measures.daily["social_worker_minutes_used"][run.setup.warm_up_days :].astype(float).sum()
    assert workers["hours"].sum() * 60 == pytest.approx(used)


def test_work_asked_of_others_is_counted(watched, tables):
    model, met, _ = watched
    schools = int(Agency.SCHOOLS)
    opened = sum(len(who) for (_, a, m), who in met.items() if (a, m) == (schools, Mode.DOORSTEP))
    assert number(tables, "all", "doorstep_visits") >= opened > 0  # not every door opens
    weeks = [set(who) for (w, a, m), who in met.items() if (a, m) == (schools, Mode.REMOTE_LESSON) and 7 * w + 7 <= model.day]
    assert number(tables, "all", "school_check_ins") == sum(len(who) for who in weeks) > 0
    assert number(tables, "all", "home_education_visits") > 0
    poor = (model.world.families.digital != 3).sum()
    assert 0.4 * poor < number(tables, "all", "devices_given") < 0.6 * poor
    assert number(tables, "before", "devices_given") == 0


def test_a_run_stopped_in_the_middle_of_a_week_leaves_the_same(tmp_path, tables):
    model = SafeguardingModel(SCENARIO)
    for _ in range(73):
        model.step()
    model = load(SCENARIO, save(model, tmp_path / "halfway.npz"))
    while model.running:
        model.step()
    for name, table in kept(model).items():
        pd.testing.assert_frame_equal(table, tables[name])


def test_weeks_hold_what_the_diary_holds(run, tables):
    weeks = tables["weeks"]
    assert not weeks.duplicated(["week", "measure", "group"]).any()
    referrals = weeks[weeks["measure"] == "referrals"].set_index("week")["value"]
    last = dates(run, run.day // 7 - 1)
    end = 7 * (run.day // 7)
    assert referrals[last] == run.measures.daily["referrals"][end - 7 : end].sum()
    assert set(weeks[weeks["group"] != "all"]["measure"]) == {"children", "seen_28", "days_unseen", "harmed", "harmed_unseen_28"}
    assert "referrals" in DAILY


@pytest.mark.slow
def test_it_takes_no_time():
    model = simulate(small(20_000, start=date(2019, 10, 1), end=date(2020, 12, 31)))
    began = perf_counter()
    kept(model)
    assert perf_counter() - began < 2
