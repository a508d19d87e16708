"""Photos and voice notes of a record: a set that is part of what a supervisor decides on."""

from __future__ import annotations

from typing import Any

import pytest

from fieldapp.domain import attachments
from fieldapp.domain.attachments import MAX_FILE_BYTES, MAX_FILES
from fieldapp.domain.codes import OpStatus, ReviewStatus, Verdict
from fieldapp.domain.operations import Create, Decide, Operation, Patch, parse_operation
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record, from_wire, to_wire
from fieldapp.domain.review import Settled, overlay, settle
from tests.domain.review_cases import AT, PRIYA, TOM, body, decide, do, draft, header, must, submit

A, B, C = "a" * 64, "b" * 64, "c" * 64
PHOTO: dict[str, Any] = {"size": 412_332, "media": "image/jpeg", "kind": "PHOTO"}
VOICE: dict[str, Any] = {"size": 90_000, "media": "audio/ogg", "kind": "VOICE"}


def create(manifest: dict[str, Any], record_type: str = "ENGAGEMENT") -> Create:
    made = body() if record_type == "ENGAGEMENT" else {"lpt_code": "TA"}
    return Create(
        **header(), record_type=record_type, schema_version=1, body=made, attachments=manifest
    )


def change(attach: dict[str, Any] | None = None, detach: list[str] | None = None) -> Patch:
    return Patch(**header(), base_revision=1, changes={}, attach=attach or {}, detach=detach or [])


def decided(record: Record, op: Operation, *, arrived: bool, actor: Actor = TOM) -> Settled:
    return settle(record, op, actor, at=AT, arrived=lambda _record: arrived)


def test_a_photo_is_part_of_the_content_that_is_decided_on() -> None:
    plain, with_photo = draft(), must(None, create({A: PHOTO}))
    assert with_photo.attachments == {A: PHOTO}
    assert with_photo.content_hash != plain.content_hash
    assert with_photo.content_hash == with_photo.hash_of(with_photo.body)


def test_photos_of_two_people_never_collide() -> None:
    record = must(None, create({A: PHOTO, B: PHOTO}))
    first = must(record, change(attach={C: VOICE}))
    both = must(first, change(detach=[A]))
    assert set(both.attachments) == {B, C}
    assert (both.conflicts, both.content_hash) == ((), both.hash_of(both.body))
    other_way = must(must(record, change(detach=[A])), change(attach={C: VOICE}))
    assert other_way.content_hash == both.content_hash


def test_attaching_twice_and_detaching_what_is_gone_change_nothing() -> None:
    record = must(None, create({A: PHOTO}))
    again = must(record, change(attach={A: {**PHOTO, "caption": "later"}}, detach=[B]))
    assert again.attachments == {A: PHOTO}


def test_what_a_manifest_says_can_be_put_right_by_taking_off_and_putting_on() -> None:
    record = must(None, create({A: PHOTO}))
    mended = must(record, change(attach={A: {**PHOTO, "caption": "the ramp"}}, detach=[A]))
    assert mended.attachments[A]["caption"] == "the ramp"


def test_history_says_that_attachments_changed() -> None:
    record = must(must(None, create({})), change(attach={A: PHOTO}))
    assert record.history[-1]["fields"] == ["attachments"]


def test_a_field_of_a_manifest_from_a_newer_version_is_kept() -> None:
    assert must(None, create({A: {**PHOTO, "brand_new": [1]}})).attachments[A]["brand_new"] == [1]


@pytest.mark.parametrize(
    "manifest",
    [
        {"A" * 64: PHOTO},
        {"a" * 63: PHOTO},
        {f"{A}\n": PHOTO},
        {"../../etc/passwd": PHOTO},
        {A: None},
        {A: []},
        {A: {}},
        {A: {**PHOTO, "size": 0}},
        {A: {**PHOTO, "size": -1}},
        {A: {**PHOTO, "size": True}},
        {A: {**PHOTO, "size": "5"}},
        {A: {**PHOTO, "size": 1.5}},
        {A: {**PHOTO, "size": MAX_FILE_BYTES + 1}},
        {A: {**PHOTO, "media": "text/html"}},
        {A: {**PHOTO, "media": "image/svg+xml"}},
        {A: {**PHOTO, "media": ["image/jpeg"]}},
        {A: {**PHOTO, "kind": "VOICE"}},
        {A: {**VOICE, "kind": "FILM"}},
        {f"{number:064x}": PHOTO for number in range(MAX_FILES + 1)},
    ],
)
def test_a_manifest_that_cannot_be_kept_is_held_not_lost(manifest: dict[str, Any]) -> None:
    for settled in (do(None, create(manifest)), do(draft(), change(attach=manifest))):
        assert (settled.status, settled.code) == (OpStatus.QUARANTINED, attachments.BAD)
        assert settled.record is None


