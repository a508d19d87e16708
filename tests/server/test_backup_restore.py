"""Putting a backup back: nothing is deleted, a new history begins, and it can be cut short."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.domain.errors import SituationError
from fieldapp.system import random_bytes
from server.cli.commands import main
from server.holding import half_done_path
from server.security import keep_key, key_for_backup, read_key
from server.services import accounts
from server.services.backup.files import backups_in
from server.services.backup.making import back_up
from server.services.backup.restoring import Restored, restore
from server.services.centre import open_centre
from server.services.history import History, begin_anew_if_behind
from server.services.scope_sums import wrong_scopes
from server.services.upkeep import keep_up
from server.settings import key_path, store_path
from tests.conftest import FixedClock
from tests.contract.ports import InProcess
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, submit
from tests.e2e.centre import sql


class Stand:
    """A centre that can be closed and opened again, with its backups beside it."""

    def __init__(self, folder: Path, shelf: Path, clock: FixedClock) -> None:
        self.folder, self.shelf, self.clock = folder, shelf, clock
        self.centre = open_centre(folder, clock=clock)

    def tablet(self, officer_id: str) -> Tablet:
        return Tablet(InProcess(self.centre), officer_id)

    def hand_in(self, officer_id: str = "of-priya") -> str:
        """An entry that the centre takes; the id of its record."""
        entry = create()
        (result, _) = self.tablet(officer_id).send(entry, submit(entry["record_id"]))
        assert result["status"] == "applied"
        return str(entry["record_id"])

    def back_up(self) -> Path:
        self.clock.advance(minutes=1)
        return back_up(self.centre, self.folder, self.shelf, read_key(self.folder)).file.path

    def restore(self, file: Path, **more: bool) -> Restored:
        """Stop, put the backup back, start."""
        self.centre.close()
        try:
            return restore(
                self.folder,
                file,
                key_for_backup(self.folder),
                clock=self.clock,
                random=random_bytes,
                **more,
            )
        finally:
            self.centre = open_centre(self.folder, clock=self.clock)

    def head(self) -> tuple[str, int, int]:
        ((epoch, seq, durable),) = rows(self.centre, "SELECT epoch, seq, durable FROM head")
        return epoch, seq, durable

    def has(self, record_id: str) -> bool:
        return bool(rows(self.centre, "SELECT 1 FROM record WHERE id = ?", record_id))


@pytest.fixture
def stand(folder: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Stand]:
    made = Stand(folder, tmp_path / "shelf", clock)
    yield made
    made.centre.close()


# ------------------------------------------------------------------------------ put back


def test_what_was_there_is_kept_aside_and_a_new_history_begins(stand: Stand) -> None:
    before = stand.hand_in()
    backup = stand.back_up()
    epoch, seq, durable = stand.head()
    assert durable == seq
    since = stand.hand_in()
    restored = stand.restore(backup)
    assert (stand.has(before), stand.has(since)) == (True, False)
    assert restored.aside
    assert stand.head() == (restored.epoch, seq, 0)
    assert restored.epoch != epoch
    assert len(restored.epoch) == len(epoch)
    shutil.copy(key_path(stand.folder), restored.aside)
    assert sql(restored.aside, "SELECT count(*) FROM record WHERE id=?", since) == [(1,)]
    (line,) = rows(stand.centre, "SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert '"what":"restored"' in line[0]
    assert not list(stand.folder.glob("scratch-*"))
    assert main(["audit", "verify", "--data-dir", str(stand.folder)]) == 0


def test_the_next_backup_counts_in_the_new_history(stand: Stand) -> None:
    stand.hand_in()
    stand.restore(stand.back_up())
    stand.hand_in()
    stand.back_up()
    _, seq, durable = stand.head()
    assert durable == seq


def test_twice_in_a_row_gives_two_new_histories_and_two_folders_aside(stand: Stand) -> None:
    stand.hand_in()
    backup = stand.back_up()
    first = stand.restore(backup)
    since = stand.hand_in()
    second = stand.restore(backup)  # in the same second
    assert first.epoch != second.epoch
    assert first.aside
    assert second.aside
    assert first.aside != second.aside
    shutil.copy(key_path(stand.folder), second.aside)
    assert sql(second.aside, "SELECT count(*) FROM record WHERE id=?", since) == [(1,)]


def test_a_running_centre_is_not_replaced(stand: Stand) -> None:
    backup = stand.back_up()
    content = store_path(stand.folder).read_bytes()
    with pytest.raises(SituationError) as caught:
        restore(
            stand.folder,
            backup,
            read_key(stand.folder),
            clock=stand.clock,
            random=random_bytes,
        )
    assert caught.value.words == "The centre is running. Stop it first; nothing was changed."
    assert store_path(stand.folder).read_bytes() == content


def test_a_backup_goes_into_an_empty_folder_with_the_key_that_was_kept(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = stand.hand_in()
    backup = stand.back_up()
    new = tmp_path / "new machine"
    command = ["restore", "--data-dir", str(new), "--from", str(backup)]
    assert main(command) == 1
    assert "--key-file" in capsys.readouterr().err
    assert main([*command, "--key-file", str(key_path(stand.folder))]) == 0
    told = capsys.readouterr().out
    assert "nothing is doubled, and nothing on them is deleted" in told
    assert "make a backup soon" in told
    assert sql(new, "SELECT count(*) FROM record WHERE id=?", entry) == [(1,)]
    assert key_path(new).stat().st_mode & 0o077 == 0


def test_an_older_backup_than_the_newest_is_put_back_only_when_that_is_said(
    stand: Stand,
) -> None:
    stand.hand_in()
    older = stand.back_up()
    stand.hand_in()
    newer = stand.back_up()
    with pytest.raises(SituationError, match=f"newer backup than .*{newer.name}"):
        stand.restore(older)
    newer.unlink()
    with pytest.raises(SituationError, match="not in this folder"):
        stand.restore(older)
    stand.restore(older, even_if_older=True)


def test_the_newest_is_the_newest_by_date_also_after_numbers_began_again(stand: Stand) -> None:
    older = stand.back_up()
    for _ in range(3):
        stand.hand_in()
    stand.back_up()
    stand.restore(older, even_if_older=True)
    entry = stand.hand_in()
    newest = stand.back_up()
    stand.restore(newest)
    assert stand.has(entry)


def test_it_says_what_operators_have_to_do_again(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = stand.back_up()
    accounts.close_account(stand.centre, "noah")
    keep_up(stand.centre)
    restored = stand.restore(backup)
    assert list(restored.lost_orders.values()) == [1]
    assert "account" in next(iter(restored.lost_orders))


# -------------------------------------------------------------------------- not put back


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def replaced(file: Path) -> None:
    file.write_bytes(b"A letter, not a backup. " * 1000)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("harm", [flipped, cut, replaced, emptied])
def test_a_damaged_or_foreign_file_changes_nothing(harm: object, stand: Stand) -> None:
    entry = stand.hand_in()
    backup = stand.back_up()
    assert callable(harm)
    harm(backup)
    before = stand.head()
    with pytest.raises(SituationError, match="cannot be used"):
        stand.restore(backup)
    assert stand.head() == before
    assert stand.has(entry)


def test_a_backup_of_another_centre_is_another_key(stand: Stand, tmp_path: Path) -> None:
    backup = stand.back_up()
    other = tmp_path / "other.key"
    other.write_text("ab" * 32)
    other.chmod(0o600)
    command = ["restore", "--data-dir", str(tmp_path / "new"), "--from", str(backup)]
    assert main([*command, "--key-file", str(other)]) == 1
    assert not store_path(tmp_path / "new").exists()


def test_a_file_that_is_not_there_is_said(stand: Stand) -> None:
    with pytest.raises(SituationError, match="There is no file"):
        stand.restore(stand.shelf / "nothing.backup")


# ------------------------------------------------------------------------------ cut short


@pytest.mark.parametrize("steps", range(12))
def test_cut_short_at_any_step_it_is_completed_by_running_it_again(
    steps: int, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stand.hand_in()
    backup = stand.back_up()
    since = stand.hand_in()
    left = [steps]

    class PowerCutError(Exception):
        """Nothing more happens."""

    def counted(name: str) -> None:
        real = getattr(Path, name)

        def step(self: Path, *more: object, **options: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCutError
            return real(self, *more, **options)

        monkeypatch.setattr(Path, name, step)

    stand.centre.close()
    with monkeypatch.context() as patch:
        monkeypatch = patch
        for name in ("rename", "replace", "unlink"):
            counted(name)
        try:
            attempt(stand, backup)
            whole = True
        except PowerCutError:
            whole = False
    if half_done_path(stand.folder).exists():
        with pytest.raises(SituationError, match="A restore was cut short"):
            open_centre(stand.folder, clock=stand.clock)
    if not whole:
        attempt(stand, backup)
    stand.centre = open_centre(stand.folder, clock=stand.clock)
    assert (stand.has(before), stand.has(since)) == (True, False)
    (aside, *_) = stand.folder.glob("before-restore-*")
    shutil.copy(key_path(stand.folder), aside)
    assert sql(aside, "SELECT count(*) FROM record WHERE id=?", since) == [(1,)]


def attempt(stand: Stand, backup: Path) -> None:
    key = key_for_backup(stand.folder)
    restore(stand.folder, backup, key, clock=stand.clock, random=random_bytes)


# ------------------------------------------------------------------------------- by hand


def test_an_older_store_put_back_by_hand_begins_a_new_history_at_the_start(stand: Stand) -> None:
    stand.hand_in()
    epoch, seq, _ = stand.head()
    stand.centre.close()
    old = store_path(stand.folder).read_bytes()
    stand.centre = open_centre(stand.folder, clock=stand.clock)
    stand.hand_in()
    History(stand.centre, stand.folder).stop()
    assert not begin_anew_if_behind(stand.centre, stand.folder)
    stand.centre.close()
    store_path(stand.folder).write_bytes(old)
    stand.centre = open_centre(stand.folder, clock=stand.clock)
    assert begin_anew_if_behind(stand.centre, stand.folder)
    fresh, now, durable = stand.head()
    assert fresh != epoch
    assert (now, durable) == (seq, 0)
    assert not begin_anew_if_behind(stand.centre, stand.folder)


@pytest.mark.parametrize("note", ["", "{", "[]", '{"epoch": 1}', '{"epoch": "x", "seq": "?"}'])
def test_a_note_that_cannot_be_read_stands_in_nobodys_way(note: str, stand: Stand) -> None:
    (stand.folder / "centre.history").write_text(note)
    assert not begin_anew_if_behind(stand.centre, stand.folder)


# ---------------------------------------------------------------------------------- drill


def test_a_drill_puts_the_newest_backup_back_elsewhere_starts_it_and_compares(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.hand_in()
    stand.back_up()
    stand.hand_in()
    before = stand.head()
    assert main(["drill", "--data-dir", str(stand.folder)]) == 0
    told = capsys.readouterr().out
    assert "This backup would do." in told
    assert "revision: " in told
    assert "answered as a new history" in told
    assert stand.head() == before
    assert not list(stand.folder.glob("scratch-*"))


def test_a_drill_tells_when_the_backup_tells_another_story(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.hand_in()
    stand.back_up()
    with stand.centre.db.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_refuses_update")
        connection.exec_driver_sql("UPDATE ledger SET officer_id = 'of-noah' WHERE n = 1")
    assert main(["drill", "--data-dir", str(stand.folder)]) == 1
    told = capsys.readouterr().out
    assert "ledger: 2 rows, DIFFERENT FROM THE CENTRE" in told
    assert "THIS BACKUP WOULD NOT DO." in told


def test_without_a_backup_there_is_nothing_to_drill(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drill", "--data-dir", str(stand.folder)]) == 1
    assert "There is no backup of this centre yet." in capsys.readouterr().err
    assert backups_in(stand.shelf) == []


# ------------------------------------------------------------------------ earlier releases

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.e2e
@pytest.mark.parametrize("release", sorted(folder.name for folder in DATA.glob("v*")))
def test_a_store_of_every_release_is_put_back_brought_up_to_date_and_adds_up(
    release: str, tmp_path: Path, clock: FixedClock
) -> None:
    (wheel,) = (DATA / release).glob("*.whl")
    program = tmp_path / "program"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(program)
    old = tmp_path / "old"
    made = subprocess.run(
        [sys.executable, "-m", "server", "init", "--data-dir", str(old)],
        env={**os.environ, "PYTHONPATH": str(program)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    key = read_key(old)
    if release == "v0.1.0":
        assert sql(old, "SELECT version_num FROM alembic_version") == [("0001",)]
    new = tmp_path / "new"
    restore(new, store_path(old), key, clock=clock, random=random_bytes)
    keep_key(new, key)
    centre = open_centre(new, clock=clock)
    assert rows(centre, "SELECT count(*) FROM record")[0][0] > 300
    with centre.db.read() as connection:
        assert wrong_scopes(connection) == []
    assert rows(centre, "SELECT min(state_sum) FROM scope_count")[0][0] > 0
    assert back_up(centre, new, tmp_path / "shelf", key).file.size > 0
    centre.close()


# ---------------------------------------------------------------------------- kill -9


@pytest.mark.kill
def test_killed_at_any_moment_a_restore_is_completed_by_running_it_again(stand: Stand) -> None:
    before = stand.hand_in()
    backup = stand.back_up()
    since = stand.hand_in()
    stand.centre.close()
    command = [sys.executable, "-m", "server", "restore", "--data-dir", str(stand.folder)]
    killed = 0
    for wait in (0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8):
        with subprocess.Popen(
            [*command, "--from", str(backup)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            timer = threading.Timer(wait, process.kill)
            timer.start()
            killed += process.wait() == -9
            timer.cancel()
    assert killed
    attempt(stand, backup)
    stand.centre = open_centre(stand.folder, clock=stand.clock)
    assert (stand.has(before), stand.has(since)) == (True, False)
    asides = sorted(stand.folder.glob("before-restore-*"))
    shutil.copy(key_path(stand.folder), asides[0])
    assert sql(asides[0], "SELECT count(*) FROM record WHERE id=?", since) == [(1,)]
