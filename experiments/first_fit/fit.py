"""Fit England before the crisis and write ``simsafe/ground/fitted.csv``.

    uv run python experiments/first_fit/fit.py --rounds 30 --children 20000

Each round runs two seeds, prints the misfit, and moves every fitted number once. At the end the table of fitted numbers is
written whole, and ``check.py`` shows the ten-seed means.
"""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path

from simsafe.ground.fitted import table
from simsafe.study.fit import KNOBS, mean_of, misfit, move, runs_of

FITTED = Path(__file__).resolve().parents[2] / "simsafe" / "ground" / "fitted.csv"


def write(values: dict[str, float]) -> None:
    """Replace the table of fitted numbers in one move."""
    temporary = FITTED.with_suffix(".tmp")
    with temporary.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["name", "value"])
        rows.writerows([k.name, f"{values[k.name]:.5g}"] for k in KNOBS)
    os.replace(temporary, FITTED)


def main() -> None:
    """Run the fit."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rounds", type=int, default=30)
    ask.add_argument("--children", type=int, default=20_000)
    ask.add_argument("--seeds", type=int, default=2)
    ask.add_argument("--workers", type=int, default=2)
    a = ask.parse_args()
    values = dict(table())
    for turn in range(a.rounds):
        seeds = range(100 + a.seeds * turn, 100 + a.seeds * (turn + 1))  # other seeds every round: their noise averages out
        found = mean_of(runs_of(values, a.children, seeds, a.workers))
        errors = misfit(found)
        print(turn, " ".join(f"{n}={e:+.0%}" for n, e in errors.items()), flush=True)
        values = move(values, found, step=1.0 if turn < a.rounds // 2 else 0.5)
        write(values)


if __name__ == "__main__":
    main()
