"""How much of the work may be remote: shares in person swept through the first year of the crisis.

    uv run python experiments/remote_share/sweep.py

Every service that can choose meets this share of its contacts in person from 23 March 2020 for a year; all else is as it happened. Writes
``result.csv`` beside this file: means over the seeds, and the difference from the same children all met in person, with the standard
error of that difference.
"""

from __future__ import annotations

import argparse
import csv
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from simsafe.model import SafeguardingModel
from simsafe.plans.change import Change
from simsafe.results.ladder import found_days
from simsafe.scenario import with_values
from simsafe.study.from_config import scenario_for
from simsafe.system.cases import NONE

RESULT = Path(__file__).with_name("result.csv")
AREA = "shropshire"
FROM, TO, END = date(2020, 3, 23), date(2021, 3, 22), "2021-09-30"
SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)
SERVICES = ("health_visiting", "midwifery", "school_nursing", "camhs", "early_help", "housing")
VISITS = ("enquiry", "protection_visit", "assessment_visit", "in_need_visit")
DIALS = (*(f"{name}_in_person_share" for name in (*SERVICES, *VISITS)), "gp_face_to_face_share")
FAMILIES = {  # what remote contact does to them
    "alike": {},
    "different": {  # one in five more at ease, young people too, and what a call shows from half to one and a half times the average
        "senses.doors.at_ease_from_afar": 0.2, "senses.nature.modes.young_online": 1.2, "senses.nature.modes.afar_spread": 0.5,
    },
}  # fmt: skip
UNITS = {
    "seen_28": "share of children seen in person within 28 days, mean of the weeks of the year",
    "meetings": "contacts outside school a child, in person or remote",
    "referrals": "referrals in the year",
    "section_47_needless": "enquiries about children neither harmed nor likely to be",
    "found_26": "share of spells of harm begun in the year and acted upon within 26 weeks",
    "undetected": "child-days of harm in the year before it was found",
    "let_go_pooled_over": "children let go whom signs held elsewhere would have kept",
    "worker_minutes": "social workers' minutes used on visits",
}


def outcomes(share: float, families: str, seed: int, children: int) -> dict[str, float]:
    """What came of one run."""
    scenario = scenario_for(
        area=AREA, crisis="covid19_england", plan="as_happened_2020", end=END, start="2020-01-01", children=children, seed=seed
    )
    ours = [Change(dial, FROM, TO, value=share) for dial in DIALS]
    kept = [part for change in scenario.plan for part in change.outside(ours)]
    crisis = tuple(part for change in scenario.crisis for part in change.outside(ours))
    parameters = with_values(scenario.parameters, FAMILIES[families])
    model = SafeguardingModel(replace(scenario, crisis=crisis, plan=(*kept, *ours), parameters=parameters))
    while model.running:
        model.step()
    return measured(model)


def measured(model: SafeguardingModel) -> dict[str, float]:
    """The year's numbers."""
    first, last = ((when - model.setup.first).days for when in (FROM, TO))
    daily, weekly, spells = model.measures.daily, model.measures.weekly, model.behind.harm.spells
    year = slice(first, last + 1)
    total = {name: float(column[year].sum()) for name, column in daily.items()}
    at = (weekly["day"] >= first) & (weekly["day"] <= last) & (weekly["group"] == 0)
    onset, found = spells["onset"].astype(int), found_days(model)
    end = np.where(spells["end"] == NONE, model.day, spells["end"]).astype(int)
    found = np.where(found == NONE, model.day + 1000, found)
    begun = (onset >= first) & (onset <= last)
    stop = np.minimum(np.minimum(end, found), last + 1)
    return {
        "seen_28": float(weekly["seen_28"][at].sum() / weekly["children"][at].sum()),
        "meetings": (total["meetings_in_person"] + total["meetings_remote"]) / float(daily["children"][year].mean()),
        "referrals": total["referrals"],
        "section_47_needless": total["section_47_needless"],
        "found_26": float((found[begun] <= onset[begun] + 182).mean()),
        "undetected": float(np.clip(stop - np.maximum(onset, first), 0, None).sum()),
        "let_go_pooled_over": total["let_go_pooled_over"],
        "worker_minutes": total["minutes_visit"],
    }


def main() -> None:
    """Run every share, kind of families and seed; print and keep the comparison."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--children", type=int, default=6_000)
    ask.add_argument("--seeds", type=int, default=4)
    ask.add_argument("--workers", type=int, default=2)
    a = ask.parse_args()
    asked = [(share, families, seed) for families in FAMILIES for share in SHARES for seed in range(1, a.seeds + 1)]
    with ProcessPoolExecutor(a.workers) as workers:
        runs = dict(zip(asked, workers.map(outcomes, *zip(*asked, strict=True), [a.children] * len(asked)), strict=True))
    rows: list[tuple[str, ...]] = [("families", "in_person_share", "measure", "mean", "difference", "standard_error", "unit")]
    for families in FAMILIES:
        for share in SHARES:
            for name, unit in UNITS.items():
                here, all_in_person = (np.array([runs[s, families, k + 1][name] for k in range(a.seeds)]) for s in (share, 1.0))
                apart = here - all_in_person
                error = apart.std(ddof=1) / np.sqrt(a.seeds) if a.seeds > 1 else float("nan")
                rows.append((families, f"{share:g}", name, *(f"{x:.4g}" for x in (here.mean(), apart.mean(), error)), unit))
    with RESULT.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    for row in rows:
        print(" | ".join(f"{cell:>20}" for cell in row[:6]))


if __name__ == "__main__":
    main()
