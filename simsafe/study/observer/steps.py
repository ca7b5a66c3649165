"""From harm to action in one run: how many harmed children a rational reader would have found, and at which step the others were lost.

Every number is of children who had no open case when the period began; every reader flags as many of them as social care had cases of.
``harmed`` = ``unmet`` + ``silent`` + ``faint`` + ``silos`` + ``untold`` + ``capacity`` + ``found_acted``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from simsafe.model import SafeguardingModel
from simsafe.results.hindsight import Hindsight
from simsafe.results.periods import crisis_day, crisis_start
from simsafe.results.record import Record
from simsafe.study.observer.readers import APART, READERS, TOGETHER, TOLD
from simsafe.study.observer.scoring import CURVE, Flags, Period, found_among_the_first, open_cases, silence
from simsafe.system.events import Event

ACTED = "social care"  # scored beside the readers
SHORT = {TOGETHER: "together", TOLD: "told", APART: "apart", ACTED: "acted"}  # readers in the names of steps
ORDINARY, IN_CRISIS, NO_CRISIS = "before the crisis", "in the crisis", "ordinary times"
MEANING = {
    "children": "children who lived here and had no open case when the period began",
    "harmed": "of these, harmed in the period",
    "unmet": "harmed; no sign of the harm showed, and no professional met the child while it was harmed",
    "silent": "harmed and met by somebody; no sign of the harm showed",
    "faint": "a sign showed, but others stand out more even with all records together",
    "found_together": "harmed and found by a rational reader of all agencies' records together",
    "silos": "found together, and not if each agency reads only its own records: net",
    "found_apart": "harmed and found by rational readers of each agency's own records",
    "untold": "found by readers of each agency's own records, and not by one of what reached social care: net, below 0 where sharing wins",
    "found_told": "harmed and found by a rational reader of what reached social care",
    "capacity": "found by a rational reader of what reached social care, and not by social care: net",
    "found_acted": "harmed while social care had an open case",
    "no_contact": "found by a reader of what reached social care; nobody told the front door while the child was harmed",
    "waiting": "the same; the front door had not decided yet",
    "turned_away": "the same; told, and screened out or given no further action",
    "flagged": "children flagged by every reader, as many as social care had open cases of",
    **{f"false_{name}": f"flagged and not harmed meanwhile: {reader}" for reader, name in SHORT.items()},
    **{f"days_{name}": f"mean days from the beginning of harm, or of the period, until found: {reader}" for reader, name in SHORT.items()},
}
COUNTS = tuple(name for name in MEANING if not name.startswith("days_"))


def last_day(model: SafeguardingModel) -> int:
    """The simulated day before which everything lies that is scored: as many weeks of the crisis as there are before it."""
    return 7 * max(end for _, _, end in weeks_of(model))


def weeks_of(model: SafeguardingModel) -> list[tuple[str, int, int]]:
    """Name, first week and the week after the last of each period: whole weeks of the run, as many before the crisis as in it.

    Without a crisis, or without a week before it or in it, there is one period.
    """
    first, last = -(-model.setup.warm_up_days // 7), model.setup.days // 7
    if crisis_start(model) is None:
        return [(NO_CRISIS, first, last)]
    began = -(-crisis_day(model) // 7)
    if began >= last:
        return [(ORDINARY, first, last)]
    long = min(began - first, last - began)
    return [(ORDINARY, began - long, began), (IN_CRISIS, began, began + long)] if long > 0 else [(IN_CRISIS, first, last)]


def periods(model: SafeguardingModel, record: Record, truth: Hindsight) -> Iterator[Period]:
    """The periods of a run that is over."""
    for name, first, end in weeks_of(model):
        yield Period.of(name, first, end, record, truth)


def steps_of(
    model: SafeguardingModel, record: Record, truth: Hindsight, beliefs: Mapping[str, np.ndarray], period: Period
) -> dict[str, float]:
    """Every number of ``MEANING`` in one period."""
    cases = open_cases(record)
    acted = Flags.of_social_care(period, cases)
    number = int(acted.flagged.sum())
    flags = {ACTED: acted} | {reader: Flags.of(period, beliefs[reader], number) for reader in (TOGETHER, TOLD, APART)}
    unmet, silent = silence(period, record, truth)
    found = {SHORT[reader]: int(f.found.sum()) for reader, f in flags.items()}
    harmed = int(period.harmed.any(axis=0).sum())
    made: dict[str, float] = {"children": period.rows.size, "harmed": harmed, "unmet": int(unmet.sum()), "silent": int(silent.sum())}
    made |= {"faint": harmed - made["unmet"] - made["silent"] - found["together"], "silos": found["together"] - found["apart"]}
    made |= {"untold": found["apart"] - found["told"], "capacity": found["told"] - found["acted"], "flagged": number}
    made |= {f"found_{name}": count for name, count in found.items()}
    made |= {f"false_{SHORT[reader]}": int((f.flagged & ~f.found).sum()) for reader, f in flags.items()}
    made |= {f"days_{SHORT[r]}": float(f.days(period).mean()) if f.found.any() else np.nan for r, f in flags.items()}
    return made | _why(model, period, np.flatnonzero(flags[TOLD].found & ~acted.found))


def _why(model: SafeguardingModel, period: Period, missed: np.ndarray) -> dict[str, float]:
    """What the front door did about harmed children whom social care did not take on though its own record would have told."""
    log, ids = model.log.rows, model.world.children.id
    why = {"no_contact": 0.0, "waiting": 0.0, "turned_away": 0.0}
    for at in missed.tolist():
        harmed = np.flatnonzero(period.harmed[:, at])
        first, end = 7 * (period.weeks.start + harmed[0]), 7 * (period.weeks.start + harmed[-1] + 1)
        mine = np.flatnonzero((log["who"] == ids[period.rows[at]]) & (log["day"] >= first) & (log["day"] < end))
        kinds = log["kind"][mine]
        told, screened, referred, decided = (
            int((kinds == kind).sum()) for kind in (Event.CONTACT, Event.SCREENED, Event.REFERRAL, Event.DECISION)
        )
        why["no_contact" if not told and not decided else "waiting" if screened < told or decided < referred else "turned_away"] += 1
    return why


def curves_of(period: Period, beliefs: Mapping[str, np.ndarray], record: Record) -> list[dict[str, float | str]]:
    """For each reader the share of harmed children found among the first so many children looked at; and what social care came to."""
    made: list[dict[str, float | str]] = []
    for reader in READERS:
        shares = found_among_the_first(period, beliefs[reader])
        made += [{"reader": reader, "looked_at": x, "found": y} for x, y in zip(CURVE.tolist(), shares.tolist(), strict=True)]
    acted = Flags.of_social_care(period, open_cases(record))
    harmed = max(int(period.harmed.any(axis=0).sum()), 1)
    return [*made, {"reader": ACTED, "looked_at": float(acted.flagged.mean()), "found": float(acted.found.sum() / harmed)}]
