"""Saving a run as a folder and loading it again: all of it or nothing, and every byte checked on the way back."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pandas as pd

from simsafe.ground.files import named, why
from simsafe.ground.parameter import ConfigError
from simsafe.plans.shelf import configs_folder, load_yaml, shelf_names, starts_of
from simsafe.results.by_group import alarms, coverage, equity, harm_days
from simsafe.results.network import network
from simsafe.results.summary import command_for, summary_text
from simsafe.results.tables import About, Phase, about, children, events, ladder, measures, summary

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel
    from simsafe.scenario import Scenario

SCHEMA = 1  # raised when a reader of older folders would be misled
MANIFEST = "manifest.json"
PACKAGES = ("numpy", "pandas", "mesa", "networkx", "pyarrow", "hydra-core", "matplotlib")
FILE_NAME = re.compile(r"(figures/)?[a-z0-9_]{1,60}\.(parquet|csv|md|png)")
NOTE = "Simulated; not about any real child"
FORMULA_STARTS = "=+-@"
PART = ".simsafe-part-"  # how the name of an unfinished folder begins


@dataclass(frozen=True)
class Result:
    """A saved run whose every byte is as it was written. ``manifest`` is ``manifest.json``; tables are read when asked for."""

    folder: Path
    manifest: dict[str, Any]

    def table(self, name: str) -> pd.DataFrame:
        """``measures``, ``events``, ``children``, ``summary``, ``ladder``, ``alarms``, ``harm_days``, ``coverage``,
        ``equity`` or ``network``.

        ConfigError for another name.
        """
        for kind, read in ((".parquet", pd.read_parquet), (".csv", pd.read_csv)):
            if name + kind in self.manifest["files"]:
                return read(self.folder / (name + kind))
        raise ConfigError(f"table = {name!r}; {self.folder.name} has {', '.join(self.manifest['files'])}")

    @property
    def about(self) -> About:
        """The facts of the run that its figures name, so that they can be drawn again."""
        given = dict(self.manifest["about"])
        day = date.fromisoformat
        phases = tuple(Phase(p["kind"], day(p["first"]), day(p["last"])) for p in given.pop("phases"))
        return About(**given | {"phases": phases, "start": day(given["start"]), "end": day(given["end"])})


def save(model: SafeguardingModel, folder: Path | str, resolved_config: Mapping[str, Any], overwrite: bool = False) -> Path:
    """Write a run's tables, figures, summary and manifest into ``folder`` and return it.

    Everything is written beside it first and moved into place when complete, the manifest last; on any failure nothing is left. The
    same run gives the same bytes. ``overwrite`` allows an earlier simsafe result to be replaced, and nothing else.

    Raises
    ------
    ConfigError
        One line naming the folder, when it may not or cannot be written.
    """
    folder = check_folder(folder, overwrite)
    with _in_words(folder):
        part = folder.parent / f"{PART}{os.getpid()}-{token_hex(4)}"
        try:
            (part / "figures").mkdir(parents=True)
            _write(model, part, resolved_config)
            _move(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder


def check_folder(folder: Path | str, overwrite: bool = False) -> Path:
    """The absolute path, if a result may be saved there; ConfigError in one line if not. Writes nothing."""
    chosen = Path(os.path.abspath(folder))
    said = f"output = {named(chosen)}"
    with _in_words(chosen):
        if chosen.is_symlink() or (chosen.exists() and not chosen.is_dir()):
            raise ConfigError(f"{said}; a file or a link stands there; expected the path of a new folder")
        if not chosen.parent.is_dir():
            raise ConfigError(f"{said}; there is no folder {named(chosen.parent)}; make it first or choose another")
        if not chosen.name or not os.access(chosen.parent, os.W_OK | os.X_OK):
            raise ConfigError(f"{said}; nothing may be written there; choose another folder")
        if chosen.is_dir() and any(chosen.iterdir()):
            _check_replaceable(chosen, said, overwrite)
    return chosen


def load(folder: Path | str) -> Result:
    """A saved run, after checking every file against the SHA-256 in its manifest.

    Raises
    ------
    ConfigError
        One line naming the file that is missing or has changed, or saying that the folder is no simsafe result.
    """
    folder = Path(folder)
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError:
        raise ConfigError(f"{named(folder)}: no {MANIFEST} that can be read; expected a folder saved by simsafe") from None
    manifest = _checked_manifest(raw, folder)
    for name, digest in manifest["files"].items():
        path = folder / name
        try:
            same = FILE_NAME.fullmatch(name) and not path.is_symlink() and sha256(path.read_bytes()).hexdigest() == digest
        except OSError:
            raise ConfigError(f"{named(folder)}: {name} cannot be read; save the run again") from None
        if not same:
            raise ConfigError(f"{named(folder)}: {name[:80]} has changed since it was saved; save the run again")
    return Result(folder, manifest)


@lru_cache(maxsize=4096)
def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: one line, with an apostrophe in front where it would begin like one."""
    line = "".join(c if c.isprintable() else " " for c in text)
    first = unicodedata.normalize("NFKC", line.strip()[:1])
    return "'" + line if first[:1] in FORMULA_STARTS and first else line


