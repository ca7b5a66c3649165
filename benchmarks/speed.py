"""How fast a full run is, and what a child costs in memory: one JSON object on the last line.

    taskset -c 0 python benchmarks/speed.py [--children 70000] [--repeat 1] [--json-only] [--steps]

The full model: a sample of England, crisis ``covid19_england``, plan ``as_happened_2020``, 1 April 2019 to 31 March 2022, with
the warm-up before it. Every run has a fresh process of its own, one thread each; this process only starts them and imports
nothing heavy, because a child process begins with the peak memory of the one that started it.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import os
import platform
import pstats
import resource
import subprocess
import sys
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "BLIS", "VECLIB_MAXIMUM")}
START, END = date(2019, 4, 1), date(2022, 3, 31)
EARLY, LATE = range(20, 61), range(980, 1021)  # days counted from the first day of the warm-up, both ends included
SMALLEST = 5000  # children; the smaller run of the pair for memory has a tenth of them
KB = 1 if sys.platform == "darwin" else 1024  # unit of ru_maxrss, bytes


def one_run(children: int, steps: bool) -> dict[str, Any]:
    """Build and run once in this process, timing every step."""
    from simsafe.model import SafeguardingModel
    from simsafe.study.from_config import scenario_for

    scenario = scenario_for(
        area="england",
        crisis="covid19_england",
        plan="as_happened_2020",
        start=START.isoformat(),
        end=END.isoformat(),
        children=children,
        seed=1,
    )
    begun = perf_counter()
    model = SafeguardingModel(scenario)
    built = perf_counter()
    profile = cProfile.Profile() if steps else None
    took = []
    if profile:
        profile.enable()
    gc.collect()
    first = before = perf_counter()
    for _ in range(scenario.days):
        model.step()
        after = perf_counter()
        took.append(after - before)
        before = after
    run = before - first
    if profile:
        profile.disable()
        print_steps(profile)
    school = [day for day in range(scenario.days) if model.calendar.school_day[day]]
    return {
        "children": children,
        "days": scenario.days,
        "warm_up_days": scenario.warm_up_days,
        "build_seconds": built - begun,
        "run_seconds": run,
        "steps": {name: step_times(took, days, school, scenario.first) for name, days in (("early", EARLY), ("late", LATE))},
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KB,
        "digest": model.log.digest,
    }


def step_times(took: list[float], days: range, school: list[int], first: date) -> dict[str, Any]:
    """Median milliseconds of the steps of some days: of the school days among them, and of all."""
    chosen = [took[day] for day in days if day in set(school)]
    span = f"{first + timedelta(days=days[0])} to {first + timedelta(days=days[-1])}"
    return {
        "days": f"{days[0]}-{days[-1]} from the first day of the warm-up: {span}",
        "school_days": len(chosen),
        "median_ms_school_days": round(1000 * median(chosen), 3),
        "median_ms_all_days": round(1000 * median(took[days[0] : days[-1] + 1]), 3),
    }


def print_steps(profile: cProfile.Profile, most: int = 10) -> None:
    """The ten phases that took longest: functions called by ``model.py`` and not in it, with all that they call."""
    phases = []
    for (path, _, name), (*_, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        seconds = sum(times[3] for (caller, *_), times in callers.items() if caller.endswith("/simsafe/model.py"))
        if "/simsafe/" in path and not path.endswith("/simsafe/model.py"):
            phases.append((seconds, name, Path(path).relative_to(Path(path).parents[1])))
    print("slowest phases, seconds under the profiler (which slows all of them)")
    for seconds, name, path in sorted(phases, reverse=True)[:most]:
        print(f"  {seconds:8.2f}  {path.as_posix()} {name}")


def in_its_own_process(children: int, steps: bool = False) -> tuple[dict[str, Any], list[str]]:
    """One run in a fresh process: its figures, and the lines it printed before them."""
    words = [sys.executable, __file__, "--children", str(children), "--inside", *(["--steps"] if steps else [])]
    done = subprocess.run(words, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True, check=True)
    *said, last = done.stdout.splitlines()
    return json.loads(last), said


def measured(children: int, repeat: int) -> dict[str, Any]:
    """The whole measurement: the median of ``repeat`` runs, and one with a tenth of the children for memory."""
    runs = [in_its_own_process(children)[0] for _ in range(repeat)]
    small, _ = in_its_own_process(children // 10)
    middle = sorted(runs, key=lambda run: run["run_seconds"])[(repeat - 1) // 2]
    if len({run["digest"] for run in runs}) > 1:
        raise SystemExit("runs of the same scenario gave different event logs")
    reported = (END - START).days + 1
    early, late = middle["steps"]["early"], middle["steps"]["late"]
    return {
        "child_days_per_s": round(children * middle["days"] / middle["run_seconds"]),
        "counted": "children x simulated days / wall seconds of all steps, the warm-up counted in both, as the yardstick counts its steps",
        "reported_child_days_per_s": round(children * reported / middle["run_seconds"]),
        "children": children,
        "days": middle["days"],
        "reported_days": reported,
        "warm_up_days": middle["warm_up_days"],
        "build_seconds": round(middle["build_seconds"], 3),
        "run_seconds": round(middle["run_seconds"], 3),
        "all_run_seconds": [round(run["run_seconds"], 3) for run in runs],
        "bytes_per_child": round((middle["peak_bytes"] - small["peak_bytes"]) / (children - children // 10)),
        "peak_mb": {str(run["children"]): round(run["peak_bytes"] / 1e6, 1) for run in (small, middle)},
        "median_step_ms": {"early": early, "late": late},
        "late_to_early": round(late["median_ms_school_days"] / early["median_ms_school_days"], 3),
        "late_to_early_all_days": round(late["median_ms_all_days"] / early["median_ms_all_days"], 3),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in ("numpy", "mesa", "simsafe")}},
        "digest": middle["digest"],
    }


def main() -> None:
    """Read the words, measure, print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--children", type=int, default=70_000, help=f"how many, at least {SMALLEST}")
    ask.add_argument("--repeat", type=int, default=1, help="runs, of which the middle one counts")
    ask.add_argument("--json-only", action="store_true", help="nothing but the JSON line, not even with --steps")
    ask.add_argument("--steps", action="store_true", help="first, a run under the profiler: the ten slowest phases")
    ask.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.inside:
        print(json.dumps(one_run(given.children, given.steps)))
        return
    if given.children < SMALLEST or given.repeat < 1:
        ask.error(f"expected --children of at least {SMALLEST} and --repeat of at least 1")
    if given.steps and not given.json_only:
        print("\n".join(in_its_own_process(given.children, steps=True)[1]))
    print(json.dumps(measured(given.children, given.repeat)))


if __name__ == "__main__":
    main()
