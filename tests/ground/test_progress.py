"""Who watches sees how far it is; a log has a line a minute."""

import re
import sys
import time

import pytest

from simsafe.ground.progress import bar


@pytest.mark.parametrize("person", [True, False])
def test_a_person_who_watches_sees_how_far_it_is_and_how_long_it_takes(person, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: person, raising=False)
    with bar(10, before=2) as shown:
        shown(2)
        time.sleep(0.2)
        shown(6)
    err = capsys.readouterr().err
    assert ("6/10" in err) == person
    assert ("<00:0" in err) == person  # the time left
    assert person or err == ""


def test_a_log_has_a_line_now_and_then_with_the_time_left(capsys, monkeypatch):
    monkeypatch.setattr("simsafe.ground.progress.EVERY", 0.05)
    with bar(1200, before=200, what="looking") as shown:
        shown(200)
        time.sleep(0.1)
        shown(200)
        shown(400)
        time.sleep(0.1)
        shown(700)
    lines = capsys.readouterr().err.splitlines()
    assert lines.pop(0) == "looking: 1,000 runs to do"
    assert lines[0] == "looking: 200 of 1,200 runs"
    assert re.fullmatch(r"looking: 700 of 1,200 runs; about \d+ seconds? left", lines[1])
    assert len(lines) == 2
