"""Telling an answer of the centre from anything else; what is not one changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from fieldapp.domain.codes import OpStatus
from fieldapp.domain.exchange import OpOutcome, OutgoingOp, Position, PulledChange, PulledPage
from fieldapp.domain.pieces import BlobTold
from sync.faults import CutShort, NotOurServer, ServerFault
from sync.protocol.messages import Answer, BlobAnswer, Change, OpResult, PullAnswer, PushAnswer

_OPS = frozenset({"up", "exit", "del"})
_STATUSES = frozenset(OpStatus)
_A = TypeVar("_A", bound=Answer)


def read_answer(answer: object, kind: type[_A]) -> _A:
    """The body of an answer as its model.

    Raises:
        NotOurServer: the body does not name the centre's history.
        ServerFault: it does, and still is not what was asked for.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("epoch"), str):
        raise NotOurServer("a body without epoch")
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        raise ServerFault(f"unreadable {kind.__name__}: {_where(error)}") from None


def _where(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return ".".join(str(part) for part in first["loc"])


def read_results(answer: object, ops: tuple[OutgoingOp, ...]) -> tuple[str, tuple[OpOutcome, ...]]:
    """Epoch and outcomes of a push: one for each operation sent, or it is no answer at all.

    Raises:
        NotOurServer: not the centre.
        ServerFault: not one result for each operation.
    """
    read = read_answer(answer, PushAnswer)
    asked = [op.op_id for op in ops]
    got = [result.op_id for result in read.results]
    if sorted(got) != sorted(asked):
        raise ServerFault(f"{len(got)} results for {len(asked)} operations")
    return read.epoch, tuple(_outcome(result) for result in read.results)


def _outcome(result: OpResult) -> OpOutcome:
    # A word of a newer centre: it has answered for the operation, so it holds it.
    known = result.status in _STATUSES
    return OpOutcome(
        op_id=result.op_id,
        status=result.status if known else OpStatus.QUARANTINED.value,
        code=result.code if known else "unknown_status",
        revision=result.revision,
        seq=result.seq,
        fields=tuple(result.fields),
        ref=result.ref,
    )


def read_blobs(answer: object, asked: Sequence[str]) -> tuple[str, dict[str, BlobTold]]:
    """Epoch, and how much the centre has of each file asked after, or it is no answer at all.

    Raises:
        NotOurServer: not the centre.
        ServerFault: it does not speak of every file.
    """
    read = read_answer(answer, BlobAnswer)
    missing = [sha for sha in asked if sha not in read.blobs]
    if missing:
        raise ServerFault(f"nothing said of {len(missing)} of {len(asked)} files")
    told = {sha: read.blobs[sha] for sha in asked}
    return read.epoch, {sha: BlobTold(one.complete, tuple(one.have)) for sha, one in told.items()}


def read_page(answer: object) -> PulledPage:
    """A page whose every part has been checked, so that it can be applied as a whole.

    Raises:
        NotOurServer: not the centre.
        CutShort: fewer changes than announced.
        ServerFault: something in it cannot be.
    """
    read = read_answer(answer, PullAnswer)
    if len(read.changes) != read.count:
        raise CutShort(f"{len(read.changes)} of {read.count} changes")
    if read.cursor.epoch != read.epoch:
        raise ServerFault("a position of another history")
    return PulledPage(
        epoch=read.epoch,
        changes=tuple(_change(change) for change in read.changes),
        position=Position(epoch=read.cursor.epoch, scopes=dict(read.cursor.scopes)),
        more=read.more,
        scope_exit=tuple(read.scope_exit),
        resync=tuple(read.resync),
        head=read.head,
        durable=read.durable,
        check=dict(read.check),
        check_sums=dict(read.check_sums),
        server_time=read.server_time,
    )


def _change(change: Change) -> PulledChange:
    record: dict[str, Any] | None = change.record
    if change.op not in _OPS or (change.op == "up") != (record is not None):
        raise ServerFault("a change of unknown kind")
    if record is not None and record.get("id") != change.record_id:
        raise ServerFault("a record under another id")
    return PulledChange(change.scope, change.record_id, change.seq, change.op, record)
