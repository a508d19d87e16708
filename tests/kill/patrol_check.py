"""What tablets said, compared with what lies at the centre and on them: keys, SQL and JSON only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Runs a statement, and gives its rows."""


@dataclass(slots=True)
class Said:
    """What one officer's tablet said, over all its processes."""

    written: dict[str, list[str]] = field(default_factory=dict)
    """Entry to what was written into it, in order, from the last that was saved."""
    saved: set[str] = field(default_factory=set)
    photos: set[tuple[str, str]] = field(default_factory=set)
    submitted: set[str] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)

    def hear(self, line: str) -> None:
        """A whole line."""
        word, *rest = line.strip().split(maxsplit=2)
        self.words[word] += 1
        if word == "writing":
            self.written.setdefault(rest[0], []).append(rest[1])
        elif word == "saved":
            self.saved.add(rest[0])
            self.written[rest[0]] = [rest[1]]
        elif word == "photo":
            self.photos.add((rest[0], rest[1]))
        elif word == "submitted":
            self.submitted.add(rest[0])


@dataclass(slots=True)
class Verdict:
    """What is wrong; nothing, one hopes."""

    saved: int = 0
    photos: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    diverged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Photos that a record or a tablet names, and that are not there or not what they were."""

    @property
    def wrong(self) -> list[str]:
        """All of it."""
        return self.lost + self.twice + self.diverged + self.missing

    def __str__(self) -> str:
        return (
            f"entries reported saved {self.saved}, lost {len(self.lost)}, applied twice"
            f" {len(self.twice)}, diverged {len(self.diverged)}; photos {self.photos}, not arrived"
            f" whole {len(self.missing)}"
        )


_TWICE = {
    "operation {0} made {1} revisions": "SELECT op_id, count(*) FROM revision"
    " WHERE op_id IS NOT NULL GROUP BY op_id HAVING count(*) > 1",
    "record {0} was made {1} times": "SELECT record_id, count(*) FROM revision"
    " WHERE kind = 'create' GROUP BY record_id HAVING count(*) > 1",
    "operation {0} is in the ledger {1} times": "SELECT op_id, count(*) FROM ledger"
    " GROUP BY op_id HAVING count(*) > 1",
}


def verdict(saids: list[Said], centre: Ask, tablets: list[Ask]) -> Verdict:
    """Everything side by side.

    Args:
        saids: what the tablets said.
        centre: asks the centre's store.
        tablets: ask theirs.
    """
    made = Verdict(sum(len(one.saved) for one in saids), sum(len(one.photos) for one in saids))
    wires = "SELECT w.wire FROM record r JOIN whole_revision w ON w.n = r.revision_n"
    there = {one["id"]: one for (wire,) in centre(wires) for one in [json.loads(wire)]}
    for words, asked in _TWICE.items():
        made.twice += [words.format(*row) for row in centre(asked)]
    _compare_with_what_was_said(made, saids, there)
    _look_at_photos(made, saids, there, centre)
    made.lost += [f"held at the centre: {row}" for row in centre("SELECT * FROM quarantine")]
    for number, ask in enumerate(tablets):
        _compare_with_a_tablet(made, there, number, ask)
    return made


def _compare_with_what_was_said(
    made: Verdict, saids: list[Said], there: dict[str, dict[str, Any]]
) -> None:
    marks = Counter(
        mark for one in there.values() if (mark := one["body"].get("qualitative")) is not None
    )
    made.twice += [f"{mark} is in {times} entries" for mark, times in marks.items() if times > 1]
    for said in saids:
        for record_id in said.saved:
            found = there.get(record_id)
            if found is None:
                made.lost.append(f"{record_id} is not at the centre")
                continue
            says = found["body"].get("qualitative")
            if says not in said.written[record_id]:
                made.lost.append(f"{record_id} says {says!r}, and was {said.written[record_id]}")
            if found["review_status"] != "PENDING_REVIEW":
                made.diverged.append(f"{record_id} is {found['review_status']} at the centre")


def _look_at_photos(
    made: Verdict, saids: list[Said], there: dict[str, dict[str, Any]], centre: Ask
) -> None:
    pieces: dict[tuple[str, str], list[bytes]] = {}
    for sha, sent_by, data in centre("SELECT sha, officer_id, data FROM piece ORDER BY idx"):
        pieces.setdefault((sha, sent_by), []).append(bytes(data))
    whole = {
        sha
        for sha, sent_by in centre("SELECT sha, sent_by FROM blob")
        if hashlib.sha256(b"".join(pieces.get((sha, sent_by), []))).hexdigest() == sha
    }
    for record_id, record in there.items():
        named = set(record.get("attachments") or {})
        made.missing += [f"{record_id}: photo {sha} is not there" for sha in named - whole]
    for record_id, sha in (one for said in saids for one in said.photos):
        if sha not in (there.get(record_id, {}).get("attachments") or {}):
            made.missing.append(f"{record_id} does not name photo {sha}")


def _compare_with_a_tablet(
    made: Verdict, there: dict[str, dict[str, Any]], number: int, ask: Ask
) -> None:
    rows = ask("SELECT id, shown FROM record")
    assert rows, "a tablet without records proves nothing"
    for record_id, shown in rows:
        here, found = json.loads(shown), there.get(record_id)
        if found is None:
            made.lost.append(f"{record_id} is on tablet {number} only")
        elif [here.get(name) for name in _SAME] != [found.get(name) for name in _SAME]:
            made.diverged.append(f"{record_id} differs on tablet {number}: {here} and {found}")
    made.lost += [f"draft {row[0]} is left" for row in ask("SELECT record_id FROM draft")]
    made.lost += [
        f"operation {op_id} is {state} still"
        for op_id, state in ask("SELECT op_id, state FROM outbox WHERE state IN ('queued', 'sent')")
    ]
    if ask("PRAGMA integrity_check") != [("ok",)] or ask("PRAGMA cipher_integrity_check"):
        made.lost.append(f"the file of tablet {number} is damaged")


_SAME = ("body", "review_status", "content_hash", "revision")


def asking(folder: Path, name: str, key: str, copy: Path) -> Ask:
    """Asks a copy of an encrypted file; what is written there touches nothing else."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for suffix in ("", "-wal"):
        if (folder / f"{name}{suffix}").exists():
            shutil.copyfile(folder / f"{name}{suffix}", copy / f"{name}{suffix}")

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(dbapi2.connect(str(copy / name))) as connection:
            connection.execute(f"PRAGMA key=\"x'{key}'\"")
            rows: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
            connection.commit()
        return rows

    return ask
