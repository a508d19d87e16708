"""The life of an entry: draft, submitted, returned, approved, amended, withdrawn."""

from __future__ import annotations

from fieldapp.domain.codes import OpStatus, ReviewStatus, Verdict
from fieldapp.domain.records import from_wire, to_wire
from fieldapp.domain.review import overlay, settle
from tests.domain.review_cases import (
    ADMIN,
    AT,
    CALLUM,
    MARTA,
    PRIYA,
    RECORD_ID,
    STRANGER,
    TOM,
    approved,
    create,
    decide,
    delete,
    do,
    draft,
    must,
    patch,
    pending,
    recall,
    returned,
    submit,
    void,
)


def test_a_created_entry_is_a_draft_of_its_sender() -> None:
    record = draft()
    assert (record.review_status, record.revision) == (ReviewStatus.DRAFT, 1)
    assert record.owner_officer_id == PRIYA.officer_id


def test_creating_the_same_entry_twice_is_held_and_never_overwrites() -> None:
    settled = do(draft(), create(title="Other"))
    assert (settled.status, settled.code, settled.record) == (OpStatus.QUARANTINED, "exists", None)


def test_content_nobody_here_understands_is_held_not_lost() -> None:
    assert do(None, create("STOP_SEARCH")).code == "unknown_type"
    assert do(None, create("NEIGHBOURHOOD")).code == "unknown_type"
    assert do(None, create(schema_version=2)).code == "unknown_form"
    assert do(None, create(sentiment=9)).code == "invalid"
    assert do(None, create(lpt_code="LI")).code == "other_lpt"
    assert do(None, create(), ADMIN).code == "forbidden"


def test_a_field_from_a_newer_version_is_kept() -> None:
    assert draft(brand_new={"a": 1}).body["brand_new"] == {"a": 1}


def test_a_patch_changes_only_the_fields_it_names() -> None:
    record = must(draft(), patch(title=("Drop-in", "Surgery")))
    assert record.body["title"] == "Surgery"
    assert record.body["qualitative"] == "Bikes after school."


def test_a_patch_can_empty_a_field() -> None:
    assert "qualitative" not in must(draft(), patch(qualitative=("Bikes after school.", None))).body


def test_the_second_of_two_concurrent_edits_is_kept_as_a_conflict() -> None:
    first = must(draft(), patch(title=("Drop-in", "Surgery")))
    settled = do(first, patch(title=("Drop-in", "Stall"), purpose=(None, "Advice")))
    assert (settled.status, settled.fields) == (OpStatus.CONFLICT, ("title",))
    assert settled.record is not None
    assert settled.record.body["title"] == "Surgery"
    assert settled.record.body["purpose"] == "Advice"
    assert settled.record.conflicts[0]["mine"] == "Stall"


def test_an_open_conflict_blocks_a_decision() -> None:
    first = must(pending(), patch(title=("Drop-in", "Surgery")))
    torn = must(first, patch(title=("Drop-in", "Stall")))
    assert do(torn, decide(torn), TOM).code == "open_conflicts"


def test_nobody_but_the_owner_edits_an_entry() -> None:
    for other in (CALLUM, TOM, MARTA, STRANGER):
        assert do(draft(), patch(title=("Drop-in", "Mine")), other).code == "not_owner"


def test_submitting_twice_changes_nothing_the_second_time() -> None:
    record = pending()
    settled = do(record, submit())
    assert settled.status == OpStatus.APPLIED
    assert settled.record == record


def test_a_submitted_entry_that_breaks_a_rule_is_held_and_stays_a_draft() -> None:
    settled = settle(draft(), submit(), PRIYA, at=AT, submit_check=lambda _: "incomplete")
    assert (settled.status, settled.code) == (OpStatus.QUARANTINED, "incomplete")


def test_an_entry_can_be_recalled_until_it_is_decided() -> None:
    assert must(pending(), recall()).review_status == ReviewStatus.DRAFT
    assert do(approved(), recall()).code == "approved_locked"
    assert do(returned(), recall()).code == "not_submitted"
    assert do(pending(), recall(), TOM).code == "forbidden"


