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


COLUMNS = ("area", "measure", "published", "shrunk", "model", "off_published", "off_shrunk")
OWN = {"referrals": "referral_rate", "schools": "source_school", "health": "source_health", "police": "source_police",
       "strategy": "s47_rate", "conference": "conference_rate", "plan": "plan_start_rate"}  # fmt: skip


def check(slug: str, children: int, seeds: int) -> list[list[str]]:
    """An area's figures with its fitted adjustments, beside its own, doubtful cells put to England's, and its own shrunk ones."""
    area = load_area(slug)
    goal, got = wanted(area), mean_found(area, area.adjustments, children, range(1, seeds + 1))
    for values in (goal, got):
        values["referrals"] = sum(values[name] for name in ("schools", "health", "police", "others"))
    rows = []
    for name, own in OWN.items():
        share = name in ("schools", "health", "police")
        published, shrunk, model = getattr(area, own), *(v[name] / (v["referrals"] if share else 1) for v in (goal, got))
        off = [f"{100 * (model - one):+.1f} points" if share else f"{model / one - 1:+.1%}" for one in (published, shrunk)]
        rows.append(
            [slug, f"share_{name}" if share else name, *(f"{v:.3f}" if share else f"{v:.1f}" for v in (published, shrunk, model)), *off]
        )
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
        csv.writer(out, lineterminator="\n").writerows([COLUMNS, *checked])
    for row in checked:
        print(*row)


if __name__ == "__main__":
    main()
