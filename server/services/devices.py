"""Tablets: what the centre knows of each, and what an operator does about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from fieldapp.domain.errors import UserError
from server.errors import TurnedAway
from server.services import directives
from server.services.callers import ACTIVE, DRAINING, REVOKED
from server.services.centre import Centre, stamp
from server.services.enrolment import is_required, new_device_id, proven_key
from server.services.own_hand import begin, end
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import SignIn

_ROW = "SELECT state, public_key, clone_at FROM device WHERE device_id = ?"
_PUT = (
    "INSERT INTO device (device_id, name, officer_id, state, created_at, last_seen, depth, app, "
    "journal_floor, public_key, came_from) VALUES (?,?,?,?,?,?,0,?,0,?,?) "
    "ON CONFLICT (device_id) DO UPDATE SET name = excluded.name, "
    "officer_id = excluded.officer_id, last_seen = excluded.last_seen, app = excluded.app, "
    "public_key = coalesce(device.public_key, excluded.public_key)"
)
_SET_STATE = "UPDATE device SET state = ? WHERE device_id = ?"
_ALL = (
    "SELECT d.device_id, d.name, coalesce(o.force_no, '') AS force_no, d.state, d.created_at, "
    "d.last_seen, d.depth, d.oldest_at, d.attachments, d.attachment_bytes, d.app, "
    "d.journal_floor, d.public_key, d.clone_at, d.came_from FROM device d "
    "LEFT JOIN officer o ON o.officer_id = d.officer_id "
    "WHERE d.device_id = ? OR ? = '' ORDER BY d.last_seen DESC"
)
_ORDERS = (
    "SELECT body, made_at, received_at, receipt FROM directive WHERE device_id = ? ORDER BY made_at"
)


def put_on_sign_in(
    centre: Centre, connection: Connection, request: SignIn, *, officer_id: str, at: datetime
) -> str:
    """The id under which a tablet goes on after a sign-in; made when it has none.

    A tablet with a key of its own has to show that it holds it; one without gets the key it shows
    now. An id that two tablets use is not gone on with: each of them gets a new one, and with it
    what the old one was ordered to do.

    Raises:
        TurnedAway: it is revoked, is not the one that was enrolled, or should have been enrolled.
    """
    now = stamp(at)
    key = proven_key(centre, request, now=now)
    row = connection.exec_driver_sql(_ROW, (request.device_id or "",)).first()
    _check(connection, request, row, key)
    device_id = request.device_id or new_device_id(centre.random, at)
    state, came_from = row.state if row else ACTIVE, None
    if row and row.clone_at:
        came_from, device_id = device_id, new_device_id(centre.random, at)
    values = (request.device_name, officer_id, state, now, now, request.app, key, came_from)
    connection.exec_driver_sql(_PUT, (device_id, *values))
    if came_from:
        directives.hand_on(centre, connection, before=came_from, now=device_id)
    return device_id


def _check(connection: Connection, request: SignIn, row: Row[Any] | None, key: str | None) -> None:
    if row and row.state == REVOKED:
        orders = directives.pending(connection, request.device_id or "")
        raise TurnedAway(ErrorCode.DEVICE_REVOKED, directives=orders)
    if row and row.public_key and row.public_key != key:
        raise TurnedAway(ErrorCode.DEVICE_UNPROVEN)
    if not (row and row.public_key) and is_required(connection):
        raise TurnedAway(ErrorCode.ENROLMENT_NEEDED)


def set_state(centre: Centre, device_id: str, state: str) -> None:
    """Let a tablet send and receive (which calls off a wipe), only send, or neither.

    Raises:
        UserError: there is no such tablet.
    """
    with centre.db.write() as connection:
        _set(connection, device_id, state)
        if state == ACTIVE:
            directives.call_off(connection, device_id)
        end(begin(centre, connection), f"device_{state}", device_id)


def wipe(centre: Centre, device_id: str, *, mode: str) -> None:
    """Order a tablet to be wiped: after it has sent everything, or at once and shut out.

    Raises:
        UserError: there is no such tablet, or no such way of wiping.
    """
    directives.check_mode(mode)
    with centre.db.write() as connection:
        _set(connection, device_id, REVOKED if mode == directives.NOW else DRAINING)
        directives.issue_wipe(centre, connection, device_id, mode=mode)
        end(begin(centre, connection), "wipe_ordered", device_id, mode=mode)


def _set(connection: Connection, device_id: str, state: str) -> None:
    if connection.exec_driver_sql(_SET_STATE, (state, device_id)).rowcount == 0:
        raise UserError(f"There is no tablet {device_id}.", code="not_found")


@dataclass(frozen=True, slots=True)
class Order:
    """Something a tablet was told to do, and what it said it did."""

    mode: str
    made_at: str
    received_at: str | None
    receipt: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A tablet as an operator sees it."""

    device_id: str
    name: str
    force_no: str
    """Of whoever signed in last; empty before anybody has."""
    state: str
    created_at: str
    last_seen: str
    depth: int
    oldest_at: str | None
    attachments: int
    attachment_bytes: int
    app: str
    journal_floor: int
    public_key: str | None
    clone_at: str | None
    came_from: str | None

    @property
    def standing(self) -> str:
        """Its state in a word."""
        return "copied" if self.clone_at and self.state != REVOKED else self.state

    @property
    def words(self) -> str:
        """What has not reached the centre, as far as it was told."""
        waits = [_count(self.depth, "entry", "entries")] if self.depth else []
        if self.attachments:
            size = self.attachment_bytes / 1_000_000
            files = _count(self.attachments, "photo or voice note", "photos and voice notes")
            waits.append(f"{files} ({size:.1f} MB)")
        seen = f"last seen {_minute(self.last_seen)}"
        if not waits:
            return f"Nothing was waiting on it when {seen}."
        have = "has" if self.depth + self.attachments == 1 else "have"
        since = f", oldest since {_minute(self.oldest_at)}" if self.oldest_at else ""
        return f"{' and '.join(waits)} {have} not reached us{since}, {seen}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _minute(text: str) -> str:
    """Date and minute of a time; one that a tablet wrote can be anything."""
    try:
        return f"{datetime.fromisoformat(text):%d %b %Y %H:%M}"
    except ValueError:
        return "an unreadable time"


def devices(connection: Connection) -> list[DeviceLine]:
    """All tablets, those heard of last first."""
    return [DeviceLine(*row) for row in connection.exec_driver_sql(_ALL, ("", ""))]


def device(connection: Connection, device_id: str) -> tuple[DeviceLine, list[Order]]:
    """One tablet, and what it was ordered to do.

    Raises:
        UserError: there is no such tablet.
    """
    row = connection.exec_driver_sql(_ALL, (device_id, device_id or "?")).first()
    if row is None:
        raise UserError(f"There is no tablet {device_id}.", code="not_found")
    orders = [
        Order(
            mode=json.loads(body)["mode"],
            made_at=made_at,
            received_at=received_at,
            receipt=json.loads(receipt) if receipt else None,
        )
        for body, made_at, received_at, receipt in connection.exec_driver_sql(_ORDERS, (device_id,))
    ]
    return DeviceLine(*row), orders
