"""Taking in what a tablet sends: a result for every operation, nothing an officer wrote lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fieldapp.domain.codes import OpStatus
from fieldapp.domain.times import day_of
from server import audit
from server.db import hold_records, hold_signed_in
from server.errors import TurnedAway
from server.security import token_hash
from server.services import clones, custody, heartbeats, meeting_ledger
from server.services.batch import Batch
from server.services.callers import Caller, authenticate, check_device
from server.services.centre import Centre, stamp
from server.services.clones import CloneSeen
from server.services.incoming import Incoming, read_operations
from server.services.leases import standing
from server.services.outcomes import Outcome
from server.services.submit_check import SubmitRules
from server.services.trail import lines_of
from server.services.writing import Writing
from sync.protocol.messages import Push

_log = logging.getLogger(__name__)

_LEDGER = (
    "SELECT op_id, officer_id, payload_hash, result FROM ledger WHERE op_id IN "
    "(SELECT value FROM json_each(?))"
)
_FLOOR = "UPDATE device SET journal_floor = ? WHERE device_id = ? AND journal_floor <> ?"
_HEAD = "SELECT seq, epoch, durable FROM head WHERE id = 1"


@dataclass(frozen=True, slots=True)
class Pushed:
    """The answer: one result for each operation, in order, as JSON text."""

    epoch: str
    results: tuple[str, ...]
    head: int
    durable: int
    server_time: str
    standing: Mapping[str, Any] = field(default_factory=dict)
    """The tablet's lease, and what it is ordered to do."""

    def to_text(self) -> str:
        """The answer as sent; results go out as the ledger keeps them."""
        rest = json.dumps(
            {
                "epoch": self.epoch,
                "head": self.head,
                "durable": self.durable,
                "server_time": self.server_time,
                **self.standing,
            },
            separators=(",", ":"),
        )
        return f'{rest[:-1]},"results":[{",".join(self.results)}]}}'


Identify = Callable[[Connection, str], Caller]
"""Says who is calling, inside the transaction and at that instant."""


def push(centre: Centre, token: str, request: Push) -> Pushed:
    """Take a batch of operations.

    All in one transaction; when something unforeseen breaks it, each operation in one of its own,
    and the one that breaks alone is held as it is.

    Raises:
        TurnedAway: the whole request cannot be taken.
        DatabaseError: the store cannot be written now; nothing was taken, all can be sent again.
    """

    def identify(connection: Connection, now: str) -> Caller:
        hold_signed_in(connection, token_hash(token))
        caller = authenticate(connection, token, now=now)
        check_device(caller, request.device_id)
        return caller

    return push_as(centre, identify, request)


def push_as(
    centre: Centre,
    identify: Identify,
    request: Push,
    *,
    with_ledger: bool = True,
    carried: bool = False,
) -> Pushed:
    """``push`` for whoever ``identify`` says is calling.

    ``with_ledger=False`` leaves the meeting ledger to be published later, for loading many batches.
    ``carried=True``: it came in a rescue copy, and says nothing of how its tablet is now.
    """
    items = read_operations(request.ops)
    taking = _Taking(centre, identify, request, with_ledger, carried)
    try:
        return _together(taking, items)
    except CloneSeen as seen:
        clones.mark(centre, seen)
        raise
    except Exception as error:
        if not items or not _is_about_content(error):
            raise
    return _singly(taking, items)


@dataclass(frozen=True, slots=True)
class _Taking:
    centre: Centre
    identify: Identify
    request: Push
    with_ledger: bool
    carried: bool


def _is_about_content(error: Exception) -> bool:
    """False for trouble that would strike any operation: a full disk, a lock, a bad sign-in."""
    if isinstance(error, TurnedAway | OperationalError | InterfaceError | PoolTimeout):
        return False
    return type(error) is not DatabaseError


def _together(taking: _Taking, items: list[Incoming]) -> Pushed:
    centre = taking.centre
    with centre.db.write() as connection:
        moment = centre.clock.now()
        at = stamp(moment)
        caller = taking.identify(connection, at)
        if not taking.carried:
            _note_heartbeat(connection, taking.request, at)
        hold_records(connection, (item.op.record_id for item in items if item.op))
        writing = Writing(connection, at=at, today=day_of(moment), policy=centre.policy)
        batch = Batch(caller, writing, check=SubmitRules(writing))
        seen = _seen(connection, items)
        if not taking.carried:
            clones.check(connection, caller, [item for item in items if item.op_id not in seen])
        batch.take(items, seen=seen)
        writing.flush()
        texts = batch.texts()
        if taking.with_ledger:
            meeting_ledger.refresh(writing, writing.touched_neighbourhoods)
        _keep(connection, batch, items, texts)
        head = connection.exec_driver_sql(_HEAD).one()
        told = standing(centre, connection, caller, moment)
    return Pushed(head.epoch, tuple(texts), head.seq, head.durable, at, told)


def _keep(connection: Connection, batch: Batch, items: list[Incoming], texts: list[str]) -> None:
    """Custody, ledger and trail of a batch."""
    caller = batch.caller
    who = {"officer_id": caller.actor.officer_id, "device_id": caller.device_id}
    settled = [item for item, new in zip(items, batch.new, strict=True) if new]
    held = [item for item, _ in batch.held]
    custody.came_after_all(connection, [*settled, *held], officer_id=caller.actor.officer_id)
    custody.keep(connection, batch.held, at=batch.writing.at, **who)
    results = zip(items, texts, batch.new, strict=True)
    custody.enter(connection, [(item, text) for item, text, new in results if new], **who)
    audit.append(connection, lines_of(batch, items))


def _seen(connection: Connection, items: list[Incoming]) -> dict[str, tuple[str, str, str]]:
    ids = json.dumps([item.op_id for item in items if item.has_id])
    rows = connection.exec_driver_sql(_LEDGER, (ids,))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _note_heartbeat(connection: Connection, request: Push, at: str) -> None:
    heartbeats.note(connection, request.device_id, request.hb, request.app, at=at)
    floor = max(0, request.journal_floor)
    connection.exec_driver_sql(_FLOOR, (floor, request.device_id, floor))


def _singly(taking: _Taking, items: list[Incoming]) -> Pushed:
    """After an unforeseen fault: whoever caused it is set apart, the others go through."""
    results: list[str] = []
    last: Pushed | None = None
    for item in items:
        try:
            last = _together(taking, [item])
        except Exception as error:
            if not _is_about_content(error):
                raise
            last = _into_custody(taking, item, error)
        results += last.results
    assert last is not None  # noqa: S101 - there is at least one item
    return replace(last, results=tuple(results))


def _into_custody(taking: _Taking, item: Incoming, error: Exception) -> Pushed:
    with taking.centre.db.write() as connection:
        at = taking.centre.now()
        caller = taking.identify(connection, at)
        officer_id, device_id = caller.actor.officer_id, caller.device_id
        outcome = Outcome(item.op_id, OpStatus.QUARANTINED, code="server_error")
        text = outcome.to_text()
        who = {"officer_id": officer_id, "device_id": device_id}
        custody.came_after_all(connection, [item], officer_id=officer_id)
        custody.keep(connection, [(item, "server_error")], at=at, **who)
        custody.enter(connection, [(item, text)], **who)
        detail = {"op_id": item.op_id, "fault": type(error).__name__}
        audit.append(
            connection, [audit.Entry(at, officer_id, "SYNC_PUSH", device_id, device_id, detail)]
        )
        head = connection.exec_driver_sql(_HEAD).one()
    _log.error("operation held: %s", type(error).__name__)
    return Pushed(head.epoch, (text,), head.seq, head.durable, at)
