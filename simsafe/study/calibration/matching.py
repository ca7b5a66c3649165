"""History matching: wave by wave, what no run and no emulator of runs rules out; then sets of numbers whose own runs come out.

In a wave, points are run, emulators are laid through them, and all that they find too far from a published figure is ruled out: further
than three standard deviations of figure, discrepancy and emulator together. One bad emulator rules nothing out by itself at first: the
third largest implausibility counts in the first wave, the second in the next, then the largest. Next points are drawn evenly
from what is left.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import qmc

from simsafe.ground.files import write_whole
from simsafe.ground.parameter import ConfigError
from simsafe.study.calibration.asked import Asked
from simsafe.study.calibration.emulator import Emulator, fit_emulator
from simsafe.study.calibration.inputs import shares_of, usual_values, values_at
from simsafe.study.calibration.luck import Luck, implausibility, luck_of
from simsafe.study.calibration.problem import Figures, Problem
from simsafe.study.calibration.runs import Keeper, Point
from simsafe.study.calibration.sampling import Fit, Region, draws_by_fit, region, spread_out
from simsafe.study.jobs import UnfinishedError
from simsafe.study.keeping import in_words

CUT = 3.0  # standard deviations: Pukelsheim 1994, 95 % of any distribution with one peak
COUNTS = (3, 2, 1)  # which largest implausibility counts, by wave
SAMPLE = 300  # points drawn from what is left
WAVE_SEEDS, CANDIDATE_SEEDS = 10_000, 1_000_000  # between the first seeds of waves; and of candidates beyond the first seed
STEPS = 2_000  # moves of each candidate from the best point
SHIPPED = "shipped"


@dataclass(frozen=True)
class Tried:
    """A set of numbers that was run: its runs' figures, and how far each fitted figure is, in standard deviations."""

    name: str
    values: dict[str, float]
    runs: list[Figures]
    implausibility: np.ndarray

    @property
    def kept(self) -> bool:
        """Whether no fitted figure rules it out."""
        return bool(self.implausibility.max() < CUT)

    def mean(self, name: str) -> float:
        """A figure on the mean of its runs."""
        return float(np.nanmean([run[name] for run in self.runs])) if any(np.isfinite(run[name]) for run in self.runs) else float("nan")


@dataclass(frozen=True)
class Wave:
    """One wave: what was run, the emulators laid through it, and what they leave."""

    number: int
    tried: list[Tried]
    emulator: Emulator
    variance: np.ndarray  # of the emulator's error in each fitted figure
    left: Region


@dataclass
class Matched:
    """What came of it."""

    problem: Problem
    asked: Asked
    luck: Luck
    shipped: Tried
    waves: list[Wave] = field(default_factory=list)
    candidates: list[Tried] = field(default_factory=list)
    emulator: Emulator | None = None
    fit: Fit | None = None

    @property
    def kept(self) -> list[Tried]:
        """The sets whose own runs are not ruled out, the shipped one among them if it is not."""
        return [one for one in (self.shipped, *self.candidates) if one.kept]


def match(asked: Asked, keeper: Keeper) -> Matched:
    """All waves and candidates. Runs that are there already are not run again. UnfinishedError when too few runs could be done."""
    problem, size = keeper.problem, asked.size
    repeats = tuple(range(asked.seed, asked.seed + size.repeats))
    usual = usual_values(problem.inputs)
    (runs,) = keeper.run("shipped numbers", [Point(usual, repeats)])
    if len(runs) < 2:
        raise UnfinishedError(why(keeper, "of the shipped numbers"))
    luck = luck_of(problem, runs)
    made = Matched(problem, asked, luck, Tried(SHIPPED, usual, runs, implausibility(problem, luck, runs)))
    for number in range(1, size.waves + 1):
        made.waves.append(one_wave(made, keeper, number))
    find_candidates(made, keeper)
    return made


def why(keeper: Keeper, what: str) -> str:
    """What failed, in one line."""
    reason = f" ({keeper.failures[0].reason})" if keeper.failures else ""
    return f"too few runs {what} could be done{reason}; what is finished is safe, and the same command tries again"


# Waves


def one_wave(made: Matched, keeper: Keeper, number: int) -> Wave:
    """Run a wave's points, lay emulators through them and find what they leave."""
    asked, problem, size = made.asked, made.problem, made.asked.size
    rng = np.random.default_rng([asked.seed, number])
    count = size.first if number == 1 else size.points
    shares = kept_design(keeper, f"wave_{number}", lambda: design(made, count, rng))
    first = asked.seed + number * WAVE_SEEDS
    points = [Point(values, (first + i,)) for i, values in enumerate(values_at(problem.inputs, shares))]
    runs = keeper.run(f"wave {number} of {size.waves}", points)
    if sum(bool(some) for some in runs) < max(0.8 * len(points), 10):
        raise UnfinishedError(why(keeper, f"in wave {number}"))
    tried = tried_of(made, f"wave {number}", points, runs)
    emulator, variance = emulate(made, [*(made.waves[-1].tried if made.waves else []), *tried])
    keeper.told(f"wave {number}: {len(tried)} sets run; looking for what is left")
    left = region(lambda some: score_of(made, some, number, (emulator, variance)), CUT, len(problem.inputs), SAMPLE, rng)
    keeper.told(f"wave {number}: {left_in_words(left)}")
    return Wave(number, tried, emulator, variance, left)


def left_in_words(left: Region) -> str:
    """The space left, or that none is."""
    if not left.reached:
        return "nothing is left: no set is within three standard deviations of every figure, as far as the emulators see"
    return f"about 10^{left.log10_share:.1f} of the space is left"


