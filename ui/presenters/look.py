"""How the app looked last, kept beside the store so that the first frame needs no store."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

THEMES: Final = ("system", "day", "night", "outdoor")
SIZES: Final = (100, 115, 130)
FILE_NAME: Final = "look.json"


@dataclass(frozen=True, slots=True)
class Look:
    """What the officer chose, and which places the rail shows; nothing about anybody.

    ``theme`` is system (follow the tablet), day, night or outdoor; ``decides`` is true for
    officers who see Approvals.
    """

    theme: str = "system"
    text_size: int = 100
    left_handed: bool = False
    decides: bool = False
    width: int = 1280
    height: int = 800


class LookFile:
    """Reads and writes the look; whatever is wrong with the file, the app still starts."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def read(self) -> Look:
        """The look of last time, or the one a new tablet has."""
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Look()
        return _look(held) if isinstance(held, dict) else Look()

    def write(self, look: Look) -> None:
        """Keep the look; a full disk costs the look and nothing else."""
        beside = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            beside.write_text(json.dumps(asdict(look)), encoding="utf-8")
            beside.replace(self._path)


def _look(held: dict[str, object]) -> Look:
    look = Look()
    if held.get("theme") in THEMES:
        look = replace(look, theme=str(held["theme"]))
    if held.get("text_size") in SIZES:
        look = replace(look, text_size=int(str(held["text_size"])))
    width, height = held.get("width"), held.get("height")
    if isinstance(width, int) and isinstance(height, int) and width >= 600 and height >= 480:
        look = replace(look, width=min(width, 8000), height=min(height, 8000))
    return replace(
        look,
        left_handed=held.get("left_handed") is True,
        decides=held.get("decides") is True,
    )
