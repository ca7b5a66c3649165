"""``simsafe calibrate``: how well the fitted numbers are known, and sets of them that published figures do not rule out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from hashlib import sha256
from math import isnan
from pathlib import Path
from typing import Any

from simsafe.app import DONE
from simsafe.app.compare import whole
from simsafe.app.going_on import unless_stopped
from simsafe.app.own_words import only_own
from simsafe.app.run import check_writable
from simsafe.app.words import RESPONSIBLE
from simsafe.ground.progress import spoken
from simsafe.study.runner import Hands, cores

NUMBERS = ("children", "points", "waves", "seeds", "wanted", "seed")
SETTINGS = ("area", *NUMBERS, "sweep", "output", "workers", "executor")
QUICK = "--quick"
OUTPUTS = Path("outputs")


def calibrate(words: Sequence[str]) -> int:
    """Run what is missing of a calibration, keep the sets that are not ruled out, and write the report."""
    from simsafe.report.calibration_page import write_calibration
    from simsafe.study.calibration.asked import Asked
    from simsafe.study.calibration.matching import match
    from simsafe.study.calibration.outcome import Outcome, outcome, write_outcome
    from simsafe.study.calibration.runs import Keeper, alone_in

    own, flags = only_own(words, SETTINGS, "calibrate", [QUICK])
    quick = QUICK in flags
    given: dict[str, Any] = {name: whole(own, name) for name in NUMBERS if name in own}
    given |= {name: own[name] for name in ("area", "sweep") if name in own}
    asked = Asked(**given, quick=quick, command=f"simsafe calibrate {shlex.join(words)}".strip())
    hands = Hands(own.get("executor", "local"), whole(own, "workers"))
    folder = Path(own["output"]) if "output" in own else usual_folder(asked)
    keeper = Keeper(asked.problem, folder, hands)
    check_writable(folder)
    introduce(asked, hands, folder)

    def work() -> tuple[Outcome, list[Path]]:
        with alone_in(folder, asked.about):
            made = match(asked, keeper)
            print("looking for known truths again")
            found = outcome(made, len(keeper.failures))
            paths = write_outcome(made, found, folder)
            return found, [write_calibration(found, asked.command, folder), *paths]

    done = unless_stopped(work, folder)
    if isinstance(done, int):
        return done
    found, paths = done
    for line in lines_of(found.summary):
        print(line)
    print(f"{', '.join(path.name for path in paths)} in {folder}; sets for sets= in {folder / 'sets'}")
    print(RESPONSIBLE)
    return DONE


def usual_folder(asked: Any) -> Path:
    """A folder named after what is asked: asking again goes on there."""
    return OUTPUTS / f"calibrate_{asked.area}_{sha256(repr(sorted(asked.about.items())).encode()).hexdigest()[:8]}"


def introduce(asked: Any, hands: Hands, folder: Path) -> None:
    """What is about to be run, for how long, and where it is kept."""
    size, problem = asked.size, asked.problem
    places = 1 if hands.executor == "serial" else hands.workers or cores()
    fitted = sum(one.fitted for one in problem.inputs)
    print(f"{problem.title}: {fitted} fitted and {len(problem.inputs) - fitted} swept numbers, {len(problem.fitted)} figures to meet")
    print(f"at most {size.runs} runs of {size.children:,} children: about {spoken(asked.seconds / places)} on {places} free cores")
    print(f"kept in {folder}")
    sys.stdout.flush()


def lines_of(said: dict[str, Any]) -> list[str]:
    """What came out, in a few lines."""
    space = (
        f"about 10^{said['log10_space_left']:.1f} of the space is left"
        if said["anything_left"]
        else "the emulators leave nothing of the space"
    )
    shipped = "are one of them" if said["shipped_kept"] else f"are not: ruled out by {', '.join(said['shipped_excluded_by'])}"
    lines = [
        f"{said['kept']} of {said['tried']} sets tried are kept ({said['wanted']} wanted); {space}",
        f"the shipped numbers {shipped}",
        *(
            f"mean absolute error of fitted {kind} {said[f'kept_error_of_{kind}']:.1%} (bar {said['bars'][kind]:.0%}); "
            f"shipped numbers {said[f'shipped_error_of_{kind}']:.1%}"
            for kind in ("totals", "shares")
            if not isnan(said[f"shipped_error_of_{kind}"])  # an area has no shares to fit
        ),
    ]
    single = [f"{said[f'middle_set_error_of_{kind}']:.1%} of {kind}" for kind in ("totals", "shares")
              if not isnan(said[f"middle_set_error_of_{kind}"])]  # fmt: skip
    lines += [f"a single kept set, the middle one, is off by {' and '.join(single)}"] if single else []
    if said["recovered_of_200"] is not None:
        low, high = said["recovered_allowed"]
        lines.append(
            f"of 200 known truths the 90 % intervals hold {said['recovered_of_200']:.0f}, mean over numbers ({low} to {high} allowed)"
        )
    if said["failed_runs"]:
        lines.append(f"{said['failed_runs']} runs failed and are left out; the same command tries them again")
    return lines
