"""Effects told from luck, in tables: one row a measure, plan and name, the largest effect first.

Luck is what another seed alone changes at the points where trajectories begin, counted as a step would be: what a number comes to that
does nothing but lay other children. The mean of a few such steps is larger in half of all numbers, so an effect is told from luck only
above what one inert number in forty would reach (``bound``); rooms, which are only a way to find numbers, count from luck itself. Below,
an effect may be there all the same: ``agree`` and ``spread`` say whether it is steady. More children make luck smaller, more
trajectories make effects surer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from simsafe.study.paired import TOO_FEW, n_of
from simsafe.study.register import GRADES, KINDS, register
from simsafe.study.sensitivity.measuring import MEASURES
from simsafe.study.sensitivity.morris import MOVE

TOLD, LUCK = "told from luck", "not told from luck"
TEN = 10  # that matter most
ONE_IN_FORTY = 1.96 * np.sqrt(np.pi / 2 - 1)  # standard deviations of a normal step's size, over its mean
COLUMNS = {
    "measure": ("", "what it is an effect on; see simsafe sensitivity --help"),
    "plan": ("", "the reference: an effect on the measure under it; another plan: an effect on that plan less the reference, same seeds"),
    "unit": ("", "of the effects"),
    "rank": ("", "1 for the largest effect on this measure and plan"),
    "name": ("", "the number that was moved, or a room of the model whose numbers were moved together"),
    "numbers": ("", "how many numbers that is"),
    "grade": ("", "of its evidence: A, B, C, D, fitted or rule; empty for a room of several"),
    "kind": ("", "seen, derived, fitted, remembered, assumed or rule; empty for a room of several"),
    "effect": ("of the measure", "mean absolute elementary effect (Morris's mu star): the change that crossing the sampled range makes"),
    "signed": ("of the measure", "the same with its sign (mu): near nought beside a large effect, it goes both ways; empty for a room"),
    "spread": ("of the measure", "between trajectories (sigma): large where the effect depends on the other numbers; empty for one"),
    "of": ("", "effects that are there, of those planned"),
    "agree": ("share", "of the effects that are there, of those in the direction of the mean; empty for a room"),
    "luck": ("of the measure", "the noise floor: what another seed alone changes, counted as an effect, mean over pairs of seeds"),
    "bound": ("of the measure", "above it an effect is told from luck: what one number in forty that only disturbs luck would reach"),
    "standard": ("standard deviations", "the effect over the standard deviation of the measure among all sampled points"),
    "told": ("", f"{TOLD}, where the effect is above the bound; {LUCK}; or too few runs"),
}


def luck_of(first: np.ndarray, again: np.ndarray) -> float:
    """How far two seeds lie apart where trajectories begin, counted as an effect is: mean over beginnings and pairs; nan where unknown.

    ``first`` is one answer a beginning, ``again`` (beginnings, times) the same under other seeds.
    """
    answers = np.column_stack([first, again])
    apart = [np.abs(answers[:, a] - answers[:, b]) for a, b in combinations(range(answers.shape[1]), 2)]
    return float(mean_of(np.array(apart), axis=None)) / MOVE


def mean_of(values: np.ndarray, axis: int | None) -> Any:
    """The mean of what is there; nan where nothing is."""
    there = ~np.isnan(values)
    count = there.sum(axis=axis)
    return np.where(count > 0, np.where(there, values, 0.0).sum(axis=axis) / np.maximum(count, 1), np.nan)


def ranked(
    effects: Mapping[tuple[str, str], np.ndarray],
    lucks: Mapping[tuple[str, str], float],
    spreads: Mapping[tuple[str, str], float],
    sizes: Mapping[str, int],
    enough: bool,
) -> pd.DataFrame:
    """The table of effects: ``effects`` (trajectories, names) by measure and plan, ``sizes`` how many numbers each name is, in order."""
    about, singly = grades_and_kinds(), all(numbers == 1 for numbers in sizes.values())
    rows = []
    for (measure, plan), made in effects.items():
        there = (~np.isnan(made)).sum(axis=0)
        size, signed = mean_of(np.abs(made), 0), mean_of(made, 0)
        spread = np.sqrt(mean_of((made - signed) ** 2, 0) * there / np.maximum(there - 1, 1))
        luck, scale = lucks[measure, plan], spreads[measure, plan]
        bounds = luck * (1 + ONE_IN_FORTY / np.sqrt(np.maximum(there, 1))) if singly else np.full(len(sizes), luck)
        agree = (np.sign(made) == np.sign(signed)).sum(axis=0) / np.maximum(there, 1)
        for k, (name, numbers) in enumerate(sizes.items()):
            known = numbers == 1
            grade, kind = about.get(name, ("", "")) if known else ("", "")
            told = TOO_FEW if not enough or np.isnan(luck) or not there[k] else TOLD if size[k] > bounds[k] else LUCK
            rows.append(
                (
                    measure, plan, MEASURES[measure].unit, 0, name, numbers, grade, kind, size[k], signed[k] if known else np.nan,
                    spread[k] if there[k] > 1 else np.nan, n_of(int(there[k]), len(made)),
                    agree[k] if known and there[k] and signed[k] else np.nan, luck, bounds[k],
                    size[k] / scale if scale > 0 else np.nan, told,
                )
            )  # fmt: skip
    table: Any = pd.DataFrame(rows, columns=list(COLUMNS))
    if not len(table):
        return table
    table["rank"] = table.groupby(["measure", "plan"], sort=False)["effect"].rank(ascending=False, method="first", na_option="bottom")
    table["rank"] = table["rank"].astype(int)
    order = {pair: i for i, pair in enumerate(effects)}
    place = [order[pair] for pair in zip(table["measure"], table["plan"], strict=True)]
    return table.iloc[np.lexsort((table["rank"].to_numpy(), place))].reset_index(drop=True)


def grades_and_kinds() -> dict[str, tuple[str, str]]:
    """Grade and kind of every parameter by its path."""
    return {row.name: (row.grade, row.kind) for row in register() if row.room == "parameters"}


def in_turn(table: pd.DataFrame, told: bool = True) -> list[str]:
    """The names in the order in which they matter: in turn the largest effect on every measure and plan, then the second largest, and on.

    Those of one turn go by their effects as multiples of luck. ``told``: only effects told from luck count.
    """
    own: Any = table[table["told"].isin([TOLD] if told else [TOLD, LUCK])]
    effect, luck = own["effect"].to_numpy(dtype=float), own["luck"].to_numpy(dtype=float)
    ratio = np.divide(effect, luck, out=np.where(effect > 0, np.inf, 0.0), where=luck > 0)
    order = np.lexsort((-ratio, own["rank"].to_numpy()))
    return list(dict.fromkeys(own["name"].iloc[order]))


def rankings(table: pd.DataFrame) -> Iterator[tuple[str, str, Any]]:
    """Measure, plan and rows of each ranking, in the order of the table."""
    whole: Any = table
    for (measure, plan), rows in whole.groupby(["measure", "plan"], sort=False):
        yield str(measure), str(plan), rows


def best_of(rows: Any, most: int = TEN) -> Any:
    """The single numbers of the largest effects of one ranking, only those told from luck."""
    return rows[(rows["told"] == TOLD) & (rows["numbers"] == 1)].head(most)


def ten(table: pd.DataFrame) -> pd.DataFrame:
    """What the ten numbers of the largest effects on each measure and plan rest on: grade or kind, how many, and their share.

    Only effects told from luck count, so they may be fewer than ten (``among``); ``by`` is grade or kind, ``assumed`` is a kind.
    """
    made = []
    for measure, plan, rows in rankings(table):
        best = best_of(rows)
        for by, words in (("grade", GRADES), ("kind", KINDS)):
            for name in sorted(words) if by == "grade" else words:
                count = int((best[by] == name).sum())
                made.append((measure, plan, by, name, words[name], count, len(best), count / len(best) if len(best) else np.nan))
    return pd.DataFrame(made, columns=["measure", "plan", "by", "name", "words", "numbers", "among", "share"])


def ten_in_words(rows: Any) -> str:
    """The same of one ranking in a line: "of the 10 that matter most by grade: A 10 %, B 20 %, D 70 %; 80 % assumed, 10 % remembered"."""
    best = best_of(rows)
    if not len(best):
        return "no number is told from luck"
    shares = {name: int((best["grade"] == name).sum()) / len(best) for name in sorted(GRADES)}
    grades = ", ".join(f"{name} {share:.0%}" for name, share in shares.items() if share)
    kinds = {kind: float((best["kind"] == kind).mean()) for kind in ("assumed", "remembered")}
    return f"of the {len(best)} that matter most by grade: {grades}; {kinds['assumed']:.0%} assumed, {kinds['remembered']:.0%} remembered"


def effects_rows(table: pd.DataFrame, reference: str) -> list[tuple[str, str, float]]:
    """(name, measure, effect) of single numbers told from luck, as the register of evidence reads them.

    In multiples of ``bound``, what luck alone may reach, with the sign of the mean effect: so that a number that plainly moves a measure
    comes before one that hardly rises above luck. Where luck does nothing at all, there is nothing to compare with, and no row.
    """
    told: Any = table[(table["told"] == TOLD) & (table["numbers"] == 1) & (table["bound"] > 0)]
    rows = []
    for row in told.to_dict("records"):
        on = row["measure"] if row["plan"] == reference else f"{row['measure']}: {row['plan']} less {reference}"
        rows.append((row["name"], on, float(np.copysign(row["effect"] / row["bound"], row["signed"]))))
    return rows
