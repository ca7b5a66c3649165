"""One child's chronology as a page and a folder: nothing runs in it, and it says what it is."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from small_worlds import small, turned
from test_hostile import PAYLOADS, checked

from simsafe.ground.parameter import ConfigError
from simsafe.report.story_page import story_page, story_table, write_story
from simsafe.study.story import story, tell


@pytest.fixture(scope="module")
def told():
    other = small(600, plan=turned((date(2020, 4, 20), date(2020, 6, 1)), school_doorstep_weeks=1), plan_name="doorstep_rounds")
    return tell([small(600), other], child=7, find=None)


def test_a_story_is_saved_as_page_table_and_pictures(told, tmp_path):
    folder = write_story(told, tmp_path / "story")
    assert sorted(p.name for p in folder.iterdir()) == ["parting.csv", "story.csv", "story.html", "story.png", "story.svg"]
    assert [p.name for p in tmp_path.iterdir()] == ["story"]
    table = pd.read_csv(folder / "story.csv")
    assert set(table["simulated"]) == {"yes"}
    assert set(table["plan"]) == {"as_happened_2020", "doorstep_rounds"}


def test_the_page_says_what_it_is(told):
    text = story_page(told)
    assert "One simulated child" in text
    assert text.count("Simulated.") >= 4
    assert "RESPONSIBLE_USE.md" in text
    assert "nothing here is a risk or a score" in " ".join(text.split())
    assert "://" not in text
    checked(text)


def test_hostile_names_stay_text_in_a_story(told):
    from matplotlib.figure import Figure

    from simsafe.report.page import rendered
    from simsafe.report.svg import inline_svg

    picture = inline_svg(Figure(figsize=(1, 1)), "f", "nothing")
    for text in PAYLOADS:
        about = replace(told.one.about, area=text, crisis=text, plan=text, version=text)
        lines = tuple((day, said._replace(words=text)) for day, said in told.one.lines[:3])
        one = replace(told.one, about=about, facts={text: text}, lines=lines)
        checked(rendered("story.html", one=one, stories=[one], parting=None, picture=picture))


def test_the_table_is_that_of_each_plan(told):
    table = story_table(told)
    assert (table["child"] == 7).all()
    assert len(table) == sum(len(s.table()) for s in told.stories)


def test_a_place_that_cannot_be_written_is_refused_and_left_as_it_was(told, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match=r"^output = .*cannot be written"):
        write_story(told, tmp_path / "file" / "story")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_question_must_name_one_child_or_one_kind_of_case():
    with pytest.raises(ConfigError, match=r"expected one of child=.*find="):
        story(children=500)
    with pytest.raises(ConfigError, match="child = 3 and find = 'lost_share'; expected one of"):
        story(children=500, child=3, find="lost_share")
    with pytest.raises(ConfigError, match=r"find = 'found_soner'.*'found_sooner'"):
        story(children=500, find="found_soner")
    with pytest.raises(ConfigError, match=r"found_sooner; it holds two plans.*against="):
        story(children=500, find="found_sooner")


def test_a_kind_of_case_that_nobody_is_an_example_of_is_said_so():
    with pytest.raises(ConfigError, match=r"find = lost_share; no such child under .* expected more than 500 children, another seed"):
        tell([small(500, end=date(2020, 3, 3))], None, "lost_share")
