"""Searching a large store, beside bare full-text queries on the same file."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from fieldapp.wiring import STORE_NAME, Tablet
from tests.bench.entries import WORDS
from tests.bench.figure import Figure, median, seconds
from tests.bench.floor_store import opened
from tests.bench.ground import Ground, receive

RECORDS = 100_000
QUERIES = 60
LIMIT = 50

BARE = (
    "SELECT r.id, r.at, r.place FROM search s JOIN record r ON r.n = s.rowid & 16777215"
    " WHERE search MATCH ? ORDER BY s.rowid DESC LIMIT ?"
)
ROWS = (
    "SELECT r.id, r.record_type, r.kind, r.status, r.amendment, r.owner, r.neighbourhood, r.at,"
    " r.title, r.place, r.attendance, r.ref, r.conflicts"
    " FROM search s JOIN record r ON r.n = s.rowid & 16777215"
    " WHERE search MATCH ? ORDER BY s.rowid DESC LIMIT ?"
)
"""The same with everything a line of the list is made of."""


def figures(ground: Ground) -> Iterator[Figure]:
    """Newest first: a common word, two words, a beginning, and a word only one entry holds."""
    ground.restore_set_up()
    with ground.open(ground.priya) as tablet:
        receive(tablet, range(RECORDS))
        key = tablet.vault.key()
        assert key is not None
        bare = opened(ground.priya / STORE_NAME, key)
        ours: list[float] = []
        floor: list[float] = []
        rows: list[float] = []
        for words, query in _queries():
            found = _bare(bare, BARE, query)
            floor.append(seconds(partial(_bare, bare, BARE, query)))
            rows.append(seconds(partial(_bare, bare, ROWS, query)))
            ours.append(seconds(partial(tablet.services.entries.search, words, LIMIT)))
            assert found
            assert [row[0] for row in found] == _ids(tablet, words)
        bare.close()
    yield Figure("search_100000", median(ours), median(floor), aim=2.0)
    note = "beside a bare query of everything a line of the list is made of"
    yield Figure("search_100000_lines", median(ours), median(rows), note=note)


def _bare(connection: Any, statement: str, query: str) -> list[Any]:
    found: list[Any] = connection.execute(statement, (query, LIMIT)).fetchall()
    return found


def _ids(tablet: Tablet, words: str) -> list[str]:
    return [row.record_id for row in tablet.services.entries.search(words, LIMIT)]


def _queries() -> Iterator[tuple[str, str]]:
    """What is typed, and the query it stands for."""
    chance = random.Random(7)
    for _ in range(QUERIES // 4):
        one, two = chance.sample(WORDS, 2)
        number = chance.randrange(RECORDS)
        yield f"{one} ", f'"{one}"'
        yield f"{one} {two} ", f'"{one}" "{two}"'
        yield one[:3], f'"{one[:3]}"*'
        yield f"mark{number} ", f'"mark{number}"'
