r"""How likely each thing on record is, given what is hidden: the likelihoods of the rational reader, week by week.

Of an average unharmed child, agency :math:`a` in mode :math:`m` notices :math:`b=e\,w_a\,\kappa_m` weak signs, where :math:`e` is the
exposure. With :math:`\ell` the family's look-alike noise, :math:`n` need (0 or 1) and :math:`h` harm, a sign of strength :math:`s` and
apparent concern :math:`c` has the rate

.. math:: \lambda_{sc} = b\,[\,\ell(1+n)\,r_s F_c + 1.5\,\ell n\,[s\text{ weak}, c\text{ need}] + v_{ah}\,\mu_{mh}\,x_s\,T_{hc}\,]

(:math:`F, T`: what false and true signs look like; :math:`v`: how visible that harm is to that agency; :math:`\mu`: what the mode lets
through; 1 and 1.5 at their defaults). Children in sight give off signs as Poisson events: a week says :math:`\exp(-\sum\lambda)`, and
:math:`\lambda` for every sign. A meeting is one throw: its segments, stacked and cut at 1 as in ``senses/door.py``, are the chances of each
kind of sign, and what is left is the chance of a *quiet contact*. Incidents, notes on parents, disclosures, injuries, requests and missing
episodes are Poisson events with the rates of ``truth/``. Averaged, not followed: how much each professional notices, what one family hides
from visits announced, and requests that come of the strain of the times.

A reader who hears of only some of an agency's signs (``Heard.share``) is given a thinned process: each sign reaches it by luck.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from simsafe.agencies.recording import CLINICIANS
from simsafe.results.record import NO_SIGN, Record
from simsafe.study.observer.laws import (
    ABUSE,
    BEFORE_BIRTH,
    COULD_TELL,
    DIFFICULTY,
    FROM_AGE,
    KIND,
    OTHER_INCIDENTS_ABUSE,
    SEVERITY,
    SPEAKS_FROM,
    TREATED,
    Laws,
    by_call,
)
from simsafe.study.observer.prior import EXPLOITED, SINGLE, Chain, Public
from simsafe.system.cases import Stage
from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, IN_PERSON, Agency, Concern, Digital, Mode, Strength
from simsafe.world.population import ADULT, YEAR

EVERYONE = frozenset(Agency)
OLDER = 11 * YEAR  # days of age, as ``senses.door.AT_EASE_ONLINE``
Factor = tuple[np.ndarray, np.ndarray]  # columns of children, and what to multiply their beliefs by (homes, noise, need, states, columns)


@dataclass(frozen=True)
class Heard:
    """What a reader has: whose contacts, what share of their signs by agency and strength, and on which day it had each sign.

    ``of_signs``, ``of_meetings`` and ``of_past`` are days, one a row of the record's tables, negative for never; without them a sign is
    had on its own day, and one of the past from the first. ``past_share``: of partners' past signs, had from the first day.
    """

    agencies: frozenset[Agency] = EVERYONE
    share: np.ndarray = field(default_factory=lambda: np.ones((AGENCIES, 2)))
    past_share: tuple[float, float] = (1.0, 1.0)  # where no case is open, and where one is
    of_signs: np.ndarray | None = None
    of_meetings: np.ndarray | None = None
    of_past: np.ndarray | None = None


class Evidence:
    """All that is on record of some children (``public``), for one reader."""

    def __init__(self, laws: Laws, public: Public, record: Record, heard: Heard, chain: Chain) -> None:
        self.laws, self.public, self.record, self.heard, self.chain = laws, public, record, heard, chain
        nature = laws.p.senses.nature
        self.extra = np.array([nature.weak_extra, nature.strong_extra])  # by strength, of harm
        self.looks = np.array([1.0, nature.rates.strong_to_weak])  # by strength, alike
        self.share = np.where(np.isin(np.arange(AGENCIES), list(heard.agencies))[:, None], heard.share, 0.0)
        self.share = self.share * np.stack([np.where(CLINICIANS, laws.p.recording.clinicians_write, 1.0), np.ones(AGENCIES)], axis=1)
        needs = np.arange(chain.needs) > 0
        self.look = chain.noise_of[:, None] * np.where(needs, nature.rates.need_ratio, 1.0)[None, :, None]  # (noise, need, children)
        self.need = chain.noise_of[:, None] * (nature.rates.need_signs * needs)[None, :, None]
        self.column = np.full(record.children, -1, dtype=np.int64)
        self.column[public.rows] = np.arange(public.rows.size)
        self.in_sight = {cell: np.stack(weeks)[:, public.rows] for cell, weeks in record.sight.items() if self._hears(cell[0])}
        self._met: dict[int, list[Factor]] = {}  # by week
        self._noticed: dict[int, list[int]] = {}  # by week: rows of the record's signs
        self._meetings()
        self._signs()

    def _hears(self, agency: int) -> bool:
        return bool(self.share[agency].any())

    # ---- every week -----------------------------------------------------------------------------------------------------------

    def quiet(self, week: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """That no more was noticed in sight, or called out, this week: factors (noise, need, children), (states, ...), (homes, ...)."""
        now, p = self.record.dials[min(7 * week + 3, len(self.record.dials) - 1)], self.public
        look, state = np.zeros(self.look.shape), np.zeros((KIND.size, p.rows.size))
        for (agency, mode), weeks in self.in_sight.items():
            if week >= len(weeks):
                continue
            base = self.laws.per_day[agency] * self.laws.p.senses.nature.seen[mode] * weeks[week]
            weak, strong = self.share[agency]
            look += base * (self.look * (weak + self.looks[Strength.STRONG] * strong) + self.need * weak)
            told = float(self.laws.told(np.array(mode)))
            state += np.outer(self.laws.speaks[agency] * told * (self.extra @ self.share[agency]), base)
        day = 7 * week + 3
        here = (p.birth <= day) & (p.birth > day - ADULT)
        state += 7 * self._called_of_harm(now, week, here)
        asks = 7 * self._asks(now) * here * self.share[Agency.COMMUNITY, Strength.STRONG]
        look += (np.arange(self.chain.needs) > 0)[None, :, None] * asks
        return tuple(np.exp(-x).astype(SINGLE) for x in (look, state, 7 * here * self._called_at_home(now)))  # type: ignore[return-value]

    def _called_of_harm(self, now: Conditions, week: int, here: np.ndarray) -> np.ndarray:
        """Disclosures, injuries and missing episodes a day that this reader would hear of (states, children)."""
        strong = self.share[:, Strength.STRONG]
        speaks = here & (self.public.birth <= 7 * week - COULD_TELL)
        tell = sum(strong[agency] * rate for agency, rate in self._disclosures(now, week).items())
        made = (KIND >= 0)[:, None] * (speaks * tell)
        made = made + self.laws.injuries_a_day[:, None] * (self._comes(now) * here * strong[Agency.HOSPITAL])
        often = self._missing(week) * self.laws.p.truth.outside.reported * self.share[Agency.POLICE].mean()
        return made + often * here

    def _called_at_home(self, now: Conditions) -> np.ndarray:
        """Incidents and notes on parents a day that this reader would hear of (homes, children)."""
        notes = TREATED * self.laws.p.truth.calls.patients.worries / YEAR * now.adult_services_contact_share
        incidents = self._incidents_a_day(now) * self.share[Agency.POLICE].mean()
        return incidents + notes[:, None] * self.share[Agency.ADULT_SERVICES].mean()

    def _incidents_a_day(self, now: Conditions) -> np.ndarray:
        calls = self.laws.p.truth.calls
        usual = np.where(ABUSE, calls.incidents_abusive, calls.incidents_other) / YEAR
        return usual[:, None] * self.chain.incidents * now.incident_reporting

    def _disclosures(self, now: Conditions, week: int) -> dict[Agency, np.ndarray]:
        """A day, of a harmed child who can speak, by whom it tells."""
        c, nobody = self.laws.p.truth.calls, np.zeros(self.public.rows.size)
        weeks = self.record.sight.get((int(Agency.SCHOOLS), int(Mode.IN_SCHOOL)), [])
        at_school = weeks[week][self.public.rows] / 7 if week < len(weeks) else nobody
        safe = 1 - (1 - now.relatives_contact_share) * (1 - c.unsafe_to_tell)
        elsewhere, rate = (1 - at_school) * safe, c.disclosure / YEAR
        return {
            Agency.SCHOOLS: rate * at_school, Agency.HELPLINES: rate * elsewhere * c.to_a_helpline,
            Agency.COMMUNITY: rate * elsewhere * (1 - c.to_a_helpline),
        }  # fmt: skip

    def _comes(self, now: Conditions) -> float:
        anyway = self.laws.p.truth.calls.injuries.brought_anyway
        return anyway + (1 - anyway) * min(now.hospital_attendance_share, 1.0)

    def _missing(self, week: int) -> np.ndarray:
        """Missing episodes a day (states, children)."""
        o = self.laws.p.truth.outside
        old = self.public.birth <= 7 * week + 6 - FROM_AGE  # who turns ten this week may go missing in it
        in_care = self.record.stages[week][self.public.rows] == Stage.LOOKED_AFTER
        usual = np.where(in_care, o.missing_looked_after, o.missing)
        exploited = np.maximum(o.missing_exploited, np.where(in_care, o.missing_looked_after, 0.0))
        return np.where((KIND == EXPLOITED)[:, None], exploited, usual) * old / YEAR

    def _asks(self, now: Conditions) -> np.ndarray:
        """Requests for help a day by the parent of a child in need."""
        c, online = self.laws.p.truth.calls, 1 - now.early_help_in_person_share
        without = (self.public.digital <= Digital.PHONE_ONLY) * (1 - now.devices_share)
        able = (1 - without * (1 - c.asks_online_excluded)) * np.where(self.public.interpreter, c.asks_online_interpreted, 1.0)
        return c.asks_for_help / YEAR * (1 - online * (1 - able))

    # ---- meetings -------------------------------------------------------------------------------------------------------------

    def _meetings(self) -> None:
        m = self.record.meetings
        column = self.column[m["who"]]
        mine = np.flatnonzero((column >= 0) & np.isin(m["agency"], list(self.heard.agencies)))
        day = m["day"].astype(np.int64)
        known = day if self.heard.of_meetings is None else self.heard.of_meetings
        unborn = self.public.birth[column[mine]] > day[mine]
        for rows, before_birth in ((mine[~unborn], False), (mine[unborn], True)):
            if rows.size:
                noisy = (m["strength"][rows] != NO_SIGN) & (known[rows] >= 0)
                week = np.where(noisy, known[rows], day[rows]) // 7
                self._keep(week, column[rows], self._of_meetings(rows, column[rows], noisy, before_birth), before_birth)

    def _of_meetings(self, rows: np.ndarray, column: np.ndarray, noisy: np.ndarray, unborn: bool) -> np.ndarray:
        """The chance of what came of each of these meetings (rows, noise, need, states; homes in place of states before birth)."""
        m, laws = self.record.meetings, self.laws
        agency, mode, day = (m[name][rows].astype(np.int64) for name in ("agency", "mode", "day"))
        base = laws.per_meeting[agency] * laws.p.senses.nature.seen[mode] * m["noticing"][rows]
        speaks = self._told(rows, agency, mode, day, column) * base
        if unborn:
            kinds = np.where(ABUSE, Concern.DOMESTIC_ABUSE, Concern.NEGLECT)
            of_harm, looks_true = BEFORE_BIRTH * (ABUSE + DIFFICULTY)[None] * speaks[:, None], laws.looks_true[kinds]
        else:
            of_harm, looks_true = laws.speaks[agency] * speaks[:, None], laws.of_state
        look, need = (np.moveaxis(x[:, :, column], 2, 0)[..., None] * base[:, None, None, None] for x in (self.look, self.need))
        cut = np.cumsum(self._segments(look, need, of_harm[:, None, None, :]), axis=0)
        segments = np.diff(np.minimum(cut, 1.0), axis=0, prepend=0.0)
        share = self.share[agency][:, :, None, None, None]
        chance = 1 - share[:, Strength.STRONG] * segments[:2].sum(axis=0) - share[:, Strength.WEAK] * segments[2:].sum(axis=0)
        at = np.flatnonzero(noisy)
        if at.size:
            chance[at] = self._seen(segments[:, at], m["strength"][rows[at]], m["concern"][rows[at]], looks_true, day[at], column[at])
        lost = np.where(mode == Mode.HOME_VISIT, laws.p.senses.doors.lost_from_focus, 0.0)  # the child is out of mind: nothing shows
        return (1 - lost)[:, None, None, None] * chance + np.where(noisy, 0.0, lost)[:, None, None, None]

    def _segments(self, look: np.ndarray, need: np.ndarray, of_harm: np.ndarray) -> np.ndarray:
        """Strong of harm, strong alike, weak of harm, weak alike, need: as they are stacked in ``Door._signs``."""
        weak, strong = Strength.WEAK, Strength.STRONG
        parts = (of_harm * self.extra[strong], look * self.looks[strong], of_harm * self.extra[weak], look, need)
        return np.stack(np.broadcast_arrays(*parts))

    def _seen(
        self, segments: np.ndarray, strength: np.ndarray, concern: np.ndarray, looks_true: np.ndarray, day: np.ndarray, column: np.ndarray
    ) -> np.ndarray:  # fmt: skip
        """The chance of the very sign that was noticed."""
        true = looks_true[:, concern].T[:, None, None, :]
        false = self.looks_false(concern, day, column)[:, None, None, None]
        strong = segments[0] * true + segments[1] * false
        weak = segments[2] * true + segments[3] * false + segments[4] * (concern == Concern.NEED)[:, None, None, None]
        return np.where((strength == Strength.STRONG)[:, None, None, None], strong, weak)

    def looks_false(self, concern: np.ndarray, day: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Share of look-alike signs that look like each of these concerns, about these children on these days."""
        return self.laws.looks_false[(self.public.birth[column] <= day - FROM_AGE).astype(int), concern]

    def _told(self, rows: np.ndarray, agency: np.ndarray, mode: np.ndarray, day: np.ndarray, column: np.ndarray) -> np.ndarray:
        """What each meeting lets through of harm, relative to one in person: by mode, age, language, and how it is practised."""
        modes, doors = self.laws.p.senses.nature.modes, self.laws.p.senses.doors
        told, birth, remote = self.laws.told(mode), self.public.birth[column], by_call(mode)
        told = told * np.where(remote & (birth > day - SPEAKS_FROM), modes.not_yet_speaking, 1.0)
        told *= np.where(remote & (birth <= day - OLDER), modes.young_online, 1.0)
        told *= np.where((mode == Mode.PHONE) & self.public.interpreter[column], modes.phone_interpreted, 1.0)
        hides = (mode == Mode.HOME_VISIT) & self.record.meetings["announced"][rows]
        told *= np.where(hides, 1 - self.laws.p.truth.families.concealing, 1.0)
        dials = self.record.dials
        protocol = np.array([now.remote_protocol_share for now in dials])[day]
        heard, lost = doors.overheard * (1 - doors.protocol_finds * protocol), 1 - doors.overheard_tells
        told *= np.where(remote, (1 - heard * lost) / (1 - doors.overheard * lost), 1.0)
        adults = np.array([now.adults_in_room for now in dials])[day] - ORDINARY.adults_in_room
        return told * np.where((agency == Agency.SOCIAL_CARE) & IN_PERSON[mode], np.exp(-doors.each_adult * adults), 1.0)

    # ---- signs that no meeting showed -----------------------------------------------------------------------------------------

    def _signs(self) -> None:
        s = self.record.signs
        column = self.column[s["who"]]
        day = s["day"].astype(np.int64)
        known = day if self.heard.of_signs is None else self.heard.of_signs
        mine = np.flatnonzero((column >= 0) & np.isin(s["agency"], list(self.heard.agencies)) & (known >= 0))
        for row in mine.tolist():
            self._noticed.setdefault(int(known[row]) // 7, []).append(row)

    def of_the_week(self, week: int) -> Iterator[Factor]:
        """What came of meetings this week, and each other sign: no child twice in one factor."""
        yield from self._met.get(week, ())
        for row in self._noticed.get(week, ()):
            column = self.column[self.record.signs["who"][row : row + 1]]
            of_family = self.record.signs["agency"][row] in (Agency.POLICE, Agency.ADULT_SERVICES)
            yield column, self._of_family(row, column) if of_family else self._of_sight(row, column)

    def _of_sight(self, row: int, column: np.ndarray) -> np.ndarray:
        """The rate of one sign of a child in sight, or of one that came by itself (1, noise, need, states, 1)."""
        s, laws = self.record.signs, self.laws
        agency, mode, day, strength, concern = (int(s[name][row]) for name in ("agency", "mode", "day", "strength", "concern"))
        now, week = self.record.dials[day], day // 7
        weeks = self.record.sight.get((agency, mode), [])
        days = float(weeks[week][self.public.rows[column[0]]]) / 7 if week < len(weeks) else 0.0
        base = laws.per_day[agency] * laws.p.senses.nature.seen[mode] * days
        false = self.looks_false(np.array([concern]), np.array([day]), column)[0]
        alike = self.look[:, :, column[0]] * self.looks[strength] * false
        if strength == Strength.WEAK and concern == Concern.NEED:
            alike = alike + self.need[:, :, column[0]]
        of_harm = laws.speaks[agency] * laws.told(np.array(mode)) * self.extra[strength] * laws.of_state[:, concern]
        rate = base * (alike[:, :, None] + of_harm)
        if strength == Strength.STRONG:
            rate = rate + self._by_itself(agency, concern, now, day, column[0])
        return (rate / max(rate.max(), 1e-30))[None, ..., None].astype(SINGLE)

    def _by_itself(self, agency: int, concern: int, now: Conditions, day: int, column: int) -> np.ndarray:
        """Disclosures, injuries and requests a day that would be this strong sign (need, states)."""
        made = np.zeros((self.chain.needs, KIND.size))
        tells = self._disclosures(now, day // 7).get(Agency(agency))
        if tells is not None and self.public.birth[column] <= day - COULD_TELL:
            made += tells[column] * (concern == KIND)
        if agency == Agency.HOSPITAL and concern == Concern.PHYSICAL:
            made += self.laws.injuries_a_day * self._comes(now)
        if agency == Agency.COMMUNITY and concern == Concern.NEED:
            made += self._asks(now)[column] * (np.arange(self.chain.needs) > 0)[:, None]
        return made

    def _of_family(self, row: int, column: np.ndarray) -> np.ndarray:
        """The rate of one sign of police or of adult services (homes, 1, 1, states, 1)."""
        s = self.record.signs
        agency, mode, day, strength, concern = (int(s[name][row]) for name in ("agency", "mode", "day", "strength", "concern"))
        calls, strong = self.laws.p.truth.calls, strength == Strength.STRONG
        if agency == Agency.ADULT_SERVICES:
            speaks = np.minimum(calls.patients.strong + calls.patients.strong_if_harmed * SEVERITY, 1.0)
            rate = TREATED[:, None] * (speaks if strong else 1 - speaks)
        else:
            rate = self._of_police(mode, day, strong, concern, int(column[0]))
        return (rate / max(rate.max(), 1e-30))[:, None, None, :, None].astype(SINGLE)

    def _of_police(self, mode: int, day: int, strong: bool, concern: int, column: int) -> np.ndarray:
        """The rate of one sign that police hold: an incident at home, or a missing episode (homes, states)."""
        calls, o, now = self.laws.p.truth.calls, self.laws.p.truth.outside, self.record.dials[day]
        attended = mode == Mode.INCIDENT
        speaks = np.minimum(calls.strong_incident + calls.strong_if_harmed * SEVERITY * attended, 1.0)
        abuse = np.where(ABUSE, 1.0, OTHER_INCIDENTS_ABUSE)
        looks = {int(Concern.DOMESTIC_ABUSE): abuse, int(Concern.NEED): 1 - abuse}.get(concern, np.zeros(ABUSE.size))
        come = now.incidents_attended_share if attended else 1 - now.incidents_attended_share
        incidents = (self._incidents_a_day(now)[:, column] * looks * come)[:, None] * (speaks if strong else 1 - speaks)
        if not attended or concern not in (Concern.EXPLOITATION, Concern.NEED):
            return incidents
        exploited = KIND == EXPLOITED
        seen = np.where(exploited, o.looks_exploited, o.looks_exploited_other)
        loud = np.where(exploited, o.strong, 0.0)
        missing = self._missing(day // 7)[:, column] * o.reported * (seen if concern == Concern.EXPLOITATION else 1 - seen)
        return incidents + missing * (loud if strong else 1 - loud)

    def _keep(self, week: np.ndarray, column: np.ndarray, chance: np.ndarray, before_birth: bool) -> None:
        """Put the factors of meetings by week, those of one child in one week multiplied."""
        order = np.lexsort((column, week))
        week, column, chance = week[order], column[order], chance[order]
        first = np.flatnonzero(np.append(True, (np.diff(week) != 0) | (np.diff(column) != 0)))
        chance = np.multiply.reduceat(chance, first, axis=0)
        chance = chance / chance.max(axis=(1, 2, 3), keepdims=True)
        whole = np.moveaxis(chance, (0, 3), (3, 0))[:, :, :, None, :] if before_birth else np.moveaxis(chance, 0, 3)[None]
        week, column = week[first], column[first]
        for start, end in zip(*_runs(week), strict=True):
            part = column[start:end], whole[..., start:end].astype(SINGLE)
            self._met.setdefault(int(week[start]), []).append(part)


def _runs(values: np.ndarray) -> tuple[list[int], list[int]]:
    """Where equal neighbours begin, and where they end."""
    start = np.flatnonzero(np.append(True, np.diff(values) != 0))
    return start.tolist(), np.append(start[1:], values.size).tolist()
