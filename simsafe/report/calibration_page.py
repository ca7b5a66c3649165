"""A calibration as one page: every figure beside its fit, what each wave left, how well each number is known, misfit in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from simsafe.report.calibration_figure import fit_figure, spaced
from simsafe.report.page import keep, rendered
from simsafe.report.svg import inline_svg
from simsafe.study.calibration.outcome import SHARES_BAR, TOTALS_BAR, Outcome

PAGE = "report.html"
MUCH, FAR = 2.0, 0.25  # standard deviations, and shares of what was published, from which a misfit is said


def write_calibration(found: Outcome, command: str, folder: Path) -> Path:
    """Write the page; its path. ConfigError when it cannot be written."""
    return keep(folder / PAGE, calibration_page(found, command).encode("utf-8", errors="replace"), "output")


def calibration_page(found: Outcome, command: str) -> str:
    """The page as text."""
    said = found.summary
    rows = [figure_row(row) for row in records(found.targets)]
    return rendered(
        "calibration.html",
        said=said,
        shares=pd.notna(said["shipped_error_of_shares"]),  # an area has none to fit
        command=command,
        fitted=[row for row in rows if row["fitted"]],
        checked=[row for row in rows if not row["fitted"]],
        waves=list(wave_rows(found.waves)),
        by_wave=list(implausibility_rows(found.targets)),
        numbers=list(number_rows(found.numbers)),
        detection=list(detection_rows(found.detection)),
        misfits=list(misfits(found)),
        verdicts=list(verdicts(said)),
        picture=inline_svg(fit_figure(records(found.targets)), "fit", "Every figure's fit over what was published"),
    )


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table by column."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def number(value: Any) -> str:
    """A number with three digits that count; nothing where there is none."""
    return "" if pd.isna(value) else f"{float(value):,.0f}" if abs(float(value)) >= 1000 else f"{float(value):.3g}"


def figure_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """One published figure in the words of the page."""
    ends = f"{number(row['kept_low'])} to {number(row['kept_high'])}" if pd.notna(row["kept_low"]) else ""
    return {
        "fitted": row["use"] == "fitted", "name": spaced(row["name"]), "unit": row["unit"], "published": number(row["published"]),
        "error": f"±{number(row['spread'])}; {number(row['discrepancy'])}",
        "shipped": number(row["shipped"]), "middle": number(row["kept_middle"]),
        "ends": ends, "away": "" if pd.isna(row["kept_error"]) else f"{row['kept_error']:+.1%}",
        "implausibility": number(row["kept_implausibility"]), "shipped_implausibility": number(row["shipped_implausibility"]),
        "holds": "" if not ends else "yes" if row["kept_low"] <= row["published"] <= row["kept_high"] else "no", "source": row["source"],
    }  # fmt: skip


def wave_rows(waves: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Each wave in the words of the page."""
    for row in records(waves):
        yield {
            "wave": str(row["wave"]), "sets": str(row["sets"]), "not_ruled_out": str(row["sets_not_ruled_out"]),
            "middle": number(row["middle_of_largest_implausibility"]),
            "left": f"about 10^{row['log10_space_left']:.1f}" if row["anything_left"] else "nothing",
            "emulator": f"{number(row['emulator_variance_over_allowed'])}; {number(row['largest_emulator_variance_over_allowed'])}",
        }  # fmt: skip


def implausibility_rows(targets: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Of each fitted figure the middle implausibility of the sets run in each wave, and of those kept."""
    columns = [name for name in targets if str(name).startswith("wave_")]
    for row in records(targets):
        if row["use"] == "fitted":
            yield {
                "name": spaced(row["name"]),
                "waves": [number(row[str(name)]) for name in columns],
                "kept": number(row["kept_implausibility"]),
            }


def number_rows(numbers: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Each number that was moved in the words of the page."""
    for row in records(numbers):
        recovered = "" if pd.isna(row["recovered"]) else f"{int(row['recovered'])} of {int(row['truths'])}"
        yield {
            "name": row["name"], "use": row["use"], "range": f"{number(row['low'])} to {number(row['high'])}",
            "shipped": number(row["shipped"]),
            "kept": f"{number(row['kept_middle'])} ({number(row['kept_low'])} to {number(row['kept_high'])})",
            "width": "" if pd.isna(row["width_left"]) else f"{row['width_left']:.0%}", "recovered": recovered, "source": row["source"],
        }  # fmt: skip


def detection_rows(detection: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Detection at low, central and high prevalence in the words of the page."""
    for row in records(detection):
        yield {
            "prevalence": row["prevalence"], "range": f"{100 * row['from']:.1f} to {100 * row['to']:.1f} %", "sets": str(row["sets"]),
            "share": f"{100 * row['middle']:.0f} % ({100 * row['low']:.0f} to {100 * row['high']:.0f} %)",
        }  # fmt: skip


def misfits(found: Outcome) -> Iterator[str]:
    """What does not come out, in sentences."""
    for row in records(found.targets):
        name, away = spaced(row["name"]), row["kept_error"]
        if pd.isna(away):
            continue
        if row["use"] == "fitted" and row["kept_implausibility"] > MUCH:
            yield f"{name}: the kept sets are {abs(away):.0%} too {'high' if away > 0 else 'low'}, close to being ruled out."
        elif row["use"] == "fitted" and abs(away) > FAR:
            yield f"{name}: the kept sets are {abs(away):.0%} too {'high' if away > 0 else 'low'}, which errors and luck still allow."
        elif row["use"] == "checked" and not row["kept_low"] <= row["published"] <= row["kept_high"]:
            side = "above" if away > 0 else "below"
            yield f"{name}: only checked, and {side} what was published in nine sets of ten ({abs(away):.0%} on the mean)."


def verdicts(said: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The bars and whether they are met."""
    for what, error, bar in (
        ("fitted totals", said["kept_error_of_totals"], TOTALS_BAR),
        ("shares and assumed splits", said["kept_error_of_shares"], SHARES_BAR),
    ):  # fmt: skip
        if pd.isna(error):
            continue
        yield {"what": f"mean absolute error of {what}, mean of the kept sets", "found": f"{error:.1%}", "bar": f"at most {bar:.0%}",
               "met": "yes" if error <= bar else "no"}  # fmt: skip
    if said["recovered_of_200"] is not None:
        low, high = said["recovered_allowed"]
        yield {"what": "of 200 known truths, held by 90 % intervals, mean over numbers", "found": f"{said['recovered_of_200']:.0f}",
               "bar": f"{low} to {high}", "met": "yes" if low <= said["recovered_of_200"] <= high else "no"}  # fmt: skip
