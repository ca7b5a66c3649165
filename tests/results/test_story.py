"""One simulated child's chronology: what it tells is what happened, telling changes nothing, and two stories part where they part."""

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from small_worlds import LONGER, as_happened, run, small, turned

from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.results import story_words as say
from simsafe.results.diary import keep_diary
from simsafe.results.divergence import CHAIN, LINKS, OF_LABEL, diverge
from simsafe.results.finder import FIND, longest_unseen
from simsafe.results.story import WHOLE_AREA, story_of
from simsafe.results.story_figure import chronology
from simsafe.system.events import Decision, Event
from simsafe.world.conditions import DIALS
from simsafe.world.contact import IN_PERSON

FROM = date(2020, 4, 20)


def told(scenario):
    model = SafeguardingModel(scenario)
    diary = keep_diary(model)
    while model.running:
        model.step()
    return model, diary


@pytest.fixture(scope="module")
def one():
    """A run with a diary, in which there is plenty to tell."""
    return told(small(2500, **LONGER))


@pytest.fixture(scope="module")
def other():
    """The same children, with a doorstep round from one day on."""
    rounds = turned((FROM, date(2020, 7, 20)), school_doorstep_weeks=1)
    return told(small(2500, **LONGER, plan=(*as_happened(), *rounds), plan_name="doorstep_rounds"))


@pytest.fixture(scope="module")
def child(one):
    """The child to whom most happened."""
    who = one[0].log.rows["who"][np.isin(one[0].log.rows["kind"], [Event.VISIT, Event.SHARE, Event.DECISION, Event.STRATEGY])]
    return int(np.bincount(who).argmax())


def test_a_diary_changes_nothing(one):
    assert one[0].log.digest == run(small(2500, **LONGER)).log.digest


def test_a_diary_can_be_saved_around(one):
    assert one[0].state().keys() == run(small(2500, **LONGER), 3).state().keys()


def test_every_child_was_last_seen_when_its_story_says_so(one):
    model, diary = one
    for row in range(0, 600, 7):
        days = {d for d, s in story_of(model, diary, int(model.ids[row])).lines if s.kind in (say.SEEN_IN_PERSON, say.IN_SIGHT)}
        seen = int(model.contacts.seen[row])
        assert max(days, default=-1) == (seen if seen >= 0 else -1)


def test_every_decision_of_the_log_is_told_once(one):
    model, diary = one
    log = model.log.rows
    decided = log["kind"] == Event.DECISION
    for who in log["who"][decided][:40].tolist():
        lines = [s.words for _, s in story_of(model, diary, who).lines if s.words.startswith("Referral from")]
        mine = decided & (log["who"] == who)
        assert len(lines) == mine.sum()
        assert sum("no further action" in words for words in lines) == (mine & (log["b"] == Decision.NO_FURTHER_ACTION)).sum()


def test_every_sign_of_the_log_is_told_as_written_down(one):
    model, diary = one
    log = model.log.rows
    signs = log["kind"] == Event.SIGN
    for who in np.unique(log["who"][signs])[:60].tolist():
        written = [s for _, s in story_of(model, diary, who).lines if s.kind == say.SIGN]
        assert len(written) == (signs & (log["who"] == who)).sum()


def test_signs_of_harm_are_told_only_of_harmed_children_and_before_birth_of_what_waits(one):
    model, diary = one
    lines = [(row, s) for row in range(2500) for _, s in story_of(model, diary, int(model.ids[row])).lines if s.harm]
    unborn = [s for _, s in lines if "born into" in s.words]
    assert {row for row, s in lines if s not in unborn} <= set(model.behind.harm.spells["child"].tolist())
    assert {s.lane for s in unborn} <= {"midwifery", "health visiting", "early help", "social care"}
    assert len(lines) > len(unborn) > 0


def test_what_has_no_words_of_its_own_is_told_by_the_diary_or_is_about_staff():
    silent = set(Event) - set(say.SAYS)
    by_diary = {Event.SIGN, Event.VISIT, Event.SHARE, Event.PASSED, Event.REFERRAL, Event.REVIEW}
    assert silent == by_diary | set(say.ABOUT_STAFF)


