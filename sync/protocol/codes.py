"""Codes of whole-request errors; results of operations are in ``fieldapp.domain.reasons``."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable codes of the one error shape, with the HTTP status each travels under."""

    BAD_REQUEST = "bad_request"
    NOT_SIGNED_IN = "not_signed_in"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code, not a secret
    TOO_MANY_TRIES = "too_many_tries"
    DEVICE_MISMATCH = "device_mismatch"
    DEVICE_DRAINING = "device_draining"
    DEVICE_REVOKED = "device_revoked"
    DEVICE_CLONE = "device_clone"
    DEVICE_UNPROVEN = "device_unproven"
    ENROLMENT_NEEDED = "enrolment_needed"
    BAD_CODE = "bad_code"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA = "unsupported_media"
    BAD_RANGE = "bad_range"
    DAMAGED = "damaged"
    START_AGAIN = "start_again"
    ENTRIES_FIRST = "entries_first"
    UPDATE_NEEDED = "update_needed"
    BUSY = "busy"
    SERVER_ERROR = "server_error"


HTTP_STATUS: dict[ErrorCode, int] = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.NOT_SIGNED_IN: 401,
    ErrorCode.WRONG_PASSWORD: 401,
    ErrorCode.TOO_MANY_TRIES: 429,
    ErrorCode.DEVICE_MISMATCH: 403,
    ErrorCode.DEVICE_DRAINING: 403,
    ErrorCode.DEVICE_REVOKED: 403,
    # Under 401, because that is what tablets that do not know the code need to hear: sign in again.
    ErrorCode.DEVICE_CLONE: 401,
    ErrorCode.DEVICE_UNPROVEN: 403,
    ErrorCode.ENROLMENT_NEEDED: 403,
    ErrorCode.BAD_CODE: 403,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.TOO_SLOW: 408,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.UNSUPPORTED_MEDIA: 415,
    ErrorCode.BAD_RANGE: 416,
    ErrorCode.DAMAGED: 422,
    ErrorCode.START_AGAIN: 409,
    ErrorCode.ENTRIES_FIRST: 409,
    ErrorCode.UPDATE_NEEDED: 426,
    ErrorCode.BUSY: 503,
    ErrorCode.SERVER_ERROR: 500,
}
