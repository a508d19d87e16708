"""What an answer means: JSON with one meaning, and a fault for every error."""

from __future__ import annotations

import pytest

from sync import faults
from sync.protocol.codes import ErrorCode
from sync.transport.decode import strict_json
from sync.transport.trouble import BY_CODE
from tests.sync.rude_server import MARK, http, says, sends
from tests.sync.test_transport import fault_from

# --------------------------------------------------------------------- hostile JSON


@pytest.mark.parametrize(
    "text",
    [
        b'{"role":"FIELD","role":"ADMIN"}',
        b'{"a":{"b":1,"b":2}}',
        b'{"n":NaN}',
        b'{"n":Infinity}',
        b'{"n":9223372036854775808}',
        b'{"n":' + b"9" * 5000 + b"}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 60_000 + b"1" + b"}" * 60_000,
        b"",
        b'{"a":1',
        b'{"a":1}{"a":2}',
        b"\xff\xfe",
        b"<html></html>",
    ],
)
def test_json_with_two_meanings_or_none_is_turned_away(text: bytes) -> None:
    with pytest.raises((faults.NotOurServer, faults.CutShort)):
        strict_json(text)


def test_plain_json_is_read_as_it_is() -> None:
    text = b'{"n":9223372036854775807,"t":"\xc3\xa9","l":[1,-2,null,true],"f":1.5}'
    assert strict_json(text) == {
        "n": 2**63 - 1,
        "t": "é",
        "l": [1, -2, None, True],
        "f": 1.5,
    }


# ----------------------------------------------------------------- what codes mean


def error(code: str, **more: object) -> dict[str, object]:
    return {"error": code, "words": "for support", "request_id": "q1", "epoch": "e1", **more}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("400 Bad Request", "bad_request", faults.NotTaken),
        ("401 Unauthorized", "not_signed_in", faults.SignInExpired),
        ("401 Unauthorized", "wrong_password", faults.WrongPassword),
        ("403 Forbidden", "device_mismatch", faults.DeviceMismatch),
        ("403 Forbidden", "device_draining", faults.DeviceDraining),
        ("403 Forbidden", "device_revoked", faults.DeviceRevoked),
        ("403 Forbidden", "forbidden", faults.Forbidden),
        ("413 Too Large", "too_large", faults.NotTaken),
        ("415 Media", "unsupported_media", faults.NotTaken),
        ("426 Upgrade Required", "update_needed", faults.UpdateNeeded),
        ("429 Too Many", "too_many_tries", faults.TooManyTries),
        ("500 Oops", "server_error", faults.ServerFault),
        ("503 Busy", "busy", faults.Busy),
        ("422 Unprocessable", "a_new_code", faults.NotTaken),
        ("404 Not Found", "not_found", faults.ServerFault),
        ("401 Unauthorized", "a_new_code", faults.SignInExpired),
        ("418 Teapot", "a_new_code", faults.ServerFault),
    ],
)
def test_each_error_of_the_centre_is_its_own_fault(
    status: str, code: str, kind: type[faults.Fault]
) -> None:
    fault = fault_from(says(error(code), status=status))
    assert type(fault) is kind
    assert fault.words == kind.default_words
    assert "for support" not in fault.words


def test_every_error_the_centre_can_give_has_its_fault() -> None:
    assert set(BY_CODE) == set(ErrorCode)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("413 Too Large", faults.NotTaken),
        ("429 Too Many", faults.Busy),
        ("502 Bad Gateway", faults.Offline),
        ("503 Unavailable", faults.Busy),
        ("504 Gateway Timeout", faults.TimedOut),
    ],
)
def test_a_gateway_in_front_of_the_centre_is_understood_without_its_mark(
    status: str, kind: type[faults.Fault]
) -> None:
    assert type(fault_from(sends(http(b"<html>", status=status, headers="")))) is kind


DATE = "Date: Thu, 19 Mar 2026 14:30:00 GMT\r\n"


@pytest.mark.parametrize(
    ("headers", "more", "seconds"),
    [
        ("Retry-After: 30\r\n", {}, 30.0),
        (DATE + "Retry-After: Thu, 19 Mar 2026 14:31:30 GMT\r\n", {}, 90.0),
        ("", {"retry_after": 12.5}, 12.5),
        ("Retry-After: 30\r\n", {"retry_after": 7}, 7.0),
        ("Retry-After: -5\r\n", {}, None),
        ("Retry-After: 999999999\r\n", {}, None),
        ("Retry-After: soon\r\n", {}, None),
        ("Retry-After: nan\r\n", {}, None),
        ("", {}, None),
    ],
)
def test_how_long_to_wait_is_read_from_the_answer(
    headers: str, more: dict[str, object], seconds: float | None
) -> None:
    fault = fault_from(
        says(error("busy", **more), status="503 Unavailable", headers=MARK + headers)
    )
    assert isinstance(fault, faults.Busy)
    assert fault.retry_after == seconds
