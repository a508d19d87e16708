"""The life of an entry in words: who did what, and when."""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.codes import Verdict
from fieldapp.domain.content import Json
from fieldapp.domain.records import Record
from fieldapp.services import versions
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
        detail=_detail(event, ctx),
    )


def _words(event: Json) -> str:
    kind = str(event.get("kind"))
    if kind == "decide":
        return "Approved" if event.get("verdict") == Verdict.APPROVE else "Returned"
    if event.get("settled"):
        return "Chose between two versions"
    return _WORDS.get(kind, "Changed")


def _chosen(event: Json, ctx: Context) -> str:
    """Whose version was kept of what, once for each."""
    said = []
    for one in event["settled"]:
        name = versions.name_of(str(one.get("field")))
        who = {"centre": one.get("centre_by"), "mine": one.get("by")}.get(str(one.get("kept")))
        said.append(f"{name}: kept {_whose(who, event, ctx) if who else 'both'}")
    return ". ".join(dict.fromkeys(said))


def _whose(who: str, event: Json, ctx: Context) -> str:
    return "their own" if who == event.get("by") else f"the version of {ctx.names.officer(who)}"


def _detail(event: Json, ctx: Context) -> str:
    if event.get("settled"):
        return _chosen(event, ctx)
    if event.get("conflicts"):
        return "The same answer was changed elsewhere. Both versions are kept"
    if event.get("merged"):
        return "Joined with a change made elsewhere at the same time"
    if event.get("kind") == "decide":
        reasons = [code_list("return_reason").label(code) for code in event.get("reasons") or ()]
        said = [str(text) for text in (event.get("comments") or {}).values()]
        return ". ".join(part for part in (", ".join(reasons), *said) if part)
    return str(event.get("reason") or "")
