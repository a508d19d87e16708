"""``fieldapp`` without a screen: what it prints, what its exit status says, what it leaves."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from fieldapp import __main__, __version__
from fieldapp.cli.codes import Exit
from fieldapp.store import audit
from fieldapp.wiring import Tablet
from server.demo.cast import DEMO_PASSWORD
from tests.conftest import MemoryKeyring
from tests.e2e.centre import Centre
from tests.e2e.conftest import OpenTablet, submit

pytestmark = pytest.mark.e2e


class Terminal:
    """Runs commands on one tablet's folder and keeps what they printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, verb: str, *options: str) -> int:
        status = __main__.main([verb, "--data-dir", str(self.folder), *options])
        self.out, self.err = self._capsys.readouterr()
        return status


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path / "priya", capsys)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    def type_(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return type_


def recorded(priya: Tablet, *notes: str) -> list[str]:
    """Submit entries, and let the next command have the tablet."""
    ids = [submit(priya, qualitative=note) for note in notes or ("Bikes again.",)]
    priya.close()
    return ids


# ------------------------------------------------------------------------ sign-in


def test_a_tablet_is_set_up_and_synced_from_a_terminal(
    terminal: Terminal, centre: Centre, typed: Any
) -> None:
    assert terminal.run("sync") == Exit.SIGN_IN
    assert "fieldapp sign-in" in terminal.err
    typed("not the password\n")
    status = terminal.run("sign-in", "--force-no", "16482", "--server", centre.url)
    assert status == Exit.SIGN_IN
    assert terminal.err == (
        "That force number and password do not match. Check both and try again.\n"
    )
    typed(DEMO_PASSWORD + "\n")
    assert terminal.run("sign-in", "--force-no", "16482", "--server", centre.url) == Exit.DONE
    assert terminal.out == "Signed in as Priya Nandra.\n"
    assert DEMO_PASSWORD not in terminal.out + terminal.err
    assert terminal.run("sync") == Exit.DONE
    assert terminal.out == "Nothing is waiting to send.\n"


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("http://127.0.0.1:1", (Exit.LATER, "You are offline.")),
        ("http://centre.example", (Exit.WRONG_ARGUMENTS, "must start with https://")),
    ],
)
def test_a_first_sign_in_that_cannot_be_leaves_nothing_behind(
    server: str,
    said: tuple[Exit, str],
    terminal: Terminal,
    typed: Any,
    memory_keyring: MemoryKeyring,
) -> None:
    status, words = said
    typed("whatever\n")
    assert terminal.run("sign-in", "--force-no", "16482", "--server", server) == status
    assert words in terminal.err
    assert list(terminal.folder.glob("*")) == []
    assert memory_keyring.secrets == {}


# --------------------------------------------------------------------------- sync


def test_sync_prints_each_item_and_ends_with_nothing_waiting(
    terminal: Terminal, priya: Tablet, centre: Centre
) -> None:
    ids = recorded(priya, "one", "two", "three")
    assert terminal.run("sync") == Exit.DONE
    assert terminal.out.splitlines() == [
        "Sending 1 of 3: Drop-in, Larkspur Precinct",
        "Nothing is waiting to send.",
    ]
    assert {row[0] for row in centre.sql("SELECT id FROM record")} >= set(ids)


def test_sync_without_a_centre_says_so_and_that_nothing_is_lost(
    terminal: Terminal, priya: Tablet, centre: Centre
) -> None:
    recorded(priya)
    centre.stop()
    assert terminal.run("sync") == Exit.LATER
    assert "1 record is waiting to send, safe on this tablet." in terminal.out
    assert terminal.err == "You are offline. Your records are safe and send when you reconnect.\n"


def test_sync_after_the_sign_in_ran_out_asks_for_it(
    terminal: Terminal, priya: Tablet, centre: Centre
) -> None:
    recorded(priya)
    centre.sql("UPDATE token SET revoked_at='2026-01-01T00:00:00.000000+00:00'")
    assert terminal.run("sync") == Exit.SIGN_IN
    assert terminal.err == "Sign in again to send. Your records are safe.\n"


def test_sync_on_a_stopped_tablet_sends_it_to_the_station(
    terminal: Terminal, priya: Tablet, centre: Centre
) -> None:
    recorded(priya)
    centre.sql("UPDATE device SET state='revoked'")
    assert terminal.run("sync") == Exit.STATION
    assert "stopped by the force" in terminal.err
    assert "Your records are kept on it." in terminal.err


def test_a_command_while_the_app_is_open_changes_nothing(terminal: Terminal, priya: Tablet) -> None:
    assert terminal.run("sync") == Exit.NOT_OPENED
    assert terminal.err.startswith("The app is already open on this tablet.")
    assert priya.sync_now().words == ""


def test_a_missing_key_is_said_and_nothing_is_made_in_its_place(
    terminal: Terminal, priya: Tablet, memory_keyring: MemoryKeyring
) -> None:
    recorded(priya)
    before = (terminal.folder / "store.db").read_bytes()
    memory_keyring.secrets.clear()
    assert terminal.run("sync") == Exit.NOT_OPENED
    assert "not in this tablet's keyring" in terminal.err
    assert "Nothing has been deleted." in terminal.err
    assert memory_keyring.secrets == {}
    assert (terminal.folder / "store.db").read_bytes() == before


