"""Names of things: sortable record ids made on the tablet, and the references people read out.

An id is a UUIDv7. Milliseconds and randomness are handed in; this module only arranges them, and
sees to it that ids of one maker never run backwards, whatever the clock does.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fieldapp.domain.codes import RecordType
from fieldapp.domain.errors import ContentError

_MS_BITS = 48
_TAIL_BITS = 74
_TAIL_MAX = (1 << _TAIL_BITS) - 1
_STEP_BYTES = 4
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_REF = re.compile(r"([A-Z]{2})-([A-Z]{3,4})-(\d{4})-(\d{6,9})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

REF_KINDS = {
    RecordType.ENGAGEMENT: "ENG",
    RecordType.RESIDENT_CONTACT: "CON",
    RecordType.PLANNED_ACTIVITY: "PLAN",
    RecordType.FOLLOW_UP: "FUP",
}
"""The middle part of a reference, by record type."""


def uuid7(milliseconds: int, tail: int) -> str:
    """A UUIDv7 as text.

    Args:
        milliseconds: since 1970, below 2**48.
        tail: 74 bits that follow the time; equal times sort by it.

    Raises:
        ValueError: a part does not fit.
    """
    if not 0 <= milliseconds < 1 << _MS_BITS:
        raise ValueError("The time does not fit into an id.")
    if not 0 <= tail <= _TAIL_MAX:
        raise ValueError("The tail does not fit into an id.")
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    value = milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


class IdMaker:
    """Makes ids that sort in the order they were made, also within a millisecond.

    When the clock stands still or runs backwards, the time of the last id is kept and its tail
    counts up by a random step, so that ids stay hard to guess.

    Args:
        milliseconds: tells the time since 1970.
        randomness: gives that many unpredictable bytes.
    """

    def __init__(
        self, *, milliseconds: Callable[[], int], randomness: Callable[[int], bytes]
    ) -> None:
        self._milliseconds = milliseconds
        self._randomness = randomness
        self._lock = threading.Lock()
        self._last = (-1, 0)

    def new(self) -> str:
        """The next id."""
        with self._lock:
            last_ms, last_tail = self._last
            now = self._milliseconds()
            if now > last_ms:
                self._last = now, self._fresh_tail()
            else:
                tail = last_tail + 1 + int.from_bytes(self._randomness(_STEP_BYTES))
                over = tail > _TAIL_MAX
                self._last = (last_ms + 1, self._fresh_tail()) if over else (last_ms, tail)
            return uuid7(*self._last)

    def _fresh_tail(self) -> int:
        # The top bit stays free, so that counting up within a millisecond has room.
        return int.from_bytes(self._randomness(10)) & (_TAIL_MAX >> 1)


def is_id(text: object) -> bool:
    """True for an id as this module makes them: lower case, UUIDv7."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def parse_id(text: object) -> str:
    """The id itself.

    Raises:
        ContentError: it is not one.
    """
    if isinstance(text, str) and is_id(text):
        return text
    raise ContentError("This is not the id of a record.", code="bad_id")


def made_at(record_id: str) -> datetime:
    """When the tablet's clock says the id was made: a claim, good for showing only.

    Raises:
        ContentError: it is not an id.
    """
    milliseconds = int(parse_id(record_id).replace("-", "")[:12], 16)
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise ContentError("The id holds a time that cannot be.", code="bad_id") from None


def local_ref(record_id: str) -> str:
    """What an entry is called before the centre has given it a reference, such as LOCAL-7F3A."""
    return f"LOCAL-{parse_id(record_id)[-4:].upper()}"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference people read out, such as TA-ENG-2026-004213: team, kind, year, number."""

    lpt_code: str
    kind: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.lpt_code}-{self.kind}-{self.year:04d}-{self.number:06d}"


def human_ref(*, lpt_code: str, record_type: str, year: int, number: int) -> str:
    """The reference of an approved record.

    Raises:
        ContentError: the type has no references, or a part has the wrong shape.
    """
    kind = {str(key): value for key, value in REF_KINDS.items()}.get(record_type)
    if kind is None:
        raise ContentError(f"Records of type {record_type} have no reference.", code="no_ref")
    return str(parse_ref(str(Ref(lpt_code, kind, year, number))))


def parse_ref(text: str) -> Ref:
    """Read a reference, also when typed in small letters or with spaces around it.

    Raises:
        ContentError: it is not one.
    """
    match = _REF.fullmatch(text.strip().upper())
    if match is None:
        raise ContentError(
            "This is not a reference. It looks like TA-ENG-2026-004213.", code="bad_ref"
        )
    return Ref(match[1], match[2], int(match[3]), int(match[4]))
