"""Runs of a calibration: each in one file that appears whole or not at all and is found again by a hash of all that it depends on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from simsafe.ground.files import named, write_whole
from simsafe.ground.parameter import ConfigError
from simsafe.ground.progress import bar
from simsafe.plans.change import show
from simsafe.results.folder import input_digests
from simsafe.saving import fingerprint
from simsafe.study.calibration.problem import Figures, Problem
from simsafe.study.jobs import SHARDS, Shard, code_digest, unpacked
from simsafe.study.keeping import LOCK, alone, being_made, finished, in_words, read_about, sealed, tidy
from simsafe.study.runner import Failure, Hands, run_shards

ABOUT = "study.json"
DIFFERS = "another calibration's folder"
Told = Callable[[str], object]


@dataclass(frozen=True)
class Point:
    """A set of numbers, and the seeds that it is run with."""

    values: dict[str, float]
    seeds: tuple[int, ...]


@dataclass
class Keeper:
    """The folder of a calibration and those who do its runs. ``failures`` has every run that could not be done."""

    problem: Problem
    folder: Path
    hands: Hands
    told: Told = lambda text: print(text, file=sys.stderr)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    done: int = 0

    def run(self, what: str, points: Sequence[Point]) -> list[list[Figures]]:
        """The figures of every point's runs, in order; a run that failed twice is left out and counted."""
        shards = [self.shard(point, seed) for point in points for seed in point.seeds]
        have = {item.shard.job: item.raw for item in finished(self.folder, shards)}
        missing = list({shard.job: shard for shard in shards if shard.job not in have}.values())
        if missing:
            began = perf_counter()
            before = len(shards) - len(missing)
            with bar(len(shards), before, what=what) as shown:
                self.failures += run_shards(missing, self.hands.crew(len(missing)), lambda now, _: shown(before + now), self.problem.job)
            self.seconds, self.done = self.seconds + perf_counter() - began, self.done + len(missing)
            have = {item.shard.job: item.raw for item in finished(self.folder, shards)}
        told = {job: figures_in(raw) for job, raw in have.items()}
        jobs = iter(shard.job for shard in shards)
        return [[told[job] for job in [next(jobs) for _ in point.seeds] if job in told] for point in points]

    def shard(self, point: Point, seed: int) -> Shard:
        """What there is to do for one run."""
        scenario = self.problem.scenario(point.values, seed)
        key = sha256(json.dumps([self._inputs, fingerprint(scenario)]).encode()).hexdigest()
        about = json.dumps({"calibration": self.problem.slug, "numbers": point.values, "simulated": True})
        return Shard(seed, (scenario,), key, self.folder / SHARDS, about)

    @cached_property
    def _inputs(self) -> list[Any]:
        """What all runs depend on but their scenario: code and data."""
        scenario = self.problem.scenario({one.name: one.usual for one in self.problem.inputs}, 1)
        return [code_digest(), reading_digest(), sorted(input_digests(scenario).items())]


def figures_in(raw: bytes) -> dict[str, float]:
    """A run's figures from its file."""
    table = unpacked(raw)["figures"]
    return dict(zip(table["name"], table["value"].astype(float), strict=True))


def reading_digest() -> str:
    """SHA-256 of the code that reads a run."""
    here = Path(__file__).parent
    paths = (here.parent / "fit.py", here / "england.py", here / "areas.py")
    return sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in paths)).hexdigest()


@contextmanager
def alone_in(folder: Path, about: dict[str, Any]) -> Iterator[None]:
    """Inside, this process alone works in the folder, and the folder is this calibration's.

    Raises
    ------
    ConfigError
        One line: something else is in it, another calibration is, another process is at work there, or nothing may be written.
    """
    check_folder(folder, about)
    with in_words(folder):
        (folder / SHARDS).mkdir(parents=True, exist_ok=True)
    with alone(folder, being_made(folder, "a calibration")):
        with in_words(folder):
            tidy(folder)
            if not (folder / ABOUT).exists():
                write_whole(folder / ABOUT, sealed(about))
        yield


def check_folder(folder: Path, about: dict[str, Any]) -> None:
    """Refuse a file, a folder with something else in it, and another calibration's, naming what differs."""
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise ConfigError(f"output = {named(folder)}; {named(part)} is a file; expected the path of a folder")
    if not folder.is_dir():
        return
    with in_words(folder):
        inside = {path.name for path in folder.iterdir()}
    if ABOUT in inside:
        earlier = read_about(folder)
        plain = json.loads(json.dumps(about))
        for name, value in plain.items():
            if earlier.get(name) != value:
                change = (
                    "simsafe's own code has changed" if name == "code" else f"{name} was {show(earlier.get(name))} and is now {show(value)}"
                )
                raise ConfigError(f"output = {named(folder)}; {DIFFERS}: {change}; choose another folder with output=")
    elif inside - {LOCK, SHARDS} or ((folder / SHARDS).is_dir() and any((folder / SHARDS).iterdir())):
        raise ConfigError(f"output = {named(folder)}; there is something in it that is no calibration; expected a new or empty folder")
