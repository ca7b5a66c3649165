"""Figures for a board: told apart without colour, crisis shaded, and each says that it is simulated. Drawn from the saved tables.

matplotlib is imported when the first figure is drawn and none of its global state is touched.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.results.board import MONTHS
from simsafe.results.how_much import at_low_central_and_high
from simsafe.results.measures import GROUPS
from simsafe.results.tables import PHASES, RUNGS, About
from simsafe.world.contact import PARTNERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI, WIDTH = 110, 7.4  # width in inches: half a page of A4 at most
BLACK, BLUE, VERMILION, GREEN, ORANGE, PURPLE = "#000000", "#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7"  # Okabe and Ito
STYLES = (
    (BLACK, "-", "o"), (BLUE, "--", "s"), (VERMILION, "-.", "^"), (GREEN, ":", "D"), (PURPLE, (0, (7, 2, 1, 2, 1, 2)), "v"),
    (ORANGE, "-", "x"),
)  # fmt: skip
SHADES = {  # fill, hatch and the part of the height from and to; in order of drawing
    "schools_closed": ("#d9d9d9", "", 0.0, 1.0), "households_apart": ("none", "////", 0.0, 1.0),
    "school_holiday": ("#444444", "", 0.0, 0.025),
}  # fmt: skip
SMOOTH = 9  # weeks: small weekly counts jump about, so a mean of nine is drawn over them
FONT, SMALL, GREY, HATCH = "DejaVu Sans", 8.5, "#444444", "#bdbdbd"
PROP: dict[str, Any] = {"family": FONT, "size": SMALL}
LEFT, BROAD = 0.085, 0.665  # where plots with a list of lines beside them begin, and how broad they are


def draw_all(measures: pd.DataFrame, ladder: pd.DataFrame, about: About, coverage: pd.DataFrame | None = None) -> dict[str, Figure]:
    """Every figure by file name, from the tables :func:`~simsafe.results.tables.measures` and ``ladder``; eyes on from ``coverage``."""
    from simsafe.results.coverage_figure import eyes_on  # drawn with the tools below
    from simsafe.results.workforce_figure import workforce

    more = {} if coverage is None else {"eyes_on.png": eyes_on(coverage, about)}
    return more | {
        "visibility.png": visibility(measures, about),
        "referrals_by_source.png": referrals_by_source(measures, about),
        "detection_ladder.png": detection_ladder(ladder, about),
        "days_unseen.png": days_unseen(measures, about),
        "backlog_and_caseload.png": backlog_and_caseload(measures, about),
        "workforce.png": workforce(measures, about),
    }


def save_all(measures: pd.DataFrame, ladder: pd.DataFrame, about: About, folder: Path, coverage: pd.DataFrame | None = None) -> list[Path]:
    """Draw every figure into ``folder`` as PNG; OSError when it cannot be written."""
    return save_pictures(draw_all(measures, ladder, about, coverage), about, folder)


def save_pictures(figures: dict[str, Figure], about: About, folder: Path) -> list[Path]:
    """Figures by file name as PNG, without dates or machine names in them; OSError when one cannot be written."""
    from PIL.PngImagePlugin import PngInfo

    from simsafe.results.picture import few_colours

    said = PngInfo()
    said.add_itxt("Title", "Simulated")
    said.add_itxt("Description", footer(about))
    for name, figure in figures.items():
        few_colours(figure).save(folder / name, "png", pnginfo=said, dpi=(DPI, DPI))
    return [folder / name for name in figures]


def visibility(measures: pd.DataFrame, about: About) -> Figure:
    """Share of children seen in person in the last 28 days, by age and by digital access."""
    title = "Children seen in person by a professional in the last 28 days"
    figure = blank_page(5.4, title, "Per cent of each group, at the end of each week", about)
    for dimension, name, bottom in (("age", "Age", 0.53), ("digital", "Digital access at home", 0.15)):
        axes = _axes(figure, (LEFT, bottom, BROAD, 0.345), about, "per cent", dates=dimension == "digital")
        for i, group in enumerate(GROUPS[dimension]):
            seen, everyone = (_series(measures, n, f"{dimension}/{group}") for n in ("seen_28", "children"))
            _line(axes, seen.index, 100 * _over(seen, everyone), i, group)
        axes.set_ylim(0, 104)
        axes.set_yticks((0, 25, 50, 75, 100))
        _legend(axes, name, about if dimension == "digital" else None)
    return figure


def days_unseen(measures: pd.DataFrame, about: About) -> Figure:
    """Mean days since children were last seen in person, by digital access."""
    title = "Days since children were last seen in person by a professional"
    figure = blank_page(4.2, title, "Mean of all children in each group, at the end of each week", about)
    axes = _axes(figure, (LEFT, 0.19, BROAD, 0.64), about, "days")
    for i, group in enumerate(GROUPS["digital"]):
        unseen, everyone = (_series(measures, n, f"digital/{group}") for n in ("days_unseen", "children"))
        _line(axes, unseen.index, _over(unseen, everyone), i, group)
    axes.set_ylim(bottom=0)
    _legend(axes, "Digital access at home", about)
    return figure


def referrals_by_source(measures: pd.DataFrame, about: About) -> Figure:
    """Referrals a week from each agency, on one scale."""
    subtitle = f"Thin line: each week; thick line: mean of {SMOOTH} weeks; all on one scale"
    down = -(-len(PARTNERS) // 3)
    height = 1.35 + 1.3 * down
    figure = blank_page(height, "Referrals to social care a week, by the agency they came from", subtitle, about)
    weeks = {a: _weekly_sum(_series(measures, f"referrals_{a.name.lower()}", "all")) for a in PARTNERS}
    top = max([1.0, *(float(w.max()) for w in weeks.values() if len(w))])
    for i, (agency, week) in enumerate(weeks.items()):
        box = (0.075 + 0.312 * (i % 3), (0.9 + 1.3 * (down - 1 - i // 3)) / height, 0.285, 0.85 / height)
        axes = _axes(figure, box, about, "a week" if i % 3 == 0 else "", dates=i + 3 >= len(PARTNERS), most=4)
        axes.plot(week.index.to_numpy(), week.to_numpy(), color="#777777", linewidth=0.6)
        smooth = week.rolling(SMOOTH, center=True, min_periods=SMOOTH).mean()
        axes.plot(week.index.to_numpy(), np.asarray(smooth), color=BLUE, linewidth=2.2)
        axes.set_ylim(0, top * 1.06)
        name = agency.label[0].upper() + agency.label[1:]
        axes.set_title(f"{name}: {int(week.sum()):,} in all", fontsize=9, fontfamily=FONT, loc="left", y=1, pad=4)
        if i % 3:
            axes.tick_params(labelleft=False)
    handles = _phase_handles(about)
    labels = [str(h.get_label()).replace("\n", " ") for h in handles]
    figure.legend(handles, labels, ncols=3, frameon=False, prop=PROP, handlelength=2.2, loc="center", bbox_to_anchor=(0.5, 0.36 / height))
    return figure


def detection_ladder(ladder: pd.DataFrame, about: About) -> Figure:
    """How far up the ladder of detection harm had come: harm that began before and in the crisis, and harm current when it began."""
    title = "How much of the simulated harm was found, and what followed"
    figure = blank_page(
        5.5, title, "Per cent of spells of harm that had reached each step (number); depends on how much harm is assumed", about
    )
    panels = _ladder_panels(ladder)
    for i, (name, bars) in enumerate(panels):
        axes = figure.add_axes((0.165 + 0.425 * i, 0.342, 0.385 if len(panels) > 1 else 0.6, 0.463))
        without_frame(axes)
        place = np.arange(len(RUNGS))
        for j, ((clock, weeks, words), (colour, hatch)) in enumerate(zip(bars, (("#cfe3f1", "////"), (BLUE, "")), strict=True)):
            rows = ladder[(ladder["since"] == clock) & (ladder["weeks"] == weeks)].set_index("rung").loc[list(RUNGS)]
            share, spells = 100 * rows["share"].fillna(0).to_numpy(dtype=float), int(rows["spells"].iloc[0])
            label = f"{words} (of {spells:,} spells)" if spells else f"{words}: none followed so long"
            at = place + 0.2 * (2 * j - 1)
            axes.barh(at, share, 0.37, color=colour, hatch=hatch, edgecolor=BLUE, linewidth=0.8, label=label)
            for y, value, reached in zip(at, share, rows["reached"], strict=True):
                axes.text(
                    value + 1.5, y, f"{_whole_per_cent(value)} ({reached:,})" if spells else "", va="center", fontsize=7.5, fontfamily=FONT
                )
        axes.set(ylim=(len(RUNGS) - 0.4, -0.6), xlim=(0, 128), xticks=(0, 25, 50, 75, 100))
        axes.set_yticks(place, [r.capitalize().replace("_", " ") for r in RUNGS] if i == 0 else [""] * len(RUNGS))
        axes.set_xlabel("per cent", fontsize=SMALL, fontfamily=FONT)
        axes.xaxis.set_label_coords(0.39, -0.09)
        axes.set_title(name, fontsize=9, fontfamily=FONT, loc="left", y=1, pad=5)
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.15), frameon=False, prop=PROP, borderpad=0)
    note = "Children already open to social care can reach a later step without a new contact or referral."
    luck = [_lucky_hits(ladder, clock, weeks, words) for _, bars in panels for clock, weeks, words in bars if clock.startswith("onset")]
    if luck:
        note = f"Acted upon, though the agency had seen no sign of the harm itself: {'; '.join(luck)}.\n{note}"
    figure.text(0.015, 0.05, "\n".join([note, *wrap(at_low_central_and_high(), 136)]), fontsize=7.5, fontfamily=FONT, color=GREY)
    return figure


def _lucky_hits(ladder: pd.DataFrame, clock: str, weeks: int, words: str) -> str:
    """How many of those acted upon were lucky hits, in words."""
    row = ladder[(ladder["since"] == clock) & (ladder["weeks"] == weeks) & (ladder["rung"] == "acted_upon")].iloc[0]
    return f"{row['lucky']:,} of {row['reached']:,} ({words})"


def _ladder_panels(ladder: pd.DataFrame) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """For each panel its title and two sets of bars: clock, weeks and words."""
    both = [("crisis", weeks, f"within {weeks} weeks") for weeks in (13, 52)]
    current = ("Harm current when the crisis began:\nreached by then or after", both)
    known = set(ladder["since"])
    if "onset_before" in known:
        halves = [("onset_before", 26, "began before the crisis"), ("onset_during", 26, "began in the crisis")]
        return [("New harm: reached within 26 weeks\nof its beginning", halves), current]
    began = ("Harm that began in the period:\nreached after it began", [("onset", weeks, f"within {weeks} weeks") for weeks in (13, 52)])
    return [began, current] if "crisis" in known else [began]


def backlog_and_caseload(measures: pd.DataFrame, about: About) -> Figure:
    """Work waiting, visits overdue and cases a worker holds."""
    figure = blank_page(5.4, "Work waiting at the front door, overdue visits and caseloads", "Mean of the days of each week", about)
    panels = (
        ("Waiting at the front door", (("contacts_waiting", "contacts"), ("referrals_waiting", "referrals"))),
        ("Waiting in social care", (("visits_waiting", "visits overdue"), ("unallocated", "cases without\na worker"))),
        ("Cases per social worker in post", (("caseload", "cases"),)),
    )
    for i, (name, lines) in enumerate(panels):
        axes = _axes(figure, (LEFT, 0.655 - 0.253 * i, BROAD, 0.195), about, "number", dates=i == len(panels) - 1)
        for j, (measure, label) in enumerate(lines):
            week = _weekly_sum(_series(measures, measure, "all")) / 7
            _line(axes, week.index, week.to_numpy(), j, label)
        axes.set_ylim(bottom=0, top=max(1.0, axes.get_ylim()[1]))
        axes.set_title(name, fontsize=9, fontfamily=FONT, loc="left", y=1, pad=3)
        _legend(axes, "", about if i == len(panels) - 1 else None)
    return figure


def footer(about: About) -> str:
    """What stands under every figure."""
    severity = "" if about.severity == 1 else f" (severity {about.severity:g})"
    run = f"simsafe {about.version}, {about.area}, crisis {about.crisis}{severity}, plan {about.plan}, seed {about.seed}"
    return "".join(c if c.isprintable() and ord(c) < 0x250 else "?" for c in f"Simulated. {run}; not about any real child")


def blank_page(height: float, title: str, subtitle: str, about: About) -> Figure:
    """A blank figure with its title, what is measured, and the footer."""
    from simsafe.results.picture import Picture

    figure = Picture(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    text: dict[str, Any] = {"fontfamily": FONT, "parse_math": False}
    figure.text(0.015, 1 - 0.12 / height, title, fontsize=11.5, fontweight="bold", va="top", **text)
    figure.text(0.015, 1 - 0.37 / height, subtitle, fontsize=SMALL, color=GREY, va="top", **text)
    note = footer(about)
    figure.text(0.015, 0.06 / height, note, fontsize=min(7.5, 7.5 * 118 / len(note)), color=GREY, va="bottom", **text)
    return figure


def without_frame(axes: Axes) -> None:
    """No frame but the two axes that are read."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=SMALL, labelfontfamily=FONT)


