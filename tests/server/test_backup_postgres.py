"""The same backups when the store is on a PostgreSQL server, and the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fieldapp.domain.errors import SituationError
from fieldapp.system import random_bytes
from server.cli.commands import main
from server.db import PostgresDatabase
from server.security import keep_key, read_key
from server.services.backup.making import back_up
from server.services.backup.restoring import restore, restore_into
from server.services.centre import Centre, open_centre
from tests.conftest import FixedClock
from tests.contract.ports import InProcess
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, decide, submit
from tests.e2e.centre import sql
from tests.rig.postgres import Cluster


@pytest.fixture
def emptied(cluster: Cluster) -> Iterator[PostgresDatabase]:
    with psycopg.connect(cluster.address("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS backups WITH (FORCE)")
        connection.execute("CREATE DATABASE backups TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    made = PostgresDatabase(cluster.address("backups"))
    yield made
    made.close()


def worked_in(centre: Centre) -> str:
    """An approved entry and one that is held; the id of the first."""
    priya, tom = Tablet(InProcess(centre), "of-priya"), Tablet(InProcess(centre), "of-tom")
    entry = create()
    priya.send(entry, submit(entry["record_id"]))
    tom.send(decide(entry["record_id"], entry["body"]))
    priya.send(create({"engagement_type": "DROP_IN", "lpt_code": "LI"}))
    return str(entry["record_id"])


def test_from_a_file_to_a_server_and_a_backup_of_that_and_back_it_is_the_same_store(
    folder: Path, tmp_path: Path, clock: FixedClock, emptied: PostgresDatabase
) -> None:
    centre = open_centre(folder, clock=clock)
    entry = worked_in(centre)
    key = read_key(folder)
    backup = back_up(centre, folder, tmp_path / "shelf", key).file
    centre.close()
    restored = restore_into(emptied, folder, backup.path, key, clock=clock, random=random_bytes)
    on_server = Centre(emptied, clock)
    assert rows(on_server, "SELECT epoch, durable FROM head") == [(restored.epoch, 0)]
    assert rows(on_server, "SELECT review_status FROM record WHERE id = ?", entry) == [
        ("APPROVED",)
    ]
    with emptied.write() as connection:
        connection.exec_driver_sql("UPDATE device SET name = 'renamed on the server'")
    clock.advance(minutes=1)
    made = back_up(on_server, folder, tmp_path / "shelf", key)
    assert rows(on_server, "SELECT durable FROM head") == [(made.file.seq,)]
    back = tmp_path / "back"
    restore(back, made.file.path, key, clock=clock, random=random_bytes)
    keep_key(back, key)
    assert set(sql(back, "SELECT name FROM device")) == {("renamed on the server",)}


def test_a_database_that_holds_something_is_not_touched(
    folder: Path, tmp_path: Path, clock: FixedClock, emptied: PostgresDatabase
) -> None:
    centre = open_centre(folder, clock=clock)
    key = read_key(folder)
    backup = back_up(centre, folder, tmp_path / "shelf", key).file
    centre.close()
    with emptied.write() as connection:
        connection.exec_driver_sql("CREATE TABLE somebodys (n BIGINT)")
    with pytest.raises(SituationError, match="something in that database already"):
        restore_into(emptied, folder, backup.path, key, clock=clock, random=random_bytes)
    with emptied.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM somebodys").scalar_one() == 0


def test_an_older_backup_goes_into_a_database_only_when_that_is_said(
    folder: Path, tmp_path: Path, clock: FixedClock, cluster: Cluster, emptied: PostgresDatabase
) -> None:
    centre = open_centre(folder, clock=clock)
    key = read_key(folder)
    older = back_up(centre, folder, tmp_path / "shelf", key).file
    clock.advance(minutes=1)
    worked_in(centre)
    newer = back_up(centre, folder, tmp_path / "shelf", key).file
    centre.close()
    with pytest.raises(SituationError, match=f"newer backup than .*{newer.path.name}"):
        restore_into(emptied, folder, older.path, key, clock=clock, random=random_bytes)
    assert emptied.is_empty()
    command = ["restore", "--data-dir", str(folder), "--from", str(older.path)]
    command += ["--database", cluster.address("backups")]
    assert main(command) == 1
    assert main([*command, "--even-if-older"]) == 0


def test_the_command_puts_a_backup_into_a_database(
    folder: Path, tmp_path: Path, clock: FixedClock, cluster: Cluster, emptied: PostgresDatabase
) -> None:
    centre = open_centre(folder, clock=clock)
    backup = back_up(centre, folder, tmp_path / "shelf", read_key(folder)).file
    centre.close()
    command = ["restore", "--data-dir", str(folder), "--from", str(backup.path)]
    assert main([*command, "--database", cluster.address("backups")]) == 0
    assert main([*command, "--database", cluster.address("backups")]) == 1
    with emptied.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM officer").scalar_one() == 9
