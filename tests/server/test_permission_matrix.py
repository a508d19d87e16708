"""The permission matrix, asked of the real centre and read from what it stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from fieldapp.domain.records import Record, from_wire
from server.services.accounts import NewOfficer
from server.services.callers import Caller, caller_of
from server.services.centre import Centre
from server.services.push import push_as
from sync.protocol.messages import Push
from tests.conftest import FixedClock
from tests.contract import matrix, matrix_of_others
from tests.contract.cast_of_cells import AUTHOR, BYSTANDER, JUDGE, Entry, Question, by_sender
from tests.contract.force import make_force, officer
from tests.contract.matrix import Cell, cells, expected
from tests.contract.matrix_of_others import (
    OtherCell,
    OtherQuestion,
    expected_of_other,
    other_cells,
)
from tests.contract.ports import Wire
from tests.contract.stored import rows

Find = Callable[[str], Record | None]

_LATER_ROLE = "UPDATE officer SET app_roles = ?, lpt_code = ?, active = ? WHERE officer_id = ?"


def _authors() -> tuple[NewOfficer, ...]:
    return (
        officer(AUTHOR, "PCSO", "FIELD"),
        officer(BYSTANDER, "PC", "FIELD"),
        officer(JUDGE, "INSP", "SUPERVISOR", "LPT_COMMAND"),
    )


def _first_lpt(relation: str) -> str:
    return "LI" if relation == "other_lpt" else "TA"


def _later_lpt(relation: str) -> str:
    return "LI" if relation in ("other_lpt", "own_moved") else "TA"


def _sent(centre: Centre, steps: Iterable[tuple[str, Wire]]) -> None:
    """Each officer's operations in as few batches as may be."""
    for officer_id, ops in by_sender(steps).items():

        def identify(connection: Connection, _now: str, who: str = officer_id) -> Caller:
            return caller_of(connection, who, "tablet")

        for start in range(0, len(ops), 500):
            request = Push(proto=1, app="t", device_id="tablet", ops=ops[start : start + 500])
            pushed = push_as(centre, identify, request, with_ledger=False)
            assert len(pushed.results) == len(request.ops)


def _get_their_roles(centre: Centre, askers: Iterable[tuple[str, str, str]]) -> None:
    """Everybody begins as somebody who may write; the roles asked about come after that."""
    with centre.db.write() as connection:
        for who, role, relation in askers:
            roles = json.dumps([] if role == "NONE" else [role])
            values = (roles, _later_lpt(relation), role != "NONE", who)
            connection.exec_driver_sql(_LATER_ROLE, values)


def _records(centre: Centre) -> Find:
    found = rows(
        centre, "SELECT r.id, w.wire FROM record r JOIN whole_revision w ON w.n = r.revision_n"
    )
    by_id = {id: from_wire(json.loads(wire)) for id, wire in found}
    return by_id.get


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Cell, tuple[str, bool]]]:
    """What is stored after every question was asked, each of an entry of its own."""
    shared: dict[tuple[str, str], Entry] = {}
    questions = [Question(cell, shared) for cell in cells()]
    askers = {(q.asker, q.cell.role, q.cell.relation) for q in questions}
    beginners = (officer(who, "PS", "FIELD", lpt=_first_lpt(rel)) for who, _, rel in askers)
    folder = tmp_path_factory.mktemp("matrix") / "centre"
    now = FixedClock(datetime(2026, 3, 19, 14, 30, tzinfo=UTC))
    centre = make_force(folder, now, (*_authors(), *beginners))
    # Step by step, so that each may travel together with the same step of all the others.
    for number in range(5):
        _sent(centre, [step for q in questions for step in q.steps[number : number + 1]])
    _get_their_roles(centre, askers)
    _sent(centre, [(q.asker, q.asked(_later_lpt(q.cell.relation))) for q in questions])
    find = _records(centre)
    yield {q.cell: q.look(find) for q in questions}
    centre.close()


@pytest.fixture(scope="module")
def found_of_others(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[OtherCell, tuple[str, bool]]]:
    """The same for records that are not reviewed."""
    questions = [OtherQuestion(cell) for cell in other_cells()]
    askers = {(q.asker, q.cell.role, q.cell.relation) for q in questions}
    beginners = (officer(who, "PS", "FIELD", lpt=_first_lpt(rel)) for who, _, rel in askers)
    folder = tmp_path_factory.mktemp("others") / "centre"
    now = FixedClock(datetime(2026, 3, 19, 14, 30, tzinfo=UTC))
    centre = make_force(folder, now, (*_authors(), *beginners))
    for number in range(4):
        _sent(centre, [step for q in questions for step in q.steps[number : number + 1]])
    _get_their_roles(centre, askers)
    _sent(centre, [(q.asker, q.asked(_later_lpt(q.cell.relation))) for q in questions])
    find = _records(centre)
    yield {q.cell: q.look(find) for q in questions}
    centre.close()


@pytest.mark.parametrize("role", matrix.ROLES)
@pytest.mark.parametrize("kind", matrix.KINDS)
def test_the_stored_entry_is_what_the_table_says(
    found: dict[Cell, tuple[str, bool]], kind: str, role: str
) -> None:
    asked = [cell for cell in found if (cell.kind, cell.role) == (kind, role)]
    assert len(asked) == len(matrix.RELATIONS) * len(matrix.STATES)
    wrong = {
        str(cell): f"{found[cell]}, not {expected(cell)}"
        for cell in asked
        if found[cell] != expected(cell)
    }
    assert wrong == {}


@pytest.mark.parametrize("kind", matrix_of_others.KINDS)
@pytest.mark.parametrize("record_type", matrix_of_others.TYPES)
def test_the_stored_record_is_what_the_table_says(
    found_of_others: dict[OtherCell, tuple[str, bool]], record_type: str, kind: str
) -> None:
    asked = [c for c in found_of_others if (c.record_type, c.kind) == (record_type, kind)]
    assert len(asked) == len(matrix.ROLES) * len(matrix_of_others.RELATIONS)
    wrong = {
        str(cell): f"{found_of_others[cell]}, not {expected_of_other(cell)}"
        for cell in asked
        if found_of_others[cell] != expected_of_other(cell)
    }
    assert wrong == {}
