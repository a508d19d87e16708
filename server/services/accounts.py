"""Accounts and tablets: what an operator does about them, each with its line on the trail."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldapp.domain.bodies import OfficerBody
from fieldapp.domain.codes import RecordType, Role
from fieldapp.domain.errors import UserError
from resources import code_list
from server.security import hash_password
from server.services.callers import beats_of
from server.services.centre import Centre
from server.services.own_hand import begin, end
from server.services.publishing import publish
from server.services.writing import Writing

_FIND = "SELECT officer_id, active FROM officer WHERE force_no = ?"
_PUT = (
    "INSERT INTO officer (officer_id, force_no, name, role, app_roles, lpt_code, neighbourhoods, "
    "supervisor_id, active) VALUES (?,?,?,?,?,?,?,?,?)"
)
_PUT_CREDENTIAL = (
    "INSERT INTO credential (officer_id, password_hash, changed_at) VALUES (?,?,?) "
    "ON CONFLICT (officer_id) DO UPDATE SET password_hash = excluded.password_hash, "
    "changed_at = excluded.changed_at"
)
_END_TOKENS = "UPDATE token SET revoked_at = ? WHERE officer_id = ? AND revoked_at IS NULL"
_CLOSE = "UPDATE officer SET active = ? WHERE officer_id = ?"
_USERS = (
    "SELECT officer_id, force_no, name, role, app_roles, lpt_code, active FROM officer "
    "ORDER BY lpt_code, force_no"
)
_ONE = "SELECT * FROM officer WHERE officer_id = ?"
_SHORTEST_PASSWORD = 10


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """An account to be made."""

    officer_id: str
    force_no: str
    name: str
    role: str
    lpt_code: str
    app_roles: tuple[str, ...]
    neighbourhoods: tuple[str, ...] = ()
    supervisor_id: str | None = None


def check_password(password: str) -> None:
    """Long enough; what it is made of is the officer's business.

    Raises:
        UserError: it is too short.
    """
    if len(password) < _SHORTEST_PASSWORD:
        raise UserError(
            f"A password needs at least {_SHORTEST_PASSWORD} characters; three words will do.",
            code="short_password",
        )


def check_codes(officer: NewOfficer) -> None:
    """Role, team and rights are codes the product knows.

    Raises:
        UserError: one is not; the words list those that are.
    """
    roles, lpts = code_list("officer_role").codes, code_list("lpt").codes
    known: Iterable[tuple[str, str, Iterable[str]]] = (
        ("role", officer.role, roles),
        ("LPT", officer.lpt_code, lpts),
        *(("right", right, [role.value for role in Role]) for right in officer.app_roles),
    )
    for what, value, codes in known:
        if value not in codes:
            raise UserError(
                f"{value} is no {what}; choose from {', '.join(sorted(codes))}.",
                code="unknown_code",
            )


def put_officers(
    writing: Writing, officers: Iterable[NewOfficer], password_hashes: dict[str, str]
) -> None:
    """Make accounts and publish them; passwords come hashed, by officer id."""
    connection = writing.connection
    made = list(officers)
    connection.exec_driver_sql(
        _PUT,
        [
            (
                officer.officer_id,
                officer.force_no,
                officer.name,
                officer.role,
                json.dumps(officer.app_roles),
                officer.lpt_code,
                json.dumps(officer.neighbourhoods),
                officer.supervisor_id,
                True,
            )
            for officer in made
        ],
    )
    connection.exec_driver_sql(
        _PUT_CREDENTIAL,
        [(officer_id, hashed, writing.at) for officer_id, hashed in password_hashes.items()],
    )
    writing.load(officer.officer_id for officer in made)
    for officer in made:
        publish_officer(writing, officer.officer_id)


def publish_officer(writing: Writing, officer_id: str) -> None:
    """Bring the record that colleagues see in line with the account."""
    row = writing.connection.exec_driver_sql(_ONE, (officer_id,)).one()
    body = OfficerBody(
        force_no=row.force_no,
        name=row.name,
        role=row.role,
        lpt_code=row.lpt_code,
        neighbourhoods=sorted(beats_of(writing.connection, row.neighbourhoods, row.lpt_code)),
        supervisor_id=row.supervisor_id,
        active=bool(row.active),
    )
    publish(writing, officer_id, RecordType.OFFICER, body.to_json(), lpt_code=row.lpt_code)


def add_officer(centre: Centre, officer: NewOfficer, password: str) -> None:
    """Make one account.

    Raises:
        UserError: the number is taken, a code is unknown or the password too short.
    """
    check_password(password)
    check_codes(officer)
    hashed = hash_password(password)
    with centre.db.write() as connection:
        if connection.exec_driver_sql(_FIND, (officer.force_no,)).first():
            raise UserError(f"There is an account {officer.force_no} already.", code="exists")
        writing = begin(centre, connection)
        put_officers(writing, [officer], {officer.officer_id: hashed})
        end(writing, "account_made", officer.officer_id, rights=list(officer.app_roles))


def set_password(centre: Centre, force_no: str, password: str) -> None:
    """Give an account a new password; its sign-ins end.

    Raises:
        UserError: there is no such account, or the password is too short.
    """
    check_password(password)
    hashed = hash_password(password)
    with centre.db.write() as connection:
        officer_id = _officer_id(connection, force_no)
        at = centre.now()
        connection.exec_driver_sql(_PUT_CREDENTIAL, (officer_id, hashed, at))
        connection.exec_driver_sql(_END_TOKENS, (at, officer_id))
        writing = begin(centre, connection)
        end(writing, "password_set", officer_id)


def close_account(centre: Centre, force_no: str) -> None:
    """Close an account: no new sign-in, nothing is handed out, what still comes is held.

    Raises:
        UserError: there is no such account.
    """
    with centre.db.write() as connection:
        officer_id = _officer_id(connection, force_no)
        connection.exec_driver_sql(_CLOSE, (False, officer_id))
        writing = begin(centre, connection)
        writing.load([officer_id])
        publish_officer(writing, officer_id)
        end(writing, "account_closed", officer_id)


def _officer_id(connection: Connection, force_no: str) -> str:
    row = connection.exec_driver_sql(_FIND, (force_no,)).first()
    if row is None:
        raise UserError(f"There is no account {force_no}.", code="not_found")
    found: str = row.officer_id
    return found


@dataclass(frozen=True, slots=True)
class UserLine:
    """An account as an operator sees it, without anything secret."""

    officer_id: str
    force_no: str
    name: str
    role: str
    lpt_code: str
    app_roles: tuple[str, ...]
    active: bool


def users(connection: Connection) -> list[UserLine]:
    """All accounts, by team and number."""
    return [
        UserLine(
            officer_id=row.officer_id,
            force_no=row.force_no,
            name=row.name,
            role=row.role,
            lpt_code=row.lpt_code,
            app_roles=tuple(json.loads(row.app_roles)),
            active=bool(row.active),
        )
        for row in connection.exec_driver_sql(_USERS)
    ]
