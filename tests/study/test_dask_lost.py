"""A Dask cluster that loses every worker: one table of failures or one line, code 1, in bounded time, and nothing half-written."""

from __future__ import annotations

import signal
from functools import partial

import pytest
import toy_jobs
from small_comparisons import PLANS, QUICK, files_in

from simsafe.app import main
from simsafe.study.jobs import SHARDS, SavingError
from simsafe.study.runner import Hands, run_shards

pytest.importorskip("distributed")
LONGEST = 240  # seconds that a test may take on a busy machine


@pytest.fixture(autouse=True)
def bounded():
    """A test that hangs is ended."""

    def hung(*_):
        raise TimeoutError(f"not over after {LONGEST} seconds")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def words(executor: str) -> list[str]:
    settings = [f"{name}={value}" for name, value in QUICK.items()]
    return ["compare", "area=devon", f"plans=[{','.join(PLANS)}]", *settings, "replications=2", f"executor={executor}", "output=out"]


def test_workers_that_all_die_make_one_table_of_failures_and_the_same_command_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("simsafe.study.comparison.run_shards", partial(run_shards, job=toy_jobs.all_deadly))
        assert main([*words("dask"), "workers=2"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert "0 of 4 runs" in out
    assert out.count("failed: 2 of 2 seeds") == 1
    assert [line.split(None, 2) for line in out.splitlines() if "its process died" in line] == [
        [seed, "2", "its process died (killed, or out of memory)"] for seed in ("1", "2")
    ]
    assert not list((tmp_path / "out" / SHARDS).glob("*.parquet"))
    assert main(words("serial")) == 0
    assert "4 of 4 runs" in capsys.readouterr().out
    assert not [name for name in files_in(tmp_path / "out") if ".part-" in name or name == "failures.csv"]


def test_a_cluster_without_workers_is_given_up_after_a_while_in_one_line(toys, monkeypatch):
    monkeypatch.setattr("simsafe.study.by_dask.PATIENCE", 20.0)
    shards, crew = toys(2), Hands("dask", 1).crew(2)
    monkeypatch.setattr("simsafe.study.by_dask.PATIENCE", 2.0)

    def leave(*_):
        crew.cluster.scale(0)

    with pytest.raises(SavingError, match="the Dask cluster has no workers any more"):
        run_shards(shards, crew, leave, toy_jobs.endless)
    assert not list(shards[0].folder.glob("*"))
