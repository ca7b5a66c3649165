"""Write the tables of the agencies' pages anew from the code: ``python docs/agencies/refresh.py`` (``--check`` only looks).

A page holds its tables between a line that says what belongs there and a line that ends it::

    <!-- numbers: *.schools, schools.*, belief.half_life -->
    <!-- end -->

``numbers`` are parameters by path, ``crisis`` and ``levers`` dials, ``visible`` and ``ties`` agencies, ``measures`` those of
the results; ``every agency`` is the table of the index. A name with a ``*`` stands for all that fit, be they none; any other must exist.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the code beside these pages, whatever else is installed
from simsafe.ground.parameter import ConfigError, nearest, plain, register
from simsafe.plans.catalogue import SHELF
from simsafe.plans.change import Timetable
from simsafe.plans.shelf import crisis_from, load_yaml, plan_from, shelf_names
from simsafe.results.measures import DAILY, WEEKLY
from simsafe.scenario import Parameters
from simsafe.study.fit import SHARES
from simsafe.truth.nature import VISIBLE
from simsafe.world.conditions import DIALS, ORDINARY
from simsafe.world.contact import PUBLISHED_SOURCES, TYPES, Agency, Concern
from simsafe.world.ties import NETWORK

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(r"(<!-- (?!end)([a-z ]+)(?:: (.*?))? -->\n)(.*?)(<!-- end -->)", re.DOTALL)
CRISIS, PLAN = "covid19_england", "as_happened_2020"
FIRST, LAST = date(2020, 1, 1), date(2022, 12, 31)
# The index: page, whom they meet, how often (numbers by path in braces), in which ways, what shows there.
EVERY_AGENCY: dict[Agency, tuple[str, str, str, str, str]] = {
    Agency.SCHOOLS: (
        "schools", "pupils, nursery children", "school days; nursery {schools.setting_days} of weekdays",
        "in school, remote lesson, doorstep", "per year in sight; disclosures",
    ),
    Agency.CHILDMINDERS: (
        "childminders", "{households.with_childminder} of children in a setting", "{schools.setting_days} of school days", "in sight",
        "per year in sight",
    ),
    Agency.SCHOOL_NURSING: (
        "school_nursing", "5 to 17", "{school_nursing.primary} to {school_nursing.secondary} a year", "clinic, telephone", "per contact",
    ),
    Agency.HEALTH_VISITING: (
        "health_visiting", "late pregnancy to 5", "five universal contacts; where worried every {health_visiting.extra_interval} days",
        "home, video, telephone", "per contact",
    ),
    Agency.MIDWIFERY: (
        "midwifery", "pregnancy to ten days", "{midwifery.contacts} in all", "clinic, home, video, telephone", "per contact, before birth",
    ),
    Agency.GENERAL_PRACTICE: (
        "general_practice", "every child", "{general_practice.under_one}, {general_practice.one_to_four}, {general_practice.five_and_over} "
        "a year: under 1, 1 to 4, older", "clinic, telephone", "per contact",
    ),
    Agency.HOSPITAL: (
        "hospital", "children ill or hurt", "{hospital.under_one}, {hospital.one_to_four}, {hospital.five_and_over} a year, as before",
        "attendance, medical", "per attendance; injuries; medicals",
    ),
    Agency.CAMHS: (
        "camhs", "{camhs.ever} of children, once", "{camhs.contacts} a year for {camhs.stays} days", "clinic, video, telephone",
        "per contact",
    ),
    Agency.ADULT_SERVICES: (
        "adult_services", "parents in treatment", "a note {truth.calls.patients.worries} times a year", "clinic, the parent only", "notes",
    ),
    Agency.POLICE: (
        "police", "families who call, children missing", "when called", "incident", "incidents, missing episodes",
    ),
    Agency.EARLY_HELP: (
        "early_help", "whoever comes; families with a place", "{centres.contacts} a year; with a place every {early_help.every} days",
        "centre, home, video, telephone", "per contact",
    ),
    Agency.HOUSING: (
        "housing", "families, poorer ones more", "{housing.contacts} a year", "home, office, telephone", "per contact",
    ),
    Agency.COMMUNITY: (
        "community", "every child", "every day", "in sight", "per year in sight; disclosures; parents who ask",
    ),
    Agency.HELPLINES: (
        "community", "callers", "when called", "telephone", "disclosures; calls without a name",
    ),
    Agency.SOCIAL_CARE: (
        "social_care", "children with an open case", "every {visits.enquiry_days} to {visits.looked_after_days} working days",
        "home, doorstep, video, telephone", "per visit",
    ),
}  # fmt: skip


# What the code says


@cache
def numbers() -> dict[str, Mapping[str, Any]]:
    """Every parameter by path."""
    return {row["name"]: row for row in register(Parameters())}


@cache
def timetables() -> tuple[Timetable, Timetable]:
    """The crisis alone, and with the plan."""
    crisis, plan = crisis_from(load_yaml("crisis", CRISIS), CRISIS), plan_from(load_yaml("plan", PLAN), PLAN)
    days = (LAST - FIRST).days + 1
    return Timetable(crisis, (), 1.0, FIRST, days), Timetable(crisis, plan, 1.0, FIRST, days)


def named(patterns: str, known: Iterable[str]) -> list[str]:
    """The known names that the patterns stand for, each once. Raises :class:`ConfigError` for a plain name that does not exist."""
    names, found = list(known), {}
    for pattern in patterns.split(","):
        pattern = pattern.strip()
        fit = [name for name in names if fnmatchcase(name, pattern)]
        if not fit and "*" not in pattern:
            raise ConfigError(f"{pattern}; there is no such name{nearest(pattern, names)}")
        found |= dict.fromkeys(fit)
    return list(found)


def filled(text: str) -> str:
    """A text with the numbers in braces put in."""
    return re.sub(r"\{(.*?)\}", lambda match: plain(numbers()[named(match[1], numbers())[0]]["value"]), text)


def day_of(day: int) -> str:
    """A date as people write it."""
    when = FIRST + timedelta(days=int(day))
    return f"{when.day} {when:%b %Y}"


def farthest(times: Timetable, dial: str) -> str:
    """The value farthest from ordinary times that a dial takes, and the first days on end that it does."""
    values, ordinary = times.series(dial), getattr(ORDINARY, dial)
    away = abs(values - ordinary)
    if away.max() < 1e-9:
        return "as ordinary"
    start = end = int(away.argmax())
    while end + 1 < values.size and abs(values[end + 1] - values[start]) < 1e-9:
        end += 1
    when = day_of(start) if start == end else f"{day_of(start)} to {day_of(end)}"
    return f"{plain(round(float(values[start]), 3))}, {when}"


def turned(times: Timetable, dial: str) -> str:
    """The first and the last day on which a dial is not as in ordinary times."""
    days = (abs(times.series(dial) - getattr(ORDINARY, dial)) > 1e-9).nonzero()[0]
    return f"{day_of(days[0])} to {day_of(days[-1])}" if days.size else ""


def plans_that_pull(lever: str) -> str:
    """The shipped plans that pull a lever themselves; a plan that starts from another has that one's levers too."""
    return ", ".join(f"`{name}`" for name in shelf_names("plan") if lever in (load_yaml("plan", name).get("levers") or {}))


