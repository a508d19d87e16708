"""Recording an entry: nothing typed is lost, and one act is one transaction."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.domain.times import utc_text
from fieldapp.services.capture import NotReadyError
from fieldapp.services.values import Mark
from fieldapp.store import Tx, records
from tests.services.desk import GLASCOTE, PRIYA, Desk, Review


def wires(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.reading() as tx:
        return [json.loads(row[0]) for row in tx.rows("SELECT wire FROM outbox ORDER BY dseq")]


def mark(desk: Desk, record_id: str) -> Mark:
    return desk.services.entries.view(record_id).row.mark


# ------------------------------------------------------------------------- drafts


def test_an_entry_exists_from_the_first_tap(priya: Desk) -> None:
    draft = priya.services.capture.start("DROP_IN")
    assert draft.body["participants"] == [{"officer_id": "of-0001", "role_at_time": "PCSO"}]
    assert "counts" not in draft.body
    priya.restart()
    assert [row.record_id for row in priya.services.entries.today().recovered] == [draft.record_id]


def test_a_stopped_app_comes_back_to_the_field_and_the_words(priya: Desk, review: Review) -> None:
    draft = priya.drop_in(qualitative="Half a sent")
    draft = replace(draft, focus_field="qualitative", focus_position=11)
    priya.services.capture.autosave(draft)
    priya.restart()
    row = priya.services.entries.today().recovered[0]
    assert row.detail == "We kept your draft from 14:30"
    again = priya.services.capture.open(row.record_id)
    assert (again.body["qualitative"], again.focus_field, again.focus_position) == (
        "Half a sent",
        "qualitative",
        11,
    )
    assert priya.services.entries.today().recovered == ()


def test_a_draft_left_on_purpose_is_not_called_recovered(priya: Desk) -> None:
    draft = priya.drop_in(discloses_crime=None)
    row = priya.services.capture.finish_later(draft)
    assert row.detail == "Still needed: Crime and safeguarding"
    priya.restart()
    today = priya.services.entries.today()
    assert today.recovered == ()
    assert [row.record_id for row in today.drafts] == [draft.record_id]


def test_a_finished_later_draft_reaches_the_centre_for_its_author_only(
    priya: Desk, tom: Desk, review: Review
) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    priya.sync()
    assert review.records[draft.record_id].review_status == "DRAFT"
    tom.sync()
    with tom.store.reading() as tx:
        assert records.shown(tx, draft.record_id) is None


def test_an_oversized_note_is_kept_on_the_tablet_and_told_before_submitting(
    priya: Desk,
) -> None:
    draft = priya.drop_in(qualitative="x" * 8001)
    priya.services.capture.finish_later(draft)
    check = priya.services.capture.check(draft)
    assert [(row.field, row.section) for row in check.problems] == [("qualitative", "notes")]
    assert "8,000" in check.problems[0].words
    again = priya.services.capture.open(draft.record_id)
    assert again.body["qualitative"] == "x" * 8001


def test_copy_last_takes_place_and_times_and_never_counts_or_notes(priya: Desk) -> None:
    priya.submitted()
    priya.clock.advance(days=7)
    fresh = priya.services.capture.copy_last(priya.services.capture.start("DROP_IN"))
    assert fresh.body["venue"] == {"name": "Larkspur Shopping Precinct"}
    assert fresh.body["neighbourhood_id"] == GLASCOTE
    assert fresh.body["started_at"] == "2026-03-26T12:30:00+00:00"
    assert fresh.body["ended_at"] == "2026-03-26T14:20:00+00:00"
    assert not {"counts", "qualitative", "issues", "handouts", "title"} & fresh.body.keys()
    assert "Larkspur" in fresh.origin


def test_copy_last_says_when_there_is_nothing_to_copy(priya: Desk) -> None:
    draft = priya.services.capture.start("SCHOOL_VISIT")
    with pytest.raises(UserError) as caught:
        priya.services.capture.copy_last(draft)
    assert caught.value.code == "nothing_to_copy"


def test_an_entry_begun_from_the_plan_knows_what_the_plan_says(priya: Desk, review: Review) -> None:
    plan_id = priya.services.plan.add(
        {
            "engagement_type": "DROP_IN",
            "title": "Glascote drop-in",
            "neighbourhood_id": GLASCOTE,
            "venue": {"name": "Larkspur Shopping Precinct"},
            "starts_at": "2026-03-19T15:00:00+00:00",
            "ends_at": "2026-03-19T16:00:00+00:00",
            "officers_planned": ["of-0001", "of-0010"],
        }
    )
    draft = priya.services.capture.start("DROP_IN", plan_id=plan_id)
    assert draft.body["title"] == "Glascote drop-in"
    assert draft.body["planned_activity_id"] == plan_id
    assert draft.body["started_at"] == "2026-03-19T15:00:00+00:00"
    assert [one["officer_id"] for one in draft.body["participants"]] == ["of-0001", "of-0010"]
    assert draft.origin
    row = priya.services.plan.today()[0]
    assert row.started_record_id == draft.record_id


# --------------------------------------------------------------------- submitting


def test_submitting_writes_record_outbox_audit_and_index_at_once(priya: Desk) -> None:
    before = priya.numbers()
    record_id = priya.submitted()
    after = priya.numbers()
    assert {name: after[name] - before[name] for name in after} == {
        "record": 1,
        "outbox": 2,
        "audit": 1,
        "draft": 0,
        "search": 1,
        "member": 0,
    }
    assert [wire["kind"] for wire in wires(priya)] == ["create", "submit"]
    assert mark(priya, record_id) is Mark.WAITING
    assert [row.record_id for row in priya.services.entries.search("larkspur")] == [record_id]


class CrashError(Exception):
    """The process would be gone here."""


@pytest.mark.slow
def test_a_crash_between_any_two_statements_leaves_nothing_of_a_submission(
    priya: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise = {"kind": "PUBLIC_QUERY", "summary": "When is the next patrol?"}
    draft = priya.drop_in(actions_promised=[promise])
    before = priya.numbers()
    real_run, real_many = Tx.run, Tx.run_many
    left = 0

    def crash() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise CrashError

    def run(self: Tx, *args: Any) -> int:
        crash()
        return real_run(self, *args)

    def run_many(self: Tx, *args: Any) -> None:
        crash()
        real_many(self, *args)

    monkeypatch.setattr(Tx, "run", run)
    monkeypatch.setattr(Tx, "run_many", run_many)
    for survived in range(200):
        left = survived
        try:
            priya.services.capture.submit(draft)
        except CrashError:
            assert priya.numbers() == before
            continue
        assert survived > 8
        break
    after = priya.numbers()
    assert after["record"] == before["record"] + 2
    assert after["draft"] == before["draft"] - 1


def test_what_is_missing_stops_submitting_and_is_told_by_field(priya: Desk) -> None:
    draft = priya.drop_in(venue=None, discloses_crime=None)
    before = priya.numbers()
    with pytest.raises(NotReadyError) as caught:
        priya.services.capture.submit(draft)
    fields = {row.field for row in caught.value.check.problems}
    assert fields == {"venue.name", "discloses_crime"}
    assert priya.numbers() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"started_at": "2026-03-19T16:00:00+00:00"}, "started_at"),
        ({"ended_at": "2026-03-19T11:00:00+00:00"}, "ended_at"),
        ({"counts": {"adults": 5001}}, "counts.adults"),
        ({"counts": {"adults": -1}}, "counts.adults"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"outcome": "CELEBRATED"}, "outcome"),
    ],
)
def test_impossible_answers_are_told_and_stop_submitting(
    priya: Desk, change: dict[str, Any], field: str
) -> None:
    draft = priya.drop_in(**change)
    assert field in {row.field for row in priya.services.capture.check(draft).problems}
    with pytest.raises(NotReadyError):
        priya.services.capture.submit(draft)


def test_a_field_of_a_newer_version_is_kept_and_sent_on(priya: Desk, review: Review) -> None:
    record_id = priya.submitted(drone_used={"minutes": 4})
    assert wires(priya)[0]["body"]["drone_used"] == {"minutes": 4}
    priya.sync()
    assert review.records[record_id].body["drone_used"] == {"minutes": 4}


def test_a_newer_code_in_a_received_entry_is_shown_as_it_is(tom: Desk, priya: Desk) -> None:
    record_id = priya.submitted()
    priya.sync()
    record = tom.review.records[record_id]
    body = {**record.body, "engagement_type": "HOLOGRAM", "outcome": "BEAMED"}
    tom.review.put(replace(record, body=body, revision=record.revision + 1))
    tom.sync()
    view = tom.services.entries.view(record_id)
    assert view.row.type_label == "HOLOGRAM"
    assert "BEAMED" in {line.value for line in view.lines}


def test_edits_before_the_first_send_fold_into_the_creation(priya: Desk) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    changed = replace(draft, body={**draft.body, "qualitative": "Much better words."})
    priya.services.capture.finish_later(changed)
    (create,) = wires(priya)
    assert create["body"]["qualitative"] == "Much better words."


def test_an_operation_that_was_sent_is_never_changed(priya: Desk) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    (first,) = priya.port.take_batch(10, 100_000)
    changed = replace(draft, body={**draft.body, "qualitative": "Much better words."})
    priya.services.capture.finish_later(changed)
    again = priya.port.take_batch(10, 100_000)
    assert again[0].wire == first.wire
    patch = json.loads(again[1].wire)
    assert patch["kind"] == "patch"
    assert patch["changes"]["qualitative"] == {
        "from": "Pleased to see the team on foot.",
        "to": "Much better words.",
    }


def test_a_question_is_due_72_hours_after_it_was_asked_and_not_after_it_was_written(
    priya: Desk,
) -> None:
    asked = priya.clock.now() - timedelta(hours=3)
    promise = {
        "kind": "PUBLIC_QUERY",
        "summary": "What is being done about bikes?",
        "raised_at": utc_text(asked),
    }
    record_id = priya.submitted(actions_promised=[promise])
    priya.clock.advance(hours=5)
    (row,) = priya.services.follow_ups.due()
    assert row.due_at == asked + timedelta(hours=72)
    assert row.source_title == priya.services.entries.view(record_id).row.title
    assert row.waiting


def test_undoing_a_submission_before_it_left_sends_only_a_draft(priya: Desk) -> None:
    record_id = priya.submitted()
    priya.services.capture.recall(record_id)
    assert [wire["kind"] for wire in wires(priya)] == ["create"]
    assert mark(priya, record_id) is Mark.DRAFT


def test_a_sent_entry_is_recalled_by_an_operation_of_its_own(priya: Desk, review: Review) -> None:
    record_id = priya.submitted()
    priya.sync()
    assert mark(priya, record_id) is Mark.WITH_SERGEANT
    priya.services.capture.recall(record_id)
    assert mark(priya, record_id) is Mark.DRAFT
    priya.sync()
    assert review.records[record_id].review_status == "DRAFT"


def test_an_entry_with_the_sergeant_is_not_changed_behind_their_back(priya: Desk) -> None:
    record_id = priya.submitted()
    with pytest.raises(UserError) as caught:
        priya.services.capture.open(record_id)
    assert "Recall it first" in caught.value.words


def test_nobody_changes_the_entry_of_someone_else(priya: Desk, tom: Desk) -> None:
    record_id = priya.submitted()
    priya.sync()
    tom.sync()
    for act in (tom.services.capture.open, tom.services.capture.recall):
        with pytest.raises(UserError):
            act(record_id)


def test_a_draft_that_never_left_is_gone_when_deleted_and_can_be_brought_back(
    priya: Desk,
) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    priya.services.capture.delete(draft.record_id)
    assert wires(priya) == []
    assert priya.services.entries.today().drafts == ()
    assert priya.services.entries.search("larkspur") == ()
    priya.services.capture.undelete(draft)
    assert [row.record_id for row in priya.services.entries.today().drafts] == [draft.record_id]


def test_deleting_a_sent_draft_is_held_back_for_undoing_and_then_told(
    priya: Desk, review: Review
) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    priya.sync()
    priya.services.capture.delete(draft.record_id)
    assert priya.services.entries.list() == ()
    priya.services.capture.undelete(draft)
    priya.sync()
    assert not review.records[draft.record_id].deleted
    priya.services.capture.delete(draft.record_id)
    priya.clock.advance(seconds=11)
    priya.sync()
    assert review.records[draft.record_id].deleted
    with priya.store.reading() as tx:
        assert records.shown(tx, draft.record_id) is None


def test_a_withdrawn_entry_is_kept_with_its_reason(priya: Desk, review: Review) -> None:
    record_id = priya.submitted()
    with pytest.raises(UserError):
        priya.services.capture.withdraw(record_id, "  ")
    priya.services.capture.withdraw(record_id, "Recorded twice")
    assert mark(priya, record_id) is Mark.WITHDRAWN
    priya.sync()
    assert review.records[record_id].review_status == "VOID"


# --------------------------------------------------------------------- amendments


def test_changing_an_approved_entry_opens_an_amendment_that_counts_only_when_approved(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = priya.submitted()
    priya.sync()
    tom.sync()
    token = tom.services.approvals.approve(
        record_id, tom.services.approvals.open(record_id).content_hash
    )
    assert token.until == tom.clock.now() + timedelta(seconds=10)
    tom.clock.advance(seconds=11)
    tom.sync()
    priya.sync()
    assert mark(priya, record_id) is Mark.APPROVED
    draft = priya.services.capture.open(record_id)
    assert draft.amends
    draft = replace(draft, body={**draft.body, "counts": {"adults": 30}})
    assert "stays as it is" in priya.services.capture.check(draft).next_words
    priya.services.capture.submit(draft)
    priya.sync()
    record = review.records[record_id]
    assert record.review_status == "APPROVED"
    assert record.body["counts"]["adults"] == 34
    assert record.amendment is not None
    view = priya.services.entries.view(record_id)
    assert view.row.mark is Mark.AMENDMENT
    assert [(line.label, line.value) for line in view.amendment_lines] == [("Adults", "30")]


def test_the_supervisor_is_named_in_what_happens_next(priya: Desk) -> None:
    assert PRIYA.name not in (words := priya.services.capture.check(priya.drop_in()).next_words)
    assert "PS Tom Ashworth" in words
