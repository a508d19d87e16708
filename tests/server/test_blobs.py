"""Photos and voice notes at the centre over time: kept, swept, made again, under any line."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event, Semaphore, Thread

import httpx
import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from fieldapp.domain.pieces import next_run
from server import migrations
from server.db import SqliteDatabase
from server.errors import TurnedAway
from server.services.attachments.sweeping import GRACE, sweep
from server.services.centre import Centre
from server.services.manifests import TABLE, referring
from server.services.rebuild import rebuild
from server.services.upkeep import keep_up
from server.settings import Limits
from server.upgrade import upgrade
from sync.protocol import routes
from sync.protocol.codes import ErrorCode
from sync.protocol.versions import PIECE_HEADER
from tests.conftest import FixedClock
from tests.contract.photos import (
    approve,
    change,
    entry,
    get,
    handed_in,
    photo,
    put,
    status,
    upload,
)
from tests.contract.ports import InProcess, OverHttp, RefusedError, Wire
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, operation
from tests.server.files import head

SignIn = Callable[[str], Tablet]


@pytest.fixture
def tablet(centre: Centre) -> SignIn:
    return lambda officer_id: Tablet(InProcess(centre), officer_id)


def kept(centre: Centre) -> set[str]:
    """Names of the files that are here."""
    return {name for (name,) in rows(centre, "SELECT sha FROM blob")}


# ------------------------------------------------------------------------- any order

PIECES = 7
SEND = st.tuples(st.integers(0, PIECES - 1), st.integers(1, 4), st.booleans())


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sends=st.lists(SEND, max_size=12), seed=st.integers(0, 10**9), entry_at=st.integers(0, 12))
def test_whatever_was_lost_doubled_or_out_of_order_a_retry_completes_it(
    centre: Centre, sends: list[tuple[int, int, bool]], seed: int, entry_at: int
) -> None:
    """Any pieces in any order; then what the centre says is missing, as a tablet does."""
    priya = Tablet(InProcess(centre), "of-priya")
    one = photo((PIECES - 1) * 65_536 + 1 + seed % 65_536, seed)
    made = entry(one)
    for number, (first, pieces, twice) in enumerate(sends):
        if number == entry_at:
            priya.send(made)
        state = put(priya, one.sent(first, min(pieces, PIECES - first)))
        if twice:
            assert put(priya, one.sent(first, min(pieces, PIECES - first))) == state
    state = status(priya, one)[one.sha]
    while not state["complete"]:
        run = next_run(one.size, tuple((a, b) for a, b in state["have"]), 4)
        assert run is not None
        state = put(priya, one.sent(*run))
    if entry_at >= len(sends):
        priya.send(made)
    priya.follow()
    assert priya.records[made["record_id"]]["attachments_received"] == [one.sha]
    assert hashlib.sha256(get(priya, one)).hexdigest() == one.sha
    assert rows(centre, "SELECT count(*) FROM upload") == [(0,)]


def test_many_senders_at_once_leave_one_whole_file(centre: Centre, tablet: SignIn) -> None:
    one = photo(PIECES * 65_536)
    senders = [tablet("of-priya") for _ in range(4)]
    made = handed_in(senders[0], one)
    start = Barrier(len(senders))
    faults: list[BaseException] = []

    def send(who: Tablet, order: list[int]) -> None:
        try:
            start.wait(20)
            upload(who, one, order)
        except BaseException as fault:  # noqa: BLE001 - told below, in the test's own thread
            faults.append(fault)

    threads = []
    for number, who in enumerate(senders):
        order = random.Random(number).sample(range(PIECES), PIECES)
        threads.append(Thread(target=send, args=(who, order)))
        threads[-1].start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert get(senders[0], one) == one.data
    assert rows(centre, "SELECT count(*) FROM piece") == [(PIECES,)]
    arrivals = rows(centre, "SELECT detail FROM audit WHERE subject = ?", one.sha)
    assert len(arrivals) == 1
    assert made["record_id"] in arrivals[0][0]


def test_an_entry_that_comes_in_between_is_told_of_the_photo(
    centre: Centre, tablet: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL it may be committed after the photo's own transaction has looked for it."""
    priya, looks = tablet("of-priya"), 0
    one = photo()
    made = handed_in(priya, one)
    priya.follow()

    def blind_once(connection: Connection, sha: str, officer_id: str) -> list[str]:
        nonlocal looks
        looks += 1
        return [] if looks == 1 else referring(connection, sha, officer_id)

    monkeypatch.setattr("server.services.attachments.uploading.referring", blind_once)
    upload(priya, one)
    assert looks == 4
    assert [change["record_id"] for change in priya.follow()] == [made["record_id"]]
    assert priya.records[made["record_id"]]["attachments_received"] == [one.sha]


