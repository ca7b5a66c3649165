"""Run the notebooks again and store what comes out: ``python notebooks/again.py`` for all of them, or with how the names of some begin.

What is stored has no times, no paths of the machine and nothing else that differs from run to run.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
NAMES = ("1_start_here", "2_compare_contingency_plans", "3_write_your_own_plan", "4_one_childs_chronology")
SETTINGS = "settings"  # tag of the cell that says how large a notebook's runs are
PROGRESS = re.compile(r"\s*[\d,]+ of [\d,]+ runs")  # what a long comparison says on a slow machine
SECONDS = 900  # that one cell may take


def path_of(name: str) -> Path:
    """Where a notebook is stored."""
    return HERE / f"{name}.ipynb"


def executed(name: str, folder: Path, **settings: Any) -> Any:
    """The notebook after all its cells have run in ``folder``; ``settings`` replace those of its cell of settings.

    Raises ``nbclient.exceptions.CellExecutionError`` when a cell fails.
    """
    notebook = nbformat.read(path_of(name), as_version=4)
    if settings:
        (cell,) = [cell for cell in notebook.cells if SETTINGS in cell.metadata.get("tags", [])]
        cell.source += "".join(f"\n{key} = {value!r}" for key, value in settings.items())
    where = {"metadata": {"path": str(folder)}}
    quiet = ["--IPKernelApp.log_level=ERROR"]
    NotebookClient(notebook, timeout=SECONDS, record_timing=False, resources=where, extra_arguments=quiet).execute()
    return notebook


def steady(notebook: Any) -> Any:
    """The same without what differs from machine to machine: cells numbered in order, only the language named, no progress."""
    for number, cell in enumerate(notebook.cells, 1):
        if "outputs" in cell:
            cell.outputs = [made for made in cell.outputs if not (made.get("name") == "stderr" and PROGRESS.match(made.text))]
        cell.id = f"cell-{number}"
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return notebook


def main(names: list[str]) -> None:
    """Run each notebook in a folder of its own that is gone afterwards, and store it."""
    chosen = [name for name in NAMES if not names or any(name.startswith(Path(given).stem) for given in names)]
    if not chosen:
        sys.exit(f"{' '.join(names)}: no such notebook; there are {', '.join(NAMES)}")
    for name in chosen:
        with TemporaryDirectory() as folder:
            notebook = steady(executed(name, Path(folder)))
        nbformat.validate(notebook)
        path_of(name).write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
        print(f"{path_of(name).name}: {path_of(name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
