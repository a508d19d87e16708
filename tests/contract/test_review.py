"""Deciding: what was shown, by whom it may be, and an approved entry that stands until amended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.services.centre import Centre
from tests.contract.fixtures import SignInAs
from tests.contract.force import drop_in
from tests.contract.stored import revisions, rows, stored
from tests.contract.tablet import Tablet, create, decide, operation, patch, submit

TITLE = "Drop-in, Larkspur Precinct"


def handed_in(author: Tablet, **changes: Any) -> tuple[str, dict[str, Any]]:
    """An entry that waits for a decision: its id and body."""
    made = create(drop_in(**changes))
    results = author.send(made, submit(made["record_id"]))
    assert [result["status"] for result in results] == ["applied", "applied"]
    return made["record_id"], made["body"]


def test_an_approval_gives_the_reference_people_quote(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    refs = []
    for _ in range(3):
        id, body = handed_in(priya)
        (result,) = tom.send(decide(id, body))
        assert result["status"] == "applied"
        assert stored(centre, id).record.ref == result["ref"]
        refs.append(result["ref"])
    assert refs == [f"TA-ENG-2026-00000{n}" for n in (1, 2, 3)]


def test_references_are_given_in_the_order_of_approval(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    entries = [handed_in(priya) for _ in range(6)]
    results = tom.send(*(decide(id, body) for id, body in reversed(entries)))
    assert [result["ref"] for result in results] == [f"TA-ENG-2026-00000{n}" for n in range(1, 7)]


def test_a_return_carries_reasons_and_comments_to_the_author(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    tom.send(decide(id, body, "RETURN", comments={"counts.adults": "Twelve or twenty?"}))
    priya.follow()
    record = priya.records[id]
    assert record["review_status"] == "RETURNED"
    assert record["decision"]["reasons"] == ["PERSONAL_DATA"]
    assert record["decision"]["comments"] == {"counts.adults": "Twelve or twenty?"}
    assert record["decision"]["by"] == "of-tom"


def test_a_returned_entry_is_mended_handed_in_again_and_approved(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    tom.send(decide(id, body, "RETURN"))
    priya.send(patch(id, counts=(body["counts"], {"adults": 20})), submit(id))
    mended = body | {"counts": {"adults": 20}}
    (result,) = tom.send(decide(id, mended))
    assert result["status"] == "applied"
    states = [record.review_status for record in revisions(centre, id)]
    assert states == [
        "DRAFT",
        "PENDING_REVIEW",
        "RETURNED",
        "RETURNED",
        "PENDING_REVIEW",
        "APPROVED",
    ]


def test_content_that_changed_after_it_was_read_is_not_approved(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    priya.send(patch(id, title=(TITLE, "Changed meanwhile")))
    (result,) = tom.send(decide(id, body))
    assert (result["status"], result["code"]) == ("rejected", "stale_revision")
    assert stored(centre, id).record.review_status == "PENDING_REVIEW"


def test_the_same_decision_twice_is_no_quarrel_and_another_one_is(tablet: SignInAs) -> None:
    priya, tom, marta = tablet("of-priya"), tablet("of-tom"), tablet("of-marta")
    id, body = handed_in(priya)
    (first,) = tom.send(decide(id, body))
    (same,) = tom.send(decide(id, body))
    assert (same["status"], same["revision"]) == ("applied", first["revision"])
    (other,) = marta.send(decide(id, body, "RETURN"))
    assert (other["status"], other["code"]) == ("rejected", "already_decided")


def test_a_return_needs_a_reason(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    (result,) = tom.send(decide(id, body, "RETURN", reasons=[]))
    assert (result["status"], result["code"]) == ("rejected", "reasons_required")


def test_an_approved_entry_stands_until_its_amendment_is_approved(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    tom.send(decide(id, body))
    priya.send(patch(id, title=(TITLE, "Amended")))
    record = stored(centre, id).record
    assert (record.review_status, record.body["title"]) == ("APPROVED", TITLE)
    assert record.amendment.body["title"] == "Amended"
    assert rows(centre, "SELECT attendance FROM engagement WHERE known_to IS NULL") == [(15,)]
    (stale,) = tom.send(decide(id, body))
    assert stale["code"] == "stale_revision"
    (result,) = tom.send(decide(id, body | {"title": "Amended"}))
    assert (result["status"], result["ref"]) == ("applied", record.ref)
    record = stored(centre, id).record
    assert (record.review_status, record.body["title"]) == ("APPROVED", "Amended")
    assert record.amendment is None


def test_an_amendment_can_be_returned_mended_and_approved(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    tom.send(decide(id, body))
    priya.send(patch(id, title=(TITLE, "Amended")))
    tom.send(decide(id, body | {"title": "Amended"}, "RETURN"))
    assert stored(centre, id).record.amendment.review_status == "RETURNED"
    priya.send(patch(id, title=("Amended", "Amended better")), submit(id))
    (result,) = tom.send(decide(id, body | {"title": "Amended better"}))
    assert result["status"] == "applied"
    assert stored(centre, id).record.body["title"] == "Amended better"


@pytest.mark.parametrize("kind", ["delete", "recall"])
def test_an_approved_entry_is_neither_deleted_nor_recalled(
    tablet: SignInAs, centre: Centre, kind: str
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    tom.send(decide(id, body))
    (result,) = priya.send(operation(kind, id))
    assert (result["status"], result["code"]) == ("rejected", "approved_locked")
    assert stored(centre, id).record.review_status == "APPROVED"


def test_nobody_approves_by_slipping_out_of_the_participants_unseen(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    with_tom = [
        {"officer_id": "of-priya", "role_at_time": "PCSO"},
        {"officer_id": "of-tom", "role_at_time": "PS"},
    ]
    id, body = handed_in(priya, participants=with_tom)
    (result,) = tom.send(decide(id, body))
    assert (result["status"], result["code"]) == ("rejected", "own_entry")
    sara = tablet("of-sara")
    sara.send(decide(id, body))
    priya.send(patch(id, participants=(with_tom, with_tom[:1])))
    (result,) = tom.send(decide(id, body | {"participants": with_tom[:1]}))
    assert (result["status"], result["code"]) == ("rejected", "own_entry")
    assert stored(centre, id).record.amendment is not None


def test_every_command_is_on_the_trail_also_one_not_accepted(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, body = handed_in(priya)
    tom.send(decide(id, drop_in(title="Other")), decide(id, body))
    asked = "SELECT actor, detail FROM audit WHERE action = 'APPROVE' AND subject = ? ORDER BY seq"
    told = [(actor, json.loads(detail)) for actor, detail in rows(centre, asked, id)]
    lines = [(actor, detail["status"], detail["code"]) for actor, detail in told]
    assert lines == [("of-tom", "rejected", "stale_revision"), ("of-tom", "applied", None)]


def test_the_trail_holds_no_content(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    id, _ = handed_in(priya, qualitative="Zanzibar quokka")
    tom.send(decide(id, drop_in(), "RETURN", comments={"title": "Zanzibar quokka"}))
    tom.follow()
    assert rows(centre, "SELECT seq FROM audit WHERE detail LIKE '%quokka%'") == []
    assert rows(centre, "SELECT n FROM revision WHERE body LIKE '%quokka%'") != []