# -------------------------------------------------------------------------- letting go


def test_what_nothing_refers_to_goes_a_month_after_that_was_noticed(
    centre: Centre, tablet: SignIn, clock: FixedClock
) -> None:
    priya = tablet("of-priya")
    one = photo()
    upload(priya, one)
    sweep(centre)
    clock.advance(days=GRACE.days - 1)
    assert sweep(centre) == 0
    clock.advance(days=1)
    assert sweep(centre) == 1
    assert kept(centre) == set()
    assert rows(centre, "SELECT count(*) FROM piece") == [(0,)]
    assert rows(centre, "SELECT actor FROM audit WHERE action = 'ERASURE'") == [("centre",)]
    clock.advance(days=-GRACE.days)
    priya = tablet("of-priya")
    assert not status(priya, one)[one.sha]["complete"]
    upload(priya, one)
    assert kept(centre) == {one.sha}


def test_upkeep_marks_and_sweeps_by_itself(
    centre: Centre, tablet: SignIn, clock: FixedClock
) -> None:
    upload(tablet("of-priya"), photo())
    keep_up(centre)
    clock.advance(days=GRACE.days)
    keep_up(centre)
    assert kept(centre) == set()


def test_an_entry_that_comes_late_saves_its_photo(
    centre: Centre, tablet: SignIn, clock: FixedClock
) -> None:
    priya = tablet("of-priya")
    one = photo()
    upload(priya, one)
    sweep(centre)
    clock.advance(days=10)
    handed_in(priya, one)
    clock.advance(days=GRACE.days)
    assert sweep(centre) == 0
    assert rows(centre, "SELECT idle_since FROM blob") == [(None,)]
    priya = tablet("of-priya")
    assert get(priya, one) == one.data


