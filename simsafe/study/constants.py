"""Numbers about the world that the code names and no run can set: read from the text of the modules, so that nothing is imported for it.

What each means stands in a comment beside it; unit, range, grade and source are in ``world/evidence/constants.csv``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from simsafe.ground.parameter import ConfigError


@dataclass(frozen=True)
class Constant:
    """A name at the top of a module with a number in it: its value as written, the comments beside it, and the line where it stands."""

    name: str
    value: str
    comment: str
    line: int


@cache
def constants_of(module: str) -> dict[str, Constant]:
    """The constants of a module (``truth.harm``) that have a number in them, by name. A comment may stand on the line or just above."""
    path = files("simsafe").joinpath(*module.split(".")[:-1], module.rpartition(".")[2] + ".py")
    if not path.is_file():
        raise ConfigError(f"constants.csv: {module}; there is no such module")
    return constants_in(path.read_text(encoding="utf-8"))


def constants_in(text: str) -> dict[str, Constant]:
    """The same of a module's text. ``TABLE[row] = ...`` counts as part of ``TABLE``."""
    lines = text.splitlines()
    found: dict[str, Constant] = {}
    said: dict[str, str] = {}
    for node in ast.parse(text).body:
        for name, value in _assigned(node):
            said[name] = said.get(name) or comment_of(lines, node)
            if has_number(value):
                before = found.get(name)
                written = f"{before.value}; {as_written(value)}" if before else as_written(value)
                found[name] = Constant(name, written, said[name], before.line if before else node.lineno)
    return found


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Names and what is assigned to each; two on one line are taken apart."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        targets, value = [node.target], node.value
    elif isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    else:
        return
    for target in targets:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            yield from ((part.id, of) for part, of in zip(target.elts, value.elts, strict=True) if isinstance(part, ast.Name))
        elif isinstance(target, ast.Tuple):
            yield from ((part.id, value) for part in target.elts if isinstance(part, ast.Name))
        elif isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            yield target.value.id, value


def has_number(value: ast.expr) -> bool:
    """Whether a number is written anywhere in it, other than as a place in a list."""
    places = {id(part) for node in ast.walk(value) if isinstance(node, ast.Subscript) for part in ast.walk(node.slice)}
    return any(isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in places for node in ast.walk(value))


def as_written(value: ast.expr) -> str:
    """The value as the code has it, without the words that make an array of it."""
    if isinstance(value, ast.Call) and value.args and ast.unparse(value.func) in ("np.array", "np.cumsum"):
        inner = ast.unparse(value.args[0]).strip("[]")
        return f"{inner} (running sums)" if ast.unparse(value.func) == "np.cumsum" else inner
    return ast.unparse(value)


def comment_of(lines: list[str], node: ast.stmt) -> str:
    """The comment on any line of a statement, or on the lines just above it."""
    last = node.end_lineno or node.lineno
    beside = [line.partition("#")[2].strip() for line in lines[node.lineno - 1 : last] if "# fmt" not in line and "#" in line]
    if beside:
        return " ".join(beside)
    above, at = [], node.lineno - 2
    while at >= 0 and lines[at].startswith("#"):
        above.append(lines[at].lstrip("# "))
        at -= 1
    return " ".join(reversed(above))
