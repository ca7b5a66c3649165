"""``simsafe compare``: what it prints and ends with; stopped, killed and asked again, it loses nothing and does nothing twice."""

from __future__ import annotations

import os
import signal

import pytest
from killing import begun, complaints, digest_in, finished, wait_for

import simsafe
from simsafe.app import main
from simsafe.app.compare import listed
from simsafe.comparison import compare
from simsafe.ground import files
from simsafe.ground.parameter import ConfigError
from simsafe.study import jobs

QUICK = ["children=600", "start=2020-03-09", "end=2020-04-12", "warm_up_days=7"]
TWO = "plans=[as_happened_2020,see_every_child]"
WORDS = ["compare", "area=devon", "crisis=covid19_england", TWO, *QUICK]


def test_it_says_how_many_runs_their_digest_and_where_they_are(here, capsys):
    assert main([*WORDS, "replications=2", "executor=serial", "output=out of ☂"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "4 of 4 runs" in out
    assert "every run in out of ☂" in out
    assert "Simulated." in out
    settings = {"children": 600, "start": "2020-03-09", "end": "2020-04-12", "warm_up_days": 7}
    plans = ["as_happened_2020", "see_every_child"]
    again = compare("devon", "covid19_england", plans, 2, folder=here / "out of ☂", executor="serial", **settings)
    assert digest_in(out) == again.digest
    assert sorted(path.name for path in (here / "out of ☂").iterdir()) == [".lock", "report.html", "shards", "study.json", "tables.xlsx"]


def test_every_setting_of_a_run_may_be_given(here, capsys):
    words = [*WORDS[:3], "plans=as_happened_2020,see_every_child", *QUICK, "severity=0.5", "seed=5", "model.truth.harm.prevalence=0.04"]
    assert main([*words, "replications=1", "reference=see_every_child", "executor=serial", "output=out"]) == 0
    out = capsys.readouterr().out
    assert "compared with see_every_child" in out
    one = simsafe.run(
        "devon", "covid19_england", "as_happened_2020", severity=0.5, seed=5, model={"truth.harm.prevalence": 0.04},
        children=600, start="2020-03-09", end="2020-04-12", warm_up_days=7,
    )  # fmt: skip
    (shard,) = (here / "out" / "shards").glob("5-*.parquet")
    assert one.digest in jobs.unpacked(shard.read_bytes())["runs"].digest.tolist()


def test_a_plan_of_ones_own_by_its_path_or_from_ones_own_shelf(here, capsys):
    (here / "my shelf" / "plan").mkdir(parents=True)
    text = "title: Doors\nlevers:\n  doorstep_rounds: {school_doorstep_weeks: 2, from: 2020-03-23, to: 2020-04-12, source: ours}\n"
    (here / "my shelf" / "plan" / "my_plan.yaml").write_text(text, encoding="utf-8")
    others = ["replications=1", "executor=serial", *QUICK]
    assert main(["compare", "area=devon", "plans=['my shelf/plan/my_plan.yaml', see_every_child]", *others, "output=a"]) == 0
    assert main(["compare", "area=devon", "plans=[my_plan,see_every_child]", "--config-dir", "my shelf", *others, "output=b"]) == 0
    one, two = capsys.readouterr().out.split("every run in a")
    assert digest_in(one) == digest_in(two)


@pytest.mark.parametrize(
    ("text", "plans"),
    [
        ("[a,b]", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("['x, y.yaml',b]", ["x, y.yaml", "b"]),
        ("[\"x, y.yaml\", 'b']", ["x, y.yaml", "'b'"]),
        ("[]", []),
        ("[a]", ["a"]),
    ],
)
def test_how_a_list_of_plans_is_read(text, plans):
    assert listed(text) == plans
    with pytest.raises(ConfigError, match="a bracket is missing"):
        listed("[a,b")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", ["plans is missing", "plans=[ONE,ANOTHER]"]),
        ("plans=[see_every_child]", ["2 to 50 plans"]),
        ("plans=[see_every_child,see_every_chid]", ["plans = 'see_every_chid'", "did you mean 'see_every_child'"]),
        ("plans=[see_every_child,see_every_child]", ["given twice"]),
        ("plans=[see_every_child,no/such.yaml]", ["no/such.yaml", "no such file"]),
        ("plans=[see_every_child", ["bracket"]),
        ("plans=[see_every_child,]", ["plans = '[see_every_child,]'", "after the last"]),
        (f"{TWO} --replications 30", ["'--replications'", "settings have no dashes"]),
        ("plans=", ["plans: no value"]),
        (f"{TWO} {TWO}", ["given twice"]),
        (f"{TWO} plan=see_every_child", ["plan = 'see_every_child'", "plans=[ONE,ANOTHER]"]),
        (f"{TWO} plan.levers.x=1", ["plan.levers.x"]),
        (f"{TWO} replications=0", ["replications = 0", "1 to 10000"]),
        (f"{TWO} replications=2.5", ["replications = 2.5", "whole number"]),
        (f"{TWO} replications=1_0", ["replications = '1_0'"]),
        (f"{TWO} replication=3", ["replication = '3'", "did you mean 'replications'"]),
        (f"{TWO} workers=0", ["workers = 0", "1 to 1000"]),
        (f"{TWO} workers=two", ["workers = 'two'"]),
        (f"{TWO} executor=dsk", ["executor = 'dsk'", "did you mean 'dask'"]),
        (f"{TWO} address=tcp://x", ["address = 'tcp://x'", "executor=dask"]),
        (f"{TWO} reference=joined_up", ["reference = 'joined_up'", "not among the plans"]),
        (f"{TWO} seed=1,2", ["seed = '1,2'", "replications="]),
        (f"{TWO} severity=3", ["severity = 3", "0 to 2"]),
        (f"{TWO} sede=3", ["did you mean 'seed'"]),
        (f"{TWO} -m", ["-m", "replications="]),
        (f"{TWO} hydra.run.dir=x/y hydra.sweep.dir=z", ["expected one of them"]),
        (f"{TWO} output=full", ["output = 'full'", "no comparison"]),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(words, said, refused, here):
    (here / "full").mkdir()
    (here / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    line = refused("compare", *words.split())
    assert all(word in line for word in said), line


def test_another_studys_folder_is_refused_naming_what_changed(here, capsys):
    words = [*WORDS, "replications=1", "executor=serial", "output=out"]
    assert main(words) == 0
    before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    for more, said in (("severity=0.5", "severity was 1.0 and is now 0.5"), ("seed=2", "seed was 1 and is now 2")):
        capsys.readouterr()
        assert main([*words, more]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert said in err
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before


def test_failures_are_one_table_and_the_code_is_1(here, capsys, monkeypatch):
    def stumble(shard):
        raise ZeroDivisionError("by nothing")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "simulate", stumble)
        assert main([*WORDS, "replications=2", "executor=serial", "output=out"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert "0 of 4 runs" in out
    assert "failed: 2 of 2 seeds" in out
    assert out.count("ZeroDivisionError: by nothing") == 2
    assert main([*WORDS, "replications=2", "executor=serial", "output=out"]) == 0
    assert "4 of 4 runs" in capsys.readouterr().out


def test_a_full_disk_is_one_line_code_1_and_the_same_command_goes_on(here, capsys, monkeypatch):
    def full(folder):
        if folder.name == jobs.SHARDS:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "settle", full)
        assert main([*WORDS, "replications=2", "executor=serial", "output=out"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "the disk is full" in err
    assert "goes on from there" in err
    assert main([*WORDS, "replications=2", "executor=serial", "output=out"]) == 0


def test_asked_to_end_while_the_report_is_written_is_one_line_code_130_and_the_same_command_goes_on(here, capsys, monkeypatch):
    words = [*WORDS, "replications=1", "executor=serial", "output=out"]
    before = signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patch:
        patch.setattr("simsafe.report.write_workbook", end_while_writing)
        assert main(words) == 130
    out, err = capsys.readouterr()
    assert err == "simsafe: stopped; what is finished is in out, and the same command goes on from there\n"
    assert "1 seed from 1, each under 2 plans" in out
    assert signal.getsignal(signal.SIGTERM) is before
    assert not [path for path in here.rglob(".part-*")]
    kept = finished(here / "out")
    with monkeypatch.context() as patch:
        patch.setattr("simsafe.report.write_workbook", refuse_to_write)
        assert main(words) == 1
    assert capsys.readouterr().err == "simsafe: tables = 'tables.xlsx'; cannot be written (Permission denied)\n"
    assert main(words) == 0
    assert "tables.xlsx in out" in capsys.readouterr().out
    assert finished(here / "out") == kept


def end_while_writing(*_):
    """Ask this process to end while a sheet is open, which complains when it is let go."""
    from openpyxl import Workbook

    Workbook(write_only=True).create_sheet("one").append([1])
    signal.raise_signal(signal.SIGTERM)


def refuse_to_write(*_):
    """As when a spreadsheet program has the file open."""
    raise ConfigError("tables = 'tables.xlsx'; cannot be written (Permission denied)")


def test_a_shard_that_was_damaged_is_named_and_simulated_again(here, capsys):
    words = [*WORDS, "replications=2", "executor=serial", "output=out"]
    assert main(words) == 0
    whole = digest_in(capsys.readouterr().out)
    (path,) = (here / "out" / "shards").glob("2-*")
    raw = path.read_bytes()
    path.write_bytes(raw[:200] + bytes([raw[200] ^ 1]) + raw[201:])
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert digest_in(out) == whole
    assert err == "simsafe: output = 'out'; the runs of seed 2 were damaged since they were saved: they are not used, and simulated again\n"


# Stopped and killed


@pytest.mark.parametrize("asked_to_end", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_hand_is_one_line_code_130_and_the_same_command_goes_on(here, asked_to_end):
    words = ("replications=12", "workers=2", "output=out")
    with begun(here, *words) as process:
        wait_for(here / "out", 2, process)
        before = finished(here / "out")
        os.killpg(process.pid, asked_to_end)  # as a terminal does: everyone in the group hears it
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert len(complaints(err)) == 1, err
    assert "the same command goes on from there" in err
    assert not [path for path in here.rglob(".part-*")]
    with begun(here, *words) as process:
        out, err = process.communicate(timeout=300)
    assert (process.returncode, complaints(err)) == (0, [])
    assert "24 of 24 runs" in out
    assert before.items() <= finished(here / "out").items()


def test_while_the_report_is_written_nobody_else_may_work_in_the_folder(here, capsys, monkeypatch):
    asked = []

    def meanwhile(*_):
        asked.append(main([*WORDS, "replications=2", "executor=serial", "output=out"]))
        raise ConfigError("output = 'out'; enough for this test")

    monkeypatch.setattr("simsafe.report.write_report", meanwhile)
    assert main([*WORDS, "replications=1", "executor=serial", "output=out"]) == 1
    assert asked == [2]
    assert "being made there already" in capsys.readouterr().err


def test_two_at_once_on_one_folder_are_refused_and_the_first_goes_on(here):
    with begun(here, "replications=8", "workers=1", "output=out") as first:
        wait_for(here / "out", 1, first)
        with begun(here, "replications=8", "workers=1", "output=out") as second:
            said, err = second.communicate(timeout=60)
        out, _ = first.communicate(timeout=300)
    assert (second.returncode, said) == (2, "")
    assert err.count("\n") == 1
    assert "being made there already" in err
    assert first.returncode == 0
    assert "16 of 16 runs" in out
