"""Nature's rates as tables: what a rational reader is given, and nobody in the simulation has.

The one module outside the wall that imports from behind it, and it imports numbers only: rates, ratios and shares. No state of any
child or family is there to be had. What they mean is said where they stand (``truth/``, ``senses/``).

A child's harm is one of ``STATES``: never harmed, harmed before, and then six types times three severities. Its home is one of
``HOMES``: with or without domestic abuse, and without a parent in serious difficulty, with one, with one in treatment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from simsafe.scenario import Parameters
from simsafe.senses.door import BEFORE_BIRTH, SPEAKS_FROM
from simsafe.truth.call_outs import COULD_TELL, EDGE_CAP, OTHER_INCIDENTS_ABUSE
from simsafe.truth.exploitation import FROM_AGE, LOOK_BACK, PERSISTENT
from simsafe.truth.harm import ABUSE_IN_ABUSIVE, AGE_MULTIPLIERS, NEED_SLOPE, NEED_WITH_DIFFICULTY, NEED_WITHOUT, SEVERITIES, WITHOUT_ABUSE
from simsafe.truth.injuries import BY_SEVERITY
from simsafe.truth.nature import FALSE_LOOKS, FALSE_LOOKS_OLDER, LOOKS_TRUE, SEVERITY_FACTOR, VISIBLE
from simsafe.truth.past import LOOK_BACK as PAST_DAYS
from simsafe.truth.past import VISIT_EVERY, WORRY_OF_NEED
from simsafe.world.contact import AGENCIES, CONCERNS, DAYS_OF_EXPOSURE, TYPES, Concern, Mode
from simsafe.world.population import YEAR

__all__ = [
    "BEFORE_BIRTH", "COULD_TELL", "FROM_AGE", "LOOK_BACK", "OTHER_INCIDENTS_ABUSE", "PAST_DAYS", "PERSISTENT", "SPEAKS_FROM", "VISIT_EVERY",
    "WORRY_OF_NEED", "Laws",
]  # fmt: skip
SEVERITY_LEVELS = 3
NEVER, BEFORE = 0, 1  # states without harm
STATES = 2 + TYPES * SEVERITY_LEVELS
KIND = np.concatenate([[-1, -1], np.repeat(np.arange(TYPES), SEVERITY_LEVELS)])  # by state: type of harm
SEVERITY = np.concatenate([[0, 0], np.tile(np.arange(1, SEVERITY_LEVELS + 1), TYPES)])  # by state
ABUSE = np.array([0, 0, 0, 1, 1, 1])  # by home: domestic abuse
DIFFICULTY = np.array([0, 1, 1, 0, 1, 1])  # by home: a parent's serious difficulty
TREATED = np.array([0, 0, 1, 0, 0, 1])  # by home: and in treatment
HOMES = ABUSE.size
BINS = np.array([0.0, 0.4, 0.9, 1.5, 2.3, 3.4])  # of look-alike noise, lower ends: a signs-poor record tells no finer
SPREAD = np.linspace(-4, 4, 161)  # standard deviations, over which a normal curve is summed
CURVE = np.exp(-(SPREAD**2) / 2) / np.exp(-(SPREAD**2) / 2).sum()
LEVELS = np.linspace(-6, 10, 641)  # of mean strain less reserve, for which sums over the curve are made beforehand


@dataclass(frozen=True)
class Laws:
    """The rates of one scenario, ``p``, with all its hidden traits to be integrated over."""

    p: Parameters

    @cached_property
    def speaks(self) -> np.ndarray:
        """How strongly harm in each state speaks to each agency in person (agencies, states)."""
        return SEVERITY_FACTOR[SEVERITY] * np.where(KIND >= 0, VISIBLE[:, np.maximum(KIND, 0)], 0.0)

    @cached_property
    def looks_false(self) -> np.ndarray:
        """Apparent concern of a look-alike sign (2: under ten, ten or over; concerns)."""
        return np.stack([np.diff(np.concatenate([[0], f, [1]])) for f in (FALSE_LOOKS, FALSE_LOOKS_OLDER)])

    @cached_property
    def looks_true(self) -> np.ndarray:
        """Apparent concern of a sign of harm by its type (types, concerns)."""
        made = LOOKS_TRUE * np.eye(TYPES, CONCERNS)
        made[:, Concern.NEGLECT] += (1 - LOOKS_TRUE) * FALSE_LOOKS[0]
        made[:, Concern.EMOTIONAL] += (1 - LOOKS_TRUE) * (1 - FALSE_LOOKS[0])
        return made

    @cached_property
    def of_state(self) -> np.ndarray:
        """Apparent concern of a sign of harm by state (states, concerns)."""
        return self.looks_true[np.maximum(KIND, 0)] * (KIND >= 0)[:, None]

    @cached_property
    def per_day(self) -> np.ndarray:
        """Weak look-alike signs a day in sight, average child, by agency; 0 where no whole group is in sight."""
        weak, made = self.p.senses.nature.weak, np.zeros(AGENCIES)
        for agency, days in DAYS_OF_EXPOSURE.items():
            made[agency] = weak[agency] / days
        return made

    @cached_property
    def per_meeting(self) -> np.ndarray:
        """Weak look-alike signs a meeting, average child, in person, by agency."""
        worth = np.ones(AGENCIES)
        for agency, days in DAYS_OF_EXPOSURE.items():
            worth[agency] = self.p.senses.doors.call_at_the_door / days
        return self.p.senses.nature.weak * worth

    @cached_property
    def noise(self) -> tuple[np.ndarray, np.ndarray]:
        """Look-alike noise before deprivation: the mean of each of ``BINS``, and its share of families."""
        cap = self.p.truth.families.look_alike_cap
        low, high = BINS, np.append(BINS[1:], np.inf)
        share = np.exp(-low) - np.exp(-high)
        below = [np.minimum(np.linspace(a, min(b, a + 40), 20_001), cap) for a, b in zip(low, high, strict=True)]
        weight = [np.exp(-(np.linspace(a, min(b, a + 40), 20_001) - a)) for a, b in zip(low, high, strict=True)]
        mean = np.array([(x * w).sum() / w.sum() for x, w in zip(below, weight, strict=True)])
        return mean, share

    # ---- strain ---------------------------------------------------------------------------------------------------------------

    def strain_mean(self, deprivation: np.ndarray, lone: np.ndarray, crowded: np.ndarray) -> np.ndarray:
        """Mean strain less reserve in ordinary times (homes, children), standard deviations."""
        f = self.p.truth.families
        public = f.strain_deprivation * (3.0 - deprivation) + f.strain_lone_parent * lone + f.strain_overcrowding * crowded
        return public[None] + f.strain_trait * (ABUSE + DIFFICULTY)[:, None] - f.reserve

    @cached_property
    def strain_spread(self) -> float:
        """Standard deviation of strain less reserve among families otherwise alike."""
        f = self.p.truth.families
        return float(np.sqrt(f.strain_spread**2 + f.strain_noise**2 / (1 - f.strain_memory**2) + f.reserve_spread**2))

    def over_the_edge(self, mean: np.ndarray, slope: float) -> np.ndarray:
        """Expected exp(slope * strain beyond reserve), given the mean of strain less reserve."""
        return np.interp(mean, LEVELS, _summed(self.strain_spread, slope))

    def edge_quantiles(self, mean: np.ndarray) -> np.ndarray:
        """Strain beyond reserve at every point of ``SPREAD``, added as a last axis; ``CURVE`` has their weights."""
        return np.clip(mean[..., None] + self.strain_spread * SPREAD, 0, EDGE_CAP)

    # ---- harm and need --------------------------------------------------------------------------------------------------------

    @cached_property
    def onset_a_day(self) -> float:
        """New harm a day before multipliers, as in ``truth/harm.py``."""
        h = self.p.truth.harm
        return h.prevalence / (1 - h.prevalence) / (h.spell_years * YEAR) / h.onset_normaliser

    @cached_property
    def trait(self) -> np.ndarray:
        """How much likelier harm is to begin by home."""
        h = self.p.truth.harm
        return np.exp(h.onset_domestic_abuse * ABUSE + h.onset_parental_difficulty * DIFFICULTY)

    age_multipliers = AGE_MULTIPLIERS

    @cached_property
    def begins_as(self) -> np.ndarray:
        """In which state new harm by the family begins, by home (homes, states)."""
        kinds = np.append(np.diff(np.concatenate([[0], WITHOUT_ABUSE[:-1], [1]])), [0.0, 0.0])
        abused = (1 - ABUSE_IN_ABUSIVE) * kinds + ABUSE_IN_ABUSIVE * np.eye(TYPES)[Concern.DOMESTIC_ABUSE]
        by_home = np.where(ABUSE[:, None] > 0, abused, kinds)
        return np.concatenate([np.zeros((HOMES, 2)), (by_home[:, :, None] * self.severities).reshape(HOMES, -1)], axis=1)

    @cached_property
    def exploited_as(self) -> np.ndarray:
        """In which state exploitation begins (states)."""
        return np.concatenate([[0, 0], (np.eye(TYPES)[Concern.EXPLOITATION][:, None] * self.severities).reshape(-1)])

    @cached_property
    def severities(self) -> np.ndarray:
        """Shares of new harm by severity."""
        return np.diff(np.concatenate([[0], SEVERITIES, [1]]))

    @cached_property
    def help_effect(self) -> np.ndarray:
        """On hazards, by stage of the case, then early help in person and online; the last is no help."""
        h = self.p.truth.harm
        online = 1 - (1 - h.early_help_effect) * h.online_ratio
        return np.array([1.0, h.in_need_effect, h.plan_effect, 1.0, h.early_help_effect, online, 1.0])

    def need_a_day(self, deprivation: np.ndarray) -> np.ndarray:
        """New need a day (homes, children)."""
        h = self.p.truth.harm
        rate = h.need_prevalence / (1 - h.need_prevalence) / (h.need_years * YEAR)
        poorer = np.clip(1 + NEED_SLOPE * (3.0 - deprivation), 0.2, None)
        return rate * np.where(DIFFICULTY, NEED_WITH_DIFFICULTY, NEED_WITHOUT)[:, None] * poorer[None]

    def homes(self, deprivation: np.ndarray) -> np.ndarray:
        """Share of families in each kind of home (homes, children)."""
        f = self.p.truth.families
        tilt = np.clip(1 + f.trait_slope * (3.0 - deprivation), 0, None)
        abuse = np.minimum(f.domestic_abuse * tilt, 1)
        made = []
        for has, difficult, treated in zip(ABUSE, DIFFICULTY, TREATED, strict=True):
            hard = np.minimum(f.parental_difficulty * tilt * (f.clustering if has else 1.0), 1)
            patient = self.p.truth.calls.patients.treated
            share = (hard * (patient if treated else 1 - patient)) if difficult else 1 - hard
            made.append((abuse if has else 1 - abuse) * share)
        return np.stack(made)

    @cached_property
    def injuries_a_day(self) -> np.ndarray:
        """Injuries a day that a doctor takes for what they are, by state, when everybody goes to hospital."""
        i = self.p.truth.calls.injuries
        return i.injuries / YEAR * i.told_apart * BY_SEVERITY[SEVERITY] * (Concern.PHYSICAL == KIND)

    def told(self, mode: np.ndarray) -> np.ndarray:
        """Meaning by mode, before age and language."""
        return self.p.senses.nature.told[mode]


@cache
def _summed(spread: float, slope: float) -> np.ndarray:
    """Expected exp(slope * strain beyond reserve) at each of ``LEVELS``."""
    return np.exp(slope * np.clip(LEVELS[:, None] + spread * SPREAD, 0, EDGE_CAP)) @ CURVE


def by_call(mode: np.ndarray) -> np.ndarray:
    """bool: by video or telephone."""
    return (mode == Mode.VIDEO) | (mode == Mode.PHONE)
