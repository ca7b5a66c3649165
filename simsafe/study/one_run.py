"""One run in a few words, for a notebook: simulate an area under a crisis and a plan, and look at what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simsafe.ground.files import write_whole
from simsafe.ground.parameter import ConfigError, nearest
from simsafe.model import SafeguardingModel
from simsafe.plans.change import show
from simsafe.results import by_group, network, tables
from simsafe.study.from_config import config_for, scenario_from
from simsafe.study.keeping import in_words
from simsafe.study.plan_choice import Plan, load_plan
from simsafe.study.run import Progress
from simsafe.study.run import run as run_scenario
from simsafe.world.area import Area

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TABLES: dict[str, Callable[[SafeguardingModel], pd.DataFrame]] = {
    "measures": tables.measures, "events": tables.events, "children": tables.children, "summary": tables.summary,
    "ladder": lambda model: tables.ladder(model, every_group=True), "alarms": by_group.alarms, "harm_days": by_group.harm_days,
    "coverage": by_group.coverage, "equity": by_group.equity, "network": network.network,
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A finished run. ``model`` is the model after its last day, ``config`` its settings in full."""

    model: SafeguardingModel
    config: Mapping[str, Any]
    folder: Path | None = None  # where it was saved, if it was

    @property
    def digest(self) -> str:
        """SHA-256 of the event log: the same for the same version, settings and seed."""
        return self.model.log.digest

    def __repr__(self) -> str:
        area, plan = self.model.setup.area.name, self.model.setup.plan_name
        return f"<Run of {area}, crisis {self.model.setup.crisis_name}, plan {plan}, seed {self.model.setup.seed}, simulated>"

    @property
    def tables(self) -> tuple[str, ...]:
        """The names that :meth:`table` knows."""
        return tuple(TABLES)

    @property
    def plots(self) -> tuple[str, ...]:
        """The names that :meth:`plot` knows."""
        return tuple(self._figures)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the run, such as ``measures``, ``children`` or ``ladder``, as it is saved by ``simsafe run``; see :attr:`tables`.

        ``simsafe describe measures`` explains the columns. Raises ConfigError for an unknown name, with the nearest.
        """
        if name not in TABLES:
            raise ConfigError(f"table = {show(name)}; {none_such('table', str(name), self.tables)}")
        return TABLES[name](self.model)

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        from simsafe.results.figures import draw_all

        made = draw_all(self.table("measures"), tables.ladder(self.model), tables.about(self.model), self.table("coverage"))
        return {name.removesuffix(".png"): figure for name, figure in made.items()}

    def plot(self, name: str) -> Figure:
        """A figure of the run, such as ``visibility``; see :attr:`plots`. Raises ConfigError for an unknown name, with the nearest."""
        if name not in self._figures:
            raise ConfigError(f"plot = {show(name)}; {none_such('figure', str(name), self.plots)}")
        return self._figures[name]

    def report(self, path: str | Path) -> Path:
        """Write the run's main points as a page of Markdown, and return its path. ConfigError when it cannot be written."""
        from simsafe.results.summary import command_for, summary_text

        facts, rungs = tables.about(self.model), tables.ladder(self.model)
        text = summary_text(facts, self.table("summary"), rungs, command_for(self.model.setup))
        with in_words(Path(path)):
            write_whole(Path(path), text.encode())
        return Path(path)


def none_such(kind: str, name: str, known: Sequence[str]) -> str:
    """``no such table``, the nearest, and all that there are."""
    close, listed = nearest(name[:60], known), f"; there are {', '.join(known)}"
    return f"no such {kind}{close if close.startswith('; did') else ''}{listed}"


def run(
    area: str | Area | None = None,
    crisis: str | Mapping[str, Any] | None = None,
    plan: str | Path | Plan | None = None,
    *,
    folder: str | Path | None = None,
    config_dir: str | Path | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> Run:
    """Simulate an area under a crisis and a plan, and save it when a folder is given.

    >>> run("shropshire", plan="see_every_child", children=2000).table("summary")  # doctest: +SKIP

    What is left out is as in ``configs/run.yaml``; ``settings`` are any others of ``simsafe run``. The same settings and seed give the
    same run as the command line, event for event. Raises ConfigError in one line for what cannot be.
    """
    given = {name: value for name, value in {"area": area, "crisis": crisis, **settings}.items() if value is not None}
    if isinstance(area, Area):
        given |= {"area": "england", "children": area.children}
    chosen = None if plan is None else load_plan(plan, config_dir)
    config = config_for(config_dir=config_dir, **given)
    if chosen is not None:
        config = {name: value for name, value in config.items() if name != "other_plans"} | chosen.config
    scenario = scenario_from(config)
    if isinstance(area, Area):
        scenario, config = replace(scenario, area=area), config | {"area": area.slug}
    model = run_scenario(scenario, folder, config | {"output": None}, progress)
    return Run(model, config, None if folder is None else Path(folder))
