"""Numbers that know their unit, source, range and grade, and the one checker that refuses what is out of range."""

from __future__ import annotations

import difflib
import math
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any


class ConfigError(ValueError):
    """Something a person asked for cannot be done; the message is one line naming the key, the value and what is allowed."""


class Grade(StrEnum):
    """How good the evidence behind a number is."""

    A = "A"  # published, United Kingdom
    B = "B"  # published elsewhere, or analogous
    C = "C"  # expert judgement or survey
    D = "D"  # assumed
    FITTED = "fitted"  # chosen by a program to meet published targets
    RULE = "rule"  # statutory guidance or a chosen setting, not a measurement


def param(value: Any, *, unit: str, source: str, low: float, high: float, grade: str = "D") -> Any:
    """A dataclass field that knows its unit, source, plausible range and grade.

    Say ``source="assumed"`` plainly: the table of parameters then shows where the model is weakest.
    """
    meta = {"unit": unit, "source": source, "low": low, "high": high, "grade": Grade(grade)}
    return field(default=value, metadata=meta)


def alike(name: str, known: typing.Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the closest known names; nothing when none is close."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.55) or difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.55)
    return "; did you mean " + " or ".join(repr(c) for c in close) + "?" if close else ""


def nearest(name: str, known: typing.Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the closest known name, or every name when none is close and they are few."""
    names = sorted(known)
    return alike(name, names) or ("; there are " + ", ".join(names) if len(names) <= 20 else "")


def counted(number: int, noun: str) -> str:
    """So many of something: ``1 seed``, ``1,200 seeds``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain(number: float) -> str:
    """A number as a person writes it: 2000000, not 2e+06; 0.05, not 0.05000000001."""
    if isinstance(number, int) or (number == int(number) and abs(number) < 1e15):
        text = str(int(number))
        return text if len(text) <= 20 else f"{text[:6]}... ({len(text)} digits)"
    return f"{number:.6g}"


def check_number(key: str, value: Any, wanted: type, low: float, high: float, unit: str) -> Any:
    """The value as ``wanted`` (int or float) if it is one and lies in range.

    Raises
    ------
    ConfigError
        One line naming the key, the value and what is allowed.
    """
    allowed = f"expected {'a whole number' if wanted is int else 'a number'} from {plain(low)} to {plain(high)} ({unit})"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{key} = {value!r}; {allowed}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"{key} = {value}; {allowed}")
    if wanted is int and value != int(value):
        raise ConfigError(f"{key} = {value}; {allowed}")
    if not low <= value <= high:
        raise ConfigError(f"{key} = {plain(value)}; {allowed}; the nearest is {plain(min(max(value, low), high))}")
    return wanted(value)


@lru_cache
def type_hints(cls: type) -> dict[str, Any]:
    """The declared types of a dataclass, worked out once."""
    return typing.get_type_hints(cls)


@dataclass(frozen=True)
class Checked:
    """A frozen group of numbers that refuses any value of the wrong type or outside its declared range."""

    def __post_init__(self) -> None:
        hints = type_hints(type(self))
        for f in fields(self):
            value, meta = getattr(self, f.name), f.metadata
            key = f"{type(self).__name__}.{f.name}"
            if meta:
                value = check_number(key, value, hints[f.name], meta["low"], meta["high"], meta["unit"])
                object.__setattr__(self, f.name, value)


def build(cls: type, given: Mapping[str, Any], key: str) -> Any:
    """A checked dataclass from a plain mapping; nested dataclasses are built in turn.

    ``key`` is the path a planner would type (``model.harm``). Raises :class:`ConfigError` in one line for an unknown name, a
    wrong type or a number out of range.
    """
    if not isinstance(given, Mapping):
        raise ConfigError(f"{key} = {given!r}; expected the settings of {key}, such as {next(iter(fields(cls))).name}")
    hints = type_hints(cls)
    known = {f.name: f for f in fields(cls) if f.init}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise ConfigError(f"{key}.{name}: no such setting{nearest(str(name), known)}")
        meta, path = known[name].metadata, f"{key}.{name}"
        wanted = hints[name]
        if is_dataclass(wanted):
            values[name] = build(typing.cast(type, wanted), value, path)
        elif meta:
            values[name] = check_number(path, value, wanted, meta["low"], meta["high"], meta["unit"])
        else:
            values[name] = check_plain(path, value, wanted)
    return cls(**values)


def check_plain(key: str, value: Any, wanted: Any) -> Any:
    """A true-or-false, text or optional value of the declared type."""
    allowed = typing.get_args(wanted) if isinstance(wanted, types.UnionType) else (wanted,)
    if value is None and type(None) in allowed:
        return None
    if bool in allowed and not isinstance(value, bool):
        raise ConfigError(f"{key} = {value!r}; expected true or false")
    if not isinstance(value, tuple(allowed)):
        names = " or ".join(getattr(a, "__name__", str(a)) for a in allowed if a is not type(None))
        raise ConfigError(f"{key} = {value!r}; expected {names}")
    return value


def register(thing: Any, prefix: str = "") -> Iterator[dict[str, Any]]:
    """One row for every number in a tree of checked dataclasses: its path, value, unit, range, grade and source."""
    for f in fields(thing):
        value, path = getattr(thing, f.name), f"{prefix}{f.name}"
        if is_dataclass(value):
            yield from register(value, f"{path}.")
        elif f.metadata:
            yield {"name": path, "value": value, **{k: f.metadata[k] for k in ("unit", "low", "high", "grade", "source")}}
