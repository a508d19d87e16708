"""What a tablet tells about itself with every call: what waits on it, since when."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.protocol.messages import Heartbeat

_KNOWN = (
    "SELECT last_seen, depth, oldest_at, app, attachments, attachment_bytes "
    "FROM device WHERE device_id = ?"
)
_NOTE = (
    "UPDATE device SET last_seen = ?, depth = ?, oldest_at = ?, app = ?, attachments = ?, "
    "attachment_bytes = ? WHERE device_id = ?"
)

Told = tuple[int, str | None, str, int, int]


def told_by(hb: Heartbeat, app: str) -> Told:
    """What is kept of it; requests hold no number that a store cannot hold."""
    return hb.depth, hb.oldest_at, app, hb.attachments, hb.attachment_bytes


def known(connection: Connection, device_id: str) -> tuple[str, Told]:
    """When the tablet was last heard of, and what it told then."""
    last_seen, *told = connection.exec_driver_sql(_KNOWN, (device_id,)).one()
    depth, oldest_at, app, waiting, size = told
    return last_seen, (depth, oldest_at, app, waiting, size)


def note(connection: Connection, device_id: str, hb: Heartbeat, app: str, *, at: str) -> None:
    """Keep what a tablet tells now."""
    connection.exec_driver_sql(_NOTE, (at, *told_by(hb, app), device_id))
