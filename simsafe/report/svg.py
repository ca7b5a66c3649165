"""Figures as SVG that can stand inside a page with a strict policy: no style attributes, no links, no outside addresses, ids of their own.

matplotlib writes ``style="fill: #fff"``, which a page that allows only its own style sheet would ignore; here it becomes ``fill="#fff"``.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TAGS = frozenset(("svg", "g", "path", "use", "defs", "clipPath", "rect", "pattern", "text", "tspan", "line", "polygon", "circle", "image"))
NAMESPACES = re.compile(r"\{[^}]*\}")
STYLE = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+)\s*(?:;|$)")
INSIDE = re.compile(r"url\(#([^)]+)\)")
SAFE_VALUE = re.compile(r"[\w#%.,()\s'\"-]*")
ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
KEPT = ("viewBox",)


def inline_svg(figure: Figure, name: str, alt: str) -> Markup:
    """The figure as an ``svg`` element; ``name`` (letters and digits) goes in front of its ids, ``alt`` says what it shows."""
    root = ElementTree.fromstring(written(figure))
    ids = {element.get("id", ""): f"{name}-{number}" for number, element in enumerate(root.iter()) if element.get("id")}
    body = "".join(element_text(child, ids) for child in root if tag_of(child) in TAGS)
    box = " ".join(f'{key}="{escape(root.get(key, ""))}"' for key in KEPT)
    look = " ".join(f'{key}="{value}"' for key, value in ROOT.items())
    return Markup(f'<svg role="img" aria-label="{escape(alt)}" {box} {look}><title>{escape(alt)}</title>{body}</svg>')


def written(figure: Figure) -> str:
    """The figure as matplotlib writes it, the same on every machine and day."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    out = StringIO()
    with rc_context({"svg.hashsalt": "simsafe", "svg.fonttype": "path"}):
        FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return out.getvalue()


def tag_of(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return NAMESPACES.sub("", element.tag) if isinstance(element.tag, str) else ""


def element_text(element: ElementTree.Element, ids: dict[str, str]) -> str:
    """One element and all inside it. Anything that is no drawing is left out; so are empty groups."""
    tag = tag_of(element)
    if tag not in TAGS:
        return ""
    inside = "".join(element_text(child, ids) for child in element)
    if tag == "g" and not inside:
        return ""
    return f"<{tag}{attributes(element, ids)}>{inside}</{tag}>"


def attributes(element: ElementTree.Element, ids: dict[str, str]) -> str:
    """The attributes that draw, style turned into them, ids renamed."""
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        name = NAMESPACES.sub("", key)
        if name == "style":
            found |= {k: v.strip() for k, v in STYLE.findall(value)}
        elif name == "id":
            found["id"] = ids[value]
        elif name == "href":
            if value.startswith("#"):
                found["href"] = "#" + ids.get(value[1:], "")
        elif not name.lower().startswith("on"):
            found[name] = value
    made = {key: INSIDE.sub(lambda m: f"url(#{ids.get(m[1], '')})", value) for key, value in found.items()}
    return "".join(f' {key}="{escape(value)}"' for key, value in made.items() if SAFE_VALUE.fullmatch(value) or key in ("d", "points"))
