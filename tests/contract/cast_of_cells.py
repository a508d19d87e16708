"""Brings each question of the matrix about, and looks at what is stored afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from fieldapp.domain.content import content_hash
from fieldapp.domain.records import Record
from tests.contract.force import drop_in
from tests.contract.matrix import NOBODY_MAY, Cell
from tests.contract.ports import Wire
from tests.contract.tablet import create, decide, new_id, operation, patch, submit

AUTHOR, BYSTANDER, JUDGE = "of-author", "of-helper", "of-judge"
PLAIN_TITLE, AMENDED, TOUCHED = "As recorded", "As amended", "As touched"

VERDICTS = {
    "approve": "APPROVE",
    "return": "RETURN",
    "approve_unseen": "APPROVE",
    "return_unseen": "RETURN",
    "return_without_reason": "RETURN",
}


def who_asks(cell: Cell) -> str:
    """The account that asks, by its relation to the entry and its role."""
    return f"of-{cell.relation}-{cell.role}".replace("_", "-").lower()


class Entry:
    """An entry on its way into a state. Its owner is not among those listed as present: that it
    is their own must be enough (R25)."""

    def __init__(self, owner: str, state: str, *, with_asker: str | None) -> None:
        self.owner = owner
        self.state = state
        people = [
            {"officer_id": who, "role_at_time": "PS"} for who in (BYSTANDER, with_asker) if who
        ]
        self.body = drop_in(title=PLAIN_TITLE, participants=people)
        self.made = create(self.body)
        self.id: str = self.made["record_id"]

    @property
    def amended(self) -> Wire:
        return self.body | {"title": AMENDED}

    @property
    def shown(self) -> Wire:
        """What a reviewer would be looking at."""
        return self.amended if self.state.startswith("AMEND") else self.body

    @cached_property
    def steps(self) -> list[tuple[str, Wire]]:
        """What brings it into its state: who does what."""
        owner, id = self.owner, self.id
        made, handed_in = (owner, self.made), (owner, submit(id))
        approved = (JUDGE, decide(id, self.body))
        amended = (owner, patch(id, title=(PLAIN_TITLE, AMENDED)))
        ways: dict[str, list[tuple[str, Wire]]] = {
            "DRAFT": [],
            "PENDING_REVIEW": [handed_in],
            "CONFLICT": [handed_in, (owner, patch(id, title=("Never so", "Another version")))],
            "RETURNED": [handed_in, (JUDGE, decide(id, self.body, "RETURN"))],
            "APPROVED": [handed_in, approved],
            "AMENDED": [handed_in, approved, amended],
            "AMENDMENT_RETURNED": [
                *(handed_in, approved, amended),
                (JUDGE, decide(id, self.amended, "RETURN")),
            ],
            "VOID": [handed_in, approved, (JUDGE, operation("void", id, reason="Twice"))],
            "DELETED": [(owner, operation("delete", id))],
            "DELETED_PENDING": [handed_in, (owner, operation("delete", id))],
        }
        return [made, *ways[self.state]]


class Question:
    """One cell with the entry it is about.

    The owner of an ``own`` entry is the account that asks, at a time when it could still write.
    What nobody may do is asked of one entry in turn: it must come through all of it unchanged.
    """

    def __init__(self, cell: Cell, shared: dict[tuple[str, str], Entry]) -> None:
        self.cell = cell
        self.asker = who_asks(cell)
        self.new = new_id()
        key = (self.asker, cell.state)
        if cell.kind in NOBODY_MAY and key in shared:
            self.entry = shared[key]
            self.steps: list[tuple[str, Wire]] = []
            return
        self.entry = Entry(
            self.asker if cell.relation.startswith("own") else AUTHOR,
            cell.state,
            with_asker=self.asker if cell.relation == "participant" else None,
        )
        self.steps = [] if cell.kind.startswith("create") else self.entry.steps
        if cell.kind in NOBODY_MAY:
            shared[key] = self.entry

    @property
    def id(self) -> str:
        return self.entry.id

    def asked(self, lpt_of_asker: str) -> Wire:
        """The operation of this cell."""
        kind, entry = self.cell.kind, self.entry
        if kind.startswith("create"):
            other = "LI" if lpt_of_asker == "TA" else "TA"
            lpt = lpt_of_asker if kind == "create" else other
            return create(drop_in(lpt_code=lpt), record_id=self.new)
        if kind in VERDICTS:
            return self._decision()
        if kind == "patch":
            return patch(entry.id, title=(entry.shown["title"], TOUCHED))
        reason = {"reason": "Recorded twice"} if kind == "void" else {}
        return operation(kind, entry.id, **reason)

    def _decision(self) -> Wire:
        kind, entry = self.cell.kind, self.entry
        more: Wire = {"reasons": []} if kind == "return_without_reason" else {}
        if kind.endswith("_unseen"):
            unseen = entry.body | {"title": "Never shown"}
            more["content_hash"] = content_hash("ENGAGEMENT", 1, unseen)
        return decide(entry.id, entry.shown, VERDICTS[kind], **more)

    def look(self, find: Callable[[str], Record | None]) -> tuple[str, bool]:
        """The stored record in one word, and whether it is another than before."""
        if self.cell.kind.startswith("create"):
            new = find(self.new)
            return ("NEW", True) if new else ("NOTHING", False)
        record = find(self.id)
        assert record is not None
        return look(record), record.revision != len(self.entry.steps)


def look(record: Record) -> str:
    """``*`` marks the change a patch asks for, ``^`` an amendment that has become the entry."""
    if record.deleted:
        return "DELETED"
    word = str(record.review_status)
    if record.amendment:
        word += f"+{record.amendment.review_status}"
    mark = {TOUCHED: "*", AMENDED: "" if record.amendment else "^"}
    return word + mark.get(record.shown_body["title"], "")


def by_sender(steps: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Operations grouped by who sends them, in order."""
    grouped: dict[str, list[Any]] = {}
    for who, op in steps:
        grouped.setdefault(who, []).append(op)
    return grouped
