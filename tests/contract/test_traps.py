"""What other systems of this kind got wrong, by name: each must not happen here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.store.journal import PATIENCE
from server.services.accounts import publish_officer
from server.services.centre import Centre, open_centre
from server.services.own_hand import begin, end
from tests.conftest import FixedClock
from tests.contract.desks import Desk
from tests.contract.fixtures import OpenDesk, SignInAs
from tests.contract.ports import InProcess
from tests.contract.stored import held, stored
from tests.contract.tablet import create, patch

COUNTS = {"adults": 20, "children_young_people": 3}


def returned(priya: Desk, tom: Desk, *reasons: str, **comments: str) -> str:
    """An entry of Priya's that Tom has sent back; both tablets know it."""
    id = priya.submitted()
    tom.sync()
    tom.decide(id, *(reasons or ("COUNT_QUERY",)), **comments)
    tom.sent()
    priya.sync()
    assert priya.mark(id) == "RETURNED"
    return id


def adults(desk: Desk, id: str) -> str:
    """How many adults the entry says."""
    return {one.label: one.value for one in desk.services.entries.view(id).lines}["Adults"]


def test_a_completed_resubmission_never_flips_back_to_rejected(
    desk: OpenDesk, centre: Centre
) -> None:
    priya, tom, marta = desk("of-priya"), desk("of-tom"), desk("of-marta")
    id = priya.submitted()
    for one in (tom, marta):
        one.sync()
    marta.decide(id, "OTHER")  # read before the return below, sent long after it
    tom.decide(id, "COUNT_QUERY", counts="Twelve?")
    tom.clock.advance(seconds=11)
    tom.lose_the_answer()
    priya.sync()
    priya.edited(id, hand_in=True, counts=COUNTS)
    assert priya.mark(id) == "WAITING"
    priya.sync()
    tom.sync()  # the same return once more, after its answer was lost
    marta.sync()
    record = stored(centre, id).record
    assert (record.review_status, record.body["counts"]) == ("PENDING_REVIEW", COUNTS)
    for one in (priya, tom, marta):
        one.sync()
    assert priya.mark(id) == "WITH_SERGEANT"
    (row,) = [one for one in marta.services.waiting.pending() if one.record_id == id]
    assert row.reason == "The entry was changed after you read it."


def test_a_completed_resubmission_is_not_overwritten_by_a_clean_copy(
    desk: OpenDesk, tablet: SignInAs, centre: Centre
) -> None:
    priya, other, tom = desk("of-priya"), desk("of-priya"), desk("of-tom")
    id = returned(priya, tom)
    other.sync()
    before = stored(centre, id).record
    priya.edited(id, hand_in=True, counts=COUNTS)
    # While it waits here, the centre's copy is read from the beginning, and does not cover it.
    priya.hears_everything_again()
    assert (priya.mark(id), adults(priya, id)) == ("WAITING", "20")
    priya.sync()
    # The other tablet still holds the copy as it was returned, and puts it down unchanged.
    other.services.capture.finish_later(other.services.capture.open(id))
    other.sync()
    # Whoever sends the old copy under the same number writes over nothing.
    (result,) = tablet("of-priya").send(create(before.body, record_id=id))
    assert (result["status"], result["code"]) == ("quarantined", "exists")
    record = stored(centre, id).record
    assert (record.review_status, record.body["counts"]) == ("PENDING_REVIEW", COUNTS)
    other.sync()
    assert adults(other, id) == "20"


def test_the_supervisors_note_is_cleared_with_each_round(desk: OpenDesk, centre: Centre) -> None:
    priya, tom = desk("of-priya"), desk("of-tom")
    id = returned(priya, tom, "COUNT_QUERY", counts="Twelve adults?")
    first = priya.services.capture.open(id)
    assert first.returned is not None
    assert first.returned.comments == {"counts": "Twelve adults?"}
    priya.edited(id, hand_in=True, counts=COUNTS)
    assert priya.services.entries.view(id).returned is None
    priya.sync()
    tom.sync()
    tom.decide(id, "MISSING_DETAIL", venue="Which entrance?")
    tom.sent()
    priya.sync()
    second = priya.services.capture.open(id)
    assert second.returned is not None
    assert second.returned.comments == {"venue": "Which entrance?"}
    assert second.returned.reasons == ("MISSING_DETAIL",)
    priya.edited(id, hand_in=True, venue={"name": "Larkspur Precinct, east door"})
    priya.sync()
    tom.sync()
    tom.decide(id)
    tom.sent()
    priya.sync()
    view = priya.services.entries.view(id)
    assert (view.row.mark.value, view.returned) == ("APPROVED", None)
    assert stored(centre, id).record.decision["comments"] == {}


