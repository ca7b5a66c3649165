"""A change turns one dial for some days; a timetable is ordinary times, then the crisis, then the plan, laid out day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np

from simsafe.ground.parameter import ConfigError, alike, check_number, nearest
from simsafe.plans.trigger import BASE_WEEKS, INDICATORS, Against, When
from simsafe.world.conditions import DIALS, EITHER, ORDINARY, Conditions

EARLIEST, LATEST = date(2018, 1, 1), date(2024, 12, 31)
HIGHEST_FACTOR, HIGHEST_SEVERITY = 10.0, 2.0
FADES = 273  # days in which half of what training brought is gone: assumed, IN10
INSTEAD = {"health_visitors_redeployed": "health_visitors_protected", "health_visitors_protected": "health_visitors_redeployed"}


class How(StrEnum):
    """What a change does to the value it finds."""

    SET = "set"  # this value, whatever was there
    CAP = "cap"  # no more than this
    FLOOR = "floor"  # no less than this
    MULTIPLY = "multiply"  # this many times what was there
    FADE = "fade"  # this much on the first day, and half as much after every so many weeks
    FOLLOW = "follow"  # straight lines between dated points, flat before the first and after the last


class Combine(StrEnum):
    """How changes of one dial on the same days combine, when a crisis or a plan says that they may."""

    IN_ORDER = "in_order"  # each turns what the one before left
    LOWEST = "lowest"  # each turns what was there; the lowest holds
    HIGHEST = "highest"  # each turns what was there; the highest holds
    MULTIPLY = "multiply"  # values set are multiplied together, then by the factors
    ADD = "add"  # each turns what was there; how far each moved it is added up


def show(value: Any) -> str:
    """A value as it may stand in a one-line message: printable, and no longer than 60 characters."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of thousands of digits
        text = "a very long number"
    return text if len(text) <= 60 else text[:57] + "..."


def read_date(key: str, value: Any) -> date:
    """An ISO date (``"2020-03-23"``) from 2018 to 2024. Raises :class:`ConfigError` in one line otherwise."""
    allowed = f"expected a date such as 2020-03-23, from {EARLIEST} to {LATEST}"
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ConfigError(f"{key} = {show(value)}; {allowed}")
    if isinstance(value, str):
        if len(value) != 10 or not value.isascii() or value[4] != "-" or value[7] != "-":
            raise ConfigError(f"{key} = {show(value)}; {allowed}{turned_round(value)}")
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise ConfigError(f"{key} = {show(value)}; there is no such day; {allowed}") from None
    if not EARLIEST <= value <= LATEST:
        raise ConfigError(f"{key} = {value}; {allowed}; the nearest is {min(max(value, EARLIEST), LATEST)}")
    return value


def turned_round(value: str) -> str:
    """How a date as people write it in Britain would have to be written here; nothing for any other text."""
    try:
        when = datetime.strptime(value, "%d/%m/%Y").date()
    except ValueError:
        return ""
    return f"; if the day stands first, write {when}, or save a spreadsheet as XLSX"


def read_word(key: str, value: Any, words: type[StrEnum]) -> Any:
    """One word of a closed set. Raises :class:`ConfigError` naming the nearest."""
    if not isinstance(value, str) or value not in list(words):
        raise ConfigError(f"{key} = {show(value)}; expected one of {', '.join(words)}{alike(show(value), [w.value for w in words])}")
    return words(value)


def check_size(key: str, value: Any) -> None:
    """Refuse a whole number too large to be shown or compared."""
    if isinstance(value, int) and abs(value) > 10**15:
        raise ConfigError(f"{key} = {show(value)}; expected a number of ordinary size")


def read_share(key: str, value: Any, dial: str, how: How) -> float:
    """A number that the dial can take, or for ``multiply`` a factor from 0 to 10."""
    check_size(key, value)
    if how is How.MULTIPLY:
        return check_number(key, value, float, 0.0, HIGHEST_FACTOR, "times what it would be")
    about = DIALS[dial].metadata
    return check_number(key, value, float, about["low"], about["high"], about["unit"])


