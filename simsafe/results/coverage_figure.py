"""The figure of eyes on children: contacts a week by agency, in person against remote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.results import figures as shared
from simsafe.results.tables import About
from simsafe.world.contact import Agency

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ACROSS, ROW, TOP, FOOT = 3, 1.32, 0.5, 1.35  # panels in a row; inches of a row, of the head and of the foot
SMOOTH, IN_TERMS = 5, (Agency.SCHOOLS.label, Agency.CHILDMINDERS.label)  # a mean would hide when holidays begin and end
WIDE, HIGH = 0.258, 0.80  # of a panel: share of the page's width, inches
LOOKS: tuple[tuple[bool, str, str, Any, float], ...] = (
    (True, "in person", shared.BLUE, "-", 1.8),
    (False, "by video, telephone or remote lesson", shared.VERMILION, "--", 1.4),
)


def eyes_on(coverage: pd.DataFrame, about: About) -> Figure:
    """Contacts a week per 1,000 children of the area, a panel an agency, each on its own scale."""
    weekly = _weekly(coverage)
    agencies = [a.label for a in Agency if any(week.any() for week in weekly[a.label].values())]
    dates = np.unique(np.asarray(coverage["date"], dtype="datetime64[D]")).astype(np.int64)
    down = max(1, -(-len(agencies) // ACROSS))
    height = TOP + FOOT + ROW * down
    title = "Eyes on children: contacts a week with each agency"
    figure = shared.blank_page(
        height,
        title,
        f"Per 1,000 children in the area; every agency has its own scale. Means of {SMOOTH} weeks; schools and childminders weekly",
        about,
    )
    for i, agency in enumerate(agencies):
        row, column = divmod(i, ACROSS)
        below = i + ACROSS >= len(agencies)
        box = (0.09 + 0.318 * column, (FOOT + ROW * (down - 1 - row) + 0.12) / height, WIDE, HIGH / height)
        axes = shared._axes(figure, box, about, "per 1,000" if column == 0 else "", dates=below, most=4)
        for in_person, _, colour, dashes, width in LOOKS:
            week = weekly[agency][in_person]
            if week.any():
                smooth = SMOOTH if agency not in IN_TERMS and week.size >= SMOOTH else 1
                x = dates[smooth // 2 : dates.size - smooth // 2]
                axes.plot(x, np.convolve(week, np.full(smooth, 1 / smooth), "valid"), color=colour, linestyle=dashes, linewidth=width)
        axes.set_ylim(bottom=0)
        axes.set_title(agency[0].upper() + agency[1:], fontsize=9, fontfamily=shared.FONT, loc="left", y=1, pad=3)
    _legend(figure, about, height)
    return figure


def _weekly(coverage: pd.DataFrame) -> dict[str, dict[bool, np.ndarray]]:
    """Contacts per 1,000 children in each week, by agency and whether in person."""
    week = np.unique(np.asarray(coverage["date"], dtype="datetime64[D]"), return_inverse=True)[1]
    agency, in_person, value = (np.asarray(coverage[n]) for n in ("agency", "in_person", "per_1000_children"))
    size = int(week.max(initial=-1)) + 1
    return {
        a.label: {
            face: np.bincount(week[some], weights=value[some], minlength=size)
            for face, some in ((f, (agency == a.label) & (in_person == f)) for f in (True, False))
        }
        for a in Agency
    }


def _legend(figure: Figure, about: About, height: float) -> None:
    """What lines and shading mean, under the panels."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=colour, linestyle=dashes, linewidth=width, label=label) for _, label, colour, dashes, width in LOOKS]
    handles += shared._phase_handles(about)
    labels = [str(h.get_label()).replace("\n", " ") for h in handles]
    figure.legend(
        handles, labels, ncols=2, frameon=False, prop=shared.PROP, handlelength=2.8, loc="center", bbox_to_anchor=(0.5, 0.58 / height)
    )
