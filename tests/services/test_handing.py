"""What is only on this tablet is named, and a code stands for what was here then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fieldapp.services.rescue_values import HandInCard
from tests.services.desk import Desk, contact

if TYPE_CHECKING:
    from fieldapp.services.rescue_values import Left

OGG = b"OggS\x00\x02" + bytes(200_000)
AT = "2026-03-19T14:30:00+00:00"


def lines(desk: Desk) -> tuple[Left, ...]:
    return desk.services.handing.card().lines


def given(desk: Desk) -> None:
    """The centre's receipt for what is here now."""
    facts = desk.services.handing.facts()
    desk.services.handing.confirmed(facts, code="4F7K-92QX-0ABC", at=AT, confirmed=len(facts.ops))


def test_an_empty_tablet_has_nothing_and_is_not_safe_without_the_centre(priya: Desk) -> None:
    card = priya.services.handing.card()
    assert (card.lines, card.only_here, card.code) == ((), 0, "")
    assert card.verdict == "Nothing waits on this tablet. Connect to check."


def test_an_entry_is_one_thing_however_much_goes_with_it(priya: Desk) -> None:
    priya.services.capture.submit(contact(priya))
    card = priya.services.handing.card()
    assert (card.entries, card.drafts, card.photos) == (1, 0, 0)
    assert len(priya.services.handing.facts().ops) > 3
    priya.sync()
    assert priya.services.handing.card().only_here == 0


def test_a_draft_with_a_person_in_it_is_only_here_though_its_entry_was_sent(priya: Desk) -> None:
    priya.services.capture.finish_later(contact(priya))
    priya.sync()
    card = priya.services.handing.card()
    assert (card.entries, card.drafts) == (0, 1)
    assert [one.state for one in card.lines] == ["Draft: submit it or delete it"]
    assert card.lines[0].is_draft


def test_a_draft_that_was_changed_after_it_was_sent_is_only_here(priya: Desk) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    priya.sync()
    assert priya.services.handing.card().drafts == 0
    opened = priya.services.capture.open(draft.record_id)
    opened.body["qualitative"] = "More."
    priya.services.capture.autosave(opened)
    assert priya.services.handing.card().drafts == 1


def test_photos_are_counted_also_those_on_a_draft(priya: Desk) -> None:
    submitted, resting = priya.drop_in(), priya.drop_in()
    for number, draft in enumerate((submitted, resting)):
        priya.services.attaching.add(draft.record_id, OGG + bytes([number]))
    priya.services.capture.submit(submitted)
    card = priya.services.handing.card()
    assert (card.entries, card.drafts, card.photos) == (1, 1, 2)
    states = [one.state for one in card.lines if "voice" in one.what]
    assert states == ["Not sent yet, 0.2 MB", "On a draft, 0.2 MB"]
    assert len(priya.services.handing.facts().files) == 2


def test_what_is_held_or_was_not_accepted_is_with_the_centre(priya: Desk) -> None:
    priya.review.hold["create"] = "unknown_neighbourhood"
    priya.submitted()
    priya.sync()
    card = priya.services.handing.card()
    assert card.only_here == 0
    assert [(one.state, one.only_here) for one in card.lines] == [("Held at the centre", False)]


def test_a_code_stands_for_what_was_here_then(priya: Desk) -> None:
    priya.submitted()
    priya.sync()
    given(priya)
    card = priya.services.handing.card()
    assert (card.code, card.verdict) == ("4F7K-92QX-0ABC", "Safe to hand in.")
    priya.restart()
    assert priya.services.handing.card().code == card.code
    priya.submitted()
    assert priya.services.handing.card().code == ""
    priya.sync()
    assert priya.services.handing.card().code == "", "also once that has been sent"


def test_what_the_centre_lacks_is_sent_again(priya: Desk) -> None:
    priya.submitted()
    priya.sync()
    assert priya.push() == []
    priya.services.handing.centre_lacks()
    assert len(priya.push()) == 2


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((1, 0, 0), "Not yet: 1 entry is only on this tablet."),
        ((2, 0, 1), "Not yet: 2 entries and 1 photo or voice note are only on this tablet."),
        ((0, 3, 0), "Not yet: 3 drafts are only on this tablet."),
        (
            (1, 1, 2),
            "Not yet: 1 entry, 1 draft and 2 photos and voice notes are only on this tablet.",
        ),
    ],
)
def test_the_verdict_counts(counts: tuple[int, int, int], words: str) -> None:
    entries, drafts, photos = counts
    assert HandInCard((), entries=entries, drafts=drafts, photos=photos).verdict == words
