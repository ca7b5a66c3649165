"""Somebody between a model and what is behind its door, who changes nothing and tells a hearer what passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simsafe.world.contact import Attempt, CallOuts, Meetings, Presence, Signs

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel
    from simsafe.world.conditions import Conditions
    from simsafe.world.population import Schooling


class Hearer(Protocol):
    """Who is told of a day: how it begins, what came to notice by itself, and what came of every try to meet a child."""

    def begin_day(self, day: int, now: Conditions, stage_of: np.ndarray, schooling: Schooling) -> None:
        """Told when what is behind the door has lived the day."""
        ...

    def call_outs(self, calls: CallOuts, day: int) -> None:
        """Told what came to notice by itself."""
        ...

    def answers(self, meetings: Meetings, signs: Signs, presences: list[Presence], day: int) -> None:
        """Told which tries became meetings, who was in sight, and which signs showed."""
        ...


class Listener:
    """Stands before what is behind the door: asks it everything, and tells a hearer what passes, without handing it what is behind."""

    def __init__(self, behind: Any, hearer: Hearer) -> None:
        self._behind, self._hearer = behind, hearer

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._behind, name)

    def live_a_day(self, day: int, now: Conditions, stage_of: np.ndarray, schooling: Schooling) -> None:
        """As behind the door, and told."""
        self._behind.live_a_day(day, now, stage_of, schooling)
        self._hearer.begin_day(day, now, stage_of, schooling)

    def call_out(self, now: Conditions, in_school: np.ndarray | None, day: int) -> CallOuts:
        """As behind the door, and told."""
        calls = self._behind.call_out(now, in_school, day)
        self._hearer.call_outs(calls, day)
        return calls

    def answer(self, attempt: Attempt, presences: list[Presence], now: Conditions, digital: np.ndarray, day: int) -> tuple[Meetings, Signs]:
        """As behind the door, and told."""
        meetings, signs = self._behind.answer(attempt, presences, now, digital, day)
        self._hearer.answers(meetings, signs, presences, day)
        return meetings, signs


def listen(model: SafeguardingModel, hearer: Hearer) -> None:
    """Tell the hearer of everything that passes the door of this model from now on, which changes nothing in it."""
    listener: Any = Listener(model.behind, hearer)
    model.behind = listener
