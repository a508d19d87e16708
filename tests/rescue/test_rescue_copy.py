"""What only this tablet has is kept a second time, where only the centre can read it."""

from __future__ import annotations

import errno
import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.domain.exchange import OpOutcome
from fieldapp.domain.pieces import BlobTold
from fieldapp.store import outbox
from fieldapp.store.errors import store_error
from fieldapp.vault import WORDS, VaultError
from fieldapp.wiring.rescue_folder import RescueFolder
from fieldapp.wiring.rescuing import Rescue
from sync.protocol.rescue import LIST_NAME, MAGIC, read_header
from tests.rescue.copies import Keeper, read_copy
from tests.sync.tablet import TabletStore

MARKER = "Mrs Marker of Larkspur Precinct"
PHOTO = Random(3).randbytes(2_500_000)


def test_a_copy_holds_every_unsent_operation_word_for_word(
    tablet: TabletStore, keeper: Keeper
) -> None:
    first = tablet.create("One")
    tablet.add(first, kind="submit")
    tablet.create("Two")
    keeper.rescue.write_now()
    read = keeper.read()
    assert read.wires == list(tablet.wires().values())
    assert read.signed
    assert read.contents.officer_id == "of-0001"
    assert read.contents.last_dseq == 3


def test_a_copy_holds_drafts_and_photos(tablet: TabletStore, keeper: Keeper) -> None:
    sha = keeper.photo(tablet.create(), PHOTO)
    keeper.draft(tablet.new_id(), "half a sentence")
    state = keeper.rescue.write_now()
    read = keeper.read()
    assert read.photos == {sha: PHOTO}
    assert [one.content["body"]["notes"] for one in read.contents.drafts] == ["half a sentence"]
    assert (state.entries, state.drafts, state.photos) == (1, 1, 1)


def test_what_the_centre_has_taken_is_no_longer_in_it(tablet: TabletStore, keeper: Keeper) -> None:
    tablet.create("One")
    sha = keeper.photo(tablet.create("Two"), PHOTO)
    keeper.rescue.write_now()
    tablet.port.take_batch(10, 10**6)
    tablet.port.record_outcomes(
        "e1", [OpOutcome(op, "applied", seq=1, revision=1) for op in tablet.states()]
    )
    tablet.port.attachments.told("e1", {sha: BlobTold(complete=True)})
    keeper.rescue.write_now()
    read = keeper.read()
    assert (read.wires, read.photos) == ([], {})
    assert [one.name for one in os.scandir(keeper.folder.path)] == [LIST_NAME]


def test_nobody_but_the_centre_can_read_anything_about_anybody(
    tablet: TabletStore, keeper: Keeper
) -> None:
    record_id = tablet.create(MARKER)
    sha = keeper.photo(record_id, MARKER.encode() * 5000)
    keeper.draft(tablet.new_id(), MARKER)
    keeper.rescue.write_now()
    for one in os.scandir(keeper.folder.path):
        data = Path(one.path).read_bytes()
        for word in ("Marker", "Larkspur", "of-0001", record_id, sha):
            assert word.encode() not in data
            assert word not in one.name
    header = read_header(keeper.folder.list_path.read_bytes())
    assert (header.counts.entries, header.counts.drafts, header.counts.photos) == (1, 1, 1)


def test_what_is_in_a_copy_is_changed_by_a_further_operation_only(
    tablet: TabletStore, keeper: Keeper
) -> None:
    record_id = tablet.create("as it was")
    keeper.rescue.write_now()
    before = tablet.wires()
    with tablet.store.transaction() as tx:
        change = {"notes": {"from": "as it was", "to": "as it is"}}
        outbox.put_changes(tx, tablet.new_id(), record_id, change, base_revision=0)
        assert not outbox.drop_unsent(tx, record_id)
    after = tablet.wires()
    assert len(after) == 2
    assert list(after.items())[:1] == list(before.items())


def test_what_can_still_be_undone_is_not_in_it_yet(tablet: TabletStore, keeper: Keeper) -> None:
    record_id = tablet.create()
    until = tablet.clock.now() + timedelta(seconds=8)
    held = tablet.add(record_id, kind="delete", not_before=until)
    later = tablet.add(record_id, kind="submit")
    other = tablet.create("another")
    keeper.rescue.write_now()
    assert _op_ids(keeper) == [op for op in tablet.states() if op not in (held, later)]
    with tablet.store.transaction() as tx:
        assert outbox.take_back_operation(tx, held) == record_id
    tablet.clock.advance(seconds=9)
    keeper.rescue.write_now()
    assert later in _op_ids(keeper)
    assert other in tablet.shown()


def _op_ids(keeper: Keeper) -> list[str]:
    return [json.loads(wire)["op_id"] for wire in keeper.read().wires]


