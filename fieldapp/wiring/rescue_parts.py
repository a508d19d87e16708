"""Which sealed parts there are of what is only on this tablet: each is made once and kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fieldapp.domain.pieces import PIECE_BYTES
from fieldapp.store import Store, attachments
from fieldapp.store.rescue import Frozen, OnlyHere
from fieldapp.wiring.rescue_folder import RescueFolder
from sync.protocol import rescue
from sync.protocol.rescue import PART_BYTES, RescuedFile, Segment

INLINE_BYTES = 256 * 1024
"""More text of operations than this goes into a part, so that the list stays small."""
_INDEX = "rescue.parts"
_PIECES = PART_BYTES // PIECE_BYTES


@dataclass(slots=True)
class Parts:
    """What has been sealed, as the store remembers it; the tablet itself cannot open it again."""

    key: str
    files: dict[str, list[str]] = field(default_factory=dict)
    """Name of a photo or voice note to its parts, in order."""
    segments: list[dict[str, Any]] = field(default_factory=list)
    """``name``, ``records`` and ``dseqs`` of operations that lie in a part."""


def load_parts(store: Store, key: str) -> Parts:
    """What was sealed for this key of the centre; nothing when it has another one now."""
    with store.reading() as tx:
        kept = tx.get(_INDEX)
    held = json.loads(kept) if kept else {}
    return Parts(**held) if held.get("key") == key else Parts(key)


def _keep(store: Store, parts: Parts) -> None:
    text = json.dumps({"key": parts.key, "files": parts.files, "segments": parts.segments})
    with store.transaction() as tx:
        if tx.get(_INDEX) != text:
            tx.put(_INDEX, text)


def seal_files(
    store: Store,
    folder: RescueFolder,
    parts: Parts,
    here: OnlyHere,
    *,
    random: Callable[[int], bytes],
) -> list[RescuedFile]:
    """Seal what has not been sealed yet; one photo that cannot be read does not stop the others.

    Raises:
        OSError: a part could not be written.
        StoreError: the store cannot be read or written.
    """
    there = folder.sizes()
    public = bytes.fromhex(parts.key)
    for sha, size in here.files:
        if all(name in there for name in parts.files.get(sha, ())) and sha in parts.files:
            continue
        names: list[str] = []
        for first in range(0, -(-size // PIECE_BYTES), _PIECES):
            with store.reading() as tx:
                plain = attachments.pieces(tx, sha, first, _PIECES)
            sealed = rescue.seal_part(public, plain, random=random)
            names.append(rescue.part_name(sealed))
            folder.put_part(names[-1], sealed)
        parts.files[sha] = names
    wanted = dict(here.files)
    parts.files = {sha: names for sha, names in parts.files.items() if sha in wanted}
    _keep(store, parts)
    return [
        RescuedFile(sha=sha, size=wanted[sha], parts=names) for sha, names in parts.files.items()
    ]


def seal_operations(
    store: Store,
    folder: RescueFolder,
    parts: Parts,
    here: OnlyHere,
    *,
    random: Callable[[int], bytes],
) -> tuple[list[Segment], list[str]]:
    """Operations in parts of their own, and the texts of those that go into the list itself.

    Raises:
        OSError: a part could not be written.
        StoreError: the store cannot be written.
    """
    there = folder.sizes()
    waiting = {op.dseq for op in here.operations}
    parts.segments = [
        one for one in parts.segments if one["name"] in there and waiting & set(one["dseqs"])
    ]
    sealed = {dseq for one in parts.segments for dseq in one["dseqs"]}
    inline = [op for op in here.operations if op.dseq not in sealed]
    for run in _full_runs(inline):
        text = json.dumps([op.wire for op in run], ensure_ascii=False)
        part = rescue.seal_part(bytes.fromhex(parts.key), text.encode(), random=random)
        name = rescue.part_name(part)
        folder.put_part(name, part)
        records = sorted({op.record_id for op in run})
        dseqs = [op.dseq for op in run]
        parts.segments.append({"name": name, "records": records, "dseqs": dseqs})
        inline = inline[len(run) :]
    _keep(store, parts)
    segments = [Segment(name=one["name"], records=one["records"]) for one in parts.segments]
    return segments, [op.wire for op in inline]


def _full_runs(operations: list[Frozen]) -> list[list[Frozen]]:
    """The oldest operations in runs that fill a part; what does not fill one is left."""
    runs: list[list[Frozen]] = []
    run: list[Frozen] = []
    size = 0
    for op in operations:
        run.append(op)
        size += len(op.wire.encode())
        if size >= INLINE_BYTES:
            runs.append(run)
            run, size = [], 0
    return runs
