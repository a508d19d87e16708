"""What whoever handed a rescue copy in is told: numbers, and nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.services.custody import LATE

State = Literal["needs_parts", "taken", "held", "refused"]


@dataclass(slots=True)
class Told:
    """What was taken of a copy."""

    state: State = "taken"
    operations: int = 0
    """Operations that are new to the centre."""
    again: int = 0
    """Operations it had already."""
    entries: int = 0
    """Records that the new ones are about."""
    quarantined: int = 0
    """Of the new ones, those the centre holds for people because it could not apply them."""
    drafts: int = 0
    photos: int = 0
    photos_again: int = 0
    waiting: int = 0
    """Operations and photos that are in the copy and could not be taken, for want of a part."""
    missing: int = 0
    """Parts that are not there or were changed."""


REFUSED = (
    "This is not a rescue copy that this centre can open: it was made for another centre, or it "
    "was changed or cut short. Nothing was taken from it. Keep it and tell support."
)


def words_of(told: Told, code: str | None = None) -> str:
    """The answer in a sentence or two."""
    if told.state == "refused":
        return REFUSED
    if told.state == "needs_parts":
        return f"{_count(told.missing, 'part is', 'parts are')} still to come."
    if told.state == "held":
        return _held(told, code)
    taken = _taken(told)
    if told.quarantined:
        held = _count(told.quarantined, "change is", "changes are")
        taken += f" {held} held there for somebody to look at."
    return f"{taken} {_wanting(told)}".strip()


def _held(told: Told, code: str | None) -> str:
    why = "its tablet is out of use" if code == LATE else "the centre cannot tell who wrote it"
    kept = f"Kept at the centre: {_sum(told)}." if _sum(told) else "Kept at the centre."
    held = f"{kept} Somebody there looks at it before it counts, because {why}."
    return f"{held} {_wanting(told)}".strip()


def _taken(told: Told) -> str:
    summed = _sum(told)
    if summed:
        return f"Taken: {summed}."
    if told.again or told.photos_again:
        return "The centre had all of it already."
    return "" if told.missing else "There was nothing in it that the centre does not have."


def _wanting(told: Told) -> str:
    if not told.missing:
        return ""
    gone = _count(told.missing, "part of the copy is", "parts of the copy are")
    waits = _count(told.waiting, "thing", "things")
    return (
        f"{gone} missing or damaged, so {waits} could not be taken. Nothing is lost: keep the "
        "copy, and hand it in again with its whole folder."
    )


def _sum(told: Told) -> str:
    parts = [
        _count(number, one, many)
        for number, one, many in (
            (told.entries, "entry", "entries"),
            (told.drafts, "draft", "drafts"),
            (told.photos, "photo or voice note", "photos and voice notes"),
        )
        if number
    ]
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
