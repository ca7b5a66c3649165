"""What every number of a result means: one entry a measure and a column of a saved table, printed by ``simsafe describe measures``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from simsafe.results.alarms import LEFT, STAGES
from simsafe.results.board import CLEAR, CLEARING, OF, RATES, STOCKS, UNSEEN
from simsafe.results.by_group import GAPS
from simsafe.results.groups import GROUPS
from simsafe.results.measures import DAILY, ON_THE_DAY, WEEKLY
from simsafe.results.workforce import STAFF

HIGHER, LOWER, NEITHER = "higher", "lower", "neither"
TRUTH, RECORDS, BOTH, SETTINGS = "simulated truth", "records", "records and simulated truth", "settings"
TRUTH_ALONE = ("harmed", "ladder.spells", "harm_days.severity", "harm_days.harm_days")  # and what begins with children.truth_
EVERY_GROUP = ", ".join(GROUPS)
BETTER = {  # what a partnership would call better, other things equal; all others: neither
    HIGHER: (
        "seen_7", "seen_28", "seen_90", "meetings_in_person", "meetings_in_school", "assessments_in_time", "conferences_in_time",
        "conferences_quorate", "strategy_quorate", "plan_reviews_in_time", "core_groups_in_time", "visits_in_person", "visits_alone",
        "kept_worker", "on_plan_seen", "on_plan_seen_alone", "in_need_plan_seen", "in_need_plan_seen_alone", "social_workers_working",
        "wellbeing", "wellbeing_low", "harm_found_26",
    ),
    LOWER: (
        "days_unseen", "harmed", "harmed_unseen_28", "unallocated", "contacts_waiting",
        "referrals_waiting", "visits_waiting", "caseload", "longest_wait", "core_groups_late", "conferences_adjourned",
        "early_help_waiting", "tired", "lower_than_a_year_before", "overload", "off_sick", "leave_owed", "left", "health_visitors_away",
        CLEAR, "needless_enquiries", "closed_harmed_remote", "let_go_signs_elsewhere", "let_go_pooled_over",
        *(f"{stage}_needless" for stage in STAGES), *(f"{way}_harmed" for way in LEFT),
    ),
}  # fmt: skip
PARTS = {  # weekly measures that are a part of another one
    **{f"seen_{n}": "children" for n in (7, 28, 90)}, "days_unseen": "children", "harmed": "children", "harmed_unseen_28": "harmed",
    **{f"{name}_{how}": name for name in ("on_plan", "in_need_plan") for how in ("seen", "seen_alone")},
    **{name: "in_post" for name in ("tired", "off_sick", "on_leave", "called_away", "agency_workers", "new_workers", "left")},
    "lower_than_a_year_before": "known_for_a_year",
}  # fmt: skip
LABELS = {  # columns that stand in front of tables, so that those of many runs stack
    "crisis": ("", "name of the crisis"), "plan": ("", "name of the plan"), "seed": ("", "of the run's luck"),
    "area": ("", "short name of the area"), "date": ("", "the day's date"),
    "day": ("days", "since the first reported day; the warm-up is negative"),
    "simulated": ("", "yes: not about any real child"),
    "group": ("", "all, or a group, such as age/under 1"),
    "period": ("", "the whole run, its years of twelve months, or a quarter"), "meaning": ("", "in words"), "unit": ("", "of the value"),
}  # fmt: skip
EVENT = {"kind": ("", "what happened"), "who": ("", "a child's id in this run, or a post"),
    "a": ("", "a number whose meaning the kind gives"),
         "b": ("", "a number whose meaning the kind gives")}  # fmt: skip
CHILD = {
    "child": ("", "id in this run; another seed's child of that id is another child"), "age": ("", "band at the end of the run"),
    **{name: ("", "group at the end of the run") for name in ("deprivation", "digital", "education", "disability", "ethnicity")},
    "referred": ("", "in the reported period"), "on_plan": ("", "on a child protection plan in the reported period"),
    "open_case": ("", "at the end of the run"), "days_unseen": ("days", "since last seen in person, at the end of the run"),
    "truth_state": ("", "harmed, likely to be, in need without harm, or neither, at the end (simulated truth)"),
    "truth_harm": ("", "type of harm at the end (simulated truth)"), "truth_severity": ("1 to 3", "of harm at the end (simulated truth)"),
    "truth_harmed_days": ("days", "harmed in the reported period (simulated truth)"),
}  # fmt: skip
LADDER = {
    "since": ("", "clock: onset, onset_before, onset_during, crisis or period"),
    "weeks": ("weeks", "after the clock started; empty for period"),
    "rung": ("", "noticed, contacted, referred, acted_upon, substantiated or protected; acted_upon is the headline"),
    "spells": ("spells", "of harm followed so long (simulated truth)"),
    "reached": ("spells", "of these that had reached the rung (simulated truth)"),
    "share": ("share", "reached over spells (simulated truth)"),
    "lucky": ("spells", "of those acted upon, whose referral came from an agency with no sign of the harm itself (simulated truth)"),
}  # fmt: skip
ALARMS = {
    "stage": ("", f"{', '.join([*STAGES, *LEFT])}"),
    "error": ("", "no_harm: neither harmed nor likely to be; no_harm_no_need: nor in need; harmed: at the time"),
    "events": ("events", "of the stage"), "errors": ("events", "of these that were an error (simulated truth)"),
    "share": ("share", "errors over events (simulated truth)"),
}  # fmt: skip
HARM_DAYS = {
    "severity": ("1 to 3", "of the harm on the day (simulated truth)"), "harm_days": ("child-days", "of harm (simulated truth)"),
    "undetected": ("child-days", "before the spell was found, or never found (simulated truth)"),
    "detected": ("child-days", "from the day of a referral acted upon, a conference, a plan or care (simulated truth)"),
    "undetected_share": ("share", "undetected over harm_days (simulated truth)"),
}  # fmt: skip
COVERAGE = {
    "agency": ("", "that met the child"), "mode": ("", "how"), "in_person": ("", "whether the child could be seen"),
    "contacts": ("contacts", "of the week: a child met or in sight on a day counts once an agency and mode"),
    "per_1000_children": ("contacts per 1,000 children", "contacts over children living in the area at the end of the week"),
}  # fmt: skip
EQUITY = {
    "measure": ("", "seen_28, harm_found_26 or needless_enquiries"), "dimension": ("", "way of grouping children"),
    **{f"{side}_group": ("", f"the {side}-off group") for side in ("worst", "best")},
    **{side: ("", f"value of the {side}-off group") for side in ("worst", "best")},
    **{f"{side}_of": ("children, spells or child-years", f"in the {side}-off group") for side in ("worst", "best")},
    "gap": ("", "between the two, in the unit of the measure; chance alone makes gaps between small groups"),
}  # fmt: skip
NETWORK = {
    "days": ("days", "in the period; both periods are equally long"), "giver": ("", "agency that noticed the signs or passed them on"),
    "taker": ("", "agency they reached; empty: nobody else"), "kind": ("", "of the tie; empty where nobody was told"),
    "signs": ("signs", "the giver noticed in the period; where taker is empty, of these that no other agency holds by its end"),
    "told": ("signs", "that reached the taker in the period"),
}  # fmt: skip
DATED, RUN = ("crisis", "plan", "seed", "area", "date", "day"), ("crisis", "plan", "seed", "area")
TABLES: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, str]]]] = {  # table: its labels, its other columns
    "measures": ((*DATED, "group", "unit"), {"measure": ("", "name, as in this dictionary"), "value": ("", "in the unit")}),
    "summary": (
        (*RUN, "period", "group", "unit", "meaning", "simulated"),
        {"measure": ("", "name, as in this dictionary"), "value": ("", "in the unit; empty where there is nothing to divide by")},
    ),
    "events": (DATED, EVENT),
    "children": (RUN, CHILD),
    "ladder": ((*RUN, "group", "meaning", "simulated"), LADDER),
    "alarms": ((*RUN, "period", "group", "meaning", "simulated"), ALARMS),
    "harm_days": ((*RUN, "group", "simulated"), HARM_DAYS),
    "coverage": ((*DATED, "simulated"), COVERAGE),
    "equity": ((*RUN, "period", "unit", "meaning", "simulated"), EQUITY),
    "network": ((*RUN, "period", "simulated"), NETWORK),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary."""

    name: str
    unit: str
    meaning: str
    of: str  # what it is a part of, or divided by
    counted: str
    ledger: str
    cadence: str
    groups: str
    better: str
    table: str


