"""A folder of results is whole or not there, and every changed byte shows."""

import errno
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.results import folder as saving
from simsafe.results import tables
from simsafe.results.folder import check_folder, load, safe_cell, save
from simsafe.results.summary import code_words, headlines, plain_words
from simsafe.study.run import run, settings_of

TABLES = {"measures.parquet", "events.parquet", "children.parquet", "summary.csv"}
FILES = TABLES | {"ladder.csv", "alarms.csv", "harm_days.csv", "coverage.csv", "equity.csv", "network.csv", "summary.md"}


@pytest.fixture(scope="module")
def saved(covid, tmp_path_factory):
    return save(covid, tmp_path_factory.mktemp("results") / "a run – été", settings_of(covid.setup))


@pytest.fixture
def copied(saved, tmp_path):
    return Path(shutil.copytree(saved, tmp_path / "copy"))


@pytest.fixture
def quick(monkeypatch):
    """Saving without drawing."""
    monkeypatch.setattr("simsafe.results.figures.save_all", lambda *_: [])
    monkeypatch.setattr("simsafe.results.network_figure.save_network", lambda *_: [])


def one_line(caught):
    return "\n" not in str(caught.value)


def left_over(folder):
    return sorted(p.name for p in folder.iterdir())


# What is in it


def test_a_result_holds_tables_summary_figures_and_a_manifest(saved):
    names = {p.relative_to(saved).as_posix() for p in saved.rglob("*") if p.is_file()}
    figures = {n for n in names if n.startswith("figures/")}
    assert names == FILES | figures | {"manifest.json"}
    assert len(figures) == 8


def test_everything_in_it_says_simulated(saved):
    for path in saved.glob("*.parquet"):
        assert pq.read_schema(path).metadata[b"simulated"] == b"yes"
    for path in saved.glob("*.csv"):
        assert (pd.read_csv(path)["simulated"] == "yes").all()
    assert "imulated" in (saved / "summary.md").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads((saved / "manifest.json").read_text(encoding="utf-8"))["simulated"] is True
    for path in saved.glob("figures/*.png"):
        assert b"Simulated" in path.read_bytes()


def test_what_was_saved_is_what_comes_back(covid, saved):
    result = load(saved)
    pd.testing.assert_frame_equal(result.table("measures"), tables.measures(covid), check_dtype=False, check_categorical=False)
    assert len(result.table("events")) == len(covid.log.rows)
    assert result.table("children")["child"].tolist() == tables.children(covid)["child"].tolist()
    assert result.about == tables.about(covid)
    assert result.manifest["digest"] == covid.log.digest
    assert set(result.manifest["packages"]) == {"python", *saving.PACKAGES}
    assert {"simsafe/world/published/areas.csv", "configs/crisis/covid19_england.yaml"} <= set(result.manifest["inputs"])


def test_the_same_run_saves_the_same_bytes(covid, saved, tmp_path):
    again = save(covid, tmp_path / "again", settings_of(covid.setup))
    assert (again / "manifest.json").read_bytes() == (saved / "manifest.json").read_bytes()


def test_nothing_saved_names_this_machine(saved):
    for path in (p for p in saved.rglob("*") if p.is_file()):
        assert str(Path.cwd()).encode() not in path.read_bytes()
        assert str(saved.parent).encode() not in path.read_bytes()


# Changed bytes


