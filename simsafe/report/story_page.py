"""One simulated child's chronology as a page, a table and pictures, in a folder of its own."""

from __future__ import annotations

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import pandas as pd

from simsafe.ground.parameter import ConfigError
from simsafe.report.page import rendered
from simsafe.report.svg import inline_svg
from simsafe.results.divergence import Divergence
from simsafe.results.folder import safe_cell
from simsafe.results.story_figure import chronology

if TYPE_CHECKING:
    from simsafe.study.story import Told

Span = tuple[date, date]


def story_page(told: Told, span: Span | None = None) -> str:
    """The chronology as one HTML page that needs nothing else."""
    alt = f"Chronology of one simulated child under {' and '.join(s.about.plan for s in told.stories)}; every mark is in the tables below"
    picture = inline_svg(chronology(told.one, told.parting, span), "story", alt)
    return rendered("story.html", one=told.one, stories=told.stories, parting=told.parting, picture=picture)


def story_table(told: Told) -> pd.DataFrame:
    """The chronologies of one child as one table; column ``plan`` says which."""
    return told.table()


def write_story(told: Told, folder: str | Path, span: Span | None = None) -> Path:
    """``story.html``, ``story.csv``, ``story.png`` and ``story.svg`` in a new folder, and ``parting.csv`` with two plans; all or nothing.

    ConfigError in one line when the folder cannot be written.
    """
    folder = Path(folder)
    part = folder.parent / f".simsafe-part-{token_hex(6)}"
    try:
        part.mkdir(parents=True)
        (part / "story.html").write_text(story_page(told, span), encoding="utf-8", newline="\n")
        _csv(story_table(told), part / "story.csv")
        if isinstance(told.parting, Divergence):
            _csv(told.parting.table(), part / "parting.csv")
        _pictures(told, part, span)
        part.replace(folder)
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        raise ConfigError(f"output = {str(folder)!r:.200}; cannot be written ({why}); nothing was saved; choose another folder") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _pictures(told: Told, part: Path, span: Span | None) -> None:
    """The same picture as PNG and as SVG."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    said = "Simulated; not about any real child"
    raw = BytesIO()
    FigureCanvasAgg(chronology(told.one, told.parting, span)).print_png(raw, metadata={"Description": said})
    (part / "story.png").write_bytes(raw.getvalue())
    raw = BytesIO()
    with rc_context({"svg.hashsalt": "simsafe", "svg.fonttype": "path"}):
        FigureCanvasSVG(chronology(told.one, told.parting, span)).print_svg(raw, metadata={"Date": None, "Description": said})
    (part / "story.svg").write_bytes(raw.getvalue())


def _csv(table: pd.DataFrame, path: Path) -> None:
    safe = table.map(lambda value: safe_cell(value) if isinstance(value, str) else value)
    safe.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
