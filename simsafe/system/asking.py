"""Whom one can ask before deciding: a colleague in the corridor, or a named specialist. Those who can ask nobody differ more.

What follows is expected from the dials and the staff who are there; in ordinary times every spread is the usual one, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.ground.parameter import Checked, param
from simsafe.world.conditions import Conditions
from simsafe.world.contact import AGENCIES, PUBLISHED_SOURCES, Agency

NO_CORRIDOR = (Agency.CHILDMINDERS, Agency.COMMUNITY, Agency.HELPLINES)  # who work alone, or are no professionals


@dataclass(frozen=True)
class AskingPractice(Checked):
    """What having somebody to ask does to the spread of decisions around a threshold."""

    corridor: float = param(
        0.05,
        unit="rise of the spread of decisions, relative, where everybody works at home",
        source="assumed; SF104, TH02; low, so that referrals fall in spring 2020 as published",
        low=0,
        high=1,
    )
    advised: float = param(
        0.2,
        unit="share of health staff's decisions for which a named specialist is asked in ordinary times",
        source="assumed; SF005",
        low=0,
        high=0.8,
    )
    advice_narrows: float = param(
        0.4, unit="share of the spread that advice takes from a decision", source="assumed; SF005, TH02; SK13: referrals fell where it "
        "stopped", low=0, high=0.9,
    )  # fmt: skip


class Asking:
    """How far decisions spread today, by Agency, relative to ordinary times: told by thresholds and by the front door."""

    def __init__(self, how: AskingPractice) -> None:
        self.how = how
        self.spread = np.ones(AGENCIES)
        self.in_office = np.ones(AGENCIES)
        self.in_office[list(NO_CORRIDOR)] = 0
        self.health = list(PUBLISHED_SOURCES["health"])

    def begin_day(self, now: Conditions, specialists_there: float) -> None:
        """``specialists_there``: share of named specialists at their work; they are called away as health visitors are."""
        how = self.how
        self.spread = 1 + how.corridor * now.home_working_share * self.in_office
        usual = 1 - how.advised * how.advice_narrows
        self.spread[self.health] *= (1 - how.advised * specialists_there * how.advice_narrows) / usual
