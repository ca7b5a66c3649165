"""The folder of a comparison: whose it is, who is at work in it, and which of its shards are finished."""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from simsafe.ground.files import PART, named, why, write_whole
from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import show
from simsafe.study.jobs import SHARDS, SavingError, Shard, Study, checked

ABOUT, LOCK, FAILURES = "study.json", ".lock", "failures.csv"
EFFORT, TURNING = "effort", "break_even"  # folders of the runs that a comparison needs beside its own
MOST_SEEDS = 20  # named in a warning
ANOTHER = "choose another folder with output=, or ask for what this one was made with"


@dataclass(frozen=True)
class Finished:
    """A shard that is done, and its bytes as they were written."""

    shard: Shard
    raw: bytes


# Whose folder it is


@contextmanager
def owned(folder: Path, study: Study) -> Iterator[None]:
    """Inside, this process alone works in the folder, the folder is the study's, and nothing half-written lies in it.

    Raises
    ------
    ConfigError
        One line: something else is in the folder, another study's shards are, another process is at work there, or nothing may be
        written.
    """
    check_folder(folder, study)
    with in_words(folder):
        (folder / SHARDS).mkdir(parents=True, exist_ok=True)
    with alone(folder, being_made(folder)):
        check_folder(folder, study)  # it may have become another's while nobody owned it
        with in_words(folder):
            tidy(folder)
            about = sealed(study.about | {"replications": study.replications, "reference": study.reference})
            if not (folder / ABOUT).exists() or (folder / ABOUT).read_bytes() != about:
                write_whole(folder / ABOUT, about)
        yield


@contextmanager
def alone(folder: Path, refusal: str) -> Iterator[None]:
    """Inside, no other process works in the folder. ConfigError with the refusal, one line, when one does."""
    with in_words(folder):
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        check_locked(lock, refusal)
        yield
    finally:
        os.close(lock)  # the system lets go of a lock when its owner closes it or ends, however it ends


def check_idle(folder: Path) -> None:
    """Refuse a folder in which another process is at work."""
    if (folder / LOCK).is_file():
        with in_words(folder):
            lock = os.open(folder / LOCK, os.O_RDWR)
        try:
            check_locked(lock, being_made(folder))
        finally:
            os.close(lock)


def check_locked(lock: int, refusal: str) -> None:
    """Take the lock of a folder, or refuse the folder."""
    if not locked(lock):
        raise ConfigError(refusal)


def being_made(folder: Path, what: str = "a comparison") -> str:
    """The refusal of a folder in which another process is at work."""
    return f"output = {named(folder)}; {what} is being made there already; wait for it, or choose another folder"


def locked(lock: int) -> bool:
    """Take a lock on an open file, if nobody has it."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def check_folder(folder: Path, study: Study) -> None:
    """Refuse a path that is no folder, one with something else in it, and the folder of another study, naming what differs."""
    if "\0" in str(folder):
        raise ConfigError(f"output = {named(folder)}; expected the path of a folder")
    for part in (folder, *folder.parents):
        if part.is_symlink() and not part.exists():
            raise ConfigError(f"output = {named(folder)}; {named(part)} is a link to nowhere; expected the path of a folder")
        if part.exists() and not part.is_dir():
            raise ConfigError(f"output = {named(folder)}; {named(part)} is a file; expected the path of a folder")
    with in_words(folder):
        inside = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if ABOUT in inside:
        earlier = read_about(folder)
        if (change := what_differs(earlier, study)) is not None:
            raise ConfigError(f"output = {named(folder)}; another comparison's folder: {change}; {ANOTHER}")
    elif inside - {LOCK, SHARDS, EFFORT, TURNING} or ((folder / SHARDS).is_dir() and any((folder / SHARDS).iterdir())):
        raise ConfigError(f"output = {named(folder)}; there is something in it that is no comparison; expected a new or empty folder")


def read_about(folder: Path) -> dict[str, Any]:
    """What a folder's study is made of. ConfigError when its note has changed since it was written."""
    try:
        raw = (folder / ABOUT).read_bytes()
        about = json.loads(raw)
        whole = isinstance(about, dict) and sealed(about) == raw
    except (OSError, ValueError, RecursionError):
        whole, about = False, {}
    if not whole:
        raise ConfigError(f"output = {named(folder)}; its {ABOUT} has changed since it was saved; choose another folder")
    return about


