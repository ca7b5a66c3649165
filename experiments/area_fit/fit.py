"""Fit how areas differ from England and write ``simsafe/world/published/area_adjustments.csv``.

    uv run python experiments/area_fit/fit.py --areas shropshire devon oxfordshire liverpool southwark lambeth birmingham

England's numbers stay as they are. The method is that of ``simsafe.study.calibration.areas``; ``simsafe calibrate area=devon`` says how
well one area's adjustments are known. Rows of other areas are kept.
"""

from __future__ import annotations

import argparse
import csv
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from simsafe.study.calibration.areas import mean_found, moved_towards, wanted
from simsafe.world.area import ADJUSTMENTS, area_names, load_area
from simsafe.world.area.profile import NEUTRAL

TABLE = Path(__file__).resolve().parents[2] / "simsafe" / "world" / "published" / "area_adjustments.csv"
RESULT = Path(__file__).with_name("result.csv")


def fit(slug: str, rounds: int, children: int, seeds: int) -> tuple[str, tuple[float, ...]]:
    """An area's adjustments, moved towards its figures."""
    return slug, moved_towards(load_area(slug), NEUTRAL, rounds, children, seeds)


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
    goal, got = wanted(area), mean_found(area, area.adjustments, children, range(1, seeds + 1))
    total, of = (sum(values[name] for name in ("schools", "health", "police", "others")) for values in (goal, got))
    rows = [[slug, "referrals", f"{total:.0f}", f"{of:.0f}", f"{of / total - 1:+.1%}"]]
    for name in ("schools", "health", "police"):
        one, two = goal[name] / total, got[name] / of
        rows.append([slug, f"share_{name}", f"{one:.3f}", f"{two:.3f}", f"{100 * (two - one):+.1f} points"])
    for name in ("strategy", "conference", "plan"):
        rows.append([slug, name, f"{goal[name]:.1f}", f"{got[name]:.1f}", f"{got[name] / goal[name] - 1:+.1%}"])
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
