"""The centre's file: encrypted, append-only, upgraded as a whole or not at all."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy.exc
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event

from fieldapp.domain.errors import SituationError
from server import blob_tables, security
from server.db import Database, SqliteDatabase, Turns
from server.rescue_tables import RescueList  # noqa: F401 - and these
from server.security import hash_password, password_fits
from server.services.centre import Centre, open_centre
from server.services.founding import found
from server.settings import KEY_VARIABLE, key_path, store_path
from server.upgrade import upgrade
from tests.contract.fixtures import SignInAs
from tests.contract.force import drop_in
from tests.contract.stored import rows
from tests.contract.tablet import create, decide, submit

KEY = bytes(range(32))

# ------------------------------------------------------------------------- encryption

MARKERS = [f"quokka{number:03d}zanzibar" for number in range(12)]


def sown() -> dict[str, object]:
    """An entry with a marker in every kind of field."""
    one = iter(MARKERS)
    return drop_in(
        title=next(one),
        venue={"name": next(one), "address": next(one)},
        qualitative=next(one),
        information_given=next(one),
        issues=[{"id": next(one), "category": "PARKING", "mentions": 2, "summary": next(one)}],
        handouts=[{"id": "h-1", "type": "LEAFLET", "qty": 1, "title": next(one)}],
        crime_or_incident_ref=next(one),
        operation_name=next(one),
        new_field_of_a_newer_version={"deep": [next(one)]},
        trigger=next(one),
    )


def found_in(folder: Path) -> set[str]:
    """Markers that can be read in any file of the folder."""
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return {marker for marker in MARKERS if marker.encode() in content}


def test_no_file_holds_anything_readable(
    tablet: SignInAs, centre: Centre, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = create(sown())
    priya.send(made, submit(made["record_id"]))
    tom.follow()
    tom.send(decide(made["record_id"], made["body"]))
    priya.send(create(sown() | {"sentiment": 9}))
    assert (folder / "centre.db-wal").stat().st_size > 0
    assert found_in(folder) == set()
    assert not [marker for marker in MARKERS if marker in caplog.text]
    assert rows(centre, "SELECT count(*) FROM revision WHERE body LIKE ?", f"%{MARKERS[3]}%")


def test_the_same_search_finds_every_marker_in_a_plain_file(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "plain.db") as plain:
        plain.execute("CREATE TABLE revision (body TEXT)")
        plain.execute("INSERT INTO revision VALUES (?)", (str(sown()),))
    plain.close()
    assert found_in(tmp_path) == set(MARKERS)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_only_the_owner_can_read_the_folder(folder: Path, centre: Centre) -> None:
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file.name


# -------------------------------------------------------------------------------- keys


def test_a_wrong_key_opens_nothing_and_changes_nothing(folder: Path) -> None:
    before = store_path(folder).read_bytes()
    key_path(folder).write_text("ab" * 32)
    with pytest.raises(SituationError, match="does not open with this key"):
        open_centre(folder)
    assert store_path(folder).read_bytes() == before


def test_a_missing_key_is_said_and_none_is_made(folder: Path) -> None:
    key_path(folder).unlink()
    with pytest.raises(SituationError, match="key file"):
        open_centre(folder)
    assert not key_path(folder).exists()


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 31])
def test_a_key_that_is_none_is_said(folder: Path, text: str) -> None:
    key_path(folder).write_text(text)
    with pytest.raises(SituationError, match="64 hexadecimal digits"):
        open_centre(folder)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_key_others_can_read_is_refused(folder: Path) -> None:
    key_path(folder).chmod(0o644)
    with pytest.raises(SituationError, match="chmod 600"):
        open_centre(folder)


def test_the_key_may_come_from_the_environment(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key_path(folder).read_text())
    key_path(folder).unlink()
    open_centre(folder).close()
    monkeypatch.setenv(KEY_VARIABLE, KEY.hex())
    found(tmp_path / "new").close()
    assert not key_path(tmp_path / "new").exists()
    open_centre(tmp_path / "new").close()


def test_a_second_centre_is_never_made_over_a_first(folder: Path) -> None:
    before = store_path(folder).read_bytes()
    with pytest.raises(SituationError, match="already"):
        found(folder)
    key_path(folder).unlink()
    with pytest.raises(SituationError, match="already"):
        found(folder)
    assert store_path(folder).read_bytes() == before


def test_where_there_is_no_centre_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SituationError, match="fieldapp-server init"):
        open_centre(tmp_path)


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.db.sqlite.dbapi2.sqlite_version_info", (3, 51, 1))
    with pytest.raises(SituationError, match="too old"):
        SqliteDatabase(tmp_path / "a.db", KEY)


def test_commits_wait_for_the_disk(centre: Centre) -> None:
    with centre.db.write() as connection:
        asked = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        ]
    assert asked == [2, "wal", 1]


# -------------------------------------------------------------------------- append-only


@pytest.mark.parametrize("table", ["revision", "ledger", "audit"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}"])
def test_what_is_kept_for_ever_cannot_be_changed(
    tablet: SignInAs, centre: Centre, table: str, statement: str
) -> None:
    tablet("of-priya").send(create())
    before = rows(centre, f"SELECT * FROM {table}")
    assert before
    with (
        pytest.raises(sqlalchemy.exc.IntegrityError, match="append-only"),
        centre.db.write() as connection,
    ):
        connection.exec_driver_sql(statement.format(table))
    assert rows(centre, f"SELECT * FROM {table}") == before


# --------------------------------------------------------------------------- migrations


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = SqliteDatabase(tmp_path / "empty.db", KEY)
    yield database
    database.close()


def schema(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name")
        return [(row[0], row[1]) for row in found]


def test_the_steps_lead_to_the_tables_the_program_uses(empty: Database) -> None:
    assert upgrade(empty)
    assert not upgrade(empty)
    with empty.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, blob_tables.Upload.metadata)
    assert differences == []


def test_an_upgrade_that_is_cut_short_at_any_statement_leaves_the_store_as_it_was(
    empty: Database,
) -> None:
    engine = empty._writer
    at = 0
    seen = 0

    def cut(*_args: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            raise OSError("the power went")

    event.listen(engine, "before_cursor_execute", cut)
    while True:
        at, seen = at + 1, 0
        try:
            upgrade(empty)
        except OSError:
            assert schema(empty) == []
        else:
            break
    event.remove(engine, "before_cursor_execute", cut)
    assert at > 25
    assert not upgrade(empty)


def test_a_store_of_a_newer_version_is_left_alone(folder: Path, centre: Centre) -> None:
    with centre.db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = schema(centre.db)
    with pytest.raises(SituationError, match="newer Fieldapp"):
        open_centre(folder)
    assert schema(centre.db) == before


def test_a_step_that_would_break_a_reference_is_undone(centre: Centre) -> None:
    before = schema(centre.db)

    def step() -> None:
        with centre.db.upkeep() as connection:
            connection.exec_driver_sql("CREATE TABLE more (n INTEGER)")
            connection.exec_driver_sql("DELETE FROM record WHERE record_type = 'SETTINGS'")

    with pytest.raises(SituationError, match="hold together"):
        step()
    assert schema(centre.db) == before
    with centre.db.write() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_steps_use_nothing_that_may_change_later() -> None:
    folder = Path(upgrade.__code__.co_filename).parent / "migrations" / "versions"
    for step in folder.glob("[0-9]*.py"):
        modules = re.findall(r"^\s*(?:from|import) (\w+)", step.read_text(), re.MULTILINE)
        assert set(modules) <= {"sqlalchemy", "alembic", *sys.stdlib_module_names}, step.name


# -------------------------------------------------------------------------------- turns


def test_writers_get_their_turn_in_the_order_of_asking() -> None:
    turns = Turns()
    order: list[int] = []
    turns.acquire()
    threads = []

    def work(number: int) -> None:
        turns.acquire()
        order.append(number)
        turns.release()

    for number in range(20):
        thread = threading.Thread(target=work, args=(number,))
        thread.start()
        while turns.waiting != number + 1:
            thread.join(0.001)
        threads.append(thread)
    turns.release()
    for thread in threads:
        thread.join(10)
    assert order == list(range(20))
    assert turns.waiting == 0


def test_writers_at_once_lose_nothing(centre: Centre) -> None:
    def work() -> None:
        for _ in range(25):
            with centre.db.write() as connection:
                n = connection.exec_driver_sql("SELECT durable FROM head").scalar_one()
                connection.exec_driver_sql("UPDATE head SET durable = ?", (n + 1,))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert rows(centre, "SELECT durable FROM head") == [(100,)]


# ----------------------------------------------------------------------------- passwords


@pytest.fixture
def in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords as slow as they really are; other tests make them cheap."""
    monkeypatch.setattr(security, "_hasher", security.slow_on_purpose())


@pytest.mark.usefixtures("in_earnest")
def test_passwords_are_stored_as_argon2id_at_the_strength_we_say() -> None:
    stored = hash_password("three plain words")
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", stored)
    assert password_fits(stored, "three plain words")
    assert not password_fits(stored, "three plain word")
    assert not password_fits(None, "three plain words")
    assert not password_fits("no hash at all", "three plain words")


@pytest.mark.usefixtures("in_earnest")
def test_an_unknown_account_costs_as_much_as_a_known_one() -> None:
    assert security._NOBODY.startswith(hash_password("x").rsplit("$", 2)[0])
