"""Other rules in the place of some of the model's: which differences between plans keep their sign, on the same seeds?

Each alternative is a comparison of its own, in a folder inside the study's. What stands there for a plan and a headline is the first
page's verdict, and it is held against the verdict under the rules as shipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from simsafe.ground.parameter import ConfigError, nearest
from simsafe.plans.change import Change
from simsafe.scenario import Scenario, with_values
from simsafe.study.comparison import Compared, compared
from simsafe.study.jobs import Study
from simsafe.study.paired import ALIKE, BETTER, DIFFERS, IDENTICAL, TOO_FEW, WORSE
from simsafe.study.runner import Hands

SHIPPED = "as_shipped"
KEEPS, TURNS, UNTOLD, FEW = "keeps", "turns", "cannot be told apart", "too few runs"
HARM_DIALS = ("harm_incidence", "strain_shift")  # by which a crisis makes harm likelier
AMPLIFIED = 1.5  # new harm relative to ordinary times, all through the crisis: the top of SK07
TWICE = ("found_later", "section_47_spared")  # headlines whose verdict is that of their opposite
COLUMNS = ("structure", "words", "plan", "headline", "value", "verdict", "shipped_value", "shipped_verdict", "sign", "of", "reference")


@dataclass(frozen=True)
class Structure:
    """One alternative: what it is in words, the numbers it sets, and what it makes of the crisis."""

    words: str
    values: Mapping[str, float] = field(default_factory=dict)
    harm: str = ""  # in the crisis: "" as in the crisis, "constant" or "amplified"

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario under this alternative."""
        crisis = scenario.crisis
        if self.harm:
            crisis = tuple(change for change in crisis if change.dial not in HARM_DIALS[: 2 if self.harm == "constant" else 1])
        if self.harm == "amplified" and scenario.crisis:
            crisis = (*crisis, amplified(scenario))
        return replace(scenario, crisis=crisis, parameters=with_values(scenario.parameters, self.values))


def amplified(scenario: Scenario) -> Change:
    """Half as much new harm again, from the first to the last day on which the crisis turns any dial in this run."""
    first = max(min(change.from_date for change in scenario.crisis), scenario.first)
    last = min(max(change.to_date for change in scenario.crisis), scenario.first + timedelta(days=scenario.days))
    return Change("harm_incidence", first, max(first, last), value=AMPLIFIED, source="SK07", where="structures.harm_amplified")


STRUCTURES: dict[str, Structure] = {
    "strongest_sign": Structure("social care decides on the single weightiest sign: one serious incident counts", {"belief.pooling": 1}),
    "count": Structure("social care counts the concerns of a year, each as good as any other", {"belief.pooling": 2}),
    "discounted_sum": Structure("each further sign adds less than the one before it", {"belief.pooling": 3}),
    "harm_constant": Structure(
        "the crisis makes no new harm: neither by itself nor by strain", {"truth.families.school_closure_strain": 0.0}, "constant"
    ),
    "harm_amplified": Structure("the crisis makes half as much new harm again, all through", {}, "amplified"),
    "answers_as_before": Structure(
        "a family that does not open will not open next time either: knocking again does not help", {"senses.doors.answers_as_before": 1.0}
    ),
}


def structures_of(names: Sequence[str] = ()) -> dict[str, Structure]:
    """Those asked for, or all. ConfigError naming the nearest."""
    for name in names:
        if name not in STRUCTURES or list(names).count(name) > 1:
            why = "given twice" if name in STRUCTURES else f"no such alternative{nearest(name[:60], STRUCTURES)}"
            raise ConfigError(f"structures = {name[:60]!r}; {why}; expected some of {', '.join(STRUCTURES)}")
    return {name: STRUCTURES[name] for name in names or STRUCTURES}


def under(study: Study, name: str, structure: Structure) -> Study:
    """The comparison under an alternative."""
    config = {**study.config, "structure": name}
    return replace(study, scenarios=tuple(structure.of(s) for s in study.scenarios), config=config)


def compared_under(study: Study, folder: Path, hands: Hands, chosen: Mapping[str, Structure]) -> dict[str, Compared]:
    """The comparison as shipped and under each alternative, on the same seeds; what is finished is never run again."""
    asked = {SHIPPED: Structure("the rules as shipped"), **chosen}
    return {name: compared(under(study, name, structure), folder / name, hands) for name, structure in asked.items()}


def kept_signs(made: Mapping[str, Compared], chosen: Mapping[str, Structure]) -> pd.DataFrame:
    """One row an alternative, plan and headline of the first page: both verdicts, and whether the difference keeps its sign.

    ``sign``: keeps, where both can be told and point the same way; turns, where both can be told and point opposite ways; cannot be told
    apart, where one of the two cannot be told from no difference; too few runs.
    """
    shipped = {(row["plan"], row["headline"]): row for row in page(made[SHIPPED])}
    rows = []
    for name, structure in chosen.items():
        for row in page(made[name]):
            usual = shipped.get((row["plan"], row["headline"]))
            if usual is not None:
                rows.append(
                    (
                        name, structure.words, row["plan"], row["headline"], row["value"], row["verdict"], usual["value"],
                        usual["verdict"], sign(usual, row), row["of"], row["reference"],
                    )
                )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def page(comparison: Compared) -> Iterator[dict[str, Any]]:
    """The rows of a first page; none when no run is finished."""
    if comparison.runs.finished:
        yield from (row for row in comparison.table("first_page").to_dict("records") if row["headline"] not in TWICE)


def sign(usual: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Whether a difference keeps its sign, in words."""
    verdicts = (usual["verdict"], now["verdict"])
    if TOO_FEW in verdicts:
        return FEW
    if any(verdict in (ALIKE, IDENTICAL) for verdict in verdicts):
        return UNTOLD
    return KEEPS if way(usual) == way(now) else TURNS


def way(row: Mapping[str, Any]) -> int:
    """1 for better or more, -1 for worse or less."""
    if row["verdict"] == DIFFERS:
        return 1 if row["value"] > 0 else -1
    return {BETTER: 1, WORSE: -1}[row["verdict"]]


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """How many headline differences of each plan keep, turn or cannot be told apart: one row an alternative and plan."""
    if not len(table):
        return pd.DataFrame(columns=["structure", "plan", KEEPS, TURNS, UNTOLD, FEW])
    wide: Any = table.pivot_table(index=["structure", "plan"], columns="sign", values="headline", aggfunc="count", fill_value=0, sort=False)
    return wide.reindex(columns=[KEEPS, TURNS, UNTOLD, FEW], fill_value=0).reset_index().rename_axis(columns=None)
