"""Starts the tablets, switches their signal, kills one, and keeps what they report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from fieldapp.domain.times import LONDON
from tests.rig.air import Air


class StepFailedError(Exception):
    """What is on a screen differs from what was expected."""


@dataclass(slots=True)
class Conductor:
    """Runs turns one after the other and prints each step."""

    build: Path
    day: date
    air: dict[str, Air]
    facts: dict[str, Any] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)

    def turn(self, name: str, hour: int, minute: int, *, days: int = 0) -> None:
        """One turn of an officer.

        Raises:
            StepFailedError: a step did not go as told; what was on the screen is in the message.
        """
        tablet = name.split("-", maxsplit=1)[0]
        moment = datetime.combine(self.day + timedelta(days=days), time(hour, minute), LONDON)
        command = [sys.executable, "-m", "tests.demo.tablet", name]
        command += ["--data-dir", str(self.build / tablet), "--server", self.air[tablet].url]
        command += ["--day", self.day.isoformat(), "--start", moment.astimezone(UTC).isoformat()]
        command += ["--pictures", str(self.build)]
        log = self.build / f"{name}.log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        with process:
            killed = self._listen(process, tablet)
        if process.returncode != 0 and not killed:
            raise StepFailedError(f"{name} ended with {process.returncode}; see {log}")

    def _listen(self, process: subprocess.Popen[str], tablet: str) -> bool:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in process.stdout:
            message: dict[str, Any] = json.loads(line)
            if "failed" in message:
                process.kill()
                raise StepFailedError(message["failed"])
            if "say" in message:
                say(f"{tablet}: {message['say']}")
            self.facts |= message.get("note", {})
            if "shot" in message:
                self.pictures.append(message["shot"])
            if message.get("ask") == "kill":
                os.kill(process.pid, signal.SIGKILL)
                return True
            if "ask" in message:
                self._arrange(message["ask"], tablet)
                process.stdin.write("done\n")
                process.stdin.flush()
        return False

    def _arrange(self, wish: str, tablet: str) -> None:
        if wish == "out of range":
            self.air[tablet].out_of_range()
        elif wish == "in range":
            self.air[tablet].into_range()
        else:
            raise StepFailedError(f"nobody can arrange {wish!r}")


def say(words: str) -> None:
    """One step, in plain words."""
    sys.stdout.write(f"demo: {words}\n")
    sys.stdout.flush()
