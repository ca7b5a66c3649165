"""The one door between truth and records: an attempt goes in, what happened and which noisy signs showed come out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.senses.true_signs import TrueSigns
from simsafe.truth.exploitation import FROM_AGE
from simsafe.truth.families import HiddenFamilies
from simsafe.truth.harm import HarmAndNeed
from simsafe.truth.nature import SEVERITY_FACTOR, VISIBLE, Nature, looks_like
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, DAYS_OF_EXPOSURE, IN_PERSON, Agency, Attempt, Concern, Digital, Meetings, Mode, Presence, Signs
from simsafe.world.population import YEAR, World

SPREAD_OF_NOTICING = 0.3  # professionals notice from 0.7 to 1.3 of the average: assumed; SF050
NOBODY, NO_KEY, NO_MARK = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint64), np.empty(0)
CONTINUOUS = (Agency.SCHOOLS, Agency.CHILDMINDERS, Agency.COMMUNITY)  # no more than three: see ask_three below
WILLING_MEAN = 0.9  # share of tries that open, as ``truth.families.willingness``: assumed; MO23
MINDED_UNTIL = 5.5 * YEAR  # days of age at which a child has started school: the calendar
ALONE_FROM, SPOKEN_FROM, SPEAKS_FROM = 4 * YEAR, 3 * YEAR, 5 * YEAR  # days of age: seen alone, spoken to, heard from afar: assumed; SF045
AT_EASE_ONLINE = 11 * YEAR  # days of age from which young people may be more at ease online: assumed; SF054
BEFORE_BIRTH = 0.5  # how strongly domestic abuse or a parent's difficulty speaks before birth, as severity does after: assumed


@dataclass(frozen=True)
class Doors(Checked):
    """How families open, and what a professional gets to see once inside."""

    remote_answered: float = param(0.85, unit="share of calls answered, average family", source="assumed", low=0.4, high=1)
    shared_device_works: float = param(0.6, unit="share of video calls that work on a shared device", source="assumed", low=0.2, high=1)
    lost_from_focus: float = param(
        0.1, unit="share of home visits where the child is out of mind", source="MO20", low=0.05, high=0.25, grade="C"
    )
    alone_at_home: float = param(
        0.35, unit="share of home visits with the child seen alone, from age 4", source="assumed", low=0.05, high=0.8
    )
    alone_remote: float = param(
        0.15, unit="share of remote contacts known to be alone, from age 4", source="assumed; DI13", low=0, high=0.6
    )
    call_at_the_door: float = param(
        5.0, unit="school days in sight that a call at the door by the school is worth", source="assumed", low=1, high=20
    )
    at_ease_from_afar: float = param(
        0.0, unit="share of families more at ease with a call than with a visit", source="sweep: none by default; SF053", low=0, high=0.4
    )
    reached_from_afar: float = param(
        0.5, unit="share of calls that such a family would have missed, and answers", source="assumed; SF053", low=0, high=1
    )
    overheard: float = param(
        0.4, unit="share of remote contacts heard by somebody whom nobody knows to be there", source="DI13", low=0.15, high=0.7, grade="C"
    )
    overheard_tells: float = param(0.2, unit="ratio of what a child tells while overheard", source="DI11", low=0.02, high=0.5)
    protocol_finds: float = param(
        0.5, unit="share of these found out, and ended, when the worker asks first", source="assumed; SF124", low=0, high=1
    )
    each_adult: float = param(
        0.25, unit="log of what a child tells lost for each adult in the room", source="DI12", low=0.1, high=0.5, grade="C"
    )
    answers_as_before: float = param(
        0.0, unit="share of tries answered as the family always answers; the others are each decided anew", source="sweep: none by default",
        low=0, high=1,
    )  # fmt: skip
    spoken_to: float = param(0.75, unit="share of meetings in which a child of 3 or over is spoken to", source="assumed", low=0.3, high=1)


@dataclass(frozen=True)
class Senses:
    """Parameters of the door."""

    nature: Nature = field(default_factory=Nature)
    doors: Doors = field(default_factory=Doors)


@dataclass(frozen=True)
class Chances:
    """Occasions on which signs may show, one entry an occasion: meetings, candidates, and harmed children in sight."""

    agency: np.ndarray  # int8
    who: np.ndarray  # rows of children
    mode: np.ndarray  # int8
    key: np.ndarray  # uint64
    mark: np.ndarray  # the throw
    exposure: np.ndarray  # weak look-alike signs expected of an average child, before mode and the professional's own noticing
    looks: np.ndarray  # 1 where look-alike signs may show, else 0
    speaks: np.ndarray  # 1 where signs of harm may show, less what is hidden, else 0


class Door:
    """Answers attempts and presences. It holds truth; whoever asks it does not."""

    def __init__(self, world: World, hidden: HiddenFamilies, harm: HarmAndNeed, chance: Chance, how: Senses) -> None:
        self.world, self.hidden, self.harm, self.chance, self.how = world, hidden, harm, chance, how
        self.look_alike = {agency: self._candidates(agency) for agency in CONTINUOUS}
        self.true_signs = TrueSigns()
        self.worth = np.ones(AGENCIES)  # of a meeting, in the agency's unit of exposure: a contact, or a year in sight
        for agency in CONTINUOUS:
            self.worth[agency] = how.doors.call_at_the_door / DAYS_OF_EXPOSURE[agency]
        self.worst = self._worst()
        d = how.doors
        self.answered = np.where(IN_PERSON, 1.0, d.remote_answered)  # by mode, like the next
        self.alone = np.where(IN_PERSON, d.alone_at_home, d.alone_remote)
        self.alone[Mode.DOORSTEP] = 0.0

    def _candidates(self, agency: Agency) -> Candidates:
        """Look-alike signs that a child gives off wherever it is in sight, at the highest rate its family can have."""
        nature, family = self.how.nature, self.world.children.family
        top = nature.rates.need_ratio * (1 + nature.rates.strong_to_weak) + nature.rates.need_signs
        top *= nature.rates.disabled_ratio
        top *= 2.0 if agency is Agency.COMMUNITY else 1.0  # the highest that neighbours' presence can be turned
        per_day = nature.weak[agency] / DAYS_OF_EXPOSURE[agency]
        highest = per_day * (1 + SPREAD_OF_NOTICING) * top
        question, tallest = f"look-alike sign, {agency.name}", self.hidden.how.look_alike_highest
        rows = self._minded if agency is Agency.CHILDMINDERS else None
        return Candidates(self.chance, self.world.children.key, question, highest, self.hidden.look_alike, family, tallest, rows=rows)

    def _minded(self, first: int, last: int) -> np.ndarray:
        """Rows of the children who may be with a childminder between two days: they start school before they are five and a half."""
        birth = self.world.children.birth
        return positions(self.world.children.minded & (birth <= last) & (birth > first - MINDED_UNTIL))

    def answer(self, attempt: Attempt, presences: list[Presence], now: Conditions, digital: np.ndarray, day: int) -> tuple[Meetings, Signs]:
        """What came of each try, and every sign that showed today. ``digital`` is each family's access today."""
        mode, opened, seen, alone, spoken = self._open(attempt, now, digital, day)
        met = positions(opened)
        meetings = self._as_practised(self._at_meetings(attempt, mode, met), now)
        shows, signs = self._signs(meetings, self._in_sight(presences, day), day)
        quiet = opened.copy()
        quiet[met[shows[shows < met.size]]] = False
        return Meetings(attempt, mode, opened, seen, alone, spoken, quiet), signs

    # ---- who opens --------------------------------------------------------------------------------------------------------

    def _open(self, attempt: Attempt, now: Conditions, digital: np.ndarray, day: int) -> tuple[np.ndarray, ...]:
        """(mode, opened, seen, alone, spoken) of each try."""
        family = self.world.children.family[attempt.who]
        mode = self._fall_back(attempt, family, digital)
        willing = self.hidden.willing[family].astype(float)
        share = willing * self.answered[mode]
        d = self.how.doors
        if d.at_ease_from_afar * d.reached_from_afar:
            share = self._reach_more(share, ~IN_PERSON[mode], family)
        if now.disengagement:
            withdraws = self.chance.ask(self.world.families.key[family], "withdraws") < now.disengagement * (1 - willing) / (
                1 - WILLING_MEAN
            )
            share[withdraws] *= 0.5
        luck_open, luck_alone, luck_spoken = self.chance.ask_three(attempt.key, "at the door")
        if d.answers_as_before:
            luck_open = self._as_before(luck_open, attempt.key, family)
        opened = luck_open < share
        opened |= (mode == Mode.CLINIC) | (mode == Mode.MEDICAL)  # the family came
        birth = self.world.children.birth[attempt.who]
        alone = opened & (birth <= day - ALONE_FROM) & (luck_alone < self.alone[mode])
        spoken = opened & (birth <= day - SPOKEN_FROM) & (luck_spoken < self.how.doors.spoken_to)
        return mode, opened, opened & IN_PERSON[mode] & (birth <= day), alone, spoken

    def _reach_more(self, share: np.ndarray, remote: np.ndarray, family: np.ndarray) -> np.ndarray:
        """Chance to open, with families who would rather be rung: a lifelong trait, by which a call reaches some whom no visit does."""
        d = self.how.doors
        at = positions(remote)
        at = at[self.chance.ask(self.world.families.key[family[at]], "at ease from afar") < d.at_ease_from_afar]
        share[at] = 1 - (1 - share[at]) * (1 - d.reached_from_afar)
        return share

    def _as_before(self, luck: np.ndarray, key: np.ndarray, family: np.ndarray) -> np.ndarray:
        """The throws at the door where some families always answer alike: knocking again then helps less, and as many open on the whole."""
        same = self.chance.ask(key, "answers as before") < self.how.doors.answers_as_before
        return np.where(same, self.chance.ask(self.world.families.key[family], "always answers"), luck)

    def _fall_back(self, attempt: Attempt, family: np.ndarray, digital: np.ndarray) -> np.ndarray:
        """A video call needs a device that is free; without one it falls back to the telephone."""
        video = positions(attempt.mode == Mode.VIDEO)
        if not video.size:
            return attempt.mode
        free = self.chance.ask(attempt.key[video], "device free") < self.how.doors.shared_device_works
        access, mode = digital[family[video]], attempt.mode.copy()
        works = (access == Digital.ADEQUATE) | ((access == Digital.SHARED_DEVICE) & free)
        mode[video[~works]] = Mode.PHONE
        return mode

    # ---- occasions for signs ----------------------------------------------------------------------------------------------

    def _at_meetings(self, attempt: Attempt, mode: np.ndarray, met: np.ndarray) -> Chances:
        """Every meeting is an occasion, unless the child is lost from focus at home; a visit announced lets a family hide harm."""
        agency, who, mode, key = attempt.agency[met], attempt.who[met], mode[met], attempt.key[met]
        mark, focus, _ = self.chance.ask_three(key, "sign")
        exposure = self.how.nature.weak[agency] * self.worth[agency] * attempt.noticing[met]  # may be above 1: no candidate, no ceiling
        speaks, at_home = np.ones(met.size), positions(mode == Mode.HOME_VISIT)
        exposure[at_home[focus[at_home] < self.how.doors.lost_from_focus]] = 0.0
        announced = at_home[attempt.announced[met[at_home]]]
        speaks[announced] = 1 - self.hidden.conceals[self.world.children.family[who[announced]]]
        return Chances(agency, who, mode, key, mark, exposure, np.ones(met.size), speaks)

    def _as_practised(self, at: Chances, now: Conditions) -> Chances:
        """What a protocol for remote contacts, and fewer or more adults in the room, do to what a child tells; nothing as usual."""
        d, speaks = self.how.doors, at.speaks
        if now.remote_protocol_share:
            heard, lost = d.overheard * (1 - d.protocol_finds * now.remote_protocol_share), 1 - d.overheard_tells
            more = (1 - heard * lost) / (1 - d.overheard * lost)  # the usual loss is in what a remote contact is worth already
            speaks = np.where((at.mode == Mode.VIDEO) | (at.mode == Mode.PHONE), speaks * more, speaks)
        if now.adults_in_room != ORDINARY.adults_in_room:
            more = np.exp(-d.each_adult * (now.adults_in_room - ORDINARY.adults_in_room))
            speaks = np.where((at.agency == Agency.SOCIAL_CARE) & IN_PERSON[at.mode], speaks * more, speaks)
        return at if speaks is at.speaks else replace(at, speaks=speaks)

    def _in_sight(self, presences: list[Presence], day: int) -> Chances:
        """Groups in sight: candidates of look-alike signs, and a throw a day for the few children who are harmed.

        Of the harmed, only those whose throw is low enough for the worst harm to show are looked at further.
        """
        nature, children, harmed = self.how.nature, self.world.children, self.harm.harmed_rows
        throw: dict[Agency, np.ndarray] = dict(
            zip(CONTINUOUS, self.chance.ask_three(children.key[harmed], "harm shows", day), strict=False)
        )
        extra, who, key, mark, groups, sizes = nature.strong_extra + nature.weak_extra, [NOBODY], [NO_KEY], [NO_MARK], [], []
        for p in presences:
            per_day = nature.weak[p.agency] / DAYS_OF_EXPOSURE[p.agency] * p.exposure
            found = self.look_alike[p.agency].on(day)
            alike = positions(p.there[found.who])
            close = positions(throw[p.agency] < per_day * extra * self.worst[p.agency, p.mode])
            close = close[p.there[harmed[close]]]
            who += [found.who[alike], harmed[close]]
            key += [found.key[alike], self.chance.keys(children.key[who[-1]], f"harm shows, {p.agency.name}", day)]
            mark += [found.least[alike], throw[p.agency][close]]  # a candidate happens below today's rate, which its ceiling bounds
            groups += [(p.agency, p.mode, per_day, 1.0, 0.0), (p.agency, p.mode, per_day, 0.0, 1.0)]
            sizes += [alike.size, close.size]
        agency, mode, exposure, looks, speaks = np.repeat(np.array(groups, dtype=float).reshape(-1, 5), sizes, axis=0).T
        which = agency.astype(np.int8), mode.astype(np.int8)
        return Chances(which[0], np.concatenate(who), which[1], np.concatenate(key), np.concatenate(mark), exposure, looks, speaks)

    def _worst(self) -> np.ndarray:
        """How strongly the worst harm of any child can speak to each agency in each mode."""
        nature = self.how.nature
        return (1 + SPREAD_OF_NOTICING) * SEVERITY_FACTOR[-1] * VISIBLE.max(axis=1)[:, None] * nature.seen * nature.told

    # ---- signs ------------------------------------------------------------------------------------------------------------

    def _signs(self, meetings: Chances, in_sight: Chances, day: int) -> tuple[np.ndarray, Signs]:
        """Which occasions show a sign, and the signs. The throw's segments are stacked: strong of harm, strong look-alike, weak of
        harm, weak look-alike, need; more exposure widens them all and can only add signs.
        """
        agency, who, mode, key, mark, exposure, looks, speaks = (
            np.concatenate([getattr(meetings, f), getattr(in_sight, f)]) for f in CHANCES
        )
        nature, rates = self.how.nature, self.how.nature.rates
        family = self.world.children.family[who]
        base = exposure * nature.seen[mode] * self._noticing(agency, family)
        needy = self.harm.in_need[who]
        base_of_look = base * np.where(self.world.children.disabled[who], rates.disabled_ratio, 1.0)
        look = base_of_look * looks * self.hidden.look_alike[family]
        need = look * rates.need_signs * needy
        look *= np.where(needy, rates.need_ratio, 1.0)
        of_harm = base * speaks * self._harm_factor(agency, who, mode, day)
        strong_harm = of_harm * nature.strong_extra
        strong = strong_harm + look * rates.strong_to_weak
        weak_harm = strong + of_harm * nature.weak_extra
        weak = weak_harm + look
        shows = positions(mark < weak + need)
        m = mark[shows]
        is_strong = m < strong[shows]
        harmful = (m < strong_harm[shows]) | (~is_strong & (m < weak_harm[shows]))
        of_harm = shows[harmful]
        self.true_signs.add(day, agency[of_harm], who[of_harm])
        sign_key = self.chance.keys_each(key[shows], "sign noticed", agency[shows], AGENCIES)
        of_age = self.world.children.birth[who[shows]] <= day - FROM_AGE
        concern = looks_like(self._kind(who[shows], day), harmful, self.chance.ask(sign_key, "looks like"), of_age)
        concern[m >= weak[shows]] = Concern.NEED
        return shows, Signs(agency[shows], who[shows], is_strong.astype(np.int8), concern, mode[shows], sign_key)

    def _noticing(self, agency: np.ndarray, family: np.ndarray) -> np.ndarray:
        """How much of what shows is noticed: a trait of the professional, here the one who serves the child's family."""
        u = self.chance.ask_each(self.world.families.key[family], "noticing", agency, AGENCIES)
        return 1 + SPREAD_OF_NOTICING * (2 * u - 1)

    def _harm_factor(self, agency: np.ndarray, who: np.ndarray, mode: np.ndarray, day: int) -> np.ndarray:
        """How strongly each child's harm speaks to this agency in this mode: zero where there is none."""
        speaks, told, severity = np.zeros(who.size), self.how.nature.told, self.harm.severity[who]
        harmed = positions(severity)
        speaks[harmed] = SEVERITY_FACTOR[severity[harmed]] * VISIBLE[agency[harmed], self.harm.type[who[harmed]]] * told[mode[harmed]]
        remote = harmed[(mode[harmed] == Mode.VIDEO) | (mode[harmed] == Mode.PHONE)]
        if remote.size:
            modes, birth = self.how.nature.modes, self.world.children.birth[who[remote]]
            speaks[remote[birth > day - SPEAKS_FROM]] *= modes.not_yet_speaking
            speaks[remote[birth <= day - AT_EASE_ONLINE]] *= modes.young_online
            if modes.afar_spread:  # closer to the family in some, more distant in others: SF052
                u = self.chance.ask(self.world.families.key[self.world.children.family[who[remote]]], "what a call shows")
                speaks[remote] *= 1 + modes.afar_spread * (2 * u - 1)
            phone = remote[mode[remote] == Mode.PHONE]
            interpreted = phone[self.world.families.interpreter[self.world.children.family[who[phone]]]]
            speaks[interpreted] *= modes.phone_interpreted
        unborn = positions(self.world.children.birth[who] > day)
        if unborn.size:  # what shows before birth is the parents' side
            family = self.world.children.family[who[unborn]]
            parents = self.hidden.domestic_abuse[family] + self.hidden.parental_difficulty[family].astype(float)
            speaks[unborn] = BEFORE_BIRTH * parents * told[mode[unborn]]
        return speaks

    def _kind(self, who: np.ndarray, day: int) -> np.ndarray:
        """int8: the type of each child's harm; before birth, of what it would be born into."""
        kind = np.maximum(self.harm.type[who], 0)
        unborn = positions(self.world.children.birth[who] > day)
        if unborn.size:
            abused = self.hidden.domestic_abuse[self.world.children.family[who[unborn]]]
            kind[unborn] = np.where(abused, Concern.DOMESTIC_ABUSE, Concern.NEGLECT)
        return kind


CHANCES = tuple(f.name for f in fields(Chances))
