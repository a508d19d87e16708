"""What the Sync screen says about the rescue copy and about handing in the tablet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RescueCopy:
    """Where the rescue copy is, when it was last written, and what stands in the way."""

    written_at: datetime | None = None
    problem: str = ""
    path: str = ""
    place: str = ""
    """A folder of the officer's choice that gets one as well; empty: none was chosen."""
    place_written_at: datetime | None = None
    place_problem: str = ""
    entries: int = 0
    drafts: int = 0
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Carried:
    """What the centre took of a rescue copy that was handed in here; nothing about anybody."""

    entries: int
    drafts: int
    photos: int
    again: int
    """Operations that it had already."""
    state: str
    """``taken``, ``held`` (somebody at the centre looks at it first) or ``refused``."""
    missing: int
    """Parts that are not beside the file."""
    words: str


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is on this tablet, or that waits for its officer at the centre."""

    what: str
    state: str
    record_id: str = ""
    only_here: bool = True
    """It would be lost with the tablet."""
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class HandInCard:
    """Whether the tablet can be handed in, as far as is known."""

    lines: tuple[Left, ...]
    entries: int = 0
    drafts: int = 0
    photos: int = 0
    code: str = ""
    """The centre's receipt; empty until it has confirmed that nothing is only here."""
    code_at: datetime | None = None
    confirmed: int = 0
    """Operations that the centre has confirmed with it."""
    words: str = ""
    """What stood in the way of asking the centre."""

    @property
    def only_here(self) -> int:
        """How many things would be lost with the tablet."""
        return self.entries + self.drafts + self.photos

    @property
    def verdict(self) -> str:
        """In one sentence, whether it can be handed in."""
        if self.only_here:
            are = "is" if self.only_here == 1 else "are"
            what = self.summed(self.entries, self.drafts, self.photos)
            return f"Not yet: {what} {are} only on this tablet."
        if self.code:
            return "Safe to hand in."
        return self.words or "Nothing waits on this tablet. Connect to check."

    @staticmethod
    def summed(entries: int, drafts: int, photos: int) -> str:
        """Like 2 entries, 1 draft and 1 photo."""
        parts = [
            f"{number} {one if number == 1 else many}"
            for number, one, many in (
                (entries, "entry", "entries"),
                (drafts, "draft", "drafts"),
                (photos, "photo or voice note", "photos and voice notes"),
            )
            if number
        ]
        return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