# ------------------------------------------------------------------------- doctor


def test_doctor_tells_numbers_and_codes_and_nothing_about_anybody(
    terminal: Terminal, priya: Tablet
) -> None:
    recorded(priya, "Marker-in-the-notes")
    assert terminal.run("doctor") == Exit.DONE
    facts = dict(line.split(": ", 1) for line in terminal.out.splitlines())
    assert facts["fieldapp"] == f"{__version__}, protocol 1"
    assert (facts["store sound"], facts["audit trail"]) == ("yes", "whole")
    assert facts["waiting"] == "1"
    assert facts["operations sent"] == "2"
    assert facts["centre"] == f"{__version__}, protocol 1 to 1"
    assert facts["clock ahead of the centre by"] in {"0 s", "-1 s", "1 s"}
    for personal in ("Priya", "Nandra", "16482", "of-0001", "Marker", "Larkspur", "E05007070"):
        assert personal not in terminal.out


def test_doctor_says_what_is_wrong_with_the_centre_and_is_quiet_about_it_when_told(
    terminal: Terminal, priya: Tablet, centre: Centre
) -> None:
    recorded(priya)
    centre.stop()
    assert terminal.run("doctor") == Exit.LATER
    assert "centre: offline" in terminal.out
    assert terminal.run("doctor", "--offline") == Exit.DONE
    assert "\ncentre:" not in terminal.out


def test_doctor_finds_a_trail_that_was_tampered_with(terminal: Terminal, priya: Tablet) -> None:
    with priya.store.transaction() as tx:
        audit.log(tx, "of-0001", "CONSULTATION", "ENGAGEMENT/x")
        tx.run("DROP TRIGGER IF EXISTS audit_no_update")
        tx.run("UPDATE audit SET actor='of-0002' WHERE n=(SELECT max(n) FROM audit)")
    recorded(priya)
    assert terminal.run("doctor", "--offline") == Exit.NOT_OPENED
    assert "audit trail: broken at row" in terminal.out


# ------------------------------------------------------------------------- export


def test_an_export_holds_own_entries_with_their_marking_and_is_audited_as_a_disclosure(
    terminal: Terminal, priya: Tablet, tmp_path: Path, open_tablet: OpenTablet
) -> None:
    ids = recorded(priya, "one", "=HYPERLINK(1)")
    path = tmp_path / "mine.json"
    assert terminal.run("export", str(path), "--reason", "Subject access") == Exit.DONE
    assert terminal.out == f"2 entries written to {path}, not encrypted.\n"
    assert path.stat().st_mode & 0o777 == 0o600
    made = json.loads(path.read_text())
    assert (made["marking"], made["end"]) == ("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE")
    assert {entry["id"] for entry in made["entries"]} == set(ids)
    with open_tablet("priya").store.reading() as tx:
        rows = [row for row in audit.trail(tx) if row.action == "DISCLOSURE"]
    assert {row.object for row in rows} == {f"ENGAGEMENT/{record_id}" for record_id in ids}
    assert {row.reason for row in rows} == {f"Subject access (to {path})"}


def test_an_export_for_a_spreadsheet_runs_nothing(
    terminal: Terminal, priya: Tablet, tmp_path: Path
) -> None:
    recorded(priya, "=HYPERLINK(1)")
    path = tmp_path / "mine.csv"
    assert terminal.run("export", str(path), "--reason", "Shift handover") == Exit.DONE
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["qualitative"] == "'=HYPERLINK(1)"
    assert (row["adults"], row["venue"], row["marking"]) == (
        "34",
        "Larkspur Precinct",
        "OFFICIAL-SENSITIVE",
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("mine.json",), "Say why you need the export."),
        (("mine.json", "--reason", "  "), "Say why you need the export."),
        (("mine.txt", "--reason", "x"), "ends in .json or .csv"),
        (("there.json", "--reason", "x"), "is there already"),
    ],
)
def test_an_export_without_reason_or_name_writes_nothing(
    options: tuple[str, ...],
    words: str,
    terminal: Terminal,
    priya: Tablet,
    typed: Any,
) -> None:
    typed("")
    recorded(priya)
    tmp_path = terminal.folder.parent
    (tmp_path / "there.json").write_text("kept")
    name, *more = options
    assert terminal.run("export", str(tmp_path / name), *more) == Exit.WRONG_ARGUMENTS
    assert words in terminal.err
    assert (tmp_path / "there.json").read_text() == "kept"
    assert not (tmp_path / "mine.json").exists()
    assert not (tmp_path / "mine.txt").exists()


# --------------------------------------------------------------------------- help


def test_help_lists_the_commands_and_what_the_exit_status_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        __main__.main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    for word in ("sign-in", "sync", "doctor", "export", "exit status", "the window opens"):
        assert word in out


def test_a_wrong_argument_is_status_two() -> None:
    with pytest.raises(SystemExit) as ended:
        __main__.main(["sync", "--no-such-option"])
    assert ended.value.code == Exit.WRONG_ARGUMENTS
