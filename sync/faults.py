"""Everything that can stand between the tablet and the centre, each with words for the officer.

None of these ever touches what is on the tablet; they say what happens next and when to try again.
"""

from __future__ import annotations

from fieldapp.domain.errors import SituationError


class Fault(SituationError):  # noqa: N818 - the word the schedule and the status use
    """A call did not bring an answer of the centre.

    Args:
        detail: what happened, for the log and for support; never content, names or addresses.
        retry_after: seconds the centre asked us to wait.
        directives: what the centre ordered with it; ``None`` when it said nothing of that.
    """

    code = "fault"
    default_words = "Sending did not work. Your records are safe and will be tried again."

    def __init__(
        self,
        detail: str = "",
        *,
        retry_after: float | None = None,
        directives: tuple[object, ...] | None = None,
    ) -> None:
        super().__init__(self.default_words)
        self.detail = detail
        self.retry_after = retry_after
        self.directives = directives

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class Offline(Fault):
    """No way to the centre: no network, no name, connection refused or cut."""

    code = "offline"
    default_words = "You are offline. Your records are safe and send when you reconnect."


class TimedOut(Offline):
    """The centre did not answer in time; it may or may not have done the work."""

    code = "timed_out"
    default_words = "The centre did not answer in time. Your records are safe and are sent again."


class CutShort(Offline):
    """An answer began and did not arrive whole; nothing of it was used."""

    code = "cut_short"
    default_words = "The connection broke off. Your records are safe and are sent again."


class NotOurServer(Fault):
    """Somebody answered who is not the centre: a Wi-Fi sign-in page, a proxy, another server."""

    code = "not_our_server"
    default_words = (
        "No connection to the force server. This Wi-Fi may want you to sign in to it first. "
        "Your records are safe."
    )


class CertificateProblem(NotOurServer):
    """The other end could not prove that it is the centre, or tried to talk without a lock."""

    code = "certificate"
    default_words = (
        "No connection to the force server: this network could not prove it is the force's. "
        "Nothing was sent. Your records are safe."
    )


class Busy(Fault):
    """The centre asks for patience."""

    code = "busy"
    default_words = "The centre is busy. Your records are safe and are sent in a little while."


class TooManyTries(Busy):
    """Sign-in was tried too often."""

    code = "too_many_tries"
    default_words = "Too many tries to sign in. Wait a few minutes, then try again."


class ServerFault(Fault):
    """Something went wrong at the centre."""

    code = "server_error"
    default_words = (
        "Something went wrong at the centre. Your records are safe and will be tried again."
    )


class SignInExpired(Fault):
    """The centre does not take this tablet's token any more; capture goes on."""

    code = "not_signed_in"
    default_words = "Sign in again to send. Your records are safe."


class WrongPassword(Fault):
    """Force number and password do not belong together."""

    code = "wrong_password"
    default_words = "That force number and password do not match. Check both and try again."


class UpdateNeeded(Fault):
    """The centre no longer speaks this version for receiving; sending always goes on."""

    code = "update_needed"
    default_words = (
        "Update at the station to receive. You can keep recording, and your records are sent."
    )


class DeviceDraining(Fault):
    """The tablet may send what it holds and receives nothing more."""

    code = "device_draining"
    default_words = (
        "This tablet is being handed in: it sends what it holds and receives nothing new."
    )


class DeviceRevoked(Fault):
    """The centre does not talk to this tablet any more; nothing on it is touched."""

    code = "device_revoked"
    default_words = (
        "This tablet has been stopped by the force. Your records are kept on it. "
        "Take it to the station."
    )


class DeviceMismatch(Fault):
    """The token belongs to another tablet."""

    code = "device_mismatch"
    default_words = "This tablet is not known to the centre. Sign in again to send."


class DeviceCopied(Fault):
    """Another tablet uses this one's number, or this one was put back to an earlier state."""

    code = "device_clone"
    default_words = (
        "This tablet was put back to an earlier state, or there is a copy of it. Sign in again to "
        "go on sending. Your records are safe."
    )


class DeviceUnproven(Fault):
    """The centre knows another key under this tablet's number."""

    code = "device_unproven"
    default_words = (
        "The centre does not recognise this tablet. Ask support to enrol it again. "
        "Your records are safe."
    )


class EnrolmentNeeded(Fault):
    """The force lets only tablets in that it has enrolled."""

    code = "enrolment_needed"
    default_words = (
        "This tablet has to be enrolled before you can sign in. Ask support for a code. "
        "Your records are safe."
    )


class BadCode(Fault):
    """The code for enrolling is wrong, used or too old."""

    code = "bad_code"
    default_words = "That code is not right, was used already or has run out. Ask for a new one."


class Forbidden(Fault):
    """The account has no right to use a tablet."""

    code = "forbidden"
    default_words = "Your account may not use this app. Ask your sergeant. Your records are safe."


class NotTaken(Fault):
    """The centre could not read the request as a whole (400, 413, 415, 422)."""

    code = "bad_request"
    default_words = (
        "The centre could not read one of your records. It is kept and tried again later."
    )


class Stopped(Fault):
    """The app is closing; the round ends between two calls."""

    code = "stopped"
    default_words = "Sending was stopped. It goes on when the app is open."
