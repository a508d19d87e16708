"""When something breaks that nobody foresaw: before or after, never between, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy.exc
from sqlalchemy import event

from fieldapp.domain import review
from server.services import batch
from server.services.centre import Centre
from server.services.verification import verify
from tests.contract.fixtures import SignInAs
from tests.contract.force import drop_in
from tests.contract.ports import RefusedError, Wire
from tests.contract.stored import counts, held, rows, stored
from tests.contract.tablet import Tablet, create, operation, submit

POISON = "Poison"


@pytest.fixture
def poisonous(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours that one particular entry strikes."""
    real = review.settle

    def settle(record: Any, op: Any, *more: Any, **named: Any) -> Any:
        if getattr(op, "body", {}).get("title") == POISON:
            raise ZeroDivisionError("a fault of ours, told with what the officer wrote")
        return real(record, op, *more, **named)

    monkeypatch.setattr(batch, "settle", settle)


@pytest.mark.usefixtures("poisonous")
def test_one_poisonous_operation_is_held_and_all_others_go_through(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    good = [create() for _ in range(4)]
    poison = create(drop_in(title=POISON))
    sent = [*good[:2], poison, *good[2:], *(submit(op["record_id"]) for op in good)]
    results = priya.send(*sent)
    assert [result["op_id"] for result in results] == [op["op_id"] for op in sent]
    statuses = [result["status"] for result in results]
    assert statuses == ["applied", "applied", "quarantined", *["applied"] * 6]
    assert results[2]["code"] == "server_error"
    (item,) = held(centre)
    assert json.loads(item.raw) == poison
    assert all(stored(centre, op["record_id"]) for op in good)
    assert priya.send(poison) == [results[2] | {"replay": True}]
    assert verify(centre).trouble is None


@pytest.mark.usefixtures("poisonous")
def test_the_log_says_where_it_broke_and_not_what_was_written(
    tablet: SignInAs, caplog: pytest.LogCaptureFixture
) -> None:
    tablet("of-priya").send(create(drop_in(title=POISON)))
    assert "ZeroDivisionError" in caplog.text
    assert "what the officer wrote" not in caplog.text
    assert POISON not in caplog.text


class Breaker:
    """Breaks the writer at one statement."""

    def __init__(self, centre: Centre) -> None:
        self.at: int | None = None
        self.seen = 0
        self.error: Exception = sqlalchemy.exc.OperationalError("", {}, Exception("disk full"))
        self._engine = centre.db._writer
        event.listen(self._engine, "before_cursor_execute", self._before)
        event.listen(self._engine, "commit", self._before)

    def _before(self, *_args: Any) -> None:
        self.seen += 1
        if self.seen == self.at:
            raise self.error

    def reset(self, at: int | None) -> None:
        self.at, self.seen = at, 0

    def remove(self) -> None:
        event.remove(self._engine, "before_cursor_execute", self._before)
        event.remove(self._engine, "commit", self._before)


@pytest.fixture
def breaker(centre: Centre) -> Iterator[Breaker]:
    breaker = Breaker(centre)
    yield breaker
    breaker.remove()


def everything(centre: Centre) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for what a heartbeat changes."""
    return {
        name: sorted(rows(centre, f"SELECT * FROM {name}"), key=repr)
        for name in counts(centre)
        if name not in ("device", "token", "sign_in_try")
    }


def broken_off(who: Tablet, ops: list[Wire]) -> bool:
    """True when the push came to nothing, as far as the tablet can tell."""
    try:
        who.send(*ops)
    except RefusedError as error:
        return error.code == "server_error"
    except sqlalchemy.exc.OperationalError:
        return True
    return False


def test_a_fault_at_any_statement_leaves_all_or_nothing(
    tablet: SignInAs, centre: Centre, breaker: Breaker
) -> None:
    priya = tablet("of-priya")
    first = create()
    ops = [
        first,
        submit(first["record_id"]),
        create(drop_in(title="Second")),
        operation("create", first["record_id"]),
        operation("recall", first["record_id"]),
    ]
    before = everything(centre)
    at = 1
    breaker.reset(at)
    while broken_off(priya, ops):
        breaker.reset(None)
        assert everything(centre) == before, f"broken at statement {at}"
        at += 1
        breaker.reset(at)
    assert 15 < breaker.seen < at
    breaker.reset(None)
    results = priya.send(*ops)
    assert [result["status"] for result in results] == [
        *["applied"] * 3,
        "quarantined",
        "applied",
    ]
    assert all(result["replay"] for result in results)


def test_a_fault_at_any_statement_that_is_about_content_is_isolated(
    tablet: SignInAs, centre: Centre, breaker: Breaker
) -> None:
    breaker.error = ValueError("a fault of ours")
    at = 1
    while True:
        made = create()
        ops = (made, submit(made["record_id"]))
        who = tablet("of-priya")
        breaker.reset(at)
        results = who.send(*ops)
        broke = breaker.seen >= at
        breaker.reset(None)
        assert [result["op_id"] for result in results] == [op["op_id"] for op in ops]
        assert stored(centre, made["record_id"]).record.review_status == "PENDING_REVIEW"
        if not broke:
            break
        at += 1
    assert held(centre) == []
    assert verify(centre).trouble is None
