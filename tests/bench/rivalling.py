"""Other systems with the same 10,000 entries, beside ours and the floor in the same run.

``RIVALS=1`` installs them under ``build/bench-rivals``; one that cannot be had is named and left
out. None of them checks, decides or keeps a trail, and none speaks TLS here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.ids import uuid7
from tests.bench import syncing
from tests.bench.entries import began, body
from tests.bench.figure import Figure, Rival
from tests.bench.ground import Ground

_HERE = Path(__file__).parent / "rivals"
_PLACE = Path(__file__).parents[2] / "build" / "bench-rivals"
_NODE = ("pouchdb@9.0.0", "express-pouchdb@4.2.0", "express@4")
_INSTALL_SECONDS = 900
_RUN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class _System:
    """A rival: what it needs, and its program with the arguments before folder and entries."""

    name: str
    program: tuple[str, ...]
    python: tuple[str, ...] = ()
    ahead: float | None = None
    """How many times slower than ours we mean it to be at pushing."""


_SYSTEMS = (
    _System("pouchdb", ("pouch.js", str(_PLACE / "node" / "node_modules")), ahead=3.0),
    _System("anki", ("anki_notes.py",), ("anki==26.9.3",)),
    _System(
        "kinto_memory",
        ("kinto_store.py",),
        ("kinto==26.5.0", "kinto-http==11.11.0", "waitress"),
        ahead=3.0,
    ),
)


class _NotHadError(Exception):
    """A rival cannot be run here; says why."""


def figures(ground: Ground) -> Iterator[Figure | Rival]:
    """Ours beside the floor, then each rival that can be had."""
    if not os.environ.get("RIVALS"):
        return
    ours: dict[str, float] = {}
    for figure in syncing.figures(ground):
        if isinstance(figure, Figure):
            ours[figure.name] = figure.measured
            yield figure
    entries = ground.spare("rivals") / "entries.jsonl"
    with entries.open("w") as out:
        for number in range(syncing.ENTRIES):
            id = uuid7(int(began(number).timestamp() * 1000), number)
            out.write(json.dumps({"id": id, "body": body(number)}) + "\n")
    for system in _SYSTEMS:
        try:
            command = _ready(system)
            told = _run(command, ground.spare(system.name), entries)
        except _NotHadError as why:
            sys.stderr.write(f"{system.name} is left out: {why}\n")
            continue
        for what in ("push", "pull"):
            mine = ours[f"{what}_10000"]
            aim = system.ahead if what == "push" or system.name == "pouchdb" else None
            yield Rival(f"{what}_{system.name}", told[what], mine, aim)


def _ready(system: _System) -> list[str]:
    """The command, with everything it needs installed."""
    _PLACE.mkdir(parents=True, exist_ok=True)
    program = [str(_HERE / system.program[0]), *system.program[1:]]
    if system.python:
        folder = _PLACE / system.name
        python = folder / "bin" / "python"
        if not (folder / "ready").exists():
            _install([sys.executable, "-m", "venv", "--clear", str(folder)])
            _install([str(python), "-m", "pip", "install", "--quiet", *system.python])
            (folder / "ready").touch()
        return [str(python), *program]
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise _NotHadError("node and npm are not on this machine.")
    folder = _PLACE / "node"
    if not (folder / "ready").exists():
        folder.mkdir(exist_ok=True)
        _install([npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", *_NODE])
        (folder / "ready").touch()
    return [node, *program]


def _install(command: list[str]) -> None:
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _NotHadError("it took too long to install.") from None
    if done.returncode:
        raise _NotHadError(f"it could not be installed ({_last(done.stderr)}).")


def _run(command: list[str], folder: Path, entries: Path) -> dict[str, float]:
    try:
        done = subprocess.run(
            [*command, str(folder), str(entries)],
            check=False,
            capture_output=True,
            text=True,
            timeout=_RUN_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise _NotHadError(f"it did not end in {_RUN_SECONDS} seconds.") from None
    if done.returncode:
        raise _NotHadError(f"it failed ({_last(done.stderr)}).")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _last(words: str) -> str:
    lines = words.strip().splitlines()
    return lines[-1] if lines else "without a word"
