"""Predictions as files: each with its SHA-256 in a manifest, so that a byte changed after sealing shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import show
from simsafe.study.validation.terms import ENOUGH_DRAWS, GEOGRAPHIES, LEVELS

MANIFEST = "manifest.json"
SAID = "simulated"  # the column that stands on every export


def predictions_text(table: pd.DataFrame) -> bytes:
    """A table of predictions as CSV, the column ``simulated`` in front."""
    made = table.copy()
    made.insert(0, SAID, "yes")
    return made.to_csv(index=False, lineterminator="\n").encode()


def sealed(about: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The manifest."""
    digests = {name: sha256(raw).hexdigest() for name, raw in sorted(files.items())}
    return (json.dumps(dict(about) | {"files": digests}, indent=1, ensure_ascii=False) + "\n").encode()


def check_unsealed(folder: Path, about: Mapping[str, Any]) -> None:
    """Refuse to write over predictions that were made of something else: what is sealed stays."""
    if not (folder / MANIFEST).exists():
        return
    earlier = read_manifest(folder)
    changed = [name for name, value in about.items() if name != "command" and earlier.get(name) != json.loads(json.dumps(value))]
    if changed and not earlier.get("trial"):
        raise ConfigError(
            f"output = {show(str(folder))}; other predictions are sealed there ({', '.join(changed)} differ); "
            "expected another folder: what is sealed is never written over"
        )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of predictions. ConfigError when there is none."""
    if not (folder / MANIFEST).is_file():
        raise ConfigError(f"predictions = {show(str(folder))}; no {MANIFEST} in it; expected a folder written by simsafe predict")
    try:
        made = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        made = None
    if not isinstance(made, dict):
        raise ConfigError(f"predictions = {show(str(folder))}; its {MANIFEST} cannot be read; expected it as simsafe predict wrote it")
    return made


def read_predictions(folder: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Every prediction of a folder, and its manifest, in which ``trial`` is found again from what is there, whatever it says.

    ConfigError when a file is missing, strange, or any byte has changed since it was sealed.
    """
    about, tables = read_manifest(folder), []
    files = about.get("files")
    if not isinstance(files, dict) or not files:
        raise ConfigError(f"predictions = {show(str(folder))}; its {MANIFEST} names no files; expected one written by simsafe predict")
    strange = next((path.name for path in sorted(folder.glob("*.csv")) if path.name not in files), None)
    if strange is not None:
        raise ConfigError(f"predictions = {show(str(folder))}; {show(strange)} is not of its {MANIFEST}; expected only what it seals")
    for name, digest in files.items():
        path = folder / Path(str(name)).name
        if not path.is_file():
            raise ConfigError(f"predictions = {show(str(folder))}; {show(name)} is missing; expected every file of its {MANIFEST}")
        if sha256(path.read_bytes()).hexdigest() != digest:
            raise ConfigError(f"predictions = {show(str(folder))}; {show(name)} has changed since it was sealed; expected it as committed")
        tables.append(pd.read_csv(path))
    whole = pd.concat(tables, ignore_index=True)
    missing = [name for name in (*(f"q{level}" for level in LEVELS), "draws", "geography") if name not in whole]
    if missing:
        raise ConfigError(f"predictions = {show(str(folder))}; no column {missing[0]}; expected the levels of validation/plan.md")
    few = bool(whole["draws"].max() < ENOUGH_DRAWS) or set(whole["geography"]) != set(GEOGRAPHIES)
    return whole, about | {"trial": few or bool(about.get("trial"))}
