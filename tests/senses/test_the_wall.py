"""The one wall: nothing but the door reads what is true. Shuffle all of truth behind it and no decision moves."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import LONGER, Watched, assert_same_log, forced, log_of, small

from simsafe.agencies.records import Records
from simsafe.agencies.social_care import SocialCare
from simsafe.agencies.weight import Belief, Weighing
from simsafe.ground.table import Table
from simsafe.model import SafeguardingModel
from simsafe.scenario import Scenario
from simsafe.senses.behind import Behind
from simsafe.senses.door import Door
from simsafe.senses.tape import Player, Recorder, Tape
from simsafe.senses.true_signs import TrueSigns
from simsafe.system.events import Event
from simsafe.system.referring import Referring
from simsafe.system.sharing import Sharing
from simsafe.truth.call_outs import Calling
from simsafe.truth.exploitation import Outside
from simsafe.truth.families import HiddenFamilies
from simsafe.truth.harm import HarmAndNeed
from simsafe.truth.injuries import Injuries
from simsafe.truth.past import LayingDown
from simsafe.truth.patients import Patients
from simsafe.world.contact import AGENCIES, CONCERNS, Agency, Concern, Mode, Signs, Strength

TRUTH = (Behind, Door, TrueSigns, HiddenFamilies, HarmAndNeed, Outside, Calling, Injuries, Patients, LayingDown)


@pytest.fixture(scope="module")
def tape(watched_run: tuple[SafeguardingModel, list[Watched]]) -> Tape:
    return watched_run[0].behind.tape


def truth_arrays(behind: Behind) -> dict[str, np.ndarray]:
    """Every column of truth: the hidden side of families, harm, need and the rates at which they call out."""
    shared = {id(behind.harm.world.families.key), id(behind.hidden.key)}
    rooms = {"hidden": behind.hidden, "harm": behind.harm, "calling": behind.calling, "patients": behind.calling.patients}
    found = {f"{room}.{n}": c for room, thing in rooms.items() for n, c in vars(thing).items() if isinstance(c, np.ndarray)}
    return {name: column for name, column in found.items() if id(column) not in shared}


def truth_tables(behind: Behind) -> dict[str, Table]:
    """What the truth keeps in tables: spells of harm, who went missing, and which signs were true."""
    rooms = {"harm": behind.harm, "outside": behind.outside, "true_signs": behind.door.true_signs}
    return {f"{room}.{n}": t for room, thing in rooms.items() for n, t in vars(thing).items() if isinstance(t, Table)}


def scramble(behind: Behind, seed: int = 1) -> None:
    """Deal every column of truth out again, each on its own, and empty its tables, so that nothing true is left about anyone."""
    rng = np.random.default_rng(seed)
    for column in truth_arrays(behind).values():
        rng.shuffle(column)
    for table in truth_tables(behind).values():
        table.keep(np.zeros(len(table), dtype=bool))
    behind.harm.forget_rows()


def played(scenario: Scenario, tape: Tape, days: int | None = None, *, seed: int = 1) -> SafeguardingModel:
    """The scenario with its door's answers from a tape."""
    model = SafeguardingModel(scenario)
    model.behind = Player(model.behind, tape)
    scramble(model.behind, seed)
    for _ in range(scenario.days if days is None else days):
        model.step()
    return model


# The blind replay


@pytest.fixture(scope="module")
def busy() -> tuple[Scenario, SafeguardingModel, Tape]:
    """A run in which much is referred, shared and decided, so that even a faint leak would move something."""
    low = {"front_door__screen": 0.0, "assessment__strategy": 2.0, "assessment__conference": 2.0, "care__into_care": 8.0}
    scenario = small(3000, seed=3, parameters=forced(**low), **LONGER)
    model = SafeguardingModel(scenario)
    model.behind = recorder = Recorder(model.behind)
    for _ in range(scenario.days):
        model.step()
    return scenario, model, recorder.tape


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_with_all_of_truth_shuffled_every_event_is_the_same(seed, busy):
    scenario, seeing, tape = busy
    blind = played(scenario, tape, seed=seed)
    true, there = truth_arrays(seeing.behind), truth_arrays(blind.behind)
    moved = {name for name in true if not np.array_equal(true[name], there[name])}
    assert {"harm.type", "harm.severity", "harm.in_need", "hidden.strain", "hidden.domestic_abuse", "hidden.conceals"} <= moved
    assert_same_log(blind, seeing)


