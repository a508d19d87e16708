"""One turn of an officer with a tablet: what is done, said and photographed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import QSize

from fieldapp.domain.times import LONDON
from tests.rig.clock import RunningClock
from tests.rig.hand import Hand
from ui.theme import theme

LANDSCAPE, PORTRAIT = QSize(1280, 800), QSize(800, 1280)


@dataclass(slots=True)
class Duty:
    """A hand on a tablet, and a line to whoever conducts the day."""

    hand: Hand
    clock: RunningClock
    pictures: Path
    day: date
    """The Thursday that the day in the life hangs on."""

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> datetime:
        """A moment of the day, or of a day after it, in London time."""
        day = self.day + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)

    def say(self, words: str) -> None:
        """A step done, in plain words."""
        self._tell({"say": words})

    def ask(self, wish: str) -> None:
        """Ask the conductor for something about the world, and wait until it is so."""
        self._tell({"ask": wish})
        if sys.stdin.readline().strip() != "done":
            raise SystemExit("the conductor has gone")

    def note(self, **facts: object) -> None:
        """Facts for the summary."""
        self._tell({"note": facts})

    def _tell(self, message: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    def shot(self, name: str) -> None:
        """Pictures of what is shown: landscape by day, portrait by night."""
        self._picture(f"{name}-landscape-day", LANDSCAPE, "day")
        self._picture(f"{name}-portrait-night", PORTRAIT, "night")
        self._turn(LANDSCAPE, "day")

    def _picture(self, name: str, size: QSize, colours: str) -> None:
        self._turn(size, colours)
        self.hand.shot(self.pictures / f"{name}.png")
        self._tell({"shot": f"{name}.png"})

    def _turn(self, size: QSize, colours: str) -> None:
        theme.use(name=colours)
        self.hand.window.resize(size)
        self.hand.settle()

    def start_of(self, words: str) -> str:
        """The name of the plan line's Start button that holds these words."""
        found: list[str] = []

        def look() -> bool:
            found[:] = [
                name
                for name in self.hand.names()
                if name.startswith(("Start ", "Continue ")) and words in name
            ]
            return bool(found)

        self.hand.until(look, f"no plan line {words!r}")
        return found[0]


Script = Callable[[Duty], None]
