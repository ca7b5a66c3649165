"""``summary.md``: one run in plain English for a planner with little time. Whole numbers; what it cannot tell comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simsafe.ground.parameter import register
from simsafe.plans.shelf import crisis_from, load_yaml, plan_from, shelf_names
from simsafe.results.board import BEFORE, DURING, periods, spoken
from simsafe.results.how_much import at_low_central_and_high
from simsafe.results.measures import GROUPS
from simsafe.results.tables import RUNGS, About, about, ladder, summary
from simsafe.scenario import Parameters, Scenario
from simsafe.world.area import area_names, load_area
from simsafe.world.contact import PARTNERS

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel
    from simsafe.scenario import Scenario

ALIKE = 5  # percentage points between groups below which one run cannot tell them apart
FEW = 20  # below this many to begin with, a change is told in numbers only: its percentage would be mostly luck
DIMENSIONS = {"age": "age", "digital": "digital access at home", "deprivation": "deprivation of the neighbourhood (fifths of England)"}
GROUP_WORDS = {"age": "aged {}", "digital": "with digital access '{}'", "deprivation": "in fifth '{}'"}
STEPS = {
    "noticed": "noticed by an agency", "contacted": "told to the front door", "referred": "referred", "acted_upon": "taken to assessment",
    "substantiated": "taken to a child protection conference", "protected": "given a protection plan or care",
}  # fmt: skip
FIGURES = {
    "visibility": "Share of children seen in person in the last 28 days, by age and by digital access",
    "days_unseen": "Days since children were last seen in person",
    "referrals_by_source": "Referrals a week by the agency they came from",
    "detection_ladder": "How much of the simulated harm was found, and what followed",
    "backlog_and_caseload": "Work waiting, overdue visits and caseloads",
    "eyes_on": "Contacts a week with each agency, in person and remote",
    "workforce": "Staff: wellbeing, sickness absence and leaving",
    "professional_network": "Who told whom of signs of worry, before the crisis and in it, and how many signs reached nobody else",
}
YEARLY = (
    ("children_mean", "Children living in the area, mean of the days"),
    ("referrals", "Referrals"), ("section_47", "Section 47 enquiries"),
    ("section_47_needless", "of which about children neither harmed nor likely to be (simulated truth)"),
    ("closed_harmed", "Cases closed while the child was harmed (simulated truth)"),
    ("conferences", "Initial child protection conferences"),
    ("plans_started", "Child protection plans started"), ("assessments_in_time_share", "Assessments in time, per cent"),
    ("conferences_in_time_share", "Conferences in time, per cent"), ("unseen_28_share_mean", "Children unseen for 28 days, per cent, mean"),
    ("unseen_28_share_peak", "Children unseen for 28 days, per cent, worst week"), ("contacts_waiting_mean", "Contacts waiting, mean"),
    ("caseload_mean", "Cases per social worker, mean"), ("social_worker_minutes_used_share", "Social workers' minutes used, per cent"),
)  # fmt: skip

MOVING = (
    "A run begins with as many children as were asked for, on the first day of its warm-up; then some turn 18, others are born. So every "
    "other number of children here is of those living in the area on a day, or the mean of a period, and says which."
)
STILL_SEEN = (
    "Pupils count as seen for the first four weeks after their school closes, which lowers these averages for school ages; the figure "
    "shows the weeks one by one."
)


class Numbers:
    """Looks values up in the rows of ``summary.csv``."""

    def __init__(self, rows: pd.DataFrame) -> None:
        keys = zip(rows["measure"], rows["period"], rows["group"], strict=True)
        self._values = dict(zip(keys, rows["value"], strict=True))

    def get(self, measure: str, period: str, group: str = "all") -> float:
        """The value, or not a number when there is none."""
        return float(self._values.get((measure, period, group), np.nan))

    def has(self, period: str) -> bool:
        """Whether the run covers that period."""
        return ("referrals", period, "all") in self._values


def headlines(model: SafeguardingModel) -> list[str]:
    """The few sentences to read if nothing else is read, one a line, each beginning with what it is about."""
    n = Numbers(summary(model))
    return ["Simulated; not about any real child.", *main_points(n, about(model), ladder(model))]


def summary_text(facts: About, rows: pd.DataFrame, rungs: pd.DataFrame, command: str | None) -> str:
    """The whole of ``summary.md``: ``rows`` as in ``summary.csv``, ``rungs`` as in ``ladder.csv``, ``command`` makes the run again."""
    n, area = Numbers(rows), plain_words(facts.area)
    severity = "" if facts.severity == 1 else f" at severity {facts.severity:g}"
    parts = [
        f"# Simulated: {area}, plan `{code_words(facts.plan)}`",
        "Everything here is simulated. It is not about any real child, family, worker or council.",
        "## What was simulated",
        f"{facts.children:,} simulated children living in the area on the first reported day, made to be like those of {area} taken "
        f"together, day by day from {spoken(facts.start)} "
        f"to {spoken(facts.end)}, under the crisis `{code_words(facts.crisis)}`{severity} and the plan `{code_words(facts.plan)}`, "
        f"with seed {facts.seed} (simsafe {facts.version}). {MOVING}",
        "## Main points",
        bullets(main_points(n, facts, rungs)),
        *(section for section in (_crisis_sections(n) if n.has(DURING) else [])),
        "## Year by year",
        _yearly_table(n, facts),
        "School holidays count: few children are seen in August, so the worst week of an ordinary year is usually in the summer.",
        "## Figures",
        "\n\n".join(f"![{words}](figures/{name}.png)\n\n{words}." for name, words in FIGURES.items()),
        "## What this cannot tell you",
        bullets(_limits(facts)),
        "## How to make it again",
        _again(command, facts.digest),
    ]
    return "\n\n".join(parts) + "\n"


def main_points(n: Numbers, facts: About, rungs: pd.DataFrame) -> list[str]:
    """Visibility, referrals, front door and harm found, a sentence or two each."""
    first = periods(facts.start, facts.end)[0].name
    now, before = (DURING, BEFORE) if n.has(DURING) else (first, None)
    points = [_unseen(n, now, before), _referrals(n, now, before), _work(n, now, before), _found(rungs)]
    return [p for p in points if p]


def command_for(setup: Scenario) -> str | None:
    """The command line that makes a run again; None when it used an area file, a crisis or a plan of somebody's own."""
    shipped_crisis = setup.crisis_name in shelf_names("crisis") and setup.crisis == crisis_from(
        load_yaml("crisis", setup.crisis_name), setup.crisis_name
    )
    shipped_plan = setup.plan_name in shelf_names("plan") and setup.plan == plan_from(load_yaml("plan", setup.plan_name), setup.plan_name)
    shipped_area = setup.area.slug in area_names() and load_area(setup.area.slug).resized(setup.area.children) == setup.area
    if not (shipped_crisis and shipped_plan and shipped_area):
        return None
    words = [f"area={setup.area.slug}", f"children={setup.area.children}", f"crisis={setup.crisis_name}", f"plan={setup.plan_name}"]
    words += [f"seed={setup.seed}", f"start={setup.start}", f"end={setup.end}", f"warm_up_days={setup.warm_up_days}"]
    words += [f"severity={setup.severity!r}"] if setup.severity != 1 else []
    words += [] if setup.capacity_coupling else ["capacity_coupling=false"]
    words += ["open_loop=true"] if setup.open_loop else []
    return "simsafe run " + " ".join(code_words(w) for w in [*words, *changed_numbers(setup)])


