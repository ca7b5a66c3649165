"""Drawing sets of numbers: from all that is not ruled out, with the share of the space that is left; and in proportion to their fit.

A point is a row of coordinates from 0 to 1; the space is the box of them. Moves are slices (Neal 2003) along lines on which the numbers of
a normal, fitted to the region or to the density, do not depend on one another: nothing has to be tuned, and thin regions in many dimensions
are followed. The space left is found by subset simulation (Au and Beck 2001): regions inside regions, each a fifth of the one before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Score = Callable[[np.ndarray], np.ndarray]  # points, one a row: a number each, small where a point is good
Density = Callable[[np.ndarray, np.ndarray], np.ndarray]  # points and which chain each belongs to: log density
PART = 0.2  # of the points that the next region keeps
MOST_LEVELS = 80
MOVES = 12  # of each point at each level
LENGTH = 8.0  # standard deviations of the bell that a move may span
MOST_SHRINKS = 60
WIDER = 1.5  # than the points it is fitted to, in variance: corners are reached sooner
SLOWEST = 0.01  # share by which a region must be nearer than the one before, or nothing nearer is looked for
EVEN = 1 / 12  # variance of a coordinate over its range


def in_box(points: np.ndarray) -> np.ndarray:
    """Which points have every number within its range."""
    return np.all((points > 0) & (points < 1), axis=1)


@dataclass(frozen=True)
class Region:
    """Points drawn evenly from what is not ruled out, and its share of the whole space (base-10 logarithm). ``reached``: whether there is
    any of it."""

    points: np.ndarray
    log10_share: float
    reached: bool


@dataclass(frozen=True)
class Bell:
    """A normal distribution, of one chain or one each: mean (n, d) and the lower triangle of its covariance (n, d, d)."""

    mean: np.ndarray
    triangle: np.ndarray

    def draw(self, size: int, rng: np.random.Generator) -> np.ndarray:
        """One point a chain."""
        z = rng.standard_normal((size, self.mean.shape[-1]))
        return self.mean + np.einsum("...ij,...j->...i", self.triangle, z)


def bell_of(points: np.ndarray) -> Bell:
    """A normal with the mean and the covariance of points, a little wider where they are few."""
    few = points.shape[1] / max(len(points), 1)
    covariance = WIDER * np.cov(points.T) + np.diag(np.var(points, axis=0) * min(few, 1.0) + 1e-9)
    return Bell(points.mean(axis=0)[None], np.linalg.cholesky(covariance)[None])


def moved(points: np.ndarray, density: Density, bell: Bell, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Points after so many moves, each of which leaves ``density`` as it is. Every point must have a density above nothing.

    A move goes along one column of the bell's triangle: one number and, with it, those after it that it trades off with.
    """
    now, every = points.copy(), np.arange(len(points))
    held, columns = density(now, every), bell.triangle.shape[-1]
    for _ in range(steps):
        which = rng.integers(columns, size=len(now))
        along = bell.triangle[0].T[which] if len(bell.triangle) == 1 else bell.triangle[every, :, which]
        level = held + np.log(rng.random(len(now)))
        low = -LENGTH * rng.random(len(now))
        high, waiting = low + LENGTH, every
        for _ in range(MOST_SHRINKS):
            step = low[waiting] + rng.random(len(waiting)) * (high[waiting] - low[waiting])
            tried = now[waiting] + step[:, None] * along[waiting]
            found = density(tried, waiting)
            good = found > level[waiting]
            now[waiting[good]], held[waiting[good]] = tried[good], found[good]
            waiting, step = waiting[~good], step[~good]
            if not waiting.size:
                break
            below = step < 0
            low[waiting[below]], high[waiting[~below]] = step[below], step[~below]
    return now


