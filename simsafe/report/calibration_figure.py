"""A calibration as a figure: every figure's fit over what was published, fitted ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.results.figures import BLACK, BLUE, FONT, GREY, PROP, SMALL, VERMILION, without_frame
from simsafe.results.picture import Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDE, A_ROW, AROUND = 7.4, 0.2, 1.25  # inches
MOST = 2.0  # times what was published: what lies beyond is drawn at the edge


def fit_figure(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Of each row of ``targets``: the kept sets over what was published, middle and nine in ten; the shipped set; and what is allowed."""
    shown = [row for row in rows if pd.notna(row["kept_middle"])]
    height = AROUND + A_ROW * len(shown)
    figure = Picture(figsize=(WIDE, height), dpi=110, facecolor="white")
    axes = figure.add_axes((0.27, 0.85 / height, 0.70, 1 - AROUND / height))
    without_frame(axes)
    place = np.arange(len(shown))
    low, middle, high, shipped = (
        np.array([float(row[name]) / float(row["published"]) for row in shown])
        for name in ("kept_low", "kept_middle", "kept_high", "shipped")
    )
    away = np.array([float(np.hypot(row["spread"], row["discrepancy"])) / float(row["published"]) for row in shown])
    axes.axvline(1, color=BLACK, linewidth=0.8, zorder=1)
    axes.barh(place, 2 * away, 0.8, left=1 - away, color="#dddddd", zorder=0, label="published, give or take its error and discrepancy")
    ends = np.clip([low, high], 0, MOST)
    axes.hlines(place, ends[0], ends[1], color=BLUE, linewidth=2.2, zorder=2, label="nine in ten kept sets")
    axes.plot(np.clip(middle, 0, MOST), place, "|", color=BLUE, markersize=9, markeredgewidth=2, zorder=3, label="kept sets, middle")
    axes.plot(np.clip(shipped, 0, MOST), place, "D", color=VERMILION, markersize=4, zorder=4, label="shipped numbers")
    names = [f"{spaced(row['name'])}{'' if row['use'] == 'fitted' else ' (checked)'}" for row in shown]
    axes.set_yticks(place, names, fontsize=7.5, fontfamily=FONT)
    axes.set(ylim=(len(shown) - 0.4, -0.6), xlim=(0, MOST))
    axes.set_xlabel("simulated over published (1: as published); at an edge: there or beyond", fontsize=SMALL, fontfamily=FONT)
    axes.grid(axis="x", color="#eeeeee", linewidth=0.6)
    axes.set_axisbelow(True)
    figure.legend(loc="lower left", bbox_to_anchor=(0.02, 0.0), ncols=2, frameon=False, prop=PROP | {"size": 7.5})
    figure.text(
        0.02, 1 - 0.22 / height, "Every figure beside its fit (simulated)", fontsize=10, fontweight="bold", color=BLACK, fontfamily=FONT
    )
    figure.text(0.98, 1 - 0.22 / height, "checked: not fitted", fontsize=7.5, color=GREY, ha="right", fontfamily=FONT)
    return figure


def spaced(name: str) -> str:
    """A figure's name as words."""
    return name.replace("_", " ")
