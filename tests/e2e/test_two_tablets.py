"""The officers' day between two tablets and a centre that is a process of its own."""

from __future__ import annotations

import pytest

from fieldapp.services.values import Link, Mark
from fieldapp.wiring import Tablet
from tests.e2e.centre import PRIYA, TOM, Centre, CentreProcess
from tests.e2e.conftest import MovableClock, OpenTablet, drop_in, signed_in, submit

pytestmark = pytest.mark.e2e


def mark_of(tablet: Tablet, record_id: str) -> Mark:
    return tablet.services.entries.view(record_id).row.mark


def queue(tablet: Tablet) -> list[str]:
    return [row.record_id for row in tablet.services.approvals.queue()]


def approve(tablet: Tablet, record_id: str) -> None:
    approvals = tablet.services.approvals
    approvals.approve(record_id, approvals.open(record_id).content_hash)


def test_recorded_offline_returned_resubmitted_and_approved(
    centre_process: CentreProcess, open_tablet: OpenTablet
) -> None:
    clock = MovableClock()
    priya = signed_in(open_tablet("priya", server=centre_process.url), PRIYA)
    tom = signed_in(open_tablet("tom", server=centre_process.url, clock=clock), TOM)
    good, doubtful = recorded_out_of_range(priya, centre_process)
    tom.sync_now()
    assert set(queue(tom)) == {good, doubtful}
    decided_out_of_range(tom, clock, centre_process, good=good, doubtful=doubtful)
    priya.sync_now()
    assert mark_of(priya, good) == Mark.APPROVED
    assert mark_of(priya, doubtful) == Mark.RETURNED
    put_right(priya, doubtful)
    tom.sync_now()
    assert "notes" in tom.services.approvals.open(doubtful).changed_fields
    approve(tom, doubtful)
    clock.advance(seconds=11)
    assert tom.sync_now().words == ""
    priya.sync_now()
    assert mark_of(priya, doubtful) == Mark.APPROVED
    assert priya.services.entries.view(doubtful).row.ref.startswith("TA-ENG-")
    rows = centre_process.sql("SELECT id, review_status FROM record")
    decided = {record_id: status for record_id, status in rows if record_id in (good, doubtful)}
    assert decided == {good: "APPROVED", doubtful: "APPROVED"}
    assert centre_process.sql("SELECT count(*), count(DISTINCT op_id) FROM ledger") == [(9, 9)]


def recorded_out_of_range(priya: Tablet, centre: CentreProcess) -> tuple[str, str]:
    centre.stop()
    good, doubtful = submit(priya, notes="One."), submit(priya, notes="Manager J told us.")
    status = priya.sync_now()
    assert (status.link, status.waiting) == (Link.OFFLINE, 2)
    assert mark_of(priya, good) == Mark.WAITING
    centre.start()
    status = priya.sync_now()
    assert (status.link, status.waiting, status.words) == (Link.ONLINE, 0, "")
    assert mark_of(priya, good) == Mark.WITH_SERGEANT
    return good, doubtful


def decided_out_of_range(
    tom: Tablet, clock: MovableClock, centre: CentreProcess, *, good: str, doubtful: str
) -> None:
    centre.stop()
    approve(tom, good)
    approvals = tom.services.approvals
    comments = {"notes": "Please take the name out."}
    shown = approvals.open(doubtful).content_hash
    approvals.send_back(doubtful, shown, ["PERSONAL_DATA"], comments)
    assert queue(tom) == []
    centre.start()
    assert tom.sync_now().waiting == 2, "both can still be undone, so neither has left"
    assert tom.syncing.next_delay() <= 10, "they leave as soon as they may"
    clock.advance(seconds=11)
    assert tom.syncing.next_delay() == 0
    assert tom.sync_now(by_itself=True).waiting == 0


def put_right(priya: Tablet, record_id: str) -> None:
    draft = priya.services.capture.open(record_id)
    assert draft.returned is not None
    assert draft.returned.comments == {"notes": "Please take the name out."}
    draft.body["notes"] = "A shopkeeper told us."
    priya.services.capture.submit(draft)
    priya.sync_now()


def test_a_decision_on_what_has_changed_meanwhile_is_not_accepted_and_said_in_words(
    priya: Tablet, centre: Centre, open_tablet: OpenTablet
) -> None:
    clock = MovableClock()
    tom = signed_in(open_tablet("tom", server=centre.url, clock=clock), TOM)
    record_id = submit(priya)
    priya.sync_now()
    tom.sync_now()
    tom.services.approvals.approve(record_id, tom.services.approvals.open(record_id).content_hash)
    priya.services.capture.recall(record_id)
    draft = priya.services.capture.open(record_id)
    draft.body["notes"] = "Something else entirely."
    priya.services.capture.submit(draft)
    priya.sync_now()
    clock.advance(seconds=11)
    status = tom.sync_now()
    assert (status.not_accepted, status.waiting) == (1, 0)
    (row,) = tom.services.waiting.pending()
    assert row.mark == Mark.NOT_ACCEPTED
    assert row.reason == "The entry was changed after you read it."
    assert row.next_step == "Read it again, then decide."
    assert centre.sql("SELECT review_status FROM record WHERE id=?", record_id) == [
        ("PENDING_REVIEW",)
    ]
    assert queue(tom) == [record_id]


def test_a_draft_stays_with_its_author_and_a_recall_takes_it_off_the_other_tablet(
    priya: Tablet, tom: Tablet
) -> None:
    draft = drop_in(priya)
    priya.services.capture.finish_later(draft)
    priya.sync_now()
    tom.sync_now()
    assert tom.services.entries.list() == ()
    record_id = priya.services.capture.submit(draft).record_id
    priya.sync_now()
    tom.sync_now()
    assert [row.record_id for row in tom.services.entries.list()] == [record_id]
    priya.services.capture.recall(record_id)
    priya.sync_now()
    tom.sync_now()
    assert tom.services.entries.list() == ()
    assert mark_of(priya, record_id) == Mark.DRAFT


def test_an_officers_second_tablet_gets_their_own_work(
    priya: Tablet, centre: Centre, open_tablet: OpenTablet
) -> None:
    record_id = submit(priya)
    draft = drop_in(priya, notes="Half done.")
    priya.services.capture.finish_later(draft)
    priya.sync_now()
    second = signed_in(open_tablet("second", server=centre.url), PRIYA)
    assert mark_of(second, record_id) == Mark.WITH_SERGEANT
    assert mark_of(second, draft.record_id) == Mark.DRAFT
    assert second.config.device_id != priya.config.device_id
