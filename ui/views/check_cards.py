"""The cards of the check: what was found in the words, what may be a slip, what looks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.theme.tokens import TARGET
from ui.views.marked_text import MarkedText
from ui.widgets.arrange import Item, column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chip_face import ActionChip
from ui.widgets.flow import Flow
from ui.widgets.glyph import Glyph
from ui.widgets.text import Heading, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fieldapp.services.values import EntryRow, Finding, ProblemRow
    from resources import CodeItem

_AROUND = 60


class FindingCard(Card):
    """One finding in its sentence, with Remove and the reasons it may stay for.

    Signals:
        removed: take the words out.
        kept(str): leave them, for this reason.
        change_wanted: go to the text.
    """

    removed = Signal()
    kept = Signal(str)
    change_wanted = Signal()

    def __init__(self, finding: Finding, text: str, reasons: Sequence[CodeItem]) -> None:
        super().__init__(kind="warning", margins=(18, 16))
        self.finding = finding
        start = max(0, finding.start - _AROUND)
        end = min(len(text), finding.end + _AROUND)
        lead, tail = "… " if start else "", " …" if end < len(text) else ""
        shown = f"{lead}{text[start:end]}{tail}"
        at = finding.start - start + len(lead)
        sentence = MarkedText(
            shown, [(at, at + finding.end - finding.start)], tone="on_warning_tint"
        )
        items: list[Item] = [
            Label(finding.advice, "strong", tone="on_warning_tint", wrap=True),
            sentence,
        ]
        acts = Flow()
        self.remove = Button("Remove", icon="delete", name=f"Remove: {finding.text}")
        self.remove.clicked.connect(self._on_remove)
        change = Button("Edit the text", icon="edit", name=f"Edit the text with {finding.text}")
        change.clicked.connect(self._on_change)
        acts.add(self.remove)
        acts.add(change)
        self.keeps: dict[str, ActionChip] = {}
        keeps = Flow()
        for reason in reasons:
            words = reason.label
            keep = ActionChip(words, "check", name=f"Keep “{finding.text}” because: {words}")
            keep.setObjectName(f"keep:{reason.code}")
            keep.clicked.connect(self._on_keep)
            self.keeps[reason.code] = keep
            keeps.add(keep)
        items.append(acts)
        if self.keeps:
            items.append(Label("or keep it, because:", "muted", tone="on_warning_tint"))
            items.append(keeps)
        warning = column(Glyph("warning", "on_warning_tint", 28), None)
        self.add(row(warning, (column(*items, spacing=10), 1), spacing=14))
        self.setObjectName(f"finding:{finding.field}:{finding.start}")
        self.setAccessibleName(f"{finding.advice} {finding.text}")

    def _on_remove(self) -> None:
        self.removed.emit()

    def _on_change(self) -> None:
        self.change_wanted.emit()

    def _on_keep(self) -> None:
        button = self.sender()
        if isinstance(button, ActionChip):
            self.kept.emit(button.objectName().removeprefix("keep:"))


class HintsCard(Card):
    """What is worth a second look and stops nothing.

    Signals:
        change_wanted(str): go to the field.
        confirmed(object): the number of this hint is right.
    """

    change_wanted = Signal(str)
    confirmed = Signal(object)

    def __init__(self, hints: Sequence[ProblemRow], changeable: frozenset[str]) -> None:
        super().__init__(Heading("Worth a second look", 2), margins=(20, 14), spacing=4)
        for hint in hints:
            self.add(_HintLine(self, hint, can_change=hint.field in changeable))


class _HintLine(QWidget):
    def __init__(self, card: HintsCard, hint: ProblemRow, *, can_change: bool) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._card, self._hint = card, hint
        acts: list[Item] = []
        if hint.code == "confirm_count":
            right = Button("It is right", name=f"It is right: {hint.words}", on=self._confirm)
            right.setObjectName(f"confirm:{hint.field}")
            acts.append(right)
        if can_change:
            acts.append(Button("Change", "ghost", name=f"Change: {hint.words}", on=self._change))
        words = Label(hint.words, wrap=True)
        self.setLayout(row(Glyph("info", "text_muted", 22), (words, 1), *acts, spacing=12))
        self.setMinimumHeight(TARGET["default"])

    def _confirm(self) -> None:
        self._card.confirmed.emit(self._hint)

    def _change(self) -> None:
        self._card.change_wanted.emit(self._hint.field)


class DuplicatesCard(Card):
    """R9: colleagues' entries that may be the same event."""

    def __init__(self, rows: Sequence[EntryRow]) -> None:
        said = [
            Label(f"{entry.title}, recorded by {entry.officer_name}", "strong", wrap=True)
            for entry in rows
        ]
        advice = (
            "If it was the same event, ask them to add you as an officer present and delete this "
            "one. If it was not, submit it; your sergeant sees both."
        )
        super().__init__(
            row(Glyph("copy", "primary", 24), (Heading("Already recorded?", 2), 1), spacing=12),
            *said,
            Label(advice, "muted", wrap=True),
            margins=(20, 14),
            spacing=8,
        )
        self.setObjectName("duplicates")
