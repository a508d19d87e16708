"""Check before you submit: everything as it will be sent, what may be wrong, what happens next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.services.values import ProblemRow
from resources import code_list
from ui.presenters.entry.screening import TEXT, Screening
from ui.views.check_cards import DuplicatesCard, FindingCard, HintsCard
from ui.widgets.arrange import clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Line
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.glyph import Glyph
from ui.widgets.page import Page
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.tag import Tag
from ui.widgets.text import Heading, Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from fieldapp.services.values import Check
    from fieldapp.services.values import Line as EntryLine
    from ui.presenters.entry.form import EntryForm

_WIDTH = 920
_SENSITIVE = "Only those who need to know may read this."


class CheckPage(Page):
    """Summary with Change, problems, hints, findings, duplicates, marking, what happens next.

    Signals:
        change_wanted(str): go back to the field with this name.
        submit_wanted: the officer submits.
        later_wanted: keep it as a draft and leave.
    """

    change_wanted = Signal(str)
    submit_wanted = Signal()
    later_wanted = Signal()

    def __init__(self, form: EntryForm, check: Check, *, can_change: Callable[[str], bool]) -> None:
        super().__init__("Check before you submit", form=True)
        self.entry_form, self._can_change = form, can_change
        self.screening = Screening(form)
        self.findings: list[FindingCard] = []
        self._column = column(margins=(24, 16, 24, 24), spacing=14)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(self._column)
        self.set_content(body, width=_WIDTH)
        opened = form.opened
        words = "Submit for approval"
        if opened.amends:
            words = "Submit the change"
        elif opened.returned is not None:
            words = "Submit again"
        self.submit = Button(words, "primary", "send", large=True, on=self.submit_wanted.emit)
        self.submit.setObjectName("submit")
        self.later = Button("Keep as draft", on=self.later_wanted.emit)
        self.bar = StickyBar(self.submit, self.later)
        self.set_foot(self.bar)
        self._on_save(*form.autosave.said)
        form.save_shown.connect(self._on_save)
        self.errors = ErrorSummary()
        self.errors.followed.connect(self.change_wanted)
        self.show_check(check)

    def show_check(self, check: Check) -> None:
        """Show what the rules say now."""
        self.check = check
        self._column.removeWidget(self.errors)
        clear(self._column)
        title = next((line.value for line in check.lines if line.field == "title"), "")
        self.set_title("Check before you submit", title)
        self.set_marking(
            "" if check.marking == code_list("gsc_marking").items[0].label else check.marking
        )
        self._column.addWidget(self.errors)
        self._show_findings()
        self._show_hints()
        if check.duplicates:
            self._column.addWidget(DuplicatesCard(check.duplicates))
        self._column.addWidget(self._summary())
        self._column.addWidget(self._next())
        self._column.addStretch(1)
        missing = [(p.field, p.words) for p in check.problems if not p.code.startswith(TEXT)]
        self.errors.show_errors(missing)

    def show_stops(self) -> None:
        """Submit was pressed although something is open: say what, on top."""
        problems = [(p.field, p.words) for p in self.check.problems]
        self.errors.show_errors(problems)
        if self.area is not None:
            self.area.jump_to(self.errors)

    # ------------------------------------------------------------------- the cards

    def _show_findings(self) -> None:
        self.findings = []
        for finding in self.check.findings:
            card = FindingCard(
                finding,
                self.screening.text_of(finding.field),
                self.screening.reasons(finding),
            )
            card.removed.connect(self._on_removed)
            card.kept.connect(self._on_kept)
            card.change_wanted.connect(self._on_change_text)
            self.findings.append(card)
            self._column.addWidget(card)

    def _show_hints(self) -> None:
        # What the text screen points at has a card of its own.
        said = [hint for hint in self.check.hints if not hint.code.startswith(TEXT)]
        if not said:
            return
        fields = frozenset(hint.field for hint in said if self._can_change(hint.field))
        card = HintsCard(said, fields)
        card.change_wanted.connect(self.change_wanted)
        card.confirmed.connect(self._on_confirmed)
        self._column.addWidget(card)

    def _summary(self) -> Card:
        card = Card(margins=(20, 12, 12, 12), spacing=0)
        sections: dict[str, list[EntryLine]] = {}
        for line in self.check.lines:
            if line.field == "title":
                continue  # it is the title of this page
            sections.setdefault(line.section, []).append(line)
        names = code_list("entry_section")
        self.lists: list[SummaryList] = []
        for key, lines in sections.items():
            if self.lists:
                card.add(Line())
            if len(lines) > 1:
                heading = Heading(names.label(key), 2)
                heading.setContentsMargins(0, 14, 0, 0)
                card.add(heading)
            listed = SummaryList([self._item(line) for line in lines])
            listed.change_wanted.connect(self.change_wanted)
            self.lists.append(listed)
            card.add(listed)
        return card

    def _item(self, line: EntryLine) -> SummaryItem:
        return SummaryItem(
            line.field,
            line.label,
            line.value,
            change=self._can_change(line.field),
            comment=self._comment(line.field),
        )

    def _comment(self, field: str) -> str:
        returned = self.entry_form.opened.returned
        return returned.comments.get(field, "") if returned else ""

    def _next(self) -> Card:
        sensitive = self.marking != ""
        tag = Tag(
            self.check.marking, "error" if sensitive else "quiet", "lock" if sensitive else ""
        )
        marking = row(Label("Marking", "label"), tag, None, spacing=12)
        card = Card(
            row(Glyph("send", "primary", 24), (Heading("What happens next", 2), 1), spacing=12),
            Label(self.check.next_words, wrap=True),
            marking,
            margins=(20, 16),
            spacing=10,
        )
        if sensitive:
            card.add(Label(_SENSITIVE, "muted", wrap=True))
        return card

    # ------------------------------------------------------------------- what was done

    def _on_removed(self) -> None:
        card = self.sender()
        if isinstance(card, FindingCard):
            self.screening.remove(card.finding)
            self.entry_form.check()

    def _on_kept(self, because: str) -> None:
        card = self.sender()
        if isinstance(card, FindingCard):
            self.screening.keep(card.finding, because)
            self.entry_form.check()

    def _on_change_text(self) -> None:
        card = self.sender()
        if isinstance(card, FindingCard):
            self.change_wanted.emit(card.finding.field)

    def _on_confirmed(self, hint: object) -> None:
        if isinstance(hint, ProblemRow):
            self.screening.confirm(hint)
            self.entry_form.check()

    def _on_save(self, kind: str, words: str) -> None:
        self.bar.set_saved(kind, "Not saved" if kind == "failed" else words)
