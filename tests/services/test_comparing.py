"""Choosing between two versions on the tablet: what is shown, what is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.domain.operations import parse_operation
from fieldapp.domain.records import Record
from fieldapp.domain.review import settle
from fieldapp.services.comparing import BOTH, Comparison
from fieldapp.services.values import Mark
from tests.services.desk import PRIYA, Desk, Review, actor_of

ASB = {"id": "issue-a", "category": "ASB", "mentions": 2, "summary": "Bikes on the path"}


@pytest.fixture
def second(review: Review, tmp_path: Path) -> Iterator[Desk]:
    """Priya's other tablet."""
    desk = Desk(tmp_path / "second", PRIYA, review)
    yield desk
    desk.store.close()


def edited(desk: Desk, record_id: str, **changes: Any) -> None:
    """The entry changed in the form and put down again."""
    draft = desk.services.capture.open(record_id)
    body = {**draft.body, **changes}
    desk.services.capture.finish_later(replace(draft, body=body))


def torn(priya: Desk, second: Desk, first: dict[str, Any], other: dict[str, Any]) -> str:
    """An entry that two tablets changed without sight of each other; the second comes late."""
    draft = priya.drop_in(issues=[ASB])
    priya.services.capture.finish_later(draft)
    priya.sync()
    second.sync()
    edited(priya, draft.record_id, **first)
    edited(second, draft.record_id, **other)
    priya.sync()
    second.sync()
    return draft.record_id


@pytest.fixture
def record_id(priya: Desk, second: Desk) -> str:
    """An entry with two notes and two counts of the same issue."""
    return torn(
        priya,
        second,
        {"qualitative": "Quiet morning.", "issues": [ASB | {"mentions": 5}]},
        {"qualitative": "Busy morning.", "issues": [ASB | {"mentions": 9}]},
    )


def opened(desk: Desk, record_id: str) -> Comparison:
    return desk.services.comparing.open(record_id)


def choose(desk: Desk, comparison: Comparison, **choices: str) -> None:
    desk.services.comparing.settle(comparison.record_id, choices, seen=comparison.seen)


def record(review: Review, record_id: str) -> Record:
    return review.records[record_id]


def test_both_versions_are_told_with_who_wrote_them_and_where(second: Desk, record_id: str) -> None:
    notes, issue = sorted(opened(second, record_id).differences, key=lambda one: -len(one.both))
    assert (notes.label, notes.field) == ("Notes", "qualitative")
    assert [(one.who, one.mine, one.words) for one in notes.versions] == [
        ("You", True, "Quiet morning."),
        ("You, on this tablet", True, "Busy morning."),
    ]
    assert notes.both.startswith("PCSO Priya Nandra, ")
    assert "Quiet morning.\n\nPCSO Priya Nandra, " in notes.both
    assert notes.both.endswith(": Busy morning.")
    assert issue.label == "Anti-social behaviour"
    assert [one.words for one in issue.versions] == [
        "5 mentions. Bikes on the path",
        "9 mentions. Bikes on the path",
    ]
    assert issue.both == ""


def test_today_records_and_sync_say_that_the_officer_has_to_choose(
    second: Desk, record_id: str
) -> None:
    (row,) = second.services.entries.today().needs_choice
    assert (row.record_id, row.mark) == (record_id, Mark.CHOOSE_VERSION)
    assert second.services.waiting.status().choose == 1
    (waits,) = second.services.waiting.pending()
    assert (waits.mark, waits.next_step) == (Mark.CHOOSE_VERSION, "Choose what to keep.")
    view = second.services.entries.view(record_id)
    assert view.can_choose
    assert view.choosing == "PCSO Priya Nandra"


def test_a_choice_is_one_change_that_survives_a_restart_and_sends_later(
    priya: Desk, second: Desk, review: Review, record_id: str
) -> None:
    before = second.numbers()
    choose(
        second,
        opened(second, record_id),
        **{"qualitative": BOTH, "issues/issue-a/mentions": "1"},
    )
    after = second.numbers()
    assert after["outbox"] == before["outbox"] + 1
    assert after["audit"] == before["audit"] + 2  # opened, then changed
    assert second.services.entries.today().needs_choice == ()
    second.restart()
    assert second.services.entries.today().needs_choice == ()
    second.sync()
    priya.sync()
    kept = record(review, record_id)
    assert kept.conflicts == ()
    assert kept.body["issues"] == [ASB | {"mentions": 9}]
    assert {"Quiet morning.", "Busy morning."} <= {
        part.split(": ", 1)[1] for part in kept.body["qualitative"].split("\n\n")
    }
    assert {(one["field"], one["kept"]) for one in kept.history[-1]["settled"]} == {
        ("qualitative", "both"),
        ("issues/issue-a/mentions", "mine"),
    }
    assert priya.services.entries.today().needs_choice == ()