@dataclass(frozen=True)
class Change:
    """One dial turned from one date to another, both included.

    ``value`` is in the dial's own unit (for ``multiply`` a factor); ``points`` are dates with values, for ``follow`` only.
    ``source`` says where the value comes from, ``where`` which line asked for it. With ``when`` it waits within these dates until its
    trigger fires. Raises :class:`ConfigError` in one line for
    an unknown dial, an impossible date, ``from_date`` after ``to_date``, or a number that the dial cannot take.
    """

    dial: str
    from_date: date
    to_date: date
    value: float | None = None
    how: How = How.SET
    points: tuple[tuple[date, float], ...] = ()
    title: str = ""
    source: str = ""
    combine: Combine | None = None
    when: When | None = None
    where: str = field(default="change", compare=False)

    def __post_init__(self) -> None:
        at = self.where
        if not isinstance(self.dial, str) or self.dial not in DIALS:
            raise ConfigError(f"{at}.dial = {show(self.dial)}; no such dial{nearest(str(self.dial)[:60], DIALS)}")
        put = object.__setattr__
        put(self, "how", read_word(f"{at}.how", self.how, How))
        put(self, "from_date", read_date(f"{at}.from", self.from_date))
        put(self, "to_date", read_date(f"{at}.to", self.to_date))
        if self.from_date > self.to_date:
            raise ConfigError(f"{at}.from = {self.from_date}; expected a date no later than {at}.to = {self.to_date}")
        if self.combine is not None:
            put(self, "combine", read_word(f"combine.{self.dial}", self.combine, Combine))
        if self.when is not None:
            self._check_when(self.when, at)
        if self.how is How.FOLLOW:
            put(self, "points", self._points(at))
        elif self.points:
            raise ConfigError(f"{at}.points: expected with how = follow, not with how = {self.how}")
        else:
            put(self, "value", read_share(f"{at}.value", self.value, self.dial, self.how))

    def _check_when(self, when: When, at: str) -> None:
        if self.how is How.FOLLOW:
            raise ConfigError(f"{at}.when: nobody knows when it will fire; expected a number for {self.dial}, not dates with values")
        if when.latest is not None and not self.from_date <= when.latest <= self.to_date:
            allowed = f"expected a date from {self.from_date} to {self.to_date}, the days of this lever"
            raise ConfigError(f"{at}.when.latest = {when.latest}; {allowed}")

    def _points(self, at: str) -> tuple[tuple[date, float], ...]:
        if self.value is not None or not self.points:
            raise ConfigError(f"{at}: how = follow; expected points (dates with values) and no value")
        made = sorted(
            (day := read_date(f"{at}.points", when), read_share(f"{at}.points.{day}", value, self.dial, self.how))
            for when, value in self.points
        )
        for (one, _), (two, _) in pairwise(made):
            if one == two:
                raise ConfigError(f"{at}.points.{one}: given twice; expected one value a date")
        return tuple(made)

    def days(self, first: date, days: int) -> slice:
        """The days of a run that it covers, as a slice; empty when it lies outside the run."""
        start = min(max((self.from_date - first).days, 0), days)
        return slice(start, min(max((self.to_date - first).days + 1, start), days))

    def turn(self, before: np.ndarray, first: date) -> np.ndarray:
        """The dial's value on each day, from its value ``before``; ``first`` is the date of the first of these days."""
        if self.how is How.FOLLOW:
            dates, values = zip(*self.points, strict=True)
            today = first.toordinal() + np.arange(len(before))
            return np.interp(today, [d.toordinal() for d in dates], values)
        value = 0.0 if self.value is None else self.value  # none only when following points
        if self.how is How.CAP:
            return np.minimum(before, value)
        if self.how is How.FLOOR:
            return np.maximum(before, value)
        if self.how is How.FADE:
            since = first.toordinal() + np.arange(len(before)) - self.from_date.toordinal()
            return value * 0.5 ** (since / FADES)
        return before * value if self.how is How.MULTIPLY else np.full_like(before, value)

    @property
    def lever(self) -> tuple[str, str]:
        """The plan and the lever that it comes from, read off the place that asked for it."""
        plan, _, lever = self.where.removeprefix("plan/").partition(".levers.")
        return plan, lever.partition("[")[0]

    def later(self, days: int) -> Change:
        """The same change so many days later, or earlier when negative."""
        by = timedelta(days=days)
        points = tuple((when + by, value) for when, value in self.points)
        return replace(self, from_date=self.from_date + by, to_date=self.to_date + by, points=points)

    def not_before(self, start: date) -> Change:
        """The same change, of which nothing acts before a date; a line that it follows comes as much later. It must end after it."""
        by = start - self.from_date
        if by <= timedelta(0):
            return self
        points = tuple((when + by, value) for when, value in self.points)
        when = self.when
        if when is not None and when.latest is not None and when.latest < start:
            when = replace(when, latest=start)
        return replace(self, from_date=start, points=points, when=when)

    def fired(self, on: date) -> Change:
        """The same change, its trigger having fired: it acts from that date for its stated length, or to its last day."""
        days = self.when.days if self.when else None
        end = self.to_date if days is None else min(self.to_date, on + timedelta(days=days - 1))
        return replace(self, from_date=on, to_date=end, when=None)

    def outside(self, others: Sequence[Change]) -> Iterator[Change]:
        """The parts of this change on days when none of ``others`` turns the same dial."""
        parts = [(self.from_date, self.to_date)]
        one = timedelta(days=1)
        for other in (o for o in others if o.dial == self.dial):
            cut = []
            for start, end in parts:
                cut.append((start, min(end, other.from_date - one)))
                cut.append((max(start, other.to_date + one), end))
            parts = sorted({(start, end) for start, end in cut if start <= end})
        yield from (replace(self, from_date=start, to_date=end) for start, end in parts)


