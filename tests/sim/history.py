"""How a history ended at the centre, as lines of its log: by plain SQL, for any centre's file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

Sql = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement and gives its rows."""

_REVISIONS = (
    "SELECT v.record_id, v.revision, v.kind, v.op_id, v.head, coalesce(v.body, b.body) "
    "FROM revision v LEFT JOIN revision b ON b.n = v.body_n "
    "WHERE EXISTS (SELECT 1 FROM revision o WHERE o.record_id = v.record_id "
    "AND o.op_id IS NOT NULL) ORDER BY v.n"
)


def saved(tablet: str, wires: Iterable[str]) -> list[dict[str, Any]]:
    """``invoke`` lines of what a tablet has promised to keep, as it lies in its outbox."""
    return [{"type": "invoke", "tablet": tablet, "op": json.loads(wire)} for wire in wires]


def ending(sql: Sql) -> list[dict[str, Any]]:
    """``state``, ``held`` and ``answered`` lines (see ``tests.sim.history_checker``)."""
    lines = [_state(row) for row in sql(_REVISIONS)]
    for op_id, raw in sql("SELECT op_id, raw FROM quarantine ORDER BY n"):
        lines.append({"type": "held", "op_id": op_id, "raw": json.loads(raw)})
    for op_id, result in sql("SELECT op_id, result FROM ledger ORDER BY n"):
        lines.append({"type": "answered", "op_id": op_id, "status": json.loads(result)["status"]})
    return lines


def _state(row: tuple[Any, ...]) -> dict[str, Any]:
    record_id, revision, kind, op_id, head, body = row
    told = json.loads(head)
    now = json.loads(body)
    amendment = told.get("amendment")
    return {
        "type": "state",
        "record_id": record_id,
        "revision": revision,
        "kind": kind,
        "op_id": op_id,
        "body": now,
        "shown": amendment["body"] if amendment else now,
        "attachments": told.get("attachments", {}),
        "status": told["review_status"],
        "conflicts": told.get("conflicts", []),
        "approved_revision": told.get("approved_revision"),
    }