def region(score: Score, cut: float, dimensions: int, size: int, rng: np.random.Generator) -> Region:
    """``size`` points with a score below ``cut``, evenly over all such, and their share of the space."""
    points = rng.random((size, dimensions))
    scores, log_share, best = score(points), 0.0, np.inf
    for _ in range(MOST_LEVELS):
        level = max(float(np.quantile(scores, PART)), cut)
        inside = scores <= level
        log_share += float(np.log10(inside.mean()))
        if level > cut and level > best * (1 - SLOWEST):
            return Region(points[inside], log_share, False)
        best = level
        survivors = points[inside]
        bell = bell_of(survivors)
        points = survivors[rng.integers(len(survivors), size=size)] if level > cut or len(survivors) < size else survivors

        def density(some: np.ndarray, _: np.ndarray, level: float = level) -> np.ndarray:
            inside = in_box(some)
            found = np.full(len(some), -np.inf)
            found[inside] = np.where(score(some[inside]) <= level, 0.0, -np.inf)
            return found

        points = moved(points, density, bell, MOVES, rng)
        scores = score(points)
        if level <= cut:
            return Region(points, log_share, True)
    return Region(points, log_share, False)


def spread_out(shares: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """So many of the points as far from one another as can be: each next one is the farthest from those taken."""
    chosen = [int(rng.integers(len(shares)))]
    scaled = shares / np.maximum(shares.std(axis=0), 1e-9)
    near = np.sum((scaled - scaled[chosen[0]]) ** 2, axis=1)
    while len(chosen) < min(count, len(shares)):
        chosen.append(int(np.argmax(near)))
        near = np.minimum(near, np.sum((scaled - scaled[chosen[-1]]) ** 2, axis=1))
    return shares[np.sort(chosen)]


# In proportion to fit


@dataclass(frozen=True)
class Fit:
    """What the fit of a point to observed figures is made of: ``mean`` gives figures on their scales, ``variance`` their errors."""

    mean: Callable[[np.ndarray], np.ndarray]
    variance: np.ndarray

    def log_density(self, points: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Log density of points given what was observed (one row, or one a point), up to a constant; nothing outside the box."""
        inside, found = in_box(points), np.full(len(points), -np.inf)
        seen = observed if observed.ndim == 1 else observed[inside]
        found[inside] = -0.5 * np.sum((self.mean(points[inside]) - seen) ** 2 / self.variance, axis=1)
        return found

    def slopes(self, point: np.ndarray, step: float = 0.02) -> np.ndarray:
        """How figures change with each number, at a point (figures in rows)."""
        moves = np.vstack([point + step * np.eye(len(point)), point - step * np.eye(len(point))])
        up, down = np.split(self.mean(moves), 2)
        return ((up - down) / (2 * step)).T

    def bell(self, observed: np.ndarray, start: np.ndarray, rounds: int = 12) -> tuple[np.ndarray, np.ndarray]:
        """A normal near the density: about the point that fits best (Gauss and Newton's steps, halved where they go too far), with the
        spread that slopes there give; numbers that no figure moves have that of their range."""
        point, held = start.copy(), self._cost(start, observed)
        for _ in range(rounds):
            slopes = self.slopes(point)
            pull = slopes.T @ ((observed - self.mean(point[None])[0]) / self.variance) + (0.5 - point) / EVEN
            step = np.linalg.solve((slopes.T / self.variance) @ slopes + np.eye(len(point)) / EVEN, pull)
            for _ in range(6):
                tried = np.clip(point + step, 0, 1)
                found = self._cost(tried, observed)
                if found < held:
                    break
                step = step / 2
            else:
                break
            point, gained, held = tried, held - found, found
            if gained < 1e-2:
                break
        slopes = self.slopes(point)
        covariance = np.linalg.inv((slopes.T / self.variance) @ slopes + np.eye(len(point)) / EVEN)
        return point, np.linalg.cholesky((covariance + covariance.T) / 2)

    def _cost(self, point: np.ndarray, observed: np.ndarray) -> float:
        away = (self.mean(point[None])[0] - observed) ** 2 / self.variance
        return float(away.sum() + np.sum((point - 0.5) ** 2) / EVEN)


def draws_by_fit(fit: Fit, observed: np.ndarray, start: np.ndarray, chains: int, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Points drawn in proportion to how well they fit: one of each chain, after so many moves from the best point."""
    point, triangle = fit.bell(observed, start)
    bell = Bell(point[None], triangle[None])
    first = np.clip(bell.draw(chains, rng), 1e-6, 1 - 1e-6)
    return moved(first, lambda some, _: fit.log_density(some, observed), bell, steps, rng)
