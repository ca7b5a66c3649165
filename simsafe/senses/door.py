"""The one door between truth and records: an attempt goes in, what happened and which noisy signs showed come out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
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
WILLING_MEAN = 0.9
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

    def _candidates(self, agency: Agency) -> Candidates:
        """Look-alike signs that a child gives off wherever it is in sight, at the highest rate its family can have."""
        nature, family = self.how.nature, self.world.children.family
        top = nature.rates.need_ratio * (1 + nature.rates.strong_to_weak) + nature.rates.need_signs
        top *= nature.rates.disabled_ratio
        top *= 2.0 if agency is Agency.COMMUNITY else 1.0  # the highest that neighbours' presence can be turned
        per_day = nature.weak[agency] / DAYS_OF_EXPOSURE[agency]
        highest = per_day * (1 + SPREAD_OF_NOTICING) * top
        question, tallest = f"look-alike sign, {agency.name}", self.hidden.how.look_alike_highest
        return Candidates(self.chance, self.world.children.key, question, highest, self.hidden.look_alike, family, tallest)

    def answer(self, attempt: Attempt, presences: list[Presence], now: Conditions, digital: np.ndarray, day: int) -> tuple[Meetings, Signs]:
        """What came of each try, and every sign that showed today. ``digital`` is each family's access today."""
        mode, opened, seen, alone, spoken = self._open(attempt, now, digital, day)
        met = np.flatnonzero(opened)
        meetings = self._as_practised(self._at_meetings(attempt, mode, met), now)
        shows, signs = self._signs(meetings, self._in_sight(presences, day), day)
        quiet = opened.copy()
        quiet[met[shows[shows < met.size]]] = False
        return Meetings(attempt, mode, opened, seen, alone, spoken, quiet), signs

    # ---- who opens --------------------------------------------------------------------------------------------------------

    def _open(self, attempt: Attempt, now: Conditions, digital: np.ndarray, day: int) -> tuple[np.ndarray, ...]:
        """(mode, opened, seen, alone, spoken) of each try."""
        d, key = self.how.doors, attempt.key
        family = self.world.children.family[attempt.who]
        mode = self._fall_back(attempt, digital[family])
        willing = self.hidden.willing[family].astype(float)
        in_person = IN_PERSON[mode]
        share = np.where(in_person, willing, willing * d.remote_answered)
        if now.disengagement:
            withdraws = self.chance.ask(self.world.families.key[family], "withdraws") < now.disengagement * (1 - willing) / (
                1 - WILLING_MEAN
            )
            share[withdraws] *= 0.5
        share[(mode == Mode.CLINIC) | (mode == Mode.MEDICAL)] = 1.0  # the family came
        luck_open, luck_alone, luck_spoken = self.chance.ask_three(key, "at the door")
        opened = luck_open < share
        age = day - self.world.children.birth[attempt.who].astype(np.int32)
        alone = opened & (age >= 4 * YEAR) & (mode != Mode.DOORSTEP) & (luck_alone < np.where(in_person, d.alone_at_home, d.alone_remote))
        spoken = opened & (age >= 3 * YEAR) & (luck_spoken < d.spoken_to)
        return mode, opened, opened & in_person & (age >= 0), alone, spoken

    def _fall_back(self, attempt: Attempt, access: np.ndarray) -> np.ndarray:
        """A video call needs a device that is free; without one it falls back to the telephone."""
        mode = attempt.mode.copy()
        video = np.flatnonzero(mode == Mode.VIDEO)
        if video.size:
            free = self.chance.ask(attempt.key[video], "device free") < self.how.doors.shared_device_works
            works = (access[video] == Digital.ADEQUATE) | ((access[video] == Digital.SHARED_DEVICE) & free)
            mode[video[~works]] = Mode.PHONE
        return mode

    # ---- occasions for signs ----------------------------------------------------------------------------------------------

    def _at_meetings(self, attempt: Attempt, mode: np.ndarray, met: np.ndarray) -> Chances:
        """Every meeting is an occasion, unless the child is lost from focus at home; a visit announced lets a family hide harm."""
        agency, who, mode, key = attempt.agency[met], attempt.who[met], mode[met], attempt.key[met]
        at_home = mode == Mode.HOME_VISIT
        mark, focus, _ = self.chance.ask_three(key, "sign")
        exposure = self.how.nature.weak[agency] * self.worth[agency] * (~at_home | (focus >= self.how.doors.lost_from_focus))
        exposure *= attempt.noticing[met]  # may be above 1: a meeting is no candidate and has no ceiling
        hides = np.where(attempt.announced[met] & at_home, self.hidden.conceals[self.world.children.family[who]], 0.0)
        return Chances(agency, who, mode, key, mark, exposure, np.ones(met.size), 1 - hides)

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
        who, key, mark, sizes, per_day = [NOBODY], [NO_KEY], [NO_MARK], [], []
        for p in presences:
            per_day.append(nature.weak[p.agency] / DAYS_OF_EXPOSURE[p.agency] * p.exposure)
            found = self.look_alike[p.agency].on(day)
            alike = np.flatnonzero(p.there[found.who])
            close = np.flatnonzero(throw[p.agency] < per_day[-1] * self._worst(p))
            close = close[p.there[harmed[close]]]
            who += [found.who[alike], harmed[close]]
            key += [found.key[alike], self.chance.keys(children.key[who[-1]], f"harm shows, {p.agency.name}", day)]
            mark += [found.least[alike], throw[p.agency][close]]  # a candidate happens below today's rate, which its ceiling bounds
            sizes += [alike.size, close.size]
        agency, mode = (np.array([value for p in presences for value in (getattr(p, f),) * 2], dtype=np.int8) for f in ("agency", "mode"))
        one_each = (agency, mode, np.repeat(per_day, 2), np.tile([1.0, 0.0], len(presences)), np.tile([0.0, 1.0], len(presences)))
        agency, mode, exposure, looks, speaks = (np.repeat(column, sizes) for column in one_each)
        return Chances(agency, np.concatenate(who), mode, np.concatenate(key), np.concatenate(mark), exposure, looks, speaks)

    def _worst(self, presence: Presence) -> float:
        """The most signs of harm that any child can show in one group in sight, per unit of exposure."""
        nature = self.how.nature
        speaks = SEVERITY_FACTOR[-1] * VISIBLE[presence.agency].max() * nature.seen[presence.mode] * nature.told[presence.mode]
        return float((1 + SPREAD_OF_NOTICING) * speaks * (nature.strong_extra + nature.weak_extra))

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
        shows = np.flatnonzero(mark < weak + need)
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
        kind = self.harm.type[who]
        speaks = SEVERITY_FACTOR[self.harm.severity[who]] * VISIBLE[agency, np.maximum(kind, 0)] * self.how.nature.told[mode]
        remote = np.flatnonzero((mode == Mode.VIDEO) | (mode == Mode.PHONE))
        if remote.size:
            infant = remote[day - self.world.children.birth[who[remote]].astype(np.int32) < 5 * YEAR]
            speaks[infant] *= self.how.nature.modes.not_yet_speaking
            phone = remote[mode[remote] == Mode.PHONE]
            interpreted = phone[self.world.families.interpreter[self.world.children.family[who[phone]]]]
            speaks[interpreted] *= self.how.nature.modes.phone_interpreted
        unborn = np.flatnonzero(self.world.children.birth[who] > day)
        if unborn.size:  # what shows before birth is the parents' side
            family = self.world.children.family[who[unborn]]
            parents = self.hidden.domestic_abuse[family] + self.hidden.parental_difficulty[family].astype(float)
            speaks[unborn] = BEFORE_BIRTH * parents * self.how.nature.told[mode[unborn]]
        return speaks  # severity 0, and so 0, where there is no harm

    def _kind(self, who: np.ndarray, day: int) -> np.ndarray:
        """int8: the type of each child's harm; before birth, of what it would be born into."""
        kind = np.maximum(self.harm.type[who], 0)
        unborn = np.flatnonzero(self.world.children.birth[who] > day)
        if unborn.size:
            abused = self.hidden.domestic_abuse[self.world.children.family[who[unborn]]]
            kind[unborn] = np.where(abused, Concern.DOMESTIC_ABUSE, Concern.NEGLECT)
        return kind


CHANCES = tuple(f.name for f in fields(Chances))
