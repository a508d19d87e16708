"""Whether a history kept the promises of sync, from its log alone.

Imports nothing of the product: it shares no code, and so no mistake, with what it judges. A log is
lines of JSON, in the order things happened, of any simulator or kill test:

* ``invoke``: a tablet told its officer that ``op`` is saved; a later one under the same id by the
  same tablet stands in its place (it had not left yet);
* ``screen``: what was shown when ``op_id`` approved it (``body``, ``attachments``);
* ``ok``: the centre answered for ``op_id`` (``status``, ``revision``, ``replay``);
* ``told``: the officer was shown that ``op_id`` was not accepted;
* ``read``: a tablet held ``record_id`` at ``revision`` of the history ``epoch``;
* ``settled``: a tablet took ``op_id`` (``record_id``, ``revision``) as settled and held the record
  at ``have``, which is null when it was not there;
* ``info``: a crash, a restore, ``what: taken back`` or ``what: left to support`` of an ``op_id``;
* ``state``, at the end: every revision at the centre (``record_id``, ``revision``, ``kind``,
  ``op_id``, ``body``, ``attachments``, ``status``, ``conflicts``, ``approved_revision``);
* ``held``, at the end: what the centre keeps and could not apply (``op_id``, ``raw``);
* ``answered``, at the end: what the centre's ledger says of ``op_id`` (``status``).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

Line = dict[str, Any]
Leaves = dict[tuple[str, ...], Any]
_TAKEN = ("applied", "conflict")
_CONTENT = ("create", "patch", "submit")


class History:
    """A log, sorted by what its lines are about."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.of: dict[str, list[Line]] = defaultdict(list)
        self.saved: dict[str, dict[str, Line]] = defaultdict(dict)
        """Operation to the texts of it that tablets promised to keep."""
        self.excused: set[str] = set()
        for line in lines:
            self.of[line["type"]].append(line)
            if line["type"] == "invoke":
                self.saved[line["op"]["op_id"]][line["tablet"]] = line["op"]
            elif line["type"] == "told" or line.get("what") == "left to support":
                self.excused.add(line["op_id"])
            elif line.get("what") == "taken back":
                self.saved[line["op_id"]].pop(line["tablet"], None)
        self.states: dict[str, list[Line]] = defaultdict(list)
        for state in self.of["state"]:
            self.states[state["record_id"]].append(state)
        for states in self.states.values():
            states.sort(key=lambda state: int(state["revision"]))
        self.made = {state["op_id"]: state for state in self.of["state"] if state["op_id"]}
        self.held: dict[str, list[Any]] = defaultdict(list)
        for held in self.of["held"]:
            self.held[held["op_id"]].append(held["raw"])
        self.answered = {line["op_id"]: line["status"] for line in self.of["answered"]}


def check(lines: Iterable[Line]) -> list[str]:
    """Everything that is wrong with a history; nothing when it kept its promises."""
    history = History(lines)
    rules = (_custody, _once, _seen_approvals, _no_lost_update, _own_writes)
    return [wrong for rule in rules for wrong in rule(history)]


def _custody(history: History) -> Iterator[str]:
    """I1: what was called saved is applied or held; a command is answered for."""
    for op_id, texts in history.saved.items():
        if not texts or op_id in history.excused:
            continue
        status = history.answered.get(op_id)
        kind = next(iter(texts.values()))["kind"]
        if status is None:
            yield f"I1 lost: {kind} {op_id}"
        elif status == "quarantined" and not history.held[op_id]:
            yield f"I1 answered for and not held: {kind} {op_id}"
        elif status == "rejected" and kind in _CONTENT:
            yield f"I1 refused what an officer wrote: {kind} {op_id}"
        elif kind in ("create", "patch") and status in _TAKEN and op_id not in history.made:
            yield f"I1 answered for and not there: {kind} {op_id}"


def _once(history: History) -> Iterator[str]:
    """I2: each operation at most once, and as it was saved."""
    seen: set[str] = set()
    for state in history.of["state"]:
        op_id = state["op_id"]
        if op_id is None:
            continue
        if op_id in seen:
            yield f"I2 applied twice: {op_id}"
        seen.add(op_id)
        texts = list(history.saved.get(op_id, {}).values())
        if not texts:
            yield f"I2 nobody saved this: {op_id}"
        elif state["kind"] == "create" and state["body"] not in [op["body"] for op in texts]:
            yield f"I2 not what was saved: {op_id}"
    for op_id, raws in history.held.items():
        texts = list(history.saved.get(op_id, {}).values())
        if op_id and any(raw not in texts for raw in raws):
            yield f"I2 held, and not what was saved: {op_id}"


