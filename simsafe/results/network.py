"""Who told whom: signs that were noticed, passed and held back, from the event log, as a table and as a graph over some days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.results.tables import crisis_start, labelled
from simsafe.system.events import Event
from simsafe.world.contact import AGENCIES, Agency
from simsafe.world.ties import NETWORK, Tie

if TYPE_CHECKING:
    import networkx as nx

    from simsafe.ground.table import Table
    from simsafe.model import SafeguardingModel

LONGEST = 365  # days of each period that are compared
ONE_WAY = 16  # as in Event.PASSED


def network(model: SafeguardingModel) -> pd.DataFrame:
    """Signs told along each tie, before the crisis and as many days into it; one period, the whole run, where there is no crisis.

    ``signs`` are those the giver noticed in the period, ``told`` those that reached the taker in it. ``kind`` is that of the tie. Rows
    whose taker is empty say what reached nobody: ``told`` is then 0 and ``signs`` those of the giver that no other agency holds by the
    end of the period.
    """
    rows = []
    for name, first, last in periods(model):
        rows += [(name, last - first + 1, *row) for row in told_between(model.log.rows, first, last)]
    return labelled(model, pd.DataFrame(rows, columns=["period", "days", "giver", "taker", "kind", "signs", "told"]))


def periods(model: SafeguardingModel) -> list[tuple[str, int, int]]:
    """Name, first and last simulated day of each period that is compared: equally long."""
    start, last, began = model.setup.warm_up_days, model.day - 1, crisis_start(model)
    if began is None or began < 7:
        return [("whole run", start, last)]
    day = start + began
    length = min(began, last - day + 1, LONGEST)
    return [("before the crisis", day - length, day - 1), ("in the crisis", day, day + length - 1)]


def told_between(log: Table, first: int, last: int) -> Iterable[tuple[str, str, str, int, int]]:
    """(giver, taker, kind of tie, signs noticed by the giver, signs told to the taker) of each tie; then what reached nobody."""
    kind, day, who, a, b = (log[name] for name in ("kind", "day", "who", "a", "b"))
    within = (day >= first) & (day <= last)
    noticed = np.bincount(a[within & (kind == Event.SIGN)], minlength=AGENCIES)
    told = np.zeros((AGENCIES, AGENCIES), dtype=np.int64)
    told[:, Agency.SOCIAL_CARE] = np.bincount(a[within & (kind == Event.SHARE)], minlength=AGENCIES)
    passed = a[within & (kind == Event.PASSED)]
    np.add.at(told, (passed // ONE_WAY, passed % ONE_WAY), 1)
    pairs = {(giver, taker): tie.label for (giver, taker), tie in NETWORK.items()}
    for partner in Agency:
        if partner is not Agency.SOCIAL_CARE:
            pairs |= {(partner, Agency.SOCIAL_CARE): Tie.DUTY.label, (Agency.SOCIAL_CARE, partner): "told back"}
    for (giver, taker), tie in sorted(pairs.items()):
        if tie != "told back" or told[giver, taker]:
            yield giver.label, taker.label, tie, int(noticed[giver]), int(told[giver, taker])
    kept = held_back(kind, day, who, a, b, within, last)
    for giver in Agency:
        if giver is not Agency.SOCIAL_CARE:
            yield giver.label, "", "", int(kept[giver]), 0


def held_back(
    kind: np.ndarray, day: np.ndarray, who: np.ndarray, a: np.ndarray, b: np.ndarray, within: np.ndarray, last: int
) -> np.ndarray:
    """Signs noticed in the period, by Agency, that had reached no other agency by its end.

    A sign is told by its child, its agency and its day. Two signs with all three alike count as one that was told if either was.
    """
    own = np.flatnonzero(within & (kind == Event.SIGN))
    until = day <= last
    shared, passed = np.flatnonzero(until & (kind == Event.SHARE)), np.flatnonzero(until & (kind == Event.PASSED))

    def identity(rows: np.ndarray, agency: np.ndarray, noticed: np.ndarray) -> np.ndarray:
        return (who[rows].astype(np.int64) * ONE_WAY + agency) * 65536 + (noticed.astype(np.int64) + 32768)

    reached = np.concatenate([identity(shared, a[shared], b[shared]), identity(passed, a[passed] // ONE_WAY, b[passed])])
    alone = ~np.isin(identity(own, a[own], day[own]), reached)
    return np.bincount(a[own[alone]], minlength=AGENCIES)


def graph(table: pd.DataFrame, period: str) -> nx.DiGraph:
    """The ties of one period of :func:`network` as a graph: nodes have ``signs`` and ``kept``, edges ``kind`` and ``told``."""
    import networkx as nx

    made, rows = nx.DiGraph(), table[table["period"] == period]
    columns = (rows[name].tolist() for name in ("giver", "taker", "kind", "signs", "told"))
    for giver, taker, kind, signs, told in zip(*columns, strict=True):
        if isinstance(taker, str) and taker:  # read back from a file, an empty cell is no text
            made.add_node(giver, signs=signs)
            made.add_edge(giver, taker, kind=kind, told=told)
        else:
            made.add_node(giver, kept=signs)
    return made
