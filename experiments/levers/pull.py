"""Every lever pulled alone: which dials it moves, what it moves in the run, and what it costs.

    uv run python experiments/levers/pull.py

Each lever of the shelf with its default settings, from 6 April 2020 to the end of the run, beside what areas did in 2020 or, where that
plan pulls it already, beside a plan that does nothing. The same children and luck with and without the lever; writes ``result.csv``.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from expected import EXPECTED, HEADLINES, OVER_NOTHING

from simsafe.plans.catalogue import SHELF
from simsafe.plans.change import Change
from simsafe.plans.shelf import changes_of, over
from simsafe.results.kept.facts import Facts
from simsafe.results.kept.hours import EXTRA, hours
from simsafe.results.kept.totals import totals
from simsafe.results.kept.words import words
from simsafe.results.periods import CRISIS
from simsafe.scenario import Scenario
from simsafe.study.branching import futures, timetables_of
from simsafe.study.from_config import scenario_for
from simsafe.study.paired import interval

RESULT = Path(__file__).with_name("result.csv")
SETTINGS = {"area": "england", "crisis": "covid19_england", "start": "2020-01-06", "end": "2020-10-31", "warm_up_days": 60}
FROM, TO = date(2020, 4, 6), date(2020, 10, 31)
EARLIER = {"protection_team": date(2019, 10, 7)}  # half a year to set up, so that it is there on 6 April
RARE = ("protect_health_visitors", "redeployment_governance", "unannounced_visits")  # they reach few: pulled in a larger world
HARDER = {"caseload_cap": {"caseload_cap": 14}}  # beyond the default, at which it is inert (README)
HAPPENED, NOTHING = "as_happened_2020", "business_as_usual"
COLUMNS = (
    "lever", "over", "children", "grade", "dial", "dial_from", "dial_to", "days_to_first_event",
    "measure", "why", "unit", "expected", "direction",
    "difference", "low", "high", "without", "seeds_same_way", "extra_hours", "pounds", "simulated",
)  # fmt: skip


@dataclass(frozen=True)
class Came:
    """What came of one run: totals of the crisis, extra hours by profession, pounds from and to, and its log."""

    totals: dict[str, float]
    hours: dict[str, float]
    pounds: tuple[float, float]
    log: np.ndarray


def plans(happened: Scenario, nothing: Scenario, levers: Iterable[str]) -> dict[str, tuple[Change, ...]]:
    """The plans to start from, and each lever over one of them."""
    made = {HAPPENED: happened.plan, NOTHING: nothing.plan}
    for lever in levers:
        settings = {**HARDER.get(lever, {}), "from": EARLIER.get(lever, FROM).isoformat(), "to": TO.isoformat()}
        made[lever] = over(made[base_of(lever)], changes_of({"levers": {lever: settings}}), {}, "plan")
    return made


def base_of(lever: str) -> str:
    """The plan that the lever is pulled beside."""
    return NOTHING if lever in OVER_NOTHING else HAPPENED


def scenarios(seed: int, children: int, levers: Iterable[str]) -> list[Scenario]:
    """Every plan under one seed; a plan to start from only where a lever is pulled beside it."""
    base = {name: scenario_for(plan=name, seed=seed, children=children, **SETTINGS) for name in (HAPPENED, NOTHING)}
    made, wanted = plans(base[HAPPENED], base[NOTHING], levers), {*levers, *map(base_of, levers)}
    return [replace(base[HAPPENED], plan=changes, plan_name=name) for name, changes in made.items() if name in wanted]


def outcomes(seed: int, children: int, levers: tuple[str, ...]) -> dict[str, Came]:
    """What came of every plan under one seed; the days before plans part are simulated once."""
    asked, made = scenarios(seed, children, levers), {}
    for i, model in futures(asked):
        facts = Facts.of(model)
        whole: Any = totals(facts)
        cost: Any = hours(facts)
        whole = whole[(whole["period"] == CRISIS) & (whole["group"] == "all")]
        cost = cost[(cost["period"] == CRISIS) & (cost["paid"] == EXTRA)]
        rows = model.log.rows
        made[asked[i].plan_name] = Came(
            dict(zip(whole["measure"].astype(str), whole["value"], strict=True)),
            {str(who): float(own["hours"].sum()) for who, own in cost.groupby("profession")},
            (float(cost["pounds_low"].sum()), float(cost["pounds_high"].sum())),
            np.column_stack([rows[name].astype(np.int64) for name in ("day", "kind", "who", "a", "b")]),
        )
    return made


# The table


def dials(lever: str, asked: list[Scenario]) -> tuple[str, str, str]:
    """The dials that a lever moves, from what and to what on the days on which it does, each as text with `` | `` between them."""
    names = [s.plan_name for s in asked]
    usual, own = timetables_of([asked[names.index(base_of(lever))], asked[names.index(lever)]])
    moved: list[tuple[str, str, str]] = []
    for name in (f.metadata["dial"] for f in fields(SHELF[lever])):
        before, after = usual.series(name), own.series(name)
        days = before != after
        if days.any():
            moved.append((name, ends(before[days]), ends(after[days])))
    parts = tuple(" | ".join(part) for part in zip(*moved, strict=True))
    return parts if parts else ("none", "", "")  # type: ignore[return-value]


def ends(values: np.ndarray) -> str:
    """The lowest and the highest of some values."""
    low, high = values.min(), values.max()
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"


def first_event(lever: str, runs: list[dict[str, Came]], first: date) -> str:
    """Days from the lever's first until an event differs, over the seeds; empty when none ever does."""
    found = []
    for run in runs:
        mine, theirs = run[lever].log, run[base_of(lever)].log
        both = min(len(mine), len(theirs))
        apart = np.flatnonzero((mine[:both] != theirs[:both]).any(axis=1))
        if apart.size or len(mine) != len(theirs):
            at = apart[0] if apart.size else both
            found.append(int(min(log[at, 0] for log in (mine, theirs) if at < len(log))) - (FROM - first).days)
    return f"{ends(np.array(found))} ({len(found)} of {len(runs)} seeds)" if found else "never"


