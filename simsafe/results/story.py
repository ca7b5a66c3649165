"""One simulated child's life as an integrated chronology, the form used in rapid reviews: what was true, and what each agency saw,
held, told and decided, day by day.

It looks back at one child of one simulated run. It gives no risk and no score, and its child lives nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import Timetable, show
from simsafe.results import story_words as say
from simsafe.results.diary import BEFORE, Diary
from simsafe.results.ladder import found_days, harm_stretches
from simsafe.results.story_words import Said
from simsafe.results.tables import About, about
from simsafe.system.cases import NONE
from simsafe.system.events import Event
from simsafe.world.contact import Agency, Digital
from simsafe.world.education import EDUCATION
from simsafe.world.population import YEAR

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel

FOUND = "harm found"
LONGEST_GAP = 4  # days without sight that end a stretch in the table: a weekend and a bank holiday do not
GROUPS = (say.IN_SIGHT, say.FROM_AFAR)  # kinds of lines of which there is one a day
Line = tuple[int, Said]  # day of the run, and what is said of it
WHOLE_AREA = {
    "contacts_waiting": "contacts waiting at the front door",
    "referrals_waiting": "referrals waiting for a decision",
    "unallocated": "cases without a worker",
    "visits_waiting": "social workers' visits overdue",
    "health_visitors_away": "health visitors called away",
}


@dataclass(frozen=True)
class Story:
    """One simulated child in one run, from its diary and its event log.

    ``lines`` hold (day of the run, what is said of it), in order. ``harm`` are stretches (first day, day after the last, severity, type),
    ``need`` and ``stages`` stretches (first day, day after the last, value), ``strain`` (day, of the family). ``timetable`` and
    ``area_wide`` (a measure: its value every day) are of the whole run, to say why two stories part.
    """

    child: int
    about: About
    first: date  # of day 0
    days: int
    facts: dict[str, str]
    lines: tuple[Line, ...]
    harm: tuple[tuple[int, int, int, str], ...]
    need: tuple[tuple[int, int, int], ...]
    stages: tuple[tuple[int, int, int], ...]
    strain: tuple[tuple[int, float], ...]
    held: dict[str, int]  # signs in each agency's record before the run
    timetable: Timetable
    area_wide: dict[str, np.ndarray]
    crisis_day: int | None
    outcomes: tuple[tuple[int, str], ...] = ()  # (day, words): harm found, and what was done or left needlessly, in order

    def date_of(self, day: int) -> date:
        """The date of a day of the run."""
        return self.first + timedelta(days=day)

    @property
    def start(self) -> int:
        """The first reported day."""
        return (self.about.start - self.first).days

    @property
    def told(self) -> str:
        """What the plan came to for this child, the good and the bad, in a sentence."""
        said = [f"{words} on {self.date_of(day)}" for day, words in self.outcomes]
        if self._harmed_days() and not any(words == FOUND for _, words in self.outcomes):
            said.insert(0, f"harmed on {self._harmed_days():,} days, and that never found")
        return f"Under {self.about.plan}: {'; '.join(said) or 'no harm, and nothing done needlessly'}."

    def _harmed_days(self) -> int:
        """Reported days of harm."""
        return sum(max(0, min(end, self.days) - max(first, self.start)) for first, end, *_ in self.harm)

    @property
    def lanes(self) -> list[str]:
        """Agencies that had anything to do with the child, in their usual order; social care is always there, and last."""
        met = {said.lane for day, said in self.lines if day >= self.start} | {lane for lane, count in self.held.items() if count}
        return [a.label for a in Agency if a.label in met or a is Agency.SOCIAL_CARE]

    def table(self) -> pd.DataFrame:
        """The reported days as a table: date, until, agency, kind, words, simulated. Days in sight on end stand in one row."""
        rows = [(day, day, said) for day, said in self.lines if said.kind not in GROUPS and day >= self.start]
        rows += [row for row in stretches(self.lines) if row[0] >= self.start]
        rows += [(self.start, self.start, said) for said in self._at_the_start()]
        order = {kind: place for place, kind in enumerate(say.KINDS)}
        lanes = {lane: place for place, lane in enumerate([say.TRUTH, *self.lanes])}
        rows.sort(key=lambda row: (row[0], order[row[2].kind], lanes[row[2].lane], row[2].words))
        made = [(self.date_of(a), self.date_of(b) if b != a else None, s.lane, s.kind, s.words) for a, b, s in rows]
        table = pd.DataFrame(made, columns=["date", "until", "agency", "kind", "words"])
        return table.assign(until=table["until"].map(lambda d: d.isoformat() if isinstance(d, date) else ""), simulated="yes")

    def _at_the_start(self) -> Iterator[Said]:
        """What held already when the reported days began."""
        for first, end, severity, kind in self.harm:
            if first < self.start < end:
                yield Said(say.TRUTH, say.TRUE, f"Already: harm, {kind}, severity {severity} of 3, since {self.date_of(first)}")
        if any(first < self.start < end for first, end, _ in self.need):
            yield Said(say.TRUTH, say.TRUE, "Already: need without harm")
        yield from (say.staged(value) for first, end, value in self.stages if first < self.start < end)
        for lane, count in self.held.items():
            yield Said(lane, say.HEARD, f"Held {count} sign{'s' if count > 1 else ''} already, from before the run")


def story_of(model: SafeguardingModel, diary: Diary, child: int) -> Story:
    """The chronology of the child of this id.

    Raises
    ------
    ConfigError
        There is no child of that id in the run.
    """
    row = row_of(model, child)
    log = model.log.rows
    mine = np.flatnonzero((log["who"] == child) & ~np.isin(log["kind"], say.ABOUT_STAFF))
    events = list(zip(*(log[name][mine].astype(int).tolist() for name in ("day", "kind", "a", "b")), strict=True))
    harm, stages, need = _harm(model, row), _states(diary.stages, row, model.day), _states(diary.need, row, model.day)
    lines = [*_met(diary, row), *_signs(model, diary, row, events), *_true(model, row, harm, need)]
    lines += say.events(events)
    family = int(model.world.children.family[row])
    held = Counter(int(a) for a in diary.held["agency"][diary.held["child"] == row])
    s = model.setup
    return Story(
        child=child,
        about=about(model),
        first=s.first,
        days=model.day,
        facts=_facts(model, row),
        lines=tuple(sorted(lines, key=lambda line: (line[0], line[1]))),
        harm=tuple(harm),
        need=tuple(stretch for stretch in need if stretch[2]),
        stages=tuple(stretch for stretch in stages if stretch[2] >= 0),
        strain=tuple((day, float(every[family])) for day, every in diary.strain),
        held={Agency(number).label: count for number, count in sorted(held.items())},
        timetable=model.timetable,
        area_wide={name: np.asarray(model.measures.daily[name], dtype=float) for name in WHOLE_AREA},
        crisis_day=_crisis_day(model),
        outcomes=outcomes(model, row),
    )


def row_of(model: SafeguardingModel, child: Any) -> int:
    """The row of a child's id; ConfigError in one line when there is none."""
    ids = model.ids
    if not isinstance(child, int | np.integer) or isinstance(child, bool) or child not in ids:
        allowed = f"expected a whole number from {ids.min()} to {ids.max()}, a child of this area under this seed"
        raise ConfigError(f"child = {show(child)}; no such child; {allowed}")
    return int(model.rows_of(np.array([int(child)]))[0])


