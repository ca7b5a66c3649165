"""What follows from a sign or a case is thrown for by its own identity: by the day, plans could not be compared child by child."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import simsafe.system

MAY_BE_KEYED_BY_DAY = {  # what is tried on a day, as agencies' visits are; not what is decided
    "on the day",  # each call by letter or telephone has its own answers
    "call to a family",
    "missing from view",
    "seen by surge staff",
}
ASKING = {"ask", "ask_each", "ask_three", "keys", "keys_each", "bell"}


def questions() -> Iterator[tuple[str, str, bool]]:
    """(file, question, whether the day is part of what it is keyed by) of every throw in ``simsafe/system``."""
    for path in sorted(Path(simsafe.system.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING
            if asks and len(node.args) >= 2 and isinstance(node.args[1], ast.Constant):
                names = {n.id for arg in (node.args[0], *node.args[2:]) for n in ast.walk(arg) if isinstance(n, ast.Name)}
                yield path.name, str(node.args[1].value), "day" in names


def test_decisions_are_keyed_by_signs_and_cases_and_not_by_the_day():
    found = list(questions())
    assert len(found) > 12
    by_day = {question for _, question, keyed_by_day in found if keyed_by_day}
    assert by_day <= MAY_BE_KEYED_BY_DAY, by_day - MAY_BE_KEYED_BY_DAY
