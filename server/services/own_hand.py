"""Transactions in which the centre, or an operator at its command line, writes by itself."""

from __future__ import annotations

from sqlalchemy import Connection

from fieldapp.domain.times import day_of
from server import audit
from server.db import hold_last
from server.services.centre import Centre, stamp
from server.services.writing import Writing


def begin(centre: Centre, connection: Connection) -> Writing:
    """Records of this transaction, stamped with the present instant; it has the last lock now."""
    hold_last(connection)
    moment = centre.clock.now()
    return Writing(connection, at=stamp(moment), today=day_of(moment), policy=centre.policy)


def end(writing: Writing, what: str, subject: str, **detail: object) -> None:
    """Write the records out and put what was done on the trail."""
    writing.flush()
    told = {"what": what, "revisions": writing.proof(), **detail}
    line = audit.Entry(writing.at, audit.CENTRE, "ALTERATION", subject, None, told)
    audit.append(writing.connection, [line])
