"""The register of evidence: every number of the model with its unit, range, grade, source and locator, and whether it was seen there.

Five **rooms**: parameters, dials, the defaults of levers, their costs, and constants. A number is *seen* in its source, *derived* from
it, *fitted* by a program, *remembered* and not yet checked, *assumed*, or a *rule* (law, guidance, a definition or a chosen setting).
``effect`` is how much it moves a headline measure, in multiples of what luck alone may reach; empty where ``experiments/sensitivity`` told
none from luck (``effects.csv``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from simsafe.ground.parameter import ConfigError, Grade, alike, nearest, plain
from simsafe.ground.parameter import register as parameters_of
from simsafe.plans.catalogue import SHELF
from simsafe.plans.costs import COSTS, WATCHING, Cost
from simsafe.scenario import Parameters
from simsafe.study.constants import constants_of
from simsafe.world.conditions import DIALS, ORDINARY
from simsafe.world.evidence import Card, card, cited, table

ROOMS = ("parameters", "dials", "levers", "costs", "constants")
KINDS = {
    "assumed": "nobody has measured it, or not seen where",
    "remembered": "from memory; to be checked against its source",
    "fitted": "chosen by a program so that published figures come out",
    "derived": "worked out from what its source says: another unit, shrunk, split or combined",
    "seen": "as printed in its source",
    "rule": "law, guidance, a definition or a chosen setting",
}
GRADES = {
    "D": "assumed", "fitted": "chosen so that published figures come out", "C": "judgement or a survey",
    "B": "published elsewhere, or of something near", "A": "published for the United Kingdom", "rule": "a rule of law or guidance",
}  # fmt: skip
WEAK = ("assumed", "remembered", "fitted")
MEMORY, OWN = "from memory", ("assumed", "sweep")


@dataclass(frozen=True)
class Number:
    """One row. ``value`` is as written; ``low`` and ``high`` bound it (each of it, if it is a list); ``reference`` is what it cites."""

    room: str
    name: str
    value: str
    unit: str
    low: float
    high: float
    grade: str
    kind: str
    source: str
    cites: str
    reference: str
    locator: str
    url: str
    effect: float | None
    effect_on: str

    @property
    def key(self) -> str:
        """The room and the name."""
        return f"{self.room}.{self.name}"


COLUMNS = tuple(f.name for f in fields(Number))


# Collecting


@cache
def register() -> tuple[Number, ...]:
    """Every number, by room. ConfigError naming the first that has no row, or cites what is not shipped."""
    return tuple(
        made(room, **row) for room, rows in zip(ROOMS, (_parameters, _dials, _levers, _costs, _constants), strict=True) for row in rows()
    )


def made(room: str, name: str, value: Any, unit: str, low: float, high: float, grade: str, source: str) -> Number:
    """One row from what the code says of a number and what the evidence adds."""
    key, grade = f"{room}.{name}", str(Grade(grade))
    origin = origins().get(key, {})
    own = [card(i) for i in dict.fromkeys((*cited(source), *origin.get("cites", "").split()))]
    kind = origin.get("kind") or kind_of(key, value, grade, source, own)
    reference = "; ".join([*([origin["title"]] if origin.get("title") else []), *(f"{c.id} {c.source}" for c in own)])
    locator = "; ".join([*([origin["locator"]] if origin.get("locator") else []), *(f"{c.id} {c.locator}" for c in own if c.locator)])
    urls = "; ".join(dict.fromkeys(url for url in (origin.get("url", ""), *(c.url for c in own)) if url))
    effect, on = effects().get(key, (None, ""))
    text = plain(value) if isinstance(value, int | float) else str(value)
    ids = " ".join(c.id for c in own)
    return Number(room, name, text, unit, low, high, grade, kind, source, ids, reference, locator, urls, effect, on)


def kind_of(key: str, value: Any, grade: str, source: str, cards: Sequence[Card]) -> str:
    """Whether a number was seen, derived, fitted, remembered, assumed or is a rule. ConfigError where nothing says so."""
    if grade in (Grade.FITTED, Grade.RULE):
        return str(grade)
    if MEMORY in source:
        return "remembered"
    if grade == Grade.D or any(word in source.lower() for word in OWN):
        return "assumed"
    studies = [c for c in cards if c.value]
    if not studies:
        raise ConfigError(f"{key}: grade {grade}, source {source!r}; expected the id of a shipped row, 'assumed', or a row in origins.csv")
    weakest = next((s for s in ("assumed", "remembered") if any(c.status == s for c in studies)), None)
    same = any(c.number == value and c.status == "seen" for c in studies)
    return weakest or ("seen" if same else "derived")


def _parameters() -> Iterator[dict[str, Any]]:
    yield from parameters_of(Parameters())


def _dials() -> Iterator[dict[str, Any]]:
    for name, f in DIALS.items():
        yield {"name": name, "value": getattr(ORDINARY, name), **_about(f.metadata)}


def _levers() -> Iterator[dict[str, Any]]:
    for lever, cls in SHELF.items():
        for f in fields(cls):
            yield {"name": f"{lever}.{f.name}", "value": f.default, **_about(f.metadata)}
            lag, about = f.metadata["lag_days"], {"unit": "days until it begins to act", "low": 0, "high": 365}
            if lag:
                yield {"name": f"{lever}.{f.name}.lag_days", "value": lag, **_about(f.metadata), **about}


def _about(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {k: metadata[k] for k in ("unit", "low", "high", "grade", "source")}


def _costs() -> Iterator[dict[str, Any]]:
    for lever, costs in (*COSTS.items(), ("any lever that waits", (WATCHING,))):
        for number, cost in enumerate(costs, 1):
            yield {"name": f"{lever}.{number}", **_of_a_cost(cost)}


def _of_a_cost(cost: Cost) -> dict[str, Any]:
    what = f"minutes of {cost.profession}" if cost.minutes else "pounds"
    same = {"low": cost.low, "high": cost.high, "grade": cost.grade, "source": cost.source}
    return {"value": cost.minutes or cost.pounds, "unit": f"{what} for {cost.task}, per {cost.per}", **same}


def _constants() -> Iterator[dict[str, Any]]:
    for row in table("constants"):
        module, _, name = row["name"].rpartition(".")
        known = constants_of(module)
        if name not in known:
            raise ConfigError(f"constants.csv: {row['name']}; there is no such number{nearest(name, known)}")
        yield {**row, "value": known[name].value, "low": float(row["low"]), "high": float(row["high"])}


# What the evidence adds


@cache
def origins() -> dict[str, dict[str, str]]:
    """Where numbers without an id come from, by room and name."""
    return {row["name"]: row for row in table("origins")}


@cache
def effects() -> dict[str, tuple[float, str]]:
    """The largest effect of each number and the measure it is on, from the sensitivity study; empty until there is one."""
    found: dict[str, tuple[float, str]] = {}
    for row in table("effects"):
        name = row["name"] if row["name"].split(".")[0] in ROOMS else f"parameters.{row['name']}"
        effect = float(row["effect"])
        if abs(effect) > abs(found.get(name, (0.0, ""))[0]):
            found[name] = (effect, row["measure"])
    return found


# Choosing and counting


def chosen(text: str = "", grade: str | None = None, kind: str | None = None) -> list[Number]:
    """The rows with a text in name, unit, source or what they cite, of a grade, of a kind. ConfigError when there are none."""
    grade, kind = one_of("grade", grade, GRADES), one_of("kind", kind, KINDS)
    rows = [row for row in register() if grade in (None, row.grade) and kind in (None, row.kind)]
    low = text.lower()
    found = [row for row in rows if any(low in part.lower() for part in (row.key, row.unit, row.source, row.cites, row.reference))]
    if not found:
        asked = ", ".join(f"{k} {v}" for k, v in (("grade", grade), ("kind", kind)) if v)
        names = {part for row in register() for part in row.name.split(".")}
        near = nearest(text[:60], names) if text else ""
        wanted = "expected part of a name, a unit or a source, or an id such as PR01"
        raise ConfigError(f"evidence {text[:60]!r}{f' of {asked}' if asked else ''}: no number has that; {wanted}{near}")
    return found


def one_of(key: str, value: str | None, known: Mapping[str, str]) -> str | None:
    """The known name that a person meant, whatever its case. ConfigError otherwise."""
    if value is None:
        return None
    names = {name.lower(): name for name in known}
    if value.lower() not in names:
        raise ConfigError(f"--{key} {value[:60]!r}; expected one of {', '.join(known)}{alike(value[:60].lower(), names)}")
    return names[value.lower()]


def weakest(rows: Sequence[Number], most: int = 10) -> list[Number]:
    """The numbers that nobody saw and that move the headline most, the largest effect first; none until effects are known."""
    weak = [row for row in rows if row.effect is not None and row.kind in WEAK]
    return sorted(weak, key=lambda row: -abs(row.effect or 0.0))[:most]


def counts(rows: Sequence[Number], by: str, names: Mapping[str, str]) -> list[tuple[str, str, int, float]]:
    """Of each grade or kind: its name, what it means, how many rows have it, and their share."""
    count = Counter(getattr(row, by) for row in rows)
    return [(name, names[name], count[name], count[name] / len(rows)) for name in names if count[name]]
