"""Whether the store in the folder is the one that was there last, or an older one put back by hand.

A note of how far the history had come lies beside the store. When a store of the same history
stands further back, somebody has put it there: then a new history begins, so that tablets send
again what was lost and nothing is taken for what it is not.
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Connection

from server.db import hold_last
from server.services.centre import Centre
from server.services.own_hand import begin, end

_NOTE = "centre.history"
_HEAD = "SELECT epoch, seq FROM head WHERE id = 1"
_RENAME = "UPDATE head SET epoch = ?, durable = 0 WHERE id = 1"
_EPOCH_BYTES = 16


class History:
    """Writes down, every minute and at the end, how far the history has come.

    Args:
        centre: the live centre.
        data_dir: its folder.
    """

    def __init__(self, centre: Centre, data_dir: Path) -> None:
        self._centre = centre
        self._path = data_dir / _NOTE

    def tick(self) -> None:
        """Write it down."""
        with self._centre.db.read() as connection:
            epoch, seq = connection.exec_driver_sql(_HEAD).one()
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"epoch": epoch, "seq": seq}), encoding="ascii")
        fresh.replace(self._path)

    def stop(self) -> None:
        """Once more, for the last minute."""
        self.tick()


def begin_anew_if_behind(centre: Centre, data_dir: Path) -> bool:
    """Begin a new history when the store is behind what was noted of it; True when it was."""
    try:
        noted = json.loads((data_dir / _NOTE).read_text(encoding="ascii"))
        epoch, reached = str(noted["epoch"]), int(noted["seq"])
    except (OSError, ValueError, KeyError, TypeError):
        return False  # nothing noted, or not readable: tablets find out by themselves
    with centre.db.write() as connection:
        hold_last(connection)
        head = connection.exec_driver_sql(_HEAD).one()
        if head.epoch != epoch or head.seq >= reached:
            return False
        begin_anew(centre, connection, "older_store_found", at=head.seq, was=reached)
    return True


def begin_anew(centre: Centre, connection: Connection, what: str, **detail: object) -> str:
    """Give the history a new name; nothing counts as safe until the next backup. Its name."""
    epoch = centre.random(_EPOCH_BYTES).hex()
    connection.exec_driver_sql(_RENAME, (epoch,))
    end(begin(centre, connection), what, "centre", **detail)
    return epoch
