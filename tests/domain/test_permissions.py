"""Which scopes see a record, and which scopes an officer holds."""

from __future__ import annotations

from dataclasses import replace

from fieldapp.domain.codes import Role
from fieldapp.domain.permissions import Actor, scopes_of_officer, scopes_of_record
from tests.domain.review_cases import (
    ADMIN,
    CALLUM,
    PRIYA,
    STRANGER,
    TOM,
    approved,
    create,
    delete,
    do,
    draft,
    must,
    patch,
    pending,
    recall,
    void,
)


def test_a_draft_is_seen_by_its_author_alone() -> None:
    assert scopes_of_record(draft()) == {"user:of-0001"}


def test_a_submitted_entry_is_seen_by_its_team_and_leaves_it_when_recalled() -> None:
    assert scopes_of_record(pending()) == {"user:of-0001", "lpt:TA"}
    assert scopes_of_record(must(pending(), recall())) == {"user:of-0001"}
    assert scopes_of_record(approved()) == {"user:of-0001", "lpt:TA"}


def test_a_deleted_record_is_seen_by_nobody() -> None:
    assert scopes_of_record(must(draft(), delete())) == frozenset()


def test_a_person_is_seen_by_those_of_the_beat_not_by_the_team() -> None:
    person = must(None, create("PERSON"))
    assert scopes_of_record(person) == {"user:of-0001", "person:TA", "person:TA:E05007070"}


def test_an_officer_sees_people_of_their_own_beat_and_a_supervisor_those_of_the_team() -> None:
    priya = scopes_of_officer(PRIYA, device_id="d1")
    tom = scopes_of_officer(TOM, device_id="d2")
    assert {scope for scope in priya if scope.startswith("person:")} == {"person:TA:E05007070"}
    assert {scope for scope in tom if scope.startswith("person:")} == {"person:TA"}
    assert "device:d1" not in tom


def test_a_person_met_on_another_teams_beat_stays_with_the_team_that_met_them() -> None:
    person = must(None, create("PERSON", neighbourhood_id="E05010650"))
    local = Actor("of-0500", frozenset({"FIELD"}), "LI", frozenset({"E05010650"}))
    seen = scopes_of_record(person)
    assert not seen & scopes_of_officer(local, device_id="d1")
    assert seen & scopes_of_officer(TOM, device_id="d2")


def test_roles_without_field_work_hold_no_scope_with_records() -> None:
    for role in set(Role) - {Role.FIELD, Role.SUPERVISOR, Role.LPT_COMMAND}:
        actor = Actor("of-0900", frozenset({role}), "TA", frozenset({"E05007070"}))
        held = scopes_of_officer(actor, device_id="d1")
        assert held == {"device:d1"}


def test_a_follow_up_may_be_changed_by_whom_it_names_and_by_the_supervisor() -> None:
    record = must(None, create("FOLLOW_UP", owner_officer_id="of-0002"))
    change = {"summary": (None, "Patrol at four")}
    for allowed in (PRIYA, CALLUM, TOM):
        assert do(record, patch(**change), allowed).record is not None
    for denied in (STRANGER, ADMIN):
        assert do(record, patch(**change), denied).record is None


def test_a_closed_account_takes_nothing_back() -> None:
    closed = replace(PRIYA, app_roles=frozenset())
    for command in (recall(), delete(), void()):
        assert do(pending(), command, closed).code == "forbidden"
