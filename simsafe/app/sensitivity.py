"""``simsafe sensitivity``: which numbers matter, and which plan differences hold under other rules."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from simsafe.app import DONE, FAILED
from simsafe.app.arguments import read_arguments
from simsafe.app.compare import listed, whole
from simsafe.app.going_on import unless_stopped
from simsafe.app.own_words import own_and_others
from simsafe.app.run import check_writable
from simsafe.app.words import RESPONSIBLE
from simsafe.ground.parameter import ConfigError, nearest
from simsafe.ground.progress import spoken
from simsafe.plans.change import show
from simsafe.study.comparison import OUTPUTS, study_of
from simsafe.study.from_config import SETTINGS
from simsafe.study.jobs import Study
from simsafe.study.plan_choice import load_plans
from simsafe.study.runner import Hands, cores

STRUCTURES = "structures"
HOW_MANY = ("trajectories", "numbers", "dozen", "points")
SHARED = ("plans", "reference", "workers", "executor", "address")
OWN = {"": (*SHARED, *HOW_MANY, "by", "among", "reach"), STRUCTURES: (*SHARED, "replications", "structures")}
EXPECTED = {
    "seed": "the first seed; how many follows from the rest", "plan": "a sensitivity study has several plans",
    "multirun": "a sensitivity study runs every plan by itself; expected plans=[ONE,ANOTHER]",
}  # fmt: skip
USUAL = {  # the size of the whole study: about forty minutes on two cores that do nothing else
    "plans": "[as_happened_2020,see_every_child,joined_up]", "area": "england", "crisis": "covid19_england", "children": "8000",
    "start": "2019-04-01", "end": "2020-09-30",
}  # fmt: skip
QUICK = {  # a look at what comes out, in minutes: nothing follows from it
    "plans": "[as_happened_2020,see_every_child]", "children": "1500", "start": "2020-03-02", "end": "2020-07-31", "warm_up_days": "14",
    "among": "[truth,senses,belief,thresholds]", "trajectories": "2", "numbers": "25", "dozen": "3", "points": "20", "replications": "5",
}  # fmt: skip
USUAL_REPLICATIONS = 10


def sensitivity(words: Sequence[str]) -> int:
    """Run what is missing of the study and say what came out; nothing is written before all of it has been checked."""
    rest = list(words)
    if rest and rest[0] != STRUCTURES and get_close_matches(rest[0], (STRUCTURES, *OWN[""], *SETTINGS), 1) == [STRUCTURES]:
        raise ConfigError(f"sensitivity {show(rest[0])}; expected SETTING=VALUE, or {STRUCTURES}; did you mean '{STRUCTURES}'?")
    step = STRUCTURES if STRUCTURES in rest[:1] else ""
    flags, left = flags_in(rest[1:] if step else rest)
    own, others = own_settings(left, step, "--quick" in flags)
    study, output = asked(own, others, step)
    hands = Hands(own.get("executor", "local"), whole(own, "workers"), own.get("address"))
    folder = Path(output) if output is not None else OUTPUTS / f"sensitivity{'_' if step else ''}{step}_{study.key[:8]}"
    command = f"simsafe sensitivity {shlex.join(words)}".strip()
    if step and "--write" in flags:
        raise ConfigError("--write: structures have no effects to write; expected it without structures")
    check_writable(folder)
    made = structures if step else numbers
    return unless_stopped(lambda: made(study, own, folder, hands, command, "--write" in flags), folder)


# What was asked


def flags_in(words: Sequence[str]) -> tuple[set[str], list[str]]:
    """``--quick`` and ``--write``, and the words that are left."""
    known = ("--quick", "--write")
    for word in words:
        if word.startswith("--") and word not in known and not word.startswith("--config-dir"):
            raise ConfigError(f"{show(word)}: no such option of sensitivity{nearest(word[:60], [*known, '--config-dir'])}")
    return {word for word in words if word in known}, [word for word in words if word not in known]


def own_settings(words: Sequence[str], step: str, quick: bool) -> tuple[dict[str, str], list[str]]:
    """What this command has beside the settings of a run, with what is usual where nothing is given, and the words of a run."""
    own, left = own_and_others(words, OWN[step], EXPECTED)
    keys = {word.partition("=")[0] for word in left}
    usual = {**USUAL, **QUICK} if quick else USUAL
    for key, value in usual.items():
        if key in OWN[step]:
            own.setdefault(key, value)
        elif key in SETTINGS and key not in keys and not (key == "area" and "area_file" in keys):
            left.append(f"{key}={value}")
    return own, left


def asked(own: dict[str, str], others: Sequence[str], step: str) -> tuple[Study, str | None]:
    """The plans and numbers in force in full, and the folder asked for."""
    from dataclasses import replace

    from simsafe.app.compose import compose_jobs

    words = read_arguments(others)
    (job,) = compose_jobs(words)
    plans = load_plans(listed(own["plans"]), words.config_dir)
    replications = whole(own, "replications") if "replications" in own else USUAL_REPLICATIONS if step else 1
    study = study_of(job.config, plans, replications, own.get("reference"))
    question = f"sensitivity {step}".strip()
    return replace(study, config={**study.config, "question": question}), job.config["output"]


# Which numbers matter


def numbers(study: Study, own: dict[str, str], folder: Path, hands: Hands, command: str, write: bool) -> int:
    """Screen the numbers, make emulators, write tables and figures, and with ``--write`` the effects for the register of evidence."""
    from simsafe.report.sensitivity import main_lines, write_effects, write_sensitivity
    from simsafe.study.sensitivity.points import Bench
    from simsafe.study.sensitivity.screening import Wanted, expected, found

    given: dict[str, Any] = {name: whole(own, name) for name in HOW_MANY if name in own}
    given |= {"reach": whole(own, "reach")} if "reach" in own else {}
    given |= {"by": own["by"].strip()} if "by" in own else {}
    given |= {"among": tuple(listed(own["among"], "among", "[ROOM,ANOTHER]"))} if "among" in own else {}
    wanted = Wanted(**given)
    bench = Bench(study, folder, hands)
    points, seconds = expected(bench, wanted)
    places = 1 if hands.executor == "serial" else hands.workers or cores()
    introduce(study, folder)
    print(f"at most {points} points; about {spoken(seconds / places)} when none is done yet, on {places} free cores")
    sys.stdout.flush()
    what = found(bench, wanted)
    paths = write_sensitivity(what, study.reference, folder, command)
    for line in main_lines(what, study.reference):
        print(line)
    counted = [part.counted for part in (what.rooms, what.numbers, what.indices) if part is not None]
    print(f"answered: {'; '.join(counted)}; what is not moved one by one is in not_moved.csv ({len(what.not_moved)})")
    for line in what.failures:
        print(f"failed: {line}; the same command tries them again")
    if write:
        print(f"{write_effects(what, study.reference)}: what simsafe evidence prints as effects")
    print(f"{paths[0].name} and {len(paths) - 1} tables and figures in {folder}")
    print(RESPONSIBLE)
    return FAILED if what.failures else DONE


def introduce(study: Study, folder: Path) -> None:
    """What is about to be run, and where it is kept."""
    first = study.scenarios[0]
    print(f"{first.area.name}, {first.area.children:,} children to begin with; crisis {first.crisis_name}; {first.start} to {first.end}")
    print(f"plans {', '.join(study.plans)}; compared with {study.reference}; kept in {folder}")


# Other rules


def structures(study: Study, own: dict[str, str], folder: Path, hands: Hands, command: str, _: bool) -> int:
    """Compare the plans under other rules, and say which differences keep their sign."""
    from simsafe.report.sensitivity import structure_lines, write_structures
    from simsafe.study.sensitivity.structures import compared_under, kept_signs, structures_of

    chosen = structures_of(listed(own["structures"], "structures", "[ONE,ANOTHER]") if "structures" in own else ())
    introduce(study, folder)
    print(f"{study.replications} seeds under the rules as shipped and {len(chosen)} others: {', '.join(chosen)}")
    sys.stdout.flush()
    made = compared_under(study, folder, hands, chosen)
    table = kept_signs(made, chosen)
    paths = write_structures(table, folder, command)
    for line in structure_lines(table):
        print(line)
    lacking = {name: one for name, one in made.items() if one.runs.finished < one.runs.asked}
    for name, one in lacking.items():
        why = one.failures["reason"].iloc[0] if len(one.failures) else "missing"
        print(f"failed: {name}, {one.counted} ({why}); the same command tries them again")
    print(f"{', '.join(path.name for path in paths)} in {folder}")
    print(RESPONSIBLE)
    return FAILED if lacking else DONE