# Tables


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |\n" for line in lines)


def numbers_table(patterns: str) -> str:
    """Parameters with unit, range, grade and source."""
    rows = []
    for path in named(patterns, numbers()):
        row = numbers()[path]
        value, low, high = (plain(row[column]) for column in ("value", "low", "high"))
        rows.append([f"`{path}`", value, str(row["unit"]), f"{low} to {high}", str(row["grade"]), str(row["source"])])
    if not rows:
        return "Nothing of the kind in this version.\n"
    return table(["number", "value", "unit", "may be", "grade", "source"], rows)


def crisis_table(patterns: str) -> str:
    """What the crisis, and the crisis with the plan, do to dials."""
    alone, with_plan = timetables()
    rows = []
    for dial in named(patterns, DIALS):
        either = DIALS[dial].metadata
        span = turned(with_plan, dial) or turned(alone, dial)
        ordinary = plain(getattr(ORDINARY, dial))
        rows.append([f"`{dial}`", str(either["unit"]), ordinary, farthest(alone, dial), farthest(with_plan, dial), span])
    return table(["dial", "what it is", "ordinary", f"farthest in `{CRISIS}`", f"and with `{PLAN}`", "not ordinary"], rows)


def levers_table(patterns: str) -> str:
    """The levers that turn any of these dials."""
    dials, rows = set(named(patterns, DIALS)), []
    for name, lever in SHELF.items():
        settings = [f for f in fields(lever) if f.metadata.get("dial") in dials]
        if settings:
            meaning = re.split(r"(?<=\.)\s", " ".join((lever.__doc__ or "").split()))[0]
            values = lever()
            turns = ", ".join(f"`{f.name}` {f.metadata['how']} {plain(getattr(values, f.name))}" for f in settings)
            rows.append([f"`{name}`", meaning, turns, plans_that_pull(name) or "none yet"])
    if not rows:
        return "No lever turns these dials yet.\n"
    return table(["lever", "what is done", "turns, unless told otherwise", "pulled by"], rows)


