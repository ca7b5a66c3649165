"""On what the answer rests: the plans as they are written, and the assumptions that carry most, the weakest first."""

from __future__ import annotations

from collections import Counter
from typing import Any

from simsafe.ground.parameter import ConfigError, register
from simsafe.plans.shelf import load_yaml, plan_from, shelf_names
from simsafe.scenario import Parameters

Row = dict[str, Any]
WEAKEST_FIRST = ("D", "fitted", "C", "B", "A", "rule")
GRADES = {
    "D": "assumed", "fitted": "chosen so that published figures come out", "C": "judgement or a survey",
    "B": "published elsewhere, or of something near", "A": "published for the United Kingdom", "rule": "a rule of law or guidance",
}  # fmt: skip
CARRY_MOST = {  # parameter: why the order of two plans may hang on it
    "truth.harm.prevalence": "how much harm there is to find; no data identify it",
    "senses.nature.modes.phone_seen": "how much less a telephone call shows than a visit",
    "senses.nature.modes.video_seen": "how much less a video call shows than a visit",
    "senses.nature.modes.remote_lesson_seen": "how much less a lesson at a distance shows than a day in school",
    "belief.believed_excess": "whether remote contact is trusted more than it deserves",
    "belief.half_life": "how long a worry is remembered",
    "belief.quiet": "how far a quiet visit reassures",
    "ties.overlap": "how far agencies' signs tell the same thing twice",
    "sharing.share": "how much partners pass on in ordinary times",
    "truth.harm.plan_effect": "what a protection plan does for a child",
    "truth.families.susceptible": "how many families a crisis strains most",
    "visits.remote_minutes": "what a remote visit saves",
}


def carrying() -> list[Row]:
    """The assumptions that carry most, the weakest grade first: name, why, value, unit, range, grade and source."""
    known = {row["name"]: row for row in register(Parameters())}
    rows = [{**known[name], "why": why, "grade": str(known[name]["grade"])} for name, why in CARRY_MOST.items() if name in known]
    return sorted(rows, key=lambda row: WEAKEST_FIRST.index(row["grade"]))


def grades() -> list[tuple[str, str, int]]:
    """Grade, what it means, and how many of the model's numbers have it, the weakest first."""
    count = Counter(str(row["grade"]) for row in register(Parameters()))
    return [(grade, GRADES[grade], count[grade]) for grade in WEAKEST_FIRST if count[grade]]


def plan_rows(plans: tuple[str, ...]) -> list[Row]:
    """Each plan: its title and purpose if it is on the shelf, and how many of its settings are assumed."""
    made = []
    shelf = shelf_names("plan")
    for name in plans:
        row: Row = {"plan": name, "title": "", "purpose": "a plan of one's own; see its file", "settings": None, "assumed": None}
        if name in shelf:
            try:
                mapping = load_yaml("plan", name)
                changes = plan_from(mapping, name, lambda other: load_yaml("plan", other))
            except ConfigError:
                continue
            assumed = sum("assumed" in change.source.lower() for change in changes)
            row |= {"title": str(mapping.get("title", "")), "purpose": " ".join(str(mapping.get("purpose", "")).split())}
            row |= {"settings": len(changes), "assumed": assumed}
        made.append(row)
    return made
