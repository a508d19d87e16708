"""Handing a tablet what has changed within what its officer may see, all from one snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from fieldapp.domain.permissions import scopes_of_record
from fieldapp.domain.records import Record
from server import audit
from server.errors import TurnedAway
from server.services import heartbeats
from server.services.callers import DRAINING, Caller, authenticate, check_device, scopes_of
from server.services.centre import Centre
from server.services.directives import pending
from server.services.leases import standing
from server.services.manifests import arrived
from server.services.revisions import whole
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import Pull
from sync.protocol.versions import OLDEST_FOR_PULL

PAGE_LENGTH = 4 * 1024 * 1024
"""A page ends before it grows beyond this many characters."""

_ORDER = ("device", "user", "lpt", "person", "ref")
"""Scopes that matter most to the officer travel first."""

_HEAD = "SELECT seq, epoch, durable FROM head WHERE id = 1"
# What the officer owns comes by their own scope; a second copy by the team's would double the page.
_CHANGES = (
    "SELECT f.seq, f.op, r.id, r.record_type, r.owner_officer_id, r.lpt_code, r.neighbourhood_id, "
    "r.review_status, r.deleted, r.n, v.head, coalesce(v.body, b.body) "
    "FROM feed f JOIN record r ON r.n = f.record_n "
    "LEFT JOIN revision v ON f.op = 'up' AND v.n = r.revision_n "
    "LEFT JOIN revision b ON b.n = v.body_n "
    "WHERE f.scope = ? AND f.seq > ? AND (f.op = 'up' OR NOT ?) "
    "AND (f.scope = ? OR r.owner_officer_id <> ?) "
    "ORDER BY f.seq LIMIT ?"
)
_COUNTS = (
    "SELECT scope, CAST(sum(records) AS BIGINT), CAST(sum(state_sum) AS BIGINT) FROM scope_count "
    "WHERE scope IN (SELECT value FROM json_each(?)) AND (scope = ? OR owner_officer_id <> ?) "
    "GROUP BY scope"
)
_FLOORS = "SELECT scope, seq FROM floor WHERE scope IN (SELECT value FROM json_each(?))"
_encode = json.JSONEncoder(ensure_ascii=False).encode
_QUIET = timedelta(minutes=10)
_MAX_INT = 2**63 - 1


@dataclass(slots=True)
class Pulled:
    """One page, its changes as JSON text so that no record is written out anew."""

    epoch: str
    head: int
    durable: int
    server_time: str
    changes: list[str] = field(default_factory=list)
    cursor: dict[str, int] = field(default_factory=dict)
    more: bool = False
    scope_exit: list[str] = field(default_factory=list)
    resync: list[str] = field(default_factory=list)
    check: dict[str, int] = field(default_factory=dict)
    check_sums: dict[str, int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    """Scope to number of changes: for the audit trail."""
    standing: dict[str, Any] = field(default_factory=dict)
    """The tablet's lease, and what it is ordered to do."""

    def to_text(self) -> str:
        """The answer as sent."""
        rest = json.dumps(
            {
                "epoch": self.epoch,
                "count": len(self.changes),
                "cursor": {"epoch": self.epoch, "scopes": self.cursor},
                "more": self.more,
                "scope_exit": self.scope_exit,
                "resync": self.resync,
                "head": self.head,
                "durable": self.durable,
                "check": self.check,
                "check_sums": self.check_sums,
                "server_time": self.server_time,
                **self.standing,
            },
            separators=(",", ":"),
        )
        return f'{rest[:-1]},"changes":[{",".join(self.changes)}]}}'


def pull(centre: Centre, token: str, request: Pull) -> Pulled:
    """One page of what has changed since the cursor.

    The cursor says where to go on reading; what may be read comes from the account alone.

    Raises:
        TurnedAway: the tablet may not receive.
    """
    now = centre.clock.now()
    at = centre.now()
    with centre.db.read() as connection:
        caller = authenticate(connection, token, now=at)
        check_device(caller, request.device_id)
        if caller.device_state == DRAINING:
            orders = pending(connection, caller.device_id)
            raise TurnedAway(ErrorCode.DEVICE_DRAINING, directives=orders)
        if request.proto < OLDEST_FOR_PULL:
            raise TurnedAway(ErrorCode.UPDATE_NEEDED)
        page = _page(connection, caller, request, at)
        page.standing = standing(centre, connection, caller, now)
        heard = _heard(connection, request, now)
    if page.changes or page.scope_exit or not heard:
        _note(centre, caller, request, page)
    return page


