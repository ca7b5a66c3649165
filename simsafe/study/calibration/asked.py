"""What a calibration is asked for, checked, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.plans.change import show
from simsafe.results.folder import NOTE
from simsafe.study.calibration.areas import AREA_CHILDREN, area_problem
from simsafe.study.calibration.england import england
from simsafe.study.calibration.inputs import DRAWN, HELD
from simsafe.study.calibration.problem import Problem
from simsafe.study.from_config import HIGHEST_SEED
from simsafe.study.jobs import code_digest
from simsafe.world.area import load_area

SECONDS_A_RUN, SECONDS_A_CHILD = 1.5, 8e-5  # of one core that does nothing else, November 2026
SWEEPS = (DRAWN, HELD)
ROOM = 10_000_000  # seeds that a calibration may use beyond its first


@dataclass(frozen=True)
class Size:
    """How much is run: children of a run, runs of the shipped numbers, points of the first and of later waves, waves, candidates of a
    batch and batches, runs of each candidate, and sets wanted."""

    children: int
    repeats: int
    first: int
    points: int
    waves: int
    candidates: int
    batches: int
    seeds: int
    wanted: int

    @property
    def runs(self) -> int:
        """Runs at most."""
        return self.repeats + self.first + (self.waves - 1) * self.points + self.batches * self.candidates * self.seeds


USUAL = Size(40_000, 12, 256, 150, 3, 50, 3, 2, 50)
AREA = Size(AREA_CHILDREN, 12, 60, 40, 2, 40, 2, 2, 30)
QUICK = Size(1_500, 4, 50, 20, 2, 5, 1, 1, 2)


@dataclass(frozen=True)
class Asked:
    """A calibration, checked. Raises ConfigError in one line for what cannot be."""

    area: str = "england"
    children: int | None = None
    points: int | None = None  # of each wave after the first, which has three for every two
    waves: int | None = None
    seeds: int | None = None  # runs of each candidate
    wanted: int | None = None  # sets to be kept
    seed: int = 1
    sweep: str = DRAWN
    quick: bool = False
    command: str = "simsafe calibrate"

    def __post_init__(self) -> None:
        load_area(self.area)
        if self.sweep not in SWEEPS:
            raise ConfigError(f"sweep = {show(self.sweep)}; expected one of {', '.join(SWEEPS)}{nearest(str(self.sweep)[:40], SWEEPS)}")
        check_number("seed", self.seed, int, 0, HIGHEST_SEED - ROOM, "any whole number")
        limits: Mapping[str, tuple[int, int, str]] = {
            "children": (500, 2_000_000, "children of a run"), "points": (10, 10_000, "sets of numbers tried in a wave"),
            "waves": (1, 20, "waves"), "seeds": (1, 100, "runs of each candidate"), "wanted": (1, 10_000, "sets to keep"),
        }  # fmt: skip
        for name, (low, high, unit) in limits.items():
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), int, low, high, unit)

    @property
    def size(self) -> Size:
        """How much is run."""
        usual = QUICK if self.quick else USUAL if self.area == "england" else AREA
        points = self.points or usual.points
        candidates = max(usual.candidates, -(-(self.wanted or 0) // 2))
        return Size(
            self.children or usual.children, usual.repeats, usual.first if self.points is None else max(3 * points // 2, 10), points,
            self.waves or usual.waves, candidates, usual.batches, self.seeds or usual.seeds, self.wanted or usual.wanted,
        )  # fmt: skip

    @property
    def swept(self) -> str:
        """Whether the numbers that no figure identifies are drawn, or held but for prevalence, as a quick look holds them."""
        return HELD if self.quick else self.sweep

    @property
    def problem(self) -> Problem:
        """What is calibrated."""
        if self.area == "england":
            return england(self.size.children, self.swept)
        return area_problem(self.area, self.size.children)

    @property
    def seconds(self) -> float:
        """About how long it takes at most on one core."""
        return self.size.runs * (SECONDS_A_RUN + SECONDS_A_CHILD * self.size.children)

    @property
    def about(self) -> dict[str, Any]:
        """Everything that a calibration depends on, as plain data."""
        problem = self.problem
        ranges = [(one.name, one.low, one.high, one.logarithmic, one.usual) for one in problem.inputs]
        return {
            "simulated": True, "note": NOTE, "area": self.area, "seed": self.seed, "sweep": self.swept, "quick": self.quick,
            **{name: value for name, value in vars(self.size).items()},
            "targets": sha256(repr(problem.targets).encode()).hexdigest(), "ranges": sha256(repr(ranges).encode()).hexdigest(),
            "code": sha256((code_digest() + calibration_digest()).encode()).hexdigest(),
        }  # fmt: skip


def calibration_digest() -> str:
    """SHA-256 of the code of calibrations."""
    here = Path(__file__).parent
    paths = [here.parent / "fit.py", *sorted(here.glob("*.py"))]
    return sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in paths)).hexdigest()