def test_the_author_can_withdraw_a_mistaken_entry_after_a_partial_sync(
    desk: OpenDesk, centre: Centre
) -> None:
    priya, tom = desk("of-priya"), desk("of-tom")
    id = priya.services.capture.submit(priya.drop_in()).record_id
    priya.clock.advance(seconds=11)
    priya.lose_the_answer()
    assert stored(centre, id).record.review_status == "PENDING_REVIEW"
    priya.services.capture.withdraw(id, "Recorded twice by mistake")
    assert priya.mark(id) == "WITHDRAWN"
    priya.restart()
    priya.sync()
    tom.sync()
    assert stored(centre, id).record.review_status == "VOID"
    assert priya.mark(id) == "WITHDRAWN"
    assert tom.services.approvals.queue() == ()
    assert priya.services.waiting.status().waiting == 0


def test_a_contact_moved_while_its_old_owner_is_offline_drops_nothing_silently(
    desk: OpenDesk, tablet: SignInAs, centre: Centre
) -> None:
    priya, callum, hannah = desk("of-priya"), desk("of-callum"), desk("of-hannah")
    promise = {"kind": "ACTION", "summary": "Ring the school", "owner_officer_id": "of-callum"}
    priya.submitted(actions_promised=[promise])
    callum.sync()
    (due,) = callum.services.follow_ups.due()
    id = due.record_id
    # Callum is out of reach; meanwhile it is given to Hannah, who goes on with it.
    callum.services.follow_ups.close(id, "Rang, nobody there")
    record = stored(centre, id).record
    tablet("of-priya").send(patch(id, record.revision, owner_officer_id=("of-callum", "of-hannah")))
    hannah.sync()
    hannah.services.follow_ups.close(id, "Spoke to the head")
    hannah.sync()
    callum.sync()
    kept = [one for one in held(centre) if one.record_id == id]
    assert ["Rang, nobody there" in one.raw for one in kept] == [True]
    assert [one.code for one in kept] == ["not_owner"]
    assert stored(centre, id).record.body["outcome"] == "Spoke to the head"
    (row,) = callum.services.waiting.pending()
    assert row.mark.value == "HELD"
    assert row.reason == "This entry now belongs to someone else."
    assert "Your text is kept" in row.next_step


