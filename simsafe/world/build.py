"""From an area's published profile to its children, families and services."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.area import Area
from simsafe.world.education import EducationRates, Pathways
from simsafe.world.households import Diversity, ethnicity_of, male_carer_of
from simsafe.world.population import ADULT, PREGNANCY, YEAR, Children, Families, World

NEVER = 32767  # an age in days no child reaches
SPARE = 1.15  # families drawn for each that is needed, so that there are enough
SHORTEST_GAP = 0.9  # years between siblings at least: assumed
CROWDED_SLOPE = 0.3  # relative rise of overcrowding per quintile towards the most deprived: assumed
ABSENCE_COMMON, ABSENCE_SLOPE, MOST_ABSENT = 0.3, 0.15, 0.9  # of absence: share alike for all, rise per quintile, at most: assumed
# How far families' places may be from the school, practice or visitor nearest, as a share of the area: assumed.
NEAR_PRIMARY, NEAR_SECONDARY, NEAR_PRACTICE, NEAR_VISITOR = 0.1, 0.3, 0.2, 0.05


@dataclass(frozen=True)
class Households(Checked):
    """How families are made where no figures by area exist."""

    one_child: float = param(0.45, unit="share of families", source="UK 2012, ONS as reported (GAPS)", low=0.2, high=0.7, grade="C")
    two_children: float = param(0.41, unit="share of families", source="UK 2012, ONS as reported (GAPS)", low=0.2, high=0.6, grade="C")
    three_children: float = param(0.11, unit="share of families", source="UK 2012, ONS as reported (GAPS)", low=0.03, high=0.3, grade="C")
    sibling_gap: float = param(2.9, unit="years between siblings, mean", source="assumed (GAPS: 2-3 years)", low=1.5, high=5)
    sibling_gap_spread: float = param(0.8, unit="years, standard deviation", source="assumed", low=0.1, high=1.5)
    births_2020: float = param(0.959, unit="births relative to 2019", source="ONS: 613,936 / 640,370", low=0.8, high=1.2, grade="A")
    births_2021: float = param(0.976, unit="births relative to 2019", source="ONS: 624,828 / 640,370", low=0.8, high=1.2, grade="A")
    lone_parent: float = param(0.223, unit="share of families", source="UK 2019, ONS as reported (GAPS)", low=0.1, high=0.4, grade="C")
    lone_parent_slope: float = param(0.055, unit="added share per quintile towards the most deprived", source="assumed", low=0, high=0.1)
    overcrowding_of_families: float = param(2.0, unit="ratio, families with children to all households", source="assumed", low=1, high=4)
    key_worker: float = param(0.2, unit="share of families with a school place as key workers", source="assumed", low=0, high=0.5)
    no_internet: float = param(
        0.08, unit="share of families", source="SK10: Ofcom 11 % March 2020, 6 % 2021", low=0.06, high=0.11, grade="A"
    )
    phone_only: float = param(0.04, unit="share of families", source="Ofcom 2021: mobile only", low=0.02, high=0.08, grade="A")
    shared_device: float = param(0.18, unit="share of families", source="SK11: no consistent device 17-20 %", low=0.1, high=0.3, grade="A")
    digital_slope: float = param(
        0.25,
        unit="relative rise in poor access per quintile towards the most deprived",
        source="A0690: 35 % to 11 %",
        low=0,
        high=0.5,
        grade="A",
    )
    two_year_olds_in_setting: float = param(0.4, unit="share", source="assumed", low=0.1, high=0.8)
    three_year_olds_in_setting: float = param(0.93, unit="share", source="assumed", low=0.6, high=1)
    with_childminder: float = param(0.12, unit="share of children in a setting", source="assumed", low=0.03, high=0.3)
    stays_on: float = param(0.85, unit="share aged 16-17 in school or college", source="assumed", low=0.5, high=1)
    people_per_child: float = param(
        4.77, unit="residents per child", source="ONS mid-2019: 56.29 / 11.79 million", low=3, high=8, grade="A"
    )
    people_per_practice: float = param(8200, unit="residents", source="GAPS; NHS Digital list size 8,727", low=4000, high=15000, grade="A")
    children_per_visitor: float = param(467, unit="children 0-4 per health visitor", source="GAPS; QU08", low=250, high=750, grade="A")
    front_door_share: float = param(0.065, unit="front-door workers per social worker in post", source="assumed", low=0.01, high=0.2)
    school_size_spread: float = param(0.5, unit="coefficient of variation", source="assumed (GAPS)", low=0, high=1)
    education: EducationRates = field(default_factory=EducationRates)
    diversity: Diversity = field(default_factory=Diversity)


def build_world(area: Area, chance: Chance, days: int, how: Households) -> World:
    """Children and families with the area's ages, deprivation, schools and services.

    ``area.children`` children are under 18 on day 0; those to be born in the following ``days``, or expected when these end, have rows as
    well.
    """
    family, birth = _families_and_births(area, chance, days, how)
    count = int(family[-1]) + 1
    key = chance.keys(np.arange(count, dtype=np.uint64), "family")
    slot = np.arange(family.size) - np.searchsorted(family, np.arange(count))[family]
    child_key = chance.keys(key[family] + slot.astype(np.uint64), "child")
    place = _place(area, chance, key)
    families = _families(area, chance, key, place, family, how)
    children = _children(area, chance, child_key, birth, family, families, how)
    primaries = max(1, area.schools_primary + area.schools_allthrough)
    schools = primaries + max(1, area.schools_secondary + area.schools_allthrough) + area.schools_special + 1
    return World(
        children=children,
        families=families,
        members=None,
        primaries=primaries,
        schools=schools,
        pathways=_pathways(area, chance, how),
        disabled_share=how.diversity.disabled_share(area.ehcp_share),
        practices=_practices(area, how),
        visitors=_visitors(area, how),
        social_workers=max(1, round(area.sw_case_holders_fte)),
        front_door_workers=max(1, round(area.sw_fte * how.front_door_share)),
    )


def _births_by_time(area: Area, days: int, how: Households) -> tuple[np.ndarray, np.ndarray]:
    """Expected births before each of some days: (days, cumulative births), by age band and then by the national trend."""
    edges = -np.array([18, 16, 10, 5, 1, 0]) * YEAR
    counts = np.array(area.children_by_band[::-1], dtype=float)
    a_day = counts[-1] / YEAR
    later = [days / 3, days * 2 / 3, days + PREGNANCY]  # midwives meet those who are expected when the run ends
    rates = [a_day, a_day * how.births_2020, a_day * how.births_2021]
    steps = np.diff([0.0, *later]) * rates
    return np.concatenate([edges, later]), np.concatenate([[0.0], np.cumsum(np.concatenate([counts, steps]))])


def _families_and_births(area: Area, chance: Chance, days: int, how: Households) -> tuple[np.ndarray, np.ndarray]:
    """Family number and day of birth of every child, families in order, the eldest first.

    Positions along the axis of expected births are uniform for eldest children, and siblings follow at their gaps, so every
    stretch of the axis is equally filled and the age bands are met; the day is read off the axis.
    """
    times, cumulative = _births_by_time(area, days, how)
    total, per_day = cumulative[-1], cumulative[-1] / (times[-1] - times[0])
    sizes = np.cumsum([how.one_child, how.two_children, how.three_children])
    mean_size = 1 + (1 - sizes).sum()
    before = 3 * (how.sibling_gap + 3 * how.sibling_gap_spread) * YEAR * per_day
    count = int(SPARE * (total + before) / mean_size) + 50
    key = chance.keys(np.arange(count, dtype=np.uint64), "family")
    size = 1 + np.searchsorted(sizes, chance.ask(key, "family size"), side="right")
    position = chance.ask(key, "eldest child") * (total + before) - before
    positions = np.empty((count, 4))
    for slot in range(4):
        positions[:, slot] = position
        gap = how.sibling_gap + how.sibling_gap_spread * chance.bell(key, "sibling gap", slot)
        position = position + np.maximum(gap, SHORTEST_GAP) * YEAR * per_day
    there = (positions >= 0) & (positions < total) & (np.arange(4) < size[:, None])
    family = np.nonzero(there)[0]
    birth = np.floor(np.interp(positions[there], cumulative, times)).astype(np.int32)
    already = (birth <= 0) & (birth > -ADULT)
    wanted = np.cumsum(already)
    keep = wanted <= area.children
    if wanted[-1] < area.children:
        raise ValueError(f"only {wanted[-1]} children made of {area.children}")
    family, birth = family[keep], birth[keep]
    family = np.cumsum(np.concatenate([[0], np.diff(family) > 0])).astype(np.int32)
    return family, birth.astype(np.int16)


def _place(area: Area, chance: Chance, key: np.ndarray) -> np.ndarray:
    """Each family's place in the area, in [0, 1), from its most to its least deprived streets."""
    return chance.ask(key, "place")


