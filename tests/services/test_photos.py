"""Photos of an entry on one tablet: durable with it, removable, never in the way of text."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fieldapp.domain.attachments import MAX_FILES
from fieldapp.domain.errors import SituationError, UserError
from fieldapp.services.attaching import (
    LOW_BYTES,
    NO_ROOM,
    RESERVE_BYTES,
    Attaching,
)
from fieldapp.services.values import Mark
from fieldapp.store import Store, attachments, incoming, outbox
from tests.conftest import FixedClock
from tests.domain.test_photos import EXIF, JFIF, PLAIN, SECRET
from tests.services.desk import Desk, Review, contact
from tests.store.fresh import KEY, fresh_store
from tests.store.test_full_disk import no_more_than


def photo(seed: int = 1, size: int = 1000) -> bytes:
    """A photo as far as this tablet looks into it: its pixels are noise."""
    noise = Random(seed).randbytes(size).replace(b"\xff", b"\xfe")
    return PLAIN[:-2] + noise + PLAIN[-2:]


def names(desk: Desk, record_id: str) -> list[str]:
    return [row.sha for row in desk.services.attaching.of_draft(record_id)]


def wires(desk: Desk, record_id: str) -> list[dict[str, Any]]:
    with desk.store.reading() as tx:
        return [one.wire for one in outbox.of_record(tx, record_id)]


def unsent(desk: Desk) -> int:
    return desk.port.attachments.unsent().count


def test_a_photo_is_on_the_draft_when_the_app_is_killed_right_after(priya: Desk) -> None:
    draft = priya.services.capture.start("DROP_IN")
    row = priya.services.attaching.add(draft.record_id, photo())
    priya.restart()
    assert names(priya, draft.record_id) == [row.sha]
    assert priya.services.attaching.read(row.sha) == photo()
    assert unsent(priya) == 0, "what has not been handed in is not sent"


def test_what_the_camera_wrote_is_gone_before_anything_is_kept(priya: Desk) -> None:
    draft = priya.services.capture.start("DROP_IN")
    telling = PLAIN[:2] + JFIF + EXIF + PLAIN[2 + len(JFIF) :]
    row = priya.services.attaching.add(draft.record_id, telling)
    kept = priya.services.attaching.read(row.sha)
    assert kept == PLAIN
    assert SECRET not in kept


def test_autosave_leaves_photos_alone(priya: Desk) -> None:
    capture = priya.services.capture
    draft = capture.start("DROP_IN")
    row = priya.services.attaching.add(draft.record_id, photo())
    capture.autosave(draft)
    assert names(priya, draft.record_id) == [row.sha]


def test_an_entry_says_what_belongs_to_it_and_the_hash_names_it(priya: Desk) -> None:
    draft = priya.drop_in()
    row = priya.services.attaching.add(draft.record_id, photo())
    lines = priya.services.capture.check(draft).lines
    assert ("Photos", "1 photo") in [(line.label, line.value) for line in lines]
    priya.services.capture.submit(draft)
    create = wires(priya, draft.record_id)[0]
    assert create["attachments"] == {
        row.sha: {"size": row.size, "media": "image/jpeg", "kind": "PHOTO"}
    }
    assert unsent(priya) == 1
    priya.sync()
    record = priya.review.records[draft.record_id]
    assert set(record.attachments) == {row.sha}
    assert record.content_hash == record.hash_of(record.body)
    assert record.content_hash != record.hash_of(record.body, {})


def test_sent_is_an_entry_whose_photos_have_been_received_too(priya: Desk) -> None:
    draft = priya.drop_in()
    priya.services.attaching.add(draft.record_id, photo())
    priya.services.capture.submit(draft)
    priya.sync()
    row = priya.services.entries.view(draft.record_id).row
    assert row.mark == Mark.WAITING
    [waiting] = priya.services.waiting.pending()
    assert waiting.what.endswith("1 photo to send, 0.1 MB")
    assert waiting.next_step == "Its text has been received. Photos follow by themselves."
    assert priya.services.waiting.status().photos == 1
    assert priya.services.waiting.status().waiting == 0


def test_a_damaged_photo_is_named_with_what_to_do_and_the_entry_keeps_it(priya: Desk) -> None:
    draft = priya.drop_in()
    row = priya.services.attaching.add(draft.record_id, photo())
    priya.services.capture.submit(draft)
    priya.sync()
    with priya.store.transaction() as tx:
        tx.run("UPDATE piece SET data=zeroblob(5)")
    assert priya.services.attaching.read(row.sha) is None
    [waiting] = priya.services.waiting.pending()
    assert waiting.reason == "1 photo is damaged."
    assert waiting.next_step.endswith("Take the photo off the entry, or add it again.")
    [shown] = priya.services.entries.view(draft.record_id).photos
    assert shown.words == "Damaged on this tablet, and the centre does not have it"
    again = priya.services.attaching.add(draft.record_id, photo())
    assert again.sha == row.sha
    assert priya.services.attaching.read(row.sha) == photo()
    assert priya.services.waiting.pending()[0].reason == ""


def test_a_photo_set_aside_says_when_it_is_tried_again(priya: Desk) -> None:
    draft = priya.drop_in()
    row = priya.services.attaching.add(draft.record_id, photo())
    priya.services.capture.submit(draft)
    priya.sync()
    priya.port.attachments.set_aside(row.sha, "server_error", retry_in=timedelta(minutes=5))
    [waiting] = priya.services.waiting.pending()
    assert waiting.reason.startswith("The centre cannot take this now.")
    assert waiting.next_try_at == priya.clock.now() + timedelta(minutes=5)
    priya.port.retry_aside()
    assert priya.services.waiting.pending()[0].next_try_at is None


def test_photos_of_others_leave_with_the_scope_that_showed_them(priya: Desk, tom: Desk) -> None:
    draft = priya.drop_in()
    row = priya.services.attaching.add(draft.record_id, photo())
    priya.services.capture.submit(draft)
    priya.sync()
    tom.sync()
    tom.services.attaching.fetch(draft.record_id)
    assert tom.port.attachments.take_in(row.sha, 0, photo()) == "whole"
    with tom.store.transaction() as tx:
        incoming.leave(tx, tom.port._actor, "lpt:TA")
        assert tx.number("SELECT count(*) FROM piece") == 0
        assert tx.number("SELECT count(*) FROM blob") == 0


def test_a_photo_taken_off_a_draft_is_gone_and_can_be_put_back(priya: Desk) -> None:
    attaching = priya.services.attaching
    draft = priya.drop_in()
    first = attaching.add(draft.record_id, photo(1))
    second = attaching.add(draft.record_id, photo(2))
    item = attaching.remove(draft.record_id, first.sha)
    assert names(priya, draft.record_id) == [second.sha]
    attaching.restore(draft.record_id, first.sha, item)
    assert set(names(priya, draft.record_id)) == {first.sha, second.sha}
    attaching.remove(draft.record_id, second.sha)
    priya.services.capture.submit(draft)
    assert set(wires(priya, draft.record_id)[0]["attachments"]) == {first.sha}


def test_a_change_to_photos_alone_is_a_change(priya: Desk) -> None:
    capture, attaching = priya.services.capture, priya.services.attaching
    draft = priya.drop_in()
    first = attaching.add(draft.record_id, photo(1))
    capture.finish_later(draft)
    priya.sync()
    again = capture.open(draft.record_id)
    attaching.remove(draft.record_id, first.sha)
    second = attaching.add(draft.record_id, photo(2))
    capture.finish_later(again)
    patch = wires(priya, draft.record_id)[-1]
    assert (list(patch["attach"]), patch["detach"], patch["changes"]) == (
        [second.sha],
        [first.sha],
        {},
    )
    priya.sync()
    assert set(priya.review.records[draft.record_id].attachments) == {second.sha}


def test_changes_that_never_left_fold_into_what_waits(priya: Desk) -> None:
    capture, attaching = priya.services.capture, priya.services.attaching
    draft = priya.drop_in()
    first = attaching.add(draft.record_id, photo(1))
    capture.finish_later(draft)
    again = capture.open(draft.record_id)
    attaching.remove(draft.record_id, first.sha)
    second = attaching.add(draft.record_id, photo(2))
    capture.finish_later(again)
    [create] = wires(priya, draft.record_id)
    assert set(create["attachments"]) == {second.sha}
    priya.sync()
    opened = capture.open(draft.record_id)
    item = attaching.remove(draft.record_id, second.sha)
    capture.finish_later(opened)
    assert wires(priya, draft.record_id)[0]["detach"] == [second.sha]
    opened = capture.open(draft.record_id)
    attaching.restore(draft.record_id, second.sha, item)
    capture.finish_later(opened)
    assert wires(priya, draft.record_id) == [], "off and on again is as if nothing had been done"


def test_a_deleted_draft_comes_back_with_its_photos(priya: Desk) -> None:
    capture = priya.services.capture
    draft = priya.drop_in()
    row = priya.services.attaching.add(draft.record_id, photo())
    capture.finish_later(draft)
    opened = capture.open(draft.record_id)
    capture.delete(draft.record_id)
    assert unsent(priya) == 0
    capture.undelete(opened)
    assert names(priya, draft.record_id) == [row.sha]
    capture.submit(opened)
    assert set(wires(priya, draft.record_id)[0]["attachments"]) == {row.sha}
    assert unsent(priya) == 1


def test_a_held_entry_opened_as_a_new_draft_has_its_photos(priya: Desk, review: Review) -> None:
    draft = priya.drop_in()
    row = priya.services.attaching.add(draft.record_id, photo())
    review.hold["create"] = "invalid"
    review.hold["submit"] = "unknown_record"
    priya.services.capture.submit(draft)
    priya.sync()
    held = next(one for one in priya.services.waiting.pending() if one.mark == Mark.HELD)
    fresh = priya.services.waiting.open_as_new_draft(held.op_id)
    assert fresh.record_id != draft.record_id
    assert names(priya, fresh.record_id) == [row.sha]
    priya.services.capture.submit(fresh)
    assert set(wires(priya, fresh.record_id)[0]["attachments"]) == {row.sha}


def test_a_held_change_goes_again_with_its_photos(priya: Desk, review: Review) -> None:
    capture, attaching = priya.services.capture, priya.services.attaching
    draft = priya.drop_in()
    first = attaching.add(draft.record_id, photo(1))
    capture.finish_later(draft)
    priya.sync()
    again = capture.open(draft.record_id)
    attaching.remove(draft.record_id, first.sha)
    second = attaching.add(draft.record_id, photo(2))
    review.hold["patch"] = "invalid"
    capture.finish_later(again)
    priya.sync()
    held = next(one for one in priya.services.waiting.pending() if one.mark == Mark.HELD)
    capture.submit(priya.services.waiting.open_as_new_draft(held.op_id))
    priya.sync()
    assert set(review.records[draft.record_id].attachments) == {second.sha}


def test_an_approved_entry_keeps_its_photos_until_the_change_is_approved(
    priya: Desk, tom: Desk, review: Review
) -> None:
    capture, attaching = priya.services.capture, priya.services.attaching
    record_id = priya.submitted()
    priya.sync()
    tom.sync()
    shown = tom.services.approvals.open(record_id)
    tom.services.approvals.approve(record_id, shown.content_hash)
    tom.clock.advance(seconds=11)
    tom.sync()
    priya.sync()
    draft = capture.open(record_id)
    row = attaching.add(record_id, photo())
    capture.submit(draft)
    priya.sync()
    record = review.records[record_id]
    assert record.attachments == {}
    assert record.amendment is not None
    assert set(record.amendment.attachments) == {row.sha}
    assert priya.services.entries.view(record_id).photo_words == "0 of 1 photo received"


# ------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"<svg/>", b"", b"MZ\x90\0"])
def test_what_is_no_photo_is_refused_in_words(data: bytes, priya: Desk) -> None:
    draft = priya.services.capture.start("DROP_IN")
    with pytest.raises(UserError, match=r"Choose a photo \(JPEG or PNG\)"):
        priya.services.attaching.add(draft.record_id, data)
    assert names(priya, draft.record_id) == []


def test_one_photo_too_many_is_refused_and_leaves_no_bytes(priya: Desk) -> None:
    draft = priya.services.capture.start("DROP_IN")
    for seed in range(MAX_FILES):
        priya.services.attaching.add(draft.record_id, photo(seed, 100))
    with pytest.raises(UserError, match="at most 20"):
        priya.services.attaching.add(draft.record_id, photo(99, 100))
    with priya.store.reading() as tx:
        assert tx.number("SELECT count(*) FROM blob") == MAX_FILES
    # The same again is not one more.
    priya.services.attaching.add(draft.record_id, photo(3, 100))


def test_media_are_refused_before_text_when_storage_is_low(priya: Desk) -> None:
    free = RESERVE_BYTES + 10_000
    attaching = Attaching(priya.services.attaching._ctx, lambda: free)
    draft = priya.drop_in()
    attaching.add(draft.record_id, photo(1, 1000))
    free = RESERVE_BYTES - 1
    with pytest.raises(SituationError) as caught:
        attaching.add(draft.record_id, photo(2))
    assert caught.value.words == NO_ROOM
    assert len(names(priya, draft.record_id)) == 1
    priya.services.capture.submit(draft)


def test_photos_are_made_smaller_when_storage_gets_low(priya: Desk) -> None:
    ctx = priya.services.attaching._ctx
    assert Attaching(ctx, lambda: LOW_BYTES).longest_side() == 2048
    assert Attaching(ctx, lambda: LOW_BYTES - 1).longest_side() == 1280


def test_a_disk_that_fills_while_a_photo_is_added_keeps_the_draft_and_no_half_photo(
    priya: Desk,
) -> None:
    draft = priya.drop_in()
    priya.services.capture.autosave(draft)
    log = priya.store.path.with_name("store.db-wal")
    with no_more_than(log.stat().st_size + 100_000), pytest.raises(SituationError) as caught:
        priya.services.attaching.add(draft.record_id, photo(1, 500_000))
    assert caught.value.words == NO_ROOM
    assert names(priya, draft.record_id) == []
    with priya.store.reading() as tx:
        assert tx.number("SELECT count(*) FROM piece") == 0
    row = priya.services.attaching.add(draft.record_id, photo(1, 500_000))
    assert names(priya, draft.record_id) == [row.sha]
    priya.services.capture.submit(draft)


def test_contacts_take_no_photos_in_their_form(priya: Desk) -> None:
    """R21: a person is written down, not photographed."""
    from resources.engagement_types import engagement_type

    assert not engagement_type(contact(priya).engagement_type).shows("photos")
    assert engagement_type("DROP_IN").shows("photos")


# ------------------------------------------------------------------------- letting go


def test_orphan_sweep(priya: Desk, clock: FixedClock) -> None:
    """Bytes stay while anything needs them, and a month longer."""
    attaching = priya.services.attaching
    draft = priya.drop_in()
    kept = attaching.add(draft.record_id, photo(1))
    taken_off = attaching.add(draft.record_id, photo(2))
    attaching.remove(draft.record_id, taken_off.sha)
    priya.sync()
    clock.advance(days=29)
    priya.sync()
    assert attaching.read(taken_off.sha) is not None
    clock.advance(days=2)
    priya.sync()
    assert attaching.read(taken_off.sha) is None
    assert attaching.read(kept.sha) is not None


def test_a_photo_the_centre_has_not_confirmed_never_goes(priya: Desk, clock: FixedClock) -> None:
    draft = priya.drop_in()
    row = priya.services.attaching.add(draft.record_id, photo())
    priya.services.capture.submit(draft)
    priya.sync()
    for _ in range(3):
        clock.advance(days=40)
        priya.sync()
    assert priya.services.attaching.read(row.sha) == photo()
    assert unsent(priya) == 1


# --------------------------------------------------------------------------- crash points

CHILD = """
import sys
from pathlib import Path
from tests.services.test_photos import photo
from tests.services.desk import PRIYA
from fieldapp.services.bundle import open_services
from fieldapp.store import Store
from fieldapp.system import SystemClock

