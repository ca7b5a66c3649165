"""Running the model over the months to be predicted, many times, and sealing what comes out.

Each run leaves one small file of draws, found again by a hash of all that it depends on; so the work can be stopped at any time and
goes on where it was. The predictions are made of the draws when all are there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.files import write_whole
from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.ground.progress import bar
from simsafe.plans.change import show
from simsafe.results.folder import NOTE, input_digests
from simsafe.saving import fingerprint
from simsafe.scenario import Parameters, Scenario
from simsafe.study.from_config import HIGHEST_SEED, scenario_for
from simsafe.study.jobs import SHARDS, Shard, code_digest, unpacked, write
from simsafe.study.keeping import alone, finished, in_words, tidy
from simsafe.study.parameter_sets import digest_of, sets_from
from simsafe.study.runner import Failure, Hands, run_shards
from simsafe.study.validation.drawing import drawn, run_dates
from simsafe.study.validation.sealing import MANIFEST, check_unsealed, predictions_text, sealed
from simsafe.study.validation.spread import at_real_size, quantiles, ratios
from simsafe.study.validation.terms import (
    ENOUGH_DRAWS,
    FLOW,
    GEOGRAPHIES,
    LEVELS,
    PER_HEAD,
    RATIO,
    SERIES,
    Period,
    base_of,
    scale_of,
    wanted,
)
from simsafe.world.area import load_area

CRISIS, PLAN = "covid19_england", "as_happened_2020"
USUAL_CHILDREN = 100_000  # of England; the seven areas but Birmingham and two counties are smaller
USUAL_SEEDS = 40
SEEDS_APART = 1_000  # between the first seeds of two parameter sets, so that no two share their luck
SECONDS_A_RUN, SECONDS_A_CHILD = 4.0, 1.1e-4  # of one core that does nothing else, November 2026


@dataclass(frozen=True)
class Asked:
    """What is to be predicted, checked. Raises ConfigError in one line."""

    geographies: tuple[str, ...] = GEOGRAPHIES
    seeds: int | None = None  # of each parameter set; without it as many as make enough draws, and two at least
    seed: int = 1  # the first
    children: int | None = None  # at most so many of each; without it an area is simulated whole, and USUAL_CHILDREN of England
    sets: Path | None = None
    command: str = "simsafe predict"

    def __post_init__(self) -> None:
        for name in self.geographies:
            if name not in GEOGRAPHIES:
                raise ConfigError(f"geographies = {show(name)}; not one of the plan's{nearest(str(name)[:60], GEOGRAPHIES)}")
        if not self.geographies or len(set(self.geographies)) < len(self.geographies):
            raise ConfigError(f"geographies = {show(','.join(self.geographies))}; expected one or more of the plan's, each once")
        check_number("seeds", self.each, int, 2, SEEDS_APART, "runs of each parameter set")
        check_number("seed", self.seed, int, 0, HIGHEST_SEED - 10_000_000, "any whole number")
        if self.children is not None:
            check_number("children", self.children, int, 500, 2_000_000, "children simulated of each geography, at most")

    @cached_property
    def parameters(self) -> Mapping[str, Parameters]:
        """The parameter sets by name."""
        return sets_from(self.sets)

    @property
    def each(self) -> int:
        """How many runs each parameter set has."""
        return max(2, -(-USUAL_SEEDS // len(self.parameters))) if self.seeds is None else self.seeds

    def simulated(self, geography: str) -> int:
        """How many of an area's children are simulated."""
        usual = USUAL_CHILDREN if geography == "england" else 2_000_000
        return min(self.children or usual, load_area(geography).children)

    @property
    def seconds(self) -> float:
        """About how long all of it takes on one core."""
        runs = self.each * len(self.parameters)
        return runs * sum(SECONDS_A_RUN + SECONDS_A_CHILD * self.simulated(name) for name in self.geographies)


@dataclass(frozen=True)
class Made:
    """What came of it: where the predictions are, None when some runs are missing, and what failed."""

    manifest: Path | None
    failures: list[Failure] = field(default_factory=list)


def predict(asked: Asked, output: Path, draws: Path, hands: Hands) -> Made:
    """Do what is missing of the runs and, when all are there, write the predictions and their manifest.

    Raises
    ------
    ConfigError
        One line: what was asked for cannot be, other predictions are sealed in ``output``, or it cannot be written.
    SavingError
        The folder of draws can no longer be written; what is finished is safe.
    """
    shards = shards_of(asked, draws)
    about = manifest_of(asked) | {"plan_of_the_test": plan_digest(output)}
    check_unsealed(output, about)
    with alone_in(draws):
        have = {f.shard.job: f.raw for f in finished(draws, shards)}
        missing = [shard for shard in shards if shard.job not in have]
        failures: list[Failure] = []
        if missing:
            before = len(have)
            with bar(len(shards), before) as shown:
                failures = run_shards(missing, hands.crew(len(missing)), lambda now, _: shown(before + now), draw)
            have = {f.shard.job: f.raw for f in finished(draws, shards)}
    if failures or len(have) < len(shards):
        return Made(None, failures)
    files = {f"{name}.csv": predictions_text(predictions(asked, name, draws, have)) for name in asked.geographies}
    with in_words(output):
        output.mkdir(parents=True, exist_ok=True)
        for name, raw in files.items():
            write_whole(output / name, raw)
        write_whole(output / MANIFEST, sealed(about, files))
    return Made(output / MANIFEST)


