"""Days of the run as numbers, and which of them are working days and school days. Day 0 is the first day of the run.

Statutory deadlines count working days (Monday to Friday without bank holidays). The dates themselves are handed in: this
module holds no country's holidays, and ``simsafe.world.published.england_calendar`` supplies England's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, overload

import numpy as np

from simsafe.ground.parameter import ConfigError, check_number

BEYOND = 400  # days kept after the end of the run, so that deadlines set on the last day can be computed
LONGEST_RUN = 3650  # days
SCHOOL_YEAR_MONTH = 8  # a term belongs to the school year whose 1 August comes before its first day
DAY = timedelta(days=1)

Term = tuple[date, date]  # first and last day, both inclusive


def as_date(key: str, value: Any) -> date:
    """A date from a date or from text such as ``2020-03-23``.

    Raises
    ------
    ConfigError
        One line naming the key and the value.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except (TypeError, ValueError):
        raise ConfigError(f"{key} = {str(value)[:40]!r}; expected a date such as 2020-03-23") from None


def school_year(day: date) -> int:
    """The calendar year in which the school year of a term starting that day began."""
    return day.year - (day.month < SCHOOL_YEAR_MONTH)


def check_terms(terms: Sequence[Sequence[Any]]) -> list[Term]:
    """School terms in order of date, each a first and a last day.

    Raises
    ------
    ConfigError
        When there is none, one is not two dates, one ends before it starts or lasts over half a year, or two overlap.
    """
    pairs = [] if isinstance(terms, str) or not isinstance(terms, Sequence) else terms
    if not pairs or any(isinstance(t, str) or not isinstance(t, Sequence) or len(t) != 2 for t in pairs):
        raise ConfigError("school terms: expected one or more pairs of dates, the first and last day of each term")
    made = sorted((as_date("school term start", a), as_date("school term end", b)) for a, b in pairs)
    for start, end in made:
        if not 0 <= (end - start).days <= 183:
            raise ConfigError(f"school term {start} to {end}; expected an end after the start and within half a year of it")
    for (start, end), (after, _) in pairwise(made):
        if after <= end:
            raise ConfigError(f"school term {start} to {end} overlaps the one starting {after}; expected terms that do not overlap")
    return made


def terms_between(terms: Sequence[Sequence[Any]], first: date, last: date) -> list[Term]:
    """The given terms, and for school years without any those of the nearest given year, moved by whole weeks.

    The move is the number of whole weeks nearest to the years between (364 days for one year), so weekdays are kept and the
    dates do not drift. Assumed: councils' dates outside the given years are not in the published table.
    """
    given: dict[int, list[Term]] = {}
    for term in check_terms(terms):
        given.setdefault(school_year(term[0]), []).append(term)
    made = []
    for year in range(school_year(first) - 1, school_year(last) + 1):
        pattern = min(given, key=lambda g, y=year: (abs(g - y), g))
        shift = timedelta(weeks=round((year - pattern) * 365.25 / 7))
        made += [(start + shift, end + shift) for start, end in given[pattern]]
    return [(start, end) for start, end in made if end >= first and start <= last]


