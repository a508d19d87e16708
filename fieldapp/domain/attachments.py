"""The manifest: which photos and voice notes belong to a record, each named by its SHA-256."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError

MAX_FILE_BYTES = 8 * 1024 * 1024
"""Most bytes of one photo or voice note."""

MAX_FILES = 20
"""Most photos and voice notes of one record."""

MEDIA: Mapping[str, str] = {
    "image/jpeg": "PHOTO",
    "image/png": "PHOTO",
    "audio/ogg": "VOICE",
    "audio/mp4": "VOICE",
    "audio/wav": "VOICE",
}
"""What a file may be, and the kind of attachment that makes it."""

BAD = "bad_attachment"
"""Code under which content with a manifest that cannot be kept is held."""

_SHA = re.compile(r"[0-9a-f]{64}")


class Attachment(BaseModel):
    """What a manifest says about one file; fields this version does not know are kept."""

    model_config = ConfigDict(extra="allow", frozen=True)

    size: Annotated[int, Field(strict=True, ge=1, le=MAX_FILE_BYTES)]
    """Bytes of the whole file."""
    media: str
    kind: str


def is_name(text: str) -> bool:
    """True for the name of a file: its SHA-256 in lower-case hexadecimal."""
    return _SHA.fullmatch(text) is not None


def checked(manifest: Mapping[str, Any]) -> Json:
    """The manifest as it came, once every file in it could be kept.

    Raises:
        ContentError: code ``bad_attachment``; the words say what is wrong.
    """
    if len(manifest) > MAX_FILES:
        raise ContentError(f"An entry holds at most {MAX_FILES} photos and recordings.", code=BAD)
    for name, item in manifest.items():
        _check(name, item)
    return dict(manifest)


def changed(manifest: Json, *, attach: Mapping[str, Any], detach: Iterable[str]) -> Json:
    """The manifest after a change: a set, so two people's changes never collide.

    What is taken off goes first; what is on already stays as it is. Only what is new is looked at:
    an older version may have put on what this one would not.

    Raises:
        ContentError: code ``bad_attachment``.
    """
    gone = set(detach)
    now = {name: item for name, item in manifest.items() if name not in gone}
    new = checked({name: item for name, item in attach.items() if name not in now})
    now |= new
    if new and len(now) > MAX_FILES:
        raise ContentError(f"An entry holds at most {MAX_FILES} photos and recordings.", code=BAD)
    return now


def _check(name: str, item: object) -> None:
    if not is_name(name):
        raise ContentError("A file is not named by its SHA-256.", code=BAD)
    try:
        attachment = Attachment.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        known = [str(part) for part in first["loc"] if part in Attachment.model_fields]
        where = ".".join(known) or "file"
        raise ContentError(f"attachments.{where}: {first['msg']}.", code=BAD) from None
    if MEDIA.get(attachment.media) != attachment.kind:
        raise ContentError("A file is of a kind that cannot be kept.", code=BAD)
