"""What a report needs to know of a comparison: what was asked, what is there, and how to ask it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simsafe.ground.parameter import ConfigError, counted
from simsafe.results.dictionary import dictionary
from simsafe.study.paired import LEAST
from simsafe.world.area import load_area

ENOUGH = 0.95  # share of the planned runs below which nothing is ranked
TABLES = (  # in the order of the workbook
    "first_page", "differences", "who_gains", "gaps", "hours", "costs", "enquiries", "false_alarms", "let_go", "harm_days", "detection",
    "visibility", "ledger", "plans", "effort", "break_even", "runs",
)  # fmt: skip
TAILS = ("; mean of the weeks", "; mean of the days", "; over the period", ", over the period", " (simulated truth)", "; in the period")
Rows = Any  # a pandas table: its own types lose track of what choosing rows and columns gives
Row = dict[str, Any]  # ready to print
FINISHED = ("finished", "done", "ok")


class Compared(Protocol):
    """A comparison as a report sees it: ``study/comparison.py`` makes it."""

    @property
    def runs(self) -> Any:
        """What the runs kept, with ``plans``, ``reference``, ``planned`` and ``about``."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 over all its runs."""
        ...

    def table(self, name: str) -> Rows:
        """A table for people; ConfigError for a name that does not exist."""
        ...


class Remembered:
    """A comparison whose tables are each made once: a report asks for them again and again."""

    def __init__(self, comparison: Compared) -> None:
        self.comparison, self.runs, self.digest = comparison, comparison.runs, comparison.digest
        self.about = getattr(comparison, "about", None)
        self.made: dict[str, Rows] = {}

    def table(self, name: str) -> Rows:
        """As the comparison gives it."""
        if name not in self.made:
            self.made[name] = self.comparison.table(name)
        return self.made[name]


@dataclass(frozen=True)
class Facts:
    """The question, and how much of it was answered."""

    area: str
    slug: str
    children: int
    of_children: int  # whom the area has; as many as children, or unknown, unless a sample is simulated
    crisis: str
    severity: float
    start: date
    end: date
    crisis_start: date | None
    version: str
    plans: tuple[str, ...]
    reference: str
    planned: int  # seeds asked for
    finished: int  # runs
    digest: str
    command: str
    of_sets: int = 0  # parameter sets that the seeds take in turn; 0: the shipped numbers, or those given

    @property
    def others(self) -> tuple[str, ...]:
        """The plans beside the reference."""
        return tuple(plan for plan in self.plans if plan != self.reference)

    @property
    def sample(self) -> bool:
        """Whether fewer or more children are simulated than the area has."""
        return self.children != self.of_children

    @property
    def asked(self) -> int:
        """Runs asked for."""
        return self.planned * len(self.plans)

    @property
    def enough(self) -> bool:
        """Whether so many runs are there that plans may be ranked."""
        return self.asked > 0 and self.finished >= ENOUGH * self.asked

    @property
    def sets(self) -> int:
        """How many of the parameter sets the seeds come to."""
        return min(self.of_sets, self.planned)

    @property
    def seeds_each(self) -> str:
        """How many seeds every plan has, in words."""
        return counted(self.planned, "seed")

    @property
    def few_seeds(self) -> bool:
        """Whether there are too few seeds to say anything of the plans, however many are finished."""
        return self.planned < LEAST


def facts_of(comparison: Compared) -> Facts:
    """The facts of a comparison."""
    runs: Any = comparison.runs
    about: Mapping[str, Any] = getattr(comparison, "about", None) or runs.about
    plans = tuple(str(plan) for plan in runs.plans)
    status = table_of(comparison, "runs")
    finished = int(status["status"].isin(FINISHED).sum()) if "status" in status else int(runs.planned) * len(plans)
    began = about.get("crisis_start")
    return Facts(
        str(about["area"]), str(about["slug"]), int(about["children"]), int(about.get("area_children") or about["children"]),
        str(about["crisis"]), float(about["severity"]),
        plain_date(about["start"]), plain_date(about["end"]), None if began is None else plain_date(began),
        str(about.get("version") or version("simsafe")), plans, str(runs.reference), int(runs.planned), finished, str(comparison.digest),
        str(about.get("command") or command_for(about, plans, str(runs.reference), int(runs.planned))),
        int(about.get("sets", 0)),
    )  # fmt: skip


