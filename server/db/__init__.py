"""The centre's database: SQLite (one encrypted file) or PostgreSQL, behind one ``Database``.

**How statements are written.** Once, for both. ``connection.exec_driver_sql(statement, values)``,
and:

- ``?`` for every value, also for booleans (``active = ?`` with ``False``; a column that is one may
  stand alone: ``AND NOT deleted``). Never ``= 0``, ``= 1``.
- A list goes in as JSON text: ``id IN (SELECT value FROM json_each(?))`` for text,
  ``n IN (SELECT CAST(value AS BIGINT) FROM json_each(?))`` for numbers.
- A value that may be ``NULL`` only in a place whose type is plain (``x = ?``, ``VALUES (?)``);
  ``? IS NULL`` is not. No ``IS ?``; write two statements.
- ``ON CONFLICT (...) DO UPDATE SET n = table_name.n + excluded.n`` with the table's name, and
  ``RETURNING``. No ``INSERT OR ...``, ``rowid``, ``GLOB``, ``ifnull``, ``max(a, b)`` of values,
  ``group_concat``, ``PRAGMA``. ``CAST(sum(n) AS BIGINT)``. ``ORDER BY`` what may be ``NULL`` says
  ``NULLS FIRST`` or ``NULLS LAST``.
- Numbers that are counted up come from ``max(n)`` or a counter row read after ``hold_last``, never
  from the database (no ``AUTOINCREMENT``, ``SERIAL``, ``nextval``): a number that is given out
  before its transaction is committed loses rows for those who read by it.
- Text is compared by its bytes on both. No NUL characters in text.

In migrations: ``sa.Column("n", sa.BigInteger(), autoincrement=False)`` for numbers; what only
SQLite understands is asked of ``op.get_bind().dialect.name``.

**What a writer holds, and in which order** (``server.db.locks``): the tablet (``hold_signed_in``,
``hold_device``), then rows of accounts, then every record it may change, in one call
(``hold_records``), then whatever else; and last, once and for all, the head (``hold_last``, or by
``take_numbers``). Records are read after they are held. The trail, custody, ledger, revisions,
feed, projections and references are written under the last lock only; they take it themselves.
Records of the centre itself (meeting ledger, accounts, settings) are read and changed under the
last lock. Who breaks the order is stopped with an error, on SQLite too.
"""

from server.db.database import ROW_BY_ROW, Database
from server.db.locks import (
    THE_CENTRE,
    has_last,
    hold_device,
    hold_last,
    hold_name,
    hold_records,
    hold_signed_in,
    holds,
    take_numbers,
)
from server.db.passing import is_passing
from server.db.postgres import PostgresDatabase
from server.db.sqlite import SqliteDatabase
from server.db.turns import Turns

__all__ = [
    "ROW_BY_ROW",
    "THE_CENTRE",
    "Database",
    "PostgresDatabase",
    "SqliteDatabase",
    "Turns",
    "has_last",
    "hold_device",
    "hold_last",
    "hold_name",
    "hold_records",
    "hold_signed_in",
    "holds",
    "is_passing",
    "take_numbers",
]
