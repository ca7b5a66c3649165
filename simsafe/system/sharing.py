"""What passes to social care and back when partners are called: who takes part, what each passes on, and when it arrives.

What partners tell each other uncalled is in ``partners.py``; all that is on its way stands in one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simsafe.agencies.records import BITS, Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import Table, positions
from simsafe.system.cases import NONE
from simsafe.system.doubts import ConsentDoubts, Doubts
from simsafe.system.fathers import Fathers
from simsafe.system.strengths import Strengths, TieMovement
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, CONCERNS, PARTNERS, Agency
from simsafe.world.meetings import MEETS, Format, MeetingFormats, formats_held
from simsafe.world.ties import TieNumbers


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(np.minimum(-x, 700.0)))  # the bound keeps exp from overflowing


@dataclass(frozen=True)
class SharingPractice(Checked):
    """How willingly, how fully and how fast partners share in ordinary times."""

    share: float = param(0.5, unit="share of a partner's signs passed on at middling own concern", source="SH01", low=0.0, high=1.0)
    slope: float = param(0.8, unit="log-odds per nat of the partner's own concern", source="SH02", low=0.3, high=1.5, grade="C")
    middling: float = param(2.0, unit="nats of own concern at which the base share holds", source="assumed", low=0.5, high=4)
    silo: float = param(0.5, unit="fall in log-odds per unit of front-door load above capacity", source="SH12", low=0, high=2, grade="C")
    step_back: float = param(0.8, unit="ratio of sharing once social care is in", source="SH13", low=0.5, high=1, grade="C")
    schools_attend: float = param(0.85, unit="chance to take part when called", source="assumed", low=0.2, high=1)
    childminders_attend: float = param(0.5, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    school_nursing_attend: float = param(0.6, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    midwifery_attend: float = param(0.7, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    hospital_attend: float = param(0.5, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    camhs_attend: float = param(0.35, unit="chance to take part when called", source="assumed; SF008: seldom", low=0.05, high=0.8)
    adult_services_attend: float = param(
        0.2, unit="chance to take part when called", source="assumed; SF012: rarely attend", low=0.02, high=0.6
    )
    general_practice_attend: float = param(0.15, unit="chance to take part when called", source="SH06", low=0.05, high=0.8, grade="C")
    health_visiting_attend: float = param(0.8, unit="chance to take part when called", source="assumed", low=0.2, high=1)
    police_attend: float = param(0.9, unit="chance to take part when called", source="assumed", low=0.3, high=1)
    community_attend: float = param(0.2, unit="chance that relatives and others are asked and answer", source="assumed", low=0, high=0.6)
    early_help_attend: float = param(0.6, unit="chance to take part when called", source="assumed", low=0.1, high=1)
    housing_attend: float = param(0.35, unit="chance to take part when called", source="assumed", low=0.05, high=0.9)
    helplines_attend: float = param(0.0, unit="chance to be found again", source="a caller without a name", low=0, high=0.3)
    report_in_lieu: float = param(
        0.24,
        unit="share of partners asked who cannot take part and write instead",
        source="assumed: with it general practice contributes to a third of calls (SH06, with reports)",
        low=0,
        high=1,
    )
    delay: float = param(3.0, unit="days until what is shared arrives, mean", source="assumed; SH09", low=0, high=20)
    history_age: int = param(90, unit="days from which a sign is history, to be looked up", source="assumed; SF074", low=14, high=400)
    history_delay: float = param(2.0, unit="delay of history relative to fresh signs", source="assumed; SF074", low=1, high=6)

    def attendance(self) -> np.ndarray:
        """Chance to take part, by Agency."""
        table = np.zeros(AGENCIES)
        for agency in PARTNERS:
            table[agency] = getattr(self, f"{agency.name.lower()}_attend")
        return table


class Call(IntEnum):
    """What partners are called for: the first by letter or telephone, the others to a meeting (``meetings.py``)."""

    REFERRAL = 0
    STRATEGY_DISCUSSION = 1
    CONFERENCE = 2
    CORE_GROUP = 3
    PLAN_REVIEW = 4
    IN_NEED_REVIEW = 5
    CARE_REVIEW = 6


@dataclass(frozen=True)
class Meeting:
    """Today's calls, one entry a call."""

    children: np.ndarray
    purpose: np.ndarray  # Call
    key: np.ndarray  # uint64
    format: np.ndarray  # Format
    joint: np.ndarray  # bool: a joint risk assessment, for which each brings all it holds


