"""The trail: whatever is tampered with, on it or behind it, is found."""

from __future__ import annotations

import json

import pytest

from server import audit
from server.services.centre import Centre
from server.services.verification import verify
from tests.contract.fixtures import SignInAs
from tests.contract.force import drop_in
from tests.contract.stored import rows
from tests.contract.tablet import create, decide, submit

FREE = {
    "sqlite": (
        "PRAGMA defer_foreign_keys = ON",
        "DROP TRIGGER {0}_refuses_update",
        "DROP TRIGGER {0}_refuses_delete",
    ),
    "postgresql": ("SET LOCAL session_replication_role = replica",),
}

_FORGED = (
    "INSERT INTO audit SELECT seq + 1, at, actor, device_id, action, subject, detail, hash, "
    "hash FROM audit WHERE seq = (SELECT max(seq) FROM audit)"
)


@pytest.fixture
def lived_in(tablet: SignInAs, centre: Centre) -> Centre:
    """A centre with something on its trail."""
    priya, tom = tablet("of-priya"), tablet("of-tom")
    for _ in range(3):
        made = create()
        priya.send(made, submit(made["record_id"]))
        tom.send(decide(made["record_id"], made["body"]))
    tom.follow()
    assert verify(centre).trouble is None
    return centre


def tamper(centre: Centre, table: str, *statements: str) -> None:
    """As somebody with the key and time would."""
    with centre.db.write() as connection:
        for statement in (*FREE[connection.dialect.name], *statements):
            connection.exec_driver_sql(statement.format(table))


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE audit SET actor = 'of-callum' WHERE seq = 5",),
        ("UPDATE audit SET at = '2020-01-01' WHERE seq = 5",),
        ("UPDATE audit SET detail = '{}' WHERE seq = 5",),
        ("DELETE FROM audit WHERE seq = 5",),
        ("DELETE FROM audit WHERE seq = 1",),
        (
            "DELETE FROM audit WHERE seq = 5",
            "UPDATE audit SET seq = seq - 1 WHERE seq > 5",
        ),
        (
            "UPDATE audit SET seq = -5 WHERE seq = 5",
            "UPDATE audit SET seq = 5 WHERE seq = 6",
            "UPDATE audit SET seq = 6 WHERE seq = -5",
        ),
        (_FORGED,),
    ],
)
def test_a_changed_trail_is_found(lived_in: Centre, statements: tuple[str, ...]) -> None:
    tamper(lived_in, "audit", *statements)
    trouble = verify(lived_in).trouble
    assert trouble is not None
    assert "trail" in trouble.lower()


def test_a_tail_that_was_cut_off_leaves_revisions_nobody_speaks_of(lived_in: Centre) -> None:
    tamper(lived_in, "audit", "DELETE FROM audit WHERE seq > 4")
    assert "says nothing of revision" in str(verify(lived_in).trouble)


def test_a_cut_of_lines_about_reading_shows_against_the_number_kept_elsewhere(
    lived_in: Centre,
) -> None:
    before = verify(lived_in)
    tamper(lived_in, "audit", "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    after = verify(lived_in)
    assert after.trouble is None
    assert (after.lines, after.head) != (before.lines, before.head)


_MORE = (
    "INSERT INTO revision SELECT n + 1, record_id, revision + 1, kind, op_id, officer_id, "
    "device_id, claimed_at, received_at, review_status, head, body, body_n FROM revision "
    "WHERE n = (SELECT max(n) FROM revision)"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revision SET head = replace(head, 'PENDING_REVIEW', 'APPROVED')",
        "UPDATE revision SET body = replace(body, 'Larkspur', 'Elsewhere') WHERE kind = 'create'",
        "DELETE FROM revision WHERE kind = 'submit' AND n NOT IN (SELECT revision_n FROM record)",
        _MORE,
    ],
)
def test_a_changed_revision_is_found(lived_in: Centre, statement: str) -> None:
    tamper(lived_in, "revision", statement)
    trouble = verify(lived_in).trouble
    assert trouble is not None
    assert "revision" in trouble.lower()


def test_who_was_given_what_is_on_the_trail_before_it_leaves(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = create(drop_in(qualitative="Zanzibar quokka"))
    priya.send(made, submit(made["record_id"]))
    tom.follow()
    asked = "SELECT actor, device_id, detail FROM audit WHERE action = 'SYNC_PULL'"
    ((actor, device_id, detail),) = rows(centre, asked)
    assert (actor, device_id) == ("of-tom", tom.device_id)
    assert json.loads(detail)["changes"]["lpt:TA"] == 1


def test_what_is_sent_again_makes_no_second_line(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    made = create()
    priya.send(made)
    before = rows(centre, "SELECT count(*) FROM audit")
    priya.send(made)
    assert rows(centre, "SELECT count(*) FROM audit") == before


def test_an_empty_trail_is_whole(centre: Centre) -> None:
    with centre.db.read() as connection:
        assert audit.first_break(connection) is None
