"""What the officer may set for themselves, who is signed in, and what this app is made of."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ui.presenters.look import Look
from ui.presenters.settings import (
    PHOTO_LINE_WORDS,
    SIZE_WORDS,
    THEME_WORDS,
    About,
    SettingsPresenter,
)
from ui.theme import theme
from ui.views.licences import LICENCES
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.field import Field
from ui.widgets.page import Page
from ui.widgets.sheet import Sheet
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.text import Heading, Label

TITLE = "Settings"


class LicencesSheet(Sheet):
    """The notices of what the app is built on."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Licences", size=QSize(760, 560))
        text = QPlainTextEdit()
        text.setPlainText(LICENCES)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName("Licences")
        theme.dress(text, "muted")
        self.add((text, 1))
        self.add(row(None, Button("Close", on=self.dismiss)))


class SettingsPage(Page):
    """Look, hand, keys; account; about.

    Signals:
        sign_in_wanted: sign in again.
    """

    sign_in_wanted = Signal()

    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__(TITLE)
        self._presenter = presenter
        self.theme = Chips([Choice(*one) for one in THEME_WORDS.items()], "Colours", multi=False)
        sizes = [Choice(str(size), words) for size, words in SIZE_WORDS.items()]
        self.text_size = Chips(sizes, "Text size", multi=False)
        self.hand = Chips(
            [Choice("right", "Right hand"), Choice("left", "Left hand")], "Hand", multi=False
        )
        self.keys = Chips([Choice("on", "On"), Choice("off", "Off")], "Shortcuts", multi=False)
        lines = [Choice(code, words) for code, words in PHOTO_LINE_WORDS.items()]
        self.photo_line = Chips(lines, "Photos", multi=False)
        self.account = SummaryList()
        self.about = SummaryList()
        look = Card(
            Heading("Look", 1),
            Field("Colours", self.theme, "Outdoor has the strongest contrast, for bright sun."),
            Field("Text size", self.text_size),
            Field("Main buttons", self.hand, "Puts the main button of each screen at your thumb."),
            margins=(20, 16),
            spacing=16,
        )
        keys = Card(
            Heading("Keyboard", 1),
            Field(
                "Single-letter shortcuts",
                self.keys,
                "On Approvals: J next, K previous, A approve, R return.",
            ),
            margins=(20, 16),
            spacing=16,
        )
        photos = Card(
            Heading("Photos", 1),
            Field(
                "Photos are sent and fetched",
                self.photo_line,
                "Text always goes at once. On Sync you can send waiting photos whenever you like.",
            ),
            margins=(20, 16),
            spacing=16,
        )
        account = Card(
            Heading("Signed in", 1),
            self.account,
            row(Button("Sign in again", icon="unlock", on=self.sign_in_wanted.emit), None),
            Label("Signing in again keeps everything on this tablet.", "caption", wrap=True),
            margins=(20, 16),
        )
        self._emergency = Label("", "strong", wrap=True)
        self._signpost = Label("", "body", wrap=True)
        help_card = Card(
            Heading("Help", 1), self._emergency, self._signpost, kind="warning", margins=(20, 16)
        )
        self._geography = Label("", "caption", wrap=True)
        about = Card(
            Heading("About", 1),
            self.about,
            row(Button("Licences", icon="record", on=self._licences), None),
            self._geography,
            margins=(20, 16),
        )
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(
                help_card, look, keys, photos, account, about, None, margins=(24, 16), spacing=14
            )
        )
        self.set_content(body, width=920)
        self.theme.changed.connect(self._on_theme)
        self.text_size.changed.connect(self._on_size)
        self.hand.changed.connect(self._on_hand)
        self.keys.changed.connect(self._on_keys)
        self.photo_line.changed.connect(self._on_photo_line)
        presenter.photo_line_changed.connect(self.photo_line.set_value)
        presenter.look_changed.connect(self.show_look)
        presenter.told.connect(self.show_about)
        presenter.shortcuts_changed.connect(self._show_keys)
        self.show_look(presenter.look)
        self._show_keys(presenter.shortcuts)

    def entered(self) -> None:
        """The officer came here."""
        self._presenter.load()

    def show_look(self, look: Look) -> None:
        """Show the choices of the moment."""
        self.theme.set_value(look.theme)
        self.text_size.set_value(str(look.text_size))
        self.hand.set_value("left" if look.left_handed else "right")

    def show_about(self, about: About) -> None:
        """Who is signed in, and what this is."""
        self.account.set_items(
            [
                SummaryItem("officer", "Officer", f"{about.role} {about.officer}".strip()),
                SummaryItem("force_no", "Force number", about.force_no),
                SummaryItem("team", "Team", about.team),
            ]
        )
        self.about.set_items([SummaryItem("version", "Version", f"Fieldapp {about.version}")])
        self._emergency.setText(about.emergency)
        self._signpost.setText(about.signpost)
        self._geography.setText(about.geography)

    # ------------------------------------------------------------------ inside

    def _show_keys(self, on: bool) -> None:
        self.keys.set_value("on" if on else "off")

    def _on_theme(self) -> None:
        self._presenter.use_theme(self.theme.value())

    def _on_size(self) -> None:
        self._presenter.use_size(int(self.text_size.value()))

    def _on_hand(self) -> None:
        self._presenter.use_hand(left=self.hand.value() == "left")

    def _on_keys(self) -> None:
        self._presenter.use_shortcuts(on=self.keys.value() == "on")

    def _on_photo_line(self) -> None:
        self._presenter.use_photo_line(self.photo_line.value())

    def _licences(self) -> None:
        LicencesSheet(self).present()
