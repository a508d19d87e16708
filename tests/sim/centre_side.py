"""The centre of a history: the server's own use cases over its own store, request by request."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from argon2 import PasswordHasher
from sqlalchemy.exc import OperationalError

from fieldapp.domain.operations import Create, Operation
from fieldapp.domain.records import Record
from fieldapp.domain.review import Settled, settle
from resources import read_text
from server import security
from server.api.body import as_model, unpacked
from server.errors import TurnedAway
from server.security import hash_password
from server.services import batch, founding
from server.services.accounts import put_officers
from server.services.attachments.asking import status
from server.services.attachments.reading import read
from server.services.attachments.uploading import Sent, take
from server.services.centre import Centre
from server.services.history import begin_anew
from server.services.own_hand import begin, end
from server.services.pull import pull
from server.services.push import push
from server.services.sign_in import sign_in
from server.settings import KEY_VARIABLE, store_path
from server.strict_json import check_plain, read_json, read_with_operations
from sync.protocol.codes import HTTP_STATUS, ErrorCode
from sync.protocol.messages import BlobStatus, ErrorAnswer, Pull, Push, Request, SignIn
from sync.protocol.routes import BLOB_STATUS, PULL, PUSH, SIGN_IN
from sync.protocol.versions import HEADER, PIECE_HEADER, PROTOCOL
from tests.sim.cast import BEATS, OFFICERS, PASSWORD
from tests.sim.clock import SimClock
from tests.sim.faults import Crash
from tests.sim.link import Asked, Reply
from tests.sim.stores import KEY, Image, SimDatabase
from tests.sim.violation import Violation

_R = TypeVar("_R", bound=Request)


def quick_passwords() -> None:
    """Passwords are hashed as in the product, but not slowly: there are thousands of histories."""
    security._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def trip_over_some_content() -> None:
    """Some content trips a fault in the centre's code: it stands for all those nobody knows of."""

    def tripped(record: Record | None, op: Operation, *more: Any, **named: Any) -> Settled:
        if isinstance(op, Create) and op.body.get("trips_the_centre"):
            raise RuntimeError("content that nobody had thought of")
        return settle(record, op, *more, **named)

    batch.__dict__["settle"] = tripped


def found_small_force(folder: Path, clock: SimClock, chance: Random) -> None:
    """Make the centre of the cast, with the neighbourhoods they work in and no others."""

    def few(name: str) -> str:
        text = read_text(name)
        if name != "reference/neighbourhoods.json":
            return text
        kept = {code for beats in BEATS.values() for code in beats}
        wards = json.loads(text)["neighbourhoods"]
        return json.dumps({"neighbourhoods": [ward for ward in wards if ward["code"] in kept]})

    with (
        mock.patch.dict(os.environ, {KEY_VARIABLE: KEY.hex()}),
        mock.patch.object(founding, "read_text", few),
    ):
        centre = founding.found(folder, clock=clock, random=chance.randbytes)
    hashed = hash_password(PASSWORD)
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        put_officers(writing, OFFICERS, {who.officer_id: hashed for who in OFFICERS})
        end(writing, "force_made", "force")
    centre.close()


@dataclass(frozen=True, slots=True)
class Backup:
    """Last night's backup."""

    image: Image
    seq: int


def _plain(data: bytes) -> object:
    value = read_json(data)
    check_plain(value)
    return value


