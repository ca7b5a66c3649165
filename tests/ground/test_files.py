"""Files that are there whole or not at all."""

import os
from pathlib import Path

import pytest

from simsafe.ground import files
from simsafe.ground.files import named, why, write_whole


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path):
    write_whole(tmp_path / "one é.txt", b"first")
    write_whole(tmp_path / "one é.txt", b"second")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("one é.txt", b"second")]


def test_a_file_that_cannot_be_finished_leaves_the_earlier_one_as_it_was(tmp_path, monkeypatch):
    write_whole(tmp_path / "one.txt", b"first")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="space") as refusal:
        write_whole(tmp_path / "one.txt", b"second")
    assert why(refusal.value) == "the disk is full"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("one.txt", b"first")]


def test_a_path_that_is_none_is_refused(tmp_path):
    for path in (tmp_path / "\0.txt", tmp_path / "nowhere" / "one.txt"):
        with pytest.raises((OSError, ValueError)) as refusal:
            write_whole(path, b"x")
        assert why(refusal.value)
    assert not os.listdir(tmp_path)


def test_a_long_path_still_fits_a_line():
    assert len(named(Path("a" * 1000))) == 300
    assert "\n" not in named(Path("one\ntwo"))
