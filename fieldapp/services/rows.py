"""Turning rows of the store into the lines that lists show."""

from __future__ import annotations

from functools import lru_cache

from fieldapp.domain.content import Json
from fieldapp.domain.ids import is_id, local_ref
from fieldapp.services.context import Context
from fieldapp.services.marking import mark_of
from fieldapp.services.names import kind_icon, kind_label
from fieldapp.services.values import EntryRow, Mark
from fieldapp.store.columns import attendance_of, moment, place_of, seconds
from fieldapp.store.listing import Listed
from fieldapp.store.outbox import Unsettled


@lru_cache(maxsize=4096)
def reference_of(record_id: str, ref: str | None) -> str:
    """What people call an entry: the centre's reference, or the tablet's own before that."""
    if ref:
        return ref
    return local_ref(record_id) if is_id(record_id) else ""


def entry_row(
    ctx: Context, row: Listed, waits: Unsettled, *, detail: str = "", mark: Mark | None = None
) -> EntryRow:
    """One line of a list of entries."""
    own = row.owner == ctx.officer.officer_id
    return EntryRow(
        record_id=row.id,
        record_type=row.record_type,
        engagement_type=row.kind or "",
        type_label=kind_label(row.kind),
        icon=kind_icon(row.kind),
        title=ctx.names.title(
            row.kind, title=row.title, place=row.place, neighbourhood=row.neighbourhood
        ),
        place=row.place,
        neighbourhood=ctx.names.neighbourhood(row.neighbourhood),
        officer_name=ctx.names.officer(row.owner),
        started_at=moment(row.at),
        mark=mark or mark_of(row, waits, own=own),
        attendance=row.attendance,
        ref=reference_of(row.id, row.ref),
        detail=detail,
        own=own,
    )


def draft_row(
    ctx: Context, record_id: str, record_type: str, body: Json, *, detail: str, mark: Mark
) -> EntryRow:
    """One line for a working copy, from its body."""
    kind = body.get("engagement_type")
    place = place_of(body)
    neighbourhood = body.get("neighbourhood_id")
    return EntryRow(
        record_id=record_id,
        record_type=record_type,
        engagement_type=str(kind or ""),
        type_label=kind_label(kind),
        icon=kind_icon(kind),
        title=ctx.names.title(
            kind, title=str(body.get("title") or ""), place=place, neighbourhood=neighbourhood
        ),
        place=place,
        neighbourhood=ctx.names.neighbourhood(neighbourhood),
        officer_name=ctx.names.officer(ctx.officer.officer_id),
        started_at=moment(seconds(body.get("started_at"))),
        mark=mark,
        attendance=attendance_of(body),
        ref=reference_of(record_id, None),
        detail=detail,
    )
