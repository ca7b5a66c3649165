"""What there is to do in a comparison: one shard a seed, with all the plans, and how a shard becomes one file and is read again."""

from __future__ import annotations

import gc
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from simsafe.ground.files import why, write_whole
from simsafe.results.folder import NOTE, PACKAGES, input_digests
from simsafe.saving import fingerprint
from simsafe.scenario import Parameters, Scenario
from simsafe.study.runs import FINISHED, RUN_COLUMNS

SCHEMA = 1  # raised when a reader of older shards would be misled
SHARDS = "shards"
DOES_NOT_MATTER = ("app", "report", "story", "study")  # packages whose code changes no run; of study, the two files below do
OF_STUDY = ("study/branching.py", "study/jobs.py")


class SavingError(OSError):
    """The folder of a comparison can no longer be written; the message is one line."""


class UnfinishedError(RuntimeError):
    """Runs that an answer stands on could not be made; the message is one line."""


@dataclass(frozen=True)
class Study:
    """A comparison as it was asked for, in full.

    ``scenarios`` has one a plan, under the first seed; ``config`` the resolved settings that they share; ``plans`` the settings of each
    plan by name, in the order asked. ``sets`` are parameter sets, if any: replication k has set k modulo how many there are, under every
    plan; ``config`` names them with their digests.
    """

    scenarios: tuple[Scenario, ...]
    config: Mapping[str, Any]
    plans: Mapping[str, Mapping[str, Any]]
    reference: str
    replications: int
    sets: tuple[Parameters, ...] = ()

    @property
    def seeds(self) -> range:
        """The seeds, one a replication."""
        first = self.scenarios[0].seed
        return range(first, first + self.replications)

    @cached_property
    def about(self) -> dict[str, Any]:
        """Everything that the runs depend on but their seed, as plain data; stands in every file of the study."""
        inputs = {name: digest for s in self.scenarios for name, digest in input_digests(s).items()}
        inputs["area"] = sha256(repr(self.scenarios[0].area).encode()).hexdigest()
        packages = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
        made = {
            "simulated": True, "note": NOTE, "schema": SCHEMA, "simsafe": version("simsafe"), "code": code_digest(),
            "config": dict(self.config), "first_seed": self.seeds.start, "plans": {name: self.plans[name] for name in sorted(self.plans)},
            "inputs": dict(sorted(inputs.items())), "packages": packages,
        }  # fmt: skip
        return json.loads(json.dumps(made, default=str))

    @cached_property
    def key(self) -> str:
        """SHA-256 of all that makes this study this study: the same for more replications, another reference or order of plans."""
        same = {name: value for name, value in self.about.items() if name != "packages"}
        whole = [json.dumps(same, sort_keys=True), *sorted(fingerprint(s) for s in self.scenarios)]
        return sha256("\n".join(whole).encode()).hexdigest()

    def shards(self, folder: Path) -> list[Shard]:
        """What there is to do, a seed at a time."""
        return [
            Shard(seed, tuple(self.under(s, seed, place) for s in self.scenarios), self.key, folder / SHARDS, json.dumps(self.about))
            for place, seed in enumerate(self.seeds)
        ]

    def under(self, scenario: Scenario, seed: int, place: int) -> Scenario:
        """A plan's scenario under one seed, with the parameter set of its place."""
        made = replace(scenario, seed=seed)
        return replace(made, parameters=self.sets[place % len(self.sets)]) if self.sets else made


@dataclass(frozen=True)
class Shard:
    """One seed with all the plans compared; everything a process needs to simulate it and save what it keeps."""

    seed: int
    scenarios: tuple[Scenario, ...]
    study: str
    folder: Path
    about: str

    @property
    def job(self) -> str:
        """The first part of its file's name: the seed, and the hash of everything that the shard depends on."""
        return f"{self.seed}-{sha256(f'{self.study}|{self.seed}'.encode()).hexdigest()[:32]}"


