"""Compare: two versions of each answer beside each other, and what comes of the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.presenters.compare import BOTH, KEPT_WORDS, Beside, Shown, Side
from ui.views.marked_text import MarkedText
from ui.widgets.announce import announce
from ui.widgets.arrange import clear, column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.empty_state import EmptyState
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.field import Field
from ui.widgets.glyph import Glyph
from ui.widgets.page import Page
from ui.widgets.reflow import Reflow
from ui.widgets.restyle import restyle
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.tag import Tag
from ui.widgets.text import Heading, Label

if TYPE_CHECKING:
    from ui.presenters.compare import ComparePresenter

TITLE: Final = "Choose version"
_WIDTH: Final = 1100
_SIDE: Final = 360
_CHOOSE: Final = "Choose what to keep"


class SidePanel(Card):
    """One version: who wrote it, when, and the words, with what differs marked."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.text = MarkedText(side.text, side.spans, tone="text_muted" if side.empty else "text")
        self.kept = Tag("Kept", "success", "check")
        title = Label(side.title, "strong", wrap=True)
        super().__init__(
            row((column(title, Label(side.under, "caption", wrap=True), spacing=1), 1), self.kept),
            self.text,
            None,
            margins=(16, 12, 16, 14),
            spacing=10,
        )
        self.show_kept(kept=False)

    def show_kept(self, *, kept: bool) -> None:
        """Say that it is kept, or that it is not."""
        policy = self.kept.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.kept.setSizePolicy(policy)
        self.kept.setVisible(kept)
        restyle(self, card="success" if kept else "plain")


class AnswerCard(Card):
    """One answer with its versions, the choice, and what the record will say.

    Signals:
        chosen(str, str): the field, and the key of what is to be kept.
    """

    chosen = Signal(str, str)

    def __init__(self, answer: Beside) -> None:
        self.answer = answer
        self.panels = [SidePanel(side) for side in answer.sides]
        offers = [Choice(side.key, side.keep, side.title) for side in answer.sides]
        if answer.both:
            offers.append(Choice(BOTH, "Keep both" if len(answer.sides) == 2 else "Keep all"))
        self.chips = Chips(offers, f"{_CHOOSE}: {answer.label}", multi=False)
        self.field = Field(_CHOOSE, self.chips, target=self.chips.chip(offers[0].value))
        self.result = Label("", wrap=True)
        self.preview = Card(
            row(Glyph("check", "on_primary_tint", 22), (Label("The record will say", "label"), 1)),
            self.result,
            kind="info",
            margins=(16, 10, 16, 12),
            spacing=6,
        )
        self.preview.hide()
        super().__init__(
            Heading(answer.label, 2, wrap=True),
            Reflow(self.panels, _SIDE, most=2, spacing=12),
            self.field,
            self.preview,
            margins=(20, 16),
            spacing=14,
        )
        self.setObjectName(f"answer:{answer.field}")
        self.chips.changed.connect(self._on_changed)

    def show_choice(self, key: str) -> None:
        """Show what is kept now, and what comes of it."""
        self.chips.set_value(key)
        for panel in self.panels:
            panel.show_kept(kept=key in (panel.side.key, BOTH))
        self.result.setText(self.answer.result(key))
        self.preview.setVisible(bool(key))
        self.field.set_error("")

    def _on_changed(self) -> None:
        self.chosen.emit(self.answer.field, self.chips.value())


class ComparePage(Page):
    """Shows the presenter's answers until everything is chosen and saved."""

    def __init__(self, presenter: ComparePresenter) -> None:
        super().__init__(TITLE, form=True)
        self._presenter = presenter
        self.cards: dict[str, AnswerCard] = {}
        self.intro = Banner("warning", "", icon="choose")
        self.errors = ErrorSummary()
        self.errors.followed.connect(self._on_followed)
        self._answers = column(spacing=14)
        self.none = EmptyState(
            "choose",
            "Nothing to choose",
            "It has been chosen already, or the centre has not told the other version yet.",
        )
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(
                self.errors,
                self.intro,
                self._answers,
                self.none,
                None,
                margins=(24, 16, 24, 24),
                spacing=14,
            )
        )
        self.set_content(body, width=_WIDTH)
        self.save = Button("Save choice", "primary", "check", large=True, on=presenter.save)
        self.save.setObjectName("save-choice")
        self.bar = StickyBar(self.save)
        self.set_foot(self.bar)
        for part in (self.intro, self.none, self.bar):
            part.hide()
        presenter.shown.connect(self.show_answers)
        presenter.chosen.connect(self._on_chosen)
        presenter.missing.connect(self._on_missing)
        presenter.changed.connect(self._on_change_under_hand)
        presenter.gone.connect(self.back_wanted)

    def entered(self) -> None:
        """Read again what there is to choose."""
        self._presenter.load()

    def show_answers(self, shown: Shown) -> None:
        """Show every answer afresh, with the choices that still stand."""
        clear(self._answers)
        self.cards = {}
        self.errors.clear()
        self.set_title(TITLE, ", ".join(part for part in (shown.title, shown.ref) if part))
        for answer in shown.answers:
            card = AnswerCard(answer)
            card.chosen.connect(self._presenter.choose)
            self.cards[answer.field] = card
            self._answers.addWidget(card)
            self._on_chosen(answer.field)
        self.intro.say("warning", "Both are kept", shown.intro, icon="choose")
        self.intro.setVisible(bool(shown.answers))
        self.none.setVisible(not shown.answers)
        self.bar.setVisible(bool(shown.answers))
        self.bar.set_saved("info", KEPT_WORDS)

    # ------------------------------------------------------------------ inside

    def _on_chosen(self, field: str) -> None:
        card, key = self.cards.get(field), self._presenter.choices.get(field, "")
        if card is None:
            return
        card.show_choice(key)
        if key:
            announce(card, f"The record will say: {card.answer.result(key)}")

    def _on_missing(self, pairs: tuple[tuple[str, str], ...]) -> None:
        for field, card in self.cards.items():
            card.field.set_error(dict(pairs).get(field, ""))
        self.errors.show_errors(pairs)
        if self.area is not None:
            self.area.jump_to(self.errors)

    def _on_followed(self, field: str) -> None:
        card = self.cards[field]
        if self.area is not None:
            self.area.jump_to(card)
        card.field.target.setFocus()

    def _on_change_under_hand(self, words: str) -> None:
        self.bar.set_saved("info", words)
        announce(self, words)
