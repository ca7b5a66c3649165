"""Small comparisons, and shards whose work is a toy."""

from __future__ import annotations

from pathlib import Path

import pytest

from simsafe.study.jobs import SHARDS, Shard

QUICK = {"children": 600, "start": "2020-03-09", "end": "2020-04-12", "warm_up_days": 7}  # schools shut on the 21st of 42 days
PLANS = ["as_happened_2020", "see_every_child"]


@pytest.fixture
def toys(tmp_path):
    """So many shards in a folder with a space and a sign in its name; nothing is simulated."""

    def make(count: int) -> list[Shard]:
        folder = tmp_path / "a comparison ☂" / SHARDS
        folder.mkdir(parents=True, exist_ok=True)
        return [Shard(seed, (), "toy", folder, "{}") for seed in range(1, count + 1)]

    return make


def files_in(folder: Path) -> dict[str, int]:
    """Every file below, with when it was last written."""
    return {p.relative_to(folder).as_posix(): p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}
