"""When the records cannot be opened: what happened, what was left alone, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fieldapp.domain.errors import FieldappError, SituationError

TRY_AGAIN: Final = "Try again"
CLOSE: Final = "Close"


@dataclass(frozen=True, slots=True)
class RecoveryLook:
    """One screen of recovery; no act on it ever makes or changes a file of records."""

    title: str
    text: str
    steps: tuple[str, ...]
    icon: str = "lock"
    action: str = TRY_AGAIN


_KEPT: Final = "Nothing has been deleted or changed. Your records are still on this tablet."

_LOOKS: Final = {
    "wiped": RecoveryLook(
        title="This tablet has been wiped by the force",
        text=(
            "Everything that could be read on it has been destroyed by order of the force. What it "
            "had not sent is sealed for the centre, and nobody else can read it."
        ),
        steps=(
            "Take the tablet to the station.",
            "To use it again, support sets it up as a new one.",
        ),
    ),
    "key_missing": RecoveryLook(
        title="The key to your records is missing",
        text=f"The tablet's keyring no longer holds the key. {_KEPT}",
        steps=(
            "Sign in to the tablet as the officer who set the app up, then try again.",
            "Do not reinstall the app and do not delete its folder.",
            "If it stays like this, take the tablet to support. They can bring the key back.",
        ),
    ),
    "store_wrong_key": RecoveryLook(
        title="This key does not open your records",
        text=f"The key in this tablet's keyring belongs to other records. {_KEPT}",
        steps=(
            "Sign in to the tablet as the officer who set the app up, then try again.",
            "If it stays like this, take the tablet to support.",
        ),
    ),
    "store_corrupt": RecoveryLook(
        title="The records on this tablet are damaged",
        text="The app could not read its file of records. Nothing has been deleted.",
        steps=(
            "Do not reinstall the app and do not delete its folder.",
            "Write down what you have not sent yet while you remember it.",
            "Take the tablet to support, who can recover what is in the file.",
        ),
        icon="error",
    ),
    "store_future": RecoveryLook(
        title="These records need a newer version of the app",
        text=f"They were written by a newer version than this one. {_KEPT}",
        steps=("Update the app at the station, then open it again.",),
        icon="sync",
    ),
    "store_in_use": RecoveryLook(
        title="The app is already open",
        text="Another copy is using the records on this tablet. Two copies could lose your work.",
        steps=(
            "Use the window that is already open, or close it.",
            "If you cannot find it, restart the tablet. Your records are safe.",
        ),
        icon="records",
    ),
    "keyring_missing": RecoveryLook(
        title="The tablet's keyring cannot be found",
        text=(
            "The app keeps the key to your records in the keyring and nowhere else, so it cannot "
            f"open them now. {_KEPT}"
        ),
        steps=(
            "Sign out of the tablet and in again, then open the app.",
            "If it stays like this, tell support: the keyring service is not running.",
        ),
    ),
    "keyring_locked": RecoveryLook(
        title="The tablet's keyring is locked",
        text=f"Unlock it to open your records. {_KEPT}",
        steps=(
            "Unlock the keyring: sign out of the tablet and in again with your password.",
            "Then try again.",
        ),
        icon="unlock",
    ),
    "store_full": RecoveryLook(
        title="This tablet is full",
        text=f"There is no room to open the records safely. {_KEPT}",
        steps=("Free some space on the tablet, then try again.",),
        icon="storage",
    ),
    "store_read_only": RecoveryLook(
        title="This tablet does not let the app write",
        text=f"The folder of the records is read-only, so nothing could be saved. {_KEPT}",
        steps=("Tell support. Record on paper until it is mended.",),
        icon="storage",
    ),
    "store_migration": RecoveryLook(
        title="Your records could not be brought up to this version",
        text="They are as they were before. Nothing has been deleted.",
        steps=("Tell support, and keep the tablet as it is.",),
        icon="error",
    ),
}
_ALSO: Final = {
    "store_not_ours": "store_corrupt",
    "store_busy": "store_in_use",
    "key_not_readable": "store_future",
    "key_not_kept": "keyring_missing",
    "keyring": "keyring_missing",
    "config_future": "store_future",
}


def look_of(error: Exception) -> RecoveryLook:
    """The screen for a fault met while opening; one we do not know is worded by itself."""
    code = error.code if isinstance(error, FieldappError) else ""
    known = _LOOKS.get(_ALSO.get(code, code))
    if known is not None:
        return known
    if isinstance(error, SituationError):
        return RecoveryLook(
            title="Your records could not be opened",
            text=error.words,
            steps=("Try again. If it stays like this, take the tablet to support.",),
            icon="error",
        )
    return RecoveryLook(
        title="The app could not start",
        text=f"Something went wrong in the app. {_KEPT}",
        steps=(
            "Close the app and open it again.",
            "If it stays like this, tell support. A note for them has been written.",
        ),
        icon="error",
    )


def no_folder() -> SituationError:
    """The folder of the records cannot be made."""
    return SituationError(
        "The folder of the records cannot be made or opened. Nothing has been deleted.",
        code="store_read_only",
    )
