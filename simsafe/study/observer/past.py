"""What stood on record when the run began, read by the laws by which nature laid it down (``truth/past.py``).

Open cases were given to harmed and needy children more often than to others; founding signs look like what the case is about; and each
agency's signs of the year before are Poisson at the rates of the harm, need and noise of day 0. Harm by the family ended where the child
was looked after.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np

from simsafe.study.observer.evidence import Evidence, Factor
from simsafe.study.observer.laws import ABUSE, BEFORE, KIND, PAST_DAYS, TREATED, VISIT_EVERY, WORRY_OF_NEED
from simsafe.study.observer.prior import EXPLOITED, SINGLE
from simsafe.system.cases import NONE, Stage
from simsafe.world.area import Area
from simsafe.world.contact import AGENCIES, Agency, Concern, Strength
from simsafe.world.population import YEAR

IN_TURN = (Stage.LOOKED_AFTER, Stage.PROTECTION, Stage.IN_NEED, Stage.ASSESSMENT)  # cases are given in this order
MOST_FOUNDING = 2


def read_the_past(belief: np.ndarray, evidence: Evidence, area: Area) -> np.ndarray:
    """The belief of day 0 after the past has been read; writes in place."""
    public, record = evidence.public, evidence.record
    stage = record.stage[public.rows]
    belief *= _of_stage(evidence, stage, area).astype(SINGLE)
    base = _base(evidence, stage)
    belief *= _quiet(evidence, base, stage).astype(SINGLE)
    belief /= belief.sum(axis=(0, 1, 2, 3))
    founding = _founding(evidence, stage)
    for row, column in _rows(evidence):
        factor = _of_founding(evidence, row, column, Stage(stage[column])) if row in founding else _of_sign(evidence, row, column)
        learn(belief, np.array([column]), factor[..., None].astype(SINGLE))
    cared = np.flatnonzero(stage == Stage.LOOKED_AFTER)
    own = np.flatnonzero((KIND >= 0) & (KIND != EXPLOITED))
    for column in cared.tolist():
        belief[:, :, :, BEFORE, column] += belief[:, :, :, own, column].sum(axis=3)
        belief[:, :, :, own, column] = 0
    return belief / belief.sum(axis=(0, 1, 2, 3))


def what_arrives(evidence: Evidence, week: int) -> Iterator[Factor]:
    """Signs of the past that this reader is told of in a week of the run."""
    if evidence.heard.of_past is None:
        return
    past, told = evidence.record.past, evidence.heard.of_past
    for row in np.flatnonzero((told > 0) & (told // 7 == week)).tolist():
        column = int(evidence.column[past["child"][row]])
        if column >= 0:
            yield np.array([column]), _of_sign(evidence, row, column)[..., None].astype(SINGLE)


def learn(belief: np.ndarray, columns: np.ndarray, factor: np.ndarray) -> None:
    """The belief about some children, once something has been read of each (homes, noise, need, states, children); writes in place.

    Warns, and leaves what cannot be read, where nature's laws do not allow what is on record: a law is missing here.
    """
    told = belief[..., columns] * factor
    whole = told.sum(axis=(0, 1, 2, 3))
    possible = whole > 0
    if not possible.all():
        warnings.warn("something on record that the laws of simsafe/study/observer do not allow was left unread", stacklevel=2)
        columns, told, whole = columns[possible], told[..., possible], whole[possible]
    belief[..., columns] = told / whole


def _of_stage(evidence: Evidence, stage: np.ndarray, area: Area) -> np.ndarray:
    """The chance to have just such a case on day 0, or none (1, 1, need, states, children)."""
    how, truth = evidence.laws.p.truth.past, evidence.laws.p.truth
    plain, assessed = area.cin_rate - area.cla_rate - area.cpp_rate, how.in_assessment * area.cin_rate
    given = {
        Stage.LOOKED_AFTER: (area.cla_rate, how.care_harmed, 1.0),
        Stage.PROTECTION: (area.cpp_rate, how.protection_harmed, how.protection_need),
        Stage.IN_NEED: (max(plain - assessed, 0), how.in_need_harmed, how.in_need_need),
        Stage.ASSESSMENT: (min(assessed, max(plain, 0)), how.assessment_harmed, how.assessment_need),
    }
    hurt = truth.harm.prevalence + truth.outside.usual_share(truth.harm.exploitation_years)
    needy = truth.harm.need_prevalence + truth.harm.disabled_in_need
    need = np.arange(evidence.chain.needs)[:, None] > 0
    left, made = np.ones((evidence.chain.needs, KIND.size)), np.zeros((evidence.chain.needs, KIND.size, stage.size))
    for which in IN_TURN:
        rate, harmed, in_need = given[which]
        weight = np.where(KIND >= 0, harmed, np.where(need, in_need, 1.0))
        chance = np.minimum(rate / 10_000 * weight / (hurt * harmed + needy * in_need + 1 - hurt - needy), 1.0)
        made[:, :, stage == which] = (left * chance)[:, :, None]
        left = left * (1 - chance)
    made[:, :, stage == NONE] = left[:, :, None]
    made[:, :, evidence.public.birth > 0] = 1.0
    return made[None, None]


def _base(evidence: Evidence, stage: np.ndarray) -> np.ndarray:
    """Weak look-alike signs of an average child over the time that each agency has known it (agencies, children)."""
    record, public, weak = evidence.record, evidence.public, evidence.laws.p.senses.nature.weak
    known, made = np.clip(-public.birth, 0, PAST_DAYS), np.zeros((AGENCIES, public.rows.size))
    for agency, exposure in record.exposure.items():
        made[agency] = exposure[public.rows] * weak[agency] * known / YEAR
    for which, every in VISIT_EVERY.items():
        opened = np.minimum(known, -record.since[public.rows])
        made[Agency.SOCIAL_CARE] += (stage == which) * 365 / every * weak[Agency.SOCIAL_CARE] * opened / YEAR
    return made


def _share(evidence: Evidence, stage: np.ndarray) -> np.ndarray:
    """The share of each agency's past signs that this reader has (agencies, strengths, children)."""
    closed, opened = evidence.heard.past_share
    share = np.where(stage == NONE, closed, opened)
    heard = (evidence.share > 0)[:, :, None] * share
    heard[Agency.SOCIAL_CARE] = evidence.share[Agency.SOCIAL_CARE, :, None]
    return heard


