"""Photos and voice notes of entries: put on, taken off, looked at, fetched when not here.

What is put on is durable with the working copy before this returns; no half file, no loose file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from fieldapp.domain.attachments import MAX_FILE_BYTES, MAX_FILES, MEDIA
from fieldapp.domain.codes import ENTRY_TYPES
from fieldapp.domain.content import Json
from fieldapp.domain.errors import SituationError, UserError
from fieldapp.domain.photos import LONGEST_SIDE, media_of, without_metadata
from fieldapp.services.context import Context
from fieldapp.services.photo_rows import rows_of
from fieldapp.services.values import PhotoRow
from fieldapp.store import Tx, attachments, drafts, records
from fieldapp.store.errors import StoreError

RESERVE_BYTES = 200 * 1024 * 1024
"""So much of the disk is left for text: photos are refused before it."""

LOW_BYTES = 500 * 1024 * 1024
"""With less than this left, photos are made smaller."""

SMALL_SIDE = 1280

PHOTO_LINE, WIFI_ONLY, ANY_LINE = "photo_line", "wifi", "any"
"""Preference: photos go on Wi-Fi only, or on whatever line there is."""

NO_ROOM = "Storage is low: photos cannot be added; your text is still saved."
NOT_A_KIND = "That file cannot be added. Choose a photo (JPEG or PNG)."
TOO_LARGE = "That file is too large to be added."
TOO_MANY = f"An entry holds at most {MAX_FILES} photos and recordings."

_log = logging.getLogger(__name__)


class Attaching:
    """What an officer does with the photos of an entry.

    Args:
        ctx: the shared ground.
        free_bytes: how much the disk under the store still takes.
    """

    def __init__(self, ctx: Context, free_bytes: Callable[[], int]) -> None:
        self._ctx = ctx
        self._free = free_bytes

    def longest_side(self) -> int:
        """Most pixels along the longer side of a photo that is made now."""
        return SMALL_SIDE if self._free() < LOW_BYTES else LONGEST_SIDE

    def check_room(self, size: int = 0) -> None:
        """See to it that there is room for a file before any work is put into it.

        Raises:
            SituationError: code ``photos_no_room``; the text of the entry is still saved.
        """
        # Twice: a file lies in the write-ahead log before it lies in its place.
        if self._free() - 2 * size < RESERVE_BYTES:
            raise SituationError(NO_ROOM, code="photos_no_room")

    def add(self, record_id: str, data: bytes) -> PhotoRow:
        """Put a photo or a voice note on the working copy of an entry.

        Args:
            record_id: the entry; its draft must have been begun.
            data: the file; photos are stripped of everything but the picture.

        Raises:
            UserError: not a file of a kind that is kept, too large, or one too many.
            SituationError: there is no room, or the disk does not let us; nothing has changed.
        """
        media = media_of(data)
        if media is None or media not in MEDIA:
            raise UserError(NOT_A_KIND, code="not_a_photo")
        if MEDIA[media] == "PHOTO":
            data = without_metadata(data, media)
        if len(data) > MAX_FILE_BYTES:
            raise UserError(TOO_LARGE, code="too_large")
        self.check_room(len(data))
        try:
            with self._ctx.store.transaction() as tx:
                listed = self._listed(tx, record_id)
                now = attachments.working(tx, record_id, listed)
                sha = attachments.put(tx, data)
                if sha not in now and len(now) >= MAX_FILES:
                    raise UserError(TOO_MANY, code="too_many")
                item = {"size": len(data), "media": media, "kind": MEDIA[media]}
                attachments.attach_one(tx, record_id, sha, item)
                tx.touched.update(ENTRY_TYPES)
        except StoreError as error:
            if error.code in ("store_full", "store_io"):
                raise SituationError(NO_ROOM, code="photos_no_room") from error
            raise
        return PhotoRow(sha, MEDIA[media], len(data), here=True)

    def remove(self, record_id: str, sha: str) -> Json:
        """Take one off the working copy; what brings it back for ``restore``."""
        with self._ctx.store.transaction() as tx:
            listed = self._listed(tx, record_id)
            item: Json = attachments.working(tx, record_id, listed).get(sha, {})
            attachments.detach_one(tx, record_id, sha, listed=sha in listed)
            tx.touched.update(ENTRY_TYPES)
        return item

    def restore(self, record_id: str, sha: str, item: Json) -> None:
        """Bring back one that has just been taken off."""
        with self._ctx.store.transaction() as tx:
            attachments.attach_one(tx, record_id, sha, item)
            tx.touched.update(ENTRY_TYPES)

    def of_draft(self, record_id: str) -> tuple[PhotoRow, ...]:
        """What is on the working copy, in the order it was put on."""
        with self._ctx.store.reading() as tx:
            listed = self._listed(tx, record_id)
            return rows_of(tx, record_id, attachments.working(tx, record_id, listed))

    def _listed(self, tx: Tx, record_id: str) -> Json:
        record = records.shown(tx, record_id)
        if record is None and drafts.find(tx, record_id, session=self._ctx.session) is None:
            raise UserError("This entry is no longer on this tablet.", code="not_here")
        return record.shown_attachments if record else {}

    # ------------------------------------------------------------------ looking at

    def read(self, sha: str) -> bytes | None:
        """The bytes of a file, proved to be what its name says; ``None`` when they are not here.

        A file that has been altered is flagged and asked of the centre again.
        """
        with self._ctx.store.reading() as tx:
            data = attachments.read(tx, sha)
            known = attachments.find(tx, sha)
        if data is None and known is not None and known.bytes == attachments.WHOLE:
            _log.warning("a photo is not what it was")
            with self._ctx.store.transaction() as tx:
                attachments.damaged(tx, sha)
                tx.touched.update(ENTRY_TYPES)
        return data

    def fetch(self, record_id: str) -> int:
        """Ask for the photos of an entry that are not here; how many were not asked for before."""
        with self._ctx.store.transaction() as tx:
            record = records.shown(tx, record_id)
            if record is None:
                return 0
            known = attachments.blobs(tx, record.shown_attachments)
            missing = [sha for sha in record.shown_attachments if sha not in known]
            for sha in missing:
                size = record.shown_attachments[sha].get("size")
                attachments.want(tx, record_id, sha, size if isinstance(size, int) else 0)
            if missing:
                tx.touched.update(ENTRY_TYPES)
        return len(missing)
