"""Rescue copies put together by hand, for what no tablet of ours would write."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from server.services.centre import Centre
from sync.protocol import signing
from sync.protocol.rescue import (
    PART_BYTES,
    Contents,
    Counts,
    RescuedDraft,
    RescuedFile,
    Segment,
    part_name,
    seal_list,
    seal_part,
)
from tests.contract.ports import InProcess, Wire
from tests.contract.tablet import Tablet

DEVICE_KEY = bytes(range(3, 35))
BUNDLE = "0196f0a0-0000-7000-8000-0000000000aa"


def known_tablet(centre: Centre, officer_id: str, key: bytes = DEVICE_KEY) -> Tablet:
    """An officer's tablet whose key the centre knows."""
    tablet = Tablet(InProcess(centre), officer_id)
    with centre.db.write() as connection:
        connection.exec_driver_sql(
            "UPDATE device SET public_key = ? WHERE device_id = ?",
            (signing.public_of(key), tablet.device_id),
        )
    return tablet


@dataclass
class Made:
    """A copy as it lies on a stick."""

    data: bytes
    parts: dict[str, bytes] = field(default_factory=dict)

    def part(self, name: str) -> bytes | None:
        return self.parts.get(name)


def photo_name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def item_of(data: bytes) -> Wire:
    """What a manifest says of a photo."""
    return {"size": len(data), "media": "image/jpeg", "kind": "PHOTO"}


def draft_of(record_id: str, notes: str, saved_at: str, **content: Any) -> Wire:
    """A working copy as a tablet keeps it."""
    body = {"engagement_type": "DROP_IN", "qualitative": notes}
    held = {"record_type": "ENGAGEMENT", "engagement_type": "DROP_IN", "body": body, **content}
    return {"record_id": record_id, "saved_at": saved_at, "content": held}


def make_copy(
    centre: Centre,
    author: Tablet,
    *ops: Wire,
    segments: tuple[tuple[Wire, ...], ...] = (),
    drafts: tuple[Wire, ...] = (),
    photos: tuple[bytes, ...] = (),
    key: bytes | None = DEVICE_KEY,
    last_dseq: int = 10**6,
    **said: Any,
) -> Made:
    """A copy of what this author's tablet has."""
    public = bytes.fromhex(centre.keys.seal_public)
    parts: dict[str, bytes] = {}

    def put(plain: bytes) -> str:
        sealed = seal_part(public, plain, random=os.urandom)
        parts[part_name(sealed)] = sealed
        return part_name(sealed)

    in_parts = [
        Segment(
            name=put(json.dumps([json.dumps(op) for op in run]).encode()),
            records=sorted({op["record_id"] for op in run}),
        )
        for run in segments
    ]
    files = [
        RescuedFile(
            sha=photo_name(data),
            size=len(data),
            parts=[put(data[at : at + PART_BYTES]) for at in range(0, len(data), PART_BYTES)],
        )
        for data in photos
    ]
    given: dict[str, Any] = {
        "bundle": BUNDLE,
        "device_id": author.device_id,
        "officer_id": author.officer_id,
        "app": "test",
        "made_at": "2026-03-19T14:00:00+00:00",
        "last_dseq": last_dseq,
    }
    contents = Contents(
        **(given | said),
        segments=in_parts,
        ops=[json.dumps(op) for op in ops],
        drafts=[RescuedDraft(**one) for one in drafts],
        files=files,
    )
    counts = Counts(operations=len(ops))
    data = seal_list(public, contents, counts, random=os.urandom, device_key=key)
    return Made(data, parts)
