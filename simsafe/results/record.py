"""What a reader of all agencies' records could go on: who met which child, how, and what was noticed, and nothing that is true.

:func:`keep_record` puts somebody between the model and what is behind its door, as :mod:`~simsafe.results.diary` does, who is handed
what passes and not what is behind: meetings, groups in sight, signs that were written down, stages of cases, states of education, dials.
Nothing in the run changes. ``tests/study/observer`` deals out all of truth anew and finds the same record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.agencies.recording import written_down
from simsafe.ground.table import Table, positions
from simsafe.results.listening import listen
from simsafe.system.cases import NONE
from simsafe.world.contact import AGENCIES, PARTNERS, Agency, CallOuts, Meetings, Mode, Presence, Signs
from simsafe.world.education import OUT_OF_SCHOOL

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel
    from simsafe.world.conditions import Conditions
    from simsafe.world.population import Schooling

NO_SIGN = -1
TOLD_OF = (Agency.POLICE, Agency.ADULT_SERVICES, Agency.HELPLINES)  # they meet nobody: what they hold comes to them
MODES = len(Mode)
SIGN = {"day": "i2", "agency": "i1", "who": "i4", "mode": "i1", "strength": "i1", "concern": "i1"}
Cell = tuple[int, int]  # agency and mode


class Record:
    """Contacts and signs of all children; days count from the first of the warm-up, weeks are of seven such days.

    ``meetings`` (families that opened; ``strength`` is NO_SIGN where nothing was noticed) and ``signs`` (of children in sight, and those
    that came by themselves) have a row each. ``sight``: by agency and mode, for each week the days on which each child was in sight,
    worth as much as ordinary days. ``stages``: of each child's case or early help, as its week began; ``out_of_school`` likewise.
    ``dials``: each day's. ``past`` are the signs on record when the run began, ``stage`` and ``since`` the open cases of that day, and
    ``exposure`` each agency's occasions a year with each child in ordinary times, before it.
    """

    def __init__(self, model: SafeguardingModel) -> None:
        self.children = len(model.world.children)
        self.meetings = Table(SIGN | {"announced": "?", "noticing": "f4"}, room=4096)
        self.signs = Table(SIGN)
        self.sight: dict[Cell, list[np.ndarray]] = {}
        self.stages: list[np.ndarray] = []
        self.out_of_school: list[np.ndarray] = []
        self.dials: list[Conditions] = []
        held, cases = model.records.signs, model.cases
        self.past = {name: held[name].copy() for name in ("child", "agency", "day", "strength", "concern", "holders")}
        self.stage = cases.stage_of.copy()
        self.since = np.where(self.stage == NONE, 0, cases["since"][np.maximum(cases.row, 0)] if len(cases) else 0).astype(np.int64)
        self.exposure = {a: np.asarray(model.usual_exposure(a), dtype=np.float64) for a in PARTNERS if a not in TOLD_OF}
        self._chance, self._recording = model.chance, model.setup.in_force.recording

    @property
    def weeks(self) -> int:
        """Weeks that have begun."""
        return len(self.stages)

    def begin_day(self, day: int, now: Conditions, stage_of: np.ndarray, schooling: Schooling) -> None:
        """What anyone could know as a day begins."""
        self.dials.append(now)
        if day % 7 == 0:
            self.stages.append(stage_of.astype(np.int8))
            self.out_of_school.append(OUT_OF_SCHOOL[schooling.state])

    def call_outs(self, calls: CallOuts, day: int) -> None:
        """What came to notice by itself."""
        self._signs(self._written(calls.signs), day)

    def answers(self, meetings: Meetings, signs: Signs, presences: list[Presence], day: int) -> None:
        """What came of every try, and who was in sight."""
        for group in presences:
            weeks = self.sight.setdefault((int(group.agency), int(group.mode)), [])
            while len(weeks) <= day // 7:
                weeks.append(np.zeros(self.children, dtype=np.float32))
            weeks[day // 7] += group.there * np.float32(group.exposure)
        tried, met = meetings.attempt, positions(meetings.opened)
        rows = self.meetings.add(
            met.size, day=day, agency=tried.agency[met], who=tried.who[met], mode=meetings.mode[met], announced=tried.announced[met],
            noticing=tried.noticing[met], strength=NO_SIGN, concern=NO_SIGN,
        )  # fmt: skip
        noisy = positions(~meetings.quiet[met])
        written = self._written(signs)
        at = _at_meeting(tried.agency[met[noisy]], tried.who[met[noisy]], meetings.mode[met[noisy]], written)
        own = positions(at >= 0)
        for name in ("strength", "concern"):
            self.meetings[name][rows[noisy[at[own]]]] = getattr(written, name)[own]
        rest = at < 0
        self._signs(Signs(*(getattr(written, n)[rest] for n in ("agency", "who", "strength", "concern", "mode", "key"))), day)

    def _written(self, signs: Signs) -> Signs:
        return written_down(signs, self._chance, self._recording)

    def _signs(self, signs: Signs, day: int) -> None:
        if signs.size:
            self.signs.add(signs.size, day=day, **{name: getattr(signs, name) for name in SIGN if name != "day"})


def _at_meeting(agency: np.ndarray, who: np.ndarray, mode: np.ndarray, signs: Signs) -> np.ndarray:
    """For each sign the position among meetings at which something was noticed, or -1: same agency, child and mode."""
    if not who.size or not signs.size:
        return np.full(signs.size, -1, dtype=np.int64)
    met = (who.astype(np.int64) * AGENCIES + agency) * MODES + mode
    seen = (signs.who.astype(np.int64) * AGENCIES + signs.agency) * MODES + signs.mode
    order = np.argsort(met, kind="stable")
    at = order[np.minimum(np.searchsorted(met[order], seen), met.size - 1)]
    return np.where(met[at] == seen, at, -1)


def keep_record(model: SafeguardingModel) -> Record:
    """Note all contacts and written signs of this model, which has not begun, from now on; it changes nothing in the run."""
    record = Record(model)
    listen(model, record)
    return record