def changed_numbers(setup: Scenario) -> list[str]:
    """``model.<name>=<value>`` for every number of the model that is not the shipped one."""
    shipped = {row["name"]: row["value"] for row in register(Parameters())}
    return [f"model.{row['name']}={row['value']!r}" for row in register(setup.parameters) if row["value"] != shipped[row["name"]]]


def _again(command: str | None, digest: str) -> str:
    same = f"the same run has the event-log digest `{digest}`."
    if command is None:
        own = "This run used an area, a crisis or a plan of your own: use the same files again."
        return f"{own} `manifest.json` holds all settings; {same}"
    return f"```\n{command}\n```\n\nSettings in full are in `manifest.json`; {same}"


def _unseen(n: Numbers, now: str, before: str | None) -> str:
    of = f"of {_n(n.get('children_mean', now))} children living in the area on the mean day ({_n(n.get('unseen_28_share_mean', now))}%)"
    if np.isnan(n.get("unseen_28_mean", now)):
        return ""
    said = f"Visibility: in {now}, {_n(n.get('unseen_28_mean', now))} {of} had not been seen in person by a professional for 28 days or "
    said += f"more in the average week, and {_n(n.get('unseen_28_peak', now))} in the worst"
    if before:
        said += f"; in {before} it was {_n(n.get('unseen_28_mean', before))} ({_n(n.get('unseen_28_share_mean', before))}%)"
    return said + "."


