"""Lists, search and what waits, in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.domain.codes import RecordType
from fieldapp.domain.errors import UserError
from fieldapp.domain.exchange import OpOutcome
from fieldapp.domain.times import utc_text
from fieldapp.services.values import Link, Mark
from fieldapp.store import journal
from tests.services.desk import BELGRAVE, GLASCOTE, Desk, Review, contact, published


def test_lists_filter_by_everything_at_once(priya: Desk, callum: Desk) -> None:
    theirs = callum.submitted()
    callum.sync()
    mine = priya.submitted()
    elsewhere = priya.submitted(neighbourhood_id=BELGRAVE)
    priya.sync()
    services = priya.services.entries
    assert {row.record_id for row in services.list()} == {theirs, mine, elsewhere}
    assert {row.record_id for row in services.list(mine=True)} == {mine, elsewhere}
    assert [row.record_id for row in services.list(mine=True, neighbourhood=GLASCOTE)] == [mine]
    assert services.list(types=["SCHOOL_VISIT"]) == ()
    assert services.list(since=priya.clock.now()) == ()
    assert len(services.list(marks=[Mark.WITH_SERGEANT])) == 3
    assert services.list(marks=[Mark.APPROVED]) == ()
    assert len(services.list(limit=2)) == 2


def test_search_finds_words_places_names_and_days_newest_first(priya: Desk, callum: Desk) -> None:
    day = timedelta(days=1)
    now = priya.clock.now()
    ids = []
    for ago in (3, 1, 2):
        start = now - ago * day
        ids.append(
            priya.submitted(
                started_at=utc_text(start - timedelta(hours=1)),
                ended_at=utc_text(start),
                issues=[{"id": "i", "category": "NUISANCE_BIKES", "summary": "Off-road bikes"}],
            )
        )
    newest_first = [ids[1], ids[2], ids[0]]
    find = priya.services.entries.search
    for words in ("bikes", "bike", "larkspur precinct", "glascote", "priya nandra", "off-road",
                  "nuisance", "drop-in", "pleas", "Larkspur BIKES", "march 2026"):  # fmt: skip
        assert [row.record_id for row in find(words)] == newest_first, words
    assert [row.record_id for row in find("wednesday")] == [ids[1]]
    assert [row.record_id for row in find("17 march")] == [ids[2]]
    assert find("larkspur zebra") == ()
    for strange in ('"', "AND OR NOT", "bikes*", "(", "'; DROP TABLE record; --", "", "  "):
        find(strange)
    assert len(find("bikes", limit=2)) == 2


def test_received_entries_are_found_although_they_are_indexed_late(
    priya: Desk, callum: Desk
) -> None:
    record_id = priya.submitted(title="Stall by the fountain")
    priya.sync()
    callum.sync()
    assert callum.numbers()["search"] == 0
    assert [row.record_id for row in callum.services.entries.search("fountain")] == [record_id]
    assert callum.services.entries.index_some() == 0


def test_a_changed_entry_is_found_by_its_new_words_only(priya: Desk) -> None:
    record_id = priya.submitted(title="Stall by the fountain")
    priya.services.capture.recall(record_id)
    draft = priya.services.capture.open(record_id)
    body = {**draft.body, "title": "Stall by the bandstand"}
    priya.services.capture.submit(replace(draft, body=body))
    assert priya.services.entries.search("fountain") == ()
    assert [row.record_id for row in priya.services.entries.search("bandstand")] == [record_id]


def test_a_persons_name_finds_the_entry_only_where_the_person_may_be_seen(
    priya: Desk, callum: Desk, review: Review
) -> None:
    record_id = priya.services.capture.submit(contact(priya)).record_id
    priya.sync()
    callum.sync()
    assert [row.record_id for row in priya.services.entries.search("ada example")] == [record_id]
    assert callum.services.entries.search("ada example") == ()
    assert "Ada" not in str(callum.services.entries.view(record_id).lines)
    person = review.records[str(review.records[record_id].body["person_id"])]
    review.put(replace(person, deleted=True))
    priya.sync()
    assert priya.services.entries.search("ada example") == ()


def test_what_waits_is_counted_by_entry_and_told_in_words(priya: Desk) -> None:
    priya.submitted(actions_promised=[{"kind": "ACTION", "summary": "Ask about lights"}])
    status = priya.services.waiting.status()
    assert (status.waiting, status.held, status.not_accepted) == (1, 0, 0)
    assert status.oldest_waiting_at == priya.clock.now()
    rows = priya.services.waiting.pending()
    assert [(row.what, row.also) for row in rows] == [
        ("Drop-in, Larkspur Shopping Precinct: submitted", "with 1 follow-up")
    ]
    assert {row.mark for row in rows} == {Mark.WAITING}
    priya.sync()
    status = priya.services.waiting.status()
    assert (status.waiting, status.last_sent_at) == (0, priya.clock.now())
    assert priya.services.waiting.pending() == ()


def test_the_way_to_the_centre_is_told_until_it_changes(priya: Desk) -> None:
    priya.services.waiting.told(Link.SIGN_IN_NEEDED, words="Sign in again to send.")
    status = priya.services.waiting.status()
    assert (status.link, status.words) == (Link.SIGN_IN_NEEDED, "Sign in again to send.")


def held(priya: Desk, code: str = "incomplete") -> str:
    """A drop-in session that the centre holds."""
    record_id = priya.submitted(title="Stall by the fountain")
    ops = priya.port.take_batch(50, 1_000_000)
    priya.port.record_outcomes("one", [OpOutcome(op.op_id, "quarantined", code) for op in ops])
    return record_id


def test_a_held_entry_says_why_and_opens_as_a_new_draft(priya: Desk) -> None:
    record_id = held(priya)
    (row,) = priya.services.entries.list()
    assert (row.record_id, row.mark) == (record_id, Mark.HELD)
    assert row.detail == "Something a submitted entry needs is missing."
    pending = priya.services.waiting.pending()
    assert {one.reason for one in pending} == {"Something a submitted entry needs is missing."}
    assert "new draft" in pending[0].next_step
    draft = priya.services.waiting.open_as_new_draft(pending[0].op_id)
    assert draft.record_id != record_id
    assert draft.body["title"] == "Stall by the fountain"
    assert draft.is_new
    assert priya.services.waiting.pending() == ()
    priya.restart()
    assert priya.services.capture.open(draft.record_id).body["title"] == "Stall by the fountain"
    fresh = priya.services.capture.submit(draft).record_id
    assert fresh == draft.record_id


def test_a_result_of_a_newer_centre_still_gets_a_true_sentence(priya: Desk) -> None:
    held(priya, code="phase_of_the_moon")
    row = priya.services.waiting.pending()[0]
    assert row.reason == "The centre is holding this."
    assert "Nothing is lost" in row.next_step


def test_what_still_waits_cannot_be_taken_off_the_list(priya: Desk) -> None:
    priya.submitted()
    (row,) = priya.services.waiting.pending()
    with pytest.raises(UserError):
        priya.services.waiting.dismiss(row.op_id)


def test_an_entry_the_centre_cannot_take_now_says_when_it_is_tried_again(priya: Desk) -> None:
    priya.submitted()
    (op, *_rest) = priya.port.take_batch(1, 1_000_000)
    priya.port.set_aside(op.op_id, "too_large", retry_in=timedelta(hours=1))
    (row,) = priya.services.waiting.pending()
    assert row.next_try_at == priya.clock.now() + timedelta(hours=1)
    assert "tried again" in row.next_step
    assert priya.port.take_batch(10, 1_000_000) == ()
    priya.port.retry_aside()
    assert priya.port.take_batch(10, 1_000_000)[0].op_id == op.op_id


def test_two_people_who_changed_the_same_field_are_asked_to_choose(
    priya: Desk, review: Review
) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    priya.sync()
    opened = priya.services.capture.open(draft.record_id)
    record = review.records[draft.record_id]
    body = {**record.body, "qualitative": "From my other tablet."}
    review.put(replace(record, body=body, content_hash=record.hash_of(body), revision=5))
    mine = replace(opened, body={**opened.body, "qualitative": "From this tablet."})
    priya.services.capture.finish_later(mine)
    priya.sync()
    (row,) = priya.services.entries.today().needs_choice
    assert row.mark is Mark.CHOOSE_VERSION
    assert priya.services.waiting.status().choose == 1
    conflicts = review.records[draft.record_id].conflicts
    assert [one["mine"] for one in conflicts] == ["From this tablet."]


def test_what_arrived_while_an_entry_was_open_is_merged_and_not_overwritten(
    priya: Desk, review: Review
) -> None:
    draft = priya.drop_in()
    priya.services.capture.finish_later(draft)
    priya.sync()
    opened = priya.services.capture.open(draft.record_id)
    record = review.records[draft.record_id]
    body = {**record.body, "sentiment": 5}
    review.put(replace(record, body=body, content_hash=record.hash_of(body), revision=5))
    priya.sync()
    mine = replace(opened, body={**opened.body, "qualitative": "New words."})
    priya.services.capture.submit(mine)
    priya.sync()
    merged = review.records[draft.record_id].body
    assert (merged["sentiment"], merged["qualitative"]) == (5, "New words.")


def test_changes_are_told_after_every_act_and_every_page(priya: Desk, callum: Desk) -> None:
    heard: list[frozenset[str]] = []
    stop = priya.services.changed.subscribe(heard.append)
    priya.submitted()
    assert frozenset({"ENGAGEMENT"}) in heard
    callum.submitted()
    callum.sync()
    heard.clear()
    priya.sync()
    assert any("ENGAGEMENT" in types for types in heard)
    stop()
    heard.clear()
    priya.submitted()
    assert heard == []


def test_preferences_are_kept(priya: Desk) -> None:
    assert priya.services.preferences.get("theme", "day") == "day"
    priya.services.preferences.set("theme", "night")
    priya.restart()
    assert priya.services.preferences.get("theme", "day") == "night"


def test_the_greeting_follows_the_clock_on_the_wall(priya: Desk) -> None:
    today = priya.services.entries.today()
    assert (today.greeting, today.date_words) == ("Good afternoon, Priya", "Thu 19 Mar")
    assert today.beat_words == "Belgrave, Glascote"


def test_forms_offer_the_places_of_the_last_weeks(priya: Desk) -> None:
    priya.submitted()
    priya.submitted()
    priya.submitted(venue={"name": "St Example's hall"}, neighbourhood_id=BELGRAVE)
    places = priya.services.reference.recent_places()
    assert [place.label for place in places] == ["St Example's hall", "Larkspur Shopping Precinct"]
    assert places[0].extra["neighbourhood_id"] == BELGRAVE
    assert [choice.label for choice in priya.services.reference.officers()] == [
        "PCSO Callum Reeve", "PCSO Priya Nandra", "PS Tom Ashworth",
    ]  # fmt: skip
    assert [choice.label for choice in priya.services.reference.neighbourhoods("TA")] == [
        "Belgrave", "Glascote", "Stonydelph",
    ]  # fmt: skip


def test_the_outbox_never_gives_a_number_twice(priya: Desk) -> None:
    priya.submitted()
    priya.sync()
    with priya.store.transaction() as tx:
        numbers = [row[0] for row in tx.rows("SELECT dseq FROM outbox")]
        priya.clock.advance(days=36)
        journal.let_go(tx, durable=10_000)
        assert tx.rows("SELECT dseq FROM outbox") == []
    priya.submitted()
    with priya.store.reading() as tx:
        fresh = [json.loads(row[0])["dseq"] for row in tx.rows("SELECT wire FROM outbox")]
    assert min(fresh) > max(numbers)


def test_the_force_decides_on_its_own_numbers(priya: Desk, review: Review) -> None:
    review.put(
        published(RecordType.SETTINGS, "settings", {"values": {"query_hours": 48}}, lpt="force")
    )
    priya.sync()
    assert priya.services.reference.settings()["query_hours"] == 48
    promise = {"kind": "PUBLIC_QUERY", "summary": "Bins?", "raised_at": "2026-03-19T13:00:00Z"}
    priya.submitted(actions_promised=[promise])
    (row,) = priya.services.follow_ups.due()
    assert row.due_at == datetime(2026, 3, 21, 13, tzinfo=UTC)
