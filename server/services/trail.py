"""Lines of the audit trail for one push: what came, in counts, and every command by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fieldapp.domain.codes import Verdict
from fieldapp.domain.operations import Decide
from server.audit import Entry
from server.services.batch import Batch
from server.services.incoming import Incoming
from server.services.outcomes import Outcome


def lines_of(batch: Batch, items: Sequence[Incoming]) -> list[Entry]:
    """One line for the push, bound to every revision it made, and one for each command.

    What was sent before and is only answered again makes no line: nothing happened.
    """
    fresh = [
        (item, result)
        for item, result in zip(items, batch.results, strict=True)
        if isinstance(result, Outcome)
    ]
    if not fresh:
        return []
    counts = Counter(result.status.value for _, result in fresh)
    detail = {"results": dict(counts), "revisions": batch.writing.proof()}
    lines = [_line(batch, "SYNC_PUSH", batch.caller.device_id, detail)]
    lines += [
        _line(batch, _action(item), item.record_id, _told(item, result))
        for item, result in fresh
        if item.is_command
    ]
    return lines


def _line(batch: Batch, action: str, subject: str, detail: Mapping[str, Any]) -> Entry:
    caller = batch.caller
    return Entry(
        batch.writing.at, caller.actor.officer_id, action, subject, caller.device_id, detail
    )


def _told(item: Incoming, result: Outcome) -> dict[str, object]:
    return {
        "kind": item.kind,
        "op_id": item.op_id,
        "status": result.status.value,
        "code": result.code,
        "revision": result.revision,
    }


def _action(item: Incoming) -> str:
    if isinstance(item.op, Decide):
        return "APPROVE" if item.op.verdict == Verdict.APPROVE else "RETURN"
    return "ALTERATION"
