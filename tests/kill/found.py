"""What lies in a tablet's file: the key, plain SQL and JSON; no code of the product."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from tests.kill.entry_plan import Content

ASK = "import keyring, sys; print(keyring.get_password('fieldapp', sys.argv[1]) or '')"
COPY = """
import keyring, sys
for secret in ("store-key", "token"):
    held = keyring.get_password("fieldapp", f"{secret}:{sys.argv[1]}")
    keyring.set_password("fieldapp", f"{secret}:{sys.argv[2]}", held)
"""


def key_of(folder: Path) -> str:
    """The key of a tablet's file, from the keyring of the session."""
    account = f"store-key:{folder.resolve()}"
    asked = subprocess.run(
        [sys.executable, "-c", ASK, account], check=True, capture_output=True, text=True
    )
    version, _, key = asked.stdout.strip().partition(":")
    assert version == "1"
    assert len(key) == 64
    return key


def copy_secrets(folder: Path, copy: Path) -> None:
    """Give the copy of a tablet what the keyring holds for the first."""
    command = [sys.executable, "-c", COPY, str(folder.resolve()), str(copy.resolve())]
    subprocess.run(command, check=True)


@dataclass(frozen=True, slots=True)
class FoundDraft:
    """A working copy."""

    record_id: str
    content: Content
    focus: str | None
    caret: int | None
    saved_at: str


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that this tablet made."""

    record_id: str
    record_type: str
    status: str
    told: bool
    """The centre has said something about it."""
    body: dict[str, Any]
    source: str | None

    @property
    def content(self) -> Content:
        """The answers that the test looks at."""
        return content_of(self.body)


@dataclass(slots=True)
class Found:
    """Everything that concerns entries in one file."""

    faults: list[str] = field(default_factory=list)
    drafts: list[FoundDraft] = field(default_factory=list)
    records: list[FoundRecord] = field(default_factory=list)
    operations: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Operation, record, kind, state."""
    every_record: set[str] = field(default_factory=set)
    collected: Counter[str] = field(default_factory=Counter)
    """How often the audit trail says that a record was made."""
    searched: dict[str, int] = field(default_factory=dict)
    """Records that the search finds by the first word of their notes."""

    @property
    def entries(self) -> list[FoundRecord]:
        """Records that are entries."""
        return [record for record in self.records if record.record_type == "ENGAGEMENT"]

    def kinds(self, record_id: str) -> Counter[str]:
        """How many operations of each kind there are of a record."""
        return Counter(kind for _op, record, kind, _state in self.operations if record == record_id)


def content_of(body: dict[str, Any]) -> Content:
    """The answers that the test looks at, from a body."""
    counts, venue = body.get("counts") or {}, body.get("venue") or {}
    return {
        "place": venue.get("name") or "",
        "area": body.get("neighbourhood_id") or "",
        "notes": body.get("qualitative") or "",
        "adults": counts.get("adults") or 0,
        "children": counts.get("children_young_people") or 0,
        "issues": {one["category"]: one["mentions"] for one in body.get("issues") or ()},
        "promises": len(body.get("actions_promised") or ()),
    }


def look(folder: Path, key: str, copy: Path) -> Found:
    """Read a file that nobody has open, from a copy: the next start finds it untouched.

    Args:
        folder: the tablet's.
        key: as 64 hexadecimal digits.
        copy: a folder to copy to; made anew.
    """
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in ("store.db", "store.db-wal"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, copy / name)
    with contextlib.closing(dbapi2.connect(str(copy / "store.db"))) as connection:
        connection.execute(f"PRAGMA key=\"x'{key}'\"")
        return read(connection)


