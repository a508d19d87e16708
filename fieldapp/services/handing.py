"""What is left on this tablet, thing by thing, and the centre's receipt that nothing is."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from fieldapp.domain.content import Json
from fieldapp.services import drafting, pending
from fieldapp.services.context import Context
from fieldapp.services.rescue_values import HandInCard, Left
from fieldapp.services.values import Mark, PendingRow
from fieldapp.store import Tx, attachments, drafts, journal, outbox, records
from fieldapp.store.columns import place_of
from fieldapp.store.drafts import KeptDraft

_RECEIPT = "handin.receipt"
_OPS = "SELECT op_id FROM outbox ORDER BY dseq"
_FILES = (
    "SELECT sha FROM blob b WHERE mine=1 AND EXISTS"
    " (SELECT 1 FROM attached a WHERE a.sha=b.sha AND a.state<>'off') ORDER BY n"
)
_UNSENT = "SELECT 1 FROM outbox WHERE record_id=? AND state IN ('queued','sent')"
_LOOSE_FILES = (
    "SELECT a.record_id, b.size FROM attached a JOIN blob b ON b.sha=a.sha"
    " WHERE a.state='draft' AND b.mine=1 AND b.sent<>'received'"
)
_AT_CENTRE = {
    Mark.HELD: "Held at the centre",
    Mark.NOT_ACCEPTED: "Not accepted; the centre has it",
    Mark.CHOOSE_VERSION: "Choose a version; the centre has both",
}


@dataclass(frozen=True, slots=True)
class HandInFacts:
    """What the centre is asked about."""

    last_dseq: int
    ops: tuple[str, ...]
    files: tuple[str, ...]
    only_here: int


class Handing:
    """Whether this tablet can be handed in.

    Args:
        ctx: the shared ground.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def card(self) -> HandInCard:
        """Everything that is on this tablet or waits for its officer, and the receipt if it holds.

        A receipt given before further work was done is not shown.
        """
        with self._ctx.store.reading() as tx:
            card = self._card(tx)
            facts = self._facts(tx, card)
            kept = json.loads(tx.get(_RECEIPT) or "{}")
        if card.only_here or not kept or kept["last_dseq"] != facts.last_dseq:
            return card
        return replace(
            card,
            code=kept["code"],
            code_at=datetime.fromisoformat(kept["at"]),
            confirmed=kept["confirmed"],
        )

    def facts(self) -> HandInFacts:
        """Everything this tablet still keeps of what it ever made."""
        with self._ctx.store.reading() as tx:
            return self._facts(tx, self._card(tx))

    def confirmed(self, facts: HandInFacts, *, code: str, at: str, confirmed: int) -> None:
        """Keep the centre's receipt for exactly this."""
        kept = {"last_dseq": facts.last_dseq, "code": code, "at": at, "confirmed": confirmed}
        with self._ctx.store.transaction() as tx:
            tx.put(_RECEIPT, json.dumps(kept))

    def centre_lacks(self) -> None:
        """The centre does not have what it said it had: send all of it again."""
        with self._ctx.store.transaction() as tx:
            journal.send_again(tx, self._ctx.actor)
            attachments.unverify(tx)

    # ------------------------------------------------------------------ inside

    def _facts(self, tx: Tx, card: HandInCard) -> HandInFacts:
        return HandInFacts(
            last_dseq=outbox.next_dseq(tx) - 1,
            ops=tuple(row[0] for row in tx.rows(_OPS)),
            files=tuple(row[0] for row in tx.rows(_FILES)),
            only_here=card.drafts,
        )

    def _card(self, tx: Tx) -> HandInCard:
        rows = pending.rows_of(tx, self._ctx)
        waiting = [row for row in rows if row.mark not in _AT_CENTRE]
        open_drafts = [
            self._draft_line(tx, kept)
            for kept in drafts.all_kept(tx, session=self._ctx.session)
            if not self._is_at_centre(tx, kept)
        ]
        photos, photo_lines = self._photos(tx)
        lines = [Left(row.title, _waits(row), row.record_id) for row in waiting]
        lines += [*open_drafts, *photo_lines]
        settled = {
            (row.record_id, row.mark): Left(
                row.title, _AT_CENTRE[row.mark], row.record_id, only_here=False
            )
            for row in rows
            if row.mark in _AT_CENTRE
        }
        lines += settled.values()
        return HandInCard(
            lines=tuple(lines),
            entries=len({row.record_id for row in waiting}),
            drafts=len(open_drafts),
            photos=photos,
        )

    def _draft_line(self, tx: Tx, kept: KeptDraft) -> Left:
        record = records.shown(tx, kept.record_id)
        draft = drafting.draft_of(kept, record, self._ctx)
        title = pending.title_of(
            draft.record_type,
            draft.engagement_type,
            place_of(draft.body),
            self._ctx,
            str(draft.body.get("title") or ""),
        )
        return Left(title, "Draft: submit it or delete it", kept.record_id, is_draft=True)

    def _is_at_centre(self, tx: Tx, kept: KeptDraft) -> bool:
        """True when the centre has every word of it: it was left for later and has been sent."""
        base = records.of_centre(tx, kept.record_id)
        if base is None or _has_person(kept.content):
            return False
        if tx.row(_UNSENT, (kept.record_id,)):
            return False
        draft = drafting.draft_of(kept, base, self._ctx)
        return bool(drafting.clean_body(draft) == base.shown_body)

    def _photos(self, tx: Tx) -> tuple[int, list[Left]]:
        waiting = attachments.unsent_by_record(tx)
        loose: dict[str, tuple[int, int]] = {}
        for record_id, size in tx.rows(_LOOSE_FILES):
            count, total = loose.get(record_id, (0, 0))
            loose[record_id] = (count + 1, total + size)
        lines = [
            Left(_files(one.count), f"Not sent yet, {_mb(one.bytes)}", record_id)
            for record_id, one in waiting.items()
        ]
        lines += [
            Left(_files(count), f"On a draft, {_mb(size)}", record_id)
            for record_id, (count, size) in loose.items()
        ]
        of_drafts = sum(count for count, _ in loose.values())
        return attachments.unsent(tx).count + of_drafts, lines


def _waits(row: PendingRow) -> str:
    return row.reason or "Waiting to send"


def _has_person(content: Json) -> bool:
    person = content.get("person") or {}
    return bool(content.get("consents")) or any(
        value for name, value in person.items() if name != "id"
    )


def _files(count: int) -> str:
    return "1 photo or voice note" if count == 1 else f"{count} photos and voice notes"


def _mb(size: int) -> str:
    return f"{max(size, 50_000) / 1_000_000:.1f} MB"
