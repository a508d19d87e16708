"""Who may do what to which entry: every operation kind, role, relation and state, by hand.

The answer is written down here a second time, in the words of the field's permission table, and
compared with what is stored; it shares no code with the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ROLES = (
    "FIELD",
    "SUPERVISOR",
    "LPT_COMMAND",
    "FORCE_LEAD",
    "ANALYST",
    "ENGAGEMENT_TEAM",
    "RECORDS",
    "ADMIN",
    "SCRUTINY",
    "NONE",
)
"""``NONE`` is a closed account."""

RELATIONS = ("own", "participant", "plain", "other_lpt", "own_moved")
"""``own_moved``: the owner has moved to another LPT since."""

STATES = (
    "DRAFT",
    "PENDING_REVIEW",
    "CONFLICT",
    "RETURNED",
    "APPROVED",
    "AMENDED",
    "AMENDMENT_RETURNED",
    "VOID",
    "DELETED",
    "DELETED_PENDING",
)
"""``AMENDED`` is approved with an amendment that awaits its own decision; ``CONFLICT`` awaits one
while two versions of a field are open; ``DELETED_PENDING`` was handed in before it was deleted."""

RESERVED = ("suggest", "answer_suggestion", "reassign", "merge_events", "erase", "restrict")
NOBODY_MAY = (
    "approve_unseen",
    "return_unseen",
    "return_without_reason",
    *RESERVED,
    "frobnicate",
)
"""What no role may do in any state."""
KINDS = (
    "create",
    "create_other_lpt",
    "patch",
    "submit",
    "recall",
    "delete",
    "void",
    "approve",
    "return",
    *NOBODY_MAY,
)

WRITES = {"FIELD", "SUPERVISOR", "LPT_COMMAND"}
DECIDES = {"SUPERVISOR", "LPT_COMMAND"}
OWNS = {"own", "own_moved"}
_UNDECIDED = ("DRAFT", "PENDING_REVIEW", "CONFLICT", "RETURNED")


@dataclass(frozen=True)
class Cell:
    """One question of the matrix."""

    kind: str
    role: str
    relation: str
    state: str

    def __str__(self) -> str:
        return f"{self.kind} by {self.role} ({self.relation}) of {self.state}"


def cells() -> Iterator[Cell]:
    """Every question."""
    for kind in KINDS:
        for role in ROLES:
            for relation in RELATIONS:
                for state in STATES:
                    yield Cell(kind, role, relation, state)


def expected(cell: Cell) -> tuple[str, bool]:
    """What the stored record must be afterwards, as ``look`` puts it, and whether it is changed."""
    after = _allowed(cell)
    if cell.kind.startswith("create"):
        return after or "NOTHING", after is not None
    return (after, True) if after else (_look_of(cell.state), False)


def _look_of(state: str) -> str:
    return {
        "AMENDED": "APPROVED+PENDING_REVIEW",
        "AMENDMENT_RETURNED": "APPROVED+RETURNED",
        "CONFLICT": "PENDING_REVIEW",
        "DELETED_PENDING": "DELETED",
    }.get(state, state)


def _allowed(cell: Cell) -> str | None:
    """What becomes of the record where the field's table says yes; ``None`` where it says no."""
    if cell.kind in ("patch", "submit", "recall", "delete"):
        mine = cell.role in WRITES and cell.relation in OWNS
        return _author_may(cell) if mine else None
    if cell.kind == "void":
        return _void(cell)
    if cell.kind in ("approve", "return"):
        return _decide(cell) if _sits_in_judgement(cell) else None
    return "NEW" if cell.kind == "create" and cell.role in WRITES else None


def _author_may(cell: Cell) -> str | None:
    changes = {
        "patch": {
            "DRAFT": "DRAFT*",
            "PENDING_REVIEW": "PENDING_REVIEW*",
            "CONFLICT": "PENDING_REVIEW*",
            "RETURNED": "RETURNED*",
            "APPROVED": "APPROVED+PENDING_REVIEW*",
            "AMENDED": "APPROVED+PENDING_REVIEW*",
            "AMENDMENT_RETURNED": "APPROVED+RETURNED*",
        },
        "submit": {
            "DRAFT": "PENDING_REVIEW",
            "RETURNED": "PENDING_REVIEW",
            "AMENDMENT_RETURNED": "APPROVED+PENDING_REVIEW",
        },
        "recall": {"PENDING_REVIEW": "DRAFT", "CONFLICT": "DRAFT"},
        "delete": dict.fromkeys(_UNDECIDED, "DELETED"),
    }
    return changes[cell.kind].get(cell.state)


def _sits_in_judgement(cell: Cell) -> bool:
    return cell.role in DECIDES and cell.relation == "plain"


def _void(cell: Cell) -> str | None:
    if cell.state in ("APPROVED", "AMENDED", "AMENDMENT_RETURNED"):
        return "VOID" if _sits_in_judgement(cell) else None
    if cell.state in _UNDECIDED:
        return "VOID" if cell.role in WRITES and cell.relation in OWNS else None
    return None


def _decide(cell: Cell) -> str | None:
    done = {
        ("approve", "PENDING_REVIEW"): "APPROVED",
        ("return", "PENDING_REVIEW"): "RETURNED",
        ("approve", "AMENDED"): "APPROVED^",
        ("return", "AMENDED"): "APPROVED+RETURNED",
    }
    return done.get((cell.kind, cell.state))