def test_r25_nobody_decides_on_their_own_entry() -> None:
    own = must(must(None, create(participants=None), TOM), submit(), TOM)
    assert do(own, decide(own), TOM).code == "own_entry"
    assert must(own, decide(own), MARTA).review_status == ReviewStatus.APPROVED


def test_r25_nobody_decides_on_an_entry_they_took_part_in() -> None:
    joint = pending(participants=[{"officer_id": "of-0010", "role_at_time": "PS"}])
    assert do(joint, decide(joint), TOM).code == "own_entry"
    assert must(joint, decide(joint), MARTA).review_status == ReviewStatus.APPROVED


def test_r25_leaving_out_a_participant_in_an_amendment_does_not_open_the_door() -> None:
    people = [{"officer_id": "of-0010", "role_at_time": "PS"}]
    joint = pending(participants=people)
    joint = must(joint, decide(joint), MARTA)
    amended = must(joint, patch(participants=(people, None)))
    assert do(amended, decide(amended), TOM).code == "own_entry"


def test_only_supervisors_of_the_lpt_decide() -> None:
    record = pending()
    for other in (CALLUM, STRANGER, ADMIN):
        assert do(record, decide(record), other).code == "forbidden"


def test_r26_a_decision_on_content_that_has_changed_is_not_accepted() -> None:
    record = pending()
    changed = must(record, patch(title=("Drop-in", "Surgery")))
    settled = do(changed, decide(record), TOM)
    assert (settled.status, settled.code) == (OpStatus.REJECTED, "stale_revision")


def test_r27_a_return_needs_a_reason() -> None:
    record = pending()
    settled = do(record, decide(record, Verdict.RETURN, reasons=[]), TOM)
    assert settled.code == "reasons_required"


def test_r27_a_returned_entry_carries_reasons_and_comments_and_can_be_resubmitted() -> None:
    record = pending()
    op = decide(record, Verdict.RETURN, comments={"counts.adults": "Does 34 include staff?"})
    back = must(record, op, TOM)
    assert back.decision is not None
    assert back.decision["comments"] == {"counts.adults": "Does 34 include staff?"}
    again = must(must(back, patch(title=("Drop-in", "Surgery"))), submit())
    assert again.review_status == ReviewStatus.PENDING_REVIEW
    assert again.revision == back.revision + 2


def test_r28_a_change_to_an_approved_entry_is_an_amendment_and_the_approved_one_stands() -> None:
    record = must(approved(), patch(title=("Drop-in", "Surgery")))
    assert record.review_status == ReviewStatus.APPROVED
    assert record.body["title"] == "Drop-in"
    assert record.shown_body["title"] == "Surgery"
    accepted = must(record, decide(record), TOM)
    assert (accepted.body["title"], accepted.amendment) == ("Surgery", None)


def test_r28_a_returned_amendment_leaves_the_approved_entry_alone() -> None:
    record = must(approved(), patch(title=("Drop-in", "Surgery")))
    back = must(record, decide(record, Verdict.RETURN), TOM)
    assert (back.review_status, back.body["title"]) == (ReviewStatus.APPROVED, "Drop-in")
    assert not back.awaits_decision
    again = must(must(back, patch(title=("Surgery", "Street surgery"))), submit())
    assert again.awaits_decision


def test_an_amendment_that_takes_itself_back_leaves_nothing_to_decide() -> None:
    record = must(approved(), patch(title=("Drop-in", "Surgery")))
    assert must(record, patch(title=("Surgery", "Drop-in"))).amendment is None


def test_the_second_supervisor_to_decide_is_told_so() -> None:
    record = pending()
    decided = must(record, decide(record), TOM)
    assert do(decided, decide(record, Verdict.RETURN), MARTA).code == "already_decided"
    assert do(decided, decide(record), MARTA).code == "already_decided"
    same = do(decided, decide(record), TOM)
    assert (same.status, same.record) == (OpStatus.APPLIED, decided)