def read(connection: Any) -> Found:
    """Everything that concerns entries."""
    found = Found()
    found.faults += [
        f"cipher_integrity_check: {row}"
        for row in connection.execute("PRAGMA cipher_integrity_check").fetchall()
    ]
    whole = connection.execute("PRAGMA integrity_check").fetchall()
    if whole != [("ok",)]:
        found.faults.append(f"integrity_check: {whole}")
    for row in connection.execute("SELECT record_id, body, saved_at FROM draft"):
        kept = json.loads(row[1])
        found.drafts.append(
            FoundDraft(
                row[0],
                content_of(kept["body"]),
                kept.get("focus_field"),
                kept.get("focus_position"),
                row[2],
            )
        )
    found.operations = connection.execute(
        "SELECT op_id, record_id, kind, state FROM outbox ORDER BY dseq"
    ).fetchall()
    found.every_record = {row[0] for row in connection.execute("SELECT id FROM record")}
    indexed = dict(connection.execute("SELECT id, search_row FROM record"))
    rows = connection.execute(
        "SELECT id, record_type, status, revision, shown, linked FROM record"
        " WHERE record_type IN ('ENGAGEMENT', 'FOLLOW_UP')"
    )
    for record_id, record_type, status, revision, shown, linked in rows:
        found.records.append(
            FoundRecord(
                record_id,
                record_type,
                status,
                revision > 0,
                json.loads(shown)["body"],
                linked,
            )
        )
    for (made,) in connection.execute("SELECT object FROM audit WHERE action = 'COLLECTION'"):
        found.collected[made.rpartition("/")[2]] += 1
    for entry in found.entries:
        word = entry.content["notes"].partition(" ")[0]
        if word:
            hits = connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (word,))
            found.searched[entry.record_id] = [row for (row,) in hits].count(
                indexed[entry.record_id]
            )
    return found


def halves(found: Found) -> list[str]:
    """What is there without what belongs to it, or twice; whoever made it and whenever."""
    return [*found.faults, *_operations(found), *_records(found), *_follow_ups(found)]


def _operations(found: Found) -> list[str]:
    wrong = [
        f"operation {kind} without its record {record}"
        for _op, record, kind, _state in found.operations
        if record not in found.every_record
    ]
    twice = Counter(op for op, _record, _kind, _state in found.operations)
    wrong += [f"operation {op} is there {times} times" for op, times in twice.items() if times > 1]
    return wrong


def _records(found: Found) -> list[str]:
    wrong = []
    drafts = Counter(draft.record_id for draft in found.drafts)
    for record in found.records:
        kinds, name = found.kinds(record.record_id), f"{record.record_type} {record.record_id}"
        here = kinds["create"] > 0
        if kinds["create"] > 1 or not (here or record.told):
            wrong.append(f"{name}: {kinds['create']} operations make it")
        if found.collected[record.record_id] != 1:
            wrong.append(f"{name}: made {found.collected[record.record_id]} times in the audit")
        if record.record_type != "ENGAGEMENT":
            continue
        submitted = record.status != "DRAFT"
        if here and kinds["submit"] - kinds["recall"] != submitted:
            wrong.append(f"{name} is {record.status} after {dict(kinds)}")
        if submitted and drafts[record.record_id]:
            wrong.append(f"{name} is {record.status} and a working copy too")
        if found.searched.get(record.record_id, 1) != 1:
            wrong.append(f"{name} is not found by its words")
    return wrong


def _follow_ups(found: Found) -> list[str]:
    wrong = []
    made = {record.record_id: record for record in found.records if record.source}
    entries = {record.record_id: record for record in found.entries}
    promised = {
        action["id"]: entry
        for entry in entries.values()
        for action in entry.body.get("actions_promised") or ()
        if entry.status != "DRAFT"
    }
    for follow_up in made.values():
        if follow_up.record_type == "FOLLOW_UP" and follow_up.source not in entries:
            wrong.append(f"follow-up {follow_up.record_id} without its entry {follow_up.source}")
    for action, entry in promised.items():
        if action not in made:
            wrong.append(f"entry {entry.record_id} without the follow-up {action} it promises")
    return wrong
