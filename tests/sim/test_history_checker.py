"""The checker that knows only the log: what it finds wrong, and that it finds a real log right."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sim import history_checker
from tests.sim.history_checker import check, main
from tests.sim.world import World

pytestmark = pytest.mark.timeout(300)

Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def story() -> Lines:
    """The log of a history with approvals and changes in it."""
    world = World(3)
    world.run()
    return world.book.lines


def lose(lines: Lines) -> None:
    done = _applied(lines, "create")
    lines[:] = [line for line in lines if line.get("op_id") != done]


def twice(lines: Lines) -> None:
    lines.append(copy.deepcopy(_state(lines, "patch")))


def change_what_was_saved(lines: Lines) -> None:
    _state(lines, "create")["body"]["title"] = "Another"


def approve_something_else(lines: Lines) -> None:
    decided = {line["op_id"] for line in lines if line["type"] == "state"}
    screen = next(one for one in lines if one["type"] == "screen" and one["op_id"] in decided)
    screen["body"] = {**screen["body"], "title": "What was really shown"}


def overwrite(lines: Lines) -> None:
    state = _state(lines, "submit")
    state["shown"] = {**state["shown"], "title": "From nowhere"}


def run_backwards(lines: Lines) -> None:
    read = next(line for line in lines if line["type"] == "read")
    lines.append({**read, "revision": read["revision"] - 1})


def settle_early(lines: Lines) -> None:
    settled = next(line for line in lines if line["type"] == "settled")
    settled["have"] = settled["revision"] - 1


def _state(lines: Lines, kind: str) -> dict[str, Any]:
    return next(line for line in lines if line["type"] == "state" and line["kind"] == kind)


def _applied(lines: Lines, kind: str) -> str:
    op_id: str = _state(lines, kind)["op_id"]
    return op_id


def test_a_real_history_is_in_order(story: Lines) -> None:
    assert check(story) == []
    kinds = {line["type"] for line in story}
    assert kinds >= {"invoke", "ok", "screen", "state", "answered", "read", "settled"}


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lose, "I1 lost"),
        (twice, "I2 applied twice"),
        (change_what_was_saved, "I2 not what was saved"),
        (approve_something_else, "I4 approved unseen"),
        (overwrite, "I6 changed by what is no change"),
        (run_backwards, "I7 runs backwards"),
        (settle_early, "I7 settled before it came back"),
    ],
)
def test_a_broken_promise_is_found(spoil: Callable[[Lines], None], what: str, story: Lines) -> None:
    lines = copy.deepcopy(story)
    spoil(lines)
    assert any(found.startswith(what) for found in check(lines))


def test_it_reads_files_and_says_what_is_wrong(
    story: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("\n".join(map(json.dumps, story)))
    lines = copy.deepcopy(story)
    lose(lines)
    bad.write_text("\n".join(map(json.dumps, lines)))
    assert main([str(good)]) == 0
    assert main([str(good), str(bad)]) == 1
    assert "I1 lost" in capsys.readouterr().out


def test_it_shares_no_code_with_the_product() -> None:
    tree = ast.parse(Path(history_checker.__file__).read_text())
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        str(node.module).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert imported <= {"__future__", "json", "sys", "collections", "itertools", "typing"}
