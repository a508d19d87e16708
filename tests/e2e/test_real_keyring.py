"""The program itself, as a process, with the keyring of the operating system."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fieldapp.cli.codes import Exit
from tests.e2e.centre import PRIYA, Centre

SESSION = Path(__file__).parents[2] / "packaging" / "keyring-session.sh"
TOOLS = ("dbus-run-session", "gnome-keyring-daemon")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(180),
    pytest.mark.skipif(sys.platform != "linux", reason="gnome-keyring is the Linux keyring"),
    pytest.mark.skipif(
        not all(map(shutil.which, TOOLS)), reason="no gnome-keyring here; make test installs it"
    ),
]


class Program:
    """``python -m fieldapp`` in sessions whose keyring is kept from one to the next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.data_dir = folder / "tablet"

    def run(self, verb: str, *options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        own = [sys.executable, "-m", "fieldapp", verb, "--data-dir", str(self.data_dir), *options]
        kept = ["--keep", str(self._folder / "keyring")]
        return subprocess.run(
            ["sh", str(SESSION), *kept, "--", *own],
            input=typed,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
            env={key: value for key, value in os.environ.items() if "DBUS" not in key},
        )


def test_set_up_and_started_again_from_the_keyring_of_the_system(
    centre: Centre, tmp_path: Path
) -> None:
    program = Program(tmp_path)
    sign_in = program.run(
        "sign-in", "--force-no", PRIYA[0], "--server", centre.url, typed=PRIYA[1] + "\n"
    )
    assert (sign_in.returncode, sign_in.stdout) == (Exit.DONE, "Signed in as Priya Nandra.\n")
    doctor = program.run("doctor")
    assert doctor.returncode == Exit.DONE
    assert "keyring: keyring.backends.SecretService.Keyring" in doctor.stdout
    shutil.rmtree(tmp_path / "keyring")
    store = (program.data_dir / "store.db").read_bytes()
    lost = program.run("doctor", "--offline")
    assert lost.returncode == Exit.NOT_OPENED
    assert "not in this tablet's keyring" in lost.stderr
    assert (program.data_dir / "store.db").read_bytes() == store
