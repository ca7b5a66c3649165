"""What came of a sensitivity study, for people: a page in words, tables as CSV, and a ranked figure a measure."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd

import simsafe.world.evidence
from simsafe.ground.parameter import ConfigError
from simsafe.report.page import keep
from simsafe.results.folder import safe_cell
from simsafe.results.picture import Picture, few_colours
from simsafe.study.sensitivity.measuring import MEASURES
from simsafe.study.sensitivity.ranking import COLUMNS, LUCK, TOLD, effects_rows, rankings, ten_in_words
from simsafe.study.sensitivity.screening import Found, tables
from simsafe.study.sensitivity.sobol import ASKED
from simsafe.study.sensitivity.structures import FEW, KEEPS, TURNS, UNTOLD, counted

SHOWN = 12  # bars of a panel
STRONG, PALE, LINE, INK = "#0072B2", "#B9C6D0", "#D55E00", "#222222"  # of Okabe and Ito, told apart without colour by hatching too
EFFECTS = "effects.csv"
SHIPPED_EVIDENCE = Path(simsafe.world.evidence.__file__).parent
SIMULATED = "Simulated. For comparing plans for a whole system; not for decisions about any child, family, worker or council."


def write_sensitivity(what: Found, reference: str, folder: Path, command: str) -> list[Path]:
    """Write the tables, the figures and the page into a folder; the paths, the page first."""
    made = [write_table(table, folder / f"{name}.csv") for name, table in tables(what).items()]
    for measure in MEASURES:
        figure = ranked_figure(what.numbers.table, measure, reference)
        if figure is not None:
            raw = io.BytesIO()
            few_colours(figure).save(raw, "png")
            made.append(keep(folder / f"{measure}.png", raw.getvalue(), "output"))
    page = "\n".join(page_lines(what, reference, command)) + "\n"
    return [keep(folder / "sensitivity.md", page.encode(), "output"), *made]


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """A table as CSV: text that a spreadsheet would take for a formula is made safe, and the last column says simulated."""
    safe = table.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [safe_cell(str(cell)) for cell in safe[column]]
    text = safe.assign(simulated="yes").to_csv(index=False, lineterminator="\n", float_format="%.6g")
    return keep(path, text.encode(), "output")


# Figures


def ranked_figure(table: pd.DataFrame, measure: str, reference: str) -> Picture | None:
    """Bars of the largest effects on a measure, a panel for the reference and one for each plan's difference; None without any."""
    own = {plan: rows for name, plan, rows in rankings(table) if name == measure and rows["effect"].notna().any()}
    if not own:
        return None
    figure = Picture(figsize=(5.2 * len(own), 5.2), layout="constrained")
    for axes, (plan, rows) in zip(np.atleast_1d(figure.subplots(1, len(own))), own.items(), strict=True):
        panel(axes, rows.head(SHOWN).to_dict("records"), plan, reference)
    about = MEASURES[measure]
    figure.suptitle(f"{about.unit} {about.words}: what moving each number over the sampled range changes (simulated)", fontsize=11)
    return figure


def panel(axes: Any, rows: list[dict[str, Any]], plan: str, reference: str) -> None:
    """One ranking: filled bars are told from luck, hatched ones are not; the line is what luck alone may reach."""
    place = np.arange(len(rows))[::-1]
    size = np.nan_to_num(np.array([row["effect"] for row in rows], dtype=float))
    told = np.array([row["told"] == TOLD for row in rows], dtype=bool)
    axes.barh(place[told], size[told], color=STRONG, label=TOLD)
    axes.barh(place[~told], size[~told], color=PALE, hatch="///", edgecolor="#7A8791", linewidth=0.0, label=LUCK)
    if rows and np.isfinite(rows[0]["bound"]):
        axes.axvline(rows[0]["bound"], color=LINE, linestyle="--", linewidth=1.2, label="what luck alone may reach")
    axes.set_yticks(place, [f"{shorten_path(row['name'])} ({row['grade'] or row['numbers']})" for row in rows], fontsize=7)
    where = f"under {reference}" if plan == reference else f"{plan} less {reference}"
    axes.set_title(where, fontsize=9, color=INK)
    axes.set_xlabel(rows[0]["unit"] if rows else "", fontsize=8)
    axes.tick_params(axis="x", labelsize=7)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(fontsize=7, loc="lower right", frameon=False)


