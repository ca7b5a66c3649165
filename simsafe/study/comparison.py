"""Plans compared on the same children: the question in full, its runs, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from simsafe.ground.files import named, why, write_whole
from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.ground.progress import bar
from simsafe.plans.change import Timetable, show
from simsafe.plans.plan_file import looks_like_a_file, name_of
from simsafe.results.folder import safe_cell
from simsafe.results.tables import crisis_start
from simsafe.scenario import Parameters, Scenario
from simsafe.study.from_config import HIGHEST_SEED, OTHERS, scenario_from
from simsafe.study.jobs import SavingError, Study, stacked
from simsafe.study.keeping import FAILURES, Finished, check_folder, finished, owned
from simsafe.study.one_run import none_such
from simsafe.study.parameter_sets import digest_of, sets_from
from simsafe.study.plan_choice import Plan
from simsafe.study.runner import Failure, Hands, Told, run_shards
from simsafe.study.runs import FAILED, MISSING, RUN_COLUMNS, Runs, in_order
from simsafe.study.tables import TABLES
from simsafe.world.area import Area, load_area, load_area_file

OUTPUTS = Path("outputs")
MOST_PLANS, MOST_REPLICATIONS = 50, 10_000
OF_A_PLAN = ("plan", "plan_name", OTHERS["plan"], "seed", "output")  # settings that are not shared by the runs of a comparison


@dataclass(frozen=True)
class Compared:
    """Plans compared on the same children.

    ``runs`` has what every run kept; ``failures`` one row a seed that could not be simulated: seed, tries, reason. A comparison with
    failures is whole in everything else, and says "n of N" wherever it counts runs.
    """

    runs: Runs
    folder: Path
    failures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["seed", "tries", "reason"]))

    @property
    def digest(self) -> str:
        """SHA-256 over the digests of the runs, in the order of plans and seeds; the same however and wherever they were run."""
        return self.runs.digest

    @property
    def counted(self) -> str:
        """How many of the runs asked for are finished: "120 of 120 runs"."""
        return f"{self.runs.finished} of {self.runs.asked} runs"

    @property
    def tables(self) -> tuple[str, ...]:
        """The names that :meth:`table` knows."""
        return tuple(TABLES)

    def table(self, name: str) -> pd.DataFrame:
        """A table for people, such as ``first_page``, ``differences`` or ``who_gains``; ``runs`` is one row a run; see :attr:`tables`.

        Raises
        ------
        ConfigError
            There is no such table; the nearest is named, and all that there are. Or no run is finished to make it from.
        """
        if name in TABLES and name != "runs" and not self.runs.finished:
            why = f"; seed {self.failures.seed.iloc[0]} failed: {self.failures.reason.iloc[0]}" if len(self.failures) else ""
            raise ConfigError(f"table = {show(name)}; none of {self.runs.asked} runs is finished{why}")
        if name in TABLES:
            return TABLES[name](self.runs)
        raise ConfigError(f"table = {show(name)}; {none_such('table', str(name), self.tables)}")


# Asking


def settings_given(area: str | Area | None, crisis: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run that were given; those that a comparison has otherwise are refused."""
    given = {name: value for name, value in {"area": area, "crisis": crisis, **settings}.items() if value is not None}
    if name := next((name for name in ("plan", "plan_name", "output") if name in given), None):
        raise ConfigError(
            f"{name} = {show(given[name])}; not a setting of a comparison; expected {'folder' if name == 'output' else 'plans'}="
        )
    return given | ({"area": "england", "children": area.children} if isinstance(area, Area) else {})


def several(plans: Any) -> Sequence[Any]:
    """The plans as a list; one name alone is a common slip."""
    if isinstance(plans, str | Path | Plan | Mapping) or not isinstance(plans, Sequence):
        raise ConfigError(f"plans = {show(plans)}; expected a list of two or more plans")
    return plans


def study_of(config: Mapping[str, Any], plans: Sequence[Plan], replications: Any, reference: str | None, area: Area | None = None) -> Study:
    """The comparison in full, everything checked. Raises ConfigError in one line."""
    names = plan_names(plans, 2, MOST_PLANS)
    replications = check_number("replications", replications, int, 1, MOST_REPLICATIONS, "seeds")
    given, reference = reference, name_of(Path(reference)) if reference is not None and looks_like_a_file(reference) else reference
    if reference is not None and reference not in names:
        raise ConfigError(f"reference = {show(given)}; not among the plans{nearest(str(given)[:80], names)}")
    shared = {name: value for name, value in config.items() if name not in OF_A_PLAN}
    made = under_each(config, plans, replications)
    if area is not None:
        shared |= {"area": area.slug}
        made = [replace(scenario, area=area) for scenario in made]
    return Study(tuple(made), shared, {plan.name: plan.config for plan in plans}, reference or names[0], replications)


def plan_names(plans: Sequence[Plan], fewest: int, most: int) -> list[str]:
    """The names of plans that are held against each other. ConfigError in one line when there are too few, too many, or one twice."""
    names = [plan.name for plan in plans]
    if not fewest <= len(names) <= most:
        raise ConfigError(f"plans = {show(names)}; expected {fewest} to {most} plans, the first the one that others are compared with")
    if twice := [name for name in names if names.count(name) > 1]:
        raise ConfigError(f"plans = {show(twice[0])}; given twice; expected each plan once")
    return names


