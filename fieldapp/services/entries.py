"""Reading entries: Today, lists, search, and one entry opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.errors import ContentError
from fieldapp.domain.records import Record, from_wire
from fieldapp.domain.times import day_of, london, show_clock, show_day
from fieldapp.services import (
    checking,
    comparing,
    drafting,
    history,
    pending,
    photo_rows,
    recording,
    submitting,
)
from fieldapp.services.capture import may_withdraw
from fieldapp.services.context import Context
from fieldapp.services.follow_ups import due_rows
from fieldapp.services.marking import mark_of
from fieldapp.services.plan import plan_rows
from fieldapp.services.queue import approvals_waiting
from fieldapp.services.rows import draft_row, entry_row
from fieldapp.services.summary import lines_of
from fieldapp.services.values import EntryRow, EntryView, Line, Mark, Returned, Today
from fieldapp.store import Tx, audit, drafts, outbox, search
from fieldapp.store.drafts import KeptDraft
from fieldapp.store.listing import Listed, Where, by_id, contents, entries, listed, live_entries
from fieldapp.store.transaction import load
from resources import code_list

_NOON, _EVENING = 12, 18
_MOST = 50
"""Most drafts that Today shows; the list of records has them all."""
_DECIDED = {ReviewStatus.DRAFT, ReviewStatus.RETURNED}


class Entries:
    """Lists of entries, and one entry for reading."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    # ----------------------------------------------------------------------- Today

    def today(self) -> Today:
        """Everything the Today screen shows, most pressing first."""
        ctx = self._ctx
        now = ctx.now()
        with ctx.store.reading() as tx:
            waits = outbox.unsettled(tx)
            kept = drafts.all_kept(tx, session=ctx.session)
            returned = self._returned(tx, waits)
            back = {row.record_id for row in returned}
            working = {one.record_id: one for one in kept}
            recovered = [self._kept_row(tx, one) for one in kept if one.recovered]
            cut_off = {row.record_id for row in recovered}
            fresh = [
                self._kept_row(tx, one)
                for one in kept
                if not one.recovered and one.record_id not in back
            ]
            resting = [row for row in self._own(tx, ReviewStatus.DRAFT) if row.id not in working]
            fresh += [self._resting_row(tx, row, waits) for row in resting]
            needs_choice = [
                entry_row(ctx, row, waits, detail="Changed by two people.")
                for row, _ in comparing.to_choose(tx, ctx)
            ]
            return Today(
                greeting=self._greeting(now),
                date_words=show_day(day_of(now)),
                beat_words=self._beat(),
                returned=tuple(row for row in returned if row.record_id not in cut_off),
                recovered=tuple(recovered),
                drafts=tuple(fresh),
                plan=plan_rows(tx, ctx, days=1),
                follow_ups=due_rows(tx, ctx, mine=True, until=now + timedelta(days=3)),
                needs_choice=tuple(needs_choice),
                approvals_waiting=approvals_waiting(tx, ctx),
            )

    def _greeting(self, now: datetime) -> str:
        hour = london(now).hour
        part = "morning" if hour < _NOON else "afternoon" if hour < _EVENING else "evening"
        first = self._ctx.officer.name.split(" ")[0]
        return f"Good {part}, {first}"

    def _beat(self) -> str:
        names = self._ctx.names
        known = [code for code in self._ctx.officer.neighbourhoods if code in names.areas()]
        if known:
            return ", ".join(sorted(names.neighbourhood(code) for code in known))
        return names.lpt(self._ctx.officer.lpt_code)

    def _own(self, tx: Tx, status: str) -> list[Listed]:
        where = live_entries().add("owner=?", self._ctx.officer.officer_id).add("status=?", status)
        return listed(tx, where, limit=_MOST)

    def _returned(self, tx: Tx, waits: outbox.Unsettled) -> tuple[EntryRow, ...]:
        where = (
            live_entries()
            .add("owner=?", self._ctx.officer.officer_id)
            .add("(status='RETURNED' OR amendment='RETURNED')")
        )
        rows = []
        for text, row in zip(contents(tx, where), listed(tx, where), strict=True):
            returned = drafting.returned_of(from_wire(load(text)), self._ctx)
            detail = ""
            if returned:
                detail = f"{returned.by_name}: {_said(returned)}"
            rows.append(entry_row(self._ctx, row, waits, detail=detail))
        return tuple(rows)

    def _kept_row(self, tx: Tx, kept: KeptDraft) -> EntryRow:
        draft = drafting.draft_of(kept, None, self._ctx)
        if kept.recovered:
            detail = f"We kept your draft from {show_clock(kept.saved_at)}"
        else:
            ready = submitting.completed(self._ctx, draft)
            detail = checking.missing_words(checking.check_of(tx, self._ctx, ready))
        return draft_row(
            self._ctx,
            kept.record_id,
            draft.record_type,
            draft.body,
            detail=detail,
            mark=Mark.DRAFT,
        )

    def _resting_row(self, tx: Tx, row: Listed, waits: outbox.Unsettled) -> EntryRow:
        record = recording.required(tx, row.id)
        ready = submitting.completed(self._ctx, drafting.of_record(self._ctx, tx, record))
        detail = checking.missing_words(checking.check_of(tx, self._ctx, ready))
        return entry_row(self._ctx, row, waits, detail=detail)

    # ----------------------------------------------------------------------- lists

    def list(
        self,
        *,
        marks: Iterable[Mark] = (),
        types: Iterable[str] = (),
        neighbourhood: str | None = None,
        since: datetime | None = None,
        mine: bool = False,
        limit: int = 200,
    ) -> tuple[EntryRow, ...]:
        """Entries by time, newest first, as far as they meet every condition given."""
        wanted = frozenset(marks)
        where = _where_marked(wanted)
        if types:
            where.among("kind", types)
        if neighbourhood:
            where.add("neighbourhood=?", neighbourhood)
        if since:
            where.add("at>=?", int(since.timestamp()))
        if mine:
            where.add("owner=?", self._ctx.officer.officer_id)
        with self._ctx.store.reading() as tx:
            waits = outbox.unsettled(tx)
            spare = len(waits.held) + len(waits.not_accepted)
            known = not wanted or wanted == {Mark.APPROVED}
            rows = listed(tx, where, limit=limit + spare if known else -1)
            if wanted:
                rows = [row for row in rows if self._mark(row, waits) in wanted]
            return tuple(self._row(tx, row, waits) for row in rows[:limit])

    def _row(self, tx: Tx, row: Listed, waits: outbox.Unsettled) -> EntryRow:
        in_trouble = row.id in waits.held or row.id in waits.not_accepted
        detail = pending.reason_of(tx, row.id) if in_trouble else ""
        if not detail and row.id in waits.photos:
            detail = photo_rows.left_words(waits.photos[row.id])
        return entry_row(self._ctx, row, waits, detail=detail)

    def _mark(self, row: Listed, waits: outbox.Unsettled) -> Mark:
        return mark_of(row, waits, own=row.owner == self._ctx.officer.officer_id)

    def search(self, words: str, limit: int = 50) -> tuple[EntryRow, ...]:
        """Entries that hold every word: in texts, places, names or dates; newest first."""
        while True:
            with self._ctx.store.reading() as tx:
                if not search.left_to_index(tx):
                    found = search.find(tx, words, limit=limit)
                    waits = outbox.unsettled(tx)
                    return tuple(self._row(tx, row, waits) for row in found)
            self.index_some(None)

    def index_some(self, limit: int | None = 500) -> int:
        """Prepare entries that were received for searching; how many are still to do.

        Args:
            limit: at most so many now, for idle moments; ``None`` for all of them.
        """
        with self._ctx.store.reading() as tx:
            left = search.left_to_index(tx)
        while left:
            with self._ctx.store.transaction() as tx:
                left = search.index_some(tx, limit or 1000)
            if limit is not None:
                break
        return left

    # ------------------------------------------------------------------- one entry

    def view(self, record_id: str) -> EntryView:
        """One entry for reading; that it was opened is kept in the audit trail.

        Raises:
            UserError: it is not on this tablet.
        """
        ctx = self._ctx
        with ctx.store.transaction() as tx:
            record = recording.required(tx, record_id)
            row = by_id(tx, record_id)
            if row is None:
                raise ContentError("The record has no row.")
            own = record.owner_officer_id == ctx.officer.officer_id
            person, consents = drafting.people_of(tx, record.body)
            if not own:
                self._consulted(tx, record.record_type, record_id)
            if person:
                self._consulted(tx, RecordType.PERSON, str(person["id"]))
            lines = lines_of(
                record.body, ctx.names, person=person, consents=consents, now=ctx.now()
            )
            marking = record.body.get("gsc_marking") or "OFFICIAL"
            files = record.shown_attachments
            missing = photo_rows.missing_at_centre(tx, record)
            return EntryView(
                row=entry_row(ctx, row, outbox.unsettled(tx)),
                lines=lines,
                marking=code_list("gsc_marking").label(marking),
                history=history.rows_of(record, ctx),
                returned=drafting.returned_of(record, ctx),
                pending=pending.rows_of(tx, ctx, record_id=record_id),
                can_edit=own and _can_edit(record),
                can_choose=bool(comparing.open_conflicts(tx, record))
                and comparing.may_choose(ctx, record),
                choosing=comparing.waiting_for(ctx, record),
                can_recall=own and record.review_status in _PENDING,
                can_withdraw=may_withdraw(ctx, record),
                can_delete=own and record.review_status in _DECIDED,
                amendment_lines=changed_lines(record, ctx, lines),
                photos=photo_rows.rows_of(tx, record_id, files),
                photo_words=photo_rows.received_words(files, missing),
            )

    def _consulted(self, tx: Tx, record_type: str, record_id: str) -> None:
        actor = self._ctx.officer.officer_id
        audit.log(tx, actor, "CONSULTATION", f"{record_type}/{record_id}")


