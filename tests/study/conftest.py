"""A small comparison: a plan, the same plan under another name, and the plan with doorstep rounds, under some seeds."""

from datetime import date

import pandas as pd
import pytest
from small_worlds import run, small, turned

from simsafe.results.kept import kept
from simsafe.study.runs import Runs

SEEDS = (1, 2, 3, 4, 5)
ROUNDS = turned((date(2020, 4, 1), date(2020, 6, 12)), school_doorstep_weeks=1.0)
PLANS = {"waiting": (), "again": (), "rounds": ROUNDS}


def stacked(plans, seeds, reference, children=500, planned=None):
    """Runs of some plans under some seeds, as a runner would hand them over."""
    parts, rows = {}, []
    for seed in seeds:
        for name, plan in plans.items():
            model = run(small(children, plan=plan, plan_name=name, seed=seed))
            for table, rows_kept in kept(model).items():
                parts.setdefault(table, []).append(
                    pd.concat([pd.DataFrame({"plan": name, "seed": seed}, index=rows_kept.index), rows_kept], axis=1)
                )
            rows.append((name, seed, model.log.digest, 1.0, "finished"))
    tables = {name: pd.concat(some, ignore_index=True) for name, some in parts.items()}
    tables["runs"] = pd.DataFrame(rows, columns=["plan", "seed", "digest", "seconds", "status"])
    return Runs(tables, tuple(plans), reference, planned or len(seeds))


@pytest.fixture(scope="session")
def compared():
    return stacked(PLANS, SEEDS, "waiting")
