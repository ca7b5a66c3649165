"""A diary of every child's days: who tried to meet it and what came of it, which signs showed, and what was true.

The event log tells what was decided; meetings, and what was true on a day, are gone when the day is over. :func:`keep_diary` puts
somebody between the model and what is behind its door who writes down what passes and changes nothing: the digest stays the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.ground.table import Table
from simsafe.results.listening import listen
from simsafe.world.contact import Agency, CallOuts, Meetings, Mode, Presence, Signs

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel
    from simsafe.world.conditions import Conditions
    from simsafe.world.population import Schooling

OPENED, SEEN, ALONE, SPOKEN, ANNOUNCED = 1, 2, 4, 8, 16  # what came of a try, as bits of ``how``
BEFORE = -1  # the day of what stood when the diary was begun


class Diary:
    """What passed the door, of all children; days count from the first of the warm-up.

    ``tries``, ``signs``, ``stages`` (of the case, or early help: when it changed) and ``need`` (when it began or ended) have a row each;
    ``groups`` are (day, agency, mode, children in sight as packed bits); ``strain`` is (day, every family's strain), once a week.
    ``held`` is what stood in the records before the diary was begun: child, agency, day.
    """

    def __init__(self, model: SafeguardingModel) -> None:
        self.tries = Table({"day": "i2", "agency": "i1", "who": "i4", "mode": "i1", "how": "i1"}, room=4096)
        self.signs = Table({"day": "i2", "agency": "i1", "who": "i4", "mode": "i1", "strength": "i1", "concern": "i1"})
        self.stages = Table({"day": "i2", "who": "i4", "value": "i1"})
        self.need = Table({"day": "i2", "who": "i4", "value": "i1"})
        self.groups: list[tuple[int, int, int, np.ndarray]] = []
        self.strain: list[tuple[int, np.ndarray]] = []
        self.children = len(model.world.children)
        signs = model.records.signs
        self.held = {name: signs[name].copy() for name in ("child", "agency", "day")}
        self._stage = np.full(self.children, -1, dtype=np.int8)
        self._need = np.zeros(self.children, dtype=bool)
        self._behind = model.behind
        self._note(BEFORE, model.helped, self._behind.harm.in_need)

    def begin_day(self, day: int, now: Conditions, stage_of: np.ndarray, schooling: Schooling) -> None:
        """What is true when a day has begun, where it has changed."""
        self._note(day, stage_of, self._behind.harm.in_need)
        if day % 7 == 0:
            self.strain.append((day, self._behind.hidden.strain.astype(np.float16)))

    def _note(self, day: int, stage_of: np.ndarray, in_need: np.ndarray) -> None:
        for table, last, now in ((self.stages, self._stage, stage_of), (self.need, self._need, in_need)):
            changed = np.flatnonzero(last != now)
            if changed.size:
                table.add(changed.size, day=day, who=changed, value=now[changed])
                last[changed] = now[changed]

    def call_outs(self, calls: CallOuts, day: int) -> None:
        """What came to notice by itself, and whom police saw at it."""
        self._signs(calls.signs, day)
        if calls.seen.size:
            self.tries.add(calls.seen.size, day=day, agency=int(Agency.POLICE), who=calls.seen, mode=int(Mode.INCIDENT), how=OPENED | SEEN)

    def answers(self, meetings: Meetings, signs: Signs, presences: list[Presence], day: int) -> None:
        """What came of every try, and who was in sight of schools and childminders; relatives and neighbours are always there."""
        tried = meetings.attempt
        if tried.size:
            how = OPENED * meetings.opened + SEEN * meetings.seen + ALONE * meetings.alone + SPOKEN * meetings.spoken
            how = how + ANNOUNCED * tried.announced
            self.tries.add(tried.size, day=day, agency=tried.agency, who=tried.who, mode=meetings.mode, how=how)
        for group in presences:
            if group.agency is not Agency.COMMUNITY:
                self.groups.append((day, int(group.agency), int(group.mode), np.packbits(group.there)))
        self._signs(signs, day)

    def _signs(self, signs: Signs, day: int) -> None:
        if signs.size:
            columns = {name: getattr(signs, name) for name in ("agency", "who", "mode", "strength", "concern")}
            self.signs.add(signs.size, day=day, **columns)

    def there(self, packed: np.ndarray) -> np.ndarray:
        """bool, one a child, from packed bits."""
        return np.unpackbits(packed, count=self.children).view(bool)

    def in_sight(self, row: int) -> list[tuple[int, int, int]]:
        """(day, agency, mode) of each day on which this child was in the sight of a school or childminder."""
        byte, bit = divmod(row, 8)
        return [(day, agency, mode) for day, agency, mode, packed in self.groups if packed[byte] >> (7 - bit) & 1]


def keep_diary(model: SafeguardingModel) -> Diary:
    """Write down everything that passes the door of this model from now on, which changes nothing in it."""
    diary = Diary(model)
    listen(model, diary)
    return diary
