"""``simsafe story``: what may be asked, what is saved, and what is refused in one line."""

import re

import pytest

from simsafe.app import main
from simsafe.app.story import OWN
from simsafe.app.words import STORY
from simsafe.results.finder import FIND

SMALL = ("children=600", "start=2020-03-01", "end=2020-06-01", "warm_up_days=14")


def test_one_childs_story_is_saved_and_named(here, capsys):
    assert main(["story", *SMALL, "child=3"]) == 0
    out = capsys.readouterr().out
    assert "One simulated child, number 3 under seed 1" in out
    assert "Simulated." in out
    (folder,) = (here / "outputs").iterdir()
    assert folder.name == "story_shropshire_covid19_england_as_happened_2020_seed1_child3"
    assert sorted(p.name for p in folder.iterdir()) == ["story.csv", "story.html", "story.png", "story.svg"]


def test_two_plans_are_held_against_each_other_and_the_same_words_give_the_same_bytes(here, capsys):
    words = ["story", *SMALL, "plan=see_every_child", "against=as_happened_2020", "child=11", "from=2020-03-15", "to=2020-05-15"]
    assert main([*words, "output=one"]) == 0
    assert main([*words, "output=two"]) == 0
    out = capsys.readouterr().out
    assert "first turn a dial differently on 2020-03-23" in out
    assert (here / "one" / "parting.csv").exists()
    for path in (here / "one").iterdir():
        assert path.read_bytes() == (here / "two" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["child=3", "find=lost_share"], "expected one of child="),
        ([], "expected one of child="),
        (["find=unseen"], r"find = 'unseen'; no such kind of case.*unseen_and_unknown"),
        (["find=found_sooner"], "against="),
        (["child=three"], "child = 'three'; expected a whole number"),
        (["child=1.5"], "child = '1.5'; expected a whole number"),
        (["child=08"], "child = '08'; expected a whole number"),
        (["child"], "child: no value; expected child=VALUE"),
        (["child="], "child: no value"),
        (["child=1", "child=2"], "given twice"),
        (["child=999999999"], "child = 999999999; no such child; expected a whole number from 0"),
        (["child=-1"], "child = -1; no such child"),
        (["child=1", "against=as_happened_2020"], "against = 'as_happened_2020'; the same as plan"),
        (["child=1", "against=see_evry_child"], "see_every_child"),
        (["child=1", "from=2020-13-01"], "from = '2020-13-01'; there is no such day"),
        (["child=1", "from=2019-12-01"], "from = 2019-12-01; expected a date from 2020-03-01"),
        (["child=1", "from=2020-05-01", "to=2020-04-01"], "to = 2020-04-01; expected a date after"),
        (["child=1", "-m", "seed=1,2"], "-m: a story is of one child"),
        (["child=1", "plann=x"], "plann"),
        (["child=1", "output=."], "output"),
    ],
)
def test_a_slip_is_refused_in_one_line_and_nothing_is_written(here, capsys, words, said):
    (here / "mine.txt").write_text("mine")
    assert main(["story", *SMALL, *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert re.search(said, err), err
    assert [p.name for p in here.iterdir()] == ["mine.txt"]


def test_the_help_names_every_setting_and_every_kind_of_case():
    for name in (*OWN, *FIND):
        assert name in STORY
