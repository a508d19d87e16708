"""Signing in: a password for a token, with pauses after wrong ones that outlive a restart."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from server import audit
from server.db import hold_name
from server.errors import TurnedAway
from server.security import hash_password, needs_new_hash, new_token, password_fits, token_hash
from server.services import devices
from server.services.callers import beats_of
from server.services.centre import Centre, stamp
from server.settings import Policy
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import SignedIn, SignIn

_ACCOUNT = (
    "SELECT o.officer_id, o.force_no, o.name, o.role, o.app_roles, o.lpt_code, o.neighbourhoods, "
    "o.active, c.password_hash FROM officer o LEFT JOIN credential c USING (officer_id) "
    "WHERE o.force_no = ?"
)
_TRIES = "SELECT failures, not_before FROM sign_in_try WHERE account = ? AND device = ?"
_PUT_TRIES = (
    "INSERT INTO sign_in_try (account, device, failures, not_before) VALUES (?,?,?,?) "
    "ON CONFLICT (account, device) DO UPDATE SET failures = excluded.failures, "
    "not_before = excluded.not_before"
)
_CLEAR_TRIES = "DELETE FROM sign_in_try WHERE account = ? AND device = ?"
_KNOWN_HERE = "SELECT 1 FROM token WHERE device_id = ? AND officer_id = ? LIMIT 1"
_END_EARLIER = (
    "UPDATE token SET revoked_at = ? WHERE device_id = ? AND officer_id = ? AND revoked_at IS NULL"
)
_ADD_SIGN_IN = (
    "INSERT INTO token (token_hash, device_id, officer_id, issued_at, expires_at) "
    "VALUES (?,?,?,?,?)"
)
_NEW_HASH = "UPDATE credential SET password_hash = ? WHERE officer_id = ?"
_EPOCH = "SELECT epoch FROM head WHERE id = 1"
_DEVICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STRANGER = "unknown"
"""All tablets an account has never signed in on share one count, so that they cannot lock out the
officer's own."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One try: whose account, from which tablet, as the throttle counts them."""

    account: Any
    account_key: str
    device_key: str


def sign_in(centre: Centre, request: SignIn) -> SignedIn:
    """A token for this officer on this tablet; earlier ones of the same pair end.

    Raises:
        TurnedAway: wrong number or password, too many of them, a closed account, a revoked tablet.
    """
    if request.device_id is not None and not _DEVICE_ID.fullmatch(request.device_id):
        raise TurnedAway(ErrorCode.BAD_REQUEST, "That is not the id of a tablet.")
    moment = centre.clock.now()
    with centre.db.write() as connection:
        hold_name(connection, f"sign in {request.force_no.strip()}")
        attempt = _attempt(connection, request)
        _check_pause(connection, attempt, moment)
        # Counted before it is looked at, and forgiven when it is right: many tries at once must
        # not slip past the count.
        failures = _count(centre, connection, attempt, moment)
    # Outside any transaction: it is slow on purpose.
    stored = attempt.account.password_hash if attempt.account else None
    if not password_fits(stored, request.password):
        _note_failure(centre, attempt, request, failures)
        raise TurnedAway(ErrorCode.WRONG_PASSWORD)
    fresh = hash_password(request.password) if needs_new_hash(stored) else None
    with centre.db.write() as connection:
        return _admit(centre, connection, attempt, request, fresh)


def _attempt(connection: Connection, request: SignIn) -> _Attempt:
    account = connection.exec_driver_sql(_ACCOUNT, (request.force_no.strip(),)).first()
    if account is None:
        # Unknown numbers share a few thousand counts, or they would fill the table.
        digest = hashlib.sha256(request.force_no.encode("utf-8", "replace")).hexdigest()
        return _Attempt(None, f"?{digest[:3]}", _STRANGER)
    here = (request.device_id, account.officer_id)
    known = connection.exec_driver_sql(_KNOWN_HERE, here).first()
    device = request.device_id if known and request.device_id else _STRANGER
    return _Attempt(account, account.officer_id, device)


def _check_pause(connection: Connection, attempt: _Attempt, now: datetime) -> None:
    key = (attempt.account_key, attempt.device_key)
    row = connection.exec_driver_sql(_TRIES, key).first()
    if row is None:
        return
    left = (datetime.fromisoformat(row.not_before) - now).total_seconds()
    if left > 0:
        raise TurnedAway(ErrorCode.TOO_MANY_TRIES, retry_after=round(left, 1))


def _count(centre: Centre, connection: Connection, attempt: _Attempt, now: datetime) -> int:
    key = (attempt.account_key, attempt.device_key)
    row = connection.exec_driver_sql(_TRIES, key).first()
    failures = (row.failures if row else 0) + 1
    pause = timedelta(seconds=pause_after(failures, centre.policy))
    connection.exec_driver_sql(_PUT_TRIES, (*key, failures, stamp(now + pause)))
    return failures


def _note_failure(centre: Centre, attempt: _Attempt, request: SignIn, failures: int) -> None:
    who, where = attempt.account_key, attempt.device_key
    detail = {"failures": failures}
    line = audit.Entry(centre.now(), who, "LOGIN_FAILED", where, request.device_id, detail)
    with centre.db.write() as connection:
        audit.append(connection, [line])


def pause_after(failures: int, policy: Policy) -> int:
    """Seconds to wait after so many wrong passwords in a row."""
    over = failures - policy.free_tries
    if over < 0:
        return 0
    doubled = policy.first_pause_seconds << min(over, 20)
    return min(doubled, policy.longest_pause_seconds)


def _admit(
    centre: Centre, connection: Connection, attempt: _Attempt, request: SignIn, fresh: str | None
) -> SignedIn:
    moment = centre.clock.now()
    now = stamp(moment)
    account = attempt.account
    if not account.active:
        raise TurnedAway(ErrorCode.FORBIDDEN, "This account is closed. Ask your inspector.")
    officer_id = account.officer_id
    device_id = devices.put_on_sign_in(
        centre, connection, request, officer_id=officer_id, at=moment
    )
    connection.exec_driver_sql(_END_EARLIER, (now, device_id, officer_id))
    token = new_token(centre.random)
    expires = stamp(moment + timedelta(days=centre.policy.token_days))
    connection.exec_driver_sql(
        _ADD_SIGN_IN, (token_hash(token), device_id, officer_id, now, expires)
    )
    connection.exec_driver_sql(_CLEAR_TRIES, (attempt.account_key, attempt.device_key))
    if fresh:
        connection.exec_driver_sql(_NEW_HASH, (fresh, officer_id))
    line = audit.Entry(now, officer_id, "LOGIN", device_id, device_id, {"app": request.app})
    audit.append(connection, [line])
    beats = beats_of(connection, account.neighbourhoods, account.lpt_code)
    return SignedIn(
        epoch=connection.exec_driver_sql(_EPOCH).scalar_one(),
        device_id=device_id,
        token=token,
        expires_at=expires,
        officer_id=officer_id,
        force_no=account.force_no,
        name=account.name,
        role=account.role,
        app_roles=json.loads(account.app_roles),
        lpt_code=account.lpt_code,
        neighbourhoods=sorted(beats),
        server_time=now,
        centre_keys=centre.keys.public(),
    )
