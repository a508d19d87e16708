"""Two cards of the Sync screen: can the tablet be handed in, and where is its rescue copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.widgets.arrange import Item, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Line
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Heading, Label

if TYPE_CHECKING:
    from fieldapp.services.rescue_values import Left
    from ui.presenters.sync_handing import CopyLook, HandInLook, HandInPresenter

CHECK: Final = "Check with the centre"
SAVE: Final = "Save a rescue copy"
CARRY: Final = "Hand in a colleague's rescue copy"
FILTER: Final = "Rescue copies (rescue.fieldapp)"
WHAT: Final = (
    "A second copy of what is only on this tablet, written by itself. Only the centre can open it:"
    " if the tablet is lost or broken, its file brings the work back."
)
_TONES: Final = {"success": "success", "warning": "warning"}


class HandInPart(QWidget):
    """What is left on this tablet, and the verdict in large.

    Signals:
        opened(str): read this record.
        draft_wanted(str): go on with this draft.
    """

    opened = Signal(str)
    draft_wanted = Signal(str)

    def __init__(self, presenter: HandInPresenter) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._presenter = presenter
        self._look: HandInLook | None = None
        self._room = column(spacing=0)
        self.setLayout(self._room)
        self.check = Button(CHECK, icon="check")
        presenter.shown.connect(self.show_look)
        presenter.busy_changed.connect(self._on_busy)

    def show_look(self, look: HandInLook) -> None:
        """Show the verdict, the code, and everything that is left, thing by thing."""
        if look == self._look:
            return
        self._look = look
        clear(self._room)
        tone = _TONES.get(look.kind, "text")
        verdict = Label(look.verdict, "title", tone=tone, wrap=True)
        verdict.setObjectName("verdict")
        items: list[Item] = [Heading("Hand in this tablet", 2), verdict]
        if look.card.code:
            code = Label(look.card.code, "display", selectable=True)
            code.setObjectName("receipt_code")
            code.setAccessibleName(f"Receipt code {' '.join(look.card.code)}")
            items += [code, Label("Receipt code: read it out to your sergeant.", "label")]
        if look.under:
            items.append(Label(look.under, "muted", wrap=True))
        self.check = Button(CHECK, icon="check", on=self._presenter.check)
        items += [row(self.check, None)]
        here = [one for one in look.card.lines if one.only_here]
        there = [one for one in look.card.lines if not one.only_here]
        for title, lines in (("Only on this tablet", here), ("With the centre", there)):
            if lines:
                items += [Line(), Heading(title, 3), *(self._line(one) for one in lines)]
        self._room.addWidget(Card(*items, margins=(20, 16, 20, 16), spacing=10))

    def _line(self, left: Left) -> Item:
        words = column(
            Label(left.what, "strong", wrap=True),
            Label(left.state, "muted", wrap=True),
            spacing=2,
        )
        if not left.record_id:
            return words
        read = Button("Open", name=f"Open: {left.what}, {left.state}")
        wanted = self.draft_wanted if left.is_draft else self.opened
        read.clicked.connect(lambda *_, id=left.record_id: wanted.emit(id))
        return row((words, 1), read, spacing=16)

    def _on_busy(self, words: str) -> None:
        self.check.set_words(words or CHECK)


class RescuePart(QWidget):
    """Where the rescue copy is, and what can be done with it and with a colleague's."""

    def __init__(self, presenter: HandInPresenter) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._presenter = presenter
        self.words = Label("", "body", wrap=True)
        self.trouble = Label("", "body", tone="danger", wrap=True)
        self.place = Label("", "body", wrap=True)
        self.place_trouble = Label("", "body", tone="danger", wrap=True)
        self.told = Label("", "strong", wrap=True)
        self.save = Button(SAVE, icon="saved", on=self._choose_place)
        self.write = Button("Write it now", on=presenter.write_copy)
        self.carry = Button(CARRY, icon="sending", on=self._choose_copy)
        acts = FlowLayout()
        for button in (self.save, self.write, self.carry):
            acts.addWidget(button)
        card = Card(
            Heading("Rescue copy", 1),
            Label(WHAT, "muted", wrap=True),
            self.words,
            self.trouble,
            self.place,
            self.place_trouble,
            acts,
            self.told,
            margins=(20, 16, 20, 16),
            spacing=10,
        )
        self.setLayout(column(card, spacing=0))
        for label in (self.trouble, self.place, self.place_trouble, self.told):
            label.hide()
        self.write.hide()
        presenter.copy_shown.connect(self.show_look)
        presenter.carried.connect(self._on_carried)
        presenter.busy_changed.connect(self._on_busy)

    def show_look(self, look: CopyLook) -> None:
        """Show when and where it was last written."""
        for label, text in (
            (self.words, look.words),
            (self.trouble, look.trouble),
            (self.place, look.place_words),
            (self.place_trouble, look.place_trouble),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.write.setVisible(look.has_place)

    def _on_carried(self, words: str) -> None:
        self.told.setText(words)
        self.told.show()

    def _on_busy(self, words: str) -> None:
        self.carry.set_words(words if words.startswith("Handing") else CARRY)

    def _choose_place(self) -> None:
        dialog = QFileDialog(self, SAVE)
        dialog.setObjectName("choose_place")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._presenter.save_copy)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose_copy(self) -> None:
        dialog = QFileDialog(self, CARRY)
        dialog.setObjectName("choose_copy")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(FILTER)
        dialog.fileSelected.connect(self._presenter.carry)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
