"""The shelf: which levers there are, which crises and plans are shipped, and how a mapping becomes changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from itertools import combinations
from pathlib import Path
from typing import Any

from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.plans.change import Change, Combine, How, check_changes, check_size, read_word, show
from simsafe.plans.pulling import check_names, one_change, pulls, setting
from simsafe.plans.reading import read_yaml
from simsafe.world.conditions import DIALS

KINDS = ("crisis", "plan", "model", "study")
TEXTS = ("title", "purpose")
CRISIS_KEYS = (*TEXTS, "starts_from", "without", "shift_days", "combine", "changes")
PLAN_KEYS = (*TEXTS, "answers", "starts_from", "combine", "prepared", "lag_days", "levers")
MOST_STARTS, DEEPEST_START, FARTHEST_SHIFT = 10, 4, 2557  # crises in a list, crises or plans one from another, days from 2018 to 2024
LAG_UNPREPARED, LONGEST_LAG = 28, 365  # days until a plan that nobody prepared acts (assumed; SF118), and at most
MANY = {"crisis": "crises", "plan": "plans"}
Load = Callable[[str], Mapping[str, Any]]
Whole = Callable[[Mapping[str, Any], tuple[str, ...], Load], tuple[Change, ...]]


# Files


def configs_folder() -> Path:
    """The folder of shipped YAML: inside the installed package, or beside it in a working copy."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def shelf_names(kind: str) -> list[str]:
    """The shipped names of a kind (crisis, plan, model or study), in order. Raises :class:`ConfigError` for another kind."""
    if kind not in KINDS:
        raise ConfigError(f"{show(kind)}: no such shelf; there are {', '.join(KINDS)}")
    return sorted(path.stem for path in (configs_folder() / kind).glob("*.yaml"))


def load_yaml(kind: str, name: str) -> dict[str, Any]:
    """The mapping in a shipped YAML file. Raises :class:`ConfigError` for an unknown name, with the nearest, or an unsafe file."""
    names = shelf_names(kind)
    if not isinstance(name, str) or not re.fullmatch(r"\w{1,80}", name) or name not in names:
        raise ConfigError(f"{kind} = {show(name)}; no such {kind}{nearest(str(name)[:80], names)}")
    return deepcopy(_shipped(kind, name))


@cache
def _shipped(kind: str, name: str) -> dict[str, Any]:
    """A shipped entry, read once."""
    return read_yaml(configs_folder() / kind / f"{name}.yaml")


# From mappings to changes


def crisis_from(mapping: Mapping[str, Any], name: str, load_other: Load | None = None) -> tuple[Change, ...]:
    """The changes of a crisis: those of the crises that it ``starts_from``, if it names any, and its own.

    ``starts_from`` is the name of a crisis or a list of names; each may start from others itself. ``without`` lists dials to leave as
    they were, ``shift_days`` says by how many days to move which crisis. Where two of the crises, or one and the own changes, turn a
    dial on the same day, ``combine`` must have a rule for the dial. ``load_other`` gives the mapping of a crisis by name (the shipped
    ones by default). Raises :class:`ConfigError` in one line for anything it does not understand.
    """
    return whole_crisis(mapping, (name,), load_other or partial(load_yaml, "crisis"))


def whole_crisis(mapping: Mapping[str, Any], names: tuple[str, ...], load_other: Load) -> tuple[Change, ...]:
    """The changes of the crisis that is last of ``names``; the others are those that start from it, the outermost first."""
    key = f"crisis/{names[-1]}"
    check_names(mapping, CRISIS_KEYS, key)
    if not {"changes", "starts_from"} & mapping.keys():
        raise ConfigError(f"{key}.changes is missing; expected a list of changes, or [] for a crisis that changes nothing")
    given = setting(mapping, "changes", [])
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence):
        raise ConfigError(f"{key}.changes = {show(given)}; expected a list of changes")
    own = finished([one_change(settings, f"{key}.changes[{i}]") for i, settings in enumerate(given)], mapping, key, "crisis")
    others = starts_of(mapping, key)
    shifts, without = read_shifts(mapping, others, key), read_without(mapping, others, key)
    parts: dict[str, Sequence[Change]] = {}
    for other in others:
        parts[other] = started(other, names, load_other, whole_crisis, key)
    if not others:
        return own
    turned = {c.dial for changes in parts.values() for c in changes}
    for dial in without:
        if dial not in turned:
            raise ConfigError(f"{key}.without = {dial}; {' and '.join(others)} do not turn it{nearest(dial, turned)}")
    parts = {n: [shifted(c, shifts.get(n, 0), f"{key}.shift_days.{n}") for c in part if c.dial not in without] for n, part in parts.items()}
    return laid_together(parts | {names[-1]: own}, setting(mapping, "combine", {}), key)


