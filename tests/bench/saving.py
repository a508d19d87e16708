"""How long an officer waits for what they wrote to be safe on the tablet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from fieldapp.services.values import Draft
from fieldapp.store.records import shown
from fieldapp.wiring import Tablet
from tests.bench.entries import body, day_began
from tests.bench.figure import Figure, median, seconds
from tests.bench.floor_store import FloorStore
from tests.bench.ground import Ground, receive

SAVES = 200
RECORDS = 10_000
_FIRST = 500_000


def figures(ground: Ground) -> Iterator[Figure]:
    """Submitting an entry and autosaving a draft, in a store with a year of records."""
    ground.restore_set_up()
    floor = FloorStore(ground.spare("save") / "floor.db")
    with ground.open(ground.priya) as tablet:
        receive(tablet, range(RECORDS))
        ours, theirs = [], []
        for number in range(_FIRST, _FIRST + SAVES):
            draft = _draft(tablet, number)
            ours.append(seconds(partial(tablet.services.capture.submit, draft)))
            written = _written(tablet, draft.record_id)
            theirs.append(seconds(partial(floor.save, draft.record_id, written)))
        yield Figure("save_engagement", median(ours), median(theirs), aim=2.0)
        yield _autosave(tablet, floor)
    floor.close()


def _autosave(tablet: Tablet, floor: FloorStore) -> Figure:
    ours, theirs = [], []
    draft = _draft(tablet, _FIRST + SAVES)
    for number in range(SAVES):
        typed = {**draft.body, "qualitative": f"{draft.body['qualitative']} {number}"}
        draft = replace(draft, body=typed, focus_field="qualitative", focus_position=number)
        ours.append(seconds(partial(tablet.services.capture.autosave, draft)))
        with tablet.store.reading() as tx:
            row = tx.row("SELECT body FROM draft WHERE record_id=?", (draft.record_id,))
        assert row is not None
        theirs.append(seconds(partial(floor.save, f"draft-{number}", row[0])))
    return Figure("autosave_draft", median(ours), median(theirs))


def _draft(tablet: Tablet, number: int) -> Draft:
    capture = tablet.services.capture
    draft = capture.start("DROP_IN")
    started = day_began() - timedelta(minutes=37 * (number - _FIRST) + 200)
    draft = replace(draft, body=body(number, started=started))
    capture.autosave(draft)
    return draft


def _written(tablet: Tablet, record_id: str) -> str:
    """Everything the save put into record, outbox and trail, as one text."""
    with tablet.store.reading() as tx:
        record = shown(tx, record_id)
        assert record is not None
        assert record.review_status == "SUBMITTED"
        found = tx.rows(
            "SELECT shown FROM record WHERE id=?1 UNION ALL"
            " SELECT wire FROM outbox WHERE record_id=?1 UNION ALL"
            " SELECT at||actor||action||object||hash FROM audit WHERE object='ENGAGEMENT/'||?1",
            (record_id,),
        )
    return "".join(row[0] for row in found)
