"""What a calibration found, as tables: every figure beside its fit, what each wave left, how well each number is known, the kept sets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.files import write_whole
from simsafe.study.calibration.england import DETECTED
from simsafe.study.calibration.inputs import PREVALENCE, shares_of
from simsafe.study.calibration.matching import CUT, SHIPPED, Matched, Tried, plain
from simsafe.study.calibration.recovery import ALLOWED, held_of, recover
from simsafe.study.calibration.sampling import EVEN
from simsafe.study.keeping import in_words

TOTALS_BAR, SHARES_BAR = 0.05, 0.15  # mean absolute error
OF_TOTALS, OF_SHARES = ("total",), ("split", "share")
MIDDLE = (0.05, 0.5, 0.95)
SETS = "sets"


@dataclass(frozen=True)
class Outcome:
    """The tables of a calibration, and its main points."""

    targets: pd.DataFrame
    waves: pd.DataFrame
    numbers: pd.DataFrame
    kept: pd.DataFrame
    detection: pd.DataFrame
    summary: dict[str, Any]


def outcome(made: Matched, failures: int) -> Outcome:
    """The tables of what was found. The recovery test is made here, on the last emulator."""
    targets, numbers, kept = target_rows(made), number_rows(made), kept_rows(made)
    return Outcome(targets, wave_rows(made), numbers, kept, detection_rows(made), summary_of(made, targets, numbers, failures))


def target_rows(made: Matched) -> pd.DataFrame:
    """Every figure, fitted or only checked, beside the shipped numbers and the kept sets."""
    problem, rows = made.problem, []
    place = {name: i for i, name in enumerate(problem.names)}
    for target in problem.targets:
        found = np.array([one.mean(target.name) for one in made.kept])
        ends = np.nanquantile(found, MIDDLE) if found.size else np.full(3, np.nan)
        row: dict[str, Any] = {
            "name": target.name, "use": target.use, "kind": target.kind, "unit": target.unit, "published": plain(target.value),
            "spread": plain(target.spread), "discrepancy": plain(target.discrepancy), "shipped": plain(made.shipped.mean(target.name)),
            "kept_low": plain(ends[0]), "kept_middle": plain(ends[1]), "kept_high": plain(ends[2]),
        }  # fmt: skip
        row["shipped_error"] = plain(row["shipped"] / target.value - 1)
        row["kept_error"] = plain(float(np.nanmean(found)) / target.value - 1) if found.size else float("nan")
        at = place.get(target.name)
        row["shipped_implausibility"] = float("nan") if at is None else plain(made.shipped.implausibility[at])
        for wave in made.waves:
            row[f"wave_{wave.number}_implausibility"] = float("nan") if at is None else plain(middle_of(wave.tried, at))
        rows.append(row | {"kept_implausibility": float("nan") if at is None else plain(middle_of(made.kept, at)), "source": target.source})
    return pd.DataFrame(rows)


def middle_of(tried: list[Tried], place: int) -> float:
    """The middle implausibility of sets in one figure."""
    return float(np.median([one.implausibility[place] for one in tried])) if tried else float("nan")


def wave_rows(made: Matched) -> pd.DataFrame:
    """What each wave ran and left."""
    rows = []
    for wave in made.waves:
        worst = np.array([one.implausibility.max() for one in wave.tried])
        rows.append({
            "wave": wave.number, "sets": len(wave.tried), "middle_of_largest_implausibility": plain(np.median(worst)),
            "sets_not_ruled_out": int(np.sum(worst < CUT)), "anything_left": wave.left.reached,
            "log10_space_left": plain(wave.left.log10_share),
            "emulator_variance_over_allowed": plain(np.median(wave.variance / made.problem.variance)),
            "largest_emulator_variance_over_allowed": plain(np.max(wave.variance / made.problem.variance)),
        })  # fmt: skip
    return pd.DataFrame(rows)


def number_rows(made: Matched) -> pd.DataFrame:
    """Every number: its range, the range of the kept sets, and whether truths were found again."""
    problem = made.problem
    names = [one.name for one in problem.inputs]
    kept = shares_of(problem.inputs, [one.values for one in made.kept])
    found = None
    if made.fit is not None:
        found = recover(made.fit, names, np.random.default_rng([made.asked.seed, 999])) if not made.asked.quick else None
    rows = []
    for i, one in enumerate(problem.inputs):
        values = np.array([a_set.values[one.name] for a_set in made.kept])
        ends = np.quantile(values, MIDDLE) if values.size else np.full(3, np.nan)
        rows.append({
            "name": one.name, "path": one.path, "use": "fitted" if one.fitted else "swept", "low": one.low, "high": one.high,
            "shipped": one.usual, "kept_low": plain(ends[0]), "kept_middle": plain(ends[1]), "kept_high": plain(ends[2]),
            "width_left": plain(kept[:, i].std() / np.sqrt(EVEN)) if len(kept) > 1 else float("nan"),
            "recovered": float("nan") if found is None else int(found["held"].iloc[i]),
            "truths": float("nan") if found is None else int(found["truths"].iloc[i]), "source": one.source,
        })  # fmt: skip
    return pd.DataFrame(rows)


def kept_rows(made: Matched) -> pd.DataFrame:
    """One row a set that was run as a candidate, kept or not: what rules it out, its errors and its numbers."""
    rows = []
    for one in (made.shipped, *made.candidates):
        worst = int(np.argmax(one.implausibility))
        rows.append({
            "set": one.name, "kept": one.kept, "runs": len(one.runs), "largest_implausibility": plain(one.implausibility[worst]),
            "of": made.problem.names[worst], "error_of_totals": plain(error_of(made, [one], OF_TOTALS)),
            "error_of_shares": plain(error_of(made, [one], OF_SHARES)), **{name: plain(value) for name, value in one.values.items()},
        })  # fmt: skip
    return pd.DataFrame(rows)


def error_of(made: Matched, sets: list[Tried], kinds: tuple[str, ...]) -> float:
    """The mean absolute error of the fitted figures of some kinds, as shares of the published ones, of the mean over sets."""
    away = [abs(np.mean([one.mean(t.name) for one in sets]) / t.value - 1) for t in made.problem.fitted if t.kind in kinds]
    return float(np.mean(away)) if away and sets else float("nan")


def detection_rows(made: Matched) -> pd.DataFrame:
    """How much harm is acted upon within 26 weeks, at low, central and high prevalence: thirds of the kept sets, of three at least."""
    with_it = [one for one in made.kept if DETECTED in one.runs[0] and PREVALENCE in one.values]
    if len(with_it) < 3:
        return pd.DataFrame(columns=["prevalence", "from", "to", "sets", "low", "middle", "high"])
    order = sorted(with_it, key=lambda one: one.values[PREVALENCE])
    rows = []
    for name, part in zip(("low", "central", "high"), np.array_split(np.arange(len(order)), 3), strict=True):
        sets = [order[i] for i in part]
        ends = np.nanquantile([one.mean(DETECTED) for one in sets], (0.0, 0.5, 1.0))
        rows.append({
            "prevalence": name, "from": sets[0].values[PREVALENCE], "to": sets[-1].values[PREVALENCE], "sets": len(sets),
            "low": plain(ends[0]), "middle": plain(ends[1]), "high": plain(ends[2]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def summary_of(made: Matched, targets: pd.DataFrame, numbers: pd.DataFrame, failures: int) -> dict[str, Any]:
    """The main points."""
    excluded = [name for name, far in zip(made.problem.names, made.shipped.implausibility, strict=True) if far >= CUT]
    recovered = numbers.dropna(subset=["recovered"])
    singles = {kinds: [error_of(made, [one], kinds) for one in made.kept] or [float("nan")] for kinds in (OF_TOTALS, OF_SHARES)}
    return {
        "simulated": True, "area": made.problem.title, "children": made.problem.children, "quick": made.asked.quick,
        "sweep": made.asked.swept,
        "wanted": made.asked.size.wanted, "kept": len(made.kept), "tried": len(made.candidates) + 1, "failed_runs": failures,
        "shipped_kept": made.shipped.kept, "shipped_excluded_by": excluded, "log10_space_left": plain(made.waves[-1].left.log10_share),
        "anything_left": made.waves[-1].left.reached,
        "shipped_error_of_totals": plain(error_of(made, [made.shipped], OF_TOTALS)),
        "shipped_error_of_shares": plain(error_of(made, [made.shipped], OF_SHARES)),
        "kept_error_of_totals": plain(error_of(made, made.kept, OF_TOTALS)),
        "kept_error_of_shares": plain(error_of(made, made.kept, OF_SHARES)),
        "middle_set_error_of_totals": plain(np.median(singles[OF_TOTALS])),
        "middle_set_error_of_shares": plain(np.median(singles[OF_SHARES])),
        "bars": {"totals": TOTALS_BAR, "shares": SHARES_BAR},
        "recovered_of_200": plain(held_of(recovered.rename(columns={"recovered": "held"}))) if len(recovered) else None,
        "recovered_allowed": list(ALLOWED),
        "recovered_outside": [str(name) for name, held in zip(recovered["name"], recovered["recovered"], strict=True)
                              if not ALLOWED[0] <= held <= ALLOWED[1]],
        "fitted": len(made.problem.fitted), "checked": len(made.problem.checked),
        "misfits": [str(name) for name in targets.loc[targets["kept_implausibility"] > 2, "name"]],
    }  # fmt: skip


# Files


def write_outcome(made: Matched, found: Outcome, folder: Path) -> list[Path]:
    """Write the tables, the main points and the kept sets; their paths."""
    tables = {"targets": found.targets, "waves": found.waves, "numbers": found.numbers, "kept": found.kept, "detection": found.detection}
    with in_words(folder):
        for name, table in tables.items():
            write_whole(folder / f"{name}.csv", text_of(table))
        plain_summary = json.dumps({k: None if v != v else v for k, v in found.summary.items()}, indent=1, ensure_ascii=False)
        write_whole(folder / "calibration.json", (plain_summary + "\n").encode())
        write_sets(made, folder / SETS)
    return [*(folder / f"{name}.csv" for name in tables), folder / "calibration.json"]


def write_sets(made: Matched, folder: Path) -> None:
    """Each kept set as a file of names and values, and none that is kept no longer."""
    folder.mkdir(exist_ok=True)
    fresh = {}
    for number, one in enumerate(made.kept, 1):
        name = SHIPPED if one is made.shipped else f"set_{number:03d}"
        lines = ["name,value", *(f"{key},{value!r}" for key, value in one.values.items())]
        fresh[f"{name}.csv"] = ("\n".join(lines) + "\n").encode()
    for path in folder.glob("*.csv"):
        if path.name not in fresh:
            path.unlink()
    for name, raw in fresh.items():
        write_whole(folder / name, raw)


def text_of(table: pd.DataFrame) -> bytes:
    """A table as CSV, the column ``simulated`` in front."""
    made = table.copy()
    made.insert(0, "simulated", "yes")
    return made.to_csv(index=False, lineterminator="\n").encode()
