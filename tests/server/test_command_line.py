"""``fieldapp-server``: what it prints, what it returns, and what it leaves alone."""

from __future__ import annotations

import csv
import io
import json
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from server.cli.commands import main
from server.services.centre import Centre, open_centre
from server.services.verification import verify
from tests.contract.fixtures import SignInAs
from tests.contract.force import GLASCOTE, drop_in
from tests.contract.ports import InProcess, RefusedError
from tests.contract.stored import counts, rows
from tests.contract.tablet import Tablet, create, decide, submit
from tests.sync.certificates import Authority

Told = pytest.CaptureFixture[str]


def run(folder: Path, *words: str) -> int:
    """One command on this centre."""
    return main([*words, "--data-dir", str(folder)])


@pytest.fixture
def reported(centre: Centre, folder: Path) -> Path:
    """A centre with one approved meeting and one held operation."""
    priya, tom = Tablet(InProcess(centre), "of-priya"), Tablet(InProcess(centre), "of-tom")
    made = create()
    priya.send(made, submit(made["record_id"]), create(drop_in(sentiment=9)))
    tom.send(decide(made["record_id"], made["body"]))
    return folder


# -------------------------------------------------------------------------------- init


def test_init_makes_a_centre_once(tmp_path: Path, capsys: Told) -> None:
    folder = tmp_path / "new" / "centre"
    assert run(folder, "init") == 0
    assert "ready" in capsys.readouterr().out
    centre = open_centre(folder)
    assert counts(centre)["neighbourhood"] == 187
    assert counts(centre)["officer"] == 0
    assert verify(centre).trouble is None
    centre.close()
    before = (folder / "centre.db").read_bytes()
    assert run(folder, "init") == 1
    assert "already" in capsys.readouterr().err
    assert (folder / "centre.db").read_bytes() == before


def test_an_init_that_is_cut_short_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_centre: Centre) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("server.demo.loading.load_demo_force", cut)
    assert run(tmp_path / "centre", "init", "--demo") == 130
    assert list((tmp_path / "centre").iterdir()) == []
    assert run(tmp_path / "centre", "init") == 0


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, capsys: Told) -> None:
    (tmp_path / "file").write_text("")
    assert run(tmp_path / "file" / "centre", "init") == 1
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert str(tmp_path / "file") in told


@pytest.mark.parametrize(
    "words",
    [
        ("report", "meetings"),
        ("user", "list"),
        ("device", "list"),
        ("rebuild",),
        ("quarantine", "list"),
        ("audit", "verify"),
        ("serve",),
    ],
)
def test_where_there_is_no_centre_every_command_says_so(
    tmp_path: Path, capsys: Told, words: tuple[str, ...]
) -> None:
    assert run(tmp_path, *words) == 1
    assert "There is no centre" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) in ([], [tmp_path / "home"])


def test_wrong_words_are_answered_with_the_right_ones(capsys: Told) -> None:
    for words in ([], ["fly"], ["user"], ["report", "meetings"], ["device", "revoke"]):
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 2
        assert "usage: fieldapp-server" in capsys.readouterr().err


# ------------------------------------------------------------------------------ report


def test_the_meetings_answer_as_a_table(reported: Path, capsys: Told) -> None:
    assert run(reported, "report", "meetings", "--lpt", "TA", "--as-of", "2026-03-22") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    (glascote,) = [line for line in lines if "Glascote" in line]
    assert "2026-03-18" in glascote
    assert "PCSOs only" in glascote


def test_the_meetings_answer_as_csv(reported: Path, capsys: Told) -> None:
    run(reported, "report", "meetings", "--format", "csv", "--as-of", "2026-03-22")
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(found) == 185
    (glascote,) = [row for row in found if row["neighbourhood_code"] == GLASCOTE]
    assert (glascote["rag"], glascote["attendance"]) == ("AMBER", "15")


def test_the_meetings_answer_as_json(reported: Path, capsys: Told) -> None:
    run(reported, "report", "meetings", "--format", "json", "--lpt", "TA", "--as-of", "2026-03-22")
    document = json.loads(capsys.readouterr().out)
    assert document["as_of"] == "2026-03-22"
    assert document["generated_at"].startswith("20")
    (glascote,) = [r for r in document["rows"] if r["neighbourhood_code"] == GLASCOTE]
    assert glascote == {
        "lpt": "TA",
        "neighbourhood_code": GLASCOTE,
        "neighbourhood": "Glascote",
        "last_held": "2026-03-18",
        "last_held_strict": None,
        "attendance": 15,
        "next_planned": None,
        "days_since": 4,
        "rag": "AMBER",
        "reason": {
            "code": "pcso_only",
            "sentence": "No police officer was at the last meeting, on Wed 18 Mar: PCSOs only.",
        },
        "pending": 0,
    }


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "19/03/2026"])
def test_a_date_that_is_none_is_said(folder: Path, capsys: Told, day: str) -> None:
    with pytest.raises(SystemExit):
        run(folder, "report", "meetings", "--as-of", day)
    assert "is no date" in capsys.readouterr().err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_can_mean_is_said(folder: Path, capsys: Told, day: str) -> None:
    assert run(folder, "report", "meetings", "--as-of", day) == 1
    assert "choose a day between the years 1970 and 2200" in capsys.readouterr().err