def _alike(evidence: Evidence) -> np.ndarray:
    """Look-alike signs relative to an average child, those of need among them (noise, need, children)."""
    return evidence.look + evidence.need


def _quiet(evidence: Evidence, base: np.ndarray, stage: np.ndarray) -> np.ndarray:
    """That no more was noticed (homes, noise, need, states, children)."""
    share, laws, public = _share(evidence, stage), evidence.laws, evidence.public
    weak, strong = (base * share[:, s] for s in (Strength.WEAK, Strength.STRONG))
    alike = _alike(evidence) * (weak * evidence.looks[Strength.WEAK] + strong * evidence.looks[Strength.STRONG]).sum(axis=0)
    of_harm = laws.speaks.T @ (weak * evidence.extra[Strength.WEAK] + strong * evidence.extra[Strength.STRONG])
    years = np.clip(-public.birth, 0, PAST_DAYS) / YEAR
    calls = laws.p.truth.calls
    police = np.where(ABUSE, calls.incidents_abusive, calls.incidents_other)[:, None] * (evidence.looks @ share[Agency.POLICE])
    notes = (TREATED * calls.patients.worries)[:, None] * (evidence.looks @ share[Agency.ADULT_SERVICES])
    at_home = (police + notes) * years
    return np.exp(-(alike[None, :, :, None] + of_harm[None, None, None] + at_home[:, None, None, None]))


def _rows(evidence: Evidence) -> list[tuple[int, int]]:
    """Rows of past signs that this reader has from the first day, and the column of the child of each."""
    past = evidence.record.past
    column = evidence.column[past["child"]]
    had = (column >= 0) & np.isin(past["agency"], list(evidence.heard.agencies))
    if evidence.heard.of_past is not None:
        had &= evidence.heard.of_past == 0
    at = np.flatnonzero(had)
    return list(zip(at.tolist(), column[at].tolist(), strict=True))


def _founding(evidence: Evidence, stage: np.ndarray) -> set[int]:
    """Rows of the signs on which cases were founded: strong, of a partner, on the very day; those of one case look alike."""
    past, public = evidence.record.past, evidence.public
    column = evidence.column[past["child"]]
    mine = np.flatnonzero((column >= 0) & (past["strength"] == Strength.STRONG) & (past["agency"] != Agency.SOCIAL_CARE))
    mine = mine[stage[column[mine]] != NONE]
    mine = mine[past["day"][mine] == evidence.record.since[public.rows[column[mine]]]]
    found, seen = set(), {}
    for row in mine.tolist():
        child = int(past["child"][row])
        seen[child] = seen.get(child, 0) + 1
        if seen[child] <= MOST_FOUNDING:
            found.add(row)
    return found


def _of_founding(evidence: Evidence, row: int, column: int, stage: Stage) -> np.ndarray:
    """What a founding sign looks like; a second one of the same case says nothing new."""
    past = evidence.record.past
    child, concern = int(past["child"][row]), int(past["concern"][row])
    earlier = (past["child"][:row] == child) & (past["day"][:row] == past["day"][row]) & (past["strength"][:row] == Strength.STRONG)
    need = np.arange(evidence.chain.needs)[:, None] > 0
    if earlier.any():
        return np.ones((1, 1, 1, 1))
    false = evidence.looks_false(np.array([concern]), np.array([0]), np.array([column]))[0]
    worried = 0.0 if stage is Stage.PROTECTION else np.where(need, 1.0, WORRY_OF_NEED)
    unharmed = worried * (concern == Concern.NEED) + (1 - worried) * false
    return np.where(KIND >= 0, evidence.laws.of_state[:, concern], unharmed)[None, None]


def _of_sign(evidence: Evidence, row: int, column: int) -> np.ndarray:
    """The rate of one past sign (homes, noise, need, states)."""
    past, laws = evidence.record.past, evidence.laws
    agency, strength, concern = (int(past[name][row]) for name in ("agency", "strength", "concern"))
    if agency == Agency.POLICE:
        calls = laws.p.truth.calls
        rate = np.where(ABUSE, calls.incidents_abusive, calls.incidents_other)
        return (rate / rate.max())[:, None, None, None]
    if agency == Agency.ADULT_SERVICES:
        return TREATED[:, None, None, None].astype(float)
    false = evidence.looks_false(np.array([concern]), np.array([0]), np.array([column]))[0]
    alike = _alike(evidence)[:, :, column] * evidence.looks[strength] * false
    of_harm = laws.speaks[agency] * evidence.extra[strength] * laws.of_state[:, concern]
    rate = alike[:, :, None] + of_harm
    return (rate / rate.max())[None]
