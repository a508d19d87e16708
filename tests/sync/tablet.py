"""A tablet's real store with its sync side, for tests of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from fieldapp.domain.content import Json
from fieldapp.domain.ids import uuid7
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record
from fieldapp.domain.times import utc_text
from fieldapp.store import Store, attachments, outbox, records
from fieldapp.store.sync_port import SyncPort
from sync.engine import RoundReport, SyncEngine
from sync.faults import Fault
from sync.ports import Call, PullCall, PushCall
from sync.runner import drive
from tests.conftest import FixedClock

KEY = bytes(range(32))
PRIYA = Actor("of-0001", frozenset({"FIELD"}), "TA", frozenset({"E05007070"}))

Answerer = Callable[[Call], object]


def _title(record_type: str, kind: str, place: str) -> str:
    return f"{kind or record_type}, {place}"


class TabletStore:
    """A store, its port and an engine over it."""

    def __init__(
        self, folder: Path, clock: FixedClock, actor: Actor = PRIYA, *, seed: int = 5
    ) -> None:
        self.actor = actor
        self.clock = clock
        self.path = folder / "store.db"
        self._random = Random(seed)
        self._made: list[str] = []
        self._open()

    def reopen(self) -> None:
        """As after a restart of the app: nothing is left but the file."""
        self.store.close()
        self._open()

    def _open(self) -> None:
        self.store = Store.open(self.path, KEY, self.clock)
        self.port = SyncPort(self.store, self.actor, _title)
        self.engine = SyncEngine(self.port)

    def new_id(self) -> str:
        stamp = int(self.clock.now().timestamp() * 1000)
        return uuid7(stamp, self._random.getrandbits(74))

    def create(self, notes: str = "Bikes again", **body: Any) -> str:
        """Record a drop-in session; the id of the record."""
        record_id = self.new_id()
        held: Json = {
            "lpt_code": "TA",
            "neighbourhood_id": "E05007070",
            "engagement_type": "DROP_IN_SESSION",
            "venue": {"name": "Larkspur Precinct"},
            "notes": notes,
            **body,
        }
        self.add(record_id, kind="create", record_type="ENGAGEMENT", schema_version=1, body=held)
        return record_id

    def create_with(self, *photos: bytes, notes: str = "With photos") -> str:
        """Record a drop-in session with photos; the id of the record."""
        record_id = self.new_id()
        with self.store.transaction() as tx:
            for data in photos:
                item = {"size": len(data), "media": "image/jpeg", "kind": "PHOTO"}
                attachments.attach_one(tx, record_id, attachments.put(tx, data), item)
            files, _ = attachments.changes(tx, record_id, {})
            attachments.handed_in(tx, record_id)
        now = self.clock.now()
        body: Json = {
            "lpt_code": "TA",
            "neighbourhood_id": "E05007070",
            "engagement_type": "DROP_IN",
            "title": "Drop-in, Larkspur Shopping Precinct",
            "venue": {"name": "Larkspur Shopping Precinct"},
            "created_at": utc_text(now),
            "started_at": utc_text(now - timedelta(hours=2)),
            "ended_at": utc_text(now - timedelta(minutes=10)),
            "counts": {"adults": 34, "children_young_people": 6},
            "qualitative": notes,
            "in_person": True,
            "open_to_public": True,
            "participants": [{"officer_id": self.actor.officer_id, "role_at_time": "PCSO"}],
            "processing_regime": "GENERAL",
            "lawful_basis": "PUBLIC_TASK",
            "gsc_marking": "OFFICIAL",
            "outcome": "HELD",
            "discloses_crime": False,
            "safeguarding_concern": False,
        }
        self.add(
            record_id,
            kind="create",
            record_type="ENGAGEMENT",
            schema_version=1,
            body=body,
            attachments=files,
        )
        return record_id

    def add(self, record_id: str, *, not_before: datetime | None = None, **fields: Any) -> str:
        """Put any operation in the outbox; its id."""
        op_id = self.new_id()
        self._made.append(op_id)
        with self.store.transaction() as tx:
            outbox.add(tx, op_id, record_id, fields, not_before=not_before)
            records.refresh(tx, record_id, self.actor)
        return op_id

    def every_operation(self) -> list[str]:
        """Ids of all operations ever made here."""
        return list(self._made)

    def entries(self) -> list[Record]:
        """Entries as shown, in a fixed order."""
        with self.store.reading() as tx:
            rows = tx.rows("SELECT id FROM record WHERE record_type='ENGAGEMENT' ORDER BY id")
            found = [records.shown(tx, row[0]) for row in rows]
        return [record for record in found if record is not None]

    def base(self) -> dict[str, Json]:
        """What the centre has told, by record, with nothing of ours on top."""
        with self.store.reading() as tx:
            ids = [row[0] for row in tx.rows("SELECT id FROM record")]
            known = {record_id: records.base_wire(tx, record_id) for record_id in ids}
        return {record_id: wire for record_id, wire in known.items() if wire is not None}

    def states(self) -> dict[str, str]:
        """Operation to state."""
        with self.store.reading() as tx:
            return dict(tx.rows("SELECT op_id, state FROM outbox ORDER BY dseq"))

    def wires(self) -> dict[str, str]:
        """Operation to wire text."""
        with self.store.reading() as tx:
            return dict(tx.rows("SELECT op_id, wire FROM outbox ORDER BY dseq"))

    def shown(self) -> set[str]:
        """Ids of the records on the tablet."""
        with self.store.reading() as tx:
            return {row[0] for row in tx.rows("SELECT id FROM record")}

    def round(self, answer: Answerer) -> RoundReport:
        """One round against whoever answers."""
        return drive(self.engine.round(), Answering(answer))


class Answering:
    """A link made of a function; remembers what was asked."""

    def __init__(self, answer: Answerer) -> None:
        self._answer = answer
        self.calls: list[Call] = []

    def answer(self, call: Call) -> object:
        self.calls.append(call)
        given = self._answer(call)
        if isinstance(given, Fault):
            raise given
        return given


@contextmanager
def tablet_store(folder: Path, clock: FixedClock) -> Iterator[TabletStore]:
    """A tablet's store that is closed at the end."""
    made = TabletStore(folder, clock)
    try:
        yield made
    finally:
        made.store.close()


