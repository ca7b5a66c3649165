"""A folder has one study and one owner at a time; what is in it is checked, and never taken for something else."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from small_comparisons import files_in
from test_jobs import TABLES, study

from simsafe.ground.parameter import ConfigError
from simsafe.study import jobs, keeping
from simsafe.study.jobs import SHARDS, write
from simsafe.study.keeping import ABOUT, LOCK, damage, finished, owned


@pytest.fixture
def folder(tmp_path):
    """A folder that a study has, with one shard done."""
    made = tmp_path / "a comparison of 'plans' ☂"
    with owned(made, study()):
        write(study().shards(made)[0], TABLES)
    return made


def test_a_finished_shard_is_found_again(folder):
    with owned(folder, study()):
        (found,) = finished(folder, study().shards(folder))
    assert found.shard.seed == 1
    assert set(files_in(folder)) == {ABOUT, LOCK, f"{SHARDS}/{next((folder / SHARDS).iterdir()).name}"}


def test_a_shard_that_has_changed_is_taken_away_and_not_read_and_that_is_said(folder, caplog):
    (path,) = (folder / SHARDS).iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with owned(folder, study()), caplog.at_level("WARNING"):
        assert list(finished(folder, study().shards(folder))) == []
        assert list(finished(folder, study().shards(folder))) == []
    assert not path.exists()
    (said,) = caplog.messages
    assert "the runs of seed 1 were damaged since they were saved: they are not used, and simulated again" in said
    assert "\n" not in said


def test_of_many_damaged_runs_the_first_are_named_and_the_others_counted(tmp_path):
    assert "the runs of seeds 1, 2 were damaged" in damage(tmp_path, [1, 2])
    assert "19, 20 and 5 more were damaged" in damage(tmp_path, range(1, 26))


def test_what_a_killed_process_left_half_written_is_taken_away(folder):
    (folder / SHARDS / ".part-123-abc").write_bytes(b"half")
    (folder / ".part-123-abd").write_bytes(b"half")
    with owned(folder, study()):
        assert not [name for name in files_in(folder) if ".part-" in name]


# Two at once


def test_two_at_once_in_one_folder_are_refused(folder):
    before = files_in(folder)
    with owned(folder, study()), pytest.raises(ConfigError, match="being made there already"), owned(folder, study()):
        pass
    with owned(folder, study()):
        pass
    assert files_in(folder) == before


def test_a_lock_does_not_outlive_an_owner_that_was_killed(folder):
    program = (
        "import fcntl, os, sys, time; lock = os.open(sys.argv[1], os.O_RDWR); fcntl.flock(lock, fcntl.LOCK_EX); print(flush=True); "
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program, folder / LOCK], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        with pytest.raises(ConfigError, match="being made there already"), owned(folder, study()):
            pass
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        with owned(folder, study()):
            pass


# Another's


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"config": {"severity": 0.5}}, "severity was 1.0 and is now 0.5"),
        ({"config": {"severity": 1.0, "area": "devon"}}, "area was None and is now 'devon'"),
        ({"seed": 7}, "seed was 1 and is now 7"),
        (
            {"plans": {"as_happened_2020": {"plan": {}}, "nothing": {"plan": {"levers": 1}}}},
            "plans.nothing.plan.levers was None and is now 1",
        ),
    ],
)
def test_another_studys_folder_is_refused_naming_what_differs(folder, changes, words):
    before = files_in(folder)
    with pytest.raises(ConfigError, match=words) as refusal, owned(folder, study(**changes)):
        pass
    assert "\n" not in str(refusal.value)
    assert files_in(folder) == before


def test_other_plans_are_refused_by_name(folder):
    other = study(plans={"as_happened_2020": {}, "joined_up": {}})
    with (
        pytest.raises(ConfigError, match="plans were as_happened_2020, nothing and are now as_happened_2020, joined_up"),
        owned(folder, other),
    ):
        pass


def test_another_version_code_or_data_file_is_refused_naming_it(folder, monkeypatch):
    about = study().about
    for change, words in (
        ({"simsafe": "9.9"}, r"the version of simsafe was '0\.1\.0' and is now '9\.9'"),
        ({"code": "0"}, "simsafe's own code has changed"),
        (
            {"inputs": about["inputs"] | {"simsafe/world/published/areas.csv": "0"}},
            r"the data have changed \(simsafe/world/published/areas.csv\)",
        ),
    ):
        other = study()
        other.__dict__["about"] = about | change
        with pytest.raises(ConfigError, match=words), owned(folder, other):
            pass


def test_other_packages_more_replications_and_another_reference_are_the_same_study(folder):
    other = study(replications=9, reference="as_happened_2020")
    other.__dict__["about"] = other.about | {"packages": {"numpy": "9"}}
    with owned(folder, other):
        assert [found.shard.seed for found in finished(folder, other.shards(folder))] == [1]


def test_a_note_with_a_changed_byte_is_refused(folder):
    note = folder / ABOUT
    note.write_bytes(note.read_bytes().replace(b"severity", b"severitx", 1))
    with pytest.raises(ConfigError, match="has changed since it was saved"), owned(folder, study()):
        pass


def test_a_folder_with_something_else_in_it_is_refused_and_left_as_it_was(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="no comparison; expected a new or empty folder"), owned(tmp_path, study()):
        pass
    assert list(files_in(tmp_path)) == ["mine.txt"]
    with pytest.raises(ConfigError, match="is a file"), owned(tmp_path / "mine.txt" / "x", study()):
        pass


def test_a_folder_begun_and_left_at_once_may_be_taken(tmp_path):
    (tmp_path / "new" / SHARDS).mkdir(parents=True)
    (tmp_path / "new" / LOCK).touch()
    with owned(tmp_path / "new", study()):
        pass


def test_a_folder_that_may_only_be_read_is_refused_in_words(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with (
        pytest.raises(ConfigError, match=r"cannot be written \(the disk may only be read\); choose another folder"),
        owned(tmp_path / "x", study()),
    ):
        pass


def test_the_note_is_not_written_again_when_nothing_has_changed(folder):
    before = files_in(folder)[ABOUT]
    with owned(folder, study()):
        pass
    assert files_in(folder)[ABOUT] == before
    assert keeping.read_about(folder)["code"] == jobs.code_digest()
    assert replace(study(), replications=9).key == study().key
