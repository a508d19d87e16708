"""Approving and returning, also without a network: decisions name the content shown (R26)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.bodies import SCHEMA_VERSION
from fieldapp.domain.codes import RecordType, Verdict
from fieldapp.domain.errors import UserError
from fieldapp.domain.permissions import may_decide
from fieldapp.domain.reasons import reason_for
from fieldapp.domain.records import Record
from fieldapp.services import drafting, history, photo_rows, queue, recording
from fieldapp.services.context import Context
from fieldapp.services.summary import lines_of
from fieldapp.services.values import CheckMade, QueueRow, ReviewView
from fieldapp.store import Tx, audit, outbox, records
from resources import code_list

UNDO = outbox.HOLD
_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class UndoToken:
    """Takes a decision back for as long as it is held on the tablet."""

    op_id: str
    record_id: str
    verdict: str
    until: datetime


class Approvals:
    """The supervisor's side of an entry."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._checks = queue.Checks(ctx)

    def tell(self, types: frozenset[str]) -> None:
        """Forget what was checked when the ground for it changed."""
        if types & {RecordType.SETTINGS, RecordType.OFFICER, RecordType.NEIGHBOURHOOD}:
            self._checks.forget()

    def queue(self) -> tuple[QueueRow, ...]:
        """Entries this officer may decide on, the riskiest first."""
        with self._ctx.store.reading() as tx:
            return queue.queue_rows(tx, self._ctx, self._checks)

    def open(self, record_id: str) -> ReviewView:
        """One entry as the centre has it, with what the tablet's checks found.

        Raises:
            UserError: it is no longer on this tablet.
        """
        ctx = self._ctx
        with ctx.store.transaction() as tx:
            record = self._of_centre(tx, record_id)
            blocked = self._blocked(tx, record)
            looked = self._checks.look(record)
            events = queue.events_around(tx, [record])
            due = queue.queries_due(tx, ctx, [record_id])
            row = queue.row_of(ctx, record, self._checks, events=events, due=due)
            person, consents = drafting.people_of(tx, record.shown_body)
            lines = lines_of(
                record.shown_body, ctx.names, person=person, consents=consents, now=ctx.now()
            )
            actor = ctx.officer.officer_id
            audit.log(tx, actor, "CONSULTATION", f"{record.record_type}/{record_id}")
            if person:
                audit.log(tx, actor, "CONSULTATION", f"PERSON/{person['id']}")
            files = record.shown_attachments
            photos = photo_rows.rows_of(tx, record_id, files)
            unseen = photo_rows.why_not_approved(tx, record, files)
        changed = _changed_fields(record)
        marking = record.shown_body.get("gsc_marking") or "OFFICIAL"
        return ReviewView(
            row=row,
            content_hash=record.shown_hash,
            revision=record.revision,
            lines=lines,
            changed_fields=changed
            | {line.field for line in lines if line.field.split(".")[0] in changed},
            checks=_checks_made(row, looked),
            findings=looked.findings,
            marking=code_list("gsc_marking").label(marking),
            history=history.rows_of(record, ctx),
            blocked_words=blocked,
            photos=photos,
            photo_words=unseen,
        )

    def _of_centre(self, tx: Tx, record_id: str) -> Record:
        record = records.of_centre(tx, record_id) or records.shown(tx, record_id)
        if record is None:
            raise UserError(
                "This entry is no longer on this tablet. It may have been recalled.",
                code="not_here",
            )
        return record

    def _blocked(self, tx: Tx, record: Record) -> str:
        if record.schema_version > SCHEMA_VERSION:
            return "Update at the station to decide on this entry."
        denied = may_decide(self._ctx.actor, record)
        if denied:
            return reason_for("rejected", denied).words
        return queue.is_blocked(tx, self._ctx, record)

    def approve(
        self, record_id: str, content_hash: str, *, shown: Collection[str] = ()
    ) -> UndoToken:
        """Approve exactly what was shown.

        Args:
            record_id: the entry.
            content_hash: names its content.
            shown: names of its photos that the screen has shown.

        Raises:
            UserError: it has changed since, a photo has not been received or shown, or this officer
                may not decide; the words say which.
        """
        return self._decide(record_id, content_hash, Verdict.APPROVE, (), {}, shown=shown)

    def send_back(
        self,
        record_id: str,
        content_hash: str,
        reasons: Sequence[str],
        comments: Mapping[str, str],
    ) -> UndoToken:
        """Return exactly what was shown, with reasons and comments on single fields.

        Raises:
            UserError: no reason, it has changed since, or this officer may not decide.
        """
        if not reasons:
            raise UserError("Choose at least one reason.", code="reasons_required")
        said = {name: text.strip() for name, text in comments.items() if text.strip()}
        if any(len(text) > _COMMENT for text in said.values()):
            raise UserError(
                f"A comment is too long: at most {_COMMENT:,} characters fit.", code="too_long"
            )
        return self._decide(record_id, content_hash, Verdict.RETURN, tuple(reasons), said)

    def _decide(
        self,
        record_id: str,
        content_hash: str,
        verdict: Verdict,
        reasons: tuple[str, ...],
        comments: dict[str, str],
        *,
        shown: Collection[str] = (),
    ) -> UndoToken:
        ctx = self._ctx
        until = ctx.now() + UNDO
        with ctx.store.transaction() as tx:
            record = self._of_centre(tx, record_id)
            blocked = self._blocked(tx, record)
            if blocked:
                raise UserError(blocked, code="blocked")
            if record.shown_hash != content_hash:
                stale = reason_for("rejected", "stale_revision")
                raise UserError(f"{stale.words} {stale.next_step}", code="stale_revision")
            if verdict is Verdict.APPROVE:
                unseen = photo_rows.why_not_approved(tx, record, shown)
                if unseen:
                    raise UserError(unseen, code="photos_unseen")
            outbox.drop_held(tx, record_id, ("decide",))
            op_id = recording.command(
                tx,
                ctx,
                record,
                "decide",
                not_before=until,
                action=verdict.value,
                verdict=verdict.value,
                content_hash=content_hash,
                revision=record.revision,
                reasons=list(reasons),
                comments=comments,
            )
        return UndoToken(op_id=op_id, record_id=record_id, verdict=verdict.value, until=until)

    def undo(self, token: UndoToken) -> bool:
        """Take a decision back; False when it has already left."""
        with self._ctx.store.transaction() as tx:
            record_id = outbox.take_back_operation(tx, token.op_id)
            if record_id is None:
                return False
            record = records.shown(tx, record_id)
            if record is not None:
                recording.settle(tx, self._ctx, record, "recall", reason="decision taken back")
        return True


