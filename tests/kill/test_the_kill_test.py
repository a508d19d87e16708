"""The kill test finds faults: planted into the running app, and written into its file."""

from __future__ import annotations

import contextlib
import shutil
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from tests.kill.entry_plan import plan_of
from tests.kill.found import look, read
from tests.kill.ledger import Ledger
from tests.kill.orders import Orders
from tests.kill.rounds import Rounds
from tests.kill.station import Station
from tests.kill.strikes import Strike

pytestmark = [pytest.mark.kill, pytest.mark.e2e, pytest.mark.timeout(180)]

SLOW = Orders(1, key_ms=20, rests=False)
"""Keys without a break for longer than may be lost."""


def plain_seed() -> int:
    """A seed whose first entries are written straight through, the first with a promise."""
    return next(
        seed
        for seed in range(1000)
        if plan_of(seed, 1).content["promises"]
        and not any(
            plan_of(seed, number).leaves_before or plan_of(seed, number).takes_back
            for number in (1, 2)
        )
    )


SEED = plain_seed()
AMID = Strike("any report", 45, 0)
LATE = Strike("any time", 1, 2.0)
TYPED_ON = Strike("typing", 1, 1.6)
"""Longer after the first key than may be lost, however slowly the app has come up."""
PLANTED: dict[str, tuple[Orders, tuple[Strike, ...], str]] = {
    "debounces": (SLOW, (TYPED_ON,) * 3, "of typing are lost"),
    "boasts": (Orders(1), (AMID,), "saved by the screen's word"),
    "is_early": (
        Orders(1),
        (Strike("said saved", 2, 0), Strike("said saved", 1, 0)) * 2,
        "saved by the screen's word",
    ),
    "submits_in_two": (Orders(1), (Strike("submitting", 1, 0.15),), "and a working copy too"),
    "haunts": (Orders(1), (Strike("said submitted", 1, 0),), "and a working copy too"),
    "repeats": (Orders(1), (AMID, AMID), "a working copy too many"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(tablet: Station, fault: str) -> None:
    pace, strikes, words = PLANTED[fault]
    wrong: list[str] = []
    with Rounds(tablet, SEED, fault=fault, pace=pace) as rounds:
        for strike in strikes:
            wrong += rounds.verdict(rounds.work(strike))
            if any(words in one for one in wrong):
                return
    pytest.fail(f"not found: {words}; but {wrong}")


def test_the_same_strikes_find_nothing_in_the_app_as_it_is(tablet: Station) -> None:
    with Rounds(tablet, SEED, pace=SLOW) as rounds:
        for strike in (LATE, AMID, Strike("submitting", 1, 0.15)):
            assert rounds.verdict(rounds.work(strike)) == []


@dataclass(frozen=True, slots=True)
class Written:
    """A tablet that was killed with one entry submitted and another begun."""

    tablet: Station
    ledger: Ledger
    killed_at: float

    def after(self, *statements: str) -> list[str]:
        """The verdict, had the file been different."""
        path = self.tablet.tablet.with_name("tablet.copy") / "store.db"
        with contextlib.closing(dbapi2.connect(str(path))) as connection:
            connection.execute(f"PRAGMA key=\"x'{self.tablet.key}'\"")
            connection.execute("BEGIN")
            for statement in statements:
                assert connection.execute(statement).rowcount, statement
            found = read(connection)
            connection.execute("ROLLBACK")
        return deepcopy(self.ledger).compare(found, self.killed_at)


@pytest.fixture(scope="module")
def written(ground: Station, tmp_path_factory: pytest.TempPathFactory) -> Written:
    ground.air.out_of_range()
    tablet = ground.twin(tmp_path_factory.mktemp("written") / "tablet")
    with Rounds(tablet, SEED) as rounds:
        assert rounds.verdict(rounds.work(Strike("said submitted", 1, 0))) == []
        account = rounds.work(AMID)
        ledger = deepcopy(rounds.ledger)
        assert rounds.verdict(account) == []
    return Written(tablet, ledger, account.killed_at)


DRAFT = "INSERT INTO draft(record_id, body, saved_at, session, open)"
ENTRY, FOLLOW_UP = "record_type = 'ENGAGEMENT'", "record_type = 'FOLLOW_UP'"
WRITTEN: dict[str, tuple[tuple[str, ...], str]] = {
    "draft lost": (("DELETE FROM draft",), "is lost"),
    "draft torn": (
        ("UPDATE draft SET body = json_set(body, '$.body.qualitative', 'other')",),
        "never on the screen",
    ),
    "draft twice": (
        (f"{DRAFT} SELECT 'other', body, saved_at, session, open FROM draft",),
        "a working copy too many",
    ),
    "draft of a submitted entry": (
        (f"{DRAFT} SELECT r.id, body, saved_at, session, open FROM draft, record r WHERE {ENTRY}",),
        "and a working copy too",
    ),
    "entry lost": ((f"DELETE FROM record WHERE {ENTRY}",), "is there 0 times"),
    "entry twice": (
        (
            f"CREATE TEMP TABLE twin AS SELECT * FROM record WHERE {ENTRY}",
            "UPDATE twin SET n = n + 1000000, id = 'other', search_row = NULL",
            "INSERT INTO record SELECT * FROM twin",
        ),
        "is there 2 times",
    ),
    "entry torn": (
        (f"UPDATE record SET shown = json_set(shown, '$.body.counts.adults', 99) WHERE {ENTRY}",),
        "holds",
    ),
    "entry a draft again": (
        (f"UPDATE record SET status = 'DRAFT' WHERE {ENTRY}",),
        "was submitted and is a draft",
    ),
    "entry not in the index": (
        (f"UPDATE record SET search_row = NULL WHERE {ENTRY}",),
        "is not found by its words",
    ),
    "entry not in the trail": (
        ("DELETE FROM audit WHERE action = 'COLLECTION'",),
        "made 0 times in the audit",
    ),
    "entry that nothing makes": (
        ("DELETE FROM outbox WHERE kind = 'create'",),
        "0 operations make it",
    ),
    "entry that nothing submits": (
        ("DELETE FROM outbox WHERE kind = 'submit'",),
        "is SUBMITTED after",
    ),
    "entry submitted twice": (
        (
            "CREATE TEMP TABLE twin AS SELECT * FROM outbox WHERE kind = 'submit'",
            "UPDATE twin SET dseq = 1000, op_id = 'other'",
            "INSERT INTO outbox SELECT * FROM twin",
        ),
        "is SUBMITTED after",
    ),
    "operation without its record": (
        ("UPDATE outbox SET record_id = 'other' WHERE kind = 'submit'",),
        "operation submit without its record",
    ),
    "follow-up lost": ((f"DELETE FROM record WHERE {FOLLOW_UP}",), "without the follow-up"),
    "follow-up without its entry": (
        (f"UPDATE record SET linked = 'other' WHERE {FOLLOW_UP}",),
        "without its entry",
    ),
}


@pytest.mark.parametrize("fault", WRITTEN)
def test_a_fault_in_the_file_is_found(written: Written, fault: str) -> None:
    statements, words = WRITTEN[fault]
    wrong = written.after(*statements)
    assert any(words in one for one in wrong), wrong


def test_an_entry_that_was_there_before_and_is_gone_is_found(written: Written) -> None:
    ledger = deepcopy(written.ledger)
    ledger.finished[99] = {}
    found = written.tablet.found()
    assert any("entry 99" in one for one in ledger.compare(found, written.killed_at))


def test_a_damaged_page_is_found(written: Written, tmp_path: Path) -> None:
    shutil.copytree(written.tablet.tablet, tmp_path / "damaged")
    with (tmp_path / "damaged" / "store.db").open("r+b") as file:
        file.seek(-2000, 2)
        file.write(bytes(64))
    (tmp_path / "damaged" / "store.db-wal").unlink(missing_ok=True)
    try:
        faults = look(tmp_path / "damaged", written.tablet.key, tmp_path / "copy").faults
    except dbapi2.DatabaseError:
        return
    assert any("integrity" in fault for fault in faults)