def check_changes(changes: Sequence[Change], by: str) -> None:
    """Refuse a dial that ``by`` (crisis or plan) may not turn, and two changes of one dial on one day with no rule to combine them."""
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        turned_by = DIALS[change.dial].metadata["turned_by"]
        if turned_by not in (by, EITHER):
            hint = f"; use {INSTEAD[change.dial]}" if change.dial in INSTEAD else ""
            theirs = ", ".join(d for d, f in DIALS.items() if f.metadata["turned_by"] in (by, EITHER))
            raise ConfigError(f"{change.where}.dial = {change.dial}; a {turned_by} turns it, not a {by}{hint}; a {by} may turn {theirs}")
        groups[change.dial].append(change)
    for dial, same in groups.items():
        check_overlaps(dial, same)


def check_overlaps(dial: str, same: Sequence[Change]) -> None:
    """Refuse overlapping changes of one dial unless one rule says how they combine."""
    rules = {c.combine for c in same}
    if len(rules) > 1:
        raise ConfigError(f"combine.{dial}: expected one rule for all the changes of {dial}")
    if Combine.MULTIPLY in rules and any(c.how in (How.CAP, How.FLOOR) for c in same):
        raise ConfigError(f"combine.{dial} = multiply; a cap or a floor cannot be multiplied; expected in_order, lowest or highest")
    if None not in rules:
        return
    ordered = sorted(same, key=lambda c: (c.from_date, c.to_date))
    for one, two in pairwise(ordered):
        if two.from_date <= one.to_date:
            raise ConfigError(
                f"{two.where}.from = {two.from_date}; {one.where} turns {dial} until {one.to_date}; "
                f"expected other dates, or combine.{dial}: {', '.join(Combine)}"
            )


def turn_all(before: np.ndarray, changes: Sequence[Change], first: date) -> np.ndarray:
    """One dial's value a day after all of its changes, by their rule; ``before`` is left as it is."""
    after, turned, days = before.copy(), np.zeros(len(before), dtype=bool), len(before)
    rule = changes[0].combine if changes else None
    factors = [c for c in changes if rule is Combine.MULTIPLY and c.how is How.MULTIPLY]
    picks = {Combine.LOWEST: np.minimum, Combine.HIGHEST: np.maximum, Combine.MULTIPLY: np.multiply, Combine.ADD: np.add}
    pick = picks.get(rule) if rule else None
    for change in (c for c in changes if c not in factors):
        when = change.days(first, days)
        start = first + timedelta(days=when.start)
        if pick is None:
            after[when] = change.turn(after[when], start)
        else:
            now = change.turn(before[when], start)
            more = now - before[when] if rule is Combine.ADD else now
            after[when] = np.where(turned[when], pick(after[when], more), now)
        turned[when] = True
    for change in factors:
        when = change.days(first, days)
        after[when] = change.turn(after[when], first)
    return after


