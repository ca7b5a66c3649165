"""The front door answers at once: help needs nothing heavy, and only one file knows Hydra."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import simsafe

HEAVY = {"numpy", "pandas", "mesa", "hydra", "omegaconf", "yaml", "matplotlib", "pyarrow", "networkx", "tqdm"}
PACKAGE = Path(simsafe.__file__).parent


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], []])
def test_help_needs_nothing_heavy(words):
    code = f"import sys; from simsafe.app import main; main({words!r}); print('HEAVY', *sorted(set(sys.modules) & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY"


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_only_one_file_knows_hydra():
    know = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for name in imports(path)
        if name.startswith(("hydra", "omegaconf"))
    }
    assert know == {"app/compose.py"}


def test_nothing_is_made_from_a_class_path_or_run_from_text():
    for path in (PACKAGE / "app").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("instantiate(", "eval(", "exec(", "pickle", "yaml.load"))
