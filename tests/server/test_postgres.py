"""PostgreSQL as the store: found by one setting, and what is wrong with it said in words."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy.exc
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from fieldapp.domain.errors import SituationError
from server.app import make_app
from server.cli.commands import main
from server.db import PostgresDatabase, hold_last, hold_records, postgres
from server.db.statements import for_postgres
from server.services.accounts import close_account
from server.services.centre import Centre, open_centre
from server.services.founding import found
from server.settings import DATABASE_VARIABLE, database_path
from server.tables import Table
from server.upgrade import upgrade
from tests.conftest import FixedClock
from tests.contract.ports import InProcess, OverHttp, RefusedError, answering
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create
from tests.rig.postgres import GUARDED, PASSWORD, Cluster


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The address of a database with nothing in it."""
    cluster.sql("CREATE DATABASE nothing TEMPLATE template0")
    yield cluster.address("nothing")
    cluster.drop("nothing")


@pytest.fixture
def on_postgres(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock
) -> Iterator[Centre]:
    """The small force in a database."""
    force = request.getfixturevalue("force_database")
    force.rewind()
    centre = open_centre(force.folder, clock=clock)
    yield centre
    centre.close()


# --------------------------------------------------------------------------------- one setting


def test_a_centre_is_made_in_a_database_and_found_there_again(
    empty: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "centre"
    assert main(["init", "--data-dir", str(folder), "--database", empty]) == 0
    if os.name == "posix":
        assert stat.S_IMODE(database_path(folder).stat().st_mode) == 0o600
    assert main(["audit", "verify", "--data-dir", str(folder)]) == 0
    assert "The trail is whole" in capsys.readouterr().out
    assert not (folder / "centre.db").exists()


def test_the_environment_may_name_the_database(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, empty)
    found(tmp_path / "centre").close()
    assert not database_path(tmp_path / "centre").exists()
    open_centre(tmp_path / "centre").close()


def test_what_is_cut_short_leaves_the_database_empty(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_args: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr("server.services.founding.meeting_ledger.refresh_all", power_cut)
    with pytest.raises(OSError, match="power"):
        found(tmp_path / "centre", database=empty)
    assert list((tmp_path / "centre").iterdir()) == []
    database = PostgresDatabase(empty)
    assert database.is_empty()
    database.close()


def test_a_file_others_can_read_is_refused(empty: str, tmp_path: Path) -> None:
    found(tmp_path / "centre", database=empty).close()
    database_path(tmp_path / "centre").chmod(0o644)
    with pytest.raises(SituationError, match="chmod 600"):
        open_centre(tmp_path / "centre")


# ------------------------------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://here/db", "not the address of a PostgreSQL database"),
        ("not an address", "not the address of a PostgreSQL database"),
        ("postgresql://a:b@db.force.example/centre", "how the line to it is protected"),
        ("postgresql://a@127.0.0.1:1/centre", "does not answer. Is it running"),
    ],
)
def test_an_address_that_leads_nowhere_is_said(address: str, words: str) -> None:
    with pytest.raises(SituationError, match=words):
        PostgresDatabase(address)


