"""The private keyring of the make verbs keeps secrets, passes signals on, leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(__file__).parents[2] / "packaging" / "keyring-session.sh"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="other systems have a keyring of their own"),
    pytest.mark.skipif(
        shutil.which("gnome-keyring-daemon") is None, reason="needs gnome-keyring: make setup"
    ),
]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder with a short name: that of a socket has room for 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="fk-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


STORE = """
import keyring
keyring.set_password("fieldapp", "store-key", "c0ffee")
"""
READ = """
import keyring
kind = type(keyring.get_keyring())
print(f"{kind.__module__}.{kind.__qualname__}", keyring.get_password("fieldapp", "store-key"))
"""
# Says where its bus is, then waits to be told to stop.
WAIT = """
import os, signal
def say(words):
    os.write(1, (words + "\\n").encode())  # a print could be interrupted by the next one
def leave(number, frame):
    say("told to stop by " + signal.Signals(number).name)
    os._exit(5)
signal.signal(signal.SIGTERM, leave)
signal.signal(signal.SIGINT, leave)
say(os.environ["DBUS_SESSION_BUS_ADDRESS"].removeprefix("unix:path="))
while True: signal.pause()
"""


def bare_environment(temporary: Path) -> dict[str, str]:
    """Without the session that these tests may themselves be running in."""
    outside = {"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"}
    kept = {name: value for name, value in os.environ.items() if name not in outside}
    return {**kept, "TMPDIR": str(temporary)}


def in_session(
    code: str, *options: str, temporary: Path, given: str = "", around: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*around, "sh", str(SCRIPT), *options, "--", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        input=given,
        timeout=30,
        check=False,
        env=bare_environment(temporary),
    )


def processes_naming(text: str) -> list[str]:
    """Command lines of living processes that hold this text."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if text in line:
                found.append(line)
    return found


def wait_until_gone(text: str) -> None:
    until = time.monotonic() + 10
    while processes_naming(text):
        assert time.monotonic() < until, processes_naming(text)
        os.sched_yield()


@contextmanager
def waiting_command(temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    with subprocess.Popen(
        ["sh", str(SCRIPT), "--", sys.executable, "-c", WAIT],
        stdout=subprocess.PIPE,
        text=True,
        env=bare_environment(temporary),
        start_new_session=True,
        # A shell cannot take back a signal that it was started to ignore, as under nohup.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL) and None,  # noqa: PLW1509 - no threads here
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def test_a_secret_is_there_again_in_the_next_session(tmp_path: Path) -> None:
    kept = ("--keep", str(tmp_path / "kept"))
    stored = in_session(STORE, *kept, temporary=tmp_path)
    assert stored.returncode == 0, stored.stderr

    read = in_session(READ, *kept, temporary=tmp_path)

    assert read.stdout.split() == ["keyring.backends.SecretService.Keyring", "c0ffee"], read.stderr
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    files = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert path.stat().st_mode & 0o077 == 0, path
        assert b"c0ffee" not in path.read_bytes(), path


def test_without_keep_the_secret_ends_with_the_session(tmp_path: Path) -> None:
    in_session(STORE, temporary=tmp_path)

    assert in_session(READ, temporary=tmp_path).stdout.split()[1] == "None"
    assert list(tmp_path.glob("fieldapp-keyring.*")) == []


def test_the_command_has_its_own_input_and_its_own_ending(tmp_path: Path) -> None:
    done = in_session(
        "import sys; print(input()); sys.exit(3)", temporary=tmp_path, given="from outside\n"
    )

    assert (done.stdout, done.returncode) == ("from outside\n", 3)
    assert processes_naming(str(tmp_path)) == []


def test_the_keyring_of_an_open_desktop_is_used_where_that_is_wanted(tmp_path: Path) -> None:
    desktop = ("sh", str(SCRIPT), "--keep", str(tmp_path / "desktop"), "--")
    wanted = ("--desktop", "--keep", str(tmp_path / "kept"))

    stored = in_session(STORE, *wanted, temporary=tmp_path, around=desktop)

    assert stored.returncode == 0, stored.stderr
    assert not (tmp_path / "kept").exists()
    read = in_session(READ, temporary=tmp_path, around=desktop)
    assert read.stdout.split()[1] == "None", "only where it is wanted"


def test_a_keyring_of_our_own_is_not_left_for_the_desktop(tmp_path: Path) -> None:
    kept = ("--desktop", "--keep", str(tmp_path / "kept"))
    in_session(STORE, *kept, temporary=tmp_path)
    desktop = ("sh", str(SCRIPT), "--keep", str(tmp_path / "desktop"), "--")

    read = in_session(READ, *kept, temporary=tmp_path, around=desktop)

    assert read.stdout.split()[1] == "c0ffee", read.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ending_the_session_ends_the_command_and_the_keyring(
    tmp_path: Path, number: signal.Signals
) -> None:
    with waiting_command(tmp_path) as (process, bus):
        assert bus.is_socket()

        process.send_signal(number)
        output, _ = process.communicate(timeout=10)

    assert output == "told to stop by SIGTERM\n"
    assert process.returncode == 5
    assert not bus.parent.exists()
    assert processes_naming(str(bus.parent)) == []


def test_ctrl_c_reaches_the_command_and_the_keyring_outlives_it(tmp_path: Path) -> None:
    with waiting_command(tmp_path) as (process, bus):
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=10)

    assert output == "told to stop by SIGINT\n"
    assert process.returncode == 5
    assert processes_naming(str(bus.parent)) == []


def test_nothing_outlives_a_session_that_is_killed_outright(tmp_path: Path) -> None:
    with waiting_command(tmp_path) as (process, bus):
        process.kill()
        output, _ = process.communicate(timeout=10)

    assert output == "told to stop by SIGTERM\n"
    wait_until_gone(str(bus.parent))