def test_an_entry_never_grows_beyond_its_limit_by_patches() -> None:
    full = {f"{number:064x}": PHOTO for number in range(MAX_FILES)}
    record = must(None, create(full))
    assert do(record, change(attach={A: PHOTO})).code == attachments.BAD
    room = must(record, change(attach={A: PHOTO}, detach=[f"{0:064x}"]))
    assert len(room.attachments) == MAX_FILES


def test_people_are_not_photographed() -> None:
    assert do(None, create({A: PHOTO}, "PERSON")).code == attachments.BAD
    person = must(None, create({}, "PERSON"))
    assert do(person, change(attach={A: PHOTO})).code == attachments.BAD


def waiting() -> Record:
    return must(must(None, create({A: PHOTO, B: PHOTO})), submit())


def test_an_entry_is_handed_in_while_its_photos_are_on_their_way() -> None:
    settled = decided(must(None, create({A: PHOTO})), submit(), arrived=False, actor=PRIYA)
    assert settled.record is not None
    assert settled.record.review_status == ReviewStatus.PENDING_REVIEW


def test_nobody_approves_what_has_not_arrived_and_a_return_needs_no_photo() -> None:
    record = waiting()
    missing = decided(record, decide(record), arrived=False)
    assert (missing.status, missing.code) == (OpStatus.REJECTED, "attachments_incomplete")
    returned = decided(record, decide(record, Verdict.RETURN), arrived=False)
    assert returned.record is not None
    assert returned.record.review_status == ReviewStatus.RETURNED
    approved = decided(record, decide(record), arrived=True)
    assert approved.record is not None
    assert approved.record.attachments == {A: PHOTO, B: PHOTO}


def test_a_decision_on_photos_that_changed_since_is_a_decision_on_something_else() -> None:
    record = waiting()
    old = decide(record)
    assert isinstance(old, Decide)
    now = must(record, change(detach=[B]))
    assert decided(now, old, arrived=True).code == "stale_revision"


def test_a_photo_put_on_after_approval_waits_for_a_decision_of_its_own() -> None:
    record = waiting()
    record = must(record, decide(record), TOM)
    amended = must(record, change(attach={C: PHOTO}))
    assert amended.attachments == {A: PHOTO, B: PHOTO}
    assert set(amended.shown_attachments) == {A, B, C}
    assert (amended.content_hash, amended.awaits_decision) == (record.content_hash, True)
    assert from_wire(to_wire(amended)) == amended
    approved = must(amended, decide(amended), TOM)
    assert (set(approved.attachments), approved.amendment) == ({A, B, C}, None)
    assert approved.content_hash == approved.hash_of(approved.body)


def test_an_amendment_that_takes_every_photo_off_says_so_on_the_wire() -> None:
    record = waiting()
    amended = must(must(record, decide(record), TOM), change(detach=[A, B]))
    assert from_wire(to_wire(amended)) == amended
    assert must(amended, change(attach={A: PHOTO, B: PHOTO})).amendment is None


def test_an_amendment_of_the_first_release_has_the_photos_of_its_entry() -> None:
    record = waiting()
    amended = must(must(record, decide(record), TOM), change(attach={C: PHOTO}))
    wire = to_wire(amended)
    del wire["amendment"]["attachments"]
    assert from_wire(wire).shown_attachments == {A: PHOTO, B: PHOTO}


def test_the_tablet_shows_photos_before_the_centre_knows_of_them() -> None:
    shown = overlay(draft(), [change(attach={A: PHOTO})], PRIYA, at=AT)
    assert shown is not None
    assert shown.attachments == {A: PHOTO}


def test_a_patch_without_photos_is_one_that_every_release_reads() -> None:
    wire = change().to_wire()
    assert "attach" not in wire
    assert "detach" not in wire
    full = change(attach={A: PHOTO}, detach=[B])
    assert parse_operation(full.to_wire()) == full