# Writing


def _write(model: SafeguardingModel, part: Path, resolved_config: Mapping[str, Any]) -> None:
    """Every file of a result into an empty folder, the manifest last."""
    from simsafe.results.figures import save_all
    from simsafe.results.network_figure import save_network

    facts, diary, rungs, rows = about(model), measures(model), ladder(model), summary(model)
    for name, table in (("measures", diary), ("events", events(model)), ("children", children(model))):
        _write_parquet(table, part / f"{name}.parquet", facts)
    eyes = coverage(model)
    more = {"ladder": ladder(model, every_group=True), "alarms": alarms(model), "harm_days": harm_days(model), "coverage": eyes}
    for name, table in (more | {"equity": equity(model)}).items():
        _write_csv(table.assign(simulated="yes"), part / f"{name}.csv")
    told = network(model)
    _write_csv(told.assign(simulated="yes"), part / "network.csv")
    _write_csv(rows, part / "summary.csv")
    text = summary_text(facts, rows, rungs, command_for(model.setup))
    (part / "summary.md").write_text(text, encoding="utf-8", newline="\n")
    save_all(diary, rungs, facts, part / "figures", eyes)
    save_network(told, facts, part / "figures")
    files = sorted(p for p in part.rglob("*") if p.is_file())
    manifest = {
        "simulated": True,
        "note": NOTE,
        "schema": SCHEMA,
        "simsafe": facts.version,
        "digest": facts.digest,
        "about": vars(facts) | {"phases": [vars(p) for p in facts.phases]},
        "config": dict(resolved_config),
        "packages": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "inputs": input_digests(model.setup) | own_file_digest(resolved_config),
        "files": {p.relative_to(part).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files},
    }
    (part / MANIFEST).write_bytes(_sealed(manifest))


def input_digests(setup: Scenario) -> dict[str, str]:
    """SHA-256 of every shipped table, and of the shipped YAML files of the run's crisis and plan, by path in the package."""
    package = Path(__file__).resolve().parents[1]
    found = {"simsafe/" + p.relative_to(package).as_posix(): p for p in package.rglob("*.csv") if "configs" not in p.parts}
    wanted = [("crisis", setup.crisis_name), ("plan", setup.plan_name)]
    for kind, name in wanted:  # grows while it is read: what an entry starts from may start from others
        if name in shelf_names(kind):
            wanted += [(kind, other) for other in starts_of(load_yaml(kind, name), f"{kind}/{name}")]
    found |= {f"configs/{k}/{name}.yaml": configs_folder() / k / f"{name}.yaml" for k, name in wanted if name in shelf_names(k)}
    return {name: sha256(found[name].read_bytes()).hexdigest() for name in sorted(found)}