def measures(lever: str, runs: list[dict[str, Came]]) -> Iterator[tuple[str, ...]]:
    """The measures expected to move, and the two of the board's first page that moved most for their spread."""
    near = EXPECTED[lever]
    others = [name for name in HEADLINES if name not in near]
    sizes = {name: np.array([run[lever].totals[name] - run[base_of(lever)].totals[name] for run in runs]) for name in (*near, *others)}
    order = sorted(others, key=lambda name: -abs(sizes[name].mean()) / max(sizes[name].std(), 1e-9) if sizes[name].any() else 0.0)
    known = words()
    for name, why in [*((name, "expected") for name in near), *((name, "board") for name in order[:2])]:
        apart = sizes[name]
        mean, _, low, high = (float(x[0]) for x in interval(apart[None, :]))
        way = "up" if low > 0 else "down" if high < 0 else "none" if not apart.any() else "up?" if mean > 0 else "down?"
        usual = float(np.mean([run[base_of(lever)].totals[name] for run in runs]))
        same = f"{int((np.sign(apart) == np.sign(mean)).sum()) if mean else 0} of {len(runs)}"
        expected = {1: "up", -1: "down", 0: "either"}[near[name]] if name in near else ""
        yield (name, why, known[name].unit, expected, way, *(f"{x:.4g}" for x in (mean, low, high, usual)), same)


def cost(lever: str, runs: list[dict[str, Came]]) -> tuple[str, str]:
    """Extra hours by profession beyond the plan without the lever, and pounds from and to; means over the seeds."""
    who = sorted({name for run in runs for plan in (lever, base_of(lever)) for name in run[plan].hours})
    mean = {
        name: np.mean([run[lever].hours.get(name, 0.0) - run[base_of(lever)].hours.get(name, 0.0) for run in runs])
        for name in who
    }  # fmt: skip
    said = "; ".join(f"{name} {value:+,.0f}" for name, value in mean.items() if abs(value) >= 0.5)
    pounds = [float(np.mean([run[lever].pounds[k] - run[base_of(lever)].pounds[k] for run in runs])) for k in (0, 1)]
    return said or "none", " to ".join(f"{x:,.0f}" for x in pounds) if any(pounds) else "none"


def keep(rows: list[tuple[str, ...]], wanted: Sequence[str]) -> None:
    """Write the table; rows of levers that were not asked for stay."""
    if len(wanted) < len(SHELF):
        with RESULT.open(newline="", encoding="utf-8") as before:
            rows = [*rows, *(tuple(row) for row in list(csv.reader(before))[1:] if row[0] not in wanted)]
    place = {lever: i for i, lever in enumerate(SHELF)}
    ordered: list[tuple[str, ...]] = sorted(rows, key=lambda row: place[row[0]])
    with RESULT.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([COLUMNS, *ordered])


def main() -> None:
    """Pull every lever; print and keep the table."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--children", type=int, default=12_000)
    ask.add_argument("--larger", type=int, default=40_000, help="children in the world of levers that reach few")
    ask.add_argument("--seeds", type=int, default=5)
    ask.add_argument("--workers", type=int, default=1)
    ask.add_argument("--only", nargs="+", choices=list(SHELF), help="these levers alone; the others' rows stay as they are")
    a = ask.parse_args()
    began, seeds, wanted = perf_counter(), range(1, a.seeds + 1), a.only or list(SHELF)
    sizes = {lever: a.larger if lever in RARE else a.children for lever in wanted}
    worlds = {children: tuple(lever for lever in wanted if sizes[lever] == children) for children in dict.fromkeys(sizes.values())}
    jobs = [(seed, children, levers) for children, levers in worlds.items() for seed in seeds]
    if a.workers > 1:
        with ProcessPoolExecutor(a.workers) as workers:
            made = list(workers.map(outcomes, *zip(*jobs, strict=True)))
    else:
        made = [outcomes(*job) for job in jobs]
    of_world = {children: [came for came, job in zip(made, jobs, strict=True) if job[1] == children] for children in worlds}
    asked, rows = scenarios(1, a.children, tuple(SHELF)), []
    for lever in wanted:
        runs, grade = of_world[sizes[lever]], "".join(sorted({f.metadata["grade"] for f in fields(SHELF[lever])}))
        front = (lever, base_of(lever), f"{sizes[lever]}", grade, *dials(lever, asked), first_event(lever, runs, asked[0].first))
        rows += [(*front, *measure, *cost(lever, runs), f"{a.seeds} seeds") for measure in measures(lever, runs)]
    keep(rows, wanted)
    for before, row in pairwise([COLUMNS, *rows]):
        print(
            " | ".join(
                (row if row[0] != before[0] else (*[""] * 8, *row[8:]))[k] for k in (0, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17, 18, 19)
            )
        )
    print(f"{perf_counter() - began:.0f} seconds")


if __name__ == "__main__":
    main()
