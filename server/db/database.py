"""What the rest of the centre knows of its database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from sqlalchemy import Connection, Engine

from server.db.turns import Turns

ROW_BY_ROW = {"stream_results": True, "max_row_buffer": 500}
"""Execution options of a statement whose rows need not fit into memory all at once."""


class Database(ABC):
    """One store with writers and readers; which database it is does not matter to those."""

    turns: Turns
    """Who waits to write."""
    _writer: Engine

    @abstractmethod
    def write(self) -> AbstractContextManager[Connection]:
        """One transaction that is there as a whole, on disk, when this ends, or not at all."""

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """One snapshot: everything read inside belongs to the same moment."""

    @abstractmethod
    def upkeep(self) -> AbstractContextManager[Connection]:
        """One transaction in which tables themselves may be changed.

        Raises:
            SituationError: the result would break a reference; nothing is changed.
        """

    @abstractmethod
    def without_waiting(self) -> AbstractContextManager[None]:
        """Do not wait for the disk after every transaction, only once at the end.

        For filling a store that nobody uses yet: if it is cut short, the store is thrown away.
        """

    @abstractmethod
    def close(self) -> None:
        """Let it go in good order."""