def test_a_story_says_that_it_is_simulated_and_gives_no_risk_and_no_score(one, child):
    table = story_of(*one, child).table()
    assert set(table["simulated"]) == {"yes"}
    words = " ".join([*table.columns, *table["words"]])
    assert not re.search(r"\b(risk|score|likelihood|probab\w+|predict\w*|\d+ ?%)", words, flags=re.IGNORECASE)


def test_days_in_sight_on_end_stand_in_one_row_and_none_is_lost(one):
    story = story_of(*one, int(one[0].ids[np.flatnonzero(one[0].schooling.on_roll)[3]]))
    days = [d for d, s in story.lines if s.kind in (say.IN_SIGHT, say.FROM_AFAR) and d >= story.start]
    rows = story.table()
    rows = rows[rows["kind"].isin([say.IN_SIGHT, say.FROM_AFAR])]
    counted = sum(int(m[1]) if (m := re.search(r"on (\d+) days", words)) else 1 for words in rows["words"])
    assert abs(counted - len(days)) <= 20  # a stretch that began in the warm-up is left out
    assert len(rows) < len(days) / 5


def test_there_is_no_story_of_a_child_that_is_not_there(one):
    with pytest.raises(ConfigError, match=r"child = 10{9}; no such child; expected a whole number from 0 to \d+"):
        story_of(*one, 10**9)
    with pytest.raises(ConfigError, match="no such child"):
        story_of(*one, True)


def test_a_child_under_a_plan_and_itself_has_one_story(one, child):
    story = story_of(*one, child)
    parted = diverge(story, story)
    assert parted.day is None
    assert parted.partings == ()
    assert parted.dials_day is None
    assert "Nothing about this child differs" in " ".join(parted.words())


def test_no_two_stories_part_before_their_plans_do(one, other):
    first = (FROM - one[0].setup.first).days
    parted = 0
    for who in range(0, 2500, 5):
        found = diverge(story_of(*one, who), story_of(*other, who))
        assert found.dials_day == first
        parted += found.day is not None
        assert found.day is None or found.day >= first
    assert parted > 20


def test_a_parting_names_the_contact_and_the_dial_that_made_it(one, other):
    stories = ((story_of(*one, who), story_of(*other, who)) for who in range(0, 2500, 5))
    found = next(d for d in (diverge(a, b) for a, b in stories) if d.partings and d.partings[0].link == "contact")
    first = found.partings[0]
    assert {s.lane for s in (*first.only_one, *first.only_two)} == {"schools"}
    assert found.likely == ("school_doorstep_weeks",)
    assert "school_doorstep_weeks is 0 under as_happened_2020, 1 under doorstep_rounds" in " ".join(found.words())
    before = [line for line in found.one.lines if line[0] < found.day]
    assert before == [line for line in found.two.lines if line[0] < found.day]


def test_a_parting_through_a_queue_is_not_laid_at_a_dial(one, child):
    story = story_of(*one, child)
    lines = list(story.lines)
    day, said = next((d, s) for d, s in lines if s.kind == say.DECISION)
    later = [(d + 5 if (d, s) == (day, said) else d, s) for d, s in lines]
    waiting = {name: column + (name == "referrals_waiting") for name, column in story.area_wide.items()}
    found = diverge(story, replace(story, lines=tuple(later), area_wide=waiting))
    assert found.partings[0].link == "queue"
    assert found.likely == ()
    assert "through staff hours and queues" in " ".join(found.words())
    assert WHOLE_AREA["referrals_waiting"] in " ".join(found.words())


def test_stories_of_two_children_are_not_held_against_each_other(one):
    with pytest.raises(ValueError, match="one child"):
        diverge(story_of(*one, 1), story_of(*one, 2))


def test_every_kind_of_line_has_its_link_and_every_agency_its_dials():
    assert {kind for kinds in CHAIN.values() for kind in kinds} == set(say.KINDS)
    assert set(CHAIN) == set(LINKS)
    from simsafe.results.divergence import DIALS_OF, DIGITAL, SHARING, STRAIN

    assert set(DIALS_OF) == set(OF_LABEL.values())
    for start in (*(s for starts in DIALS_OF.values() for s in starts), *SHARING, *DIGITAL, *STRAIN):
        assert any(dial.startswith(start) for dial in DIALS), start


