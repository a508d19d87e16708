"""A force of officers, each with a tablet that has signed in and entries that wait to leave."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp.domain.codes import RecordType, Role
from fieldapp.domain.ids import uuid7
from fieldapp.domain.operations import Create, Submit
from resources import read_json
from server.security import hash_password, new_token, token_hash
from server.services import devices
from server.services.accounts import NewOfficer, put_officers
from server.services.callers import caller_of, scopes_of
from server.services.centre import Centre, stamp
from server.services.own_hand import begin, end
from server.services.verification import verify
from sync.protocol.messages import SignIn
from sync.protocol.versions import PROTOCOL
from tests.bench.entries import began, body

ENTRIES = 12
"""Entries on each tablet; each is two operations."""
_TOKEN = (
    "INSERT INTO token (token_hash, device_id, officer_id, issued_at, expires_at) "
    "VALUES (?,?,?,?,?)"
)
_HEAD = "SELECT seq, epoch FROM head WHERE id = 1"
_COUNT = (
    "SELECT count(*) FROM record WHERE record_type = 'ENGAGEMENT' "
    "AND review_status = 'PENDING_REVIEW'"
)
_PASSWORD = "harbour-kettle-violin"


@dataclass(frozen=True, slots=True)
class _Officer:
    officer_id: str
    lpt_code: str
    beats: tuple[str, ...]
    device_id: str
    token: str


def make_herd(centre: Centre, tablets: int, file: Path) -> None:
    """Put the officers and their tablets into a centre, and what each will send into a file.

    Everything that costs time on the tablets (writing JSON, packing) is done here, so that the
    generator measures the centre and not itself.
    """
    officers = _admit(centre, tablets)
    with centre.db.read() as connection, file.open("w") as out:
        head = connection.exec_driver_sql(_HEAD).one()
        for place, officer in enumerate(officers):
            cursor = _cursor(connection, officer, head.seq, head.epoch)
            out.write(json.dumps(_load(officer, place, cursor)) + "\n")


def entries_in(centre: Centre) -> int:
    """How many submitted entries it has, once it has found nothing wrong with itself.

    Raises:
        AssertionError: its own verification found something.
    """
    verdict = verify(centre)
    assert verdict.trouble is None, verdict.trouble
    with centre.db.read() as connection:
        return int(connection.exec_driver_sql(_COUNT).scalar_one())


def _admit(centre: Centre, tablets: int) -> list[_Officer]:
    moment = centre.clock.now()
    hashed = hash_password(_PASSWORD)  # one for all: each takes long, on purpose
    beats = _beats()
    officers = []
    for place in range(tablets):
        lpt_code = sorted(beats)[place % len(beats)]
        beat = beats[lpt_code][place // len(beats) % len(beats[lpt_code])]
        made = _Officer(
            f"of-b{place:05d}", lpt_code, (beat,), f"bench-{place:05d}", new_token(centre.random)
        )
        officers.append(made)
    accounts = [
        NewOfficer(
            one.officer_id,
            f"9{place:05d}",
            f"Officer {place}",
            "PCSO",
            one.lpt_code,
            (Role.FIELD.value,),
            one.beats,
        )
        for place, one in enumerate(officers)
    ]
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        put_officers(writing, accounts, {one.officer_id: hashed for one in officers})
        end(writing, "bench_force_made", "force")
    with centre.db.write() as connection:
        for account, one in zip(accounts, officers, strict=True):
            _sign_in(centre, connection, account, one, moment)
    return officers


def _sign_in(
    centre: Centre, connection: Connection, account: NewOfficer, one: _Officer, moment: datetime
) -> None:
    asked = SignIn(
        proto=PROTOCOL,
        app="bench",
        force_no=account.force_no,
        password=_PASSWORD,
        device_id=one.device_id,
        device_name="tablet",
    )
    devices.put_on_sign_in(centre, connection, asked, officer_id=one.officer_id, at=moment)
    expires = stamp(moment + timedelta(days=centre.policy.token_days))
    values = (token_hash(one.token), one.device_id, one.officer_id, stamp(moment), expires)
    connection.exec_driver_sql(_TOKEN, values)


def _beats() -> dict[str, list[str]]:
    """Present neighbourhoods by team."""
    beats: dict[str, list[str]] = {}
    places: Any = read_json("reference/neighbourhoods.json")
    for ward in places["neighbourhoods"]:
        if not ward.get("valid_to"):
            beats.setdefault(ward["lpt_code"], []).append(ward["code"])
    return beats


def _cursor(connection: Connection, one: _Officer, seq: int, epoch: str) -> dict[str, Any]:
    """Where a tablet stands that has everything up to now."""
    caller = caller_of(connection, one.officer_id, one.device_id)
    return {"epoch": epoch, "scopes": dict.fromkeys(sorted(scopes_of(caller)), seq)}


def _load(one: _Officer, place: int, cursor: dict[str, Any]) -> dict[str, str]:
    hb = {"depth": 2 * ENTRIES}
    who = {"proto": PROTOCOL, "app": "bench", "device_id": one.device_id}
    ops = list(_operations(one, place))
    push = {**who, "hb": hb, "journal_floor": 0, "ops": ops}
    # The officer's own scope comes first: a page of their entries is the echo of the push. What
    # colleagues wrote meanwhile is on later pages.
    pull = {**who, "hb": {}, "cursor": cursor, "limit": ENTRIES}
    return {
        "token": one.token,
        "push": base64.b64encode(_packed(push)).decode(),
        "pull": base64.b64encode(_packed(pull)).decode(),
    }


def _packed(message: dict[str, Any]) -> bytes:
    text = json.dumps(message, separators=(",", ":")).encode()
    return gzip.compress(text, 6, mtime=0)


def _operations(one: _Officer, place: int) -> Iterator[dict[str, Any]]:
    for number in range(ENTRIES):
        serial = place * ENTRIES + number
        started = began(serial)
        made = started + timedelta(minutes=95)
        record_id = uuid7(int(made.timestamp() * 1000), 3 * serial)
        written = body(serial, officer_id=one.officer_id, started=started)
        written |= {"lpt_code": one.lpt_code, "neighbourhood_id": one.beats[0]}
        now = datetime.now(UTC)
        yield Create(
            op_id=uuid7(int(made.timestamp() * 1000), 3 * serial + 1),
            dseq=2 * number + 1,
            record_id=record_id,
            claimed_at=now,
            record_type=RecordType.ENGAGEMENT,
            schema_version=1,
            body=written,
        ).to_wire()
        yield Submit(
            op_id=uuid7(int(made.timestamp() * 1000), 3 * serial + 2),
            dseq=2 * number + 2,
            record_id=record_id,
            claimed_at=now,
        ).to_wire()
