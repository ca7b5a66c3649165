"""The figures' own kind: a matplotlib figure that a notebook shows as a picture, without any setting of the notebook's."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from PIL.Image import Image

COLOURS = 128


class Picture(Figure):
    """A figure as any other of matplotlib's; a notebook asks it for its picture."""

    def _repr_png_(self) -> bytes:
        raw = io.BytesIO()
        few_colours(self).save(raw, "png")
        return raw.getvalue()


def few_colours(figure: Figure) -> Image:
    """The figure as a picture of few colours: a third of the bytes, and quicker to write."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    whole = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    return whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
