"""What waits to be sent and how the way to the centre is, for the pill, banner and Sync screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fieldapp.domain.codes import ENTRY_TYPES, RecordType, ReviewStatus
from fieldapp.domain.errors import UserError
from fieldapp.domain.records import Record
from fieldapp.services import alongside, comparing, drafting, pending, recording, submitting
from fieldapp.services.context import Context
from fieldapp.services.values import Draft, Link, PendingRow, SyncStatus
from fieldapp.store import Tx, attachments, drafts, outbox, records
from fieldapp.store.sync_port import LAST_CONTACT, LAST_SENT

_WRITTEN = ("create", "patch", "submit")
_WITH_SERGEANT = (ReviewStatus.SUBMITTED, ReviewStatus.PENDING_REVIEW)


@dataclass(frozen=True, slots=True)
class _Way:
    """What the last try told about the way to the centre."""

    link: Link = Link.OFFLINE
    words: str = ""
    next_try_at: datetime | None = None


class WaitingToSend:
    """Everything that has not been settled with the centre."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._way = _Way()

    def told(self, link: Link, *, words: str = "", next_try_at: datetime | None = None) -> None:
        """Keep what a try to reach the centre has shown; ``status`` says it from then on."""
        self._way = _Way(link, words, next_try_at)

    def status(self) -> SyncStatus:
        """What the pill, the banner and the Sync screen say."""
        with self._ctx.store.reading() as tx:
            waits = outbox.unsettled(tx)
            oldest = outbox.oldest_unsent(tx)
            beside = alongside.hosts(tx, waits)
            choose = self._choose(tx)
            photos, wanted = attachments.unsent(tx), attachments.wanted(tx)
            sent, contact = tx.get(LAST_SENT), tx.get(LAST_CONTACT)
        return SyncStatus(
            link=self._way.link,
            to_send=len(waits.unsent),
            waiting=len(waits.unsent) - len(beside),
            held=len(waits.held),
            not_accepted=len(waits.not_accepted),
            choose=choose,
            last_sent_at=datetime.fromisoformat(sent) if sent else None,
            last_contact_at=datetime.fromisoformat(contact) if contact else None,
            next_try_at=self._way.next_try_at,
            oldest_waiting_at=oldest,
            words=self._way.words,
            photos=photos.count,
            photo_bytes=photos.bytes,
            photos_wanted=wanted,
        )

    def _choose(self, tx: Tx) -> int:
        return len(comparing.to_choose(tx, self._ctx))

    def pending(self) -> tuple[PendingRow, ...]:
        """What needs the officer first, then what waits, oldest first."""
        with self._ctx.store.reading() as tx:
            chosen = comparing.rows_to_choose(tx, self._ctx)
            return (*chosen, *pending.rows_of(tx, self._ctx))

    def open_as_new_draft(self, op_id: str) -> Draft:
        """Open again what is held of an entry, with all its words.

        An entry that the centre has is opened itself: a copy would be a second one. What the centre
        holds whole, or has closed, begins again under a new number. The held one stays at the
        centre for support; here it is taken off the list when the draft has been saved.

        Raises:
            UserError: it is no longer there, or is not an entry.
        """
        ctx = self._ctx
        with ctx.store.transaction() as tx:
            operation = outbox.one(tx, op_id)
            record = records.shown(tx, operation.record_id)
            files = record.shown_attachments if record else operation.wire.get("attachments") or {}
            if (
                operation.state != outbox.QUARANTINED
                or operation.kind not in _WRITTEN
                or (record is not None and record.record_type not in ENTRY_TYPES)
            ):
                raise UserError("This cannot be opened as a new draft.", code="not_held")
            if record is not None:
                source = drafting.of_record(ctx, tx, record)
            else:
                wire = operation.wire
                body = dict(wire.get("body") or {})
                kind = str(body.get("engagement_type") or "")
                record_type = str(wire.get("record_type") or RecordType.ENGAGEMENT)
                source = Draft(operation.record_id, record_type, kind, body)
            if record is not None and self._goes_on(tx, record):
                draft = self._again(tx, record, source)
            else:
                for one in outbox.of_record(tx, operation.record_id):
                    if one.state == outbox.QUARANTINED:
                        outbox.remove(tx, one)
                records.refresh(tx, operation.record_id, ctx.actor)
                draft = self._fresh(source)
                attachments.copy(tx, draft.record_id, files)
            saved = drafts.keep(
                tx,
                draft.record_id,
                drafting.content_of(draft),
                session=ctx.session,
                started_from=draft.started_from,
            )
            tx.touched.add(draft.record_type)
        return replace(draft, saved_at=saved)

    def _goes_on(self, tx: Tx, record: Record) -> bool:
        """True when the centre has this officer's entry and still takes changes to it."""
        return (
            record.owner_officer_id == self._ctx.officer.officer_id
            and not record.deleted
            and record.review_status != ReviewStatus.VOID
            and not submitting.is_held_whole(tx, record.id)
        )

    def _again(self, tx: Tx, record: Record, source: Draft) -> Draft:
        """The entry itself opened, with what is held of it in the working copy."""
        kept = drafts.find(tx, record.id, session=self._ctx.session)
        draft = drafting.draft_of(kept, record, self._ctx) if kept else source
        draft = submitting.without_held(tx, self._ctx, draft)
        now = records.shown(tx, record.id)
        if now is not None and now.review_status in _WITH_SERGEANT:
            recording.command(tx, self._ctx, now, "recall")
        return replace(draft, origin="From an entry that is held at the centre.")

    def _fresh(self, source: Draft) -> Draft:
        """The same words under new ids, so that nothing is taken for the old one."""
        body = {**source.body, "lpt_code": self._ctx.officer.lpt_code}
        for name in ("actions_promised", "issues", "handouts", "partners_present"):
            if isinstance(body.get(name), list):
                body[name] = [
                    {**item, "id": self._ctx.new_id()} if isinstance(item, dict) else item
                    for item in body[name]
                ]
        person = {**source.person, "id": self._ctx.new_id()} if source.person else None
        if "person_id" in body:
            body.pop("person_id")
        consents = tuple({**one, "id": self._ctx.new_id()} for one in source.consents)
        return replace(
            source,
            record_id=self._ctx.new_id(),
            body=body,
            person=person,
            consents=consents,
            is_new=True,
            amends=False,
            returned=None,
            started_from=None,
            origin="From an entry that is held at the centre.",
        )

    def dismiss(self, op_id: str) -> None:
        """Take a matter off the list: it was not accepted, or is held and left to support.

        Raises:
            UserError: it still waits to be sent, or is no longer there.
        """
        with self._ctx.store.transaction() as tx:
            operation = outbox.one(tx, op_id)
            if operation.state not in (outbox.REJECTED, outbox.QUARANTINED):
                raise UserError("This is still waiting and cannot be taken off.", code="waiting")
            outbox.remove(tx, operation)
            record = records.shown(tx, operation.record_id)
            if record is not None:
                recording.settle(tx, self._ctx, record, "patch", reason="matter dismissed")
