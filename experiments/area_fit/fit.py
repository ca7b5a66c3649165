"""Fit how areas differ from England and write ``simsafe/world/published/area_adjustments.csv``.

    uv run python experiments/area_fit/fit.py --areas shropshire devon oxfordshire liverpool southwark lambeth birmingham

England's numbers stay as they are. Of each area, four multipliers answer for its referrals by source and three shifts of thresholds for
its enquiries, conferences and plans, in ordinary times. Its own figures are shrunk towards England's (``SHRINK``), and a figure that is
missing or doubtful is England's. Rows of other areas are kept.
"""

from __future__ import annotations

import argparse
import csv
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from simsafe.ground.fitted import table
from simsafe.model import SafeguardingModel
from simsafe.scenario import Parameters, Scenario, with_values
from simsafe.study.fit import CLOSURE, KNOBS, PER, START
from simsafe.world.area import ADJUSTMENTS, Area, area_names, load_area
from simsafe.world.area.profile import NEUTRAL
from simsafe.world.contact import PUBLISHED_SOURCES

TABLE = Path(__file__).resolve().parents[2] / "simsafe" / "world" / "published" / "area_adjustments.csv"
RESULT = Path(__file__).with_name("result.csv")
# How much of an area's deviation from England is kept: the least-squares slope of areas' figures of the year to March 2020 on the mean of
# the two years before, in logs (149 areas). The slope for schools (0.27) is of a few doubtful cells; that of health is taken for it.
SHRINK = {"referral_rate": 0.87, "source_school": 0.63, "source_health": 0.63, "source_police": 0.73, "s47_rate": 0.90,
          "conference_rate": 0.98, "plan_start_rate": 0.98}  # fmt: skip
GAIN = {"schools": 0.7, "health": 0.7, "police": 1.0, "others": 0.7, "strategy": -0.8, "conference": -0.8, "plan": -1.0}
MOST = 0.7  # the farthest that one round moves anything, in logs


def targets(area: Area) -> dict[str, float]:
    """An area's figures per 10,000 children a year, shrunk towards England's."""
    england = load_area("england")
    shrunk = {n: getattr(england, n) * (getattr(area, n) / getattr(england, n)) ** weight for n, weight in SHRINK.items()}
    rate = shrunk["referral_rate"]
    shares = {"schools": shrunk["source_school"], "health": shrunk["source_health"], "police": shrunk["source_police"]}
    made: dict[str, float] = {name: rate * share for name, share in shares.items()}
    made["others"] = rate * max(1 - sum(shares.values()), 0.05)
    return made | {"strategy": shrunk["s47_rate"], "conference": shrunk["conference_rate"], "plan": shrunk["plan_start_rate"]}


def found(area: Area, children: int, seed: int) -> dict[str, float]:
    """The model's figures for the same, in ordinary times."""
    parameters = with_values(Parameters(), {k.path: table()[k.name] for k in KNOBS})
    scenario = Scenario(area.scaled(children), start=START, end=CLOSURE, seed=seed, parameters=parameters)
    model = SafeguardingModel(scenario)
    for _ in range(scenario.days):
        model.step()
    daily = model.measures.daily
    days = slice(scenario.warm_up_days, None)
    per = PER / daily["children"][days].mean() / (daily["day"][days].size / 365.25)
    sources: dict[str, float] = {
        name: sum(daily[f"referrals_{a.name.lower()}"][days].sum() for a in agencies) for name, agencies in PUBLISHED_SOURCES.items()
    }
    counts: dict[str, float] = {name: sources[name] for name in ("schools", "health", "police")}
    counts["others"] = daily["referrals"][days].sum() - sum(counts.values())
    counts |= {
        name: daily[of][days].sum() for name, of in (("strategy", "section_47"), ("conference", "conferences"), ("plan", "plans_started"))
    }
    return {name: float(count) * per for name, count in counts.items()}


def mean_found(area: Area, children: int, seeds: range) -> dict[str, float]:
    """Means over seeds."""
    runs = [found(area, children, seed) for seed in seeds]
    return {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}


def fit(slug: str, rounds: int, children: int, seeds: int) -> tuple[str, tuple[float, ...]]:
    """Move an area's adjustments towards its figures, a few times, other seeds every time."""
    area, wanted = load_area(slug), targets(load_area(slug))
    moved: dict[str, float] = dict(zip(ADJUSTMENTS, NEUTRAL, strict=True))
    for turn in range(rounds):
        got = mean_found(replace(area, adjustments=tuple(moved.values())), children, range(100 + seeds * turn, 100 + seeds * (turn + 1)))
        for name, gain in GAIN.items():
            step = gain * float(np.clip(np.log(wanted[name] / max(got[name], 1.0)), -MOST, MOST)) * (1.0 if turn < rounds / 2 else 0.6)
            moved[name] = moved[name] * float(np.exp(step)) if gain > 0 else moved[name] + step
    return slug, tuple(round(value, 4) for value in moved.values())


def write(rows: dict[str, tuple[float, ...]]) -> None:
    """Put these areas' rows into the table, in the order of the alphabet."""
    with TABLE.open(newline="", encoding="utf-8") as old:
        kept = {row["slug"]: tuple(float(row[name]) for name in ADJUSTMENTS) for row in csv.DictReader(old)} | rows
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["slug", *ADJUSTMENTS])
        table.writerows([slug, *kept[slug]] for slug in sorted(kept))


def check(slug: str, children: int, seeds: int) -> list[list[str]]:
    """An area's figures with its fitted adjustments, beside its own shrunk ones."""
    area = load_area(slug)
    wanted, got = targets(area), mean_found(area, children, range(1, seeds + 1))
    total, of = (sum(values[name] for name in ("schools", "health", "police", "others")) for values in (wanted, got))
    rows = [[slug, "referrals", f"{total:.0f}", f"{of:.0f}", f"{of / total - 1:+.1%}"]]
    for name in ("schools", "health", "police"):
        one, two = wanted[name] / total, got[name] / of
        rows.append([slug, f"share_{name}", f"{one:.3f}", f"{two:.3f}", f"{100 * (two - one):+.1f} points"])
    for name in ("strategy", "conference", "plan"):
        rows.append([slug, name, f"{wanted[name]:.1f}", f"{got[name]:.1f}", f"{got[name] / wanted[name] - 1:+.1%}"])
    return rows


def main() -> None:
    """Fit, write, and check."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--areas", nargs="*", default=[name for name in area_names() if name != "england"])
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--children", type=int, default=20_000)
    ask.add_argument("--seeds", type=int, default=2)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--only-check", action="store_true")
    a = ask.parse_args()
    with ProcessPoolExecutor(a.workers) as pool:
        if not a.only_check:
            for slug, adjustments in pool.map(partial(fit, rounds=a.rounds, children=a.children, seeds=a.seeds), a.areas):
                write({slug: adjustments})
                print(slug, *adjustments, flush=True)
    with ProcessPoolExecutor(a.workers) as pool:  # new processes, which read the new table
        checked = [row for rows in pool.map(partial(check, children=a.children, seeds=3), a.areas) for row in rows]
    with RESULT.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([["area", "measure", "published_shrunk", "model", "difference"], *checked])
    for row in checked:
        print(*row)


if __name__ == "__main__":
    main()
