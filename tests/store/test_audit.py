"""The audit trail: every row follows from the one before, so that none can be changed unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fieldapp.store import audit

if TYPE_CHECKING:
    from fieldapp.store import Store


@pytest.fixture
def trail(store: Store) -> Store:
    """A store with five events."""
    with store.transaction() as tx:
        for n in range(5):
            audit.log(tx, "of-0001", "COLLECTION", f"ENGAGEMENT/{n}", revision=n, reason="")
    return store


def test_an_untouched_trail_is_whole(trail: Store) -> None:
    with trail.reading() as tx:
        assert [row.object for row in audit.trail(tx)] == [f"ENGAGEMENT/{n}" for n in range(5)]
        assert audit.broken_at(tx) is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor='of-0009' WHERE n=3", 3),
        ("UPDATE audit SET reason='none' WHERE n=1", 1),
        ("DELETE FROM audit WHERE n=2", 3),
        ("UPDATE audit SET revision=9 WHERE n=5", 5),
    ],
)
def test_a_changed_or_missing_row_shows(trail: Store, statement: str, broken: int) -> None:
    with trail.transaction() as tx:
        tx.run(statement)
        assert audit.broken_at(tx) == broken
