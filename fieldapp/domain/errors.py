"""The error tree, sorted by whose turn it is to act.

FieldappError
  UserError        the officer can put it right; the words say how
  SituationError   nobody's fault (no signal, full disk); the words say what happens next
  BugError         ours; shown as a plain apology and written to the crash file
"""

from __future__ import annotations


class FieldappError(Exception):
    """An error with words for the officer and a stable code for support.

    Args:
        words: what is shown, in plain English, with what to do next.
        code: stable identifier, lower case with underscores.
    """

    code = "fieldapp_error"

    def __init__(self, words: str, *, code: str | None = None) -> None:
        super().__init__(words)
        self.words = words
        if code is not None:
            self.code = code


class UserError(FieldappError):
    """Something the officer entered or chose cannot work; the words say how to put it right."""

    code = "user_error"


class SituationError(FieldappError):
    """The world is not as we need it (signal, disk, keyring); the words say what happens next."""

    code = "situation"


class BugError(FieldappError):
    """A promise inside the program was broken."""

    code = "bug"


class ContentError(UserError):
    """Content that is not what its form says: wrong shape, wrong type, not canonical."""

    code = "content"
