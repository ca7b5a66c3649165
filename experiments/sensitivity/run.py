"""Which numbers matter, and which differences hold: the whole study, with its effects written for the register of evidence.

    uv run python experiments/sensitivity/run.py [--quick] [SETTING=VALUE ...]

Asks ``simsafe sensitivity --write`` and ``simsafe sensitivity structures`` with the same words; a look with ``--quick`` writes no effects.
"""

from __future__ import annotations

import sys

from simsafe.app import main


def run(words: list[str]) -> int:
    """Both parts, one after the other; the first code that is not 0."""
    write = [] if "--quick" in words else ["--write"]
    return main(["sensitivity", *words, *write]) or main(["sensitivity", "structures", *words])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
