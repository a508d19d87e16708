"""Two tablets change one entry: joined where they can be, else both are kept and one chosen."""

from __future__ import annotations

from server.services.centre import Centre
from tests.contract.desks import Desk
from tests.contract.fixtures import OpenDesk, SignInAs
from tests.contract.force import drop_in
from tests.contract.stored import held, revisions, stored
from tests.contract.tablet import create, decide, operation, patch, submit

PARKING = {"id": "is-1", "category": "PARKING", "mentions": 2}
LITTER = {"id": "is-2", "category": "LITTER", "mentions": 1}
NOISE = {"id": "is-3", "category": "NOISE", "mentions": 4}
TITLE = "Drop-in, Larkspur Precinct"


def two_with_the_same(desk: OpenDesk, **changes: object) -> tuple[Desk, Desk, str]:
    """Priya's two tablets, and a draft that both have."""
    first, second = desk("of-priya"), desk("of-priya")
    draft = first.drop_in(issues=[PARKING], **changes)
    first.services.capture.finish_later(draft)
    first.sync()
    second.sync()
    return first, second, draft.record_id


def test_what_two_tablets_change_apart_is_joined_and_nobody_is_asked(
    desk: OpenDesk, centre: Centre
) -> None:
    first, second, id = two_with_the_same(desk)
    first.edited(id, issues=[PARKING | {"mentions": 5}, LITTER], confirmed=["a"])
    second.edited(
        id,
        issues=[PARKING | {"place_note": "By the school"}, NOISE],
        counts={"adults": 12, "children_young_people": 3, "businesses": 2},
        confirmed=["b"],
    )
    for one in (first, second, first):
        one.sync()
    record = stored(centre, id).record
    assert record.conflicts == ()
    assert record.body["issues"] == [
        PARKING | {"mentions": 5, "place_note": "By the school"},
        LITTER,
        NOISE,
    ]
    assert record.body["counts"]["businesses"] == 2
    assert record.body["confirmed"] == ["a", "b"]
    for one in (first, second):
        assert one.services.entries.today().needs_choice == ()
        newest = one.services.entries.view(id).history[0]
        assert newest.detail == "Joined with a change made elsewhere at the same time"


def test_the_same_answer_is_kept_twice_shown_on_both_tablets_and_settled_on_either(
    desk: OpenDesk, centre: Centre
) -> None:
    first, second, id = two_with_the_same(desk)
    first.edited(id, qualitative="Rain.", issues=[PARKING | {"mentions": 5}])
    second.edited(id, qualitative="Sun.", issues=[PARKING | {"mentions": 9}])
    for one in (first, second, first):
        one.sync()
    for one in (first, second):
        assert one.mark(id) == "CHOOSE_VERSION"
        fields = {part.field for part in one.services.comparing.open(id).differences}
        assert fields == {"qualitative", "issues/is-1/mentions"}
    comparison = first.services.comparing.open(id)
    first.services.comparing.settle(
        id, {"qualitative": "both", "issues/is-1/mentions": "1"}, seen=comparison.seen
    )
    first.restart()
    first.sync()
    second.sync()
    record = stored(centre, id).record
    assert record.conflicts == ()
    assert "Rain." in record.body["qualitative"]
    assert "Sun." in record.body["qualitative"]
    assert record.body["issues"] == [PARKING | {"mentions": 9}]
    assert second.mark(id) == "DRAFT"
    assert held(centre) == []


def test_an_answer_lost_on_the_way_makes_no_second_conflict(desk: OpenDesk, centre: Centre) -> None:
    first, second, id = two_with_the_same(desk)
    first.edited(id, qualitative="Rain.")
    second.edited(id, qualitative="Sun.")
    first.sync()
    for _ in range(3):
        second.lose_the_answer()
    second.sync()
    (conflict,) = stored(centre, id).record.conflicts
    assert (conflict["centre"], conflict["mine"]) == ("Rain.", "Sun.")
    assert len([one for one in revisions(centre, id) if one.conflicts]) == 1


def test_a_choice_made_twice_at_once_loses_neither(desk: OpenDesk, centre: Centre) -> None:
    first, second, id = two_with_the_same(desk)
    first.edited(id, qualitative="Rain.")
    second.edited(id, qualitative="Sun.")
    for one in (first, second, first):
        one.sync()
    for one, key in ((first, "both"), (second, "1")):
        comparison = one.services.comparing.open(id)
        one.services.comparing.settle(id, {"qualitative": key}, seen=comparison.seen)
    first.sync()
    second.sync()
    record = stored(centre, id).record
    (conflict,) = record.conflicts
    assert "Rain." in record.body["qualitative"]
    assert conflict["mine"] == "Sun."


