"""Starts the tablet's process, listens to it, and kills it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kill.orders import Orders
from tests.kill.strikes import Strike


@dataclass(slots=True)
class Account:
    """What one process said until it ended."""

    reports: list[dict[str, Any]] = field(default_factory=list)
    killed_at: float = 0.0

    @property
    def stage(self) -> str:
        """Where it was at the end."""
        return str(next(one["stage"] for one in reversed(self.reports) if "stage" in one))


class Process:
    """The real app, imported and waiting for the word to start.

    Args:
        folder: the tablet's; also takes the log.
        seed: of what the officer writes.
        fault: planted for a test of the test; empty for none.
    """

    def __init__(self, folder: Path, *, seed: int, fault: str = "") -> None:
        command = [sys.executable, "-m", "tests.kill.tablet", "--data-dir", str(folder)]
        command += ["--seed", str(seed), *(["--fault", fault] if fault else [])]
        self._log = folder.with_name(f"{folder.name}.log")
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self._killed_at = 0.0

    def work(self, orders: Orders, strike: Strike | None) -> Account:
        """Start the app, and end with it.

        Args:
            orders: for the officer.
            strike: when to kill it; ``None`` to wait until it has ended.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        account, counted, line = Account(), 0, ""
        process.stdin.write(orders.text())
        process.stdin.flush()
        blow: threading.Timer | None = None
        with process, self._log.with_suffix(".reports").open("a") as heard:
            for text in process.stdout:
                heard.write(text)
                if not text.endswith("\n"):
                    break  # killed in the middle of a word
                report: dict[str, Any] = json.loads(text)
                account.reports.append(report)
                if strike is None or blow is not None:
                    continue
                counted += strike.fits(report, line)
                line = str(report.get("line", line))
                if counted == strike.nth:
                    blow = threading.Timer(strike.delay, self._kill)
                    if strike.delay:
                        blow.start()
                    else:
                        self._kill()
        if blow is not None and blow.is_alive():
            blow.cancel()
            blow.join()
        failed = next((one["failed"] for one in account.reports if one.get("failed")), None)
        assert failed is None, failed[0]
        expected = -signal.SIGKILL if strike is not None else 0
        assert process.returncode == expected, self._log.read_text()[-4000:]
        account.killed_at = self._killed_at or time.monotonic()
        return account

    def _kill(self) -> None:
        self._killed_at = time.monotonic()
        os.kill(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, wherever it is; nothing happens when it has ended."""
        with self._process:
            self._process.kill()
