"""A tablet is destroyed with work on it: its rescue copy brings everything back, once."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from random import Random

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.services.values import Link
from fieldapp.wiring import Tablet
from fieldapp.wiring.handing_in import NO_COPY
from fieldapp.wiring.rescuing import FOLDER
from server.cli.commands import main
from sync.protocol.rescue import LIST_NAME
from tests.e2e.centre import PRIYA, TOM, Centre
from tests.e2e.conftest import OpenTablet, drop_in, signed_in, submit

pytestmark = pytest.mark.e2e

NOTE = b"OggS\x00\x02" + Random(4).randbytes(1_500_000)
"""As a recorder writes it: larger than one part."""


def hashes(centre: Centre) -> dict[str, str]:
    """Every operation at the centre with the hash of what it said."""
    return dict(centre.sql("SELECT op_id, payload_hash FROM ledger"))


def unsent(tablet: Tablet) -> dict[str, str]:
    """Every operation that is only on the tablet, with the hash of what it says."""
    import json

    from server.services.incoming import read_operations

    with tablet.store.reading() as tx:
        wires = [row[0] for row in tx.rows("SELECT wire FROM outbox WHERE state='sent'")]
    return {one.op_id: one.payload_hash for one in read_operations([json.loads(w) for w in wires])}


def worked_on(tablet: Tablet, centre: Centre) -> tuple[dict[str, str], str]:
    """Three entries, a draft and a photo that nobody else has; what they are."""
    centre.stop()
    for number in range(3):
        submit(tablet, notes=f"Entry {number}")
    draft = drop_in(tablet, notes="Half a sentence about the")
    photo = tablet.services.attaching.add(draft.record_id, NOTE).sha
    assert photo == hashlib.sha256(NOTE).hexdigest()
    tablet.handing_in.rescue.write()
    made = unsent(tablet)
    assert len(made) >= 6
    centre.start()
    return made, draft.record_id


def destroyed(tablet: Tablet, keep: Path) -> Path:
    """The copy is all that is left of the tablet."""
    shutil.copytree(tablet.data_dir / FOLDER, keep)
    tablet.close()
    shutil.rmtree(tablet.data_dir)
    return keep


def at_the_centre(centre: Centre, *words: str) -> int:
    centre.stop()
    try:
        return main([*words, "--data-dir", str(centre.folder)])
    finally:
        centre.start()


@pytest.mark.slow
def test_a_lost_tablet_does_not_lose_the_work(
    centre: Centre, priya: Tablet, open_tablet: OpenTablet, tmp_path: Path
) -> None:
    """The trap of that name (peers.md section 1.6): count and hashes equal, once."""
    made, draft_id = worked_on(priya, centre)
    stick = destroyed(priya, tmp_path / "stick")
    for _ in range(3):
        assert at_the_centre(centre, "bundle", "import", str(stick)) == 0
    assert hashes(centre) == made
    assert centre.sql("SELECT count(*), count(DISTINCT op_id) FROM revision WHERE op_id <> ''") == [
        (len(made), len(made))
    ]
    assert centre.sql("SELECT count(*) FROM record WHERE record_type='ENGAGEMENT'") == [(3,)]
    pieces = centre.sql("SELECT data FROM piece ORDER BY sha, idx")
    assert b"".join(bytes(row[0]) for row in pieces) == NOTE
    again = signed_in(open_tablet("another", server=centre.url), PRIYA)
    went_on_with(again, draft_id, centre)


def went_on_with(tablet: Tablet, draft_id: str, centre: Centre) -> None:
    """The same officer on a new tablet: the draft is there with its photo, and is handed in."""
    draft = tablet.services.capture.open(draft_id)
    assert draft.body["notes"] == "Half a sentence about the"
    assert draft.origin.startswith("From the rescue copy of your other tablet, saved ")
    (photo,) = tablet.services.attaching.of_draft(draft_id)
    tablet.sync_now()
    assert tablet.services.attaching.read(photo.sha) == NOTE
    draft.body["notes"] = "Half a sentence about the bikes."
    tablet.services.capture.submit(draft)
    assert tablet.sync_now().words == ""
    assert tablet.sync_now().words == ""
    assert centre.sql("SELECT review_status FROM record WHERE id=?", draft_id) == [
        ("PENDING_REVIEW",)
    ]
    assert centre.sql("SELECT deleted FROM record WHERE record_type='RESCUED_DRAFT'") == [(1,)]
    card = tablet.handing_in.check()
    assert card.verdict == "Safe to hand in."


@pytest.mark.slow
def test_a_colleague_carries_it_and_reads_nothing(
    centre: Centre, priya: Tablet, tom: Tablet, tmp_path: Path
) -> None:
    made, _draft = worked_on(priya, centre)
    stick = destroyed(priya, tmp_path / "stick")
    steps: list[tuple[int, int]] = []
    carried = tom.handing_in.carry(stick, lambda done, total: steps.append((done, total)))
    assert carried.words == "Taken: 3 entries, 1 draft and 1 photo or voice note."
    assert steps == [(0, 2), (1, 2), (2, 2)]
    assert hashes(centre) == made
    again = tom.handing_in.carry(stick / LIST_NAME)
    assert again.words == "The centre had all of it already."
    assert hashes(centre) == made
    with pytest.raises(UserError) as caught:
        tom.handing_in.carry(tmp_path / "nothing")
    assert caught.value.words == NO_COPY


def test_the_tablet_comes_back_after_its_copy_was_taken_in(
    centre: Centre, priya: Tablet, tmp_path: Path
) -> None:
    made, draft_id = worked_on(priya, centre)
    assert at_the_centre(centre, "bundle", "import", str(priya.data_dir / FOLDER)) == 0
    priya.services.capture.submit(priya.services.capture.open(draft_id))
    priya.sync_now()
    status = priya.sync_now()
    assert (status.link, status.waiting, status.held, status.words) == (Link.ONLINE, 0, 0, "")
    after = hashes(centre)
    assert made.items() <= after.items()
    assert centre.sql("SELECT count(*) FROM record WHERE record_type='ENGAGEMENT'") == [(4,)]
    priya.sync_now()
    assert centre.sql("SELECT deleted FROM record WHERE record_type='RESCUED_DRAFT'") == [(1,)]
    assert priya.services.waiting.pending() == ()


def test_only_the_centres_word_makes_a_tablet_safe_to_hand_in(
    centre: Centre, priya: Tablet, capsys: pytest.CaptureFixture[str]
) -> None:
    submit(priya)
    card = priya.services.handing.card()
    assert card.verdict == "Not yet: 1 entry is only on this tablet."
    centre.stop()
    card = priya.handing_in.check()
    assert (card.code, card.entries) == ("", 1)
    centre.start()
    card = priya.handing_in.check()
    assert card.verdict == "Safe to hand in."
    assert at_the_centre(centre, "handin", "check", card.code) == 0
    assert "and that nothing was only there" in capsys.readouterr().out
    centre.stop()
    offline = priya.handing_in.check()
    assert offline.code == "", "without a connection nothing is said to be safe"
    assert offline.verdict.startswith("Connect to check. You are offline.")
    centre.start()
    assert priya.services.handing.card().code == card.code, "what it said then still stands"
    drop_in(priya)
    card = priya.services.handing.card()
    assert (card.code, card.verdict) == ("", "Not yet: 1 draft is only on this tablet.")


def test_a_draft_that_was_left_for_later_and_sent_is_not_only_here(
    centre: Centre, priya: Tablet
) -> None:
    draft = drop_in(priya)
    priya.services.capture.finish_later(draft)
    assert priya.services.handing.card().only_here == 2
    card = priya.handing_in.check()
    assert (card.drafts, card.entries) == (0, 0)
    assert card.verdict == "Safe to hand in."


def test_what_the_centre_lost_is_sent_again_before_it_says_safe(
    centre: Centre, priya: Tablet
) -> None:
    draft = drop_in(priya)
    priya.services.attaching.add(draft.record_id, NOTE)
    priya.services.capture.submit(draft)
    assert priya.handing_in.check().code
    centre.stop()
    for table in ("blob_owner", "blob", "piece"):
        centre.sql(f"DELETE FROM {table}")
    centre.start()
    card = priya.handing_in.check()
    assert card.code
    assert centre.sql("SELECT sha FROM blob") == [(hashlib.sha256(NOTE).hexdigest(),)]


def test_two_officers_copies_are_told_apart(centre: Centre, priya: Tablet, tom: Tablet) -> None:
    """Evidence keeps its author whoever carries it."""
    centre.stop()
    submit(priya)
    priya.handing_in.rescue.write()
    centre.start()
    tom.handing_in.carry(priya.data_dir / FOLDER)
    assert centre.sql(
        "SELECT DISTINCT o.force_no FROM ledger l JOIN officer o USING (officer_id)"
    ) == [(PRIYA[0],)]
    assert TOM[0] != PRIYA[0]
