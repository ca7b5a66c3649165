"""Shards whose work is a toy."""

from __future__ import annotations

import pytest

from simsafe.study.jobs import SHARDS, Shard


@pytest.fixture
def toys(tmp_path):
    """So many shards in a folder with a space and a sign in its name; nothing is simulated."""

    def make(count: int) -> list[Shard]:
        folder = tmp_path / "a comparison ☂" / SHARDS
        folder.mkdir(parents=True, exist_ok=True)
        return [Shard(seed, (), "toy", folder, "{}") for seed in range(1, count + 1)]

    return make