class Calendar:
    """The days of one run and :data:`BEYOND` more; every column below has one value a day and cannot be written to.

    Parameters
    ----------
    first : date or text
        Day 0 of the run.
    days : int
        Length of the run, days.
    bank_holidays : dates
        Public holidays falling on weekdays; the whole years from the first to the last of them are taken as covered.
    terms : pairs of dates
        First and last day of school terms; see :func:`terms_between` for years without any.

    Attributes
    ----------
    working, school_day : bool
        A weekday that is no bank holiday; and one that is also in term (the five staff training days a year count as school days).
    weekday : int8
        Monday 0 to Sunday 6.
    working_number : int32
        Working days from day 0 up to and including the day.

    Raises
    ------
    ConfigError
        When the run, with the days kept for deadlines, reaches outside the covered years, or an argument is no date or length.
    """

    def __init__(self, first: date | str, days: int, *, bank_holidays: Iterable[date], terms: Sequence[Sequence[Any]]) -> None:
        self.first = as_date("first day", first)
        self.days = check_number("days", days, int, 1, LONGEST_RUN, "length of the run in days")
        holidays = sorted(bank_holidays)
        self._check_covered(date(holidays[0].year, 1, 1), date(holidays[-1].year, 12, 31))
        length = self.days + BEYOND
        self.weekday = ((self.first.weekday() + np.arange(length)) % 7).astype(np.int8)
        self.working = self.weekday < 5
        for day in holidays:
            if 0 <= (day - self.first).days < length:
                self.working[(day - self.first).days] = False
        in_term = np.zeros(length, dtype=bool)
        for start, end in terms_between(terms, self.first, self.last):
            in_term[max((start - self.first).days, 0) : (end - self.first).days + 1] = True
        self.school_day = self.working & in_term
        self.working_number = np.cumsum(self.working, dtype=np.int32)
        self._working_days = np.flatnonzero(self.working)
        for column in (self.weekday, self.working, self.school_day, self.working_number, self._working_days):
            column.flags.writeable = False

    @property
    def last(self) -> date:
        """The last day with a value: :data:`BEYOND` days after the end of the run."""
        return self.date_of(self.days + BEYOND - 1)

    def _check_covered(self, earliest: date, latest: date) -> None:
        """Refuse a run that reaches outside the years whose bank holidays are known."""
        latest_end = latest - BEYOND * DAY
        if not earliest <= self.first <= latest_end:
            raise ConfigError(f"first day = {self.first}; bank holidays are known for runs within {earliest} to {latest_end}")
        end = self.first + (self.days - 1) * DAY
        if end > latest_end:
            longest = (latest_end - self.first).days + 1
            allowed = f"bank holidays are known for runs within {earliest} to {latest_end}, so at most {longest} days from this start"
            raise ConfigError(f"last day = {end} ({self.days} days from {self.first}); {allowed}")

    def date_of(self, day: int) -> date:
        """The date of a day number; days before the run are negative."""
        return self.first + int(day) * DAY

    def day_of(self, when: Any) -> int:
        """The day number of a date, or of text such as ``2020-03-23``; ConfigError when it is outside the calendar."""
        wanted = as_date("date", when)
        if not self.first <= wanted <= self.last:
            raise ConfigError(f"date = {wanted}; expected one from {self.first} to {self.last}")
        return (wanted - self.first).days

    @overload
    def add_working_days(self, day: int, count: int) -> int: ...
    @overload
    def add_working_days(self, day: np.ndarray, count: int | np.ndarray) -> np.ndarray: ...
    @overload
    def add_working_days(self, day: int, count: np.ndarray) -> np.ndarray: ...
    def add_working_days(self, day, count):
        """The day that is ``count`` working days after ``day``; 0 from a day that is none is the next working day.

        Raises ConfigError when a day or the answer lies outside the calendar, or a count is negative.
        """
        start, steps = self._inside(day), np.asarray(count)
        if steps.size and steps.min() < 0:
            raise ConfigError(f"working days to add = {steps.min()}; expected 0 or more")
        number = self.working_number[start] + np.maximum(steps, ~self.working[start])
        if number.size and number.max() > len(self._working_days):
            raise ConfigError(f"working days to add = {steps.max()}; the answer is after {self.last}, the last day of the calendar")
        return plain(self._working_days[number - 1])

    @overload
    def working_days_between(self, a: int, b: int) -> int: ...
    @overload
    def working_days_between(self, a: np.ndarray, b: int | np.ndarray) -> np.ndarray: ...
    @overload
    def working_days_between(self, a: int, b: np.ndarray) -> np.ndarray: ...
    def working_days_between(self, a, b):
        """Working days after ``a`` up to and including ``b``; negative when ``b`` comes first."""
        return plain(self.working_number[self._inside(b)] - self.working_number[self._inside(a)])

    @overload
    def academic_year_start(self, day: int) -> int: ...
    @overload
    def academic_year_start(self, day: np.ndarray) -> np.ndarray: ...
    def academic_year_start(self, day):
        """The day number of the 1 September on or before ``day``; negative when it fell before the run."""
        start = np.datetime64(self.first, "D")
        when = start + np.asarray(day).astype("timedelta64[D]")
        this_year = when.astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(8, "M")
        back = np.where(when < this_year.astype("datetime64[D]"), 12, 0).astype("timedelta64[M]")
        return plain(((this_year - back).astype("datetime64[D]") - start).astype(np.int64))

    def _inside(self, day: Any) -> np.ndarray:
        """Day numbers as an array, refused when one lies outside the calendar (a negative index would wrap round in silence)."""
        days = np.asarray(day)
        if days.size and (days.min() < 0 or days.max() >= len(self.working)):
            raise ConfigError(f"day = {days.min()} to {days.max()}; expected 0 to {len(self.working) - 1}")
        return days


def plain(value: Any) -> Any:
    """A lone number as a Python int, an array as it is."""
    return int(value) if np.ndim(value) == 0 else value