def visible_table(agencies: str) -> str:
    """How visible each type of harm is to agencies, relative to its average."""
    chosen = [Agency[name.upper()] for name in named(agencies, [a.name.lower() for a in Agency])]
    types = [c.name.lower().replace("_", " ") for c in Concern][:TYPES]
    return table(["seen by", *types], ([a.label, *(plain(round(float(v), 2)) for v in VISIBLE[a])] for a in chosen))


def measures_table(patterns: str) -> str:
    """Measures of the results, with unit and meaning."""
    meaning = WEEKLY | DAILY
    return table(["measure", "unit", "meaning"], ([f"`{name}`", *meaning[name]] for name in named(patterns, meaning)))


def ties_lines(agencies: str) -> str:
    """Whom an agency tells uncalled, and from whom it hears, where the model has ties between partners."""
    lines = []
    for name in named(agencies, [a.name.lower() for a in Agency]):
        me = Agency[name.upper()]
        tells = [f"{taker.label} ({tie.label})" for (giver, taker), tie in NETWORK.items() if giver is me]
        hears = [f"{giver.label} ({tie.label})" for (giver, taker), tie in NETWORK.items() if taker is me]
        lines += [f"- {me.label} tells, without being called: {', '.join(tells) or 'nobody'}.\n"]
        lines += [f"- {me.label} hears, without calling, from: {', '.join(hears) or 'nobody'}.\n"]
    return "".join(lines)


def every_agency(_: str) -> str:
    """The index: one line an agency."""
    counted = {agency: source for source, agencies in PUBLISHED_SOURCES.items() for agency in agencies}
    rows = []
    for agency, (page, whom, often, modes, shows) in EVERY_AGENCY.items():
        name, known = agency.name.lower(), numbers()
        paths = (f"senses.nature.rates.{name}", f"thresholds.{name}", f"sharing.{name}_attend")
        rate, threshold, attends = (plain(float(f"{known[path]['value']:.2g}")) if path in known else "" for path in paths)
        signs = f"{rate} {shows}".strip()
        source = counted.get(agency, "").replace("_", " ")
        aimed = f"{100 * SHARES[name][0]:.3g} %" if name in SHARES else ""
        rows.append([f"[{agency.label}]({page}.md)", filled(whom), filled(often), modes, signs, threshold, attends, source, aimed])
    head = ["agency", "whom", "how often", "ways of meeting", "signs", "tells at (nats)", "comes when called", "counted under", "aimed at"]
    return table(head, rows)


TABLES: dict[str, Callable[[str], str]] = {
    "numbers": numbers_table,
    "crisis": crisis_table,
    "levers": levers_table,
    "visible": visible_table,
    "ties": ties_lines,
    "measures": measures_table,
    "every agency": every_agency,
}


# Pages


def pages() -> list[Path]:
    """Every page, the index first."""
    return sorted(HERE.glob("*.md"), key=lambda path: (path.stem != "README", path.stem))


def refreshed(page: Path, tables: Mapping[str, Callable[[str], str]] = TABLES) -> str:
    """The page as it should be. Raises :class:`ConfigError` naming page, table and name for anything that is not in the code."""

    def anew(block: re.Match[str]) -> str:
        try:
            if block[2] not in tables:
                raise ConfigError(f"no such table{nearest(block[2], tables)}")
            return f"{block[1]}\n{tables[block[2]](block[3] or '')}\n{block[5]}"
        except ConfigError as refusal:
            raise ConfigError(f"{page.name}, {block[2]}: {refusal}") from None

    return BLOCK.sub(anew, page.read_text(encoding="utf-8"))


def main(words: Sequence[str]) -> int:
    """Refresh every page, or with ``--check`` say which are out of date (then 1)."""
    stale = [page for page in pages() if refreshed(page) != page.read_text(encoding="utf-8")]
    for page in stale:
        if "--check" not in words:
            page.write_text(refreshed(page), encoding="utf-8")
        print(f"{'out of date' if '--check' in words else 'refreshed'}: {page.name}")
    return 1 if stale and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