def test_a_clock_that_was_set_back_does_not_keep_work_out(
    tablet: TabletStore, keeper: Keeper
) -> None:
    until = tablet.clock.now() + timedelta(seconds=8)
    tablet.add(tablet.create(), kind="delete", not_before=until)
    tablet.clock.set(tablet.clock.now() - timedelta(days=400))
    keeper.rescue.write_now()
    assert len(_op_ids(keeper)) == 2


def test_photos_are_sealed_once_however_often_the_list_is_written(
    tablet: TabletStore, keeper: Keeper
) -> None:
    keeper.photo(tablet.create(), PHOTO)
    keeper.rescue.write_now()
    before = _parts(keeper.folder)
    assert len(before) == 3
    for number in range(5):
        tablet.create(f"entry {number}")
        keeper.rescue.write_now()
    assert _parts(keeper.folder) == before
    again = keeper.make()
    again.write_now()
    assert _parts(keeper.folder) == before, "nor after a new start"
    assert keeper.folder.list_path.stat().st_size < 20_000


def _parts(folder: RescueFolder) -> dict[str, int]:
    return {one.name: one.inode() for one in os.scandir(folder.path) if one.name != LIST_NAME}


def test_a_part_that_has_gone_is_made_again(tablet: TabletStore, keeper: Keeper) -> None:
    sha = keeper.photo(tablet.create(), PHOTO)
    keeper.rescue.write_now()
    victim = sorted(_parts(keeper.folder))[0]
    (keeper.folder.path / victim).unlink()
    keeper.rescue.write_now()
    assert keeper.read().photos == {sha: PHOTO}


def test_many_operations_lie_in_parts_so_that_the_list_stays_small(
    tablet: TabletStore, keeper: Keeper
) -> None:
    for number in range(120):
        tablet.create(f"{number} " + str(Random(number).randbytes(4000)))
    keeper.rescue.write_now()
    first = keeper.read()
    assert first.wires == list(tablet.wires().values())
    assert len(first.contents.segments) > 1
    tablet.create("one more")
    keeper.rescue.write_now()
    second = keeper.read()
    assert second.contents.segments == first.contents.segments
    assert second.wires == list(tablet.wires().values())
    tablet.port.take_batch(500, 10**9)
    done = list(tablet.states())[:60]
    tablet.port.record_outcomes("e1", [OpOutcome(op, "applied", seq=1, revision=1) for op in done])
    keeper.rescue.write_now()
    left = [wire for op, wire in tablet.wires().items() if op not in done]
    third = keeper.read()
    assert len(third.contents.segments) < len(second.contents.segments)
    assert [wire for wire in third.wires if json.loads(wire)["op_id"] not in done] == left


def test_nothing_is_written_when_nothing_has_changed(tablet: TabletStore, keeper: Keeper) -> None:
    tablet.create()
    keeper.rescue.write()
    before = keeper.folder.list_path.stat().st_ino
    assert keeper.rescue.write() is None
    assert keeper.folder.list_path.stat().st_ino == before


def test_every_commit_tells_also_that_of_a_draft(tablet: TabletStore, keeper: Keeper) -> None:
    told: list[int] = []
    stop = keeper.rescue.watch(lambda: told.append(1))
    keeper.draft(tablet.new_id(), "typed just now")
    assert told == [1]
    keeper.rescue.write()
    assert len(keeper.read().contents.drafts) == 1
    stop()
    seen = len(told)
    keeper.draft(tablet.new_id(), "later")
    assert len(told) == seen


def test_it_is_looked_at_again_when_something_can_no_longer_be_undone(
    tablet: TabletStore, keeper: Keeper
) -> None:
    until = tablet.clock.now() + timedelta(seconds=8)
    tablet.add(tablet.create(), kind="delete", not_before=until)
    assert keeper.rescue.write() == 8.0


def test_closing_writes_what_the_last_moment_brought(tablet: TabletStore, keeper: Keeper) -> None:
    keeper.rescue.write()
    tablet.create("the last one")
    keeper.rescue.close()
    assert len(keeper.read().wires) == 1


def test_before_the_first_sign_in_there_is_none_and_it_says_so(
    tablet: TabletStore, keeper: Keeper
) -> None:
    keeper.sealer = None
    tablet.create()
    state = keeper.rescue.write_now()
    assert state.written_at is None
    assert state.problem == (
        "There is no rescue copy yet. It starts after the next sign-in with a connection."
    )
    assert not keeper.folder.path.exists()


# ------------------------------------------------------------------------------- a stick


