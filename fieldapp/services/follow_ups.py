"""Promises and questions with their clocks (R12), answered and closed on the tablet."""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.bodies import SUMMARY_LIMIT
from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.errors import UserError
from fieldapp.domain.permissions import may_patch
from fieldapp.domain.records import Record, from_wire
from fieldapp.domain.rules.queries import query_standing
from fieldapp.domain.times import day_of, known_moment, utc_text
from fieldapp.services import recording
from fieldapp.services.context import Context
from fieldapp.services.submitting import PUBLIC_QUERY
from fieldapp.services.values import FollowUpRow
from fieldapp.store import Tx, outbox
from fieldapp.store.listing import Listed, by_ids, contents, others
from fieldapp.store.transaction import load

_OPEN = "OPEN"
_STATES = {"ANSWERED_LATE": "ANSWERED"}


class FollowUps:
    """Follow-ups of this officer, and of the team for supervisors."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def due(self) -> tuple[FollowUpRow, ...]:
        """Open follow-ups, the most pressing first; supervisors see the team's."""
        with self._ctx.store.reading() as tx:
            return due_rows(tx, self._ctx, mine=not self._ctx.officer.decides)

    def answer(self, record_id: str, channel: str, outcome: str) -> None:
        """The person has been answered: the clock stops.

        Raises:
            UserError: no channel, the text is too long, or not this officer's to change.
        """
        if not channel:
            raise UserError("Choose how you answered.", code="required")
        now = utc_text(self._ctx.now())
        with self._ctx.store.transaction() as tx:
            record = self._mine(tx, record_id)
            changes = {
                "first_response_at": record.body.get("first_response_at") or now,
                "response_channel": channel,
                "outcome": self._outcome(outcome) or record.body.get("outcome"),
            }
            if record.body.get("kind") == PUBLIC_QUERY:
                changes |= {"status": "DONE", "closed_at": now}
            self._change(tx, record, changes)

    def close(self, record_id: str, outcome: str) -> None:
        """What was promised is done.

        Raises:
            UserError: no outcome, the text is too long, or not this officer's to change.
        """
        said = self._outcome(outcome)
        if not said:
            raise UserError("Say what was done.", code="required")
        with self._ctx.store.transaction() as tx:
            record = self._mine(tx, record_id)
            closed = utc_text(self._ctx.now())
            self._change(tx, record, {"outcome": said, "status": "DONE", "closed_at": closed})

    def _outcome(self, outcome: str) -> str:
        said = outcome.strip()
        if len(said) > SUMMARY_LIMIT:
            raise UserError(
                f"This is too long: at most {SUMMARY_LIMIT} characters fit.", code="too_long"
            )
        return said

    def _mine(self, tx: Tx, record_id: str) -> Record:
        record = recording.required(tx, record_id)
        if may_patch(self._ctx.actor, record) is not None:
            raise UserError("Only its owner or a supervisor can change this.", code="not_owner")
        return record

    def _change(self, tx: Tx, record: Record, changes: Json) -> None:
        body = recording.without_empty({**record.body, **changes})
        recording.change(tx, self._ctx, record, body)


def due_rows(
    tx: Tx, ctx: Context, *, mine: bool, until: datetime | None = None
) -> tuple[FollowUpRow, ...]:
    """Open follow-ups by due time; of one officer or of the team."""
    where = others(RecordType.FOLLOW_UP).add("status IN ('OPEN','NONE')")
    if mine:
        where.add("lead=?", ctx.officer.officer_id)
    else:
        where.add("lpt=?", ctx.officer.lpt_code)
    if until is not None:
        where.add("at<=?", int(until.timestamp()))
    records = [from_wire(load(text)) for text in contents(tx, where, order="at, n")]
    sources = by_ids(tx, [str(record.body.get("source_id")) for record in records])
    waits = outbox.unsettled(tx)
    return tuple(
        _row(ctx, record, sources.get(str(record.body.get("source_id"))), waits)
        for record in records
    )


def _row(
    ctx: Context, record: Record, source: Listed | None, waits: outbox.Unsettled
) -> FollowUpRow:
    body = record.body
    raised = known_moment(body.get("raised_at")) or datetime.fromisoformat(record.created_at)
    due = known_moment(body.get("due_at"))
    title = ""
    if source is not None:
        title = ctx.names.title(
            source.kind,
            title=source.title,
            place=source.place,
            neighbourhood=source.neighbourhood,
        )
    return FollowUpRow(
        record_id=record.id,
        kind=str(body.get("kind") or ""),
        summary=str(body.get("summary") or ""),
        source_title=title,
        neighbourhood=ctx.names.neighbourhood(body.get("neighbourhood_id")),
        owner_name=ctx.names.officer(body.get("owner_officer_id")),
        raised_at=raised,
        due_at=due,
        state=_state(ctx, record, raised, due),
        mine=body.get("owner_officer_id") == ctx.officer.officer_id,
        waiting=record.id in waits.unsent,
    )


def _state(ctx: Context, record: Record, raised: datetime, due: datetime | None) -> str:
    body = record.body
    if body.get("status") in ("DONE", "NOT_DONE"):
        return "DONE"
    answered = known_moment(body.get("first_response_at"))
    if body.get("kind") == PUBLIC_QUERY:
        standing = query_standing(
            raised,
            now=ctx.now(),
            settings=ctx.rules(),
            first_response_at=answered,
            received_at=known_moment(record.received_at),
        )
        return _STATES.get(standing.state, standing.state.value)
    if answered is not None:
        return "ANSWERED"
    if due is None:
        return _OPEN
    if due < ctx.now():
        return "OVERDUE"
    return "DUE_TODAY" if day_of(due) == day_of(ctx.now()) else _OPEN