def _crisis_day(model: SafeguardingModel) -> int | None:
    from simsafe.results.tables import crisis_start

    start = crisis_start(model)
    return None if start is None else start + model.setup.warm_up_days


def _facts(model: SafeguardingModel, row: int) -> dict[str, str]:
    """What anyone could know of the child and its family on the first reported day."""
    c, f = model.world.children, model.world.families
    family, start = int(c.family[row]), model.setup.warm_up_days
    years = (start - int(c.birth[row])) / YEAR
    age = f"{int(years)} years" if years >= 1 else f"{int(years * 12)} months" if years >= 0 else "not born yet"
    brothers = int(f.size[family]) - 1
    return {
        "age at the start": age,
        "brothers and sisters": str(brothers),
        "education at the end": EDUCATION[int(model.schooling.state[row])],
        "digital access at home": Digital(int(f.digital[family])).name.lower().replace("_", " "),
        "disabled": "yes" if c.disabled[row] else "no",
    }


def _met(diary: Diary, row: int) -> Iterator[Line]:
    """Tries to meet the child, and days in sight."""
    t = diary.tries
    for i in np.flatnonzero(t["who"] == row):
        yield int(t["day"][i]), say.tried(int(t["agency"][i]), int(t["mode"][i]), int(t["how"][i]))
    for day, agency, mode in diary.in_sight(row):
        yield day, say.sight(agency, mode)


