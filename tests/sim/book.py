"""What officers were promised: every operation whose saving returned, and what was on the screen.

Kept outside the product, so that nothing the product forgets is forgotten here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from fieldapp.domain.content import Json

Outbox = dict[str, tuple[str, str]]
"""Operation to state and wire text."""


@dataclass(slots=True)
class Saved:
    """One operation that an officer was told is saved on the tablet."""

    op_id: str
    tablet: str
    wire: str
    also: dict[str, str] = field(default_factory=dict)
    """The same operation on the copy of a tablet, where it may have been worked on separately."""
    told_no: bool = False
    """The officer has seen that the centre did not accept it."""
    left_to_support: bool = False
    """The officer has seen that it is held, and took it off the list."""

    @property
    def wires(self) -> set[str]:
        """Everything that was saved under this id."""
        return {self.wire, *self.also.values()}

    @property
    def op(self) -> Json:
        value: Json = json.loads(self.wire)
        return value

    @property
    def kind(self) -> str:
        return str(self.op.get("kind"))

    @property
    def record_id(self) -> str:
        return str(self.op.get("record_id"))


@dataclass(slots=True)
class Book:
    """All of a history."""

    saved: dict[str, Saved] = field(default_factory=dict)
    shown: dict[str, Json] = field(default_factory=dict)
    """Approval to the content that was on the screen: ``body`` and ``attachments``."""
    files: dict[str, int] = field(default_factory=dict)
    """Photos and recordings made on tablets: name to bytes."""
    lines: list[dict[str, Any]] = field(default_factory=list)
    """The history as an independent checker reads it."""

    def again(self) -> Book:
        """A book to go on with, apart from this one."""
        saved = {op_id: replace(one, also=dict(one.also)) for op_id, one in self.saved.items()}
        return Book(saved, dict(self.shown), dict(self.files), list(self.lines))

    def log(self, type: str, **what: Any) -> None:
        """One line of the history."""
        self.lines.append({"type": type, **what})

    def note(self, tablet: str, before: Outbox, after: Outbox) -> None:
        """What an officer's action has done to the outbox."""
        for op_id, (state, wire) in after.items():
            if state != "queued" or before.get(op_id) == (state, wire):
                continue
            known = self.saved.get(op_id)
            if known is None or known.tablet == tablet:
                self.saved[op_id] = Saved(op_id, tablet, wire, known.also if known else {})
            else:
                known.also[tablet] = wire
            self.log("invoke", tablet=tablet, op=json.loads(wire))
        for op_id in before.keys() - after.keys():
            state = before[op_id][0]
            if state == "queued":
                self._take_back(op_id, tablet)
                self.log("info", tablet=tablet, what="taken back", op_id=op_id)
            elif state == "rejected":
                self.saved[op_id].told_no = True
                self.log("told", op_id=op_id)
            elif state == "quarantined":
                self.saved[op_id].left_to_support = True
                self.log("info", tablet=tablet, what="left to support", op_id=op_id)

    def _take_back(self, op_id: str, tablet: str) -> None:
        known = self.saved[op_id]
        known.also.pop(tablet, None)
        if known.tablet != tablet:
            return
        del self.saved[op_id]
        if known.also:
            other, wire = known.also.popitem()
            self.saved[op_id] = Saved(op_id, other, wire, known.also)

    def cloned(self, tablet: str, outbox: Outbox) -> None:
        """Another tablet has begun with this outbox."""
        for op_id, (state, wire) in outbox.items():
            if state == "queued":
                self.saved[op_id].also[tablet] = wire
                self.log("invoke", tablet=tablet, op=json.loads(wire))
