"""Every release there ever was: its pushes are taken, its store opens, and its tablets still work.

Each folder ``tests/data/vX.Y.Z`` holds what a release left behind when it was made: pushes as they
went over the wire with what was answered, a tablet's store with its key, and the wheel.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fieldapp import __version__
from fieldapp.config import TabletConfig, write_config
from fieldapp.services.values import Link
from fieldapp.store import Store, outbox
from fieldapp.store.tables import VERSION
from fieldapp.system import SystemClock
from fieldapp.vault import SERVICE
from fieldapp.wiring import Tablet
from server.services import devices
from server.services.centre import open_centre
from sync.protocol import routes
from tests.conftest import MemoryKeyring
from tests.e2e.centre import PRIYA, TOM, Centre
from tests.e2e.conftest import OpenTablet, signed_in, submit

pytestmark = pytest.mark.e2e

DATA = Path(__file__).parents[1] / "data"
RELEASES = sorted(folder.name for folder in DATA.glob("v*"))
LAST_TWO = RELEASES[-2:]
PASSWORDS = dict([PRIYA, TOM])

each_release = pytest.mark.parametrize("release", RELEASES)


def test_every_folder_holds_all_of_a_release() -> None:
    assert "v0.1.0" in RELEASES
    for release in RELEASES:
        names = {path.name for path in (DATA / release).iterdir()}
        assert {"pushes.jsonl", "tablet.db", "tablet.json"} <= names
        assert any(name.endswith(".whl") for name in names)


# ------------------------------------------------------------------------------------ pushes


def pushes_of(release: str) -> list[dict[str, Any]]:
    lines = (DATA / release / "pushes.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


class Replayer:
    """Sends what tablets of a release once sent, word for word."""

    def __init__(self, client: httpx.Client, app: str) -> None:
        self._client = client
        self._app = app
        self._tokens: dict[str, str] = {}

    def token(self, force_no: str, device_id: str) -> str:
        """A sign-in with the fields that the first release knew."""
        if force_no not in self._tokens:
            asked = {
                "proto": 1,
                "app": self._app,
                "force_no": force_no,
                "password": PASSWORDS[force_no],
                "device_id": device_id,
                "device_name": "tablet",
            }
            answer = self._client.post(routes.SIGN_IN, json=asked)
            assert answer.status_code == 200, answer.text
            self._tokens[force_no] = answer.json()["token"]
        return self._tokens[force_no]

    def replay(self, push: dict[str, Any]) -> list[dict[str, Any]]:
        """One push; its results."""
        token = self.token(push["force_no"], json.loads(push["request"])["device_id"])
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = self._client.post(routes.PUSH, content=push["request"], headers=headers)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results


@pytest.fixture
def replayer(centre: Centre) -> Iterator[Callable[[str], Replayer]]:
    with httpx.Client(base_url=centre.url, trust_env=False, timeout=20) as client:
        yield lambda release: Replayer(client, release.removeprefix("v"))


@each_release
def test_every_push_of_every_release_is_taken_as_it_was_then(
    replayer: Callable[[str], Replayer], release: str
) -> None:
    past = replayer(release)
    for push in pushes_of(release):
        results = past.replay(push)
        told = [[one["op_id"], one["status"], one.get("code")] for one in results]
        assert told == push["results"]
    for push in pushes_of(release):
        assert all(one["replay"] for one in past.replay(push))


@each_release
def test_a_tablet_of_today_shows_what_a_past_one_sent(
    replayer: Callable[[str], Replayer], priya: Tablet, release: str
) -> None:
    past = replayer(release)
    for push in pushes_of(release):
        past.replay(push)
    kept = json.loads((DATA / release / "tablet.json").read_text())
    priya.sync_now()
    for record_id in (*kept["approved"], kept["withdrawn"], *kept["draft"]):
        assert priya.services.entries.view(record_id).row.record_id == record_id


# ------------------------------------------------------------------------------------- stores


def _put_back(release: str, folder: Path, keyring: MemoryKeyring, url: str) -> dict[str, Any]:
    """The tablet of a release as it lay when it was released, but for the centre's address."""
    kept: dict[str, Any] = json.loads((DATA / release / "tablet.json").read_text())
    folder.mkdir()
    (folder / "store.db").write_bytes((DATA / release / "tablet.db").read_bytes())
    keyring.set_password(SERVICE, f"store-key:{folder.resolve()}", f"1:{kept['key']}")
    device_id = json.loads(pushes_of(release)[0]["request"])["device_id"]
    write_config(folder, TabletConfig(url, device_id, kept["officer"]))
    return kept