def _near(place: np.ndarray, chance: Chance, key: np.ndarray, question: str, weights: np.ndarray, blur: float) -> np.ndarray:
    """Which of several services, each serving a stretch of places as long as its weight, a family goes to."""
    somewhere = place + blur * (chance.ask(key, question) - 0.5)
    somewhere = np.abs(somewhere)
    somewhere = np.where(somewhere >= 1, 2 - somewhere, somewhere)
    edges = np.cumsum(weights / weights.sum())[:-1]
    return np.searchsorted(edges, somewhere, side="right").astype(np.int16)


def _sizes(chance: Chance, question: str, count: int, spread: float) -> np.ndarray:
    """Relative sizes of ``count`` services: lognormal in shape with that coefficient of variation."""
    sigma = np.sqrt(np.log1p(spread**2))
    return np.exp(sigma * chance.bell(np.arange(count, dtype=np.uint64), question))


def _pathways(area: Area, chance: Chance, how: Households) -> Pathways:
    """Ways through school, with the area's share of pupils with a plan who go to a special school."""
    special = area.pupils_special / max(1, area.pupils_primary + area.pupils_secondary + area.pupils_special)
    of_ehcp = min(1.0, special / area.ehcp_share) if area.schools_special and area.ehcp_share else 0.0
    return Pathways(chance, how.education, of_ehcp, area.schools_special)


