"""One run in full: where, when, which crisis, which plan, which numbers. Everything is checked before anything is simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from simsafe.agencies.camhs import CamhsRates
from simsafe.agencies.early_help import CentreRates, EarlyHelpPractice
from simsafe.agencies.general_practice import PracticeRates
from simsafe.agencies.health_visiting import VisitingRules
from simsafe.agencies.home_education import HomeEducationPractice
from simsafe.agencies.hospital import HospitalRates
from simsafe.agencies.housing import HousingRates
from simsafe.agencies.midwifery import MidwiferyRates
from simsafe.agencies.recording import RecordingPractice
from simsafe.agencies.school_nursing import SchoolNursingRates
from simsafe.agencies.schools import SchoolPractice
from simsafe.agencies.social_care import VisitRules
from simsafe.agencies.weight import Belief
from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import Change
from simsafe.senses.behind import Truth
from simsafe.senses.door import Senses
from simsafe.system.asking import AskingPractice
from simsafe.system.assessment import AssessmentPractice
from simsafe.system.care import CarePractice
from simsafe.system.casework import CaseworkPractice
from simsafe.system.chronology import ChronologyPractice
from simsafe.system.conference import ConferencePractice
from simsafe.system.core_groups import CoreGroupPractice
from simsafe.system.doubts import ConsentDoubts
from simsafe.system.fathers import Linking
from simsafe.system.flags import FlagPractice
from simsafe.system.front_door import FrontDoorPractice
from simsafe.system.meetings import MeetingPractice
from simsafe.system.moves import Moving
from simsafe.system.protection import PlanPractice
from simsafe.system.ratings import RatingPractice
from simsafe.system.referring import Thresholds
from simsafe.system.safe_place import PoliceProtection
from simsafe.system.second_eyes import SecondEyesPractice
from simsafe.system.sharing import SharingPractice
from simsafe.system.strengths import TieMovement
from simsafe.world.area import ADJUSTMENTS, Area
from simsafe.world.build import Households
from simsafe.world.contact import PUBLISHED_SOURCES, Agency
from simsafe.world.meetings import MeetingFormats
from simsafe.world.staff import Workforce
from simsafe.world.ties import TieNumbers
from simsafe.world.wellbeing import Feeling

_SIGNS = "senses.nature.rates."
ANSWER_FOR: dict[str, tuple[tuple[str, ...], bool]] = {  # an area's adjustment: the numbers it moves, and whether it multiplies or adds
    "schools": ((f"{_SIGNS}schools",), True),
    "health": (tuple(f"{_SIGNS}{a.name.lower()}" for a in PUBLISHED_SOURCES["health"] if a is not Agency.ADULT_SERVICES), True),
    "police": (("truth.calls.incidents_abusive", "truth.calls.incidents_other"), True),
    "others": (tuple(f"{_SIGNS}{name}" for name in ("childminders", "early_help", "housing", "community")), True),
    "strategy": (("assessment.strategy",), False),
    "conference": (("assessment.conference",), False),
    "plan": (("conferences.plan",), False),
}


@dataclass(frozen=True)
class Parameters:
    """Every number of the model, by room; ``simsafe describe parameters`` prints them with unit, range, grade and source."""

    households: Households = field(default_factory=Households)
    workforce: Workforce = field(default_factory=Workforce)
    wellbeing: Feeling = field(default_factory=Feeling)
    truth: Truth = field(default_factory=Truth)
    senses: Senses = field(default_factory=Senses)
    belief: Belief = field(default_factory=Belief)
    schools: SchoolPractice = field(default_factory=SchoolPractice)
    general_practice: PracticeRates = field(default_factory=PracticeRates)
    health_visiting: VisitingRules = field(default_factory=VisitingRules)
    midwifery: MidwiferyRates = field(default_factory=MidwiferyRates)
    school_nursing: SchoolNursingRates = field(default_factory=SchoolNursingRates)
    hospital: HospitalRates = field(default_factory=HospitalRates)
    camhs: CamhsRates = field(default_factory=CamhsRates)
    centres: CentreRates = field(default_factory=CentreRates)
    early_help: EarlyHelpPractice = field(default_factory=EarlyHelpPractice)
    home_education: HomeEducationPractice = field(default_factory=HomeEducationPractice)
    housing: HousingRates = field(default_factory=HousingRates)
    visits: VisitRules = field(default_factory=VisitRules)
    thresholds: Thresholds = field(default_factory=Thresholds)
    asking: AskingPractice = field(default_factory=AskingPractice)
    sharing: SharingPractice = field(default_factory=SharingPractice)
    linking: Linking = field(default_factory=Linking)
    moving: Moving = field(default_factory=Moving)
    ties: TieNumbers = field(default_factory=TieNumbers)
    tie_movement: TieMovement = field(default_factory=TieMovement)
    formats: MeetingFormats = field(default_factory=MeetingFormats)
    doubts: ConsentDoubts = field(default_factory=ConsentDoubts)
    flags: FlagPractice = field(default_factory=FlagPractice)
    recording: RecordingPractice = field(default_factory=RecordingPractice)
    front_door: FrontDoorPractice = field(default_factory=FrontDoorPractice)
    casework: CaseworkPractice = field(default_factory=CaseworkPractice)
    ratings: RatingPractice = field(default_factory=RatingPractice)
    second_eyes: SecondEyesPractice = field(default_factory=SecondEyesPractice)
    assessment: AssessmentPractice = field(default_factory=AssessmentPractice)
    meetings: MeetingPractice = field(default_factory=MeetingPractice)
    conferences: ConferencePractice = field(default_factory=ConferencePractice)
    plans: PlanPractice = field(default_factory=PlanPractice)
    core_groups: CoreGroupPractice = field(default_factory=CoreGroupPractice)
    chronologies: ChronologyPractice = field(default_factory=ChronologyPractice)
    care: CarePractice = field(default_factory=CarePractice)
    police_protection: PoliceProtection = field(default_factory=PoliceProtection)


def with_values(parameters: Parameters, values: Mapping[str, float]) -> Parameters:
    """The same parameters with some numbers changed, by path (``truth.harm.prevalence``)."""
    for path, value in values.items():
        parameters = _set(parameters, path.split("."), lambda _, __, value=value: value)
    return parameters


def _set(group: Any, path: list[str], change: Callable[[float, Mapping[str, Any]], float]) -> Any:
    """``change`` makes the new number from the old one and what is known of it."""
    name, *rest = path
    old = getattr(group, name)
    about = type(group).__dataclass_fields__[name].metadata
    return replace(group, **{name: _set(old, rest, change) if rest else change(old, about)})


def localised(parameters: Parameters, area: Area) -> Parameters:
    """The parameters as they hold in an area: numbers that answer for its own sources of referrals and its own thresholds."""
    for name, by in zip(ADJUSTMENTS, area.adjustments, strict=True):
        paths, multiplies = ANSWER_FOR[name]
        for path in paths if by != (1.0 if multiplies else 0.0) else ():
            moved = partial(_within, by=by, multiplies=multiplies)
            parameters = _set(parameters, path.split("."), moved)
    return parameters


def _within(old: float, about: Mapping[str, Any], by: float, multiplies: bool) -> float:
    return min(max(old * by if multiplies else old + by, about["low"]), about["high"])


@dataclass(frozen=True)
class Scenario:
    """What a run needs to know.

    ``capacity_coupling`` off: minutes never run out, so one child cannot affect another. ``open_loop`` on: decisions cannot change
    later attempts or the truth. Both are for tests and explanations.
    """

    area: Area
    crisis: tuple[Change, ...] = ()
    plan: tuple[Change, ...] = ()
    crisis_name: str = "none"
    plan_name: str = "business_as_usual"
    severity: float = 1.0
    start: date = date(2019, 4, 1)
    end: date = date(2022, 3, 31)
    warm_up_days: int = 91
    seed: int = 1
    capacity_coupling: bool = True
    open_loop: bool = False
    parameters: Parameters = field(default_factory=Parameters)

    @cached_property
    def in_force(self) -> Parameters:
        """The parameters as they hold in this area."""
        return localised(self.parameters, self.area)

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ConfigError(f"end = {self.end}; expected a date after start = {self.start}")
        if not 0 <= self.warm_up_days <= 730:
            raise ConfigError(f"warm_up_days = {self.warm_up_days}; expected a whole number from 0 to 730 (days)")

    @property
    def first(self) -> date:
        """The first simulated day: ``warm_up_days`` before ``start``."""
        return self.start - timedelta(days=self.warm_up_days)

    @property
    def days(self) -> int:
        """Simulated days, warm-up included."""
        return (self.end - self.first).days + 1