class SimCentre:
    """The centre: opened once by its real path, filled anew for each history."""

    def __init__(self, folder: Path, clock: SimClock) -> None:
        self.clock = clock
        self.db = SimDatabase(store_path(folder), KEY)
        self._chance = Random(0)
        self.restart()

    def begin(self, image: Image, chance: Random) -> None:
        """A new history."""
        self._chance = chance
        self.db.fill(image)
        self.restart()

    def restart(self) -> None:
        """The process has died and is started again: only the store is left."""
        self.centre = Centre(self.db, self.clock, self._chance.randbytes)

    # ------------------------------------------------------------------- answering

    def serve(self, asked: Asked) -> Reply | None:
        """Carry out one request; ``None`` when the process died over it."""
        try:
            return self._answer(asked)
        except TurnedAway as away:
            return _turned_away(away)
        except OperationalError:
            return _turned_away(TurnedAway(ErrorCode.SERVER_ERROR))
        except Crash:
            self.restart()
            return None
        except Exception as error:
            raise Violation("I9 a request brings the centre down", repr(error)) from error

    def _answer(self, asked: Asked) -> Reply:
        route = next((name for name in _ROUTES if name.matches(asked)), None)
        assert route is not None, asked.route
        said = route.answer(self.centre, asked)
        return said if isinstance(said, Reply) else Reply(200, said.encode())

    # -------------------------------------------------------------------- operators

    def back_up(self) -> Backup:
        """A backup that is known to be good; tablets may let go of what is in it."""
        image = self.db.image()
        seq = self.rows("SELECT seq FROM head")[0][0]
        with self.db.write() as connection:
            connection.exec_driver_sql("UPDATE head SET durable = ?", (seq,))
        return Backup(image, seq)

    def restore(self, backup: Backup) -> None:
        """Back to the backup, under a new name of history."""
        self.db.fill(backup.image)
        self.restart()
        with self.db.write() as connection:
            begin_anew(self.centre, connection, "restored", at=backup.seq)

    def end_sign_ins(self, device_id: str) -> None:
        """The tokens of a tablet are no longer good."""
        with self.db.write() as connection:
            connection.exec_driver_sql(
                "UPDATE token SET revoked_at = ? WHERE device_id = ?",
                (self.centre.now(), device_id),
            )

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the store says by plain SQL."""
        return self.db.rows(statement, values)


def _push(centre: Centre, asked: Asked) -> str:
    return push(centre, asked.token, _model(asked, Push, read_with_operations)).to_text()


def _pull(centre: Centre, asked: Asked) -> str:
    return pull(centre, asked.token, _model(asked, Pull, _plain)).to_text()


def _sign_in(centre: Centre, asked: Asked) -> str:
    return sign_in(centre, _model(asked, SignIn, _plain)).model_dump_json()


def _blob_status(centre: Centre, asked: Asked) -> str:
    return status(centre, asked.token, _model(asked, BlobStatus, _plain)).model_dump_json()


def _blob_put(centre: Centre, asked: Asked) -> str:
    parts = urlsplit(asked.route)
    sha, first = parts.path.split("/")[-2:]
    size = int(parse_qs(parts.query)["size"][0])
    sent = Sent(sha, size, int(first), asked.body, asked.headers[PIECE_HEADER])
    return take(centre, asked.token, sent).model_dump_json()


def _blob_get(centre: Centre, asked: Asked) -> Reply:
    sha = asked.route.rpartition("/")[2]
    part = read(centre, asked.token, sha, wanted=asked.headers.get("Range"))
    last = part.start + len(part.data) - 1
    headers = {HEADER: str(PROTOCOL), "Content-Range": f"bytes {part.start}-{last}/{part.size}"}
    return Reply(200 if part.is_whole else 206, part.data, headers)


def _model(asked: Asked, kind: type[_R], parse: Callable[[bytes], Any]) -> _R:
    return as_model(unpacked(asked.body, asked.headers.get("Content-Encoding")), kind, parse)


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    start: str
    answer: Callable[[Centre, Asked], str | Reply]

    def matches(self, asked: Asked) -> bool:
        return asked.method == self.method and asked.route.startswith(self.start)


_ROUTES = (
    _Route("POST", PUSH, _push),
    _Route("POST", PULL, _pull),
    _Route("POST", SIGN_IN, _sign_in),
    _Route("POST", BLOB_STATUS, _blob_status),
    _Route("PUT", "/v1/blobs/", _blob_put),
    _Route("GET", "/v1/blobs/", _blob_get),
)
"""What the routes of the web application do, without the web."""


def _turned_away(away: TurnedAway) -> Reply:
    body = ErrorAnswer(
        error=away.code.value,
        words=away.words,
        request_id="simulated",
        retry_after=away.retry_after,
        directives=list(away.directives) or None,
    )
    return Reply(HTTP_STATUS[away.code], body.model_dump_json(exclude_none=True).encode())