def test_a_team_that_is_none_is_said(folder: Path, capsys: Told) -> None:
    assert run(folder, "report", "meetings", "--lpt", "XX") == 1
    assert "choose from" in capsys.readouterr().err


# --------------------------------------------------------------------- accounts, tablets


def add_user(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str, password: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    return run(folder, "user", "add", "7001", *words, "--password-stdin")


GOOD = ("--name", "Robin Example", "--role", "PC", "--lpt", "TA", "--right", "FIELD")


def test_an_account_that_is_made_can_sign_in_and_is_seen_by_colleagues(
    folder: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    port = InProcess(centre)
    priya = Tablet(port, "of-priya")
    priya.follow()
    assert add_user(folder, monkeypatch, *GOOD, password="three plain words") == 0
    answer = port.sign_in(
        {"proto": 1, "app": "t", "force_no": "7001", "password": "three plain words"}
    )
    (change,) = priya.follow()
    assert change["record"]["body"]["name"] == "Robin Example"
    assert change["record_id"] == answer["officer_id"]
    run(folder, "user", "list")
    told = capsys.readouterr().out
    assert "Robin Example" in told
    assert "three plain words" not in told
    assert "$argon2id$" not in told


@pytest.mark.parametrize(
    "case",
    [
        ((*GOOD[:-1], "KING"), "three plain words", "KING is no right"),
        ((*GOOD[:2], "--role", "CAT", *GOOD[4:]), "three plain words", "CAT is no role"),
        ((*GOOD[:4], "--lpt", "ZZ", *GOOD[6:]), "three plain words", "ZZ is no LPT"),
        (GOOD, "short", "at least 10 characters"),
    ],
)
def test_an_account_that_makes_no_sense_is_not_made(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Told,
    case: tuple[tuple[str, ...], str, str],
) -> None:
    words, password, said = case
    assert add_user(folder, monkeypatch, *words, password=password) == 1
    assert said in capsys.readouterr().err
    run(folder, "user", "list")
    assert "7001" not in capsys.readouterr().out


def test_a_number_is_given_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    add_user(folder, monkeypatch, *GOOD, password="three plain words")
    assert add_user(folder, monkeypatch, *GOOD, password="three other words") == 1
    assert "already" in capsys.readouterr().err


def test_an_account_is_closed_and_its_password_replaced(
    folder: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = InProcess(centre)
    monkeypatch.setattr(sys, "stdin", io.StringIO("another long password\n"))
    assert run(folder, "user", "password", "priya", "--password-stdin") == 0
    request = {"proto": 1, "app": "t", "force_no": "priya", "password": "another long password"}
    port.sign_in(request)
    assert run(folder, "user", "disable", "priya") == 0
    with pytest.raises(RefusedError, match="forbidden"):
        port.sign_in(request)


def test_passwords_that_differ_change_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    answers = iter(["three plain words", "three plain wards"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    assert run(folder, "user", "password", "priya") == 1
    assert "not the same" in capsys.readouterr().err


def test_a_tablet_is_listed_drained_and_revoked(
    folder: Path, tablet: SignInAs, capsys: Told
) -> None:
    run(folder, "device", "list")
    assert "No tablet" in capsys.readouterr().out
    priya = tablet("of-priya")
    priya.send(hb={"depth": 3, "oldest_at": "2026-03-19T09:00:00+00:00"})
    run(folder, "device", "list")
    told = capsys.readouterr().out
    assert priya.device_id in told
    assert "2026-03-19T09:00:00" in told
    assert run(folder, "device", "drain", priya.device_id) == 0
    with pytest.raises(RefusedError, match="device_draining"):
        priya.page()
    assert run(folder, "device", "revoke", priya.device_id) == 0
    with pytest.raises(RefusedError, match="device_revoked"):
        priya.send()
    assert run(folder, "device", "revoke", "nonsense") == 1


@pytest.mark.parametrize("words", [("user", "disable"), ("user", "password")])
def test_an_account_that_is_not_there_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("three plain words\n"))
    more = ["--password-stdin"] if words[1] == "password" else []
    assert run(folder, *words, "nobody", *more) == 1
    assert "no account nobody" in capsys.readouterr().err


# ---------------------------------------------------------------- custody, trail, rebuild


def test_what_is_held_is_listed_and_shown_word_for_word(reported: Path, capsys: Told) -> None:
    assert run(reported, "quarantine", "list") == 0
    told = capsys.readouterr().out
    assert "invalid" in told
    assert "Larkspur" not in told
    assert run(reported, "quarantine", "show", "1") == 0
    told = capsys.readouterr().out
    assert json.loads(told.splitlines()[-1])["body"]["sentiment"] == 9
    assert run(reported, "quarantine", "show", "99") == 1


def test_rebuild_says_that_nothing_changed_or_what_did(
    reported: Path, centre: Centre, capsys: Told
) -> None:
    assert run(reported, "rebuild") == 0
    assert "exactly what they were" in capsys.readouterr().out
    with centre.db.write() as connection:
        connection.exec_driver_sql("DELETE FROM issue")
    assert run(reported, "rebuild") == 1
    assert "issue: 1 rows, CHANGED" in capsys.readouterr().out
    assert run(reported, "rebuild") == 0


def test_audit_verify_says_whole_or_where_it_broke(
    reported: Path, centre: Centre, capsys: Told
) -> None:
    assert run(reported, "audit", "verify") == 0
    assert "The trail is whole" in capsys.readouterr().out
    with centre.db.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_refuses_update")
        connection.exec_driver_sql("UPDATE audit SET actor = 'x' WHERE seq = 3")
    assert run(reported, "audit", "verify") == 1
    assert "line 3" in capsys.readouterr().err


def test_what_an_operator_does_is_on_the_trail(
    folder: Path, centre: Centre, tablet: SignInAs
) -> None:
    priya = tablet("of-priya")
    run(folder, "device", "drain", priya.device_id)
    run(folder, "user", "disable", "priya")
    run(folder, "rebuild")
    what = rows(centre, "SELECT detail ->> 'what' FROM audit WHERE actor = 'centre'")
    assert [row[0] for row in what][-3:] == ["device_draining", "account_closed", "rebuilt"]
    assert verify(centre).trouble is None


# ------------------------------------------------------------------------------- serve


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "::"])
def test_without_tls_it_answers_this_machine_only(folder: Path, capsys: Told, host: str) -> None:
    assert run(folder, "serve", "--host", host) == 1
    assert "no certificate" in capsys.readouterr().err


def test_a_certificate_needs_its_key(folder: Path, capsys: Told) -> None:
    assert run(folder, "serve", "--tls-cert", "cert.pem") == 1
    assert "both" in capsys.readouterr().err


def serving(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The program in a process of its own, once it answers."""
    command = [sys.executable, "-m", "server", "serve", "--data-dir", str(folder)]
    log = (folder / "log").open("w")
    with log:
        return subprocess.Popen(
            [*command, "--port", "0", "--port-file", str(folder / "port"), *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


@pytest.mark.e2e
def test_it_says_where_it_answers_and_stops_in_good_order(folder: Path) -> None:
    process = serving(folder)
    assert process.stdout is not None
    with process.stdout:
        told = process.stdout.readline().split()
        url = told[-1]
        assert url.endswith(f":{(folder / 'port').read_text().strip()}")
        assert httpx.get(f"{url}/v1/sync/hello", trust_env=False).json()["epoch"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not (folder / "port").exists()
    assert not (folder / "centre.db-wal").exists()
    assert "Traceback" not in (folder / "log").read_text()


@pytest.mark.e2e
def test_it_speaks_tls_by_itself(folder: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.serving()
    (leaf,) = tmp_path.glob("leaf-*.pem")
    process = serving(folder, "--tls-cert", str(leaf), "--tls-key", str(leaf))
    assert process.stdout is not None
    with process.stdout:
        url = process.stdout.readline().split()[-1]
        assert url.startswith("https://")
        trust = ssl.create_default_context(cafile=str(authority.file))
        answer = httpx.get(f"{url}/v1/sync/hello", verify=trust, trust_env=False)
        assert answer.headers["X-FieldSync"] == "1"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_port_that_is_taken_is_said(folder: Path, capsys: Told) -> None:
    from server.cli.serving import listen

    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        assert run(folder, "serve", "--port", port) == 1
    assert f"port {port} cannot be used" in capsys.readouterr().err
