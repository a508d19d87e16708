"""Making a tablet known to the centre: a code that is good once, and a key only that tablet has."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from fieldapp.domain.codes import RecordType
from fieldapp.domain.ids import uuid7
from resources.force import setting_defaults
from server import audit
from server.db import hold_name
from server.errors import TurnedAway
from server.security import RandomBytes
from server.services.callers import ACTIVE
from server.services.centre import Centre, stamp
from server.services.own_hand import begin, end
from server.services.publishing import SETTINGS_ID, publish
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import Enrol, Enrolled, SignIn
from sync.protocol.signing import Purpose, is_signed

REQUIRED = "require_enrolment"
"""The force's setting: only tablets that were enrolled may sign in."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters that are taken for a figure or for one another (Crockford's base 32)."""
_LETTERS, _GROUP = 12, 4
_READ_AS = str.maketrans("OIL", "011")
_KEY = re.compile(r"[0-9a-f]{64}")
_TAIL_BITS = 74

_ADD_CODE = "INSERT INTO enrolment (code_hash, made_at, expires_at) VALUES (?,?,?)"
_CODE = "SELECT expires_at, used_at, device_id FROM enrolment WHERE code_hash = ?"
_USE = "UPDATE enrolment SET used_at = ?, device_id = ? WHERE code_hash = ?"
_ADD_DEVICE = (
    "INSERT INTO device (device_id, name, officer_id, state, created_at, last_seen, depth, app, "
    "journal_floor, public_key, came_from) VALUES (?,?,?,?,?,?,0,?,0,?,?)"
)
_DEVICE_KEY = "SELECT public_key FROM device WHERE device_id = ?"
_EPOCH = "SELECT epoch FROM head WHERE id = 1"
_SETTINGS = (
    "SELECT coalesce(v.body, b.body) FROM record r JOIN revision v ON v.n = r.revision_n "
    "LEFT JOIN revision b ON b.n = v.body_n WHERE r.id = ?"
)


@dataclass(frozen=True, slots=True)
class Code:
    """What is read out to whoever sets the tablet up."""

    text: str
    expires_at: str


def new_code(centre: Centre) -> Code:
    """A code that enrols one tablet; the centre keeps only its hash."""
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in centre.random(_LETTERS))
    text = "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))
    moment = centre.clock.now()
    expires = stamp(moment + timedelta(hours=centre.policy.code_hours))
    with centre.db.write() as connection:
        connection.exec_driver_sql(_ADD_CODE, (_hash(text), stamp(moment), expires))
        end(begin(centre, connection), "enrolment_code_made", "force")
    return Code(text, expires)


def _hash(code: str) -> str:
    plain = re.sub(r"[^0-9A-Z]", "", code.upper()).translate(_READ_AS)
    return hashlib.sha256(b"fieldapp enrolment\x00" + plain.encode()).hexdigest()


def enrol(centre: Centre, request: Enrol) -> Enrolled:
    """Take a tablet in. The same tablet asking again with the same code hears the same again.

    Raises:
        TurnedAway: the code is unknown, used by another or run out, or the key is not the tablet's.
    """
    if not _KEY.fullmatch(request.device_key) or not is_signed(
        request.device_key, Purpose.ENROL, request.code, request.proof
    ):
        raise TurnedAway(ErrorCode.DEVICE_UNPROVEN)
    moment = centre.clock.now()
    now = stamp(moment)
    with centre.db.write() as connection:
        hold_name(connection, f"enrolment {_hash(request.code)}")
        code = connection.exec_driver_sql(_CODE, (_hash(request.code),)).first()
        if code is None:
            raise TurnedAway(ErrorCode.BAD_CODE)
        device_id: str
        if code.used_at is not None:
            device_id = code.device_id
            known = connection.exec_driver_sql(_DEVICE_KEY, (device_id,)).scalar()
            if known != request.device_key:
                raise TurnedAway(ErrorCode.BAD_CODE)
        elif code.expires_at <= now:
            raise TurnedAway(ErrorCode.BAD_CODE)
        else:
            device_id = new_device_id(centre.random, moment)
            values = (request.device_name, "", ACTIVE, now, now, request.app, request.device_key)
            connection.exec_driver_sql(_ADD_DEVICE, (device_id, *values, None))
            connection.exec_driver_sql(_USE, (now, device_id, _hash(request.code)))
            detail = {"what": "device_enrolled", "app": request.app}
            line = audit.Entry(now, audit.CENTRE, "ALTERATION", device_id, device_id, detail)
            audit.append(connection, [line])
        epoch = connection.exec_driver_sql(_EPOCH).scalar_one()
    return Enrolled(
        epoch=epoch, device_id=device_id, centre_keys=centre.keys.public(), server_time=now
    )


def proven_key(centre: Centre, request: SignIn, *, now: str) -> str | None:
    """The key this tablet has shown to hold, if it showed one.

    Raises:
        TurnedAway: what it showed does not hold.
    """
    if request.device_key is None:
        return None
    challenge = request.challenge or ""
    until = centre.keys.challenge_until(challenge)
    text = sign_in_text(challenge, request.device_id, request.force_no)
    if (
        until is None
        or until <= now
        or not is_signed(request.device_key, Purpose.SIGN_IN, text, request.proof or "")
    ):
        raise TurnedAway(ErrorCode.DEVICE_UNPROVEN)
    return request.device_key


def sign_in_text(challenge: str, device_id: str | None, force_no: str) -> str:
    """What a tablet signs when it signs in."""
    return f"{challenge}/{device_id or ''}/{force_no}"


def is_required(connection: Connection) -> bool:
    """True when the force lets only enrolled tablets sign in."""
    text = connection.exec_driver_sql(_SETTINGS, (SETTINGS_ID,)).scalar()
    values = json.loads(text)["values"] if text else {}
    return bool(values.get(REQUIRED, setting_defaults()[REQUIRED]))


def require(centre: Centre, *, on: bool) -> None:
    """Let only enrolled tablets sign in from now on, or all."""
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        writing.load([SETTINGS_ID])
        record = writing.get(SETTINGS_ID)
        values = {**(record.body["values"] if record else setting_defaults()), REQUIRED: on}
        publish(writing, SETTINGS_ID, RecordType.SETTINGS, {"values": values})
        end(writing, "enrolment_required" if on else "enrolment_not_required", "force")


def new_device_id(random: RandomBytes, moment: datetime) -> str:
    """An id for a tablet."""
    milliseconds = int(moment.timestamp() * 1000)
    return uuid7(milliseconds, int.from_bytes(random(10)) & ((1 << _TAIL_BITS) - 1))