def test_two_who_changed_a_contact_before_it_moved_are_both_kept(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, callum = tablet("of-priya"), tablet("of-callum")
    body = {"kind": "ACTION", "summary": "Ring", "owner_officer_id": "of-callum", "lpt_code": "TA"}
    made = create(body, "FOLLOW_UP")
    id = made["record_id"]
    priya.send(made)
    priya.send(patch(id, 1, summary=("Ring", "Ring at noon")))
    (result,) = callum.send(patch(id, 1, summary=("Ring", "Ring at nine")))
    assert result["status"] == "conflict"
    priya.send(patch(id, 3, owner_officer_id=("of-callum", "of-hannah")))
    (conflict,) = stored(centre, id).record.conflicts
    assert (conflict["mine"], conflict["by"]) == ("Ring at nine", "of-callum")


class Restorable(InProcess):
    """A centre of which last night's copy can be put back."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        self._folder, self._clock = folder, clock
        super().__init__(open_centre(folder, clock=clock))

    @property
    def centre(self) -> Centre:
        return self._centre

    def copy(self) -> None:
        """Last night's copy."""
        self._centre.close()
        shutil.copytree(self._folder, self._folder.with_name("copy"))
        self._centre = open_centre(self._folder, clock=self._clock)

    def put_back(self, epoch: str) -> None:
        """What came after the copy was never there."""
        self._centre.close()
        shutil.rmtree(self._folder)
        shutil.copytree(self._folder.with_name("copy"), self._folder)
        self._centre = open_centre(self._folder, clock=self._clock)
        with self._centre.db.write() as connection:
            connection.exec_driver_sql("UPDATE head SET epoch = ?", (epoch,))


def test_an_out_of_order_chain_is_held_with_a_limit_and_then_flagged(
    folder: Path, clock: FixedClock, tmp_path: Path
) -> None:
    port = Restorable(folder, clock)
    priya = Desk(tmp_path / "priya", port, "of-priya", clock)
    callum = Desk(tmp_path / "callum", port, "of-callum", clock)
    port.copy()
    promise = {"kind": "ACTION", "summary": "Ring the school", "owner_officer_id": "of-callum"}
    priya.submitted(actions_promised=[promise])
    callum.sync()
    (due,) = callum.services.follow_ups.due()
    callum.services.follow_ups.close(due.record_id, "Rang the head")
    callum.sync()
    port.put_back("history-2")
    # Callum's change is back before what it belongs to, and waits for that.
    for _ in range(3):
        callum.sync()
    assert (held(port.centre), stored(port.centre, due.record_id)) == ([], None)
    waits = callum.services.waiting.status()
    assert (waits.waiting, waits.held) == (1, 0)
    priya.sync()
    for _ in range(2):
        callum.sync()
    assert stored(port.centre, due.record_id).record.body["outcome"] == "Rang the head"
    assert callum.services.waiting.status().waiting == 0
    # Lost once more, and now nobody brings it back: after a day it is shown to people.
    port.put_back("history-3")
    callum.sync()
    clock.advance(seconds=PATIENCE.total_seconds() + 60)
    callum.sync()
    (kept,) = [one for one in held(port.centre) if one.record_id == due.record_id]
    assert (kept.code, "Rang the head" in kept.raw) == ("unknown_record", True)
    (row,) = callum.services.waiting.pending()
    assert row.mark.value == "HELD"
    assert row.reason == "The centre does not have the entry this change belongs to."
    for one in (priya, callum):
        one.close()
    port.centre.close()


def test_returned_work_reaches_its_author_after_the_author_moved_team(
    desk: OpenDesk, centre: Centre
) -> None:
    priya, tom = desk("of-priya"), desk("of-tom")
    id = priya.submitted()
    tom.sync()
    move(centre, "of-priya", "LI")
    tom.decide(id, "COUNT_QUERY", counts="Twelve adults?")
    tom.sent()
    priya.sync()
    assert priya.mark(id) == "RETURNED"
    (row,) = priya.services.entries.today().returned
    assert row.record_id == id
    priya.edited(id, hand_in=True, counts=COUNTS)
    priya.sync()
    tom.sync()
    record = stored(centre, id).record
    assert (record.review_status, record.body["counts"]) == ("PENDING_REVIEW", COUNTS)
    assert [one.record_id for one in tom.services.approvals.queue()] == [id]
    tom.decide(id)
    tom.sent()
    priya.sync()
    assert priya.mark(id) == "APPROVED"


def test_work_reaches_its_author_after_the_sergeant_who_returned_it_moved_team(
    desk: OpenDesk, centre: Centre
) -> None:
    priya, tom, marta = desk("of-priya"), desk("of-tom"), desk("of-marta")
    id = returned(priya, tom)
    move(centre, "of-tom", "LI")
    tom.sync()
    priya.edited(id, hand_in=True, counts=COUNTS)
    priya.sync()
    marta.sync()
    marta.decide(id, "OTHER", counts="Ask again")
    marta.sent()
    priya.sync()
    assert priya.mark(id) == "RETURNED"
    with pytest.raises(UserError):
        tom.services.approvals.open(id)


def move(centre: Centre, officer_id: str, lpt_code: str) -> None:
    """The officer is with another team from now on."""
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        connection.exec_driver_sql(
            "UPDATE officer SET lpt_code = ? WHERE officer_id = ?", (lpt_code, officer_id)
        )
        writing.load([officer_id])
        publish_officer(writing, officer_id)
        end(writing, "officer_moved", officer_id)
