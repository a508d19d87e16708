"""The panel's answer at the centre: every neighbourhood, as it was known on any day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.errors import UserError
from resources.engagement_types import engagement_types
from server.demo.loading import load_demo_force
from server.services.accounts import publish_officer
from server.services.centre import Centre
from server.services.founding import found
from server.services.meetings_report import meetings_report
from server.services.own_hand import begin, end
from server.services.rebuild import rebuild
from server.services.verification import verify
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.force import BELGRAVE, GLASCOTE, drop_in, plan_line
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, decide, operation, patch, submit

Row = dict[str, Any]


def answer(centre: Centre, **asked: Any) -> dict[str, Row]:
    """Rows by code."""
    report = meetings_report(centre, **asked)
    return {row.neighbourhood_code: row.to_json() for row in report.rows}


def changed(before: dict[str, Row], after: dict[str, Row]) -> set[str]:
    return {code for code in before if before[code] != after[code]}


def meeting(who: Tablet, **changes: Any) -> dict[str, Any]:
    """A drop-in that was handed in."""
    made = create(drop_in(**changes))
    results = who.send(made, submit(made["record_id"]))
    assert results[1]["status"] == "applied"
    return made


def test_every_present_neighbourhood_has_a_row(centre: Centre) -> None:
    everywhere = answer(centre)
    assert len(everywhere) == 185
    assert len(answer(centre, lpt="TA")) == 10
    assert {row["reason"]["code"] for row in everywhere.values()} == {"never"}


def test_an_unknown_team_is_said(centre: Centre) -> None:
    with pytest.raises(UserError, match="choose from"):
        meetings_report(centre, lpt="XX")


def test_approving_and_voiding_change_exactly_their_row(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    nothing = answer(centre)
    made = meeting(priya)
    pending = answer(centre)
    assert changed(nothing, pending) == {GLASCOTE}
    assert pending[GLASCOTE]["pending"] == 1
    assert pending[GLASCOTE]["last_held"] is None
    tom.send(decide(made["record_id"], made["body"]))
    approved = answer(centre)
    assert changed(pending, approved) == {GLASCOTE}
    assert approved[GLASCOTE]["pending"] == 0
    assert approved[GLASCOTE]["last_held"] == "2026-03-18"
    assert approved[GLASCOTE]["attendance"] == 15
    tom.send(operation("void", made["record_id"], reason="Recorded twice"))
    assert answer(centre) == nothing


def test_as_of_a_day_is_what_was_known_when_it_ended(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 3, 19, 14, 30, tzinfo=UTC))
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya)
    clock.set(datetime(2026, 3, 20, 9, tzinfo=UTC))
    tom.send(decide(made["record_id"], made["body"]))
    clock.set(datetime(2026, 3, 23, 9, tzinfo=UTC))
    tom.send(operation("void", made["record_id"], reason="Recorded twice"))
    on = {day: answer(centre, as_of=date(2026, 3, day))[GLASCOTE] for day in range(18, 24)}
    assert [on[day]["pending"] for day in range(18, 24)] == [0, 1, 0, 0, 0, 0]
    held = [on[day]["last_held"] for day in range(18, 24)]
    assert held == [None, None, "2026-03-18", "2026-03-18", "2026-03-18", None]
    assert on[22]["days_since"] == 4


def test_the_day_ends_at_midnight_in_this_country(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 3, 29, 9, tzinfo=UTC))
    priya = tablet("of-priya")
    clock.set(datetime(2026, 3, 29, 22, 59, 59, 999999, tzinfo=UTC))  # 23:59 in summer time
    meeting(priya)
    clock.set(datetime(2026, 3, 29, 23, 0, tzinfo=UTC))
    meeting(priya)
    assert answer(centre, as_of=date(2026, 3, 29))[GLASCOTE]["pending"] == 1
    assert answer(centre, as_of=date(2026, 3, 30))[GLASCOTE]["pending"] == 2


def test_a_tablets_clock_does_not_date_an_approval_back(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya)
    clock.set(datetime(2026, 4, 2, 9, tzinfo=UTC))
    decision = decide(made["record_id"], made["body"])
    tom.send(decision | {"claimed_at": "2026-03-19T09:00:00+00:00"})
    assert answer(centre, as_of=date(2026, 4, 1))[GLASCOTE]["last_held"] is None
    assert answer(centre, as_of=date(2026, 4, 2))[GLASCOTE]["last_held"] == "2026-03-18"


def test_the_plan_is_shown_as_it_was_known(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya = tablet("of-priya")
    line = create(plan_line(), record_type="PLANNED_ACTIVITY")
    priya.send(line)
    clock.advance(days=1)
    starts = ("2026-04-16T10:00:00+00:00", "2026-04-20T10:00:00+00:00")
    priya.send(patch(line["record_id"], starts_at=starts))
    clock.advance(days=1)
    priya.send(patch(line["record_id"], status=("PLANNED", "CANCELLED")))
    following = [
        answer(centre, as_of=date(2026, 3, day))[GLASCOTE]["next_planned"]
        for day in (18, 19, 20, 21)
    ]
    assert following == [None, "2026-04-16", "2026-04-20", None]


def test_an_amendment_counts_only_once_it_is_approved(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya)
    tom.send(decide(made["record_id"], made["body"]))
    more = {"adults": 50, "children_young_people": 0}
    priya.send(patch(made["record_id"], counts=(made["body"]["counts"], more)))
    waiting = answer(centre)[GLASCOTE]
    assert (waiting["attendance"], waiting["pending"]) == (15, 1)
    tom.send(decide(made["record_id"], made["body"] | {"counts": more}))
    done = answer(centre)[GLASCOTE]
    assert (done["attendance"], done["pending"]) == (50, 0)


def test_strict_needs_a_responsible_constable(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya)
    tom.send(decide(made["record_id"], made["body"]))
    assert answer(centre)[GLASCOTE]["reason"]["code"] == "pcso_only"
    people = [{"officer_id": "of-hannah", "role_at_time": "PC", "minutes": 30}]
    strict = meeting(priya, participants=people)
    tom.send(decide(strict["record_id"], strict["body"]))
    row = answer(centre)[GLASCOTE]
    assert row["last_held_strict"] == "2026-03-18"
    assert row["rag"] == "GREEN"


def test_a_pcso_who_is_entered_as_a_constable_is_none(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya, participants=[{"officer_id": "of-priya", "role_at_time": "PC"}])
    tom.send(decide(made["record_id"], made["body"]))
    row = answer(centre)[GLASCOTE]
    assert (row["last_held"], row["last_held_strict"]) == ("2026-03-18", None)


def test_a_kind_under_review_counts_by_a_tick_in_what_was_approved(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    kinds = engagement_types().values()
    kind = next(kind.code for kind in kinds if kind.s34_candidate not in (True, False))
    for ticked, pending, held in ((None, 0, None), (True, 1, "2026-03-18")):
        made = meeting(priya, engagement_type=kind, s34_reviewed=ticked)
        waiting = answer(centre)[GLASCOTE]
        assert (waiting["pending"], waiting["last_held"]) == (pending, None)
        tom.send(decide(made["record_id"], made["body"]))
        assert answer(centre)[GLASCOTE]["last_held"] == held


def _moves_to(centre: Centre, officer_id: str, *beats: str) -> None:
    """The officer is assigned elsewhere, and colleagues are told."""
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        connection.exec_driver_sql(
            "UPDATE officer SET neighbourhoods = ? WHERE officer_id = ?",
            (json.dumps(beats), officer_id),
        )
        writing.load([officer_id])
        publish_officer(writing, officer_id)
        end(writing, "moved", officer_id)


def test_where_officers_serve_later_does_not_change_a_meeting_that_was_approved(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya, participants=[{"officer_id": "of-hannah", "role_at_time": "PC"}])
    id, body = made["record_id"], made["body"]
    clock.advance(days=1)
    tom.send(decide(id, body))
    approved = answer(centre)[GLASCOTE]
    assert approved["last_held_strict"] == "2026-03-18"
    clock.advance(days=1)
    _moves_to(centre, "of-hannah", BELGRAVE)
    priya.send(patch(id, title=(body["title"], "Another title")))
    waiting = answer(centre)[GLASCOTE]
    assert waiting == approved | {"pending": 1, "days_since": 3, "reason": waiting["reason"]}
    assert waiting["reason"]["code"] == approved["reason"]["code"]
    clock.advance(hours=1)
    tom.send(decide(id, body | {"title": "Another title"}, "RETURN", comments={"title": "No."}))
    assert answer(centre)[GLASCOTE]["last_held_strict"] == "2026-03-18"
    assert rebuild(centre).changed == ()
    assert answer(centre)[GLASCOTE]["last_held_strict"] == "2026-03-18"
    clock.advance(hours=1)
    priya.send(patch(id, title=("Another title", "A third")), submit(id))
    clock.advance(hours=1)
    tom.send(decide(id, body | {"title": "A third"}))
    assert answer(centre)[GLASCOTE]["last_held_strict"] is None  # judged anew with its approval
    assert rebuild(centre).changed == ()


def test_an_amendment_that_moves_the_ward_is_pending_in_the_new_one(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya)
    id, body = made["record_id"], made["body"]
    tom.send(decide(id, body))
    clock.advance(days=1)
    priya.send(patch(id, neighbourhood_id=(GLASCOTE, BELGRAVE)))
    waiting = answer(centre)
    assert (waiting[GLASCOTE]["last_held"], waiting[GLASCOTE]["pending"]) == ("2026-03-18", 0)
    assert (waiting[BELGRAVE]["last_held"], waiting[BELGRAVE]["pending"]) == (None, 1)
    priya.follow()
    assert priya.records[f"meetings-{BELGRAVE}"]["body"]["pending"] == 1
    assert rebuild(centre).changed == ()
    clock.advance(days=1)
    tom.send(decide(id, body | {"neighbourhood_id": BELGRAVE}))
    done = answer(centre)
    assert (done[GLASCOTE]["last_held"], done[BELGRAVE]["last_held"]) == (None, "2026-03-18")
    assert (done[GLASCOTE]["pending"], done[BELGRAVE]["pending"]) == (0, 0)
    priya.follow()
    assert priya.records[f"meetings-{BELGRAVE}"]["body"]["pending"] == 0
    assert rebuild(centre).changed == ()


def test_a_ward_that_was_replaced_lends_its_meetings_to_its_heir(
    tablet: SignInAs, centre: Centre
) -> None:
    old, heirs = next(
        (code, json.loads(successors))
        for code, successors in rows(
            centre, "SELECT code, successors FROM neighbourhood WHERE successors <> '[]'"
        )
        if len(json.loads(successors)) == 1
    )
    ((lpt,),) = rows(centre, "SELECT lpt_code FROM neighbourhood WHERE code = ?", heirs[0])
    with centre.db.write() as connection:
        connection.exec_driver_sql("UPDATE officer SET lpt_code = ?", (lpt,))
        connection.exec_driver_sql(
            "UPDATE neighbourhood SET valid_to = NULL WHERE code = ?", (old,)
        )
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya, neighbourhood_id=old, lpt_code=lpt)
    tom.send(decide(made["record_id"], made["body"]))
    with centre.db.write() as connection:
        connection.exec_driver_sql(
            "UPDATE neighbourhood SET valid_to = '2026-03-18' WHERE code = ?", (old,)
        )
    assert answer(centre)[heirs[0]]["last_held"] == "2026-03-18"
    assert old not in answer(centre)
    again = meeting(priya, neighbourhood_id=heirs[0], lpt_code=lpt)
    priya.follow()
    ledger = priya.records[f"meetings-{heirs[0]}"]["body"]
    assert (ledger["last_held"], ledger["pending"]) == ("2026-03-18", 1)
    assert again


def test_projections_come_out_the_same_when_made_again(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    for number in range(6):
        made = meeting(priya, title=f"Number {number}")
        clock.advance(hours=number)
        if number % 2:
            tom.send(decide(made["record_id"], made["body"]))
        if number == 3:
            tom.send(operation("void", made["record_id"], reason="Recorded twice"))
        if number == 5:
            priya.send(patch(made["record_id"], title=("Number 5", "Amended")))
        if number == 4:
            priya.send(operation("recall", made["record_id"]), submit(made["record_id"]))
    line = create(plan_line(), record_type="PLANNED_ACTIVITY")
    promise = create(
        {"kind": "ACTION", "owner_officer_id": "of-priya", "lpt_code": "TA"}, "FOLLOW_UP"
    )
    priya.send(line, promise, operation("delete", line["record_id"]))
    rebuilt = rebuild(centre)
    assert rebuilt.changed == ()
    assert rebuilt.rows["engagement"] > 6
    assert rebuilt.rows["issue"] == 2
    assert rebuilt.rows["follow_up"] == 1
    assert rebuilt.rows["planned_activity"] == 0


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM engagement WHERE record_n = (SELECT max(record_n) FROM engagement)",
        "UPDATE engagement SET attendance = 99",
        "UPDATE issue SET mentions = mentions + 1",
    ],
)
def test_damage_to_a_projection_is_found_and_mended(
    tablet: SignInAs, centre: Centre, damage: str
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = meeting(priya)
    tom.send(decide(made["record_id"], made["body"]))
    before = answer(centre)
    with centre.db.write() as connection:
        connection.exec_driver_sql(damage)
    assert len(rebuild(centre).changed) == 1
    assert rebuild(centre).changed == ()
    assert answer(centre) == before


# ------------------------------------------------------------------------ the demo force


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder: Path = tmp_path_factory.mktemp("demo") / "centre"
    centre = found(folder, clock=FixedClock(datetime(2026, 11, 19, 14, tzinfo=UTC)))
    with centre.db.without_waiting():
        load_demo_force(centre)
    yield centre
    centre.close()


@pytest.mark.slow
def test_the_demo_force_shows_every_state_with_its_reason(demo: Centre) -> None:
    everywhere = answer(demo)
    assert len(everywhere) == 185
    assert len(answer(demo, lpt="TA")) == 10
    codes = {row["reason"]["code"] for row in everywhere.values()}
    assert {"never", "nobody_came", "pcso_only", "over_limit_booked", "booked"} <= codes
    only_pending = [
        row for row in everywhere.values() if row["last_held"] is None and row["pending"]
    ]
    assert only_pending
    assert {row["rag"] for row in everywhere.values()} == {"RED", "AMBER", "GREEN"}


@pytest.mark.slow
def test_the_demo_force_is_kept_like_any_other(demo: Centre) -> None:
    assert rebuild(demo).changed == ()
    assert verify(demo).trouble is None
    assert rows(demo, "SELECT count(*) FROM quarantine") == [(0,)]
    ((entries,),) = rows(
        demo, "SELECT count(*) FROM record WHERE record_type IN ('ENGAGEMENT', 'RESIDENT_CONTACT')"
    )
    assert entries > 1000
