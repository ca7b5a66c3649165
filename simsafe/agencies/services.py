"""Services that meet families by appointment: one shape, and a table of what each service is like.

Contacts are laid down beforehand; on their day only the dials are left to ask. So a service that meets few children costs next to
nothing on a day when nobody comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simsafe.ground.chance import Candidates, Chance
from simsafe.ground.table import positions
from simsafe.world.conditions import DIALS, Conditions
from simsafe.world.contact import Agency, Attempt, Mode
from simsafe.world.population import YEAR, World

DAYS = 14  # laid down at a time


class Service(Protocol):
    """What an appointment service says of itself: who comes how often in ordinary times, and which dials turn that."""

    agency: Agency
    at_home: float  # share of contacts in person that are at the family's home
    video: bool  # whether contacts that are not in person may be by video
    contact_dial: str  # name of the dial of contacts relative to ordinary times

    @property
    def in_person_dial(self) -> str | None:
        """Name of the dial of the share of contacts in person; none where there is no other way."""
        ...

    def candidates(self) -> Candidates:
        """Contacts at the highest rate any crisis or plan may bring."""
        ...

    def usual_rate(self, who: np.ndarray, day: int | np.ndarray) -> np.ndarray:
        """Contacts a day expected of these children on a day (or each on its own) in ordinary times."""
        ...

    def contacts_a_year(self, day: int) -> np.ndarray:
        """Contacts a year expected of every child at its age on a day, in ordinary times."""
        ...


class ByAge:
    """A service whose contacts depend on a child's age and its home: most services are one of these, with figures of their own.

    ``rates`` are contacts a year at middling deprivation, one an age band; ``slope`` their relative rise per quintile towards the most
    deprived.
    """

    agency: Agency
    at_home, video = 0.0, False
    contact_dial: str
    in_person_dial: str | None = None

    def __init__(self, world: World, chance: Chance, rates: Sequence[float], slope: float = 0.0, at_home: float = 0.0) -> None:
        self.world, self.chance, self.at_home = world, chance, at_home
        self.by_band = np.array(rates) / YEAR
        quintile = np.arange(6)
        self.by_quintile = np.where(quintile, np.clip(1 + slope * (3.0 - quintile), 0, None), 0).astype(np.float32)

    def candidates(self) -> Candidates:
        """Each child's ceiling is that of its own home, and of the oldest or the youngest it can be."""
        levels = np.array([self.by_band[2:].max(), self.by_band.max()])
        level = (levels[:, None] * self.by_quintile).astype(np.float32).reshape(-1)  # by age group and quintile
        often = DIALS[self.contact_dial].metadata["high"]
        question, of = f"meets {self.agency.label}", self.world.age_and_home
        return Candidates(self.chance, self.world.children.key, question, often, level, of, float(level.max()), days=DAYS)

    def usual_rate(self, who: np.ndarray, day: int | np.ndarray) -> np.ndarray:
        """Contacts a day of these children in ordinary times."""
        c, f = self.world.children, self.world.families
        return self.by_band[c.age_band(day, who)] * self.by_quintile[f.deprivation[c.family[who]]] * c.living_here(day, who)

    def contacts_a_year(self, day: int) -> np.ndarray:
        """Contacts expected of each child a year at its age on ``day``, in ordinary times."""
        return self.usual_rate(np.arange(len(self.world.children)), day) * YEAR


@dataclass(frozen=True)
class Booked:
    """Contacts laid down for some days, by day, service and child, and what it takes for each to happen."""

    service: np.ndarray  # int8: position in the list of services
    who: np.ndarray  # rows of children
    key: np.ndarray  # uint64
    least: np.ndarray  # float32: happens when contacts relative to ordinary times are above this


NOTHING_BOOKED = Booked(*(np.empty(0) for _ in range(4)))


class Services:
    """All appointment services together. They only try; the door answers."""

    def __init__(self, services: Sequence[Service], chance: Chance) -> None:
        self.services, self.chance = services, chance
        self.streams = [service.candidates() for service in services]
        self.agency = np.array([s.agency for s in services], dtype=np.int8)
        self.home_share = np.array([s.at_home for s in services])
        self.most = np.array([DIALS[s.contact_dial].metadata["high"] for s in services])
        self.can_video = np.array([float(s.video) for s in services])
        self._block, self._booked = -1, NOTHING_BOOKED
        self._now: Conditions | None = None

    def attempt(self, now: Conditions, day: int) -> Attempt:
        """Who comes, calls or is called on today, and how: at a clinic or centre, at home, or by video or telephone."""
        block, within = divmod(day, DAYS)
        if block != self._block:
            self._booked = NOTHING_BOOKED  # the last block is put away before the next is made
            self._block, (self._from, self._booked) = block, self._book(block)
        if now is not self._now:
            self._turn(now)
        a, b, booked = self._from[within], self._from[within + 1], self._booked
        rows = a + positions(booked.least[a:b] < self._contacts[booked.service[a:b]])
        service, key = booked.service[rows], booked.key[rows]
        in_person, at_home, by_video = self.chance.ask_three(key, "how they meet")
        in_person = in_person < self._in_person[service]
        home = (at_home < self.home_share[service]).view(np.int8)
        video = (by_video < self._video[service]).view(np.int8)
        mode = np.where(in_person, Mode.CLINIC + home * (Mode.HOME_VISIT - Mode.CLINIC), Mode.PHONE + video * (Mode.VIDEO - Mode.PHONE))
        told = np.full(rows.size, True)
        return Attempt(self.agency[service], booked.who[rows], mode.astype(np.int8, copy=False), key, told, np.ones(rows.size))

    def _turn(self, now: Conditions) -> None:
        """Today's dials, one entry a service; the same until they are turned again."""
        self._now = now
        self._contacts = np.array([getattr(now, s.contact_dial) for s in self.services], dtype=np.float32)
        self._in_person = np.array([getattr(now, s.in_person_dial) if s.in_person_dial else 1.0 for s in self.services], dtype=np.float32)
        self._video = now.remote_video_share * self.can_video

    def _book(self, block: int) -> tuple[np.ndarray, Booked]:
        """The contacts of a block, and where each of its days begins."""
        days, parts = [], []
        for k, (service, stream) in enumerate(zip(self.services, self.streams, strict=True)):
            start, found = stream.laid(block)
            day = np.repeat(np.arange(DAYS), np.diff(start))
            rate = service.usual_rate(found.who, block * DAYS + day)
            comes = positions(stream.happens(found, rate * self.most[k]))
            days.append(day[comes].astype(np.int8))
            least = (found.least[comes] / rate[comes]).astype(np.float32)
            parts.append((np.full(comes.size, k, dtype=np.int8), found.who[comes], found.key[comes], least))
        day = np.concatenate(days)
        order = np.argsort(day, kind="stable")
        columns = (np.concatenate(column)[order] for column in zip(*parts, strict=True))
        return np.searchsorted(day[order], np.arange(DAYS + 1)), Booked(*columns)
