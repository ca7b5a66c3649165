"""What simsafe knows of one area, and how that changes with its size.

Figures are those of the years to March 2020 (workforce September 2019): ordinary times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

import numpy as np

from simsafe.ground.parameter import ConfigError, check_number
from simsafe.world.area.one_row import show

SMALLEST, LARGEST = 500, 2_000_000  # children in an area that is simulated
BANDS = ("children_u1", "children_1_4", "children_5_9", "children_10_15", "children_16_17")
QUINTILES = tuple(f"child_imd_q{q}_pct" for q in range(1, 6))
DURATIONS = tuple(f"cin_open_{d}_pct_mean3" for d in ("lt3m", "3_6m", "6_12m", "1_2y", "2yplus"))


def cell(*columns: str, unit: str, high: float, low: float = 0, per: float = 1, service: bool = False, count: bool = False) -> Any:
    """A field of :class:`Area`: its columns in ``areas.csv``, what to divide them by, its unit and range (of each part).

    ``service`` marks the figures of children's services, small numbers of which are withheld; ``count`` those that grow with the area.
    """
    meta = {"columns": columns, "unit": unit, "low": low, "high": high, "per": per, "service": service, "count": count}
    return field(metadata=meta)


def share(*columns: str, of: str, high: float = 1, service: bool = False) -> Any:
    """A share, printed per cent in ``areas.csv``."""
    return cell(*columns, unit=f"share of {of}", high=high, per=100, service=service)


def rate(column: str, of: str, high: float) -> Any:
    """A rate of children's services per 10,000 children."""
    return cell(column, unit=f"{of} per 10,000 children", high=high, service=True)


NOT_READ = {  # checked, and read by no part of the model
    **dict.fromkeys(
        (
            "referral_rate",
            "source_school",
            "source_health",
            "source_police",
            "s47_rate",
            "plan_start_rate",
            "sw_caseload",
        ),
        "an outcome to hold a run against",
    ),
    "rural_share": "not simulated yet",
}

