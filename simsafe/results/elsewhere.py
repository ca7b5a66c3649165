"""What others held about a child whom social care let go: signs that were in nobody's one record when it was decided.

No decision reads this. It asks afterwards what a partnership's reviews ask: was it known, only not in one place?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simsafe.system.events import Closing, Decision, Event
from simsafe.world.contact import Agency, Concern

if TYPE_CHECKING:
    from simsafe.cast import Cast


def let_go_today(model: Cast) -> tuple[np.ndarray, np.ndarray]:
    """Rows of children let go today, and the nats at which half of such children would not have been.

    They are those whose referral was decided to need no further action, at the front door's mark, and those whose case was closed for
    another reason than growing up, at the mark of an assessment.
    """
    decided, _, what = model.log.today_with(Event.DECISION)
    closed, _, why = model.log.today_with(Event.CLOSED)
    decided, closed = decided[what == Decision.NO_FURTHER_ACTION], closed[why != Closing.GROWN_UP]
    mark = np.repeat([model.front_door.how.assess, model.assessing.how.in_need], [decided.size, closed.size])
    return model.rows_of(np.concatenate([decided, closed])), mark


def held_elsewhere(model: Cast) -> dict[str, int]:
    """Of the children let go today, those of whom others held signs, and those whom the same signs in one record would have kept."""
    children, mark = let_go_today(model)
    if not children.size:
        return {"let_go_signs_elsewhere": 0, "let_go_pooled_over": 0}
    rows, at = model.records.unshared(children)
    own, pooled = pooled_worry(model, children, rows, at)
    there = np.bincount(at, minlength=children.size) > 0
    return {
        "let_go_signs_elsewhere": int(np.count_nonzero(there)),
        "let_go_pooled_over": int(np.count_nonzero((own < mark) & (pooled >= mark))),
    }


def pooled_worry(model: Cast, children: np.ndarray, rows: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Social care's worry about each child today, and with these signs added at what attention has left of them; need and harm apart."""
    records, weighing, day = model.records, model.records.weighing, model.day
    signs = records.signs
    age = day - signs["day"][rows].astype(np.int64)
    weight = weighing.of_signs(signs["strength"][rows], signs["concern"][rows], signs["mode"][rows]) * weighing.left(age)
    harm, need = records.worry_of(Agency.SOCIAL_CARE, children, day), records.need_of(children, day)
    is_need = signs["concern"][rows] == Concern.NEED
    more_harm, more_need = (np.bincount(at[part], weights=weight[part], minlength=children.size) for part in (~is_need, is_need))
    return np.maximum(harm, need), np.maximum(harm + more_harm, need + more_need)
