"""What a projection is told about a record that changed."""

from __future__ import annotations

from typing import NamedTuple

from fieldapp.domain.records import Record


class Touched(NamedTuple):
    """A record in its latest state, with its row number."""

    n: int
    record: Record
    new: bool
    """True when nothing was known of it before."""
