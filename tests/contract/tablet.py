"""A tablet reduced to what it says: makes operations, sends them, follows the feed."""

from __future__ import annotations

from itertools import count
from typing import Any

from fieldapp.domain.content import content_hash
from fieldapp.domain.ids import uuid7
from fieldapp.domain.scope_check import state_number
from tests.contract.force import PASSWORD, drop_in
from tests.contract.ports import Port, Wire

_numbers = count(1)
CLAIMED = "2026-03-19T13:01:00+00:00"


def new_id() -> str:
    """An id as tablets make them."""
    return uuid7(1_773_900_000_000 + next(_numbers), next(_numbers))


def operation(kind: str, record_id: str, **fields: Any) -> Wire:
    """An operation as sent."""
    return {
        "op_id": new_id(),
        "dseq": next(_numbers),
        "record_id": record_id,
        "claimed_at": CLAIMED,
        "monotonic_ms": 1,
        "kind": kind,
        **fields,
    }


def create(body: Wire | None = None, record_type: str = "ENGAGEMENT", **fields: Any) -> Wire:
    """A new record."""
    made = {"record_type": record_type, "schema_version": 1, "body": body or drop_in()}
    return operation("create", fields.pop("record_id", new_id()), **made, **fields)


def submit(record_id: str) -> Wire:
    return operation("submit", record_id)


def patch(record_id: str, base_revision: int = 1, **changes: tuple[Any, Any]) -> Wire:
    """Changes given as field=(old, new)."""
    made = {name: {"from": old, "to": new} for name, (old, new) in changes.items()}
    return operation("patch", record_id, base_revision=base_revision, changes=made)


def decide(record_id: str, body: Wire, verdict: str = "APPROVE", **fields: Any) -> Wire:
    """A decision on exactly this content."""
    given: Wire = {
        "verdict": verdict,
        "content_hash": content_hash("ENGAGEMENT", 1, body),
        "revision": 2,
        "reasons": ["PERSONAL_DATA"] if verdict == "RETURN" else [],
    }
    return operation("decide", record_id, **(given | fields))


class Tablet:
    """One officer signed in on one tablet."""

    def __init__(self, port: Port, officer_id: str, device_id: str | None = None) -> None:
        self.port = port
        self.officer_id = officer_id
        request: Wire = {
            "proto": 1,
            "app": "test",
            "force_no": officer_id.removeprefix("of-"),
            "password": PASSWORD,
        }
        if device_id:
            request["device_id"] = device_id
        signed_in = port.sign_in(request)
        self.token: str = signed_in["token"]
        self.device_id: str = signed_in["device_id"]
        self.cursor: Wire = {}
        self.members: dict[tuple[str, str], int] = {}
        self.records: dict[str, Wire] = {}

    def send(self, *ops: Any, **envelope: Any) -> list[Wire]:
        """Push, and the results."""
        answer = self.push(*ops, **envelope)
        results: list[Wire] = answer["results"]
        return results

    def push(self, *ops: Any, **envelope: Any) -> Wire:
        """Push, and the whole answer."""
        request = {"proto": 1, "app": "test", "device_id": self.device_id, "ops": list(ops)}
        return self.port.push(self.token, request | envelope)

    def page(self, **envelope: Any) -> Wire:
        """One page from where it stands, without moving on."""
        request: Wire = {
            "proto": 1,
            "app": "test",
            "device_id": self.device_id,
            "cursor": self.cursor,
        }
        return self.port.pull(self.token, request | envelope)

    def follow(self, **envelope: Any) -> list[Wire]:
        """Pull until caught up, as a tablet does; the changes."""
        changes: list[Wire] = []
        while True:
            page = self.page(**envelope)
            assert page["count"] == len(page["changes"])
            for change in page["changes"]:
                self._apply(change)
            changes += page["changes"]
            for scope in page["scope_exit"]:
                self.members = {key: seq for key, seq in self.members.items() if key[0] != scope}
            self.cursor = page["cursor"]
            if not page["more"]:
                held = dict.fromkeys(page["check"], 0)
                for scope, _ in self.members:
                    held[scope] = held.get(scope, 0) + 1
                assert held == page["check"]
                assert self._sums(page["check"]) == page["check_sums"]
                return changes

    def _sums(self, scopes: Wire) -> dict[str, int]:
        sums = dict.fromkeys(scopes, 0)
        for scope, id in self.members:
            record = self.records[id]
            sums[scope] += state_number(id, record["revision"], record["content_hash"])
        return sums

    def _apply(self, change: Wire) -> None:
        key = (change["scope"], change["record_id"])
        if change["op"] == "up":
            assert change["record"]["id"] == change["record_id"]
            self.members[key] = change["seq"]
            self.records[change["record_id"]] = change["record"]
        else:
            assert "record" not in change
            self.members.pop(key, None)

    def sees(self, record_id: str) -> bool:
        """True while some scope of this tablet holds the record."""
        return any(id == record_id for _, id in self.members)
