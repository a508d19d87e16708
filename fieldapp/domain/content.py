"""Canonical JSON and the content hash: the one way to say what exactly was shown and decided on."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from fieldapp.domain.errors import ContentError

Json = dict[str, Any]
"""A JSON object as Python holds it."""

_MAX_DEPTH = 32
_MAX_INT = 2**63 - 1


def canonical_json(value: object) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, NFC text, no floats.

    Args:
        value: any JSON value made of dict, list, tuple, str, int, bool and None.

    Returns:
        JSON text; equal values give equal text on every machine.

    Raises:
        ContentError: floats, integers beyond 64 bits, unpaired surrogates, non-text keys, deeper
            than 32 levels.
    """
    return _encode(_normal(value, 0))


_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
"""Made once: ``json.dumps`` with options of its own makes one for every value."""


def _normal(value: object, depth: int) -> object:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _MAX_INT:
            raise ContentError("A number is too large to be stored.", code="number_too_large")
        return value
    if depth >= _MAX_DEPTH:
        raise ContentError("The content is nested too deeply to be stored.", code="too_deep")
    if isinstance(value, Mapping):
        return {_key(key): _normal(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(item, depth + 1) for item in value]
    raise ContentError(
        f"A value of type {type(value).__name__} cannot be stored; write decimals as text.",
        code="not_canonical",
    )


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ContentError("Every field name must be text.", code="not_canonical")
    return _text(key)


def _text(text: str) -> str:
    if text.isascii():
        return text
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ContentError("A text holds a broken character.", code="not_canonical")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def sha256_hex(text: str) -> str:
    """Lower-case hexadecimal SHA-256 of UTF-8 text (64 characters)."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(
    record_type: str, schema_version: int, body: Mapping[str, Any], attachments: object = None
) -> str:
    """Names exactly what a reader was shown: form and version, every field, every attachment (R26).

    Args:
        record_type: code of the record type.
        schema_version: version of its form.
        body: the fields the officer wrote.
        attachments: manifest of attachments, an empty object when there are none.

    Returns:
        64 lower-case hexadecimal characters.

    Raises:
        ContentError: when the body is not canonical JSON.
    """
    return sha256_hex(canonical_json([f"{record_type}@{schema_version}", body, attachments or {}]))