@dataclass(frozen=True)
class Heard:
    """Signs that reached partners today."""

    rows: np.ndarray
    receiver: np.ndarray  # Agency
    giver: np.ndarray


PROFESSIONALS = np.uint16(sum(1 << a for a in PARTNERS if a not in (Agency.COMMUNITY, Agency.HELPLINES)))
IN_THE_TEAM = [Agency.POLICE, Agency.HEALTH_VISITING, Agency.SCHOOL_NURSING]  # a multi-agency child protection team, with social care
NOTHING_HEARD = Heard(*(np.empty(0, dtype=np.int64) for _ in range(3)))
COLUMNS = {"sign": "i4", "arrives": "i2", "giver": "i1", "receiver": "i1", "worth": "f4"}


class Sharing:
    """Calls partners, decides sign by sign what each passes on, and delivers it when it arrives."""

    def __init__(
        self,
        records: Records,
        child_keys: np.ndarray,
        chance: Chance,
        how: SharingPractice,
        ties: TieNumbers | None = None,
        formats: MeetingFormats | None = None,
        movement: TieMovement | None = None,
        doubts: ConsentDoubts | None = None,
        fathers: Fathers | None = None,
    ) -> None:
        """Without ``fathers`` every sign links to its child."""
        self.records, self.child_keys, self.chance, self.how = records, child_keys, chance, how
        self.ties, self.formats, self.fathers = ties or TieNumbers(), formats or MeetingFormats(), fathers
        self.attendance = how.attendance()
        self.strengths = Strengths(self.attendance, self.formats, movement or TieMovement())
        self.doubts = Doubts(doubts or ConsentDoubts())
        self.on_the_way = Table(COLUMNS)
        self.called: list[tuple[np.ndarray, Call]] = []  # today's calls

    def call(self, children: np.ndarray, purpose: Call) -> None:
        """Ask every partner about these children today."""
        if children.size:
            self.called.append((children, purpose))

    def answer_calls(self, now: Conditions, load: float, stage_of: np.ndarray, day: int) -> None:
        """Partners answer today's calls: who takes part, and what of its record each passes on. ``stage_of``: of each child's open case."""
        if not self.called:
            return
        children = np.concatenate([c for c, _ in self.called])
        purpose = np.concatenate([np.full(c.size, p) for c, p in self.called])
        self.called = []
        if self.how.share <= 0:
            return
        meeting = self._meeting(children, purpose, now, day)
        rows, at, partner = self._each_holder(*self._that_come_up(children))
        if not rows.size:
            return
        in_room = self._in_room(meeting, at, partner, now)
        passes, doubt, key = self._passes(rows, at, partner, meeting, in_room, now, load, stage_of, day)
        going = positions(passes & self._answers(meeting, at, partner, now, in_room))
        self._post(rows[going], at[going], partner[going], key[going], meeting, doubt[going], in_room[going], now, day)

    def at_the_table(
        self, meeting: Meeting, contributes: np.ndarray, there: np.ndarray, now: Conditions, load: float, stage_of: np.ndarray, day: int
    ) -> np.ndarray:
        """What partners at meetings, or writing to them, pass on there and then; returns the rows of signs new to social care.

        ``contributes`` and ``there`` are bool, a row for each meeting and a column for each Agency: who speaks or writes, and who hears.
        """
        if self.how.share <= 0 or not meeting.children.size:
            return NOTHING_HEARD.rows
        about = self.records.about(meeting.children)
        heard = self._brought(meeting, about, contributes, now, load, stage_of, day)
        self._tell_back(meeting, about, there, day)
        return heard

    def _brought(
        self,
        meeting: Meeting,
        about: tuple[np.ndarray, np.ndarray],
        contributes: np.ndarray,
        now: Conditions,
        load: float,
        stage_of: np.ndarray,
        day: int,
    ) -> np.ndarray:
        """Rows of signs that partners bring to the table and that are new to social care; ``about``: all signs about the children."""
        rows, at = about
        unknown = ~self.records.holds(Agency.SOCIAL_CARE, rows)
        rows, at, partner = self._each_holder(*self._linked(rows[unknown], at[unknown]))
        asked = positions(contributes[at, partner])
        if not asked.size:
            return NOTHING_HEARD.rows
        rows, at, partner = rows[asked], at[asked], partner[asked]
        passes, _, _ = self._passes(rows, at, partner, meeting, np.zeros(rows.size, dtype=bool), now, load, stage_of, day)
        rows, at, partner = rows[passes], at[passes], partner[passes]
        worth = self._worth(at, self.records.signs["concern"][rows], partner, meeting.joint[at])
        return self.records.pass_to_social_care(rows, worth)

    def _that_come_up(self, children: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Signs that social care does not hold, and that partners find when asked about these children."""
        return self._linked(*self.records.unshared(children))

    def _linked(self, rows: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (rows, at) if self.fathers is None else self.fathers.linked(rows, at)

    def _passes(
        self,
        rows: np.ndarray,
        at: np.ndarray,
        partner: np.ndarray,
        meeting: Meeting,
        in_room: np.ndarray,
        now: Conditions,
        load: float,
        stage_of: np.ndarray,
        day: int,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each sign and its holder: whether it would be passed on, the holder's doubt, and the luck's key."""
        signs, asked, children = self.records.signs, meeting.purpose[at], meeting.children[at]
        key = signs["key"][rows]
        second = positions(partner != signs["agency"][rows])
        if second.size:
            key[second] = self.chance.keys_each(key[second], "second hand", partner[second], AGENCIES)
        own = self.records.worry_of(partner, children, day)
        doubt = self.doubts.of(partner, own, now) * (asked == Call.REFERRAL)  # an enquiry under section 47 settles the matter
        extra = self.strengths.closeness[partner, Agency.SOCIAL_CARE] + self.formats.colocated * in_room - doubt
        share = self.share_given(own, now, load, extra) * np.where(stage_of[children] != NONE, self.how.step_back, 1)
        return (self.chance.ask_each(key, "passed on", asked, len(Call)) < share) | meeting.joint[at], doubt, key

    def _post(
        self,
        rows: np.ndarray,
        at: np.ndarray,
        partner: np.ndarray,
        key: np.ndarray,
        meeting: Meeting,
        doubt: np.ndarray,
        in_room: np.ndarray,
        now: Conditions,
        day: int,
    ) -> None:
        """Put answers on their way, each to arrive after its own delay."""
        signs, how, joint = self.records.signs, self.how, meeting.joint[at]
        factor = now.sharing_delay_factor * self.doubts.slower(doubt) * np.where(in_room, self.formats.colocated_delay, 1)
        factor *= np.where(day - signs["day"][rows].astype(np.int32) > how.history_age, how.history_delay, 1)
        wait = -np.log1p(-self.chance.ask(key, "delay")) * how.delay * factor * ~joint
        arrives = day + 1 + np.minimum(wait, now.sharing_delay_cap).astype(np.int16)
        self.send(rows, partner, Agency.SOCIAL_CARE, arrives, self._worth(at, signs["concern"][rows], partner, joint))

    def send(
        self, rows: np.ndarray, giver: np.ndarray | Agency, receiver: np.ndarray | Agency, arrives: np.ndarray, worth: np.ndarray | float
    ) -> None:
        """Put signs on their way."""
        if rows.size:
            self.on_the_way.add(rows.size, sign=rows, arrives=arrives, giver=giver, receiver=receiver, worth=worth)

    def _meeting(self, children: np.ndarray, purpose: np.ndarray, now: Conditions, day: int) -> Meeting:
        """Today's calls by letter or telephone."""
        key = self.chance.keys_each(self.child_keys[children], "call", purpose, len(Call))
        return self.convene(children, purpose, self.chance.keys(key, "on the day", day), now)

    def convene(self, children: np.ndarray, purpose: np.ndarray, key: np.ndarray, now: Conditions) -> Meeting:
        """How each of these meetings is held."""
        held, telephone, joint = self.chance.ask_three(key, "how it is held")
        discussion = purpose == Call.STRATEGY_DISCUSSION
        form = formats_held(held, discussion & (telephone < self.formats.telephone_share), now)
        form[purpose == Call.REFERRAL] = Format.ENQUIRY
        return Meeting(children, purpose, key, form, discussion & ((joint < now.joint_assessment_share) | self._by_the_team(key, now)))

    def _by_the_team(self, key: np.ndarray, now: Conditions) -> np.ndarray | bool:
        """bool: were each of these meetings a strategy discussion, one multi-agency child protection team would hold it."""
        return now.protection_team_share > 0 and self.chance.ask(key, "held by the protection team") < now.protection_team_share

    def _each_holder(self, rows: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One entry for every partner that holds one of these signs: row, position and partner; who noticed it first."""
        signs = self.records.signs
        noticed, holders = signs["agency"][rows].astype(np.int64), signs["holders"][rows]
        heard = holders & ~(BITS[noticed] | BITS[Agency.SOCIAL_CARE])
        some = positions(heard)
        if not some.size:
            return rows, at, noticed
        which, partner = np.nonzero(heard[some][:, None] & BITS)
        more = some[which]
        return np.concatenate([rows, rows[more]]), np.concatenate([at, at[more]]), np.concatenate([noticed, partner])

    def _in_room(self, meeting: Meeting, at: np.ndarray, partner: np.ndarray, now: Conditions) -> np.ndarray:
        """bool for each sign: its holder has a colleague in the room with the front door."""
        sits = MEETS[partner] & (meeting.purpose[at] == Call.REFERRAL)
        return sits & (self.chance.ask_each(self.child_keys[meeting.children[at]], "in the room", partner, AGENCIES) < now.colocation_share)

    def chance_there(self, meeting: Meeting, now: Conditions) -> np.ndarray:
        """Chance of each Agency (columns) to take part in each of these meetings."""
        there = self.strengths.takes_part(now)[meeting.format] * self.strengths.reach
        if now.protection_team_share > 0:
            teams = positions((meeting.purpose == Call.STRATEGY_DISCUSSION) & self._by_the_team(meeting.key, now))
            there[np.ix_(teams, IN_THE_TEAM)] = 1.0  # they are colleagues in it, whoever is called away elsewhere
        return there

    def _answers(self, meeting: Meeting, at: np.ndarray, partner: np.ndarray, now: Conditions, in_room: np.ndarray) -> np.ndarray:
        """bool for each sign: its holder answers the call about this child, by word or in writing."""
        there = self._takes_part(meeting, at, partner, now, in_room)
        writes = self.chance.ask_each(meeting.key[at], "writes instead", partner, AGENCIES)
        return there | (writes < self.how.report_in_lieu * self.strengths.reach[partner])

    def _takes_part(
        self, meeting: Meeting, at: np.ndarray, partner: np.ndarray, now: Conditions, in_room: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """bool for each sign: its holder takes part in the call about this child."""
        strengths = self.strengths
        there = strengths.takes_part(now)[meeting.format[at], partner]
        there = np.where(in_room, there / (there + (1 - there) * np.exp(-self.formats.colocated)), there)
        return self.chance.ask_each(meeting.key[at], "takes part", partner, AGENCIES) < there * strengths.reach[partner]

    def share_given(self, own: np.ndarray, now: Conditions, load: float, extra: np.ndarray | float = 0.0) -> np.ndarray:
        """Share of its signs that a partner passes on, given its own concern, the load at the front door and log-odds of its own."""
        how = self.how
        if how.share >= 1:
            return np.ones(own.size)
        base = np.log(how.share / (1 - how.share)) if how.share > 0 else -np.inf
        return logistic(base + how.slope * (own - how.middling) + now.sharing_log_odds - how.silo * max(0.0, load - 1) + extra)

    def _worth(self, at: np.ndarray, concern: np.ndarray, partner: np.ndarray, joint: np.ndarray) -> np.ndarray:
        """What each sign is worth to social care: less where several agencies bring the same concern to one call (SH05)."""
        if not self.ties.overlap and not (self.ties.joint_overlap and joint.any()):
            return np.full(at.size, self.ties.trust)
        rho = np.where(joint, self.ties.joint_overlap, self.ties.overlap)
        cell, of = np.unique(at.astype(np.int64) * CONCERNS + concern, return_inverse=True)
        pairs = np.unique(of * AGENCIES + partner)
        agencies = np.bincount(pairs // AGENCIES, minlength=cell.size)[of]
        return self.ties.trust / (1 + (agencies - 1) * rho)

    def _tell_back(self, meeting: Meeting, about: tuple[np.ndarray, np.ndarray], there: np.ndarray, day: int) -> None:
        """Professionals at these meetings, and involved with the child, hear what social care knows."""
        told = self.ties.told_back * self.ties.present
        if told <= 0:
            return
        signs, (rows, at) = self.records.signs, about
        involved = np.zeros(meeting.children.size, dtype=np.uint16)
        np.bitwise_or.at(involved, at, signs["holders"][rows])
        known = positions(self.records.holds(Agency.SOCIAL_CARE, rows))
        rows, at = rows[known], at[known]
        involved &= PROFESSIONALS
        present = (there * BITS).sum(axis=1, dtype=np.uint16)
        which, partner = np.nonzero(((involved & present)[at] & ~signs["holders"][rows])[:, None] & BITS)
        hears = self.chance.ask_each(signs["key"][rows[which]], "told back", partner, AGENCIES) < told
        rows, partner = rows[which[hears]], partner[hears]
        self.send(rows, Agency.SOCIAL_CARE, partner, np.full(rows.size, day + 1), self.ties.trust)

    def told_with_contact(
        self, agency: np.ndarray, children: np.ndarray, trigger: np.ndarray, now: Conditions, load: float, day: int
    ) -> np.ndarray:
        """Signs that go with a contact: always the sign that moved the agency, and of the others it holds what it passes on."""
        if not trigger.size:
            return trigger
        rows, at = self._that_come_up(children)
        mine = positions(self.records.holds(agency[at], rows))
        rows, at = rows[mine], at[mine]
        own, partner = self.records.worry_of(agency[at], children[at], day), agency[at]
        extra = self.strengths.closeness[partner, Agency.SOCIAL_CARE] - self.doubts.of(partner, own, now)
        passes = self.chance.ask(self.records.signs["key"][rows], "passed on with contact") < self.share_given(own, now, load, extra)
        return np.concatenate([trigger, rows[passes]])

    def arrive(self, day: int) -> np.ndarray:
        """Signs whose time has come enter social care's record; returns the rows that were new to it."""
        due = self._due(self.on_the_way["receiver"] == Agency.SOCIAL_CARE, day)
        if not due["sign"].size:
            return NOTHING_HEARD.rows
        return self.records.pass_to_social_care(due["sign"].astype(np.int64), due["worth"])

    def arrive_elsewhere(self, day: int) -> Heard:
        """Signs whose time has come enter partners' records; returns what was new to them."""
        due = self._due(self.on_the_way["receiver"] != Agency.SOCIAL_CARE, day)
        if not due["sign"].size:
            return NOTHING_HEARD
        rows, receiver = due["sign"].astype(np.int64), due["receiver"].astype(np.int64)
        new = self.records.pass_to(receiver, rows, due["worth"])
        return Heard(rows[new], receiver[new], due["giver"][new].astype(np.int64))

    def _due(self, wanted: np.ndarray, day: int) -> dict[str, np.ndarray]:
        """Take from the table those of the wanted whose time has come."""
        due = positions(wanted & (self.on_the_way["arrives"] <= day))
        taken = {name: self.on_the_way[name][due] for name in COLUMNS}
        if due.size:
            kept = np.ones(len(self.on_the_way), dtype=bool)
            kept[due] = False
            self.on_the_way.keep(kept)
        return taken

    def renumber(self, gone: int) -> None:
        """Row numbers of signs have fallen (:meth:`Records.forget`); one put away while on its way is lost."""
        self.on_the_way["sign"][:] -= gone
        self.on_the_way.keep(self.on_the_way["sign"] >= 0)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return {f"way.{name}": column for name, column in self.on_the_way.state().items()} | self.strengths.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put back what was on its way, and how close agencies were."""
        self.on_the_way.restore({name[4:]: column for name, column in state.items() if name.startswith("way.")})
        self.strengths.restore(state)
