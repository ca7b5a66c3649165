"""The report's figures, from the tables of a comparison: told apart by shape and line as well as by colour; each says simulated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.report.facts import Facts, Rows, fitting, interval, plain_date, signed
from simsafe.results.figures import DPI, FONT, GREY, SMALL, STYLES, month_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.4  # inches
EACH_WEEKS = 1.42  # inches of a measure drawn week by week
AROUND = 1.3  # inches above and below the parts of a forest
VERDICTS: dict[str, tuple[str, str]] = {  # marker, filling
    "better": ("o", "black"), "worse": ("s", "black"), "differs": ("D", "#8a8a8a"), "cannot be told apart": ("o", "white"),
    "identical": ("x", "black"), "too few runs": ("D", "white"),
}  # fmt: skip
_TEXT: dict[str, Any] = {"fontfamily": FONT, "parse_math": False}
LONGEST_NAME = 34
DAY_ZERO = date(1970, 1, 1)


def latin(text: Any, longest: int = LONGEST_NAME) -> str:
    """Text that the figure's letters can write, and no longer than its place."""
    plain = "".join(c if c.isprintable() and (ord(c) < 0x250 or c in "−–…") else "?" for c in str(text))
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def blank(height: float, title: str, subtitle: str, facts: Facts) -> Figure:
    """A blank figure with its title, what is measured and where it comes from."""
    from simsafe.results.picture import Picture

    figure = Picture(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    figure.text(0.012, 1 - 0.08 / height, title, fontsize=11, fontweight="bold", va="top", **_TEXT)
    figure.text(0.012, 1 - 0.31 / height, subtitle, fontsize=SMALL, color=GREY, va="top", **_TEXT)
    where = f"{latin(facts.area, 40)}, crisis {latin(facts.crisis, 40)}"
    note = f"Simulated. simsafe {latin(facts.version, 20)}, {where}, {facts.planned} seeds a plan"
    figure.text(0.012, 0.06 / height, note, fontsize=7.2, color=GREY, **_TEXT)
    return figure


def bare(axes: Axes) -> None:
    """No frame but the axes that are read."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=SMALL, labelfontfamily=FONT)
    axes.tick_params(axis="y", length=0)


# Differences


def panel(plans: int) -> float:
    """How tall a measure's part of the forest is, in inches."""
    return 0.55 + 0.215 * plans


def forest(rows: Rows, facts: Facts) -> Figure:
    """Differences from the reference with their 95 % intervals: a panel a measure, a line a plan.

    ``rows``: title, plan, difference, low, high, unit, better, worse, verdict, reference_value.
    """
    titles = list(dict.fromkeys(rows["title"]))
    heights = [panel(len(rows[rows["title"] == title])) for title in titles]
    height = AROUND + sum(heights)
    figure = blank(
        height,
        f"Differences from {latin(facts.reference, 50)}",
        "On the same simulated children; point: mean; line: 95 % interval",
        facts,
    )
    top = height - 0.62
    for title, tall in zip(titles, heights, strict=True):
        part = rows[rows["title"] == title]
        axes = figure.add_axes((0.27, (top - tall + 0.3) / height, 0.37, (tall - 0.5) / height))
        _one_forest(axes, part)
        first = part.iloc[0]
        better = {"lower": "less is better", "higher": "more is better"}.get(first["better"], "neither is better")
        figure.text(0.012, (top - 0.1) / height, latin(title, 66), fontsize=8.4, fontweight="bold", va="top", **_TEXT)
        under = f"reference {fitting(first['reference_value'], first['unit'])}; {better}"
        figure.text(0.988, (top - 0.1) / height, under, fontsize=7.6, color=GREY, va="top", ha="right", **_TEXT)
        top -= tall
    _verdict_legend(figure, height)
    return figure


def _one_forest(axes: Axes, part: Rows) -> None:
    """One panel of the forest."""
    bare(axes)
    y = np.arange(len(part))[::-1]
    axes.axvline(0, color="black", linewidth=1)
    for at, (_, row) in zip(y, part.iterrows(), strict=True):
        marker, fill = VERDICTS.get(row["verdict"], ("o", "white"))
        low, high = (row["difference"] if pd.isna(row[n]) else row[n] for n in ("low", "high"))
        axes.plot([low, high], [at, at], color="black", linewidth=1.2, solid_capstyle="butt")
        axes.plot([row["difference"]], [at], marker=marker, markerfacecolor=fill, markeredgecolor="black", markersize=5.5, linestyle="")
        said = f"{signed(row['difference'], row['unit'])} ({interval(low, high, lambda v, u=row['unit']: signed(v, u))}); {row['verdict']}"
        axes.annotate(latin(said, 62), (1.02, at), xycoords=("axes fraction", "data"), fontsize=7.2, va="center", **_TEXT)
    axes.set_yticks(y, [latin(plan, 30) for plan in part["plan"]])
    axes.set_ylim(-0.6, len(part) - 0.4)
    axes.margins(x=0.08)
    axes.locator_params(axis="x", nbins=5)
    axes.tick_params(axis="x", labelsize=7)


def _verdict_legend(figure: Figure, height: float) -> None:
    from matplotlib.lines import Line2D

    made = [
        Line2D([], [], linestyle="", marker=marker, markerfacecolor=fill, markeredgecolor="black", markersize=5.5, label=name)
        for name, (marker, fill) in VERDICTS.items()
    ]
    figure.legend(
        handles=made, ncols=6, loc="lower left", bbox_to_anchor=(0.0, 0.2 / height), frameon=False, prop={"family": FONT, "size": 7.6},
        columnspacing=1.0, handletextpad=0.1,
    )  # fmt: skip


# Weeks


def weeks(table: Rows, measures: Sequence[tuple[str, str]], facts: Facts) -> Figure:
    """Measures week by week under each plan, from the rows of ``visibility`` for all children; the crisis shaded from its first day.

    ``measures`` are pairs of a measure's name and its title.
    """
    height = 0.75 + EACH_WEEKS * len(measures) + 0.4 + 0.19 * -(-len(facts.plans) // 3)
    figure = blank(height, "Children in sight, week by week", "Mean over seeds; upright lines: 95 % interval, drawn at some weeks", facts)
    for i, (measure, title) in enumerate(measures):
        axes = figure.add_axes((0.09, (height - 0.7 - EACH_WEEKS * (i + 1) + 0.38) / height, 0.89, (EACH_WEEKS - 0.62) / height))
        bare(axes)
        axes.spines["left"].set_visible(True)
        rows = table[table["measure"] == measure]
        for number, plan in enumerate(facts.plans):
            _one_plan(axes, rows[rows["plan"] == plan], number, plan, len(facts.plans))
        axes.set_title(latin(title, 110), fontsize=8.6, fontfamily=FONT, loc="left", pad=4)
        _crisis(axes, facts)
        axes.grid(axis="y", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_ylim(bottom=0)
    handles, labels = figure.axes[0].get_legend_handles_labels() if figure.axes else ([], [])
    figure.legend(
        handles, labels, ncols=3, loc="lower left", bbox_to_anchor=(0.0, 0.2 / height), frameon=False, prop={"family": FONT, "size": 7.8},
        handlelength=3.6,
    )  # fmt: skip
    return figure


def _number(day: Any) -> int:
    return (plain_date(day) - DAY_ZERO) // timedelta(days=1)


def _one_plan(axes: Axes, rows: Rows, number: int, plan: str, plans: int) -> None:
    """One plan's line: colour, dashes and marker of its own; from the seventh on, markers are hollow."""
    rows = rows.sort_values("week", kind="stable")
    colour, dashes, marker = STYLES[number % len(STYLES)]
    x = np.array([_number(week) for week in rows["week"]])
    mean, low, high = (rows[n].to_numpy(dtype=float) for n in ("mean", "low", "high"))
    step = max(1, len(x) // 10)
    offset = number * step // max(1, plans)
    face = "white" if number >= len(STYLES) else colour
    axes.plot(
        x, mean, color=colour, linestyle=dashes, linewidth=1.4, marker=marker, markersize=4, markerfacecolor=face,
        markevery=(offset, step), label=latin(plan, 40),
    )  # fmt: skip
    some = slice(offset, None, step)
    axes.vlines(x[some], low[some], high[some], color=colour, linewidth=1.1)


def _crisis(axes: Axes, facts: Facts) -> None:
    """The crisis shaded, and months along the bottom."""
    start, end = _number(facts.start), _number(facts.end)
    axes.set_xlim(start, end + 1)
    axes.set_xticks(*month_ticks(facts.start, facts.end, 13))
    if facts.crisis_start is not None:
        axes.axvspan(_number(facts.crisis_start), end + 1, color="#ededed", linewidth=0, zorder=0)
        axes.annotate(
            "crisis from here", (_number(facts.crisis_start), 0.03), xycoords=("data", "axes fraction"), xytext=(3, 0),
            textcoords="offset points", fontsize=7, color=GREY, **_TEXT,
        )  # fmt: skip


# Groups


def groups(rows: Rows, words: str, plans: Sequence[str], facts: Facts) -> Figure:
    """One headline's difference from the reference in every group of children, a column a plan (four at most), all on one scale."""
    names = list(dict.fromkeys(zip(rows["dimension"], rows["group"], strict=True)))
    height = 1.25 + 0.175 * len(names)
    subtitle = latin(f"Difference from {facts.reference}: {words}", 120)
    figure = blank(height, "Who gains and who loses", subtitle, facts)
    left, across, first = 0.25, 0.74 / len(plans), None
    for i, plan in enumerate(plans):
        axes = figure.add_axes((left + i * across, 0.62 / height, across - 0.02, (height - 1.3) / height), sharex=first)
        first = first or axes
        bare(axes)
        axes.axvline(0, color="black", linewidth=1)
        own = rows[rows["plan"] == plan].set_index(["dimension", "group"])
        for y, key in enumerate(reversed(names)):
            if key in own.index:
                row = own.loc[key]
                row = row.iloc[0] if isinstance(row, pd.DataFrame) else row
                marker, fill = VERDICTS.get(row["verdict"], ("o", "white"))
                axes.plot([row["low"], row["high"]], [y, y], color="black", linewidth=1)
                axes.plot(
                    [row["difference"]], [y], marker=marker, markerfacecolor=fill, markeredgecolor="black", markersize=4.5, linestyle=""
                )
        axes.set_ylim(-0.6, len(names) - 0.4)
        labels = [latin(group if group == dimension else f"{dimension}: {group}", 30) for dimension, group in reversed(names)]
        axes.set_yticks(np.arange(len(names)), labels if i == 0 else [""] * len(names))
        axes.tick_params(labelsize=7.2)
        axes.locator_params(axis="x", nbins=4)
        axes.grid(axis="y", color="#eeeeee", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_title(latin(plan, 26), fontsize=8.4, fontfamily=FONT, loc="left", pad=4)
    _verdict_legend(figure, height)
    return figure


# Hours


def hours(rows: Rows, plans: Sequence[str], facts: Facts) -> Figure:
    """Hours more or less than under the reference by profession: funded hours filled, hours asked of others hatched; on one scale."""
    most = rows.assign(most=rows[["difference", "low", "high"]].abs().max(axis=1)).groupby("profession", sort=False)["most"].max()
    names = list(most.index[most >= 0.5]) or list(most.index[:1])  # professions with less than an hour between plans have no bar to see
    height = 1.35 + 0.3 * len(names)
    figure = blank(
        height, f"Hours more or less than under {latin(facts.reference, 44)}", "By profession, in the crisis; line: 95 % interval", facts
    )
    left, across, first = 0.21, 0.78 / len(plans), None
    for i, plan in enumerate(plans):
        axes = figure.add_axes((left + i * across, 0.68 / height, across - 0.03, (height - 1.4) / height), sharex=first)
        first = first or axes
        bare(axes)
        axes.axvline(0, color="black", linewidth=1)
        for paid, shift, fill, hatch in (("funded", 0.19, "#4d4d4d", ""), ("extra", -0.19, "white", "/////")):
            own = (
                rows[(rows["plan"] == plan) & (rows["paid"] == paid)].groupby("profession", sort=False)[["difference", "low", "high"]].sum()
            )
            for y, name in enumerate(reversed(names)):
                if name in own.index:
                    d, low, high = own.loc[name]
                    axes.barh(y + shift, d, 0.34, edgecolor="black", linewidth=0.7, color=fill, hatch=hatch)
                    axes.plot([low, high], [y + shift, y + shift], color="black", linewidth=1)
        axes.set_ylim(-0.6, len(names) - 0.4)
        axes.set_yticks(np.arange(len(names)), [latin(n, 26) for n in reversed(names)] if i == 0 else [""] * len(names))
        axes.locator_params(axis="x", nbins=3)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.tick_params(labelsize=7.4)
        axes.set_title(latin(plan, 26), fontsize=8.4, fontfamily=FONT, loc="left", pad=4)
    _paid_legend(figure, height)
    return figure


def _paid_legend(figure: Figure, height: float) -> None:
    from matplotlib.patches import Patch

    made = [
        Patch(facecolor="#4d4d4d", edgecolor="black", label="hours of funded staff"),
        Patch(facecolor="white", edgecolor="black", hatch="/////", label="hours asked of others, such as school staff"),
    ]
    figure.legend(
        handles=made, ncols=2, loc="lower left", bbox_to_anchor=(0.0, 0.2 / height), frameon=False, prop={"family": FONT, "size": 7.6}
    )


def alt_of_forest(rows: Rows, facts: Facts) -> str:
    """What the forest shows, in words."""
    said = [f"{row['title']}, {row['plan']}: {signed(row['difference'], row['unit'])}, {row['verdict']}" for _, row in rows.iterrows()]
    return f"Differences from {facts.reference} with 95 % intervals. " + "; ".join(said[:24]) + ("; and so on" if len(said) > 24 else "")
