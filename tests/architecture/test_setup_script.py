"""Set-up says in plain words what it cannot do, and what to do about it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import house

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="set-up of system libraries is Linux's"),
]

TOOLS = [
    "awk",
    "cat",
    "cksum",
    "cut",
    "date",
    "dirname",
    "env",
    "find",
    "flock",
    "grep",
    "head",
    "ls",
    "id",
    "mkdir",
    "printf",
    "rm",
    "sed",
    "sh",
    "sort",
    "tail",
    "tr",
    "uname",
]
EVERY_LIBRARY = """libglib-2.0.so.0 libGL.so.1 libEGL.so.1 libdbus-1.so.3 libfontconfig.so.1
libxkbcommon.so.0"""


class Machine:
    """A clean clone on a machine that has only the programs it is given."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        (self.tree / "packaging").mkdir(parents=True)
        for name in ("packaging/setup.sh", "requirements.lock", "pyproject.toml"):
            shutil.copy(house.ROOT / name, self.tree / name)
        self.programs = folder / "programs"
        self.programs.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            (self.programs / tool).symlink_to(found)
        # Named by its real place, because a link out of an environment would lose the environment.
        self.give("python3", f'exec "{sys.executable}" "$@"')
        self.give("ldconfig", f"echo '{EVERY_LIBRARY}'")
        self.give("find", "echo DejaVuSans.ttf")
        for daemon in ("dbus-daemon", "dbus-send", "gnome-keyring-daemon"):
            self.give(daemon, "exit 0")

    def give(self, name: str, script: str) -> None:
        program = self.programs / name
        program.unlink(missing_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)

    def take(self, name: str) -> None:
        (self.programs / name).unlink()

    def set_up(self, *options: str, **environment: str) -> tuple[int, str]:
        done = subprocess.run(
            ["/bin/sh", str(self.tree / "packaging" / "setup.sh"), *options],
            env={"PATH": str(self.programs), "HOME": str(self.tree), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=50,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_without_python_is_told_how_to_get_it(machine: Machine) -> None:
    machine.take("python3")

    code, words = machine.set_up()

    assert code != 0
    assert "there is no 'python3' on this machine" in words
    assert "apt-get install python3 python3-venv" in words


def test_a_python_that_is_too_old_is_named_with_what_is_needed(machine: Machine) -> None:
    old = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2'; exec(sys.argv.pop(1))"
    machine.give("python3", f'shift; exec "{sys.executable}" -c "{old}" "$@"')

    code, words = machine.set_up()

    assert code != 0
    assert "needs Python 3.11 to 3.14; 'python3' is 3.9" in words
    assert "make PYTHON=" in words


def test_missing_libraries_without_the_right_to_install_name_the_one_command(
    machine: Machine,
) -> None:
    machine.give("ldconfig", "echo libGL.so.1 libglib-2.0.so.0 libdbus-1.so.3 libxkbcommon.so.0")
    machine.give("id", "echo 1000")
    machine.give("apt-get", "exit 99")

    code, words = machine.set_up()

    assert code != 0
    assert "this account may not install them" in words
    assert "apt-get install --no-install-recommends libegl1 libfontconfig1" in words


def test_package_servers_that_do_not_answer_are_said_so(machine: Machine) -> None:
    machine.give("ldconfig", "exit 0")
    machine.give("id", "echo 0")
    machine.give("apt-get", "echo 'E: Failed to fetch'; exit 100")

    code, words = machine.set_up()

    assert code != 0
    assert "could not be installed: libdbus-1-3 libegl1" in words
    assert "no network, or its package servers cannot be reached" in words
    assert "build/setup.log" in words


def test_libraries_are_installed_once_and_only_what_is_missing(machine: Machine) -> None:
    asked = machine.tree / "asked"
    installed = machine.tree / "installed"
    machine.give("id", "echo 0")
    machine.give("ldconfig", f"echo '{EVERY_LIBRARY}' | sed 's/libEGL.so.1//'; cat '{installed}'")
    machine.give(
        "apt-get",
        f'echo "$@" >>"{asked}"\ncase "$*" in *install*) echo libEGL.so.1 >"{installed}";; esac',
    )
    machine.give("python3", "exit 1")

    machine.set_up()

    lines = asked.read_text(encoding="utf-8").splitlines()
    assert [line.split()[-1] for line in lines] == ["update", "libegl1"]


def test_only_tests_ask_for_postgresql_and_it_starts_nothing_by_itself(machine: Machine) -> None:
    asked = machine.tree / "asked"
    machine.give("id", "echo 0")
    machine.give("ls", "exit 2")
    machine.give("tee", f'echo tee "$@" >>"{asked}"; cat >/dev/null')
    machine.give("rm", f'case "$*" in */etc/*) echo rm "$@" >>"{asked}" ;; esac')
    machine.give("mkdir", f'case "$*" in */etc/*) ;; *) exec {shutil.which("mkdir")} "$@" ;; esac')
    machine.give("apt-get", f'echo "$@" >>"{asked}"; exit 100')

    code, words = machine.set_up("--for-tests")

    assert code != 0
    assert "could not be installed: postgresql" in words
    said = asked.read_text(encoding="utf-8")
    assert "tee /etc/postgresql-common/createcluster.d/" in said
    assert "rm -f /etc/postgresql-common/createcluster.d/" in said
    asked.unlink()
    machine.give("python3", "exit 1")
    machine.set_up()
    assert not asked.exists() or "postgresql" not in asked.read_text(encoding="utf-8")


def test_a_screen_asks_for_the_libraries_of_a_screen(machine: Machine) -> None:
    machine.give("id", "echo 1000")

    code, words = machine.set_up(DISPLAY=":7")

    assert code != 0
    assert "libxcb-cursor0" in words


@pytest.mark.slow
def test_a_registry_that_cannot_be_reached_is_said_in_words(machine: Machine) -> None:
    code, words = machine.set_up(PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0")

    assert code != 0
    assert "the Python package registry cannot be reached from this machine" in words
    assert "Check the network and the proxy" in words
    assert not (machine.tree / ".venv" / "fieldapp-setup").exists()