def _seen_approvals(history: History) -> Iterator[str]:
    """I4: what is approved is what was on the screen, without open questions, and stays so."""
    for screen in history.of["screen"]:
        state = history.made.get(screen["op_id"])
        if state is None:
            continue
        if (state["body"], state["attachments"]) != (screen["body"], screen["attachments"]):
            yield f"I4 approved unseen: {screen['op_id']}"
        if state["conflicts"]:
            yield f"I4 approved with an open conflict: {screen['op_id']}"
    for states in history.states.values():
        yield from _approvals_stand(states)


def _approvals_stand(states: list[Line]) -> Iterator[str]:
    by_number = {state["revision"]: state for state in states}
    for state in states:
        if state["status"] != "APPROVED":
            continue
        where = f"{state['record_id']} {state['revision']}"
        approved = by_number.get(state["approved_revision"])
        if approved is None or approved["kind"] != "decide":
            yield f"I4 approved by nobody: {where}"
        elif approved["body"] != state["body"]:
            yield f"I4 changed after it was approved: {where}"


def _no_lost_update(history: History) -> Iterator[str]:
    """I6: a change replaces only what its author had seen; else both are kept and told."""
    for record_id, states in history.states.items():
        for before, after in pairwise(states):
            if after["revision"] != before["revision"] + 1:
                yield f"I2 a revision is missing: {record_id} {after['revision']}"
            old, new = before["shown"], after["shown"]
            texts = list(history.saved.get(after["op_id"] or "", {}).values())
            if after["kind"] == "patch" and texts:
                # Copies of a tablet can have saved two texts under one id: one was applied.
                yield from min((list(_patched(after, op, old, new)) for op in texts), key=len)
            elif after["kind"] not in ("patch", "void") and after["op_id"] and old != new:
                yield f"I6 changed by what is no change: {after['op_id']}"


def _patched(after: Line, op: Line, old: Line, new: Line) -> Iterator[str]:
    told = {str(conflict["field"]).split("/")[0] for conflict in after["conflicts"]}
    for name in old.keys() | new.keys() | op["changes"].keys():
        change = op["changes"].get(name)
        if change is None:
            if old.get(name) != new.get(name):
                yield f"I6 changed what it did not name: {after['op_id']} {name}"
        elif name not in told:
            values = [change.get("from"), change.get("to"), old.get(name), new.get(name)]
            if not _kept(*(dict(_leaves(value)) for value in values)):
                yield f"I6 lost update: {after['op_id']} {name}"


def _kept(base: Leaves, wanted: Leaves, old: Leaves, new: Leaves) -> bool:
    """Leaf by leaf: changed from what was seen to what was wanted, or as it was."""
    for path in base.keys() | wanted.keys() | old.keys() | new.keys():
        was, now, seen, wish = (part.get(path) for part in (old, new, base, wanted))
        if was != now and (was != seen or now != wish):
            return False
        if was == now and wish not in (seen, now):
            return False
    return True


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, list) and value and all(map(_is_part, value)):
        value = {str(one["id"]): one for one in value}
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, (*path, name))
    elif value is not None:
        yield path, value


def _is_part(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value


def _own_writes(history: History) -> Iterator[str]:
    """I7: a tablet's records never get older, and hold what it calls settled."""
    newest: dict[tuple[str, str, str], int] = {}
    for read in history.of["read"]:
        key = (read["tablet"], read["epoch"], read["record_id"])
        if read["revision"] < newest.get(key, 0):
            yield f"I7 runs backwards: {read['tablet']} {read['record_id']}"
        newest[key] = read["revision"]
    for settled in history.of["settled"]:
        if settled["have"] is not None and settled["have"] < settled["revision"]:
            yield f"I7 settled before it came back: {settled['op_id']}"


def main(paths: list[str]) -> int:
    """Check files; 0 when all of them are in order."""
    wrong = 0
    for path in paths:
        with open(path, encoding="utf-8") as log:  # noqa: PTH123 - nothing but json is imported
            found = check(json.loads(line) for line in log)
        for what in found:
            print(f"{path}: {what}")
        wrong += len(found)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
