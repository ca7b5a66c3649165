"""Telling one simulated child's story: simulate a plan, or two on the same children, with a diary, and choose the child."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from simsafe.ground.parameter import ConfigError, alike
from simsafe.model import SafeguardingModel
from simsafe.plans.change import show
from simsafe.results.diary import Diary, keep_diary
from simsafe.results.divergence import Divergence, diverge
from simsafe.results.finder import FIND, NEEDS_TWO
from simsafe.results.story import Story, row_of, story_of
from simsafe.scenario import Scenario
from simsafe.study.from_config import scenario_for

COLUMNS = ["plan", "seed", "child", "date", "until", "agency", "kind", "words", "simulated"]
Watched = Callable[[SafeguardingModel], object]  # told after every simulated day


@dataclass(frozen=True)
class Told:
    """A child's story under one plan, or under two with where they part; ``found`` lists other children like it, if it was found so."""

    one: Story
    two: Story | None = None
    parting: Divergence | None = None
    found: pd.DataFrame | None = None

    @property
    def stories(self) -> list[Story]:
        """The one or two stories."""
        return [story for story in (self.one, self.two) if story is not None]

    def __repr__(self) -> str:
        plans = " and under ".join(story.about.plan for story in self.stories)
        return f"<Story of simulated child {self.one.child} under {plans}>"

    def table(self) -> pd.DataFrame:
        """The chronology, or both of them: plan, seed, child, date, until, agency, kind, words, simulated."""
        parts = [story.table().assign(plan=story.about.plan, child=story.child, seed=story.about.seed) for story in self.stories]
        return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)

    def plot(self, span: Any = None) -> Any:
        """The chronology as a matplotlib figure; ``span`` are the first and the last date to draw."""
        from simsafe.results.story_figure import chronology

        return chronology(self.one, self.parting, span)


def story(
    area: str = "shropshire", *, plan: str = "as_happened_2020", against: str | None = None, child: int | None = None,
    find: str | None = None, **settings: Any,
) -> Told:  # fmt: skip
    """The story of one child: the one of that id, or the most telling that ``find`` knows.

    >>> story("devon", plan="see_every_child", against="as_happened_2020", find="found_sooner", children=5000)  # doctest: +SKIP

    ``find`` is one of ``found_sooner``, ``harmed_closed_remotely``, ``unseen_and_unknown``, ``needlessly_investigated`` and
    ``lost_share``; ``settings`` are those of :func:`simsafe.scenario_for`. Raises :class:`ConfigError` in one line.
    """
    check_choice(child, find, against)
    made = [scenario_for(area=area, plan=name, **settings) for name in (plan, against) if name is not None]
    return tell(made, child, find)


def check_choice(child: Any, find: Any, against: Any) -> None:
    """Refuse a question that names no child, two, or a kind of case that does not exist."""
    if (child is None) == (find is None):
        both = f"child = {show(child)} and find = {show(find)}; " if child is not None else ""
        raise ConfigError(f"{both}expected one of child= with a child's number and find= with one of {', '.join(FIND)}")
    if find is not None and find not in FIND:
        close = alike(str(find)[:60], FIND)
        raise ConfigError(f"find = {show(find)}; no such kind of case{close}; there are {', '.join(FIND)}")
    if find in NEEDS_TWO and against is None:
        raise ConfigError(f"find = {find}; it holds two plans against each other; expected against= with the other plan")


def tell(scenarios: list[Scenario], child: int | None, find: str | None, watched: Watched | None = None) -> Told:
    """Simulate one scenario, or two that differ in their plan, and tell the story of a child. ConfigError in one line."""
    kept: list[tuple[SafeguardingModel, Diary]] = []
    for scenario in scenarios:
        model = SafeguardingModel(scenario)
        if child is not None:
            row_of(model, child)  # refused before anything is simulated
        diary = keep_diary(model)
        while model.running:
            model.step()
            if watched is not None:
                watched(model)
        kept.append((model, diary))
    found = None
    if find is not None:
        found = FIND[find](*kept[0], kept[1][0] if len(kept) > 1 else None)
        if found.empty:
            more = f"expected more than {scenarios[0].area.children:,} children, another seed or another plan"
            raise ConfigError(f"find = {find}; no such child under {scenarios[0].plan_name}, seed {scenarios[0].seed}; {more}")
        child = int(found["child"].iloc[0])
    assert child is not None
    stories = [story_of(model, diary, child) for model, diary in kept]
    if len(stories) == 1:
        return Told(stories[0], found=found)
    return Told(stories[0], stories[1], diverge(stories[0], stories[1]), found)
