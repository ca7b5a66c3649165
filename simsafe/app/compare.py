"""``simsafe compare``: plans in, differences on the same children out."""

from __future__ import annotations

import csv
import io
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simsafe.app import DONE, FAILED
from simsafe.app.arguments import read_arguments
from simsafe.app.going_on import unless_stopped
from simsafe.app.lines import effort_lines, first_lines, turning_lines
from simsafe.app.own_words import own_and_others
from simsafe.app.run import check_writable, saving
from simsafe.app.words import RESPONSIBLE
from simsafe.ground.parameter import ConfigError, counted
from simsafe.plans.change import show
from simsafe.plans.reading import PLAIN_NUMBER
from simsafe.plans.shelf import answered_by, starts_of
from simsafe.study.beside import AS_WRITTEN, beside_of, check_room, compared_beside
from simsafe.study.comparison import Compared, over_sets, study_of, usual_folder, whole_area
from simsafe.study.jobs import SHARDS, Study
from simsafe.study.keeping import alone, being_made, check_idle
from simsafe.study.plan_choice import load_plans
from simsafe.study.runner import Hands

OWN = (  # what this command has beside the settings of a run
    "plans", "replications", "reference", "workers", "executor", "address", "effort", "exchange", "break_even", "sets",
)  # fmt: skip
EXPECTED = {
    "seed": "the first seed, and replications= for how many", "plan": "a comparison has several",
    "multirun": "a comparison runs every plan and seed by itself; expected plans= and replications=",
}  # fmt: skip
USUAL_REPLICATIONS = 30


def compare(words: Sequence[str]) -> int:
    """Run what is missing of a comparison and say what came out; nothing is written before all of it has been checked."""
    own, others = own_settings(words)
    study, output = asked(own, others)
    beside = beside_of(own.get("effort", AS_WRITTEN), rates(own), axes(own))
    folder = Path(output) if output is not None else usual_folder(study, beside.effort)
    hands = Hands(own.get("executor", "local"), whole(own, "workers"), own.get("address"))
    check_room(folder, study, beside)
    check_idle(folder)
    check_writable(folder)
    introduce(study, folder)

    def work() -> int:
        comparison = compared_beside(study, folder, hands, beside)
        comparison.runs.about["command"] = f"simsafe compare {shlex.join(words)}"
        return report(comparison)

    return unless_stopped(work, folder)


# What was asked