def _referrals(n: Numbers, now: str, before: str | None) -> str:
    if not before:
        return f"Referrals: {_n(n.get('referrals', now))} in {now}."
    return f"Referrals: {_from_to(n.get('referrals', before), n.get('referrals', now))}, {before} to {now}."


def _work(n: Numbers, now: str, before: str | None) -> str:
    load, waiting = n.get("caseload_mean", now), n.get("contacts_waiting_mean", now)
    was = f" ({_n(n.get('caseload_mean', before))} in {before})" if before else ""
    said = f"Workload: in {now}, {_n(load)} cases per social worker{was}; "
    return said + f"contacts waiting at the front door on the average day: {_n(waiting)}."


def _found(rungs: pd.DataFrame) -> str:
    rows = rungs[(rungs["since"] == "onset") & (rungs["weeks"] == 26)].set_index("rung")
    spells = int(rows["spells"].iloc[0])
    if not spells:
        return ""
    steps = [f"{_n(rows.loc[r, 'reached'])} {STEPS[r]}" for r in ("noticed", "referred", "protected")]
    said = f"Harm: of {spells:,} spells of simulated harm followed for half a year, "
    return said + f"{steps[0]}, {steps[1]} and {steps[2]} within 26 weeks of beginning. {at_low_central_and_high()}"


def _crisis_sections(n: Numbers) -> list[str]:
    """What happened in April to June 2020, against a year before."""
    sources = []
    for agency in PARTNERS:
        name = f"referrals_{agency.name.lower()}"
        words = agency.label[0].upper() + agency.label[1:]
        sources.append(f"{words}: {_from_to(n.get(name, BEFORE), n.get(name, DURING))}.")
    return [
        f"## Visibility, {DURING}",
        bullets([*(_least_visible(n, dimension) for dimension in DIMENSIONS), _harmed_unseen(n), STILL_SEEN]),
        f"## Referrals by source, {BEFORE} to {DURING}",
        bullets(sources),
        f"## Front door and caseloads, {DURING}",
        bullets(_work_in_full(n)),
    ]


def _least_visible(n: Numbers, dimension: str) -> str:
    share = {g: n.get("unseen_28_share_mean", DURING, f"{dimension}/{g}") for g in GROUPS[dimension]}
    share = {g: s for g, s in share.items() if not np.isnan(s)}
    if not share:
        return f"By {DIMENSIONS[dimension]}: not known."
    worst, best = max(share, key=lambda g: share[g]), min(share, key=lambda g: share[g])
    if share[worst] - share[best] < ALIKE:
        said = f"By {DIMENSIONS[dimension]}: little difference; {_n(share[best])}% to {_n(share[worst])}% of each group "
        return said + "unseen for 28 days in the average week."
    long = n.get("unseen_90_mean", DURING, f"{dimension}/{worst}")
    least, most = (GROUP_WORDS[dimension].format(group) for group in (worst, best))
    said = f"By {DIMENSIONS[dimension]}: least visible were children {least}, {_n(share[worst])}% unseen for 28 days and "
    return said + f"{_n(long)} of them for 90 days in the average week; most visible those {most}, {_n(share[best])}%."


