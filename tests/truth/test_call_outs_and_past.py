"""What comes to notice by itself, and what the past left behind when the run begins."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import ordinary

from simsafe.model import SafeguardingModel
from simsafe.system.cases import NEVER, Stage
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Agency, CallOuts, Concern, Mode, Strength
from simsafe.world.population import YEAR


@pytest.fixture(scope="module")
def many() -> SafeguardingModel:
    """Forty thousand children on day 0."""
    return SafeguardingModel(ordinary(40_000))


def called(model: SafeguardingModel, days: range, in_school: bool = True, **dials: float) -> list[CallOuts]:
    there = np.full(len(model.world.children), in_school)
    return [model.behind.call_out(Conditions(**dials), there, day) for day in days]


def keys(calls: list[CallOuts], agency: Agency | None = None) -> set[int]:
    return {k for c in calls for k, a in zip(c.signs.key.tolist(), c.signs.agency.tolist(), strict=True) if agency is None or a == agency}


# Calling out


def test_more_reporting_only_adds_incidents(many):
    few, usual, more = (keys(called(many, range(60), incident_reporting=r), Agency.POLICE) for r in (0.5, 1.0, 1.5))
    assert few < usual < more


def test_with_no_reporting_the_police_hear_of_nothing(many):
    calls = called(many, range(30), incident_reporting=0.0)
    assert not keys(calls, Agency.POLICE)
    assert not any(c.seen.size for c in calls)


def test_police_see_children_who_were_at_the_incident_and_live_here(many):
    for day, call in enumerate(called(many, range(60))):
        police = call.signs.agency == Agency.POLICE
        assert set(call.seen.tolist()) <= set(call.signs.who[police].tolist())
        assert many.world.children.living_here(day, call.signs.who[police]).all()


def incidents(model: SafeguardingModel, **dials: float) -> tuple[dict[int, tuple[int, int, int]], set[tuple[int, int]]]:
    """Of sixty days: mode, strength and concern of each incident's sign by key; and (day, child) of those whom officers saw."""
    signs, seen = {}, set()
    for day, call in enumerate(called(model, range(60), **dials)):
        s, police = call.signs, call.signs.agency == Agency.POLICE
        columns = (s.key, s.mode, s.strength, s.concern)
        for key, mode, strength, concern in zip(*(c[police].tolist() for c in columns), strict=True):
            signs[key] = (mode, strength, concern)
        seen |= {(day, child) for child in call.seen.tolist()}
    return signs, seen


def test_an_incident_handled_by_telephone_sees_no_child_and_hears_nothing_of_what_shows_on_the_spot(many):
    (all_there, seen), (half, seen_half), (none, seen_none) = (incidents(many, incidents_attended_share=s) for s in (1.0, 0.5, 0.0))
    assert all_there.keys() == half.keys() == none.keys(), "they are reported all the same"
    at_incidents = {k for k, (mode, _, _) in all_there.items() if mode == Mode.INCIDENT}
    rung = [{k for k in at_incidents if signs[k][0] == Mode.PHONE} for signs in (all_there, half, none)]
    assert not rung[0]
    assert len(rung[1]) / len(at_incidents) == pytest.approx(0.5, abs=0.1)
    assert rung[2] == at_incidents
    assert not seen_none
    assert seen_none < seen_half < seen
    for key in at_incidents:
        strengths = [signs[key][1] for signs in (none, half, all_there)]
        assert strengths == sorted(strengths), "coming to the spot can only show more"
        assert half[key] == (all_there if half[key][0] == Mode.INCIDENT else none)[key], "each incident is the one or the other"
        assert none[key][2] == all_there[key][2]
    assert sum(s for _, s, _ in none.values()) < sum(s for _, s, _ in all_there.values())