def _practices(area: Area, how: Households) -> int:
    return max(1, round(area.children * how.people_per_child / how.people_per_practice))


def _visitors(area: Area, how: Households) -> int:
    return max(1, round((area.children_by_band[0] + area.children_by_band[1]) / how.children_per_visitor))


def _families(area: Area, chance: Chance, key: np.ndarray, place: np.ndarray, family: np.ndarray, how: Households) -> Families:
    """What anyone could know of each family."""
    count = key.size
    deprivation = (1 + np.searchsorted(np.cumsum(area.deprivation)[:-1], place, side="right")).astype(np.int8)
    poorer = 3.0 - deprivation  # 2 in the most deprived fifth of the nation .. -2
    lone = chance.ask(key, "lone parent") < how.lone_parent + how.lone_parent_slope * poorer
    crowd = area.overcrowded_share * how.overcrowding_of_families * (1 + CROWDED_SLOPE * poorer)
    poor_access = np.clip(1 + how.digital_slope * poorer, 0, None)
    u = chance.ask(key, "digital access")
    edges = np.cumsum([how.no_internet, how.phone_only, how.shared_device])
    digital = np.zeros(count, dtype=np.int8)  # no internet, then phone only, then a shared device, then adequate (Digital)
    for edge in edges:
        digital += u >= edge * poor_access
    primaries = max(1, area.schools_primary + area.schools_allthrough)
    secondaries = max(1, area.schools_secondary + area.schools_allthrough)
    first = np.searchsorted(family, np.arange(count))
    additional = chance.ask(key, "language") < area.eal_share
    primary_sizes = _sizes(chance, "size of primary school", primaries, how.school_size_spread)
    secondary_sizes = _sizes(chance, "size of secondary school", secondaries, how.school_size_spread)
    return Families(
        key=key,
        deprivation=deprivation,
        lone_parent=lone,
        overcrowded=chance.ask(key, "overcrowded") < crowd,
        key_worker=chance.ask(key, "key worker") < how.key_worker,
        english_additional=additional,
        interpreter=additional & (chance.ask(key, "interpreter") < how.diversity.needs_interpreter),
        ethnicity=ethnicity_of(chance, key, additional, how.diversity),
        male_carer=male_carer_of(chance, key, lone, how.diversity),
        digital=digital,
        primary=_near(place, chance, key, "primary school", primary_sizes, NEAR_PRIMARY),
        secondary=(primaries + _near(place, chance, key, "secondary school", secondary_sizes, NEAR_SECONDARY)).astype(np.int16),
        practice=_near(place, chance, key, "practice", np.ones(_practices(area, how)), NEAR_PRACTICE),
        visitor=_near(place, chance, key, "health visitor", np.ones(_visitors(area, how)), NEAR_VISITOR),
        first=first.astype(np.int32),
        size=np.bincount(family, minlength=count).astype(np.int8),
    )


def _children(
    area: Area, chance: Chance, key: np.ndarray, birth: np.ndarray, family: np.ndarray, families: Families, how: Households
) -> Children:
    """What anyone could know of each child."""
    poorer = 3.0 - families.deprivation[family]
    u = chance.ask(key, "nursery")
    setting_from = np.full(key.size, NEVER, dtype=np.int16)
    setting_from[u < how.three_year_olds_in_setting] = int(3 * YEAR)
    setting_from[u < how.two_year_olds_in_setting] = int(2 * YEAR)
    usual = (area.absence_primary * area.pupils_primary + area.absence_secondary * area.pupils_secondary) / max(
        1, area.pupils_primary + area.pupils_secondary
    )
    spread = np.minimum(-np.log1p(-chance.ask(key, "absence")), 6)  # exponential: a few miss much
    absence = np.clip(usual * (ABSENCE_COMMON + (1 - ABSENCE_COMMON) * spread) * (1 + ABSENCE_SLOPE * poorer), 0, MOST_ABSENT)
    ehcp = chance.ask(key, "ehcp") < area.ehcp_share
    disabled = chance.ask(key, "disabled") < np.where(ehcp, how.diversity.disabled_with_plan, how.diversity.disabled_without)
    return Children(
        id=np.arange(key.size, dtype=np.int32),
        key=key,
        birth=birth,
        family=family,
        ehcp=ehcp,
        disabled=disabled,
        stays_on=chance.ask(key, "stays on") < how.stays_on,
        setting_from=setting_from,
        minded=chance.ask(key, "childminder") < how.with_childminder,
        absence=absence.astype(np.float16),
    )
