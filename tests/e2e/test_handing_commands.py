"""``fieldapp hand-in`` and ``fieldapp bundle``: what they print and what their exit status says."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldapp import __main__
from fieldapp.cli.codes import Exit
from fieldapp.wiring import Tablet
from fieldapp.wiring.handing_in import NO_COPY
from sync.protocol.rescue import LIST_NAME
from tests.e2e.centre import Centre
from tests.e2e.conftest import drop_in, submit

pytestmark = pytest.mark.e2e

Told = pytest.CaptureFixture[str]


def run(tablet: Tablet, *words: str) -> int:
    """A command on a tablet whose window is closed."""
    tablet.close()
    options = ["--data-dir", str(tablet.data_dir)]
    at = 2 if words[0] == "bundle" else 1
    return __main__.main([*words[:at], *options, *words[at:]])


def test_hand_in_says_what_is_left_then_gives_the_code(
    centre: Centre, priya: Tablet, capsys: Told
) -> None:
    submit(priya)
    drop_in(priya)
    centre.stop()
    assert run(priya, "hand-in") == Exit.LATER
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("Not yet: 1 entry and 1 draft are only on this tablet.")
    assert any(line.endswith(": Waiting to send") for line in said)
    assert any(line.endswith(": Draft: submit it or delete it") for line in said)
    centre.start()
    assert run(priya, "hand-in") == Exit.LATER
    assert "Not yet: 1 draft is only on this tablet." in capsys.readouterr().out


def test_hand_in_of_an_empty_tablet(priya: Tablet, capsys: Told) -> None:
    assert run(priya, "hand-in") == Exit.DONE
    said = capsys.readouterr().out
    assert "Safe to hand in.\nReceipt code: " in said


def test_a_copy_is_saved_and_a_colleague_carries_it(
    centre: Centre, priya: Tablet, tom: Tablet, tmp_path: Path, capsys: Told
) -> None:
    centre.stop()
    submit(priya)
    stick = tmp_path / "stick"
    stick.mkdir()
    assert run(priya, "bundle", "save", str(stick)) == Exit.DONE
    assert capsys.readouterr().out == f"A rescue copy is kept in {stick}. It holds 1 entry.\n"
    centre.start()
    (copy,) = stick.glob(f"*/{LIST_NAME}")
    assert run(tom, "bundle", "carry", str(copy)) == Exit.DONE
    assert capsys.readouterr().out == "Taken: 1 entry.\n"
    assert run(tom, "bundle", "carry", str(copy.parent)) == Exit.DONE
    assert capsys.readouterr().out == "The centre had all of it already.\n"
    copy.write_bytes(copy.read_bytes()[:-1])
    assert run(tom, "bundle", "carry", str(copy)) == Exit.LATER
    assert "Nothing was taken from it." in capsys.readouterr().out
    centre.stop()
    assert run(tom, "bundle", "carry", str(copy)) == Exit.LATER
    assert "You are offline." in capsys.readouterr().err


def test_what_is_no_copy_and_no_folder_is_said(priya: Tablet, tmp_path: Path, capsys: Told) -> None:
    assert run(priya, "bundle", "carry", str(tmp_path / "none")) == Exit.WRONG_ARGUMENTS
    assert capsys.readouterr().err == f"{NO_COPY}\n"
    assert run(priya, "bundle", "save", str(tmp_path / "none")) == Exit.WRONG_ARGUMENTS
    assert capsys.readouterr().err == "That folder is not there.\n"


@pytest.mark.parametrize("words", [("hand-in",), ("bundle", "save", "x"), ("bundle", "carry", "x")])
def test_a_tablet_nobody_signed_in_on(tmp_path: Path, capsys: Told, words: tuple[str, ...]) -> None:
    at = 2 if words[0] == "bundle" else 1
    options = ["--data-dir", str(tmp_path / "new")]
    assert __main__.main([*words[:at], *options, *words[at:]]) == Exit.SIGN_IN
    assert "Nobody has signed in on this tablet yet." in capsys.readouterr().err
