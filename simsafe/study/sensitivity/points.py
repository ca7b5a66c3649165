"""Runs at points of the space of numbers: what is missing is run, what is there is read, and each answer stays with its own point.

A point is a seed and the numbers that are moved. Its file is found by a hash of everything that it depends on, so an answer can never
be taken for that of another point, whatever was run before and whatever failed. The folder is kept as that of a comparison is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from simsafe.ground.progress import bar
from simsafe.study.comparison import cannot
from simsafe.study.jobs import SHARDS, Shard, Study, unpacked
from simsafe.study.keeping import check_folder, finished, owned
from simsafe.study.paired import ripe
from simsafe.study.runner import Failure, Hands, Job, Told, run_shards
from simsafe.study.sensitivity.measuring import MEASURES, TABLE, measure, measuring_digest
from simsafe.study.sensitivity.space import parameters_at


@dataclass(frozen=True)
class Point:
    """A seed, and the numbers that are not as in force."""

    seed: int
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers:
    """``values`` (points, plans, measures) in the order asked; nan where a run is missing or there was nothing to count."""

    values: np.ndarray
    plans: tuple[str, ...]
    reference: str
    failures: tuple[Failure, ...] = ()

    @property
    def there(self) -> np.ndarray:
        """bool, one a point: all its runs are there."""
        return ~np.isnan(self.values).all(axis=(1, 2))

    @property
    def enough(self) -> bool:
        """Whether so many of the runs are there that something may be ranked."""
        return ripe(int(self.there.sum()), len(self.there))

    @property
    def counted(self) -> str:
        """How many points are answered: "118 of 120 points"."""
        return f"{int(self.there.sum())} of {len(self.there)} points"

    def outcomes(self) -> dict[tuple[str, str], np.ndarray]:
        """By measure and plan, one number a point: the measure under the reference, and of each other plan its difference from that."""
        usual = self.plans.index(self.reference)
        made = {}
        for k, name in enumerate(MEASURES):
            made[name, self.reference] = self.values[:, usual, k]
            for i, plan in enumerate(self.plans):
                if plan != self.reference:
                    made[name, plan] = self.values[:, i, k] - self.values[:, usual, k]
        return made

    def failed(self) -> list[str]:
        """Why points failed, in one line a reason, the commonest first."""
        return [f"{count} points: {reason}" for reason, count in Counter(f.reason for f in self.failures).most_common()]


@dataclass(frozen=True)
class Bench:
    """Where points are answered: the plans under the first seed and the numbers in force, the folder, and who does the work."""

    study: Study
    folder: Path
    hands: Hands
    told: Told | None = None
    job: Job = measure

    def shards(self, points: Sequence[Point]) -> list[Shard]:
        """What there is to do, a point each."""
        base = json.dumps([self.study.key, measuring_digest()])
        made = []
        for point in points:
            parameters = parameters_at(self.study.scenarios[0].parameters, point.values)
            scenarios = tuple(replace(s, seed=point.seed, parameters=parameters) for s in self.study.scenarios)
            key = sha256(f"{base}|{parameters!r}".encode()).hexdigest()
            about = json.dumps({"simulated": True, "seed": point.seed, "moved": dict(point.values)})
            made.append(Shard(point.seed, scenarios, key, self.folder / SHARDS, about))
        return made

    def answer(self, points: Sequence[Point]) -> Answers:
        """Run what is missing of these points and read them all. Two points that are the same are run once.

        Raises
        ------
        ConfigError, SavingError
            As :func:`simsafe.study.comparison.compared`.
        """
        check_folder(self.folder, self.study)
        with owned(self.folder, self.study):
            shards = self.shards(points)
            each = {shard.job: shard for shard in shards}
            have = self.read(each)
            missing = [shard for job, shard in each.items() if job not in have]
            failures: list[Failure] = []
            if missing:
                before = len(have)
                with closing(self.hands.crew(len(missing))) as crew, bar(len(each), before) as shown:
                    try:
                        failures = run_shards(missing, crew, self.told or (lambda now, _: shown(before + now)), self.job)
                    except OSError as problem:
                        raise cannot(self.folder, problem) from None
                have |= self.read({shard.job: shard for shard in missing})
        plans = tuple(s.plan_name for s in self.study.scenarios)
        nothing = np.full((len(plans), len(MEASURES)), np.nan)
        values = np.array([have.get(shard.job, nothing) for shard in shards]).reshape(len(shards), *nothing.shape)
        return Answers(values, plans, self.study.reference, tuple(failures))

    def read(self, shards: Mapping[str, Shard]) -> dict[str, np.ndarray]:
        """The answers that are there, by job: (plans, measures)."""
        plans = [s.plan_name for s in self.study.scenarios]
        found = {}
        for item in finished(self.folder, list(shards.values())):
            table: Any = unpacked(item.raw)[TABLE]
            wide = table.pivot(index="plan", columns="measure", values="value")
            found[item.shard.job] = wide.reindex(index=plans, columns=list(MEASURES)).to_numpy(dtype=np.float64)
        return found
