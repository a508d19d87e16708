"""An updated store can be compared with the centre at once: nothing is downloaded again for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fieldapp.domain.scope_check import state_number
from fieldapp.store import Store, records

if TYPE_CHECKING:
    from tests.conftest import FixedClock

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize("release", sorted(folder.name for folder in DATA.glob("v*")))
def test_a_store_of_every_release_knows_the_numbers_of_what_it_holds(
    release: str, tmp_path: Path, clock: FixedClock
) -> None:
    key = json.loads((DATA / release / "tablet.json").read_text())["key"]
    path = tmp_path / "store.db"
    path.write_bytes((DATA / release / "tablet.db").read_bytes())
    store = Store.open(path, bytes.fromhex(key), clock)
    with store.reading() as tx:
        rows = tx.rows(
            "SELECT r.id, r.digest, m.number, CASE pending WHEN 0 THEN shown ELSE base END"
            " FROM record r JOIN member m ON m.n = r.n"
        )
        assert len(rows) > 100
        for record_id, digest, number, text in rows:
            wire = json.loads(text)
            assert number == state_number(record_id, wire["revision"], wire["content_hash"])
            assert digest == records.digest(text)
    store.close()
