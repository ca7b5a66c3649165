"""How often each activity took place that a lever's cost is counted by (``simsafe/plans/costs.py``), day by day.

Activities are counted under every plan. What goes on in ordinary times too costs a plan only what it adds to what the crisis leaves
(``BEYOND``); what would go on anyway and costs more only because of a lever counts on the days on which the plan pulls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache

import numpy as np

from simsafe.ground.chance import turns
from simsafe.plans.catalogue import SHELF
from simsafe.plans.change import How, Timetable
from simsafe.results.kept.facts import Facts
from simsafe.results.ledger import ACTIVITIES as WEEKLY
from simsafe.system.events import Event
from simsafe.world.conditions import DIALS, ORDINARY
from simsafe.world.contact import IN_PERSON, Agency, Digital, Mode
from simsafe.world.households import MaleCarer

YEAR, MONTH, SCHOOL_WEEK = 365.25, 365.25 / 12, 5  # days
PATIENT_CONTACTS = 12  # of adult services a year with a parent in treatment: assumed, no figure found; a range from 4 to 52 is plausible
COUNTED: dict[str, str] = WEEKLY | {  # under every plan
    "devices_given": "families without adequate digital access who were given a device and data",
    "males_recorded": "male carers whom nobody had written down and somebody now has, one a family",
    "lead_talks": "talks of schools' designated leads with pupils in school",
    "general_practice_contacts": "children's contacts with practices face to face",
    "early_help_contacts": "contacts of early help and children's centres; visits to children educated at home, of surge staff and of the "
    "missing-from-view list, and in places beyond the ordinary left out",
    "school_nurse_contacts": "contacts of school nurses",
    "camhs_contacts": "contacts of CAMHS",
    "housing_contacts": "contacts of housing officers",
    "adult_service_contacts": "contacts of adult services with parents in treatment who have children at home (simulated truth)",
    "cpis_notices": "notices of CP-IS to social care that a child on a plan or looked after came to a setting that sees the flag",
    "early_help_place_weeks": "places of early help beyond the ordinary number, taken, times weeks",
    "joint_assessments": "strategy discussions that assess risk jointly: the share that the plan asks for of those held",
    "supervision_hours": "hours of supervision beyond the ordinary of the three simulated professions",
    "peer_meetings": "workers of the three professions in organised peer support, once a month each",
    "reflection_sessions": "meetings of agencies to reflect on their work together",
    "list_meetings": "weekly meetings over the missing-from-view list",
    "surge_worker_days": "working days of surge workers",
    "health_visitor_extra_minutes": "minutes that a plan adds to health visitors' time",
    "front_door_extra_minutes": "minutes that a plan adds to the front door's time",
    "redeployment_weeks": "weeks in which health visitors are called away and safeguarding leads have a say",
}
WHILE_PULLED = {  # on days on which the plan pulls the lever
    "referral_enquiries": "enquiries of the front door with partners about referrals",
    "strategy_discussions": "strategy discussions held",
    "meetings": "strategy discussions, initial conferences, core groups and reviews of plans held",
    "partner_requests": "practices called to strategy discussions and initial conferences",
    "school_invitations": "vulnerable pupils at home rung by their school, once a week each: invited anew, or to keep places",
}
BEYOND = {  # goes on without a plan, too: a plan costs what it adds to the dial that the crisis leaves
    "general_practice_contacts": "gp_face_to_face_share", "early_help_contacts": "early_help_contact_share",
    "school_nurse_contacts": "school_nursing_contact_share", "camhs_contacts": "camhs_contact_share",
    "housing_contacts": "housing_contact_share", "adult_service_contacts": "adult_services_contact_share",
}  # fmt: skip
ONCE = {  # on the first day of the lever
    "plan": "once for the plan", "workers": "workers of the three professions in post", "cpis_settings": "settings connected",
}  # fmt: skip


def per_day(facts: Facts) -> dict[str, np.ndarray]:
    """Each activity by day of the run; what is counted by the week stands on its last day."""
    model, daily, workers = facts.model, facts.model.measures.daily, in_post(facts)
    days = model.day
    made = {name: _weekly(facts, name) for name in WEEKLY}
    keys, f = model.world.families.key, model.world.families
    without, unrecorded = f.digital != Digital.ADEQUATE, f.male_carer == MaleCarer.UNRECORDED
    luck = model.chance.ask(keys[unrecorded], "man recorded")
    made["devices_given"] = _risen(
        dial(facts, "devices_share"), lambda share: np.count_nonzero(without & (model._device_turn < turns(share)))
    )
    made["males_recorded"] = _risen(dial(facts, "males_recorded_share"), lambda share: np.count_nonzero(luck < share))
    made["lead_talks"] = _met(facts, Agency.SCHOOLS, [mode == Mode.CLINIC for mode in Mode])
    made["general_practice_contacts"] = _met(facts, Agency.GENERAL_PRACTICE, IN_PERSON)
    made["early_help_place_weeks"], in_places = _places_beyond(facts)
    others = made["home_education_visits"] + made["second_eyes_contacts"]
    made["early_help_contacts"] = np.maximum(_met(facts, Agency.EARLY_HELP) - others - in_places, 0)
    made["adult_service_contacts"] = _patients(facts) * PATIENT_CONTACTS / YEAR * dial(facts, "adult_services_contact_share")
    for name, agency in (("school_nurse", Agency.SCHOOL_NURSING), ("camhs", Agency.CAMHS), ("housing", Agency.HOUSING)):
        made[f"{name}_contacts"] = _met(facts, agency)
    strategy, conferences = (daily[name].astype(np.float64) for name in ("section_47", "conferences"))
    children, working = daily["children"].astype(np.float64), model.calendar.working[:days]
    made["joint_assessments"] = strategy * dial(facts, "joint_assessment_share")
    made["supervision_hours"] = workers * np.maximum(dial(facts, "supervision_hours") - ORDINARY.supervision_hours, 0) / MONTH
    made["peer_meetings"] = workers * dial(facts, "peer_support") / MONTH
    log = facts.log
    made["cpis_notices"] = np.bincount(log["day"][log["kind"] == Event.CPIS], minlength=days).astype(np.float64)[:days]
    made["reflection_sessions"] = dial(facts, "reflection_sessions") / MONTH
    made["list_meetings"] = (dial(facts, "missing_list_days") > 0) / 7
    made["surge_worker_days"] = dial(facts, "surge_staff") * children / 10_000 * working
    for name, minutes in (("health_visitor_extra", "health_visitor_minutes"), ("front_door_extra", "front_door_minutes")):
        share = dial(facts, f"{name}_share")
        made[f"{name}_minutes"] = daily[minutes].astype(np.float64) * share / (1 + share)
    made["redeployment_weeks"] = (dial(facts, "redeployment_governance") > 0) * (dial(facts, "health_visitors_redeployed") > 0) / 7
    made["school_invitations"] = made["vulnerable_pupil_days"] / SCHOOL_WEEK * _invited(facts)
    return made | _anyway(daily, strategy, conferences)


def _invited(facts: Facts) -> np.ndarray:
    """Share of the vulnerable pupils at home whom their school rings: those whom a plan invites anew, and where places are kept as many
    as come beyond those who would have come, of all who come.
    """
    kept, own = pulled(facts, ["keep_school_places"])["keep_school_places"], dial(facts, "school_vulnerable_share")
    left = without_plan(facts).series("school_vulnerable_share")[: own.size]
    more = np.where(kept & (own > left), 1 - left / np.where(own > 0, own, 1), 0.0)
    return np.maximum(more, dial(facts, "school_invitation_share"))


def _places_beyond(facts: Facts) -> tuple[np.ndarray, np.ndarray]:
    """(weeks of places taken beyond the ordinary number, contacts in them by the week), by day. A place's cost has its contacts in it."""
    model = facts.model
    more = np.maximum(model.measures.daily["early_help_places_taken"].astype(np.float64) - model.early_help.places, 0)
    more *= dial(facts, "early_help_places_share") > 1
    met = np.zeros(model.day)
    ends = np.arange(6, model.day, 7)  # contacts stand on the last day of their week
    met[ends] = np.add.reduceat(more, ends - 6)[: ends.size] if ends.size else 0
    return more / 7, met / model.early_help.how.every * dial(facts, "early_help_contact_share")


