"""What every measure of the kept totals means: its unit, what it counts, and which direction is better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simsafe.results.alarms import KINDS, LEFT, STAGES
from simsafe.results.board import OF
from simsafe.results.dictionary import BETTER, HIGHER, LOWER, NEITHER
from simsafe.results.kept.activities import COUNTED
from simsafe.results.kept.totals import ERRORS, MEANS, UNSEEN, WEEKS
from simsafe.results.ladder import RUNGS
from simsafe.results.measures import DAILY, WEEKLY
from simsafe.results.workforce import STAFF, STAFF_GROUPS
from simsafe.world.contact import Agency

TRUTH = " (simulated truth)"
REACHED = {
    "noticed": "noticed by an agency", "contacted": "told to the front door", "referred": "referred", "acted_upon": "taken to assessment",
    "substantiated": "taken to a child protection conference", "protected": "given a protection plan or care",
}  # fmt: skip
FOUND = "found: a referral about the child acted upon, or a conference, a plan or care"


@dataclass(frozen=True)
class Word:
    """One measure: its unit, its meaning, and ``higher`` or ``lower`` where a partnership would call that better, or nothing."""

    unit: str
    meaning: str
    better: str = ""


def words() -> dict[str, Word]:
    """Every measure of ``totals`` by name."""
    return dict(_daily()) | dict(_weekly()) | dict(_staff()) | dict(_detection()) | dict(_errors()) | dict(_met())


def _way(name: str) -> str:
    way = next((way for way, names in BETTER.items() if name in names), NEITHER)
    return "" if way == NEITHER else way


def _daily() -> Iterator[tuple[str, Word]]:
    for name, (unit, meaning) in DAILY.items():
        how = "mean of the days" if name in MEANS else "over the period"
        yield name, Word(unit, f"{meaning}; {how}", "" if name in OF else _way(name))
    for name, (_, meaning) in OF.items():
        yield f"{name}_share", Word("per cent", f"{meaning}, over the period", _way(name))


def _weekly() -> Iterator[tuple[str, Word]]:
    mean = "; mean of the weeks"
    for name, (unit, meaning) in WEEKLY.items():
        better = "" if name.startswith(("on_plan", "in_need_plan")) else _way(name)
        yield name, Word(unit, meaning + mean, better)
    for n in UNSEEN:
        yield f"unseen_{n}", Word("children", f"not seen in person by a professional for {n} days or more{mean}", LOWER)
        yield f"seen_{n}_share", Word("per cent", f"of children, seen in person in the last {n} days{mean}", HIGHER)
    yield "days_unseen_mean", Word("days", "since last seen in person, mean over children and weeks; at most the child's age", LOWER)
    yield "harmed_unseen_28_share", Word("per cent", f"of harmed children, not seen in person for 28 days{TRUTH}{mean}", LOWER)
    for plan, what in (("on_plan", "children on protection plans"), ("in_need_plan", "children with a child in need plan")):
        for how, seen in (("seen", "seen in person"), ("seen_alone", "seen in person and alone")):
            yield f"{plan}_{how}_share", Word("per cent", f"of {what}, {seen} by a social worker in time{mean}", HIGHER)


def _staff() -> Iterator[tuple[str, Word]]:
    for who in STAFF_GROUPS.values():
        for name, (unit, meaning) in STAFF.items():
            how = "over the period" if name in ("left", "came") else "mean of the weeks"
            yield f"{name}_{who}", Word(unit, f"{who.replace('_', ' ')}: {meaning}; {how}", _way(name))


def _detection() -> Iterator[tuple[str, Word]]:
    yield "harm_spells", Word("spells", f"of harm, current or begun in the period{TRUTH}")
    for rung in RUNGS:
        yield f"harm_{rung}", Word("spells", f"of these, first {REACHED[rung]} in the period{TRUTH}", HIGHER)
    yield "harm_found", Word("spells", f"of these, first {FOUND}, in the period{TRUTH}", HIGHER)
    for n in WEEKS:
        yield f"harm_begun_{n}", Word("spells", f"of harm begun in the period and followed for {n} weeks of it{TRUTH}")
        yield f"harm_found_{n}", Word("spells", f"of these, found within {n} weeks of their beginning{TRUTH}", HIGHER)
        yield f"hidden_harm_{n}", Word("spells", f"of harm current and not found when the crisis began, followed for {n} weeks{TRUTH}")
        for rung in RUNGS:
            yield f"hidden_harm_{rung}_{n}", Word("spells", f"of these, {REACHED[rung]} within {n} weeks of that day{TRUTH}", HIGHER)
    yield "harm_days", Word("child-days", f"of harm in the period, found or not{TRUTH}", LOWER)
    yield "undetected_days", Word("child-days", f"of harm in the period before it was found{TRUTH}", LOWER)
    yield "undetected_share", Word("per cent", f"of days of harm, before it was found{TRUTH}", LOWER)
    for severity in (1, 2, 3):
        yield f"harm_days_{severity}", Word("child-days", f"of harm of severity {severity}{TRUTH}", LOWER)
        yield f"undetected_days_{severity}", Word("child-days", f"of harm of severity {severity} before it was found{TRUTH}", LOWER)


def _errors() -> Iterator[tuple[str, Word]]:
    for name in KINDS:
        unit, meaning = DAILY[ERRORS[name]]
        yield ERRORS[name], Word(unit, f"{meaning}; over the period", LOWER)
        if name in STAGES:
            yield (
                f"{name}_no_harm",
                Word(
                    DAILY[name][0] if name in DAILY else unit,
                    f"{name.replace('_', ' ')} about children neither harmed nor likely to be, in need or not{TRUTH}",
                ),
            )
    assert set(LEFT) < set(KINDS)


def _met() -> Iterator[tuple[str, Word]]:
    for agency in Agency:
        for way, said in (("in_person", "in person"), ("remote", "by video, telephone or remote lesson")):
            yield (
                f"met_by_{agency.name.lower()}_{way}",
                Word("contacts", f"children met on a day by {agency.label} {said}, in the weeks that end in the period"),
            )
    for name, meaning in COUNTED.items():
        yield name, Word("times", f"{meaning}; in the period")
