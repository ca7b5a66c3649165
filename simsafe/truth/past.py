"""The past before day 0: open cases laid down by the area's published stocks and durations, with records.

A third of open cases are over two years old, and no warm-up from nothing gets there. Nature chooses who has a case, because it
knows who came to notice; from day 0 on, social care knows these children only by the records laid down here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.parameter import Checked, param
from simsafe.system.cases import Cases, Stage
from simsafe.truth.harm import HarmAndNeed
from simsafe.world.area import Area
from simsafe.world.contact import Agency, Concern, Mode, Signs, Strength
from simsafe.world.population import World

PLAN_DURATIONS = np.array([0.317, 0.248, 0.267, 0.147, 0.021])  # plans open at 31 March 2020: facts A0147-A0151
DURATION_EDGES = np.array([0, 91, 182, 365, 730, 1825])  # days
SOURCES = np.cumsum([0.18, 0.07, 0.08, 0.29, 0.16])  # agency of the founding sign, the rest local services: near the published mix
RECENT = (25, 80, 140)  # days ago of later signs in the record, where there were any


@dataclass(frozen=True)
class Past(Checked):
    """How much likelier a harmed or needy child is to have each kind of case than another child."""

    protection_harmed: float = param(45.0, unit="ratio", source="assumed; most plans are for children harmed now", low=1, high=200)
    protection_need: float = param(2.0, unit="ratio", source="assumed", low=0.5, high=20)
    in_need_harmed: float = param(12.0, unit="ratio", source="assumed", low=1, high=60)
    in_need_need: float = param(14.0, unit="ratio", source="assumed", low=1, high=60)
    assessment_harmed: float = param(6.0, unit="ratio", source="assumed", low=1, high=30)
    assessment_need: float = param(4.0, unit="ratio", source="assumed", low=1, high=30)
    care_harmed: float = param(10.0, unit="ratio", source="assumed; harm ended when care began", low=1, high=60)
    in_assessment: float = param(0.2, unit="share of open cases that are in assessment", source="A0512, about 66 of 330 per 10,000", low=0.05, high=0.4, grade="B")
    sign_if_so: float = param(0.6, unit="chance of each later sign in the record, harmed or in need", source="assumed", low=0, high=1)
    sign_if_not: float = param(0.2, unit="chance of each later sign in the record, otherwise", source="assumed", low=0, high=1)


class LayingDown:
    """Chooses children one by one, each by its own luck, so that another child's presence changes nothing."""

    def __init__(self, world: World, area: Area, harm: HarmAndNeed, chance: Chance, how: Past) -> None:
        self.world, self.area, self.harm, self.chance, self.how = world, area, harm, chance, how

    def lay_down(self, cases: Cases, records: Records) -> None:
        """Open the cases of day 0 and write their records."""
        free = self.world.children.living_here(0)
        for stage in (Stage.LOOKED_AFTER, Stage.PROTECTION, Stage.IN_NEED, Stage.ASSESSMENT):
            who = np.flatnonzero(free & (self.chance.ask(self.world.children.key, f"open case, {stage.name}") < self._chance_of(stage)))
            free[who] = False
            self._open(cases, who, stage)
            self._write_records(records, cases, who, stage)
        self._end_harm_in_care(cases)

    def _chance_of(self, stage: Stage) -> np.ndarray:
        """Chance of each child to have such a case, so that the expected stock is the published one."""
        how, area = self.how, self.area
        plain = area.cin_rate - area.cla_rate - area.cpp_rate
        assessment = how.in_assessment * area.cin_rate
        rate, harmed, need = {
            Stage.LOOKED_AFTER: (area.cla_rate, how.care_harmed, 1.0),
            Stage.PROTECTION: (area.cpp_rate, how.protection_harmed, how.protection_need),
            Stage.IN_NEED: (max(plain - assessment, 0), how.in_need_harmed, how.in_need_need),
            Stage.ASSESSMENT: (min(assessment, max(plain, 0)), how.assessment_harmed, how.assessment_need),
        }[stage]
        truth = self.harm.how
        needy = truth.need_prevalence + truth.disabled_in_need
        mean = truth.prevalence * harmed + needy * need + 1 - truth.prevalence - needy
        weight = np.where(self.harm.type >= 0, harmed, np.where(self.harm.in_need, need, 1.0))
        return np.minimum(rate / 10_000 * weight / mean, 1.0)

    def _open(self, cases: Cases, who: np.ndarray, stage: Stage) -> None:
        key = self.chance.keys(self.world.children.key[who], "case open at the start")
        u = self.chance.ask(key, "how long open")
        shares = PLAN_DURATIONS if stage is Stage.PROTECTION else np.array(self.area.cin_durations)
        edges = np.concatenate([[0.0], np.cumsum(shares / shares.sum())])
        since = -np.interp(u, edges, DURATION_EDGES)
        if stage is Stage.ASSESSMENT:
            since = -60 * u
        since = np.maximum(since, self.world.children.birth[who]).astype(np.int16)
        interval = {Stage.PROTECTION: 182, Stage.LOOKED_AFTER: 182, Stage.IN_NEED: 84, Stage.ASSESSMENT: 0}[stage]
        wait = 1 + self.chance.ask(key, "next review") * max(interval, 1)
        review = 32767 if stage is Stage.ASSESSMENT else wait.astype(np.int16)
        young = (stage is Stage.PROTECTION) & (since > -91)
        first = np.where(young, np.maximum(1, 91 + since), review)
        visit = (self.chance.ask(key, "next visit") * 28).astype(np.int16)
        finish = np.maximum(1, since + 60) if stage is Stage.ASSESSMENT else 32767
        cases.open(who, key, 0, opened=since, since=since, stage=int(stage), next_visit=visit, review=first, finish=finish, reviews=-since // 182)

    def _write_records(self, records: Records, cases: Cases, who: np.ndarray, stage: Stage) -> None:
        """A founding sign from the agency that referred, and what later contacts showed; social care holds them all."""
        key = self.chance.keys(self.world.children.key[who], "founding sign")
        so = (self.harm.type[who] >= 0) | self.harm.in_need[who]
        harmed = self.harm.type[who] >= 0
        needy = ~harmed & (self.harm.in_need[who] | (self.chance.ask(key, "need or worry") < 0.4)) & (stage is not Stage.PROTECTION)
        looks = np.where(needy, Concern.NEED, np.where(harmed, np.maximum(self.harm.type[who], 0), Concern.NEGLECT)).astype(np.int8)
        source = np.searchsorted(SOURCES, self.chance.ask(key, "source"), side="right")
        since = cases["since"][cases.row[who]]
        for agency in range(len(SOURCES) + 1):
            at = source == agency
            self._keep(records, _signs(Agency(agency), Strength.STRONG, who[at], looks[at], key[at]), since[at])
        share = np.where(so, self.how.sign_if_so, self.how.sign_if_not)
        for number, ago in enumerate(RECENT):
            at = (self.chance.ask(key, "later sign", number) < share) & (since < -ago)
            later = _signs(Agency.SOCIAL_CARE, Strength.WEAK, who[at], looks[at], self.chance.keys(key[at], "later sign", number))
            self._keep(records, later, np.full(at.sum(), -ago, dtype=np.int16))

    @staticmethod
    def _keep(records: Records, signs: Signs, day: np.ndarray) -> None:
        """Write signs down as of day 0, with their own past days, and give them to social care."""
        rows = records.keep(signs, 0)
        if rows.size:
            left = records.weighing.decay(-day.astype(float))
            records.worry[signs.agency, signs.who] -= (1 - left) * records.signs["weight"][rows]
            records.signs["day"][rows] = day
            if signs.agency[0] == Agency.SOCIAL_CARE:
                needy = signs.concern == Concern.NEED
                records.worry[signs.agency, signs.who] += np.where(needy, (1 - left) * records.signs["weight"][rows], 0)
                records.need[signs.who] -= np.where(needy, (1 - left) * records.signs["weight"][rows], 0)
            else:
                records.pass_to_social_care(rows, 0)

    def _end_harm_in_care(self, cases: Cases) -> None:
        """Harm by the family ended when the child was looked after."""
        who = cases["child"][cases["stage"] == Stage.LOOKED_AFTER]
        self.harm.end(who[self.harm.type[who] >= 0], 0)


def _signs(agency: Agency, strength: Strength, who: np.ndarray, looks: np.ndarray, key: np.ndarray) -> Signs:
    """One agency's signs of the past, in the mode it usually meets children."""
    met = {Agency.SCHOOLS: Mode.IN_SCHOOL, Agency.POLICE: Mode.INCIDENT, Agency.COMMUNITY: Mode.COMMUNITY, Agency.GENERAL_PRACTICE: Mode.CLINIC}
    columns = (agency, strength, met.get(agency, Mode.HOME_VISIT))
    by, how_strong, mode = (np.full(who.size, value, dtype=np.int8) for value in columns)
    return Signs(by, who, how_strong, looks, mode, key)
