"""One run: simulate a scenario to its end and, if asked, save what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simsafe.ground.parameter import register
from simsafe.model import SafeguardingModel
from simsafe.scenario import Scenario

Progress = Callable[[int], object]


def simulate(scenario: Scenario, progress: Progress | None = None) -> SafeguardingModel:
    """The model after the last day of ``scenario``; ``progress`` is told after each day how many are done, warm-up included."""
    model = SafeguardingModel(scenario)
    while model.day < scenario.days:
        model.step()
        if progress is not None:
            progress(model.day)
    return model


def run(
    scenario: Scenario,
    folder: Path | str | None = None,
    resolved_config: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    overwrite: bool = False,
) -> SafeguardingModel:
    """Simulate and, when a folder is given, save there; whether it may be written is checked before anything is simulated.

    ``resolved_config`` are the settings to keep with the results; without them, those that can be read off the scenario.
    Raises ConfigError in one line when the folder may not or cannot be written.
    """
    from simsafe.results.folder import check_folder, save

    if folder is not None:
        check_folder(folder, overwrite)
    model = simulate(scenario, progress)
    if folder is not None:
        save(model, folder, settings_of(scenario) if resolved_config is None else resolved_config, overwrite)
    return model


def settings_of(scenario: Scenario) -> dict[str, Any]:
    """The settings of a scenario as plain data: area, dates, changes of crisis and plan, and every parameter's value by path."""
    names = ("crisis_name", "plan_name", "severity", "seed", "warm_up_days", "capacity_coupling", "open_loop")
    return {
        "area": scenario.area.slug,
        "children": scenario.area.children,
        "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(),
        **{name: getattr(scenario, name) for name in names},
        "crisis": [asdict(change) for change in scenario.crisis],
        "plan": [asdict(change) for change in scenario.plan],
        "parameters": {row["name"]: row["value"] for row in register(scenario.parameters)},
    }
