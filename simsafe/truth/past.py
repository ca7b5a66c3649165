"""The past before day 0: open cases laid down by the area's published stocks and durations, with records.

A third of open cases are over two years old, and no warm-up from nothing gets there. Nature chooses who has a case, because it
knows who came to notice; from day 0 on, social care knows these children only by the records laid down here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import PIECE, Chance, poisson
from simsafe.ground.parameter import Checked, param
from simsafe.ground.table import positions
from simsafe.system.cases import Cases, Stage
from simsafe.truth.exploitation import FROM_AGE
from simsafe.truth.families import HiddenFamilies
from simsafe.truth.harm import HarmAndNeed
from simsafe.truth.nature import SEVERITY_FACTOR, VISIBLE, Nature, looks_like
from simsafe.world.area import Area
from simsafe.world.contact import PARTNERS, Agency, Concern, Mode, Signs, Strength
from simsafe.world.population import YEAR, World

PLAN_DURATIONS = np.array([0.317, 0.248, 0.267, 0.147, 0.021])  # plans open at 31 March 2020: facts A0147-A0151
DURATION_EDGES = np.array([0, 91, 182, 365, 730, 1825])  # days: bands of A0147-A0151, the last assumed
BEFORE_A_PLAN = 45  # days from the referral to the plan: assumed, as an enquiry and a conference take
SOURCES = {  # share of founding signs by agency: assumed, near the published mix, the rest early help
    Agency.SCHOOLS: 0.18, Agency.SCHOOL_NURSING: 0.01, Agency.HEALTH_VISITING: 0.03, Agency.MIDWIFERY: 0.02, Agency.GENERAL_PRACTICE: 0.03,
    Agency.HOSPITAL: 0.05, Agency.CAMHS: 0.01, Agency.POLICE: 0.29, Agency.COMMUNITY: 0.16, Agency.HOUSING: 0.02,
}  # fmt: skip
VISIT_EVERY = {  # days between visits before day 0: assumed, near the rules of ``visits``
    Stage.PROTECTION: 14, Stage.ASSESSMENT: 14, Stage.IN_NEED: 28, Stage.LOOKED_AFTER: 42,
}  # fmt: skip
REVIEW_EVERY = {  # days between reviews before day 0: rules, as ``plans.next_reviews``, ``plans.in_need_review`` and ``care.next_reviews``
    Stage.PROTECTION: 182, Stage.LOOKED_AFTER: 182, Stage.IN_NEED: 84, Stage.ASSESSMENT: 0,
}  # fmt: skip
FIRST_REVIEW, REVIEW_WITHIN = 91, 14  # days from a plan to its first review, by law, and how late it is held at most: assumed
NEXT_VISIT, NEXT_CORE_GROUP, CORE_GROUP_WITHIN = 28, 42, 3  # days within which the next ones fall on day 0: assumed
LEAST_IN_NEED = 0.02  # of children in need, those in each band of durations at least: assumed
WORRY_OF_NEED = 0.4  # share of founding signs of children in no harm that look like need: assumed
IN_ASSESSMENT = 60  # days, at most: assumed
YEARS_IN_CARE = 2.5  # mean; published stock over starts: 68 and 27 per 10,000, as for care.leaves_care
MOST_SIGNS = 16.0  # expected of one strength, agency and child in the past year: more would tell nobody anything new (assumed)
LOOK_BACK = 400  # days of signs laid down before day 0; attention has left less than a quarter of anything older: assumed; SG26


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
    in_assessment: float = param(
        0.2, unit="share of open cases that are in assessment", source="A0512, about 66 of 330 per 10,000", low=0.05, high=0.4, grade="B"
    )
    founding_strong: int = param(2, unit="strong signs behind a plan or care when it began", source="assumed", low=1, high=4)
    told: float = param(0.15, unit="share of other agencies' past signs that social care holds", source="assumed", low=0, high=1)
    told_of_open: float = param(0.7, unit="the same, where a case is open", source="assumed", low=0, high=1)


class LayingDown:
    """Chooses children one by one, each by its own luck, so that another child's presence changes nothing."""

    def __init__(
        self, world: World, area: Area, families: HiddenFamilies, harm: HarmAndNeed, outside: float, chance: Chance, how: Past
    ) -> None:
        """``outside`` is the expected share of children harmed outside the family."""
        self.world, self.area, self.families, self.harm, self.chance, self.how = world, area, families, harm, chance, how
        self.outside = outside

    def lay_down(self, cases: Cases, records: Records, exposure: Callable[[Agency], np.ndarray], nature: Nature) -> None:
        """Open the cases of day 0 and write every agency's record of the past year.

        ``exposure`` gives an agency's yearly occasions with each child in ordinary times; social care's follow from its cases.
        """
        free = self.world.children.living_here(0)
        for stage in (Stage.LOOKED_AFTER, Stage.PROTECTION, Stage.IN_NEED, Stage.ASSESSMENT):
            who = positions(free & (self.chance.ask(self.world.children.key, f"open case, {stage.name}") < self._chance_of(stage)))
            free[who] = False
            self._open(cases, who, stage)
            self._found(records, cases, who, stage)
        visited = np.zeros(free.size, dtype=np.float32)
        for stage, interval in VISIT_EVERY.items():
            visited[cases.stage_of == stage] = 365 / interval
        for agency in PARTNERS:
            self._write_past(records, cases, agency, exposure(agency).astype(np.float32), nature)
        self._write_past(records, cases, Agency.SOCIAL_CARE, visited, nature)
        self._end_harm_in_care(cases)
        self._climbed(cases)

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
        hurt = truth.prevalence + self.outside
        mean = hurt * harmed + needy * need + 1 - hurt - needy
        weight = np.where(self.harm.type >= 0, harmed, np.where(self.harm.in_need, need, 1.0))
        return np.minimum(rate / 10_000 * weight / mean, 1.0)

    def _durations(self, stage: Stage) -> np.ndarray:
        """Shares of the cases in this stage that have been in it for so long, by DURATION_EDGES.

        Published are those of plans, and of all children in need together: children in need without a plan have what the others leave.
        """
        if stage is Stage.PROTECTION:
            return PLAN_DURATIONS / PLAN_DURATIONS.sum()
        in_care = -np.diff(np.append(np.exp(-DURATION_EDGES[:-1] / (YEARS_IN_CARE * YEAR)), 0))
        if stage is not Stage.IN_NEED:
            return in_care
        a, assessed = self.area, np.eye(PLAN_DURATIONS.size)[0]
        others = a.cla_rate * in_care + a.cpp_rate * PLAN_DURATIONS + self.how.in_assessment * a.cin_rate * assessed
        left = np.maximum(a.cin_rate * np.array(a.cin_durations) - others, LEAST_IN_NEED * a.cin_rate)
        return left / left.sum()

    def _open(self, cases: Cases, who: np.ndarray, stage: Stage) -> None:
        key = self.chance.keys(self.world.children.key[who], "case open at the start")
        u = self.chance.ask(key, "how long open")
        edges = np.concatenate([[0.0], np.cumsum(self._durations(stage))])
        since = -np.interp(u, edges, DURATION_EDGES)
        if stage is Stage.ASSESSMENT:
            since = -IN_ASSESSMENT * u
        since = np.maximum(since, self.world.children.birth[who]).astype(np.int16)
        referred = np.maximum(since - BEFORE_A_PLAN * (stage is Stage.PROTECTION), self.world.children.birth[who])
        interval = REVIEW_EVERY[stage]
        wait = 1 + self.chance.ask(key, "next review") * max(interval, 1)
        review = 32767 if stage is Stage.ASSESSMENT else wait.astype(np.int16)
        young = (stage is Stage.PROTECTION) & (since > -FIRST_REVIEW)
        first = np.where(young, np.maximum(1, FIRST_REVIEW + since), review)
        visit = (self.chance.ask(key, "next visit") * NEXT_VISIT).astype(np.int16)
        finish = np.maximum(1, since + IN_ASSESSMENT) if stage is Stage.ASSESSMENT else 32767
        core_group, limit = 32767, 32767
        if stage is Stage.PROTECTION:  # six-weekly, so the next is somewhere in the coming six weeks
            core_group = 1 + (self.chance.ask(key, "next core group") * NEXT_CORE_GROUP).astype(np.int16)
            limit = core_group + CORE_GROUP_WITHIN
        cases.open(
            who, key, 0, referred=referred, opened=referred, since=since, stage=int(stage), next_visit=visit, review=first, finish=finish,
            reviews=-since // REVIEW_EVERY[Stage.PROTECTION], held=2, core_group=core_group, core_group_limit=limit,
            review_limit=32767 if stage is not Stage.PROTECTION else first + REVIEW_WITHIN,
            long_term=(stage is Stage.IN_NEED) & (since < -YEAR),
        )  # fmt: skip

    def _found(self, records: Records, cases: Cases, who: np.ndarray, stage: Stage) -> None:
        """The signs on which a case was founded, from the agency that referred; social care holds them."""
        key = self.chance.keys(self.world.children.key[who], "founding sign")
        harmed = self.harm.type[who] >= 0
        needy = (
            ~harmed & (self.harm.in_need[who] | (self.chance.ask(key, "need or worry") < WORRY_OF_NEED)) & (stage is not Stage.PROTECTION)
        )
        looks = looks_like(np.maximum(self.harm.type[who], 0), harmed, self.chance.ask(key, "looks like"), self._of_age(who))
        looks[needy] = Concern.NEED
        position = np.searchsorted(np.cumsum(list(SOURCES.values())), self.chance.ask(key, "source"), side="right")
        source = np.array([*SOURCES, Agency.EARLY_HELP])[position]
        since = cases["since"][cases.row[who]]
        for number in range(self.how.founding_strong if stage in (Stage.PROTECTION, Stage.LOOKED_AFTER) else 1):
            sign_key = self.chance.keys(key, "founding sign", number)
            for agency in PARTNERS:
                at = source == agency
                self._keep(
                    records,
                    _signs(agency, Strength.STRONG, who[at], looks[at], sign_key[at]),
                    since[at],
                    np.ones(int(at.sum()), dtype=bool),
                )

    def _write_past(self, records: Records, cases: Cases, agency: Agency, exposure: np.ndarray, nature: Nature) -> None:
        """Signs an agency would have noticed over the past year, at nature's rates; social care was told of some."""
        for start in range(0, exposure.size, PIECE):
            rows = np.arange(start, min(start + PIECE, exposure.size))
            self._write_piece(records, cases, agency, rows, exposure[rows], nature)

    def _write_piece(self, records: Records, cases: Cases, agency: Agency, rows: np.ndarray, exposure: np.ndarray, nature: Nature) -> None:
        key, rates, since = self.world.children.key[rows], nature.rates, self._since(cases, agency, rows)
        of_harm = SEVERITY_FACTOR[self.harm.severity[rows]] * VISIBLE[agency, np.maximum(self.harm.type[rows], 0)]
        look = self.families.look_alike[self.world.children.family[rows]]
        look = look * np.where(self.harm.in_need[rows], rates.need_ratio + rates.need_signs, 1.0)
        look = look * np.where(self.world.children.disabled[rows], rates.disabled_ratio, 1.0)
        base = exposure * nature.weak[agency] * since / YEAR
        if agency in (
            Agency.POLICE,
            Agency.ADULT_SERVICES,
        ):  # incidents and appointments happen to families, alike or not, and harm shows in how they speak
            look, of_harm, base = np.ones(rows.size), np.zeros(rows.size), exposure * since / YEAR
        for strength, a_sign, extra in (
            (Strength.WEAK, 1.0, nature.weak_extra),
            (Strength.STRONG, rates.strong_to_weak, nature.strong_extra),
        ):
            alike, harmful = look * a_sign, of_harm * extra
            expected = np.minimum(base * (alike + harmful), MOST_SIGNS)
            at, number = poisson(self.chance.ask(key, f"past {strength.name} signs, {agency.name}"), expected)
            sign_key = self.chance.keys(key[at] + number.astype(np.uint64), f"past {strength.name} sign, {agency.name}")
            day = -(1 + self.chance.ask(sign_key, "day") * since[at]).astype(np.int16)
            true = self.chance.ask(sign_key, "of harm") < (harmful / np.maximum(alike + harmful, 1e-9))[at]
            who = rows[at]
            looks = looks_like(np.maximum(self.harm.type[who], 0), true, self.chance.ask(sign_key, "looks like"), self._of_age(who))
            share = np.where(cases.is_open(who), self.how.told_of_open, self.how.told)
            told = (self.chance.ask(sign_key, "told") < share) & (agency is not Agency.SOCIAL_CARE)
            self._keep(records, _signs(agency, strength, who, looks, sign_key), day, told)
            self.harm.was_known(who[true], "noticed")

    def _of_age(self, who: np.ndarray) -> np.ndarray:
        """bool: ten or over, so that signs may look like exploitation."""
        return self.world.children.birth[who] <= -FROM_AGE

    def _since(self, cases: Cases, agency: Agency, rows: np.ndarray) -> np.ndarray:
        """Days over which an agency has known each child, at most LOOK_BACK; social care only since it opened a case."""
        since = np.minimum(LOOK_BACK, -self.world.children.birth[rows].astype(np.int32))
        if agency is Agency.SOCIAL_CARE:
            opened = -cases["since"][np.maximum(cases.row[rows], 0)].astype(np.int32) if len(cases) else np.zeros(rows.size, dtype=np.int32)
            since = np.where(cases.is_open(rows), np.minimum(since, opened), 0)
        return np.where(self.world.children.living_here(0, rows), since, 0)

    @staticmethod
    def _keep(records: Records, signs: Signs, day: np.ndarray, told: np.ndarray) -> None:
        """Write signs down on their own past days. ``told``: social care holds it too."""
        rows = records.keep(signs, day.astype(float))
        records.pass_to_social_care(rows[told[: rows.size]])

    def _climbed(self, cases: Cases) -> None:
        """Harm that an open case is about had been noticed, referred and acted upon before the run."""
        child, stage = cases["child"], cases["stage"]
        for rung in ("noticed", "contacted", "referred", "acted_upon"):
            self.harm.was_known(child, rung)
        for rung in ("substantiated", "protected"):
            self.harm.was_known(child[stage == Stage.PROTECTION], rung)

    def _end_harm_in_care(self, cases: Cases) -> None:
        """Harm by the family ended when the child was looked after; harm outside it need not."""
        who = cases["child"][cases["stage"] == Stage.LOOKED_AFTER]
        self.harm.end(who[(self.harm.type[who] >= 0) & (self.harm.type[who] != Concern.EXPLOITATION)], 0)


def _signs(agency: Agency, strength: Strength, who: np.ndarray, looks: np.ndarray, key: np.ndarray) -> Signs:
    """One agency's signs of the past, in the mode it usually meets children."""
    met = {
        Agency.SCHOOLS: Mode.IN_SCHOOL,
        Agency.POLICE: Mode.INCIDENT,
        Agency.COMMUNITY: Mode.COMMUNITY,
        Agency.CHILDMINDERS: Mode.IN_SCHOOL,
        **dict.fromkeys(
            (Agency.GENERAL_PRACTICE, Agency.HOSPITAL, Agency.CAMHS, Agency.SCHOOL_NURSING, Agency.ADULT_SERVICES), Mode.CLINIC
        ),
    }
    columns = (agency, strength, met.get(agency, Mode.HOME_VISIT))
    by, how_strong, mode = (np.full(who.size, value, dtype=np.int8) for value in columns)
    return Signs(by, who, how_strong, looks, mode, key)
