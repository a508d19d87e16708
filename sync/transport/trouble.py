"""From what HTTP says to the fault it means."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from pydantic import ValidationError

from sync import faults
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import ErrorAnswer
from sync.protocol.versions import HEADER
from sync.transport.decode import strict_json

_ABSURD = 24 * 3600.0
"""Seconds of patience nobody means; such a Retry-After is not one."""

BY_CODE: dict[str, type[faults.Fault]] = {
    ErrorCode.BAD_REQUEST: faults.NotTaken,
    ErrorCode.TOO_LARGE: faults.NotTaken,
    ErrorCode.UNSUPPORTED_MEDIA: faults.NotTaken,
    ErrorCode.NOT_SIGNED_IN: faults.SignInExpired,
    ErrorCode.WRONG_PASSWORD: faults.WrongPassword,
    ErrorCode.TOO_MANY_TRIES: faults.TooManyTries,
    ErrorCode.DEVICE_MISMATCH: faults.DeviceMismatch,
    ErrorCode.DEVICE_DRAINING: faults.DeviceDraining,
    ErrorCode.DEVICE_REVOKED: faults.DeviceRevoked,
    ErrorCode.DEVICE_CLONE: faults.DeviceCopied,
    ErrorCode.DEVICE_UNPROVEN: faults.DeviceUnproven,
    ErrorCode.ENROLMENT_NEEDED: faults.EnrolmentNeeded,
    ErrorCode.BAD_CODE: faults.BadCode,
    ErrorCode.BAD_RANGE: faults.NotTaken,
    ErrorCode.DAMAGED: faults.CutShort,
    ErrorCode.START_AGAIN: faults.NotTaken,
    ErrorCode.ENTRIES_FIRST: faults.NotTaken,
    ErrorCode.FORBIDDEN: faults.Forbidden,
    ErrorCode.UPDATE_NEEDED: faults.UpdateNeeded,
    ErrorCode.BUSY: faults.Busy,
    ErrorCode.TOO_SLOW: faults.TimedOut,
    ErrorCode.NOT_FOUND: faults.ServerFault,
    ErrorCode.METHOD_NOT_ALLOWED: faults.ServerFault,
    ErrorCode.SERVER_ERROR: faults.ServerFault,
}

_BY_STATUS: dict[int, type[faults.Fault]] = {
    400: faults.NotTaken,
    401: faults.SignInExpired,
    403: faults.Forbidden,
    413: faults.NotTaken,
    415: faults.NotTaken,
    422: faults.NotTaken,
    426: faults.UpdateNeeded,
}

_ON_THE_WAY: dict[int, type[faults.Fault]] = {
    # What a gateway in front of the centre may say in its name, with or without its mark.
    408: faults.TimedOut,
    413: faults.NotTaken,
    429: faults.Busy,
    502: faults.Offline,
    503: faults.Busy,
    504: faults.TimedOut,
}

_ABOUT_THE_TABLET = (
    faults.SignInExpired,
    faults.DeviceDraining,
    faults.DeviceRevoked,
    faults.DeviceCopied,
)


def fault_of_error(error: Exception) -> faults.Fault:
    """What an exception of ``requests`` or ``urllib3`` means."""
    import requests
    import urllib3

    meanings: tuple[tuple[type[Exception], type[faults.Fault]], ...] = (
        (requests.exceptions.ConnectTimeout, faults.Offline),
        (requests.Timeout, faults.TimedOut),
        (urllib3.exceptions.TimeoutError, faults.TimedOut),
        (TimeoutError, faults.TimedOut),
        (requests.exceptions.SSLError, faults.CertificateProblem),
        (urllib3.exceptions.SSLError, faults.CertificateProblem),
        (requests.ConnectionError, faults.Offline),
        (requests.exceptions.ChunkedEncodingError, faults.CutShort),
        (urllib3.exceptions.HTTPError, faults.CutShort),
        (requests.RequestException, faults.NotOurServer),
        (ValueError, faults.NotOurServer),
    )
    meant = next((fault for kind, fault in meanings if isinstance(error, kind)), faults.Offline)
    return meant(type(error).__name__)


def fault_of_status(status: int, headers: Mapping[str, str], raw: bytes) -> faults.Fault:
    """What an answer that is not 200 means; without the centre's mark it says little."""
    wait = retry_after(headers)
    if headers.get(HEADER) is None:
        kind = _ON_THE_WAY.get(status, faults.NotOurServer)
        return kind(f"status {status} without the centre's mark", retry_after=wait)
    said = _said(raw)
    if said is not None and said.retry_after is not None:
        wait = _sane(said.retry_after) or wait
    kind = _kind(status, said)
    return kind(_detail(status, said), retry_after=wait, directives=_orders(kind, said))


def _orders(kind: type[faults.Fault], said: ErrorAnswer | None) -> tuple[object, ...] | None:
    """What was ordered; an answer about something else than the tablet says nothing of that."""
    if said is None or not issubclass(kind, _ABOUT_THE_TABLET):
        return None
    return tuple(order.model_dump() for order in said.directives or ())


def _kind(status: int, said: ErrorAnswer | None) -> type[faults.Fault]:
    if said is not None and said.error in BY_CODE:
        return BY_CODE[said.error]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in _ON_THE_WAY:
        return _ON_THE_WAY[status]
    if status >= HTTPStatus.BAD_REQUEST:
        return faults.ServerFault
    return faults.NotOurServer


def _said(raw: bytes) -> ErrorAnswer | None:
    try:
        return ErrorAnswer.model_validate(strict_json(raw))
    except (ValidationError, faults.Fault):
        return None


def _detail(status: int, said: ErrorAnswer | None) -> str:
    return f"status {status}" if said is None else f"status {status}, request {said.request_id}"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header; a date is read against the answer's own Date."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        return _sane(float(text))
    except ValueError:
        pass
    try:
        then = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers.get("Date", ""))
        return _sane((then - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _sane(seconds: float) -> float | None:
    return seconds if 0 < seconds <= _ABSURD else None