def started(other: str, names: tuple[str, ...], load_other: Load, whole: Whole, key: str) -> tuple[Change, ...]:
    """The changes of a crisis or a plan that another starts from. ConfigError when that goes in a circle, or on for too long."""
    kind = key.partition("/")[0]
    if other in names or len(names) >= DEEPEST_START:
        why = "in a circle" if other in names else f"more than {DEEPEST_START} {MANY[kind]} in a row"
        raise ConfigError(f"{key}.starts_from = {show(other)}; {' starts from '.join((*names, other))}, {why}; expected another {kind}")
    try:
        return whole(load_other(other), (*names, other), load_other)
    except ConfigError as refusal:
        raise ConfigError(f"{key}.starts_from: {refusal}") from None


def starts_of(mapping: Mapping[str, Any], key: str) -> list[str]:
    """The names of the crises that a crisis starts from, in order; none when it starts from ordinary times."""
    given = setting(mapping, "starts_from", [])
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names) or len(names) > MOST_STARTS:
        raise ConfigError(
            f"{key}.starts_from = {show(given)}; expected a crisis or a list of up to {MOST_STARTS}, such as [flood, severe_flu]"
        )
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"{key}.starts_from = {show(list(names))}; {show(name)} is given twice; expected each crisis once")
    return list(names)


def read_without(mapping: Mapping[str, Any], others: Sequence[str], key: str) -> list[str]:
    """The dials that a crisis leaves as they were before those that it starts from."""
    given = setting(mapping, "without", [])
    if not isinstance(given, list | tuple) or (given and not others):
        raise ConfigError(f"{key}.without = {show(given)}; expected a list of dials, together with starts_from")
    for dial in given:
        if not isinstance(dial, str) or dial not in DIALS:
            raise ConfigError(f"{key}.without = {show(dial)}; no such dial{nearest(str(dial)[:60], DIALS)}")
    return list(given)


def read_shifts(mapping: Mapping[str, Any], others: Sequence[str], key: str) -> dict[str, int]:
    """By how many days each crisis that a crisis starts from is moved; left out is not moved."""
    given = setting(mapping, "shift_days", {})
    if not isinstance(given, Mapping):
        raise ConfigError(f"{key}.shift_days = {show(given)}; expected crises of starts_from with days, such as {{flood: 28}}")
    for name, days in given.items():
        if name not in others:
            raise ConfigError(f"{key}.shift_days.{show(name).strip(chr(39))}: not in starts_from{nearest(str(name)[:60], others)}")
        check_size(f"{key}.shift_days.{name}", days)
    return {n: check_number(f"{key}.shift_days.{n}", d, int, -FARTHEST_SHIFT, FARTHEST_SHIFT, "days later") for n, d in given.items()}


def shifted(change: Change, days: int, key: str) -> Change:
    """The change so many days later. Raises :class:`ConfigError` when that is further than dates may go."""
    try:
        return change.later(days)
    except ConfigError as refusal:
        raise ConfigError(f"{key} = {days}; {refusal}") from None


def laid_together(parts: Mapping[str, Sequence[Change]], rules: Mapping[str, Any], key: str) -> tuple[Change, ...]:
    """The changes of several crises, by name, as those of one. Two that turn one dial on one day need a rule, and their own must agree."""
    whole = [(name, change) for name, changes in parts.items() for change in changes]
    made: list[Change] = []
    for dial in dict.fromkeys(change.dial for _, change in whole):
        same = [(name, change) for name, change in whole if change.dial == dial]
        theirs = {change.combine: name for name, change in same if change.combine is not None}
        rule = Combine(rules[dial]) if dial in rules else next(iter(theirs), None)
        for other, name in theirs.items():
            if other != rule:
                raise ConfigError(
                    f"{key}.combine.{dial} = {rule}; {name} combines its own by {other}; expected {other}, or without: [{dial}]"
                )
        for (one, a), (two, b) in combinations(same, 2) if dial not in rules else ():
            day = max(a.from_date, b.from_date)
            if one != two and day <= min(a.to_date, b.to_date):
                raise ConfigError(
                    f"{key}.combine.{dial} is missing; {one} and {two} both turn {dial} on {day}; expected a rule "
                    f"({', '.join(Combine)}), without: [{dial}], or other dates by shift_days"
                )
        made += [replace(change, combine=rule) for _, change in same]
    check_changes(made, "crisis")
    return tuple(made)


def changes_of(plan: Mapping[str, Any], key: str = "plan") -> tuple[Change, ...]:
    """The changes of a plan's own levers, leaving out what it starts from. Raises :class:`ConfigError` in one line."""
    check_names(plan, PLAN_KEYS, key)
    given = setting(plan, "levers", {})
    if not isinstance(given, Mapping):
        raise ConfigError(f"{key}.levers = {show(given)}; expected levers, such as keep_school_places, with settings")
    made = [change for lever, settings in given.items() for change in pulls(lever, settings, f"{key}.levers")]
    return finished(late(made, activation_lag(plan, key)), plan, key, "plan")


