"""``simsafe story``: one simulated child's chronology, under one plan or two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from simsafe.app import DONE
from simsafe.app.arguments import Asked, read_arguments
from simsafe.app.own_words import take
from simsafe.app.run import OUTPUTS, check_free, check_writable, free_name, saving
from simsafe.app.words import RESPONSIBLE
from simsafe.ground.parameter import ConfigError
from simsafe.ground.progress import bar
from simsafe.plans.change import read_date, show
from simsafe.plans.reading import PLAIN_NUMBER
from simsafe.scenario import Scenario
from simsafe.study.from_config import scenario_from
from simsafe.study.story import check_choice, tell

OWN = ("against", "child", "find", "from", "to")  # settings of this command alone
OTHERS_LISTED = 8


def story(words: Sequence[str]) -> int:
    """Simulate, choose the child, save the chronology and say where it is; nothing is written before all of it has been checked."""
    own, rest = split_own(words)
    asked = read_arguments(rest)
    if asked.multirun:
        raise ConfigError("-m: a story is of one child; expected one value for each setting, and against= for a second plan")
    child = whole_number("child", own["child"]) if "child" in own else None
    check_choice(child, own.get("find"), own.get("against"))
    scenarios, output = scenarios_of(asked, own.get("against"))
    span = span_of(own, scenarios[0])
    if output is not None:
        check_free(Path(output), "output")
    check_writable(OUTPUTS if output is None else Path(output))
    told = told_with_bar(scenarios, child, own.get("find"))
    folder = Path(output) if output is not None else free_name(OUTPUTS, story_name(scenarios, told.one.child))
    from simsafe.report.story_page import write_story

    with saving():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.is_dir():
            folder.rmdir()  # empty, as checked
        write_story(told, folder, span)
    report(told, folder)
    return DONE


def split_own(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The settings of this command, and those that ``simsafe run`` knows too."""
    own: dict[str, str] = {}
    rest = []
    for word in words:
        if word.partition("=")[0] in OWN:
            take(word, own)
        else:
            rest.append(word)
    return own, rest


def whole_number(key: str, value: str) -> int:
    """A whole number, as a person would write it."""
    if not PLAIN_NUMBER.fullmatch(value) or not re.fullmatch(r"-?\d{1,12}", value):
        raise ConfigError(f"{key} = {show(value)}; expected a whole number, such as 12")
    return int(value)


def scenarios_of(asked: Asked, against: str | None) -> tuple[list[Scenario], Any]:
    """The scenario that was asked for, and the same under another plan; and where to save."""
    from simsafe.app.compose import compose_jobs

    both = [asked] if against is None else [asked, asked.under(against, "against")]
    if both[-1].chosen("plan") == asked.chosen("plan") and against is not None:
        raise ConfigError(f"against = {show(against)}; the same as plan; expected another plan")
    configs = [compose_jobs(given)[0].config for given in both]
    return [scenario_from(config) for config in configs], configs[0]["output"]


def span_of(own: dict[str, str], scenario: Scenario) -> tuple[date, date] | None:
    """The first and the last date to draw, within the run."""
    if "from" not in own and "to" not in own:
        return None
    first = read_date("from", own["from"]) if "from" in own else scenario.start
    last = read_date("to", own["to"]) if "to" in own else scenario.end
    for key, day in (("from", first), ("to", last)):
        if not scenario.start <= day <= scenario.end:
            raise ConfigError(f"{key} = {day}; expected a date from {scenario.start} to {scenario.end}, the days of the run")
    if last <= first:
        raise ConfigError(f"to = {last}; expected a date after from = {first}")
    return first, last


def told_with_bar(scenarios: list[Scenario], child: int | None, find: str | None) -> Any:
    """The story, with a bar to watch when there is a terminal to watch it on."""
    import logging

    logging.getLogger("MESA").setLevel(logging.WARNING)
    days = count(1)
    with bar(sum(s.days for s in scenarios), unit="day") as shown:
        return tell(scenarios, child, find, watched=lambda _: shown(next(days)))


def story_name(scenarios: list[Scenario], child: int) -> str:
    """What the folder of a story is called."""
    first = scenarios[0]
    plans = "_against_".join(s.plan_name for s in scenarios)
    return re.sub(r"[^a-zA-Z0-9_-]", "-", f"story_{first.area.slug}_{first.crisis_name}_{plans}_seed{first.seed}_child{child}")[:200]


def report(told: Any, folder: Path) -> None:
    """Which child it is, where its stories part, and which others there are."""
    one = told.one
    facts = "; ".join(f"{name}: {value}" for name, value in one.facts.items())
    print(f"One simulated child, number {one.child} under seed {one.about.seed} ({facts})")
    if told.found is not None:
        print(told.found["why"].iloc[0])
    if told.parting is not None:
        for line in told.parting.words():
            print(line)
    for line in told.stories:
        print(f"{line.about.plan}: digest {line.about.digest}")
    if told.found is not None and len(told.found) > 1:
        others = ", ".join(str(c) for c in told.found["child"].iloc[1 : 1 + OTHERS_LISTED])
        more = f" and {len(told.found) - 1 - OTHERS_LISTED} more" if len(told.found) - 1 > OTHERS_LISTED else ""
        print(f"others like it (child=NUMBER): {others}{more}")
    print(f"saved in {folder}")
    print(RESPONSIBLE)
