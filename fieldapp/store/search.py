"""Full-text search over entries, newest first; what was pulled is indexed when there is time.

The row number of an index entry holds the time of the event above the number of its record, so
reading the index backwards is newest-first and needs no sort.
"""

from __future__ import annotations

import json
import re

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.times import day_of, london
from fieldapp.store.columns import moment
from fieldapp.store.listing import COLUMNS, Listed
from fieldapp.store.tables import ENTRY
from fieldapp.store.transaction import Tx
from resources import code_list

_BITS = 24
_MASK = (1 << _BITS) - 1
_WORDS = re.compile(r"\w+")
_MAX_WORDS = 12
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NOTES = ("title", "purpose", "qualitative", "information_given", "operation_name", "trigger")
_PERSON = ("full_name", "address_line", "postcode")


def index_some(tx: Tx, limit: int = 500) -> int:
    """Index up to ``limit`` entries that wait for it; how many still wait."""
    rows = tx.rows(
        "SELECT n, at, shown, search_row FROM record WHERE to_index=1 ORDER BY n LIMIT ?", (limit,)
    )
    if rows:
        names = _Names(tx)
        _write(tx, names, rows)
    return left_to_index(tx)


def left_to_index(tx: Tx) -> int:
    """How many entries wait to be indexed."""
    return tx.number("SELECT count(*) FROM record WHERE to_index=1")


def index_record(tx: Tx, record_id: str) -> None:
    """Index one entry now, so that what was just saved is found."""
    row = tx.row("SELECT n, at, shown, search_row FROM record WHERE id=?", (record_id,))
    if row is not None:
        _write(tx, _Names(tx), [row])


def _write(tx: Tx, names: _Names, rows: list[tuple[int, int | None, str, int | None]]) -> None:
    stale = [(row[3],) for row in rows if row[3] is not None]
    if stale:
        tx.run_many("DELETE FROM search WHERE rowid=?", stale)
    # In rising order the index is written in one stroke; out of order it is flushed row by row.
    fresh = sorted(
        (max(at or 0, 0) << _BITS | n & _MASK, _text(json.loads(shown), at, names), n)
        for n, at, shown, _old in rows
    )
    tx.run_many("INSERT INTO search(rowid, words) VALUES (?,?)", [row[:2] for row in fresh])
    tx.run_many(
        "UPDATE record SET search_row=?, to_index=0 WHERE n=?", [(row[0], row[2]) for row in fresh]
    )


class _Names:
    """Names that an entry's text is found by but does not hold itself."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._known: dict[tuple[str, str], str] = {}

    def of(self, record_type: str, record_id: object) -> str:
        if not isinstance(record_id, str):
            return ""
        key = (record_type, record_id)
        if key not in self._known:
            row = self._tx.row(
                "SELECT title FROM record WHERE id=? AND record_type=?", (record_id, record_type)
            )
            self._known[key] = str(row[0]) if row else ""
        return self._known[key]

    def person(self, record_id: object) -> str:
        if not isinstance(record_id, str):
            return ""
        row = self._tx.row(
            "SELECT shown FROM record WHERE id=? AND record_type=?",
            (record_id, RecordType.PERSON),
        )
        body = json.loads(row[0]).get("body", {}) if row else {}
        return " ".join(str(body[name]) for name in _PERSON if body.get(name))


def _text(wire: Json, at: int | None, names: _Names) -> str:
    amendment = wire.get("amendment")
    body = (amendment if isinstance(amendment, dict) else wire).get("body") or {}
    parts: list[object] = [body.get(name) for name in _NOTES]
    parts.append(code_list("engagement_type").label(_code(body.get("engagement_type"))))
    for part in (body.get("venue"), body.get("school")):
        if isinstance(part, dict):
            parts += [part.get("name"), part.get("address"), part.get("postcode")]
    categories = code_list("issue_category")
    for issue in _objects(body.get("issues")):
        parts += [issue.get("summary"), issue.get("place_note")]
        parts.append(categories.label(_code(issue.get("category"))))
    parts += [action.get("summary") for action in _objects(body.get("actions_promised"))]
    parts += [handout.get("title") for handout in _objects(body.get("handouts"))]
    parts += [partner.get("name") for partner in _objects(body.get("partners_present"))]
    parts.append(body.get("neighbourhood_name_at_time"))
    parts.append(names.of(RecordType.NEIGHBOURHOOD, body.get("neighbourhood_id")))
    officers = {wire.get("owner_officer_id")}
    officers |= {who.get("officer_id") for who in _objects(body.get("participants"))}
    parts += [names.of(RecordType.OFFICER, officer) for officer in sorted(map(str, officers))]
    parts.append(names.person(body.get("person_id")))
    parts += [wire.get("ref"), _date_words(at)]
    return " ".join(part for part in parts if isinstance(part, str) and part)


def _code(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _objects(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _date_words(at: int | None) -> str:
    when = moment(at)
    if when is None:
        return ""
    local = london(when)
    day = day_of(when)
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year} {local:%H:%M}"


def query_of(words: str) -> str:
    """What an officer typed as a query: every word must occur, the last one may be unfinished."""
    found = _WORDS.findall(words)[:_MAX_WORDS]
    if not found:
        return ""
    return " ".join(f'"{word}"' for word in found) + ("" if words.endswith(" ") else "*")


def find(tx: Tx, words: str, *, limit: int = 50) -> list[Listed]:
    """Entries that hold every word, newest event first."""
    query = query_of(words)
    if not query:
        return []
    columns = ",".join(f"r.{name}" for name in COLUMNS.split(","))
    return [
        Listed(*row)
        for row in tx.rows(
            f"SELECT {columns} FROM search s JOIN record r ON r.n = s.rowid & {_MASK}"
            " WHERE s.words MATCH ? AND r.status<>'DELETED' ORDER BY s.rowid DESC LIMIT ?",
            (query, limit),
        )
    ]


def people_changed(tx: Tx, person_ids: list[str]) -> None:
    """Entries about these people must be indexed again: a name came, changed or went."""
    tx.run_many(
        f"UPDATE record SET to_index=1 WHERE person_id=? AND {ENTRY}",
        [(one,) for one in person_ids],
    )
