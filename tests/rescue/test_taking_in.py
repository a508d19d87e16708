"""A rescue copy is taken in once, as from its author, and nothing in it is ever lost."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from fieldapp.domain.errors import UserError
from server.services import bundles, devices
from server.services.accounts import close_account
from server.services.callers import REVOKED
from server.services.centre import Centre
from server.services.custody import LATE, UNPROVEN
from server.services.rescue_shelf import Carrier
from server.services.rescue_words import words_of
from server.services.rescued_drafts import rescued_id
from server.services.verification import verify
from sync.protocol.sealing import CannotOpen
from tests.conftest import FixedClock
from tests.contract.force import drop_in
from tests.contract.ports import InProcess
from tests.contract.stored import counts, held, rows, stored
from tests.contract.tablet import Tablet, create, new_id, patch, submit
from tests.rescue.handed import (
    Made,
    draft_of,
    item_of,
    known_tablet,
    make_copy,
    photo_name,
)

BY = Carrier("centre")
PHOTO = Random(1).randbytes(1_300_000)
SAVED = "2026-03-19T13:30:00+00:00"


@pytest.fixture
def priya(centre: Centre) -> Tablet:
    """The tablet that the copy is of."""
    return known_tablet(centre, "of-priya")


def take(centre: Centre, copy: Made, **options: Any) -> Any:
    return bundles.take(centre, copy.data, copy, BY, **options)


def day(count: int = 3) -> list[Any]:
    """So many entries, each handed in."""
    made: list[Any] = []
    for number in range(count):
        one = create(drop_in(qualitative=f"Entry {number}"))
        made += [one, submit(one["record_id"])]
    return made


def test_everything_is_applied_as_from_its_author_and_their_tablet(
    centre: Centre, priya: Tablet
) -> None:
    ops = day()
    told = take(centre, make_copy(centre, priya, *ops))
    assert (told.operations, told.entries, told.again) == (6, 3, 0)
    assert words_of(told) == "Taken: 3 entries."
    record = stored(centre, ops[0]["record_id"]).record
    assert record.owner_officer_id == "of-priya"
    assert record.review_status == "PENDING_REVIEW"
    found = rows(centre, "SELECT DISTINCT officer_id, device_id FROM ledger")
    assert found == [("of-priya", priya.device_id)]
    assert verify(centre).trouble is None


def test_a_copy_may_be_handed_in_as_often_as_one_likes(centre: Centre, priya: Tablet) -> None:
    copy = make_copy(centre, priya, *day(), photos=(PHOTO,), drafts=(a_draft(),))
    take(centre, copy)
    before = kept(centre)
    for _ in range(5):
        told = take(centre, copy)
        assert (told.operations, told.drafts, told.photos) == (0, 0, 0)
        assert words_of(told) == "The centre had all of it already."
    assert kept(centre) == before


def kept(centre: Centre) -> dict[str, int]:
    """Rows of everything but the trail, which says each time that somebody came."""
    return {name: count for name, count in counts(centre).items() if name != "audit"}


def test_a_tablet_that_comes_back_is_answered_as_before(centre: Centre, priya: Tablet) -> None:
    ops = day()
    take(centre, make_copy(centre, priya, *ops))
    results = priya.send(*ops)
    assert all(one["replay"] for one in results)
    assert {one["status"] for one in results} == {"applied"}
    assert rows(centre, "SELECT count(*) FROM ledger") == [(6,)]
    more = day(1)
    assert [one["status"] for one in priya.send(*more)] == ["applied", "applied"]


def test_what_the_tablet_sent_first_is_not_taken_twice(centre: Centre, priya: Tablet) -> None:
    ops = day()
    priya.send(*ops[:3])
    told = take(centre, make_copy(centre, priya, *ops))
    assert (told.operations, told.again, told.entries) == (3, 3, 2)
    assert rows(centre, "SELECT count(*), max(revision) FROM revision WHERE op_id IS NOT NULL") == [
        (6, 2)
    ]


def test_an_older_copy_after_a_newer_one_changes_nothing(centre: Centre, priya: Tablet) -> None:
    ops = day()
    older = make_copy(centre, priya, *ops[:2], drafts=(a_draft(notes="old"),), last_dseq=1)
    take(centre, make_copy(centre, priya, *ops, drafts=(a_draft(notes="new", minute=45),)))
    before = kept(centre)
    take(centre, older)
    after = kept(centre)
    assert after.pop("rescue_list") == before.pop("rescue_list") + 1
    assert after == before


def test_how_the_tablet_is_now_is_not_told_by_a_copy(centre: Centre, priya: Tablet) -> None:
    priya.push(hb={"depth": 7, "oldest_at": SAVED})
    before = rows(centre, "SELECT depth, oldest_at, last_seen, app FROM device")
    take(centre, make_copy(centre, priya, *day(), app="a copy"))
    assert rows(centre, "SELECT depth, oldest_at, last_seen, app FROM device") == before


def test_one_bad_operation_costs_no_other(centre: Centre, priya: Tablet) -> None:
    good, later = create(), create()
    bad = create(record_type="SETTINGS")
    told = take(centre, make_copy(centre, priya, good, bad, patch(new_id()), later))
    assert (told.operations, told.quarantined) == (4, 2)
    assert words_of(told) == ("Taken: 4 entries. 2 changes are held there for somebody to look at.")
    assert stored(centre, later["record_id"])


def test_the_authors_rights_count_as_they_are_when_it_comes(centre: Centre, priya: Tablet) -> None:
    close_account(centre, "priya")
    told = take(centre, make_copy(centre, priya, *day(1)))
    assert told.quarantined == 2
    assert {one.code for one in held(centre)} == {"forbidden", "unknown_record"}


# -------------------------------------------------------------------------------- photos


def with_photo(data: bytes) -> Any:
    return create(attachments={photo_name(data): item_of(data)})


def test_photos_arrive_whole_and_count_as_the_authors(centre: Centre, priya: Tablet) -> None:
    told = take(centre, make_copy(centre, priya, with_photo(PHOTO), photos=(PHOTO,)))
    assert words_of(told) == "Taken: 1 entry and 1 photo or voice note."
    assert rows(centre, "SELECT sha, officer_id FROM blob_owner") == [
        (photo_name(PHOTO), "of-priya")
    ]
    pieces = rows(centre, "SELECT data FROM piece ORDER BY idx")
    assert b"".join(bytes(row[0]) for row in pieces) == PHOTO
    priya.follow()
    (record,) = [one for one in priya.records.values() if one.get("attachments")]
    assert record["attachments_received"] == [photo_name(PHOTO)]


def test_one_damaged_photo_costs_no_other_and_can_be_brought_later(
    centre: Centre, priya: Tablet
) -> None:
    other = Random(2).randbytes(70_000)
    copy = make_copy(centre, priya, with_photo(PHOTO), with_photo(other), photos=(PHOTO, other))
    whole = dict(copy.parts)
    victim = next(name for name, data in copy.parts.items() if len(data) > 1_000_000)
    copy.parts[victim] = copy.parts[victim][:-1] + b"?"
    told = take(centre, copy)
    assert (told.photos, told.missing, told.waiting) == (1, 2, 1)
    assert words_of(told) == (
        "Taken: 2 entries and 1 photo or voice note. 2 parts of the copy are missing or damaged,"
        " so 1 thing could not be taken. Nothing is lost: keep the copy, and hand it in again with"
        " its whole folder."
    )
    copy.parts = whole
    told = take(centre, copy)
    assert (told.photos, told.photos_again, told.missing) == (1, 1, 0)


# --------------------------------------------------------------------------- missing parts


def test_what_comes_after_a_missing_part_waits_for_it(centre: Centre, priya: Tablet) -> None:
    first, second = day(1), day(1)
    change = patch(first[0]["record_id"], qualitative=("Entry 0", "Entry 0, more"))
    copy = make_copy(centre, priya, change, *second, segments=(tuple(first),))
    whole, copy.parts = copy.parts, {}
    told = take(centre, copy)
    assert (told.operations, told.waiting, told.missing) == (2, 1, 1)
    assert stored(centre, first[0]["record_id"]) is None
    assert held(centre) == [], "nothing is held because its beginning is missing"
    copy.parts = whole
    told = take(centre, copy)
    assert (told.operations, told.again, told.missing) == (3, 2, 0)
    record = stored(centre, first[0]["record_id"]).record
    assert record.body["qualitative"] == "Entry 0, more"


# ----------------------------------------------------------------------------- spoiled copies


def test_a_copy_that_was_changed_or_cut_anywhere_is_refused_and_nothing_is_taken(
    centre: Centre, priya: Tablet
) -> None:
    copy = make_copy(centre, priya, *day(1))
    before = counts(centre)
    size = len(copy.data)
    for at in (*range(0, size, 37), size - 1):
        for spoiled in (
            copy.data[:at],
            copy.data[:at] + bytes([copy.data[at] ^ 1]) + copy.data[at + 1 :],
        ):
            with pytest.raises(CannotOpen):
                bundles.take(centre, spoiled, copy, BY)
    assert counts(centre) == before


def test_a_copy_for_another_centre_is_refused(
    centre: Centre, priya: Tablet, tmp_path: Any, clock: FixedClock
) -> None:
    from tests.contract.force import make_force

    other = make_force(tmp_path / "other", clock)
    copy = make_copy(other, priya, *day(1))
    other.close()
    with pytest.raises(CannotOpen, match="another centre"):
        take(centre, copy)


def test_a_copy_sealed_before_the_centre_changed_its_keys_is_taken(
    centre: Centre, priya: Tablet, folder: Any, clock: FixedClock
) -> None:
    from server.keys import change_keys
    from server.services.centre import open_centre

    copy = make_copy(centre, priya, *day(1))
    with centre.db.write() as connection:
        change_keys(connection, at=centre.now(), random=centre.random)
    again = open_centre(folder, clock=clock)
    try:
        assert take(again, copy).operations == 2
    finally:
        again.close()


# ---------------------------------------------------------------- what people look at first


@pytest.mark.parametrize("key", [None, bytes(range(9, 41))])
def test_a_copy_that_its_tablet_did_not_sign_is_kept_and_not_applied(
    centre: Centre, priya: Tablet, key: bytes | None
) -> None:
    ops = day(1)
    told = take(centre, make_copy(centre, priya, *ops, key=key, photos=(PHOTO,)))
    assert words_of(told, UNPROVEN) == (
        "Kept at the centre: 1 entry and 1 photo or voice note. Somebody there looks at it before"
        " it counts, because the centre cannot tell who wrote it."
    )
    assert stored(centre, ops[0]["record_id"]) is None
    assert [(one.code, one.officer_id) for one in held(centre)] == [(UNPROVEN, "of-priya")] * 2
    assert [one["status"] for one in priya.send(*ops)] == ["applied", "applied"], (
        "a forged copy takes nothing away from its alleged author"
    )


def test_nobody_writes_in_the_name_of_an_officer_who_never_signed_in_on_the_tablet(
    centre: Centre, priya: Tablet
) -> None:
    for officer_id in ("of-tom", "of-nobody"):
        told = take(centre, make_copy(centre, priya, *day(1), officer_id=officer_id))
        assert told.state == "held"
    assert rows(centre, "SELECT count(*) FROM ledger") == [(0,)]


def test_a_copy_of_a_tablet_nobody_knows_is_kept(centre: Centre, priya: Tablet) -> None:
    assert take(centre, make_copy(centre, priya, *day(1), device_id="unknown")).state == "held"
    assert len(held(centre)) == 2


def test_relinking_a_new_tablet_does_not_make_the_centre_refuse_everything_on_the_old_one(
    centre: Centre, priya: Tablet
) -> None:
    """The trap of that name (peers.md section 7 and section 1.6)."""
    ops = day(2)
    devices.set_state(centre, priya.device_id, REVOKED)
    new = known_tablet(centre, "of-priya", bytes(range(7, 39)))
    copy = make_copy(centre, priya, *ops, photos=(PHOTO,), drafts=(a_draft(),))
    told = take(centre, copy)
    assert words_of(told, LATE) == (
        "Kept at the centre: 2 entries, 1 draft and 1 photo or voice note. Somebody there looks at"
        " it before it counts, because its tablet is out of use."
    )
    assert {one.code for one in held(centre)} == {LATE}
    assert len(held(centre)) == 4
    (shelved,) = rows(centre, "SELECT sha FROM rescue_list WHERE state = 'held'")
    released = bundles.release(centre, shelved[0][:12])
    assert (released.operations, released.drafts, released.photos) == (4, 1, 1)
    assert held(centre) == []
    assert stored(centre, ops[0]["record_id"]).record.review_status == "PENDING_REVIEW"
    new.follow()
    assert new.sees(ops[0]["record_id"])
    assert counts(centre)["rescue_part"] == 0
    with pytest.raises(UserError, match="no single held copy"):
        bundles.release(centre, shelved[0])
    assert verify(centre).trouble is None


def test_a_held_copy_handed_in_again_is_held_once(centre: Centre, priya: Tablet) -> None:
    devices.set_state(centre, priya.device_id, REVOKED)
    copy = make_copy(centre, priya, *day(2), photos=(PHOTO,))
    take(centre, copy)
    before = kept(centre)
    take(centre, copy)
    assert kept(centre) == before


# --------------------------------------------------------------------------------- drafts


def a_draft(record_id: str = "", notes: str = "half a", minute: int = 30) -> Any:
    made = record_id or "0196f0a0-0000-7000-8000-00000000d4af"
    return draft_of(made, notes, f"2026-03-19T13:{minute}:00+00:00")


def test_a_draft_reaches_its_authors_next_tablet_and_nobody_elses(
    centre: Centre, priya: Tablet
) -> None:
    draft = a_draft()
    told = take(centre, make_copy(centre, priya, drafts=(draft,)))
    assert words_of(told) == "Taken: 1 draft."
    id = rescued_id("of-priya", draft["record_id"])
    new = Tablet(InProcess(centre), "of-priya")
    new.follow()
    assert new.sees(id)
    assert "half a" in new.records[id]["body"]["content"]
    for other in ("of-tom", "of-marta", "of-callum"):
        tablet = Tablet(InProcess(centre), other)
        tablet.follow()
        assert not tablet.sees(id)


def test_a_newer_state_of_a_draft_takes_the_place_of_the_older_one(
    centre: Centre, priya: Tablet
) -> None:
    take(centre, make_copy(centre, priya, drafts=(a_draft(notes="older"),)))
    take(centre, make_copy(centre, priya, drafts=(a_draft(notes="newer", minute=50),)))
    id = rescued_id("of-priya", a_draft()["record_id"])
    record = stored(centre, id).record
    assert "newer" in record.body["content"]
    assert rows(centre, "SELECT count(*) FROM record WHERE record_type = 'RESCUED_DRAFT'") == [(1,)]


def test_a_draft_whose_entry_was_handed_in_since_is_over(centre: Centre, priya: Tablet) -> None:
    entry = create()
    priya.send(entry, submit(entry["record_id"]))
    told = take(centre, make_copy(centre, priya, drafts=(a_draft(entry["record_id"]),)))
    assert told.drafts == 0


def test_a_draft_its_tablet_went_on_with_is_over(centre: Centre, priya: Tablet) -> None:
    entry = create(dseq=5)
    priya.send(entry)
    draft = a_draft(entry["record_id"])
    assert take(centre, make_copy(centre, priya, drafts=(draft,), last_dseq=4)).drafts == 0
    assert take(centre, make_copy(centre, priya, drafts=(draft,), last_dseq=5)).drafts == 1


def test_a_draft_nobody_can_make_sense_of_does_not_stop_the_others(
    centre: Centre, priya: Tablet
) -> None:
    odd = a_draft(new_id()) | {"saved_at": "yesterday"}
    odd["content"] = {"attached": {"x": 1}, "body": [0.1, {"a": None}]}
    told = take(centre, make_copy(centre, priya, drafts=(odd, a_draft()), photos=()))
    assert told.drafts == 2


def test_the_photo_of_a_draft_can_be_read_on_the_next_tablet(centre: Centre, priya: Tablet) -> None:
    from server.services.attachments.reading import read

    attached = {photo_name(PHOTO): {"state": "draft", "item": item_of(PHOTO)}}
    draft = draft_of(new_id(), "with a photo", SAVED, attached=attached)
    told = take(centre, make_copy(centre, priya, drafts=(draft,), photos=(PHOTO,)))
    assert words_of(told) == "Taken: 1 draft and 1 photo or voice note."
    new = Tablet(InProcess(centre), "of-priya")
    assert read(centre, new.token, photo_name(PHOTO), wanted=None).data == PHOTO
