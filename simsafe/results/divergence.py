"""Where the stories of one simulated child under two plans part, and what made them part: a contact, a share, or a queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from simsafe.results import story_words as say
from simsafe.results.story import WHOLE_AREA, Line, Story
from simsafe.results.story_words import Said
from simsafe.world.conditions import DIALS
from simsafe.world.contact import Agency

CHAIN: dict[str, tuple[str, ...]] = {  # the links from a plan to a decision: which kinds of lines are in each
    "contact": (say.IN_SIGHT, say.FROM_AFAR, say.SEEN_IN_PERSON, say.REACHED, say.NO_ANSWER),
    "sign": (say.SIGN, say.UNWRITTEN),
    "share": (say.HEARD, say.TOLD),
    "queue": (say.WORK, say.DECISION),
    "truth": (say.TRUE,),
}
LINKS = {
    "contact": "who met the child, and how", "sign": "what was noticed", "share": "what was told", "queue": "what was decided, and when",
    "truth": "what was true of the child",
}  # fmt: skip
A = Agency
DIALS_OF: dict[Agency, tuple[str, ...]] = {  # an agency: how the names of the dials begin that say what it may do
    A.SCHOOLS: ("school_open", "school_vulnerable", "school_check_in", "school_doorstep", "setting_", "home_education"),
    A.CHILDMINDERS: ("setting_",),
    A.SCHOOL_NURSING: ("school_nursing",),
    A.HEALTH_VISITING: ("health_",),
    A.MIDWIFERY: ("midwifery",),
    A.GENERAL_PRACTICE: ("gp_contact", "gp_face"),
    A.HOSPITAL: ("hospital",),
    A.CAMHS: ("camhs",),
    A.ADULT_SERVICES: ("adult_services",),
    A.POLICE: ("incident_reporting",),
    A.EARLY_HELP: ("early_help",),
    A.HOUSING: ("housing",),
    A.COMMUNITY: ("relatives", "neighbour"),
    A.HELPLINES: (),
    A.SOCIAL_CARE: (
        "enquiry", "protection_visit", "assessment_visit", "in_need_visit", "doorstep_share", "unannounced", "remote_video",
        "social_worker", "chronology", "time_lost", "caseload_cap", "supervision", "peer_support", "leave_", "home_working",
    ),
}  # fmt: skip
SHARING = ("sharing_", "meeting", "consent", "colocation", "gp_meeting", "joint_assessment", "cpis", "males_recorded")
DIGITAL = ("devices",)
STRAIN = ("strain", "harm_incidence")
OF_LABEL = {a.label: a for a in Agency}


@dataclass(frozen=True)
class Parting:
    """The first day on which two stories differ in one link of the chain, and the lines that stand in one of them only."""

    link: str
    day: int
    only_one: tuple[Said, ...]
    only_two: tuple[Said, ...]


@dataclass(frozen=True)
class Divergence:
    """Two stories of one child held against each other; ``partings`` are in the order of their days, the first of all first."""

    one: Story
    two: Story
    dials_day: int | None  # the first day on which any dial differs
    partings: tuple[Parting, ...]
    dials: dict[str, tuple[float, float]] = field(default_factory=dict)  # that differ on the day of the first parting
    likely: tuple[str, ...] = ()  # of these: dials that bear on what differed first
    area_wide: dict[str, tuple[float, float]] = field(default_factory=dict)  # when the day of the first parting began

    @property
    def day(self) -> int | None:
        """The first day on which anything about the child differs; None when nothing does."""
        return self.partings[0].day if self.partings else None

    def words(self) -> list[str]:
        """What parted the stories, in sentences."""
        return list(_words(self))

    def table(self) -> pd.DataFrame:
        """Each link of the chain: link, date, plan, agency, words, simulated."""
        rows = []
        for p in self.partings:
            for story, lines in ((self.one, p.only_one), (self.two, p.only_two)):
                rows += [(LINKS[p.link], self.one.date_of(p.day), story.about.plan, s.lane, s.words) for s in lines]
                if not lines:
                    rows.append((LINKS[p.link], self.one.date_of(p.day), story.about.plan, "", "nothing that the other does not have"))
        return pd.DataFrame(rows, columns=["link", "date", "plan", "agency", "words"]).assign(simulated="yes")


def diverge(one: Story, two: Story) -> Divergence:
    """Hold two stories of one child against each other.

    Raises
    ------
    ValueError
        They are not of the same child, seed and days.
    """
    if (one.child, one.about.seed, one.first, one.days) != (two.child, two.about.seed, two.first, two.days):
        raise ValueError("two stories can be held against each other only for one child, one seed and the same days")
    found = [parting for link in CHAIN if (parting := _first(link, one.lines, two.lines))]
    order = list(CHAIN)
    partings = tuple(sorted(found, key=lambda p: (p.day, order.index(p.link))))
    dials_day = one.timetable.first_difference(two.timetable)
    if not partings:
        return Divergence(one, two, dials_day, ())
    day = partings[0].day
    dials = dials_on(one, two, day)
    before = max(day - 1, 0)
    area = {name: (float(one.area_wide[name][before]), float(two.area_wide[name][before])) for name in WHOLE_AREA}
    return Divergence(one, two, dials_day, partings, dials, _likely(partings[0], dials), area)


def dials_on(one: Story, two: Story, day: int) -> dict[str, tuple[float, float]]:
    """The dials that differ on a day, with their values under both plans."""
    both = {dial: (float(one.timetable.series(dial)[day]), float(two.timetable.series(dial)[day])) for dial in DIALS}
    return {dial: pair for dial, pair in both.items() if pair[0] != pair[1]}


def _first(link: str, one: tuple[Line, ...], two: tuple[Line, ...]) -> Parting | None:
    """The first day on which the lines of some kinds differ."""
    kinds = CHAIN[link]
    a, b = (Counter(line for line in lines if line[1].kind in kinds) for lines in (one, two))
    only_one, only_two = a - b, b - a
    if not only_one and not only_two:
        return None
    day = min(d for d, _ in [*only_one, *only_two])
    return Parting(link, day, *(tuple(sorted(said for d, said in only.elements() if d == day)) for only in (only_one, only_two)))


def _likely(parting: Parting, dials: dict[str, tuple[float, float]]) -> tuple[str, ...]:
    """Of the dials that differ, those whose names say that they bear on the agencies and the link that differed first."""
    lines = [*parting.only_one, *parting.only_two]
    begin = {start for s in lines if s.lane in OF_LABEL for start in DIALS_OF[OF_LABEL[s.lane]]}
    begin |= set(SHARING) if parting.link in ("share", "queue") else set()
    begin |= set(DIGITAL) if parting.link == "contact" else set()
    begin |= set(STRAIN) if parting.link == "truth" else set()
    return tuple(dial for dial in dials if dial.startswith(tuple(begin))) if begin else ()


def _words(d: Divergence) -> Iterator[str]:
    one, two = d.one.about.plan, d.two.about.plan
    if d.dials_day is None:
        yield f"{one} and {two} turn every dial alike on every day of the run."
    else:
        yield f"The two plans first turn a dial differently on {d.one.date_of(d.dials_day)}."
    if not d.partings:
        yield "Nothing about this child differs between them."
        return
    yield "What each plan came to for this child, to the end of the run (simulated truth):"
    yield from (story.told for story in (d.one, d.two))
    first = d.partings[0]
    yield f"The two stories first part on {d.one.date_of(first.day)}, in {LINKS[first.link]}:"
    for plan, lines in ((one, first.only_one), (two, first.only_two)):
        for said in lines:
            yield f"only under {plan}: {said.lane}, {said.words[0].lower()}{said.words[1:]}."
    if d.likely:
        turned = "; ".join(f"{dial} is {d.dials[dial][0]:g} under {one}, {d.dials[dial][1]:g} under {two}" for dial in d.likely)
        yield f"Dials that bear on it and differ on that day: {turned}."
    else:
        yield (
            "No dial that bears on it differs on that day; the difference came down from earlier days, through staff hours and queues "
            "that all children's cases share."
        )
        waiting = [f"{WHOLE_AREA[n]}: {a:g} under {one}, {b:g} under {two}" for n, (a, b) in d.area_wide.items() if a != b]
        yield f"In the whole area the evening before: {'; '.join(waiting)}." if waiting else "No queue in the area differed by then."
    for later in d.partings[1:]:
        yield f"They first differ in {LINKS[later.link]} on {d.one.date_of(later.day)}."
