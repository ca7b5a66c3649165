"""Who watches sees how far it is; a log is not filled with bars."""

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
