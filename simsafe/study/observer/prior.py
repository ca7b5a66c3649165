r"""What is likely before anything is read, and how harm moves from week to week: the hidden Markov chain of the rational reader.

The chain of one child is (home, look-alike noise, need, state of harm). Home and noise stay; need is a chain of two states, or, for a
disabled child, of three (one of them for life); harm has the states of ``laws.STATES``. Written :math:`x=(k, \ell, n, h)`, a child with
public columns :math:`c` (age, quintile, lone parent, overcrowded, disabled) has on day 0

.. math:: P(x\mid c) = P(k\mid c)\,P(\ell)\,P(n\mid k, c)\,\int P(h\mid k, c, e)\,dF(e\mid k, c)

where :math:`e` is the family's strain beyond what it can carry: hidden, of a known normal law, and summed over. From then on harm begins at
the weekly rate :math:`7\lambda_0\,m_k\,a_c\,\mathrm{E}[\exp(\beta e)\mid k,c,t]`, twice that after earlier harm, less by help, and not in
care; worsens and ends by the week, as nature makes it. The crisis shifts :math:`e` for the share of families who bear it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.results.record import Record
from simsafe.study.observer.laws import BEFORE, CURVE, FROM_AGE, HOMES, LOOK_BACK, NEVER, PERSISTENT, SEVERITY_LEVELS, STATES, Laws
from simsafe.system.cases import Stage
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Concern
from simsafe.world.population import ADULT, AGE_EDGES, YEAR, World

SINGLE = np.float32
NO_NEED, NEEDY, FOR_LIFE = 0, 1, 2  # states of need
HARMED = slice(2, STATES)
EXPLOITED = Concern.EXPLOITATION
FAMILY = slice(2, 2 + EXPLOITED * SEVERITY_LEVELS)  # states of harm by the family
OUTSIDE = slice(2 + EXPLOITED * SEVERITY_LEVELS, STATES)  # states of exploitation outside it
NEED_WEEKS = 4  # weeks between steps of need


@dataclass(frozen=True)
class Public:
    """What anyone could know of some children, a row each: what the chain is conditioned on."""

    rows: np.ndarray
    birth: np.ndarray
    deprivation: np.ndarray
    lone: np.ndarray
    crowded: np.ndarray
    disabled: np.ndarray
    often_absent: np.ndarray
    interpreter: np.ndarray
    digital: np.ndarray

    @classmethod
    def of(cls, world: World, rows: np.ndarray) -> Public:
        """Of these rows of children."""
        c, f = world.children, world.families
        home = c.family[rows]
        return cls(
            rows, c.birth[rows].astype(np.int64), f.deprivation[home].astype(float), f.lone_parent[home], f.overcrowded[home],
            c.disabled[rows], c.absence[rows] >= PERSISTENT, f.interpreter[home], f.digital[home],
        )  # fmt: skip


class Chain:
    """Where some children start, and their steps; the last axis of every array is the child's. Single precision is plenty."""

    def __init__(self, laws: Laws, public: Public, record: Record, disabled_share: float) -> None:
        self.laws, self.public, self.record = laws, public, record
        self.noise, self.noise_share = laws.noise
        slope = laws.p.truth.families.look_alike_slope
        poorer = np.clip(1 + slope * (3.0 - public.deprivation), 0, None)
        self.noise_of = self.noise[:, None] * poorer * np.where(public.disabled, laws.p.senses.nature.rates.disabled_ratio, 1.0)
        self.mean = laws.strain_mean(public.deprivation, public.lone, public.crowded)
        self.need_rate = laws.need_a_day(public.deprivation)
        self.for_life = np.where(public.disabled, min(laws.p.truth.harm.disabled_in_need / max(disabled_share, 1e-9), 1.0), 0.0)
        self.needs = 3 if public.disabled.any() else 2
        self._times = 0.0  # strain of the times in a family that bears them, standard deviations
        self.incidents = np.ones((HOMES, public.rows.size))
        f = laws.p.truth.families
        self.begins_as = laws.begins_as[:, None, None, FAMILY, None].astype(SINGLE)
        self.exploited_as = laws.exploited_as[OUTSIDE, None].astype(SINGLE)
        self.bearing = np.minimum(f.susceptible * np.clip(1 + f.trait_slope * (3.0 - public.deprivation), 0, None), 1.0)

    # ---- day 0 ----------------------------------------------------------------------------------------------------------------

    def start(self) -> np.ndarray:
        """The chance of each state when the run begins, before any record is read (homes, noise, need, states, children)."""
        homes = self.laws.homes(self.public.deprivation)
        state = self._states_at_the_start()
        need = self._needs_at_the_start()
        whole = homes[:, None, None, None] * self.noise_share[None, :, None, None, None] * need[:, None, :, None] * state[:, None, None]
        return whole.astype(SINGLE)

    def _needs_at_the_start(self) -> np.ndarray:
        """(homes, need, children); the unborn have no need but one for life."""
        h = self.laws.p.truth.harm
        mean = self.need_rate * h.need_years * YEAR
        for_now = np.where(self.public.birth <= 0, mean / (1 + mean), 0.0)
        made = [(1 - self.for_life) * (1 - for_now), (1 - self.for_life) * for_now]
        return np.stack([*made, np.broadcast_to(self.for_life, for_now.shape)][: self.needs], axis=1)

    def _states_at_the_start(self) -> np.ndarray:
        """(homes, states, children), as ``HarmAndNeed.lay_down`` and ``Outside.lay_down`` leave them."""
        h, laws, age = self.laws.p.truth.harm, self.laws, -self.public.birth.astype(float)
        band = laws.age_multipliers[self._age_band(0)]
        edge = np.exp(h.onset_per_strain * laws.edge_quantiles(self.mean))
        rate = laws.onset_a_day * laws.trait[:, None, None] * band[None, :, None] * edge
        length, born = h.spell_years * YEAR, np.maximum(age, 0)[None, :, None]
        earlier = 1 - np.exp(-rate * np.maximum(born - length, 0))
        never = ((1 - earlier) * (1 - self._steady(rate, length, born))) @ CURVE
        before = (earlier * (1 - self._steady(rate * h.history, length, born))) @ CURVE
        harmed = 1 - never - before
        exploited = self._exploited_at_the_start()
        made = laws.begins_as[:, :, None] * harmed[:, None]
        made += laws.exploited_as[None, :, None] * (exploited * (never + before))[:, None]
        made[:, NEVER], made[:, BEFORE] = never * (1 - exploited), before * (1 - exploited)
        unborn = age < 0
        made[:, :, unborn] = np.eye(STATES)[NEVER][None, :, None]
        return made

    @staticmethod
    def _steady(rate: np.ndarray, length: float, age: np.ndarray) -> np.ndarray:
        return rate * length / (1 + rate * length) * (1 - np.exp(-age * (1 / length + rate)))

    def _exploited_at_the_start(self) -> np.ndarray:
        years = self.laws.p.truth.harm.exploitation_years
        rate = self._exploitation_a_year(0, np.zeros(self.public.rows.size, dtype=bool), lasting=True) * years
        return rate / (1 + rate)

    def _exploitation_a_year(self, day: int, in_care: np.ndarray, lasting: bool = False) -> np.ndarray:
        """New exploitation a year; who is missing and not reported is not known, so looked-after children have their mean."""
        o = self.laws.p.truth.outside
        rate = o.begins * np.where(self.public.often_absent, o.often_absent, 1.0) * (self.public.birth <= day - FROM_AGE)
        if lasting:
            return rate
        rate = rate * np.where(self.record.out_of_school[day // 7][self.public.rows], o.out_of_school, 1.0)
        lately = 1 - np.exp(-np.where(in_care, o.missing_looked_after, o.missing) * LOOK_BACK / YEAR)
        return rate * (1 + (o.after_missing - 1) * lately)

    def _age_band(self, day: int) -> np.ndarray:
        return np.searchsorted(AGE_EDGES, day - self.public.birth, side="right")

    # ---- a week ---------------------------------------------------------------------------------------------------------------

    def step(self, belief: np.ndarray, week: int) -> np.ndarray:
        """The belief a week later, with nothing read yet: harm ends, worsens and begins; need ends and begins. Writes in place."""
        h, first, last = self.laws.p.truth.harm, 7 * week, 7 * week + 6
        now, stage = self.record.dials[min(7 * week, len(self.record.dials) - 1)], self.record.stages[week][self.public.rows]
        help_, in_care = self.laws.help_effect[stage], stage == Stage.LOOKED_AFTER
        self._bear_the_times(now)
        self._end_and_worsen(belief, help_, in_care)
        here = (self.public.birth <= last) & (self.public.birth > first - ADULT)  # on some day of the week
        next_week = self.record.stages[min(week + 1, self.record.weeks - 1)][self.public.rows]
        may_begin = here & ~(in_care & (next_week == Stage.LOOKED_AFTER))
        often = 7 * self.laws.onset_a_day * now.harm_incidence * help_ * may_begin * self.laws.age_multipliers[self._age_band(first + 3)]
        begins = self._over_the_edge(h.onset_per_strain) * self.laws.trait[:, None] * often
        self.incidents = self._over_the_edge(self.laws.p.truth.calls.incidents_per_strain)
        outside = self._exploitation_a_year(last, in_care) * 7 / YEAR * here
        self._begin(belief, 1 - np.exp(-begins), 1 - np.exp(-begins * h.history), 1 - np.exp(-outside))
        if week % NEED_WEEKS == 0:
            self._need(belief, here)
        return belief

    def _bear_the_times(self, now: Conditions) -> None:
        """The crisis's part of strain in a family that bears one share of it, as it moves towards its new mean."""
        f = self.laws.p.truth.families
        shift = now.strain_shift + f.school_closure_strain * (1 - now.school_open_share)
        self._times = f.strain_memory * self._times + (1 - f.strain_memory) * shift / f.susceptible

    def _over_the_edge(self, slope: float) -> np.ndarray:
        """Expected exp(slope * strain beyond reserve) this week (homes, children)."""
        usual = self.laws.over_the_edge(self.mean, slope)
        if not self._times:
            return usual
        return (1 - self.bearing) * usual + self.bearing * self.laws.over_the_edge(self.mean + self._times, slope)

    def _end_and_worsen(self, belief: np.ndarray, help_: np.ndarray, in_care: np.ndarray) -> None:
        h = self.laws.p.truth.harm
        home = np.where(in_care, h.care_ends, 7 / (h.spell_years * YEAR) / help_).astype(SINGLE)
        outside = (7 / (h.exploitation_years * YEAR) / help_).astype(SINGLE)
        worse = (h.worsening * help_ * 7 / YEAR).astype(SINGLE)
        for states, ends, then in ((FAMILY, home, BEFORE), (OUTSIDE, outside, NEVER)):
            belief[:, :, :, then] += belief[:, :, :, states].sum(axis=3) * ends
            belief[:, :, :, states] *= 1 - ends
        for level in (1, 0):
            now, next_ = (belief[:, :, :, 2 + level + more :: SEVERITY_LEVELS] for more in (0, 1))
            moved = now * worse
            now -= moved
            next_ += moved

    def _begin(self, belief: np.ndarray, first: np.ndarray, again: np.ndarray, outside: np.ndarray) -> None:
        """``first`` and ``again`` are chances of harm by the family (homes, children), ``outside`` of exploitation (children)."""
        first, again, outside = (x.astype(SINGLE) for x in (first, again, outside))
        never, before = belief[:, :, :, NEVER], belief[:, :, :, BEFORE]
        new = never * first[:, None, None] + before * again[:, None, None]
        never *= (1 - first)[:, None, None]
        before *= (1 - again)[:, None, None]
        belief[:, :, :, FAMILY] += new[:, :, :, None] * self.begins_as
        if outside.any():
            taken = (never + before) * outside
            belief[:, :, :, : BEFORE + 1] *= 1 - outside
            belief[:, :, :, OUTSIDE] += taken[:, :, :, None] * self.exploited_as

    def _need(self, belief: np.ndarray, here: np.ndarray) -> None:
        """Need ends and begins over ``NEED_WEEKS`` at once: it lasts a year in the mean."""
        ends = SINGLE(7 * NEED_WEEKS / (self.laws.p.truth.harm.need_years * YEAR))
        begins = (1 - np.exp(-7 * NEED_WEEKS * self.need_rate * here)).astype(SINGLE)[:, None, None]
        over = belief[:, :, NEEDY] * ends
        new = belief[:, :, NO_NEED] * begins
        belief[:, :, NEEDY] += new - over
        belief[:, :, NO_NEED] += over - new
