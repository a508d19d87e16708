"""One entry opened for reading, and what its officer may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from ui.presenters.presenter import Presenter

if TYPE_CHECKING:
    from fieldapp.services.values import Draft, EntryView
    from ui.presenters.presenter import Desk

RECALLED_WORDS: Final = "Recalled. It is a draft again."
WITHDRAWN_WORDS: Final = "Withdrawn. It is kept and no longer counted."
REASON_WORDS: Final = "Say why it is withdrawn, in a few words."


class EntryViewPresenter(Presenter):
    """Reads an entry and carries out what the officer asks.

    Signals:
        shown(EntryView): the entry as it is now.
        draft_opened(Draft): the entry is open for writing.
        compare_wanted(str): choose between two versions of something in this entry.
        deleted(str): words for the toast that offers Undo.
        said(str): what was done.
        gone: the entry is not there any more.
    """

    shown = Signal(object)
    draft_opened = Signal(object)
    compare_wanted = Signal(str)
    deleted = Signal(str)
    said = Signal(str)
    gone = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.record_id = ""
        self._title = ""
        self._deleted: Draft | None = None

    def open(self, record_id: str) -> None:
        """Read an entry and show it."""
        self.record_id = record_id
        self.load()

    def load(self) -> None:
        """Read the entry again."""
        record_id = self.record_id
        if record_id:
            self._ask(
                lambda: self.desk.services.entries.view(record_id),
                self._on_view,
                newest="view",
                failed=self._not_there,
            )

    def edit(self) -> None:
        """Open it in the form: a draft, a returned entry, or an approved one as an amendment."""
        self._open_draft(self.record_id)

    def compare(self) -> None:
        """Choose between two versions of something in it."""
        self.compare_wanted.emit(self.record_id)

    def recall(self) -> None:
        """Take an undecided entry back to draft."""
        record_id = self.record_id
        self._ask(
            lambda: self.desk.services.capture.recall(record_id),
            lambda _: self._done(RECALLED_WORDS),
        )

    def withdraw(self, reason: str) -> bool:
        """Withdraw it with a reason; False when the reason is missing."""
        reason = reason.strip()
        if not reason:
            return False
        record_id = self.record_id
        self._ask(
            lambda: self.desk.services.capture.withdraw(record_id, reason),
            lambda _: self._done(WITHDRAWN_WORDS),
        )
        return True

    def delete(self) -> None:
        """Delete a draft; it can be brought back for ten seconds."""
        record_id, capture = self.record_id, self.desk.services.capture

        def work() -> Draft:
            draft = capture.open(record_id)
            capture.delete(record_id)
            return draft

        self._ask(work, self._on_deleted)

    def undelete(self) -> None:
        """Bring the deleted draft back."""
        draft, self._deleted = self._deleted, None
        if draft is None:
            return
        capture, kept = self.desk.services.capture, draft

        def work() -> None:
            capture.undelete(kept)
            capture.finish_later(kept)

        self._ask(work, lambda _: self._brought_back(kept))

    def open_as_new_draft(self, op_id: str) -> None:
        """Take what the centre holds back into the form, as an entry of its own."""
        waiting = self.desk.services.waiting
        self._ask(lambda: waiting.open_as_new_draft(op_id), self.draft_opened.emit)

    def _open_draft(self, record_id: str) -> None:
        capture = self.desk.services.capture
        self._ask(lambda: capture.open(record_id), self.draft_opened.emit)

    def _on_view(self, view: EntryView) -> None:
        self._title = view.row.place or view.row.title
        self.shown.emit(view)

    def _not_there(self, error: Exception) -> None:
        self._tell(error)
        self.gone.emit()

    def _on_deleted(self, draft: Draft) -> None:
        self._deleted = draft
        self.deleted.emit(f"Deleted: {self._title}")
        self.gone.emit()

    def _brought_back(self, draft: Draft) -> None:
        self.said.emit("The draft is back.")
        self.open(draft.record_id)

    def _done(self, words: str) -> None:
        self.said.emit(words)
        self.load()
