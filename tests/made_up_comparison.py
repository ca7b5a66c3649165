"""A comparison that nobody has run: tables of the right shape with plausible numbers, for tests of what is made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError

PLANS = ("as_happened_2020", "protect_universal_services", "see_every_child", "joined_up")
HEADLINES = {  # headline: unit, words, better, value or mean change
    "found_sooner": (
        "children",
        "harmed children found on an earlier day than under {0}, or found and not under {0} at all",
        "higher",
        140,
    ),
    "found_later": ("children", "harmed children found on a later day than under {0}, or not found and under {0} found", "lower", 36),
    "section_47_added": ("children", "children put through a needless section 47 enquiry who are not under {0}", "lower", 71),
    "section_47_spared": ("children", "children spared a needless section 47 enquiry that they go through under {0}", "higher", 44),
    "needless_section_47": (
        "enquiries",
        "section 47 enquiries about children neither harmed nor likely to be: more than under {0}",
        "lower",
        31,
    ),
    "undetected_days": ("child-days", "days of harm before it was found: more than under {0}", "lower", -18_000),
    "seen_28": ("children", "children seen in person in the last 28 days, mean of the weeks: more than under {0}", "higher", 4800),
    "staff_hours": ("hours", "hours worked by the simulated staff: more than under {0}", "", 9300),
    "extra_hours": ("hours", "hours asked of people outside the simulated staff: more than under {0}", "", 41_000),
}
USUAL = {"needless_section_47": 512, "undetected_days": 1_482_000, "seen_28": 61_200, "staff_hours": 994_000, "extra_hours": 0}
MEASURES = {  # measure: unit, better, mean under the reference, move of each other plan
    "seen_28": ("children", "higher", 61_200.0, (4100, 9800, 150)),
    "days_unseen_mean": ("days", "lower", 34.2, (-3.1, -9.4, -0.1)),
    "harm_found": ("spells", "higher", 842.0, (38, 96, 61)),
    "undetected_days": ("child-days", "lower", 1_482_000.0, (-9000, -31_000, -14_500)),
    "section_47_needless": ("enquiries", "lower", 512.0, (9, 58, -12)),
    "assessments_needless": ("assessments", "lower", 1804.0, (32, 141, 4)),
    "closed_harmed": ("cases", "lower", 143.0, (-2, -9, -21)),
}
GROUPS = {
    "age": ("under 1", "1-4", "5-10", "11-15", "16-17"),
    "deprivation": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "digital": ("none", "phone only", "shared device", "adequate"),
    "disability": ("not disabled", "disabled"),
}


@dataclass
class Runs:
    """As ``study/runs.py`` has it."""

    kept: dict[str, pd.DataFrame]
    plans: tuple[str, ...]
    reference: str
    planned: int
    about: dict[str, Any]


@dataclass
class Comparison:
    """As ``study/comparison.py`` has it."""

    runs: Runs
    tables: dict[str, pd.DataFrame]
    digest: str = "5f" * 32
    folder: str = "a folder"
    asked: list[str] = field(default_factory=list)

    def table(self, name: str) -> pd.DataFrame:
        self.asked.append(name)
        if name not in self.tables:
            raise ConfigError(f"table = {name!r}; no such table")
        return self.tables[name]


def made_up(plans: tuple[str, ...] = PLANS, planned: int = 30, failed: int = 0, seed: int = 4) -> Comparison:
    """A comparison of these plans, the first the reference; ``failed`` runs of the last plan are missing."""
    rng = np.random.default_rng(seed)
    about = {
        "area": "Devon", "slug": "devon", "children": 146_000, "crisis": "covid19_england", "severity": 1.0, "start": date(2019, 4, 1),
        "end": date(2022, 3, 31), "crisis_start": date(2020, 3, 23), "version": "0.1.0", "first_seed": 1,
        "plans": {plan: {"plan": {"title": plan.replace("_", " "), "purpose": f"What if {plan}?"}} for plan in plans},
    }  # fmt: skip
    tables = {
        "first_page": first_page(plans, rng, planned), "differences": compared(plans, MEASURES, rng), "who_gains": who_gains(plans, rng),
        "gaps": gaps(plans, rng), "hours": hours(plans, rng), "costs": costs(plans, rng), "enquiries": enquiries(plans),
        "visibility": visibility(plans, about, rng), "ledger": ledger(plans, rng),
        "false_alarms": compared(plans, {n: m for n, m in MEASURES.items() if n.endswith("needless")}, rng),
        "let_go": compared(plans, {"closed_harmed": MEASURES["closed_harmed"]}, rng),
        "harm_days": compared(plans, {"undetected_days": MEASURES["undetected_days"]}, rng),
        "detection": compared(plans, {"harm_found": MEASURES["harm_found"]}, rng), "plans": levers(plans),
        "runs": runs_table(plans, planned, failed),
    }  # fmt: skip
    return Comparison(Runs({}, plans, plans[0], planned, about), tables)


def verdict(difference: float, half: float, better: str) -> str:
    if abs(difference) < half:
        return "cannot be told apart"
    if not better:
        return "differs"
    return "better" if (difference > 0) == (better == "higher") else "worse"


def first_page(plans: tuple[str, ...], rng: np.random.Generator, planned: int) -> pd.DataFrame:
    rows = []
    for plan in plans[1:]:
        for headline, (unit, words, better, mean) in HEADLINES.items():
            value, half = mean * rng.uniform(0.2, 1.6), abs(mean) * 0.4
            usual = USUAL.get(headline, np.nan)
            said = verdict(value, half, better)
            worse = {"better": 0.03, "worse": 0.97, "differs": np.nan}.get(said, 0.4)
            rows.append(
                (plan, headline, unit, words.format(plans[0]), value, value - half, value + half, worse, said, usual + value, usual,
                 f"{planned} of {planned}", plans[0])
            )  # fmt: skip
    columns = [
        "plan", "headline", "unit", "words", "value", "low", "high", "worse", "verdict", "plan_value", "reference_value", "of", "reference",
    ]  # fmt: skip
    table, whole = pd.DataFrame(rows, columns=columns), ["value", "low", "high", "plan_value", "reference_value"]
    return table.assign(**{name: table[name].astype("Float64").round().astype("Int64") for name in whole})


def compared(plans: tuple[str, ...], measures: dict[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for period in ("before", "crisis", "spring", "all"):
        for measure, (unit, better, mean, moves) in measures.items():
            for i, plan in enumerate(plans[1:]):
                difference = 0.0 if period == "before" else moves[i % 3] * (1 + 0.1 * rng.standard_normal())
                half = 0.0 if period == "before" else abs(moves[1]) * 0.12 + 1e-9
                said = "identical" if period == "before" else verdict(difference, half, better)
                rows.append(
                    (period, measure, "all", unit, better, plan, plans[0], mean + difference, mean, difference, difference - half,
                     difference + half, half / 1.96, 0.1, 30, None if said != "cannot be told apart" else 45, said, 1.0, 12.0)
                )  # fmt: skip
    columns = [
        "period", "measure", "group", "unit", "better", "plan", "reference", "value", "reference_value", "difference", "low", "high", "se",
        "worse", "n", "more", "verdict", "smallest", "variance_ratio",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def who_gains(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for plan in plans[1:]:
        for headline, better in (("seen_28_share", "higher"), ("days_unseen_mean", "lower"), ("section_47_needless", "lower")):
            for dimension, names in GROUPS.items():
                for group in names:
                    d, half = rng.normal(8, 12), 9.0
                    rows.append(
                        (plan, plans[0], headline, dimension, group, 120 + d, 120.0, d, d - half, d + half, verdict(d, half, better))
                    )
    columns = ["plan", "reference", "headline", "dimension", "group", "value", "reference_value", "difference", "low", "high", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def gaps(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for plan in plans[1:]:
        for headline, better in (("seen_28_share", "higher"), ("days_unseen_mean", "lower")):
            for dimension, names in GROUPS.items():
                gap, changes = rng.uniform(-4, 20), rng.normal(4, 6, 2)
                sides = [(40 + d, 40.0, d, d - 3, d + 3, verdict(d, 3, better)) for d in changes.tolist()]
                rows.append(
                    (plan, plans[0], headline, dimension, names[0], names[-1], gap, 11.0, gap - 11, gap - 13, gap - 9,
                     verdict(gap - 11, 4, "lower"), *sides[0], *sides[1])
                )  # fmt: skip
    of_side = ("value", "reference", "change", "low", "high", "verdict")
    columns = [
        "plan", "reference", "headline", "dimension", "worst_group", "best_group", "gap", "reference_gap", "difference", "low", "high",
        "verdict", *(f"{side}_{name}" for side in ("worst", "best") for name in of_side),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def hours(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    lines = (
        ("social worker", "visits", "funded", 402_000), ("social worker", "assessments", "funded", 211_000),
        ("social worker", "in hand and not used", "funded", 90_000), ("health visitor", "contacts", "funded", 320_000),
        ("front door worker", "screening", "funded", 61_000), ("school staff", "doorstep visits", "extra", 0),
    )  # fmt: skip
    rows = []
    for period in ("crisis", "all"):
        for plan in plans[1:]:
            for profession, task, paid, base in lines:
                move, half = rng.normal(0.03, 0.02) * (base or 900_000), 900.0
                tasks = [task, "all tasks"] if profession != "social worker" else [task] + ["all tasks"] * (task == "visits")
                for name in tasks:
                    rows.append(
                        (
                            period,
                            plan,
                            plans[0],
                            profession,
                            name,
                            paid,
                            base + move,
                            float(base),
                            move,
                            move - half,
                            move + half,
                            "differs",
                        )
                    )
    columns = [
        "period", "plan", "reference", "profession", "task", "paid", "hours", "reference_hours", "difference", "low", "high", "verdict",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def costs(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    lines = (
        ("school staff", "doorstep visits", "asked of others", "simulated children", "doorstep_visits", "hours", 20.0, 5.0, 60.0),
        ("none", "connecting a setting", "bought", "whole area", "cpis_settings", "pounds", 50_000.0, 5_000.0, 250_000.0),
        ("none", "setting up", "bought", "whole area", "plan", "pounds", 250_000.0, 50_000.0, 1_000_000.0),
        ("none", "all that is bought", "bought", "whole area", "", "pounds", np.nan, np.nan, np.nan),
        ("social workers", "all tasks", "worth of funded time", "simulated children", "hours", "pounds", 57.75, 44.0, 71.5),
    )  # fmt: skip
    rows = []
    for plan in plans[1:]:
        for line in lines:
            bought = line[2] == "bought"
            d = rng.normal(900, 90) if not bought else 300_000.0
            half = 0.0 if bought else 40.0
            said = "same in every seed" if bought else "differs"
            rows.append(("crisis", plan, plans[0], *line, "D", "assumed", 4.0 if bought else d, d, d / 3, 3 * d, d - half, d + half, said))
    columns = [
        "period", "plan", "reference", "profession", "task", "kind", "of_whom", "per", "unit", "each", "each_low", "each_high", "grade",
        "source", "units", "difference", "least", "most", "low", "high", "verdict",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def enquiries(plans: tuple[str, ...]) -> pd.DataFrame:
    parts = (("added", 14.2, 18.0), ("spared", 9.4, -11.0), ("both", 30.6, 2.5))
    rows = [(plan, plans[0], part, f"about children: {part}", n, more, "30 of 30") for plan in plans[1:] for part, n, more in parts]
    return pd.DataFrame(rows, columns=["plan", "reference", "part", "words", "children", "enquiries", "of"])


def visibility(plans: tuple[str, ...], about: dict[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    weeks = [about["start"] + timedelta(days=6 + 7 * i) for i in range(156)]
    for measure, ordinary, crisis in (
        ("seen_28_share", 93.0, 42.0),
        ("days_unseen_mean", 9.0, 61.0),
        ("harmed_unseen_28_share", 8.0, 55.0),
    ):
        for i, plan in enumerate(plans):
            for week in weeks:
                hit = about["crisis_start"] <= week <= date(2020, 9, 1) or date(2021, 1, 5) <= week <= date(2021, 3, 8)
                lift = (crisis - ordinary) * (1 - 0.14 * i) if hit else 0.0
                mean = ordinary + lift + rng.normal(0, ordinary * 0.004)
                rows.append((pd.Timestamp(week), plan, measure, "all", mean, mean * 0.985, mean * 1.015))
    return pd.DataFrame(rows, columns=["week", "plan", "measure", "group", "mean", "low", "high"])


def ledger(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for number in range(4):
        week = pd.Timestamp(2020, 3, 29) + pd.Timedelta(weeks=number)
        for plan in plans:
            for agency, could in (("schools", 90_000), ("health visiting", 900), ("police", 60)):
                did = could * rng.uniform(0.3, 0.6)
                for mode, part in (("any", 1.0), ("in person", 0.3), ("remote", 0.8)):
                    rows.append((week, plan, "all", agency, mode, 146_000, could, did * part, did * part / 1460, 100 * did * part / could))
    columns = ["week", "plan", "group", "agency", "mode", "children", "usual", "did", "share", "of_usual"]
    return pd.DataFrame(rows, columns=columns)


def levers(plans: tuple[str, ...]) -> pd.DataFrame:
    end, nothing = date(2022, 7, 31), (None, None, None, None)
    rows = []
    for plan in plans:
        began = (12, date(2020, 4, 27), date(2020, 5, 4), date(2020, 6, 1))
        waits = "referrals below 0.8 times the usual before the crisis over 2 weeks, known 14 days late"
        rows += [
            (plan, plan, "doorstep_rounds", "school_doorstep_weeks", date(2020, 4, 20), end, "set", 2.0, "weeks", "", "assumed",
             *nothing),
            (plan, plan, "second_look", "second_look_share", date(2020, 4, 20), end, "floor", 0.4, "share", waits, "assumed", *began),
            (plan, plans[0], "devices", "devices_share", date(2020, 5, 15), end, "follow", "0 to 0.4", "share", "", "DfE 2021", *nothing),
        ]  # fmt: skip
    columns = [
        "plan", "written_in", "lever", "dial", "from", "to", "how", "value", "unit", "waits_for", "source", "began_in", "first_began",
        "middle_began", "last_began",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def runs_table(plans: tuple[str, ...], planned: int, failed: int) -> pd.DataFrame:
    rows = [(plan, seed, f"{seed:064x}", 21.5, "finished") for seed in range(1, planned + 1) for plan in plans]
    for k in range(failed):
        plan, seed, *_ = rows[len(rows) - 1 - k]
        rows[len(rows) - 1 - k] = (plan, seed, "", float("nan"), "failed")
    return pd.DataFrame(rows, columns=["plan", "seed", "digest", "seconds", "status"])
