"""Drafts that came back out of a rescue copy are gone on with on this tablet.

The centre keeps each until its author has submitted or deleted the draft, so that the next tablet
may be lost as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from fieldapp.domain.codes import ENTRY_TYPES, RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.records import Record
from fieldapp.domain.times import show
from fieldapp.services import recording
from fieldapp.services.context import Context
from fieldapp.store import Tx, drafts, records, rescue
from fieldapp.store.listing import contents, others
from fieldapp.store.rescue import WorkingCopy
from fieldapp.store.transaction import load

_TAKEN = "rescued.taken"
_WITH_SERGEANT = frozenset({ReviewStatus.PENDING_REVIEW, ReviewStatus.SUBMITTED, ReviewStatus.VOID})


@dataclass(frozen=True, slots=True)
class _Rescued:
    """A record that brings a draft back."""

    record: Record
    draft_of: str
    saved_at: str


class RescuedDrafts:
    """Takes up what the centre laid out for this officer.

    Args:
        ctx: the shared ground.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def tell(self, types: frozenset[str]) -> None:
        """Look when something changed that it may turn on (a listener of the store)."""
        if types & ({RecordType.RESCUED_DRAFT} | ENTRY_TYPES):
            self.look()

    def look(self) -> int:
        """Take up drafts that are new here, and give back those that are done with.

        Returns:
            How many were taken up.
        """
        with self._ctx.store.reading() as tx:
            if not self._found(tx):
                return 0
        taken = 0
        with self._ctx.store.transaction() as tx:
            known: dict[str, str] = json.loads(tx.get(_TAKEN) or "{}")
            before = dict(known)
            for one in self._found(tx):
                if known.get(one.record.id) != one.saved_at:
                    taken += self._take_up(tx, one)
                    known[one.record.id] = one.saved_at
                if not self._is_open(tx, one):
                    self._give_back(tx, one)
            if known != before:
                tx.put(_TAKEN, json.dumps(known))
        return taken

    def _found(self, tx: Tx) -> list[_Rescued]:
        where = others(RecordType.RESCUED_DRAFT).add("owner=?", self._ctx.officer.officer_id)
        found = []
        for text in contents(tx, where, order="n"):
            record = records.shown(tx, load(text)["id"])
            if record is not None and isinstance(record.body.get("draft_of"), str):
                said = str(record.body.get("saved_at"))
                found.append(_Rescued(record, record.body["draft_of"], said))
        return found

    def _is_open(self, tx: Tx, one: _Rescued) -> bool:
        return drafts.find(tx, one.draft_of, session=self._ctx.session) is not None

    def _take_up(self, tx: Tx, one: _Rescued) -> bool:
        entry = records.shown(tx, one.draft_of)
        if entry is not None and (entry.deleted or entry.review_status in _WITH_SERGEANT):
            return False
        copy = WorkingCopy(
            record_id=one.draft_of,
            saved_at=one.saved_at,
            content=self._content(one),
            started_from=_read(one.record.body.get("started_from")) or None,
        )
        made = rescue.take_up(tx, copy, session=self._ctx.session)
        if not made and self._says_more(tx, copy):
            # Work on the same entry goes on here: what the other tablet had becomes an entry of
            # its own, so that neither is put over the other.
            apart = replace(copy, record_id=self._ctx.new_id(), started_from=None)
            made = rescue.take_up(tx, apart, session=self._ctx.session)
        tx.touched.update(ENTRY_TYPES)
        return made

    def _says_more(self, tx: Tx, copy: WorkingCopy) -> bool:
        here = drafts.find(tx, copy.record_id, session=self._ctx.session)
        return here is None or any(
            here.content.get(part) != copy.content.get(part)
            for part in ("body", "person", "consents")
        )

    def _content(self, one: _Rescued) -> Json:
        content = _read(one.record.body.get("content"))
        when = show(datetime.fromisoformat(one.saved_at), now=self._ctx.now())
        return {**content, "origin": f"From the rescue copy of your other tablet, saved {when}."}

    def _give_back(self, tx: Tx, one: _Rescued) -> None:
        recording.command(tx, self._ctx, one.record, "delete", reason="rescued draft done with")


def _read(text: object) -> Json:
    try:
        value = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        value = {}
    return value if isinstance(value, dict) else {}
