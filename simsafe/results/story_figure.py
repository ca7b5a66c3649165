"""The chronology as a picture: truth above, a lane for each agency below, one story or two of the same simulated child."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from simsafe.results import story_words as say
from simsafe.results.figures import BLUE, DPI, FONT, GREY, SMALL, VERMILION, month_ticks
from simsafe.results.story import Story, stretches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simsafe.results.divergence import Divergence

WIDTH, LANE, TRUTH, HEAD, FOOT = 11.2, 0.27, 1.25, 0.75, 1.2  # inches
LEFT, RIGHT = 0.135, 0.985
MARKS: dict[str, dict[str, Any]] = {  # told apart by shape and filling, not by colour
    say.SEEN_IN_PERSON: {"marker": "o", "markerfacecolor": "black", "markeredgecolor": "black", "markersize": 5},
    say.REACHED: {"marker": "o", "markerfacecolor": "white", "markeredgecolor": "black", "markersize": 5},
    say.NO_ANSWER: {"marker": "x", "markeredgecolor": GREY, "markersize": 4.5},
    say.TOLD: {"marker": "s", "markerfacecolor": BLUE, "markeredgecolor": "black", "markersize": 5},
    say.WORK: {"marker": "|", "markeredgecolor": GREY, "markersize": 7},
    say.DECISION: {"marker": "D", "markerfacecolor": "white", "markeredgecolor": "black", "markersize": 8.5},
}
A_SIGN: dict[str, Any] = {"marker": "^", "markeredgecolor": VERMILION, "markersize": 7, "markeredgewidth": 1.2}
OF_HARM: dict[str, Any] = A_SIGN | {"markerfacecolor": VERMILION}
NOT_OF_HARM: dict[str, Any] = A_SIGN | {"markerfacecolor": "white"}
HATCHES = {0: "", 1: "..", 2: "////", 3: "xxxx"}  # stages of a case
SHADE = {0: "#ffffff", 1: "#e8e8e8", 2: "#cfcfcf", 3: "#b0b0b0"}
MOST_NUMBERED = 30
TELLING = (
    "Referral from", "Assessment completed", "Section 47", "Initial conference", "Child protection plan ended", "Case closed",
    "Child looked after", "Child no longer", "Police protection", "Early help began",
)  # fmt: skip
DECISIONS = "decisions"  # the lowest lane


def chronology(one: Story, parting: Divergence | None = None, span: tuple[date, date] | None = None) -> Figure:
    """One story, or with ``parting`` both of its stories one above the other with the day marked on which they first part.

    ``span`` are the first and the last date to draw; without it all reported days.
    """
    from simsafe.results.picture import Picture

    stories = [one] if parting is None else [parting.one, parting.two]
    lanes = _all_lanes(stories)
    panel = TRUTH + LANE * len(lanes) + 0.2
    listed = max(len(_numbered(s, span)) for s in stories)
    listing = 0.2 + 0.16 * -(-listed // 2)
    height = HEAD + (panel + 0.68 + listing) * len(stories) + FOOT
    figure = Picture(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    _titles(figure, height, stories, parting)
    top = height - HEAD
    for story in stories:
        figure.text(0.012, (top - 0.12) / height, f"Under {story.about.plan}", fontsize=10, fontweight="bold", **_TEXT)
        top -= 0.3
        box = (LEFT, (top - TRUTH) / height, RIGHT - LEFT, (TRUTH - 0.12) / height)
        _truth(figure.add_axes(box), story, span)
        axes = figure.add_axes((LEFT, (top - panel) / height, RIGHT - LEFT, LANE * len(lanes) / height))
        _agencies(axes, story, lanes, span)
        if parting is not None and parting.day is not None:
            _mark(axes, parting.day, one)
        top -= panel + 0.38
        _decisions(figure, story, span, top / height, height)
        top -= listing
    _legend(figure, height)
    return figure


_TEXT: dict[str, Any] = {"fontfamily": FONT, "parse_math": False}


def _all_lanes(stories: list[Story]) -> list[str]:
    """Every lane of any of the stories, in the usual order of agencies."""
    wanted = {lane for story in stories for lane in story.lanes}
    return [*(a.label for a in say.Agency if a.label in wanted), DECISIONS]


def _titles(figure: Figure, height: float, stories: list[Story], parting: Divergence | None) -> None:
    s, a = stories[0], stories[0].about
    facts = "; ".join(f"{name}: {value}" for name, value in s.facts.items())
    figure.text(0.012, 1 - 0.1 / height, f"One simulated child ({s.child}), day by day", fontsize=13, fontweight="bold", va="top", **_TEXT)
    figure.text(0.012, 1 - 0.36 / height, f"{facts}", fontsize=SMALL, color=GREY, va="top", **_TEXT)
    if parting is not None:
        when = "Nothing about the child differs between the two plans." if parting.day is None else (
            f"The two stories first part on {s.date_of(parting.day)} (dashed line)."
        )  # fmt: skip
        figure.text(0.012, 1 - 0.53 / height, when, fontsize=SMALL, fontweight="bold", va="top", **_TEXT)
    note = (
        f"Simulated. simsafe {a.version}, {a.area}, crisis {a.crisis}, seed {a.seed}. One child of one run; it lives nowhere, "
        "is typical of nobody, and gives no risk and no score."
    )
    figure.text(0.012, 0.07 / height, _latin(note), fontsize=7.5, color=GREY, **_TEXT)


def _latin(text: str) -> str:
    return "".join(c if c.isprintable() and ord(c) < 0x250 else "?" for c in text)


def _days(axes: Axes, story: Story, span: tuple[date, date] | None, dates: bool) -> None:
    """The days along the bottom, and the crisis shaded."""
    start, end = span or (story.about.start, story.about.end)
    axes.set_xlim((start - story.first).days - 0.5, (end - story.first).days + 1)
    ticks, names = month_ticks(start, end, 18)
    offset = (story.first - date(1970, 1, 1)).days
    axes.set_xticks([t - offset for t in ticks], names if dates else [""] * len(names))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=SMALL, labelfontfamily=FONT)
    for phase in story.about.phases:
        if phase.kind == "schools_closed":
            axes.axvspan((phase.first - story.first).days, (phase.last - story.first).days + 1, color="#e9e9e9", linewidth=0, zorder=0)


def _truth(axes: Axes, story: Story, span: tuple[date, date] | None) -> None:
    """Harm by severity, need, and the strain of the family."""
    _days(axes, story, span, dates=False)
    low, high = axes.get_xlim()
    inches = WIDTH * (RIGHT - LEFT) / (high - low)  # a day
    for first, end, severity, kind in story.harm:
        axes.broken_barh([(first, end - first)], (0, severity), facecolors="#d98a63", edgecolor="black", linewidth=0.7, zorder=2)
        words, room = f"{kind}, severity {severity}", (min(end, high) - max(first, low)) * inches
        if room > 0.066 * len(words):
            axes.text(max(first, low) + 0.04 / inches, severity - 0.14, words, fontsize=7.5, va="top", zorder=4, **_TEXT)
    for first, end, _ in story.need:
        axes.broken_barh(
            [(first, end - first)], (-0.85, 0.6), facecolors="white", edgecolor="#8a8a8a", hatch="////", linewidth=0.7, zorder=2
        )
    if story.strain:
        days, strain = (np.array(column) for column in zip(*story.strain, strict=True))
        axes.plot(days, 4.1 + 0.3 * np.clip(strain, -2.5, 2.5), color="black", linewidth=1.1, linestyle=(0, (4, 1.5)), zorder=3)
    axes.set_ylim(-1.0, 5.0)
    axes.set_yticks([-0.55, 1, 2, 3, 4.1], ["need", "harm 1", "2", "3", "strain"])
    axes.text(-0.13, 1.06, "TRUTH (no agency knew it)", transform=axes.transAxes, fontsize=7.5, fontweight="bold", **_TEXT)


def _agencies(axes: Axes, story: Story, lanes: list[str], span: tuple[date, date] | None) -> None:
    """A lane an agency, social care at the bottom with the stage of its case."""
    _days(axes, story, span, dates=True)
    at = {lane: len(lanes) - 1 - place for place, lane in enumerate(lanes)}
    low, high = axes.get_xlim()
    for y in at.values():
        axes.axhline(y, color="#dddddd", linewidth=0.6, zorder=1)
    for first, end, stage in story.stages:
        lane = at.get(say.SOCIAL_CARE if stage <= 3 else say.Agency.EARLY_HELP.label)
        if lane is not None:
            look: dict[str, Any] = {
                "facecolors": SHADE.get(stage, "white"),
                "hatch": HATCHES.get(stage, "\\\\"),
                "edgecolor": "#8a8a8a",
                "linewidth": 0.6,
            }
            axes.broken_barh([(first, end - first)], (lane - 0.42, 0.84), zorder=1.5, **look)
    for first, last, said in stretches(story.lines):
        solid = said.kind == say.IN_SIGHT
        y = at[said.lane] - 0.28
        axes.plot([first, last + 1], [y, y], color="black", linewidth=3 if solid else 1, linestyle="-" if solid else ":", zorder=2)
    for day, said in story.lines:
        if low <= day <= high and said.lane in at:
            _one_mark(axes, day, said, at)
    before, up = -np.inf, 0.0
    for number, (day, _) in enumerate(_numbered(story, span), 1):
        up = 0.0 if day - before > (high - low) / 70 else {0.0: 0.42, 0.42: -0.42}.get(up, 0.0)  # so that near ones can be read
        before = day
        axes.plot([day], [up], linestyle="", zorder=5, **MARKS[say.DECISION])
        axes.text(day, up - 0.03, str(number), fontsize=6, ha="center", va="center", zorder=8, clip_on=True, **_TEXT)
    axes.set_ylim(-0.75, len(lanes) - 0.4)
    axes.set_yticks(list(at.values()), [lane[0].upper() + lane[1:] for lane in at])


def _one_mark(axes: Axes, day: int, said: say.Said, at: dict[str, int]) -> None:
    """The mark of one line; what was told is an arrow from lane to lane."""
    y = at[said.lane]
    if said.kind in (say.SIGN, say.UNWRITTEN):
        axes.plot([day], [y + 0.12], linestyle="", zorder=6, **(OF_HARM if said.harm else NOT_OF_HARM))
    elif said.kind in (say.HEARD, say.TOLD) and said.other in at:
        start, end = (y, at[said.other]) if said.kind == say.TOLD else (at[said.other], y)
        look = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 1.4 if said.kind == say.TOLD else 0.7, "shrinkA": 0, "shrinkB": 2}
        axes.annotate("", (day, end), (day, start), arrowprops=look, zorder=4)
    if said.kind in MARKS and said.kind != say.DECISION:
        axes.plot([day], [y], linestyle="", zorder=5, **MARKS[said.kind])


def _numbered(story: Story, span: tuple[date, date] | None) -> list[tuple[int, say.Said]]:
    """Decisions to number and spell out below the lanes."""
    first, last = span or (story.about.start, story.about.end)
    low, high = (first - story.first).days, (last - story.first).days
    found = [(d, s) for d, s in story.lines if s.kind == say.DECISION and low <= d <= high and s.words.startswith(TELLING)]
    return found[:MOST_NUMBERED]


def _decisions(figure: Figure, story: Story, span: tuple[date, date] | None, top: float, height: float) -> None:
    """What the numbers stand for, in two columns."""
    numbered = _numbered(story, span)
    if not numbered:
        figure.text(LEFT, top - 0.16 / height, "No decision about the child in these days.", fontsize=7.8, color=GREY, **_TEXT)
    for i, (day, said) in enumerate(numbered):
        column, line = divmod(i, -(-len(numbered) // 2))
        words = f"{i + 1}  {story.date_of(day)}  {said.words}"
        figure.text(LEFT + 0.43 * column, top - (0.16 + 0.16 * line) / height, words, fontsize=7.8, **_TEXT)


def _mark(axes: Axes, day: int, story: Story) -> None:
    """The day on which two stories part."""
    axes.axvline(day, color="black", linewidth=1.6, linestyle=(0, (5, 3)), zorder=7)


def _legend(figure: Figure, height: float) -> None:
    """What every mark means."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(look: dict[str, Any], label: str) -> Line2D:
        return Line2D([], [], linestyle="", label=label, **look)

    made: list[Any] = [
        mark(MARKS[say.SEEN_IN_PERSON], "seen in person"), mark(MARKS[say.REACHED], "reached, not seen in person"),
        mark(MARKS[say.NO_ANSWER], "tried, nobody met"), mark(OF_HARM, "sign, of harm"), mark(NOT_OF_HARM, "sign, not of harm"),
        mark(MARKS[say.TOLD], "told the front door"), mark(MARKS[say.DECISION], "decision, numbered"),
        mark(MARKS[say.WORK], "meeting or other work"), Line2D([], [], color=BLUE, linewidth=0.8, label="arrow: told from lane to lane"),
        Line2D([], [], color="black", linewidth=3, label="days in school or nursery"),
        Line2D([], [], color="black", linewidth=1, linestyle=":", label="lessons at a distance"),
        Line2D([], [], color="black", linewidth=1.1, linestyle=(0, (4, 1.5)), label="strain of the family"),
        *(Patch(facecolor=SHADE[n], hatch=HATCHES[n], edgecolor="#8a8a8a", label=say.STAGES[n]) for n in range(4)),
        Patch(facecolor="white", hatch="\\\\", edgecolor="#8a8a8a", label="early help"),
        Patch(facecolor="#e9e9e9", label="schools closed to most"),
    ]  # fmt: skip
    figure.legend(
        handles=made, ncols=5, loc="lower left", bbox_to_anchor=(0.005, 0.22 / height), frameon=False, handlelength=2.2,
        prop={"family": FONT, "size": 7.8}, columnspacing=1.2,
    )  # fmt: skip
