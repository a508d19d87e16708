"""The engagement plan as an officer uses it: what is today, what comes, and what falls through."""

from __future__ import annotations

from datetime import datetime, timedelta

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.errors import UserError
from fieldapp.domain.permissions import may_patch
from fieldapp.domain.times import day_of, end_of_day, start_of_day
from fieldapp.services import recording
from fieldapp.services.context import Context
from fieldapp.services.names import kind_icon, kind_label
from fieldapp.services.submitting import rebooked_line
from fieldapp.services.values import PlanRow
from fieldapp.store import Tx, drafts
from fieldapp.store.columns import moment
from fieldapp.store.listing import Listed, contents, linked_entries, listed, others
from fieldapp.store.transaction import load
from resources import code_list

_OPEN = ("PLANNED", "ADVERTISED")


class Plan:
    """Lines of the plan of this officer's team."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def today(self) -> tuple[PlanRow, ...]:
        """Lines of today that concern this officer, in order."""
        with self._ctx.store.reading() as tx:
            return plan_rows(tx, self._ctx, days=1)

    def upcoming(self, days: int = 14) -> tuple[PlanRow, ...]:
        """Lines of the next days for the whole team, today's included."""
        with self._ctx.store.reading() as tx:
            return plan_rows(tx, self._ctx, days=days, mine_only=False)

    def add(self, body: Json) -> str:
        """Add a line to the plan; its id.

        Raises:
            UserError: it has no kind or no time.
        """
        if not body.get("engagement_type") or not body.get("starts_at"):
            raise UserError("Choose what is planned, and when.", code="required")
        officer = self._ctx.officer
        line = recording.without_empty(body)
        line = {
            "lpt_code": officer.lpt_code,
            "lead_officer_id": officer.officer_id,
            "status": "PLANNED",
            **line,
        }
        record_id = self._ctx.new_id()
        with self._ctx.store.transaction() as tx:
            recording.create(tx, self._ctx, record_id, RecordType.PLANNED_ACTIVITY, line)
        return record_id

    def cancel(
        self,
        plan_id: str,
        reason: str,
        *,
        called_away: bool = False,
        rebook_at: datetime | None = None,
    ) -> str | None:
        """Cancel a line, or move it to another time; the new line's id when it was moved.

        Args:
            plan_id: the line.
            reason: code of the ``cancel_reason`` list.
            called_away: officers were needed elsewhere after it had begun.
            rebook_at: when it is to be held instead.

        Raises:
            UserError: no reason, or not this officer's to change.
        """
        if not reason and not called_away:
            raise UserError("Choose why it is cancelled.", code="reason_required")
        ctx = self._ctx
        with ctx.store.transaction() as tx:
            line = recording.required(tx, plan_id)
            if may_patch(ctx.actor, line) is not None:
                raise UserError(
                    "Only those on this line of the plan, or a supervisor, can change it.",
                    code="not_owner",
                )
            body = {**line.body, "status": "CANCELLED", "cancel_reason": reason or "OPERATIONAL"}
            moved = None
            if rebook_at is not None:
                moved = ctx.new_id()
                fresh = rebooked_line(line.body, ctx, starts_at=rebook_at)
                recording.create(tx, ctx, moved, RecordType.PLANNED_ACTIVITY, fresh)
                body |= {"status": "RESCHEDULED", "rescheduled_to": moved}
            recording.change(tx, ctx, line, body)
        return moved


def plan_rows(tx: Tx, ctx: Context, *, days: int, mine_only: bool = True) -> tuple[PlanRow, ...]:
    """Lines from the start of today over some days, earliest first."""
    today = day_of(ctx.now())
    first = int(start_of_day(today).timestamp())
    last = int(end_of_day(today + timedelta(days=days - 1)).timestamp())
    where = (
        others(RecordType.PLANNED_ACTIVITY)
        .add("at>=? AND at<?", first, last)
        .add("lpt=?", ctx.officer.lpt_code)
        .add("status NOT IN ('CANCELLED','RESCHEDULED','DELETED')")
    )
    rows = listed(tx, where, order="at, n")
    wires = [load(text) for text in contents(tx, where, order="at, n")]
    begun = _begun(tx, ctx, [row.id for row in rows])
    found = [
        _plan_row(ctx, row, wire["body"], begun.get(row.id))
        for row, wire in zip(rows, wires, strict=True)
    ]
    return tuple(row for row in found if row.mine or not mine_only)


def _begun(tx: Tx, ctx: Context, plan_ids: list[str]) -> dict[str, str]:
    """Entries begun from these lines, and drafts of them, by line."""
    if not plan_ids:
        return {}
    found = {row.linked or "": row.id for row in listed(tx, linked_entries(plan_ids))}
    for kept in drafts.all_kept(tx, session=ctx.session):
        linked = kept.content.get("body", {}).get("planned_activity_id")
        if linked in plan_ids:
            found.setdefault(linked, kept.record_id)
    return found


def _plan_row(ctx: Context, row: Listed, body: Json, begun: str | None) -> PlanRow:
    named = {row.lead, row.owner, *(body.get("officers_planned") or ())}
    status = code_list("plan_item_status").label(row.status)
    return PlanRow(
        record_id=row.id,
        engagement_type=row.kind or "",
        type_label=kind_label(row.kind),
        icon=kind_icon(row.kind),
        title=ctx.names.title(
            row.kind, title=row.title, place=row.place, neighbourhood=row.neighbourhood
        ),
        place=row.place,
        neighbourhood=ctx.names.neighbourhood(row.neighbourhood),
        starts_at=moment(row.at) or ctx.now(),
        ends_at=moment(row.until),
        status=row.status,
        note=str(body.get("purpose") or "") or ("" if row.status in _OPEN else status),
        lead_officer_name=ctx.names.officer(row.lead),
        mine=ctx.officer.officer_id in named,
        started_record_id=begun,
    )
