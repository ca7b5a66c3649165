"""Stopping a run, saving it, loading it and going on: the same event log as if it had never stopped.

What cannot change is built again from the scenario; what changes is saved as plain arrays in one ``.npz`` file. Nothing is ever
unpickled.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import numpy as np

from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.scenario import Scenario

FORMAT = 1


def fingerprint(scenario: Scenario) -> str:
    """SHA-256 of everything the scenario says."""
    return sha256(repr(scenario).encode()).hexdigest()


def save(model: SafeguardingModel, path: str | Path) -> Path:
    """Save a run between two days; the file appears whole or not at all."""
    path = Path(path)
    columns = {f"{part}/{name}": column for part, state in model.state().items() for name, column in state.items()}
    about = {"about/format": np.array([FORMAT]), "about/day": np.array([model.day])}
    about["about/scenario"] = np.frombuffer(bytes.fromhex(fingerprint(model.setup)), dtype=np.uint8)
    temporary = path.with_name(f".{path.name}.partial")
    try:
        with temporary.open("wb") as out:
            np.savez(out, allow_pickle=False, **about, **columns)  # pyright: ignore[reportArgumentType]
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ConfigError(f"save = {path}; cannot be written: {error.strerror}") from error
    return path


def load(scenario: Scenario, path: str | Path) -> SafeguardingModel:
    """The saved run of this scenario, ready to go on.

    Raises
    ------
    ConfigError
        The file cannot be read, or was saved by a run of another scenario.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as saved:
            columns = {name: saved[name] for name in saved.files}
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise ConfigError(f"load = {path}; not a saved run of simsafe") from error
    if not {"about/scenario", "about/format", "about/day"} <= columns.keys():
        raise ConfigError(f"load = {path}; not a saved run of simsafe")
    if columns["about/scenario"].tobytes().hex() != fingerprint(scenario) or columns["about/format"][0] != FORMAT:
        raise ConfigError(f"load = {path}; saved by a run of another scenario or version")
    model = SafeguardingModel(scenario)
    state: dict[str, dict[str, np.ndarray]] = {}
    for name, column in columns.items():
        part, key = name.split("/", 1)
        state.setdefault(part, {})[key] = column
    model.restore(int(columns["about/day"][0]), state)
    return model
