"""On what the answer rests: the plans as they are written, and the assumptions that carry most, the weakest first."""

from __future__ import annotations

from collections import Counter
from typing import Any

from simsafe.ground.parameter import counted, plain, register
from simsafe.plans.change import LATEST
from simsafe.plans.shelf import shelf_names
from simsafe.report.facts import Compared, Facts, Row, missing, plain_date, table_of, text
from simsafe.results.board import spoken
from simsafe.scenario import Parameters
from simsafe.world.evidence import table

MOST_LEVERS = 30  # lines of one plan; a longer one is read in tables.xlsx
HOW = {"floor": "at least {}", "cap": "at most {}", "multiply": "times {}", "fade": "{}, fading"}
WEAKEST_FIRST = ("D", "fitted", "C", "B", "A", "rule")
GRADES = {
    "D": "assumed", "fitted": "chosen so that published figures come out", "C": "judgement or a survey",
    "B": "published elsewhere, or of something near", "A": "published for the United Kingdom", "rule": "a rule of law or guidance",
}  # fmt: skip
UNKNOWABLE = ("truth.harm.prevalence",)  # whatever its grade, no data on children here could show it: first of all
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
    tried = {row["path"]: {"low": float(row["low"]), "high": float(row["high"])} for row in table("calibrated")}
    rows = [row | tried.get(row["name"], {}) for row in rows]  # what is plausible, where a wider range is allowed
    rows.sort(key=lambda row: (row["name"] not in UNKNOWABLE, WEAKEST_FIRST.index(row["grade"])))
    return [row | {"grade": f"{row['grade']}, to be swept"} if row["name"] in UNKNOWABLE else row for row in rows]


def grades() -> list[tuple[str, str, int]]:
    """Grade, what it means, and how many of the model's numbers have it, the weakest first."""
    count = Counter(str(row["grade"]) for row in register(Parameters()))
    return [(grade, GRADES[grade], count[grade]) for grade in WEAKEST_FIRST if count[grade]]


def plan_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """Each plan: its title and purpose, how many of its settings are assumed, and the levers that are written in it itself."""
    table, made = table_of(comparison, "plans"), []
    written = comparison.runs.about.get("plans", {})
    for name in facts.plans:
        settings = written.get(name, {}).get("plan", {})
        rows = table[table["plan"] == name].to_dict("records") if len(table) else []
        own = [row for row in rows if row["written_in"] == name]
        made.append({
            "plan": name, "title": said(settings.get("title")), "purpose": said(settings.get("purpose")),
            "settings": len(rows), "assumed": sum("assumed" in text(row["source"]).lower() for row in rows),
            "levers": [] if shelved(name, own, facts) else [lever_row(row, n == 0 or own[n - 1]["lever"] != row["lever"])
                                                           for n, row in enumerate(own[:MOST_LEVERS])],
            "more": max(0, len(own) - MOST_LEVERS), "inherited": len(rows) - len(own),
        })  # fmt: skip
    return made


def shelved(name: str, own: list[Row], facts: Facts) -> bool:
    """Whether a plan's levers are left to ``simsafe plans show``: a shipped one that is the reference, or that is very long."""
    return name in shelf_names("plan") and (name == facts.reference or len(own) > MOST_LEVERS)


def said(given: Any) -> str:
    """A plan's own words in one line."""
    return " ".join(str(given or "").split())


def lever_row(row: Row, first: bool) -> Row:
    """A line of what a plan turns: the lever where it begins, the dial, what it is put to, when, on what it waits, and the source."""
    value = HOW.get(text(row["how"]), "{}").format(plain(row["value"]) if isinstance(row["value"], int | float) else text(row["value"]))
    return {
        "lever": row["lever"].replace("_", " ") if first else "", "dial": row["dial"].replace("_", " "), "unit": text(row["unit"]),
        "value": value, "from": on_day(row["from"]), "to": "to the end" if row["to"] >= LATEST else on_day(row["to"]),
        "waits": text(row["waits_for"]), "began": began_in_words(row), "source": text(row["source"]),
    }  # fmt: skip


def began_in_words(row: Row) -> str:
    """In how many seeds a lever that waits began, and when."""
    if missing(row["began_in"]):
        return ""
    seeds = int(row["began_in"])
    if not seeds:
        return "began in no seed"
    days = [on_day(row[which]) for which in ("first_began", "middle_began", "last_began")]
    when = f"on {days[0]}" if days[0] == days[2] else f"between {days[0]} and {days[2]}, in the middle seed on {days[1]}"
    return f"began in {counted(seeds, 'seed')}, {when}"


def on_day(value: Any) -> str:
    """A day as people say it."""
    return spoken(plain_date(value))