def dictionary() -> list[Entry]:
    """Every measure and column, by name."""
    return sorted([*_diary(), *_summary(), *_gaps(), *_columns()], key=lambda entry: entry.name)


def _entry(name: str, unit: str, meaning: str, of: str, counted: str, cadence: str, groups: str, table: str, better: str = "") -> Entry:
    """Ledger and direction follow from the rest."""
    truth, alone = "simulated truth" in meaning, name.removesuffix("_mean").removesuffix("_peak").removesuffix("_end") in TRUTH_ALONE
    ledger = (TRUTH if alone or ".truth_" in name else BOTH) if truth else RECORDS
    better = better or next((way for way, names in BETTER.items() if name in names), NEITHER)
    return Entry(name, unit, meaning, of, counted, ledger, cadence, groups, better, table)


def _diary() -> Iterator[Entry]:
    """The measures of the diary."""
    wholes = {name: whole for name, (whole, _) in OF.items()} | PARTS
    for name, (unit, meaning) in DAILY.items():
        counted = "as it stands at the end of the day" if name in ON_THE_DAY else "events of the log"
        if name.startswith("let_go_"):
            counted = "events of the log, looked up in the records at the end of their day"
        if name.endswith(("_needless", "_harmed", "_harmed_remote")):
            counted += ", looked up in the truth on their day"
        both = name in WEEKLY
        cadence, groups = ("day; week by group", EVERY_GROUP) if both else ("day", "all")
        yield _entry(name, unit, meaning, wholes.get(name, ""), counted, cadence, groups, "measures")
    for name, (unit, meaning) in WEEKLY.items():
        if name not in DAILY:
            yield _entry(name, unit, meaning, PARTS.get(name, ""), "children on the last day of the week", "week", EVERY_GROUP, "measures")
    for name, (unit, meaning) in STAFF.items():
        yield _entry(name, unit, meaning, PARTS.get(name, ""), "posts on the last day of the week", "week", "profession", "measures")