@pytest.mark.parametrize("how", ["detached", "deleted", "withdrawn", "amended away"])
def test_what_any_revision_referred_to_is_kept_for_ever(
    centre: Centre, tablet: SignIn, clock: FixedClock, how: str
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    one = photo()
    made = handed_in(priya, one)
    record_id = made["record_id"]
    upload(priya, one)
    if how == "amended away":
        tom.send(approve(made))
        priya.send(change(record_id, detach=[one.sha]))
        tom.send(approve(made, manifest={}))
    elif how == "detached":
        priya.send(change(record_id, detach=[one.sha]))
    elif how == "deleted":
        priya.send(operation("delete", record_id))
    else:
        priya.send(operation("void", record_id, reason="Recorded twice"))
    for _ in range(3):
        clock.advance(days=GRACE.days + 1)
        assert sweep(centre) == 0
    assert kept(centre) == {one.sha}


def test_a_photo_of_something_held_is_kept(
    centre: Centre, tablet: SignIn, clock: FixedClock
) -> None:
    priya = tablet("of-priya")
    one = photo()
    (result,) = priya.send(create({"lpt_code": "LI"}, attachments=one.manifest))
    assert result["status"] == "quarantined"
    upload(priya, one)
    for _ in range(3):
        clock.advance(days=GRACE.days + 1)
        assert sweep(centre) == 0
    assert kept(centre) == {one.sha}


def test_an_upload_nobody_went_on_with_goes_and_starts_from_the_beginning(
    centre: Centre, tablet: SignIn, clock: FixedClock
) -> None:
    priya = tablet("of-priya")
    one = photo()
    handed_in(priya, one)
    put(priya, one.sent(0, 2))
    clock.advance(days=GRACE.days)
    assert sweep(centre) == 1
    assert rows(centre, "SELECT count(*) FROM piece") == [(0,)]
    priya = tablet("of-priya")
    assert status(priya, one)[one.sha]["have"] == []
    upload(priya, one)
    assert get(priya, one) == one.data


def test_letting_go_of_one_leaves_the_pieces_another_is_sending(
    centre: Centre, tablet: SignIn, clock: FixedClock
) -> None:
    priya, callum = tablet("of-priya"), tablet("of-callum")
    one = photo()
    upload(priya, one)
    sweep(centre)
    clock.advance(days=GRACE.days - 16)
    callum = tablet("of-callum")
    clock.advance(days=13)
    put(callum, one.sent(0, 2))
    clock.advance(days=3)
    callum = tablet("of-callum")
    assert sweep(centre) == 1
    assert status(callum, one)[one.sha]["have"] == [[0, 2]]
    assert put(callum, one.sent(2, 1))["complete"]


# ------------------------------------------------------------------------- made again


def test_references_made_again_from_the_revisions_are_the_same(
    centre: Centre, tablet: SignIn
) -> None:
    priya, tom, callum = tablet("of-priya"), tablet("of-tom"), tablet("of-callum")
    one, two, three = (photo(seed=number) for number in range(3))
    made = handed_in(priya, one, two)
    upload(priya, one)
    upload(priya, two)
    tom.send(approve(made))
    priya.send(change(made["record_id"], attach=three.manifest, detach=[one.sha]))
    plain = create(attachments=one.manifest)
    task = create(
        {"lpt_code": "TA", "owner_officer_id": "of-callum", "kind": "ACTION", "summary": "Ramp"},
        "FOLLOW_UP",
        attachments=two.manifest,
    )
    priya.send(plain, task, change(task["record_id"], detach=[two.sha]))
    callum.send(change(task["record_id"], attach=two.manifest))
    priya.send(change(plain["record_id"], detach=[one.sha], attach={}))
    before = rows(centre, "SELECT record_n, sha, officer_id, shown FROM blob_ref ORDER BY 1, 2")
    assert len(before) == 5
    assert ("of-callum", True) in {(row[2], bool(row[3])) for row in before}
    done = rebuild(centre)
    assert done.changed == ()
    assert done.rows[TABLE] == 5
    after = rows(centre, "SELECT record_n, sha, officer_id, shown FROM blob_ref ORDER BY 1, 2")
    assert after == before


# ----------------------------------------------------------------------- over the wire


def test_what_is_handed_out_says_what_it_is(client: httpx.Client) -> None:
    priya = Tablet(OverHttp(client), "of-priya")
    one = photo()
    handed_in(priya, one)
    upload(priya, one)
    path = routes.BLOB.format(sha=one.sha)
    whole = client.get(path, headers=head(priya))
    assert (whole.status_code, whole.content) == (200, one.data)
    assert whole.headers["ETag"] == f'"{one.sha}"'
    assert whole.headers["Content-Type"] == "application/octet-stream"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Cache-Control"] == "no-store"
    assert whole.headers["X-FieldSync"] == "1"
    part = client.get(path, headers=head(priya) | {"Range": "bytes=65536-65545"})
    assert (part.status_code, part.content) == (206, one.data[65_536:65_546])
    assert part.headers["Content-Range"] == f"bytes 65536-65545/{one.size}"
    for tag, answer in ((whole.headers["ETag"], 206), ('"other"', 200)):
        asked = head(priya) | {"Range": "bytes=0-9", "If-Range": tag}
        assert client.get(path, headers=asked).status_code == answer


def test_the_document_says_what_goes_into_address_and_head(client: httpx.Client) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    asked = {
        (path, one["in"], one["name"], one["required"])
        for path, method in ((routes.BLOB_PIECES, "put"), (routes.BLOB, "get"))
        for one in paths[path][method]["parameters"]
    }
    assert asked == {
        (routes.BLOB_PIECES, "path", "sha", True),
        (routes.BLOB_PIECES, "path", "first", True),
        (routes.BLOB_PIECES, "query", "size", True),
        (routes.BLOB_PIECES, "header", PIECE_HEADER, True),
        (routes.BLOB, "path", "sha", True),
        (routes.BLOB, "header", "Range", False),
    }
    raw = {"application/octet-stream"}
    assert paths[routes.BLOB_PIECES]["put"]["requestBody"]["content"].keys() == raw
    given = paths[routes.BLOB]["get"]["responses"]
    assert given["200"]["content"].keys() == given["206"]["content"].keys() == raw


def test_text_goes_through_while_photos_take_all_the_room_they_have(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya = Tablet(OverHttp(client), "of-priya")
    under_way, go_on = Semaphore(0), Event()

    def slow(*_args: object) -> None:
        under_way.release()
        assert go_on.wait(60)
        raise TurnedAway(ErrorCode.START_AGAIN)

    monkeypatch.setattr("server.api.blobs.take", slow)
    codes: list[str] = []

    def send(number: int) -> None:
        try:
            put(priya, photo(seed=number).sent(0, 1))
        except RefusedError as refused:
            codes.append(refused.code)

    senders = [Thread(target=send, args=(number,)) for number in range(12)]
    try:
        for thread in senders:
            thread.start()
        for _ in range(Limits().rooms["files"]):
            assert under_way.acquire(timeout=20)
        made = create()
        assert [result["status"] for result in priya.send(made)] == ["applied"]
        priya.follow()
        assert priya.sees(made["record_id"])
        assert not under_way.acquire(blocking=False)
    finally:
        go_on.set()
        for thread in senders:
            thread.join(60)
    assert codes == ["start_again"] * len(senders)


@pytest.mark.parametrize(
    ("path", "status_code", "code"),
    [
        ("/v1/blobs/{sha}/-1?size=150000", 400, "bad_request"),
        ("/v1/blobs/{sha}/+0?size=150000", 400, "bad_request"),
        ("/v1/blobs/{sha}/0.0?size=150000", 400, "bad_request"),
        ("/v1/blobs/{sha}/\u0661?size=150000", 400, "bad_request"),
        ("/v1/blobs/{sha}/99999999999999999999?size=150000", 400, "bad_request"),
        ("/v1/blobs/{sha}/0", 400, "bad_request"),
        ("/v1/blobs/{sha}/0?size=", 400, "bad_request"),
        ("/v1/blobs/{sha}/0?size=-150000", 400, "bad_request"),
        ("/v1/blobs/{sha}/0?size=1e5", 400, "bad_request"),
        ("/v1/blobs/{sha}/0?size=99999999999999999999", 400, "bad_request"),
        ("/v1/blobs/{sha}/0/../../../centre.db?size=150000", 404, "not_found"),
        ("/v1/blobs/%2e%2e%2fcentre.db/0?size=150000", 404, "not_found"),
        ("/v1/blobs/{sha}%00/0?size=150000", 404, "not_found"),
        ("/v1/blobs/{sha}'%20OR%201=1/0?size=150000", 404, "not_found"),
        ("/v1/blobs//0?size=150000", 404, "not_found"),
    ],
)
def test_no_address_makes_the_centre_stumble(
    client: httpx.Client, centre: Centre, path: str, status_code: int, code: str
) -> None:
    priya = Tablet(OverHttp(client), "of-priya")
    one = photo(150_000)
    sent = one.sent(0, 1)
    headers = head(priya) | {PIECE_HEADER: sent.check}
    there = path.replace("{sha}", one.sha)
    answer = client.put(there, content=sent.data, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status_code, code)
    assert rows(centre, "SELECT count(*) FROM upload") == [(0,)]


def test_bytes_are_read_as_they_are(client: httpx.Client) -> None:
    priya = Tablet(OverHttp(client), "of-priya")
    one = photo()
    sent = one.sent(0, 1)
    path = f"{routes.BLOB_PIECES.format(sha=one.sha, first=0)}?size={one.size}"
    headers = head(priya) | {PIECE_HEADER: sent.check}
    for wrong in ({"Content-Encoding": "gzip"}, {"Content-Type": "application/json"}):
        answer = client.put(path, content=sent.data, headers=headers | wrong)
        assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media")
    assert client.put(path, content=sent.data, headers=headers).status_code == 200


def test_a_draining_tablet_still_sends_and_asks_but_fetches_nothing(centre: Centre) -> None:
    priya = Tablet(InProcess(centre), "of-priya")
    one = photo()
    handed_in(priya, one)
    with centre.db.write() as connection:
        connection.exec_driver_sql("UPDATE device SET state = 'draining'")
    assert not status(priya, one)[one.sha]["complete"]
    assert upload(priya, one)["complete"]
    with pytest.raises(RefusedError, match="device_draining"):
        get(priya, one)


def test_a_closed_account_still_hands_over_and_is_given_nothing(centre: Centre) -> None:
    priya = Tablet(InProcess(centre), "of-priya")
    one = photo()
    handed_in(priya, one)
    with centre.db.write() as connection:
        connection.exec_driver_sql(
            "UPDATE officer SET active = ? WHERE officer_id = 'of-priya'", (False,)
        )
    assert upload(priya, one)["complete"]
    with pytest.raises(RefusedError, match="not_found"):
        get(priya, one)


def test_what_waits_on_the_tablet_is_heard_with_the_question(centre: Centre) -> None:
    priya = Tablet(InProcess(centre), "of-priya")
    status(priya, photo(), hb={"depth": 3, "attachments": 2, "attachment_bytes": 812_000})
    found = rows(
        centre,
        "SELECT depth, attachments, attachment_bytes FROM device WHERE device_id = ?",
        priya.device_id,
    )
    assert found == [(3, 2, 812_000)]


def test_another_tablets_sign_in_asks_nothing(centre: Centre) -> None:
    priya, other = (Tablet(InProcess(centre), "of-priya") for _ in range(2))
    with pytest.raises(RefusedError, match="device_mismatch"):
        status(priya, photo(), device_id=other.device_id)


# ------------------------------------------------------------------------ from 0.1.0


def test_references_of_the_first_release_are_found_when_its_store_is_brought_on(
    tmp_path: Path,
) -> None:
    """Its tablets never sent any, but its centre took them."""
    db = SqliteDatabase(tmp_path / "centre.db", bytes(32))
    one, two = "1" * 64, "2" * 64
    states: list[tuple[str, Wire]] = [
        ("of-priya", {one: {"size": 5}, "no name": {}}),
        ("of-priya", {}),
        ("of-tom", {two: {}, one: {"size": 5}}),
    ]
    try:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        with db.upkeep() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
        with db.write() as connection:
            for n, (officer_id, manifest) in enumerate(states, 1):
                envelope = json.dumps({"id": "r", "content_hash": "", "attachments": manifest})
                connection.exec_driver_sql(
                    "INSERT INTO revision (n, record_id, revision, kind, officer_id, received_at, "
                    "review_status, head, body) VALUES (?, 'r', ?, 'patch', ?, '', '', ?, '{}')",
                    (n, n, officer_id, envelope),
                )
            connection.exec_driver_sql(
                "INSERT INTO record (n, id, record_type, owner_officer_id, lpt_code, revision, "
                "review_status, deleted, seq, revision_n) "
                "VALUES (7, 'r', 'ENGAGEMENT', 'of-priya', 'TA', 3, 'DRAFT', ?, 7, 3)",
                (False,),
            )
        upgrade(db)
        with db.read() as connection:
            found = connection.exec_driver_sql("SELECT * FROM blob_ref ORDER BY sha").all()
        assert [tuple(row) for row in found] == [(7, one, "of-tom", True), (7, two, "of-tom", True)]
    finally:
        db.close()
