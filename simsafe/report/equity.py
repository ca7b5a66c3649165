"""Who gains and who loses, as it stands in the board report: each group's own change beside what becomes of the gap."""

from __future__ import annotations

from typing import Any

from simsafe.report.facts import Compared, Facts, Row, Rows, fitting, missing, signed, table_of, text, words_of
from simsafe.results.groups import GROUPS

BY_GROUP = ("seen_28_share", "undetected_share", "section_47_needless")
ORDER = [(dimension, group) for dimension, names in GROUPS.items() for group in names]
UNITS = {"seen_28_share": "per cent", "undetected_share": "per cent", "days_unseen_mean": "days"}
BETTER, WORSE = "better", "worse"
DOES = {BETTER: "gain", WORSE: "lose"}
TOLD = tuple(DOES)


def gain_rows(comparison: Compared, facts: Facts) -> Rows:
    """``who_gains`` of the plans beside the reference."""
    table = table_of(comparison, "who_gains")
    if table.empty:
        return table
    place = {key: i for i, key in enumerate(ORDER)}
    key = [place.get((d, g), len(place)) for d, g in zip(table["dimension"], table["group"], strict=True)]
    table = table.assign(_place=key).sort_values("_place", kind="stable").drop(columns="_place")
    return table[table["plan"] != facts.reference]


def grouped_headlines(table: Rows) -> list[str]:
    """The headlines to draw by group, three at most."""
    there = list(dict.fromkeys(map(str, table["headline"])))
    first = [h for h in BY_GROUP if h in there]
    return [*first, *(h for h in there if h not in first)][:3]


def gap_rows(comparison: Compared, facts: Facts) -> list[Row]:
    """One row a headline, way of grouping and plan of which something can be said: what becomes of the worst-off group, of the
    best-off, and of the gap between them.
    """
    table, made = table_of(comparison, "gaps"), []
    if table.empty or "worst_verdict" not in table:
        return []
    table = table[table["plan"].isin(facts.others)]
    said = table["verdict"].isin(TOLD) | table["worst_verdict"].isin(TOLD) | table["best_verdict"].isin(TOLD)
    last: tuple[str, str] = ("", "")
    for row in table[said].sort_values(["headline", "dimension"], key=_asked(table), kind="stable").to_dict("records"):
        headline, dimension, unit = str(row["headline"]), str(row["dimension"]), UNITS.get(str(row["headline"]), "")
        made.append({
            "title": words_of(headline), "first": headline != last[0], "fresh": (headline, dimension) != last, "dimension": dimension,
            "plan": row["plan"], "worst": text(row["worst_group"]), "best": text(row["best_group"]),
            "worst_change": change(row, "worst", unit), "best_change": change(row, "best", unit),
            "gap": f"{fitting(row['reference_gap'], unit)} → {fitting(row['gap'], unit)}", "words": said_of(row),
        })  # fmt: skip
        last = headline, dimension
    return made


def gaps_left_out(comparison: Compared, facts: Facts) -> int:
    """Of how many gaps nothing can be said."""
    table = table_of(comparison, "gaps")
    return 0 if table.empty else int(table["plan"].isin(facts.others).sum()) - len(gap_rows(comparison, facts))


def _asked(table: Rows) -> Any:
    """Headlines and ways of grouping in the order in which they first come up."""
    place = {name: k for column in ("headline", "dimension") for k, name in enumerate(dict.fromkeys(table[column]))}
    return lambda column: column.map(place)


def change(row: Row, side: str, unit: str) -> str:
    """``35.0 → 48.2 (+13.2): better off``: a group by itself, under the reference and under the plan."""
    if missing(row[f"{side}_value"]):
        return "–"
    ends = f"{fitting(row[f'{side}_reference'], unit)} → {fitting(row[f'{side}_value'], unit)}"
    verdict = text(row[f"{side}_verdict"])
    told = f": {verdict} off" if verdict in TOLD else ""
    return f"{ends} ({signed(row[f'{side}_change'], unit)}){told}"


def said_of(row: Row) -> str:
    """What becomes of a gap, in words that nobody takes for a loss where all gain, or for a gain where only the best-off lose."""
    gap, worst, best = (text(row[name]) for name in ("verdict", "worst_verdict", "best_verdict"))
    each = [f"the {side}-off {DOES[told]}" for side, told in (("worst", worst), ("best", best)) if told in TOLD]
    groups = " and ".join(each) or "neither group's change is clear by itself"
    if worst == best and worst in TOLD:
        groups = f"both {DOES[worst]}"
        more = {(BETTER, BETTER): "worst", (WORSE, BETTER): "best", (BETTER, WORSE): "best", (WORSE, WORSE): "worst"}.get((gap, worst))
        groups += f", the {more}-off more" if more else ""
    said = {BETTER: "narrower", WORSE: "wider"}.get(gap, "the gap cannot be told apart from before")
    said += ", though the worst-off do not gain" if gap == BETTER and worst != BETTER else ""
    said += ", though the worst-off gain" if gap == WORSE and worst == BETTER else ""
    turned = not missing(row["gap"]) and float(row["gap"]) < 0
    return f"{said}: {groups}" + ("; below nought: the two have changed places" if turned else "")
