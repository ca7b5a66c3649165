"""Early help: places that run out, a list on which the longest waiting come first, and families who must open the door to have any."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from small_worlds import ordinary, turned

from simsafe.agencies.early_help import EarlyHelp, EarlyHelpPractice
from simsafe.model import SafeguardingModel
from simsafe.system.cases import NONE
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Attempt, Meetings

CHILDREN = 2000


@pytest.fixture(scope="module")
def model() -> SafeguardingModel:
    return SafeguardingModel(ordinary(CHILDREN))


@dataclass
class Team:
    """Early help of a model's world with so many places, an empty list, and what came of each day."""

    model: SafeguardingModel
    places: float = 200.0  # per 10,000 children: 40 of 2,000
    coupled: bool = True
    help: EarlyHelp = field(init=False)
    began: dict[int, int] = field(default_factory=dict)  # child: day
    ended: set[int] = field(default_factory=set)
    declined: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.help = EarlyHelp(self.model.world, CHILDREN, self.model.chance, EarlyHelpPractice(places=self.places))

    def offer(self, children: np.ndarray, day: int = 0) -> np.ndarray:
        """Offered to every one of these children's families."""
        return self.help.offer(children, self.model.chance.keys(self.model.world.children.key[children], "offer of a test"), 1.0, day)

    def live(self, day: int, everybody_opens: bool = False, **dials: float) -> int:
        """One working day; how many have a place at its end."""
        now, nobody_open = Conditions(**dials), np.zeros(len(self.model.world.children), dtype=bool)
        rows, tries = self.help.attempt(now, day, self.coupled)
        met, _ = (
            self.model.behind.answer(tries, [], now, self.model.world.families.digital, day)
            if not everybody_opens
            else (all_open(tries), None)
        )
        for child in self.help.write_up(rows, met, slice(0, tries.size), day).tolist():
            assert child not in self.began
            self.began[child] = day
        ended, declined = self.help.leave(day, nobody_open)
        self.ended |= set(ended.tolist())
        self.declined |= set(declined.tolist())
        return self.help.helped.size


def all_open(tries: Attempt) -> Meetings:
    """Every family opens the door."""
    yes = np.ones(tries.size, dtype=bool)
    return Meetings(tries, tries.mode, yes, yes, yes, yes, yes)


def some(model: SafeguardingModel, count: int) -> np.ndarray:
    """Rows of children well inside childhood throughout a test."""
    birth = model.world.children.birth
    return np.flatnonzero((birth > -3000) & (birth < 0))[:count]


def test_no_more_families_have_a_place_than_there_are_places_and_none_stays_empty_while_somebody_waits(model):
    team = Team(model)
    team.offer(some(model, 100))
    assert [team.live(day, True) for day in range(3)] == [40, 40, 40]
    assert team.help.waiting == 60
    assert team.live(3, True, early_help_places_share=1.5) == 60
    assert team.live(4, True, early_help_places_share=0.5) == 60, "nobody loses a place they have"


def test_fewer_places_help_fewer_and_without_coupling_everybody_who_opens_is_helped(model):
    begun = []
    for share in (0.0, 0.5, 1.0):
        team = Team(model)
        team.offer(some(model, 100))
        for day in range(100):
            team.live(day, True, early_help_places_share=share)
        begun.append(set(team.began))
    assert not begun[0]
    assert begun[0] < begun[1] < begun[2]
    team = Team(model, coupled=False)
    team.offer(some(model, 100))
    assert team.live(0, True) == 100


def test_whoever_has_waited_longest_begins_first(model):
    team, everyone = Team(model), some(model, 120)
    for day, part in enumerate(np.split(everyone, 3)):
        team.offer(part, day - 3)  # forty on each of three days
    team.live(0, True)
    assert set(team.began) == set(everyone[:40].tolist())


def test_a_place_lasts_its_weeks_and_the_next_family_comes_in(model):
    team, how = Team(model), EarlyHelpPractice()
    first = team.offer(some(model, 40))
    team.live(0, True)
    assert set(team.began) == set(first.tolist())
    later = team.offer(np.setdiff1d(some(model, 80), first), 7 * how.weeks - 5)
    assert team.live(7 * how.weeks - 1, True) == 40
    team.live(7 * how.weeks, True)
    assert team.ended == set(first.tolist())
    team.live(7 * how.weeks + 1, True)
    assert set(team.began) == set(first.tolist()) | set(later.tolist())


def test_an_offer_lapses_after_the_longest_wait_and_is_counted_as_no_help(model):
    team, how = Team(model, places=30.0), EarlyHelpPractice()
    offered = set(team.offer(some(model, 20)).tolist())
    for day in range(how.longest_wait + 2):
        team.live(day, True)
    assert len(team.began) == 6
    assert team.declined == offered - set(team.began)
    assert team.help.waiting == 0


def took_up(model: SafeguardingModel, **dials: float) -> Team:
    """A hundred days after every family was offered a place, with places for all."""
    team = Team(model, coupled=False)
    everyone = np.flatnonzero(model.world.children.living_here(0) & (model.world.children.birth > -6000))
    team.offer(everyone)
    for day in range(100):
        team.live(day, **dials)
    assert not set(team.began) & team.declined
    assert set(team.began) | team.declined >= set(everyone.tolist())
    return team


def test_families_who_do_not_open_go_without_and_they_are_the_less_willing(model):
    team = took_up(model)
    family, willing = model.world.children.family, model.behind.hidden.willing.astype(float)
    helped, declined = (willing[family[np.array(sorted(who))]] for who in (team.began, team.declined))
    assert 0 < declined.size < 0.1 * helped.size
    assert declined.mean() < helped.mean() - 0.02


def test_where_families_withdraw_more_decline_and_nobody_new_is_reached(model):
    usual, withdrawn = took_up(model), took_up(model, disengagement=0.3)
    assert usual.declined < withdrawn.declined
    assert set(withdrawn.began) < set(usual.began)


def test_the_places_of_a_whole_run_are_those_of_the_area_and_the_dial():
    for share in (1.0, 0.25):
        model = SafeguardingModel(ordinary(CHILDREN, plan=turned(early_help_places_share=share)))
        at_start = model.early_help.helped.size
        for _ in range(60):
            model.step()
            places = int(model.early_help.places * share)
            assert model.early_help.helped.size <= max(places, at_start)
        assert (model.cases.stage_of[model.early_help.table["child"][model.early_help.helped]] == NONE).all()
