"""Luck asked for by name: the same child, question and occasion give the same number under every plan.

Nothing is ever drawn from an advancing stream, so an extra visit under one plan cannot change what happens at school. Rare
things are laid down as candidate events at a ceiling rate, in time that no plan can change; each carries its own mark in
[0, 1), and on its day it happens if the mark is below that day's rate over the ceiling.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from simsafe.ground.table import positions


def whole(value: int) -> np.ndarray:
    """A uint64 as an array of no dimension: NumPy works with these much faster than with its scalars."""
    return np.array(value, dtype=np.uint64)


TIMES1, TIMES2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # SplitMix64 finaliser, Steele, Lea and Flood 2014
MIX1, MIX2 = whole(TIMES1), whole(TIMES2)
SHIFT30, SHIFT27, SHIFT31, SHIFT11 = whole(30), whole(27), whole(31), whole(11)
LOW21, SHIFT22, SHIFT43, UNIT21 = whole(0x1FFFFF), whole(22), whole(43), 2.0**-21
SHIFT32, LOW16, SHIFT16, SHIFT48 = whole(32), whole(0xFFFF), whole(16), whole(48)
GOLDEN, ALL_ONES = 0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFFF
STEP, FIRST, SECOND = whole(GOLDEN), whole(1), whole(2)
UNIT = 2.0**-53
BELL_MEAN, BELL_SD = 4 * 65535 / 2, math.sqrt(4 * (65536**2 - 1) / 12)  # the sum of four whole numbers in 0..65535
PIECE = 16_384  # rows worked on at a time
MOST_IN_A_BLOCK = 64  # more candidates than this for one child and question in one block is refused


def mix(keys: np.ndarray, word: np.ndarray) -> np.ndarray:
    """Scramble each key with one word: a new uint64 for each, as good as independent for every different word."""
    z = keys + word
    z ^= z >> SHIFT30
    z *= MIX1
    z ^= z >> SHIFT27
    z *= MIX2
    z ^= z >> SHIFT31
    return z


def unit_interval(words: np.ndarray) -> np.ndarray:
    """uint64 words as numbers in [0, 1)."""
    return (words >> SHIFT11) * UNIT


def throw(keys: np.ndarray, word: np.ndarray) -> np.ndarray:
    """High bits fit for a throw: half of :func:`mix`, enough because keys are scrambled already and only high bits are used."""
    z = keys + word
    z *= MIX1
    z ^= z >> SHIFT27
    z *= MIX2
    return z


def _as_word(u: np.ndarray) -> np.ndarray:
    """The words that throws must reach to be at least ``u``, or a little less than that; 0 for less than 0."""
    return (np.clip(u, 0, 1) * (1 - 1e-9) * 2.0**64).astype(np.uint64)


def part_of(words: np.ndarray, which: int) -> np.ndarray:
    """The first, second, third or fourth (0..3) number from 0 to 65535 in each word: uint16."""
    return (words >> np.uint64(16 * which)).astype(np.uint16)


def as_turns(share: np.ndarray) -> np.ndarray:
    """Shares in [0, 1) as whole numbers from 0 to 65535: a quarter of the memory, and fine enough."""
    return np.minimum(share * 65536, 65535).astype(np.uint16)


def turns(share: float) -> int:
    """How many of the 65,536 turns a share of places holds; all of them at 1."""
    return round(65536 * share)


class Chance:
    """Keyed luck for one run: a seed and the questions asked of it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._stems: dict[str, int] = {}
        self._lifelong: dict[str, np.ndarray] = {}
        self._tables: dict[tuple[str, int], np.ndarray] = {}

    def word(self, question: str, occasion: int = -1) -> np.ndarray:
        """One word for a question and an occasion: a day, a candidate's number, or -1 for a lifelong trait."""
        if occasion == -1:
            word = self._lifelong.get(question)
            if word is None:
                word = self._lifelong[question] = self._hash(question, -1)
            return word
        return self._hash(question, occasion)

    def _hash(self, question: str, occasion: int) -> np.ndarray:
        stem = self._stems.get(question)
        if stem is None:
            digest = blake2b(f"{self.seed}|{question}".encode(), digest_size=8).digest()
            stem = self._stems[question] = int.from_bytes(digest, "little")
        z = (stem + (occasion + 2) * GOLDEN) & ALL_ONES
        z = ((z ^ (z >> 30)) * TIMES1) & ALL_ONES
        z = ((z ^ (z >> 27)) * TIMES2) & ALL_ONES
        return np.array(z ^ (z >> 31), dtype=np.uint64)

    def keys(self, keys: np.ndarray, question: str, occasion: int = -1) -> np.ndarray:
        """New keys made from old ones, for something that belongs to each (a contact, a sign)."""
        return mix(keys, self.word(question, occasion))

    def ask(self, keys: np.ndarray, question: str, occasion: int = -1) -> np.ndarray:
        """A number in [0, 1) for each key; leave ``occasion`` out for a lifelong trait."""
        z = throw(keys, self.word(question, occasion))
        z >>= SHIFT11
        return z * UNIT

    def ask_each(self, keys: np.ndarray, question: str, occasion: np.ndarray, occasions: int) -> np.ndarray:
        """As :meth:`ask`, with each key's own occasion, a whole number below ``occasions`` (an agency, a purpose)."""
        z = throw(keys, self._words(question, occasions)[occasion])
        z >>= SHIFT11
        return z * UNIT

    def keys_each(self, keys: np.ndarray, question: str, occasion: np.ndarray, occasions: int) -> np.ndarray:
        """As :meth:`keys`, with each key's own occasion."""
        return mix(keys, self._words(question, occasions)[occasion])

    def ask_three(self, keys: np.ndarray, question: str, occasion: int = -1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Three numbers in [0, 1) for each key from one word, each in steps of one in two million."""
        z = mix(keys, self.word(question, occasion))
        return (z >> SHIFT43) * UNIT21, ((z >> SHIFT22) & LOW21) * UNIT21, (z & LOW21) * UNIT21

    def words(self, keys: np.ndarray, question: str, occasion: int) -> np.ndarray:
        """A uint64 word for each key, of which :func:`part_of` cuts four separate numbers."""
        return mix(keys, self.word(question, occasion))

    def _words(self, question: str, occasions: int) -> np.ndarray:
        """The words of occasions 0, 1, ... of a question, made once."""
        asked = (question, occasions)
        if asked not in self._tables:
            self._tables[asked] = np.array([self.word(question, k) for k in range(occasions)], dtype=np.uint64)
        return self._tables[asked]

    def bell(self, keys: np.ndarray, question: str, occasion: int = -1) -> np.ndarray:
        """A bell-shaped number for each key, mean 0 and standard deviation 1, at most 3.5 from it.

        The sum of the four 16-bit parts of one word: no logarithm or root that could differ between processors.
        """
        z = mix(keys, self.word(question, occasion))
        total = (z & LOW16) + ((z >> SHIFT16) & LOW16) + ((z >> SHIFT32) & LOW16) + (z >> SHIFT48)
        return (total - BELL_MEAN) / BELL_SD


@dataclass(frozen=True)
class Happening:
    """The candidates of one day: which rows they belong to, what it takes for each to happen, and a key for what follows from it."""

    who: np.ndarray  # int32 row numbers, one a candidate; a row may appear twice
    least: np.ndarray  # float32: it happens when the row's rate today is above this, events a day
    ceiling: np.ndarray | float  # float32: the highest rate the row may have, events a day; one number where all rows have the same
    key: np.ndarray  # uint64, the candidate's own identity


NOTHING_LAID = Happening(*(np.empty(0) for _ in range(4)))


def poisson(u: np.ndarray, expected: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Invert the Poisson distribution: (position, number) of every event in their order, ``number`` counting from 0 at each position.

    ``u`` is one number in [0, 1) a position, ``expected`` the mean there. More than MOST_IN_A_BLOCK at one position is refused.
    """
    below = np.exp(-np.asarray(expected, dtype=float))
    count = (u >= below).astype(np.int64)
    alive = positions(count)
    u, expected, below = (np.broadcast_to(column, count.shape)[alive] for column in (u, expected, below))
    term, k = below, 0
    while alive.size:
        k += 1
        if k > MOST_IN_A_BLOCK:
            raise ValueError(f"over {MOST_IN_A_BLOCK} events expected at once; make the block shorter")
        term = term * expected / k
        below = below + term
        more = positions(u >= below)
        alive, u, expected, below, term = alive[more], u[more], expected[more], below[more], term[more]
        count[alive] += 1
    who = np.repeat(np.arange(count.size), count)
    return who, np.arange(who.size) - np.repeat(np.cumsum(count) - count, count)


def block_length(highest: float) -> int:
    """Days in a block when the highest rate a day of any row is ``highest``: the longest of 84 and 28 in which one is expected, or 7.

    Where a week would bring more than can be counted, one day.
    """
    return next((days for days in (84, 28) if days * highest <= 1), 7 if 7 * highest <= MOST_IN_A_BLOCK / 4 else 1)


class Candidates:
    """Candidate events for one question: a Poisson stream a row at its ceiling rate, laid down a block of days at a time.

    A block is a function of (seed, question, row's key, block number) alone, so it can be thrown away and made again, needs no
    saving, and is the same under every plan.
    """

    def __init__(
        self,
        chance: Chance,
        keys: np.ndarray,
        question: str,
        highest: float,
        level: np.ndarray | None = None,
        of: np.ndarray | None = None,
        tallest: float = 1.0,
        days: int | None = None,
        rows: Callable[[int, int], np.ndarray] | None = None,
    ) -> None:
        """Each row's ceiling is ``highest`` a day times its level, fixed for the run by what no plan can change.

        ``level`` is one number a row, or one a group when ``of`` gives each row's group; left out, every row's is 1. ``tallest`` bounds
        the level whoever lives here, so that the length of a block does not depend on it; ``days`` is that length when given.
        ``rows`` gives, in order, those of which something may come between two days; nothing is laid down for the others.
        """
        self.chance, self.keys, self.question = chance, keys, question
        self.highest, self.level, self.of, self.rows = float(highest), level, of, rows
        self.days = days or block_length(highest * tallest)
        most = 1.0 if level is None else float(level.max(initial=0))
        self.lowest = _as_word(np.array(1 - self.highest * self.days * most)) >> SHIFT32  # few reach this: then a row's own is worked out
        self.block = -1

    def ceiling(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray | float:
        """Highest rate a day of these rows."""
        if self.level is None:
            return self.highest
        return self.highest * self.level[rows if self.of is None else self.of[rows]].astype(float)

    def _some(self, block: int) -> np.ndarray:
        """Rows that may have a candidate in a block, most others being done with at a throw; in pieces that fit the processor's cache.

        A row has one only if its number is at least exp(-x), x of them expected, which is never below 1 - x.
        """
        rows = self.rows(block * self.days, (block + 1) * self.days - 1) if self.rows else None
        keys = self.keys if rows is None else self.keys[rows]
        word, parts = self.chance.word(self.question, block), [np.empty(0, dtype=np.int64)]
        for start in range(0, keys.size, PIECE):
            z = throw(keys[start : start + PIECE], word)
            z >>= SHIFT32
            found = positions(z >= self.lowest)
            some = found + start if rows is None else rows[found + start]
            if self.level is not None:
                some = some[(z[found] + 2.0) * 2.0**-32 >= 1 - self.ceiling(some) * self.days]
            parts.append(some)
        return np.concatenate(parts)

    def on(self, day: int) -> Happening:
        """The candidates whose day this is, in the order of their rows."""
        block, within = divmod(day, self.days)
        if block != self.block:
            self._laid = NOTHING_LAID  # the last block is put away before the next is made
            start, self._laid = self.laid(block)
            self.block, self._from = block, start.tolist()
        part, laid = slice(self._from[within], self._from[within + 1]), self._laid
        ceiling = laid.ceiling[part] if isinstance(laid.ceiling, np.ndarray) else laid.ceiling
        return Happening(laid.who[part], laid.least[part], ceiling, laid.key[part])

    def happens(self, found: Happening, rate: np.ndarray) -> np.ndarray:
        """bool: which of these candidates happen when each one's row has this rate, events a day.

        Raises
        ------
        ValueError
            A rate is above its ceiling: events would be lost without a word.
        """
        if (rate > found.ceiling).any():
            raise ValueError(f"{self.question}: a rate of {rate.max():.3g} a day is above its ceiling; raise the ceiling")
        return found.least < rate

    def laid(self, block: int) -> tuple[np.ndarray, Happening]:
        """All candidates of a block by day, row and number, and where each of its days begins (with the end: one more than days).

        Each row's candidates are counted from one number; each candidate has its day, its mark and its key from its own.
        """
        some = self._some(block)
        ceiling = self.ceiling(some)
        at, number = poisson(self.chance.ask(self.keys[some], self.question, block), ceiling * self.days)
        who = some[at]
        key = self.keys[who] + number.astype(np.uint64) * STEP
        key = self.chance.keys(key, f"{self.question}, candidate", block)
        place = throw(key, FIRST)
        place >>= SHIFT32
        day = (place * whole(self.days) >> SHIFT32).astype(np.uint8)
        order = np.argsort(day, kind="stable")
        key, ceiling = key[order], ceiling[at[order]] if isinstance(ceiling, np.ndarray) else ceiling
        least = (unit_interval(throw(key, SECOND)) * ceiling).astype(np.float32)
        highest = ceiling * (1 + 1e-5)  # a rate worked out in another order may differ in its last digits
        if isinstance(highest, np.ndarray):
            highest = highest.astype(np.float32)
        start = np.append(0, np.cumsum(np.bincount(day, minlength=self.days)))
        return start, Happening(who[order].astype(np.int32), least, highest, key)
