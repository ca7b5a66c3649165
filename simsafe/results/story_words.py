"""What a chronology says of each event of the log and of each meeting: in whose lane it stands, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from simsafe.results.diary import ALONE, ANNOUNCED, OPENED, SEEN, SPOKEN
from simsafe.system.cases import EARLY_HELP, EARLY_HELP_ONLINE, NONE, Stage
from simsafe.system.events import HELD, QUORATE, REPORTS, Closing, Decision, Event, Offer, Outcome, Route, Screening
from simsafe.system.sharing import Call
from simsafe.world.contact import IN_PERSON, Agency, Concern, Mode, Strength

TRUTH, SOCIAL_CARE = "truth", Agency.SOCIAL_CARE.label
SEEN_IN_PERSON, REACHED, NO_ANSWER = "seen in person", "reached, not seen in person", "no answer"
IN_SIGHT, FROM_AFAR = "in sight", "in sight from afar"
SIGN, UNWRITTEN, HEARD, TOLD, WORK, DECISION = "sign", "sign not written down", "heard", "told", "work", "decision"
TRUE = "harm and need"
KINDS = {  # in the order in which they stand on one day
    TRUE: "what was true of the child; no agency knew it",
    IN_SIGHT: "the child spent the day in the agency's sight",
    FROM_AFAR: "the child had lessons at a distance",
    SEEN_IN_PERSON: "the agency saw the child in person",
    REACHED: "the family answered; the child was not seen in person",
    NO_ANSWER: "the agency tried, and met nobody",
    SIGN: "the agency noticed something and wrote it down",
    UNWRITTEN: "the agency noticed something and did not write it down",
    TOLD: "the agency told social care's front door",
    HEARD: "something another agency had noticed entered this agency's record",
    WORK: "work on the case: who holds it, who met about it",
    DECISION: "what was decided",
}
STAGES = {
    Stage.ASSESSMENT: "assessment", Stage.IN_NEED: "child in need", Stage.PROTECTION: "child protection plan",
    Stage.LOOKED_AFTER: "looked after", EARLY_HELP: "early help", EARLY_HELP_ONLINE: "early help online", NONE: "no open case",
}  # fmt: skip
MODES = {
    Mode.IN_SCHOOL: "in school", Mode.CLINIC: "clinic", Mode.HOME_VISIT: "home visit", Mode.DOORSTEP: "visit at the door",
    Mode.INCIDENT: "at an incident", Mode.COMMUNITY: "neighbourhood", Mode.VIDEO: "video call", Mode.PHONE: "telephone call",
    Mode.REMOTE_LESSON: "remote lesson", Mode.MEDICAL: "medical examination",
}  # fmt: skip
MEETINGS = {
    Call.STRATEGY_DISCUSSION: "strategy discussion", Call.CONFERENCE: "child protection conference", Call.CORE_GROUP: "core group",
    Call.PLAN_REVIEW: "review of the plan", Call.IN_NEED_REVIEW: "review of the child in need", Call.CARE_REVIEW: "review of care",
}  # fmt: skip

ERRORS = {  # errors by the simulated truth (results/alarms.py) in words; contacts and referrals only ask, and are left out
    "assessments": "assessed though neither harmed nor likely to be nor in need",
    "section_47": "section 47 enquiry though neither harmed nor likely to be",
    "conferences": "child protection conference though neither harmed nor likely to be",
    "plans": "protection plan though neither harmed nor likely to be",
    "no_further_action": "referral closed without action while harmed",
    "stepped_down": "protection plan ended while harmed",
    "closed": "case closed while harmed",
}


class Said(NamedTuple):
    """One line of a chronology without its day."""

    lane: str  # "truth" or the label of an agency
    kind: str  # one of KINDS
    words: str
    other: str = ""  # the agency it came from or went to
    harm: bool = False  # a sign that was one of harm, which nobody in the simulation is told


def in_words(word: str) -> str:
    """A name as people say it."""
    return word.lower().replace("_", " ")


def agency(number: int) -> str:
    """The label of an agency."""
    return Agency(number).label


def concern(number: int) -> str:
    """What a sign or a harm is about."""
    word = in_words(Concern(number).name)
    return f"{word} harm" if number in (Concern.EMOTIONAL, Concern.PHYSICAL, Concern.SEXUAL) else word


def tried(by: int, mode: int, how: int) -> Said:
    """What came of a try to meet the child."""
    what = MODES[Mode(mode)].capitalize()
    announced = "" if mode == Mode.INCIDENT or how & ANNOUNCED else ", unannounced"
    if not how & OPENED:
        return Said(agency(by), NO_ANSWER, f"{what}{announced}: nobody met")
    facts = ["child seen in person" if how & SEEN else "child not seen" if IN_PERSON[mode] else "answered"]
    facts += ["child alone" if facts == ["answered"] else "alone"] * bool(how & ALONE)
    facts += [f"{'child ' if facts == ['answered'] else ''}spoken to"] * bool(how & SPOKEN)
    return Said(agency(by), SEEN_IN_PERSON if how & SEEN else REACHED, f"{what}{announced}: {', '.join(facts)}")


def sight(by: int, mode: int) -> Said:
    """A day in the sight of a school or childminder."""
    return Said(agency(by), IN_SIGHT if IN_PERSON[mode] else FROM_AFAR, MODES[Mode(mode)].capitalize())


def noticed(by: int, mode: int, strength: int, about: int, true: bool, written: bool, unborn: bool = False) -> Said:
    """A sign, what it looked like, and whether it was one of harm, which nobody in the simulation is told; before birth, of its parents."""
    what = f"{'Strong' if strength == Strength.STRONG else 'Weak'} sign that looked like {concern(about)} ({MODES[Mode(mode)]})"
    harm = "what the child would be born into" if unborn else "harm"
    tail = f"it was a sign of {harm}" if true else "it was no sign of harm"
    return Said(agency(by), SIGN if written else UNWRITTEN, f"{what}; {tail} (simulated truth)", harm=true)


def passed_on(giver: int, taker: int, ages: list[int]) -> Said:
    """Signs that one agency told another on one day; ``ages`` are the days since each was noticed."""
    youngest, oldest = min(ages), max(ages)
    days = f"{youngest} to {oldest} days" if oldest > youngest else f"{oldest} day{'' if oldest == 1 else 's'}"
    signs = "1 sign" if len(ages) == 1 else f"{len(ages)} signs"
    return Said(
        agency(taker), HEARD, f"From {agency(giver)}: {signs}, {'of the same day' if oldest == 0 else f'{days} old'}", agency(giver)
    )


def staged(value: int) -> Said:
    """The stage of the child's case, or the help it has without one, when the story begins."""
    return Said(SOCIAL_CARE if value <= Stage.LOOKED_AFTER else Agency.EARLY_HELP.label, WORK, f"Already: {STAGES[value]}")


