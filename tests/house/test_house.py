"""The shape of the house: which floor may use which, who may reach the truth, and habits that keep files short and safe."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "simsafe"
# Each floor uses those before it and never those after it. The same table stands in docs/ARCHITECTURE.md.
FLOORS = (
    "ground",
    "world",
    "plans",
    "agencies",
    "system",
    "truth",
    "senses",
    "scenario",
    "results",
    "agents",
    "cast",
    "model",
    "saving",
    "study",
    "report",
    "comparison",
    "app",
)
BEHIND_THE_DOOR = ("truth", "senses")
MAY_IMPORT_TRUTH = {  # module: what it may have from behind the door, beside truth and senses themselves
    "scenario": {"simsafe.senses.behind", "simsafe.senses.door"},  # parameters of truth and door, passed on unread
    "cast": {"simsafe.senses.behind"},  # the one object through which a day asks
    "study.observer.laws": {  # nature's rates as numbers, for a reader after the run; tests/study/observer sees that no state is among them
        "simsafe.senses.door",
        "simsafe.truth.call_outs",
        "simsafe.truth.exploitation",
        "simsafe.truth.harm",
        "simsafe.truth.injuries",
        "simsafe.truth.nature",
        "simsafe.truth.past",
    },
}
MAY_ASK_BEHIND = ("cast", "model", "results")  # who may write `.behind`: the day, and the measures that read both ledgers
OUTSIDERS = {  # package: the modules that may import it
    "mesa": {"cast", "agents"},
    "hydra": {"app.compose"},
    "omegaconf": {"app.compose"},
    "dask": {"study.by_dask"},
    "distributed": {"study.by_dask"},
}
LONGEST_FILE, LONGEST_FUNCTION = 400, 60  # lines
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
UNSAFE_CALLS = {"eval", "exec", "yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "pd.read_pickle", "pandas.read_pickle"}
MACHINE_PATH = re.compile(r"/(?:home|root|work|mnt|Users)/\w|[A-Z]:\\\\?Users")
TEXTS = {".py", ".md", ".yaml", ".toml", ".cff", ".csv", ".json", ".ipynb", ""}
NOT_OURS = {"__pycache__", "outputs", "multirun", "dist", "build", "htmlcov", "uv.lock"}  # ignored by git, as most hidden folders are

MODULES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree(module: str) -> ast.Module:
    """The parsed module."""
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def for_types_only(node: ast.AST) -> bool:
    """``if TYPE_CHECKING:``"""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def nodes(node: ast.AST, types_too: bool) -> Iterator[ast.AST]:
    """Every node below, with or without what stands there for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if types_too or not for_types_only(child):
            yield child
            yield from nodes(child, types_too)


@cache
def imports(module: str, types_too: bool = False) -> frozenset[str]:
    """Full names of all modules that a module imports, at its top or inside a function."""
    found = set()
    for node in nodes(tree(module), types_too):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import; expected the full name"
            whole = node.module or ""
            found |= {f"{whole}.{alias.name}" if f"{whole}.{alias.name}" in full_names() else whole for alias in node.names}
    return frozenset(found)


@cache
def full_names() -> frozenset[str]:
    """Full names of all modules and packages of the house."""
    names = {f"simsafe.{module}".removesuffix(".__init__") for module in MODULES}
    return frozenset(names | {name.rpartition(".")[0] for name in names})


def floor(module: str) -> str:
    """The floor a module stands on; the package's own two files are the door bell, above all."""
    return module.split(".")[0]


INHABITED = [module for module in MODULES if module not in ("__init__", "__main__")]


def test_every_module_stands_on_a_floor():
    assert {floor(module) for module in INHABITED} <= set(FLOORS)


@pytest.mark.parametrize("module", INHABITED)
def test_no_module_imports_from_a_floor_above_its_own(module):
    own = FLOORS.index(floor(module))
    above = {name for name in imports(module) if name.startswith("simsafe.") and FLOORS.index(name.split(".")[1]) > own}
    assert not above, f"{module} imports {sorted(above)} from above"


