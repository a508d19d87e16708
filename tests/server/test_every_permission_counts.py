"""Each single permission in the rules is held by the matrix: change any one, and cells go red.

The rules are read as source, changed in one place, and asked every question of the matrix.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import pytest

from fieldapp.domain import permissions, review
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.operations import parse_operation
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record
from tests.contract.cast_of_cells import AUTHOR, JUDGE, Question
from tests.contract.matrix import cells, expected
from tests.contract.matrix_of_others import (
    OtherQuestion,
    expected_of_other,
    other_cells,
)

AT = "2026-03-19T14:30:00+00:00"

# ------------------------------------------------------------------- asking in memory


@dataclass(frozen=True)
class Prepared:
    """A question brought about once, with the rules as they are."""

    question: Question | OtherQuestion
    before: Record | None
    op: Any
    actor: Actor
    expected: tuple[str, bool]


def _actor(who: str, role: str, relation: str, *, later: bool) -> Actor:
    if not later:
        lpt = "LI" if relation == "other_lpt" else "TA"
        return Actor(who, frozenset({"FIELD"}), lpt)
    lpt = "LI" if relation in ("other_lpt", "own_moved") else "TA"
    return Actor(who, frozenset({role} - {"NONE"}), lpt)


def _authors(who: str) -> Actor | None:
    if who == AUTHOR:
        return Actor(who, frozenset({"FIELD"}), "TA")
    if who == JUDGE:
        return Actor(who, frozenset({"SUPERVISOR", "LPT_COMMAND"}), "TA")
    return None


def _parsed(wire: Json) -> Any:
    try:
        return parse_operation(wire)
    except ContentError:
        return None


@cache
def prepared() -> tuple[Prepared, ...]:
    """Every question of both tables."""
    return (*_of_entries(), *_of_others())


def _of_entries() -> Iterator[Prepared]:
    for cell in cells():
        question = Question(cell, {})
        record: Record | None = None
        for who, wire in question.steps:
            actor = _authors(who) or _actor(who, cell.role, cell.relation, later=False)
            record = review.settle(record, parse_operation(wire), actor, at=AT).record
            assert record is not None
        yield _prepared(question, _as_read(record), expected(cell))


def _as_read(record: Record | None) -> Record | None:
    """Without what is kept beside the body of who was there: here the body alone is asked."""
    if record is None:
        return None
    kept = ({name: event[name] for name in event if name != "present"} for event in record.history)
    return replace(record, history=tuple(kept))


def _of_others() -> Iterator[Prepared]:
    for cell in other_cells():
        question = OtherQuestion(cell)
        made: Record | None = None
        for who, wire in question.steps:
            actor = _authors(who) or _actor(who, cell.role, cell.relation, later=False)
            made = review.settle(made, parse_operation(wire), actor, at=AT).record or made
        yield _prepared(question, made, expected_of_other(cell))


def _prepared(
    question: Question | OtherQuestion, before: Record | None, wanted: tuple[str, bool]
) -> Prepared:
    cell = question.cell
    asker = _actor(question.asker, cell.role, cell.relation, later=True)
    op = _parsed(question.asked(asker.lpt_code))
    return Prepared(question, before, op, asker, wanted)


def first_red(rules: types.ModuleType) -> str | None:
    """The first cell that these rules answer wrongly."""
    for asked in prepared():
        question = asked.question
        stored = {question.id: asked.before}
        if asked.op is not None:
            target = asked.op.record_id
            try:
                done = rules.settle(stored.get(target), asked.op, asked.actor, at=AT)
            except Exception as error:  # noqa: BLE001 - a rule that breaks down is noticed too
                return f"{question.cell}: {type(error).__name__}"
            stored[target] = done.record or stored.get(target)
        look = question.look(stored.get)
        if look != asked.expected:
            return f"{question.cell}: {look}, not {asked.expected}"
    return None


# ------------------------------------------------------------------ changing one place

FUNCTIONS = {
    permissions: (
        "may_write",
        "may_patch",
        "may_take_back",
        "participants",
        "took_part",
        "may_decide",
    ),
    review: ("_patch", "_submit", "_recall", "_delete", "_void", "_decide", "_decided"),
}
ROLE_SETS = ("DECIDING_ROLES", "WRITING_ROLES")


@dataclass(frozen=True)
class Change:
    """One changed place: which module, in words, and how."""

    module: types.ModuleType
    words: str
    number: int
    how: str

    def __str__(self) -> str:
        return self.words


def _same(node: ast.AST) -> ast.AST:
    return node


class _Changer(ast.NodeTransformer):
    """Walks the places of some functions, and changes the one that is wanted."""

    def __init__(self, names: tuple[str, ...], wanted: tuple[int, str] | None) -> None:
        self.names = names
        self.wanted = wanted
        self.places: list[tuple[int, str, str]] = []
        self._inside = ""
        self._number = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if node.name in self.names:
            self._inside = node.name
            self.generic_visit(node)
            self._inside = ""
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id in ROLE_SETS:
            self._inside = target.id
            self.generic_visit(node)
            self._inside = ""
        elif self._inside:
            self.generic_visit(node)
        return node

    def _offer(self, node: ast.AST, **ways: Callable[[], ast.AST]) -> ast.AST:
        self._number += 1
        for how in ways:
            self.places.append((self._number, how, f"{self._inside}: {ast.unparse(node)} {how}"))
        if self.wanted and self.wanted[0] == self._number:
            return ways[self.wanted[1]]()
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if self._inside:
            node.test = self._offer(  # type: ignore[assignment]
                node.test,
                never=lambda: ast.Constant(value=False),
                always=lambda: ast.Constant(value=True),
            )
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        if self._inside:
            node.test = self._offer(  # type: ignore[assignment]
                node.test, turned=partial(_same, ast.UnaryOp(ast.Not(), node.test))
            )
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if not self._inside:
            return node
        ways: dict[str, Callable[[], ast.AST]] = {}
        for place, part in enumerate(node.values):
            rest = [value for n, value in enumerate(node.values) if n != place]
            fewer = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            ways[f"without {ast.unparse(part)}"] = partial(_same, fewer)
        return self._offer(node, **ways)

    def visit_Set(self, node: ast.Set) -> ast.AST:
        self.generic_visit(node)
        if self._inside not in ROLE_SETS:
            return node
        ways: dict[str, Callable[[], ast.AST]] = {}
        for place, part in enumerate(node.elts):
            rest = [value for n, value in enumerate(node.elts) if n != place]
            ways[f"without {ast.unparse(part)}"] = partial(_same, ast.Set(rest))
        for role in ("FIELD", "FORCE_LEAD", "ANALYST", "ENGAGEMENT_TEAM", "RECORDS", "ADMIN"):
            more = [*node.elts, ast.Constant(value=role)]
            if f"Role.{role}" not in ast.unparse(node):
                ways[f"with {role}"] = partial(_same, ast.Set(more))
        return self._offer(node, **ways)


def _changes() -> Iterator[Change]:
    for module, names in FUNCTIONS.items():
        changer = _Changer(names, None)
        changer.visit(ast.parse(inspect.getsource(module)))
        for number, how, words in changer.places:
            yield Change(module, words, number, how)


CHANGES = list(_changes())

_SHAPE = "the shape of a body is checked before it is ever stored"
# What is stored is the same with these changed, and why. Each is checked to be so.
NO_DIFFERENCE = {
    "participants: not isinstance(people, list) never": _SHAPE,
    "participants: isinstance(person, dict) and isinstance": _SHAPE,
    "_submit: problem never": "the rules of a submit are not asked here but in test_push",
    "_submit: record.review_status == ReviewStatus.VOID never": "a withdrawn entry stays so",
    "_submit: not record.is_entry never": "what is not reviewed has no status to change",
    "_decide: lacking never": "the rules of an approval are not asked here but in test_review",
    "_recall: record.review_status == ReviewStatus.DRAFT never": "only the answer differs",
    "_recall: record.review_status == ReviewStatus.APPROVED never": "only the answer differs",
    "_patch: in_conflict turned": "only the answer differs",
    "_decide: last and": "only the answer differs: the decision stands either way",
    "_decide: (record.amendment.decision": "only the answer differs",
    "may_decide: not record.is_entry or not actor.app_roles & DECIDING_ROLES without not record": (
        "what is not reviewed never awaits a decision"
    ),
}


def _is_no_difference(change: Change) -> bool:
    if change.words.endswith("without last"):
        return False
    return any(change.words.startswith(start) for start in NO_DIFFERENCE)


def _load(module: types.ModuleType, tree: ast.Module) -> types.ModuleType:
    made = types.ModuleType(module.__name__)
    # Dataclasses look their module up by name.
    before = sys.modules[module.__name__]
    sys.modules[module.__name__] = made
    try:
        code = compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec")
        exec(code, made.__dict__)  # noqa: S102 - our own source, changed in one place
    finally:
        sys.modules[module.__name__] = before
    return made


def changed_rules(change: Change) -> types.ModuleType:
    """The rules of review with one place changed."""
    source = ast.parse(inspect.getsource(change.module))
    tree = _Changer(FUNCTIONS[change.module], (change.number, change.how)).visit(source)
    rules = _load(change.module, tree)
    if change.module is review:
        return rules
    result = types.ModuleType("rules")
    result.__dict__.update(_load(review, ast.parse(inspect.getsource(review))).__dict__)
    for name, value in rules.__dict__.items():
        if name in result.__dict__ and not name.startswith("__"):
            result.__dict__[name] = value
    namespace = result.__dict__
    for name, value in list(namespace.items()):
        if isinstance(value, types.FunctionType) and value.__module__ == review.__name__:
            namespace[name] = types.FunctionType(
                value.__code__, namespace, name, value.__defaults__, value.__closure__
            )
            namespace[name].__kwdefaults__ = value.__kwdefaults__
    return result


def test_the_rules_as_they_are_answer_every_question() -> None:
    assert first_red(review) is None


def test_enough_places_are_tried() -> None:
    assert len(CHANGES) > 60


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_changing_it_turns_a_cell_red(change: Change) -> None:
    red = first_red(changed_rules(change))
    assert (red is None) == _is_no_difference(change), red
