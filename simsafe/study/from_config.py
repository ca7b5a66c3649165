"""From plain settings to a checked scenario: the same for the command line, a saved run and a notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from simsafe.ground.parameter import ConfigError, build, check_number, check_plain, nearest
from simsafe.plans.change import read_date, show
from simsafe.plans.plan_file import looks_like_a_file, lying_here, plan_named_by, read_own, shown
from simsafe.plans.reading import read_yaml
from simsafe.plans.sheet import ENDINGS
from simsafe.plans.shelf import Load, configs_folder, crisis_from, load_yaml, plan_from, shelf_names, starts_of
from simsafe.scenario import Parameters, Scenario
from simsafe.world.area import Area, load_area, load_area_file
from simsafe.world.area.profile import LARGEST, SMALLEST
from simsafe.world.published import england_calendar

GROUPS = ("crisis", "plan", "model")
SETTINGS = (
    *("area", "area_file", "children", "seed", "start", "end", "warm_up_days", "severity", "capacity_coupling", "open_loop", "output"),
    *GROUPS,
)
OTHERS = {"crisis": "other_crises", "plan": "other_plans"}  # own entries that a crisis or a plan of one's own starts from
NOTES = ("crisis_name", "plan_name", *OTHERS.values())  # the names are those on the shelf
ENGLAND_SAMPLE = 100_000  # children, when England is asked for and no number is
HIGHEST_SEED = 2**53
LONGEST_TEXT, DEEPEST, LARGEST_NUMBER, LONGEST_LINE = 10_000, 20, 10**16, 600


# Shelves


@dataclass(frozen=True)
class Shelves:
    """The shipped crises, plans and models, those in a folder of one's own (``crisis/``, ``plan/`` and ``model/`` inside it), and plans
    that were asked for by the paths of their files.
    """

    own: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)  # by the names of the plans

    def __post_init__(self) -> None:
        if self.own is not None and not self.own.is_dir():
            raise ConfigError(f"config-dir = {show(str(self.own))}; no such folder; expected one holding plan/, crisis/ or model/")
        if self.own is not None and not any((self.own / kind).is_dir() for kind in GROUPS):
            raise ConfigError(f"config-dir = {show(str(self.own))}; nothing in it; expected plan/, crisis/ or model/ with YAML files")

    def own_names(self, kind: str) -> list[str]:
        """The names in one's own folder, and of one's own files."""
        return sorted({path.stem for path in self.own_files(kind)} | set(self.files if kind == "plan" else ()))

    def own_files(self, kind: str) -> list[Path]:
        """The files in one's own folder: YAML, and of plans spreadsheets too."""
        endings = (".yaml", *ENDINGS) if kind == "plan" else (".yaml",)
        if self.own is None or not (self.own / kind).is_dir():
            return []
        found = sorted((self.own / kind).iterdir())
        return [path for path in found if path.suffix in endings and re.fullmatch(r"\w{1,80}", path.stem, re.ASCII)]

    def names(self, kind: str) -> list[str]:
        """Every name of a kind, shipped or one's own."""
        return sorted({*shelf_names(kind), *self.own_names(kind)})

    def with_file(self, plan: str | Path, key: str = "plan") -> tuple[str, Shelves]:
        """The name of a plan, and shelves that have it: one that was asked for by the path of its file joins them.

        Raises
        ------
        ConfigError
            One line, beginning with ``key``: no such file, or one whose name is another plan's.
        """
        if not looks_like_a_file(plan):
            return str(plan), self
        path = Path(plan)
        name = plan_named_by(path, key)
        others = [*([self.files[name]] if name in self.files else []), *(p for p in self.own_files("plan") if p.stem == name)]
        for other in others:
            if not path.samefile(other):
                raise ConfigError(f"{key} = {shown(path)}; {shown(other)} is called {name} too; expected another name for one of them")
        return name, replace(self, files={**self.files, name: path})

    def mapping(self, kind: str, name: Any, key: str | None = None) -> dict[str, Any]:
        """The plain settings of that name. Raises :class:`ConfigError` for an unknown name, with the nearest, or an unsafe file.

        ``key`` is the setting to name in messages, where it is not the kind.
        """
        known, key = self.names(kind), key or kind
        if not isinstance(name, str) or name not in known:
            close = lying_here(str(name)) if kind == "plan" else ""
            raise ConfigError(f"{key} = {show(name)}; no such {kind}{close or nearest(str(name)[:80], known)}")
        if name not in self.own_names(kind):
            return load_yaml(kind, name)
        if name in shelf_names(kind):
            raise ConfigError(f"{key} = {show(name)}; {kind}/{name} of your own has a shipped {kind}'s name; expected another")
        files = [self.files[name]] if kind == "plan" and name in self.files else [p for p in self.own_files(kind) if p.stem == name]
        if len(files) > 1:
            raise ConfigError(f"{key} = {show(name)}; there are {' and '.join(map(shown, files))}; expected one of them")
        return read_own(files[0], key, kind)

    def starts_from(self, kind: str, mapping: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The crises or plans of one's own that a crisis or a plan starts from, by name, and those that they start from."""
        found: dict[str, dict[str, Any]] = {}
        waiting = starts_of(mapping, kind)
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.own_names(kind):
                found[name] = self.mapping(kind, name)
                waiting += starts_of(found[name], f"{kind}/{name}")
        return found


@cache
def defaults() -> dict[str, Any]:
    """The settings of ``configs/run.yaml``, with the names of its crisis, plan and model, read once."""
    run = read_yaml(configs_folder() / "run.yaml")
    chosen = {kind: name for line in run.pop("defaults") if isinstance(line, dict) for kind, name in line.items()}
    return run | chosen


def parameter_tree(room: Any = None) -> dict[str, Any]:
    """Every number of the model in its place, at its default: the schema of ``model``."""
    room = Parameters() if room is None else room
    values = {f.name: getattr(room, f.name) for f in fields(room) if f.init}
    return {name: parameter_tree(value) if is_dataclass(value) else value for name, value in values.items()}


# From settings to a scenario


def config_for(*, config_dir: str | Path | None = None, **given: Any) -> dict[str, Any]:
    """The resolved settings of a run, in full: those given, over ``configs/run.yaml``.

    ``crisis``, ``plan`` and ``model`` are names on the shelf (``config_dir`` adds a folder of one's own) or mappings; a plan may be the
    path of its file; ``model`` may name parameters by their path: ``{"truth.harm.prevalence": 0.03}``.
    """
    for name in given:
        if name not in (*SETTINGS, "crisis_name", "plan_name"):
            raise ConfigError(f"{one_line(name)}: no such setting{nearest(name[:60], SETTINGS)}")
    if given.get("area") is not None and given.get("area_file") is not None:
        raise ConfigError(f"area = {show(given['area'])} and area_file = {show(given['area_file'])}; expected one of them")
    shelves = Shelves(None if config_dir is None else Path(config_dir))
    made = defaults() | given
    if isinstance(made["plan"], str | Path):
        made["plan"], shelves = shelves.with_file(made["plan"])
    if given.get("area_file") is not None:
        made["area"] = None
    for kind in GROUPS:
        if isinstance(made[kind], str):
            if kind != "model":
                made.setdefault(f"{kind}_name", made[kind])
            made[kind] = shelves.mapping(kind, made[kind])
    made["model"] = over_the_tree(made["model"])
    for kind, note in OTHERS.items():
        if isinstance(made[kind], Mapping) and (others := shelves.starts_from(kind, made[kind])):
            made[note] = others
    return made


def scenario_for(*, config_dir: str | Path | None = None, **given: Any) -> Scenario:
    """The scenario that ``simsafe run`` with the same settings would simulate, event for event.

    >>> scenario_for(area="devon", crisis="none", children=2000, seed=3).area.name
    'Devon'

    What may be given is said at :func:`config_for`. Raises :class:`ConfigError` in one line.
    """
    return scenario_from(config_for(config_dir=config_dir, **given))


def scenario_from(config: Mapping[str, Any]) -> Scenario:
    """A checked scenario from resolved settings: the keys of ``configs/run.yaml`` with ``crisis``, ``plan`` and ``model`` as mappings.

    Raises
    ------
    ConfigError
        One line naming the setting, the value and what is allowed.
    """
    try:
        return _scenario_from(config)
    except ConfigError as refusal:
        raise ConfigError(one_line(str(refusal))) from None


def _scenario_from(config: Mapping[str, Any]) -> Scenario:
    given = plain_settings(config)
    area = area_from(given)
    start, end = read_date("start", given["start"]), read_date("end", given["end"])
    warm_up = check_number("warm_up_days", given["warm_up_days"], int, 0, 730, "days")
    check_days(start, end, warm_up)
    check_output_name(given["output"])
    crisis_name, plan_name = name_from(given, "crisis"), name_from(given, "plan")
    return Scenario(
        area=area,
        crisis=crisis_from(given["crisis"], crisis_name, others_in(given, "crisis")),
        plan=plan_from(given["plan"], plan_name, others_in(given, "plan")),
        crisis_name=crisis_name,
        plan_name=plan_name,
        severity=check_number("severity", given["severity"], float, 0, 2, "times the crisis as written"),
        start=start,
        end=end,
        warm_up_days=warm_up,
        seed=check_number("seed", given["seed"], int, 0, HIGHEST_SEED, "any whole number"),
        capacity_coupling=check_plain("capacity_coupling", given["capacity_coupling"], bool),
        open_loop=check_plain("open_loop", given["open_loop"], bool),
        parameters=build(Parameters, given["model"], "model"),
    )


def plain_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """The same settings as plain data, every one there and none unknown."""
    if not isinstance(config, Mapping):
        raise ConfigError(f"config = {show(config)}; expected settings: {', '.join(SETTINGS)}")
    for name in config:
        if name not in (*SETTINGS, *NOTES):
            raise ConfigError(f"{show(name).strip(chr(39))}: no such setting{nearest(str(name)[:60], SETTINGS)}")
    for name in SETTINGS:
        if name not in config:
            raise ConfigError(f"{name} is missing; expected every setting of configs/run.yaml: {', '.join(SETTINGS)}")
    return {name: plain_copy(value, name) for name, value in config.items()}


def plain_copy(value: Any, key: str, depth: int = 0) -> Any:
    """Text, numbers, dates, lists and mappings, copied; anything else, and anything of absurd size, is refused."""
    if hasattr(value, "item") and type(value).__module__ == "numpy":
        value = value.item() if getattr(value, "ndim", 0) == 0 else value
    if depth > DEEPEST:
        raise ConfigError(f"{key}: nested {depth} deep; expected at most {DEEPEST}")
    if isinstance(value, Mapping):
        return {name: plain_copy(inner, f"{key}.{show(name).strip(chr(39))}", depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_copy(inner, f"{key}[{i}]", depth + 1) for i, inner in enumerate(value)]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ConfigError(f"{key} = {show(value[:60])}; {len(value)} characters; expected at most {LONGEST_TEXT}")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_NUMBER:
        raise ConfigError(f"{key} = {show(value)}; expected a number of ordinary size")
    if not isinstance(value, str | int | float | date | None):
        raise ConfigError(f"{key} = {show(value)}; expected text, a number, true or false, a list or settings")
    return value


# Pieces


def area_from(given: Mapping[str, Any]) -> Area:
    """The area by name or from a file, at the size asked for."""
    slug, path, children = given["area"], given["area_file"], given["children"]
    if path is not None:
        if not isinstance(path, str):
            raise ConfigError(f"area_file = {show(path)}; expected the path of a CSV file")
        area = load_area_file(path)
    elif isinstance(slug, str):
        area = load_area(slug)
    else:
        raise ConfigError(f"area = {show(slug)}; expected the name of an area, such as shropshire, or area_file= with the path of a file")
    if children is not None:
        return area.scaled(check_number("children", children, int, SMALLEST, LARGEST, "children of the area"))
    if area.children > LARGEST:
        return area.scaled(ENGLAND_SAMPLE)
    if area.children < SMALLEST:
        raise ConfigError(
            f"area = {show(area.slug)}; {area.children} children, too few to simulate; expected at least {SMALLEST}: "
            f"give children= a number from {SMALLEST} to simulate a larger area with the same profile"
        )
    return area


def check_days(start: date, end: date, warm_up: int) -> None:
    """Refuse days that the calendar does not know, in the words of the settings."""
    if end <= start:
        raise ConfigError(f"end = {end}; expected a date after start = {start}")
    first = start - timedelta(days=warm_up)
    try:
        england_calendar(first, (end - first).days + 1)
    except ConfigError as refusal:
        known = re.findall(r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d", str(refusal))
        allowed = f"expected days within {known[0]}, for which bank holidays are known" if known else str(refusal)
        if str(refusal).startswith("first day"):
            raise ConfigError(f"start = {start} with warm_up_days = {warm_up} begins on {first}; {allowed}") from None
        raise ConfigError(f"end = {end}; {allowed}") from None


def check_output_name(output: Any) -> None:
    """A folder's path, or null."""
    if output is not None and (not isinstance(output, str) or not output.strip() or not output.isprintable()):
        raise ConfigError(f"output = {show(output)}; expected the path of a new folder, or null for outputs/ with a name of its own")


def name_from(given: Mapping[str, Any], kind: str) -> str:
    """What the crisis or the plan is called in results."""
    name = given.get(f"{kind}_name", f"own_{kind}")
    if not isinstance(name, str) or not re.fullmatch(r"\w{1,80}", name, re.ASCII):
        raise ConfigError(f"{kind}_name = {show(name)}; expected 1 to 80 letters, digits and _")
    return name


def others_in(given: Mapping[str, Any], kind: str) -> Load:
    """What gives the crisis or the plan that another starts from: one handed over with the settings, or a shipped one."""
    others = given.get(OTHERS[kind]) or {}
    if not isinstance(others, Mapping):
        raise ConfigError(f"{OTHERS[kind]} = {show(others)}; expected settings by name")
    return lambda other: others[other] if other in others else load_yaml(kind, other)


def over_the_tree(given: Any) -> Any:
    """The model's parameters in full with those given in their places; what does not fit is left for the checker to refuse."""
    if not isinstance(given, Mapping):
        return given
    made = parameter_tree()
    for name, value in given.items():
        *rooms, last = str(name).split(".")
        here = made
        for room in rooms:
            here = here.setdefault(room, {})
            if not isinstance(here, dict):
                raise ConfigError(f"model.{show(name).strip(chr(39))}: no such setting; {room} is a number")
        merge(here, last, value)
    return made


def merge(here: dict[str, Any], name: str, value: Any) -> None:
    """Put a value in its place; settings go into settings one by one."""
    if isinstance(value, Mapping) and isinstance(here.get(name), dict):
        for inner, content in value.items():
            merge(here[name], inner, content)
    else:
        here[name] = deepcopy(value)


def one_line(text: str) -> str:
    """A message on one line, printable and of a length that can be read."""
    line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "..."
