"""What officers write: exported, cut off, marked and shown for review as they wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.domain.times import utc_text
from fieldapp.services.exporting import export_own
from tests.services.desk import PRIYA, Desk, Review


def test_an_export_holds_the_notes_and_the_information_given(priya: Desk) -> None:
    priya.submitted(qualitative="Bins were overfull", information_given="Bin days")
    exported = export_own(priya.store, PRIYA, reason="Request", recipient="Inspector")
    head, line = exported.to_csv().strip().splitlines()
    assert "qualitative,information_given" in head
    assert "Bins were overfull,Bin days" in line


def test_half_an_emoji_is_replaced_and_never_stops_saving(priya: Desk, review: Review) -> None:
    draft = priya.drop_in(qualitative="so \ud83d good \U0001f600")
    priya.services.capture.autosave(draft)
    assert priya.services.capture.open(draft.record_id).body["qualitative"] == (
        "so \ufffd good \U0001f600"
    )
    record_id = priya.services.capture.submit(draft).record_id
    priya.services.capture.withdraw(record_id, "twice \ud83d")
    assert {one.status for one in priya.sync()} == {"applied"}
    assert review.records[record_id].body["qualitative"] == "so \ufffd good \U0001f600"


def with_concern(desk: Desk) -> str:
    route = {
        "routed_to": "MASH",
        "routed_at": utc_text(desk.clock.now()),
        "force_referral_ref": "R-1",
    }
    return desk.submitted(safeguarding_concern=True, safeguarding=route)


@pytest.mark.parametrize("raised", [False, True])
def test_a_marking_comes_down_with_its_reason_unless_the_author_raised_it(
    priya: Desk, review: Review, raised: bool
) -> None:
    record_id = with_concern(priya)
    priya.sync()
    assert review.records[record_id].body["gsc_marking"] == "OFFICIAL_SENSITIVE"
    priya.services.capture.recall(record_id)
    draft = priya.services.capture.open(record_id)
    body = {name: value for name, value in draft.body.items() if name != "safeguarding"}
    body["safeguarding_concern"] = False
    if raised:
        body["marking_raised"] = True
    priya.services.capture.submit(replace(draft, body=body))
    priya.sync()
    wanted = "OFFICIAL_SENSITIVE" if raised else "OFFICIAL"
    assert review.records[record_id].body["gsc_marking"] == wanted


def test_a_supervisor_sees_every_field_also_one_that_has_no_words(
    priya: Desk, tom: Desk, review: Review
) -> None:
    issue = {
        "category": "ASB",
        "mentions": 2,
        "asb_qualifier": "NUISANCE",
        "police_led": True,
    }
    record_id = priya.submitted(
        issues=[issue], processing_regime="LAW_ENFORCEMENT", new_question="Another form asked"
    )
    priya.sync()
    tom.sync()
    lines = tom.services.approvals.open(record_id).lines
    said = {line.label: line.value for line in lines}
    assert said["New question"] == "Another form asked"
    assert said["Processing regime"]
    told = " ".join(line.value for line in lines if line.field.startswith("issues."))
    assert "Nuisance" in told
    assert "Police lead" in told


def test_an_entry_of_a_newer_form_is_not_decided_on_here(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = priya.submitted()
    priya.sync()
    newer = replace(review.records[record_id], schema_version=99)
    review.put(replace(newer, content_hash=newer.hash_of(newer.body)))
    tom.sync()
    view = tom.services.approvals.open(record_id)
    assert view.blocked_words == "Update at the station to decide on this entry."
    with pytest.raises(UserError):
        tom.services.approvals.approve(record_id, view.content_hash)
