"""Rescue copies that cannot be taken yet: lists and parts as they came, still sealed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import Connection

from server.db import Database
from server.services.centre import Centre, stamp
from server.services.rescue_reading import Copy
from server.services.rescue_words import Told

WAITING, HELD, TAKEN = "waiting", "held", "taken"
KEPT = timedelta(days=30)
"""So long parts stay for a list that nobody completes."""
MOST_OPEN = 20
"""Lists that one officer may have handed in and that are not taken yet."""

_PUT = (
    "INSERT INTO rescue_list (sha, bundle, device_id, officer_id, carried_by, carried_on, "
    "received_at, state, code, parts, told, data) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) "
    "ON CONFLICT (sha) DO UPDATE SET state = excluded.state, code = excluded.code, "
    "told = excluded.told, data = excluded.data"
)
_ONE = (
    "SELECT sha, bundle, device_id, officer_id, carried_by, received_at, state, code, told, data "
    "FROM rescue_list WHERE sha = ?"
)
_ALL = (
    "SELECT sha, bundle, device_id, officer_id, carried_by, received_at, state, code, told, "
    "NULL AS data FROM rescue_list ORDER BY received_at, sha"
)
_OPEN_OF = "SELECT count(*) FROM rescue_list WHERE carried_by = ? AND state <> 'taken'"
_WANTED = "SELECT parts FROM rescue_list WHERE state <> 'taken'"
_WANTED_OF = "SELECT parts FROM rescue_list WHERE state <> 'taken' AND carried_by = ?"
_HERE = "SELECT name FROM rescue_part WHERE name IN (SELECT value FROM json_each(?))"
_PART = "SELECT data FROM rescue_part WHERE name = ?"
_PUT_PART = (
    "INSERT INTO rescue_part (name, received_at, data) VALUES (?,?,?) ON CONFLICT (name) DO NOTHING"
)
_NAMES = "SELECT name FROM rescue_part"
_DROP = "DELETE FROM rescue_part WHERE name = ?"
_FORGET = "DELETE FROM rescue_list WHERE state = 'waiting' AND received_at <= ?"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A list as the centre keeps it."""

    sha: str
    bundle: str
    device_id: str
    officer_id: str
    carried_by: str
    received_at: str
    state: str
    code: str | None
    told: str
    data: bytes | None

    @property
    def numbers(self) -> Told:
        """What was taken of it."""
        return Told(**json.loads(self.told))

    @property
    def is_whole(self) -> bool:
        """True once everything in it has been taken."""
        return self.state == TAKEN and not self.numbers.missing

    @property
    def as_again(self) -> Told:
        """What is to be said of it when it comes again."""
        then = self.numbers
        return Told(again=then.operations + then.again, photos_again=then.photos)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who hands a copy in: an officer with their own tablet, or an operator."""

    officer_id: str
    device_id: str | None = None


class Shelf:
    """The parts that have come (a ``rescue_reading.Source``)."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def part(self, name: str) -> bytes | None:
        """A part as it came; ``None`` when it has not."""
        with self._db.read() as connection:
            found = connection.exec_driver_sql(_PART, (name,)).scalar()
        return None if found is None else bytes(found)


def find(connection: Connection, sha: str) -> Shelved | None:
    """A list that was handed in before."""
    row = connection.exec_driver_sql(_ONE, (sha,)).first()
    return Shelved(*row) if row else None


def all_lists(connection: Connection) -> list[Shelved]:
    """Every list that was ever handed in, oldest first, without what is in it."""
    return [Shelved(*row) for row in connection.exec_driver_sql(_ALL)]


def put(
    connection: Connection,
    copy: Copy,
    by: Carrier,
    *,
    at: str,
    state: str,
    told: Told,
    code: str | None = None,
    data: bytes | None = None,
) -> None:
    """Keep a list, or how it stands now; what has been taken needs no ``data``."""
    contents = copy.contents
    told.state = {WAITING: "needs_parts", HELD: "held"}.get(state, "taken")  # type: ignore[assignment]  # one of them
    values = (
        copy.sha,
        contents.bundle,
        contents.device_id,
        contents.officer_id,
        by.officer_id,
        by.device_id,
        at,
        state,
        code,
        json.dumps(contents.part_names()),
        json.dumps(asdict(told)),
        data,
    )
    connection.exec_driver_sql(_PUT, values)


def has_room(connection: Connection, by: Carrier) -> bool:
    """True while this officer may begin to hand in another."""
    begun: int = connection.exec_driver_sql(_OPEN_OF, (by.officer_id,)).scalar_one()
    return begun < MOST_OPEN


def missing(connection: Connection, names: list[str]) -> list[str]:
    """Of these parts, those that have not come, in order."""
    here = {row[0] for row in connection.exec_driver_sql(_HERE, (json.dumps(names),))}
    return [name for name in names if name not in here]


def is_wanted(connection: Connection, name: str, by: Carrier) -> bool:
    """True when a list that this officer has begun to hand in waits for the part."""
    rows = connection.exec_driver_sql(_WANTED_OF, (by.officer_id,))
    return any(name in json.loads(row[0]) for row in rows)


def put_part(connection: Connection, name: str, data: bytes, *, at: str) -> None:
    """Keep a part."""
    connection.exec_driver_sql(_PUT_PART, (name, at, data))


def clear(centre: Centre, connection: Connection) -> None:
    """Let go of lists nobody completed in time, and of parts no list waits for any more."""
    limit = stamp(centre.clock.now() - KEPT)
    connection.exec_driver_sql(_FORGET, (limit,))
    wanted = {name for row in connection.exec_driver_sql(_WANTED) for name in json.loads(row[0])}
    gone = [row for row in connection.exec_driver_sql(_NAMES) if row[0] not in wanted]
    for row in gone:
        connection.exec_driver_sql(_DROP, (row[0],))
