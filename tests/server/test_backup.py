"""Backups: made while the centre serves, whole or not at all, and only verified ones count."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlcipher3 import dbapi2

from fieldapp.domain.errors import SituationError
from server.cli.commands import main
from server.db import SqliteDatabase
from server.security import read_key
from server.services.backup import checking, making, snapshot
from server.services.backup.copying import TABLES, copy_tables, prints_of
from server.services.backup.files import PARTIAL, BackupFile, backups_in, name_of
from server.services.backup.making import Made, Newest, back_up
from server.services.backup.schedule import Plan, is_due
from server.services.centre import Centre
from server.settings import key_path
from server.upgrade import upgrade
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.ports import InProcess, Port
from tests.contract.stored import rows
from tests.contract.tablet import create, decide, submit


@pytest.fixture
def port(centre: Centre) -> Port:
    """What is said over the wire is not what these tests are about."""
    return InProcess(centre)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where backups go."""
    return tmp_path / "shelf"


def made(centre: Centre, folder: Path, shelf: Path, keep: int = 14) -> Made:
    return back_up(centre, folder, shelf, read_key(folder), keep=keep)


def worked_in(tablet: SignInAs) -> None:
    """A force that has done something: entries, a decision, something held, old hands."""
    priya, tom = tablet("of-priya"), tablet("of-tom")
    for _ in range(3):
        entry = create()
        priya.send(entry, submit(entry["record_id"]))
        tom.follow()
        tom.send(decide(entry["record_id"], entry["body"]))
    priya.send(create({"engagement_type": "DROP_IN", "lpt_code": "LI"}), {"op_id": "nonsense"})


def head(centre: Centre) -> tuple[int, int]:
    ((seq, durable),) = rows(centre, "SELECT seq, durable FROM head")
    return seq, durable


# ---------------------------------------------------------------------------- a good one


def test_a_verified_backup_moves_the_mark_up_to_which_everything_is_safe(
    tablet: SignInAs, centre: Centre, folder: Path, shelf: Path
) -> None:
    worked_in(tablet)
    priya = tablet("of-priya")
    assert priya.page()["durable"] == 0
    seq = head(centre)[0]
    backup = made(centre, folder, shelf)
    assert backup.file.seq == seq
    assert priya.page()["durable"] == seq
    assert priya.push()["durable"] == seq
    (kept,) = rows(centre, "SELECT name, seq, folder FROM backup")
    assert kept == (backup.file.path.name, seq, str(shelf))
    assert rows(centre, "SELECT 1 FROM audit WHERE subject = ?", backup.file.path.name)


def test_nothing_in_it_can_be_read_without_the_key_and_the_key_is_not_in_it(
    tablet: SignInAs, centre: Centre, folder: Path, shelf: Path
) -> None:
    worked_in(tablet)
    backup = made(centre, folder, shelf)
    content = backup.file.path.read_bytes()
    key = read_key(folder)
    assert not any(word in content for word in (b"Larkspur", b"SQLite", key, key.hex().encode()))
    assert stat.S_IMODE(backup.file.path.stat().st_mode) == 0o600
    assert sorted(path.name for path in shelf.iterdir()) == [backup.file.path.name]
    assert not list(folder.glob("scratch-*"))


