"""Commands of ``simsafe compare`` that are killed and asked again: what is kept is counted by name and time of writing."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from pathlib import Path

WORDS = ["compare", "area=devon", "crisis=covid19_england", "plans=[as_happened_2020,see_every_child]"]
SHORT = ["children=500", "start=2020-03-16", "end=2020-04-05", "warm_up_days=3"]
WHOLE = [".lock", "report.html", "shards", "study.json", "tables.xlsx"]  # what is in the folder of a finished comparison


def begun(here: Path, *words: str) -> subprocess.Popen[str]:
    """The command, on four weeks and a few hundred children, in a process and a group of its own; if it aborts, it says where."""
    command = [sys.executable, "-X", "faulthandler", "-m", "simsafe", *WORDS, *SHORT, *words]
    return subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def complaints(err: str) -> list[str]:
    """What was said on stderr but how far it is, which a slow machine says as well."""
    return [line for line in err.splitlines() if not re.match(r"[\d,]+ of [\d,]+ runs", line)]


def digest_in(text: str) -> str:
    """What was printed as the digest."""
    (line,) = [line for line in text.splitlines() if "; digest " in line]
    return line.rpartition(" ")[2]


def finished(folder: Path) -> dict[str, int]:
    """Finished shards and when they were written."""
    found = {}
    for path in folder.glob("shards/*.parquet"):
        found[path.name] = path.stat().st_mtime_ns
    return found


def wait_for(folder: Path, shards: int, process: subprocess.Popen[str]) -> None:
    """Until so many shards are finished."""
    until = time.monotonic() + 120
    while len(finished(folder)) < shards and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)


def killed_and_asked_again(here: Path, kills: int, seeds: int, *words: str) -> tuple[str, list[int]]:
    """The digest of a comparison that was killed so many times at random instants; and how many shards there were after each kill.

    Each command is left to finish some more shards, every fifth none, and is killed up to a second and a half later: while it starts,
    looks through the folder, simulates or saves. Asserts that no finished shard is lost or written again, that nothing else is left
    behind, and that the last command ends well.
    """
    chance, folder = random.Random(kills), here / "killed"
    asked = [f"replications={seeds}", f"output={folder.name}", *words]
    kept: dict[str, int] = {}
    counts = []
    for kill in range(kills):
        with begun(here, *asked) as process:
            if kill % 5 != 4:
                wait_for(folder, (kill + 1) * seeds // (kills + 1), process)
            time.sleep(chance.random() * 1.5)
            process.kill()
            process.communicate()
        assert kept.items() <= finished(folder).items(), f"lost or written again after kill {kill + 1}"
        kept = finished(folder)
        counts.append(len(kept))
    with begun(here, *asked) as process:
        out, err = process.communicate(timeout=1_800)
    assert (process.returncode, complaints(err)) == (0, [])
    assert f"{2 * seeds} of {2 * seeds} runs" in out
    assert kept.items() <= finished(folder).items()
    assert len(finished(folder)) == seeds
    assert sorted(path.name for path in folder.iterdir()) == WHOLE
    assert {path.suffix for path in (folder / "shards").iterdir()} == {".parquet"}
    return digest_in(out), counts