def _screened(a: int, b: int) -> Said:
    what = {Screening.NOT_A_REFERRAL: "not a referral", Screening.REFERRAL: "a referral", Screening.ALREADY_OPEN: "already open"}
    return Said(SOCIAL_CARE, DECISION, f"Front door looked at the contact from {agency(a)}: {what[Screening(b)]}")


def _decision(a: int, b: int) -> Said:
    what = "assessment" if b == Decision.ASSESSMENT else "no further action"
    return Said(SOCIAL_CARE, DECISION, f"Referral from {agency(a)}: {what}")


def _conference(a: int, b: int) -> Said:
    plan = "child protection plan" if a == 1 else "no plan"
    return Said(SOCIAL_CARE, DECISION, f"Initial conference after {b} working days: {plan}")


def _assessed(a: int, b: int) -> Said:
    what = "child in need" if a == Outcome.IN_NEED else "not in need"
    return Said(SOCIAL_CARE, DECISION, f"Assessment completed after {b} working days: {what}")


def _closed(a: int, b: int) -> Said:
    why = {Closing.NOT_IN_NEED: "not in need", Closing.NEEDS_MET: "needs met", Closing.GROWN_UP: "turned 18"}
    return Said(SOCIAL_CARE, DECISION, f"Case closed ({STAGES[a]}): {why[Closing(b)]}")


def _meeting(a: int, b: int) -> Said:
    here, wrote = b % REPORTS, b % QUORATE // REPORTS
    held = "" if b & HELD else "; not held"
    quorate = "quorate" if b & QUORATE else "not quorate"
    return Said(
        SOCIAL_CARE,
        WORK,
        f"{MEETINGS[Call(a)].capitalize()}: {here} partner{'' if here == 1 else 's'} there, {wrote} wrote; {quorate}{held}",
    )