def own_settings(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """What this command has beside the settings of a run, and the words that are left."""
    own, left = own_and_others(words, OWN, EXPECTED)
    if "plans" not in own:
        raise ConfigError("plans is missing; expected plans=[ONE,ANOTHER], such as plans=[as_happened_2020,see_every_child]")
    return own, left


def asked(own: dict[str, str], others: Sequence[str]) -> tuple[Study, str | None]:
    """The comparison in full, and the folder asked for."""
    from simsafe.app.compose import compose_jobs

    words = read_arguments(others)
    (job,) = compose_jobs(words)
    plans = load_plans(listed(own["plans"]), words.config_dir)
    replications = whole(own, "replications")
    study = study_of(job.config, plans, USUAL_REPLICATIONS if replications is None else replications, own.get("reference"))
    return over_sets(study, Path(own["sets"]) if "sets" in own else None), job.config["output"]


def listed(text: str, key: str = "plans", expected: str = "[ONE,ANOTHER]") -> list[str]:
    """What is in ``[one,another]``; brackets and quotes may be left out, and a path in quotes may have a comma in it."""
    inside = text.strip()
    if inside.startswith("[") != inside.endswith("]"):
        raise ConfigError(f"{key} = {show(text)}; a bracket is missing; expected {key}={expected}")
    inside = inside.removeprefix("[").removesuffix("]")
    quote = "'" if "'" in inside and '"' not in inside else '"'
    (parts,) = csv.reader([inside], skipinitialspace=True, quotechar=quote) if inside.strip() else ([],)
    if not all(part.strip() for part in parts):
        raise ConfigError(f"{key} = {show(text)}; nothing between two commas, or after the last; expected {key}={expected}")
    return [part.strip() for part in parts]


def whole(own: dict[str, str], key: str) -> Any:
    """A whole number as typed; text when it is none, to be refused where its range is known."""
    if key not in own:
        return None
    text = own[key].strip()
    if not PLAIN_NUMBER.fullmatch(text):
        return text
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def rates(own: dict[str, str]) -> dict[str, Any] | None:
    """What an hour of each profession counts for, in ``[school staff:1,partners:2]``."""
    if "exchange" not in own:
        return None
    made: dict[str, Any] = {}
    for part in listed(own["exchange"], "exchange", "[PROFESSION:RATE,...]"):
        who, colon, rate = part.rpartition(":")
        if not colon or not who.strip():
            raise ConfigError(f"exchange = {show(part)}; no rate; expected PROFESSION:RATE, such as school staff:1")
        made[who.strip()] = whole({"rate": rate}, "rate")
    return made


def axes(own: dict[str, str]) -> Any:
    """The numbers of which to say where rankings turn round: all, none, or those listed."""
    text = own.get("break_even", "false").strip()
    return {"true": True, "false": False}[text] if text in ("true", "false") else listed(text, "break_even", "[AXIS,...]")


def introduce(study: Study, folder: Path) -> None:
    """What is about to be run, and where it is kept."""
    first = study.scenarios[0]
    everyone = whole_area(study.config)
    sample = f", a sample: the area has {everyone:,}" if everyone not in (None, first.area.children) else ""
    print(f"{first.area.name}, {first.area.children:,} children to begin with{sample}; crisis {first.crisis_name}")
    print(f"{counted(study.replications, 'seed')} from {first.seed}, each under {len(study.plans)} plans on the same children")
    if study.sets:
        print(f"{len(study.sets)} parameter sets, one a seed in turn: seed {first.seed + len(study.sets)} has the first one again")
    print(f"plans {', '.join(study.plans)}; compared with {study.reference}; kept in {folder}")
    kept = len(list((folder / SHARDS).glob("*.parquet"))) if folder.is_dir() else 0
    if kept > study.replications:
        print(f"{kept} seeds are in that folder; the report is written anew, of {study.replications} of them: ask for {kept} to have all")
    faced = {first.crisis_name.removesuffix("_changed"), *starts_of(study.config["crisis"], "crisis")}
    for name, plan in study.plans.items():
        crises = answered_by(plan["plan"])
        if crises and not faced & set(crises):
            print(f"plan {name} was made for {', '.join(crises)}")
    sys.stdout.flush()


# What came out


def report(comparison: Compared) -> int:
    """The main lines, how many runs they come from, and every failure."""
    if comparison.runs.finished:
        for line in [*first_lines(comparison), *effort_lines(comparison), *turning_lines(comparison)]:
            print(line)
    print(f"{comparison.counted}; digest {comparison.digest}")
    if len(comparison.failures):
        print(failures_text(comparison))
    if comparison.runs.finished:
        print("writing the report and the tables: with many runs that takes minutes", flush=True)
        with alone(comparison.folder, being_made(comparison.folder)):
            made = keep_reports(comparison)
        for path in made:
            print(f"{path.name} in {comparison.folder}")
    print(f"every run in {comparison.folder}")
    print(RESPONSIBLE)
    return DONE if comparison.runs.finished == comparison.runs.asked else FAILED


def keep_reports(comparison: Compared) -> list[Path]:
    """The board report and its tables, beside the runs."""
    from simsafe.report import write_report, write_workbook

    folder = comparison.folder
    with saving():
        return [write_report(comparison, folder / "report.html"), write_workbook(comparison, folder / "tables.xlsx")]


def failures_text(comparison: Compared) -> str:
    """One table of all failures."""
    room = max(100, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 1_000
    out = io.StringIO()
    out.write(f"failed: {len(comparison.failures)} of {counted(comparison.runs.planned, 'seed')}; the same command tries them again\n")
    out.write("seed  tries  reason\n")
    for row in comparison.failures.to_dict("records"):
        out.write(f"{row['seed']:<4}  {row['tries']:<5}  {row['reason']}"[:room] + "\n")
    return out.getvalue().rstrip("\n")
