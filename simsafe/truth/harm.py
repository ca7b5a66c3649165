"""Harm and need: how they begin, worsen and end. Read by nature, the door and the measures; by nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simsafe.ground.chance import Candidates, Chance, Happening
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import Table, positions
from simsafe.system.cases import Stage
from simsafe.system.events import RUNGS
from simsafe.truth.families import HiddenFamilies
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import Concern
from simsafe.world.population import ADULT, YEAR, World

NONE = -1
HOMES = np.arange(4 * 6)  # kinds of home: parental difficulty + 2 * domestic abuse + 4 * quintile of deprivation, from 1
EDGE_CAP = 2.5  # strain beyond reserve counts up to here, so that the ceiling of onset holds: assumed
AGE_MULTIPLIERS = np.array(
    [1.8, 1.1, 0.9, 1.0, 0.8]
)  # onset by age band, assumed; under-ones from PR08, shrunk: PR08 is of serious incidents
WITHOUT_ABUSE = np.cumsum([0.48, 0.30, 0.14, 0.08])  # neglect, emotional, physical, sexual: assumed, near plan categories A0534-A0538
ABUSE_IN_ABUSIVE = 0.5  # share of harm that is exposure to domestic abuse where there is domestic abuse: assumed
SEVERITIES = np.cumsum([0.55, 0.33])  # at onset, severity 1 and 2, the rest 3: assumed
NEED_SLOPE = 0.2  # relative rise of need per quintile towards the most deprived: assumed
NEED_WITH_DIFFICULTY, NEED_WITHOUT = 1.8, 0.92  # ratios of need with and without parental difficulty, mean about 1: assumed


@dataclass(frozen=True)
class Harm(Checked):
    """Rates of harm and need."""

    prevalence: float = param(
        0.05,
        unit="share of children harmed by a carer now, England, ordinary times",
        source="PR01; sweep, not identifiable",
        low=0.0,
        high=0.1,
        grade="B",
    )
    spell_years: float = param(2.5, unit="years, mean without intervention", source="PR07", low=0.5, high=6)
    onset_normaliser: float = param(
        fitted("onset_normaliser"),
        unit="mean onset multiplier in England",
        source="fitted so that prevalence is steady",
        low=0.2,
        high=20,
        grade="fitted",
    )
    onset_per_strain: float = param(0.7, unit="log hazard per sd of strain beyond reserve", source="assumed; SF062", low=0, high=1.5)
    onset_domestic_abuse: float = param(0.9, unit="log hazard", source="PR14 shrunk", low=0, high=1.6, grade="B")
    onset_parental_difficulty: float = param(0.7, unit="log hazard", source="PR15 shrunk", low=0, high=1.4, grade="B")
    history: float = param(
        2.0, unit="hazard ratio after earlier harm", source="PR10 shrunk: detected recurrence 3-8", low=1, high=6, grade="B"
    )
    exploitation_years: float = param(
        1.0, unit="years exploitation outside the family lasts, mean without intervention", source="assumed", low=0.2, high=3
    )
    worsening: float = param(0.25, unit="steps of severity a year", source="assumed", low=0, high=1)
    plan_effect: float = param(0.6, unit="hazard ratio under a protection plan", source="IN04, no causal estimate", low=0.3, high=1)
    in_need_effect: float = param(
        0.85, unit="hazard ratio under a child in need plan", source="assumed; IN01, IN02 shrunk", low=0.5, high=1
    )
    early_help_effect: float = param(0.8, unit="hazard ratio with early help in person", source="IN02", low=0.6, high=1, grade="C")
    online_ratio: float = param(0.6, unit="effect of early help online relative to in person", source="IN03", low=0.3, high=0.9, grade="C")
    care_ends: float = param(0.3, unit="chance a week that harm by the family ends once looked after", source="assumed", low=0, high=1)
    likely_ratio: float = param(
        3.0, unit="onset multiplier from which harm is called likely, relative to the mean", source="assumed", low=1.5, high=10
    )
    need_prevalence: float = param(0.04, unit="share of children in need without disability", source="assumed", low=0.01, high=0.1)
    need_years: float = param(1.0, unit="years, mean", source="assumed", low=0.2, high=4)
    disabled_in_need: float = param(
        0.006,
        unit="share of children whose disability needs social care, all of them known to be disabled",
        source="assumed",
        low=0.002,
        high=0.02,
    )


class HarmAndNeed:
    """True states, one entry a child, and the spells they belong to. This file is their one writer."""

    def __init__(self, world: World, families: HiddenFamilies, chance: Chance, how: Harm) -> None:
        self.how, self.chance, self.world, self.families = how, chance, world, families
        children = len(world.children)
        self.type = np.full(children, NONE, dtype=np.int8)  # Concern, or NONE
        self._harmed: np.ndarray | None = None  # rows of harmed children, once asked for
        self.severity = np.zeros(children, dtype=np.int8)  # 1..3 while harmed
        self.was_harmed = np.zeros(children, dtype=bool)
        in_need = how.disabled_in_need / max(world.disabled_share, how.disabled_in_need)  # of the disabled
        self.disabled = world.children.disabled & (chance.ask(world.children.key, "disabled in need") < in_need)
        self.in_need = self.disabled.copy()
        columns = {"child": "i4", "type": "i1", "severity": "i1", "onset": "i2", "end": "i2", "before": "i1"}
        # before: rungs of the ladder of detection reached before the run, bit k for RUNGS[k]
        self.spells = Table(columns)
        self.worsened = Table({"spell": "i4", "day": "i2"}, room=64)  # by one step of severity
        online = 1 - (1 - how.early_help_effect) * how.online_ratio
        # On the hazard, by Stage, then early help; the last is no help at all.
        self.effect = np.array([1.0, how.in_need_effect, how.plan_effect, 1.0, how.early_help_effect, online, 1.0])
        home = families.parental_difficulty + 2 * families.domestic_abuse + 4 * world.families.deprivation
        self.home = home.astype(np.uint8)[world.children.family]  # one a child: which of the kinds of home it lives in
        self.trait = self._trait_multiplier()
        top = how.history * np.exp(how.onset_per_strain * EDGE_CAP) * AGE_MULTIPLIERS.max() * DIALS["harm_incidence"].metadata["high"]
        tallest = np.exp(how.onset_domestic_abuse + how.onset_parental_difficulty)
        child = world.children.key
        self.onsets = Candidates(chance, child, "harm begins", self.base_rate * top, self.trait, self.home, tallest)
        tilts, tallest = self._need_tilt(), (1 + 2 * NEED_SLOPE) * NEED_WITH_DIFFICULTY
        self.needs = Candidates(chance, child, "need begins", self.need_rate, tilts, self.home, tallest)

    @cached_property
    def base_rate(self) -> float:
        """New harm per child-day before multipliers: what keeps ``prevalence`` steady, given the mean length of a spell."""
        how = self.how
        return how.prevalence / (1 - how.prevalence) / (how.spell_years * YEAR) / how.onset_normaliser

    def _trait_multiplier(self) -> np.ndarray:
        """By kind of home."""
        how = self.how
        log = how.onset_domestic_abuse * (HOMES // 2 % 2) + how.onset_parental_difficulty * (HOMES % 2)
        return np.exp(log).astype(np.float32)

    @cached_property
    def need_rate(self) -> float:
        """New need per child-day before families' tilts."""
        how = self.how
        return how.need_prevalence / (1 - how.need_prevalence) / (how.need_years * YEAR)

    def _need_tilt(self) -> np.ndarray:
        """How much likelier need is to begin, by kind of home."""
        poorer = np.clip(1 + NEED_SLOPE * (3.0 - HOMES // 4), 0.2, None)
        difficulty = np.where(HOMES % 2, NEED_WITH_DIFFICULTY, NEED_WITHOUT)
        return (poorer * difficulty).astype(np.float32)

    def multiplier(self, children: np.ndarray, day: int) -> np.ndarray:
        """How much likelier harm is to begin for each child than at the base rate, in ordinary times."""
        family = self.world.children.family[children]
        edge = self.families.over_the_edge(family, EDGE_CAP)
        age = AGE_MULTIPLIERS[self.world.children.age_band(day, children)]
        history = np.where(self.was_harmed[children], self.how.history, 1.0)
        return self.trait[self.home[children]] * np.exp(self.how.onset_per_strain * edge) * age * history

    def lay_down(self) -> None:
        """Who is harmed or in need on day 0, as the rates would have left it."""
        everyone = np.arange(self.type.size)
        age = -self.world.children.birth.astype(float)
        here = self.world.children.living_here(0)
        length = self.how.spell_years * YEAR
        rate = self.base_rate * self.multiplier(everyone, 0)
        key = self.world.children.key
        self.was_harmed = here & (self.chance.ask(key, "harmed before") < 1 - np.exp(-rate * np.maximum(age - length, 0)))
        rate = self.base_rate * self.multiplier(everyone, 0)
        steady = rate * length / (1 + rate * length) * (1 - np.exp(-np.maximum(age, 0) * (1 / length + rate)))
        harmed = positions(here & (self.chance.ask(key, "harmed at the start") < steady))
        past = np.minimum(-np.log1p(-self.chance.ask(key[harmed], "harmed since")) * length, age[harmed])
        self._begin(harmed, -past.astype(np.int16), self.chance.keys(key[harmed], "first spell"))
        need = self.need_rate * self._need_tilt()[self.home] * self.how.need_years * YEAR
        self.in_need |= here & (self.chance.ask(key, "in need at the start") < need / (1 + need))

    def live_a_day(self, day: int, now: Conditions, stage_of: np.ndarray) -> None:
        """Harm and need begin, worsen and end. ``stage_of`` says what help each child has; help acts on harm here only."""
        grown = self.harmed_rows[self.world.children.birth[self.harmed_rows] <= day - ADULT]
        if grown.size:
            self.end(grown, day)
        if day % 7 == 0:
            self._end_and_worsen(day, stage_of)
        new = self.onsets.on(day)
        if new.who.size:
            self._onset(new, day, now, stage_of)
        needy = self.needs.on(day).who
        if needy.size:
            self.in_need[needy[self.world.children.living_here(day, needy)]] = True

    def _onset(self, new: Happening, day: int, now: Conditions, stage_of: np.ndarray) -> None:
        """Harm begins for some of the day's candidates."""
        stage = stage_of[new.who]
        rate = self.base_rate * self.multiplier(new.who, day) * now.harm_incidence
        rate *= self.effect[stage]
        free = (self.type[new.who] == NONE) & (stage != Stage.LOOKED_AFTER) & self.world.children.living_here(day, new.who)
        begins = positions(free & self.onsets.happens(new, rate))
        if begins.size:
            who, first = np.unique(new.who[begins], return_index=True)
            self._begin(who, np.full(who.size, day, dtype=np.int16), new.key[begins][first])

    def _begin(self, who: np.ndarray, onset: np.ndarray, key: np.ndarray) -> None:
        """Start a spell for each: its type and severity follow from the spell's own key."""
        u = self.chance.ask(key, "type of harm")
        abusive = self.families.domestic_abuse[self.world.children.family[who]] & (
            self.chance.ask(key, "abuse witnessed") < ABUSE_IN_ABUSIVE
        )
        kind = np.searchsorted(WITHOUT_ABUSE[:-1], u, side="right")
        self.was_harmed[who] = True
        self._write(who, np.where(abusive, Concern.DOMESTIC_ABUSE, kind), onset, key)

    def begin_outside(self, who: np.ndarray, onset: np.ndarray, key: np.ndarray) -> None:
        """Start a spell of exploitation outside the family for each of these children, none of whom is harmed now."""
        self._write(who, np.full(who.size, Concern.EXPLOITATION), onset, key)

    def _write(self, who: np.ndarray, kind: np.ndarray, onset: np.ndarray, key: np.ndarray) -> None:
        self.type[who] = kind
        self.severity[who] = severity = 1 + np.searchsorted(SEVERITIES, self.chance.ask(key, "severity"), side="right")
        if self._harmed is not None:
            self._harmed = np.insert(self._harmed, np.searchsorted(self._harmed, who), who)
        self.spells.add(who.size, child=who, type=kind, severity=severity, onset=onset, end=NONE, before=0)

    def _end_and_worsen(self, day: int, stage_of: np.ndarray) -> None:
        """Once a week: harm ends or worsens, and need ends."""
        how, key = self.how, self.world.children.key
        harmed = self.harmed_rows
        u = self.chance.ask(key[harmed], "harm this week", day // 7)
        help_ = self.effect[stage_of[harmed]]
        outside = self.type[harmed] == Concern.EXPLOITATION
        years = np.where(outside, how.exploitation_years, how.spell_years)
        in_care = (stage_of[harmed] == Stage.LOOKED_AFTER) & ~outside
        end = np.where(in_care, how.care_ends, 7 / (years * YEAR) / help_)
        worse = harmed[(u > 1 - how.worsening * help_ * 7 / YEAR) & (self.severity[harmed] < 3)]
        self.severity[worse] += 1
        spell = self.spell_of(worse)
        self.spells["severity"][spell] = self.severity[worse]
        self.worsened.add(worse.size, spell=spell, day=day)
        self.end(harmed[u < end], day)
        needy = positions(self.in_need & ~self.disabled)
        over = self.chance.ask(key[needy], "need ends", day // 7) < 7 / (how.need_years * YEAR)
        self.in_need[needy[over]] = False

    def end(self, who: np.ndarray, day: int) -> None:
        """End the current spell of each of these harmed children."""
        self.spells["end"][self.spell_of(who)] = day
        self.type[who], self.severity[who] = NONE, 0
        if self._harmed is not None:
            self._harmed = self._harmed[self.type[self._harmed] >= 0]

    @property
    def harmed_rows(self) -> np.ndarray:
        """Rows of children harmed now."""
        if self._harmed is None:
            self._harmed = positions(self.type >= 0)
        return self._harmed

    def spell_of(self, who: np.ndarray) -> np.ndarray:
        """The row in ``spells`` of the current spell of each of these harmed children."""
        current = positions(self.spells["end"] == NONE)
        child = self.spells["child"][current]
        order = np.argsort(child)
        return current[order[np.searchsorted(child, who, sorter=order)]]

    def was_known(self, children: np.ndarray, rung: str) -> None:
        """The harm of these children, where there is any, had reached a rung of the ladder of detection before the run."""
        spells = self.spell_of(children[self.type[children] >= 0])
        self.spells["before"][spells] |= np.int8(1 << RUNGS.index(rung))

    def forget_rows(self) -> None:
        """Look for the harmed children anew: their types were changed from outside (only a test or a saved run does so)."""
        self._harmed = None

    def state_of(self, children: np.ndarray, day: int) -> np.ndarray:
        """int8 for each child: 0 harmed now, 1 likely to be harmed, 2 in need without harm, 3 neither."""
        likely = self.multiplier(children, day) > self.how.likely_ratio * self.how.onset_normaliser
        unharmed = np.where(likely, 1, np.where(self.in_need[children], 2, 3))
        return np.where(self.type[children] >= 0, 0, unharmed).astype(np.int8)

    def state(self) -> dict[str, np.ndarray]:
        """What changes, for saving."""
        kept = {n: getattr(self, n).copy() for n in ("type", "severity", "was_harmed", "in_need")}
        tables = {"spells": self.spells, "worsened": self.worsened}
        return kept | {f"{name}.{n}": c for name, table in tables.items() for n, c in table.state().items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved columns back."""
        for name in ("type", "severity", "was_harmed", "in_need"):
            getattr(self, name)[:] = state[name]
        self._harmed = None
        self.spells.restore({n.removeprefix("spells."): c for n, c in state.items() if n.startswith("spells.")})
        self.worsened.restore({n.removeprefix("worsened."): c for n, c in state.items() if n.startswith("worsened.")})
