"""Receiving: everything an officer may see, nothing else, and nothing missed."""

from __future__ import annotations

from typing import Any

import pytest

from server.services import accounts, devices
from server.services.centre import Centre
from server.services.upkeep import keep_up
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.force import BELGRAVE, GLASCOTE, drop_in, plan_line
from tests.contract.ports import Port, RefusedError
from tests.contract.stored import rows
from tests.contract.tablet import create, decide, operation, patch, submit


def test_a_new_tablet_gets_the_reference_data(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    priya.follow()
    kinds = [record["record_type"] for record in priya.records.values()]
    assert kinds.count("NEIGHBOURHOOD") == 187
    assert kinds.count("MEETING_LEDGER") == 185
    assert kinds.count("SETTINGS") == 1
    names = {id for id, record in priya.records.items() if record["record_type"] == "OFFICER"}
    assert {"of-priya", "of-tom", "of-marta"} <= names
    assert "of-lena" not in names


def test_when_nothing_has_changed_nothing_is_sent_and_nothing_written(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    priya.follow()
    before = rows(centre, "SELECT count(*) FROM audit")
    assert priya.follow() == []
    assert rows(centre, "SELECT count(*) FROM audit") == before


def test_what_one_hands_in_another_of_the_team_receives(tablet: SignInAs) -> None:
    priya, tom, lena = tablet("of-priya"), tablet("of-tom"), tablet("of-lena")
    made = create()
    id = made["record_id"]
    priya.send(made)
    for who in (priya, tom, lena):
        who.follow()
    assert (priya.sees(id), tom.sees(id), lena.sees(id)) == (True, False, False)
    priya.send(submit(id))
    for who in (priya, tom, lena):
        who.follow()
    assert (priya.sees(id), tom.sees(id), lena.sees(id)) == (True, True, False)
    assert tom.records[id]["body"] == made["body"]
    assert [event["kind"] for event in tom.records[id]["history"]] == ["create", "submit"]


def test_what_is_recalled_leaves_the_tablets_of_the_team(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = create()
    id = made["record_id"]
    priya.send(made, submit(id))
    tom.follow()
    priya.send(operation("recall", id))
    changes = [change for change in tom.follow() if change["record_id"] == id]
    assert [(change["scope"], change["op"]) for change in changes] == [("lpt:TA", "exit")]
    assert not tom.sees(id)
    priya.follow()
    assert priya.sees(id)


def test_what_is_deleted_leaves_every_tablet(tablet: SignInAs) -> None:
    priya, second, tom = tablet("of-priya"), tablet("of-priya"), tablet("of-tom")
    made = create()
    id = made["record_id"]
    priya.send(made, submit(id))
    for who in (second, tom):
        who.follow()
    priya.send(operation("delete", id))
    for who in (second, tom):
        ops = {change["op"] for change in who.follow() if change["record_id"] == id}
        assert ops == {"del"}
        assert not who.sees(id)


def test_a_draft_reaches_the_other_tablet_of_its_author(tablet: SignInAs) -> None:
    first, second = tablet("of-priya"), tablet("of-priya")
    made = create()
    first.send(made)
    second.follow()
    assert second.records[made["record_id"]]["review_status"] == "DRAFT"


@pytest.mark.parametrize("limit", [2, 500])
def test_page_by_page_it_comes_to_the_same(tablet: SignInAs, limit: int) -> None:
    priya = tablet("of-priya")
    made = [create() for _ in range(7)]
    priya.send(*made, *(submit(op["record_id"]) for op in made))
    whole, paged = tablet("of-tom"), tablet("of-tom")
    whole.follow()
    paged.follow(limit=limit)
    assert paged.members.keys() == {
        (scope.replace(whole.device_id, paged.device_id), id) for scope, id in whole.members
    }
    assert paged.records == whole.records


def test_a_change_between_pages_is_not_missed(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = [create() for _ in range(5)]
    priya.send(*made, *(submit(op["record_id"]) for op in made))
    page = tom.page(limit=3)
    assert page["more"]
    for change in page["changes"]:
        tom._apply(change)
    tom.cursor = page["cursor"]
    first, last = made[0]["record_id"], made[-1]["record_id"]
    priya.send(patch(first, title=("Drop-in, Larkspur Precinct", "Changed")))
    priya.send(operation("recall", last))
    tom.follow(limit=3)
    assert tom.records[first]["body"]["title"] == "Changed"
    assert not tom.sees(last)
    assert all(tom.sees(op["record_id"]) for op in made[:-1])


def test_the_sequence_has_no_gap(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    for _ in range(5):
        made = create()
        priya.send(made, submit(made["record_id"]), operation("submit", "nonsense"))
    ((head,),) = rows(centre, "SELECT seq FROM head")
    seen = {seq for (seq,) in rows(centre, "SELECT seq FROM feed")}
    assert max(seen) == head
    # A number whose record has changed since is the only one that may be missing.
    firsts = {n for (n,) in rows(centre, "SELECT n FROM record")}
    assert seen | firsts | _numbers_of_revisions(centre) >= set(range(1, head + 1))


def _numbers_of_revisions(centre: Centre) -> set[int]:
    """Numbers taken by earlier states of the meeting ledger, which change most."""
    found = rows(centre, "SELECT count(*) FROM revision WHERE kind = 'publish'")
    ((head,),) = rows(centre, "SELECT seq FROM head")
    return set(range(head - found[0][0], head + 1))


def test_a_person_is_seen_on_the_beat_and_by_the_supervisor_only(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    body = {"full_name": "Ada Example", "lpt_code": "TA", "neighbourhood_id": BELGRAVE}
    made = create(body, record_type="PERSON")
    priya.send(made)
    seeing = {}
    for officer_id in ("of-priya", "of-callum", "of-hannah", "of-tom", "of-lena", "of-ada"):
        who = tablet(officer_id)
        who.follow()
        seeing[officer_id] = who.sees(made["record_id"])
    assert {who for who, sees in seeing.items() if sees} == {"of-priya", "of-tom"}


def test_roles_without_field_work_receive_no_record(tablet: SignInAs) -> None:
    priya, ada = tablet("of-priya"), tablet("of-ada")
    made = create()
    priya.send(made, submit(made["record_id"]))
    assert ada.follow() == []


def test_an_officer_who_moves_sees_the_new_team_and_no_longer_the_old(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, callum = tablet("of-priya"), tablet("of-callum")
    made, own = create(), create()
    priya.send(made, submit(made["record_id"]))
    callum.send(own, submit(own["record_id"]))
    callum.follow()
    with centre.db.write() as connection:
        connection.exec_driver_sql(
            "UPDATE officer SET lpt_code = 'LI', neighbourhoods = '[]' "
            "WHERE officer_id = 'of-callum'"
        )
    page = callum.page()
    assert {"lpt:TA", "ref:TA"} <= set(page["scope_exit"])
    callum.follow()
    assert not callum.sees(made["record_id"])
    assert callum.sees(own["record_id"])
    assert callum.sees("of-lena")


def test_a_cursor_gives_no_right_to_a_scope(tablet: SignInAs) -> None:
    priya, noah = tablet("of-priya"), tablet("of-noah")
    made = create()
    priya.send(made, submit(made["record_id"]))
    noah.follow()
    noah.cursor["scopes"]["lpt:TA"] = 0
    noah.cursor["scopes"]["user:of-priya"] = 0
    page = noah.page()
    assert page["changes"] == []
    assert page["scope_exit"] == ["lpt:TA", "user:of-priya"]


def test_a_cursor_of_another_history_starts_from_nothing(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    priya.follow()
    everything = len(priya.members)
    priya.cursor["epoch"] = "another"
    page = priya.page()
    assert page["epoch"] != "another"
    assert page["count"] == everything


@pytest.mark.parametrize("position", [-(2**62), 2**62])
def test_a_position_never_given_out_starts_that_scope_again(
    tablet: SignInAs, position: int
) -> None:
    priya = tablet("of-priya")
    made = create()
    priya.send(made)
    priya.follow()
    priya.cursor["scopes"]["user:of-priya"] = position
    page = priya.page()
    assert page["resync"] == ["user:of-priya"]
    assert [change["record_id"] for change in page["changes"]] == [made["record_id"]]


def test_an_old_version_may_send_but_must_update_to_receive(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    with pytest.raises(RefusedError, match="update_needed"):
        priya.page(proto=0)
    assert priya.send(create(), proto=0)[0]["status"] == "applied"


def test_a_draining_tablet_sends_and_no_longer_receives(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    devices.set_state(centre, priya.device_id, "draining")
    assert priya.send(create())[0]["status"] == "applied"
    with pytest.raises(RefusedError, match="device_draining"):
        priya.page()


def test_a_revoked_tablet_does_neither(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    devices.set_state(centre, priya.device_id, "revoked")
    with pytest.raises(RefusedError, match="device_revoked"):
        priya.send(create())
    with pytest.raises(RefusedError, match="device_revoked"):
        priya.page()
    with pytest.raises(RefusedError, match="device_revoked"):
        tablet("of-priya", priya.device_id)


def test_a_sign_in_works_on_its_own_tablet_only(tablet: SignInAs) -> None:
    priya, callum = tablet("of-priya"), tablet("of-callum")
    with pytest.raises(RefusedError, match="device_mismatch"):
        priya.send(device_id=callum.device_id)
    with pytest.raises(RefusedError, match="device_mismatch"):
        priya.page(device_id=callum.device_id)


def test_a_closed_account_is_given_nothing_and_what_it_sends_is_kept(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    draft = create()
    priya.send(draft)
    priya.follow()
    accounts.close_account(centre, "priya")
    page = priya.page()
    assert {"user:of-priya", "lpt:TA", "ref:TA", "ref:force"} <= set(page["scope_exit"])
    assert page["changes"] == []
    (kept,) = priya.send(create())
    assert (kept["status"], kept["code"]) == ("quarantined", "forbidden")
    (refused,) = priya.send(operation("delete", draft["record_id"]))
    assert (refused["status"], refused["code"]) == ("rejected", "forbidden")


def test_settled_entries_of_others_leave_after_ninety_days_and_ones_own_stay(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom, callum = tablet("of-priya"), tablet("of-tom"), tablet("of-callum")
    approved, waiting = create(), create()
    for made in (approved, waiting):
        priya.send(made, submit(made["record_id"]))
    tom.send(decide(approved["record_id"], approved["body"]))
    for who in (priya, callum):
        who.follow()
    assert callum.sees(approved["record_id"])
    clock.advance(days=13)
    keep_up(centre)
    callum.follow()
    assert callum.sees(approved["record_id"])
    clock.advance(days=90)
    keep_up(centre)
    again, later = tablet("of-callum", callum.device_id), tablet("of-priya", priya.device_id)
    again.cursor, again.members, again.records = callum.cursor, callum.members, callum.records
    again.follow()
    later.follow()
    assert not again.sees(approved["record_id"])
    assert again.sees(waiting["record_id"])
    assert later.sees(approved["record_id"])


def test_an_entry_from_last_year_does_not_go_out_to_the_team_when_approved_today(
    tablet: SignInAs,
) -> None:
    priya, tom, callum = tablet("of-priya"), tablet("of-tom"), tablet("of-callum")
    old = create(
        drop_in(started_at="2025-10-01T10:00:00+00:00", ended_at="2025-10-01T11:00:00+00:00")
    )
    priya.send(old, submit(old["record_id"]))
    tom.follow()
    assert tom.sees(old["record_id"])
    tom.send(decide(old["record_id"], old["body"]))
    for who in (tom, callum):
        who.follow()
        assert not who.sees(old["record_id"])


def test_the_plan_and_promises_reach_the_team_without_review(tablet: SignInAs) -> None:
    priya, callum = tablet("of-priya"), tablet("of-callum")
    line = create(plan_line(), record_type="PLANNED_ACTIVITY")
    promise = create(
        {"kind": "ACTION", "owner_officer_id": "of-priya", "lpt_code": "TA", "summary": "Call"},
        record_type="FOLLOW_UP",
    )
    priya.send(line, promise)
    callum.follow()
    assert callum.sees(line["record_id"])
    assert callum.sees(promise["record_id"])


def ledger(who: Any, code: str = GLASCOTE) -> dict[str, Any]:
    """What a tablet knows of a neighbourhood's meetings."""
    body: dict[str, Any] = who.records[f"meetings-{code}"]["body"]
    return body


def test_the_meeting_ledger_moves_with_every_step(tablet: SignInAs) -> None:
    priya, tom, noah = tablet("of-priya"), tablet("of-tom"), tablet("of-noah")
    noah.follow()
    assert ledger(noah)["pending"] == 0
    made = create(
        drop_in(participants=[{"officer_id": "of-hannah", "role_at_time": "PC", "minutes": 60}])
    )
    line = create(plan_line(), record_type="PLANNED_ACTIVITY")
    priya.send(made, submit(made["record_id"]), line)
    noah.follow()
    assert ledger(noah)["pending"] == 1
    assert "last_held" not in ledger(noah)
    assert ledger(noah)["next_planned"] == "2026-04-16"
    assert ledger(noah)["next_venue"] == "Larkspur Precinct"
    tom.send(decide(made["record_id"], made["body"]))
    noah.follow()
    assert ledger(noah)["pending"] == 0
    assert ledger(noah)["last_held"] == ledger(noah)["last_held_strict"] == "2026-03-18"
    assert ledger(noah)["last_attendance"] == 15
    assert ledger(noah)["last_ref"] == "TA-ENG-2026-000001"
    priya.send(patch(line["record_id"], status=("PLANNED", "CANCELLED")))
    tom.send(operation("void", made["record_id"], reason="Recorded twice"))
    changes = noah.follow()
    assert "last_held" not in ledger(noah)
    assert "next_planned" not in ledger(noah)
    assert {change["record_id"] for change in changes} == {f"meetings-{GLASCOTE}"}


def test_a_planned_date_that_passes_is_no_longer_the_next_one(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya = tablet("of-priya")
    priya.send(create(plan_line(starts_at="2026-03-20T10:00:00+00:00"), "PLANNED_ACTIVITY"))
    priya.follow()
    assert ledger(priya)["next_planned"] == "2026-03-20"
    clock.advance(days=2)
    assert keep_up(centre)
    assert not keep_up(centre)
    priya.follow()
    assert "next_planned" not in ledger(priya)


def test_hello_needs_no_sign_in_and_names_the_history(port: Port, tablet: SignInAs) -> None:
    answer = port.hello()
    assert answer["epoch"] == tablet("of-priya").page()["epoch"]
    assert answer["proto_min"] <= 1 <= answer["proto_max"]
