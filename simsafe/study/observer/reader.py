r"""A rational reader of records: what it believes of each child at the end of every week, by Bayes' rule and from records alone.

With :math:`B_t(x)` the belief about one child after week :math:`t`, :math:`M_t` the step of ``prior.py`` and :math:`E_t` what is on
record of week :math:`t`,

.. math:: B_t(x) \propto P(E_t\mid x)\sum_{x'} M_t(x', x)\,B_{t-1}(x'), \qquad p_t=\sum_{x\ \text{harmed}} B_t(x).

Who is met, and which cases are opened, depends on records and luck and not on the truth behind them, so it tells such a reader nothing
more; but for the cases of day 0, which ``past.py`` reads. Each child is read by itself: signs about brothers and sisters are not joined.
What comes of it leaves this package as counts only. It needs nature's laws, which nobody has outside a simulation: it scores no child.
"""

from __future__ import annotations

from itertools import chain as chain_of

import numpy as np

from simsafe.results.record import Record
from simsafe.scenario import Scenario
from simsafe.study.observer.evidence import Evidence, Heard
from simsafe.study.observer.laws import Laws
from simsafe.study.observer.past import learn, read_the_past, what_arrives
from simsafe.study.observer.prior import HARMED, Chain, Public
from simsafe.world.population import World

AT_ONCE = 256  # children whose beliefs fit a processor's cache


def read(record: Record, world: World, scenario: Scenario, heard: Heard | None = None, rows: np.ndarray | None = None) -> np.ndarray:
    """float32 (weeks, children): the probability that each child is harmed at the end of each week, by what ``heard`` says is known.

    Of all children, or of some ``rows`` of them, in that order.
    """
    wanted = np.arange(record.children) if rows is None else rows
    laws, made = Laws(scenario.in_force), np.zeros((record.weeks, wanted.size), dtype=np.float32)
    disabled = world.children.disabled[wanted]
    for apart in (np.flatnonzero(disabled), np.flatnonzero(~disabled)):  # need of the disabled has a state more
        for start in range(0, apart.size, AT_ONCE):
            some = apart[start : start + AT_ONCE]
            made[:, some] = _read_some(laws, record, world, scenario, heard or Heard(), wanted[some])
    return made


def _read_some(laws: Laws, record: Record, world: World, scenario: Scenario, heard: Heard, rows: np.ndarray) -> np.ndarray:
    public = Public.of(world, rows)
    chain = Chain(laws, public, record, world.disabled_share)
    evidence = Evidence(laws, public, record, heard, chain)
    belief = read_the_past(chain.start(), evidence, scenario.area)
    made = np.empty((record.weeks, rows.size), dtype=np.float32)
    for week in range(record.weeks):
        belief = chain.step(belief, week)
        look, state, home = evidence.quiet(week)
        belief *= (look[None] * home[:, None, None])[:, :, :, None]
        belief *= state
        for columns, factor in chain_of(evidence.of_the_week(week), what_arrives(evidence, week)):
            learn(belief, columns, factor)
        by_state = belief.sum(axis=(0, 1, 2))
        whole = by_state.sum(axis=0)
        belief /= whole
        made[week] = by_state[HARMED].sum(axis=0) / whole
    return made
