"""Making a centre: an empty store with its own key, and the reference data it begins with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fieldapp.domain.clock import Clock
from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.system import SystemClock, random_bytes
from resources import read_text
from server.db import SqliteDatabase
from server.keys import make_keys
from server.security import RandomBytes, make_key
from server.services import meeting_ledger
from server.services.centre import Centre
from server.services.own_hand import begin, end
from server.services.publishing import SETTINGS_ID, publish
from server.services.writing import Writing
from server.settings import key_path, store_path
from server.upgrade import upgrade

_HEAD = "INSERT INTO head (id, seq, epoch, durable) VALUES (1, 0, ?, 0)"
_NEIGHBOURHOOD = (
    "INSERT INTO neighbourhood (code, name, lpt_code, valid_from, valid_to, successors) "
    "VALUES (?,?,?,?,?,?)"
)


def found(
    data_dir: Path, *, clock: Clock | None = None, random: RandomBytes = random_bytes
) -> Centre:
    """Make a new centre with the force's neighbourhoods and settings, and no accounts.

    Raises:
        SituationError: there is one already.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = SqliteDatabase(store_path(data_dir), make_key(data_dir))
    upgrade(db)
    centre = Centre(db, clock or SystemClock(), random)
    with db.write() as connection:
        connection.exec_driver_sql(_HEAD, (random(16).hex(),))
        make_keys(connection, at=centre.now(), random=random)
        writing = begin(centre, connection)
        _neighbourhoods(writing)
        _settings(writing)
        writing.flush()
        meeting_ledger.refresh_all(writing)
        end(writing, "centre_made", "force")
    return centre


def discard(data_dir: Path) -> None:
    """Remove a centre that was not finished; never to be used on one that was."""
    store = store_path(data_dir)
    for suffix in ("", "-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    key_path(data_dir).unlink(missing_ok=True)


def _rows(name: str, key: str) -> list[Json]:
    rows: list[Json] = json.loads(read_text(f"reference/{name}.json"))[key]
    return rows


def _neighbourhoods(writing: Writing) -> None:
    wards = _rows("neighbourhoods", "neighbourhoods")
    writing.connection.exec_driver_sql(
        _NEIGHBOURHOOD,
        [
            (
                ward["code"],
                ward["name"],
                ward["lpt_code"],
                ward["valid_from"],
                ward["valid_to"],
                json.dumps(ward["successors"]),
            )
            for ward in wards
        ],
    )
    put_all(writing, RecordType.NEIGHBOURHOOD, "code", wards)


def _settings(writing: Writing) -> None:
    values = {row["key"]: row["value"] for row in _rows("settings", "settings")}
    publish(writing, SETTINGS_ID, RecordType.SETTINGS, {"values": values})


def put_all(
    writing: Writing, record_type: RecordType, key: str, bodies: Iterable[Mapping[str, Any]]
) -> None:
    """Publish reference data; ``key`` names the field that is the record's id."""
    made = [{name: value for name, value in body.items() if value is not None} for body in bodies]
    writing.load(body[key] for body in made)
    for body in made:
        publish(
            writing,
            body[key],
            record_type,
            body,
            lpt_code=body["lpt_code"],
            neighbourhood_id=body.get("neighbourhood_id"),
        )
