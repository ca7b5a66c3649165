"""What every column of the tables for people, and of the kept tables they are made from, means."""

from __future__ import annotations

import pandas as pd

from simsafe.results.kept.words import words
from simsafe.study.matters import smallest_of

PAIRED = {
    "value": ("of the measure", "mean over the seeds that plan and reference both have"),
    "reference_value": ("of the measure", "the same under the reference"),
    "difference": ("of the measure", "value less reference_value, seed by seed, then averaged"),
    "low": ("of the measure", "low end of the 95 % interval of the difference (Student's t over seeds); empty for one seed"),
    "high": ("of the measure", "its high end"),
    "se": ("of the measure", "standard error of the difference"),
    "worse": ("share", "of seeds in which the plan was worse; empty where neither direction is better"),
    "n": ("seeds", "that plan and reference both have"),
    "of": ("", "the same of the number planned; below 95 % nothing is ranked"),
    "more": ("seeds", "further replications that would put the interval beyond, or within, the smallest difference that matters; "
             "empty when settled or when nothing varies"),
    "verdict": ("", "identical (every event), better, worse, differs (no better direction), cannot be told apart, or too few runs"),
    "smallest": ("of the measure", "the smallest difference that matters, as declared"),
    "variance_ratio": ("ratio", "variance of the difference on different seeds over that on the same seeds; empty when nothing varies"),
}  # fmt: skip
PLANS = {"plan": ("", "name of the plan"), "reference": ("", "plan it is compared with")}
MEASURED = {
    "period": ("", "before the crisis, crisis (to the end of the run), spring (its first 13 weeks), or all reported days"),
    "measure": ("", "name, as in this dictionary"), "group": ("", "all, or a group such as age/under 1"),
    "unit": ("", "of the measure"), "better": ("", "higher or lower, other things equal; empty for neither"),
}  # fmt: skip
LIKE_DIFFERENCES = MEASURED | PLANS | PAIRED
GROUPED = {"headline": ("", "measure, as in this dictionary"), "dimension": ("", "way of grouping children")}
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    **dict.fromkeys(("differences", "false_alarms", "let_go", "harm_days", "detection"), LIKE_DIFFERENCES),
    "first_page": PLANS | {
        "headline": ("", "short name"), "unit": ("", "of the numbers"), "words": ("", "what is counted, in plain words"),
        "value": ("of the headline", "children, for headlines on the same children; else the change against the reference; whole"),
        "low": ("of the headline", "low end of its 95 % interval; whole"), "high": ("of the headline", "its high end; whole"),
        "plan_value": ("of the headline", "under the plan; empty for headlines on the same children"),
        "reference_value": ("of the headline", "under the reference; likewise"),
        **{name: PAIRED[name] for name in ("worse", "verdict", "of")},
    },
    "who_gains": PLANS | GROUPED | {"group": ("", "of children"), "unit": ("", "of the measure")} | PAIRED,
    "gaps": PLANS | GROUPED | {
        "worst_group": ("", "the worst-off group under the reference"), "best_group": ("", "the best-off group under the reference"),
        "gap": ("of the measure", "how much worse off the one is than the other under the plan; below nought: they have changed places"),
        "reference_gap": ("of the measure", "the same under the reference"),
    } | {
        f"{side}_{name}": (unit, f"of the {side}-off group by itself: {said}") for side in ("worst", "best")
        for name, (unit, said) in {
            "value": ("of the measure", "under the plan"), "reference": ("of the measure", "under the reference"),
            "change": ("of the measure", "plan less reference"), "low": ("of the measure", "low end of the 95 % interval of the change"),
            "high": ("of the measure", "its high end"), "verdict": ("", "whether the group is better or worse off than there"),
        }.items()
    } | {name: entry for name, entry in PAIRED.items() if name not in ("value", "reference_value")},
    "hours": PLANS | {
        "period": MEASURED["period"], "profession": ("", "whose hours"), "task": ("", "on what; all tasks: all their work"),
        "paid": ("", "funded: posts that are there anyway; extra: asked of people outside the simulated staff"),
        "hours": ("hours", "under the plan"), "reference_hours": ("hours", "under the reference"),
    } | {name: entry for name, entry in PAIRED.items() if name not in ("value", "reference_value", "worse")},
    "costs": PLANS | {
        "period": MEASURED["period"], "profession": ("", "whose hours, or none for what is bought"), "task": ("", "on what"),
        "kind": ("", "asked of others; bought; or worth of funded time, which is no bill"),
        "of_whom": ("", "simulated children, or whole area: counted in full however few of its children are simulated"),
        "per": ("", "what a unit is"), "unit": ("", "of the amounts: hours or pounds"),
        "each": ("minutes or pounds a unit", "as used"), "each_low": ("minutes or pounds a unit", "the least that is plausible"),
        "each_high": ("minutes or pounds a unit", "the most"),
        "grade": ("", "of that cost: A published in the United Kingdom to D assumed; rule: by definition"),
        "source": ("", "of that cost"), "units": ("units", "more than under the reference, mean over the seeds"),
        "least": ("hours or pounds", "the difference at the least that a unit may cost"), "most": ("hours or pounds", "at the most"),
    } | {name: entry for name, entry in PAIRED.items() if name != "worse"} | {
        "verdict": ("", "as elsewhere; same in every seed: luck does not move it, because it is a fixed sum"),
    },
    "enquiries": PLANS | {
        "part": ("", "added, spared or both; the three parts add up to the difference"), "words": ("", "about which children"),
        "children": ("children", "mean over the seeds"),
        "enquiries": ("enquiries", "needless section 47 enquiries about them, plan less reference, mean over the seeds"),
        "of": PAIRED["of"],
    },
    "visibility": {
        "week": ("", "date of its last day"), "plan": PLANS["plan"], "measure": MEASURED["measure"], "group": MEASURED["group"],
        "mean": ("of the measure", "over the seeds"), "low": ("of the measure", "low end of its 95 % interval"),
        "high": ("of the measure", "its high end"),
    },
    "ledger": {
        "week": ("", "date of its last day; groups other than all: the last of four weeks"), "plan": PLANS["plan"],
        "group": MEASURED["group"], "agency": ("", "that could meet the child"),
        "mode": ("", "single way to meet (group all only), in person, remote, or any"),
        "children": ("children", "of the group, living in the area"),
        "usual": ("children", "whom the agency would have met in an ordinary week, however it met them"),
        "did": ("children", "different children it met in this mode, a week"),
        "share": ("per cent", "did over children: of those who live in the area, how many the agency met"),
        "of_usual": ("per cent", "did over usual; over 100 where it met more children than in an ordinary week"),
    },
    "plans": {
        "plan": PLANS["plan"], "written_in": ("", "plan in which the lever is written: itself, or one that it starts from"),
        "lever": ("", "as in simsafe describe levers"), "dial": ("", "what it turns, as in simsafe describe dials"),
        "from": ("", "first day"), "to": ("", "last day"), "how": ("", "what the value does to the dial: set, floor, cap and so on"),
        "value": ("of the dial", "what is asked, or the first and the last value of a line"), "unit": ("", "of the value"),
        "waits_for": ("", "the figure that it waits for, and what has to come of it; empty for one that goes by its dates"),
        "source": ("", "of the value; assumed where nobody has published one"),
        "began_in": ("seeds", "in which what it waited for came; empty for a lever that goes by its dates"),
        "first_began": ("", "the earliest day of these"), "middle_began": ("", "the day in the middle"), "last_began": ("", "the latest"),
    },
    "effort": {
        "plan": ("", "name of the plan as it was written"), "profession": ("", "whose extra hours; or all, exchanged"),
        "hours_before": ("hours", "extra, beyond the reference, of the plan as written; mean of the pilot runs"),
        "target": ("hours", "the least that any plan asks of the profession, among those that ask"),
        "factor": ("share", "of the strength of the levers that cost this profession that was left them"),
        "hours_after": ("hours", "of the plan as it was compared"),
        "equal": ("", "within a twentieth of the target, or the plan asks nothing of the profession"),
        "why": ("", "what stood in the way, or why there was nothing to make equal"),
        "exchange": ("", "what an hour of each profession counts for, or none"),
    },
    "break_even": {
        "axis": ("", "the number that nobody knows"), "unit": ("", "of its values"),
        "usual": ("of the axis", "value in force in the comparison; of several numbers that are put to one value, that of the first"),
        "moves": ("", "the numbers that it moves, and where each stands in the comparison"),
        "lowest": ("of the axis", "the lowest value tried"), "highest": ("of the axis", "the highest"),
        "headline": ("", "measure, as in this dictionary; all children, in the crisis"),
        "better": MEASURED["better"], "plan": ("", "one plan"), "other": ("", "the plan it is held against"),
        "of": ("", "runs that the poorest comparison stands on, of those planned"),
        "at": ("of the axis", "value at which the order of the two turns round, by straight lines between the values tried"),
        "low": ("of the axis", "from here the seeds cannot say which plan leads"), "high": ("of the axis", "to here"),
        "crossings": ("", "how often it turns round; at is the first"),
        "first": ("of the measure", "plan less other at the lowest value tried"),
        "last": ("of the measure", "the same at the highest"),
        "unsure": ("per cent", "of the range tried in which the seeds cannot say"),
        "answer": ("", "flips, never within the range, no difference, or cannot be told apart, at any value; or too few runs"),
    },
    "runs": {
        "plan": PLANS["plan"], "seed": ("", "of the run's luck"), "digest": ("", "SHA-256 of the run's event log"),
        "seconds": ("seconds", "it took"), "status": ("", "finished, failed or missing"),
    },
}  # fmt: skip


def meanings() -> pd.DataFrame:
    """name, unit, meaning, better, smallest, of its value, reason: every measure, then every column as ``table.column``."""
    rows = []
    for name, word in words().items():
        rule = smallest_of(name, word.unit)
        rows.append((name, word.unit, word.meaning, word.better, rule.least, rule.share, rule.reason))
    for table, columns in COLUMNS.items():
        rows += [(f"{table}.{name}", unit, meaning, "", None, None, "") for name, (unit, meaning) in columns.items()]
    return pd.DataFrame(rows, columns=["name", "unit", "meaning", "better", "smallest", "smallest_share", "reason"])
