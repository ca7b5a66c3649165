"""Rows that grow: a few named columns of fixed type, for signs, cases, events."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def positions(wanted: np.ndarray) -> np.ndarray:
    """Where a column is true, or not zero: as ``np.flatnonzero``, without its detours, which cost more than most columns here."""
    return wanted.nonzero()[0]


def among(values: np.ndarray, some: np.ndarray) -> np.ndarray:
    """bool: which of these whole numbers are among some others."""
    if not some.size:
        return np.zeros(values.size, dtype=bool)
    ordered = np.sort(some)
    return ordered[np.minimum(np.searchsorted(ordered, values), some.size - 1)] == values


class Table:
    """Named columns of equal length that grow by whole batches.

    ``table["day"]`` is a view of the rows in use: writing into it changes the table, and it must be asked for again after
    :meth:`add`, which may move the storage.
    """

    def __init__(self, columns: Mapping[str, str], room: int = 256) -> None:
        self._columns = {name: np.empty(room, dtype=dtype) for name, dtype in columns.items()}
        self._room, self.size = room, 0

    def __getitem__(self, name: str) -> np.ndarray:
        return self._columns[name][: self.size]

    def __len__(self) -> int:
        return self.size

    def add(self, count: int, **values: np.ndarray | float) -> np.ndarray:
        """Append ``count`` rows, one value or array a column, and return their row numbers."""
        end = self.size + count
        if end > self._room:
            self._room = max(end, self._room + self._room // 16 + 1024)
            for name, column in self._columns.items():
                grown = np.empty(self._room, dtype=column.dtype)
                grown[: self.size] = column[: self.size]
                self._columns[name] = grown
        for name, column in self._columns.items():
            column[self.size : end] = values[name]
        rows = np.arange(self.size, end)
        self.size = end
        return rows

    def keep(self, wanted: np.ndarray) -> None:
        """Drop every row where ``wanted`` is False; the others keep their order."""
        rows = positions(wanted)
        if rows.size < self.size:
            first, self.size = int(np.argmin(wanted)), rows.size  # rows before the first that is dropped stay where they are
            for column in self._columns.values():
                column[first : self.size] = column[rows[first:]]

    def drop_first(self, count: int) -> None:
        """Drop the first ``count`` rows; the others move up."""
        kept = self.size - count
        for column in self._columns.values():
            column[:kept] = column[count : self.size].copy()
        self.size = kept

    def reorder(self, order: np.ndarray) -> None:
        """Put the rows into another order."""
        for column in self._columns.values():
            column[: self.size] = column[: self.size][order]

    def state(self) -> dict[str, np.ndarray]:
        """The rows in use, for saving."""
        return {name: column[: self.size].copy() for name, column in self._columns.items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Put saved rows back."""
        sizes = {column.size for column in state.values()}
        self.size = self._room = sizes.pop() if sizes else 0
        for name, column in self._columns.items():
            self._columns[name] = np.array(state[name], dtype=column.dtype)