@cache
def code_digest() -> str:
    """SHA-256 of the code that decides what happens in a run and what is kept of it."""
    package, whole = Path(__file__).resolve().parents[1], sha256()
    for path in sorted(package.rglob("*.py"), key=lambda p: p.relative_to(package).as_posix()):
        name = path.relative_to(package).as_posix()
        if name.split("/")[0] not in DOES_NOT_MATTER or name in OF_STUDY:
            whole.update(f"{name}\n".encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()


# A shard's work


def work(shard: Shard) -> str:
    """Simulate a shard and save it; the name of its file. Raises :class:`SavingError` when it cannot be written."""
    return write(shard, simulate(shard))


def simulate(shard: Shard) -> dict[str, pd.DataFrame]:
    """What the runs of a shard keep, table by table, with ``plan`` and ``seed`` in front, and ``runs`` with their digests."""
    from simsafe.results.kept import kept
    from simsafe.study.branching import futures

    parts: dict[str, list[pd.DataFrame]] = {}
    runs, began = [], perf_counter()
    for i, model in futures(shard.scenarios):
        plan, now = shard.scenarios[i].plan_name, perf_counter()
        runs.append((plan, shard.seed, model.log.digest, now - began, FINISHED))
        for name, table in kept(model).items():
            parts.setdefault(name, []).append(labelled(table, plan, shard.seed))
        del model
        gc.collect()  # a model is a ring of references, and large
        began = now
    tables = {name: pd.concat(some, ignore_index=True) for name, some in parts.items()}
    return tables | {"runs": pd.DataFrame(runs, columns=list(RUN_COLUMNS))}


def labelled(table: pd.DataFrame, plan: str, seed: int) -> pd.DataFrame:
    """The table with the plan and the seed in front of every row."""
    made = table.copy()
    made.insert(0, "seed", seed)
    made.insert(0, "plan", plan)
    return made


def write(shard: Shard, tables: Mapping[str, pd.DataFrame]) -> str:
    """Save a shard's tables as one file, which appears whole or not at all; its name ends with the SHA-256 of its bytes."""
    raw = packed(tables, shard.about, shard.seed)
    name = f"{shard.job}-{sha256(raw).hexdigest()}.parquet"
    try:
        write_whole(shard.folder / name, raw)
    except OSError as problem:
        raise SavingError(why(problem)) from None
    return name


# A shard's file


def packed(tables: Mapping[str, pd.DataFrame], about: str, seed: int) -> bytes:
    """Tables as one Parquet file: stacked, a column ``table`` in front; the file's own note names the columns of each and their types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts, columns = [], {}
    for name, table in tables.items():
        part = plain_text(pa.Table.from_pandas(table, preserve_index=False, nthreads=1)).replace_schema_metadata(None)
        columns[name] = {column.name: str(column.type) for column in part.schema}
        parts.append(part.add_column(0, "table", pa.array([name] * len(table), pa.string())))
    whole = pa.concat_tables(parts, promote_options="permissive")
    said = {"simulated": "yes", "note": NOTE, "schema": str(SCHEMA), "seed": str(seed), "about": about, "columns": json.dumps(columns)}
    sink = pa.BufferOutputStream()
    pq.write_table(whole.replace_schema_metadata(said), sink, compression="zstd", store_schema=True)
    return sink.getvalue().to_pybytes()


def plain_text(table: Any) -> Any:
    """An Arrow table with its categories as the texts that they stand for: another table's are others."""
    for i, field in enumerate(table.schema):
        if hasattr(field.type, "value_type"):
            table = table.set_column(i, field.name, table.column(i).cast(field.type.value_type))
    return table


def unpacked(raw: bytes) -> dict[str, pd.DataFrame]:
    """The tables in a shard's file. ValueError when it is none."""
    return {name: table.to_pandas(use_threads=False) for name, table in in_arrow(raw, coded=False).items()}


def stacked(raws: Iterable[bytes], plans: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Each table of many shards' files, one under the other in the order of the files and, within one, of the plans; texts as categories.

    A comparison's millions of rows repeat a few names: as codes they take a sixth of the memory. Ordered a file at a time, they are
    never there twice.
    """
    import pyarrow as pa

    place = {plan: i for i, plan in enumerate(plans)}
    parts: dict[str, list[Any]] = {}
    for raw in raws:
        for name, table in in_arrow(raw, coded=True).items():
            of = table["plan"].to_pandas().map(place).to_numpy(np.int16)
            parts.setdefault(name, []).append(table if (np.diff(of) >= 0).all() else table.take(np.argsort(of, kind="stable")))
    made = {}
    for name in list(parts):
        whole = pa.concat_tables(parts.pop(name)).unify_dictionaries()
        frame = whole.to_pandas(use_threads=False, split_blocks=True, self_destruct=True)
        del whole
        for column in frame.columns[frame.dtypes == "category"]:  # one order of the names, whichever shard had them first
            frame[column] = frame[column].cat.reorder_categories(sorted(frame[column].cat.categories))
        made[name] = frame
    return made


def in_arrow(raw: bytes, coded: bool) -> dict[str, Any]:
    """The tables in a shard's file as Arrow has them; ``coded``: texts as numbers that stand for them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(pa.BufferReader(raw), pre_buffer=False) as file:  # without threads: the files are small and the cores busy
        whole = file.read(use_threads=False)
    columns = json.loads(whole.schema.metadata[b"columns"])
    of, found = whole["table"].to_numpy(), {}
    for name, types in columns.items():
        part = whole.take(np.flatnonzero(of == name)).select(list(types))
        for i, wanted in enumerate(types.values()):
            if str(part.schema.field(i).type) != wanted:  # stacked with another table's numbers of another kind
                part = part.set_column(i, part.column_names[i], part.column(i).cast(pa.type_for_alias(wanted)))
            if coded and wanted in ("string", "large_string") and name != "runs":  # whose digests are all different
                part = part.set_column(i, part.column_names[i], part.column(i).dictionary_encode())
        found[name] = part.replace_schema_metadata(None)
    return found


def checked(path: Path) -> bytes | None:
    """A shard's bytes, if they are those that its name says; None when one has changed, is missing or cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    return raw if path.stem.rpartition("-")[2] == sha256(raw).hexdigest() else None
