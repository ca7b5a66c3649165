"""Who families are, where no figures by area exist: ethnicity and language, male carers, disability. Harm is equal by all of the first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param

ETHNICITIES = ("white", "asian", "black", "mixed", "other")
# Shares of groups other than white among the families that are not white: near the schools census of January 2020, from memory.
NOT_WHITE = np.cumsum([0.46, 0.23, 0.22])


class MaleCarer(IntEnum):
    """Whether a man cares for the children of a family, and whether services have written down who he is."""

    NONE = 0
    RECORDED = 1
    UNRECORDED = 2


@dataclass(frozen=True)
class Diversity(Checked):
    """National shares, applied to every area; ethnicity follows the area's languages."""

    not_white_additional: float = param(
        0.65, unit="share of families not white, English an additional language", source="assumed: with the next, a quarter of pupils",
        low=0.3, high=0.9,
    )  # fmt: skip
    not_white_english: float = param(
        0.16, unit="share of families not white, English the first language", source="assumed", low=0.02, high=0.4
    )
    needs_interpreter: float = param(
        0.2, unit="share of families with English as an additional language", source="assumed", low=0.0, high=0.5
    )
    disabled_with_plan: float = param(
        0.9, unit="share of children with an education, health and care plan who are disabled", source="assumed", low=0.5, high=1
    )
    disabled_without: float = param(
        0.05,
        unit="share of other children who are disabled",
        source="assumed: 8 % in all, near the Family Resources Survey",
        low=0.01,
        high=0.1,
    )
    no_man_lone: float = param(0.5, unit="share of lone-parent families without a male carer", source="assumed; SF014", low=0.2, high=0.9)
    no_man_couple: float = param(0.03, unit="share of couples without a male carer", source="assumed", low=0, high=0.1)
    unrecorded_lone: float = param(
        0.7,
        unit="share of male carers of lone-parent families whom services have not recorded",
        source="assumed; SF014",
        low=0.1,
        high=0.95,
    )
    unrecorded_couple: float = param(0.15, unit="share of couples' male carers not recorded", source="assumed; SF093", low=0.0, high=0.5)

    def disabled_share(self, ehcp: float) -> float:
        """Expected share of children who are disabled where a share ``ehcp`` has an education, health and care plan."""
        return ehcp * self.disabled_with_plan + (1 - ehcp) * self.disabled_without


def ethnicity_of(chance: Chance, key: np.ndarray, additional: np.ndarray, how: Diversity) -> np.ndarray:
    """int8 index into ETHNICITIES of each family; ``additional`` is bool: English is an additional language."""
    not_white = chance.ask(key, "not white") < np.where(additional, how.not_white_additional, how.not_white_english)
    group = 1 + np.searchsorted(NOT_WHITE, chance.ask(key, "ethnic group"), side="right")
    return np.where(not_white, group, 0).astype(np.int8)


def male_carer_of(chance: Chance, key: np.ndarray, lone: np.ndarray, how: Diversity) -> np.ndarray:
    """int8 MaleCarer of each family; ``lone`` is bool: one parent only."""
    there, recorded, _ = chance.ask_three(key, "male carer")
    none = there < np.where(lone, how.no_man_lone, how.no_man_couple)
    unrecorded = recorded < np.where(lone, how.unrecorded_lone, how.unrecorded_couple)
    return np.where(none, MaleCarer.NONE, np.where(unrecorded, MaleCarer.UNRECORDED, MaleCarer.RECORDED)).astype(np.int8)