# How an area differs from England beside its children: times as many signs from schools, health, police and others; nats on thresholds.
ADJUSTMENTS = ("schools", "health", "police", "others", "strategy", "conference", "plan")
NEUTRAL = (1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Area:
    """The profile of one area. Sources of each column: ``published/areas_dictionary.csv``.

    Raises
    ------
    ConfigError
        One line naming the field, the value and what is allowed.
    """

    slug: str  # short name, a-z 0-9 -
    name: str  # as the Department for Education prints it
    region: str
    area_type: str  # county, unitary, metropolitan district, inner or outer London borough, country
    children: int = cell("children_mid2019", unit="children aged 0-17, mid-2019, rebased", low=1, high=20_000_000, count=True)
    children_by_band: tuple[int, ...] = cell(*BANDS, unit="children under 1, 1-4, 5-9, 10-15, 16-17", high=20_000_000, count=True)
    deprivation: tuple[float, ...] = share(*QUINTILES, of="children in national IMD quintiles 1 (most deprived) to 5")
    overcrowded_share: float = share("overcrowded_pct_2021", of="all households short of a bedroom, 2021")
    rural_share: float = share("child_rural_pct", of="children living in rural places")
    eal_share: float = share("eal_pct_2020", of="state pupils with a first language other than English")
    ehcp_share: float = share("ehcp_pct_2020", of="pupils with an education, health and care plan")
    schools_primary: int = cell("schools_primary_2019", unit="state primary schools", high=50_000, count=True)
    schools_secondary: int = cell("schools_secondary_2019", unit="state secondary schools", high=50_000, count=True)
    schools_allthrough: int = cell("schools_allthrough_2019", unit="state schools with both phases", high=50_000, count=True)
    schools_special: int = cell("schools_special_2019", unit="state special schools", high=50_000, count=True)
    pupils_primary: int = cell("pupils_primary_2019", unit="pupils, reception to year 6", high=20_000_000, count=True)
    pupils_secondary: int = cell("pupils_secondary_2019", unit="pupils, years 7 to 11", high=20_000_000, count=True)
    pupils_special: int = cell("pupils_special_2019", unit="pupils of special schools", high=20_000_000, count=True)
    absence_primary: float = share("absence_primary_pct_2019", of="sessions missed, 2018-19", high=0.5)
    absence_secondary: float = share("absence_secondary_pct_2019", of="sessions missed, 2018-19", high=0.5)
    # Children's services: means of the years to March 2018, 2019 and 2020, doubtful years left out
    referral_rate: float = rate("referral_rate_mean3", "referrals a year", 5000)
    source_school: float = share("src_school_pct_mean3", of="referrals, from schools", service=True)
    source_health: float = share("src_health_pct_mean3", of="referrals, from health services", service=True)
    source_police: float = share("src_police_pct_mean3", of="referrals, from the police", service=True)
    s47_rate: float = rate("s47_rate_mean3", "section 47 enquiries a year", 3000)
    conference_rate: float = rate("icpc_rate_mean3", "initial child protection conferences a year", 2000)
    plan_start_rate: float = rate("cpp_start_rate_mean3", "child protection plans starting a year", 2000)
    # Open at 31 March 2020
    cpp_rate: float = rate("cpp_rate_2020", "children on a child protection plan", 2000)
    cin_rate: float = rate("cin_rate_2020", "children in need, those on plans and looked after included", 5000)
    cla_rate: float = rate("cla_rate_2020", "children looked after", 2000)
    cin_durations: tuple[float, ...] = share(*DURATIONS, of="children in need, open < 3, 3-6, 6-12, 12-24 and > 24 months", service=True)
    # Workforce at 30 September 2019
    sw_fte: float = cell("sw_fte_2019", unit="child and family social workers in post, FTE", high=100_000, service=True, count=True)
    sw_case_holders_fte: float = cell(
        "sw_case_holders_fte_2019", unit="case holders, agency included, FTE", high=100_000, service=True, count=True
    )
    sw_caseload: float = cell("sw_caseload_2019", unit="cases per FTE case holder", low=1, high=100, service=True)
    sw_vacancy: float = share("sw_vacancy_pct_2019", of="posts vacant", service=True)
    sw_turnover: float = share("sw_turnover_pct_2019", of="workers leaving in a year", high=2, service=True)
    sw_agency: float = share("sw_agency_pct_2019", of="workers from agencies", service=True)
    sw_absence: float = share("sw_absence_pct_2019", of="working days lost to sickness", high=0.5, service=True)
    adjustments: tuple[float, ...] = NEUTRAL  # fitted to its own figures (``adjustments.csv``), in the order of ADJUSTMENTS
    assumed: tuple[str, ...] = ()  # fields that are England's because a cell is missing, or shrunk towards England's

    def __post_init__(self) -> None:
        for f in MEASURES:
            checked = check_value(f"Area.{f.name}", f, getattr(self, f.name))
            object.__setattr__(self, f.name, checked)
        if sum(self.children_by_band) != self.children:
            raise ConfigError(f"Area.children_by_band adds to {sum(self.children_by_band)}; expected {self.children}, the children")
        for name in ("deprivation", "cin_durations"):
            if abs(sum(getattr(self, name)) - 1) > 1e-6:
                raise ConfigError(f"Area.{name} adds to {sum(getattr(self, name)):g}; expected 1")
        known = self.source_school + self.source_health + self.source_police
        if known > 1:
            raise ConfigError(f"source_school + source_health + source_police = {known:g}; expected at most 1; give all three or none")

    def scaled(self, children: int) -> Area:
        """The same profile with this many children; ConfigError when that is not a whole number from 500 to 2,000,000."""
        return self.resized(check_number("children", children, int, SMALLEST, LARGEST, "children of the area"))

    def resized(self, children: int) -> Area:
        """The same profile at any size: shares and rates stay, counts keep their ratio to children.

        A kind of school that the area has keeps at least one, so that its pupils have somewhere to go; an all-through school only
        where it is the area's one primary or secondary.
        """
        made: dict[str, Any] = {}
        for f in MEASURES:
            value = getattr(self, f.name)
            if f.metadata["count"] and not isinstance(value, tuple):
                made[f.name] = rescaled(value, children / self.children)
        needed = ["schools_primary", "schools_secondary", "schools_special"]
        needed += ["schools_allthrough"] if not (self.schools_primary and self.schools_secondary) else []
        made |= {name: max(made[name], 1) for name in needed if getattr(self, name)}
        made |= {"children": children, "children_by_band": apportion(self.children_by_band, children)}
        return replace(self, **made)


MEASURES: tuple[Field, ...] = tuple(f for f in fields(Area) if f.metadata)


def check_value(key: str, f: Field, value: Any) -> Any:
    """The value of a field, or each part of it, as a plain number in range; ConfigError in one line when it is not."""
    wanted, meta = int if "int" in str(f.type) else float, f.metadata
    many = isinstance(value, tuple | list)
    if many != (len(meta["columns"]) > 1) or (many and len(value) != len(meta["columns"])):
        raise ConfigError(f"{key} = {show(value)}; expected {len(meta['columns'])} number(s) ({meta['unit']})")
    plain = [part.item() if isinstance(part, np.generic) else part for part in (value if many else (value,))]
    checked = tuple(check_number(key, part, wanted, meta["low"], meta["high"], meta["unit"]) for part in plain)
    return checked if many else checked[0]


def rescaled(count: float, ratio: float) -> float:
    """A count times a ratio: heads stay whole numbers, full-time equivalents need not."""
    return round(count * ratio) if isinstance(count, int) else count * ratio


def apportion(parts: Iterable[float], total: int) -> tuple[int, ...]:
    """Whole numbers in the proportions of ``parts`` that add to ``total``, by largest remainder."""
    weights = np.array(list(parts), dtype=float)
    exact = weights / weights.sum() * total
    whole = np.floor(exact + 1e-9).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return tuple(int(n) for n in whole)
