"""``simsafe observer``: what a rational reader of all records would have known, and where harmed children are lost on the way to action."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simsafe.app import DONE
from simsafe.app.arguments import read_arguments
from simsafe.app.compare import listed, whole
from simsafe.app.own_words import own_and_others
from simsafe.app.run import OUTPUTS, check_free, check_writable, free_name
from simsafe.app.words import RESPONSIBLE
from simsafe.ground.parameter import ConfigError
from simsafe.ground.progress import bar
from simsafe.plans.change import show
from simsafe.scenario import Scenario
from simsafe.study.observer.ideal import USUAL_CHILDREN, USUAL_SEEDS, Observed, observed, scenarios_of, usual_name
from simsafe.study.paired import LEAST
from simsafe.study.plan_choice import load_plans

OWN = ("plans", "replications")  # what this command has beside the settings of a run
EXPECTED = {
    "seed": "the first seed, and replications= for how many",
    "multirun": "every plan and seed is run by itself; expected plans= and replications=",
}
SAID = {  # steps in the order in which harmed children are lost, and what is left
    "harmed": "harmed",
    "unmet": "- nobody met the child",
    "silent": "- somebody did, and no sign showed",
    "faint": "- signs too faint to stand out",
    "found_together": "= all records together would show",
    "silos": "- records kept apart",
    "found_apart": "= each agency alone would show",
    "untold": "- not told to social care (net)",
    "found_told": "= what reached social care would show",
    "capacity": "- not acted upon (net)",
    "found_acted": "= found by social care",
}


def observer(words: Sequence[str]) -> int:
    """Simulate, read, score, save and say what came out; nothing is written before all of it has been checked."""
    own, rest = own_settings(words)
    scenarios, output = asked(own, rest)
    if output is not None:
        check_free(Path(output), "output")
        check_writable(Path(output))
    first, plans = scenarios[0], list(dict.fromkeys(s.plan_name for s in scenarios))
    print(f"{first.area.name}, {first.area.children:,} children to begin with; crisis {first.crisis_name}")
    print(f"{len(scenarios) // len(plans)} seeds from {first.seed}, each under {', '.join(plans)}")
    sys.stdout.flush()
    logging.getLogger("MESA").setLevel(logging.WARNING)
    with bar(len(scenarios)) as shown:
        seen = observed(scenarios, lambda done, _: shown(done))
    folder = Path(output) if output is not None else free_name(OUTPUTS, usual_name(scenarios))
    seen.save(folder)
    for line in [*lines(seen), *differences(seen), *believed(seen)]:
        print(line)
    if seen.seeds < LEAST:
        print(f"fewer than {LEAST} seeds: no interval is given, and no difference follows")
    print(f"saved in {folder}")
    print(RESPONSIBLE)
    return DONE


def own_settings(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """What this command has beside the settings of a run, and the words that are left, with fewer children where none were asked for."""
    own, left = own_and_others(words, OWN, EXPECTED)
    twice = next((word for word in left if word.split("=")[0] == "plan" or word.startswith("plan.")), None)
    if "plans" in own and twice is not None:
        raise ConfigError(f"plans = {show(own['plans'])} and {show(twice)[1:-1]}; expected one of plans= and plan=")
    return own, left if any(word.startswith("children=") for word in left) else [*left, f"children={USUAL_CHILDREN}"]


def asked(own: dict[str, str], others: Sequence[str]) -> tuple[list[Scenario], Any]:
    """Every run that is wanted, and the folder asked for."""
    from simsafe.app.compose import compose_jobs
    from simsafe.study.plan_choice import Plan

    words = read_arguments(others)
    (job,) = compose_jobs(words)
    if "plans" in own:
        plans = load_plans(listed(own["plans"]), words.config_dir)
    else:
        plans = [Plan(job.config.get("plan_name", "own_plan"), job.config["plan"], job.config.get("other_plans") or {})]
    replications = whole(own, "replications")
    return scenarios_of(job.config, plans, USUAL_SEEDS if replications is None else replications), job.config["output"]


def lines(seen: Observed) -> Iterator[str]:
    """The steps of each plan and period, mean over seeds, with the interval and the share of those harmed."""
    for (plan, period), rows in seen.table("steps").groupby(["plan", "period"], sort=False):
        at = rows.set_index("step")
        flagged = f"{at.loc['flagged', 'value']:,.0f} of {at.loc['children', 'value']:,.0f} children without a case looked at"
        yield f"{plan}, {period}: {flagged}, mean of {seen.seeds} seeds"
        for step, words in SAID.items():
            row = at.loc[step]
            between = f" ({row['low']:,.1f} to {row['high']:,.1f})" if seen.seeds >= LEAST else ""
            yield f"  {words:<40}{row['value']:>8,.1f}{between:<22}{100 * row['share']:>5.0f} %"
        days = (at.loc[f"days_{name}", "value"] for name in ("together", "acted"))
        together, acted = ("nobody found" if np.isnan(d) else f"{d:.0f}" for d in days)
        yield f"  mean days until found: {together} by all records together, {acted} by social care"


def differences(seen: Observed) -> Iterator[str]:
    """How many more harmed children are found under each further plan than under the first, on the same seeds."""
    for (plan, period), rows in seen.table("differences").groupby(["plan", "period"], sort=False):
        yield f"{plan} less {seen.plans[0]}, {period}:"
        for row in rows[rows["step"].str.startswith("found_")].to_dict("records"):
            between = f" ({row['low']:+,.1f} to {row['high']:+,.1f})" if seen.seeds >= LEAST else ""
            yield f"  {SAID[row['step']].removeprefix('= '):<40}{row['difference']:>+8,.1f}{between}"


def believed(seen: Observed) -> Iterator[str]:
    """Whether beliefs are calibrated: of the children believed harmed with about a probability, the share that was."""
    for (plan, period), rows in seen.table("calibration").groupby(["plan", "period"], sort=False):
        told = rows[rows["children"] > 0].to_dict("records")
        yield f"{plan}, end of {period}: children believed harmed, mean belief, share that was:"
        for row in told:
            apart = "too few to judge" if np.isnan(row["z"]) else f"{abs(row['z']):.1f} standard errors of luck apart"
            between = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %"
            yield f"  {between:<14}{row['children']:>9,}{100 * row['belief']:>8.1f} %{100 * row['share']:>8.1f} %   {apart}"
