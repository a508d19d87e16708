"""The sync-facing side of photos and voice notes: what leaves in pieces, and what is fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from fieldapp.domain.codes import ENTRY_TYPES
from fieldapp.domain.permissions import Actor
from fieldapp.domain.pieces import BlobTold, OutgoingBlob, UnsentPhotos, WantedBlob, merged
from fieldapp.store import attachments, incoming
from fieldapp.store.store import Store

_DUE = "(not_before IS NULL OR not_before<=?)"


class AttachmentPort:
    """Meets ``sync.ports.AttachmentStore``; every method is one transaction, durable on return.

    Args:
        store: the open store.
        actor: the officer of this tablet.
    """

    def __init__(self, store: Store, actor: Actor) -> None:
        self._store = store
        self._actor = actor

    # ------------------------------------------------------------------ sending

    def unsent(self) -> UnsentPhotos:
        """What the centre does not have whole."""
        with self._store.reading() as tx:
            return attachments.unsent(tx)

    def to_send(self, most: int) -> tuple[OutgoingBlob, ...]:
        """Files to send now, the smallest first and the oldest among equals."""
        with self._store.reading() as tx:
            rows = tx.rows(
                "SELECT sha, size, have, attempts FROM blob"
                f" WHERE mine=1 AND sent<>'received' AND bytes='whole' AND {_DUE} AND EXISTS"
                " (SELECT 1 FROM attached a WHERE a.sha=blob.sha AND a.state='listed')"
                " ORDER BY size, n LIMIT ?",
                (tx.clock.now().isoformat(), most),
            )
        return tuple(OutgoingBlob(r[0], r[1], attachments.have_of(r[2]), r[3]) for r in rows)

    def is_whole(self, sha: str) -> bool:
        """True when the bytes here are what the name says; otherwise the file is flagged."""
        with self._store.reading() as tx:
            if attachments.read(tx, sha) is not None:
                return True
        with self._store.transaction() as tx:
            attachments.damaged(tx, sha)
            tx.touched.update(ENTRY_TYPES)
        return False

    def pieces(self, sha: str, first: int, count: int) -> bytes:
        """The bytes of consecutive pieces."""
        with self._store.reading() as tx:
            return attachments.pieces(tx, sha, first, count)

    def told(self, epoch: str, states: Mapping[str, BlobTold]) -> bool:
        """Store what the centre said of files; True when its history turned out to be another.

        Then what it said is of that other history and is asked again.
        """
        with self._store.transaction() as tx:
            if incoming.see_epoch(tx, self._actor, epoch):
                return True
            for sha, told in states.items():
                known = attachments.find(tx, sha)
                if known is None or known.sent == attachments.RECEIVED:
                    continue
                have = merged(told.have, known.size)
                if told.complete:
                    tx.run(
                        "UPDATE blob SET sent='received', have=NULL, attempts=0, not_before=NULL,"
                        " bytes=CASE bytes WHEN 'damaged' THEN 'wanted' ELSE bytes END"
                        " WHERE sha=?",
                        (sha,),
                    )
                    tx.touched.update(ENTRY_TYPES)
                elif have != known.have:
                    state = attachments.SENDING if have else attachments.LOCAL
                    tx.run(
                        "UPDATE blob SET sent=?, have=? WHERE sha=?", (state, json.dumps(have), sha)
                    )
        return False

    def set_aside(self, sha: str, code: str, *, retry_in: timedelta) -> None:
        """Leave a file alone for a while, so that the others go on."""
        with self._store.transaction() as tx:
            tx.run(
                "UPDATE blob SET attempts=attempts+1, problem=?, not_before=? WHERE sha=?",
                (code, (tx.clock.now() + retry_in).isoformat(), sha),
            )
            tx.touched.update(ENTRY_TYPES)

    def retry_aside(self) -> None:
        """Let every file that was set aside be tried at once."""
        with self._store.transaction() as tx:
            tx.run("UPDATE blob SET not_before=NULL WHERE not_before IS NOT NULL")

    # ---------------------------------------------------------------- receiving

    def wanted(self, most: int) -> tuple[WantedBlob, ...]:
        """Files that screens asked for, the one asked for last first."""
        with self._store.reading() as tx:
            rows = tx.rows(
                "SELECT sha, size, attempts, (SELECT coalesce(sum(length(data)), 0) FROM piece"
                f" WHERE blob=blob.n) FROM blob WHERE {attachments.IS_WANTED} AND {_DUE}"
                " ORDER BY n DESC LIMIT ?",
                (tx.clock.now().isoformat(), most),
            )
        return tuple(WantedBlob(sha, size, here, tries) for sha, size, tries, here in rows)

    def take_in(self, sha: str, start: int, data: bytes) -> str:
        """Keep what came of a file; see ``attachments.take_in``."""
        with self._store.transaction() as tx:
            state = attachments.take_in(tx, sha, start, data)
            if state != attachments.WANTED:
                tx.touched.update(ENTRY_TYPES)
        return state
