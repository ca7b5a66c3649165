"""Two hundred hostile texts in every name and note: they are shown as text, run nowhere, and become no formula."""

from dataclasses import replace
from html.parser import HTMLParser
from itertools import islice, product

import pandas as pd
import pytest
from made_up_comparison import Runs, made_up
from matplotlib.figure import Figure
from openpyxl import load_workbook

from simsafe.report.board import FIGURES, report
from simsafe.report.facts import facts_of
from simsafe.report.page import rendered
from simsafe.report.svg import inline_svg
from simsafe.report.workbook import write_workbook

INSIDE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<iframe src=//evil.example>",
    "<a href='javascript:alert(1)'>x</a>", "<body onload=alert(1)>", "<style>@import url(//evil.example)</style>",
    "<link rel=stylesheet href=//evil.example>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<base href=//evil.example>",
    "<form action=//evil.example><input>", "<math><mtext></math><script>1</script>",
    "<object data=//evil.example>", "<embed src=//evil.example>",
    "<video src=//evil.example autoplay>", "<details open ontoggle=alert(1)>", "<input autofocus onfocus=alert(1)>", "<x onclick=alert(1)>",
    "javascript:alert(1)", "http://evil.example/", "{{ 7*7 }}", "{% include '/etc/passwd' %}", "${7*7}", "<!-- x --><script>1</script>",
    "]]><script>1</script>", "\\u003cscript\\u003e", "&lt;script&gt;", "$\\frac{a}{b}$", "$unfinished", "=cmd|' /C calc'!A0",
    "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r\n=1+1", "＝1+1", "＠SUM(1)", "'=1", "=HYPERLINK(\"//evil.example\")", "\x00\x08null",
    "\u202ertl", "\u2028line"
)  # fmt: skip
AROUND = ("{}", '"{}', "'{}", '">{}', "'>{}", "</td>{}", "</title>{}", "</style>{}", "--> {}", "`{}`")
PAYLOADS = list(islice((around.format(inside) for around, inside in product(AROUND, INSIDE)), 210))
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "section", "p", "span", "h1", "h2", "h3", "strong",
    "table", "caption", "thead",
    "tbody", "tr", "th", "td", "br", "ul", "li", "nav", "a", "figure", "figcaption", "svg", "g", "path", "use", "defs", "clippath", "rect",
    "pattern", "div", "code", "pre", "footer", "wbr",
}  # fmt: skip


class Strict(HTMLParser):
    """Refuses every tag and attribute that the report does not use itself."""

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("src", "style", "action", "srcset", "data", "xlink:href", "srcdoc"), name
            assert name != "href" or value.startswith("#"), value
            assert name != "http-equiv" or value == "Content-Security-Policy", value

    handle_startendtag = handle_starttag


def hostile(payloads):
    """A comparison in which every text is one of these in turn, the plans' names included."""
    made = made_up(planned=2)
    texts = iter(payloads * 2000)
    plans = {plan: f"{next(texts)} {n}" for n, plan in enumerate(made.runs.plans)}
    kept = {"period", "measure", "mode", "status", "verdict", "paid", "task", "better", "unit", "part"}
    kept |= {"from", "to", "first_began", "middle_began", "last_began"}
    tables = {}
    for name, table in made.tables.items():
        table = table.copy()
        for column in table.columns:
            if column in ("plan", "reference", "written_in"):
                table[column] = table[column].map(plans)
            elif column not in kept and not pd.api.types.is_numeric_dtype(table[column]) and column not in ("week", "group"):
                known = {}
                table[column] = [known.setdefault(text, f"{next(texts)}") for text in table[column]]
            elif column == "group" and name == "who_gains":
                table[column] = [next(texts) for _ in range(len(table))]
        tables[name] = table
    tables["who_gains"] = tables["who_gains"].assign(verdict=[next(texts) for _ in range(len(tables["who_gains"]))])
    own = {plan: {"plan": {"title": next(texts), "purpose": next(texts)}} for plan in plans.values()}
    about = {**made.runs.about, "plans": own, "area": next(texts), "crisis": next(texts), "version": next(texts), "slug": next(texts)}
    runs = Runs({}, tuple(plans.values()), plans[made.runs.reference], 2, about)
    return replace(made, runs=runs, tables=tables, digest=next(texts))


TURNS = (0, 71, 142)  # where in the list to begin, so that plans and areas get other texts each time


def turned(by):
    return PAYLOADS[by:] + PAYLOADS[:by]


def checked(text):
    """The page, after looking at every tag and attribute in it."""
    page = Strict()
    page.feed(text)
    page.close()
    lowered = text.lower()
    assert "<script" not in lowered
    assert lowered.count("<style") == lowered.count("</style") == 1
    assert lowered.count("<svg") == lowered.count("</svg")
    return text


def test_there_are_two_hundred():
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("by", TURNS)
def test_hostile_names_and_notes_stay_text(by):
    checked(report(hostile(turned(by))))


def test_every_hostile_text_stays_text_in_every_name():
    usual = facts_of(made_up(planned=2))
    lists = ("page", "chunks", "every_chunk", "differences", "enquiries", "ledger", "gaps", "hours", "costs", "worth", "runs")
    empty = {name: [] for name in (*lists, "carrying", "grades", "effort", "effort_notes", "turning", "turning_tried", "turning_counts")}
    empty |= {"pictures": {name: [] for name in FIGURES}, "gaps_left_out": 0, "area_hours": False, "unpriced": "", "exchange": ""}
    empty |= {"how_much": ""}
    for text in [*PAYLOADS, "\ud800lone"]:
        names = {"area": text, "crisis": text, "version": text, "reference": text, "command": text, "digest": text, "plans": (text, "b")}
        rows = [{"plan": text, "lines": [text], "weeks": [text], "is_reference": False, "too_few": False}]
        plans = [{"plan": text, "title": text, "purpose": text, "settings": 2, "assumed": 1, "more": 0, "inherited": 0}]
        said = ("lever", "dial", "unit", "value", "from", "to", "waits", "began", "source")
        plans[0]["levers"] = [dict.fromkeys(said, text)]
        page = checked(rendered("board.html", facts=replace(usual, **names), failures=rows, plans=plans, **empty))
        assert "49" not in page.split("<title>")[1].split("</title>")[0]


def test_every_hostile_text_stays_text_beside_a_figure():
    figure = Figure(figsize=(1, 1))
    for text in PAYLOADS:
        made = inline_svg(figure, "f", text)
        checked(f"<style></style>{made}")


def test_hostile_names_and_notes_become_no_formula(tmp_path):
    path = write_workbook(hostile(PAYLOADS), tmp_path / "tables.xlsx")
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    assert not cell.value.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell.value
