"""Who is calling: always from the token and the account as it stands now, never from a payload."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from fieldapp.domain.permissions import Actor, scopes_of_officer
from server.errors import TurnedAway
from server.security import token_hash
from server.services.directives import pending
from sync.protocol.codes import ErrorCode

ACTIVE, DRAINING, REVOKED = "active", "draining", "revoked"
DEVICE_STATES = (ACTIVE, DRAINING, REVOKED)
ALL_LPT = "ALL_LPT"
"""In place of neighbourhoods: all those of the officer's LPT."""

_SIGN_IN = (
    "SELECT t.expires_at, t.revoked_at, t.officer_id, t.device_id, d.state, d.clone_at "
    "FROM token t JOIN device d USING (device_id) WHERE t.token_hash = ?"
)
_OFFICER = "SELECT app_roles, lpt_code, neighbourhoods, active FROM officer WHERE officer_id = ?"
_BEATS = "SELECT code FROM neighbourhood WHERE lpt_code = ?"


@dataclass(frozen=True, slots=True)
class Caller:
    """An officer on a tablet."""

    actor: Actor
    device_id: str
    device_state: str


def authenticate(connection: Connection, token: str, *, now: str) -> Caller:
    """Whose token this is.

    An account that was closed keeps its sign-ins but has no roles: what it wrote is still taken
    into custody, and nothing it asks for is given.

    Raises:
        TurnedAway: the token is unknown, has run out or was taken back, or the tablet is revoked
            or not the only one under its id; what it has been ordered to do goes with the answer.
    """
    row = connection.exec_driver_sql(_SIGN_IN, (token_hash(token),)).first()
    if row is None:
        raise TurnedAway(ErrorCode.NOT_SIGNED_IN)
    why = _why_not(row, now)
    if why is not None:
        raise TurnedAway(why, directives=pending(connection, row.device_id))
    return caller_of(connection, row.officer_id, row.device_id, device_state=row.state)


def _why_not(row: Row[Any], now: str) -> ErrorCode | None:
    if row.revoked_at is not None or row.expires_at <= now:
        return ErrorCode.NOT_SIGNED_IN
    if row.state == REVOKED:
        return ErrorCode.DEVICE_REVOKED
    return ErrorCode.DEVICE_CLONE if row.clone_at else None


def caller_of(
    connection: Connection, officer_id: str, device_id: str, *, device_state: str = ACTIVE
) -> Caller:
    """An officer on a tablet, by the account as it stands in this transaction."""
    row = connection.exec_driver_sql(_OFFICER, (officer_id,)).one()
    return Caller(
        actor=Actor(
            officer_id=officer_id,
            app_roles=frozenset(json.loads(row.app_roles)) if row.active else frozenset(),
            lpt_code=row.lpt_code,
            neighbourhoods=beats_of(connection, row.neighbourhoods, row.lpt_code),
        ),
        device_id=device_id,
        device_state=device_state,
    )


def beats_of(connection: Connection, stored: str, lpt_code: str) -> frozenset[str]:
    """The neighbourhoods an account is assigned to."""
    named = json.loads(stored)
    return lpt_beats(connection, lpt_code) if ALL_LPT in named else frozenset(named)


def lpt_beats(connection: Connection, lpt_code: str) -> frozenset[str]:
    """All neighbourhoods of an LPT."""
    return frozenset(row[0] for row in connection.exec_driver_sql(_BEATS, (lpt_code,)))


def check_device(caller: Caller, device_id: str) -> None:
    """The tablet that sends must be the one that signed in.

    Raises:
        TurnedAway: it is another one.
    """
    if caller.device_id != device_id:
        raise TurnedAway(ErrorCode.DEVICE_MISMATCH)


def scopes_of(caller: Caller) -> frozenset[str]:
    """What this caller may pull, by the account as it was read in this same snapshot."""
    return scopes_of_officer(caller.actor, device_id=caller.device_id)
