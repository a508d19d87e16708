"""Opens entries: a new one, one from the plan, one that waits; and takes submissions back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.presenters.entry.facts import FormFacts
from ui.presenters.entry.form import EntryForm
from ui.presenters.presenter import Desk, Presenter

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from fieldapp.services.values import Choice, Draft

Opened = tuple["Draft", FormFacts]


class CapturePresenter(Presenter):
    """Draft and reference values are read in one go, so that a form opens whole.

    Signals:
        opened(object): an ``EntryForm`` ready to be shown.
        restored: a deleted draft is back.
    """

    opened = Signal(object)
    restored = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._deleted: Draft | None = None
        self._opening = False

    def kinds(self) -> tuple[Choice, ...]:
        """Every kind of engagement, in the order of the picker."""
        return self.desk.services.capture.types()

    def start(self, kind: str) -> None:
        """Begin an entry of this kind."""
        capture = self.desk.services.capture
        self._open(lambda: capture.start(kind))

    def start_planned(self, plan_id: str) -> None:
        """Begin the entry of a plan line."""
        plan, capture = self.desk.services.plan, self.desk.services.capture

        def draft() -> Draft:
            lines = (*plan.today(), *plan.upcoming())
            line = next(line for line in lines if line.record_id == plan_id)
            return capture.start(line.engagement_type, plan_id=plan_id)

        self._open(draft)

    def open(self, record_id: str) -> None:
        """Go on with a draft, a returned entry, or an approved one as an amendment."""
        capture = self.desk.services.capture
        self._open(lambda: capture.open(record_id))

    def take_back(self, record_id: str) -> None:
        """Recall what was submitted and go on with it."""
        capture = self.desk.services.capture

        def draft() -> Draft:
            capture.recall(record_id)
            return capture.open(record_id)

        self._open(draft)

    def remember_deleted(self, draft: Draft) -> None:
        """This draft can be brought back for a while."""
        self._deleted = draft

    def restore(self) -> None:
        """Bring back the draft that was deleted last."""
        draft, self._deleted = self._deleted, None
        if draft is not None:
            capture = self.desk.services.capture
            self._ask(lambda: capture.undelete(draft), self._on_restored)

    def _open(self, draft_of: Callable[[], Draft]) -> None:
        if self._opening:
            return  # a second tap on the same button
        self._opening = True
        services = self.desk.services

        def work() -> Opened:
            draft = draft_of()
            return draft, FormFacts.read(services, draft.engagement_type)

        self._ask(work, self._on_opened, failed=self._on_failed)

    def _on_opened(self, opened: Opened) -> None:
        self._opening = False
        draft, facts = opened
        self.opened.emit(EntryForm(self.desk, draft, facts))

    def _on_failed(self, error: Exception) -> None:
        self._opening = False
        self._tell(error)

    def _on_restored(self, _row: object) -> None:
        self.restored.emit()
