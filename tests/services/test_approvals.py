"""The supervisor's side: what is read first, what may be decided, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fieldapp.domain.codes import RecordType
from fieldapp.domain.errors import UserError
from fieldapp.domain.times import utc_text
from fieldapp.services.values import Mark
from tests.services.desk import BELGRAVE, GLASCOTE, STONYDELPH, TOM, Desk, Review, published

WEEK = timedelta(days=7)


def sent(desk: Desk, **more: Any) -> str:
    record_id = desk.submitted(**more)
    desk.sync()
    return record_id


def queue(tom: Desk) -> list[str]:
    tom.sync()
    return [row.record_id for row in tom.services.approvals.queue()]


def flags(tom: Desk, record_id: str) -> tuple[str, ...]:
    (row,) = [row for row in tom.services.approvals.queue() if row.record_id == record_id]
    return row.flags


def decide(tom: Desk, record_id: str) -> Any:
    return tom.services.approvals.approve(
        record_id, tom.services.approvals.open(record_id).content_hash
    )


def test_the_riskiest_entry_is_read_first_and_then_the_oldest(priya: Desk, tom: Desk) -> None:
    plain = sent(priya)
    priya.clock.advance(minutes=5)
    named = sent(priya, qualitative="Call him on 07700 900123.", kept_text=[
        {"field": "qualitative", "kind": "PHONE", "because": "PUBLIC_ROLE"}])  # fmt: skip
    asked = sent(
        priya,
        neighbourhood_id=BELGRAVE,
        actions_promised=[{"kind": "PUBLIC_QUERY", "summary": "When is the next patrol?"}],
    )
    crime = sent(priya, discloses_crime=True, crime_or_incident_ref="CR-1")
    concern = sent(
        priya,
        safeguarding_concern=True,
        safeguarding={
            "routed_to": "MASH",
            "routed_at": utc_text(priya.clock.now()),
            "force_referral_ref": "R-1",
        },
    )
    newest = sent(priya)
    assert queue(tom) == [concern, crime, asked, named, plain, newest]
    assert flags(tom, concern) == ("Safeguarding concern",)
    assert flags(tom, crime) == ("Crime disclosed",)
    assert flags(tom, asked)[0].startswith("Question due Sun 22 Mar")
    assert tom.services.entries.today().approvals_waiting == 6


def test_late_old_and_doubled_entries_say_so(priya: Desk, callum: Desk, tom: Desk) -> None:
    now = priya.clock.now()
    late = sent(
        priya,
        started_at=utc_text(now - timedelta(days=4)),
        ended_at=utc_text(now - timedelta(days=4) + timedelta(hours=1)),
    )
    twice = sent(priya)
    other = sent(callum)
    tom.sync()
    assert "Recorded late" in flags(tom, late)
    assert "May be recorded twice" in flags(tom, twice)
    assert "May be recorded twice" in flags(tom, other)
    tom.clock.advance(days=14)
    assert flags(tom, late)[0] == "Waiting 10 working days, with the inspector"


def test_another_officers_record_of_the_same_event_is_shown_before_submitting(
    priya: Desk, callum: Desk
) -> None:
    record_id = sent(priya)
    callum.sync()
    check = callum.services.capture.check(callum.drop_in())
    assert [row.record_id for row in check.duplicates] == [record_id]
    elsewhere = callum.drop_in(neighbourhood_id=STONYDELPH)
    assert callum.services.capture.check(elsewhere).duplicates == ()


def test_nobody_decides_on_what_they_recorded_or_took_part_in(priya: Desk, tom: Desk) -> None:
    own = sent(tom)
    joint = sent(
        priya,
        participants=[
            {"officer_id": "of-0001", "role_at_time": "PCSO"},
            {"officer_id": "of-0010", "role_at_time": "PS"},
        ],
    )
    assert queue(tom) == []
    for record_id in (own, joint):
        view = tom.services.approvals.open(record_id)
        assert "someone else must decide" in view.blocked_words
        with pytest.raises(UserError):
            tom.services.approvals.approve(record_id, view.content_hash)


def test_an_officer_without_the_role_has_no_queue(priya: Desk, callum: Desk) -> None:
    record_id = sent(priya)
    callum.sync()
    assert callum.services.approvals.queue() == ()
    view = callum.services.approvals.open(record_id)
    assert view.blocked_words
    with pytest.raises(UserError):
        callum.services.approvals.approve(record_id, view.content_hash)


def test_approving_and_the_next_one_is_up(priya: Desk, tom: Desk, review: Review) -> None:
    first, second = sent(priya), sent(priya)
    assert set(queue(tom)) == {first, second}
    decide(tom, first)
    assert [row.record_id for row in tom.services.approvals.queue()] == [second]
    assert tom.services.entries.view(first).row.mark is Mark.WAITING
    assert tom.sync() == []
    assert review.records[first].review_status == "PENDING_REVIEW"
    tom.clock.advance(seconds=11)
    assert [one.status for one in tom.sync()] == ["applied"]
    assert review.records[first].review_status == "APPROVED"


def test_a_decision_can_be_taken_back_until_it_has_left(priya: Desk, tom: Desk) -> None:
    record_id = sent(priya)
    tom.sync()
    token = decide(tom, record_id)
    assert tom.services.approvals.open(record_id).blocked_words
    assert tom.services.approvals.undo(token)
    assert queue(tom) == [record_id]
    token = decide(tom, record_id)
    tom.clock.advance(seconds=11)
    tom.push()
    assert not tom.services.approvals.undo(token)
    assert queue(tom) == []


def test_a_held_decision_survives_a_restart_and_is_then_sent(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = sent(priya)
    tom.sync()
    decide(tom, record_id)
    tom.restart()
    tom.clock.advance(seconds=11)
    tom.sync()
    assert review.records[record_id].review_status == "APPROVED"


def test_content_that_changed_since_it_was_shown_is_not_decided_on(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = sent(priya)
    tom.sync()
    shown = tom.services.approvals.open(record_id).content_hash
    priya.services.capture.recall(record_id)
    draft = priya.services.capture.open(record_id)
    priya.services.capture.submit(replace(draft, body={**draft.body, "counts": {"adults": 1}}))
    priya.sync()
    tom.sync()
    with pytest.raises(UserError) as caught:
        tom.services.approvals.approve(record_id, shown)
    assert caught.value.code == "stale_revision"
    assert "changed after you read it" in caught.value.words


def test_a_decision_that_the_centre_does_not_accept_comes_back_with_its_reason(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = sent(priya)
    tom.sync()
    decide(tom, record_id)
    priya.services.capture.recall(record_id)
    priya.sync()
    tom.clock.advance(seconds=11)
    tom.sync()
    (row,) = tom.services.waiting.pending()
    assert row.mark is Mark.NOT_ACCEPTED
    assert row.reason
    assert tom.services.waiting.status().not_accepted == 1
    tom.services.waiting.dismiss(row.op_id)
    assert tom.services.waiting.pending() == ()


def test_a_return_needs_a_reason(priya: Desk, tom: Desk) -> None:
    record_id = sent(priya)
    tom.sync()
    view = tom.services.approvals.open(record_id)
    with pytest.raises(UserError) as caught:
        tom.services.approvals.send_back(record_id, view.content_hash, [], {})
    assert caught.value.code == "reasons_required"


def test_a_return_is_on_top_of_the_authors_day_and_opens_at_the_comment(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = sent(priya)
    tom.sync()
    view = tom.services.approvals.open(record_id)
    tom.services.approvals.send_back(
        record_id,
        view.content_hash,
        ["COUNT_QUERY", "PERSONAL_DATA"],
        {"counts.adults": "Does that include the staff?", "": "Nearly there.", "venue": " "},
    )
    tom.clock.advance(seconds=11)
    tom.sync()
    priya.sync()
    (row,) = priya.services.entries.today().returned
    assert row.record_id == record_id
    assert row.mark is Mark.RETURNED
    assert row.detail == ("PS Tom Ashworth: Check the numbers, Remove personal data. Nearly there.")
    draft = priya.services.capture.open(record_id)
    assert draft.focus_field == "counts.adults"
    assert draft.returned is not None
    assert draft.returned.comments == {
        "counts.adults": "Does that include the staff?",
        "": "Nearly there.",
    }
    changed = replace(draft, body={**draft.body, "counts": {"adults": 30}})
    priya.services.capture.submit(changed)
    priya.sync()
    tom.sync()
    (again,) = tom.services.approvals.queue()
    assert again.resubmitted
    view = tom.services.approvals.open(record_id)
    assert view.changed_fields >= {"counts", "counts.adults"}
    assert "venue.name" not in view.changed_fields
    assert [row.words for row in view.history][:2] == ["Submitted for approval", "Changed"]
    assert "Returned" in [row.words for row in view.history]


def test_the_checks_say_what_is_good_and_what_is_not(priya: Desk, tom: Desk) -> None:
    record_id = sent(priya, qualitative="We met Sharon Example at the stall.")
    tom.sync()
    view = tom.services.approvals.open(record_id)
    good = [check.words for check in view.checks if check.good]
    bad = [check.words for check in view.checks if not check.good]
    assert "No safeguarding concern" in good
    assert "May hold a name" in bad
    assert [found.text for found in view.findings] == ["Sharon Example"]
    assert view.marking == "OFFICIAL"


def test_an_amendment_shows_what_it_would_change(priya: Desk, tom: Desk) -> None:
    record_id = sent(priya)
    tom.sync()
    decide(tom, record_id)
    tom.clock.advance(seconds=11)
    tom.sync()
    priya.sync()
    draft = priya.services.capture.open(record_id)
    priya.services.capture.submit(replace(draft, body={**draft.body, "counts": {"adults": 30}}))
    priya.sync()
    tom.sync()
    (row,) = tom.services.approvals.queue()
    assert row.amendment
    view = tom.services.approvals.open(record_id)
    assert "counts.adults" in view.changed_fields
    assert "30" in {line.value for line in view.lines if line.field == "counts.adults"}


def test_the_meetings_table_is_there_without_a_network(
    priya: Desk, tom: Desk, review: Review
) -> None:
    facts = {"lpt_code": "TA", "as_at": "2026-03-19T06:00:00+00:00", "pending": 0}
    ledger = {
        GLASCOTE: {"last_held": "2026-03-05", "last_attendance": 12, "last_strict": True},
        BELGRAVE: {"last_held": "2025-11-01", "last_attendance": 9, "last_strict": True,
                   "next_planned": "2026-04-02"},
        STONYDELPH: {},
    }  # fmt: skip
    for code, row in ledger.items():
        body = {"neighbourhood_id": code, **facts, **row}
        review.put(published(RecordType.MEETING_LEDGER, f"ledger-{code}", body))
    priya.sync()
    table = priya.services.meetings.table()
    rows = {row.neighbourhood_code: row for row in table.rows}
    assert [row.neighbourhood for row in table.rows] == ["Belgrave", "Glascote", "Stonydelph"]
    assert (rows[GLASCOTE].rag, rows[GLASCOTE].days_since) == ("GREEN", 14)
    assert (rows[BELGRAVE].rag, rows[BELGRAVE].reason_code) == ("RED", "over_limit_booked")
    assert (rows[STONYDELPH].rag, rows[STONYDELPH].reason_code) == ("RED", "never")
    assert table.as_of == "2026-03-19"
    priya.submitted(neighbourhood_id=STONYDELPH)
    waiting = {row.neighbourhood_code: row for row in priya.services.meetings.table().rows}
    assert (waiting[STONYDELPH].pending, waiting[STONYDELPH].pending_here) == (1, 1)
    assert waiting[STONYDELPH].rag == "RED"
    line = priya.services.meetings.plan_one(STONYDELPH)
    plan_id = priya.services.plan.add(line)
    assert plan_id in [row.record_id for row in priya.services.plan.upcoming(30)]


def test_a_supervisor_sees_the_teams_follow_ups_and_may_answer_them(
    priya: Desk, tom: Desk, review: Review
) -> None:
    sent(priya, actions_promised=[{"kind": "PUBLIC_QUERY", "summary": "Bins?"}])
    tom.sync()
    (row,) = tom.services.follow_ups.due()
    assert not row.mine
    assert row.owner_name == "PCSO Priya Nandra"
    tom.services.follow_ups.answer(row.record_id, "PHONE", "Told them about the collection.")
    assert tom.services.follow_ups.due() == ()
    tom.sync()
    body = review.records[row.record_id].body
    assert body["status"] == "DONE"
    assert body["first_response_at"] == utc_text(tom.clock.now())
    assert TOM.officer_id not in (body["owner_officer_id"],)
