"""A plan asked for by the path of its file: what such a plan is called, and how any file of one's own is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from simsafe.ground.parameter import ConfigError
from simsafe.plans.reading import read_yaml
from simsafe.plans.sheet import ENDINGS, read_sheet
from simsafe.plans.shelf import shelf_names

# How a plan's file is read into the mapping of a plan, by the end of its name.
READERS: dict[str, Callable[[Path], dict[str, Any]]] = {".yaml": read_yaml, ".yml": read_yaml, **dict.fromkeys(ENDINGS, read_sheet)}
NEEDED = {"plan": "levers", "crisis": "changes"}  # what a file of that kind is there for; a model's may be empty
LONGEST_NAME, LONGEST_PATH = 80, 200  # characters of a plan's name, and of a path in a message


def looks_like_a_file(plan: Any) -> bool:
    """Whether a plan was asked for by a path: names have letters, digits and _ only."""
    return isinstance(plan, Path) or (isinstance(plan, str) and any(sign in plan for sign in "/\\."))


def plan_named_by(path: Path, key: str) -> str:
    """The name of the plan in a file, made of the file's.

    Raises
    ------
    ConfigError
        One line, beginning with ``key``: there is no such file, its ending is none that is read, or its name is a shipped plan's.
    """
    at = f"{key} = {shown(path)}"
    if path.suffix.lower() not in READERS:
        raise ConfigError(f"{at}; no such plan; expected the name of a plan, or a file that ends with {' or '.join(READERS)}")
    if not path.is_file():
        raise ConfigError(f"{at}; no such file{like_it(path)}; expected the name of a plan, or the path of its file")
    name = name_of(path)
    if not name:
        raise ConfigError(f"{at}; expected letters or digits in the file's name, which names the plan")
    if name in shelf_names("plan"):
        raise ConfigError(f"{at}; {name} is a shipped plan's name; expected another name for your own")
    return name


def name_of(path: Path) -> str:
    """What a plan in a file of this name is called, whatever is in it; nothing where the file's name has neither letters nor digits."""
    return re.sub(r"\W+", "_", path.stem, flags=re.ASCII).strip("_")[:LONGEST_NAME]


def like_it(path: Path) -> str:
    """``; did you mean 'x.yaml'?`` for a file in the same folder with a name close to this one's."""
    try:
        there = sorted(other for other in path.parent.iterdir() if other.suffix.lower() in READERS)
    except OSError:
        return ""
    close = get_close_matches(path.stem, [other.stem for other in there], n=1)
    return next((f"; did you mean {shown(other)}?" for other in there if other.stem in close), "")


def lying_here(name: str) -> str:
    """``; did you mean 'x.yaml'?`` where a plan x was asked for and a file x.yaml lies in the folder one is in."""
    there = [f"{name}{ending}" for ending in READERS if re.fullmatch(r"\w{1,80}", name) and Path(f"{name}{ending}").is_file()]
    return f"; did you mean {' or '.join(map(repr, there))}?" if there else ""


def read_own(path: Path, key: str, kind: str = "plan") -> dict[str, Any]:
    """What is in a file of one's own: a plan's, or a YAML file of another kind.

    Raises
    ------
    ConfigError
        One line, beginning with ``key`` and the path: the file cannot be read, says what it may not, or is empty and may not be.
    """
    try:
        made = READERS[path.suffix.lower()](path)
    except ConfigError as refusal:
        raise ConfigError(f"{key} = {shown(path)}; {str(refusal).removeprefix(path.name).lstrip(' :=')}") from None
    if not made and kind in NEEDED:
        raise ConfigError(f"{key} = {shown(path)}; the file is empty; expected settings, such as title: and {NEEDED[kind]}:")
    return made


def shown(path: Path) -> str:
    """A path as it may stand in a one-line message; of a long one its end."""
    text = str(path)
    return repr(text if len(text) <= LONGEST_PATH else f"...{text[-LONGEST_PATH:]}")
