"""The centre's store on a PostgreSQL server: many writers, one order, durable."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from fieldapp.domain.errors import SituationError
from server.db.database import Database
from server.db.statements import for_postgres
from server.db.turns import Turns

OLDEST_POSTGRES = 13
WRITERS = 8
_READERS = 12
_CONNECT_SECONDS = 10
_SESSION = {
    "application_name": "fieldapp-centre",
    "synchronous_commit": "on",
    "lock_timeout": "20s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "120s",
    # Every statement has its index. A plan made while a table was small, without it, would stay
    # with its connection until the table is next analysed, a hundred times slower by then.
    "enable_seqscan": "off",
    "jit": "off",  # it costs more than our short statements take
}
_SET = "SELECT " + ",".join(f"set_config('{name}', '{to}', false)" for name, to in _SESSION.items())
_PATIENT = (
    "SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true), "
    "set_config('idle_in_transaction_session_timeout', '0', true)"
)
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('fieldapp upkeep', 0))"
_SUITS = "SELECT current_setting('server_encoding') = 'UTF8' AND 'B' < 'a' AND 'a-b' < 'aa'"
_OWN = (
    "= current_schema()::regnamespace AND NOT EXISTS "
    # What belongs to an extension was put there by the server's keepers.
    "(SELECT 1 FROM pg_depend WHERE objid = x.oid AND deptype = 'e')"
)
_ANYTHING = f"SELECT count(*) FROM pg_class x WHERE relnamespace {_OWN}"  # noqa: S608 - our words
_TABLES = f"SELECT oid::regclass FROM pg_class x WHERE relkind = 'r' AND relnamespace {_OWN}"  # noqa: S608
_FUNCTIONS = f"SELECT oid::regprocedure FROM pg_proc x WHERE pronamespace {_OWN}"  # noqa: S608


class PostgresDatabase(Database):
    """One database of a PostgreSQL server, with some writers and some readers.

    Writers read what is committed at each statement and hold what they change; readers have one
    snapshot. How they keep from locking each other up is in ``server.db.locks``.

    Args:
        address: ``postgresql://user:password@host/name?sslmode=verify-full``.

    Raises:
        SituationError: it is no address, cannot be reached or entered, or does not suit.
    """

    def __init__(self, address: str) -> None:
        self.url = _read(address)
        self.turns = Turns(WRITERS)
        self._hurried = False
        committed = psycopg.IsolationLevel.READ_COMMITTED
        snapshot = psycopg.IsolationLevel.REPEATABLE_READ
        self._writer = _engine(self.url, committed, connections=WRITERS, read_only=False)
        self._reader = _engine(self.url, snapshot, connections=_READERS, read_only=True)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def _check(self) -> None:
        try:
            with self.read() as connection:
                driver: Any = connection.connection.driver_connection
                version = driver.info.server_version
                suits = connection.exec_driver_sql(_SUITS).scalar_one()
        except DBAPIError as error:
            raise SituationError(_why(self.url, error), code="database") from None
        if version < OLDEST_POSTGRES * 10_000:
            raise SituationError(
                f"The database at {_place(self.url)} is PostgreSQL {version // 10_000}; "
                f"{OLDEST_POSTGRES} or newer is needed. Nothing was changed.",
                code="database_old",
            )
        if not suits:
            raise SituationError(
                f"The database {self.url.database} does not sort text by its bytes, or is not in "
                "UTF-8. Make one with: createdb --template=template0 --encoding=UTF8 --locale=C "
                f"{self.url.database}",
                code="database_order",
            )

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is there as a whole, on disk, when this returns, or not at all."""
        self.turns.acquire()
        try:
            with self._writer.begin() as connection:
                if self._hurried:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield connection
        finally:
            self.turns.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot: everything read inside belongs to the same moment."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def upkeep(self) -> Iterator[Connection]:
        """One transaction, alone with tables: it waits for as long as it takes."""
        with self.write() as connection:
            connection.exec_driver_sql(_PATIENT)
            connection.exec_driver_sql(_ALONE)
            yield connection

    @contextmanager
    def without_waiting(self) -> Iterator[None]:
        """Do not wait for the disk after every transaction, only once at the end."""
        self._hurried = True
        try:
            yield
        finally:
            self._hurried = False
            # The log is written in order: once this is on disk, so is everything before it.
            with self.write() as connection:
                connection.exec_driver_sql("SELECT pg_current_xact_id()")

    def is_empty(self) -> bool:
        """True when nobody has put anything into it yet."""
        with self.read() as connection:
            return bool(connection.exec_driver_sql(_ANYTHING).scalar_one() == 0)

    def clear(self) -> None:
        """Drop everything; only for a centre that was just begun in an empty database."""
        with self.upkeep() as connection:
            for (table,) in connection.exec_driver_sql(_TABLES).fetchall():
                connection.exec_driver_sql(f"DROP TABLE {table} CASCADE")
            for (function,) in connection.exec_driver_sql(_FUNCTIONS).fetchall():
                connection.exec_driver_sql(f"DROP FUNCTION {function}")

    def close(self) -> None:
        """Let the connections go."""
        self._reader.dispose()
        self._writer.dispose()


def _read(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise SituationError(
            "That is not the address of a PostgreSQL database. Write it like "
            "postgresql://fieldapp:PASSWORD@HOST/fieldapp?sslmode=verify-full",
            code="database_address",
        )
    url = url.set(drivername="postgresql+psycopg")
    host = url.host or ""
    if host and not _is_here(host) and "sslmode" not in url.query:
        raise SituationError(
            f"{host} is another machine: say in the address how the line to it is protected, with "
            "?sslmode=verify-full and, for a certificate of the force's own, &sslrootcert=FILE",
            code="database_tls",
        )
    return url.update_query_dict({"connect_timeout": str(_CONNECT_SECONDS)})


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _place(url: URL) -> str:
    folder = url.query.get("host")
    return url.host or (folder if isinstance(folder, str) else "this machine")


def _why(url: URL, error: DBAPIError) -> str:
    said = str(error.orig)
    place = _place(url)
    if "password" in said:
        return f"The database at {place} does not take this user name and password."
    if "does not exist" in said:
        return (
            f"There is no database {url.database} for {url.username or 'this user'} at {place}. "
            "Make one with: createdb --template=template0 --encoding=UTF8 --locale=C "
            f"{url.database}"
        )
    if "certificate" in said or "SSL" in said:
        return f"The line to the database at {place} cannot be protected: {said.splitlines()[-1]}"
    return (
        f"The database at {place} does not answer. Is it running, and may this machine reach it? "
        "Nothing was changed."
    )


def _engine(
    url: URL, isolation: psycopg.IsolationLevel, *, connections: int, read_only: bool
) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,  # they are what officers wrote
    )

    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's hook
        connection.autocommit = True
        connection.execute(_SET)
        connection.autocommit = False
        connection.isolation_level = isolation
        connection.read_only = read_only

    event.listen(engine, "connect", on_connect, insert=True)
    event.listen(engine, "before_cursor_execute", _translate, retval=True)
    return engine


def _translate(
    _connection: Connection,
    _cursor: object,
    statement: str,
    values: Any,  # noqa: ANN401 - SQLAlchemy's hook
    context: Any,  # noqa: ANN401
    _many: bool,
) -> tuple[str, Any]:
    """What SQLAlchemy wrote itself is PostgreSQL's already."""
    if context is not None and context.compiled is None:
        statement = for_postgres(statement)
    return statement, values
