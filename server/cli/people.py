"""``user``: accounts."""

from __future__ import annotations

import argparse
import getpass
import sys

from fieldapp.domain.errors import UserError
from fieldapp.domain.ids import uuid7
from fieldapp.reports.tables import Column, as_table
from server.cli.opening import opened
from server.services import accounts
from server.services.accounts import NewOfficer, UserLine

_TAIL_BITS = 74

_USER_COLUMNS: tuple[Column[UserLine], ...] = (
    Column("force_no", "Number", lambda user: user.force_no),
    Column("name", "Name", lambda user: user.name),
    Column("role", "Role", lambda user: user.role),
    Column("lpt_code", "LPT", lambda user: user.lpt_code),
    Column("app_roles", "Rights", lambda user: ", ".join(user.app_roles)),
    Column("active", "Open", lambda user: user.active),
    Column("officer_id", "Id", lambda user: user.officer_id),
)


def read_password(arguments: argparse.Namespace) -> str:
    """A password, from a pipe when told so, else asked for twice.

    Raises:
        UserError: the two differ.
    """
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != password:
        raise UserError("The two are not the same; nothing was changed.", code="passwords_differ")
    return password


def user_add(arguments: argparse.Namespace) -> int:
    """Make an account."""
    with opened(arguments) as centre:
        milliseconds = int(centre.clock.now().timestamp() * 1000)
        tail = int.from_bytes(centre.random(10)) & ((1 << _TAIL_BITS) - 1)
        officer = NewOfficer(
            officer_id=arguments.officer_id or f"of-{uuid7(milliseconds, tail)}",
            force_no=arguments.force_no,
            name=arguments.name,
            role=arguments.role,
            lpt_code=arguments.lpt,
            app_roles=tuple(arguments.right),
            neighbourhoods=tuple(arguments.neighbourhood or ()),
            supervisor_id=arguments.supervisor,
        )
        accounts.add_officer(centre, officer, read_password(arguments))
    print(f"Account {officer.force_no} is ready ({officer.officer_id}).")
    return 0


def user_list(arguments: argparse.Namespace) -> int:
    """All accounts."""
    with opened(arguments) as centre, centre.db.read() as connection:
        found = accounts.users(connection)
    sys.stdout.write(as_table(_USER_COLUMNS, found))
    return 0


def user_disable(arguments: argparse.Namespace) -> int:
    """Close an account."""
    with opened(arguments) as centre:
        accounts.close_account(centre, arguments.force_no)
    print(f"Account {arguments.force_no} is closed. What its tablets still send is kept and held.")
    return 0


def user_password(arguments: argparse.Namespace) -> int:
    """Give an account a new password."""
    with opened(arguments) as centre:
        accounts.set_password(centre, arguments.force_no, read_password(arguments))
    print(f"Account {arguments.force_no} has a new password; its sign-ins have ended.")
    return 0
