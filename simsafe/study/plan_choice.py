"""A plan as it may be asked for: by its name on a shelf, or as a file of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from simsafe.ground.parameter import plain
from simsafe.plans.change import Change
from simsafe.plans.shelf import plan_from
from simsafe.study.from_config import Shelves


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


def load_plan(plan: str | Path | Plan, config_dir: str | Path | None = None, key: str = "plan") -> Plan:
    """A plan by its shipped name, by the name of one in ``config_dir``, or from a file: YAML, CSV or XLSX.

    >>> load_plan("see_every_child").changes[0].dial  # doctest: +SKIP

    Raises
    ------
    ConfigError
        One line, beginning with ``key``: no such plan, with the nearest; or a file that cannot be read, or is no plan.
    """
    return load_plans([plan], config_dir, key)[0]


def load_plans(plans: Sequence[Any], config_dir: str | Path | None = None, key: str = "plans") -> list[Plan]:
    """Several plans, each as in :func:`load_plan`. ConfigError in one line, also when two of their files have one name."""
    shelves, made = Shelves(None if config_dir is None else Path(config_dir)), []
    for plan in plans:
        if isinstance(plan, Plan):
            made.append(plan)
            continue
        name, shelves = shelves.with_file(plan, key) if isinstance(plan, str | Path) else (plan, shelves)
        settings = shelves.mapping("plan", name, key)
        made.append(Plan(name, settings, shelves.starts_from("plan", settings)))
        made[-1].changes  # noqa: B018  # refused here if they cannot be
    return made