def test_the_history_says_whose_version_was_kept(second: Desk, record_id: str) -> None:
    choose(
        second, opened(second, record_id), **{"qualitative": "0", "issues/issue-a/mentions": "1"}
    )
    newest, joined, *_ = second.services.entries.view(record_id).history
    assert newest.words == "Chose between two versions"
    assert newest.detail == "Issues: kept their own. Notes: kept their own"
    assert joined.detail == "The same answer was changed elsewhere. Both versions are kept"


def test_everything_has_to_be_chosen(second: Desk, record_id: str) -> None:
    comparison = opened(second, record_id)
    for choices in ({}, {"qualitative": "0"}, {"qualitative": "7", "issues/issue-a/mentions": "0"}):
        with pytest.raises(UserError, match="Choose what to keep for every answer"):
            choose(second, comparison, **choices)
    with pytest.raises(UserError, match="Choose what to keep"):
        choose(second, comparison, **{"qualitative": "0", "issues/issue-a/mentions": BOTH})


def test_a_record_that_changed_meanwhile_is_shown_again_and_nothing_is_lost(
    priya: Desk, second: Desk, review: Review, record_id: str
) -> None:
    comparison = opened(second, record_id)
    priya.sync()
    edited(priya, record_id, qualitative="Quiet morning, then rain.")
    priya.sync()
    second.sync()
    with pytest.raises(UserError, match="Nothing is lost: look at it again") as error:
        choose(second, comparison, **{"qualitative": "1", "issues/issue-a/mentions": "0"})
    assert error.value.code == "changed"
    again = {one.field: one for one in opened(second, record_id).differences}
    assert [one.words for one in again["qualitative"].versions] == [
        "Quiet morning, then rain.",
        "Busy morning.",
    ]
    assert len(record(review, record_id).conflicts) == 2


def test_the_first_to_choose_settles_it_and_the_second_is_not_lost(
    priya: Desk, second: Desk, review: Review, record_id: str
) -> None:
    priya.sync()
    mentions = "issues/issue-a/mentions"
    choose(priya, opened(priya, record_id), **{"qualitative": "0", mentions: "0"})
    choose(second, opened(second, record_id), **{"qualitative": "1", mentions: "0"})
    priya.sync()
    second.sync()
    kept = record(review, record_id)
    assert kept.body["qualitative"] == "Busy morning."
    assert kept.conflicts == ()


def test_a_part_taken_out_here_and_changed_there_can_be_kept_or_taken_out(
    priya: Desk, second: Desk, review: Review
) -> None:
    more = ASB | {"mentions": 9}
    record_id = torn(priya, second, {"issues": [more]}, {"issues": []})
    (difference,) = opened(second, record_id).differences
    assert difference.part
    assert [one.words for one in difference.versions] == ["9 mentions. Bikes on the path", ""]
    choose(second, opened(second, record_id), **{"issues/issue-a": "1"})
    second.sync()
    assert "issues" not in record(review, record_id).body


def test_a_promise_two_people_changed_is_settled_by_either(
    priya: Desk, callum: Desk, tom: Desk, review: Review
) -> None:
    promise = {"kind": "ACTION", "summary": "Ring the school", "owner_officer_id": "of-0002"}
    priya.submitted(actions_promised=[promise])
    priya.sync()
    callum.sync()
    (due,) = callum.services.follow_ups.due()
    priya.services.follow_ups.close(due.record_id, "Rang the head")
    callum.services.follow_ups.close(due.record_id, "Wrote to the school")
    for desk in (priya, callum, tom, priya):
        desk.sync()
    for desk in (priya, callum):
        (row,) = desk.services.entries.today().needs_choice
        assert row.record_id == due.record_id
    assert tom.services.entries.today().needs_choice == ()
    (difference,) = opened(callum, due.record_id).differences
    assert difference.label == "What was done"
    assert [(one.who, one.mine) for one in difference.versions] == [
        ("PCSO Priya Nandra", False),
        ("You, on this tablet", True),
    ]
    choose(callum, opened(callum, due.record_id), outcome=BOTH)
    callum.sync()
    outcome = record(review, due.record_id).body["outcome"]
    assert " / PCSO Callum Reeve, " in outcome


