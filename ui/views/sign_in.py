"""The first thing on a new tablet, and what stands between an expired sign-in and sending."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from ui.presenters.sign_in import Credentials, SignInPresenter
from ui.widgets.announce import announce
from ui.widgets.arrange import Item, column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.field import Field
from ui.widgets.glyph import Glyph
from ui.widgets.page import Page
from ui.widgets.scroll import TouchScroll
from ui.widgets.text import Heading, Label
from ui.widgets.text_field import TextField

_WIDTH = 560


class SignInForm(QWidget):
    """Server, force number, password; what is wrong is said on top and at its field.

    Signals:
        signed_in(object): what signing in brought.
    """

    signed_in = Signal(object)

    def __init__(self, presenter: SignInPresenter) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._presenter = presenter
        self.summary = ErrorSummary()
        self.trouble = Banner("error", "")
        self.trouble.hide()
        self.server = TextField("Address of the force server", "Like fieldapp.example.police.uk")
        self.force_no = TextField("Force number")
        self.password = TextField("Password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        hints = Qt.InputMethodHint
        self.server.setInputMethodHints(hints.ImhUrlCharactersOnly | hints.ImhNoAutoUppercase)
        self.force_no.setInputMethodHints(hints.ImhNoAutoUppercase | hints.ImhNoPredictiveText)
        self.password.setInputMethodHints(hints.ImhSensitiveData | hints.ImhNoPredictiveText)
        self.server.set_text(presenter.server)
        self.force_no.set_text(presenter.force_no)
        self.force_no.setReadOnly(presenter.again and bool(presenter.force_no))
        self.fields = {
            "server": Field(
                "Address of the force server", self.server, "From your force's support."
            ),
            "force_no": Field("Force number", self.force_no),
            "password": Field("Password", self.password),
        }
        self.fields["server"].setVisible(not presenter.again)
        self.go = Button("Sign in", "primary", large=True, on=self._sign_in)
        items: list[Item] = [self.trouble, self.summary, *self.fields.values(), self.go]
        self.setLayout(column(*items, spacing=16))
        self.summary.followed.connect(self._go_to)
        for edit in (self.server, self.force_no, self.password):
            edit.returnPressed.connect(self._sign_in)
        presenter.wrong.connect(self.show_wrong)
        presenter.busy_changed.connect(self._on_busy)
        presenter.signed_in.connect(self._on_signed_in)

    def start(self) -> None:
        """Put the keyboard where the first answer is missing."""
        for edit in (self.server, self.force_no, self.password):
            if not edit.text() and edit.isVisibleTo(self):
                edit.setFocus()
                return

    def show_wrong(self, problems: tuple[tuple[str, str], ...]) -> None:
        """Say what is wrong; the focus goes to the summary."""
        for name, field in self.fields.items():
            field.set_error(next((words for key, words in problems if key == name), ""))
        whole = next((words for key, words in problems if not key), "")
        self.trouble.setVisible(bool(whole))
        if whole:
            first, _, rest = whole.partition(". ")
            self.trouble.say("error", f"{first.rstrip('.')}.", rest)
            self.go.setFocus()
        # The whole sentence stands at its field; a line of the summary has room for the first.
        self.summary.show_errors(
            [(key, f"{words.split('. ')[0].rstrip('.')}.") for key, words in problems if key]
        )

    def _go_to(self, name: str) -> None:
        field = self.fields.get(name)
        (field.target if field else self.go).setFocus()

    def _sign_in(self) -> None:
        for field in self.fields.values():
            field.set_error("")
        self.summary.clear()
        self.trouble.hide()
        self._presenter.sign_in(
            Credentials(self.server.text(), self.force_no.text(), self.password.text())
        )

    def _on_busy(self, busy: bool) -> None:
        self.go.set_words("Signing in…" if busy else "Sign in")
        if busy:
            announce(self, "Signing in")

    def _on_signed_in(self, answer: object) -> None:
        self.password.clear()
        self.signed_in.emit(answer)


class FirstSignIn(QWidget):
    """The whole window of a new tablet.

    Signals:
        signed_in(object): what signing in brought.
    """

    signed_in = Signal(object)

    def __init__(self, presenter: SignInPresenter) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.form = SignInForm(presenter)
        self.form.signed_in.connect(self.signed_in)
        self._panel = _panel(
            "brand",
            "Set up this tablet",
            "Sign in once while you have a connection. After that everything works offline.",
            self.form,
        )
        inner = QWidget()
        inner.setObjectName("ground")
        inner.setLayout(column(None, row(None, self._panel, None), None, margins=(16, 24)))
        self.setLayout(column((TouchScroll(inner), 1), spacing=0))

    def start(self) -> None:
        """Ready to type."""
        self.form.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._panel.setFixedWidth(min(_WIDTH, event.size().width() - 32))


class SignInPage(Page):
    """Signing in again, inside the app; everything on the tablet stays as it is.

    Signals:
        signed_in(object): what signing in brought.
    """

    signed_in = Signal(object)

    def __init__(self, presenter: SignInPresenter) -> None:
        super().__init__("Sign in again", "Your records are safe. You can keep recording.")
        self.form_part = SignInForm(presenter)
        self.form_part.signed_in.connect(self._on_signed_in)
        body = QWidget()
        body.setObjectName("ground")
        note = Label(
            "The centre asks for your password again before it takes what is waiting. Everything "
            "on this tablet stays as it is.",
            "muted",
            wrap=True,
        )
        card = Card(note, self.form_part, margins=24, spacing=18)
        body.setLayout(column(card, None, margins=(24, 24)))
        self.set_content(body, width=_WIDTH + 48)

    def entered(self) -> None:
        """Ready to type."""
        self.form_part.start()

    def _on_signed_in(self, answer: object) -> None:
        self.signed_in.emit(answer)
        self.back_wanted.emit()


def _panel(icon: str, title: str, text: str, *items: Item) -> QFrame:
    heading = Heading(title, 1, wrap=True)
    head = row(Glyph(icon, "primary", 40), (heading, 1), spacing=14)
    card = Card(head, Label(text, "muted", wrap=True), *items, margins=28, spacing=16)
    card.setFixedWidth(_WIDTH)
    return card
