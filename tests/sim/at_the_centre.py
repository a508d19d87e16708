"""What the centre's store holds when all is over, by plain SQL, and the promises about it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fieldapp.domain.content import Json
from fieldapp.domain.records import Record, from_wire
from server.services.revisions import whole
from tests.sim.centre_side import SimCentre
from tests.sim.violation import need

_LATEST = (
    "SELECT r.id, v.head, coalesce(v.body, b.body) FROM record r JOIN revision v "
    "ON v.n = r.revision_n LEFT JOIN revision b ON b.n = v.body_n ORDER BY r.id"
)
_ALL = (
    "SELECT v.record_id, v.revision, v.kind, v.op_id, v.head, coalesce(v.body, b.body) "
    "FROM revision v LEFT JOIN revision b ON b.n = v.body_n "
    "WHERE v.op_id IS NOT NULL OR v.record_id LIKE '0%' ORDER BY v.record_id, v.revision"
)
_HELD_PAYLOADS = "SELECT payload_hash FROM quarantine"


def whole_files(centre: SimCentre, names: Iterable[str]) -> set[str]:
    """Those of these files that are whole at the centre and are what their names say."""
    found = set()
    for sha in names:
        rows = centre.rows("SELECT sent_by FROM blob WHERE sha = ?", sha)
        if not rows:
            continue
        pieces = centre.rows(
            "SELECT data FROM piece WHERE sha = ? AND officer_id = ? ORDER BY idx", sha, rows[0][0]
        )
        data = b"".join(bytes(piece) for (piece,) in pieces)
        need(hashlib.sha256(data).hexdigest() == sha, "I8 other bytes than its name says", sha)
        found.add(sha)
    return found


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a record, and the operation that made it."""

    record_id: str
    number: int
    kind: str
    op_id: str | None
    record: Record


@dataclass(frozen=True, slots=True)
class Found:
    """All of it."""

    records: dict[str, Record]
    wires: dict[str, Json]
    revisions: list[Revision]
    of_op: dict[str, Revision]
    results: dict[str, Json]
    """Operation to the answer that the ledger keeps."""
    payloads: dict[str, str]
    held: dict[str, Json]
    """Operations in quarantine."""
    held_payloads: set[str]

    @classmethod
    def of(cls, centre: SimCentre) -> Found:
        wires = {id: json.loads(whole(head, body)) for id, head, body in centre.rows(_LATEST)}
        revisions = [
            Revision(id, number, kind, op_id, from_wire(json.loads(whole(head, body))))
            for id, number, kind, op_id, head, body in centre.rows(_ALL)
        ]
        ledger = centre.rows("SELECT op_id, payload_hash, result FROM ledger")
        held = centre.rows("SELECT op_id, raw FROM quarantine")
        return cls(
            records={id: from_wire(wire) for id, wire in wires.items()},
            wires=wires,
            revisions=revisions,
            of_op={one.op_id: one for one in revisions if one.op_id},
            results={op_id: json.loads(result) for op_id, _, result in ledger},
            payloads={op_id: payload for op_id, payload, _ in ledger},
            held={op_id: json.loads(raw) for op_id, raw in held},
            held_payloads={payload for (payload,) in centre.rows(_HELD_PAYLOADS)},
        )

    def status(self, op_id: str) -> str | None:
        """What was answered for an operation; ``None``: it was never here."""
        result = self.results.get(op_id)
        return None if result is None else str(result["status"])


def no_lost_update(found: Found, ops: dict[str, Json]) -> None:
    """I6: nothing was overwritten that the one who wrote had not seen.

    A patch changes a field only when the value it replaces is the one it was made against; else
    what it brought is kept as a conflict. What is no patch changes no content.
    """
    by_record: dict[str, list[Revision]] = defaultdict(list)
    for revision in found.revisions:
        by_record[revision.record_id].append(revision)
    for revisions in by_record.values():
        for before, after in pairwise(revisions):
            need(after.number == before.number + 1, "I2 a revision is missing", after.record_id)
            op = ops.get(after.op_id or "")
            if after.kind == "patch":
                if op is not None:
                    _patched(before.record, after, op)
            elif after.kind != "void" and after.op_id:
                same = before.record.shown_body == after.record.shown_body
                need(same, "I6 changed by what is no patch", after.record_id, after.kind)
                files = before.record.shown_attachments, after.record.shown_attachments
                need(files[0] == files[1], "I6 photos changed by what is no patch", after.op_id)


def _patched(before: Record, after: Revision, op: Json) -> None:
    new = after.record.shown_body
    changes: Json = op["changes"]
    put_on, off = op.get("attach", {}), op.get("detach", [])
    wanted = {sha for sha in before.shown_attachments if sha not in off} | put_on.keys()
    need(after.record.shown_attachments.keys() == wanted, "I6 photos", after.op_id)
    old = before.shown_body
    told = {str(one["field"]).split("/")[0] for one in after.record.conflicts}
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            need(name in changes, "I6 changed a field it did not name", after.op_id, name)
    for name in changes.keys() - told:
        change = changes[name]
        values = (change.get("from"), change.get("to"), old.get(name), new.get(name))
        _leaves(f"{after.op_id} {name}", *values)


def _leaves(where: str, base: Any, wanted: Any, old: Any, new: Any) -> None:
    """Leaf by leaf: changed only if it was what the author had seen, and then as they wanted."""
    bases, wishes, olds, news = (dict(_flat(value)) for value in (base, wanted, old, new))
    for path in bases.keys() | wishes.keys() | olds.keys() | news.keys():
        was, now = olds.get(path), news.get(path)
        seen, wish = bases.get(path), wishes.get(path)
        if was != now:
            need(seen == was, "I6 lost update", where, path)
            need(wish == now, "I6 changed to something else", where, path)
        elif seen != wish:
            need(now == wish, "I6 silent conflict", where, path)


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The leaves of a JSON value; a list of things with an id is taken thing by thing."""
    if isinstance(value, list) and value and all(_has_id(one) for one in value):
        value = {one["id"]: one for one in value}
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(part, (*path, name))
    elif value is not None:
        yield path, value


def _has_id(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value


def structure(centre: SimCentre) -> None:
    """What must hold of the tables whatever happened."""
    head = centre.rows("SELECT seq FROM head")[0][0]
    twice = centre.rows(
        "SELECT device_id, dseq FROM ledger WHERE dseq > 0 GROUP BY device_id, officer_id, dseq "
        "HAVING count(*) > 1"
    )
    need(not twice, "I2 one number of a tablet, two operations", *twice[:3])
    newest = centre.rows("SELECT max(seq) FROM feed")[0][0]
    need(newest <= head, "the feed runs ahead of the sequence", newest, head)
    need(centre.rows("SELECT max(seq) FROM record")[0][0] <= head, "a record ahead of the sequence")
    counted = Counter(
        {
            (scope, owner): count
            for scope, owner, count in centre.rows(
                "SELECT f.scope, r.owner_officer_id, count(*) FROM feed f "
                "JOIN record r ON r.n = f.record_n WHERE f.op = 'up' GROUP BY 1, 2"
            )
        }
    )
    kept = {
        (scope, owner): count
        for scope, owner, count in centre.rows(
            "SELECT scope, owner_officer_id, records FROM scope_count WHERE records <> 0"
        )
    }
    need(
        dict(counted) == kept,
        "scopes are counted wrongly",
        set(counted.items()) ^ set(kept.items()),
    )