def _harmed_unseen(n: Numbers) -> str:
    now, before = (n.get("harmed_unseen_28_mean", p) for p in (DURING, BEFORE))
    of = _n(n.get("harmed_mean", DURING))
    said = f"Of {of} children who were being harmed (simulated truth), {_n(now)} were unseen for 28 days in the average week"
    return said + f"; {_n(before)} a year before."


def _work_in_full(n: Numbers) -> list[str]:
    pairs = (
        ("Contacts waiting on the average day", "contacts_waiting_mean", ""),
        ("Social workers' visits overdue on the average day (one by video or telephone counts as made)", "visits_waiting_mean", ""),
        ("Cases per social worker", "caseload_mean", ""),
        ("Assessments completed within 45 working days", "assessments_in_time_share", "%"),
        ("Conferences within 15 working days", "conferences_in_time_share", "%"),
        ("Visits with the child seen in person", "visits_in_person_share", "%"),
        ("Social workers' minutes used, of those in hand", "social_worker_minutes_used_share", "%"),
        ("Health visitors' minutes used, of those in hand", "health_visitor_minutes_used_share", "%"),
    )  # fmt: skip
    return [f"{words}: {_n(n.get(m, BEFORE))}{unit} a year before, {_n(n.get(m, DURING))}{unit} now." for words, m, unit in pairs]


def _yearly_table(n: Numbers, facts: About) -> str:
    years = [p.name for p in periods(facts.start, facts.end) if p.name not in (BEFORE, DURING)]
    lines = ["| | " + " | ".join(years) + " |", "|---|" + "---:|" * len(years)]
    lines += [f"| {words} | " + " | ".join(_n(n.get(measure, y)) for y in years) + " |" for measure, words in YEARLY]
    return "\n".join(lines)


def _limits(facts: About) -> list[str]:
    return [
        f"It is one run with one seed ({facts.seed}) of a model. Small numbers are mostly luck: run several seeds, and compare plans "
        "on the same seeds.",
        "How much harm there is, and how much of it the crisis adds, is assumed. Shares of harm found depend on that and are no estimate "
        "for England.",
        "Noticing, thresholds and stocks are fitted to England. An area brings its children, schools, deprivation, staff and open cases, "
        "but not its own published rate of referrals: judge it by its changes and its mix, not by its level.",
        f"The steps of the ladder ({', '.join(r.replace('_', ' ') for r in RUNGS)}) are simulated events, not outcomes for children.",
        "It compares plans for a whole system. It says nothing about any child, family, worker or council, and is no case for cuts.",
    ]


def bullets(lines: Sequence[str]) -> str:
    """A list in Markdown."""
    return "\n".join(f"- {line}" for line in lines)


def plain_words(text: str) -> str:
    """A name as it may stand in Markdown: letters, digits and quiet punctuation, on one line."""
    return " ".join("".join(c if c.isalnum() or c in ",.'&()- " else " " for c in text).split())[:120]


def code_words(text: str) -> str:
    """A name as it may stand in Markdown between backticks, or on a command line."""
    return "".join(c if c.isalnum() or c in "_-.=" else "?" for c in text)[:120]


def _from_to(old: float, new: float) -> str:
    """A change in whole numbers, with its percentage where there was enough to begin with."""
    if round(old) == round(new):
        return f"{_n(old)}, as before"
    way = "down" if new < old else "up"
    per_cent = f" {way} {_n(abs(100 * (new / old - 1)))}%," if old >= FEW else f" {way}"
    return f"{per_cent.strip()} from {_n(old)} to {_n(new)}"


def _n(value: float) -> str:
    """A whole number as people write it."""
    return "not known" if np.isnan(value) else f"{round(value):,}"
