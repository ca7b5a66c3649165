"""A plan as it may be asked for: by its name on a shelf, or as a file of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from simsafe.ground.parameter import ConfigError, plain
from simsafe.plans.change import Change, show
from simsafe.plans.reading import read_yaml
from simsafe.plans.sheet import ENDINGS, read_sheet
from simsafe.plans.shelf import plan_from, shelf_names
from simsafe.study.from_config import Shelves

# How a plan's file is read into the mapping of a plan, by the end of its name.
READERS: dict[str, Callable[[Path], Mapping[str, Any]]] = {".yaml": read_yaml, ".yml": read_yaml, **dict.fromkeys(ENDINGS, read_sheet)}


@dataclass(frozen=True)
class Plan:
    """A plan: what it is called, its settings as a YAML file has them, and those of own plans that it starts from."""

    name: str
    settings: Mapping[str, Any]
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the plan says it is."""
        return str(self.settings.get("title") or self.name)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Which dials it turns, from when to when."""
        return plan_from(self.settings, self.name, partial(Shelves().mapping, "plan") if not self.others else self._other)

    def _other(self, name: str) -> Mapping[str, Any]:
        return self.others[name] if name in self.others else Shelves().mapping("plan", name)

    def table(self) -> pd.DataFrame:
        """What it changes, before any child is simulated: dial, from, to, how, value, waits_for, source; a row a change.

        A value that moves is given as its first and its last; ``waits_for`` says for which figure a change waits within its dates.
        """
        rows = [(c.dial, c.from_date, c.to_date, str(c.how), value_of(c), str(c.when or ""), c.source) for c in self.changes]
        return pd.DataFrame(rows, columns=["dial", "from", "to", "how", "value", "waits_for", "source"])

    def __repr__(self) -> str:
        return f"<Plan {self.name}: {self.title}; {len(self.changes)} changes>"

    @property
    def config(self) -> dict[str, Any]:
        """The plan as it stands among a run's settings."""
        made: dict[str, Any] = {"plan": self.settings, "plan_name": self.name}
        return made | ({"other_plans": dict(self.others)} if self.others else {})


def value_of(change: Change) -> float | str | None:
    """The value that a change puts, or the first and the last of one that moves."""
    return f"{plain(change.points[0][1])} to {plain(change.points[-1][1])}" if change.points else change.value


def load_plan(plan: str | Path | Plan, config_dir: str | Path | None = None) -> Plan:
    """A plan by its shipped name, by the name of one in ``config_dir``, or from a file: YAML, CSV or XLSX.

    >>> load_plan("see_every_child").changes[0].dial  # doctest: +SKIP

    Raises
    ------
    ConfigError
        One line: no such plan, with the nearest; or a file that cannot be read, or is no plan.
    """
    if isinstance(plan, Plan):
        return plan
    shelves = Shelves(None if config_dir is None else Path(config_dir))
    if isinstance(plan, Path) or (isinstance(plan, str) and looks_like_a_file(plan)):
        name, settings = from_file(Path(plan))
    else:
        name, settings = plan, shelves.mapping("plan", plan)
    made = Plan(name, settings, shelves.starts_from("plan", settings))
    made.changes  # noqa: B018  # refused here if they cannot be
    return made


def looks_like_a_file(plan: str) -> bool:
    """Whether a plan was asked for by a path and not by a name."""
    return "/" in plan or "\\" in plan or Path(plan).suffix.lower() in READERS


def from_file(path: Path) -> tuple[str, Mapping[str, Any]]:
    """The name, made of the file's, and the settings of a plan of one's own."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise ConfigError(f"plans = {show(str(path))}; expected the name of a plan, or a file that ends with {' or '.join(READERS)}")
    if not path.is_file():
        raise ConfigError(f"plans = {show(str(path))}; no such file; expected the name of a plan, or the path of its file")
    name = re.sub(r"\W+", "_", path.stem, flags=re.ASCII).strip("_")[:80]
    if not name:
        raise ConfigError(f"plans = {show(str(path))}; expected letters or digits in the file's name, which names the plan")
    if name in shelf_names("plan"):
        raise ConfigError(f"plans = {show(str(path))}; {name} is a shipped plan's name; expected another name for your own")
    return name, read(path)