def _patients(facts: Facts) -> int:
    """Families in the area with a parent in treatment, on the first day."""
    model = facts.model
    here = np.unique(model.world.children.family[model.world.children.living_here(0)])
    return int(model.behind.calling.patients.treated[here].sum())


def beyond(facts: Facts, per: str, without: Timetable) -> np.ndarray:
    """Share of an activity's units, by day, that a plan adds to what the crisis leaves (below nought: that it takes away); 1 for others."""
    if per not in BEYOND:
        return np.ones(facts.model.day)
    own, left = dial(facts, BEYOND[per]), without.series(BEYOND[per])[: facts.model.day]
    return np.where(own > 0, 1 - left / np.where(own > 0, own, 1), 0.0)


def without_plan(facts: Facts) -> Timetable:
    """The dials as the crisis alone leaves them."""
    s = facts.model.setup
    return Timetable(s.crisis, (), s.severity, s.first, s.days)


def _anyway(daily: Mapping[str, np.ndarray], strategy: np.ndarray, conferences: np.ndarray) -> dict[str, np.ndarray]:
    """What goes on under every plan, and costs more while a lever is pulled."""
    return {
        "referral_enquiries": daily["referrals"].astype(np.float64),
        "strategy_discussions": strategy,
        "meetings": strategy + conferences + daily["core_groups"].astype(np.float64) + daily["plan_reviews"].astype(np.float64),
        "partner_requests": strategy + conferences,
    }


