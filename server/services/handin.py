"""Safe to hand in: the centre compares what a tablet lists with what it holds, and says so.

Only the centre can say it, and only after it has looked. The code is short enough to be read out; a
sergeant looks it up here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from fieldapp.domain.errors import UserError
from server import audit
from server.keys import CentreKeys
from server.services import heartbeats
from server.services.callers import Caller, authenticate, check_device
from server.services.centre import Centre
from sync.protocol.messages import HandIn, HandInAnswer

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters that are taken for a figure or for one another (Crockford's base 32)."""
_LETTERS, _GROUP = 12, 4
_READ_AS = str.maketrans("OIL", "011")

_LEDGER = (
    "SELECT op_id FROM ledger WHERE officer_id = ? AND op_id IN (SELECT value FROM json_each(?))"
)
_OWNED = (
    "SELECT sha FROM blob_owner WHERE officer_id = ? AND sha IN (SELECT value FROM json_each(?))"
)
_HEAD = "SELECT epoch FROM head WHERE id = 1"
_PUT = (
    "INSERT INTO hand_in (code, device_id, officer_id, at, last_dseq, operations, files) "
    "VALUES (?,?,?,?,?,?,?)"
)
_FIND = (
    "SELECT h.code, h.device_id, d.name, coalesce(o.force_no, '') AS force_no, h.at, h.last_dseq, "
    "h.operations, h.files, h.officer_id, d.state, d.last_seen, d.depth, d.attachments "
    "FROM hand_in h JOIN device d ON d.device_id = h.device_id "
    "LEFT JOIN officer o ON o.officer_id = h.officer_id WHERE h.code = ?"
)
_LATER = "SELECT count(*) FROM ledger WHERE device_id = ? AND officer_id = ? AND dseq > ?"


def hand_in(centre: Centre, token: str, device_id: str, request: HandIn) -> HandInAnswer:
    """Say what is missing here of what a tablet lists; when nothing is, give the receipt.

    Raises:
        TurnedAway: the sign-in does not count, or belongs to another tablet.
    """
    with centre.db.write() as connection:
        at = centre.now()
        caller = authenticate(connection, token, now=at)
        check_device(caller, device_id)
        check_device(caller, request.device_id)
        me = caller.actor.officer_id
        missing_ops = _not_in(connection, _LEDGER, me, request.ops)
        missing_files = _not_in(connection, _OWNED, me, request.files)
        heartbeats.note(connection, device_id, request.hb, request.app, at=at)
        code = ""
        if not (missing_ops or missing_files or request.only_here):
            code = _give_receipt(centre, connection, caller, request, at=at)
        return HandInAnswer(
            epoch=connection.exec_driver_sql(_HEAD).scalar_one(),
            missing_ops=missing_ops,
            missing_files=missing_files,
            code=code,
            at=at if code else "",
            confirmed=len(request.ops),
            server_time=at,
        )


def _not_in(connection: Connection, statement: str, officer_id: str, names: list[str]) -> list[str]:
    here = {
        row[0] for row in connection.exec_driver_sql(statement, (officer_id, json.dumps(names)))
    }
    return [name for name in names if name not in here]


def _give_receipt(
    centre: Centre, connection: Connection, caller: Caller, request: HandIn, *, at: str
) -> str:
    me, device_id = caller.actor.officer_id, caller.device_id
    counted = (request.last_dseq, len(request.ops), len(request.files))
    code = _code(centre.keys, (device_id, me, at, *counted))
    connection.exec_driver_sql(_PUT, (code, device_id, me, at, *counted))
    detail = {"what": "safe_to_hand_in", "operations": counted[1], "files": counted[2]}
    audit.append(connection, [audit.Entry(at, me, "ALTERATION", device_id, device_id, detail)])
    return code


def _code(keys: CentreKeys, said: tuple[object, ...]) -> str:
    """Twelve letters that only this centre can have made of exactly this."""
    text = "\x00".join(["fieldapp hand-in 1", *(str(part) for part in said)])
    number = int.from_bytes(hmac.new(keys.sign_private, text.encode(), hashlib.sha256).digest()[:8])
    letters = "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(_LETTERS))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


@dataclass(frozen=True, slots=True)
class Checked:
    """What a code stands for, and whether it still does."""

    device_id: str
    name: str
    force_no: str
    at: str
    operations: int
    files: int
    since: str
    """What has happened on the tablet since, as far as is known; empty: nothing."""
    is_out_of_date: bool
    """Work was made on it after the code."""

    @property
    def words(self) -> str:
        """The whole in words."""
        when = f"{datetime.fromisoformat(self.at):%d %b %Y %H:%M}"
        files = f" and {_count(self.files, 'photo or voice note', 'photos and voice notes')}"
        whose = f" ({self.name}, last officer {self.force_no})"
        confirmed = (
            f"Tablet {self.device_id}{whose}: on {when} UTC the centre confirmed that it holds all "
            f"{_count(self.operations, 'change', 'changes')}{files if self.files else ''} that "
            "were on it, and that nothing was only there."
        )
        return f"{confirmed} {self.since or 'Nothing has been heard from it since.'}"


def check(centre: Centre, typed: str) -> Checked:
    """What a code that somebody reads out stands for.

    Raises:
        UserError: this centre has not given it.
    """
    code = _tidy(typed)
    with centre.db.read() as connection:
        row = connection.exec_driver_sql(_FIND, (code,)).first()
        said = row and (row.device_id, row.officer_id, row.at, *row[5:8])
        if row is None or _code(centre.keys, said or ()) != code:
            raise UserError(
                "This centre has not given that code. Read it again from the tablet; if it is the "
                "same, have the tablet check again before it is handed in.",
                code="not_found",
            )
        later = connection.exec_driver_sql(
            _LATER, (row.device_id, row.officer_id, row.last_dseq)
        ).scalar_one()
    waits = row.depth + row.attachments if row.last_seen > row.at else 0
    return Checked(
        device_id=row.device_id,
        name=row.name,
        force_no=row.force_no,
        at=row.at,
        operations=row.operations,
        files=row.files,
        since=_since(later, waits=waits, state=row.state, seen=row.last_seen > row.at),
        is_out_of_date=bool(later or waits),
    )


def _since(later: int, *, waits: int, state: str, seen: bool) -> str:
    parts: list[str] = []
    if later:
        sent = _count(later, "change", "changes")
        parts.append(f"Work was made after this code: {sent} came from it later.")
    if waits:
        things = _count(waits, "thing is", "things are")
        parts.append(
            f"Work was made after this code: {things} still on the tablet. It is not safe now."
        )
    if state == "revoked":
        parts.append("The tablet has been taken out of use since.")
    if seen and not parts:
        parts.append("It was heard from since, and nothing was waiting on it.")
    return " ".join(parts)


def _tidy(typed: str) -> str:
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_READ_AS)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
