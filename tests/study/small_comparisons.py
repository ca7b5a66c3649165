"""Comparisons that take seconds, and what lies in a folder."""

from __future__ import annotations

from pathlib import Path

QUICK = {"children": 600, "start": "2020-03-09", "end": "2020-04-12", "warm_up_days": 7}  # schools shut on the 21st of 42 days
PLANS = ["as_happened_2020", "see_every_child"]


def files_in(folder: Path) -> dict[str, int]:
    """Every file below, with when it was last written."""
    return {p.relative_to(folder).as_posix(): p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}
