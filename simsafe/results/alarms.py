"""What was true of a child when something was decided about it: false alarms, and harmed children who were let go.

Harm is in the spells, but whether harm was likely, or the child in need, is lost when the day is over; so what turns out to have been
an error is written down on its day, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from simsafe.ground.table import Table
from simsafe.system.events import Closing, Decision, Event
from simsafe.world.contact import IN_PERSON

if TYPE_CHECKING:
    from simsafe.cast import Cast

Test = Callable[[Any, Any], Any]  # of an event's two numbers, one by one or in columns

HARMED, NO_HARM = 0, 2  # states of HarmAndNeed.state_of: 0 harmed, 1 likely to be, 2 in need, 3 none of these
DAYS = 1 << 16  # more than a run can have
STAGES: dict[str, tuple[Event, Test | None]] = {  # of the way to a plan: which events are in each
    "contacts": (Event.CONTACT, None),
    "referrals": (Event.REFERRAL, None),
    "assessments": (Event.ASSESSED, None),
    "section_47": (Event.STRATEGY, None),
    "conferences": (Event.CONFERENCE, None),
    "plans": (Event.CONFERENCE, lambda a, b: a == 1),
}
NEEDLESS_FROM = {"contacts": 3, "referrals": 3, "assessments": 3, "section_47": 2, "conferences": 2, "plans": 2}
LEFT: dict[str, tuple[Event, Test | None]] = {  # ways in which a child is left without what it had, or might have had
    "no_further_action": (Event.DECISION, lambda a, b: b == Decision.NO_FURTHER_ACTION),
    "stepped_down": (Event.PLAN_ENDED, None),
    "closed": (Event.CLOSED, lambda a, b: b != Closing.GROWN_UP),
}
KINDS = STAGES | LEFT
NUMBER = {name: number for number, name in enumerate(KINDS)}
OF_KIND = {int(kind): [(NUMBER[n], test) for n, (event, test) in KINDS.items() if event == kind] for kind, _ in KINDS.values()}


class AlarmDiary:
    """One row an error: a stage reached about a child not harmed nor likely to be, or a harmed child left."""

    def __init__(self) -> None:
        self.table = Table({"day": "i2", "what": "i1", "who": "i4", "state": "i1"}, room=256)

    def write_day(self, model: Cast) -> None:
        """Look up what is true of the children to whom something happened today."""
        numbers, found = [], []
        for _, kind, ids, a, b in model.log.parts_today():
            for number, test in OF_KIND.get(kind, ()):
                passed = True if test is None else test(a, b)  # one answer for all where the event's numbers are the same for all
                some = ids[passed] if isinstance(passed, np.ndarray) else ids if passed else ids[:0]
                numbers.append(number)
                found.append(some)
        if not found:
            return
        who, what = np.concatenate(found), np.repeat(np.array(numbers, dtype=np.int8), [some.size for some in found])
        state = model.behind.harm.state_of(model.rows_of(who), model.day)
        errs = np.flatnonzero(np.where(what < len(STAGES), state >= NO_HARM, state == HARMED))
        errs = errs[np.lexsort((who[errs], what[errs]))]  # whatever the order in which they came up
        self.table.add(errs.size, day=model.day, what=what[errs], who=who[errs], state=state[errs])

    def errors(self, name: str, least: int | None = None) -> np.ndarray:
        """Rows of the table: needless events of a stage, or harmed children left.

        ``least`` is the state from which a stage counts as needless: 3 neither harm nor need, 2 no harm; by default that of the stage.
        """
        of_kind = self.table["what"] == NUMBER[name]
        return np.flatnonzero(of_kind & (self.table["state"] >= (NEEDLESS_FROM.get(name, HARMED) if least is None else least)))

    def flows(self, log: Table, days: int) -> dict[str, np.ndarray]:
        """Errors on each of so many days, by the names of the daily measures."""
        made = {
            f"{name}_{'needless' if name in STAGES else 'harmed'}": np.bincount(self.table["day"][self.errors(name)], minlength=days)
            for name in KINDS
        }
        closed = self.errors("closed")
        remote = closed[last_visit_remote(log, self.table["who"][closed], self.table["day"][closed])]
        return made | {"closed_harmed_remote": np.bincount(self.table["day"][remote], minlength=days)}

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        return self.table.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the diary back."""
        self.table.restore(state)


def last_visit_remote(log: Table, who: np.ndarray, day: np.ndarray) -> np.ndarray:
    """bool: the last visit of social care that these children's families answered, up to these days, was by video or telephone."""
    visits = np.flatnonzero((log["kind"] == Event.VISIT) & (log["b"] & 1 > 0))
    if not visits.size:
        return np.zeros(who.size, dtype=bool)
    child = log["who"][visits].astype(np.int64)
    order = np.argsort(child * DAYS + log["day"][visits], kind="stable")
    moment = (child * DAYS + log["day"][visits])[order]
    at = np.searchsorted(moment, who.astype(np.int64) * DAYS + day, side="right") - 1
    last = visits[order[np.maximum(at, 0)]]
    return (at >= 0) & (log["who"][last] == who) & ~IN_PERSON[log["a"][last]]
