"""The parts of an entry under review: its lines, what was found in them, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.views.marked_text import MarkedText, spans_in
from ui.widgets.arrange import Item, column, row
from ui.widgets.buttons import LayoutButton
from ui.widgets.card import Card, Line
from ui.widgets.glyph import Glyph
from ui.widgets.reflow import Reflow
from ui.widgets.rows import CheckRow
from ui.widgets.tag import Tag
from ui.widgets.text import Heading, Label
from ui.words import moment_words

if TYPE_CHECKING:
    from datetime import datetime

    from fieldapp.services.values import CheckMade, Finding, HistoryRow, QueueRow
    from fieldapp.services.values import Line as EntryLine

_LABEL_WIDTH = 150


class ReviewLine(LayoutButton):
    """One answer; pressed, it is commented on.

    Signals:
        comment_wanted(str): the field to comment on.
    """

    comment_wanted = Signal(str)

    def __init__(
        self,
        line: EntryLine,
        *,
        findings: Sequence[Finding] = (),
        changed: bool = False,
        comment: str = "",
    ) -> None:
        self.line = line
        label = Label(line.label, "label", wrap=True)
        label.setFixedWidth(theme.px(_LABEL_WIDTH))
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        found = [(f.start, f.end, f.text) for f in findings]
        self.value = MarkedText(
            line.value or "None",
            spans_in(line.value, found),
            tone="text" if line.value else "text_muted",
        )
        self.value.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parts: list[Item] = [self.value]
        if changed:
            parts.append(row(Tag("Changed", "info", "edit"), None))
        if comment:
            words = Label(comment, tone="warning", wrap=True)
            parts.append(row(Glyph("comment", "warning", 20), (words, 1), spacing=8))
        hand = Glyph("comment", "warning" if comment else "border_strong", 20)
        face = row(
            label,
            (column(*parts, spacing=6), 1),
            column(hand, None),
            margins=(0, 11),
            spacing=16,
        )
        said = [f"{line.label}: {line.value or 'none'}"]
        said += ["Changed since it was last decided on."] if changed else []
        said += [f"May need removing: {f.text}." for f in findings]
        said += [f"Your comment: {comment}"] if comment else []
        super().__init__(
            face, ". ".join(part.rstrip(".") for part in said), "Comment on this line", height=48
        )
        self.setObjectName(f"line:{line.field}")
        self.clicked.connect(self._want)

    def _want(self) -> None:
        self.comment_wanted.emit(self.line.field)


def lines_card(
    lines: Sequence[EntryLine],
    findings: Sequence[Finding],
    changed: frozenset[str],
    comments: dict[str, str],
) -> tuple[Card, list[ReviewLine]]:
    """All answers on one card."""
    items: list[Item] = []
    made: list[ReviewLine] = []
    for line in lines:
        if items:
            items.append(Line())
        part = ReviewLine(
            line,
            findings=[f for f in findings if _belongs(f.field, line.field)],
            changed=any(_belongs(name, line.field) for name in changed),
            comment=comments.get(line.field, ""),
        )
        made.append(part)
        items.append(part)
    return Card(*items, margins=(20, 8), spacing=0), made


def checks_card(
    checks: Sequence[CheckMade], findings: Sequence[Finding], labels: dict[str, str]
) -> Card:
    """What the tablet looked at, what it found, and where."""
    rows: list[QWidget] = [CheckRow(one.words, passed=False) for one in checks if not one.good]
    for finding in findings:
        where = next((words for name, words in labels.items() if _belongs(finding.field, name)), "")
        at = f"{where}: " if where else ""
        rows.append(CheckRow(f"{at}\u201c{finding.text}\u201d. {finding.advice}", passed=False))
    passed = [CheckRow(one.words, passed=True) for one in checks if one.good]
    if passed:
        rows.append(Reflow(passed, 290, most=2, spacing=4))
    return Card(Heading("Checks made for you", 2), *rows, margins=(20, 14), spacing=2)


def age_of(entry: QueueRow) -> str:
    """How long an entry has waited, as a sentence without its full stop."""
    words = entry.age_words
    if words in ("Today", "Yesterday"):
        return f"Sent {words.lower()}"
    return words if words[:1].isupper() else f"Waiting {words}"


def history_card(history: Sequence[HistoryRow], now: datetime) -> Card:
    """What happened to the entry, newest first."""
    items: list[Item] = [Heading("History", 2)]
    for event in sorted(history, key=lambda one: one.at, reverse=True):
        words = Label(f"{event.words} by {event.by_name}" if event.by_name else event.words, "body")
        words.setWordWrap(True)
        when = Label(moment_words(event.at, now), "caption")
        parts: list[Item] = [words, when]
        if event.detail:
            parts.append(Label(event.detail, "muted", wrap=True))
        items.append(
            row(
                column(Glyph("history", "text_muted", 20), None),
                (column(*parts, spacing=1), 1),
                spacing=12,
            )
        )
    return Card(*items, margins=(20, 16), spacing=10)


def _belongs(path: str, name: str) -> bool:
    """A line shows a field or the part of the body it lies in (counts.adults in counts)."""
    return path == name or path.startswith(f"{name}.") or name.startswith(f"{path}.")
