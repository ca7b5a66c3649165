"""CP-IS: who sees that a child is on a plan or looked after, and what social care is told."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import log_of, ordinary, run, turned

from simsafe.ground.chance import Chance
from simsafe.system.cases import NEVER, NONE, Cases, Stage
from simsafe.system.events import Event, EventLog
from simsafe.system.flags import FURTHER, FlagPractice, Flags
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, PARTNERS, Agency, Attempt, Meetings, Mode

CHILDREN = 600
EVERYONE = np.arange(CHILDREN)
NOBODY = EVERYONE[:0]


def flags(stage: Stage, now: Conditions = ORDINARY) -> Flags:
    """Everyone has a case at this stage."""
    cases = Cases(CHILDREN)
    cases.open(EVERYONE, Chance(4).keys(EVERYONE.astype(np.uint64), "case"), 0, stage=int(stage), next_visit=60)
    made = Flags(cases, EventLog(), EVERYONE, Chance(5), FlagPractice())
    made.begin_day(now)
    return made


def came(agency: Agency, mode: Mode = Mode.CLINIC, opened: bool = True) -> Meetings:
    """Everyone comes to an agency."""
    key = Chance(6).keys(EVERYONE.astype(np.uint64), "came")
    modes, yes = np.full(CHILDREN, mode, dtype=np.int8), np.full(CHILDREN, opened)
    return Meetings(Attempt.by(agency, EVERYONE, modes, key, True), modes, yes, yes, yes, yes, yes)


def noticed(made: Flags) -> list[tuple[int, int, int]]:
    made.log.close_day()
    rows = made.log.rows
    return list(zip(rows["kind"].tolist(), rows["who"].tolist(), rows["a"].tolist(), strict=True))


@pytest.mark.parametrize("stage", [Stage.PROTECTION, Stage.LOOKED_AFTER])
def test_a_child_on_a_plan_or_looked_after_who_comes_to_hospital_is_noticed_and_the_worker_visits_soon(stage):
    made = flags(stage)
    made.notice(came(Agency.HOSPITAL), NOBODY, 20)
    assert noticed(made) == [(Event.CPIS, who, Agency.HOSPITAL) for who in range(CHILDREN)]
    assert (made.cases["notified"] == 20).all()
    assert (made.cases["next_visit"] == 20 + FlagPractice().follow_up).all()


@pytest.mark.parametrize("stage", [Stage.ASSESSMENT, Stage.IN_NEED])
def test_a_child_without_a_flag_is_not_noticed(stage):
    made = flags(stage, Conditions(cpis_settings=5))
    for agency in PARTNERS:
        made.notice(came(agency), EVERYONE, 20)
    assert noticed(made) == []
    assert (made.cases["notified"] == NONE).all()


def test_a_medical_that_social_care_asked_for_and_a_door_that_stayed_shut_are_no_news():
    made = flags(Stage.PROTECTION)
    made.notice(came(Agency.HOSPITAL, Mode.MEDICAL), NOBODY, 20)
    made.notice(came(Agency.HOSPITAL, opened=False), NOBODY, 20)
    assert noticed(made) == []


@pytest.mark.parametrize("settings", range(6))
def test_each_step_of_the_dial_adds_the_next_setting(settings):
    seen = set()
    for agency in PARTNERS:
        made = flags(Stage.PROTECTION, Conditions(cpis_settings=settings))
        made.notice(came(agency), EVERYONE if agency is Agency.POLICE else NOBODY, 20)
        seen |= {a for _, _, a in noticed(made)}
    assert seen == {int(a) for a in (Agency.HOSPITAL, Agency.MIDWIFERY, *FURTHER[:settings])}


def test_whoever_sees_the_flag_knows_and_knowing_follows_from_the_case():
    made, hospital = flags(Stage.PROTECTION), np.full(CHILDREN, Agency.HOSPITAL)
    assert made.knows(hospital, EVERYONE).all()
    plain = flags(Stage.IN_NEED)
    known = plain.knows(hospital, EVERYONE)
    assert known.mean() == pytest.approx(FlagPractice().hospital_know, abs=0.08)
    assert np.array_equal(known, plain.knows(hospital, EVERYONE))
    for agency in range(AGENCIES):
        before = flags(Stage.PROTECTION).knows(np.full(CHILDREN, agency), EVERYONE)
        after = flags(Stage.PROTECTION, Conditions(cpis_settings=5)).knows(np.full(CHILDREN, agency), EVERYONE)
        assert (before <= after).all()


def test_a_notice_is_no_sign_and_adds_to_nobodys_worry():
    model = run(ordinary(4000, plan=turned(cpis_settings=5.0)))
    log = log_of(model)
    notices = log[log[:, 1] == Event.CPIS]
    assert len(notices) > 5
    assert set(notices[:, 4].tolist()) <= {int(Stage.PROTECTION), int(Stage.LOOKED_AFTER)}
    assert np.array_equal(np.sort(model.records.signs["key"]), np.unique(model.records.signs["key"]))
    held = model.cases["notified"]
    assert ((held == NONE) | (held < NEVER)).all()
