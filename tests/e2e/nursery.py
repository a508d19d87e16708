"""Starting centres quickly: one process imports everything once, each centre is a child of it.

A child is a process of its own in every way that matters here: its own memory, its own files, and
SIGKILL ends it like any other. Only the second that Python takes to import is saved.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_PARENT = """
import json, os, signal, sys
import server.app, server.cli.serving
from server.cli.commands import main

def begin(argv, log):
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    os.close(0)
    os._exit(main(argv))

alive = set()
for line in sys.stdin:
    asked = json.loads(line)
    if "wait" in asked:
        _, status = os.waitpid(asked["wait"], 0)
        alive.discard(asked["wait"])
        print(json.dumps({"status": status}), flush=True)
        continue
    pid = os.fork()
    if pid == 0:
        begin(asked["argv"], asked["log"])
    alive.add(pid)
    print(json.dumps({"pid": pid}), flush=True)

# Whoever asked is gone, perhaps killed: no centre outlives the test that started it.
for pid in alive:
    os.kill(pid, signal.SIGKILL)
"""
_ANSWERS = "The centre answers at "


class Nursery:
    """Runs ``fieldapp-server`` with given arguments, as often as asked."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-c", _PARENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, argv: Sequence[str], log: Path) -> tuple[int, str]:
        """Start a centre; its process id and its address once it answers."""
        self._ask({"argv": list(argv), "log": str(log)})
        # Parent and child write to the same pipe, in an order of their own.
        lines = [self._read(), self._read()]
        address = next((line for line in lines if line.startswith(_ANSWERS)), None)
        if address is None:
            raise AssertionError(log.read_text()[-2000:])
        lines.remove(address)
        pid: int = json.loads(lines[0])["pid"]
        return pid, address.removeprefix(_ANSWERS)

    def end(self, pid: int, how: signal.Signals) -> None:
        """Send a signal and wait until the process is gone."""
        os.kill(pid, how)
        self._ask({"wait": pid})
        assert "status" in json.loads(self._read())

    def _ask(self, asked: dict[str, Any]) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.write(json.dumps(asked) + "\n")
        self._parent.stdin.flush()

    def _read(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()

    def close(self) -> None:
        """End the parent; whoever started a centre has ended it."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(30)
        self._parent.stdout.close()