def test_a_second_return_with_other_words_is_not_taken_for_the_first() -> None:
    record = pending()
    back = must(record, decide(record, Verdict.RETURN, comments={"": "One"}), TOM)
    other = decide(record, Verdict.RETURN, comments={"": "Another"})
    assert do(back, other, TOM).code == "already_decided"
    assert do(back, other, MARTA).code == "already_decided"


def test_a_withdrawn_entry_is_not_approved_by_an_old_approval_sent_again() -> None:
    record = pending()
    gone = must(must(record, decide(record), TOM), void(), TOM)
    assert do(gone, decide(record), TOM).code == "already_decided"


def test_an_entry_changed_after_handing_in_meets_the_rules_before_it_is_approved() -> None:
    record = must(pending(), patch(discloses_crime=(None, True)))
    settled = settle(record, decide(record), TOM, at=AT, submit_check=lambda _: "incomplete")
    assert (settled.status, settled.code) == (OpStatus.REJECTED, "incomplete")
    back = decide(record, Verdict.RETURN)
    assert settle(record, back, TOM, at=AT, submit_check=lambda _: "incomplete").record


def test_r25_taking_the_sergeant_out_of_a_submitted_entry_does_not_make_him_its_judge() -> None:
    people = [{"officer_id": "of-0010 ", "role_at_time": "PS"}]
    joint = pending(participants=people)
    assert do(joint, decide(joint), TOM).code == "own_entry"
    alone = must(joint, patch(participants=(people, None)))
    assert do(alone, decide(alone), TOM).code == "own_entry"
    assert must(alone, decide(alone), MARTA).review_status == ReviewStatus.APPROVED


def test_an_approved_entry_cannot_be_deleted_only_withdrawn_by_a_supervisor() -> None:
    record = approved()
    assert do(record, delete()).code == "approved_locked"
    assert do(record, void()).code == "forbidden"
    assert must(record, void(), TOM).review_status == ReviewStatus.VOID


def test_a_supervisor_cannot_withdraw_an_approved_entry_of_their_own() -> None:
    own = must(must(None, create(participants=None), TOM), submit(), TOM)
    own = must(own, decide(own), MARTA)
    assert do(own, void(), TOM).code == "own_entry"


def test_the_owner_withdraws_an_entry_that_is_not_approved() -> None:
    assert must(pending(), void()).review_status == ReviewStatus.VOID
    assert do(pending(), void(), TOM).code == "forbidden"


def test_an_edit_of_a_deleted_or_withdrawn_entry_is_held() -> None:
    gone = must(draft(), delete())
    assert do(gone, patch(title=("Drop-in", "Surgery"))).code == "deleted"
    assert do(gone, submit()).code == "deleted"
    assert do(must(pending(), void()), patch(title=("Drop-in", "Surgery"))).code == "void"


def test_what_belongs_to_an_entry_the_centre_does_not_have_is_held() -> None:
    assert do(None, patch(title=("a", "b"))).status == OpStatus.QUARANTINED
    assert do(None, submit()).status == OpStatus.QUARANTINED
    assert do(None, recall()).status == OpStatus.REJECTED


def test_every_change_leaves_one_event_without_content() -> None:
    kinds = [event["kind"] for event in approved().history]
    assert kinds == ["create", "submit", "decide"]
    assert "Bikes" not in str(approved().history)


def test_a_record_survives_the_trip_over_the_wire() -> None:
    for record in (draft(), returned(), must(approved(), patch(title=("Drop-in", "Surgery")))):
        assert from_wire(to_wire(record)) == record


def test_a_tablet_shows_its_own_work_on_top_of_what_the_centre_said() -> None:
    shown = overlay(None, [create(), submit()], PRIYA, at=AT)
    assert shown is not None
    assert (shown.id, shown.review_status) == (RECORD_ID, ReviewStatus.SUBMITTED)
    back = overlay(None, [create(), submit(), recall()], PRIYA, at=AT)
    assert back is not None
    assert back.review_status == ReviewStatus.DRAFT
