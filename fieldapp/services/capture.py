"""Recording an entry: from the first tap, through every keystroke, to the supervisor."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError, UserError
from fieldapp.domain.ids import local_ref
from fieldapp.domain.records import Record
from fieldapp.domain.rules.shape import read_body
from fieldapp.services import checking, deleting, drafting, recording, submitting
from fieldapp.services.context import Context
from fieldapp.services.names import kind_of
from fieldapp.services.rows import draft_row
from fieldapp.services.values import Check, Choice, Draft, EntryRow, Mark, Submitted
from fieldapp.store import Tx, attachments, audit, drafts, outbox, records
from fieldapp.store.columns import place_of
from resources import code_list
from resources.engagement_types import engagement_types

UNDO = outbox.HOLD


class NotReadyError(UserError):
    """The entry cannot be submitted yet; ``check`` says what is missing."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.problems[0].words, code="not_ready")
        self.check = check


class Capture:
    """What an officer does with an entry of their own."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def types(self) -> tuple[Choice, ...]:
        """Engagement types in the order of the picker; ``detail`` is the group."""
        items = {item.code: item for item in code_list("engagement_type").items}
        return tuple(
            Choice(
                code=kind.code,
                label=kind.label,
                detail=kind.group,
                extra={
                    **items[kind.code].extra,
                    "icon": kind.icon,
                    "short_label": kind.short_label,
                    "record_type": kind.record_type,
                },
            )
            for kind in engagement_types().values()
        )

    def new_id(self) -> str:
        """A permanent id for a new part of an entry: an issue, a promise, a consent."""
        return self._ctx.new_id()

    def start(self, engagement_type: str, *, plan_id: str | None = None) -> Draft:
        """Begin an entry; it exists, and survives anything, from here on.

        Raises:
            UserError: the kind is not known, or the plan line is no longer here.
        """
        kind = kind_of(engagement_type)
        if kind is None:
            raise UserError("This version does not know that kind.", code="unknown_type")
        draft = drafting.blank(self._ctx, kind, record_id=self._ctx.new_id())
        with self._ctx.store.transaction() as tx:
            if plan_id is not None:
                line = recording.required(tx, plan_id)
                draft = drafting.from_plan(self._ctx, draft, line)
            saved = self._keep(tx, draft)
        return replace(draft, saved_at=saved)

    def copy_last(self, draft: Draft) -> Draft:
        """The draft with place and times of the last entry of its kind (never counts or notes).

        Raises:
            UserError: there is none yet.
        """
        with self._ctx.store.transaction() as tx:
            draft = drafting.copied(self._ctx, tx, draft)
            saved = self._keep(tx, draft)
        return replace(draft, saved_at=saved)

    def open(self, record_id: str) -> Draft:
        """Go on with a draft, a returned entry, or an approved one (which opens an amendment).

        Raises:
            UserError: it is not the officer's own, is with the supervisor, or is not here.
        """
        with self._ctx.store.transaction() as tx:
            record = records.shown(tx, record_id)
            kept = drafts.find(tx, record_id, session=self._ctx.session)
            if kept is not None:
                draft = drafting.draft_of(kept, record, self._ctx)
                saved = self._keep(tx, draft)
                return replace(draft, saved_at=saved)
            record = recording.required(tx, record_id)
            self._may_open(record)
            draft = drafting.of_record(self._ctx, tx, record)
            if draft.person:
                self._consulted(tx, RecordType.PERSON, str(draft.person["id"]))
        return draft

    def _may_open(self, record: Record) -> None:
        if record.owner_officer_id != self._ctx.officer.officer_id:
            raise UserError("Only the officer who recorded this can change it.", code="not_owner")
        status = record.review_status
        if status == ReviewStatus.VOID:
            raise UserError("This entry was withdrawn.", code="void")
        if status in (ReviewStatus.SUBMITTED, ReviewStatus.PENDING_REVIEW):
            raise UserError(
                "This entry is with your sergeant. Recall it first, then change it.", code="pending"
            )

    def _consulted(self, tx: Tx, record_type: str, record_id: str) -> None:
        actor = self._ctx.officer.officer_id
        audit.log(tx, actor, "CONSULTATION", f"{record_type}/{record_id}")

    def autosave(self, draft: Draft) -> datetime:
        """Save the working copy; durable when this returns.

        Raises:
            StoreError: not saved; the words say what to do.
        """
        with self._ctx.store.transaction() as tx:
            return self._keep(tx, draft)

    def _keep(self, tx: Tx, draft: Draft, *, is_open: bool = True) -> datetime:
        return drafts.keep(
            tx,
            draft.record_id,
            drafting.content_of(draft),
            session=self._ctx.session,
            is_open=is_open,
            started_from=draft.started_from,
        )

    def finish_later(self, draft: Draft) -> EntryRow:
        """Leave a draft for later; a new one also goes to the centre, for its author's eyes only.

        Changes to a returned or approved entry stay on the tablet until they are submitted.
        """
        with self._ctx.store.transaction() as tx:
            recorded = self._record_draft(tx, draft)
            if recorded is not None:
                draft = replace(draft, started_from=recorded)
            self._keep(tx, draft, is_open=False)
            return self._row(tx, draft)

    def _record_draft(self, tx: Tx, draft: Draft) -> Json | None:
        """Put a draft into its record; the body now recorded, or ``None`` when it stays here."""
        record = records.shown(tx, draft.record_id)
        if record is not None and record.review_status != ReviewStatus.DRAFT:
            return None
        body = drafting.clean_body(draft)
        body.setdefault("lpt_code", self._ctx.officer.lpt_code)
        readable = not read_body(RecordType.ENGAGEMENT, body)[1]
        if not readable or body["lpt_code"] != self._ctx.officer.lpt_code:
            return None
        return submitting.write_entry(tx, self._ctx, replace(draft, body=body))

    def _row(self, tx: Tx, draft: Draft) -> EntryRow:
        ready = submitting.completed(self._ctx, draft)
        detail = checking.missing_words(checking.check_of(tx, self._ctx, ready))
        return draft_row(
            self._ctx,
            draft.record_id,
            draft.record_type,
            draft.body,
            detail=detail,
            mark=Mark.RETURNED if draft.returned else Mark.DRAFT,
        )

    def check(self, draft: Draft) -> Check:
        """What the rules say, the whole entry in words, and what happens next."""
        ready = submitting.completed(self._ctx, draft)
        with self._ctx.store.reading() as tx:
            return checking.check_of(tx, self._ctx, ready)

    def missing_words(self, draft: Draft) -> str:
        """What the draft still needs, in one line."""
        return checking.missing_words(self.check(draft))

    def submit(self, draft: Draft) -> Submitted:
        """Hand the entry to the supervisor, with everything that hangs on it, or change nothing.

        Raises:
            NotReadyError: something is missing or cannot be; ``check`` says what.
            StoreError: not saved; the words say what to do.
        """
        ready = submitting.completed(self._ctx, draft)
        try:
            with self._ctx.store.transaction() as tx:
                if checking.problems_of(self._ctx, ready):
                    raise NotReadyError(checking.check_of(tx, self._ctx, ready))
                submitting.hand_in(tx, self._ctx, ready)
                drafts.drop(tx, ready.record_id)
        except ContentError as error:
            raise UserError(error.words, code=error.code) from error
        at = self._ctx.now()
        body = ready.body
        title = self._ctx.names.title(
            ready.engagement_type,
            title=str(body.get("title") or ""),
            place=place_of(body),
            neighbourhood=body.get("neighbourhood_id"),
        )
        return Submitted(
            record_id=ready.record_id,
            local_ref=local_ref(ready.record_id),
            title=title,
            at=at,
            undo_until=at + UNDO,
        )

    def recall(self, record_id: str) -> None:
        """Take an undecided entry back to draft.

        Raises:
            UserError: it is not the officer's own, or has been decided.
        """
        with self._ctx.store.transaction() as tx:
            record = recording.required(tx, record_id)
            if record.owner_officer_id != self._ctx.officer.officer_id:
                raise UserError("Only the officer who recorded this can recall it.")
            held = outbox.drop_held(tx, record_id, ("submit",))
            if held:
                recording.settle(tx, self._ctx, record, "recall")
                record = recording.required(tx, record_id)
                if record.review_status in (ReviewStatus.DRAFT, ReviewStatus.RETURNED):
                    deleting.free_plan_line(tx, self._ctx, record)
                    return
            if record.review_status not in (ReviewStatus.SUBMITTED, ReviewStatus.PENDING_REVIEW):
                raise UserError("This entry is not waiting for a decision.", code="not_submitted")
            if outbox.take_back(tx, record_id, "submit"):
                recording.settle(tx, self._ctx, record, "recall")
            else:
                recording.command(tx, self._ctx, record, "recall")
            deleting.free_plan_line(tx, self._ctx, record)

    def delete(self, record_id: str) -> None:
        """Delete an entry that has not been approved; what never left the tablet is simply gone.

        Raises:
            UserError: it is not the officer's own, or has been approved.
        """
        with self._ctx.store.transaction() as tx:
            drafts.drop(tx, record_id)
            record = records.shown(tx, record_id)
            if record is None:
                actor = self._ctx.officer.officer_id
                audit.log(tx, actor, "ERASURE", f"ENGAGEMENT/{record_id}", reason="draft deleted")
                tx.touched.add(RecordType.ENGAGEMENT)
                return
            if record.owner_officer_id != self._ctx.officer.officer_id:
                raise UserError("Only the officer who recorded this can delete it.")
            if record.review_status in (ReviewStatus.APPROVED, ReviewStatus.VOID):
                raise UserError(
                    "An approved entry cannot be deleted, only withdrawn by a supervisor.",
                    code="approved_locked",
                )
            deleting.delete(tx, self._ctx, record, until=self._ctx.now() + UNDO)
            deleting.delete_beside(tx, self._ctx, record, until=self._ctx.now() + UNDO)
            if records.shown(tx, record_id) is None:
                attachments.unlist(tx, record_id)

    def undelete(self, draft: Draft) -> EntryRow:
        """Bring back a draft that has just been deleted."""
        with self._ctx.store.transaction() as tx:
            deleting.bring_back(tx, self._ctx, draft.record_id)
            self._keep(tx, draft, is_open=False)
            tx.touched.add(draft.record_type)
            return self._row(tx, draft)

    def withdraw(self, record_id: str, reason: str) -> None:
        """Withdraw an entry: it is kept and no longer counted.

        Raises:
            UserError: without a reason, or not theirs to withdraw.
        """
        if not reason.strip():
            raise UserError("Say why it is withdrawn.", code="reason_required")
        with self._ctx.store.transaction() as tx:
            record = recording.required(tx, record_id)
            if not may_withdraw(self._ctx, record):
                raise UserError("You cannot withdraw this entry.", code="forbidden")
            recording.command(tx, self._ctx, record, "void", reason=reason.strip())
            deleting.close_beside(tx, self._ctx, record)


def may_withdraw(ctx: Context, record: Record) -> bool:
    """The author before approval; after it a supervisor who did not take part (R25)."""
    from fieldapp.domain.permissions import may_decide

    if record.review_status == ReviewStatus.VOID or not record.is_entry:
        return False
    if record.review_status == ReviewStatus.APPROVED:
        return may_decide(ctx.actor, record) is None
    return record.owner_officer_id == ctx.officer.officer_id
