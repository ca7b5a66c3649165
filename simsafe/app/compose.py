"""The only file that knows Hydra: it lays the settings over the shelves, and starts the runs of a sweep.

Hydra never reads a person's own YAML: such a file is read by ``simsafe.plans.reading``, checked, and handed over as plain data.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from typing import Any

import hydra
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from simsafe.app.arguments import LAUNCHER, Asked, as_hydra, check_inside, quote
from simsafe.ground.parameter import ConfigError, build
from simsafe.plans.change import show
from simsafe.plans.shelf import configs_folder, crisis_from, plan_from
from simsafe.scenario import Parameters
from simsafe.study.from_config import GROUPS, OTHERS, SETTINGS, config_for, defaults, over_the_tree, parameter_tree

ROOT, SCHEMA = "simsafe_run", "simsafe_schema"
PLAIN_SETTINGS = tuple(name for name in SETTINGS if name not in GROUPS)
MOST_RUNS = 10_000
QUIET = ("hydra.output_subdir=null", "hydra/job_logging=none", "hydra/hydra_logging=none", "hydra.sweep.subdir=.")


@dataclass(frozen=True)
class Job:
    """One run of a sweep, or the only run: what was typed for it, and its resolved settings."""

    overrides: tuple[str, ...]
    config: dict[str, Any]


def compose_jobs(asked: Asked) -> list[Job]:
    """The resolved settings of every run that was asked for. Raises :class:`ConfigError` in one line.

    Runs that differ in plain settings only, such as their seeds, are composed once and each given its own values.
    """
    register(asked)
    with initialize_config_dir(config_dir=str(configs_folder()), version_base="1.3", job_name="simsafe"):
        combinations = list(islice(every_combination(asked), MOST_RUNS + 1))
        if len(combinations) > MOST_RUNS:
            raise ConfigError(f"-m: over {MOST_RUNS} runs; expected at most {MOST_RUNS}; give fewer values")
        check_launcher(asked)
        composed: dict[tuple[str, ...], dict[str, Any]] = {}
        jobs = []
        for words in combinations:
            shaping = tuple(word for word in words if re.split(r"[.=]", word)[0] in GROUPS)
            if shaping not in composed:
                composed[shaping] = compose_one(asked, shaping)
            plain = {key: parsed(f"{key}={value}").value() for key, value in by_key(words).items() if key in PLAIN_SETTINGS}
            jobs.append(Job(words, composed[shaping] | plain))
        return jobs


def register(asked: Asked) -> None:
    """Hand Hydra the schema of every parameter, and the chosen entries of a person's own shelf, checked."""
    store, shelves = ConfigStore.instance(), asked.shelves
    schema: dict[str, Any] = {"model": parameter_tree()}
    for kind in GROUPS:
        for name in asked.chosen(kind):
            mapping = shelves.mapping(kind, name)
            if name not in shelves.own_names(kind):
                continue
            if kind in OTHERS:
                (crisis_from if kind == "crisis" else plan_from)(mapping, name, partial(shelves.mapping, kind))
                if others := shelves.starts_from(kind, mapping):
                    schema.setdefault(OTHERS[kind], {}).update(others)
            else:
                mapping = over_the_tree(mapping)
                build(Parameters, mapping, f"model/{name}")
            store.store(group=kind, name=name, node=mapping)
    store.store(name=SCHEMA, node=schema)
    store.store(name=ROOT, node={"defaults": [SCHEMA, "run", "_self_"]})


def every_combination(asked: Asked) -> Iterator[tuple[str, ...]]:
    """The settings of each run, in the order in which Hydra starts them."""
    choices = [values_of(override, asked) for override in map(parsed, as_hydra(asked))]
    return product(*choices)


def by_key(words: Iterable[str]) -> dict[str, str]:
    """What was typed for each key."""
    return {key: value for key, _, value in (word.partition("=") for word in words)}


def parsed(word: str) -> Override:
    """One setting as Hydra reads it."""
    key, _, value = word.partition("=")
    try:
        return OverridesParser.create().parse_override(word)
    except HydraException:
        allowed = "expected a plain number, a word, a date, true, false or null; other text in quotes"
        raise ConfigError(f"{key} = {show(value)}; cannot be read; {allowed}") from None


