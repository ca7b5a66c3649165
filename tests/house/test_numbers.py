"""No number without a row: what the code cites is shipped, what it names is sourced, and no fact about the world goes unnamed."""

import ast
import re

import pytest
from test_house import MODULES, tree

from simsafe.study.constants import constants_in, constants_of
from simsafe.study.register import register
from simsafe.world.evidence import card, cards, cited, table

OF_THE_WORLD = ("truth", "senses", "agencies", "system", "world")
THERE = [m for m in MODULES if m.split(".")[0] in OF_THE_WORLD and not m.startswith("world.evidence")]
# Numbers that say nothing about the world: how things are stored, named, drawn or refused.
NAMES_ONLY = {
    "NOBODY", "NONE", "NEVER", "NOTHING", "NOTHING_BOOKED", "NOTHING_TOLD", "NOTHING_HEARD", "NO_KEY", "NO_MARK", "NO_TIE", "LONG_AGO",
    "NOT_YET", "ANTENATAL", "NEW_BIRTH", "BITS", "DAYS", "EARLY_HELP", "EARLY_HELP_ONLINE", "MOST", "MOST_TIMES", "ORDER", "REPORTS",
    "QUORATE", "HELD", "SETTLE_AT", "SEAL_AT", "WEEK", "UNRATED", "GREEN", "AMBER", "RED", "PROFESSIONALS", "LARGEST_FILE", "ROUNDING",
    "SMALLEST", "LARGEST", "QUINTILES", "NEUTRAL", "TYPES", "SAMPLE", "SPARE", "FRONT_DOOR", "SOCIAL_WORK", "ROOM", "HOMES",
}  # fmt: skip
SAYS_WHERE_FROM = (
    "assumed", "from memory", "calendar", "definition", "guidance", "remit", "regulations", "by law", "published", "programme", "rules",
    "department for education", "areas.csv", "least squares",
)  # fmt: skip
PLAIN = {0.0, 0.5, 1.0, 2.0, 3.0, 100.0, 365.25, 10_000.0}  # halves, doubles, the middle fifth, per cent, a year, a rate's base
BOUND = re.compile(r"(?:minimum|maximum|clip|min|max|full)\(")  # a share kept a share, a hazard kept finite


def sourced(comment: str) -> bool:
    """Whether a comment says where a number comes from."""
    return bool(cited(comment)) or any(word in comment.lower() for word in SAYS_WHERE_FROM)


def unsourced(text: str) -> list[str]:
    """Constants of a module, beyond names, whose comment does not say where they come from."""
    return [name for name, made in constants_in(text).items() if name not in NAMES_ONLY and not sourced(made.comment)]


@pytest.mark.parametrize("module", THERE)
def test_a_named_number_says_where_it_comes_from(module):
    assert not unsourced(MODULES[module].read_text(encoding="utf-8")), f"{module}: a comment on the line, such as '# unit: assumed'"


@pytest.mark.parametrize("module", THERE)
def test_a_named_number_has_a_row(module):
    rows = {row["name"] for row in table("constants")}
    named = {f"{module}.{name}" for name in constants_in(MODULES[module].read_text(encoding="utf-8")) if name not in NAMES_ONLY}
    assert named <= rows, "add to simsafe/world/evidence/constants.csv"


def test_the_list_of_mere_names_is_no_longer_than_it_must_be():
    used = {name for module in THERE for name in constants_in(MODULES[module].read_text(encoding="utf-8"))}
    assert used >= NAMES_ONLY


def test_a_number_without_a_source_would_be_found():
    assert unsourced("HARM = 0.3  # share of children\n") == ["HARM"]
    assert unsourced("# All of these are assumed.\nA, B = 1.5, 2\n") == []
    assert unsourced("TABLE = np.ones(3)  # x\nTABLE[2] = 4.0\n") == ["TABLE"]


def unnamed(module: str) -> dict[int, str]:
    """Lines inside functions with a fraction that is neither plain, nor a bound, nor sourced on the spot."""
    lines, found = MODULES[module].read_text(encoding="utf-8").splitlines(), {}
    for function in (node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef)):
        for node in (part for statement in function.body for part in ast.walk(statement)):
            if isinstance(node, ast.Constant) and type(node.value) is float and node.value not in PLAIN and 1e-5 <= abs(node.value) < 1e9:
                line = lines[node.lineno - 1]
                if not BOUND.search(line) and not sourced(line.partition("#")[2]):
                    found[node.lineno] = line.strip()
    return found


@pytest.mark.parametrize("module", THERE)
def test_no_fraction_hides_inside_a_function(module):
    assert not unnamed(module), "name it at the top of the module, with its source"


def test_every_row_of_a_constant_is_within_its_range():
    for row in table("constants"):
        module, _, name = row["name"].rpartition(".")
        for number in re.findall(r"(?<![\w.])-?\d+(?:_\d+)*(?:\.\d+)?", constants_of(module)[name].value):
            if not re.search(r"[*/(]", constants_of(module)[name].value):
                assert float(row["low"]) <= float(number) <= float(row["high"]), row["name"]


def texts() -> list[tuple[str, str]]:
    """Every text in which a row of evidence may be cited: the code and the shelves."""
    shelves = MODULES["__init__"].parents[1] / "configs"
    return [(str(p), p.read_text(encoding="utf-8")) for p in [*MODULES.values(), *sorted(shelves.rglob("*.yaml"))]]


def test_whatever_is_cited_is_shipped():
    noqa = re.compile(r"noqa: \w+")
    missing = {(path, name) for path, text in texts() for name in cited(noqa.sub("", text)) if name not in cards()}
    assert not missing


def test_what_is_shipped_is_cited():
    everywhere = {name for _, text in texts() for name in cited(text)}
    everywhere |= {name for row in table("origins") for name in row["cites"].split()}
    everywhere |= {name for row in table("constants") for name in cited(row["source"])}
    assert set(cards()) <= everywhere


def test_a_cited_value_outside_the_range_of_its_number_has_a_reason():
    reasons = {(row["name"], row["cites"]) for row in table("differences") if row["reason"]}

    def explained(key: str, name: str) -> bool:
        return any(cite == name and re.fullmatch(re.escape(path).replace(r"\*", ".*"), key) for path, cite in reasons)

    silent = []
    for row in (row for row in register() if row.room != "constants"):
        for evidence in (card(name) for name in row.cites.split()):
            outside = evidence.value and (evidence.number is None or not row.low <= evidence.number <= row.high)
            if outside and not explained(row.key, evidence.id):
                silent.append((row.key, evidence.id, evidence.value, evidence.unit))
    assert not silent, "add to simsafe/world/evidence/differences.csv why, or widen the range"


def test_every_reason_and_origin_is_of_a_number_that_is_there():
    keys = {row.key for row in register()}
    for row in table("differences"):
        assert any(re.fullmatch(re.escape(row["name"]).replace(r"\*", ".*"), key) for key in keys), row["name"]
        assert row["reason"], row
    assert {row["name"] for row in table("origins")} <= keys
