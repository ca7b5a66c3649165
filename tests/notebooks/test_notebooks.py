"""The notebooks: they run, and what is stored of them is whole, small and names no machine."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
LARGEST = 400_000  # bytes of a stored notebook
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
PATH = re.compile(r"(?:^|[\s'\"(])/(?:home|root|work|mnt|tmp|Users|var|usr)/\w|[A-Z]:\\", re.MULTILINE)
TINY = {"children": 600, "start": "2020-03-02", "end": "2020-06-12"}
DATES = {name: TINY[name] for name in ("start", "end")}
SMALL: dict[str, dict[str, Any]] = {  # settings with which a notebook takes seconds
    "1_start_here": {"CHILDREN": 600, "END": "2019-06-30"},
    "2_compare_contingency_plans": {"CHILDREN": 600, "REPLICATIONS": 2, "DATES": DATES},
    "3_write_your_own_plan": {"CHILDREN": 600, "REPLICATIONS": 2, "DATES": DATES},
    "4_one_childs_chronology": {},  # whether a child of a kind is there depends on the size, so as stored
}


def stored(name: str) -> Any:
    """A notebook as it is stored."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code(notebook: Any) -> list[Any]:
    """Its cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: Any) -> list[Any]:
    """All that came out."""
    return [output for cell in code(notebook) for output in cell.outputs]


def said(output: Any) -> str:
    """What an output says, pictures left out."""
    data = output.get("data", {})
    return "".join([output.get("text", ""), *(text for kind, text in data.items() if kind.startswith("text/"))])


def again() -> Any:
    """``notebooks/again.py``, which runs them."""
    spec = importlib.util.spec_from_file_location("again", FOLDER / "again.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(name: str, folder: Path) -> Any:
    """The notebook after all its cells have run in another process, on small settings; fails when a cell does."""
    words = (
        f"import sys, nbformat, again; from pathlib import Path; made = again.executed({name!r}, Path({str(folder)!r}), **{SMALL[name]!r})"
    )
    words += f"; nbformat.write(made, {str(folder / 'made.ipynb')!r})"
    done = subprocess.run([sys.executable, "-c", words], cwd=FOLDER, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return nbformat.read(folder / "made.ipynb", as_version=4)


# What is stored


def test_every_notebook_is_known_to_what_runs_them():
    assert tuple(NAMES) == again().NAMES == tuple(SMALL)


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_notebook_has_run_from_top_to_bottom(name):
    cells = code(stored(name))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert outputs(stored(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_notebook_has_no_error_no_path_and_nothing_that_changes(name):
    notebook = stored(name)
    assert all(output.output_type != "error" and output.get("name") != "stderr" for output in outputs(notebook))
    assert not [text for output in outputs(notebook) for text in PATH.findall(said(output))]
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert (FOLDER / f"{name}.ipynb").stat().st_size <= LARGEST


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_pictures_and_says_that_it_is_simulated(name):
    notebook = stored(name)
    assert sum("image/png" in output.get("data", {}) for output in outputs(notebook)) >= 2
    assert "simulated" in notebook.cells[0].source


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_uses_what_is_public_and_nothing_else(name):
    source = "\n".join(cell.source for cell in code(stored(name)))
    assert not re.findall(r"(?:from|import) simsafe\.", source)


# What runs


def test_the_first_notebook_runs(tmp_path):
    made = run("1_start_here", tmp_path)
    assert "another seed, same events:  False" in "".join(said(output) for output in outputs(made))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_shows_as_many_pictures_as_are_stored(name, tmp_path):
    made = run(name, tmp_path)
    pictures = [sum("image/png" in output.get("data", {}) for output in outputs(book)) for book in (made, stored(name))]
    assert pictures[0] == pictures[1]
    assert not [output for output in outputs(made) if output.get("name") == "stderr"]
