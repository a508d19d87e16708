"""What is answered to one operation, as the JSON text that the ledger keeps and repeats."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fieldapp.domain.codes import OpStatus


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation; ``op_id``, ``code`` and the reference need no escaping."""

    op_id: str
    status: OpStatus
    code: str | None = None
    revision: int | None = None
    record_id: str | None = None
    """Record whose sequence number belongs into the answer."""
    fields: tuple[str, ...] = ()
    with_reference: bool = False
    """The record's reference belongs into it too."""

    def to_text(self, *, seq: int | None = None, ref: str | None = None) -> str:
        """The result as sent; what does not apply is left out."""
        parts = [f'{{"op_id":"{self.op_id}","status":"{self.status.value}"']
        if self.code is not None:
            parts.append(f'"code":"{self.code}"')
        if self.revision is not None:
            parts.append(f'"revision":{self.revision}')
        if seq is not None:
            parts.append(f'"seq":{seq}')
        if self.fields:
            parts.append(f'"fields":{json.dumps(self.fields)}')
        if ref is not None:
            parts.append(f'"ref":"{ref}"')
        return ",".join(parts) + "}"


def as_replay(text: str) -> str:
    """A kept result, marked as given before."""
    return f'{text[:-1]},"replay":true}}'