@pytest.mark.parametrize("find", FIND)
def test_every_finder_finds_children_of_the_run_the_most_telling_first(one, other, find):
    table = FIND[find](*one, other[0])
    assert list(table.columns) == ["child", "days", "why"]
    assert table["child"].is_unique
    assert set(table["child"]) <= set(one[0].ids.tolist())
    assert (table["days"] >= 0).all()
    if find != "lost_share":
        assert table["days"].is_monotonic_decreasing


def test_the_needlessly_investigated_are_not_harmed_when_it_begins(one):
    table = FIND["needlessly_investigated"](*one, None)
    assert len(table)
    for who in table["child"].head(20):
        story = story_of(*one, who)
        begun = [d for d, s in story.lines if s.words == "Section 47 enquiry began"]
        assert any(not any(first <= day < end for first, end, *_ in story.harm) for day in begun)


def test_harm_found_sooner_was_found_on_the_day_it_says(one, other):
    table = FIND["found_sooner"](*other, one[0])
    for who, why in zip(table["child"], table["why"], strict=True):
        day = date.fromisoformat(re.search(r"found on (\S+);", why)[1])
        words = [s.words for d, s in story_of(*other, who).lines if other[0].setup.first + timedelta(days=d) == day]
        assert any("assessment" in w or "conference" in w or "plan" in w or "looked after" in w for w in words)


def test_the_longest_unseen_are_as_long_unseen_as_their_story_says(one):
    model, diary = one
    start = model.setup.warm_up_days
    longest, until = longest_unseen(model, diary, start)
    for row in np.flatnonzero(longest > 40)[:20]:
        story = story_of(model, diary, int(model.ids[row]))
        seen = [d for d, s in story.lines if s.kind in (say.SEEN_IN_PERSON, say.IN_SIGHT)]
        assert not [d for d in seen if until[row] - longest[row] < d < until[row]]


def test_lost_shares_had_reached_nobody_in_social_care(one):
    model, diary = one
    for who, why in FIND["lost_share"](model, diary, None)[["child", "why"]].head(10).itertuples(index=False):
        assert why.count(",") >= 2
        story = story_of(model, diary, who)
        by = {s.lane for _, s in story.lines if s.harm}
        assert len(by) >= 2


def test_remote_sight_is_no_sight_in_person():
    from simsafe.world.contact import Agency, Mode

    for mode in Mode:
        assert (say.sight(Agency.SCHOOLS, mode).kind == say.IN_SIGHT) == IN_PERSON[mode]


@pytest.mark.parametrize("span", [None, (date(2020, 3, 1), date(2020, 5, 1))])
def test_a_chronology_is_drawn_for_one_plan_and_for_two(one, other, child, span):
    story = story_of(*one, child)
    assert len(chronology(story, None, span).axes) == 2
    drawn = chronology(story, diverge(story, story_of(*other, child)), span)
    assert len(drawn.axes) == 4
    assert any("Simulated" in text.get_text() for text in drawn.texts)
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(drawn).draw()


def test_an_empty_life_is_drawn_too(one):
    model, diary = one
    quiet = next(c for c in range(2500) if len(story_of(model, diary, c).lines) == 0)
    assert len(chronology(story_of(model, diary, quiet)).axes) == 2
    assert len(story_of(model, diary, quiet).table()) <= 1


def test_a_story_tells_what_was_found_and_what_was_done_needlessly_or_left(one):
    model, diary = one
    errors, stories = model.measures.alarms, {}
    for name, said in say.ERRORS.items():
        rows = errors.errors(name)
        rows = rows[errors.table["day"][rows] >= model.setup.warm_up_days]
        for child, day in list(zip(errors.table["who"][rows].tolist(), errors.table["day"][rows].tolist(), strict=True))[:2]:
            stories[child] = story_of(model, diary, child)
            assert (day, said) in stories[child].outcomes
            assert f"{said} on {stories[child].date_of(day)}" in stories[child].told
    assert stories
    assert any("found" in story_of(model, diary, int(c)).told for c in model.ids[model.behind.harm.spells["child"]][:200])


def test_where_two_stories_part_both_are_told_to_their_end(one, other, child):
    two = [story_of(*run, child) for run in (one, other)]
    words = diverge(*two).words()
    assert all(story.told in words for story in two)
