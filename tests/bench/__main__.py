"""``python -m tests.bench [FIGURE...]``: one JSON line a figure; see docs/bench.md."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from tests.bench.figure import Shown, show
from tests.bench.ground import Ground

BUILD = Path(__file__).parents[2] / "build"
PARTS = {
    "saving": ("save_engagement", "autosave_draft"),
    "starting": ("first_frame", "usable_today"),
    "syncing": (
        "push_10000",
        "pull_10000",
        "sync_10000",
        "sync_50_changes",
        "sync_no_change",
        "sync_no_change_wire",
    ),
    "draining": ("drain_sqlite", "drain_postgresql"),
    "reviewing": (
        "open_queue_500",
        "open_queue_500_again",
        "show_queue_500",
        "show_queue_500_again",
    ),
    "rivalling": (
        "push_pouchdb",
        "pull_pouchdb",
        "push_anki",
        "pull_anki",
        "push_kinto_memory",
        "pull_kinto_memory",
    ),
    "searching": ("search_100000", "search_100000_lines"),
}
"""Module to the figures it makes together."""


def main(names: list[str]) -> int:
    """Measure the figures with these names, all when there are none."""
    known = {figure for figures in PARTS.values() for figure in figures}
    if unknown := set(names) - known:
        sys.stderr.write(f"No such figure: {', '.join(sorted(unknown))}.\n")
        sys.stderr.write(f"There are: {', '.join(sorted(known))}.\n")
        return 2
    for part, figures in PARTS.items():
        _show(part, set(names) & set(figures) if names else set(figures))
    return 0


def _show(part: str, wanted: set[str]) -> None:
    if not wanted:
        return
    for figure in _measured(part):
        if figure.name in wanted:
            show(figure)
            wanted.discard(figure.name)
        if not wanted:
            return


def _measured(part: str) -> Iterator[Shown]:
    made: Callable[[Ground], Iterator[Shown]] = import_module(f"tests.bench.{part}").figures
    BUILD.mkdir(exist_ok=True)
    # On the disk of the work tree: a folder in memory would make every durable save look free.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=BUILD))
    try:
        yield from made(Ground(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
