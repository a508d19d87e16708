"""Reads from the screen, as an officer would, what is written and whether it is said to be safe."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from tests.kill.entry_plan import AREA, ISSUES, Content
from tests.rig.hand import Hand

W = TypeVar("W", bound=QWidget)
SAVED = "Saved on this tablet "
PAGES = (
    ("submitted", "take_back"),
    ("check", "submit"),
    ("form", "later"),
    ("today", "new:DROP_IN"),
)


class Eyes:
    """What is on the window now; nothing that the app knows and does not show."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def shown(self, kind: type[W], name: str) -> W | None:
        """What goes by an object name and can be seen."""
        found = self._hand.window.findChildren(kind, name)
        return next((widget for widget in found if widget.isVisible()), None)

    def page(self) -> str:
        """Which page lies on top."""
        return next((page for page, name in PAGES if self.shown(QWidget, name) is not None), "")

    def line(self) -> str:
        """The save line."""
        label = self.shown(QLabel, "saved")
        return label.text() if label is not None else ""

    def says_saved(self) -> bool:
        """Whether the screen says that everything on it is safe."""
        return self.line().startswith(SAVED)

    def content(self) -> Content:
        """The answers as they can be read in the form; ``None`` for those of a folded part."""
        place, notes = (
            self.shown(QLineEdit, "venue.name"),
            self.shown(QPlainTextEdit, "qualitative"),
        )
        area = self.shown(QAbstractButton, f"chip:{AREA}")
        return {
            "place": place.text() if place is not None else None,
            "area": None if area is None else AREA if area.isChecked() else "",
            "notes": notes.toPlainText() if notes is not None else None,
            "adults": self._number("counts.adults"),
            "children": self._number("counts.children_young_people"),
            "issues": {code: count for code in ISSUES if (count := self.mentions(code))},
            "promises": len(self._promises()),
        }

    def _number(self, name: str) -> int | None:
        spin = self.shown(QSpinBox, name)
        return int(spin.text()) if spin is not None else None

    def mentions(self, code: str) -> int:
        """The number beside an issue that is switched on."""
        word = self.shown(QAbstractButton, f"mention:{code}")
        if word is None or not word.isChecked():
            return 0
        chip = word.parentWidget()
        spin = chip.findChild(QSpinBox) if chip is not None else None
        return int(spin.text()) if spin is not None else 0

    def _promises(self) -> list[QPlainTextEdit]:
        boxes: list[QPlainTextEdit] = self._hand.window.findChildren(QPlainTextEdit)
        return [
            box
            for box in boxes
            if box.isVisible() and box.objectName().startswith("actions_promised.")
        ]

    def focus(self) -> tuple[list[str], int | None]:
        """Names of what has the focus, from the inside out, and where the caret stands in it."""
        widget = QApplication.focusWidget()
        caret = None
        if isinstance(widget, QLineEdit):
            caret = widget.cursorPosition()
        elif isinstance(widget, QPlainTextEdit):
            caret = widget.textCursor().position()
        names = []
        while widget is not None:
            names.append(widget.objectName())
            widget = widget.parentWidget()
        return [name for name in names if name], caret

    def look(self) -> dict[str, Any]:
        """Everything at once."""
        page = self.page()
        seen: dict[str, Any] = {"page": page, "line": self.line()}
        if page == "form":
            seen["content"] = self.content()
            seen["focus"], seen["caret"] = self.focus()
        return seen
