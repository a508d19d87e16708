"""What the centre holds, and what happens when the centre itself comes back from a backup."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fieldapp.services.values import Link, Mark
from fieldapp.wiring import Tablet
from tests.e2e.centre import PRIYA, TOM, Centre, CentreProcess
from tests.e2e.conftest import MovableClock, OpenTablet, signed_in, submit

pytestmark = pytest.mark.e2e

OTHER_BEAT = "E05007067"


def test_an_entry_the_centre_cannot_take_is_held_there_with_its_reason_and_opens_again(
    centre: Centre, priya: Tablet
) -> None:
    centre.sql("UPDATE neighbourhood SET valid_to='2026-01-01' WHERE code=?", OTHER_BEAT)
    held = submit(priya, neighbourhood_id=OTHER_BEAT, notes="Words that must not be lost.")
    good = submit(priya)
    status = priya.sync_now()
    assert (status.link, status.waiting, status.held) == (Link.ONLINE, 0, 1)
    (row,) = priya.services.waiting.pending()
    assert (row.record_id, row.mark) == (held, Mark.HELD)
    assert row.reason == "The neighbourhood is not one the force uses now."
    assert row.next_step == "Open it as a new draft, or ask your sergeant. Nothing is lost."
    (kept,) = centre.sql("SELECT op_id FROM quarantine")
    assert kept[0] == row.op_id
    assert priya.services.entries.view(good).row.mark == Mark.WITH_SERGEANT
    draft = priya.services.waiting.open_as_new_draft(row.op_id)
    # The centre has the entry itself: the same one is opened again, so that none is there twice.
    assert draft.record_id == held
    assert draft.body["notes"] == "Words that must not be lost."
    draft.body["neighbourhood_id"] = "E05007070"
    priya.services.capture.submit(draft)
    status = priya.sync_now()
    assert (status.waiting, status.held) == (0, 0)
    assert len(centre.sql("SELECT id FROM record WHERE id=?", held)) == 1
    assert priya.services.entries.view(held).row.mark == Mark.WITH_SERGEANT


def restored(centre: CentreProcess, backup: Path) -> None:
    """The operator puts last night's backup back, under a new name of history."""
    centre.stop()
    for name in ("centre.db", "centre.db-wal", "centre.db-shm"):
        (centre.folder / name).unlink(missing_ok=True)
    shutil.copy(backup, centre.folder / "centre.db")
    centre.sql("UPDATE head SET epoch=epoch || '-restored'")
    centre.start()


def backup_of(centre: CentreProcess, to: Path) -> Path:
    """Last night's backup, made while the centre stood still."""
    centre.stop()
    centre.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(centre.folder / "centre.db", to)
    centre.start()
    return to


def test_a_centre_restored_from_a_backup_gets_back_all_that_was_made_since(
    centre_process: CentreProcess, open_tablet: OpenTablet, tmp_path: Path
) -> None:
    clock = MovableClock()
    priya = signed_in(open_tablet("priya", server=centre_process.url), PRIYA)
    tom = signed_in(open_tablet("tom", server=centre_process.url, clock=clock), TOM)
    before = submit(priya, notes="Before the backup.")
    priya.sync_now()
    backup = backup_of(centre_process, tmp_path / "backup.db")
    since = [submit(priya, notes=f"Since {number}.") for number in range(3)]
    priya.sync_now()
    tom.sync_now()
    tom.services.approvals.approve(since[0], tom.services.approvals.open(since[0]).content_hash)
    clock.advance(seconds=11)
    tom.sync_now()
    restored(centre_process, backup)
    held = centre_process.sql("SELECT count(*) FROM record WHERE owner_officer_id='of-0001'")
    assert held == [(1,)]

    for tablet in (priya, tom):
        status = tablet.sync_now()
        assert (status.link, status.waiting, status.held) == (Link.ONLINE, 0, 0)
    priya.sync_now()
    rows = centre_process.sql(
        "SELECT id, review_status FROM record WHERE owner_officer_id='of-0001'"
    )
    waiting = "PENDING_REVIEW"
    assert dict(rows) == {
        before: waiting,
        since[0]: "APPROVED",
        since[1]: waiting,
        since[2]: waiting,
    }
    made = centre_process.sql(
        "SELECT record_id, count(*) FROM revision WHERE kind='create' GROUP BY record_id"
        " HAVING count(*) > 1"
    )
    assert made == []
    assert {row.record_id for row in priya.services.entries.list()} == {before, *since}
    assert priya.services.entries.view(since[0]).row.mark == Mark.APPROVED


def test_a_server_stopped_between_two_batches_goes_on_where_it_was(
    centre_process: CentreProcess, open_tablet: OpenTablet
) -> None:
    priya = signed_in(open_tablet("priya", server=centre_process.url), PRIYA)
    ids = [submit(priya, notes=f"Entry {number}") for number in range(60)]
    killed: list[int] = []

    def kill_once(progress: object) -> None:
        sent = getattr(progress, "sent_so_far", 0)
        if sent > 0 and not killed:
            killed.append(sent)
            centre_process.kill()

    status = priya.sync_now(kill_once)
    assert killed
    assert status.link == Link.OFFLINE
    assert 0 < status.waiting < 60
    centre_process.start()
    assert priya.sync_now().waiting == 0
    rows = centre_process.sql(
        "SELECT record_id, count(*) FROM revision WHERE kind='create' GROUP BY record_id"
    )
    made = dict(rows)
    assert {record_id: made.get(record_id) for record_id in ids} == dict.fromkeys(ids, 1)
