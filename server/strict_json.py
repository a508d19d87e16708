"""JSON as the protocol means it: no key twice, no NaN, nothing too deep, no number too large."""

from __future__ import annotations

import json
import math
from typing import Any

MAX_DEPTH = 32
MAX_INT = 2**63 - 1
_SAFE_DIGITS = 18


class BadJson(Exception):  # noqa: N818 - reads better where it is caught
    """Bytes that are not JSON as the protocol means it; the text says why, without content."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadJson("a field is given twice")
    return fields


def _refuse(_name: str) -> float:
    raise BadJson("a number is not finite")


def _whole(digits: str) -> int:
    if len(digits) > _SAFE_DIGITS and abs(int(digits)) > MAX_INT:
        raise BadJson("a number is too large")
    return int(digits)


def read_json(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The value of a whole document.

    Raises:
        BadJson: it is not JSON as the protocol means it.
    """
    try:
        return json.loads(
            data.decode(), object_pairs_hook=_once, parse_constant=_refuse, parse_int=_whole
        )
    except BadJson:
        raise
    except RecursionError:
        raise BadJson("it is nested too deeply") from None
    except ValueError:
        raise BadJson("it cannot be read") from None


def check_plain(value: object, depth: int = 0) -> None:
    """What is not an operation must be simple.

    Raises:
        BadJson: it is too deep.
    """
    if not isinstance(value, dict | list):
        return
    if depth >= MAX_DEPTH:
        raise BadJson("it is nested too deeply")
    for item in value.values() if isinstance(value, dict) else value:
        check_plain(item, depth + 1)


# ------------------------------------------------------------- operations that break the rules


class Doubled(dict[str, Any]):
    """An object with a key given twice; ``pairs`` holds what was written."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


class Spoiled:
    """An operation that is JSON of a kind, but not as the protocol means it.

    ``text`` is what was written, ``fields`` what can be told from it.
    """

    def __init__(self, text: str, fields: dict[str, Any]) -> None:
        self.text = text
        self.fields = fields


def read_with_operations(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The value of a push: operations that break the rules are set apart as ``Spoiled``.

    Raises:
        BadJson: the document cannot be read, or breaks the rules outside its operations.
    """
    try:
        value = read_json(data)
    except BadJson:
        value = _read_loosely(data)
    if not isinstance(value, dict) or isinstance(value, Doubled):
        raise BadJson("it is not an object with every field once")
    envelope = {name: item for name, item in value.items() if name != "ops"}
    check_plain(envelope)
    if _is_spoiled(envelope):
        raise BadJson("a field is given twice, or a number is none")
    return value


def _read_loosely(data: bytes) -> Any:  # noqa: ANN401
    try:
        value = json.loads(data.decode(), object_pairs_hook=_keeping)
    except (ValueError, RecursionError):
        raise BadJson("it cannot be read") from None
    operations = value.get("ops") if isinstance(value, dict) else None
    if isinstance(operations, list):
        value["ops"] = [
            Spoiled(_written(op), op if isinstance(op, dict) else {}) if _is_spoiled(op) else op
            for op in operations
        ]
    return value


def _keeping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else Doubled(pairs)


def _is_spoiled(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, int):
        return abs(value) > MAX_INT
    if isinstance(value, dict):
        return isinstance(value, Doubled) or any(_is_spoiled(item) for item in value.values())
    return isinstance(value, list) and any(_is_spoiled(item) for item in value)


def _written(value: object) -> str:
    """What was sent, written out again with nothing left out."""
    if isinstance(value, dict):
        pairs = value.pairs if isinstance(value, Doubled) else value.items()
        inside = ",".join(f"{json.dumps(name)}:{_written(item)}" for name, item in pairs)
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{','.join(_written(item) for item in value)}]"
    return json.dumps(value)


def read_plain(data: bytes) -> object:
    """JSON in which everything is as the protocol wants it: what has no operations inside.

    Raises:
        BadJson: it is not.
    """
    value = read_json(data)
    check_plain(value)
    return value
