"""Tablets, centre and database killed at random while officers work: nothing lost or doubled.

``MINUTES=10`` goes on for so long (otherwise each is killed once), ``DATABASE`` chooses one of
the two databases, ``PHOTOS=1`` puts photos on half of the entries.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.contract.fixtures import cluster  # noqa: F401
from tests.kill.patrol import Patrol, patrol
from tests.kill.patrol_check import Ask, Verdict, verdict
from tests.kill.station import why_no_keyring

MINUTES = float(os.environ.get("MINUTES", "0"))
DATABASES = [os.environ["DATABASE"]] if "DATABASE" in os.environ else ["sqlite", "postgres"]
PHOTOS = ("photos",) if os.environ.get("PHOTOS", "" if MINUTES else "1") == "1" else ()
LEAST_ROUNDS = 1

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.timeout(300 + 120 * MINUTES)]


@pytest.fixture(scope="module", autouse=True)
def keyring() -> None:
    if why := why_no_keyring():
        pytest.skip(f"NO SECRET SERVICE HERE, so no tablet was killed (run make test): {why}")


def seed() -> int:
    return int(os.environ.get("KILL_SEED", "0")) or int.from_bytes(os.urandom(4))


@dataclass
class Ended:
    """A patrol that has come to its end."""

    of: Patrol
    verdict: Verdict


@contextmanager
def ended(request: pytest.FixtureRequest, folder: Path, database: str) -> Iterator[Ended]:
    """Work and blows until the time is over; then everything is sent."""
    chosen = request.getfixturevalue("cluster") if database == "postgres" else None
    say: Callable[[str], None] = request.getfixturevalue("say")
    drawn = seed()
    say(f"KILL_SEED={drawn} MINUTES={MINUTES:g} DATABASE={database} PHOTOS={len(PHOTOS)}")
    chance, until = Random(drawn), time.monotonic() + 60 * MINUTES
    with patrol(folder, chosen) as made:
        made.start(chance, *PHOTOS)
        rounds = 0
        while rounds < LEAST_ROUNDS or time.monotonic() < until:
            made.strike_all(chance, *PHOTOS)
            rounds += 1
        made.finish()
        found = made.verdict()
        say(f"{database}: kills {dict(made.kills)}; {found}")
        yield Ended(made, found)


@pytest.mark.parametrize("database", DATABASES)
def test_killing_tablets_centre_and_database_loses_doubles_and_splits_nothing(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        end = stack.enter_context(ended(request, tmp_path, database))
        assert end.verdict.wrong == []
        assert end.verdict.saved >= len(end.of.officers), "too little happened to prove anything"
        assert end.verdict.photos > 0 or not PHOTOS
        if database == "sqlite":
            _every_planted_fault_is_found(end.of, end.of.asked)


PLANTED = {
    "is not at the centre": "DELETE FROM record WHERE id IN ({saved})",
    "says": "UPDATE revision SET body = json_set(body, '$.qualitative', 'other')"
    " WHERE body IS NOT NULL AND record_id IN ({saved})",
    "revisions": "INSERT INTO revision SELECT n + 1000000, {columns} FROM revision"
    " WHERE record_id IN ({saved})",
    "differs on tablet": "UPDATE revision SET head = json_set(head, '$.content_hash', 'other')"
    " WHERE record_id IN ({saved})",
    "photo": "UPDATE piece SET data = zeroblob(10)",
}


def _every_planted_fault_is_found(of: Patrol, ask: Callable[[], tuple[Ask, list[Ask]]]) -> None:
    """Each is written into a fresh copy of the centre's file, past its triggers."""
    saids = [one.said for one in of.officers]
    saved = ", ".join(f"'{one}'" for said in saids for one in said.saved)
    for words, statement in PLANTED.items():
        if words == "photo" and not PHOTOS:
            continue
        centre, tablets = ask()
        for (name,) in centre("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            centre(f'DROP TRIGGER "{name}"')
        rows = centre("SELECT name FROM pragma_table_info('revision') WHERE name <> 'n'")
        columns = ", ".join(
            "revision + 1000000" if name == "revision" else f'"{name}"' for (name,) in rows
        )
        for (name,) in centre(
            "SELECT name FROM sqlite_master WHERE tbl_name = 'revision' AND type = 'index'"
            " AND sql IS NOT NULL"
        ):
            centre(f'DROP INDEX "{name}"')
        centre(statement.format(saved=saved, columns=columns))
        wrong = verdict(saids, centre, tablets).wrong
        assert any(words in one for one in wrong), (words, wrong[:3])


def test_a_tablet_that_says_saved_too_early_is_found(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with patrol(tmp_path, None) as made:
        chance = Random(seed())
        made.start(chance, "forgets")
        made.strike_all(chance, "forgets")
        made.finish()
        assert made.verdict().lost != []
