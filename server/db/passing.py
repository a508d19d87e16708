"""Which trouble of a database passes by itself, so that asking again later may go well."""

from __future__ import annotations

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_STAYS = (errors.DiskFull, errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)


def is_passing(error: SQLAlchemyError) -> bool:
    """True for a lock that was not given in time, or a database that was stopped or is starting."""
    if isinstance(error, PoolTimeout | InterfaceError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, psycopg.OperationalError):
        return not isinstance(cause, _STAYS)
    return "locked" in str(cause)
