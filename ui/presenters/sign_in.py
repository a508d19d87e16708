"""Signing in: for the first time on this tablet, or again because the centre asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, Signal

from fieldapp.domain.errors import FieldappError
from ui.tasks import Lane, TaskRunner

if TYPE_CHECKING:
    from ui.notify import Notifier

_FIRST_TIME: Final = {
    "offline": (
        "",
        "No connection. The first sign-in needs one: try again with signal, or at the station.",
    ),
    "timed_out": ("", "The force server did not answer in time. Try again in a moment."),
    "cut_short": ("", "The connection broke off. Try again."),
    "not_our_server": (
        "server",
        "The force server did not answer there. Check the address, and sign in to the Wi-Fi first.",
    ),
    "certificate": (
        "server",
        "This network could not prove it is the force's, so nothing was sent. Try another network.",
    ),
    "server_error": ("", "Something went wrong at the centre. Try again in a moment."),
    "busy": ("", "The centre is busy. Try again in a minute."),
    "device_mismatch": ("", "This tablet belongs to another officer. Ask support."),
}
"""Words where nothing is on the tablet yet; the field each belongs to comes first."""

_AGAIN: Final = {
    "offline": (
        "",
        "No connection. Your records are safe. Sign in when you have signal, or at the station.",
    ),
    "timed_out": ("", "The centre did not answer in time. Your records are safe. Try again."),
    "cut_short": ("", "The connection broke off. Your records are safe. Try again."),
}

_FIELD: Final = {"wrong_password": "password", "bad_address": "server"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the officer typed."""

    server: str
    force_no: str
    password: str


class SignInPresenter(QObject):
    """Checks what was typed, signs in on the network lane, and words what went wrong.

    Args:
        runner: the lanes.
        notifier: the door for faults of ours.
        sign_in: does it; runs on the network lane and raises with words.
        server: the address shown; empty on a new tablet.
        force_no: the number shown; fixed when signing in again.
        again: True when records are on the tablet and only the right to send is missing.

    Signals:
        wrong(tuple): (field, words) pairs to show; the empty field is the whole form.
        busy_changed(bool): signing in began or ended.
        signed_in(object): what ``sign_in`` returned.
    """

    wrong = Signal(object)
    busy_changed = Signal(bool)
    signed_in = Signal(object)

    def __init__(
        self,
        runner: TaskRunner,
        notifier: Notifier,
        sign_in: Callable[[Credentials], object],
        *,
        server: str = "",
        force_no: str = "",
        again: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner, self._notifier, self._sign_in = runner, notifier, sign_in
        self.server, self.force_no, self.again = server, force_no, again
        self._busy = False

    def sign_in(self, credentials: Credentials) -> None:
        """Try it; the outcome comes as a signal."""
        if self._busy:
            return
        credentials = Credentials(
            server=address_of(credentials.server) if not self.again else self.server,
            force_no=credentials.force_no.strip(),
            password=credentials.password,
        )
        missing = self._missing(credentials)
        if missing:
            self.wrong.emit(missing)
            return
        self._set_busy(busy=True)
        self._runner.run(
            Lane.NETWORK,
            lambda: self._sign_in(credentials),
            then=self._on_signed_in,
            failed=self._on_failed,
        )

    def _missing(self, credentials: Credentials) -> tuple[tuple[str, str], ...]:
        problems = []
        if not self.again and not credentials.server:
            problems.append(("server", "Enter the address of the force server."))
        if not credentials.force_no:
            problems.append(("force_no", "Enter your force number."))
        if not credentials.password:
            problems.append(("password", "Enter your password."))
        return tuple(problems)

    def _on_signed_in(self, answer: object) -> None:
        if shiboken6.isValid(self):
            self._set_busy(busy=False)
            self.signed_in.emit(answer)

    def _on_failed(self, error: Exception) -> None:
        if not shiboken6.isValid(self):
            return
        self._set_busy(busy=False)
        if isinstance(error, FieldappError):
            self.wrong.emit((words_of(error, again=self.again),))
        else:
            self._notifier.tell(error)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)


def words_of(error: FieldappError, *, again: bool) -> tuple[str, str]:
    """The field a failed sign-in belongs to, and what to say."""
    known = (_AGAIN if again else _FIRST_TIME).get(error.code)
    if known:
        return known
    return _FIELD.get(error.code, ""), error.words


def address_of(text: str) -> str:
    """The address as the transport wants it; https unless it says otherwise."""
    text = text.strip().rstrip("/")
    if not text or "://" in text:
        return text
    return f"https://{text}"
