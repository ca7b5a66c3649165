"""Ten-seed means of the fitted model against the published figures, written to ``result.csv`` beside this file.

uv run python experiments/first_fit/check.py
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from simsafe.ground.fitted import table
from simsafe.study.fit import REFERRALS, TARGETS, mean_of, runs_of
from simsafe.world.contact import PUBLISHED_SOURCES

RESULT = Path(__file__).with_name("result.csv")
SOURCES = {name: tuple(f"share_{a.name.lower()}" for a in PUBLISHED_SOURCES[name]) for name in ("police", "schools", "health")}
SPRING = "DfE: 16 to 18 % fewer; no number of this fit was moved for it, one assumed size of the plan was (spring.py)"
NOT_FITTED = (
    ("referrals_left", "April-June 2020 over a year before", 0.83, SPRING),
    ("open_over_two_years", "share of episodes open at the end", 0.318, "DfE children in need 2018-20, by duration; not fitted"),
)
PUBLISHED = {"police": 0.288, "schools": 0.181, "health": 0.148}


def main() -> None:
    """Run the seeds, print and keep the comparison."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--children", type=int, default=40_000)
    ask.add_argument("--seeds", type=int, default=10)
    ask.add_argument("--workers", type=int, default=2)
    a = ask.parse_args()
    runs = runs_of(table(), a.children, range(1, a.seeds + 1), a.workers)
    rows = [("measure", "unit", "published", "model_mean", "model_sd_between_seeds", "difference", "source")]
    found = mean_of(runs)
    total, published = found["referrals"], REFERRALS
    both = (f"{published:.1f}", f"{total:.1f}", "", f"{total / published - 1:+.1%}")
    rows.append(("referrals", "per 10,000 a year", *both, "DfE children in need 2018-20"))
    for name, target in TARGETS.items():
        spread = np.std([r[name] for r in runs], ddof=1) if len(runs) > 1 else float("nan")
        difference = f"{found[name] / target.value - 1:+.1%}"
        rows.append((name, target.unit, f"{target.value:.4g}", f"{found[name]:.4g}", f"{spread:.2g}", difference, target.source))
    for source, parts in SOURCES.items():
        share = sum(found[part] for part in parts)
        both = (f"{PUBLISHED[source]:.3f}", f"{share:.3f}", "", f"{100 * (share - PUBLISHED[source]):+.1f} points")
        rows.append((f"share_{source}", "of referrals", *both, "DfE children in need 2018-20"))
    for name, unit, value, source in NOT_FITTED:
        rows.append((name, unit, str(value), f"{found[name]:.3f}", "", "", source))
    with RESULT.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    for row in rows:
        print(" | ".join(f"{cell:>26}" if k else f"{cell:28}" for k, cell in enumerate(row[:6])))


if __name__ == "__main__":
    main()