def test_nobody_else_may_choose(tom: Desk, second: Desk, priya: Desk, record_id: str) -> None:
    priya.services.capture.submit(priya.services.capture.open(record_id))
    priya.sync()
    tom.sync()
    with pytest.raises(UserError, match="Those who wrote the two versions choose"):
        opened(tom, record_id)


def test_the_sergeant_sees_whom_an_entry_waits_for_and_cannot_decide(
    priya: Desk, second: Desk, tom: Desk, record_id: str
) -> None:
    priya.services.capture.submit(priya.services.capture.open(record_id))
    priya.sync()
    tom.sync()
    (row,) = tom.services.approvals.queue()
    assert "Waiting for PCSO Priya Nandra to choose" in row.flags
    view = tom.services.approvals.open(record_id)
    words = "Two people changed the same answer. Waiting for PCSO Priya Nandra to choose."
    assert view.blocked_words == words
    with pytest.raises(UserError, match="Waiting for PCSO Priya Nandra to choose"):
        tom.services.approvals.approve(record_id, view.content_hash)
    choose(
        priya,
        opened(priya, record_id),
        **{"qualitative": "0", "issues/issue-a/mentions": "0"},
    )
    priya.sync()
    tom.sync()
    assert tom.services.approvals.open(record_id).blocked_words == ""


def test_a_withdrawn_entry_asks_for_no_choice(priya: Desk, second: Desk, record_id: str) -> None:
    priya.sync()
    priya.services.capture.submit(priya.services.capture.open(record_id))
    priya.services.capture.withdraw(record_id, "Recorded twice")
    priya.sync()
    assert priya.services.entries.today().needs_choice == ()
    assert opened(priya, record_id).differences == ()


def test_an_edit_made_without_sight_of_a_choice_still_waiting_loses_neither(
    priya: Desk, review: Review, record_id: str
) -> None:
    priya.sync()
    draft = priya.services.capture.open(record_id)
    assert draft.body["qualitative"] == "Quiet morning."
    choose(priya, opened(priya, record_id), **{"qualitative": "1", "issues/issue-a/mentions": "0"})
    late = replace(draft, body={**draft.body, "qualitative": "Quiet morning, typed on."})
    priya.services.capture.finish_later(late)
    priya.sync()
    kept = record(review, record_id)
    (conflict,) = kept.conflicts
    assert kept.body["qualitative"] == "Busy morning."
    assert conflict["mine"] == "Quiet morning, typed on."


def test_a_version_that_came_in_unseen_stays_open_also_with_work_of_ours_on_top(
    second: Desk, review: Review, record_id: str
) -> None:
    edited(second, record_id, title="A new title")
    choose(
        second, opened(second, record_id), **{"qualitative": "1", "issues/issue-a/mentions": "0"}
    )
    third = parse_operation(
        {
            "kind": "patch",
            "op_id": "0199f0a2-0000-7abc-8000-000000000777",
            "dseq": 7,
            "record_id": record_id,
            "claimed_at": "2026-03-20T09:00:00+00:00",
            "base_revision": 1,
            "changes": {"qualitative": {"from": "Pleased to see the team on foot.", "to": "3rd"}},
        }
    )
    settled = settle(record(review, record_id), third, actor_of(PRIYA), at="2026-03-20T10:00:00Z")
    assert settled.record is not None
    review.put(settled.record)
    second.sync()
    kept = record(review, record_id)
    assert kept.body["qualitative"] == "Busy morning."
    assert [one["mine"] for one in kept.conflicts] == ["3rd"]


def test_what_meets_only_here_is_not_offered_before_the_centre_has_told_it(
    priya: Desk, second: Desk, review: Review
) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    priya.sync()
    second.sync()
    edited(priya, draft.record_id, qualitative="Quiet morning.")
    review.hold["patch"] = "server_error"
    priya.sync()
    edited(second, draft.record_id, qualitative="Busy morning.")
    second.sync()
    priya.sync()
    assert priya.services.entries.today().needs_choice == ()
    assert priya.services.waiting.status().choose == 0
    assert opened(priya, draft.record_id).differences == ()
    (row,) = priya.services.waiting.pending()
    assert row.mark is Mark.HELD
