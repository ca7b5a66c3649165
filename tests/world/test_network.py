"""The graphs of a small area: who belongs where, and who tells whom."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from simsafe.ground.chance import Chance
from simsafe.system.sharing import Sharing, SharingPractice
from simsafe.world.area import load_area
from simsafe.world.build import Households, build_world
from simsafe.world.conditions import ORDINARY
from simsafe.world.contact import Agency
from simsafe.world.network import (
    FRONT_DOOR,
    SAMPLE,
    SOCIAL_WORK,
    chance_to_take_part,
    families_and_services,
    professional_network,
    share_passed_on,
)
from simsafe.world.population import schooling
from simsafe.world.published import england_calendar
from simsafe.world.ties import NETWORK, Tie, TieNumbers

SEPTEMBER = -90  # first day of the school year to which day 0 belongs


@pytest.fixture(scope="module")
def world():
    return build_world(load_area("shropshire").scaled(3000), Chance(5), 60, Households())


def kinds(graph, node):
    return sorted(graph.nodes[other]["kind"] for other in graph.neighbors(node))


def of_kind(graph, kind):
    return [node for node, about in graph.nodes(data=True) if about["kind"] == kind]


def test_every_family_has_one_practice_one_health_visitor_and_two_schools(world):
    graph = families_and_services(world)
    families = of_kind(graph, "family")
    assert len(families) == SAMPLE
    for family in families:
        assert kinds(graph, family) == ["health visitor", "practice", "school", "school"]


def test_families_are_tied_to_the_schools_of_their_pupils_when_rolls_are_given(world):
    rolls = schooling(world, 0, england_calendar(date(2019, 12, 1), 60))
    graph = families_and_services(world, np.arange(len(world.families)), rolls)
    for family in of_kind(graph, "family"):
        rows, _ = world.children_of(np.array([family[1]]))
        wanted = {("school", int(s)) for s in rolls.school[rows] if s >= 0}
        assert {n for n in graph.neighbors(family) if n[0] == "school"} == wanted


def test_ties_go_between_a_family_and_a_service_only(world):
    graph = families_and_services(world)
    assert all(graph.nodes[a]["bipartite"] != graph.nodes[b]["bipartite"] for a, b in graph.edges)
    assert all(graph.nodes[b if a[0] == "family" else a]["kind"] == kind for a, b, kind in graph.edges(data="kind"))


def test_sizes_count_children_of_a_family_and_families_of_a_service(world):
    everyone = families_and_services(world, np.arange(len(world.families)))
    assert sum(everyone.nodes[n]["size"] for n in of_kind(everyone, "family")) == len(world.children)
    for kind in ("practice", "health visitor"):
        assert sum(everyone.nodes[n]["size"] for n in of_kind(everyone, kind)) == len(world.families)
        assert all(everyone.nodes[n]["size"] == everyone.degree(n) for n in of_kind(everyone, kind))
    some = families_and_services(world, np.array([7, 3, 3]))
    assert of_kind(some, "family") == [("family", 3), ("family", 7)]
    assert all(some.nodes[n] == everyone.nodes[n] for n in some)


def test_the_same_world_gives_the_same_graph_in_the_same_order(world):
    again = build_world(load_area("shropshire").scaled(3000), Chance(5), 60, Households())
    for make in (families_and_services, lambda w: professional_network(w, SharingPractice())):
        one, other = make(world), make(again)
        assert list(one.nodes(data=True)) == list(other.nodes(data=True))
        assert list(one.edges(data=True)) == list(other.edges(data=True))


def test_every_service_can_be_called_and_ties_join_services_that_exist(world):
    graph = professional_network(world, SharingPractice(), team_size=3)
    counts = {"school": world.schools, "practice": world.practices, "health-visiting team": -(-world.visitors // 3)}
    assert {kind: len(of_kind(graph, kind)) for kind in counts} == counts
    assert {about for _, about in graph.nodes(data="agency")} >= {a.name.lower() for pair in NETWORK for a in pair}
    for node in graph:
        if node not in (FRONT_DOOR, SOCIAL_WORK):
            assert graph.edges[node, FRONT_DOOR]["kind"] == graph.edges[node, SOCIAL_WORK]["kind"] == Tie.DUTY.label
    assert all(graph.has_node(a) and graph.has_node(b) and "agency" in graph.nodes[a] for a, b in graph.edges)


def test_each_practice_meets_the_health_visiting_team_of_most_of_its_families_and_no_other(world):
    graph = professional_network(world, SharingPractice(), team_size=3)
    for practice in of_kind(graph, "practice"):
        met = [n for n in graph.successors(practice) if n[0] == "health-visiting team"]
        assert len(met) == 1
        assert graph.edges[practice, met[0]]["kind"] == graph.edges[met[0], practice]["kind"] == Tie.MEETING.label


def test_the_ties_drawn_between_services_are_those_of_the_model(world):
    graph = professional_network(world, SharingPractice())
    drawn = {
        (Agency[graph.nodes[a]["agency"].upper()], Agency[graph.nodes[b]["agency"].upper()], about)
        for a, b, about in graph.edges(data="kind")
    }
    between = {(a, b, about) for a, b, about in drawn if Agency.SOCIAL_CARE not in (a, b)}
    assert between == {(a, b, tie.label) for (a, b), tie in NETWORK.items()}


def test_without_ties_nothing_passes_between_services(world):
    graph = professional_network(world, SharingPractice(), ties=TieNumbers(present=0.0))
    to_social_care = (FRONT_DOOR, SOCIAL_WORK)
    assert all(about == 0 for a, b, about in graph.edges(data="weight") if a not in to_social_care and b not in to_social_care)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
@pytest.mark.parametrize("dials", [{}, {"sharing_log_odds": 4, "meeting_log_odds": 4}, {"sharing_log_odds": -4, "meeting_log_odds": -4}])
def test_weights_are_chances(world, share, dials):
    graph = professional_network(world, SharingPractice(share=share), replace(ORDINARY, **dials), load=2.0)
    for _, _, about in graph.edges(data=True):
        assert 0 <= about["weight"] <= 1
        assert about["weight"] == pytest.approx(about["takes_part"] * about["passes_on"])


@pytest.mark.parametrize("dial", ["sharing_log_odds", "meeting_log_odds"])
def test_conditions_that_add_log_odds_raise_the_weight_of_every_duty_to_share(world, dial):
    before = professional_network(world, SharingPractice())
    after = professional_network(world, SharingPractice(), replace(ORDINARY, **{dial: 0.7}))
    duties = [(a, b, about["weight"]) for a, b, about in before.edges(data=True) if about["kind"] == Tie.DUTY.label and about["weight"]]
    assert len(duties) > 20
    assert all(after.edges[a, b]["weight"] > weight for a, b, weight in duties)


def test_weights_are_those_that_sharing_uses():
    how, now, load = SharingPractice(), replace(ORDINARY, sharing_log_odds=0.4, meeting_log_odds=-0.6), 1.5
    sharing = Sharing(SimpleNamespace(), np.empty(0, dtype=np.uint64), Chance(1), how)  # type: ignore[arg-type]  # only its formulas are asked
    assert share_passed_on(how, now, load) == pytest.approx(float(sharing.share_given(np.array([how.middling]), now, load)[0]))
    odds = sharing.attendance / (1 - sharing.attendance) * np.exp(now.meeting_log_odds)
    assert chance_to_take_part(how, now)[Agency.POLICE] == pytest.approx((odds / (1 + odds))[Agency.POLICE])