def activation_lag(plan: Mapping[str, Any], key: str) -> int:
    """Days from a plan's first date until anything of it acts: none if it was prepared, as a plan is unless it says otherwise."""
    prepared, lag = setting(plan, "prepared", None), setting(plan, "lag_days", None)
    if not isinstance(prepared, bool | None):
        raise ConfigError(f"{key}.prepared = {show(prepared)}; expected true or false")
    if lag is None:
        return LAG_UNPREPARED if prepared is False else 0
    check_size(f"{key}.lag_days", lag)
    lag = check_number(f"{key}.lag_days", lag, int, 0, LONGEST_LAG, "days until an unprepared plan acts")
    if lag and prepared:
        raise ConfigError(f"{key}.lag_days = {lag}; {key}.prepared is true; expected prepared: false, or no lag_days")
    return lag


def late(changes: Sequence[Change], lag: int) -> list[Change]:
    """The changes of a plan of which nothing acts in its first ``lag`` days. What would have ended by then falls away."""
    if not lag or not changes:
        return list(changes)
    start = min(change.from_date for change in changes) + timedelta(days=lag)
    return [change.not_before(start) for change in changes if change.to_date >= start]


def answered_by(plan: Mapping[str, Any], key: str = "plan") -> list[str]:
    """The crises that a plan was made for; none when it was made for any."""
    given = setting(plan, "answers", [])
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise ConfigError(f"{key}.answers = {show(given)}; expected a list of crises, such as [covid19_england]")
    return list(given)


def plan_from(mapping: Mapping[str, Any], name: str, load_other: Load | None = None) -> tuple[Change, ...]:
    """The changes of a plan, over those of the plan it ``starts_from`` if it names one, which may start from another itself.

    Where both turn a dial on the same days, the plan's own levers replace the other's if they set it or follow points; if they keep a
    floor or a cap, or multiply, or wait for a trigger, they act on what the other left; and if the plan's ``combine`` has a rule for
    the dial, the rule holds.
    ``load_other`` gives the mapping of a plan by name (the shipped ones by default). Raises :class:`ConfigError` in one line.
    """
    return whole_plan(mapping, (name,), load_other or partial(load_yaml, "plan"))


def whole_plan(mapping: Mapping[str, Any], names: tuple[str, ...], load_other: Load) -> tuple[Change, ...]:
    """The changes of the plan that is last of ``names``; the others are those that start from it, the outermost first."""
    name, key = names[-1], f"plan/{names[-1]}"
    own = changes_of(mapping, key)
    answered_by(mapping, key)
    if not {"levers", "starts_from"} & mapping.keys():
        raise ConfigError(f"{key}.levers is missing; expected levers with settings, or {{}} for a plan that pulls none")
    other = mapping.get("starts_from")
    if other is None:
        return own
    if not isinstance(other, str) or other == name:
        raise ConfigError(f"{key}.starts_from = {show(other)}; expected the name of another plan{nearest('', shelf_names('plan'))}")
    before = started(other, names, load_other, whole_plan, key)
    together = over(before, own, setting(mapping, "combine", {}), key)
    check_changes(together, "plan")
    return together


def own_first(changes: Sequence[Change], plan: str) -> list[Change]:
    """The changes lever by lever, those of the plan's own levers before those of the plans that it starts from."""
    return sorted(changes, key=lambda c: (c.lever[0] != plan, *c.lever, c.dial, c.from_date))


def over(before: Sequence[Change], own: Sequence[Change], rules: Mapping[str, Any], key: str) -> tuple[Change, ...]:
    """One plan's changes laid over another's, as :func:`plan_from` says."""
    replacing = [c for c in own if c.how in (How.SET, How.FOLLOW) and c.when is None and c.dial not in rules]
    kept = [part for change in before for part in change.outside(replacing)]
    for dial in {c.dial for c in own}:
        theirs = {c.combine for c in kept if c.dial == dial}
        adjusts = any(c.how not in (How.SET, How.FOLLOW) or c.when for c in own if c.dial == dial)
        if dial in rules or not theirs:
            rule = rules.get(dial)
        elif adjusts and not theirs <= {None, Combine.IN_ORDER}:
            raise ConfigError(f"{key}.combine.{dial} is missing; expected a rule, for the other plan has {', '.join(map(str, theirs))}")
        else:
            rule = Combine.IN_ORDER if adjusts else theirs.pop()
        kept = [replace(c, combine=rule) if c.dial == dial else c for c in kept]
        own = [replace(c, combine=rule) if c.dial == dial else c for c in own]
    return (*kept, *own)


def finished(made: Sequence[Change], mapping: Mapping[str, Any], key: str, by: str) -> tuple[Change, ...]:
    """The changes with their rules of combining, checked against each other."""
    rules = setting(mapping, "combine", {})
    if not isinstance(rules, Mapping):
        raise ConfigError(f"{key}.combine = {show(rules)}; expected dials with a rule each: {', '.join(Combine)}")
    for dial, rule in rules.items():
        if dial not in DIALS:
            raise ConfigError(f"{key}.combine.{show(dial).strip(chr(39))}: no such dial{nearest(str(dial)[:60], DIALS)}")
        read_word(f"{key}.combine.{dial}", rule, Combine)
    done = tuple(replace(c, combine=rules.get(c.dial)) for c in made)
    check_changes(done, by)
    return done
