"""The agencies' pages in the documentation: one for each, and every number in them as in the code."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.world.contact import Agency

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "agencies"
SECTIONS = (
    "Whom it meets, and how", "What it notices", "What it keeps", "Whom it tells", "What a crisis does to it",
    "Which plans and levers turn it", "What the model leaves out", "Numbers", "Sources",
)  # fmt: skip


def script() -> ModuleType:
    """``docs/agencies/refresh.py``, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("refresh_agencies", FOLDER / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


REFRESH = script()
PAGES = {page.stem: page for page in REFRESH.pages()}
OF_AN_AGENCY = sorted(set(PAGES) - {"README", "partnership"})


def test_every_agency_has_a_line_in_the_index_and_a_page():
    assert set(REFRESH.EVERY_AGENCY) == set(Agency)
    assert {page for page, *_ in REFRESH.EVERY_AGENCY.values()} == set(OF_AN_AGENCY)


@pytest.mark.parametrize("name", PAGES)
def test_every_number_on_a_page_is_that_of_the_code(name):
    now = PAGES[name].read_text(encoding="utf-8")
    assert now == REFRESH.refreshed(PAGES[name]), f"{name}.md is out of date: run python docs/agencies/refresh.py"


@pytest.mark.parametrize("name", PAGES)
def test_what_is_opened_on_a_page_is_closed_and_filled(name):
    text = PAGES[name].read_text(encoding="utf-8")
    blocks = REFRESH.BLOCK.findall(text)
    assert blocks
    assert len(blocks) == text.count("<!-- end -->") == text.count("<!-- ") - text.count("<!-- end -->")
    assert all(block[3].strip() for block in blocks)


@pytest.mark.parametrize("name", OF_AN_AGENCY)
def test_every_page_answers_the_same_questions(name):
    heads = re.findall(r"^## (.*)$", PAGES[name].read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [head for head in heads if head in SECTIONS] == list(SECTIONS)


@pytest.mark.parametrize("name", PAGES)
def test_links_between_pages_lead_somewhere(name):
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", PAGES[name].read_text(encoding="utf-8"))
    assert not [link for link in links if not (FOLDER / link).exists()]


@pytest.mark.parametrize("name", PAGES)
def test_the_code_that_a_page_names_is_there(name):
    named = re.findall(r"`(simsafe/[\w/]+(?:\.py|/)?)`", PAGES[name].read_text(encoding="utf-8"))
    assert not [path for path in named if not (FOLDER.parents[1] / path).exists()]


def test_a_number_that_is_not_in_the_code_is_refused_by_name(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- numbers: thresholds.scholls -->\n<!-- end -->\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"page\.md, numbers: thresholds\.scholls.*thresholds\.schools"):
        REFRESH.refreshed(page)


def test_a_page_is_refreshed_once_and_then_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- numbers: thresholds.schools -->\nof yesterday\n<!-- end -->\nAfter.\n", encoding="utf-8")
    once = REFRESH.refreshed(page)
    assert once.startswith("Before.\n")
    assert once.endswith("After.\n")
    assert "yesterday" not in once
    page.write_text(once, encoding="utf-8")
    assert REFRESH.refreshed(page) == once
