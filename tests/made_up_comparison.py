"""A comparison that nobody has run: tables of the right shape with plausible numbers, for tests of what is made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError

PLANS = ("as_happened_2020", "protect_universal_services", "see_every_child", "joined_up")
HEADLINES = {
    "found_sooner": ("harmed children found sooner than under the reference", "higher"),
    "found_later": ("harmed children found later than under the reference", "lower"),
    "needless_section_47": ("section 47 enquiries about children neither harmed nor likely to be", "lower"),
    "needless_assessments": ("assessments of children neither harmed, likely to be, nor in need", "lower"),
    "staff_hours": ("hours of staff, funded and asked of others", ""),
    "seen_28": ("children seen in person in the last 28 days, mean of the weeks", "higher"),
}
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
    }  # fmt: skip
    tables = {
        "first_page": first_page(plans, rng), "differences": compared(plans, MEASURES, rng), "who_gains": who_gains(plans, rng),
        "gaps": gaps(plans, rng), "hours": hours(plans, rng), "visibility": visibility(plans, about, rng), "ledger": ledger(plans, rng),
        "false_alarms": compared(plans, {n: m for n, m in MEASURES.items() if n.endswith("needless")}, rng),
        "let_go": compared(plans, {"closed_harmed": MEASURES["closed_harmed"]}, rng),
        "harm_days": compared(plans, {"undetected_days": MEASURES["undetected_days"]}, rng),
        "detection": compared(plans, {"harm_found": MEASURES["harm_found"]}, rng), "runs": runs_table(plans, planned, failed),
    }  # fmt: skip
    return Comparison(Runs({}, plans, plans[0], planned, about), tables)


def verdict(difference: float, half: float, better: str) -> str:
    if abs(difference) < half:
        return "cannot be told apart"
    if not better:
        return "differs"
    return "better" if (difference > 0) == (better == "higher") else "worse"


def first_page(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    means = {"found_sooner": 140, "found_later": 36, "needless_section_47": 512, "needless_assessments": 1804, "staff_hours": 1_204_000,
             "seen_28": 61_200}  # fmt: skip
    rows = []
    for i, plan in enumerate(plans):
        for headline, (words, better) in HEADLINES.items():
            gone = i == 0 and headline.startswith("found")
            move = 0 if i == 0 else means[headline] * rng.uniform(-0.1, 0.15)
            value, half = 0 if gone else means[headline] + move, means[headline] * 0.05
            said = "" if i == 0 else verdict(move, half, better)
            worse = np.nan if i == 0 else float(np.clip(0.5 - move / (4 * half) * (1 if better == "higher" else -1), 0, 1))
            rows.append((plan, headline, words, round(value), round(value - half), round(value + half), worse, said))
    return pd.DataFrame(rows, columns=["plan", "headline", "words", "value", "low", "high", "worse", "verdict"])


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
        for headline in ("found_sooner", "needless_section_47", "seen_28"):
            for dimension, names in GROUPS.items():
                for group in names:
                    difference, half = rng.normal(8, 12), 9.0
                    said = verdict(difference, half, HEADLINES[headline][1])
                    rows.append(
                        (plan, headline, dimension, group, 120 + difference, 120.0, difference, difference - half, difference + half, said)
                    )
    columns = ["plan", "headline", "dimension", "group", "value", "reference_value", "difference", "low", "high", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def gaps(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (plan, headline, dimension, names[0], names[-1], rng.uniform(2, 20), 11.0)
        for plan in plans for headline in ("seen_28", "found_sooner") for dimension, names in GROUPS.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["plan", "headline", "dimension", "worst_group", "best_group", "gap", "reference_gap"])


def hours(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    lines = (
        ("social workers", "visits", "funded", 402_000, (40, 52)), ("social workers", "assessments", "funded", 211_000, (40, 52)),
        ("health visitors", "contacts", "funded", 320_000, (44, 60)), ("front door workers", "screening", "funded", 61_000, (36, 48)),
        ("school staff", "doorstep visits", "extra", 0, (None, None)),
    )  # fmt: skip
    rows = []
    for plan in plans:
        for profession, task, paid, base, (low, high) in lines:
            move = 0.0 if plan == plans[0] else rng.normal(0.03, 0.02) * (base or 900_000)
            half = 0.0 if plan == plans[0] else 900.0
            money = (np.nan, np.nan) if low is None or high is None else (min(low * move, high * move), max(low * move, high * move))
            source = "no published unit cost" if low is None else "unit costs of health and social care, hour of work"
            rows.append((plan, profession, task, paid, base + move, float(base), move, move - half, move + half, *money, source))
    columns = [
        "plan", "profession", "task", "paid", "hours", "reference_hours", "difference", "low", "high", "money_low", "money_high", "source",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def visibility(plans: tuple[str, ...], about: dict[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    weeks = [about["start"] + timedelta(days=6 + 7 * i) for i in range(156)]
    for measure, ordinary, crisis in (("seen_28_share", 93.0, 42.0), ("unseen_known", 310.0, 720.0), ("unseen_unknown", 9_100.0, 71_000.0)):
        for i, plan in enumerate(plans):
            for week in weeks:
                hit = about["crisis_start"] <= week <= date(2020, 9, 1) or date(2021, 1, 5) <= week <= date(2021, 3, 8)
                lift = (crisis - ordinary) * (1 - 0.14 * i) if hit else 0.0
                mean = ordinary + lift + rng.normal(0, ordinary * 0.004)
                rows.append((pd.Timestamp(week), plan, measure, "all", mean, mean * 0.985, mean * 1.015))
    return pd.DataFrame(rows, columns=["week", "plan", "measure", "group", "mean", "low", "high"])


def ledger(plans: tuple[str, ...], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for week in range(4):
        for plan in plans:
            for agency, mode, could in (
                ("schools", "in school", 90_000),
                ("health visiting", "home visit", 900),
                ("police", "at an incident", 60),
            ):
                did = could * rng.uniform(0.1, 0.6)
                rows.append((pd.Timestamp(2020, 3, 29) + pd.Timedelta(weeks=week), plan, "all", agency, mode, could, did, did / could))
    return pd.DataFrame(rows, columns=["week", "plan", "group", "agency", "mode", "could", "did", "share"])


def runs_table(plans: tuple[str, ...], planned: int, failed: int) -> pd.DataFrame:
    rows = [(plan, seed, f"{seed:064x}", 21.5, "finished") for seed in range(1, planned + 1) for plan in plans]
    for k in range(failed):
        plan, seed, *_ = rows[len(rows) - 1 - k]
        rows[len(rows) - 1 - k] = (plan, seed, "", float("nan"), "failed")
    return pd.DataFrame(rows, columns=["plan", "seed", "digest", "seconds", "status"])
