"""How the photos and voice notes of an entry stand, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fieldapp.domain.content import Json
from fieldapp.domain.pieces import UnsentPhotos, bytes_of
from fieldapp.domain.records import Record
from fieldapp.services.values import PhotoRow
from fieldapp.store import Tx, attachments, records
from fieldapp.store.attachments import Blob

PHOTO, VOICE = "PHOTO", "VOICE"
_NOT_HERE = "Not on this tablet yet"
_DAMAGED = "Damaged on this tablet; it will be fetched from the centre"
_LOST = "Damaged on this tablet, and the centre does not have it"


def rows_of(tx: Tx, record_id: str, manifest: Json) -> tuple[PhotoRow, ...]:
    """One row for each file of a manifest, the oldest first where that is known."""
    known = attachments.blobs(tx, manifest)
    received = received_of(tx, record_id)
    order = attachments.order_of(tx, record_id)
    names = sorted(manifest, key=lambda sha: (order.get(sha, len(order)), sha))
    return tuple(_row(sha, manifest[sha], known.get(sha), received) for sha in names)


def _row(sha: str, item: Json, blob: Blob | None, received: frozenset[str]) -> PhotoRow:
    size = item.get("size")
    return PhotoRow(
        sha=sha,
        kind=str(item.get("kind") or PHOTO),
        size=size if isinstance(size, int) else 0,
        here=blob is not None and blob.bytes == attachments.WHOLE,
        words=_words(blob, there=sha in received),
    )


def _words(blob: Blob | None, *, there: bool) -> str:
    if blob is None:
        return _NOT_HERE if there else "Not at the centre yet"
    if blob.bytes == attachments.DAMAGED:
        return _LOST
    if blob.bytes == attachments.WANTED:
        return _DAMAGED if blob.problem == "damaged" else _NOT_HERE
    if not blob.mine or there or blob.sent == attachments.RECEIVED:
        return "Received"
    if blob.sent == attachments.SENDING:
        return f"{100 * bytes_of(blob.size, blob.have) // blob.size}% sent"
    return "Saved on this tablet"


def received_of(tx: Tx, record_id: str) -> frozenset[str]:
    """Names of the files of a record that the centre says it has whole."""
    base = records.base_wire(tx, record_id) or {}
    told = base.get("attachments_received")
    return frozenset(map(str, told)) if isinstance(told, list) else frozenset()


def missing_at_centre(tx: Tx, record: Record) -> tuple[str, ...]:
    """Names of the files of what is shown that the centre does not have whole."""
    received = received_of(tx, record.id)
    own = attachments.blobs(tx, record.shown_attachments)
    done = {sha for sha, blob in own.items() if blob.mine and blob.sent == attachments.RECEIVED}
    return tuple(sha for sha in record.shown_attachments if sha not in received | done)


def received_words(manifest: Json, missing: Iterable[str]) -> str:
    """Like "2 of 3 photos received"; empty for an entry without any."""
    if not manifest:
        return ""
    done, noun = len(manifest) - len(tuple(missing)), noun_of(manifest)
    return f"{done} of {len(manifest)} {noun} received"


def left_words(left: UnsentPhotos) -> str:
    """Like "2 photos to send, 0.8 MB"."""
    noun = "photo" if left.count == 1 else "photos"
    return f"{left.count} {noun} to send, {megabytes(left.bytes)}"


def megabytes(size: int) -> str:
    """Like 0.8 MB; never 0.0 while something is left."""
    return f"{max(size / 1_000_000, 0.1 if size else 0.0):.1f} MB"


def why_not_approved(tx: Tx, record: Record, shown: Collection[str]) -> str:
    """Why an entry cannot be approved for want of its photos, in words; empty when it can.

    Args:
        tx: the transaction.
        record: as the centre has it.
        shown: names of the files that the screen has shown.
    """
    manifest = record.shown_attachments
    missing = missing_at_centre(tx, record)
    if missing:
        words = received_words(manifest, missing)
        return f"{words}. Approve when all have been; you can return the entry now."
    if any(item.get("kind") != PHOTO for item in manifest.values()):
        return "This version cannot play its voice notes. Update at the station to approve it."
    here = attachments.blobs(tx, manifest)
    away = [sha for sha in manifest if sha not in here or here[sha].bytes != attachments.WHOLE]
    if away:
        are = "photo is" if len(away) == 1 else "photos are"
        return f"{len(away)} {are} not on this tablet yet. Approve when you have seen them all."
    if any(sha not in shown for sha in manifest):
        return "A photo could not be shown on this tablet, so the entry cannot be approved here."
    return ""


def noun_of(manifest: Json) -> str:
    """What the files of a manifest are called together."""
    kinds = {str(item.get("kind")) for item in manifest.values()}
    one = len(manifest) == 1
    if kinds == {PHOTO}:
        return "photo" if one else "photos"
    if kinds == {VOICE}:
        return "voice note" if one else "voice notes"
    return "file" if one else "photos and voice notes"