class Timetable:
    """Every dial on every day of a run: ordinary times, then the crisis, then the plan.

    ``severity`` moves each dial from its ordinary value towards (1) or beyond (up to 2) what the crisis says, clipped to the
    dial's range; at 0 the times are ordinary exactly. ``first`` is the date of day 0 and ``days`` their number. Raises
    :class:`ConfigError` for changes that contradict each other or a dial that is not theirs to turn.
    """

    def __init__(self, crisis: Sequence[Change], plan: Sequence[Change], severity: float, first: date, days: int) -> None:
        severity = check_number("severity", severity, float, 0.0, HIGHEST_SEVERITY, "times the crisis as written")
        check_changes(crisis, "crisis")
        check_changes(plan, "plan")
        self.first, self.days = first, check_number("days", days, int, 1, 36525, "days")
        self.crisis_day = self._first_day(crisis) if severity > 0 else None  # None without a crisis
        self._crisis, self._severity, self._plan = tuple(crisis), severity, list(plan)
        self._place = {dial: i for i, dial in enumerate(DIALS)}
        self._lay_out(np.column_stack([self._column(dial) for dial in DIALS]))
        for change in self.waiting:
            self._check_base(change)
        self.looked_until = 0  # the first day on which nobody has looked yet whether a trigger fires
        self.fired: list[tuple[Change, int]] = []  # what waited and began to act, and on which day

    def _check_base(self, change: Change) -> None:
        """Refuse a trigger that is held against weeks before the run."""
        when, from_day = change.when, (change.from_date - self.first).days
        if when is None or not INDICATORS[when.indicator].relative or from_day >= self.days:
            return
        watched = from_day - when.lag_days - 7 * (when.weeks + 1)
        start = watched - 364
        if when.against is Against.BEFORE_CRISIS:
            start = (watched if self.crisis_day is None else min(self.crisis_day, watched)) - 7 * BASE_WEEKS
        if start < 0:
            raise ConfigError(
                f"{change.where}.when.against = {when.against}; that is {-start} days before the first day of the run, {self.first}; "
                f"expected an earlier start, more warm_up_days, a later from, or {' or '.join(a for a in Against if a != when.against)}"
            )

    def _lay_out(self, values: np.ndarray) -> None:
        """Keep the dials by day, and which days are alike."""
        self._values = values
        self._values.flags.writeable = False
        _, kept, which = np.unique(self._values, axis=0, return_index=True, return_inverse=True)
        self._kept, self._which = kept, which.reshape(-1).tolist()
        self._made: dict[int, Conditions] = {}

    def _first_day(self, changes: Sequence[Change]) -> int | None:
        """The first day on which any of these changes could act; before the run it is negative."""
        return min(((change.from_date - self.first).days for change in changes), default=None)

    def _column(self, dial: str) -> np.ndarray:
        """One dial by day: the crisis, and of the plan what waits for no trigger."""
        crisis, severity = self._crisis, self._severity
        plan = [c for c in self._plan if c.dial == dial and c.when is None]
        low, high = DIALS[dial].metadata["low"], DIALS[dial].metadata["high"]
        ordinary = np.full(self.days, float(getattr(ORDINARY, dial)))
        times = np.clip(turn_all(ordinary, [c for c in crisis if c.dial == dial], self.first), low, high)
        if severity != 1:
            times = np.where(times == ordinary, ordinary, np.clip(ordinary + severity * (times - ordinary), low, high))
        return np.clip(turn_all(times, plan, self.first), low, high)

    def on(self, day: int) -> Conditions:
        """The conditions of a day, 0 for the first. Days alike share one object. Raises ``IndexError`` outside the run."""
        if not 0 <= day < self.days:
            raise IndexError(f"day {day}; the run has days 0 to {self.days - 1}")
        which = self._which[day]
        if which not in self._made:
            row = self._values[self._kept[which]].tolist()
            made = object.__new__(Conditions)  # every value was clipped into its dial's range above: nothing is left to check
            made.__dict__.update(zip(DIALS, row, strict=True))
            self._made[which] = made
        return self._made[which]

    def series(self, dial: str) -> np.ndarray:
        """One dial's value on every day, read only."""
        if dial not in self._place:
            raise ConfigError(f"{show(dial)}: no such dial{nearest(str(dial), DIALS)}")
        return self._values[:, self._place[dial]]

    def first_difference(self, other: Timetable) -> int | None:
        """The first day on which any dial differs, or could because only one of the two waits for a trigger; None if there is none.

        Raises ``ValueError`` if the two do not cover the same days.
        """
        if (self.first, self.days) != (other.first, other.days):
            raise ValueError("timetables of different days cannot be compared")
        differs = (self._values != other._values).any(axis=1)
        found = [int(differs.argmax())] if differs.any() else []
        mine, theirs = self.waiting, other.waiting
        alone = self._first_day([c for c in (*mine, *theirs) if (c in mine) != (c in theirs)])
        if alone is not None and alone < self.days:
            found.append(max(alone, 0))
        return min(found, default=None)

    @property
    def waiting(self) -> tuple[Change, ...]:
        """The plan's changes whose trigger has not fired."""
        return tuple(change for change in self._plan if change.when is not None)

    @property
    def first_triggered(self) -> int | None:
        """The first day of the run on which a lever that waits for a trigger could act; None when none can."""
        day = self._first_day(self.waiting)
        return None if day is None or day >= self.days else max(day, 0)

    def fire(self, change: Change, day: int) -> None:
        """A waiting change acts from this day on. Days before it stay as they are."""
        self.fired.append((change, day))
        self._plan[self._plan.index(change)] = change.fired(self.first + timedelta(days=day))
        values = self._values.copy()
        values[day:, self._place[change.dial]] = self._column(change.dial)[day:]
        self._lay_out(values)

    def extremes(self, dial: str) -> tuple[float, float]:
        """The lowest and the highest value that a dial takes in the run."""
        values = self.series(dial)
        return float(values.min()), float(values.max())