def plain_date(value: Any) -> date:
    """A date, whatever kind of date it was."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def command_for(about: Mapping[str, Any], plans: Sequence[str], reference: str, planned: int) -> str:
    """What to type to make the same comparison; an area or plan of one's own needs its file as well."""
    words = [
        f"area={about['slug']}", f"crisis={about['crisis']}", f"plans=[{','.join(plans)}]", f"reference={reference}",
        f"replications={planned}", *of_its_own_size(str(about["slug"]), int(about["children"])),
        f"start={plain_date(about['start'])}", f"end={plain_date(about['end'])}",
    ]  # fmt: skip
    words += [f"severity={about['severity']:g}"] if float(about["severity"]) != 1 else []
    words += [f"seed={about['first_seed']}"] if "first_seed" in about else []
    return "simsafe compare " + " ".join(shlex.quote(word) for word in words)


def of_its_own_size(slug: str, children: int) -> list[str]:
    """``children=`` unless the area has so many by itself."""
    try:
        return [] if load_area(slug).children == children else [f"children={children}"]
    except ConfigError:
        return [f"children={children}"]


def table_of(comparison: Compared, name: str) -> Rows:
    """A table of a comparison, empty when it has none of that name. Anything else that goes wrong in making it is not hidden."""
    try:
        made = comparison.table(name)
    except ConfigError:
        return pd.DataFrame()
    return made.astype({column: object for column in made if isinstance(made[column].dtype, pd.CategoricalDtype)})


def period_of(table: Rows) -> str:
    """The period that the report is about: the crisis, or all of it without one."""
    return "crisis" if "period" in table and (table["period"] == "crisis").any() else "all"


SHORT = {  # headline measures in the fewest plain words
    "seen_28": "children seen in person in the last 28 days",
    "seen_28_share": "per cent of children seen in person in the last 28 days",
    "days_unseen_mean": "days since a child was last seen in person",
    "harm_found": "spells of harm found",
    "undetected_days": "days of harm before it was found",
    "undetected_share": "per cent of days of harm before it was found",
    "harmed_unseen_28_share": "per cent of harmed children not seen in person for 28 days",
    "section_47_needless": "needless section 47 enquiries",
    "needless_section_47_rate": "needless section 47 enquiries per 10,000 children",
    "assessments_needless": "needless assessments",
    "closed_harmed": "cases closed while the child was harmed",
    "no_further_action_harmed": "referrals closed without action, child harmed",
}


def words_of(measure: str) -> str:
    """What a measure counts, in words: its short name here, or as the dictionary of measures says it."""
    if measure in SHORT:
        return SHORT[measure]
    said = _known_words().get(measure) or measure.replace("_", " ")
    for tail in TAILS:
        said = said.replace(tail, "")
    return said


_WORDS: dict[str, str] = {}


def _known_words() -> dict[str, str]:
    """Unit and meaning of every measure, looked up once."""
    if not _WORDS:
        _WORDS.update({entry.name: f"{entry.unit} {entry.meaning}".strip() for entry in dictionary()})
        try:
            more = import_module("simsafe.results.kept.words").words()
        except (ImportError, AttributeError):
            more = {}
        _WORDS.update({name: f"{word.unit} {word.meaning}".strip() for name, word in more.items()})
    return _WORDS


# Numbers and text as people read them


def text(value: Any) -> str:
    """A cell of text, empty where there is nothing."""
    return "" if missing(value) or value is pd.NaT else str(value)


def whole(value: Any) -> str:
    """A whole number with commas; a dash where there is none."""
    if missing(value):
        return "–"
    return f"{round(float(value)):,}".replace("-", "−")


def fitting(value: Any, unit: str = "") -> str:
    """A number with as many decimals as its size and unit call for."""
    if missing(value):
        return "–"
    size = abs(float(value))
    decimals = 1 if unit in ("per cent", "percentage points", "days") or (0 < size < 10 and size != round(size)) else 0
    decimals = 2 if 0 < size < 0.995 and unit != "per cent" else decimals
    text = f"{float(value):,.{decimals}f}".replace("-", "−")
    return text[1:] if text.startswith("−") and not any(c in "123456789" for c in text) else text


def signed(value: Any, unit: str = "") -> str:
    """A difference with its sign."""
    text = fitting(value, unit)
    return text if missing(value) or text.startswith("−") or not any(c in "123456789" for c in text) else f"+{text}"


def interval(low: Any, high: Any, write: Any = whole) -> str:
    """An interval in words; nothing where there is none."""
    return "" if missing(low) or missing(high) else f"{write(low)} to {write(high)}"


def missing(value: Any) -> bool:
    """Whether there is no number."""
    return value is None or value is pd.NA or (isinstance(value, float | np.floating) and not np.isfinite(value))


def chance(share: Any) -> str:
    """A share of runs in words that need no decimals."""
    if missing(share):
        return ""
    per_cent = 100 * float(share)
    return "<1%" if 0 < per_cent < 0.5 else ">99%" if 99.5 < per_cent < 100 else f"{per_cent:.0f}%"
