"""Photos as a tablet has them, and sending one in pieces."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fieldapp.domain.content import content_hash
from fieldapp.domain.pieces import PIECE_BYTES, piece_count
from server.services.attachments.uploading import Sent
from tests.contract.ports import Wire
from tests.contract.tablet import Tablet, create, decide, operation, submit


@dataclass(frozen=True)
class Photo:
    """A file of a tablet."""

    data: bytes

    @property
    def sha(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def count(self) -> int:
        return piece_count(self.size)

    @property
    def manifest(self) -> Wire:
        return {self.sha: {"size": self.size, "media": "image/jpeg", "kind": "PHOTO"}}

    def sent(self, first: int = 0, pieces: int = 4, **changes: Any) -> Sent:
        """A request that brings these pieces, with something changed."""
        data = self.data[first * PIECE_BYTES : (first + pieces) * PIECE_BYTES]
        values: dict[str, Any] = {
            "sha": self.sha,
            "size": self.size,
            "first": first,
            "data": data,
            "check": hashlib.sha256(changes.get("data", data)).hexdigest(),
        }
        return Sent(**(values | changes))


def photo(size: int = 150_000, seed: int = 1) -> Photo:
    """Bytes that no packing makes smaller, as those of a photo."""
    return Photo(random.Random(seed).randbytes(size))


def status(tablet: Tablet, *photos: Photo, **changes: Any) -> Wire:
    """What the centre says it has, by name."""
    asked = [{"sha": one.sha, "size": one.size} for one in photos]
    request = {"proto": 1, "app": "test", "device_id": tablet.device_id, "shas": asked}
    answer = tablet.port.blob_status(tablet.token, request | changes)
    assert answer["epoch"]
    blobs: Wire = answer["blobs"]
    return blobs


def put(tablet: Tablet, sent: Sent) -> Wire:
    """What the centre says it has after these pieces."""
    answer = tablet.port.put_pieces(tablet.token, sent)
    assert answer["epoch"]
    assert answer["blobs"].keys() == {sent.sha}
    state: Wire = answer["blobs"][sent.sha]
    return state


def upload(tablet: Tablet, one: Photo, order: Iterable[int] | None = None) -> Wire:
    """All of it, four pieces at a time, or piece by piece in this order."""
    if order is None:
        starts = range(0, one.count, 4)
        return [put(tablet, one.sent(first)) for first in starts][-1]
    return [put(tablet, one.sent(first, 1)) for first in order][-1]


def get(tablet: Tablet, one: Photo, wanted: str | None = None) -> bytes:
    return tablet.port.get_blob(tablet.token, one.sha, wanted)


def entry(*photos: Photo, body: Wire | None = None) -> Wire:
    """A new entry with photos."""
    manifest = {name: item for one in photos for name, item in one.manifest.items()}
    return create(body, attachments=manifest)


def handed_in(tablet: Tablet, *photos: Photo, body: Wire | None = None) -> Wire:
    """A new entry with photos, sent and submitted."""
    made = entry(*photos, body=body)
    results = tablet.send(made, submit(made["record_id"]))
    assert [result["status"] for result in results] == ["applied", "applied"], results
    return made


def change(record_id: str, *, attach: Wire | None = None, detach: list[str] | None = None) -> Wire:
    """Photos put on and taken off."""
    return operation(
        "patch", record_id, base_revision=1, changes={}, attach=attach or {}, detach=detach or []
    )


def approve(made: Wire, verdict: str = "APPROVE", manifest: Wire | None = None) -> Wire:
    """A decision on an entry with its photos, as it was shown."""
    files = made["attachments"] if manifest is None else manifest
    shown = content_hash("ENGAGEMENT", 1, made["body"], files)
    return decide(made["record_id"], made["body"], verdict, content_hash=shown)