def what_differs(earlier: Mapping[str, Any], study: Study) -> str | None:
    """The first thing in which two studies differ, in a few words; None for the same study."""
    now = study.about
    if set(earlier["plans"]) != set(now["plans"]):
        return f"plans were {', '.join(earlier['plans'])} and are now {', '.join(now['plans'])}"
    for place in ("simsafe", "schema", "config", "first_seed", "plans", "inputs", "code"):
        for name, was, now_is in differences(earlier.get(place), now[place], place):
            if place == "inputs":
                return f"the data have changed ({name.removeprefix('inputs.')})"
            if place == "code":
                return "simsafe's own code has changed"
            said = {"simsafe": "the version of simsafe", "first_seed": "seed"}.get(name, name.removeprefix("config."))
            return f"{said} was {was} and is now {now_is}"
    return None


def differences(one: Any, two: Any, name: str) -> Iterator[tuple[str, str, str]]:
    """What differs between two trees of plain data: where, and both values."""
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        for key in [*one, *(k for k in two if k not in one)]:
            yield from differences(one.get(key), two.get(key), f"{name}.{key}")
    elif one != two:
        yield name, show(one), show(two)


# Shards


def tidy(folder: Path) -> None:
    """Take away what a process that was killed had not finished writing."""
    for part in [*folder.glob(f"{PART}*"), *(folder / SHARDS).glob(f"{PART}*")]:
        part.unlink(missing_ok=True)


def finished(folder: Path, shards: Sequence[Shard]) -> Iterator[Finished]:
    """The shards that are done and whose every byte is as it was written; files that are not are taken away, and a warning says so."""
    damaged: list[int] = []
    there: dict[str, list[Path]] = {}
    for path in sorted((folder / SHARDS).glob("*.parquet")):
        there.setdefault(path.stem.rpartition("-")[0], []).append(path)
    for shard in shards:
        raw = None
        for path in there.get(shard.job, ()):
            raw = checked(path)
            if raw is not None:
                yield Finished(shard, raw)
                break
            with in_words(folder):
                path.unlink(missing_ok=True)
        if raw is None and shard.job in there:
            damaged.append(shard.seed)
    if damaged:
        logging.getLogger(__name__).warning(damage(folder, damaged))


def damage(folder: Path, seeds: Sequence[int]) -> str:
    """Which runs were damaged since they were saved."""
    more = f" and {len(seeds) - MOST_SEEDS} more" if len(seeds) > MOST_SEEDS else ""
    listed = f"seed{'' if len(seeds) == 1 else 's'} {', '.join(map(str, seeds[:MOST_SEEDS]))}{more}"
    return f"output = {named(folder)}; the runs of {listed} were damaged since they were saved: they are not used, and simulated again"


# Words


def sealed(about: Mapping[str, Any]) -> bytes:
    """Plain data as bytes with their own digest among them: there is one way to write it, so any changed byte shows."""
    plain = {name: value for name, value in json.loads(json.dumps(about, default=str)).items() if name != "seal"}
    body = json.dumps(plain, indent=1, ensure_ascii=False)
    return json.dumps(plain | {"seal": sha256(body.encode()).hexdigest()}, indent=1, ensure_ascii=False).encode()


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses before anything is simulated into one line."""
    try:
        yield
    except SavingError:
        raise
    except OSError as problem:
        raise ConfigError(f"output = {named(folder)}; cannot be written ({why(problem)}); choose another folder") from None