store = Store.open(Path(sys.argv[1]), bytes(range(32)), SystemClock())
services = open_services(store, PRIYA)
for seed in range(1000):
    draft = services.capture.start("DROP_IN")
    print("draft", draft.record_id, flush=True)
    row = services.attaching.add(draft.record_id, photo(seed, 300_000))
    print("photo", draft.record_id, row.sha, flush=True)
    services.capture.finish_later(draft)
    print("handed", draft.record_id, row.sha, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", range(6))
def test_attachment_crash_points(after: int, tmp_path: Path, clock: FixedClock) -> None:
    """SIGKILL at any moment: what was said to be saved is whole, and nothing is half."""
    store = fresh_store(tmp_path / "tablet", clock)
    store.close()
    command = [sys.executable, "-c", CHILD, str(store.path)]
    root = Path(__file__).parents[2]
    said: list[list[str]] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ}
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            said.append(line.split())
            if len(said) > 3 + after:
                child.send_signal(signal.SIGKILL)
                break
        said += [line.split() for line in child.stdout if line.endswith("\n")]
    again = Store.open(store.path, KEY, clock)
    with again.reading() as tx:
        assert tx.rows("PRAGMA integrity_check") == [("ok",)]
        for sha, size in tx.rows("SELECT sha, size FROM blob"):
            data = attachments.read(tx, sha)
            assert data is not None
            assert len(data) == size
        known = {row[0] for row in tx.rows("SELECT sha FROM blob")}
        assert {row[0] for row in tx.rows("SELECT sha FROM attached")} <= known
        held = set(tx.rows("SELECT record_id, sha FROM attached"))
        listed = set(tx.rows("SELECT record_id, sha FROM attached WHERE state='listed'"))
    assert {(one[1], one[2]) for one in said if one[0] == "photo"} <= held
    assert {(one[1], one[2]) for one in said if one[0] == "handed"} <= listed
    again.close()
