"""Where a child is educated: which state each is in this month, and who is kept out of school on a day.

A state follows from the calendar, the child's key and what anyone could know of it; no plan can change it. The one dial is the crisis's
``home_education_factor``. Ways through school differ in how long they last: a special school for life, alternative provision for twelve
months, a part-time timetable or being missing from education for a term, a fixed-period exclusion for some days.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.chance import PIECE, Chance
from simsafe.ground.parameter import Checked, param

if TYPE_CHECKING:
    from simsafe.world.population import Children

TERMS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2])  # of the school year, by months since September: the calendar
MONTHS_WITH_SCHOOL = 11  # none begins in August: the calendar
CALENDAR_DAYS = 365 / 190  # a year's days for each of its school days: the calendar
EHCP_EXCLUDED = 3.0  # exclusions of a pupil with a plan to those of another: DfE 2018-19, from memory; to be checked
MOST_POOR = 2.0  # highest ratio of the most deprived homes to the middling that ``slope`` may bring: assumed
SPREAD_CAP = 4.0  # the most excluded pupil's chance, relative to the mean of those otherwise alike: assumed
PART_TIME_EHCP = 4.0  # ratio of part-time timetables, pupils with a plan to others: assumed
ALTERNATIVE_SECONDARY = 0.8  # share of places in alternative provision taken by pupils of secondary age: assumed


class Education(IntEnum):
    """A child's education state this month; everyone is in exactly one."""

    NOT_YET = 0
    SETTING = 1
    CHILDMINDER = 2
    ON_ROLL = 3
    SPECIAL = 4
    PART_TIME = 5
    EXCLUDED = 6  # for some days of the month, or for good and waiting for another place
    ALTERNATIVE = 7
    HOME = 8
    MISSING = 9
    NOT_ON_ROLL = 10  # has left school


EDUCATION = (
    "not yet in a setting", "in a setting", "with a childminder", "on a school roll", "special school", "part-time timetable", "excluded",
    "alternative provision", "educated at home", "missing from education", "not on a roll",
)  # fmt: skip
OUT_OF_SCHOOL = np.isin(np.arange(len(Education)), [Education.PART_TIME, Education.EXCLUDED, Education.ALTERNATIVE, Education.MISSING])


@dataclass(frozen=True)
class EducationRates(Checked):
    """Ways through school. Published: special schools by area (the area's own figures), the others for England."""

    home_educated: float = param(
        0.006, unit="share aged 4-15", source="A0674: ADCS 54,656 in October 2019", low=0.002, high=0.02, grade="A"
    )
    alternative: float = param(
        0.0021,
        unit="share of pupils",
        source="areas.csv, England: 15,672 of 7.5 million pupils, January 2019",
        low=0.0,
        high=0.01,
        grade="A",
    )
    by_exclusion: float = param(
        0.5,
        unit="share of starts in alternative provision that follow a permanent exclusion",
        source="assumed: 7,894 permanent exclusions in 2018-19 (DfE, from memory), about half of the places",
        low=0,
        high=1,
        grade="C",
    )
    excluded_primary: float = param(
        0.014,
        unit="fixed-period exclusions per pupil and year",
        source="DfE 2018-19, from memory; to be checked",
        low=0,
        high=0.05,
        grade="C",
    )
    excluded_secondary: float = param(
        0.108,
        unit="fixed-period exclusions per pupil and year",
        source="DfE 2018-19, from memory; to be checked",
        low=0,
        high=0.3,
        grade="C",
    )
    excluded_days: float = param(2.2, unit="school days, mean", source="DfE 2018-19, from memory; to be checked", low=1, high=6, grade="C")
    part_time: float = param(0.004, unit="share of pupils on a part-time timetable", source="assumed: not published", low=0, high=0.02)
    part_time_days: float = param(0.6, unit="share of school days that they come", source="assumed", low=0.1, high=0.9)
    missing: float = param(0.002, unit="share aged 4-15 missing from education", source="assumed: not published then", low=0, high=0.01)
    slope: float = param(0.2, unit="relative rise of these per quintile towards the most deprived", source="assumed", low=0, high=0.45)


