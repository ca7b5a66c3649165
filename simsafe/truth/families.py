"""Families' hidden side: what only nature, the door and the measures may read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.chance import PIECE, Chance
from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import Conditions
from simsafe.world.population import Families

NOBODY = np.empty(0, dtype=np.int64)
WILLING_SPREAD = 0.07  # standard deviation of willingness between families: assumed
LEAST_WILLING, MOST_WILLING = 0.3, 0.99  # share of tries at which a family opens, at least and at most: assumed
MOST_CONCEALED = 0.95  # share of signs that a family may hide when a visit was announced: assumed


@dataclass(frozen=True)
class Hidden(Checked):
    """How hidden traits and strain are distributed between families."""

    domestic_abuse: float = param(
        0.07, unit="share of families", source="A0737: 825,000 children in homes with domestic violence", low=0.03, high=0.12, grade="B"
    )
    parental_difficulty: float = param(
        0.1, unit="share of families", source="A0736, A0738: serious mental illness, substance use", low=0.05, high=0.2, grade="B"
    )
    trait_slope: float = param(0.2, unit="relative rise per quintile towards the most deprived", source="assumed", low=0, high=0.4)
    clustering: float = param(2.0, unit="ratio of parental difficulty where there is domestic abuse", source="SF063; A0739", low=1, high=4)
    strain_memory: float = param(0.96, unit="share of strain left after a week", source="assumed", low=0.8, high=0.995)
    strain_noise: float = param(0.16, unit="standard deviations a week", source="assumed", low=0.02, high=0.5)
    strain_deprivation: float = param(0.2, unit="sd per quintile towards the most deprived", source="assumed", low=0, high=0.6)
    strain_lone_parent: float = param(0.25, unit="sd", source="assumed", low=0, high=1)
    strain_overcrowding: float = param(0.25, unit="sd", source="assumed", low=0, high=1)
    strain_trait: float = param(0.5, unit="sd per domestic abuse or parental difficulty", source="assumed", low=0, high=1.5)
    strain_spread: float = param(0.5, unit="sd between families otherwise alike", source="assumed", low=0.1, high=1.5)
    susceptible: float = param(
        0.25,
        unit="share of families who bear most of a crisis",
        source="SK09: about 75 % consistently low symptoms",
        low=0.1,
        high=0.5,
        grade="B",
    )
    school_closure_strain: float = param(
        0.2, unit="sd when schools are wholly closed, susceptible families", source="assumed", low=0, high=1
    )
    early_help_relief: float = param(
        0.3, unit="sd by which early help in person lowers a family's strain", source="assumed; online less by IN03", low=0, high=1
    )
    reserve: float = param(1.0, unit="strain a family can carry before harm becomes likelier, mean", source="assumed; SF062", low=0, high=3)
    reserve_spread: float = param(0.5, unit="sd between families", source="assumed", low=0, high=1.5)
    willingness: float = param(
        0.9, unit="share of tries at which an average family opens the door", source="MO23: no access 10 %", low=0.75, high=0.97
    )
    willingness_not_white: float = param(
        0.0, unit="added to the share of tries at which a family that is not white opens", source="sweep: no difference by default",
        low=-0.2, high=0.1,
    )  # fmt: skip
    concealing: float = param(
        0.3, unit="share of signs of harm hidden when a visit was announced, mean", source="assumed; MO05", low=0, high=0.8
    )
    look_alike_cap: float = param(6.0, unit="times the mean", source="assumed; keeps candidate rates finite", low=3, high=10)
    look_alike_slope: float = param(
        0.15, unit="relative rise per quintile towards the most deprived", source="assumed; SG27", low=0, high=0.4
    )

    @property
    def look_alike_highest(self) -> float:
        """The most look-alike signs a family can give off, relative to the mean."""
        return self.look_alike_cap * (1 + 2 * self.look_alike_slope)


class HiddenFamilies:
    """The hidden columns, one entry a family; ``strain`` changes weekly and has this file as its one writer."""

    look_alike: np.ndarray  # float32: how often signs show that only look like harm, relative, mean about 1
    willing: np.ndarray  # float16: share of tries at which it opens the door
    conceals: np.ndarray  # float16: share of signs of harm hidden when a visit was announced
    reserve: np.ndarray  # float16: strain it can carry before harm becomes likelier, standard deviations
    susceptible: np.ndarray  # float16: what it bears of a crisis, relative: 0, or as much as makes the mean about 1
    usual_strain: np.ndarray  # float32: standard deviations, to which strain returns
    strain: np.ndarray  # float32: standard deviations, this week

    def __init__(self, families: Families, chance: Chance, how: Hidden) -> None:
        self.how, self.chance, self.key = how, chance, families.key
        poorer = 3.0 - families.deprivation
        tilt = np.clip(1 + how.trait_slope * poorer, 0, None)
        abuse = chance.ask(self.key, "domestic abuse") < how.domestic_abuse * tilt
        difficulty = chance.ask(self.key, "parental difficulty") < how.parental_difficulty * tilt * np.where(abuse, how.clustering, 1.0)
        self.domestic_abuse: np.ndarray = abuse  # bool
        self.parental_difficulty: np.ndarray = difficulty  # bool
        spread = np.minimum(-np.log1p(-chance.ask(self.key, "look-alike")), how.look_alike_cap)
        self.look_alike = (spread * np.clip(1 + how.look_alike_slope * poorer, 0, None)).astype(np.float32)
        willing = how.willingness + how.willingness_not_white * (families.ethnicity > 0)
        self.willing = np.clip(willing + WILLING_SPREAD * chance.bell(self.key, "willing"), LEAST_WILLING, MOST_WILLING).astype(np.float16)
        self.conceals = np.clip(how.concealing * 2 * chance.ask(self.key, "conceals"), 0, MOST_CONCEALED).astype(np.float16)
        self.reserve = (how.reserve + how.reserve_spread * chance.bell(self.key, "reserve")).astype(np.float16)
        susceptible = chance.ask(self.key, "susceptible") < how.susceptible * tilt
        self.susceptible = np.where(susceptible, 1 / how.susceptible, 0.0).astype(np.float16)
        usual = how.strain_deprivation * poorer + how.strain_lone_parent * families.lone_parent
        usual += how.strain_overcrowding * families.overcrowded + how.strain_trait * (abuse + difficulty.astype(float))
        self.usual_strain = (usual + how.strain_spread * chance.bell(self.key, "usual strain")).astype(np.float32)
        swing = how.strain_noise / np.sqrt(1 - how.strain_memory**2)
        self.strain = (self.usual_strain + swing * chance.bell(self.key, "first strain")).astype(np.float32)

    def live_a_week(
        self, week: int, now: Conditions, open_to_all: float, relieved: np.ndarray = NOBODY, relief: np.ndarray = NOBODY
    ) -> None:
        """Strain moves towards its mean, which a crisis shifts for those who bear it; ``open_to_all`` is the share of schools open.

        ``relieved`` are rows of families with early help, ``relief`` how much of it reaches each, 0 to 1.
        """
        how = self.how
        shift = np.float32(self.shift(now, open_to_all))
        for start in range(0, self.key.size, PIECE):
            part = slice(start, start + PIECE)
            target = self.usual_strain[part]
            if shift:
                target = target + shift * self.susceptible[part].astype(np.float32)
            noise = self.chance.bell(self.key[part], "strain", week).astype(np.float32)
            self.strain[part] += np.float32(1 - how.strain_memory) * (target - self.strain[part]) + np.float32(how.strain_noise) * noise
        self.strain[relieved] -= ((1 - how.strain_memory) * how.early_help_relief * relief).astype(np.float32)

    def shift(self, now: Conditions, open_to_all: float) -> float:
        """By how much the times shift the mean strain of an average family; 0 in ordinary times."""
        return now.strain_shift + self.how.school_closure_strain * (1 - open_to_all)

    def strain_of_the_times(self, families: np.ndarray, now: Conditions, open_to_all: float, cap: float) -> np.ndarray:
        """Strain above each family's usual, as far as the times account for it, 0 to ``cap``: none in ordinary times."""
        borne = np.minimum(self.shift(now, open_to_all) * self.susceptible[families].astype(np.float32), cap)
        return np.clip(self.strain[families] - self.usual_strain[families], 0, borne)

    def over_the_edge(self, families: np.ndarray, cap: float) -> np.ndarray:
        """Strain beyond what each family can carry, 0 to ``cap``."""
        edge = self.strain[families] - self.reserve[families].astype(np.float32)
        return np.minimum(np.maximum(edge, 0, out=edge), np.float32(cap), out=edge)

    def state(self) -> dict[str, np.ndarray]:
        """What changes, for saving."""
        return {"strain": self.strain.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put saved columns back."""
        self.strain[:] = state["strain"]
