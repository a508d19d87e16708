"""An entry opened from Today, from Sync or after submitting, on a page of its own."""

from __future__ import annotations

from ui.presenters.entry_view import EntryViewPresenter
from ui.views.entry_detail import EntryDetail
from ui.widgets.page import Page


class EntryPage(Page):
    """Shows the presenter's entry until Back."""

    def __init__(self, presenter: EntryViewPresenter) -> None:
        super().__init__("Record")
        self._presenter = presenter
        self.detail = EntryDetail(presenter, headed=False)
        self._foot = self.detail.bar
        self.set_content(self.detail, scrolls=False)
        self.detail.titled.connect(self._on_titled)
        presenter.gone.connect(self.back_wanted)

    def entered(self) -> None:
        """Read the entry again."""
        self._presenter.load()

    def _on_titled(self, title: str, under: str, marking: str) -> None:
        if title:
            self.set_title(title, under)
            self.set_marking(marking)