def _wires(path: Path, key: str) -> dict[str, str]:
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(path))
    connection.execute(f"PRAGMA key=\"x'{key}'\"")
    rows = connection.execute("SELECT op_id, wire FROM outbox").fetchall()
    connection.close()
    return dict(rows)


@each_release
def test_every_store_of_every_release_opens_and_its_outbox_is_word_for_word_the_same(
    tmp_path: Path, release: str
) -> None:
    kept = json.loads((DATA / release / "tablet.json").read_text())
    path = tmp_path / "store.db"
    path.write_bytes((DATA / release / "tablet.db").read_bytes())
    before = _wires(path, kept["key"])
    assert before
    store = Store.open(path, bytes.fromhex(kept["key"]), SystemClock())
    with store.reading() as tx:
        after: dict[str, str] = dict(tx.rows("SELECT op_id, wire FROM outbox"))
        assert tx.number("PRAGMA user_version") == VERSION
        assert tx.rows("PRAGMA integrity_check") == [("ok",)]
    store.close()
    assert after == before


@each_release
def test_a_tablet_that_was_updated_goes_on_where_it_was(
    centre: Centre,
    replayer: Callable[[str], Replayer],
    open_tablet: OpenTablet,
    memory_keyring: MemoryKeyring,
    release: str,
) -> None:
    past = replayer(release)
    for push in pushes_of(release):
        past.replay(push)
    kept = _put_back(release, centre.folder.parent / "updated", memory_keyring, centre.url)
    tablet = open_tablet("updated")
    with tablet.store.reading() as tx:
        assert tx.rows("SELECT record_id FROM draft WHERE open=1") == [(kept["open_draft"],)]
    assert tablet.syncing.status().waiting == 1
    assert tablet.sync_now().link == Link.SIGN_IN_NEEDED
    tablet.sign_in(*PRIYA)
    status = tablet.sync_now()
    assert (status.waiting, status.words) == (0, "")
    assert centre.sql("SELECT count(*) FROM record WHERE id=?", kept["unsent"]) == [(1,)]
    held = centre.sql("SELECT count(*) FROM quarantine")
    assert held == [(0,)]
    again = submit(tablet)
    assert tablet.sync_now().waiting == 0
    assert centre.sql("SELECT count(*) FROM record WHERE id=?", again) == [(1,)]


# ------------------------------------------------------------------------------------- wheels


