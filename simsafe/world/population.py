"""What anyone could know of children and families: columns in one order, a row for life.

Every child who will be born during the run has a row from the start, so a birth never depends on the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from simsafe.ground.calendar import Calendar
from simsafe.world.education import Away, Education, Pathways

YEAR = 365.25  # days: the calendar
PREGNANCY = 196  # days before birth from which services may act for an unborn child: 12 weeks of pregnancy, by guidance
ADULT = 6574  # days from birth to the 18th birthday: 18 years of 365.25 days, rounded down; by law
AGE_BANDS = ("under 1", "1-4", "5-9", "10-15", "16-17")
AGE_EDGES = (366, 1827, 3653, 5844)  # days of age at which the next band begins: birthdays 1, 5, 10 and 16, as published


def glass(column: np.ndarray) -> np.ndarray:
    """The same column, readable only: writing raises ValueError."""
    view = column.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True)
class Children:
    """One entry a child, born or to be born; none of it changes during a run."""

    id: np.ndarray  # int32: name in the event log
    key: np.ndarray  # uint64: what the child's luck is keyed by
    birth: np.ndarray  # int16: day of the run; negative before its first day
    family: np.ndarray  # int32: row of the family
    ehcp: np.ndarray  # bool: has an education, health and care plan once at school
    disabled: np.ndarray  # bool: disabled, as anyone could know
    stays_on: np.ndarray  # bool: in school or college after the year in which it turns 16
    setting_from: np.ndarray  # int16: age in days from which it goes to nursery or childminder; 32767 for never
    minded: np.ndarray  # bool: its setting is a childminder
    absence: np.ndarray  # float16: share of school days missed in ordinary times

    def __len__(self) -> int:
        return self.id.size

    def read_only(self) -> Children:
        """The same columns through glass."""
        return replace(self, **{f.name: glass(getattr(self, f.name)) for f in fields(self)})

    def living_here(self, day: int | np.ndarray, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """bool: born and under 18 on that day (or each on its own day), for everyone or for some rows."""
        birth = self.birth[rows]
        return (birth <= day) & (birth > day - ADULT)

    def served(self, day: int) -> np.ndarray:
        """bool, one a child: living here, or expected to be born here within PREGNANCY days."""
        return (self.birth <= day + PREGNANCY) & (self.birth > day - ADULT)

    def age_band(self, day: int | np.ndarray, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """int8 index into AGE_BANDS on a day (or each on its own day), for everyone or for some rows; meaningless for the unborn and
        the grown.
        """
        birth = self.birth[rows]
        band = (birth <= day - AGE_EDGES[0]).astype(np.int8)
        for edge in AGE_EDGES[1:]:
            band += birth <= day - edge
        return band


@dataclass(frozen=True)
class Families:
    """One entry a family."""

    key: np.ndarray  # uint64
    deprivation: np.ndarray  # int8: national IMD quintile of the home, 1 most deprived .. 5 least
    lone_parent: np.ndarray  # bool
    overcrowded: np.ndarray  # bool
    key_worker: np.ndarray  # bool: a parent's job gives the child a school place when schools close
    english_additional: np.ndarray  # bool: English is an additional language at home
    interpreter: np.ndarray  # bool: of those, needs an interpreter
    ethnicity: np.ndarray  # int8: broad group, index into ETHNICITIES (``households.py``)
    male_carer: np.ndarray  # int8 MaleCarer (``households.py``)
    digital: np.ndarray  # int8 Digital: access before any plan adds to it
    primary: np.ndarray  # int16: primary school of its children
    secondary: np.ndarray  # int16: secondary school, numbered after the primary schools
    practice: np.ndarray  # int16: GP practice
    visitor: np.ndarray  # int16: health visitor
    first: np.ndarray  # int32: where its children start, in their own order or in World.members
    size: np.ndarray  # int8: how many children it has or will have

    def __len__(self) -> int:
        return self.key.size

    def read_only(self) -> Families:
        """The same columns through glass."""
        return replace(self, **{f.name: glass(getattr(self, f.name)) for f in fields(self)})


@dataclass(frozen=True)
class World:
    """An area's children, families and services as anyone could know them."""

    children: Children
    families: Families
    members: np.ndarray | None  # rows of children, family by family (see Families.first and size); None: they stand so
    primaries: int  # number of primary schools; secondary schools are numbered after them
    schools: int  # with special schools after the secondary ones, and last of all one for alternative provision
    pathways: Pathways  # how children pass through school
    disabled_share: float  # expected share of children who are disabled
    practices: int
    visitors: int  # health visitors
    social_workers: int  # posts that hold cases
    front_door_workers: int

    def read_only(self) -> World:
        """The same world through glass: nobody writes what cannot change."""
        members = None if self.members is None else glass(self.members)
        return replace(self, children=self.children.read_only(), families=self.families.read_only(), members=members)

    @cached_property
    def age_and_home(self) -> np.ndarray:
        """int8 for each child: deprivation of its home, and 6 more when under five on day 0 or born later."""
        return (self.children.birth > -AGE_EDGES[1]) * np.int8(6) + self.families.deprivation[self.children.family]

    def children_of(self, families: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of all children of these families, and for each the position in ``families`` it came from."""
        size = self.families.size[families].astype(np.int64)
        which = np.repeat(np.arange(families.size), size)
        start = np.cumsum(size) - size
        within = np.arange(which.size) - start[which]
        child = self.families.first[families][which] + within
        return child if self.members is None else self.members[child], which


@dataclass(frozen=True)
class Schooling:
    """Which children belong in school or nursery, until the next month: recomputed, never saved."""

    day: int  # on which it was worked out
    on_roll: np.ndarray  # bool: of any school, special and alternative provision included
    in_setting: np.ndarray  # bool: in a nursery or with a childminder
    minded: np.ndarray  # bool: with a childminder
    school: np.ndarray  # int16: school number, -1 when not on roll
    state: np.ndarray  # int8 Education
    away: Away  # who on a roll is kept out, and on which days


def schooling(world: World, day: int, calendar: Calendar, home_education: float = 1.0) -> Schooling:
    """Who is on a roll or in a setting on ``day``, and in what state of education this month.

    Children start school in the September after their fourth birthday; secondary school in the September after their eleventh.
    ``home_education`` is how many children are educated at home, relative to ordinary times.
    """
    c, september, date = world.children, calendar.academic_year_start(day), calendar.date_of(day)
    here = c.living_here(day)
    four, eleven, sixteen = (c.birth <= september - int(age * YEAR) for age in (4, 11, 16))  # of that age when the school year began
    in_setting = here & ~four & (c.birth <= day - c.setting_from)  # never, 32767, lies before any birth
    minded = in_setting & c.minded
    state = in_setting.view(np.int8) + minded  # Education.NOT_YET, SETTING, CHILDMINDER
    state[here & sixteen] = Education.NOT_ON_ROLL
    rows = np.flatnonzero(here & four & ~sixteen).astype(np.int32)
    deprivation, secondary = world.families.deprivation[c.family[rows]], eleven[rows]
    year, month = date.year - (date.month < 9), (date.month - 9) % 12
    ways = world.pathways
    states, special, leaves = ways.states(c, deprivation, rows, secondary, year, month, home_education)
    away = ways.away(c, deprivation, rows, secondary, states, leaves, day - date.day + 1, year, month)
    state[rows] = states
    older = np.flatnonzero(here & sixteen & c.stays_on)
    state[older] = np.where(ways.special(c, older), Education.SPECIAL, Education.ON_ROLL)
    on_roll = (state >= Education.ON_ROLL) & (state <= Education.ALTERNATIVE)
    school = np.where(eleven, world.families.secondary[c.family], world.families.primary[c.family])
    special = np.concatenate([rows[special], older[state[older] == Education.SPECIAL]])
    school[special] = world.schools - 1 - ways.specials + ways.which_special(c, special)
    school[state == Education.ALTERNATIVE] = world.schools - 1
    school[~on_roll] = -1
    return Schooling(day, on_roll, in_setting, minded, school, state, away)
