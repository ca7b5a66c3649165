"""A shard is one file: whole or not there, saying all that it depends on, and any changed byte shows."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from small_worlds import small

from simsafe.ground import files
from simsafe.study import jobs
from simsafe.study.jobs import SHARDS, SavingError, Study, checked, packed, stacked, unpacked, write

TABLES = {
    "totals": pd.DataFrame({"plan": "a", "seed": 1, "measure": ["x", "ü ☂"], "group": "all", "value": [0.1, -1e300]}),
    "children": pd.DataFrame({"plan": "a", "seed": 1, "child": [5, 2**40], "found_day": [np.nan, 3.0], "known": [True, False]}),
    "weeks": pd.DataFrame({"plan": "a", "seed": 1, "week": [date(2020, 3, 1), date(2020, 3, 8)], "value": [1, 2]}),
    "nobody": pd.DataFrame({"plan": pd.Series(dtype=str), "seed": pd.Series(dtype=int), "child": pd.Series(dtype=int)}),
}


def study(**changes) -> Study:
    """Two plans on one small scenario, in which something may be changed."""
    changed = {name: changes.pop(name) for name in ("severity", "seed") if name in changes}
    base = small(600, **changed)
    plans = {"as_happened_2020": {"plan": {}}, "nothing": {"plan": {}}}
    usual = {"config": {"severity": base.severity}, "plans": plans, "reference": "nothing", "replications": 3}
    return Study((base, replace(base, plan=(), plan_name="nothing")), **(usual | changes))


@pytest.fixture
def shard(tmp_path):
    (tmp_path / SHARDS).mkdir()
    return study().shards(tmp_path)[1]


def test_tables_come_back_as_they_were_stacked_in_one_file():
    back = unpacked(packed(TABLES, "{}", 1))
    assert list(back) == list(TABLES)
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(back[name], table, check_dtype=len(table) > 0)


def test_tables_of_many_files_are_one_under_the_other_by_plan_with_texts_as_codes():
    names = [["school", "police"], ["police", None], ["gp", "school"]]
    tables = [pd.DataFrame({"plan": ["b", "a"], "seed": seed, "group": group, "value": [1.0, seed]}) for seed, group in enumerate(names)]
    made = stacked((packed({"weeks": table, "runs": table}, "{}", seed) for seed, table in enumerate(tables)), ("a", "b"))
    expected = pd.concat([table.iloc[::-1] for table in tables], ignore_index=True)
    pd.testing.assert_frame_equal(made["weeks"], expected, check_dtype=False, check_categorical=False)
    assert {str(made["weeks"][name].dtype) for name in ("plan", "group")} == {"category"}
    assert list(made["weeks"].group.cat.categories) == ["gp", "police", "school"]


def test_the_file_has_a_column_that_says_which_table_a_row_is_of(shard):
    whole = pq.read_table(shard.folder / write(shard, TABLES))
    assert whole.column_names[0] == "table"
    assert sorted(set(whole["table"].to_pylist())) == ["children", "totals", "weeks"]


def test_any_flipped_byte_shows(shard):
    path = shard.folder / write(shard, TABLES)
    raw = path.read_bytes()
    assert checked(path) == raw
    for at in [*range(0, len(raw), 97), *range(len(raw) - 16, len(raw))]:
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert checked(path) is None, f"byte {at}"
    path.write_bytes(raw[:-1])
    assert checked(path) is None
    path.unlink()
    assert checked(path) is None


def test_a_stored_result_says_everything_that_it_depends_on(shard):
    said = pq.read_schema(shard.folder / write(shard, TABLES)).metadata
    about = json.loads(said[b"about"])
    assert said[b"seed"] == b"2"
    assert said[b"simulated"] == b"yes"
    assert about["schema"] == jobs.SCHEMA
    assert about["simsafe"]
    assert len(about["code"]) == 64
    assert about["config"] == {"severity": 1.0}
    assert set(about["plans"]) == {"as_happened_2020", "nothing"}
    assert {"numpy", "pandas", "pyarrow", "python"} <= set(about["packages"])
    assert any(name.endswith("areas.csv") for name in about["inputs"])
    assert "configs/plan/as_happened_2020.yaml" in about["inputs"]


def test_a_shard_is_named_by_what_it_depends_on(tmp_path, monkeypatch):
    names = [shard.job for shard in study().shards(tmp_path)]
    assert len(set(names)) == 3
    assert [name.split("-")[0] for name in names] == ["1", "2", "3"]
    same = study(replications=5, reference="as_happened_2020")
    assert [shard.job for shard in same.shards(tmp_path / "elsewhere")][:3] == names
    other = [study(severity=0.5), study(config={"severity": 2.0}), study(plans={"as_happened_2020": {}, "nothing": {"plan": 1}})]
    monkeypatch.setattr(jobs, "code_digest", lambda: "0" * 64)
    others = [shard.job for one in (*other, study()) for shard in one.shards(tmp_path)]
    assert not set(others) & set(names)


def test_the_order_in_which_plans_are_asked_for_does_not_matter_to_a_shards_name(tmp_path):
    one = study()
    two = replace(one, scenarios=one.scenarios[::-1], plans=dict(reversed(one.plans.items())))
    assert one.shards(tmp_path)[0].job == two.shards(tmp_path)[0].job


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "may only be read"), (errno.EIO, "error")])
def test_what_cannot_be_saved_leaves_nothing(shard, monkeypatch, number, words):
    def refuse(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(SavingError, match=words):
        write(shard, TABLES)
    assert list(shard.folder.iterdir()) == []


def test_a_folder_that_is_gone_is_said_in_words(shard):
    shard.folder.rmdir()
    with pytest.raises(SavingError, match="No such file or directory"):
        write(shard, TABLES)


def test_the_code_that_changes_no_run_is_left_out_of_its_digest(monkeypatch, tmp_path):
    before = jobs.code_digest.__wrapped__()
    assert before == jobs.code_digest()
    package = tmp_path / "simsafe"
    for name, text in {"study/jobs.py": "a", "study/tables.py": "b", "app/run.py": "c", "model.py": "d"}.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(jobs, "__file__", str(package / "study" / "jobs.py"))
    found = [jobs.code_digest.__wrapped__()]
    for name in ("study/tables.py", "app/run.py", "study/jobs.py", "model.py"):
        (package / name).write_text("changed", encoding="utf-8")
        found.append(jobs.code_digest.__wrapped__())
    assert found[0] == found[1] == found[2] != found[3] != found[4] != found[2]