class OldTablet:
    """A tablet running the code of a release."""

    def __init__(self, release: str, folder: Path, url: str) -> None:
        (wheel,) = (DATA / release).glob("*.whl")
        code = folder / "code"
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(code)
        script = Path(__file__).with_name("old_tablet.py")
        self._process = subprocess.Popen(
            # -P: nothing of today's beside the script, or of where this runs.
            [sys.executable, "-P", str(script), str(folder / "data"), url],
            env={**os.environ, "PYTHONPATH": str(code)},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.version = self._answer()

    def ask(self, *act: str) -> Any:
        """Have it do something; what it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(act) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the tablet of the past fell over"
        return json.loads(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(20) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()


OpenOld = Callable[[str], OldTablet]


@pytest.fixture
def open_old(centre: Centre, tmp_path: Path) -> Iterator[OpenOld]:
    """Starts tablets of the past; all end at the end."""
    opened: list[OldTablet] = []

    def open_(release: str) -> OldTablet:
        folder = tmp_path / f"old-{len(opened)}"
        folder.mkdir()
        made = OldTablet(release, folder, centre.url)
        opened.append(made)
        return made

    yield open_
    for tablet in opened:
        tablet.close()


@pytest.mark.slow
@pytest.mark.parametrize("release", LAST_TWO)
def test_a_tablet_of_the_last_two_releases_sends_and_receives(
    centre: Centre, tom: Tablet, open_old: OpenOld, release: str
) -> None:
    old = open_old(release)
    assert old.version == release.removeprefix("v")
    assert old.version != __version__ or release == RELEASES[-1]
    old.ask("sign_in", *PRIYA)
    assert old.ask("sync")["words"] == ""
    entry = old.ask("submit")
    status = old.ask("sync")
    assert (status["link"], status["waiting"], status["words"]) == ("ONLINE", 0, "")
    assert set(status["states"].values()) == {"settled"}
    assert centre.sql("SELECT count(*) FROM record WHERE id=?", entry) == [(1,)]
    theirs = submit(tom)
    tom.sync_now()
    assert entry in _ids(tom)
    assert theirs in old.ask("sync")["records"]


@pytest.mark.slow
@pytest.mark.parametrize("release", LAST_TWO)
def test_a_past_tablet_under_a_number_that_was_stopped_goes_on_after_a_sign_in(
    centre: Centre, open_old: OpenOld, release: str
) -> None:
    """It has never heard of copies, wipes and keys, and does the right thing all the same."""
    old = open_old(release)
    old.ask("sign_in", *PRIYA)
    before = old.ask("sync")["device_id"]
    centre.sql("UPDATE device SET clone_at='2026-03-19T00:00:00.000000+00:00'")
    entry = old.ask("submit")
    status = old.ask("sync")
    assert (status["link"], status["waiting"]) == ("SIGN_IN_NEEDED", 1)
    assert status["words"] == "Sign in again to send. Your records are safe."
    old.ask("sign_in", *PRIYA)
    status = old.ask("sync")
    assert (status["link"], status["waiting"], status["words"]) == ("ONLINE", 0, "")
    assert status["device_id"] != before
    assert centre.sql("SELECT count(*) FROM record WHERE id=?", entry) == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize("release", LAST_TWO)
def test_a_past_tablet_that_is_handed_in_sends_what_it_has(
    centre: Centre, open_old: OpenOld, release: str
) -> None:
    old = open_old(release)
    old.ask("sign_in", *PRIYA)
    device_id = old.ask("sync")["device_id"]
    entry = old.ask("submit")
    opened = open_centre(centre.folder)
    devices.wipe(opened, device_id, mode="drain_then_wipe")
    opened.close()
    status = old.ask("sync")
    assert status["waiting"] == 0
    assert entry in status["records"]
    assert centre.sql("SELECT count(*) FROM record WHERE id=?", entry) == [(1,)]


def _ids(tablet: Tablet) -> set[str]:
    with tablet.store.reading() as tx:
        return {row[0] for row in tx.rows("SELECT id FROM record")}


def test_what_today_does_not_know_survives_the_way_there_and_back(
    centre: Centre, priya: Tablet, open_tablet: OpenTablet
) -> None:
    """A field of a newer tablet comes back whole after an older one has changed the entry."""
    entry = submit(priya, hologram={"depth": 3, "parts": ["a", "b"]})
    priya.sync_now()
    other = signed_in(open_tablet("other", server=centre.url), PRIYA)
    other.services.capture.recall(entry)
    draft = other.services.capture.open(entry)
    draft.body["notes"] = "Changed by a tablet that knows nothing of holograms."
    other.services.capture.submit(draft)
    assert other.sync_now().waiting == 0
    priya.sync_now()
    with priya.store.reading() as tx:
        shown = json.loads(tx.rows("SELECT shown FROM record WHERE id=?", (entry,))[0][0])
    assert shown["body"]["notes"].startswith("Changed")
    assert shown["body"]["hologram"] == {"depth": 3, "parts": ["a", "b"]}


def test_a_kind_of_change_that_today_does_not_know_is_held_word_for_word_and_named(
    centre: Centre, priya: Tablet
) -> None:
    entry = submit(priya)
    with priya.store.transaction() as tx:
        fields = {"kind": "engrave", "depth": 3, "words": "In stone."}
        outbox.add(tx, priya.services.capture.new_id(), entry, fields)
    status = priya.sync_now()
    assert (status.waiting, status.held) == (0, 1)
    ((raw, code),) = centre.sql("SELECT raw, code FROM quarantine")
    assert code == "unknown_kind"
    assert json.loads(raw).items() >= fields.items()
    (row,) = priya.services.waiting.pending()
    assert row.reason == "The centre does not know this kind of change yet."
