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
from server.db.opening import discard_database, make_database
from server.keys import make_keys
from server.security import RandomBytes
from server.services import meeting_ledger
from server.services.centre import Centre
from server.services.own_hand import begin, end
from server.services.publishing import SETTINGS_ID, publish
from server.services.writing import Writing
from server.upgrade import upgrade

_HEAD = "INSERT INTO head (id, seq, epoch, durable) VALUES (1, 0, ?, 0)"
_NEIGHBOURHOOD = (
    "INSERT INTO neighbourhood (code, name, lpt_code, valid_from, valid_to, successors) "
    "VALUES (?,?,?,?,?,?)"
)


def found(
    data_dir: Path,
    *,
    database: str | None = None,
    clock: Clock | None = None,
    random: RandomBytes = random_bytes,
) -> Centre:
    """Make a new centre with the force's neighbourhoods and settings, and no accounts.

    Args:
        data_dir: its folder.
        database: address of an empty PostgreSQL database; without one the store is a file.
        clock: the present.
        random: for keys and the name of the history.

    Raises:
        SituationError: there is one already, or the database cannot be had.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = make_database(data_dir, database)
    centre = Centre(db, clock or SystemClock(), random)
    try:
        _fill(centre)
    except BaseException:
        centre.close()
        discard(data_dir)
        raise
    return centre


def _fill(centre: Centre) -> None:
    db, random = centre.db, centre.random
    upgrade(db)
    with db.write() as connection:
        connection.exec_driver_sql(_HEAD, (random(16).hex(),))
        make_keys(connection, at=centre.now(), random=random)
        writing = begin(centre, connection)
        _neighbourhoods(writing)
        _settings(writing)
        writing.flush()
        meeting_ledger.refresh_all(writing)
        end(writing, "centre_made", "force")


def discard(data_dir: Path) -> None:
    """Remove a centre that was not finished; never to be used on one that was."""
    discard_database(data_dir)


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