def test_a_conflict_in_one_part_of_an_entry_stops_a_decision_until_it_is_settled(
    tablet: SignInAs, centre: Centre
) -> None:
    first, second, tom = tablet("of-priya"), tablet("of-priya"), tablet("of-tom")
    made = create(drop_in(issues=[PARKING]))
    id, body = made["record_id"], made["body"]
    first.send(made, submit(id))
    first.send(patch(id, 2, issues=([PARKING], [PARKING | {"mentions": 5}])))
    (result,) = second.send(patch(id, 2, issues=([PARKING], [PARKING | {"mentions": 9}])))
    assert (result["status"], result["fields"]) == ("conflict", ["issues/is-1/mentions"])
    shown = body | {"issues": [PARKING | {"mentions": 5}]}
    (refused,) = tom.send(decide(id, shown))
    assert (refused["status"], refused["code"]) == ("rejected", "open_conflicts")
    settles = patch(id, 4, issues=(shown["issues"], [PARKING | {"mentions": 9}]))
    (result,) = first.send(settles | {"resolves": ["issues/is-1/mentions"]})
    assert result["status"] == "applied"
    (result,) = tom.send(decide(id, body | {"issues": [PARKING | {"mentions": 9}]}))
    assert result["status"] == "applied"
    events = [one for one in stored(centre, id).record.history if one.get("settled")]
    assert [one["settled"][0]["kept"] for one in events] == ["mine"]


def test_a_version_that_arrived_unseen_stays_open_when_the_others_are_settled(
    tablet: SignInAs, centre: Centre
) -> None:
    first, second, third = (tablet("of-priya") for _ in range(3))
    made = create()
    id = made["record_id"]
    first.send(made)
    first.send(patch(id, 1, title=(TITLE, "One")))
    second.send(patch(id, 1, title=(TITLE, "Two")))
    third.send(patch(id, 1, title=(TITLE, "Three")))
    first.send(patch(id, 3, title=("One", "Two")) | {"resolves": ["title"]})
    record = stored(centre, id).record
    assert record.body["title"] == "Two"
    assert [one["mine"] for one in record.conflicts] == ["Three"]


def test_a_change_of_an_approved_entry_in_conflict_waits_for_its_author_too(
    desk: OpenDesk, centre: Centre
) -> None:
    first, second, tom = desk("of-priya"), desk("of-priya"), desk("of-tom")
    id = first.submitted()
    tom.sync()
    tom.decide(id)
    tom.sent()
    for one in (first, second):
        one.sync()
    first.edited(id, hand_in=True, qualitative="Rain.")
    second.edited(id, hand_in=True, qualitative="Sun.")
    for one in (first, second, first, tom):
        one.sync()
    record = stored(centre, id).record
    assert (record.review_status, record.body["qualitative"]) == ("APPROVED", "Quiet morning.")
    assert record.amendment.body["qualitative"] == "Rain."
    waits = "Waiting for PCSO Officer of-priya to choose"
    assert waits in tom.services.approvals.open(id).blocked_words
    comparison = first.services.comparing.open(id)
    first.services.comparing.settle(id, {"qualitative": "1"}, seen=comparison.seen)
    first.sync()
    tom.sync()
    tom.decide(id)
    tom.sent()
    assert stored(centre, id).record.body["qualitative"] == "Sun."


def test_the_two_who_wrote_of_a_promise_settle_it_and_nobody_else_can(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, callum, noah = tablet("of-priya"), tablet("of-callum"), tablet("of-noah")
    body = {
        "kind": "ACTION",
        "summary": "Ring the school",
        "owner_officer_id": "of-callum",
        "lpt_code": "TA",
        "status": "OPEN",
    }
    made = create(body, "FOLLOW_UP")
    id = made["record_id"]
    priya.send(made)
    priya.send(patch(id, 1, outcome=(None, "Rang the head")))
    callum.send(patch(id, 1, outcome=(None, "Wrote to the school")))
    priya.send(patch(id, 3, owner_officer_id=("of-callum", "of-hannah")))
    choice = patch(id, 4, outcome=("Rang the head", "Wrote to the school"))
    (result,) = noah.send(choice | {"resolves": ["outcome"]})
    assert (result["status"], result["code"]) == ("quarantined", "not_owner")
    choice = patch(id, 4, outcome=("Rang the head", "Wrote to the school"))
    (result,) = callum.send(choice | {"resolves": ["outcome"]})
    assert result["status"] == "applied"
    record = stored(centre, id).record
    assert (record.body["outcome"], record.conflicts) == ("Wrote to the school", ())


def test_deleting_and_editing_at_once_keeps_what_was_edited(
    tablet: SignInAs, centre: Centre
) -> None:
    first, second = tablet("of-priya"), tablet("of-priya")
    made = create()
    id = made["record_id"]
    first.send(made)
    first.send(operation("delete", id))
    (result,) = second.send(patch(id, 1, title=(TITLE, "Edited elsewhere")))
    assert (result["status"], result["code"]) == ("quarantined", "deleted")
    assert ["Edited elsewhere" in one.raw for one in held(centre)] == [True]
