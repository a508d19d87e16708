"""One transaction's worth of records: read once, changed in memory, written in few statements."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from fieldapp.domain.bodies import EngagementBody, entry_body
from fieldapp.domain.content import Json
from fieldapp.domain.records import Record, from_wire
from fieldapp.domain.scope_check import state_number
from server import projections
from server.db import THE_CENTRE, has_last, holds, take_numbers
from server.services.manifests import References, files_of
from server.services.officers import officers_with_reports
from server.services.references import next_reference
from server.services.retention import scopes_today, settled_on
from server.services.revisions import By, Pending, Revision, RevisionLog, whole
from server.settings import Policy

_LOAD = (
    "SELECT r.id, r.n, r.seq, v.n, v.head, coalesce(v.body, b.body), coalesce(v.body_n, v.n) "
    "FROM record r JOIN revision v ON v.n = r.revision_n LEFT JOIN revision b ON b.n = v.body_n "
    "WHERE r.id IN (SELECT value FROM json_each(?))"
)
_FEED_OF = (
    "SELECT record_n, scope FROM feed WHERE op = 'up' AND record_n IN "
    "(SELECT CAST(value AS BIGINT) FROM json_each(?))"
)
_ADD_RECORD = (
    "INSERT INTO record (n, id, record_type, owner_officer_id, lpt_code, neighbourhood_id, "
    "revision, review_status, deleted, seq, settled_on, revision_n) "
    "VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)
_CHANGE_RECORD = (
    "UPDATE record SET owner_officer_id=?, lpt_code=?, neighbourhood_id=?, revision=?, "
    "review_status=?, deleted=?, seq=?, settled_on=?, revision_n=? WHERE n=?"
)
_PUT_FEED = (
    "INSERT INTO feed (record_n, scope, seq, op) VALUES (?,?,?,?) "
    "ON CONFLICT (record_n, scope) DO UPDATE SET seq = excluded.seq, op = excluded.op"
)
_COUNT = (
    "INSERT INTO scope_count (scope, owner_officer_id, records, state_sum) VALUES (?,?,?,?) "
    "ON CONFLICT (scope, owner_officer_id) DO UPDATE SET "
    "records = scope_count.records + excluded.records, "
    "state_sum = scope_count.state_sum + excluded.state_sum"
)


@dataclass(slots=True)
class _Held:
    record: Record
    n: int = 0
    seq: int = 0
    up: frozenset[str] = frozenset()
    counted: tuple[str, int] = ("", 0)
    """Owner and state number under which the scopes in ``up`` count it."""
    touched: bool = False
    changed: bool = False
    revision: Revision = 0
    body: Json | None = None
    """The body that the revision ``body_of`` holds."""
    body_of: Revision = 0

    @property
    def revision_n(self) -> int:
        """Number of its latest revision, once that is written."""
        return self.revision.n if isinstance(self.revision, Pending) else self.revision


def _neighbourhoods(record: Record) -> set[str]:
    """Where the record counts, and where it would count once its amendment is approved."""
    shown = record.shown_body.get("neighbourhood_id")
    return {code for code in (record.neighbourhood_id, shown) if code and isinstance(code, str)}


def _counted(record: Record) -> tuple[str, int]:
    number = state_number(record.id, record.revision, record.content_hash)
    return record.owner_officer_id, number


class Writing:
    """Records of one write transaction.

    Args:
        connection: the open transaction.
        at: receipt time of everything in it.
        today: the date in London.
        policy: how long records stay on tablets.
    """

    def __init__(self, connection: Connection, *, at: str, today: date, policy: Policy) -> None:
        self.connection = connection
        self.at = at
        self.today = today
        self._policy = policy
        self._held: dict[str, _Held] = {}
        self._last = False
        self._log = RevisionLog(connection, at=at)
        self._references = References()
        self._typed: dict[int, tuple[Json, EngagementBody]] = {}
        self.touched_neighbourhoods: set[str] = set()

    def load(self, ids: Iterable[str]) -> None:
        """Read records that may be needed; ids that are not there are simply not there."""
        self._forget_what_may_be_old()
        wanted = json.dumps([id for id in ids if id not in self._held])
        by_n: dict[int, _Held] = {}
        rows = self.connection.exec_driver_sql(_LOAD, (wanted,))
        for id, n, seq, revision_n, head, body, body_n in rows:
            record = from_wire(json.loads(whole(head, body)))
            held = _Held(record, n, seq, revision=revision_n, body=record.body, body_of=body_n)
            held.counted = _counted(record)
            self._held[id] = by_n[n] = held
        if by_n:
            scopes: dict[int, set[str]] = {}
            for n, scope in self.connection.exec_driver_sql(_FEED_OF, (json.dumps(list(by_n)),)):
                scopes.setdefault(n, set()).add(scope)
            for n, held in by_n.items():
                held.up = frozenset(scopes.get(n, ()))

    def _forget_what_may_be_old(self) -> None:
        """What the centre owns is held by the last lock, and so must be read after it."""
        if not self._last and has_last(self.connection):
            self._last = True
            for id, held in list(self._held.items()):
                if held.record.owner_officer_id == THE_CENTRE and not held.touched:
                    del self._held[id]

    def get(self, id: str) -> Record | None:
        """The record as it stands in this transaction."""
        held = self._held.get(id)
        return held.record if held else None

    def seq_of(self, id: str) -> int:
        """Its place in the centre's sequence; the new one once ``flush`` has run."""
        return self._held[id].seq

    def put(self, record: Record, by: By) -> None:
        """Take a new state of a record; written by ``flush``."""
        if record.owner_officer_id == THE_CENTRE and not has_last(self.connection):
            raise RuntimeError("The centre's own records need the last lock: see server.db.")
        held = self._held.get(record.id)
        had: frozenset[str] = frozenset()
        if held is None:
            held = self._held[record.id] = _Held(record)
        else:
            had = files_of(held.record)
            self.touched_neighbourhoods |= _neighbourhoods(held.record)
        self._references.note(record.id, had, files_of(record), by=by.officer_id)
        held.record = record
        held.touched = held.changed = True
        self.touched_neighbourhoods |= _neighbourhoods(record)
        same = held.body_of if held.body is record.body else None
        added = held.revision = self._log.add(record, by, same_body_as=same)
        if same is None:
            held.body, held.body_of = record.body, added

    def touch(self, id: str) -> None:
        """Have ``flush`` look anew at which scopes hold a loaded record; it says nothing new."""
        self._held[id].touched = True

    def flush(self) -> int:
        """Write what was put since the last time; the sequence is taken in one step, densely.

        From here on the transaction has the last lock. A record that was there before must be held
        (``hold_records``), unless it is the centre's own: those are read under the last lock.

        Returns:
            How many records were written.
        """
        touched = [held for held in self._held.values() if held.touched]
        if not touched:
            return 0
        db = self.connection
        self._check_order(touched)
        first = take_numbers(db, len(touched))
        self._refer()
        new: list[_Held] = []
        for seq, held in enumerate(touched, first):
            held.seq = seq
            if not held.n:
                held.n = seq
                new.append(held)
        self._log.flush()
        self._write_records(new, touched)
        self._write_feed(touched)
        self._references.flush(db, {held.record.id: held.n for held in touched})
        projections.apply(
            db,
            [
                projections.Touched(held.n, held.record, held.n == held.seq)
                for held in touched
                if held.changed
            ],
            at=self.at,
            sources=projections.Sources(
                typed=self.typed, officers=lambda named: officers_with_reports(db, named)
            ),
        )
        for held in touched:
            held.touched = held.changed = False
        return len(touched)

    def _check_order(self, touched: list[_Held]) -> None:
        for held in touched:
            own = held.record.owner_officer_id == THE_CENTRE
            if held.n and not own and not holds(self.connection, held.record.id):
                raise RuntimeError("A record is changed that is not held: see server.db.")

    def _refer(self) -> None:
        """Give what was approved its reference: they are numbered in the order of approval."""
        given: dict[str, str] = {}
        for id in self._log.approved():
            held = self._held[id]
            given[id] = next_reference(self.connection, held.record, year=self.today.year)
            held.record = replace(held.record, ref=given[id])
        self._log.refer(given)

    def proof(self) -> Json | None:
        """What binds the audit trail to the revisions written here, if there are any."""
        return self._log.proof()

    def typed(self, body: Json) -> EngagementBody:
        """The body of an entry as its model, read once in this transaction.

        Raises:
            ContentError: a field has the wrong shape.
        """
        known = self._typed.get(id(body))
        if known is None:
            known = self._typed[id(body)] = (body, entry_body(body))
        return known[1]

    def _write_records(self, new: list[_Held], touched: list[_Held]) -> None:
        rows = [
            (
                held.n,
                held.record.id,
                held.record.record_type,
                held.record.owner_officer_id,
                held.record.lpt_code,
                held.record.neighbourhood_id,
                held.record.revision,
                held.record.review_status,
                held.record.deleted,
                held.seq,
                settled_on(held.record),
                held.revision_n,
            )
            for held in new
        ]
        if rows:
            self.connection.exec_driver_sql(_ADD_RECORD, rows)
        changed = [
            (
                held.record.owner_officer_id,
                held.record.lpt_code,
                held.record.neighbourhood_id,
                held.record.revision,
                held.record.review_status,
                held.record.deleted,
                held.seq,
                settled_on(held.record),
                held.revision_n,
                held.n,
            )
            for held in touched
            if held.n != held.seq
        ]
        if changed:
            self.connection.exec_driver_sql(_CHANGE_RECORD, changed)

    def _write_feed(self, touched: list[_Held]) -> None:
        rows: list[tuple[int, str, int, str]] = []
        counts: Counter[tuple[str, str]] = Counter()
        sums: Counter[tuple[str, str]] = Counter()
        for held in touched:
            now = scopes_today(held.record, self._policy, self.today)
            gone = "del" if held.record.deleted else "exit"
            rows += [(held.n, scope, held.seq, "up") for scope in now]
            rows += [(held.n, scope, held.seq, gone) for scope in held.up - now]
            counted = _counted(held.record)
            for sign, scopes, (owner, number) in ((-1, held.up, held.counted), (1, now, counted)):
                for scope in scopes:
                    counts[scope, owner] += sign
                    sums[scope, owner] += sign * number
            held.up, held.counted = now, counted
        if rows:
            self.connection.exec_driver_sql(_PUT_FEED, rows)
        changes = [
            (scope, owner, counts[scope, owner], sums[scope, owner])
            for scope, owner in sums
            if counts[scope, owner] or sums[scope, owner]
        ]
        if changes:
            self.connection.exec_driver_sql(_COUNT, changes)
