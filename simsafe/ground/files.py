"""Files that are there whole or not at all, and paths and refusals of the disk in words that fit one line."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

PART = ".part-"  # how the name of a file begins that is not finished
WORDS = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up", errno.EROFS: "the disk may only be read"}


def write_whole(path: Path, raw: bytes) -> None:
    """A file that appears whole or not at all, and outlasts a loss of power. OSError or ValueError when it cannot be written."""
    part = path.with_name(f"{PART}{os.getpid()}-{token_hex(4)}")
    try:
        with part.open("xb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
        settle(path.parent)
    finally:
        with suppress(OSError, ValueError):
            part.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """See to it that a new name in a folder outlasts a loss of power, where the system can."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def why(problem: BaseException) -> str:
    """Why something could not be read or written, in a few words."""
    return WORDS.get(getattr(problem, "errno", None) or 0) or getattr(problem, "strerror", None) or str(problem) or type(problem).__name__


def named(path: Path) -> str:
    """A path as it may stand in a one-line message."""
    text = repr(str(path))
    return text if len(text) <= 300 else f"{text[:297]}..."
