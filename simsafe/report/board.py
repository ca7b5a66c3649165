"""The board report: one HTML file for a partnership's meeting, which opens and prints anywhere and asks nothing of the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import show
from simsafe.report import content, equity, figures, spending, turning
from simsafe.report.assumptions import carrying, grades, plan_rows
from simsafe.report.facts import FINISHED, Compared, Facts, Remembered, Rows, facts_of, table_of, words_of
from simsafe.report.page import keep, rendered
from simsafe.report.svg import inline_svg
from simsafe.results.how_much import at_low_central_and_high
from simsafe.study.one_run import none_such

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TALLEST = 9.2  # inches of a forest that fit on a sheet with their heading
FIGURES = ("differences", "weeks", "groups", "hours")
Picture = tuple["Figure", str]  # and what it shows, in words


def write_report(comparison: Compared, path: str | Path) -> Path:
    """Write the board report of a comparison as one self-contained HTML file and return its path.

    Raises
    ------
    ConfigError
        One line: the file cannot be written. Nothing is left half-written.
    """
    return keep(path, report(comparison).encode("utf-8", errors="replace"))


def report(comparison: Compared) -> str:
    """The board report as text."""
    comparison = Remembered(comparison)
    facts = facts_of(comparison)
    return rendered(
        "board.html",
        facts=facts,
        page=content.first_page(comparison, facts),
        chunks=content.chunks(facts.others),
        every_chunk=content.chunks(facts.plans),
        differences=list(content.difference_rows(content.headline_rows(comparison, facts))),
        ledger=content.ledger_rows(comparison, facts),
        enquiries=content.enquiry_lines(comparison, facts),
        gaps=equity.gap_rows(comparison, facts),
        gaps_left_out=equity.gaps_left_out(comparison, facts),
        hours=list(spending.hour_rows(comparison, facts)),
        costs=(costs := spending.cost_rows(comparison, facts)),
        area_hours=spending.hours_of_the_area(costs),
        worth=spending.worth_rows(comparison, facts),
        unpriced=spending.unpriced(comparison, facts),
        failures=content.failures(comparison, facts),
        plans=plan_rows(comparison, facts),
        carrying=carrying(),
        how_much=at_low_central_and_high(),
        grades=grades(),
        effort=spending.effort_rows(comparison),
        effort_notes=spending.effort_notes(comparison),
        exchange=", ".join(dict.fromkeys(table_of(comparison, "effort").get("exchange", ()))),
        turning=turning.turning_rows(comparison),
        turning_tried=turning.tried(comparison),
        turning_counts=turning.turning_counts(comparison),
        runs=runs_by_plan(comparison, facts),
        pictures={name: inlined(name, pictures(comparison, facts, name)) for name in FIGURES},
    )


def figure(comparison: Compared, name: str) -> Figure:
    """A figure of the report by name; the first part of it where plans do not fit beside each other.

    Raises
    ------
    ConfigError
        There is no such figure, or the comparison has nothing to draw in it.
    """
    if name not in FIGURES:
        raise ConfigError(f"plot = {show(name)}; {none_such('figure', str(name), FIGURES)}")
    comparison = Remembered(comparison)
    made = pictures(comparison, facts_of(comparison), name)
    if not made:
        raise ConfigError(f"plot = {name}; the comparison has nothing to draw in it; expected another of {', '.join(FIGURES)}")
    return made[0][0]


def inlined(name: str, made: list[Picture]) -> list[Markup]:
    """Figures as they stand in the page."""
    return [inline_svg(drawn, f"{name}{number}", alt) for number, (drawn, alt) in enumerate(made)]


def pictures(comparison: Compared, facts: Facts, name: str) -> list[Picture]:
    """A figure's parts, each with what it shows in words; none where the comparison has no such table."""
    return {"differences": _differences, "weeks": _weeks, "groups": _groups, "hours": _hours}[name](comparison, facts)


def _differences(comparison: Compared, facts: Facts) -> list[Picture]:
    rows = content.headline_rows(comparison, facts)
    if rows.empty:
        return []
    if not facts.enough:
        rows = rows.assign(verdict="too few runs")
    titles = list(dict.fromkeys(rows["title"]))
    few = max(1, int((TALLEST - figures.AROUND) / figures.panel(len(facts.others))))  # measures on one sheet
    few = -(-len(titles) // -(-len(titles) // few))  # as many on each
    parts = [rows[rows["title"].isin(titles[i : i + few])] for i in range(0, len(titles), few)]
    return [(figures.forest(part, facts), figures.alt_of_forest(part, facts)) for part in parts]


def _weeks(comparison: Compared, facts: Facts) -> list[Picture]:
    table = table_of(comparison, "visibility")
    if table.empty:
        return []
    table = table[table["group"] == "all"]
    measures = content.week_measures(table)
    if not measures:
        return []
    lowest = "; ".join(line for row in content.failures(comparison, facts) for line in row["weeks"][:1])
    titles = ", ".join(title for _, title in measures)
    return [(figures.weeks(table, measures, facts), f"Week by week under each plan: {titles}. Worst weeks: {lowest}.")]


def _groups(comparison: Compared, facts: Facts) -> list[Picture]:
    table = equity.gain_rows(comparison, facts)
    if table.empty:
        return []
    found: list[Picture] = []
    for headline in equity.grouped_headlines(table):
        rows, said = table[table["headline"] == headline], words_of(str(headline))
        for part in content.chunks(facts.others):
            found.append((figures.groups(rows, said, part, facts), f"{said}, by group: {_gainers(rows[rows['plan'].isin(part)])}"))
    return found


def _gainers(rows: Rows) -> str:
    """Which groups gain and lose, in words."""
    said = [
        f"{p}, {d} {g}: {v}"
        for p, d, g, v in rows[["plan", "dimension", "group", "verdict"]].itertuples(index=False)
        if v in ("better", "worse")
    ]
    return "; ".join(said[:30]) + ("; and more" if len(said) > 30 else "") if said else "no group can be told apart"


def _hours(comparison: Compared, facts: Facts) -> list[Picture]:
    rows = spending.hours_table(comparison, every_task=True)
    if rows.empty or not facts.others:
        return []
    moved = rows[rows["plan"] != facts.reference]
    said = "; ".join(f"{r['plan']}, {r['profession']} ({r['paid']}): {r['difference']:+,.0f} hours" for r in moved.to_dict("records")[:40])
    return [
        (figures.hours(rows, part, facts), f"Hours more or less than under {facts.reference}. {said}")
        for part in content.chunks(facts.others)
    ]


def runs_by_plan(comparison: Compared, facts: Facts) -> list[dict[str, Any]]:
    """How many runs of each plan are finished."""
    table = table_of(comparison, "runs")
    if table.empty:
        return []
    done = table[table["status"].isin(FINISHED)].groupby("plan").size()
    return [{"plan": plan, "finished": int(done.get(plan, 0)), "asked": facts.planned} for plan in facts.plans]