def shorten_path(name: str, most: int = 34) -> str:
    """A path that fits beside a bar: its end is what tells it from others."""
    return name if len(name) <= most else f"...{name[-most + 3 :]}"


# The page


def page_lines(what: Found, reference: str, command: str) -> Iterator[str]:
    """The whole page, in Markdown."""
    yield "# Which numbers matter"
    yield ""
    yield f"{SIMULATED} Made by `{command}`."
    yield ""
    yield from how_lines(what)
    for measure, plan, rows in rankings(what.numbers.table):
        where = f"under {reference}" if plan == reference else f"{plan} less {reference}"
        yield from ("", f"## {MEASURES[measure].unit} {MEASURES[measure].words}: {where}", "")
        yield from ranking_lines(rows, what, measure, plan)
    yield from ("", "## Columns of `numbers.csv` and `rooms.csv`", "", "| column | unit | meaning |", "|---|---|---|")
    yield from (f"| `{name}` | {unit} | {meaning} |" for name, (unit, meaning) in COLUMNS.items())


def how_lines(what: Found) -> Iterator[str]:
    """How it was made, how much of it is there, and what was left out."""
    yield (
        "An effect is the mean absolute change that moving a number makes, from one end of the sampled range to the other: "
        f"{what.reach:.0%} of the way from the value in force to either end of its range, and for a number fitted to England what nine in "
        "ten of the parameter sets kept by its calibration span. The other numbers moved in the same screening are at random places, all "
        "others as they are. Luck, the noise floor, is what another seed alone changes, counted in the same way; an effect is told from it "
        "above what one number in forty that does nothing else would reach. Below, it may be there: on the same children a small one can "
        "be steady (`agree`). Numbers are moved as if they knew nothing of each other."
    )
    yield ""
    if what.rooms is not None:
        yield f"- Rooms of numbers moved together: {what.rooms.counted}."
    yield f"- Numbers moved one by one: {what.numbers.table['name'].nunique()}; {what.numbers.counted}."
    if what.indices is not None:
        answers: Any = what.indices.emulators["answer"]
        yield f"- Emulators: {list(answers).count(ASKED)} of {len(answers)} predict well enough to be asked; {what.indices.counted}."
    if not what.numbers.enough:
        yield "- Too few runs are there: nothing is ranked."
    for part in (what.rooms, what.numbers, what.indices):
        for line in part.failed if part is not None else ():
            yield f"- Failed: {line}."
    yield f"- Not moved one by one: {len(what.not_moved)} numbers, with reasons in `not_moved.csv`."


def ranking_lines(rows: Any, what: Found, measure: str, plan: str) -> Iterator[str]:
    """One ranking as a table, what the ten rest on, and the indices if there are any."""
    best = rows[rows["told"] == TOLD].head(10).to_dict("records")
    unit, luck = rows["unit"].iloc[0], rows["luck"].iloc[0]
    told = f"{len(rows[rows['told'] == TOLD])} of {len(rows)} told from luck"
    yield f"Luck alone: {luck:.3g} {unit}, at most {rows['bound'].max():.3g} in 39 numbers of 40; {told}."
    if best:
        yield ""
        yield "| number | grade | kind | effect | signed | agree | of | total index |"
        yield "|---|---|---|---|---|---|---|---|"
        for row in best:
            total = total_of(what, measure, plan, row["name"])
            grade, kind = (row["grade"], row["kind"]) if row["numbers"] == 1 else (f"{row['numbers']} numbers", "")
            size = f"{row['effect']:.3g} | {row['signed']:.3g} | {row['agree']:.2g}"
            yield f"| `{row['name']}` | {grade} | {kind} | {size} | {row['of']} | {total} |"
    yield ""
    yield f"What they rest on: {ten_in_words(rows)}."
    if what.indices is not None:
        own: Any = what.indices.emulators
        own = own[(own["measure"] == measure) & (own["plan"] == plan)].iloc[0]
        validated = f"predicts {own['predicts']:.0%} of the variance of unseen points, error {own['error']:.3g} {unit}"
        yield f"Emulator ({own['of']} points): {validated}; {own['answer']}."


