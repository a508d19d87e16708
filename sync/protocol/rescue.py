"""The rescue copy: what only a tablet has, in files that only the centre can open.

A rescue copy is a folder: the *list* (one small file, written anew each time) and *parts* (written
once, named by the SHA-256 of what is in them). The list begins with two lines in the clear, which
say nothing about anybody; all else is sealed for the centre, and signed by the tablet inside.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldapp.domain.attachments import MAX_FILE_BYTES
from fieldapp.domain.operations import Hash, Id
from sync.protocol import sealing, signing
from sync.protocol.sealing import CannotOpen

FORMAT = 1
MAGIC = b"Fieldapp rescue copy. Only the centre can open it.\n"
LIST_NAME = "rescue.fieldapp"
"""The file to hand in; its parts lie beside it."""
PART_SUFFIX = ".part"
PART_BYTES = 1024 * 1024
"""Most bytes that are sealed into one part; the last of a file is shorter."""
MAX_PART_BYTES = PART_BYTES + 1024
MAX_LIST_BYTES = 8 * 1024 * 1024
"""Most bytes of a list as it lies in the file."""
_MAX_INSIDE_BYTES = 64 * 1024 * 1024
_MAX_HEADER_BYTES = 1024


class Counts(BaseModel):
    """How much there is: numbers only."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    operations: Annotated[int, Field(ge=0)] = 0
    entries: Annotated[int, Field(ge=0)] = 0
    drafts: Annotated[int, Field(ge=0)] = 0
    photos: Annotated[int, Field(ge=0)] = 0
    photo_bytes: Annotated[int, Field(ge=0)] = 0


class Header(BaseModel):
    """What anybody can read of a rescue copy."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: int
    bundle: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    device: Annotated[str, Field(max_length=64)]
    counts: Counts = Counts()


class Segment(BaseModel):
    """Operations in a part of their own: their texts as a JSON list, in order."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Hash
    records: list[Id]
    """The records they are about."""


class RescuedDraft(BaseModel):
    """A working copy as typed."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    record_id: Id
    saved_at: Annotated[str, Field(max_length=64)]
    content: dict[str, Any]
    started_from: dict[str, Any] | None = None


class RescuedFile(BaseModel):
    """A photo or voice note; ``parts`` in order give its bytes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sha: Hash
    size: Annotated[int, Field(ge=1, le=MAX_FILE_BYTES)]
    parts: Annotated[list[Hash], Field(min_length=1)]


class Contents(BaseModel):
    """The list as the centre reads it.

    ``last_dseq``: the number of the tablet's last operation when it was written.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    bundle: str
    device_id: str
    officer_id: Annotated[str, Field(max_length=64)]
    app: Annotated[str, Field(max_length=32)]
    made_at: Annotated[str, Field(max_length=64)]
    last_dseq: Annotated[int, Field(ge=0)]
    segments: list[Segment] = []
    ops: list[str] = []
    drafts: list[RescuedDraft] = []
    files: list[RescuedFile] = []

    def part_names(self) -> list[str]:
        """Every part that belongs to it, each once."""
        names = [segment.name for segment in self.segments]
        names += [name for file in self.files for name in file.parts]
        return list(dict.fromkeys(names))


def part_name(sealed: bytes) -> str:
    """What a part is called, without its suffix."""
    return hashlib.sha256(sealed).hexdigest()


def seal_part(public: bytes, plain: bytes, *, random: Callable[[int], bytes]) -> bytes:
    """A part, ready to be written."""
    return sealing.seal_for_centre(public, plain, random=random, about=b"rescue part")


def open_part(keys: Mapping[bytes, bytes], sealed: bytes) -> bytes:
    """What is in a part.

    Raises:
        CannotOpen: it is not for this centre, or was changed.
    """
    return sealing.open_sealed(keys, sealed, about=b"rescue part")


def seal_list(
    public: bytes,
    contents: Contents,
    counts: Counts,
    *,
    random: Callable[[int], bytes],
    device_key: bytes | None,
) -> bytes:
    """The whole file of a list.

    Args:
        public: the centre's sealing key.
        contents: what is in it.
        counts: said in the clear.
        random: unpredictable bytes.
        device_key: the tablet's own signing key; without it nobody can tell who wrote the list, and
            the centre only holds what is in it.
    """
    header = Header(format=FORMAT, bundle=contents.bundle, device=contents.device_id, counts=counts)
    clear = MAGIC + header.model_dump_json().encode() + b"\n"
    text = contents.model_dump_json(exclude_defaults=True)
    signature = signing.sign(device_key, signing.Purpose.RESCUE, text) if device_key else ""
    plain = zlib.compress(f"{signature}\n{text}".encode(), 6)
    return clear + sealing.seal_for_centre(public, plain, random=random, about=clear)


def read_header(data: bytes) -> Header:
    """What is in the clear at the beginning of a list.

    Raises:
        CannotOpen: it is no rescue copy, or one of a newer version.
    """
    return _split(data)[0]


def _split(data: bytes) -> tuple[Header, bytes, bytes]:
    if not data.startswith(MAGIC):
        raise CannotOpen("not a rescue copy")
    end = data.find(b"\n", len(MAGIC), len(MAGIC) + _MAX_HEADER_BYTES)
    if end < 0:
        raise CannotOpen("cut short")
    try:
        header = Header.model_validate_json(data[len(MAGIC) : end])
    except ValidationError as error:
        raise CannotOpen("the beginning cannot be read") from error
    if header.format != FORMAT:
        raise CannotOpen("made by a newer version")
    return header, data[: end + 1], data[end + 1 :]


def open_list(keys: Mapping[bytes, bytes], data: bytes) -> tuple[Contents, str, str]:
    """What a list says, the text that was signed, and the signature (empty: none).

    Raises:
        CannotOpen: it is not for this centre, was changed or cut short, or cannot be read.
    """
    header, clear, sealed = _split(data)
    plain = _inflated(sealing.open_sealed(keys, sealed, about=clear))
    signature, _, text = plain.partition("\n")
    try:
        contents = Contents.model_validate(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise CannotOpen("what is inside cannot be read") from error
    if (contents.bundle, contents.device_id) != (header.bundle, header.device):
        raise CannotOpen("the outside is of another copy")
    return contents, text, signature


def _inflated(packed: bytes) -> str:
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(packed, _MAX_INSIDE_BYTES)
        if not inflater.eof:
            raise CannotOpen("too large")
        return plain.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise CannotOpen("what is inside cannot be read") from error
