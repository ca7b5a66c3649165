"""How every page of a report is made: one template, one style sheet inside it, and a policy that lets nothing else in or out."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from simsafe.ground.files import why, write_whole
from simsafe.ground.parameter import ConfigError, plain

HERE = Path(__file__).parent
STYLE = HERE / "style.css"
CHILDREN_AT_RISK = "If a child may be in danger, none of this helps: tell the local authority's children's services, or the police."


@cache
def templates() -> Environment:
    """Where templates come from, and how they are filled in: everything escaped, and a name that a template lacks stops it."""
    made = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"soft": soft, "plain": plain}
    return made


def rendered(template: str, **content: Any) -> str:
    """A page from its template, with its style and the policy that allows this style and nothing else."""
    style = "\n" + STYLE.read_text(encoding="utf-8").strip() + "\n"
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = templates().get_template(template)
    return page.render(style=Markup(style), policy=policy, danger=CHILDREN_AT_RISK, **content)


def soft(name: object) -> Markup:
    """A name that may be broken after its underscores."""
    return escape(str(name)).replace("_", Markup("_<wbr>"))


def keep(path: str | Path, content: bytes, key: str = "report") -> Path:
    """Write a file whole or not at all. ConfigError in one line when it cannot be."""
    path = Path(path)
    try:
        write_whole(path, content)
    except (OSError, ValueError) as problem:
        raise ConfigError(
            f"{key} = {str(path)!r:.200}; cannot be written ({why(problem)}); nothing was saved; choose another path"
        ) from None
    return path