def test_a_wrong_password_and_a_missing_database_are_said(cluster: Cluster) -> None:
    cluster.sql(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(SituationError, match="does not take this user name and password"):
        PostgresDatabase(cluster.address("postgres", user=GUARDED, password="another"))
    with pytest.raises(SituationError, match="There is no database missing"):
        PostgresDatabase(cluster.address("missing"))


def test_a_database_in_use_is_left_alone(empty: str, tmp_path: Path) -> None:
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE TABLE somebodys (n INT)")
    with pytest.raises(SituationError, match="something in that database already"):
        found(tmp_path / "centre", database=empty)
    assert list((tmp_path / "centre").iterdir()) == []


def test_an_old_server_is_refused(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "OLDEST_POSTGRES", 99)
    with pytest.raises(SituationError, match="99 or newer is needed"):
        PostgresDatabase(empty)


def test_a_database_that_sorts_otherwise_is_refused_with_the_command_that_helps(
    cluster: Cluster,
) -> None:
    cluster.sql("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'")
    with pytest.raises(SituationError, match="createdb --template=template0 --encoding=UTF8"):
        PostgresDatabase(cluster.address("latin"))
    cluster.drop("latin")


def test_while_it_is_away_tablets_are_told_to_come_back_and_nothing_needs_a_restart(
    on_postgres: Centre, cluster: Cluster
) -> None:
    with answering(make_app(on_postgres)) as client:
        who = Tablet(OverHttp(client), "of-priya")
        entry = create()
        cluster.stop(mode="immediate")
        with pytest.raises(RefusedError, match="busy") as caught:
            who.send(entry)
        assert caught.value.retry_after == 5
        cluster.start()
        assert who.send(entry)[0]["status"] == "applied"


# ------------------------------------------------------------------------------ tables, statements


def test_the_steps_lead_to_the_same_tables_there(empty: str) -> None:
    database = PostgresDatabase(empty)
    assert upgrade(database)
    assert not upgrade(database)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    with psycopg.connect(empty) as connection:
        counters = "SELECT count(*) FROM pg_class WHERE relkind = 'S'"
        assert connection.execute(counters).fetchall() == [(0,)], "nothing may count by itself"
    database.close()


@pytest.mark.parametrize("table", ["revision", "ledger", "audit"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_kept_for_ever_cannot_be_changed_there(
    on_postgres: Centre, table: str, statement: str
) -> None:
    Tablet(InProcess(on_postgres), "of-priya").send(create())
    before = rows(on_postgres, f"SELECT * FROM {table}")
    said = statement.format(table).replace("hash", "hash" if table == "audit" else "device_id")
    with (
        pytest.raises(sqlalchemy.exc.DatabaseError, match=r"append-only|foreign key"),
        on_postgres.db.write() as connection,
    ):
        connection.exec_driver_sql(said)
    assert rows(on_postgres, f"SELECT * FROM {table}") == before


def test_commits_wait_for_the_disk_there(on_postgres: Centre) -> None:
    with on_postgres.db.write() as connection:
        asked = [
            connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("synchronous_commit", "transaction_isolation", "lock_timeout")
        ]
    assert asked == ["on", "read committed", "20s"]
    with on_postgres.db.read() as connection:
        level = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()
        assert level == "repeatable read"


def test_statements_are_put_into_its_own_words() -> None:
    asked = "SELECT '?%' FROM t WHERE a = ? AND b IN (SELECT value FROM json_each(?))"
    assert for_postgres(asked) == (
        "SELECT '?%%' FROM t WHERE a = %s AND b IN "
        "(SELECT value FROM json_array_elements_text(CAST(%s AS json)))"
    )
    assert "CAST(n.successors AS json)" in for_postgres("FROM n, json_each(n.successors) s")


# ---------------------------------------------------------------------------------------- locks


def test_nothing_is_locked_after_the_last_lock(on_postgres: Centre, centre: Centre) -> None:
    for one in (on_postgres, centre):
        with one.db.write() as connection:
            hold_records(connection, ["a"])
            hold_last(connection)
            with pytest.raises(RuntimeError, match="after the last lock"):
                hold_records(connection, ["b"])
        with one.db.write() as connection:
            hold_records(connection, ["b"])


def test_an_account_is_closed_before_or_after_a_push_and_not_in_its_midst(
    on_postgres: Centre,
) -> None:
    who = Tablet(InProcess(on_postgres), "of-priya")

    def meanwhile(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        connection.exec_driver_sql(
            "UPDATE officer SET active = ? WHERE force_no = 'priya'", (False,)
        )

    from server.db import hold_signed_in
    from server.security import token_hash

    with on_postgres.db.write() as pushing:
        hold_signed_in(pushing, token_hash(who.token))
        with (
            pytest.raises(sqlalchemy.exc.OperationalError, match="lock timeout"),
            on_postgres.db.write() as closing,
        ):
            meanwhile(closing)
    close_account(on_postgres, "priya")
    assert who.send(create())[0]["status"] == "quarantined"
