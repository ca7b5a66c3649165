"""The one door between truth and records: an attempt goes in, what happened and which noisy signs showed come out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.senses.signs import SEVERITY_FACTOR, VISIBLE, Nature, looks_like
from simsafe.truth.families import HiddenFamilies
from simsafe.truth.harm import NONE, HarmAndNeed
from simsafe.world.conditions import Conditions
from simsafe.world.contact import IN_PERSON, Agency, Attempt, Concern, Digital, Meetings, Mode, Presence, Signs, Strength, join_signs
from simsafe.world.population import YEAR, World

SPREAD_OF_NOTICING = 0.3  # professionals notice from 0.7 to 1.3 of the average: assumed; SF050
CONTINUOUS = (Agency.SCHOOLS, Agency.COMMUNITY)
SCHOOL_YEAR = 190.0  # days in school that make one year of exposure


@dataclass(frozen=True)
class Doors(Checked):
    """How families open, and what a professional gets to see once inside."""

    remote_answered: float = param(0.85, unit="share of calls answered, average family", source="assumed", low=0.4, high=1)
    shared_device_works: float = param(0.6, unit="share of video calls that work on a shared device", source="assumed", low=0.2, high=1)
    lost_from_focus: float = param(0.1, unit="share of home visits where the child is out of mind", source="MO20", low=0.05, high=0.25, grade="C")
    alone_at_home: float = param(0.35, unit="share of home visits with the child seen alone, from age 4", source="assumed", low=0.05, high=0.8)
    alone_remote: float = param(0.15, unit="share of remote contacts known to be alone, from age 4", source="assumed; DI13", low=0, high=0.6)
    spoken_to: float = param(0.75, unit="share of meetings in which a child of 3 or over is spoken to", source="assumed", low=0.3, high=1)


@dataclass(frozen=True)
class Senses:
    """Parameters of the door."""

    nature: Nature = field(default_factory=Nature)
    doors: Doors = field(default_factory=Doors)


class Door:
    """Answers attempts and presences. It holds truth; whoever asks it does not."""

    def __init__(self, world: World, hidden: HiddenFamilies, harm: HarmAndNeed, chance: Chance, how: Senses) -> None:
        self.world, self.hidden, self.harm, self.chance, self.how = world, hidden, harm, chance, how
        self.look_alike = {agency: self._candidates(agency) for agency in CONTINUOUS}

    def _candidates(self, agency: Agency) -> Candidates:
        """Look-alike signs that a child gives off wherever it is in sight, at the highest rate its family can have."""
        nature, family = self.how.nature, self.world.children.family
        top = 1 + nature.rates.strong_to_weak + (nature.rates.need_ratio - 1) * (1 + nature.rates.strong_to_weak)
        top += nature.rates.need_signs
        top *= 2.0 if agency is Agency.COMMUNITY else 1.0  # the highest that neighbours' presence can be turned
        per_day = nature.weak[agency] / self._days(agency)
        ceiling = per_day * (1 + SPREAD_OF_NOTICING) * top * np.maximum(self.hidden.look_alike[family], 0.05)
        return Candidates(self.chance, self.world.children.key, f"look-alike sign, {agency.name}", ceiling)

    @staticmethod
    def _days(agency: Agency) -> float:
        return SCHOOL_YEAR if agency is Agency.SCHOOLS else YEAR

    # ---- tries one by one -------------------------------------------------------------------------------------------------

    def answer(self, attempt: Attempt, now: Conditions, digital: np.ndarray, day: int) -> Meetings:
        """What came of each try: opened or not, seen, alone, spoken to, and in what mode. ``digital`` is each family's access today."""
        d, ask = self.how.doors, self.chance.ask
        family = self.world.children.family[attempt.who]
        mode = attempt.mode.copy()
        access = digital[family]
        video = mode == Mode.VIDEO
        if video.any():
            works = (access == Digital.ADEQUATE) | (
                (access == Digital.SHARED_DEVICE) & (ask(attempt.key, "device free") < d.shared_device_works)
            )
            mode[video & ~works] = Mode.PHONE  # the stated fallback
        in_person = IN_PERSON[mode]
        open_share = np.where(in_person, self.hidden.willing[family], self.hidden.willing[family] * d.remote_answered)
        if now.disengagement:
            withdrawn = ask(self.world.families.key[family], "withdraws") < now.disengagement * 2 * (1 - self.hidden.willing[family]) / 0.2
            open_share = np.where(withdrawn, 0.5 * open_share, open_share)
        open_share[mode == Mode.CLINIC] = 1.0  # the family came
        opened = ask(attempt.key, "opened") < open_share
        age = day - self.world.children.birth[attempt.who]
        seen = opened & in_person
        alone_share = np.where(in_person, d.alone_at_home, d.alone_remote)
        alone = opened & (age >= 4 * YEAR) & (mode != Mode.DOORSTEP) & (ask(attempt.key, "alone") < alone_share)
        spoken = opened & (age >= 3 * YEAR) & (ask(attempt.key, "spoken to") < d.spoken_to)
        return Meetings(attempt, mode, opened, seen, alone, spoken)

    def signs_at(self, meetings: Meetings, day: int) -> Signs:
        """The signs noticed at these meetings."""
        attempt, nature = meetings.attempt, self.how.nature
        met = np.flatnonzero(meetings.opened)
        who, mode, key = attempt.who[met], meetings.mode[met], attempt.key[met]
        at_home = mode == Mode.HOME_VISIT
        focused = ~at_home | (self.chance.ask(key, "lost from focus") >= self.how.doors.lost_from_focus)
        exposure = nature.weak[attempt.agency] * focused
        hides = np.where(attempt.announced[met] & at_home, 1 - self.hidden.conceals[self.world.children.family[who]], 1.0)
        return self._signs(attempt.agency, who, mode, key, exposure, hides, day)

    def _signs(self, agency: Agency, who: np.ndarray, mode: np.ndarray, key: np.ndarray, exposure: np.ndarray, hides: np.ndarray, day: int) -> Signs:
        """One throw for each meeting, its segments stacked: strong of harm, strong look-alike, weak of harm, weak look-alike, need."""
        nature, rates = self.how.nature, self.how.nature.rates
        base = exposure * nature.seen[mode] * self._noticing(agency, who)
        u, needy = self.hidden.look_alike[self.world.children.family[who]], self.harm.in_need[who]
        look = base * u * np.where(needy, rates.need_ratio, 1.0)
        of_harm = base * self._harm_factor(agency, who, mode, day) * hides
        strong_harm = of_harm * nature.strong_extra
        strong = strong_harm + look * rates.strong_to_weak
        weak_harm = strong + of_harm * nature.weak_extra
        weak = weak_harm + look
        mark = self.chance.ask(key, "sign")
        shows = np.flatnonzero(mark < weak + base * u * rates.need_signs * needy)
        mark, strong, weak_harm = mark[shows], strong[shows], weak_harm[shows]
        harmful = (mark < strong_harm[shows]) | ((mark >= strong) & (mark < weak_harm))
        return self._dress(agency, who[shows], mode[shows], key[shows], mark < strong, harmful, mark >= weak[shows])

    def _dress(
        self, agency: Agency, who: np.ndarray, mode: np.ndarray, key: np.ndarray, strong: np.ndarray, harmful: np.ndarray, need: np.ndarray
    ) -> Signs:
        """What each sign looks like, and its own identity."""
        sign_key = self.chance.keys(key, f"sign noticed, {agency.name}")
        looks = looks_like(np.maximum(self.harm.type[who], 0), harmful, self.chance.ask(sign_key, "looks like"))
        looks[need] = Concern.NEED
        return Signs(agency, who, np.where(strong, Strength.STRONG, Strength.WEAK).astype(np.int8), looks, mode.astype(np.int8), sign_key)

    def _noticing(self, agency: Agency, who: np.ndarray) -> np.ndarray:
        """How much of what shows is noticed: a trait of the professional, here the one who serves the child's family."""
        key = self.world.families.key[self.world.children.family[who]]
        return 1 + SPREAD_OF_NOTICING * (2 * self.chance.ask(key, f"noticing, {agency.name}") - 1)

    def _harm_factor(self, agency: Agency, who: np.ndarray, mode: np.ndarray, day: int) -> np.ndarray:
        """How strongly each child's harm speaks to this agency in this mode: zero where there is none."""
        kind, modes = self.harm.type[who], self.how.nature.modes
        speaks = SEVERITY_FACTOR[self.harm.severity[who]] * VISIBLE[agency][np.maximum(kind, 0)] * self.how.nature.told[mode]
        remote = (mode == Mode.VIDEO) | (mode == Mode.PHONE)
        if remote.any():
            infant = remote & (day - self.world.children.birth[who] < 5 * YEAR)
            speaks = np.where(infant, speaks * modes.not_yet_speaking, speaks)
        return np.where(kind != NONE, speaks, 0.0)

    # ---- whole groups in sight --------------------------------------------------------------------------------------------

    def signs_among(self, presence: Presence, day: int) -> Signs:
        """The signs noticed today among children in an agency's sight."""
        agency, there = presence.agency, presence.there
        per_day = self.how.nature.weak[agency] / self._days(agency) * presence.exposure * self.how.nature.seen[presence.mode]
        return join_signs([self._look_alikes(presence, per_day, day), self._of_harm(agency, presence.mode, there, per_day, day)], agency)

    def _look_alikes(self, presence: Presence, per_day: float, day: int) -> Signs:
        agency, rates = presence.agency, self.how.nature.rates
        laid = self.look_alike[agency]
        found = laid.on(day)
        here = presence.there[found.who]
        who, key = found.who[here], found.key[here]
        mark = found.mark[here] * laid.ceiling[who]
        base = per_day * self._noticing(agency, who) * self.hidden.look_alike[self.world.children.family[who]]
        needy = self.harm.in_need[who]
        look = base * np.where(needy, rates.need_ratio, 1.0)
        strong = look * rates.strong_to_weak
        weak = strong + look
        shows = np.flatnonzero(mark < weak + base * rates.need_signs * needy)
        who, mark = who[shows], mark[shows]
        mode = np.full(who.size, presence.mode, dtype=np.int8)
        return self._dress(agency, who, mode, key[shows], mark < strong[shows], np.zeros(who.size, dtype=bool), mark >= weak[shows])

    def _of_harm(self, agency: Agency, mode: Mode, there: np.ndarray, per_day: float, day: int) -> Signs:
        """Harmed children are few: each gets a throw a day."""
        harmed = self.harm.harmed_rows
        who = harmed[there[harmed]]
        key = self.chance.keys(self.world.children.key[who], f"harm shows, {agency.name}", day)
        modes = np.full(who.size, mode, dtype=np.int8)
        speaks = per_day * self._noticing(agency, who) * self._harm_factor(agency, who, modes, day)
        mark = self.chance.ask(key, "sign")
        strong = speaks * self.how.nature.strong_extra
        shows = np.flatnonzero(mark < strong + speaks * self.how.nature.weak_extra)
        no = np.zeros(shows.size, dtype=bool)
        return self._dress(agency, who[shows], modes[shows], key[shows], (mark < strong)[shows], ~no, no)
