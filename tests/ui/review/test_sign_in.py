"""Signing in: what is missing, what is wrong, and that nothing on the tablet is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldapp.config import read_config
from fieldapp.domain.errors import UserError
from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from sync import faults
from tests.ui.review.centre import PRIYA, TOM, CentreProcess, make_force
from tests.ui.review.stage import flush, texts, until
from ui.notify import Notifier
from ui.presenters.sign_in import Credentials, SignInPresenter, address_of
from ui.tasks import TaskRunner
from ui.views.sign_in import FirstSignIn

pytestmark = pytest.mark.gui

FIRST_WORDS = {
    faults.WrongPassword: "That force number and password do not match. Check both and try again.",
    faults.Offline: (
        "No connection. The first sign-in needs one: try again with signal, or at the station."
    ),
    faults.NotOurServer: (
        "The force server did not answer there. Check the address, and sign in to the Wi-Fi first."
    ),
    faults.TooManyTries: "Too many tries to sign in. Wait a few minutes, then try again.",
    faults.Forbidden: "Your account may not use this app. Ask your sergeant.",
}


class Screen:
    """The first screen of a tablet over a way to sign in."""

    def __init__(self, folder: Path, sign_in: Any, **options: Any) -> None:
        self.runner = TaskRunner()
        self.notifier = Notifier(folder / "crashes", SystemClock().now)
        self.presenter = SignInPresenter(self.runner, self.notifier, sign_in, **options)
        self.view = FirstSignIn(self.presenter)
        self.signed_in: list[object] = []
        self.view.signed_in.connect(self.signed_in.append)
        self.view.resize(1280, 800)
        self.view.show()

    def type(self, server: str, force_no: str, password: str) -> None:
        form = self.view.form
        for edit, words in (
            (form.server, server),
            (form.force_no, force_no),
            (form.password, password),
        ):
            edit.setText(words)
        form.go.click()
        until(lambda: not self.runner.busy)
        flush()

    def close(self) -> None:
        self.view.close()
        self.runner.close(5)
        self.view.deleteLater()
        flush()


@pytest.fixture
def screens(tmp_path: Path, qtbot: Any) -> Iterator[Any]:
    made: list[Screen] = []

    def open_(sign_in: Any, **options: Any) -> Screen:
        made.append(Screen(tmp_path, sign_in, **options))
        return made[-1]

    yield open_
    for screen in made:
        screen.close()


def failing(fault: type[Exception]) -> Any:
    def sign_in(_typed: Credentials) -> object:
        raise fault()

    return sign_in


def test_what_is_missing_is_said_field_by_field(screens: Any) -> None:
    screen = screens(failing(faults.Offline))
    screen.type("", "", "")
    words = texts(screen.view)
    for sentence in (
        "Enter the address of the force server.",
        "Enter your force number.",
        "Enter your password.",
    ):
        assert sentence in words
        assert f"Error: {sentence}" in words
    assert not screen.signed_in


@pytest.mark.parametrize("fault", list(FIRST_WORDS))
def test_each_fault_has_its_own_words(screens: Any, fault: type[faults.Fault]) -> None:
    screen = screens(failing(fault))
    screen.type("https://force.example", "16482", "secret")
    said = " ".join(texts(screen.view.form))
    assert FIRST_WORDS[fault] in said


def test_a_wrong_password_is_marked_at_the_password(screens: Any) -> None:
    screen = screens(failing(faults.WrongPassword))
    screen.type("https://force.example", "16482", "secret")
    assert screen.view.form.fields["password"].error.startswith("That force number")
    assert screen.view.form.password.text() == "secret"
    assert not screen.view.form.fields["server"].error


def test_signing_in_again_says_that_records_are_safe(screens: Any) -> None:
    screen = screens(
        failing(faults.Offline), again=True, server="https://force.example", force_no="16482"
    )
    form = screen.view.form
    assert not form.server.isVisible()
    assert form.force_no.isReadOnly()
    form.password.setText("secret")
    form.go.click()
    until(lambda: not screen.runner.busy)
    said = " ".join(texts(form))
    assert "Your records are safe." in said


def test_another_officer_is_told_why_not(screens: Any) -> None:
    def sign_in(_typed: Credentials) -> object:
        raise UserError("This tablet holds the records of another officer.", code="other_officer")

    screen = screens(sign_in)
    screen.type("https://force.example", "4417", "secret")
    said = " ".join(texts(screen.view.form))
    assert "This tablet holds the records of another officer." in said


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("fieldapp.example.police.uk", "https://fieldapp.example.police.uk"),
        (" http://127.0.0.1:8465/ ", "http://127.0.0.1:8465"),
        ("", ""),
    ],
)
def test_an_address_needs_no_scheme(typed: str, address: str) -> None:
    assert address_of(typed) == address


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    folder = tmp_path_factory.mktemp("sign-in") / "centre"
    make_force(folder)
    made = CentreProcess(folder)
    made.start()
    yield made
    made.stop()


def test_a_new_tablet_signs_in_at_a_real_centre(
    screens: Any, centre: CentreProcess, tmp_path: Path, qtbot: Any
) -> None:
    tablet = Tablet.open(tmp_path / "tablet")

    def sign_in(typed: Credentials) -> object:
        return tablet.sign_in(typed.force_no, typed.password, server=typed.server)

    screen = screens(sign_in)
    screen.type(centre.url, PRIYA[0], "not the password")
    said = " ".join(texts(screen.view.form))
    assert "That force number and password do not match." in said
    assert read_config(tmp_path / "tablet") is None
    assert not (tmp_path / "tablet" / "store.db").exists()
    form = screen.view.form
    form.password.setText(PRIYA[1])
    qtbot.keyClick(form.password, Qt.Key.Key_Return)
    until(lambda: bool(screen.signed_in))
    assert tablet.is_set_up
    assert form.password.text() == ""
    screen.type(centre.url, *TOM)
    assert "another officer" in " ".join(texts(form))
    tablet.close()