def test_writers_and_readers_go_on_and_the_backup_is_of_one_moment(
    tablet: SignInAs, centre: Centre, folder: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.backup.snapshot._PAGES", 1)
    worked_in(tablet)
    priya = tablet("of-priya")
    seen: list[int] = []

    def meanwhile(percent: int) -> None:
        if percent < 100 and len(seen) < 5:
            entry = create()
            (result, *_) = priya.send(entry, submit(entry["record_id"]))
            assert result["status"] == "applied"
            priya.follow()
            seen.append(percent)

    before = head(centre)[0]
    backup = back_up(centre, folder, shelf, read_key(folder), on_percent=meanwhile)
    assert len(seen) == 5
    assert backup.file.seq == before
    assert head(centre)[0] > before
    assert priya.page()["durable"] == before


def test_two_at_once_are_one(tablet: SignInAs, centre: Centre, folder: Path, shelf: Path) -> None:
    refused: list[str] = []

    def second(_percent: int) -> None:
        if not refused:
            with pytest.raises(SituationError) as caught:
                made(centre, folder, shelf)
            refused.append(caught.value.words)

    back_up(centre, folder, shelf, read_key(folder), on_percent=second)
    assert refused == ["A backup is being made already."]
    assert len(backups_in(shelf)) == 1


# ------------------------------------------------------------------------ not a good one


def test_a_backup_that_comes_back_different_does_not_count(
    tablet: SignInAs, centre: Centre, folder: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_in(tablet)

    def altered(*args: object) -> object:
        taken = snapshot.take(*args)  # type: ignore[arg-type]
        db = SqliteDatabase(shelf / PARTIAL, read_key(folder))
        with db.write() as connection:
            connection.exec_driver_sql("UPDATE device SET name = 'another'")
        db.close()
        return taken

    monkeypatch.setattr(making, "take", altered)
    with pytest.raises(SituationError, match="device came back different"):
        made(centre, folder, shelf)
    assert list(shelf.iterdir()) == []
    assert head(centre)[1] == 0
    assert rows(centre, "SELECT 1 FROM backup") == []


HARM = {
    "the trail was changed": "UPDATE audit SET detail = '{}' WHERE seq = 2",
    "revisions": "UPDATE revision SET head = replace(head, 'TA', 'LI')",
    "does not add up": "UPDATE scope_count SET state_sum = state_sum + 1",
    "is not what the records say": "DELETE FROM engagement",
}


@pytest.mark.parametrize("words", HARM)
def test_harm_to_the_store_itself_is_found_by_the_backup(
    words: str, tablet: SignInAs, centre: Centre, folder: Path, shelf: Path
) -> None:
    worked_in(tablet)
    with centre.db.write() as connection:
        for table in ("audit", "revision"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_refuses_update")
        connection.exec_driver_sql(HARM[words])
    with pytest.raises(SituationError, match=f"(?i){words}"):
        made(centre, folder, shelf)
    assert backups_in(shelf) == []


def test_a_full_disk_is_said_and_leaves_earlier_backups_alone(
    centre: Centre, folder: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(centre, folder, shelf)

    def full(*_: object) -> None:
        (shelf / PARTIAL).write_bytes(b"half")
        raise dbapi2.OperationalError("database or disk is full")

    monkeypatch.setattr(making, "take", full)
    with pytest.raises(SituationError, match="The disk filled up"):
        made(centre, folder, shelf)
    assert list(shelf.iterdir()) == [first.file.path]


def test_too_little_room_is_said_before_beginning(
    centre: Centre, folder: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little = shutil.disk_usage(folder)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: little)
    with pytest.raises(SituationError, match="no room for a backup"):
        made(centre, folder, shelf)


def test_a_folder_that_cannot_be_written_is_said(centre: Centre, folder: Path, shelf: Path) -> None:
    shelf.write_text("a file, not a folder")
    with pytest.raises(SituationError, match="cannot be written to"):
        made(centre, folder, shelf)


def test_what_a_killed_backup_left_is_gone_after_the_next(
    centre: Centre, folder: Path, shelf: Path
) -> None:
    shelf.mkdir()
    (shelf / PARTIAL).write_bytes(b"half a backup")
    (folder / "scratch-backup").mkdir()
    (folder / "scratch-backup" / "centre.db").write_bytes(b"half")
    assert backups_in(shelf) == []
    made(centre, folder, shelf)
    assert [path.suffix for path in shelf.iterdir()] == [".backup"]
    assert not (folder / "scratch-backup").exists()


# ------------------------------------------------------------------------------- keeping


def test_old_ones_go_but_only_this_centres(
    centre: Centre, folder: Path, shelf: Path, clock: FixedClock
) -> None:
    shelf.mkdir()
    foreign = shelf / name_of(datetime(2020, 1, 1, tzinfo=UTC), 7)
    foreign.write_bytes(b"of another centre")
    all_of_them = []
    for _ in range(4):
        all_of_them.append(made(centre, folder, shelf, keep=2).file.path.name)
        clock.advance(hours=24)
    names = [one.path.name for one in backups_in(shelf)]
    assert len(names) == 3
    assert names[0] == all_of_them[-1]
    assert names[-1] == foreign.name


def test_the_list_shows_what_there_is(
    centre: Centre, folder: Path, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["backup", "--data-dir", str(folder), "--to", str(shelf)]
    assert main([*command, "--list"]) == 1
    assert "There is no backup" in capsys.readouterr().out
    assert main(command) == 0
    assert "It was put back and checked" in capsys.readouterr().out
    assert main([*command, "--list"]) == 0
    assert backups_in(shelf)[0].path.name in capsys.readouterr().out


# ------------------------------------------------------------------------------ schedule

NOW = datetime(2026, 3, 19, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age_hours", "tried_minutes_ago", "due"),
    [
        (None, None, True),
        (None, 5, False),
        (None, 16, True),
        (23, None, False),
        (25, None, True),
        (25, 5, False),
        (-3, None, True),  # the clock was ahead when it was made
    ],
)
def test_when_a_backup_is_due(
    age_hours: int | None, tried_minutes_ago: int | None, *, due: bool
) -> None:
    plan = Plan(Path("shelf"))
    newest = Newest(NOW - timedelta(hours=age_hours), Path("shelf")) if age_hours else None
    tried = NOW - timedelta(minutes=tried_minutes_ago) if tried_minutes_ago else None
    assert is_due(newest, plan, now=NOW, tried=tried) is due


def test_readiness_says_whether_there_is_a_fresh_backup(
    client: httpx.Client, centre: Centre, folder: Path, shelf: Path, clock: FixedClock
) -> None:
    def told() -> dict[str, str | None]:
        answer: dict[str, str | None] = client.get("/v1/health/ready").json()
        return answer

    assert told() == {"status": "ready", "backup": "none", "backup_at": None}
    made(centre, folder, shelf)
    at = "2026-03-19T14:30:00+00:00"
    assert told() == {"status": "ready", "backup": "fresh", "backup_at": at}
    clock.advance(hours=25)
    assert told()["backup"] == "late"


# ----------------------------------------------------------------------- table by table


def test_a_store_copied_table_by_table_is_the_same_store(
    tablet: SignInAs, centre: Centre, tmp_path: Path, folder: Path
) -> None:
    worked_in(tablet)
    other = SqliteDatabase(tmp_path / "copy.db", read_key(folder))
    upgrade(other)
    with centre.db.read() as source, other.write() as target:
        copy_tables(source, target)
        expected = prints_of(source)
    with other.read() as connection:
        assert prints_of(connection) == expected
    assert sum(one.rows for one in expected.values()) > 1000
    other.close()
    examined = checking.examine(tmp_path / "copy.db", read_key(folder), tmp_path, centre.clock)
    assert examined.prints == expected


def test_every_table_of_the_store_is_copied(centre: Centre) -> None:
    there = {row[0] for row in rows(centre, "SELECT name FROM sqlite_master WHERE type='table'")}
    assert {table.name for table in TABLES} == there - {"alembic_version"}


# ---------------------------------------------------------------------------- kill -9


def test_killed_at_any_moment_it_leaves_nothing_that_looks_like_a_backup(
    centre: Centre, folder: Path, shelf: Path
) -> None:
    command = [sys.executable, "-m", "server", "backup", "--data-dir", str(folder)]
    killed = 0
    for wait in (0.9, 1.2, 1.5, 1.8, 2.1):
        with subprocess.Popen(
            [*command, "--to", str(shelf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            timer = threading.Timer(wait, process.kill)
            timer.start()
            killed += process.wait() == -9
            timer.cancel()
        for backup in backups_in(shelf):
            checked(backup, folder, centre)
    assert killed
    last = made(centre, folder, shelf)
    assert not (shelf / PARTIAL).exists()
    checked(last.file, folder, centre)


def checked(backup: BackupFile, folder: Path, centre: Centre) -> None:
    with checking.scratch(folder, "test") as tried:
        examined = checking.examine(backup.path, read_key(folder), tried, centre.clock)
    assert examined.seq == backup.seq


def test_a_backup_needs_the_key(centre: Centre, folder: Path, shelf: Path) -> None:
    key = key_path(folder)
    kept = key.read_text()
    key.unlink()
    assert main(["backup", "--data-dir", str(folder), "--to", str(shelf)]) == 1
    key.write_text(kept)
    assert backups_in(shelf) == []
