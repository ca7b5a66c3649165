"""``simsafe predict`` and ``simsafe validate``: later months predicted and sealed, and held against outcomes when these come."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simsafe.app import DONE, FAILED
from simsafe.app.compare import listed, whole
from simsafe.app.going_on import unless_stopped
from simsafe.app.own_words import only_own
from simsafe.app.run import check_writable
from simsafe.app.words import RESPONSIBLE
from simsafe.ground.parameter import ConfigError, counted, nearest
from simsafe.ground.progress import spoken
from simsafe.plans.change import show
from simsafe.study.runner import Hands, cores

if TYPE_CHECKING:
    from simsafe.study.validation.judging import Judged

SETTINGS = ("geographies", "seeds", "seed", "children", "sets", "output", "draws", "workers", "executor")
OPTIONS = ("--data", "--predictions", "--output")
PREDICTIONS = Path("validation") / "predictions"
DRAWS, SCORED = Path("outputs") / "predictions", Path("outputs") / "validation"


def predict(words: Sequence[str]) -> int:
    """Run what is missing and seal the predictions; nothing is written before all of it has been checked."""
    from simsafe.study.validation.predicting import Asked, trial
    from simsafe.study.validation.predicting import predict as make
    from simsafe.study.validation.terms import ENOUGH_DRAWS

    own, _ = only_own(words, SETTINGS, "predict")
    given: dict[str, Any] = {name: whole(own, name) for name in ("seeds", "seed", "children") if name in own}
    if "geographies" in own:
        given["geographies"] = tuple(listed(own["geographies"], "geographies"))
    if "sets" in own:
        given["sets"] = Path(own["sets"])
    asked = Asked(**given, command=f"simsafe predict {shlex.join(words)}".strip())
    hands = Hands(own.get("executor", "local"), whole(own, "workers"))
    output, draws = Path(own.get("output", PREDICTIONS)), Path(own.get("draws", DRAWS))
    places = 1 if hands.executor == "serial" else hands.workers or cores()
    runs = len(asked.geographies) * len(asked.parameters) * asked.each
    check_writable(draws, "draws")
    check_writable(output)
    where = f"{len(asked.geographies)} geograph{'y' if len(asked.geographies) == 1 else 'ies'}"
    print(f"{counted(runs, 'run')}: {where}, {counted(len(asked.parameters), 'parameter set')}, {counted(asked.each, 'seed')} of each")
    print(f"about {spoken(asked.seconds / places)} when none is done yet, on {places} free cores; draws kept in {draws}")
    sys.stdout.flush()
    made = unless_stopped(lambda: make(asked, output, draws, hands), draws)
    if isinstance(made, int):
        return made
    if made.manifest is None:
        print(f"failed: {len(made.failures)} of {counted(runs, 'run')}; nothing was sealed; the same command tries them again")
        for failure in made.failures:
            print(f"seed {failure.seed}: {failure.reason}")
        return FAILED
    if trial(asked):
        print(f"a trial in {output}, fewer than {ENOUGH_DRAWS} draws or not all places: it counts for nothing, and may be written over")
    else:
        print(f"sealed in {output}: {made.manifest.name} has the SHA-256 of every file; commit both before any outcome is delivered")
    print(RESPONSIBLE)
    return DONE


def validate(words: Sequence[str]) -> int:
    """Score sealed predictions against a folder of outcomes, and write a page and tables with failures first."""
    from simsafe.report.validation_page import group_rows, write_validation
    from simsafe.study.validation.judging import judge
    from simsafe.study.validation.reading import read_outcomes
    from simsafe.study.validation.sealing import read_predictions

    own = options_in(words)
    outcomes = read_outcomes(Path(own["--data"]))
    predictions, about = read_predictions(Path(own.get("--predictions", PREDICTIONS)))
    judged = judge(outcomes, predictions)
    if judged.values.empty:
        raise ConfigError(f"--data = {show(own['--data'])}; nothing in it can be scored: {why_left_out(judged)}")
    folder = Path(own.get("--output", SCORED))
    paths = write_validation(judged, about, folder)
    print("Simulated. Predictions held against outcomes, failures first.")
    if about.get("trial"):
        print("These predictions are a trial (too few draws, or not all places): nothing follows from how they score.")
    scored = f"{counted(len(judged.values), 'value')} scored, {len(judged.left_out)} left out"
    print(f"{judged.failed} of {counted(len(judged.groups), 'group')} fail; {scored}")
    for row in group_rows(judged.groups):
        if row["failed"]:
            print(f"FAILS  {row['what']}, {row['where']}: {row['why']}")
    if len(judged.left_out):
        print(f"left out: {why_left_out(judged)}")
    print(f"{', '.join(path.name for path in paths)} in {folder}")
    print(RESPONSIBLE)
    return DONE


def why_left_out(judged: Judged) -> str:
    """The reasons why delivered values are not scored, and how many there are of each."""
    counts = Counter(judged.left_out["why"].tolist()).most_common()
    return "; ".join(f"{why} ({counted(n, 'value')})" for why, n in counts) or "no value of days after June 2020"


def options_in(words: Sequence[str]) -> dict[str, str]:
    """``--data FOLDER`` and the like, also written ``--data=FOLDER``."""
    own: dict[str, str] = {}
    waiting = iter(words)
    for word in waiting:
        key, equals, value = word.partition("=")
        if key not in OPTIONS:
            raise ConfigError(f"{show(word)}: no such option of validate{nearest(key[:60], OPTIONS)}")
        value = value if equals else next(waiting, "")
        if not value.strip():
            raise ConfigError(f"{key}: no folder given; expected {key} FOLDER")
        if key in own:
            raise ConfigError(f"{key} = {show(value)}; given twice (first {show(own[key])}); expected once")
        own[key] = value
    if "--data" not in own:
        raise ConfigError("--data is missing; expected --data FOLDER with CSV files as validation/plan.md says")
    return own
