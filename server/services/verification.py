"""Whether the audit trail, and the revisions it speaks of, are still what they were."""

from __future__ import annotations

import json
from dataclasses import dataclass

from server import audit
from server.services.centre import Centre
from server.services.revisions import proves

_LINES = "SELECT seq, detail FROM audit WHERE detail LIKE '%\"revisions\":{%' ORDER BY seq"
_LAST = "SELECT coalesce(max(n), 0) FROM revision"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; ``trouble`` is ``None`` when all is well.

    ``lines`` and ``head`` are to be kept elsewhere: they show later whether the end was cut off.
    """

    lines: int
    head: str
    revisions: int
    trouble: str | None


def verify(centre: Centre) -> Verdict:
    """Follow the trail from its first line, and check every revision against it."""
    with centre.db.read() as connection:
        lines, head = audit.head(connection)
        last = connection.exec_driver_sql(_LAST).scalar_one()
        broken = audit.first_break(connection)
        if broken is not None:
            return Verdict(lines, head, last, f"The trail was changed at line {broken}.")
        expected = 1
        for seq, detail in connection.exec_driver_sql(_LINES).fetchall():
            proof = json.loads(detail)["revisions"]
            if proof["first"] != expected or not proves(connection, proof):
                words = f"Revisions that line {seq} of the trail speaks of were changed."
                return Verdict(lines, head, last, words)
            expected = proof["last"] + 1
        if expected != last + 1:
            return Verdict(lines, head, last, f"The trail says nothing of revision {expected}.")
    return Verdict(lines, head, last, None)
