"""The professional network as a figure: who told whom before and in the crisis, on one layout and one scale, and what reached nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.results.figures import BLACK, BLUE, FONT, GREY, ORANGE, PURPLE, VERMILION, blank_page, save_pictures
from simsafe.results.network import graph
from simsafe.results.tables import About
from simsafe.world.contact import Agency
from simsafe.world.ties import Tie

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "professional_network.png"
CENTRE = Agency.SOCIAL_CARE.label
AROUND = (  # clockwise from the top; between two that tell each other much stands one that tells little, so that arrows have room
    Agency.SCHOOLS, Agency.CHILDMINDERS, Agency.EARLY_HELP, Agency.HOUSING, Agency.HEALTH_VISITING, Agency.CAMHS, Agency.GENERAL_PRACTICE,
    Agency.ADULT_SERVICES, Agency.MIDWIFERY, Agency.HOSPITAL, Agency.COMMUNITY, Agency.SCHOOL_NURSING, Agency.POLICE, Agency.HELPLINES,
)  # fmt: skip
LOOKS: dict[str, tuple[str, Any]] = {  # colour and dashes of each kind of tie: told apart without colour
    Tie.DUTY.label: (BLUE, "solid"), "told back": (BLACK, "dotted"), Tie.HANDOVER.label: (PURPLE, "dashed"),
    Tie.NOTICE.label: (VERMILION, "dashdot"), Tie.NAMED_LINK.label: (VERMILION, "dashed"), Tie.MEETING.label: (ORANGE, "dashed"),
    Tie.INFORMAL.label: (ORANGE, "dotted"),
}  # fmt: skip
THIN, THICK = 0.7, 10.0  # points: the least width that can be seen, and that of the most told


def save_network(table: pd.DataFrame, about: About, folder: Path) -> list[Path]:
    """Draw the network of :func:`~simsafe.results.network.network` into ``folder`` as PNG; OSError when it cannot be written."""
    return save_pictures({NAME: professional_network(table, about)}, about, folder)


def professional_network(table: pd.DataFrame, about: About) -> Figure:
    """One panel a period, with the same places and widths, and under each what no other agency heard."""
    periods = list(dict.fromkeys(table["period"]))
    days = table["days"].tolist()[0]
    title = "Who told whom: signs of worry that passed between agencies"
    if len(periods) > 1:
        title = "Who told whom before and in the crisis"
    subtitle = f"In {days} days each. Width: signs of worry told, on one scale. Number under a name: its signs that reached social care"
    figure = blank_page(7.2, title, subtitle, about)
    most = max(1, *table["told"].tolist())
    wide = 0.97 / len(periods)
    for i, period in enumerate(periods):
        made = graph(table, period)
        axes = figure.add_axes((0.01 + i * wide, 0.40, wide - 0.005, 0.50))
        _draw(axes, made, most)
        axes.set_title(period.capitalize(), fontsize=9.5, fontweight="bold", fontfamily=FONT, loc="left", pad=2)
        _bars(figure, (0.145 + i * wide, 0.175, wide - 0.175, 0.185), made, table, first=i == 0)
    _legend(figure, table)
    return figure


def _places() -> dict[str, tuple[float, float]]:
    """Where each agency stands: social care in the middle, the others around it."""
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(AROUND)) / len(AROUND)
    places = {agency.label: (float(np.cos(t)), float(np.sin(t))) for agency, t in zip(AROUND, angle, strict=True)}
    return places | {CENTRE: (0.0, 0.0)}


def _draw(axes: Axes, made: nx.DiGraph, most: int) -> None:
    """Arrows as wide as what was told along them, the widest first so that none is hidden, and names."""
    from matplotlib.patches import FancyArrowPatch

    places = _places()
    edges = sorted(made.edges(data=True), key=lambda e: -e[2]["told"])
    for giver, taker, about in edges:
        if about["told"]:
            colour, dashes = LOOKS[about["kind"]]
            width = max(THIN, THICK * about["told"] / most)
            look: dict[str, Any] = {"color": colour, "linestyle": dashes, "linewidth": width, "alpha": 0.8, "shrinkA": 14, "shrinkB": 16}
            bent = f"arc3,rad={_bend(places[giver], places[taker]):.2f}"
            head = f"-|>,head_length={0.35 + 0.06 * width:.2f},head_width={0.16 + 0.07 * width:.2f}"
            axes.add_patch(FancyArrowPatch(places[giver], places[taker], arrowstyle=head, connectionstyle=bent, mutation_scale=8, **look))
    for name, (x, y) in places.items():
        told = made.edges[name, CENTRE]["told"] if made.has_edge(name, CENTRE) else None
        text = f"{_lines(name)}\n{told:,}" if told is not None else _lines(name)
        box = {"boxstyle": "round,pad=0.18", "facecolor": "white", "edgecolor": BLACK if name == CENTRE else GREY, "linewidth": 0.8}
        bold = "bold" if name == CENTRE else "normal"
        axes.text(x, y, text, ha="center", va="center", fontsize=6.6, fontfamily=FONT, fontweight=bold, bbox=box, zorder=5)
    axes.set(xlim=(-1.28, 1.28), ylim=(-1.18, 1.18), xticks=[], yticks=[])
    axes.set_frame_on(False)


def _bend(giver: tuple[float, float], taker: tuple[float, float]) -> float:
    """How far an arrow bows: towards the middle, and of the two between a pair one more than the other."""
    turn = giver[0] * taker[1] - giver[1] * taker[0]  # positive: counter-clockwise around social care
    if abs(turn) < 1e-9:
        return 0.1
    return -0.1 if turn > 0 else 0.28


def _lines(name: str) -> str:
    """A name in as many lines as it has words."""
    return name[0].upper() + name[1:].replace(" ", "\n")


def _bars(figure: Figure, box: tuple[float, float, float, float], made: nx.DiGraph, table: pd.DataFrame, first: bool) -> None:
    """Signs of each agency, and how many of them no other agency had heard of."""
    names = [agency.label for agency in AROUND if agency is not Agency.HELPLINES]
    signs, kept = (np.array([made.nodes[n][what] for n in names]) for what in ("signs", "kept"))
    axes = figure.add_axes(box)
    at = np.arange(len(names))
    axes.barh(at, signs, 0.72, color="#cfe3f1", edgecolor=BLUE, linewidth=0.7, label="passed to another agency")
    axes.barh(at, kept, 0.72, color="white", edgecolor=BLUE, hatch="/////", linewidth=0.7, label="noticed and passed to no other agency")
    longest = max(1, *table["signs"].tolist())
    for y, all_of, alone in zip(at.tolist(), signs.tolist(), kept.tolist(), strict=True):
        axes.text(all_of + 0.015 * longest, y, f"{alone:,} of {all_of:,}", va="center", fontsize=6.3, fontfamily=FONT)
    axes.set(ylim=(len(names) - 0.4, -0.6), xlim=(0, longest * 1.22))
    axes.set_yticks(at, [n[0].upper() + n[1:] for n in names] if first else [""] * len(names))
    axes.tick_params(labelsize=6.6, labelfontfamily=FONT, length=2, pad=2)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("signs noticed", fontsize=7.5, fontfamily=FONT, labelpad=1)


def _legend(figure: Figure, table: pd.DataFrame) -> None:
    """What colours, dashes and bars mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    drawn = set(table.loc[table["told"] > 0, "kind"])
    words = {Tie.DUTY.label: "to social care: duty, or a contact", "told back": "told back by social care"}
    handles: list[Any] = [
        Line2D([], [], color=colour, linestyle=dashes, linewidth=2, label=words.get(kind, kind))
        for kind, (colour, dashes) in LOOKS.items()
        if kind in drawn
    ]
    handles.append(Patch(facecolor="#cfe3f1", edgecolor=BLUE, label="signs noticed; in bars"))
    handles.append(Patch(facecolor="white", edgecolor=BLUE, hatch="/////", label="of them told to no other agency"))
    prop: dict[str, Any] = {"family": FONT, "size": 7.3}
    figure.legend(handles=handles, ncols=3, frameon=False, prop=prop, handlelength=3, loc="center", bbox_to_anchor=(0.5, 0.08))
