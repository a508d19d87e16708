"""Single facts read from a body as it was stored: a body may hold anything, a fact may not."""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.content import Json
from fieldapp.domain.times import LONDON


def whole(value: object) -> int:
    """A count; anything that is none counts as nothing."""
    if isinstance(value, int):
        return int(value)
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else 0


def text(value: object) -> str | None:
    """A code or a time as text; anything else is not known."""
    return value if isinstance(value, str) else None


def held_on(body: Json) -> str | None:
    """The London date on which it was held."""
    started = body.get("started_at")
    if not isinstance(started, str):
        return None
    try:
        moment = datetime.fromisoformat(started)
        return moment.astimezone(LONDON).date().isoformat() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