def _page(connection: Connection, caller: Caller, request: Pull, at: str) -> Pulled:
    head = connection.exec_driver_sql(_HEAD).one()
    page = Pulled(head.epoch, head.seq, head.durable, at)
    granted = sorted(scopes_of(caller), key=_priority)
    start = dict(request.cursor.scopes) if request.cursor.epoch == head.epoch else {}
    page.scope_exit = sorted(start.keys() - set(granted))
    page.resync = _to_read_anew(connection, granted, start, head.seq)
    for scope in granted:
        page.cursor[scope] = 0 if scope in page.resync else start.get(scope, 0)
    room = request.limit
    length = 0
    allowed = frozenset(granted)
    for scope in granted:
        view = _View(caller.actor.officer_id, scope, allowed)
        start_at = page.cursor[scope]
        for seq, text in _changes(connection, view, after=abs(start_at), room=room):
            if room == 0 or length > PAGE_LENGTH:
                page.more = True
                break
            # Below zero while a scope is read for the first time: then its floor says nothing.
            page.cursor[scope] = seq if start_at > 0 else -seq
            page.changes.append(text)
            page.given[scope] = page.given.get(scope, 0) + 1
            room -= 1
            length += len(text)
        if page.more:
            return page
        page.cursor[scope] = head.seq
    _count(connection, caller, granted, page)
    return page


def _to_read_anew(
    connection: Connection, granted: list[str], start: dict[str, int], head: int
) -> list[str]:
    """Scopes whose position leads nowhere.

    It was never given out, so this is not the history the tablet knows; or what has left the scope
    since is not told any more.
    """
    found = connection.exec_driver_sql(_FLOORS, (json.dumps(granted),))
    floors: dict[str, int] = {scope: seq for scope, seq in found}  # noqa: C416 - rows, not pairs
    return sorted(
        scope
        for scope in granted
        if abs(start.get(scope, 0)) > head or 0 < start.get(scope, 0) < floors.get(scope, 0)
    )


def _priority(scope: str) -> tuple[int, str]:
    return _ORDER.index(scope.partition(":")[0]), scope


@dataclass(frozen=True, slots=True)
class _View:
    """One scope as one officer may see it."""

    me: str
    scope: str
    granted: frozenset[str]


def _changes(
    connection: Connection, view: _View, *, after: int, room: int
) -> Iterator[tuple[int, str]]:
    """Changes of one scope as text, one more than there is room for.

    A record is let out only if it belongs to what was granted, which is asked once more of the
    record as it stands in this snapshot. Who starts from nothing needs no word of what has left.
    """
    name = _encode(view.scope)
    verdicts: dict[tuple[object, ...], bool] = {}
    rows = connection.exec_driver_sql(
        _CHANGES, (view.scope, after, not after, f"user:{view.me}", view.me, room + 1)
    )
    for seq, op, id, *stands, n, head, body in rows:
        front = f'{{"scope":{name},"record_id":{_encode(id)},"seq":{seq},"op":"{op}"'
        if op != "up":
            yield seq, f"{front}}}"
            continue
        key = tuple(stands)
        if key not in verdicts:
            verdicts[key] = not _scopes(key).isdisjoint(view.granted)
        if verdicts[key]:
            record = whole(_with_arrived(connection, n, head), body)
            yield seq, f'{front},"record":{record}}}'


def _with_arrived(connection: Connection, n: int, head: str) -> str:
    """What of its photos and voice notes is here: no part of a revision, so it is added here."""
    if '"attachments":' not in head:
        return head
    return f'{head[:-1]},"attachments_received":{_encode(arrived(connection, n))}}}'


def _scopes(stands: tuple[Any, ...]) -> frozenset[str]:
    record_type, owner, lpt_code, neighbourhood_id, review_status, deleted = stands
    return scopes_of_record(
        Record(
            id="",
            record_type=record_type,
            schema_version=0,
            owner_officer_id=owner,
            lpt_code=lpt_code,
            neighbourhood_id=neighbourhood_id,
            revision=0,
            review_status=review_status,
            body={},
            content_hash="",
            created_at="",
            deleted=bool(deleted),
        )
    )


def _count(connection: Connection, caller: Caller, granted: list[str], page: Pulled) -> None:
    """What each scope holds for this officer, in number and as a sum, for the tablet to compare."""
    me = caller.actor.officer_id
    page.check = dict.fromkeys(granted, 0)
    page.check_sums = dict.fromkeys(granted, 0)
    found = connection.exec_driver_sql(_COUNTS, (json.dumps(granted), f"user:{me}", me))
    for scope, records, state_sum in found:
        page.check[scope], page.check_sums[scope] = records, state_sum


def _heard(connection: Connection, request: Pull, now: datetime) -> bool:
    """True when what the tablet tells about itself is known already, so nothing need be written."""
    last_seen, told = heartbeats.known(connection, request.device_id)
    fresh = now - datetime.fromisoformat(last_seen) < _QUIET
    return fresh and told == heartbeats.told_by(request.hb, request.app)


def _note(centre: Centre, caller: Caller, request: Pull, page: Pulled) -> None:
    """Who was given what is on the trail before it leaves."""
    with centre.db.write() as connection:
        at = page.server_time
        heartbeats.note(connection, request.device_id, request.hb, request.app, at=at)
        if page.changes or page.scope_exit:
            detail = {
                "changes": page.given,
                "left": page.scope_exit,
                "to": page.cursor,
            }
            officer_id, device_id = caller.actor.officer_id, caller.device_id
            line = audit.Entry(at, officer_id, "SYNC_PULL", device_id, device_id, detail)
            audit.append(connection, [line])