_PENDING = {ReviewStatus.SUBMITTED, ReviewStatus.PENDING_REVIEW}


_BY_TROUBLE = {Mark.HELD, Mark.NOT_ACCEPTED}


def _where_marked(wanted: frozenset[Mark]) -> Where:
    """The fewest entries among which all with these marks are found."""
    if wanted == {Mark.APPROVED}:
        return entries().add("status='APPROVED' AND amendment IS NULL")
    if wanted and not wanted & {Mark.APPROVED, Mark.WAITING, *_BY_TROUBLE}:
        return live_entries()
    return entries()


def _can_edit(record: Record) -> bool:
    return record.review_status in {
        ReviewStatus.DRAFT,
        ReviewStatus.RETURNED,
        ReviewStatus.APPROVED,
    }


def changed_lines(record: Record, ctx: Context, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a pending amendment that differ from what counts now."""
    if record.amendment is None:
        return ()
    before = {line.field: line.value for line in lines}
    after = lines_of(record.amendment.body, ctx.names, now=ctx.now())
    return tuple(line for line in after if before.get(line.field) != line.value)


def _said(returned: Returned) -> str:
    """The reasons, and the supervisor's own words: on the whole entry, else on the first field."""
    said = ", ".join(code_list("return_reason").label(code) for code in returned.reasons)
    words = [text.strip() for text in returned.comments.values() if text.strip()]
    own = returned.comments.get("", "").strip() or next(iter(words), "")
    return f"{said}. {own}" if own else said
