"""What the centre holds: shown as held, never as done, and never a trap for who wrote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.services.values import Mark
from fieldapp.store import records
from tests.services.desk import Desk, Review

if TYPE_CHECKING:
    from fieldapp.services.values import PendingRow


def mark(desk: Desk, record_id: str) -> Mark:
    (found,) = [row for row in desk.services.entries.list() if row.record_id == record_id]
    return found.mark


def held(desk: Desk) -> list[PendingRow]:
    return [row for row in desk.services.waiting.pending() if row.mark is Mark.HELD]


def shown(desk: Desk, record_id: str) -> Any:
    with desk.store.reading() as tx:
        return records.shown(tx, record_id)


def entries_of(review: Review) -> list[str]:
    return [one.id for one in review.records.values() if one.record_type == "ENGAGEMENT"]


def held_submit(priya: Desk, review: Review, **more: Any) -> str:
    review.hold["submit"] = "incomplete"
    record_id = priya.submitted(**more)
    priya.sync()
    assert review.records[record_id].review_status == "DRAFT"
    return record_id


def returned(priya: Desk, tom: Desk, **more: Any) -> str:
    record_id = priya.submitted(**more)
    priya.sync()
    tom.sync()
    view = tom.services.approvals.open(record_id)
    tom.services.approvals.send_back(record_id, view.content_hash, ["COUNT_QUERY"], {})
    tom.clock.advance(seconds=11)
    tom.sync()
    priya.sync()
    return record_id


def test_an_entry_whose_submission_is_held_is_a_draft_that_says_held(
    priya: Desk, review: Review
) -> None:
    record_id = held_submit(priya, review)
    assert mark(priya, record_id) is Mark.HELD
    view = priya.services.entries.view(record_id)
    assert (view.can_edit, view.can_recall, view.can_delete) == (True, False, True)


def test_handing_in_again_takes_the_held_submission_off_the_list(
    priya: Desk, review: Review
) -> None:
    record_id = held_submit(priya, review)
    draft = priya.services.capture.open(record_id)
    priya.services.capture.submit(replace(draft, body={**draft.body, "qualitative": "Better"}))
    assert held(priya) == []
    priya.sync()
    assert review.records[record_id].review_status == "PENDING_REVIEW"
    assert review.records[record_id].body["qualitative"] == "Better"
    assert mark(priya, record_id) is Mark.WITH_SERGEANT


def test_recalling_drops_a_held_submission(priya: Desk, review: Review) -> None:
    record_id = held_submit(priya, review)
    priya.services.capture.recall(record_id)
    assert held(priya) == []
    assert mark(priya, record_id) is Mark.DRAFT
    priya.sync()
    assert held(priya) == []


def test_a_held_submission_opens_the_same_entry_and_no_second_one(
    priya: Desk, review: Review
) -> None:
    record_id = held_submit(priya, review)
    draft = priya.services.waiting.open_as_new_draft(held(priya)[0].op_id)
    assert draft.record_id == record_id
    assert held(priya) == []
    assert [row.record_id for row in priya.services.entries.today().drafts] == [record_id]
    priya.services.capture.submit(draft)
    priya.sync()
    assert entries_of(review) == [record_id]
    assert review.records[record_id].review_status == "PENDING_REVIEW"


def test_a_held_change_stays_to_be_seen_and_goes_into_the_working_copy(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = returned(priya, tom)
    review.hold |= {"patch": "malformed", "submit": "incomplete"}
    draft = priya.services.capture.open(record_id)
    priya.services.capture.submit(replace(draft, body={**draft.body, "qualitative": "Mine"}))
    priya.sync()
    assert mark(priya, record_id) is Mark.HELD
    assert shown(priya, record_id).body["qualitative"] == "Mine"
    draft = priya.services.waiting.open_as_new_draft(held(priya)[0].op_id)
    assert (draft.record_id, draft.body["qualitative"]) == (record_id, "Mine")
    priya.restart()
    draft = priya.services.capture.open(record_id)
    assert draft.body["qualitative"] == "Mine"
    priya.services.capture.submit(draft)
    assert {one.status for one in priya.sync()} == {"applied"}
    assert review.records[record_id].body["qualitative"] == "Mine"
    assert review.records[record_id].conflicts == ()
    assert review.records[record_id].review_status == "PENDING_REVIEW"


def test_a_held_change_is_sent_with_the_next_submission_without_more_ado(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = returned(priya, tom)
    review.hold |= {"patch": "malformed", "submit": "incomplete"}
    draft = priya.services.capture.open(record_id)
    priya.services.capture.submit(replace(draft, body={**draft.body, "qualitative": "Mine"}))
    priya.sync()
    draft = priya.services.capture.open(record_id)
    body = {**draft.body, "counts": {"adults": 3}}
    priya.services.capture.submit(replace(draft, body=body))
    priya.sync()
    assert held(priya) == []
    body = review.records[record_id].body
    assert (body["qualitative"], body["counts"]) == ("Mine", {"adults": 3})


def test_an_entry_held_whole_begins_again_under_a_new_number(priya: Desk, review: Review) -> None:
    review.hold |= {"create": "unknown_form"}
    record_id = priya.submitted(qualitative="All of it")
    priya.sync()
    assert mark(priya, record_id) is Mark.HELD
    draft = priya.services.waiting.open_as_new_draft(held(priya)[0].op_id)
    assert draft.record_id != record_id
    assert draft.body["qualitative"] == "All of it"
    priya.services.capture.submit(draft)
    priya.sync()
    assert entries_of(review) == [draft.record_id]


def decided(tom: Desk, record_id: str) -> None:
    view = tom.services.approvals.open(record_id)
    assert view.blocked_words == ""
    tom.services.approvals.approve(record_id, view.content_hash)


def test_a_decision_that_has_not_left_is_waiting_and_not_approved(priya: Desk, tom: Desk) -> None:
    record_id = priya.submitted()
    priya.sync()
    tom.sync()
    decided(tom, record_id)
    assert mark(tom, record_id) is Mark.WAITING
    rows = tom.services.entries.list(marks=[Mark.WAITING])
    assert [row.record_id for row in rows] == [record_id]
    tom.clock.advance(seconds=11)
    tom.sync()
    assert mark(tom, record_id) is Mark.APPROVED


def test_a_held_decision_is_held_and_can_be_made_again(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = priya.submitted()
    priya.sync()
    tom.sync()
    review.hold["decide"] = "server_error"
    decided(tom, record_id)
    tom.clock.advance(seconds=11)
    tom.sync()
    assert mark(tom, record_id) is Mark.HELD
    assert shown(tom, record_id).review_status == "PENDING_REVIEW"
    assert [row.record_id for row in tom.services.approvals.queue()] == [record_id]
    with pytest.raises(UserError):
        tom.services.waiting.open_as_new_draft(held(tom)[0].op_id)
    decided(tom, record_id)
    assert held(tom) == []
    tom.clock.advance(seconds=11)
    tom.sync()
    assert review.records[record_id].review_status == "APPROVED"
    assert mark(tom, record_id) is Mark.APPROVED


def test_a_clock_set_back_does_not_keep_a_decision_on_the_tablet(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = priya.submitted()
    priya.sync()
    tom.sync()
    decided(tom, record_id)
    until = tom.port.held_until()
    assert until == tom.clock.now() + timedelta(seconds=10)
    tom.sync()
    assert review.records[record_id].review_status == "PENDING_REVIEW"
    tom.clock.set(tom.clock.now() - timedelta(hours=1))
    assert tom.port.held_until() == tom.clock.now()
    tom.sync()
    assert review.records[record_id].review_status == "APPROVED"
