"""The table of what the sources ask for: each row once, counted, and everything it names is there."""

import ast
import re
from collections import Counter
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from simsafe.ground.parameter import register
from simsafe.plans.catalogue import SHELF
from simsafe.results.dictionary import TABLES
from simsafe.results.measures import DAILY, WEEKLY
from simsafe.results.network_figure import NAME as NETWORK_FIGURE
from simsafe.results.summary import FIGURES
from simsafe.results.workforce import STAFF
from simsafe.scenario import Parameters
from simsafe.world.conditions import DIALS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "FEATURES.md"
KINDS = ("Actors", "Mechanisms", "Crisis shocks", "Plan levers", "Outcomes", "Figures", "Recommendations")
STATES, PRIORITIES = ("there", "thin", "not yet", "left out"), ("core", "should")
NO_TEST = "no test of its own yet"
A_PATH, A_TEST = re.compile(r"[\w.]+/[\w./]*"), re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
PICTURES = {*FIGURES, NETWORK_FIGURE.removesuffix(".png")}
SAVED = {*TABLES, "network"}
AFTER = {"lever": set(SHELF), "figure": PICTURES, "table": SAVED}  # a word before a name in backticks: what the name must be


class Row(NamedTuple):
    """One line of the page."""

    kind: str
    id: str
    priority: str
    words: str
    state: str
    where: str
    shown: str


@cache
def rows() -> dict[str, Row]:
    """Every row of the page by its id."""
    text = PAGE.read_text(encoding="utf-8")
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    assert tuple(parts[1::2]) == KINDS
    found = [
        Row(kind, *(cell.strip() for cell in line.strip("|").split("|")))
        for kind, part in zip(parts[1::2], parts[2::2], strict=True)
        for line in part.splitlines()
        if line.startswith("| SF")
    ]
    ids = [row.id for row in found]
    assert len(set(ids)) == len(ids), "a row stands twice"
    return {row.id: row for row in found}


@cache
def numbers() -> set[str]:
    """Parameters by path."""
    return {row["name"] for row in register(Parameters())}


@cache
def code() -> set[str]:
    """Names in the package: of modules' classes, functions and constants, and what classes hold, as ``Class.name``."""
    found: set[str] = set()
    for path in (ROOT / "simsafe").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            found |= named(node)
            if isinstance(node, ast.ClassDef):
                inside = {name for part in node.body for name in named(part)}
                found |= {f"{node.name}.{name}" for name in inside | own_columns(node)}
    return found


def named(node: ast.stmt) -> set[str]:
    """What a statement gives a name to."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def own_columns(node: ast.ClassDef) -> set[str]:
    """What a class writes as ``self.name``."""
    return {
        n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name) and n.value.id == "self"
    }


@cache
def functions(path: str) -> set[str]:
    """Test functions of a file."""
    return {node.name for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def exists(name: str) -> bool:
    """Whether a name in backticks is a test, a path, a parameter, dial, lever, measure, table or figure, or a name in the code."""
    if test := A_TEST.fullmatch(name):
        return (ROOT / test[1]).is_file() and test[2] in functions(test[1])
    if A_PATH.fullmatch(name):
        return (ROOT / name).exists()
    if "*" in name:
        return any(fnmatchcase(number, name) for number in numbers())
    return any(name in known for known in (numbers(), DIALS, SHELF, DAILY, WEEKLY, STAFF, SAVED, PICTURES, code()))


def test_there_are_rows_in_the_order_of_their_ids():
    order = [(KINDS.index(row.kind), row.id) for row in rows().values()]
    assert order == sorted(order)
    assert {row.kind for row in rows().values()} == set(KINDS)
    assert {row.priority for row in rows().values()} == set(PRIORITIES)
    assert {row.state for row in rows().values()} <= set(STATES)
    assert all(re.fullmatch(r"SF\d{3}", row.id) and 3 <= len(row.words.split()) <= 8 for row in rows().values())


def test_the_counts_at_the_top_are_those_of_the_rows():
    top = PAGE.read_text(encoding="utf-8").partition("\n## ")[0]
    said = {
        name: [int(n) for n in counts.split("|")] for name, counts in re.findall(r"^\| (core|should|all) \|([\d |]+)\|$", top, re.MULTILINE)
    }
    counted = Counter((row.priority, row.state) for row in rows().values())
    for name in (*PRIORITIES, "all"):
        counts = [sum(counted[p, state] for p in PRIORITIES if name in (p, "all")) for state in STATES]
        assert said[name] == [*counts, sum(counts)], name


@pytest.mark.parametrize("id", rows())
def test_everything_that_a_row_names_is_there(id):
    cells = f"{rows()[id].where} / {rows()[id].shown}"
    names = re.findall(r"`([^`]*)`", cells)
    assert cells.count("`") == 2 * len(names)
    assert not [name for name in names if not exists(name)]
    for word, name in re.findall(r"\b(lever|figure|table)s? `(\w+)`", cells):
        assert name in AFTER[word], f"{name} is no {word}"


@pytest.mark.parametrize("id", rows())
def test_a_row_says_where_or_why_not_and_what_shows_it(id):
    row = rows()[id]
    assert row.where
    if row.state in ("there", "thin"):
        assert "`" in row.where
        assert "`" in row.shown or NO_TEST in row.shown
        assert ("thin: " in row.where) == (row.state == "thin"), "what is thin is said after that word, and nowhere else"
    else:
        assert not row.shown, "what is not there cannot be shown"


@pytest.mark.parametrize("page", ["README.md", "docs/ARCHITECTURE.md"])
def test_the_page_is_linked_from(page):
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert PAGE in [((ROOT / page).parent / link).resolve() for link in links]


@pytest.mark.parametrize(
    "name",
    ["tests/house/test_features.py::test_no_such_test", "simsafe/no_such_room.py", "thresholds.no_such", "no_such_dial", "Event.NO_SUCH"],
)
def test_a_name_that_is_not_there_is_noticed(name):
    assert not exists(name)
