"""Would the truth be found again? Known truths are drawn, figures made from them with all their errors, and their numbers looked for.

It asks whether intervals say what they promise given the emulator: of 200 truths, intervals of 90 % must hold 171 to 188. It does not ask
whether the model is right about the world.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simsafe.study.calibration.sampling import EVEN, Bell, Fit, moved

TRUTHS, LEVEL = 200, 0.9
ALLOWED = (171, 188)  # of 200
STEPS, EVERY = 8_000, 20


def recover(fit: Fit, names: list[str], rng: np.random.Generator, truths: int = TRUTHS, steps: int = STEPS) -> pd.DataFrame:
    """One row a number: of so many truths, how many its intervals hold, and how much narrower they are than its range.

    A truth drawn from the ranges is by itself one draw in proportion to fit given the figures made from it, so each chain starts there and
    has nothing to forget.
    """
    truth = rng.random((truths, len(names)))
    observed = fit.mean(truth) + rng.standard_normal((truths, fit.variance.size)) * np.sqrt(fit.variance)
    peaks = [fit.bell(seen, start) for seen, start in zip(observed, truth, strict=True)]
    bell = Bell(np.stack([p for p, _ in peaks]), np.stack([t for _, t in peaks]))
    now, kept = truth.copy(), []
    for step in range(steps):
        now = moved(now, lambda some, chains: fit.log_density(some, observed[chains]), bell, 1, rng)
        if step % EVERY == 0 and step >= steps // 10:
            kept.append(now)
    draws = np.stack(kept)
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    held = (truth >= low) & (truth <= high)
    narrower = np.median(draws.std(axis=0), axis=0) / np.sqrt(EVEN)
    return pd.DataFrame({"name": names, "truths": truths, "held": held.sum(axis=0), "width_left": narrower.round(4)})


def held_of(table: pd.DataFrame) -> float:
    """How many of 200 truths an interval holds, on the mean over numbers."""
    return 200 * float(table["held"].to_numpy().sum()) / float(table["truths"].to_numpy().sum())
