"""The same questions about records that are not reviewed: promises, plan lines, people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fieldapp.domain.content import content_hash
from fieldapp.domain.records import Record
from tests.contract.force import BELGRAVE
from tests.contract.matrix import DECIDES, ROLES, WRITES
from tests.contract.ports import Wire
from tests.contract.tablet import create, new_id, operation, patch

TYPES = ("FOLLOW_UP", "PLANNED_ACTIVITY", "PERSON", "CONSENT")
RELATIONS = ("own", "owner_named", "lead_named", "planned_named", "plain", "other_lpt", "wrote")
"""``wrote``: was named, wrote one of two versions of the note, and is not named any more."""
KINDS = (
    "create",
    "create_other_lpt",
    "create_ownerless",
    "patch",
    "patch_other_lpt",
    "settle",
    "settle_and_more",
    "delete",
    "submit",
    "recall",
    "void",
    "approve",
)
AUTHOR = "of-author"


@dataclass(frozen=True)
class OtherCell:
    """One question."""

    kind: str
    record_type: str
    role: str
    relation: str

    def __str__(self) -> str:
        return f"{self.kind} of {self.record_type} by {self.role} ({self.relation})"

    @property
    def asker(self) -> str:
        return f"of-other-{self.relation}-{self.role}".replace("_", "-").lower()


def other_cells() -> Iterator[OtherCell]:
    """Every question."""
    for kind in KINDS:
        for record_type in TYPES:
            for role in ROLES:
                for relation in RELATIONS:
                    yield OtherCell(kind, record_type, role, relation)


def expected_of_other(cell: OtherCell) -> tuple[str, bool]:
    """What is stored afterwards, by the field's table, and whether that is a change."""
    after = _allowed(cell) if cell.role in WRITES else None
    if cell.kind.startswith("create"):
        return after or "NOTHING", after is not None
    return (after, True) if after else ("AS BEFORE", False)


def _allowed(cell: OtherCell) -> str | None:
    if cell.kind == "create":
        return "NEW"
    if cell.kind == "create_ownerless":
        # A promise names who keeps it.
        return None if cell.record_type == "FOLLOW_UP" else "NEW"
    if cell.kind == "delete" and cell.relation == "own":
        return "DELETED"
    if cell.kind == "settle" and _wrote(cell):
        return "TOUCHED"
    patches = cell.kind in ("patch", "settle", "settle_and_more")
    return "TOUCHED" if patches and _may_patch(cell) else None


def _wrote(cell: OtherCell) -> bool:
    return cell.relation == "wrote" and cell.record_type in ("FOLLOW_UP", "PLANNED_ACTIVITY")


def _may_patch(cell: OtherCell) -> bool:
    shared = cell.record_type in ("FOLLOW_UP", "PLANNED_ACTIVITY")
    named = cell.relation.endswith("_named") and shared
    supervises = cell.role in DECIDES and cell.relation != "other_lpt" and shared
    return cell.relation == "own" or named or supervises


class OtherQuestion:
    """One cell with the record it is about."""

    def __init__(self, cell: OtherCell) -> None:
        self.cell = cell
        self.asker = cell.asker
        self.owner = cell.asker if cell.relation == "own" else AUTHOR
        body: dict[str, Any] = {
            "lpt_code": "TA",
            "neighbourhood_id": BELGRAVE,
            "owner_officer_id": AUTHOR,
            "note": "before",
        }
        if cell.relation in ("owner_named", "wrote"):
            body["owner_officer_id"] = self.asker
        if cell.relation == "lead_named":
            body["lead_officer_id"] = self.asker
        if cell.relation == "planned_named":
            body["officers_planned"] = ["of-helper", self.asker]
        self.body = body
        self.made = create(body, record_type=cell.record_type)
        self.id: str = self.made["record_id"]
        self.new = new_id()
        self.steps: list[tuple[str, Wire]] = [(self.owner, self.made)]
        self._shown, self._revision = "before", 1
        if cell.relation == "wrote":
            # Nobody but their owner changes a person: the other version is held.
            self._shown, self._revision = "one", 4 if _wrote(cell) else 3
            self.steps += [
                (AUTHOR, patch(self.id, note=("before", "one"))),
                (self.asker, patch(self.id, note=("before", "two"))),
                (AUTHOR, patch(self.id, owner_officer_id=(self.asker, AUTHOR))),
            ]

    def asked(self, lpt_of_asker: str) -> Wire:
        """The operation of this cell."""
        kind, id = self.cell.kind, self.id
        if kind.startswith("create"):
            return self._new(lpt_of_asker)
        if kind == "approve":
            given = content_hash(self.cell.record_type, 1, self.body)
            return operation("decide", id, verdict="APPROVE", content_hash=given, revision=1)
        plain: dict[str, Callable[[], Wire]] = {
            "patch": lambda: patch(id, note=(self._shown, "after")),
            "patch_other_lpt": lambda: patch(
                id, lpt_code=("TA", "LI"), note=(self._shown, "after")
            ),
            "settle": self._settles,
            "settle_and_more": lambda: self._settles(title=(None, "And more")),
            "void": lambda: operation("void", id, reason="Recorded twice"),
        }
        if kind in plain:
            return plain[kind]()
        return operation(kind, id)

    def _settles(self, **more: tuple[Any, Any]) -> Wire:
        chosen = patch(self.id, 9, note=(self._shown, "after"), **more)
        return chosen | {"resolves": ["note"]}

    def _new(self, lpt_of_asker: str) -> Wire:
        body = self.body | {"lpt_code": lpt_of_asker}
        if self.cell.kind == "create_other_lpt":
            body["lpt_code"] = "LI" if lpt_of_asker == "TA" else "TA"
        if self.cell.kind == "create_ownerless":
            del body["owner_officer_id"]
        return create(body, record_type=self.cell.record_type, record_id=self.new)

    def look(self, find: Callable[[str], Record | None]) -> tuple[str, bool]:
        """The stored record in one word, and whether it is another than before."""
        if self.cell.kind.startswith("create"):
            return ("NEW", True) if find(self.new) else ("NOTHING", False)
        record = find(self.id)
        assert record is not None
        if record.deleted:
            word = "DELETED"
        else:
            same = record.body["note"] == self._shown and record.review_status == "NONE"
            word = "AS BEFORE" if same else "TOUCHED"
        return word, record.revision != self._revision
