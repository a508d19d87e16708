"""What makes the centre turn a whole request away, in the language of the protocol."""

from __future__ import annotations

from sync.protocol.codes import ErrorCode
from sync.protocol.messages import Directive

WORDS: dict[ErrorCode, str] = {
    ErrorCode.BAD_REQUEST: "The request is not what the protocol says.",
    ErrorCode.NOT_SIGNED_IN: "Sign in again.",
    ErrorCode.WRONG_PASSWORD: "The number or the password is not right.",
    ErrorCode.TOO_MANY_TRIES: "Too many wrong passwords. Wait a little, then try again.",
    ErrorCode.DEVICE_MISMATCH: "This sign-in belongs to another tablet.",
    ErrorCode.DEVICE_DRAINING: "This tablet may still send, but no longer receives.",
    ErrorCode.DEVICE_REVOKED: "This tablet is no longer in use.",
    ErrorCode.DEVICE_CLONE: (
        "Two tablets use this number, or this one was put back to an earlier state. Sign in again "
        "to go on under a new number. Nothing is lost."
    ),
    ErrorCode.DEVICE_UNPROVEN: "This is not the tablet that was enrolled under that number.",
    ErrorCode.ENROLMENT_NEEDED: "This tablet has to be enrolled first. Ask for a code.",
    ErrorCode.BAD_CODE: "That code is not right, was used already or has run out.",
    ErrorCode.FORBIDDEN: "This account may not do that.",
    ErrorCode.NOT_FOUND: "There is nothing here.",
    ErrorCode.METHOD_NOT_ALLOWED: "That cannot be done here.",
    ErrorCode.TOO_SLOW: "The request took too long to arrive.",
    ErrorCode.TOO_LARGE: "The request is too large.",
    ErrorCode.UNSUPPORTED_MEDIA: "The request is not of the kind that belongs here.",
    ErrorCode.BAD_RANGE: "The file has no such bytes.",
    ErrorCode.DAMAGED: "These bytes are not those that were sent. Send them again.",
    ErrorCode.START_AGAIN: "The whole file is not what its name says. Send it from the beginning.",
    ErrorCode.ENTRIES_FIRST: "Too much is here without its entries. Send those first.",
    ErrorCode.UPDATE_NEEDED: "Update this tablet to receive. Sending goes on working.",
    ErrorCode.BUSY: "The centre is busy. Nothing is lost; try again later.",
    ErrorCode.SERVER_ERROR: "Something went wrong at the centre. Nothing is lost.",
}


class TurnedAway(Exception):  # noqa: N818 - an answer, not a fault of the program
    """A whole request that cannot be answered otherwise.

    Args:
        code: stable code of the protocol.
        words: for support; those of the code when left out.
        retry_after: seconds after which to come back.
        directives: what the tablet is told to do all the same.
    """

    def __init__(
        self,
        code: ErrorCode,
        words: str | None = None,
        *,
        retry_after: float | None = None,
        directives: tuple[Directive, ...] = (),
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.words = words or WORDS[code]
        self.retry_after = retry_after
        self.directives = directives