def under_each(config: Mapping[str, Any], plans: Sequence[Plan], seeds: int) -> list[Scenario]:
    """The settings as a scenario under each plan, with the first of so many seeds. ConfigError in one line for what cannot be."""
    shared = {name: value for name, value in config.items() if name not in OF_A_PLAN}
    made = [scenario_from({**shared, "output": None, "seed": config["seed"], **plan.config}) for plan in plans]
    for s in made:
        Timetable(s.crisis, s.plan, s.severity, s.first, s.days)  # refused here if these changes cannot be in these days
    if made[0].seed + seeds - 1 > HIGHEST_SEED:
        raise ConfigError(f"seed = {made[0].seed}; expected room for {seeds} replications below {HIGHEST_SEED}")
    return made


def over_sets(study: Study, folder: Path | None) -> Study:
    """The comparison over a folder of parameter sets. ConfigError when a set is none, or numbers of the model were given as well."""
    if folder is None:
        return study
    if study.scenarios[0].parameters != Parameters():
        raise ConfigError(f"sets = {show(str(folder))} and model.* settings; expected one of them: a set says what the numbers are")
    found = sets_from(folder)
    told = {name: digest_of(parameters) for name, parameters in found.items()}
    return replace(study, sets=tuple(found.values()), config={**study.config, "sets": told})


def usual_folder(study: Study, effort: str = "as_written") -> Path:
    """A folder named after the question: asking again finds what is there already."""
    first = study.scenarios[0]
    name = re.sub(r"[^a-zA-Z0-9_-]", "-", f"compare_{first.area.slug}_{first.crisis_name}")
    return OUTPUTS / (f"{name}_{study.key[:8]}" + ("" if effort == "as_written" else f"_{effort}_effort"))


# Doing


def compared(study: Study, folder: Path, hands: Hands, told: Told | None = None, what: str | None = None) -> Compared:
    """Run what is missing of a study in its folder, and gather what there is. ``told`` hears how many shards are done, of how many;
    ``what`` says what these runs are for."""
    check_folder(folder, study)
    with closing(hands.crew(study.replications)) as crew, owned(folder, study):
        shards, failures = study.shards(folder), []
        done = {item.shard.seed for item in finished(folder, shards)}
        missing = [shard for shard in shards if shard.seed not in done]
        try:
            if missing:
                plans, before = len(study.plans), len(done)
                with bar(len(shards) * plans, before * plans, what=what) as shown:
                    failures = run_shards(missing, crew, told or (lambda now, _: shown((before + now) * plans)))
            keep_failures(folder, failures)
        except OSError as problem:
            raise cannot(folder, problem) from None
        return gathered(study, folder, list(finished(folder, shards)), failures)


def keep_failures(folder: Path, failures: Sequence[Failure]) -> None:
    """The table of failures, or none where there are none any more."""
    if failures:
        table = pd.DataFrame([{**vars(failure), "simulated": "yes"} for failure in failures])
        table["reason"] = table["reason"].map(safe_cell)
        write_whole(folder / FAILURES, table.to_csv(index=False, lineterminator="\n").encode())
    else:
        (folder / FAILURES).unlink(missing_ok=True)


def cannot(folder: Path, problem: OSError) -> SavingError:
    """One line for a folder that could be written no longer."""
    return SavingError(
        f"output = {named(folder)}; cannot be written ({why(problem)}); what is finished is safe; asked again, it goes on from there"
    )


def gathered(study: Study, folder: Path, done: Sequence[Finished], failures: Sequence[Failure]) -> Compared:
    """The comparison that the finished shards make."""
    plans = tuple(study.plans)
    tables = stacked((item.raw for item in done), plans)
    there, failed = {item.shard.seed for item in done}, {failure.seed for failure in failures}
    absent = [
        (plan, seed, "", float("nan"), FAILED if seed in failed else MISSING) for seed in study.seeds if seed not in there for plan in plans
    ]
    if absent:
        there_too = [tables["runs"]] if "runs" in tables else []
        tables["runs"] = in_order(pd.concat([*there_too, pd.DataFrame(absent, columns=list(RUN_COLUMNS))], ignore_index=True), plans)
    changes = {scenario.plan_name: scenario.plan for scenario in study.scenarios}
    about = about_of(study.scenarios[0], study.config) | {"sets": len(study.sets), "plans": study.plans, "changes": changes}
    runs = Runs(tables, plans, study.reference, study.replications, about)
    return Compared(runs, folder, pd.DataFrame([vars(f) for f in failures], columns=["seed", "tries", "reason"]))


def about_of(first: Scenario, config: Mapping[str, Any]) -> dict[str, Any]:
    """What the runs of a comparison have in common, for headings."""
    timetable = Timetable(first.crisis, (), first.severity, first.first, first.days)
    began: Any = crisis_start(SimpleNamespace(setup=first, timetable=timetable))  # type: ignore[arg-type]  # it asks no more of a model
    return {
        "area": first.area.name, "slug": first.area.slug, "children": first.area.children, "area_children": whole_area(config),
        "crisis": first.crisis_name,
        "severity": first.severity, "start": first.start, "end": first.end, "first_seed": first.seed,
        "crisis_start": None if began is None else first.start + timedelta(days=began), "version": version("simsafe"),
    }  # fmt: skip


def whole_area(config: Mapping[str, Any]) -> int | None:
    """How many children an area has, however many of them are simulated; None where its own table cannot be found."""
    path = config.get("area_file")
    try:
        return (load_area_file(path) if path else load_area(str(config["area"]))).children
    except ConfigError:
        return None