def manifest_of(asked: Asked) -> dict[str, Any]:
    """What the predictions are made of; the digests of the files are added when they are there."""
    return {
        "simulated": True, "note": NOTE, "simsafe": version("simsafe"), "code": code_digest(),
        "code_of_predictions": drawing_digest(("drawing.py", "terms.py", "spread.py", "predicting.py")), "command": asked.command,
        "crisis": CRISIS, "plan": PLAN, "seeds": [asked.seed, asked.seed + asked.each - 1], "seeds_apart": SEEDS_APART,
        "parameters": {name: digest_of(parameters) for name, parameters in asked.parameters.items()},
        "children": {n: {"area": load_area(n).children, "simulated": asked.simulated(n)} for n in asked.geographies},
        "draws": asked.each * len(asked.parameters), "trial": trial(asked), "levels": list(LEVELS),
    }  # fmt: skip


def trial(asked: Asked) -> bool:
    """Whether this is too little to be held against outcomes: too few draws, or not all geographies."""
    return asked.each * len(asked.parameters) < ENOUGH_DRAWS or set(asked.geographies) != set(GEOGRAPHIES)


# Runs


def shards_of(asked: Asked, folder: Path, only: str | None = None) -> list[Shard]:
    """One shard a geography, parameter set and seed, in that order; of one geography only when it is named."""
    made = []
    for geography in asked.geographies if only is None else (only,):
        for place, (name, parameters) in enumerate(asked.parameters.items()):
            seed_of_set = asked.seed + place * SEEDS_APART
            first = scenario_of(geography, parameters, asked.simulated(geography), asked.seed)
            inputs = sorted(input_digests(first).items())
            key = sha256(json.dumps([code_digest(), drawing_digest(), inputs, fingerprint(first)]).encode()).hexdigest()
            about = json.dumps({"geography": geography, "set": name, "simulated": True})
            for seed in range(seed_of_set, seed_of_set + asked.each):
                scenario = scenario_of(geography, parameters, asked.simulated(geography), seed)
                made.append(Shard(seed, (scenario,), key, folder / SHARDS, about))
    return made


def scenario_of(geography: str, parameters: Parameters, children: int, seed: int) -> Scenario:
    """England or an area through the crisis as it happened, with what areas did about it."""
    from dataclasses import replace

    start, end = (str(day) for day in run_dates())
    made = scenario_for(area=geography, crisis=CRISIS, plan=PLAN, children=max(children, 500), seed=seed, start=start, end=end)
    return replace(made, parameters=parameters)


def drawing_digest(names: tuple[str, ...] = ("drawing.py", "terms.py")) -> str:
    """SHA-256 of the code that reads a run."""
    here = Path(__file__).parent
    return sha256(b"".join((here / name).read_bytes() for name in names)).hexdigest()


def plan_digest(output: Path) -> str | None:
    """SHA-256 of the plan beside the predictions, where there is one."""
    plan = output.resolve().parent / "plan.md"
    return sha256(plan.read_bytes()).hexdigest() if plan.is_file() else None


def draw(shard: Shard) -> str:
    """Simulate one run and save its draws; the name of their file."""
    from simsafe.model import SafeguardingModel

    model = SafeguardingModel(shard.scenarios[0])
    while model.running:
        model.step()
    return write(shard, {"draws": drawn(model)})


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Inside, this process alone works in the folder of draws, and nothing half-written lies in it."""
    with in_words(folder):
        (folder / SHARDS).mkdir(parents=True, exist_ok=True)
    with alone(folder, f"draws = {show(str(folder))}; predictions are being made there already; wait, or choose another folder"):
        with in_words(folder):
            tidy(folder)
        yield


# From draws to predictions


def predictions(asked: Asked, geography: str, folder: Path, have: Mapping[str, bytes]) -> pd.DataFrame:
    """One row for each value predicted of a geography, in its unit and as a ratio to the last ordinary year: quantiles of the draws."""
    shards = shards_of(asked, folder, geography)
    tables = [unpacked(have[shard.job])["draws"] for shard in shards]
    keys = tables[0][["series", "category", "first", "last"]].itertuples(index=False, name=None)
    shape = (len(asked.parameters), asked.each)
    columns = np.array([table["value"].to_numpy(dtype=np.float64) for table in tables])
    share = asked.simulated(geography) / load_area(geography).children
    draws = {}
    for i, key in enumerate(keys):
        grows = SERIES[key[0]].kind == FLOW or key[0] in PER_HEAD
        draws[key] = at_real_size(columns[:, i].reshape(shape) / (share if grows else 1.0), share)
    rows = [row for series, category, period in wanted() for row in both_units(geography, series, category, period, draws)]
    return pd.DataFrame(rows)


def both_units(geography: str, series: str, category: str, period: Period, draws: Mapping[Any, np.ndarray]) -> Iterator[dict[str, Any]]:
    """A value's row in its own unit and, where the run knows the last ordinary year, as a ratio to it."""
    base, values = base_of(period), draws[series, category, str(period.first), str(period.last)]
    over = ratios(values, draws[series, category, str(base.first), str(base.last)] * scale_of(series, period))
    for unit, found in ((SERIES[series].unit, values), (RATIO, over)):
        known = int(np.count_nonzero(np.isfinite(found)))
        if known * 2 > found.size:  # a ratio or a share of nothing is not predicted
            yield {
                "date_start": str(period.first), "date_end": str(period.last), "period": period.kind, "geography": geography,
                "series": series, "category": category, "unit": unit, "draws": known,
                **{f"q{level}": round_to(q) for level, q in zip(LEVELS, quantiles(found), strict=True)},
            }  # fmt: skip


def round_to(value: float, digits: int = 6) -> float:
    """A number with so many digits that count."""
    return float(f"{value:.{digits}g}")
