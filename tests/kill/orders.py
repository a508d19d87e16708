"""What one process of the tablet is told before it starts the app."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Orders:
    """How the officer goes about it."""

    number: int
    """Of the entry that is open, or else of the next one."""
    kept: bool = False
    """The process before left a draft, which must be on Today."""
    last: bool = False
    """Finish what is open and go home; otherwise write until killed."""
    key_ms: int = 6
    """From one key to the next."""
    rests: bool = True
    """The officer looks up now and then until the save line says saved."""

    def text(self) -> str:
        """As one line."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, text: str) -> Orders:
        """From that line."""
        return cls(**json.loads(text))
