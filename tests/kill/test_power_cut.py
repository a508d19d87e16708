"""The power goes while an officer writes: what was said to be saved is on the disk.

A disk image is copied while a process writes to it, and mounted anew: what only the kernel's
memory held is not in the copy, as after a power cut.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlcipher3 import dbapi2

from fieldapp.system import SystemClock
from tests.store.fresh import KEY, fresh_store

CUTS = max(3, int(os.environ.get("KILLS", "0")) // 10)
MEGABYTES = 400
"""The app takes no photos once less than 200 are free; most of the file is a hole."""
MEMORY = Path("/dev/shm")
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.timeout(120 + 20 * CUTS)]

AS_IT_IS = "from tests.kill.photo_tablet import main; import sys; main(*sys.argv[1:])"
TRUSTING = f"""
from fieldapp.store import connect
connect._PRAGMAS = tuple(
    "synchronous=OFF" if one == "synchronous=FULL" else one for one in connect._PRAGMAS
)
{AS_IT_IS}
"""
"""The planted fault: a tablet that does not wait for the disk."""


class Disk:
    """A file system in a file."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.image, self.folder = image, folder

    def make(self) -> None:
        """An empty one; skips the test where that is not allowed."""
        with self.image.open("wb") as file:
            file.truncate(MEGABYTES * 2**20)
        run("mkfs.ext4", "-q", "-F", str(self.image))

    @contextlib.contextmanager
    def mounted(self) -> Iterator[Path]:
        """Its files; mending what the cut broke is part of mounting."""
        self.folder.mkdir(exist_ok=True)
        run("mount", "-o", "loop", str(self.image), str(self.folder))
        try:
            yield self.folder
        finally:
            subprocess.run(["umount", str(self.folder)], check=True)


def run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"")
        pytest.skip(f"NO DISK IMAGES CAN BE MOUNTED HERE, so no power was cut: {error} {said!r}")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in memory, for images."""
    if not MEMORY.is_dir():
        pytest.skip("NO /dev/shm HERE, so no power was cut")
    folder = MEMORY / f"fieldapp-power-{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


class Writer:
    """A tablet that records and cannot send; what it says is heard until it is stopped."""

    def __init__(self, store: Path, seed: int, script: str) -> None:
        rest = [str(store), "http://127.0.0.1:9", "device", "token", str(seed), "work"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, *rest], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.words: list[list[str]] = []
        self._some = threading.Event()
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.endswith("\n"):
                self.words.append(line.split())
            if sum(words[0] == "submitted" for words in self.words) >= 2:
                self._some.set()

    def freeze(self, delay: float) -> None:
        """Stop it where it is, so long after its second entry."""
        assert self._some.wait(60)
        threading.Event().wait(delay)
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def end(self) -> None:
        self._process.kill()
        self._process.wait(30)
        self._listening.join(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


def snapshot(image: Path, copy: Path) -> None:
    """The image as it is at one moment: a copy that is the same as what is there afterwards."""
    for _ in range(20):
        subprocess.run(["cp", "--sparse=always", str(image), str(copy)], check=True)
        if subprocess.run(["cmp", "-s", str(image), str(copy)], check=False).returncode == 0:
            return
    raise AssertionError("the image never kept still")


def cut(place: Path, seed: int, script: str) -> tuple[list[list[str]], Disk]:
    """Let a tablet work, cut the power, and give what it had said and what is on the disk."""
    chance = Random(seed)
    disk = Disk(place / "disk", place / "mounted")
    disk.make()
    with disk.mounted() as folder:
        store = fresh_store(folder / "tablet", SystemClock())
        store.close()
        os.sync()
        writer = Writer(store.path, seed, script)
        try:
            writer.freeze(chance.uniform(0, 0.5))
            snapshot(disk.image, place / "after")
        finally:
            writer.end()
    return writer.words, Disk(place / "after", place / "mounted")


def missing(words: list[list[str]], disk: Disk) -> list[str]:
    """What was said to be saved and is not on the disk; by plain SQL."""
    with disk.mounted() as folder:
        path = folder / "tablet" / "store.db"
        with contextlib.closing(dbapi2.connect(str(path))) as connection:
            connection.execute(f"PRAGMA key=\"x'{KEY.hex()}'\"")
            assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            photos = {row[0] for row in connection.execute("SELECT sha FROM blob")}
            entries = dict(connection.execute("SELECT id, status FROM record"))
    wrong = [f"photo {word[2]}" for word in words if word[0] == "saved" and word[2] not in photos]
    for word in words:
        if word[0] == "submitted" and entries.get(word[1]) != "SUBMITTED":
            wrong.append(f"entry {word[1]} is {entries.get(word[1])}")
    return wrong


def test_what_was_said_to_be_saved_is_on_the_disk_after_a_power_cut(
    place: Path, say: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("KILL_SEED", "0")) or int.from_bytes(os.urandom(4))
    chance, saved = Random(seed), 0
    for _ in range(CUTS):
        words, disk = cut(place, chance.getrandbits(30), AS_IT_IS)
        assert missing(words, disk) == []
        saved += sum(word[0] in ("saved", "submitted") for word in words)
    say(f"KILL_SEED={seed} power cuts {CUTS}, said to be saved {saved}, lost 0")


def test_a_tablet_that_does_not_wait_for_the_disk_is_found(place: Path) -> None:
    words, disk = cut(place, 1, TRUSTING)
    try:
        assert missing(words, disk) != []
    except dbapi2.DatabaseError:
        return  # so little was on the disk that it is no database any more
