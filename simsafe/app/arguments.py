"""What was typed after ``simsafe run``, looked at before Hydra sees any of it.

Hydra can run code and write files from its own settings; so anything of Hydra's but a launcher's name and two folders is refused
here, and a setting or a choice that does not exist is refused with the nearest one that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from simsafe.ground.parameter import ConfigError, alike, nearest, register
from simsafe.plans.change import show
from simsafe.plans.plan_file import READERS, lying_here
from simsafe.plans.reading import PLAIN_NUMBER
from simsafe.plans.shelf import shelf_names
from simsafe.scenario import Parameters
from simsafe.study.from_config import GROUPS, SETTINGS, Shelves, defaults

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)*")
TEXT_SETTINGS = ("area", "area_file", "output")  # taken as typed: a path may hold spaces and letters of any language
FOLDERS = ("hydra.run.dir", "hydra.sweep.dir")
LAUNCHER = "hydra/launcher"
LONGEST = 2_000


@dataclass(frozen=True)
class Asked:
    """What ``simsafe run`` was asked: settings in the order typed, and how to go about it."""

    settings: dict[str, str] = field(default_factory=dict)
    config_dir: str | None = None
    multirun: bool = False
    launcher: str | None = None
    folder: str | None = None  # of a sweep
    files: Mapping[str, Path] = field(default_factory=dict)  # plans asked for by the paths of their files, by name

    def chosen(self, kind: str) -> list[str]:
        """The names of the crises, plans or models to use: one, or with ``-m`` several."""
        return several(self.settings[kind] if kind in self.settings else str(defaults()[kind]), self.multirun)

    @property
    def shelves(self) -> Shelves:
        """The shelves to choose from."""
        return Shelves(None if self.config_dir is None else Path(self.config_dir), self.files)

    def under(self, plan: str, key: str) -> Asked:
        """The same under another plan, by name or by the path of its file; ``key`` is the setting that asks for it."""
        name, shelves = self.shelves.with_file(plan, key)
        settings = {k: value for k, value in self.settings.items() if not k.startswith("plan.")}
        asked = replace(self, settings=settings | {"plan": name}, files=shelves.files)
        check_choices(asked, key)
        asked.shelves.mapping("plan", name, key)  # refused under this setting's name if its file cannot be read
        return asked


def read_arguments(words: Sequence[str]) -> Asked:
    """What was asked. Raises :class:`ConfigError` in one line for anything that is not allowed."""
    flags, typed = split_flags(words)
    settings: dict[str, str] = {}
    for word in typed:
        key, value = read_setting(word)
        if key in settings:
            raise ConfigError(f"{key} = {show(value)}; given twice (first {show(settings[key])}); expected once")
        settings[key] = value
    machinery = {key: settings.pop(key) for key in (*FOLDERS, LAUNCHER) if key in settings}
    asked = with_plan_files(Asked(settings, flags.get("config_dir"), bool(flags.get("multirun")), machinery.get(LAUNCHER)))
    settings = asked.settings
    check_choices(asked)
    check_parameters(settings)
    if "area" in settings and "area_file" in settings:
        raise ConfigError(f"area = {show(settings['area'])} and area_file = {show(settings['area_file'])}; expected one of them")
    return with_folder(asked, machinery)


# Words


def split_flags(words: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """The flags, and the words that are settings."""
    flags: dict[str, Any] = {}
    typed: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word in ("-m", "--multirun"):
            flags["multirun"] = True
        elif word == "--config-dir" or word.startswith("--config-dir="):
            flags["config_dir"] = word.partition("=")[2] if "=" in word else next(waiting, "")
            if not flags["config_dir"]:
                raise ConfigError("--config-dir: no folder given; expected --config-dir DIR, a folder holding plan/, crisis/ or model/")
        elif word.startswith("-"):
            raise ConfigError(
                f"{show(word)}: no such option, or not allowed; expected --config-dir DIR, -m, --multirun or --help{dashed(word)}"
            )
        else:
            typed.append(word)
    return flags, typed


def dashed(word: str) -> str:
    """A hint for a setting written as an option."""
    return "; settings have no dashes, as in area=devon" if re.match(r"--[a-z]\w+", word) else ""


def read_setting(word: str) -> tuple[str, str]:
    """The key and the value of ``key=value``."""
    if word[:1] in ("+", "~"):
        raise ConfigError(f"{show(word)}: adding (+) and removing (~) settings are not allowed; expected SETTING=VALUE, as in area=devon")
    key, equals, value = word.partition("=")
    if not equals:
        raise ConfigError(f"{show(word)}: no value; expected SETTING=VALUE, as in area=devon{alone(word) or meant(word)}")
    if "${" in word:
        raise ConfigError(f"{bare(key)} = {show(value)}; formulas (${{...}}) are not allowed; expected the value itself")
    if len(word) > LONGEST or not word.isprintable():
        raise ConfigError(f"{bare(key)} = {show(value)}; expected at most {LONGEST} printable characters")
    check_key(key, value)
    if not value.strip():
        raise ConfigError(f"{key} = ''; no value; expected one after the = sign, or null where the default is null")
    if key not in (*TEXT_SETTINGS, *GROUPS, *FOLDERS, LAUNCHER):
        check_spelling(key, value)
    return key, value


def check_key(key: str, value: str) -> None:
    """Refuse machinery and names that do not exist."""
    if re.match(r"hydra\b", key):
        if key not in (*FOLDERS, LAUNCHER):
            raise ConfigError(f"{bare(key)} = {show(value)}; not allowed; of Hydra's settings only {', '.join((*FOLDERS, LAUNCHER))} are")
        if key == LAUNCHER and not re.fullmatch(r"[A-Za-z0-9_]{1,40}", value):
            raise ConfigError(f"{key} = {show(value)}; expected the name of a launcher, such as basic or joblib")
        return
    if any(part.startswith("_") for part in re.split(r"[./@]", key)):
        raise ConfigError(f"{bare(key)} = {show(value)}; names that start with _ are not allowed; expected plain settings")
    root, _, rest = key.partition(".")
    if not KEY.fullmatch(key) or root not in SETTINGS or (rest and root not in GROUPS):
        raise ConfigError(f"{bare(key)} = {show(value)}; no such setting{meant(key)}")


def bare(key: str) -> str:
    """A key as it may stand in a message."""
    return show(key)[1:-1]


def alone(word: str) -> str:
    """A hint for a plan that stands without its setting, as one does after forgotten brackets."""
    named = word in shelf_names("plan") or Path(word).suffix.lower() in READERS
    return "; one plan is asked for as plan=NAME, several as 'plans=[ONE,ANOTHER]'" if named else ""


def meant(key: str) -> str:
    """The settings or parameters that may have been meant."""
    if key == "config_dir":
        return "; expected --config-dir DIR"
    paths = parameter_paths()
    last = key.rpartition(".")[2]
    same = [path for path in paths if last and path.rpartition(".")[2] == last]
    if 0 < len(same) <= 3:
        return "; did you mean " + " or ".join(map(repr, same)) + "?"
    return nearest(key[:60], [*SETTINGS, *(paths if "." in key else ())])


@cache
def parameter_paths() -> tuple[str, ...]:
    """Every parameter as it is typed."""
    return tuple(row["name"] for row in register(Parameters(), "model."))


# Choices


def with_plan_files(asked: Asked) -> Asked:
    """The same with plans that were asked for by the paths of their files under the names of the plans in them."""
    names, shelves = [], asked.shelves
    for plan in asked.chosen("plan"):
        if "," in plan and not Path(plan).is_file():  # several names, to be refused where that is known
            return asked
        name, shelves = shelves.with_file(plan)
        names.append(name)
    if not shelves.files:
        return asked
    return replace(asked, settings=asked.settings | {"plan": ",".join(names)}, files=shelves.files)


def check_choices(asked: Asked, plan_key: str = "plan") -> None:
    """Every crisis, plan and model named must be on a shelf."""
    shelves = asked.shelves
    for kind in GROUPS:
        names = shelves.names(kind)
        for name in asked.chosen(kind):
            if "," in name:
                both = "; for two at once, a crisis of your own that starts_from both" if kind == "crisis" else ""
                raise ConfigError(f"{kind} = {show(name)}; several; expected one, or -m to run each of them{both}")
            if name not in names:
                key = plan_key if kind == "plan" else kind
                close = (lying_here(name) if kind == "plan" else "") or alike(name[:60], names)
                raise ConfigError(f"{key} = {show(name)}; no such {kind}{close}; there are {', '.join(names)}")


def several(value: str, multirun: bool) -> list[str]:
    """The values of a sweep, or the one value."""
    return [part.strip() for part in value.split(",")] if multirun else [value]


def check_parameters(settings: Mapping[str, str]) -> None:
    """A path under ``model`` must lead to a parameter or a room of them, and one number must look like one."""
    paths = parameter_paths()
    for key, value in settings.items():
        if key.startswith("model.") and key not in paths and not any(path.startswith(f"{key}.") for path in paths):
            raise ConfigError(f"{key} = {show(value)}; no such parameter{meant(key) or nearest(key, paths)}")
        if key.startswith(("plan.", "crisis.")) and value in ("null", "~", "{}"):
            raise ConfigError(f"{key} = {value}; expected a value; to leave something out, write a file of your own without it")


def check_inside(mapping: Mapping[str, Any], name: str, keys: Sequence[str]) -> None:
    """Paths such as ``plan.levers.video_first.remote_video_share`` must lead to something that the chosen file has."""
    for key in keys:
        here: Any = mapping
        kind, *parts = key.split(".")
        for i, part in enumerate(parts):
            known = list(here) if isinstance(here, Mapping) else [str(n) for n in range(len(here))] if isinstance(here, list) else []
            if part not in known:
                at = ".".join([kind, *parts[: i + 1]])
                raise ConfigError(f"{at}: no such setting in {kind} {name}{nearest(part, known)}")
            here = here[part] if isinstance(here, Mapping) else here[int(part)]


def check_spelling(key: str, value: str) -> None:
    """Refuse a number that a person would not write, such as 1_000 or 08."""
    for part in value.split(","):
        if re.fullmatch(r"[-+]?[0-9_.]*[0-9][0-9_.]*([eE][-+]?[0-9_]+)?", part.strip()) and not PLAIN_NUMBER.fullmatch(part.strip()):
            raise ConfigError(f"{key} = {show(value)}; expected a plain number such as 8, 1000 or 0.5")


# Folders


def with_folder(asked: Asked, machinery: Mapping[str, str]) -> Asked:
    """The same with its folder: Hydra's two names for it mean ``output``, and a sweep has one folder for all its runs."""
    given = {"output": asked.settings.get("output")} | {key: machinery.get(key) for key in FOLDERS}
    given = {key: value for key, value in given.items() if value is not None}
    if len(given) > 1:
        raise ConfigError(f"{' and '.join(given)}; expected one of them")
    for key, value in given.items():
        if key == ("hydra.run.dir" if asked.multirun else "hydra.sweep.dir"):
            raise ConfigError(f"{key} = {show(value)}; expected output=FOLDER, or with -m hydra.sweep.dir=FOLDER")
    if asked.launcher is not None and not asked.multirun:
        raise ConfigError(f"{LAUNCHER} = {show(asked.launcher)}; a launcher starts the runs of a sweep; expected -m with it")
    folder = next(iter(given.values()), None)
    settings = {key: value for key, value in asked.settings.items() if key != "output"}
    if folder == "null":
        folder = None
    if not asked.multirun:
        settings |= {} if folder is None else {"output": folder}
        folder = None
    return replace(asked, settings=settings, folder=folder)


def as_hydra(asked: Asked) -> Iterator[str]:
    """The settings as Hydra reads them: text that it might read otherwise is quoted."""
    for key, value in asked.settings.items():
        listed = asked.multirun and re.fullmatch(r"[A-Za-z0-9_./, -]+", value)
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        if key in TEXT_SETTINGS and not (listed or quoted or value == "null"):
            value = quote(value)
        yield f"{key}={value}"
    if asked.settings.get("area_file", "null") != "null":
        yield "area=null"


def quote(text: str) -> str:
    """Text in single quotes, as Hydra reads it back."""
    escaped = re.sub(r"(\\*)('|$)", lambda m: m[1] * 2 + ("\\'" if m[2] else ""), text)
    return f"'{escaped}'"
