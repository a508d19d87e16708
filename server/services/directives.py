"""What the centre orders a tablet to do: signed, handed out until it says it has done it."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from sqlalchemy import Connection, Row

from fieldapp.domain.errors import UserError
from server import audit
from server.db import hold_device
from server.errors import TurnedAway
from server.services import custody
from server.services.centre import Centre
from server.services.incoming import read_operations
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import Directive, Receipt, ReceiptAnswer
from sync.protocol.sealing import CannotOpen
from sync.protocol.signing import Purpose, is_signed

WIPE = "wipe"
DRAIN_THEN_WIPE, NOW = "drain_then_wipe", "now"
MODES = (DRAIN_THEN_WIPE, NOW)

_ADD = "INSERT INTO directive (id, device_id, kind, body, signature, made_at) VALUES (?,?,?,?,?,?)"
_PENDING = (
    "SELECT id, kind, body, signature FROM directive "
    "WHERE device_id = ? AND received_at IS NULL ORDER BY made_at, id"
)
_ONE = (
    "SELECT x.device_id, x.received_at, x.receipt, d.public_key, d.officer_id FROM directive x "
    "JOIN device d USING (device_id) WHERE x.id = ?"
)
_RECEIVED = "UPDATE directive SET received_at = ?, receipt = ? WHERE id = ?"
_DROP = "DELETE FROM directive WHERE device_id = ? AND received_at IS NULL"
_REVOKE = "UPDATE device SET state = 'revoked', last_seen = ? WHERE device_id = ?"
_OFFICER = "SELECT 1 FROM officer WHERE officer_id = ?"
_LEDGER = "SELECT 1 FROM ledger WHERE op_id = ?"
_EPOCH = "SELECT epoch FROM head WHERE id = 1"


def issue_wipe(centre: Centre, connection: Connection, device_id: str, *, mode: str) -> Directive:
    """Order a tablet to be wiped; an order it has not carried out yet is replaced.

    Args:
        centre: signs it.
        connection: the transaction.
        device_id: the tablet.
        mode: one of ``MODES``: once everything it holds has been sent, or as soon as it reads this.
    """
    connection.exec_driver_sql(_DROP, (device_id,))
    made_at = centre.now()
    id = centre.random(16).hex()
    said = {"id": id, "kind": WIPE, "device_id": device_id, "mode": mode, "made_at": made_at}
    body = json.dumps(said, separators=(",", ":"))
    signature = centre.keys.sign(Purpose.DIRECTIVE, body)
    connection.exec_driver_sql(_ADD, (id, device_id, WIPE, body, signature, made_at))
    return Directive(id=id, kind=WIPE, body=body, signature=signature)


def pending(connection: Connection, device_id: str) -> tuple[Directive, ...]:
    """What a tablet has been ordered to do and has given no receipt for."""
    rows = connection.exec_driver_sql(_PENDING, (device_id,))
    return tuple(Directive(id=row[0], kind=row[1], body=row[2], signature=row[3]) for row in rows)


def call_off(connection: Connection, device_id: str) -> int:
    """Take back what has not been carried out; how many there were."""
    return connection.exec_driver_sql(_DROP, (device_id,)).rowcount


def hand_on(centre: Centre, connection: Connection, *, before: str, now: str) -> None:
    """Orders for a tablet hold also under the number it goes on with.

    They stay under the one before as well: the other tablet that uses it has to hear them too.
    """
    for directive in pending(connection, before):
        issue_wipe(centre, connection, now, mode=json.loads(directive.body)["mode"])


def take_receipt(centre: Centre, device_id: str, receipt: Receipt) -> ReceiptAnswer:
    """A tablet says what it did, and hands over sealed what it could not send; once is enough.

    Whoever gives it knows the order's number, which only that tablet was told; a tablet with a key
    of its own has signed it as well.

    Raises:
        TurnedAway: no such order, or not from that tablet.
    """
    with centre.db.write() as connection:
        hold_device(connection, device_id)
        at = centre.now()
        row = connection.exec_driver_sql(_ONE, (receipt.directive_id,)).first()
        if row is None or row.device_id != device_id:
            raise TurnedAway(ErrorCode.NOT_FOUND)
        if row.public_key and not is_signed(
            row.public_key, Purpose.RECEIPT, receipt.body, receipt.signature
        ):
            raise TurnedAway(ErrorCode.DEVICE_UNPROVEN)
        if row.received_at is None:
            told = _told(receipt)
            told["escrow"] = _keep_escrow(centre, connection, row, receipt, at=at)
            connection.exec_driver_sql(_RECEIVED, (at, json.dumps(told), receipt.directive_id))
            connection.exec_driver_sql(_REVOKE, (at, device_id))
            line = audit.Entry(at, audit.CENTRE, "DEVICE_WIPE", device_id, device_id, told)
            audit.append(connection, [line])
        epoch = connection.exec_driver_sql(_EPOCH).scalar_one()
    return ReceiptAnswer(epoch=epoch, server_time=at)


_COUNTS = (
    "unsent",
    "records",
    "attachments",
    "attachment_bytes",
    "drafts",
    "not_in_backup",
    "rescue_copy",
)


def _told(receipt: Receipt) -> dict[str, Any]:
    """What the receipt says, numbers only: it goes on the trail."""
    try:
        said = json.loads(receipt.body)
        if said["directive_id"] != receipt.directive_id:
            raise TurnedAway(ErrorCode.BAD_REQUEST, "The receipt is for another order.")
        return {name: max(0, int(said.get(name, 0))) for name in _COUNTS}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TurnedAway(ErrorCode.BAD_REQUEST, "The receipt cannot be read.") from None


def _keep_escrow(
    centre: Centre,
    connection: Connection,
    row: Row[Any],
    receipt: Receipt,
    *,
    at: str,
) -> int | str:
    """Hold what the tablet could not send, word for word; how many operations there were."""
    if not receipt.escrow:
        return 0
    about = f"{row.device_id}/{receipt.directive_id}".encode()
    try:
        sealed = base64.b64decode(receipt.escrow, validate=True)
        held = json.loads(centre.keys.open(sealed, about=about))
        officer_id, wires = str(held["officer_id"]), [json.loads(text) for text in held["ops"]]
    except (binascii.Error, CannotOpen, ValueError, KeyError, TypeError):
        return "unreadable"
    if connection.exec_driver_sql(_OFFICER, (officer_id,)).first() is None:
        officer_id = row.officer_id
    items = [
        (item, custody.WIPED)
        for item in read_operations(wires)
        if connection.exec_driver_sql(_LEDGER, (item.op_id,)).first() is None
    ]
    custody.keep(connection, items, officer_id=officer_id, device_id=row.device_id, at=at)
    return len(items)


def check_mode(mode: str) -> None:
    """Only what tablets understand.

    Raises:
        UserError: it is no way of wiping.
    """
    if mode not in MODES:
        raise UserError(f"{mode} is no way of wiping; choose from {', '.join(MODES)}.", code="mode")