@dataclass(frozen=True)
class Away:
    """Pupils kept out of school for some days of the month, and those who come part of the week."""

    who: np.ndarray  # rows; excluded
    first: np.ndarray  # int16: the first day out
    last: np.ndarray  # int16: the last
    part_time: np.ndarray  # rows
    turn: np.ndarray  # int16 0..4: shifts which days each part-time pupil comes
    days: int  # of five days, those on which a part-time pupil comes

    def on(self, day: int) -> np.ndarray:
        """Rows of pupils kept out on a day."""
        out = self.who[(self.first <= day) & (day <= self.last)]
        return np.concatenate([out, self.part_time[(self.turn + day) % 5 >= self.days]])


class Pathways:
    """Luck and shares that decide children's ways through school, the same under every plan."""

    def __init__(self, chance: Chance, how: EducationRates, special_of_ehcp: float, specials: int) -> None:
        self.chance, self.how = chance, how
        self.special_of_ehcp, self.specials = special_of_ehcp, specials

    def special(self, children: Children, rows: np.ndarray) -> np.ndarray:
        """bool: these children go to a special school; all of them have an education, health and care plan."""
        return children.ehcp[rows] & (self.chance.ask(children.key[rows], "special school") < self.special_of_ehcp)

    def which_special(self, children: Children, rows: np.ndarray) -> np.ndarray:
        """int16: which of the area's special schools, from 0."""
        return (self.chance.ask(children.key[rows], "which special school") * self.specials).astype(np.int16)

    def states(
        self, children: Children, deprivation: np.ndarray, rows: np.ndarray, secondary: np.ndarray, year: int, month: int, factor: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(Education, special, leaves): states of children of school age; whether each goes to a special school; who is excluded for good.

        ``deprivation`` (quintile) and ``secondary`` (bool) are one a row; ``year`` is that in which the school year began, ``month``
        counts from September, ``factor`` is home education relative to ordinary times.
        """
        how, key = self.how, children.key[rows]
        special = np.zeros(rows.size, dtype=bool)
        planned = np.flatnonzero(children.ehcp[rows])
        special[planned] = self.special(children, rows[planned])
        state = np.where(special, np.int8(Education.SPECIAL), np.int8(Education.ON_ROLL))
        term = year * 3 + int(TERMS[month])
        part_time, u = self._under(key, "part-time timetable", term, how.part_time * MOST_POOR * PART_TIME_EHCP)
        ratio = self._poorer(deprivation[part_time]) * np.where(children.ehcp[rows[part_time]], PART_TIME_EHCP, 1.0)
        state[part_time[u < how.part_time * ratio]] = Education.PART_TIME
        leaves = np.zeros(rows.size, dtype=bool)
        for began in (year - 1, year):
            there, gone = self._alternative(key, deprivation, secondary, began, month + 12 * (year - began))
            state[there[~special[there]]] = Education.ALTERNATIVE
            state[gone[~special[gone]]] = Education.EXCLUDED
            leaves[gone[~special[gone]]] = True
        missing, u = self._under(key, "missing from education", term, how.missing * MOST_POOR)
        missing = missing[(u < how.missing * self._poorer(deprivation[missing])) & ~special[missing]]
        state[missing] = Education.MISSING
        at_home, _ = self._under(key, "home educated", -1, how.home_educated * factor)
        state[at_home] = Education.HOME
        leaves[missing] = leaves[at_home] = False
        return state, special, leaves

    def _poorer(self, deprivation: np.ndarray) -> np.ndarray:
        """How much likelier these things are in homes of these quintiles than in the middling."""
        return 1 + self.how.slope * (3.0 - deprivation)

    def _under(self, key: np.ndarray, question: str, occasion: int, highest: float) -> tuple[np.ndarray, np.ndarray]:
        """(position, luck) of the few whose luck is below the highest share there is."""
        few, luck = [], []
        for start in range(0, key.size, PIECE):
            u = self.chance.ask(key[start : start + PIECE], question, occasion)
            found = np.flatnonzero(u < highest)
            few.append(found + start)
            luck.append(u[found])
        return (np.concatenate(few), np.concatenate(luck)) if few else (np.empty(0, dtype=np.int64), np.empty(0))

    def _alternative(
        self, key: np.ndarray, deprivation: np.ndarray, secondary: np.ndarray, year: int, month: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Positions of those in alternative provision, and of those permanently excluded this month and waiting for it.

        They are there for twelve months from a month of their own in the school year that began in ``year``, ``month`` months ago.
        """
        share = self.how.alternative
        # Seven of the twelve school years from reception to year 11 are primary, five secondary.
        by_age = np.array([share * (1 - ALTERNATIVE_SECONDARY) * 12 / 7, share * ALTERNATIVE_SECONDARY * 12 / 5])
        few, u = self._under(key, "alternative provision", year, by_age.max() * MOST_POOR)
        few = few[u < by_age[secondary[few].view(np.int8)] * self._poorer(deprivation[few])]
        when, why, _ = self.chance.ask_three(key[few], "start in alternative provision", year)
        since = month - (when * 12).astype(np.int64)
        excluded = (since == 0) & (why < self.how.by_exclusion)
        return few[(since >= 0) & (since < 12) & ~excluded], few[excluded]

    def away(
        self, children: Children, deprivation: np.ndarray, rows: np.ndarray, secondary: np.ndarray, state: np.ndarray, leaves: np.ndarray,
        first_day: int, year: int, month: int,
    ) -> Away:  # fmt: skip
        """Who is kept out of school this month, and which days; turns the state of those excluded for some days to EXCLUDED."""
        how = self.how
        who, first, last = [rows[leaves]], [np.full(int(leaves.sum()), first_day)], [np.full(int(leaves.sum()), first_day + 31)]
        if month != MONTHS_WITH_SCHOOL:  # August
            a_month = CALENDAR_DAYS * 5 / 7 / MONTHS_WITH_SCHOOL  # so many of them begin and end where there is school
            by_age = np.array([how.excluded_primary, how.excluded_secondary]) * a_month
            some, u = self._under(children.key[rows], "excluded", year * 12 + month, by_age.max() * MOST_POOR * EHCP_EXCLUDED * SPREAD_CAP)
            rate = by_age[secondary[some].view(np.int8)] * self._poorer(deprivation[some])
            rate *= np.where(children.ehcp[rows[some]], EHCP_EXCLUDED, 1.0)
            near = np.flatnonzero((u < rate * SPREAD_CAP) & (state[some] <= Education.PART_TIME))
            some, u, rate = some[near], u[near], rate[near]
            spread = np.minimum(-np.log1p(-self.chance.ask(children.key[rows[some]], "often excluded")), SPREAD_CAP)
            some = some[u < rate * spread]
            state[some] = Education.EXCLUDED
            when, long, _ = self.chance.ask_three(children.key[rows[some]], "days out", year * 12 + month)
            began = first_day + (when * 28).astype(np.int64)
            days = np.ceil(-np.log1p(-long) * (how.excluded_days - 0.5) + 1e-9) * 7 / 5
            who.append(rows[some])
            first.append(began)
            last.append(began + np.minimum(days, 45).astype(np.int64))
        part = rows[state == Education.PART_TIME]
        turn = (self.chance.ask(children.key[part], "days of the week") * 5).astype(np.int16)
        out = [np.concatenate(column) for column in (who, first, last)]
        return Away(out[0], out[1], out[2], part, turn, round(5 * how.part_time_days))