def design(made: Matched, count: int, rng: np.random.Generator) -> np.ndarray:
    """The first wave fills the space (Sobol's sequence, scrambled); later ones what is left of it, their points far apart."""
    if not made.waves:
        return np.clip(qmc.Sobol(len(made.problem.inputs), rng=rng).random(1 << (count - 1).bit_length())[:count], 1e-6, 1 - 1e-6)
    return spread_out(made.waves[-1].left.points, count, rng)


def kept_design(keeper: Keeper, name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
    """A wave's points, kept in the folder so that a calibration that was stopped goes on with the same ones."""
    path, names = keeper.folder / "designs" / f"{name}.csv", [one.name for one in keeper.problem.inputs]
    if path.is_file():
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        try:
            found = np.array([[float(cell) for cell in row] for row in rows[1:]])
        except ValueError:
            found = np.empty(0)
        if rows and rows[0] == names and found.ndim == 2 and found.shape[1:] == (len(names),) and np.all((found >= 0) & (found <= 1)):
            return found
        raise ConfigError(f"output = {str(keeper.folder)!r:.200}; designs/{name}.csv has changed since it was saved; choose another folder")
    found, out = make(), io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(names)
    table.writerows([repr(float(cell)) for cell in row] for row in found)
    with in_words(keeper.folder):
        path.parent.mkdir(exist_ok=True)
        write_whole(path, out.getvalue().encode())
    return found


def tried_of(made: Matched, name: str, points: list[Point], runs: list[list[Figures]]) -> list[Tried]:
    """Points with their runs; those without any are left out."""
    found = []
    for number, (point, some) in enumerate(zip(points, runs, strict=True), 1):
        if some:
            found.append(Tried(f"{name}, set {number}", point.values, some, implausibility(made.problem, made.luck, some)))
    return found


def emulate(made: Matched, tried: list[Tried]) -> tuple[Emulator, np.ndarray]:
    """Emulators laid through runs, and the variance of their error in each fitted figure."""
    problem, every = made.problem, [made.shipped, *tried]
    shares = shares_of(problem.inputs, [one.values for one in every])
    stages = np.stack([problem.stages(one.runs).mean(axis=0) for one in every])
    noise = np.stack([made.luck.of_stages(problem, one.runs).mean(axis=0) / len(one.runs) for one in every])
    emulator = fit_emulator(shares, stages, noise)
    near = emulator.mean(shares[:1])
    step = 0.02
    moves = problem.assembled(np.vstack([near + step * np.eye(near.size), near - step * np.eye(near.size)]))
    slopes = (moves[: near.size] - moves[near.size :]) / (2 * step)
    return emulator, (slopes**2 * emulator.variance[:, None]).sum(axis=0)


def score_of(made: Matched, shares: np.ndarray, number: int, newest: tuple[Emulator, np.ndarray]) -> np.ndarray:
    """How implausible points are to the emulators of all waves so far, each by the largest that counted in its wave."""
    waves = [(wave.number, wave.emulator, wave.variance) for wave in made.waves] + [(number, *newest)]
    return np.max(
        [far(made.problem, shares, emulator, variance, COUNTS[min(n, len(COUNTS)) - 1]) for n, emulator, variance in waves], axis=0
    )


def far(problem: Problem, shares: np.ndarray, emulator: Emulator, variance: np.ndarray, largest: int) -> np.ndarray:
    """The so-many-th largest implausibility of points."""
    away = np.abs(problem.assembled(emulator.mean(shares)) - problem.observed) / np.sqrt(problem.variance + variance)
    place = max(away.shape[1] - largest, 0)
    return np.partition(away, place, axis=1)[:, place]


# Candidates


def find_candidates(made: Matched, keeper: Keeper) -> None:
    """Draw sets in proportion to how well they fit, run each several times, and go on until enough are kept."""
    problem, size, asked = made.problem, made.asked.size, made.asked
    for batch in range(size.batches):
        recent = [one for wave in made.waves[-2:] for one in wave.tried]
        made.emulator, variance = emulate(made, recent + made.candidates)
        made.fit = fit_with(problem, made.emulator, variance)
        if len(made.kept) >= size.wanted:
            return
        rng, fit = np.random.default_rng([asked.seed, 100 + batch]), made.fit
        start = shares_of(problem.inputs, [made.shipped.values])[0]
        shares = kept_design(
            keeper,
            f"candidates_{batch + 1}",
            lambda fit=fit, start=start, rng=rng: draws_by_fit(fit, problem.observed, start, size.candidates, STEPS, rng),
        )
        first = asked.seed + CANDIDATE_SEEDS + batch * WAVE_SEEDS * 10
        seeds = [tuple(range(first + i * size.seeds, first + (i + 1) * size.seeds)) for i in range(len(shares))]
        points = [Point(values, some) for values, some in zip(values_at(problem.inputs, shares), seeds, strict=True)]
        made.candidates += tried_of(made, f"batch {batch + 1}", points, keeper.run(f"candidates, batch {batch + 1}", points))
        keeper.told(f"candidates: {sum(one.kept for one in made.candidates)} of {len(made.candidates)} are not ruled out by their own runs")


def fit_with(problem: Problem, emulator: Emulator, variance: np.ndarray) -> Fit:
    """The fit of points to the fitted figures by an emulator."""

    def mean(shares: np.ndarray) -> np.ndarray:
        return problem.assembled(emulator.mean(shares))

    return Fit(mean, problem.variance + variance)


def plain(value: Any) -> float:
    """A number as it is saved."""
    return float(f"{float(value):.6g}")
