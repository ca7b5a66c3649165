"""Whatever happens to a shard, it is noticed, tried once more, and written down; the others are done once each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import toy_jobs

from simsafe.ground.parameter import ConfigError
from simsafe.study.jobs import SavingError, Shard
from simsafe.study.runner import Failure, Hands, run_shards

LOCAL, SERIAL, DASK = Hands("local", 2), Hands("serial"), Hands("dask", 2)


def tries(shards: list[Shard]) -> Counter[int]:
    """How many times each seed was begun."""
    return Counter(int(path.name.split()[0]) for path in (shards[0].folder.parent / "tried").glob("*"))


def processes(shards: list[Shard]) -> set[int]:
    """Who began them."""
    return {int(path.name.split()[1]) for path in (shards[0].folder.parent / "tried").glob("*")}


def done(shards: list[Shard]) -> set[int]:
    """Seeds with a file."""
    return {int(path.stem) for path in shards[0].folder.glob("*.parquet")}


def gone(process: int) -> bool:
    """Whether a process has ended; one that only waits for its parent to take note of it has."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def ended(process: int, within: float = 10.0) -> bool:
    """Whether it ends in so many seconds."""
    until = time.monotonic() + within
    while not gone(process) and time.monotonic() < until:
        time.sleep(0.05)
    return gone(process)


@pytest.mark.parametrize("hands", [SERIAL, LOCAL])
def test_every_shard_is_done_once(toys, hands):
    shards, told = toys(5), []
    assert run_shards(shards, hands.crew(5), lambda *counts: told.append(counts), toy_jobs.easy) == []
    assert tries(shards) == dict.fromkeys(range(1, 6), 1)
    assert done(shards) == set(range(1, 6))
    assert told[-1] == (5, 5)
    assert told == sorted(told)


@pytest.mark.parametrize("hands", [SERIAL, LOCAL])
def test_an_error_is_tried_once_more_and_then_written_down_in_one_line(toys, hands):
    shards = toys(5)
    failures = run_shards(shards, hands.crew(5), job=toy_jobs.error)
    assert failures == [Failure(2, 2, "ZeroDivisionError: nothing by nothing in two lines")]
    assert tries(shards) == {1: 1, 2: 2, 3: 1, 4: 1, 5: 1}
    assert done(shards) == {1, 3, 4, 5}


def test_a_worker_that_dies_is_noticed_and_the_others_do_not_notice(toys):
    shards = toys(5)
    failures = run_shards(shards, LOCAL.crew(5), job=toy_jobs.deadly)
    assert failures == [Failure(2, 2, "its process died (killed, or out of memory)")]
    assert tries(shards) == {1: 1, 2: 2, 3: 1, 4: 1, 5: 1}
    assert done(shards) == {1, 3, 4, 5}


def test_a_shard_whose_worker_died_once_is_done_by_another(toys):
    shards = toys(4)
    assert run_shards(shards, LOCAL.crew(4), job=toy_jobs.deadly_once) == []
    assert done(shards) == {1, 2, 3, 4}


@pytest.mark.parametrize("hands", [SERIAL, LOCAL])
def test_when_nothing_can_be_saved_all_stop(toys, hands):
    with pytest.raises(SavingError, match="the disk is full"):
        run_shards(toys(5), hands.crew(5), job=toy_jobs.disk_full)


def test_workers_that_save_elsewhere_are_found_out(toys):
    with pytest.raises(SavingError, match="folder that all of them share"):
        run_shards(toys(2), SERIAL.crew(2), job=toy_jobs.elsewhere)


def test_stopping_by_hand_ends_the_workers_at_once(toys):
    shards, began = toys(4), time.monotonic()

    def stop(*_):
        if len(tries(shards)) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_shards(shards, LOCAL.crew(4), stop, toy_jobs.endless)
    assert time.monotonic() - began < 60
    assert len(processes(shards)) == 2
    assert all(map(gone, processes(shards)))


def test_workers_have_one_thread_and_leave_ctrl_c_to_their_parent(toys, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    shards = toys(1)
    run_shards(shards, LOCAL.crew(1), job=toy_jobs.about_the_process)
    assert (shards[0].folder / "1.parquet").read_text(encoding="utf-8") == "1 True"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
def test_workers_end_when_their_parent_is_killed(toys):
    shards = toys(2)
    program = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[1:2]; import toy_jobs\n"
        "from simsafe.study.jobs import Shard; from simsafe.study.runner import *\n"
        "shards = [Shard(s, (), 'toy', Path(sys.argv[2]), '{}') for s in (1, 2)]\n"
        "run_shards(shards, Hands('local', 2).crew(2), job=toy_jobs.endless)\n"  # no "if __name__": a worker must not run this again
    )
    script = shards[0].folder.parent / "script.py"
    script.write_text(program, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, script, Path(__file__).parent, shards[0].folder])
    until = time.monotonic() + 60
    while len(processes(shards)) < 2 and parent.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    workers = processes(shards)
    parent.kill()
    parent.wait()
    assert len(workers) == 2
    assert all(ended(process) for process in workers)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("lokal",), "executor = 'lokal'; no such executor; did you mean 'local'"),
        (("local", 0), "workers = 0; expected a whole number from 1 to 1000"),
        (("local", 1.5), "workers = 1.5"),
        (("serial", 2), "executor=serial works alone"),
        (("local", None, "tcp://127.0.0.1:1"), "only executor=dask has one"),
    ],
)
def test_hands_that_cannot_be_had_are_refused(asked, words):
    with pytest.raises(ConfigError, match=words):
        Hands(*asked)


def test_dask_does_every_shard_once_and_a_worker_that_dies_is_noticed(toys):
    pytest.importorskip("distributed")
    shards = toys(4)
    assert run_shards(shards, DASK.crew(4), job=toy_jobs.deadly) == [Failure(2, 2, "its process died (killed, or out of memory)")]
    assert tries(shards) == {1: 1, 2: 2, 3: 1, 4: 1}
    assert done(shards) == {1, 3, 4}


def test_a_dask_address_where_nobody_answers_is_refused_in_one_line(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("simsafe.study.by_dask.CONNECTING", 1.0)
    with pytest.raises(ConfigError, match=r"address = 'tcp://127\.0\.0\.1:9'; no workers to be had there"):
        Hands("dask", None, "tcp://127.0.0.1:9").crew(1)


def test_dask_that_is_not_installed_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"simsafe\[dist\]"):
        DASK.crew(1)
