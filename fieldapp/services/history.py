"""The life of an entry in words: who did what, and when."""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.codes import Verdict
from fieldapp.domain.content import Json
from fieldapp.domain.records import Record
from fieldapp.services.context import Context
from fieldapp.services.values import HistoryRow
from resources import code_list

_WORDS = {
    "create": "Recorded",
    "patch": "Changed",
    "submit": "Submitted for approval",
    "recall": "Recalled",
    "delete": "Deleted",
    "void": "Withdrawn",
}


def rows_of(record: Record, ctx: Context) -> tuple[HistoryRow, ...]:
    """Every event of a record, newest first."""
    found = [row for event in record.history if (row := _row(event, ctx)) is not None]
    return tuple(reversed(found))


def _row(event: Json, ctx: Context) -> HistoryRow | None:
    try:
        at = datetime.fromisoformat(str(event.get("at") or event.get("claimed_at")))
    except ValueError:
        return None
    return HistoryRow(
        at=at,
        by_name=ctx.names.officer(event.get("by")),
        words=_words(event),
        detail=_detail(event),
    )


def _words(event: Json) -> str:
    kind = str(event.get("kind"))
    if kind == "decide":
        return "Approved" if event.get("verdict") == Verdict.APPROVE else "Returned"
    return _WORDS.get(kind, "Changed")


def _detail(event: Json) -> str:
    if event.get("kind") == "decide":
        reasons = [code_list("return_reason").label(code) for code in event.get("reasons") or ()]
        said = [str(text) for text in (event.get("comments") or {}).values()]
        return ". ".join(part for part in (", ".join(reasons), *said) if part)
    return str(event.get("reason") or "")
