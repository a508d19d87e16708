"""What the passing of days changes without anybody writing: planned dates and retention."""

from __future__ import annotations

from datetime import date

from fieldapp.domain.times import day_of
from server.db import hold_records
from server.services import meeting_ledger
from server.services.attachments.sweeping import sweep
from server.services.centre import Centre
from server.services.own_hand import begin, end
from server.services.retention import limits
from server.services.trimming import note_the_day, trim

_AT_ONCE = 500
_SWEPT_ON = "SELECT swept_on FROM head WHERE id = 1"
_SWEPT = "UPDATE head SET swept_on = ? WHERE id = 1"
_OVERDUE = (
    "SELECT DISTINCT r.id FROM record r JOIN feed f ON f.record_n = r.n "
    "WHERE f.op = 'up' AND ((r.settled_on < ? AND f.scope LIKE 'lpt:%') "
    "OR (r.settled_on < ? AND f.scope LIKE 'user:%')) LIMIT ?"
)


def keep_up(centre: Centre) -> bool:
    """Once a day: publish what the date changed, take old records off tablets, trim and sweep.

    Returns:
        True when there was anything to do.
    """
    today = day_of(centre.clock.now())
    with centre.db.read() as connection:
        if connection.exec_driver_sql(_SWEPT_ON).scalar_one() == today.isoformat():
            return False
    while _sweep(centre, today) == _AT_ONCE:
        pass
    trim(centre, today)
    sweep(centre)
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        meeting_ledger.refresh_all(writing)
        connection.exec_driver_sql(_SWEPT, (today.isoformat(),))
        note_the_day(connection, today)
        end(writing, "ledger_published", "force")
    return True


def _sweep(centre: Centre, today: date) -> int:
    """Let go of some records whose time on tablets is over; they stay at the centre."""
    with centre.db.write() as connection:
        old = limits(centre.policy, today)
        ids = [row[0] for row in connection.exec_driver_sql(_OVERDUE, (*old, _AT_ONCE))]
        if ids:
            hold_records(connection, ids)
            writing = begin(centre, connection)
            writing.load(ids)
            for id in ids:
                writing.touch(id)
            end(writing, "left_tablets", "force", records=len(ids))
    return len(ids)
