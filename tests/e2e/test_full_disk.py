"""A disk of a few megabytes that fills up: it is said in words, nothing is lost, it goes on."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.domain.errors import SituationError
from fieldapp.services.attaching import NO_ROOM
from fieldapp.services.values import Link
from fieldapp.store.errors import NOT_SAVED
from fieldapp.wiring import Tablet
from tests.domain.test_photos import PLAIN
from tests.e2e.centre import PRIYA, TOM, Centre, CentreThread, running
from tests.e2e.conftest import PATIENT, OpenTablet, drop_in, signed_in, submit

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SYNC_STOPPED = "Sending did not work. Your records are safe and will be tried again."
PAGE_OF_TEXT = "Bikes on the path behind the shops again. " * 80


class SmallDisk:
    """A disk of its own, and a file on it that takes the room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, *, leave: int = 0) -> None:
        """Take all room but so many bytes."""
        with (self.folder / "ballast").open("ab", buffering=0) as file:
            while (left := self.free() - leave) > 0:
                try:
                    file.write(bytes(min(left, 65_536)))
                except OSError:
                    return

    def free(self) -> int:
        said = os.statvfs(self.folder)
        return said.f_bavail * said.f_frsize

    def make_room(self) -> None:
        (self.folder / "ballast").unlink()


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    """Mounted until the end; without the right to mount the test is skipped."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    made = subprocess.run(mount, check=False, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(
            "NO RIGHT TO MOUNT A SMALL DISK HERE: with a limit on files instead of a full disk, see"
            f" tests/store/test_full_disk.py. {made.stderr}"
        )
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", "4m") as made:
        yield made


@pytest.fixture
def full(disk: SmallDisk, centre: Centre, tmp_path: Path) -> Iterator[Tablet]:
    """Tom's tablet, on the small disk."""
    tablet = Tablet.open(disk.folder / "tom", server=centre.url, deadlines=PATIENT)
    yield signed_in(tablet, TOM)
    tablet.close()


def saved_until_full(tablet: Tablet) -> tuple[list[str], SituationError]:
    """Entries that were said to be saved, and what was said in the end."""
    saved: list[str] = []
    for _ in range(2000):
        try:
            draft = drop_in(tablet, qualitative=PAGE_OF_TEXT)
        except SituationError as error:
            return saved, error
        saved.append(draft.record_id)
    raise AssertionError("the disk never filled up")


def test_entries_saved_before_the_disk_was_full_are_sent_once_there_is_room(
    full: Tablet, disk: SmallDisk, centre: Centre
) -> None:
    disk.fill(leave=300_000)
    saved, error = saved_until_full(full)
    assert str(error).startswith(NOT_SAVED)
    assert saved
    disk.make_room()
    for record_id in saved:
        full.services.capture.submit(full.services.capture.open(record_id))
    status = full.sync_now()
    assert (status.link, status.waiting) == (Link.ONLINE, 0)
    made = centre.sql("SELECT record_id FROM revision WHERE kind = 'create'")
    assert sorted(row[0] for row in made if row[0] in saved) == sorted(saved)


def test_what_others_wrote_waits_at_the_centre_while_the_disk_is_full(
    full: Tablet, disk: SmallDisk, priya: Tablet
) -> None:
    ids = {submit(priya, qualitative=PAGE_OF_TEXT) for _ in range(60)}
    assert priya.sync_now().waiting == 0
    mine = submit(full)
    disk.fill()
    with pytest.raises(SituationError, match="Free some space"):
        full.sync_now()
    assert full.syncing.status().words == SYNC_STOPPED
    disk.make_room()
    status = full.sync_now()
    assert (status.link, status.waiting, status.words) == (Link.ONLINE, 0, "")
    assert {row.record_id for row in full.services.entries.list()} == ids | {mine}


def test_a_photo_without_room_is_refused_in_words_and_the_text_is_kept(
    full: Tablet, disk: SmallDisk, centre: Centre
) -> None:
    draft = drop_in(full)
    with pytest.raises(SituationError) as said:
        full.services.attaching.add(draft.record_id, PLAIN)
    assert str(said.value) == NO_ROOM
    full.services.capture.submit(draft)
    assert full.sync_now().waiting == 0
    assert centre.sql("SELECT count(*) FROM record WHERE id = ?", draft.record_id) == [(1,)]


def test_a_centre_whose_disk_is_full_takes_nothing_and_loses_nothing(
    force: Path, tmp_path: Path, open_tablet: OpenTablet
) -> None:
    with (
        small_disk(tmp_path / "disk", "8m") as disk,
        running(force, CentreThread(disk.folder / "centre")) as centre,
    ):
        priya = signed_in(open_tablet("priya", server=centre.url), PRIYA)
        first = submit(priya)
        assert priya.sync_now().waiting == 0
        ids = [submit(priya, qualitative=PAGE_OF_TEXT) for _ in range(40)]
        disk.fill()
        status = priya.sync_now()
        assert status.waiting > 0
        assert status.words != ""
        assert status.held + status.not_accepted == 0
        disk.make_room()
        status = priya.sync_now()
        assert (status.link, status.waiting, status.words) == (Link.ONLINE, 0, "")
        made = centre.sql(
            "SELECT record_id, count(*) FROM revision WHERE kind = 'create' GROUP BY 1"
        )
        there = dict(made)
        assert {one: there.get(one) for one in (first, *ids)} == dict.fromkeys((first, *ids), 1)
        assert centre.sql("PRAGMA integrity_check") == [("ok",)]
