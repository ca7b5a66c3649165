"""The ideal observer: what a rational reader of all records would have known, over seeds and plans, and what is lost before action."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.model import SafeguardingModel
from simsafe.plans.change import show
from simsafe.results.folder import safe_cell
from simsafe.results.hindsight import hindsight
from simsafe.results.record import keep_record
from simsafe.results.tables import About, about
from simsafe.scenario import Scenario
from simsafe.study.comparison import plan_names, settings_given, several, under_each
from simsafe.study.from_config import OTHERS, config_for
from simsafe.study.observer.readers import TOGETHER, beliefs
from simsafe.study.observer.scoring import calibrated, in_bins
from simsafe.study.observer.steps import COUNTS, MEANING, curves_of, last_day, periods, steps_of
from simsafe.study.paired import interval
from simsafe.study.plan_choice import Plan, load_plans
from simsafe.world.area import Area

USUAL_CHILDREN, USUAL_SEEDS, MOST_SEEDS, MOST_PLANS = 3000, 5, 1000, 20
LEAST_DAYS = 28  # from the first to the last reported day
OF_A_PLAN = ("plan", "plan_name", OTHERS["plan"], "seed", "output")
TABLES = ("steps", "differences", "curves", "calibration", "runs")
Done = Callable[[int, int], object]  # told after each run how many are done, of how many


@dataclass(frozen=True)
class Observed:
    """What the ideal observer would have known under each plan. ``runs``: plan, seed, period, step, value; ``lines``: curves, and ``bins``:
    children by what was believed of them at the end of each period, likewise.
    """

    runs: pd.DataFrame
    lines: pd.DataFrame
    bins: pd.DataFrame
    plans: tuple[str, ...]
    seeds: int
    about: About

    @property
    def tables(self) -> tuple[str, ...]:
        """The names that :meth:`table` knows."""
        return TABLES

    def table(self, name: str) -> Any:
        """``steps``: mean over seeds of each step, with its 95 % interval and its share of the harmed; ``differences``: each plan less the
        first on the same seeds; ``curves``: harmed children found among the first so many looked at; ``calibration``: of children believed
        harmed with about a probability, the share that was, by all records together, at the end of each period; ``runs``: seed by seed.

        ConfigError in one line for another name.
        """
        if name not in TABLES:
            raise ConfigError(f"table = {show(name)}; no such table{nearest(str(name)[:60], TABLES)}")
        made = {"steps": self._steps, "differences": self._differences, "curves": self._curves, "calibration": self._calibration}
        return made[name]() if name in made else self.runs

    def plot(self) -> Any:
        """The steps and the curves as a matplotlib figure."""
        from simsafe.study.observer.figure import draw

        return draw(self)

    def save(self, folder: Path) -> list[Path]:
        """Write every table as CSV and the figure as PNG into a new or empty folder; OSError when it cannot be written."""
        from simsafe.results.figures import save_pictures

        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{name}.csv" for name in TABLES]
        for path in paths:
            made = self.table(path.stem).assign(simulated="yes")
            texts = [n for n in made.columns if not pd.api.types.is_numeric_dtype(made[n])]
            safe = made.assign(**{n: made[n].astype(str).map(safe_cell) for n in texts})
            safe.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
        return [*paths, *save_pictures({"observer.png": self.plot()}, self.about, folder)]

    def __repr__(self) -> str:
        return f"<Observed: {self.about.area}, crisis {self.about.crisis}, {', '.join(self.plans)}, {self.seeds} seeds, simulated>"

    def _wide(self) -> Any:
        """A row a plan, period and step, a column a seed."""
        wide = self.runs.pivot_table(index=["plan", "period", "step"], columns="seed", values="value", dropna=False, sort=False)
        order = [(p, t, s) for p in self.plans for t in self.runs["period"].unique() for s in MEANING]
        return wide.reindex(pd.MultiIndex.from_tuples(order, names=["plan", "period", "step"]))

    def _steps(self) -> pd.DataFrame:
        wide = self._wide()
        mean, _, low, high = interval(wide.to_numpy())
        harmed = wide.loc[(slice(None), slice(None), "harmed"), :].droplevel("step").mean(axis=1)
        made = wide.index.to_frame(index=False).assign(value=mean, low=low, high=high)
        whole = np.array([harmed[(plan, period)] for plan, period in zip(made["plan"], made["period"], strict=True)])
        of_harmed = made["step"].isin([s for s in COUNTS if s not in ("children", "flagged") and not s.startswith("false_")])
        made["share"] = np.where(of_harmed & (whole > 0), made["value"] / np.maximum(whole, 1e-9), np.nan)
        return made.assign(seeds=self.seeds, meaning=[MEANING[str(step)] for step in made["step"]])

    def _differences(self) -> Any:
        wide, parts = self._wide(), []
        for plan in self.plans[1:]:
            less = wide.loc[plan] - wide.loc[self.plans[0]]
            mean, _, low, high = interval(less.to_numpy())
            made = less.index.to_frame(index=False).assign(difference=mean, low=low, high=high)
            parts.append(made.assign(plan=plan, reference=self.plans[0], seeds=self.seeds))
        columns = ["plan", "reference", "period", "step", "difference", "low", "high", "seeds"]
        return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)

    def _curves(self) -> Any:
        grouped = self.lines.groupby(["plan", "period", "reader", "point"], sort=False)
        mean, _, low, high = interval(np.stack([g["found"].to_numpy() for _, g in grouped]))
        made = pd.DataFrame([key for key, _ in grouped], columns=["plan", "period", "reader", "point"])
        made["looked_at"] = [g["looked_at"].mean() for _, g in grouped]
        return made.assign(found=mean, low=low, high=high, seeds=self.seeds).drop(columns="point")

    def _calibration(self) -> Any:
        keys = ["plan", "period", "low", "high"]
        summed: Any = self.bins.drop(columns="seed").groupby(keys, sort=False, as_index=False).sum()
        return calibrated(summed).assign(seeds=self.seeds)


def observe(
    area: str | Area | None = None,
    crisis: str | Mapping[str, Any] | None = None,
    plans: Sequence[str | Path | Plan] = ("as_happened_2020",),
    replications: int = USUAL_SEEDS,
    *,
    config_dir: str | Path | None = None,
    done: Done | None = None,
    **settings: Any,
) -> Observed:
    """What a rational reader of all records would have known of harmed children, and how much is lost to silence, silos and capacity.

    >>> observe("devon", "covid19_england", ["as_happened_2020", "joined_up"], replications=5).table("steps")  # doctest: +SKIP

    ``plans`` are names, files or plans, met by the same children; the others are held against the first. ``settings`` are any others of a
    run; without ``children`` there are 3,000. Raises ConfigError in one line for what cannot be, before anything is simulated.
    """
    given = {"children": USUAL_CHILDREN} | settings
    config = config_for(config_dir=config_dir, **settings_given(area, crisis, given))
    return observed(scenarios_of(config, load_plans(several(plans), config_dir), replications), done)


def scenarios_of(config: Mapping[str, Any], plans: Sequence[Plan], replications: Any) -> list[Scenario]:
    """Every run that is wanted, seed by seed with all plans; everything checked. Raises ConfigError in one line."""
    plan_names(plans, 1, MOST_PLANS)
    seeds = check_number("replications", replications, int, 1, MOST_SEEDS, "seeds")
    made = under_each(config, plans, seeds)
    if (made[0].end - made[0].start).days < LEAST_DAYS:
        raise ConfigError(f"end = {made[0].end}; whole weeks are counted; expected a date {LEAST_DAYS} days or more after {made[0].start}")
    if made[0].open_loop:
        raise ConfigError("open_loop = true; nobody is helped or visited then; expected open_loop=false")
    return [replace(s, seed=s.seed + k) for k in range(seeds) for s in made]


def observed(scenarios: Sequence[Scenario], done: Done | None = None) -> Observed:
    """Simulate, read and score each run, one after another."""
    runs, lines, bins, facts = [], [], [], None
    for number, scenario in enumerate(scenarios):
        model, *parts = _one_run(scenario)
        facts = facts or about(model)
        for rows, part in zip((runs, lines, bins), parts, strict=True):
            rows += [{"plan": scenario.plan_name, "seed": scenario.seed, **row} for row in part]
        if done is not None:
            done(number + 1, len(scenarios))
    assert facts is not None
    plans, seeds = tuple(dict.fromkeys(s.plan_name for s in scenarios)), len({s.seed for s in scenarios})
    table = pd.DataFrame(lines)
    table["point"] = table.groupby(["plan", "seed", "period", "reader"]).cumcount()
    named: Any = {"plan": ", ".join(plans), "seed": f"{facts.seed} to {facts.seed + seeds - 1}" if seeds > 1 else facts.seed}
    return Observed(pd.DataFrame(runs), table, pd.DataFrame(bins), plans, seeds, replace(facts, **named))


def _one_run(scenario: Scenario) -> tuple[SafeguardingModel, list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """The run as far as it is scored; its steps, its curves, and its children by belief, by period."""
    model = SafeguardingModel(scenario)
    record, end = keep_record(model), last_day(model)
    while model.running and model.day < end:
        model.step()
    truth, believed = hindsight(model), beliefs(model, record)
    steps, curves, bins = [], [], []
    for period in periods(model, record, truth):
        numbers = steps_of(model, record, truth, believed, period)
        steps += [{"period": period.name, "step": step, "value": float(numbers[step])} for step in MEANING]
        curves += [{"period": period.name, **row} for row in curves_of(period, believed, record)]
        week = period.weeks.stop - 1  # children with a case as well: of them it is believed, too
        here = truth.here[week]
        told = in_bins(believed[TOGETHER][week][here].astype(float), truth.harmed[week][here])
        bins += [{"period": period.name, **{str(name): value for name, value in row.items()}} for row in told.to_dict("records")]
    return model, steps, curves, bins


def usual_name(scenarios: Sequence[Scenario]) -> str:
    """What the folder of these runs is called."""
    first, plans = scenarios[0], "_and_".join(dict.fromkeys(s.plan_name for s in scenarios))
    return re.sub(r"[^a-zA-Z0-9_-]", "-", f"observer_{first.area.slug}_{first.crisis_name}_{plans}_seed{first.seed}")[:200]