def _axes(figure: Figure, box: tuple[float, float, float, float], about: About, unit: str, dates: bool = True, most: int = 13) -> Axes:
    """Axes over the run's dates, months along the bottom, crisis shaded, summer holidays barred."""
    from matplotlib.ticker import MaxNLocator

    axes = figure.add_axes(box)
    without_frame(axes)
    axes.set_ylabel(unit, fontsize=SMALL, fontfamily=FONT)
    axes.set_xlim(_number(about.start), _number(about.end) + 1)
    axes.set_xticks(*month_ticks(about.start, about.end, most)) if dates else axes.set_xticks([])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for kind, (fill, hatch, low, high) in SHADES.items():
        days = [(_number(p.first), _number(p.last) + 1 - _number(p.first)) for p in about.phases if p.kind == kind]
        if not days:
            continue
        look = {"facecolors": fill, "hatch": hatch, "edgecolor": HATCH, "linewidth": 0, "zorder": 0.5}
        axes.broken_barh(days, (low, high - low), transform=axes.get_xaxis_transform(), **look)
    return axes


def month_ticks(start: date, end: date, most: int) -> tuple[list[int], list[str]]:
    """First days of months as day numbers, at most about ``most`` of them, and their names; the year under January and the first."""
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    step = next((s for s in (1, 2, 3, 6, 12) if months <= s * most), 12)
    firsts = [date(start.year + (start.month - 1 + m) // 12, (start.month - 1 + m) % 12 + 1, 1) for m in range(months + 1)]
    kept = [d for d in firsts if start <= d <= end and (d.month - 1) % step == 0]
    years: set[int] = set()
    labels = []
    for d in kept:
        labels.append(MONTHS[d.month - 1][:3] + ("" if d.year in years else f"\n{d.year}"))
        years.add(d.year)
    return [_number(d) for d in kept], labels


def _line(axes: Axes, x: Any, y: Any, number: int, label: str) -> None:
    """One line, told from the others by colour, dashes and markers; markers of lines that coincide do not."""
    colour, dashes, marker = STYLES[number % len(STYLES)]
    x, y = np.asarray(x), np.asarray(y)
    step = max(1, len(x) // 11)
    where = (number * step // 5, step)
    axes.plot(x, y, color=colour, linestyle=dashes, linewidth=1.5, marker=marker, markersize=4, markevery=where, label=label)


def _legend(axes: Axes, title: str, about: About | None) -> None:
    """Names of the lines to the right of them and, where ``about`` is given, what the shading means."""
    handles, labels = axes.get_legend_handles_labels()
    more = _phase_handles(about) if about else []
    legend = axes.legend(
        handles + more, labels + [str(h.get_label()) for h in more], loc="upper left", bbox_to_anchor=(1.01, 1.07), frameon=False,
        prop=PROP, title=title, title_fontproperties=PROP, handlelength=2.8, alignment="left", borderpad=0.2,
    )  # fmt: skip
    legend.get_title().set_fontweight("bold")


def _phase_handles(about: About) -> list[Any]:
    """Patches that explain the shading of this run, if there is any."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    kinds = {p.kind for p in about.phases}
    shaded = [
        Patch(facecolor=fill, hatch=hatch, edgecolor=HATCH, linewidth=0.5, label=_wrapped(PHASES[kind]))
        for kind, (fill, hatch, _, high) in SHADES.items()
        if kind in kinds and high == 1
    ]
    bar = [Line2D([], [], color=GREY, linewidth=3, label=_wrapped(PHASES["school_holiday"]))] if "school_holiday" in kinds else []
    return shaded + bar


def _wrapped(text: str) -> str:
    """Two lines of about equal length."""
    words = text.capitalize().split()
    return " ".join(words[:2]) + "\n" + " ".join(words[2:])


def _series(measures: pd.DataFrame, measure: str, group: str) -> pd.Series:
    """One measure of one group, by day number since 1970."""
    rows = measures.loc[(measures["measure"] == measure) & (measures["group"] == group), ["date", "value"]]
    dates = np.asarray(rows["date"], dtype="datetime64[D]")
    return pd.Series(np.asarray(rows["value"], dtype=float), index=dates.astype(np.int64))


def _weekly_sum(daily: pd.Series) -> pd.Series:
    """Sums of whole weeks from the first day, at the last day of each."""
    whole = len(daily) // 7 * 7
    return pd.Series(daily.to_numpy()[:whole].reshape(-1, 7).sum(axis=1), index=daily.index[6:whole:7])


def _over(part: pd.Series, whole: pd.Series) -> np.ndarray:
    """Part over whole, with a gap in the line where there is nobody."""
    top, bottom = (np.asarray(x, dtype=float) for x in (part, whole))
    return np.divide(top, bottom, out=np.full(top.size, np.nan), where=bottom > 0)


def _number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)) // timedelta(days=1)


def _whole_per_cent(value: float) -> str:
    """A percentage in whole numbers; less than a half, but not nothing, is said so."""
    return "<1%" if 0 < value < 0.5 else f"{value:.0f}%"
