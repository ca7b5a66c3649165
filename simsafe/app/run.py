"""``simsafe run``: settings in, a folder of results out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from simsafe.app import DONE, FAILED, explain
from simsafe.app.arguments import Asked, read_arguments
from simsafe.app.words import RESPONSIBLE
from simsafe.ground.parameter import ConfigError, counted
from simsafe.ground.progress import bar
from simsafe.plans.change import show
from simsafe.plans.shelf import answered_by, starts_of
from simsafe.scenario import Scenario
from simsafe.study.from_config import scenario_from
from simsafe.world.area.own_file import unused_columns

OUTPUTS, SWEEPS = Path("outputs"), Path("multirun")
MOST_NAMES = 10_000


def run(words: Sequence[str]) -> int:
    """One run, or with ``-m`` every run of a sweep; nothing is written before all of it has been checked."""
    from simsafe.app.compose import compose_jobs

    asked = read_arguments(words)
    jobs = compose_jobs(asked)
    scenarios = [scenario_from(job.config) for job in jobs]
    if asked.multirun:
        return sweep(asked, len(jobs))
    return run_one(jobs[0].config, scenarios[0])


def run_one(config: dict[str, Any], scenario: Scenario) -> int:
    """Simulate, save and say what came out."""
    chosen = config["output"]
    if chosen is not None:
        check_free(Path(chosen), "output")
    check_writable(OUTPUTS if chosen is None else Path(chosen))
    print(
        f"{scenario.area.name}, {scenario.area.children:,} children to begin with; crisis {scenario.crisis_name}, plan {scenario.plan_name}"
    )
    crises = answered_by(config["plan"])
    faced = {scenario.crisis_name.removesuffix("_changed"), *starts_of(config["crisis"], "crisis")}
    if crises and not faced & set(crises):
        print(f"plan {scenario.plan_name} was made for {', '.join(crises)}; under {scenario.crisis_name} compare plan=business_as_usual")
    if config["area_file"] is not None and (unused := unused_columns(config["area_file"])):
        print(f"area_file: checked, and not used by the model: {', '.join(unused)}")
    model = simulated(scenario)
    folder = Path(chosen) if chosen is not None else free_name(OUTPUTS, run_name(scenario))
    keep(model, folder, config)
    report(model, folder)
    return DONE


def sweep(asked: Asked, runs: int) -> int:
    """Every run of a sweep, each in its own numbered folder; 1 when any of them is missing at the end."""
    from simsafe.app.compose import run_sweep

    folder = Path(asked.folder) if asked.folder is not None else free_name(SWEEPS, datetime.now().strftime("%Y-%m-%d_%H-%M-%S"))
    check_free(folder, "output")
    check_writable(folder)
    print(f"{counted(runs, 'run')}, each in a numbered folder in {folder}")
    with suppress(SystemExit):  # Hydra has said what went wrong; what is missing is counted below
        run_sweep(asked, str(folder), one_of_many)
    (folder / "multirun.yaml").unlink(missing_ok=True)  # Hydra's note of this machine's paths; each run's folder has its settings
    missing = [number for number in range(runs) if not filled(folder / str(number))]
    if folder.is_dir() and not filled(folder):
        folder.rmdir()
    absent = f"; missing: {', '.join(map(str, missing[:20]))}" if missing else ""
    print(f"{runs - len(missing)} of {counted(runs, 'run')} saved in {folder}{absent}")
    print(RESPONSIBLE)
    return FAILED if missing else DONE


def one_of_many(composed: Any) -> int:
    """One run of a sweep, in whatever process a launcher started it; a run that fails says so and leaves the others alone."""
    from simsafe.app.compose import this_job

    try:
        folder, number, job = this_job(composed)
        model = simulated(scenario_from(job.config))
        keep(model, Path(folder) / str(number), job.config)
        print(f"{number}: {' '.join(job.overrides)}", flush=True)
    except Exception as problem:
        return explain(problem)
    return DONE


# Parts of a run


def simulated(scenario: Scenario) -> Any:
    """The model after its last day, with a bar to watch when there is a terminal to watch it on."""
    from simsafe.study.run import simulate

    logging.getLogger("MESA").setLevel(logging.WARNING)
    with bar(scenario.days, unit="day") as shown:
        return simulate(scenario, progress=shown)


def keep(model: Any, folder: Path, config: dict[str, Any]) -> None:
    """Save the results, all of them or none."""
    from simsafe.results.folder import save

    with saving():
        folder.parent.mkdir(parents=True, exist_ok=True)
        save(model, folder, config | {"output": None})  # where a result lies is nobody else's business


def report(model: Any, folder: Path) -> None:
    """Where the results are and the main ones of them."""
    from simsafe.results.summary import headlines

    for line in headlines(model):
        print(line)
    print(f"digest {model.log.digest}")
    print(f"saved in {folder}")
    print(RESPONSIBLE)


# Folders


def run_name(scenario: Scenario) -> str:
    """What the folder of a run is called."""
    name = f"{scenario.area.slug}_{scenario.crisis_name}_{scenario.plan_name}_seed{scenario.seed}"
    return re.sub(r"[^a-zA-Z0-9_-]", "-", name)


def free_name(parent: Path, name: str) -> Path:
    """A folder of that name that does not exist, with a number after it if need be."""
    for number in range(1, MOST_NAMES):
        folder = parent / (name if number == 1 else f"{name}_{number}")
        if not folder.exists() and not folder.is_symlink():
            return folder
    raise ConfigError(f"output: {parent / name} and {MOST_NAMES} folders like it exist; expected output= with a folder of your own")


def filled(folder: Path) -> bool:
    """Whether there is anything in a folder."""
    return folder.is_dir() and any(folder.iterdir())


def check_free(folder: Path, key: str) -> None:
    """Refuse a folder that has something in it, or a path on which a file stands."""
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise ConfigError(f"{key} = {show(str(folder))}; {show(str(part))} is a file; expected the path of a new folder")
    if filled(folder):
        raise ConfigError(f"{key} = {show(str(folder))}; there is something in it already; expected a new folder")


def check_writable(folder: Path, key: str = "output") -> None:
    """Refuse a folder in which nothing can be saved, before hours are spent on it. It is tried out, and what is made for that is undone."""
    made: list[Path] = []
    try:
        made = [part for part in (folder, *folder.parents) if not part.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as trial:
            trial.write(b"simsafe")
            trial.flush()
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or type(problem).__name__
        raise ConfigError(f"{key} = {show(str(folder))}; cannot be written ({why}); choose another folder") from None
    finally:
        for part in made:
            with suppress(OSError):
                part.rmdir()


@contextmanager
def saving() -> Iterator[None]:
    """What could be saved when it was looked at and now cannot has failed, and was not refused."""
    try:
        yield
    except ConfigError as problem:
        raise OSError(str(problem)) from None
