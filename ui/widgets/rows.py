"""The rows of Today and Records: what is planned, begun, returned, done."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.theme.tokens import TARGET
from ui.widgets.arrange import Item, column, row
from ui.widgets.buttons import Button, LayoutButton
from ui.widgets.glyph import Glyph
from ui.widgets.tag import Tag, TagLook
from ui.widgets.text import Elided, Label


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of the day's plan."""

    key: str
    start: str
    end: str
    title: str
    place: str
    note: str = ""
    icon: str = "plan"
    next: bool = False
    tag: TagLook | None = None
    action: str = "Start"


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A draft, an entry, a follow-up: icon, two lines, a tag, what opens it."""

    key: str
    title: str
    line: str
    icon: str = "record"
    tag: TagLook | None = None
    spoken: str = ""


class PlanRow(QWidget):
    """Times, what and where, and Start.

    Signals:
        started(str): Start was pressed on the line with this key.
    """

    started = Signal(str)

    def __init__(self, line: PlanLine) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.line = line
        times = QWidget()
        times.setObjectName("plain")
        times.setLayout(
            column(Label(line.start, "time"), Label(line.end, "caption"), None, spacing=2)
        )
        look = TagLook("Next", "info", "forward") if line.next else line.tag
        head: list[Item] = [(Elided(line.title, "heading"), 1)]
        if look is not None:
            head = [
                Elided(line.title, "heading", hug=True),
                Tag(look.words, look.kind, look.icon),
                None,
            ]
        words = column(row(*head, spacing=10), Elided(line.place, "muted"), spacing=1)
        if line.note:
            words.addWidget(Elided(line.note, "caption"))
        items: list[Item] = [times, Glyph(line.icon, "primary", 28), (words, 1)]
        if line.action:
            self.button = Button(
                line.action,
                "primary" if line.next else "secondary",
                name=f"{line.action} {line.title} at {line.place}, {line.start}",
            )
            self.button.setMinimumWidth(100)
            self.button.clicked.connect(self._start)
            items.append(self.button)
        self.setLayout(row(*items, margins=(0, 10), spacing=16))
        self.setMinimumHeight(TARGET["row"] + 8)

    def _start(self) -> None:
        self.started.emit(self.line.key)


class RecordRow(LayoutButton):
    """A row that opens a record.

    Signals:
        opened(str): pressed; the key of its line.
    """

    opened = Signal(str)

    def __init__(self, line: RecordLine, *, kind: str = "row") -> None:
        self.line = line
        words = column(spacing=3)
        words.addStretch(1)
        words.addWidget(Elided(line.title, "strong"))
        words.addWidget(Elided(line.line, "muted"))
        if line.tag is not None:
            tag = Tag(line.tag.words, line.tag.kind, line.tag.icon)
            words.addLayout(row(tag, None, margins=(0, 3, 0, 0)))
        words.addStretch(1)
        face = row(
            Glyph(line.icon, "primary", 26),
            (words, 1),
            Glyph("forward", "text_muted", 20),
            margins=(4, 10),
            spacing=14,
        )
        tag_words = f", {line.tag.words}" if line.tag is not None else ""
        name = line.spoken or f"{line.title}, {line.line}{tag_words}"
        super().__init__(face, name, kind=kind, height=TARGET["row"])
        self.clicked.connect(self._open)

    def _open(self) -> None:
        self.opened.emit(self.line.key)


class DraftRow(RecordRow):
    """A draft; its tag says what is missing or that it is ready."""

    def __init__(self, line: RecordLine) -> None:
        super().__init__(line)
        self.setAccessibleName(f"Continue draft: {self.accessibleName()}")


class ReturnedCard(LayoutButton):
    """A returned record with the sergeant's words, on top of everything else.

    Signals:
        opened(str): pressed; the key of its line.
    """

    opened = Signal(str)

    def __init__(self, key: str, title: str, words: str, *, by: str = "") -> None:
        self.key = key
        said = f"{by}: {words}" if by else words
        face = row(
            Glyph("return", "on_warning_tint", 26),
            (
                column(
                    Label(title, "strong", tone="on_warning_tint", wrap=True),
                    Label(said, "muted", tone="on_warning_tint", wrap=True),
                    spacing=3,
                ),
                1,
            ),
            Glyph("forward", "on_warning_tint", 20),
            margins=(16, 12, 14, 12),
            spacing=14,
        )
        super().__init__(
            face, f"Returned to you: {title}", said, kind="warning-card", height=TARGET["row"]
        )
        self.clicked.connect(self._open)

    def _open(self) -> None:
        self.opened.emit(self.key)


class CheckRow(QWidget):
    """One check made for the sergeant: passed, or worth a look."""

    def __init__(self, words: str, *, passed: bool) -> None:
        super().__init__()
        self.setObjectName("plain")
        icon, tone = ("done", "success") if passed else ("warning", "warning")
        label = Label(words, wrap=True)
        label.setAccessibleName(f"{'Passed' if passed else 'Look at this'}: {words}")
        self.setLayout(row(Glyph(icon, tone, 24), (label, 1), margins=(0, 3), spacing=12))