def test_a_copy_on_a_stick_is_whole_and_kept_up(
    tablet: TabletStore, keeper: Keeper, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    sha = keeper.photo(tablet.create("One"), PHOTO)
    state = keeper.rescue.save_to(stick)
    assert state.place == str(stick)
    assert state.place_written_at == tablet.clock.now()
    (folder,) = stick.iterdir()
    there = read_copy(RescueFolder(folder))
    assert there.photos == {sha: PHOTO}
    tablet.create("Two")
    keeper.make().write_now()
    assert len(read_copy(RescueFolder(folder)).wires) == 2, "also after a new start"


def test_a_stick_that_was_taken_out_is_named_and_written_again_when_it_is_back(
    tablet: TabletStore, keeper: Keeper, tmp_path: Path
) -> None:
    stick, drawer = tmp_path / "stick", tmp_path / "drawer"
    stick.mkdir()
    keeper.rescue.save_to(stick)
    stick.rename(drawer)
    tablet.create("One")
    tablet.clock.advance(hours=1)
    state = keeper.rescue.write_now()
    assert state.problem == ""
    assert state.place_problem == (
        "The place is not there. Plug it in; the copy is written by itself."
    )
    assert keeper.rescue.write() == 30.0, "and it is looked for again"
    assert state.place_written_at == tablet.clock.now() - timedelta(hours=1)
    drawer.rename(stick)
    state = keeper.rescue.write_now()
    assert state.place_problem == ""
    (folder,) = stick.iterdir()
    assert len(read_copy(RescueFolder(folder)).wires) == 1


def test_a_folder_that_is_not_there_cannot_be_chosen(keeper: Keeper, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="That folder is not there"):
        keeper.rescue.save_to(tmp_path / "nowhere")
    assert keeper.rescue.state().place == ""


# ------------------------------------------------------------------------- cut short


class PowerCutError(Exception):
    """The tablet went off."""


def test_a_stop_at_any_step_leaves_the_old_copy_or_the_new_one(
    tablet: TabletStore, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.create("One")
    keeper.photo(tablet.create("Two"), PHOTO)
    keeper.rescue.write_now()
    old = keeper.read().wires
    steps = 0
    while True:
        record_id = tablet.create(f"Three, {steps}")
        keeper.photo(record_id, Random(steps).randbytes(1_200_000))
        new = list(tablet.wires().values())
        with monkeypatch.context() as patch:
            _cut_at(steps, patch)
            try:
                keeper.make().write_now()
            except PowerCutError:
                assert keeper.read().wires in (old, new), steps
                assert len(keeper.read().photos) >= 1
                steps += 1
            else:
                break
        keeper.make().write_now()
        assert keeper.read().wires == new
        old = new
    assert steps >= 9
    assert {one.name.endswith(".new") for one in os.scandir(keeper.folder.path)} == {False}


def _cut_at(step: int, patch: pytest.MonkeyPatch) -> None:
    left = step

    def counted(real: Any) -> Any:
        def run(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            if left == 0:
                raise PowerCutError
            left -= 1
            return real(*arguments, **named)

        return run

    for name in ("open", "fsync"):
        patch.setattr(f"fieldapp.wiring.rescue_folder.os.{name}", counted(getattr(os, name)))
    for name in ("replace", "unlink"):
        patch.setattr(Path, name, counted(getattr(Path, name)))


def test_a_full_disk_is_named_and_the_copy_before_it_stays(
    tablet: TabletStore, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.create("One")
    keeper.rescue.write_now()
    tablet.create("Two")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("fieldapp.wiring.rescue_folder.os.fsync", full)
        state = keeper.rescue.write_now()
    assert state.problem == (
        "It could not be written: no room, or the place does not answer. It is tried again."
    )
    assert len(keeper.read().wires) == 1
    assert keeper.rescue.write_now().problem == ""
    assert len(keeper.read().wires) == 2


def test_a_keyring_that_is_locked_is_named_and_recording_goes_on(
    tablet: TabletStore, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> None:
        raise VaultError(WORDS["keyring_locked"], code="keyring_locked")

    keeper.rescue = Rescue(tablet.store, keeper.data_dir, sealer=locked, new_id=tablet.new_id)
    tablet.create()
    assert keeper.rescue.write() == 30.0
    assert keeper.rescue.state().problem == WORDS["keyring_locked"]


def test_a_full_store_never_speaks_of_the_officers_entry(
    tablet: TabletStore, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.create()

    def full(_tx: object) -> None:
        raise store_error("store_full")

    monkeypatch.setattr("fieldapp.wiring.rescuing.undone_until", full)
    keeper.rescue.write()
    assert "Not saved" not in keeper.rescue.state().problem
    assert "It is tried again." in keeper.rescue.state().problem


def test_after_a_wipe_nothing_is_written_any_more(tablet: TabletStore, keeper: Keeper) -> None:
    tablet.create()
    keeper.rescue.end()
    keeper.rescue.write_now()
    assert not keeper.folder.path.exists()


def test_a_stick_that_cannot_settle_a_folder_is_good_all_the_same(
    tablet: TabletStore, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.create()
    real = os.fsync

    def cannot(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr("fieldapp.wiring.rescue_folder.os.fsync", cannot)
        assert keeper.rescue.write_now().problem == ""
    assert len(keeper.read().wires) == 1


def test_the_file_says_what_it_is_to_whoever_finds_it(tablet: TabletStore, keeper: Keeper) -> None:
    tablet.create()
    keeper.rescue.write_now()
    assert keeper.folder.list_path.read_bytes().startswith(MAGIC)
    assert b"Only the centre can open it" in MAGIC