def test_shuffling_reaches_every_table_and_column_of_truth(crisis_run):
    assert set(truth_tables(crisis_run.behind)) == {"harm.spells", "harm.worsened", "outside.went_missing", "true_signs.table"}
    names = set(truth_arrays(crisis_run.behind))
    by_hand = {"type", "severity", "in_need", "was_harmed", "disabled", "home"}
    assert {f"harm.{name}" for name in by_hand} <= names
    hidden = {"domestic_abuse", "parental_difficulty", "look_alike", "willing", "conceals", "reserve", "susceptible", "strain"}
    assert {f"hidden.{name}" for name in (*hidden, "usual_strain")} <= names


def test_the_players_own_shuffle_changes_no_event_either(crisis_scenario, crisis_run, tape):
    model = SafeguardingModel(crisis_scenario)
    model.behind = Player(model.behind, tape)
    model.behind.shuffle(np.random.default_rng(1))
    for _ in range(crisis_scenario.days):
        model.step()
    assert_same_log(model, crisis_run)


def test_another_answer_from_the_door_is_acted_upon(crisis_scenario, crisis_run, tape):
    """The replay has teeth: a strong sign put on the tape is not only written down but told and passed on."""
    day, child = 100, int(np.flatnonzero((crisis_run.records.last_sign < 0) & crisis_run.world.children.living_here(100))[0])
    meetings, signs = tape.answers[day]
    telling = _signs([Agency.POLICE], [child], [Strength.STRONG], [Concern.PHYSICAL], [Mode.INCIDENT], [77])
    other = Tape(tape.call_outs, [*tape.answers[:day], (meetings, Signs.together([signs, telling])), *tape.answers[day + 1 :]])
    model = played(crisis_scenario, other, day + 4)
    before, after = log_of(crisis_run), log_of(model)
    assert np.array_equal(before[before[:, 0] < day], after[after[:, 0] < day])
    about = after[(after[:, 2] == child) & (after[:, 0] >= day)]
    assert {Event.SIGN, Event.CONTACT, Event.SHARE} <= set(about[:, 1].tolist())


def test_a_door_that_did_not_open_changes_the_next_visits(crisis_scenario, tape):
    day = next(d for d, (m, _) in enumerate(tape.answers) if d > 20 and (m.opened & (m.attempt.agency == Agency.SOCIAL_CARE)).any())
    meetings, signs = tape.answers[day]
    shut = replace(meetings, **{f: np.zeros_like(meetings.opened) for f in ("opened", "seen", "alone", "spoken", "quiet")})
    other = Tape(tape.call_outs, [*tape.answers[:day], (shut, signs), *tape.answers[day + 1 :]])
    with pytest.raises(ValueError, match="the tries differ"):
        played(crisis_scenario, other)


