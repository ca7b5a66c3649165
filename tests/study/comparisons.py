"""Small comparisons for tests: runs of some plans under some seeds, as a runner would hand them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from small_worlds import run, small

from simsafe.plans.change import Change
from simsafe.results.kept import kept
from simsafe.scenario import Parameters
from simsafe.study.runs import Runs


def stacked(
    plans: Mapping[str, tuple[Change, ...]], seeds: Sequence[int], reference: str, children: int = 500, parameters: Parameters | None = None
) -> Runs:
    """What the runs of these plans keep: each from its first day to its last, nothing shared."""
    parts, rows = {}, []
    for seed in seeds:
        for name, plan in plans.items():
            model = run(small(children, plan=plan, plan_name=name, seed=seed, parameters=parameters or Parameters()))
            for table, own in kept(model).items():
                front = pd.DataFrame({"plan": name, "seed": seed}, index=own.index)
                parts.setdefault(table, []).append(pd.concat([front, own], axis=1))
            rows.append((name, seed, model.log.digest, 1.0, "finished"))
    tables = {name: pd.concat(some, ignore_index=True) for name, some in parts.items()}
    tables["runs"] = pd.DataFrame(rows, columns=["plan", "seed", "digest", "seconds", "status"])
    return Runs(tables, tuple(plans), reference, len(seeds), {"changes": dict(plans)})
