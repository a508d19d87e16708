"""Drafts out of a rescue copy are gone on with, and never put over what is here."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.services.drafting import content_of
from fieldapp.services.values import Draft
from tests.services.desk import PRIYA, Desk, Review, contact, published

RESCUED = "0196f0a0-0000-8000-8000-0000000000cc"


def laid_out(review: Review, draft: Draft, *, saved_at: str = "", **more: Any) -> None:
    """What the centre does with a draft of another tablet."""
    body: Json = {
        "draft_of": draft.record_id,
        "saved_at": saved_at or "2026-03-19T13:00:00+00:00",
        "device_id": "tab-1",
        "content": json.dumps(content_of(draft)),
        **more,
    }
    record = published(RecordType.RESCUED_DRAFT, RESCUED, body)
    review.put(replace(record, owner_officer_id=PRIYA.officer_id))


def lost(priya: Desk, draft: Draft) -> Draft:
    """The draft as it was; this tablet has never had it."""
    with priya.store.transaction() as tx:
        tx.run("DELETE FROM draft WHERE record_id=?", (draft.record_id,))
    return draft


def rescued_there(review: Review) -> bool:
    return not review.records[RESCUED].deleted


def test_a_rescued_draft_is_on_the_tablet_after_the_next_round(priya: Desk, review: Review) -> None:
    draft = lost(priya, contact(priya))
    laid_out(review, draft)
    priya.sync()
    opened = priya.services.capture.open(draft.record_id)
    assert opened.body == draft.body
    assert opened.person == draft.person, "with the person that nobody else knows of"
    assert opened.consents == draft.consents
    assert opened.origin == ("From the rescue copy of your other tablet, saved Thu 19 Mar, 13:00.")
    assert draft.record_id in {row.record_id for row in priya.services.entries.today().drafts}


def test_it_stays_at_the_centre_until_it_has_been_handed_in(priya: Desk, review: Review) -> None:
    draft = lost(priya, priya.drop_in())
    laid_out(review, draft)
    for _ in range(3):
        priya.sync()
    assert rescued_there(review)
    priya.services.capture.submit(priya.services.capture.open(draft.record_id))
    priya.sync()
    priya.sync()
    assert not rescued_there(review)
    assert review.records[draft.record_id].review_status == "PENDING_REVIEW"


def test_one_that_is_deleted_here_does_not_come_back(priya: Desk, review: Review) -> None:
    draft = lost(priya, priya.drop_in())
    laid_out(review, draft)
    priya.sync()
    priya.services.capture.delete(draft.record_id)
    for _ in range(3):
        priya.sync()
    assert not rescued_there(review)
    assert priya.services.entries.today().drafts == ()


def test_a_draft_that_is_here_is_left_as_it_is_and_the_other_stands_beside_it(
    priya: Desk, review: Review
) -> None:
    mine = priya.drop_in(qualitative="Mine, gone on with.")
    priya.services.capture.autosave(mine)
    laid_out(review, replace(mine, body={**mine.body, "qualitative": "Of the other tablet."}))
    for _ in range(2):
        priya.sync()
    opened = priya.services.capture.open(mine.record_id)
    assert opened.body["qualitative"] == "Mine, gone on with."
    ids = {row.record_id for row in priya.services.entries.today().drafts}
    assert len(ids) == 2
    (other,) = ids - {mine.record_id}
    beside = priya.services.capture.open(other)
    assert beside.body["qualitative"] == "Of the other tablet."
    assert beside.origin.startswith("From the rescue copy of your other tablet")


def test_a_draft_that_is_here_word_for_word_is_not_doubled(priya: Desk, review: Review) -> None:
    mine = priya.drop_in()
    priya.services.capture.autosave(mine)
    laid_out(review, mine)
    priya.sync()
    assert [row.record_id for row in priya.services.entries.today().drafts] == [mine.record_id]


def test_an_entry_that_was_handed_in_is_not_opened_again(priya: Desk, review: Review) -> None:
    record_id = priya.submitted()
    priya.sync()
    laid_out(review, Draft(record_id, "ENGAGEMENT", "DROP_IN", {"qualitative": "old"}))
    priya.sync()
    assert priya.services.entries.today().drafts == ()
    priya.sync()
    assert not rescued_there(review), "and is given back"


@pytest.mark.parametrize(
    "more", [{"content": "not JSON"}, {"content": "[]"}, {"started_from": "7"}]
)
def test_one_that_cannot_be_read_stops_nothing(
    priya: Desk, review: Review, more: dict[str, Any]
) -> None:
    laid_out(review, lost(priya, priya.drop_in()), **more)
    priya.submitted()
    assert [one.status for one in priya.sync()][:1] == ["applied"]
    priya.restart()
    assert priya.services.waiting.status().waiting == 0