def leak_into_telling(model: SafeguardingModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: agencies tell the front door only where harm is real."""
    tell = Referring.tell

    def leaky(self, rows, day):
        return tell(self, rows[model.behind.harm.type[self.records.signs["child"][rows]] >= 0], day)

    monkeypatch.setattr(Referring, "tell", leaky)


def leak_into_visiting(model: SafeguardingModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: social workers go in person where there is domestic abuse."""
    choose = SocialCare.choose_modes

    def leaky(self, who, purpose, now, day, *more):
        mode, minutes, key = choose(self, who, purpose, now, day, *more)
        abuse = model.behind.hidden.domestic_abuse[self.world.children.family[who]]
        return np.where(abuse, Mode.HOME_VISIT, mode).astype(np.int8), minutes, key

    monkeypatch.setattr(SocialCare, "choose_modes", leaky)


def leak_into_sharing(model: SafeguardingModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: partners step back where there is harm, rather than where a case is open."""
    answer = Sharing.answer_calls

    def leaky(self, now, load, stage_of, day):
        return answer(self, now, load, model.behind.harm.type, day)

    monkeypatch.setattr(Sharing, "answer_calls", leaky)


@pytest.mark.parametrize("leak", [leak_into_telling, leak_into_visiting, leak_into_sharing])
def test_a_leak_of_truth_is_caught_by_the_replay(leak, busy, monkeypatch):
    scenario = busy[0]
    recorded = SafeguardingModel(scenario)
    recorded.behind = recorder = Recorder(recorded.behind)
    leak(recorded, monkeypatch)
    for _ in range(scenario.days):
        recorded.step()
    monkeypatch.undo()
    blind = SafeguardingModel(scenario)
    blind.behind = Player(blind.behind, recorder.tape)
    scramble(blind.behind)
    leak(blind, monkeypatch)
    try:
        for _ in range(scenario.days):
            blind.step()
    except ValueError:  # the tries differ from those on the tape
        return
    assert blind.log.digest != recorded.log.digest


# The type of harm


def test_with_the_true_types_of_harm_permuted_behind_the_same_signs_no_weight_and_no_decision_changes(crisis_scenario, crisis_run, tape):
    model = SafeguardingModel(crisis_scenario)
    model.behind = Player(model.behind, tape)
    harm = model.behind.harm
    harmed = harm.harmed_rows
    before = harm.type[harmed].copy()
    harm.type[harmed] = np.roll(before, 1)
    assert (harm.type[harmed] != before).sum() > 5
    for _ in range(crisis_scenario.days):
        model.step()
    assert_same_log(model, crisis_run)
    for name in ("child", "agency", "day", "strength", "concern", "mode", "holders"):
        assert np.array_equal(model.records.signs[name], crisis_run.records.signs[name]), name
    everyone, day = np.arange(len(model.world.children)), model.day
    for agency in Agency:
        assert np.array_equal(model.records.worry_of(agency, everyone, day), crisis_run.records.worry_of(agency, everyone, day))
    assert np.array_equal(model.records.need_of(everyone, day), crisis_run.records.need_of(everyone, day))


def test_weights_are_given_nothing_but_what_an_agency_can_see():
    seen = {"self", "belief", "agency", "strength", "concern", "mode", "worry", "day"}
    for name, function in inspect.getmembers(Weighing, inspect.isfunction):
        asked = set(inspect.signature(function).parameters)
        assert asked <= seen, f"Weighing.{name} asks for {asked - seen}"
    assert {f.name for f in fields(Signs)} == {"agency", "who", "strength", "concern", "mode", "key"}


one_sign = st.tuples(st.integers(0, AGENCIES - 1), st.integers(0, 1), st.integers(0, CONCERNS - 1), st.integers(0, len(Mode) - 1))


@given(signs=st.lists(one_sign, min_size=1, max_size=20))
def test_two_children_about_whom_the_same_is_seen_are_worried_about_alike(signs):
    agency, strength, concern, mode = (list(c) for c in zip(*signs, strict=True))
    n = len(signs)
    records = Records(2 * n, Weighing(Belief()))
    records.keep(_signs(agency, range(n), strength, concern, mode, range(n)), 3)
    records.keep(_signs(agency, range(n, 2 * n), strength, concern, mode, range(50, 50 + n)), 3)
    for by in Agency:
        worry = records.worry_of(by, np.arange(2 * n), 9)
        assert np.array_equal(worry[:n], worry[n:])
    assert (records.weighing.of_signs(np.array(strength), np.array(concern), np.array(mode)) > 0).all()


def _signs(agency, who, strength, concern, mode, key) -> Signs:
    small = [np.array(list(column), dtype=np.int8) for column in (agency, strength, concern, mode)]
    return Signs(small[0], np.array(list(who)), small[1], small[2], small[3], np.array(list(key), dtype=np.uint64))


# Nobody holds it


def reached_from(thing: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Everything that can be reached from a thing by attributes, items, closures and bound methods; classes and modules apart."""
    seen: set[int] = set()
    queue = [(path, thing)]
    while queue:
        where, it = queue.pop()
        if id(it) in seen or isinstance(it, str | bytes | int | float | type | types.ModuleType):
            continue
        seen.add(id(it))
        yield where, it
        if isinstance(it, np.ndarray):
            continue
        if isinstance(it, dict):
            queue += [(f"{where}[{k!r}]", v) for k, v in it.items()]
        elif isinstance(it, list | tuple | set | frozenset):
            queue += [(f"{where}[{i}]", v) for i, v in enumerate(it)]
        elif isinstance(it, types.MethodType):
            queue += [(f"{where}.__self__", it.__self__), (f"{where}.__func__", it.__func__)]
        elif isinstance(it, types.FunctionType):
            queue += [(f"{where} closes over {i}", c.cell_contents) for i, c in enumerate(it.__closure__ or ())]
            queue += [(f"{where} default {i}", d) for i, d in enumerate(it.__defaults__ or ())]
        else:
            queue += [(f"{where}.{k}", v) for k, v in getattr(it, "__dict__", {}).items()]


AGENCY_SIDE = (
    *("schools", "services", "hospital", "health_visiting", "early_help", "social_care", "community", "police"),
    *("records", "contacts", "cases", "log", "sharing", "referring", "front_door", "casework", "assessing", "protecting"),
    *("meetings", "conferring", "core_groups", "caring", "chronologies", "safe_places"),
    *("partners", "flags", "fathers", "moves", "home_education", "asking", "second_eyes", "watch"),
    *(
        "health_visitors",
        "social_workers",
        "front_door_staff",
        "wellbeing",
        "burdens",
        "timetable",
        "calendar",
        "world",
        "schooling",
        "digital",
    ),
)


@pytest.fixture(scope="module")
def living_model() -> SafeguardingModel:
    model = SafeguardingModel(small(600))
    for _ in range(20):
        model.step()
    return model


@pytest.mark.parametrize("part", AGENCY_SIDE)
def test_no_agency_and_no_panel_can_reach_the_truth(part, living_model):
    true = list(truth_arrays(living_model.behind).values())
    tables = truth_tables(living_model.behind)
    true += [thing for _, thing in reached_from(tables, "truth") if isinstance(thing, np.ndarray)]
    for where, thing in reached_from(getattr(living_model, part), part):
        assert not isinstance(thing, TRUTH), f"{where} is truth"
        assert thing is not living_model, f"{where} is the model, which holds the truth"
        assert not any(thing is table for table in tables.values()), f"{where} is a table of truth"
        if isinstance(thing, np.ndarray):
            assert not any(np.shares_memory(thing, column) for column in true), f"{where} shares memory with truth"


def test_the_search_would_find_the_truth_if_it_were_held(living_model):
    assert any(isinstance(thing, HarmAndNeed) for _, thing in reached_from(living_model.behind, "behind"))
    leaky = SocialCare(living_model.world, living_model.chance, living_model.setup.parameters.visits)
    leaky.ask = lambda: living_model.behind.harm  # type: ignore[attr-defined]
    assert any(isinstance(thing, TRUTH) for _, thing in reached_from(leaky, "leaky"))


def test_every_part_of_the_model_was_searched(living_model):
    """A new agency or panel must be added to the list above, or named here as behind the door or above it."""

    def made_here(thing: Any) -> bool:
        inside = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list | tuple) else ()
        return type(thing).__module__.startswith("simsafe.") or any(made_here(part) for part in inside)

    ours = {name for name, thing in vars(living_model).items() if made_here(thing) and not name.startswith("_")}
    others = {"behind", "measures", "chance", "setup"}
    assert ours - others <= set(AGENCY_SIDE)
