"""Recording what came through the door and playing it back: the proof that nothing but the door reads the truth.

A :class:`Recorder` stands in for :class:`~simsafe.senses.behind.Behind` and keeps every answer. A :class:`Player` gives the same
answers again while all of truth behind it has been shuffled; if any agency, panel or plan read the truth, the second run would
come out differently.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simsafe.senses.behind import Behind
from simsafe.world.conditions import Conditions
from simsafe.world.contact import Attempt, CallOuts, Meetings, Presence, Signs
from simsafe.world.population import Schooling


@dataclass
class Tape:
    """Everything the door said, in order."""

    call_outs: list[CallOuts] = field(default_factory=list)
    answers: list[tuple[Meetings, Signs]] = field(default_factory=list)


class Recorder(Behind):
    """Truth and its door, with every answer kept."""

    def __init__(self, behind: Behind) -> None:
        self.__dict__.update(behind.__dict__)
        self.tape = Tape()

    def call_out(self, now: Conditions, in_school: np.ndarray | None, day: int) -> CallOuts:
        """As behind the door, and kept."""
        self.tape.call_outs.append(super().call_out(now, in_school, day))
        return self.tape.call_outs[-1]

    def answer(self, attempt: Attempt, presences: list[Presence], now: Conditions, digital: np.ndarray, day: int) -> tuple[Meetings, Signs]:
        """As behind the door, and kept."""
        self.tape.answers.append(super().answer(attempt, presences, now, digital, day))
        return self.tape.answers[-1]


class Player(Behind):
    """Answers from a tape; the truth behind it can be anything."""

    def __init__(self, behind: Behind, tape: Tape) -> None:
        self.__dict__.update(behind.__dict__)
        self.tape, self.played = tape, 0

    def shuffle(self, rng: np.random.Generator) -> None:
        """Deal all of truth out again at random, among children and among families, each column on its own."""
        for name in ("type", "severity", "in_need", "was_harmed", "disabled", "home"):
            rng.shuffle(getattr(self.harm, name))
        for name in ("strain", "domestic_abuse", "parental_difficulty", "look_alike", "willing", "conceals", "reserve", "susceptible"):
            rng.shuffle(getattr(self.hidden, name))
        self.harm.forget_rows()

    def live_a_day(self, day: int, now: Conditions, stage_of: np.ndarray, schooling: Schooling) -> None:
        """Nothing lives behind a tape."""

    def call_out(self, now: Conditions, in_school: np.ndarray | None, day: int) -> CallOuts:
        """What was called out that day."""
        return self.tape.call_outs[day]

    def answer(self, attempt: Attempt, presences: list[Presence], now: Conditions, digital: np.ndarray, day: int) -> tuple[Meetings, Signs]:
        """What was answered that day, if the same tries are made.

        Raises
        ------
        ValueError
            The tries differ from those on the tape: something has read the truth.
        """
        meetings, signs = self.tape.answers[day]
        same = all(
            np.array_equal(getattr(attempt, f), getattr(meetings.attempt, f))
            for f in ("agency", "who", "mode", "key", "announced", "noticing")
        )
        if not same:
            raise ValueError(f"day {day}: the tries differ from those on the tape")
        return meetings, signs
