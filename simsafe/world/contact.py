"""How agencies and children meet, and the small facts that pass through the one door.

An agency makes *attempts*; the door answers with *meetings* and the *signs* that showed. Closed sets are enums; their numbers
are what the event log stores.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Agency(IntEnum):
    """Who keeps a record of a child."""

    SCHOOLS = 0  # and nurseries
    CHILDMINDERS = 1
    SCHOOL_NURSING = 2
    HEALTH_VISITING = 3
    MIDWIFERY = 4
    GENERAL_PRACTICE = 5
    HOSPITAL = 6  # emergency department and paediatrics
    CAMHS = 7  # child and adolescent mental health services
    ADULT_SERVICES = 8  # adult mental health and substance services: they know the parent
    POLICE = 9
    EARLY_HELP = 10  # with children's centres and youth work
    HOUSING = 11
    COMMUNITY = 12  # relatives, friends, neighbours
    HELPLINES = 13  # and callers who give no name
    SOCIAL_CARE = 14

    @property
    def label(self) -> str:
        """Its name in tables and figures."""
        return "CAMHS" if self is Agency.CAMHS else self.name.lower().replace("_", " ")


AGENCIES = len(Agency)
PARTNERS = tuple(a for a in Agency if a is not Agency.SOCIAL_CARE)
# The published sources of referrals (Department for Education), and whose referrals each counts.
PUBLISHED_SOURCES: dict[str, tuple[Agency, ...]] = {
    "schools": (Agency.SCHOOLS,),
    "health": (
        Agency.SCHOOL_NURSING, Agency.HEALTH_VISITING, Agency.MIDWIFERY, Agency.GENERAL_PRACTICE, Agency.HOSPITAL, Agency.CAMHS,
        Agency.ADULT_SERVICES,
    ),
    "police": (Agency.POLICE,),
    "local_authority": (Agency.EARLY_HELP, Agency.CHILDMINDERS),
    "housing": (Agency.HOUSING,),
    "individuals": (Agency.COMMUNITY,),
    "anonymous": (Agency.HELPLINES,),
}  # fmt: skip


class Mode(IntEnum):
    """How a child was met."""

    IN_SCHOOL = 0
    CLINIC = 1
    HOME_VISIT = 2
    DOORSTEP = 3
    INCIDENT = 4
    COMMUNITY = 5
    VIDEO = 6
    PHONE = 7
    REMOTE_LESSON = 8
    MEDICAL = 9  # a child protection medical


IN_PERSON = np.array([True, True, True, True, True, False, False, False, False, True])  # by a professional who can see the child


DAYS_OF_EXPOSURE = {
    Agency.SCHOOLS: 190.0,
    Agency.CHILDMINDERS: 230.0,
    Agency.COMMUNITY: 365.25,
}  # days in sight that make one year: the calendar, childminders' assumed


class Strength(IntEnum):
    """Class of a sign: many small worries, or one that speaks for itself (a disclosure, an injury)."""

    WEAK = 0
    STRONG = 1


class Concern(IntEnum):
    """What a sign looks like, which need not be what it is."""

    NEGLECT = 0
    EMOTIONAL = 1
    PHYSICAL = 2
    SEXUAL = 3
    DOMESTIC_ABUSE = 4
    EXPLOITATION = 5  # harm outside the family
    NEED = 6


CONCERNS = len(Concern)
TYPES = CONCERNS - 1  # the types of harm share the names and numbers of the first concerns


class Digital(IntEnum):
    """A family's digital access."""

    NONE = 0
    PHONE_ONLY = 1
    SHARED_DEVICE = 2
    ADEQUATE = 3


@dataclass(frozen=True)
class Attempt:
    """Tries of the day: one entry a try, in every column."""

    agency: np.ndarray  # int8 Agency
    who: np.ndarray  # row numbers of children; a row may appear twice
    mode: np.ndarray  # int8 Mode
    key: np.ndarray  # uint64, each try's own identity: its luck is keyed by it
    announced: np.ndarray  # bool
    noticing: np.ndarray  # how much of what shows the professional notices, relative to the usual: tired people notice less

    @property
    def size(self) -> int:
        """How many there are."""
        return self.who.size

    @classmethod
    def by(
        cls,
        agency: Agency,
        who: np.ndarray,
        mode: np.ndarray,
        key: np.ndarray,
        announced: bool | np.ndarray,
        noticing: float | np.ndarray = 1.0,
    ) -> Attempt:
        """One agency's tries."""
        told = np.full(who.size, announced) if isinstance(announced, bool) else announced
        notices = noticing if isinstance(noticing, np.ndarray) else np.full(who.size, noticing)
        return cls(np.full(who.size, agency, dtype=np.int8), who, mode, key, told, notices)

    @classmethod
    def together(cls, parts: list[Attempt]) -> Attempt:
        """All agencies' tries of a day, one after another."""
        return cls(
            *(
                np.concatenate(column)
                for column in zip(*((p.agency, p.who, p.mode, p.key, p.announced, p.noticing) for p in parts), strict=True)
            )
        )


@dataclass(frozen=True)
class Presence:
    """Where a whole group of children spends the day in an agency's sight: school, nursery, a street with neighbours."""

    agency: Agency
    mode: Mode
    there: np.ndarray  # bool, one a child
    exposure: float  # relative to an ordinary day of that mode


@dataclass(frozen=True)
class Meetings:
    """What came of each try of an :class:`Attempt`, in the same order: four different facts, not one."""

    attempt: Attempt
    mode: np.ndarray  # int8: the mode in which the meeting took place (a video call may fall back to the telephone)
    opened: np.ndarray  # bool: the door was opened, the call answered; recorded as done
    seen: np.ndarray  # bool: the child was seen in person
    alone: np.ndarray  # bool: the child was seen alone
    spoken: np.ndarray  # bool: the child was spoken to
    quiet: np.ndarray  # bool: opened, and nothing was noticed


@dataclass(frozen=True)
class Signs:
    """Noticed signs on their way from the door into records, one entry a sign."""

    agency: np.ndarray  # int8 Agency: who noticed
    who: np.ndarray  # row numbers of children
    strength: np.ndarray  # int8 Strength
    concern: np.ndarray  # int8 Concern: what it looks like
    mode: np.ndarray  # int8 Mode
    key: np.ndarray  # uint64, the sign's own identity

    @property
    def size(self) -> int:
        """How many there are."""
        return self.who.size

    @classmethod
    def together(cls, parts: list[Signs]) -> Signs:
        """Several sets of signs as one."""
        parts = [p for p in parts if p.size] or parts[:1]
        if len(parts) == 1:
            return parts[0]
        columns = zip(*((p.agency, p.who, p.strength, p.concern, p.mode, p.key) for p in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True)
class CallOuts:
    """What truth says by itself today: incidents, disclosures, parents asking for help."""

    signs: Signs
    seen: np.ndarray  # rows of children whom police saw in person at an incident