@pytest.mark.parametrize("name", sorted(FILES | {"figures/visibility.png", "manifest.json"}))
def test_a_flipped_byte_is_found(copied, name):
    raw = bytearray((copied / name).read_bytes())
    for at in (0, len(raw) // 2, len(raw) - 1):
        changed = bytearray(raw)
        changed[at] ^= 1
        (copied / name).write_bytes(changed)
        with pytest.raises(ConfigError, match=Path(name).name.replace(".", r"\.")) as caught:
            load(copied)
        assert one_line(caught)


def test_a_missing_file_is_named_and_a_folder_of_something_else_is_refused(copied, tmp_path):
    (copied / "events.parquet").unlink()
    with pytest.raises(ConfigError, match=r"events\.parquet"):
        load(copied)
    with pytest.raises(ConfigError, match="saved by simsafe"):
        load(tmp_path)


def test_a_manifest_cannot_point_outside_its_folder(copied):
    manifest = json.loads((copied / "manifest.json").read_bytes())
    manifest["files"] = {"../copy/summary.md": manifest["files"]["summary.md"]}
    (copied / "manifest.json").write_bytes(saving._sealed(manifest))
    with pytest.raises(ConfigError, match="has changed"):
        load(copied)


def test_a_result_of_another_schema_is_refused(copied):
    manifest = json.loads((copied / "manifest.json").read_bytes()) | {"schema": 99}
    (copied / "manifest.json").write_bytes(saving._sealed(manifest))
    with pytest.raises(ConfigError, match="schema 99"):
        load(copied)


# Failures leave nothing behind


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", ["_write_parquet", "_write_csv", "_sealed", "_move"])
def test_a_failure_in_the_middle_leaves_nothing(ordinary, quick, tmp_path, monkeypatch, step, number):
    def fails(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(saving, step, fails)
    with pytest.raises(ConfigError, match="cannot be written") as caught:
        save(ordinary, tmp_path / "out", {})
    assert one_line(caught)
    assert "out" in str(caught.value)
    assert left_over(tmp_path) == []


def test_being_stopped_in_the_middle_leaves_nothing(ordinary, quick, tmp_path, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(saving, "_write_csv", stopped)
    with pytest.raises(KeyboardInterrupt):
        save(ordinary, tmp_path / "out", {})
    assert left_over(tmp_path) == []


def test_an_earlier_result_survives_a_failure_to_replace_it(copied, ordinary, quick, monkeypatch):
    before = (copied / "manifest.json").read_bytes()
    real = os.replace

    def fails(a, b):
        if Path(b) == copied and not Path(a).name.endswith("-earlier"):
            raise OSError(errno.EIO, "broken")
        real(a, b)

    monkeypatch.setattr(saving.os, "replace", fails)
    with pytest.raises(ConfigError, match="broken"):
        save(ordinary, copied, {}, overwrite=True)
    assert (copied / "manifest.json").read_bytes() == before
    assert left_over(copied.parent) == ["copy"]


# Which folders may be written


def test_an_earlier_result_is_replaced_only_on_purpose(copied, ordinary, quick):
    with pytest.raises(ConfigError, match="overwritten"):
        save(ordinary, copied, {})
    save(ordinary, copied, {}, overwrite=True)
    assert load(copied).manifest["digest"] == ordinary.log.digest
    assert left_over(copied.parent) == ["copy"]


def test_what_simsafe_did_not_write_is_never_replaced(copied, ordinary, quick, tmp_path):
    (copied / "my notes.txt").write_text("mine")
    with pytest.raises(ConfigError, match=r"my notes\.txt"):
        save(ordinary, copied, {}, overwrite=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.doc").write_text("mine")
    with pytest.raises(ConfigError, match="no simsafe result"):
        save(ordinary, tmp_path / "other", {}, overwrite=True)


def test_an_empty_folder_may_be_used(ordinary, quick, tmp_path):
    (tmp_path / "empty").mkdir()
    assert load(save(ordinary, tmp_path / "empty", {})).manifest["simulated"] is True


@pytest.mark.parametrize("where", ["missing/parent", "file/inside", "file", "link", "/", "nul\0l", "x" * 300])
def test_places_that_cannot_be_written_are_refused_in_one_line_before_anything_is_simulated(tmp_path, where):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(ConfigError) as caught:
        check_folder(tmp_path / where)
    assert one_line(caught)
    assert left_over(tmp_path) == ["file", "link"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write in")
def test_a_folder_that_turns_out_not_to_be_writable_is_refused_in_one_line(ordinary):
    with pytest.raises(ConfigError, match="/proc/out") as caught:
        save(ordinary, "/proc/out", {})
    assert one_line(caught)


def test_a_run_refuses_its_folder_before_simulating(covid, tmp_path):
    days = []
    with pytest.raises(ConfigError, match="no folder"):
        run(covid.setup, tmp_path / "not" / "there", progress=days.append)
    assert days == []


# Text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", " =1", "\u200b=1", "﹦1"])
def test_text_is_never_a_formula(text):
    assert safe_cell(text)[0] == "'"


@pytest.mark.parametrize("text", ["Shropshire", "1 most deprived", "age/1-4", "", "a=b"])
def test_plain_text_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_names_cannot_bring_markup_into_the_summary():
    assert not set(plain_words("<script>[x](y)\n# `z` | \\")) & set("<>[]#`|\\\n")
    assert not set(code_words("a`b\n$(c);<d>")) & set("`\n$;<>")


def test_headlines_are_plain_lines_and_say_simulated_first(covid, ordinary):
    for model in (covid, ordinary):
        lines = headlines(model)
        assert lines[0].startswith("Simulated")
        assert all("nan" not in line and "\n" not in line for line in lines)