def _changed_fields(record: Record) -> frozenset[str]:
    """Fields patched since the last decision, or those an amendment changes."""
    if record.amendment:
        old, new = record.body, record.amendment.body
        return frozenset(n for n in old.keys() | new.keys() if old.get(n) != new.get(n))
    changed: set[str] = set()
    decided = False
    for event in record.history:
        if event.get("kind") == "decide":
            changed.clear()
            decided = True
        elif event.get("kind") == "patch":
            changed.update(event.get("fields") or ())
    return frozenset(changed) if decided else frozenset()


def _checks_made(row: QueueRow, looked: queue.Looked) -> tuple[CheckMade, ...]:
    """What the tablet checked, good and bad, each in one sentence."""
    bad = [*row.flags, *(problem.words for problem in looked.problems)]
    bad += [hint.words for hint in looked.hints]
    made = [CheckMade(words, good=False) for words in dict.fromkeys(bad)]
    body = looked.body
    if body is not None:
        good = [
            (not looked.problems, "Nothing that is needed is missing"),
            (not looked.findings, "No personal details found in the text"),
            (body.safeguarding_concern is False, "No safeguarding concern"),
            (body.discloses_crime is False, "No crime disclosed"),
            ("May be recorded twice" not in row.flags, "Nobody else recorded the same event"),
        ]
        made += [CheckMade(words, good=True) for holds, words in good if holds]
    return tuple(made)
