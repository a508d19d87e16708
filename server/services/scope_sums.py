"""Whether the running counts and sums of scopes are what the records say."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import Connection

from fieldapp.domain.scope_check import state_number
from server.db import ROW_BY_ROW

_HELD = (
    "SELECT f.scope, r.owner_officer_id, r.id, r.revision, v.head FROM feed f "
    "JOIN record r ON r.n = f.record_n JOIN revision v ON v.n = r.revision_n WHERE f.op = 'up'"
)
_KEPT = "SELECT scope, owner_officer_id, records, state_sum FROM scope_count"


def wrong_scopes(connection: Connection) -> list[str]:
    """Scopes whose kept count or sum is another than that of what they hold."""
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    rows = connection.exec_driver_sql(_HELD, execution_options=ROW_BY_ROW)
    for scope, owner, id, revision, head in rows:
        counts[scope, owner] += 1
        sums[scope, owner] += state_number(id, revision, json.loads(head)["content_hash"])
    kept = {(row[0], row[1]): (row[2], row[3]) for row in connection.exec_driver_sql(_KEPT)}
    return sorted(
        {
            key[0]
            for key in kept.keys() | counts.keys()
            if kept.get(key, (0, 0)) != (counts[key], sums[key])
        }
    )
