"""From the settings of a change or a lever, as YAML has them, to changes of dials, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from simsafe.ground.parameter import Checked, ConfigError, build, nearest
from simsafe.plans.catalogue import SHELF
from simsafe.plans.change import Change, How, check_size, read_date, show
from simsafe.plans.trigger import read_when

CHANGE_KEYS = ("dial", "how", "value", "points", "from", "to", "title", "source")
LEVER_KEYS = ("from", "to", "title", "source", "when")
UNASKED = "the usual setting of this lever, which the plan leaves as it is"  # source of a setting that a plan does not name


def one_change(settings: Any, key: str) -> Change:
    """A change as a crisis writes it: dial, how (``set`` if left out, ``follow`` with points), value or points, from, to."""
    if not isinstance(settings, Mapping):
        raise ConfigError(f"{key} = {show(settings)}; expected settings: {', '.join(CHANGE_KEYS)}")
    check_names(settings, CHANGE_KEYS, key)
    points = settings.get("points")
    how = settings.get("how", How.SET if points is None else How.FOLLOW)
    start, end = start_and_end(settings, key)
    return Change(
        dial=settings.get("dial"),  # type: ignore[arg-type]  # refused there if it is not a dial
        from_date=start,
        to_date=end,
        how=how,
        value=settings.get("value"),
        points=() if points is None else read_points(points, f"{key}.points", start, end),
        title=settings.get("title", ""),
        source=settings.get("source", ""),
        where=key,
    )


def pulls(lever: Any, settings: Any, key: str) -> Iterator[Change]:
    """The changes of one lever, given one group of settings or a list of them, each with its dates."""
    if not isinstance(lever, str) or lever not in SHELF:
        raise ConfigError(f"{key}.{show(lever)[1:-1]}: no such lever{nearest(str(lever)[:60], SHELF)}")
    here = f"{key}.{lever}"
    if isinstance(settings, Mapping):
        yield from pull(SHELF[lever], settings, here)
    elif isinstance(settings, Sequence) and not isinstance(settings, str) and len(settings):
        for i, phase in enumerate(settings):
            yield from pull(SHELF[lever], phase, f"{here}[{i}]")
    else:
        raise ConfigError(f"{here} = {show(settings)}; expected settings with from and to, or a list of them")


def pull(cls: type[Checked], settings: Any, key: str) -> Iterator[Change]:
    """One lever pulled from one date to another. A setting that is set may be a number, or dates with numbers to follow."""
    if not isinstance(settings, Mapping):
        raise ConfigError(f"{key} = {show(settings)}; expected settings with from and to")
    known = {f.name: f for f in fields(cls)}
    check_names(settings, (*known, *LEVER_KEYS), key)
    start, end = start_and_end(settings, key)
    lines = {n: v for n, v in settings.items() if n in known and isinstance(v, Mapping)}
    numbers = {n: as_number(v, known[n].metadata, f"{key}.{n}") for n, v in settings.items() if n in known and n not in lines}
    for name, value in numbers.items():
        check_size(f"{key}.{name}", value)
    made = build(cls, numbers, key)
    when = None if settings.get("when") is None else read_when(settings["when"], f"{key}.when", read_date)
    text = {"title": settings.get("title", ""), "when": when, "where": key}
    for name, f in known.items():
        own = name in numbers or name in lines
        source = (settings.get("source") or f.metadata["source"]) if own else f"{UNASKED}; {f.metadata['source']}"
        if name not in lines:
            change = Change(name, start, end, getattr(made, name), f.metadata["how"], source=source, **text)
            yield begun(change, f.metadata["lag_days"])
        elif f.metadata["how"] is How.SET:
            points = read_points(lines[name], f"{key}.{name}", start, end)
            yield Change(name, start, end, None, How.FOLLOW, points, source=source, **text)
        else:
            raise ConfigError(f"{key}.{name} = {show(lines[name])}; expected a number: it is a {f.metadata['how']}, not a line to follow")


def as_number(value: Any, about: Mapping[str, Any], key: str) -> Any:
    """A setting that may be given as a word, as its number."""
    words = about["words"]
    if not words or not isinstance(value, str):
        return value
    if value not in words:
        raise ConfigError(f"{key} = {show(value)}; expected one of {', '.join(words)}")
    return float(words.index(value))


def begun(change: Change, lag: int) -> Change:
    """The change from the day on which something comes of it; one that waits for a trigger waits so much longer once it has fired."""
    start = change.from_date + timedelta(days=lag)
    if not lag:
        return change
    if start > change.to_date:
        raise ConfigError(f"{change.where}.to = {change.to_date}; nothing comes of it before {start}; expected a later date")
    if change.when is None:
        return change.not_before(start)
    return replace(change, when=replace(change.when, lag_days=change.when.lag_days + lag))


# Pieces


def setting(mapping: Mapping[str, Any], name: str, otherwise: Any) -> Any:
    """A setting; one left empty in a file is as if it were not there."""
    value = mapping.get(name)
    return otherwise if value is None else value


def check_names(mapping: Any, known: Sequence[str], key: str) -> None:
    """Refuse what is not a mapping, a name that is not known, and text that is not text."""
    if not isinstance(mapping, Mapping):
        raise ConfigError(f"{key} = {show(mapping)}; expected settings: {', '.join(known)}")
    for name in mapping:
        if not isinstance(name, str) or name not in known:
            raise ConfigError(f"{key}.{show(name).strip(chr(39))}: no such setting{nearest(str(name)[:60], known)}")
    for name in ("title", "purpose", "source"):
        if not isinstance(mapping.get(name, ""), str):
            raise ConfigError(f"{key}.{name} = {show(mapping[name])}; expected text")


def start_and_end(settings: Mapping[str, Any], key: str) -> tuple[Any, Any]:
    """The first and the last date; both must be given."""
    for name in ("from", "to"):
        if name not in settings:
            raise ConfigError(f"{key}.{name} is missing; expected a date such as 2020-03-23")
    return read_date(f"{key}.from", settings["from"]), read_date(f"{key}.to", settings["to"])


def read_points(given: Any, key: str, start: Any, end: Any) -> tuple[tuple[Any, Any], ...]:
    """Dates with values, each date from ``start`` to ``end``."""
    if not isinstance(given, Mapping) or not given:
        raise ConfigError(f"{key} = {show(given)}; expected dates with values, such as {{2020-04-17: 0.05, 2020-05-21: 0.15}}")
    for when in given:
        if not start <= read_date(key, when) <= end:
            raise ConfigError(f"{key} = {when}; expected a date from {start} to {end}, the days of this change")
    return tuple(given.items())
