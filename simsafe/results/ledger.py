"""The visibility ledger: which groups of children each agency met in a week, and how; and what plans ask of people outside the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.agencies.met import CELLS, MODES, WeekOfMeetings
from simsafe.ground.chance import PIECE
from simsafe.ground.table import Table
from simsafe.results.groups import GROUP_NAMES, GROUPS
from simsafe.world.contact import AGENCIES, IN_PERSON, Agency, Mode
from simsafe.world.education import Education

if TYPE_CHECKING:
    from simsafe.cast import Cast

FACE, REMOTE, ANYHOW = MODES, MODES + 1, MODES + 2  # ways to meet beyond the single modes
WAYS = [*(mode.name.lower().replace("_", " ") for mode in Mode), "in person", "remote", "any"]
ACTIVITIES = {  # work asked of people outside the simulated staff, counted every week
    "doorstep_visits": "knocks of school staff at the homes of pupils who were not in school, answered or not",
    "list_visits": "visits of named professionals to children on the missing-from-view list, answered or not",
    "second_eyes_contacts": "families met by surge staff, or by family support sent by the missing-from-view list",
    "vulnerable_pupil_days": "school days of vulnerable pupils on roll who had no place, one a pupil and day",
    "ratings": "open children rated by risk",
    "school_check_ins": "pupils at home reached remotely by their school, once a week each",
    "home_education_visits": "visits to children educated at home whose families agreed, while a plan offers them",
}
HOW = np.where(IN_PERSON, 0, 1)  # by Mode: in person, or remote
Cubes = tuple[tuple[str, ...], ...]


class LedgerDiary:
    """A row a week, group, agency and way to meet in which somebody was met.

    ``children`` are different children, ``contacts`` children met on a day. Single modes stand for all children together, with their
    contacts; groups have the ways ``in person``, ``remote`` and ``any``, and no contacts (-1), which would cost as much as all the rest.
    """

    def __init__(self) -> None:
        self._modes = Table({"day": "i2", "agency": "i1", "way": "i1", "contacts": "i4", "children": "i4"}, room=256)
        self._days: list[int] = []  # last days of the weeks so far
        self._groups: list[np.ndarray] = []  # children met in each of them: int32 by agency, way (of FACE, REMOTE, ANYHOW) and group
        self.activity = Table({"day": "i2"} | dict.fromkeys(ACTIVITIES, "i4"), room=64)
        self._asked = dict.fromkeys(ACTIVITIES, 0)

    def write_day(self, model: Cast) -> None:
        """What plans asked of others today."""
        asked, calendar, day = self._asked, model.calendar, model.day
        offered = model.timetable.on(day).home_education_visits_a_year > 0
        if calendar.school_day[day]:
            asked["vulnerable_pupil_days"] += model.schools.vulnerable_at_home
        eyes = np.empty(0, dtype=np.uint64)
        if calendar.working[day]:
            asked["ratings"] += model.casework.ratings.made
            eyes = np.concatenate([model.second_eyes.of_list, model.second_eyes.of_surge])
            asked["list_visits"] += model.second_eyes.of_list.size
        for meetings in model.contacts.meetings:
            agency, mode = meetings.attempt.agency, meetings.attempt.mode
            theirs = np.isin(meetings.attempt.key, eyes) if eyes.size else np.zeros(agency.size, dtype=bool)
            early_help = agency == Agency.EARLY_HELP
            asked["second_eyes_contacts"] += int(np.count_nonzero(early_help & theirs & meetings.opened))
            asked["doorstep_visits"] += int(np.count_nonzero((agency == Agency.SCHOOLS) & (mode == Mode.DOORSTEP) & ~theirs))
            if offered:
                visits = meetings.attempt.who[early_help & (mode == Mode.HOME_VISIT) & ~theirs]
                asked["home_education_visits"] += int(np.count_nonzero(model.schooling.state[visits] == Education.HOME))

    def write_week(self, model: Cast, cells: tuple[np.ndarray, ...], cubes: Cubes) -> None:
        """The week's rows. ``cells`` are each child's cell in each cube of groups (``measures.CUBES``)."""
        week = model.contacts.week
        contacts, at, who = _contacts(week), *_once(week, model.here.size)
        mode_children = np.bincount(at, minlength=CELLS)
        pupils, counted = _at_school(week, at, who, model.here.size)
        mode_children += counted
        agency, how = at // MODES, HOW[at % MODES]
        others = (agency != Agency.SCHOOLS) & model.served[who]  # who has turned 18 since is in no group of children
        pupils[~model.served] = 0
        slot, rows = _any_mode(agency[others] * 2 + how[others], who[others], model.here.size)
        either, again = _any_mode(slot // 2, rows, model.here.size)
        by_way = _in_groups(np.concatenate([slot // 2 * 3 + slot % 2, either * 3 + 2]), np.concatenate([rows, again]), cells, cubes)
        by_way = by_way.reshape(AGENCIES, 3, -1)
        by_way[Agency.SCHOOLS] = _pupils_in_groups(pupils, cells, cubes)
        self._add(model.day, mode_children, contacts, by_way)
        self._asked["school_check_ins"] = int(mode_children[Agency.SCHOOLS * MODES + Mode.REMOTE_LESSON])
        self.activity.add(1, day=model.day, **self._asked)
        self._asked = dict.fromkeys(ACTIVITIES, 0)

    def _add(self, day: int, mode_children: np.ndarray, contacts: np.ndarray, by_way: np.ndarray) -> None:
        cell = np.flatnonzero(mode_children)
        agency, way = np.divmod(cell, MODES)
        self._modes.add(cell.size, day=day, agency=agency, way=way, contacts=contacts[cell], children=mode_children[cell])
        self._days.append(day)
        self._groups.append(by_way.astype(np.int32))

    @property
    def table(self) -> dict[str, np.ndarray]:
        """day, group, agency, way, contacts and children of all rows, made for the asker: single modes first, then groups."""
        modes, groups = self._modes, self._stacked()
        week, agency, way, group = np.nonzero(groups)
        return {
            "day": np.concatenate([modes["day"], np.array(self._days, dtype=np.int16)[week]]),
            "group": np.concatenate([np.zeros(len(modes), dtype=np.int8), group.astype(np.int8)]),
            "agency": np.concatenate([modes["agency"], agency.astype(np.int8)]),
            "way": np.concatenate([modes["way"], (way + FACE).astype(np.int8)]),
            "contacts": np.concatenate([modes["contacts"], np.full(week.size, -1, dtype=np.int32)]),
            "children": np.concatenate([modes["children"], groups[week, agency, way, group]]),
        }

    def _stacked(self) -> np.ndarray:
        """Children met, by week, agency, way and group."""
        return np.stack(self._groups) if self._groups else np.zeros((0, AGENCIES, 3, len(GROUP_NAMES)), dtype=np.int32)

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        made = {f"modes.{n}": c for n, c in self._modes.state().items()} | {f"activity.{n}": c for n, c in self.activity.state().items()}
        asked = np.array([self._asked[name] for name in ACTIVITIES])
        return made | {"asked": asked, "days": np.array(self._days, dtype=np.int16), "groups": self._stacked()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        self._asked = dict(zip(ACTIVITIES, state["asked"].tolist(), strict=True))
        self._days, self._groups = state["days"].tolist(), list(state["groups"].copy())
        for name, table in (("modes", self._modes), ("activity", self.activity)):
            table.restore({n.partition(".")[2]: c for n, c in state.items() if n.startswith(f"{name}.")})


def _contacts(week: WeekOfMeetings) -> np.ndarray:
    """Contacts of the week by cell."""
    count = np.bincount(week.one_by_one()[0], minlength=CELLS)
    for at, days in week.days.items():
        count[at] += int(days.sum(dtype=np.int64))
    return count


def _once(week: WeekOfMeetings, children: int) -> tuple[np.ndarray, np.ndarray]:
    """(cell, child) of everyone met, each pair once, schools' whole groups left out: they are most of all children."""
    cell, who = week.one_by_one()
    groups = {at: np.flatnonzero(days) for at, days in week.days.items() if at // MODES != Agency.SCHOOLS}
    cell = np.concatenate([cell, *(np.full(rows.size, at, dtype=np.int16) for at, rows in groups.items())])
    return _any_mode(cell.astype(np.int64), np.concatenate([who, *groups.values()]), children)


def _any_mode(slot: np.ndarray, who: np.ndarray, children: int) -> tuple[np.ndarray, np.ndarray]:
    """Each pair of slot and child once, in order."""
    pair = slot * children + who
    pair.sort()
    return np.divmod(pair[np.diff(pair, prepend=-1) > 0], children)


def _at_school(week: WeekOfMeetings, at: np.ndarray, who: np.ndarray, children: int) -> tuple[np.ndarray, np.ndarray]:
    """int8 a child: 1 if met by schools in person + 2 if remotely; and children met in whole groups, by cell."""
    flags, counted = np.zeros((2, children), dtype=bool), np.zeros(CELLS, dtype=np.int64)
    for cell, days in week.days.items():
        agency, mode = divmod(cell, MODES)
        if agency == Agency.SCHOOLS:
            there = days > 0
            counted[cell] = np.count_nonzero(there)
            flags[HOW[mode]] |= there
    own = at // MODES == Agency.SCHOOLS
    flags[HOW[at[own] % MODES], who[own]] = True
    return flags[0].view(np.int8) + flags[1].view(np.int8) * np.int8(2), counted


def _in_groups(slot: np.ndarray, rows: np.ndarray, cells: tuple[np.ndarray, ...], cubes: Cubes) -> np.ndarray:
    """How many of these rows in each slot (three an agency) and group."""
    tables = []
    for cell, cube in zip(cells, cubes, strict=True):
        width = int(np.prod([len(GROUPS[name]) for name in cube]))
        tables.append(np.bincount(slot * width + cell[rows], minlength=3 * AGENCIES * width).reshape(3 * AGENCIES, width))
    return _margins(tables, cubes)


def _pupils_in_groups(pupils: np.ndarray, cells: tuple[np.ndarray, ...], cubes: Cubes) -> np.ndarray:
    """Children met by schools in person, remotely and either way, in each group: an array (3, groups)."""
    tables = []
    for cell, cube in zip(cells, cubes, strict=True):
        width = int(np.prod([len(GROUPS[name]) for name in cube]))
        count = np.zeros(4 * width, dtype=np.int64)
        for start in range(0, cell.size, PIECE):
            part = slice(start, start + PIECE)
            count += np.bincount(cell[part] * np.int16(4) + pupils[part], minlength=4 * width)
        count = count.reshape(width, 4)
        tables.append(np.stack([count[:, 1] + count[:, 3], count[:, 2] + count[:, 3], count[:, 1:].sum(axis=1)]))
    return _margins(tables, cubes)


def _margins(tables: list[np.ndarray], cubes: Cubes) -> np.ndarray:
    """From counts (slots, cells) of each cube to counts (slots, groups), in the order of GROUP_NAMES."""
    found = {}
    for table, cube in zip(tables, cubes, strict=True):
        whole = table.reshape(len(table), *(len(GROUPS[name]) for name in cube))
        for d, name in enumerate(cube):
            found[name] = whole.sum(axis=tuple(k + 1 for k in range(len(cube)) if k != d))
    made = np.concatenate([found[name] for name in GROUPS], axis=1)
    assert made.shape[1] == len(GROUP_NAMES)
    return made
