"""Work for shards that takes no time, or goes wrong on purpose. Each writes down that it was tried, by seed and process."""

from __future__ import annotations

import os
import signal
import time

from simsafe.study.jobs import SavingError, Shard

BAD = 2  # the seed with which things go wrong


def tried(shard: Shard) -> int:
    """How many times, with this one, the shard was begun."""
    notes = shard.folder.parent / "tried"
    notes.mkdir(exist_ok=True)
    (notes / f"{shard.seed} {os.getpid()} {time.monotonic_ns()}").touch()
    return len(list(notes.glob(f"{shard.seed} *")))


def easy(shard: Shard) -> str:
    """A file with the seed in it."""
    tried(shard)
    (shard.folder / f"{shard.seed}.parquet").write_text(str(shard.seed), encoding="utf-8")
    return f"{shard.seed}.parquet"


def error(shard: Shard) -> str:
    """One shard has an error in it."""
    if shard.seed == BAD:
        tried(shard)
        raise ZeroDivisionError("nothing by nothing\nin two lines")
    return easy(shard)


def deadly(shard: Shard) -> str:
    """One shard kills its process."""
    if shard.seed == BAD:
        tried(shard)
        os.kill(os.getpid(), signal.SIGKILL)
    return easy(shard)


def deadly_once(shard: Shard) -> str:
    """One shard kills its process the first time."""
    if shard.seed == BAD and tried(shard) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return easy(shard)


def all_deadly(shard: Shard) -> str:
    """Every shard kills its process while it writes."""
    (shard.folder / f".part-{os.getpid()}-{shard.seed}").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def disk_full(shard: Shard) -> str:
    """One shard cannot be saved."""
    if shard.seed == BAD:
        raise SavingError("the disk is full")
    return easy(shard)


def endless(shard: Shard) -> str:
    """Never ends."""
    tried(shard)
    time.sleep(600)
    return ""


def elsewhere(shard: Shard) -> str:
    """Says that it saved something, but not here."""
    return f"{shard.seed}.parquet"


def about_the_process(shard: Shard) -> str:
    """What a worker finds: its threads, what it does with Ctrl-C."""
    text = f"{os.environ.get('OMP_NUM_THREADS')} {signal.getsignal(signal.SIGINT) == signal.SIG_IGN}"
    (shard.folder / f"{shard.seed}.parquet").write_text(text, encoding="utf-8")
    return f"{shard.seed}.parquet"