def _signs(model: SafeguardingModel, diary: Diary, row: int, events: list[tuple[int, int, int, int]]) -> Iterator[Line]:
    """Signs that showed, each with whether it was of harm and whether it was written down."""
    s, true, born = diary.signs, model.behind.door.true_signs.table, int(model.world.children.birth[row])
    of_harm = Counter(zip(*(true[n][true["child"] == row].tolist() for n in ("day", "agency")), strict=True))
    written = Counter((day, a, b) for day, kind, a, b in events if kind == Event.SIGN)
    for i in np.flatnonzero(s["who"] == row):
        day, agency, mode, strength, concern = (int(s[n][i]) for n in ("day", "agency", "mode", "strength", "concern"))
        note = (day, agency, strength * 64 + concern * 8)
        yield day, say.noticed(agency, mode, strength, concern, of_harm[day, agency] > 0, written[note] > 0, day < born)
        written[note] -= 1
        of_harm[day, agency] -= 1


def _harm(model: SafeguardingModel, row: int) -> list[tuple[int, int, int, str]]:
    """Stretches of harm of one severity: first day, day after the last, severity, type."""
    stretches, spells = harm_stretches(model), model.behind.harm.spells
    mine = np.flatnonzero(spells["child"][stretches["spell"]] == row)
    found = []
    for i in mine:
        first, end, severity = (int(stretches[n][i]) for n in ("first", "end", "severity"))
        found.append((first, end, severity, say.concern(int(spells["type"][stretches["spell"][i]]))))
    return sorted(found)


def outcomes(model: SafeguardingModel, row: int) -> tuple[tuple[int, str], ...]:
    """What a run came to for a child, by the simulated truth: the days on which harm was found, and every error, for and against it."""
    spells, found, errors = model.behind.harm.spells, found_days(model), model.measures.alarms
    start = model.setup.warm_up_days
    lasts = (spells["child"] == row) & ((spells["end"] == NONE) | (spells["end"] > start))
    known = [(int(found[k]), FOUND) for k in np.flatnonzero(lasts) if found[k] != NONE]  # perhaps before the reported days
    made = []
    for name, said in say.ERRORS.items():
        rows = errors.errors(name)
        made += [(int(day), said) for day in errors.table["day"][rows[errors.table["who"][rows] == model.ids[row]]]]
    return tuple(sorted([*known, *((day, said) for day, said in made if day >= start)]))


def _states(table: Any, row: int, end: int) -> list[tuple[int, int, int]]:
    """Stretches of one value: first day, day after the last, value."""
    mine = np.flatnonzero(table["who"] == row)
    days = [max(int(day), BEFORE) for day in table["day"][mine]] + [end]
    return [(days[i], days[i + 1], int(table["value"][k])) for i, k in enumerate(mine)]


def _true(model: SafeguardingModel, row: int, harm: list[tuple[int, int, int, str]], need: list[tuple[int, int, int]]) -> Iterator[Line]:
    """Lines about harm and need."""
    ended: dict[int, int] = {}
    for first, end, severity, kind in harm:
        what = "worsens" if ended.get(first) == severity - 1 else "begins"
        yield first, Said(say.TRUTH, say.TRUE, f"Harm {what}: {kind}, severity {severity} of 3")
        ended[end] = severity
    starts = {first for first, *_ in harm}
    for _, end, _, kind in harm:
        if end not in starts and end < model.day:
            yield end, Said(say.TRUTH, say.TRUE, f"Harm ends: {kind}")
    for first, _, value in need:
        if first != BEFORE:
            yield first, Said(say.TRUTH, say.TRUE, "Need without harm begins" if value else "Need without harm ends")


def stretches(lines: tuple[Line, ...]) -> list[tuple[int, int, Said]]:
    """Days in sight of one agency in one way, joined where no more than a long weekend lies between them."""
    by: dict[Said, list[int]] = {}
    for day, said in lines:
        if said.kind in GROUPS:
            by.setdefault(said, []).append(day)
    found = []
    for said, days in by.items():
        cuts = [0, *(np.flatnonzero(np.diff(days) > LONGEST_GAP) + 1).tolist(), len(days)]
        for a, b in pairwise(cuts):
            words = said.words if b - a == 1 else f"{said.words} on {b - a} days"
            found.append((days[a], days[b - 1], said._replace(words=words)))
    return found
