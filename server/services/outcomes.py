"""What is answered to one operation, as the JSON text that the ledger keeps and repeats."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fieldapp.domain.codes import OpStatus

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation."""

    op_id: str
    status: OpStatus
    code: str | None = None
    revision: int | None = None
    record_id: str | None = None
    """Record whose sequence number belongs into the answer."""
    fields: tuple[str, ...] = ()
    ref: str | None = None

    def to_text(self, seq: int | None) -> str:
        """The result as sent; what does not apply is left out."""
        values: dict[str, object] = {"op_id": self.op_id, "status": self.status.value}
        if self.code is not None:
            values["code"] = self.code
        if self.revision is not None:
            values["revision"] = self.revision
        if seq is not None:
            values["seq"] = seq
        if self.fields:
            values["fields"] = list(self.fields)
        if self.ref is not None:
            values["ref"] = self.ref
        return _encode(values)


def as_replay(text: str) -> str:
    """A kept result, marked as given before."""
    return f'{text[:-1]},"replay":true}}'