def own_file_digest(resolved_config: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of the area file of one's own that a run was made from, by its name; a plan of one's own stands in the settings in full."""
    path = resolved_config.get("area_file")
    if not path or not Path(str(path)).is_file():
        return {}
    return {Path(str(path)).name: sha256(Path(str(path)).read_bytes()).hexdigest()}


def _write_parquet(table: pd.DataFrame, path: Path, facts: About) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.Table.from_pandas(table, preserve_index=False)
    said = {"simulated": "yes", "note": NOTE, "simsafe": facts.version, "schema": str(SCHEMA), "digest": facts.digest}
    pq.write_table(made.replace_schema_metadata({**(made.schema.metadata or {}), **said}), path, compression="zstd")


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    texts = [n for n in table.columns if not pd.api.types.is_numeric_dtype(table[n])]
    safe = table.assign(**{n: table[n].astype(str).map(safe_cell) for n in texts})
    safe.rename(columns=safe_cell).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _move(part: Path, folder: Path) -> None:
    """Put a complete folder in its place; an earlier result there is put back if that fails."""
    earlier = None
    if folder.is_dir() and any(folder.iterdir()):
        earlier = part.with_name(part.name + "-earlier")
        os.replace(folder, earlier)
    elif folder.is_dir():
        folder.rmdir()
    try:
        os.replace(part, folder)
    except BaseException:
        if earlier and not folder.exists():
            os.replace(earlier, folder)
        raise
    if earlier:
        shutil.rmtree(earlier, ignore_errors=True)


# Checking


def _sealed(manifest: dict[str, Any]) -> bytes:
    """A manifest as bytes that carry their own digest: there is one way to write it, so any changed byte shows."""
    plain = json.loads(json.dumps(manifest, default=str))
    plain.pop("seal", None)
    body = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    return json.dumps(plain | {"seal": sha256(body.encode()).hexdigest()}, indent=1, ensure_ascii=False).encode()


def _checked_manifest(raw: bytes, folder: Path) -> dict[str, Any]:
    """The manifest, if it is as simsafe wrote it and of a schema that this version knows."""
    try:
        manifest = json.loads(raw)
        whole = isinstance(manifest, dict) and isinstance(manifest.get("files"), dict) and _sealed(manifest) == raw
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise ConfigError(f"{named(folder)}: {MANIFEST} has changed since it was saved; save the run again")
    if manifest["schema"] != SCHEMA:
        other = f"saved by simsafe {manifest['simsafe']} (schema {manifest['schema']})"
        raise ConfigError(f"{named(folder)}: {other}; this version reads schema {SCHEMA}")
    return manifest


def _check_replaceable(folder: Path, said: str, overwrite: bool) -> None:
    """Refuse a folder with anything in it, unless it is a result, the whole of a result and nothing else, to be replaced on purpose."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        known = {MANIFEST, "figures", *manifest["files"]} if manifest["simulated"] is True else set()
    except (OSError, ValueError, KeyError, TypeError):
        known = set()
    if not known:
        raise ConfigError(f"{said}; there is something in it that is no simsafe result; expected a new or empty folder")
    if not overwrite:
        raise ConfigError(f"{said}; a simsafe result is there already; choose another folder, or ask for it to be overwritten")
    others = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))
    others = [name for name in others if name not in known]
    if others:
        raise ConfigError(f"{said}; it also holds {others[0][:80]!r}, which simsafe did not write; move it away or choose another folder")


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one line."""
    if "\0" in str(folder):
        raise ConfigError(f"output = {named(folder)}; expected the path of a new folder")
    try:
        yield
    except OSError as problem:
        raise ConfigError(
            f"output = {named(folder)}; cannot be written ({why(problem)}); nothing was saved; choose another folder"
        ) from None
