"""A transaction: statements go straight to the driver, and what was touched is told."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from fieldapp.domain.clock import Clock
from fieldapp.domain.content import Json

Row = tuple[Any, ...]
Values = Sequence[Any]


class Tx:
    """Statements of one transaction, or of one consistent reading.

    ``touched`` collects the record types that changed; whoever listens to the store is told after
    the commit.
    """

    __slots__ = ("_connection", "clock", "touched")

    def __init__(self, connection: Any, clock: Clock) -> None:  # noqa: ANN401 - untyped driver
        self._connection = connection
        self.clock = clock
        self.touched: set[str] = set()

    def run(self, statement: str, values: Values = ()) -> int:
        """Carry out a statement; the number of rows it changed."""
        return int(self._connection.execute(statement, values).rowcount)

    def insert(self, statement: str, values: Values = ()) -> int:
        """Carry out an insert; the number of the new row."""
        return int(self._connection.execute(statement, values).lastrowid)

    def run_many(self, statement: str, rows: Iterable[Values]) -> None:
        """Carry out a statement once for each row."""
        self._connection.executemany(statement, rows)

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        """All rows of a query."""
        found: list[Row] = self._connection.execute(statement, values).fetchall()
        return found

    def each(self, statement: str, values: Values = ()) -> Generator[Row, None, None]:
        """Rows of a query one at a time, for a reader that may stop early."""
        cursor = self._connection.execute(statement, values)
        try:
            yield from cursor
        finally:
            cursor.close()

    def row(self, statement: str, values: Values = ()) -> Row | None:
        """The first row of a query, or ``None``."""
        found: Row | None = self._connection.execute(statement, values).fetchone()
        return found

    def number(self, statement: str, values: Values = ()) -> int:
        """The first column of the first row as a number, 0 when there is none."""
        found = self._connection.execute(statement, values).fetchone()
        return int(found[0] or 0) if found else 0

    def get(self, name: str) -> str | None:
        """A single value kept under a name."""
        found = self.row("SELECT value FROM meta WHERE name=?", (name,))
        return None if found is None else str(found[0])

    def put(self, name: str, value: str) -> None:
        """Keep a single value under a name."""
        self.run("INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)", (name, value))


_SURROGATE = re.compile("[\ud800-\udfff]")


def dump(value: Json) -> str:
    """JSON text as the store keeps it."""
    return paired(_encode(value))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Made once: ``json.dumps`` with options of its own makes one for every value."""


def paired(text: str) -> str:
    """The text with half characters replaced: no file or message can hold them.

    A keyboard that is cut off in the middle of an emoji leaves one behind.
    """
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def all_paired(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value with ``paired`` texts, also those inside it."""
    if isinstance(value, str):
        return paired(value)
    if isinstance(value, dict):
        return {all_paired(name): all_paired(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [all_paired(part) for part in value]
    return value


def load(text: str) -> Json:
    """A JSON object of the store."""
    value: Json = json.loads(text)
    return value


def marks(count: int) -> str:
    """Question marks for ``count`` values in a statement."""
    return ",".join("?" * count)
