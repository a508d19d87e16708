"""Frozen values of the meetings table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One neighbourhood in the meetings table."""

    lpt_code: str
    neighbourhood_code: str
    neighbourhood: str
    last_held: str | None
    last_held_strict: str | None
    attendance: int | None
    next_planned: str | None
    days_since: int | None
    rag: str
    reason_code: str
    reason_words: str
    pending: int
    pending_here: int
    """Of these, how many wait on this tablet."""


@dataclass(frozen=True, slots=True)
class MeetingsTable:
    """The answer to 'last and next, for every neighbourhood'."""

    as_at: datetime | None
    as_of: str
    rows: tuple[MeetingRow, ...]
    note: str
    """How it was counted and what is not in it yet."""