def applied(call: Call, *, seq: int = 1, epoch: str = "e1", **more: Any) -> Json:
    """What a centre that takes everything says to a push, and to a pull with nothing new."""
    if isinstance(call, PushCall):
        results = [
            {"op_id": op.op_id, "status": "applied", "revision": 1, "seq": seq, **more}
            for op in call.ops
        ]
        return {
            "epoch": epoch,
            "results": results,
            "head": seq,
            "durable": 0,
            "server_time": "2026-03-19T14:30:00Z",
        }
    assert isinstance(call, PullCall)
    return page(call, epoch=epoch, head=seq)


def page(call: PullCall, *changes: Json, epoch: str = "e1", head: int = 1, **more: Any) -> Json:
    """A page of a pull."""
    body: Json = {
        "epoch": epoch,
        "changes": list(changes),
        "count": len(changes),
        "cursor": {"epoch": epoch, "scopes": dict(call.position.scopes)},
        "more": False,
        "head": head,
        "durable": 0,
        "server_time": "2026-03-19T14:30:00Z",
    }
    return {**body, **more}


def up(record_id: str, seq: int, scope: str = "lpt:TA", **fields: Any) -> Json:
    """A record coming into view."""
    record: Json = {
        "id": record_id,
        "record_type": "ENGAGEMENT",
        "schema_version": 1,
        "owner_officer_id": "of-0002",
        "lpt_code": "TA",
        "revision": 1,
        "review_status": "PENDING_REVIEW",
        "body": {"engagement_type": "DROP_IN_SESSION", "lpt_code": "TA"},
        "content_hash": "0" * 64,
        "created_at": "2026-03-18T10:00:00+00:00",
        **fields,
    }
    return {"scope": scope, "record_id": record_id, "seq": seq, "op": "up", "record": record}