def test_only_harmed_children_of_five_and_over_disclose_and_at_school_they_tell_the_school(many):
    harm, birth, told = many.behind.harm, many.world.children.birth, {True: 0, False: 0}
    for in_school in (True, False):
        for day, call in enumerate(called(many, range(150), in_school)):
            s = call.signs
            disclosed = np.isin(s.agency, (Agency.SCHOOLS, Agency.COMMUNITY, Agency.HELPLINES)) & (s.concern != Concern.NEED)
            assert (harm.type[s.who[disclosed]] >= 0).all()
            assert (birth[s.who[disclosed]] <= day - 5 * YEAR).all()
            assert (s.strength[disclosed] == Strength.STRONG).all()
            to = (Agency.SCHOOLS,) if in_school else (Agency.COMMUNITY, Agency.HELPLINES)
            assert set(s.agency[disclosed].tolist()) <= set(to)
            told[in_school] += int(disclosed.sum())
    assert told[True] == told[False] > 5, "in ordinary times it is as safe to tell at home as at school"


def test_confinement_only_silences_disclosures_at_home_and_none_at_school(many):
    days = range(200)
    home = [keys(called(many, days, False, relatives_contact_share=share)) for share in (1.0, 0.5, 0.0)]
    assert home[2] < home[0]
    assert home[2] <= home[1] <= home[0]
    school = [keys(called(many, days, True, relatives_contact_share=share)) for share in (1.0, 0.0)]
    assert school[0] == school[1]


def test_parents_ask_for_help_for_children_in_need(many):
    asked = 0
    for call in called(many, range(100)):
        s = call.signs
        asks = (s.agency == Agency.COMMUNITY) & (s.concern == Concern.NEED)
        assert many.behind.harm.in_need[s.who[asks]].all()
        asked += int(asks.sum())
    assert asked > 10


# The past


def test_open_cases_at_the_start_are_the_published_stocks(many):
    area, n = many.setup.area, many.here.sum() / 10_000
    stock = {stage: np.count_nonzero(many.cases["stage"] == stage) for stage in Stage}
    published = {Stage.PROTECTION: area.cpp_rate, Stage.LOOKED_AFTER: area.cla_rate}
    for stage, rate in published.items():
        assert stock[stage] == pytest.approx(rate * n, abs=4 * np.sqrt(rate * n)), stage.name
    assert sum(stock.values()) == pytest.approx(area.cin_rate * n, rel=0.1)


def test_a_third_of_cases_or_so_are_old_and_none_is_older_than_its_child(many):
    cases, birth = many.cases, many.world.children.birth
    assert (cases["since"] >= birth[cases["child"]]).all()
    assert (cases["since"] <= 0).all()
    assert many.here[cases["child"]].all()
    assert 0.2 < (cases["since"] < -730).mean() < 0.4


def test_all_cases_together_have_been_open_as_long_as_published(many):
    """Children under two cannot have been known for two years, which takes a few points from the longest."""
    days, edges = -many.cases["referred"].astype(int), [0, 91, 182, 365, 730, 100_000]
    shares = np.histogram(days, edges)[0] / days.size
    assert shares == pytest.approx(np.array(many.setup.area.cin_durations), abs=0.08)


def test_every_case_has_a_next_step_to_come(many):
    cases = many.cases
    assessment = cases["stage"] == Stage.ASSESSMENT
    assert (cases["finish"][assessment] != NEVER).all()
    assert (cases["review"][~assessment] != NEVER).all()
    assert (cases["review"][~assessment] >= 1).all()
    assert (cases["next_visit"] >= 0).all()
    on_plan = cases["stage"] == Stage.PROTECTION
    assert (cases["review"][on_plan] <= 182).all()


def test_social_care_holds_a_founding_sign_about_every_open_case_unless_it_has_been_put_away(many):
    signs, cases = many.records.signs, many.cases
    remembered = cases["child"][cases["since"] > -many.setup.parameters.belief.memory]
    assert remembered.size > 500
    held = signs["holders"] & (1 << int(Agency.SOCIAL_CARE)) != 0
    assert set(remembered.tolist()) <= set(signs["child"][held & (signs["strength"] == Strength.STRONG)].tolist())


def test_signs_of_the_past_are_of_the_past_and_after_birth(many):
    signs, birth = many.records.signs, many.world.children.birth
    assert (signs["day"] <= 0).all()
    assert (signs["day"] >= birth[signs["child"]]).all()
    assert many.here[signs["child"]].all()
    assert np.unique(signs["key"]).size == len(signs)