def total_of(what: Found, measure: str, plan: str, name: str) -> str:
    """The total index of a number, or nothing."""
    if what.indices is None:
        return ""
    own: Any = what.indices.indices
    own = own[(own["measure"] == measure) & (own["plan"] == plan) & (own["name"] == name)]
    return f"{own['total'].iloc[0]:.2f} ± {own['total_half'].iloc[0]:.2f}" if len(own) else ""


# Lines of the terminal


def main_lines(what: Found, reference: str) -> Iterator[str]:
    """The largest effects on every measure and plan difference, a line each."""
    for measure, plan, rows in rankings(what.numbers.table):
        where = "" if plan == reference else f", {plan} less {reference}"
        best = rows[rows["told"] == TOLD].head(3).to_dict("records")
        said = ", ".join(f"{row['name']} {row['effect']:.3g}" for row in best) or nothing_told(rows)
        yield shorten(f"{measure}{where}: {said} (luck {rows['luck'].iloc[0]:.3g})", 220, placeholder=" ...")
        if best:
            yield f"  {ten_in_words(rows)}"


def nothing_told(rows: Any) -> str:
    """Why no number of a ranking is named."""
    return "no number is told from luck" if rows["luck"].iloc[0] or rows["effect"].max() else "nothing came of it at any point"


# The register's effects


def write_effects(what: Found, reference: str, path: Path | None = None) -> Path:
    """Write ``effects.csv``, which ``simsafe evidence`` reads: name, measure, effect in multiples of luck. ConfigError when it cannot be.

    Only single numbers told from luck are in it. Nothing is written when too few runs are there.
    """
    if not what.numbers.enough:
        raise ConfigError(f"--write: too few runs ({what.numbers.counted}); nothing was written; expected fewer failures: try again")
    rows = effects_rows(what.numbers.table, reference)
    text = "".join(f"{name},{on},{effect:.4g}\n" for name, on, effect in rows)
    return keep(SHIPPED_EVIDENCE / EFFECTS if path is None else path, f"name,measure,effect\n{text}".encode(), "--write")


# Other rules


def write_structures(table: pd.DataFrame, folder: Path, command: str) -> list[Path]:
    """The table of signs, how many of each there are, and a page in words."""
    lines = ["# Which plan differences keep their sign under other rules", "", f"{SIMULATED} Made by `{command}`.", ""]
    lines += [f"- {line}" for line in structure_lines(table)]
    lines += sign_rows(table)
    page = keep(folder / "structures.md", ("\n".join(lines) + "\n").encode(), "output")
    return [page, write_table(table, folder / "signs.csv"), write_table(counted(table), folder / "signs_counted.csv")]


def structure_lines(table: pd.DataFrame) -> Iterator[str]:
    """A line an alternative and plan: how many headline differences keep, turn or cannot be told apart, and which turn."""
    numbered: Any = counted(table)
    for row in numbered.to_dict("records"):
        own: Any = table[(table["structure"] == row["structure"]) & (table["plan"] == row["plan"])]
        turned = ", ".join(own[own["sign"] == TURNS]["headline"])
        few = f", {row[FEW]} {FEW}" if row[FEW] else ""
        said = f"{row[KEEPS]} {KEEPS}, {row[TURNS]} {TURNS}{f' ({turned})' if turned else ''}, {row[UNTOLD]} {UNTOLD}{few}"
        yield f"{row['structure']}, {row['plan']} less {own['reference'].iloc[0]}: {said}"


SHORT = {KEEPS: "keeps", TURNS: "TURNS", UNTOLD: "not told", FEW: "too few"}


def sign_rows(table: pd.DataFrame) -> Iterator[str]:
    """A table a plan: a row a headline, its value and verdict as shipped, and what becomes of its sign under each rule."""
    whole: Any = table
    for plan, rows in whole.groupby("plan", sort=False):
        names = list(dict.fromkeys(rows["structure"]))
        yield from ("", f"## {plan} less {rows['reference'].iloc[0]}", "")
        yield f"| headline | as shipped | verdict | {' | '.join(names)} |"
        yield f"|---|{'---|' * (2 + len(names))}"
        for headline, own in rows.groupby("headline", sort=False):
            first, signs = own.iloc[0], dict(zip(own["structure"], own["sign"], strict=True))
            cells = " | ".join(SHORT[signs[name]] if name in signs else "" for name in names)
            yield f"| {headline} | {first['shipped_value']:g} | {first['shipped_verdict']} | {cells} |"