def _summary() -> Iterator[Entry]:
    """The board's numbers that are made from the diary, beside totals, which keep the name of their measure."""
    unseen = {f"unseen_{n}": f"not seen in person for {n} days or more" for n in UNSEEN}

    def made(name: str, measure: str, unit: str, meaning: str, of: str, counted: str, groups: str = "all") -> Entry:
        better = next((way for way, names in BETTER.items() if measure in names), LOWER if measure in unseen else NEITHER)
        return _entry(name, unit, meaning, of, counted, "period", groups, "summary", better)

    for n in RATES:
        yield made(f"{n}_rate", n, "per 10,000 children a year", DAILY[n][1], "child-years", f"total of {n}")
    for n, (whole, meaning) in OF.items():
        yield made(f"{n}_share", n, "per cent", meaning, whole, f"total of {n} over total of {whole}")
    for n in STOCKS:
        for suffix, what in (("mean", "mean of the days"), ("peak", "highest of the days"), ("end", "last day")):
            yield made(f"{n}_{suffix}", n, DAILY[n][0], DAILY[n][1], "", f"{what} of {n}")
    yield made(CLEAR, CLEAR, *CLEARING, "contacts_screened and referrals_decided a week", "contacts_waiting and referrals_waiting, mean")
    for n, meaning in (unseen | {"harmed_unseen_28": WEEKLY["harmed_unseen_28"][1]}).items():
        whole = "harmed" if n.startswith("harmed") else "children"
        for suffix, what in (("mean", "mean of the weeks"), ("peak", "worst week")):
            yield made(f"{n}_{suffix}", n, "children", meaning, "", what, EVERY_GROUP)
            yield made(f"{n}_share_{suffix}", n, "per cent", meaning, whole, what, EVERY_GROUP)
    yield made(
        "days_unseen_mean", "days_unseen", "days", "since last seen in person", "children", "mean over children and weeks", EVERY_GROUP
    )


def _gaps() -> Iterator[Entry]:
    """Measures that are compared between groups and stand nowhere else."""
    of = {"harm_found_26": "spells begun in the period and followed for 26 weeks", "needless_enquiries": "child-years"}
    for name, whole in of.items():
        unit, _, meaning = GAPS[name]
        yield _entry(name, unit, meaning, whole, "events of the log, looked up in the truth", "period", "worst and best group", "equity")


def _columns() -> Iterator[Entry]:
    """Columns of the saved tables."""
    for table, (labels, own) in TABLES.items():
        for name, (unit, meaning) in ({label: LABELS[label] for label in labels} | own).items():
            entry = _entry(f"{table}.{name}", unit, meaning, "", "", "row", "", table)
            yield replace(entry, ledger=SETTINGS if name in labels else entry.ledger, better="")