def values_of(override: Override, asked: Asked) -> list[str]:
    """The values of one setting, each as it would be typed alone."""
    key, text = override.get_key_element(), (override.input_line or "").partition("=")[2]
    if not override.is_sweep_override():
        return [f"{key}={text}"]
    if not asked.multirun:
        raise ConfigError(f"{key} = {show(text)}; several values; expected one, or -m to run each of them")
    if not override.is_discrete_sweep():
        raise ConfigError(f"{key} = {show(text)}; expected values separated by commas, or range(first,after_last)")
    try:
        return [f"{key}={value}" for value in islice(override.sweep_string_iterator(), MOST_RUNS + 1)]
    except HydraException:
        raise ConfigError(f"{key} = {show(text)}; expected values separated by commas, or range(first,after_last)") from None


def check_launcher(asked: Asked) -> None:
    """A launcher must be installed."""
    if asked.launcher is not None:
        installed = GlobalHydra.instance().config_loader().get_group_options(LAUNCHER)
        if asked.launcher not in installed:
            raise ConfigError(f"{LAUNCHER} = {show(asked.launcher)}; no such launcher; installed are {', '.join(installed)}")


def compose_one(asked: Asked, words: Sequence[str]) -> dict[str, Any]:
    """The resolved settings of one run."""
    typed = by_key(words)
    if asked.config_dir is None and not asked.files and not any("." in key for key in typed):
        return off_the_shelf(typed)
    for kind in ("crisis", "plan"):
        name = typed.get(kind) or str(defaults()[kind])
        if inside := [key for key in typed if key.startswith(f"{kind}.")]:
            check_inside(asked.shelves.mapping(kind, name), name, inside)
    try:
        composed = compose(ROOT, overrides=list(words))
    except (HydraException, OmegaConfBaseException) as problem:
        raise ConfigError(f"{' '.join(words)}: {first_line(problem)}") from None
    return plain_config(composed, typed)


def off_the_shelf(typed: dict[str, str]) -> dict[str, Any]:
    """The settings where shipped entries are taken as they are and there is nothing to lay over them, in Hydra's order: it is slow."""
    made = config_for(**typed)
    return {kind: made[kind] for kind in ("model", "crisis", "plan")} | made


def plain_config(composed: DictConfig, typed: dict[str, str]) -> dict[str, Any]:
    """The settings as plain data, nothing in them worked out, with the names of the crisis and the plan.

    A crisis or a plan in which something was changed on the command line says so in its name.
    """
    made: Any = OmegaConf.to_container(composed, resolve=False)
    for kind in ("crisis", "plan"):
        name = typed.get(kind) or str(defaults()[kind])
        changed = any(key.startswith(f"{kind}.") for key in typed)
        made[f"{kind}_name"] = f"{name}_changed"[-80:] if changed else name
    return made


def first_line(problem: Exception) -> str:
    """The first line of a message that says something."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return lines[0] if lines else type(problem).__name__


# A sweep


def run_sweep(asked: Asked, folder: str, task: Callable[[Any], Any]) -> None:
    """Every run of a sweep through Hydra's own multirun, so that its launchers can start them. ``task`` gets each run's settings."""
    launcher = [] if asked.launcher is None else [f"{LAUNCHER}={asked.launcher}"]
    words = [*as_hydra(asked), *launcher, *QUIET, f"hydra.sweep.dir={quote(folder)}"]
    start = hydra.main(config_path=str(configs_folder()), config_name=ROOT, version_base="1.3")(task)
    with arguments(["simsafe", "--multirun", *words]):
        start()


@contextmanager
def arguments(words: list[str]) -> Iterator[None]:
    """Hydra reads ``sys.argv``; for as long as it does, these words are there."""
    before, sys.argv = sys.argv, words
    try:
        yield
    finally:
        sys.argv = before


def this_job(composed: DictConfig) -> tuple[str, int, Job]:
    """Inside a sweep: its folder, this run's number, and the run."""
    about = HydraConfig.get()
    words = tuple(about.overrides.task)
    typed = by_key(words)
    return str(about.sweep.dir), int(about.job.num), Job(words, plain_config(composed, typed))