def test_the_package_itself_imports_nothing_until_it_is_asked():
    assert not {name for name in imports("__init__") if name.startswith("simsafe")}


@pytest.mark.parametrize("module", [m for m in INHABITED if floor(m) not in BEHIND_THE_DOOR])
def test_nobody_reaches_behind_the_door_not_even_for_types(module):
    reached = {name for name in imports(module, types_too=True) if name.split(".")[1:2] and name.split(".")[1] in BEHIND_THE_DOOR}
    reached = {name for name in reached if name.startswith("simsafe.")}
    assert reached <= MAY_IMPORT_TRUTH.get(module, set())


@pytest.mark.parametrize("module", [m for m in INHABITED if floor(m) not in MAY_ASK_BEHIND])
def test_only_the_day_and_the_measures_ask_what_is_behind(module):
    lines = [node.lineno for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute) and node.attr == "behind"]
    assert not lines, f"{module} writes .behind on lines {lines}"


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_only_named_modules_know(outsider):
    know = {module for module in MODULES if any(name.split(".")[0] == outsider for name in imports(module, types_too=True))}
    assert know == OUTSIDERS[outsider]


@pytest.mark.parametrize("module", MODULES)
def test_files_and_functions_are_short(module):
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE
    functions = [node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert not {name: size for name, size in long.items() if size > LONGEST_FUNCTION}


def public(node: ast.Module | ast.ClassDef, inside: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """Public functions, classes and methods with their names. Left out: those inside functions, and overloads, which only name types."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            if not any(ast.unparse(d) == "overload" for d in child.decorator_list):
                yield inside + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{inside}{child.name}.")


def inherited(module: str) -> set[str]:
    """Methods that fill in what a base class in the same file says already."""
    classes = {node.name: node for node in tree(module).body if isinstance(node, ast.ClassDef)}
    said = {name for name, node in public(tree(module)) if ast.get_docstring(node)}
    bases = {name: [ast.unparse(base) for base in node.bases] for name, node in classes.items()}
    return {f"{name}.{of.partition('.')[2]}" for name in classes for of in said if "." in of and of.partition(".")[0] in bases[name]}


@pytest.mark.parametrize("module", MODULES)
def test_whatever_is_public_says_what_it_means(module):
    if MODULES[module].stat().st_size:
        assert ast.get_docstring(tree(module)), f"{module} says nothing of itself"
    silent = [name for name, node in public(tree(module)) if not ast.get_docstring(node) and name not in inherited(module)]
    assert not silent, f"{module}: no docstring at {silent}"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_stored_or_written_can_run(module):
    known = {name.split(".")[0] for name in imports(module, types_too=True)}
    assert not known & UNSAFE_MODULES
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in UNSAFE_CALLS, f"{module} line {node.lineno}"
            assert not any(k.arg == "allow_pickle" and ast.unparse(k.value) != "False" for k in node.keywords), (
                f"{module} line {node.lineno}"
            )


def texts() -> list[Path]:
    """Every text of the repository but this one."""
    tops = [top for top in ROOT.iterdir() if top.name not in NOT_OURS and (not top.name.startswith(".") or top.name == ".ci")]
    found = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*")) if path.is_file() and path.suffix in TEXTS]
    return sorted(path for path in found if not NOT_OURS & set(path.relative_to(ROOT).parts) and path != Path(__file__).resolve())


def test_no_file_names_a_place_on_one_machine():
    named = {}
    for path in texts():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        at = [number for number, line in enumerate(lines, 1) if MACHINE_PATH.search(line)]
        if at:
            named[path.relative_to(ROOT).as_posix()] = at
    assert not named


def test_the_architecture_shows_the_same_floors():
    page = ROOT / "docs" / "ARCHITECTURE.md"
    rows = re.findall(r"^\| (\d+) \| `(\w+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [name for _, name in sorted(rows, key=lambda row: int(row[0]))] == list(FLOORS)