def dial(facts: Facts, name: str) -> np.ndarray:
    """A dial on every day of the run so far; nought where there is no such dial."""
    days = facts.model.day
    return facts.model.timetable.series(name)[:days] if name in DIALS else np.zeros(days)


def pulled(facts: Facts, levers: Iterable[str]) -> dict[str, np.ndarray]:
    """bool by day: the plan pulls each lever, which is to say that it moves every dial that the lever turns away from the crisis's.

    Where another lever turns the same dial in another way (to keep places is a floor, to say how many came sets them), in its own way.
    """
    days, without, hows = facts.model.day, without_plan(facts), _hows()
    made = {}
    for lever in levers:
        moved = []
        for name, how in turned_by(lever):
            moved.append(facts.model.timetable.series(name)[:days] != without.series(name)[:days])
            if len(hows[name]) > 1:
                moved.append(_turned(facts, name, how))
        made[lever] = np.all(moved, axis=0) if moved else np.zeros(days, dtype=bool)
    return made


def turned_by(lever: str) -> list[tuple[str, How]]:
    """The dials that a lever turns, and how; none for a name that is not on the shelf."""
    found = fields(SHELF[lever]) if lever in SHELF else ()
    return [(f.metadata["dial"], f.metadata["how"]) for f in found if "dial" in f.metadata]


@cache
def _hows() -> dict[str, set[How]]:
    """In which ways the levers of the shelf turn each dial."""
    made: dict[str, set[How]] = {}
    for lever in SHELF:
        for name, how in turned_by(lever):
            made.setdefault(name, set()).add(how)
    return made


def _turned(facts: Facts, name: str, how: How) -> np.ndarray:
    """bool by day: a change of the plan turns a dial in that way, or may, if it waits for a trigger."""
    made = np.zeros(facts.model.day, dtype=bool)
    for change in facts.model.setup.plan:
        if change.dial == name and (change.how is how or {change.how, how} == {How.SET, How.FOLLOW}):
            made[change.days(facts.model.setup.first, facts.model.day)] = True
    return made


def once(facts: Facts, per: str, days: np.ndarray) -> np.ndarray:
    """What a lever asks for once, on the first of the days on which it is pulled."""
    made = np.zeros(days.size)
    if days.any():
        first = int(days.argmax())
        made[first] = {"plan": 1.0, "workers": in_post(facts)[first], "cpis_settings": float(dial(facts, "cpis_settings").max())}[per]
    return made


def in_post(facts: Facts) -> np.ndarray:
    """Workers of the three simulated professions in post, by day: those of the week's last day, or of the last whole week."""
    table = facts.model.measures.staff.table
    weeks, which = np.unique(table["day"], return_inverse=True)
    if not weeks.size:
        return np.zeros(facts.model.day)
    count = np.bincount(which, weights=table["in_post"])
    return count[np.minimum(np.searchsorted(weeks, np.arange(facts.model.day)), weeks.size - 1)]


def _weekly(facts: Facts, name: str) -> np.ndarray:
    table = facts.model.measures.ledger.activity
    return np.bincount(table["day"], weights=table[name], minlength=facts.model.day)


def _met(facts: Facts, agency: Agency, modes: Iterable[bool] | None = None) -> np.ndarray:
    """Contacts of an agency, in all modes or some (bool by Mode)."""
    table = facts.model.measures.coverage.table
    own = table["agency"] == agency
    if modes is not None:
        own &= np.array(list(modes))[table["mode"]]
    return np.bincount(table["day"][own], weights=table["contacts"][own], minlength=facts.model.day)


def _risen(share: np.ndarray, reached: object) -> np.ndarray:
    """On each day on which a share is higher than ever before, how many more it reaches: what was given once stays."""
    highest = np.maximum.accumulate(share)
    made, before = np.zeros(share.size), 0.0
    for day in np.flatnonzero(np.diff(highest, prepend=0.0) > 0).tolist():
        now = float(reached(float(highest[day])))  # type: ignore[operator]
        made[day], before = now - before, now
    return made
