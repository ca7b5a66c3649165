"""How far each measure can be believed: a badge for every measure of a run, printed in ``docs/VALIDATION.md``."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from simsafe.results.measures import DAILY, WEEKLY
from simsafe.results.workforce import STAFF
from simsafe.study.validation.drawing import agencies_of
from simsafe.study.validation.terms import SERIES, SOURCES


class Badge(StrEnum):
    """What has been held against outcomes, or could be."""

    HELD_OUT = "held-out tested"
    FITTED = "fitted only"
    NEVER = "never testable"


AWAITED = {Badge.HELD_OUT: ", outcomes awaited"}  # until they are delivered and scored
FITTED = {
    "contacts": "one national figure, of 2017-18",
    "no_further_action": "years to March 2018-20",
    "not_in_need": "years to March 2018-20",
    "into_care": "years to March 2018-20",
}
HIDDEN = "hidden: nobody knows it, so it rests on what is assumed"
LOCAL = "no published series says it; an area's own records could"


def badge_of(name: str, meaning: str) -> tuple[Badge, str]:
    """A measure's badge and why."""
    predicted = {
        measure: series for series, about in reversed(SERIES.items()) for measure in about.measures
    }  # the first of a measure stays
    for source in SOURCES:
        agencies = agencies_of(source)
        alone = "" if len(agencies) == 1 else ", together with the others of that source; how it is split among them is assumed"
        predicted |= {measure: f"referrals, {source}{alone}" for measure in agencies}
    if "simulated truth" in meaning or name.startswith("let_go_pooled"):
        return Badge.NEVER, HIDDEN
    if name in predicted:
        fit = "" if name in ("caseload", "left", "in_post", "re_referrals") else "; its level in ordinary times is fitted"
        return Badge.HELD_OUT, f"as {predicted[name]}{fit}"
    return (Badge.FITTED, FITTED[name]) if name in FITTED else (Badge.NEVER, LOCAL)


def badges() -> Iterator[tuple[str, str, Badge, str]]:
    """Every measure of a run: its table, name, badge and reason."""
    for table, measures in (("a day", DAILY), ("a week, by group", WEEKLY), ("a week, staff", STAFF)):
        for name, (_, meaning) in measures.items():
            yield table, name, *badge_of(name, meaning)


def in_dictionary(name: str, meaning: str) -> str:
    """The badge of a line of ``simsafe describe measures``: of a measure, of what is made of one, such as its rate, or of a column."""
    if "." in name:  # a column: of what it holds, each measure has a line of its own
        return Badge.NEVER if "simulated truth" in meaning else ""
    known = (each for each in (*DAILY, *WEEKLY, *STAFF) if name == each or name.startswith(f"{each}_"))
    measure = max(known, key=len, default=name)
    badge = badge_of(measure, meaning)[0]
    return f"{badge}{AWAITED.get(badge, '')}"


def page_table() -> str:
    """The table of ``docs/VALIDATION.md``, which a test keeps as it is here."""
    rows = ["| measure | counted | badge | why |", "|---|---|---|---|"]
    return "\n".join(
        [*rows, *(f"| `{name}` | {table} | {badge}{AWAITED.get(badge, '')} | {why} |" for table, name, badge, why in badges())]
    )