def _late(b: int) -> str:
    return "in time" if b == 0 else f"{b} days late"


SAYS: dict[
    Event, Callable[[int, int], Said]
] = {  # visits and signs are told from the diary, a referral with its screening, a review with its meeting
    Event.CONTACT: lambda a, b: Said(agency(a), TOLD, "Told social care's front door", SOCIAL_CARE),
    Event.SCREENED: _screened,
    Event.DECISION: _decision,
    Event.ALLOCATION: lambda a, b: Said(SOCIAL_CARE, WORK, "A social worker was given the case"),
    Event.STRATEGY: lambda a, b: Said(SOCIAL_CARE, DECISION, "Section 47 enquiry began"),
    Event.ENQUIRY_ENDED: lambda a, b: Said(
        SOCIAL_CARE, DECISION, f"Section 47 enquiry ended: {('no conference', 'to a conference', 'child looked after')[a]}"
    ),
    Event.CONFERENCE: _conference,
    Event.ASSESSED: _assessed,
    Event.PLAN_REVIEW: lambda a, b: Said(
        SOCIAL_CARE, DECISION, f"Review of the plan, {_late(b)}: {('plan ends', 'plan goes on', 'child looked after')[a]}"
    ),
    Event.PLAN_ENDED: lambda a, b: Said(SOCIAL_CARE, DECISION, f"Child protection plan ended after {a} months"),
    Event.CLOSED: _closed,
    Event.INTO_CARE: lambda a, b: Said(SOCIAL_CARE, DECISION, f"Child looked after ({in_words(Route(a).name)})"),
    Event.OUT_OF_CARE: lambda a, b: Said(SOCIAL_CARE, DECISION, "Child no longer looked after"),
    Event.MEETING: _meeting,
    Event.ADJOURNED: lambda a, b: Said(SOCIAL_CARE, WORK, "Initial conference adjourned: not quorate"),
    Event.CANCELLED: lambda a, b: Said(SOCIAL_CARE, WORK, "Initial conference cancelled: the child is looked after"),
    Event.PLAN_BEGAN: lambda a, b: Said(SOCIAL_CARE, DECISION, f"Child protection plan began (number {a} for this child)"),
    Event.CORE_GROUP: lambda a, b: Said(SOCIAL_CARE, WORK, f"Core group {a}, {_late(b)}"),
    Event.CHRONOLOGY: lambda a, b: Said(SOCIAL_CARE, WORK, f"Whole record read again: {a} signs"),
    Event.SECTION_46: lambda a, b: Said(Agency.POLICE.label, DECISION, f"Police protection, after a sign of {agency(a)}"),
    Event.SAFE_PLACE_ENDED: lambda a, b: Said(
        Agency.POLICE.label, DECISION, f"Police protection ended: {'child looked after' if a == 1 else 'home'}"
    ),
    Event.CPIS: lambda a, b: Said(agency(a), HEARD, "Saw on CP-IS that the child is on a plan or looked after; social care notified"),
    Event.EARLY_HELP_OFFERED: lambda a, b: Said(Agency.EARLY_HELP.label, WORK, f"Early help offered ({in_words(Offer(a).name)})"),
    Event.EARLY_HELP_BEGAN: lambda a, b: Said(Agency.EARLY_HELP.label, DECISION, "Early help began"),
    Event.EARLY_HELP_ENDED: lambda a, b: Said(
        Agency.EARLY_HELP.label, DECISION, f"Early help {'ended in its time' if a == 1 else 'declined or lapsed'}"
    ),
}
ABOUT_STAFF = (Event.STAFF_LEFT, Event.STAFF_CAME)  # ``who`` is a post


def events(log: Iterable[tuple[int, int, int, int]]) -> Iterator[tuple[int, Said]]:
    """The lines for events of the log about a child, each (day, kind, a, b); those that the diary tells better are left out."""
    told: dict[tuple[int, int, int], list[int]] = {}
    for day, kind, a, b in log:
        if kind == Event.SHARE:
            told.setdefault((day, a, int(Agency.SOCIAL_CARE)), []).append(day - b)
        elif kind == Event.PASSED:
            told.setdefault((day, a // 16, a % 16), []).append(day - b)
        elif Event(kind) in SAYS:
            yield day, SAYS[Event(kind)](a, b)
    yield from ((day, passed_on(giver, taker, ages)) for (day, giver, taker), ages in told.items())
