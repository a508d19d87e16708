"""The app with its screens: options are read, the first frame is painted, the rest comes after."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from fieldapp.paths import default_data_dir
from ui.application import Application, Options

THEMES = ("system", "day", "night", "outdoor")


def run(argv: Sequence[str] | None = None, *, on_stage: Callable[[str], None] | None = None) -> int:
    """Open the app and stay until it is closed.

    Args:
        argv: what came after the program's name.
        on_stage: told ``painted`` at the first frame and ``usable`` once records show; for
            measuring.

    Returns:
        the exit status.
    """
    return Application(read_options(argv), on_stage=on_stage).run()


def read_options(argv: Sequence[str] | None = None) -> Options:
    """What the officer, or whoever starts the app for them, asked for."""
    parser = argparse.ArgumentParser(prog="fieldapp", description="Record engagements offline.")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where the records live")
    parser.add_argument("--server", metavar="URL", help="address of the force server, first run")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificates to trust for it")
    parser.add_argument("--theme", choices=THEMES, help="colours, this time")
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window")
    asked = parser.parse_args(argv)
    return Options(
        data_dir=(asked.data_dir or default_data_dir()).absolute(),
        server=asked.server or "",
        ca_file=asked.ca_file,
        theme=asked.theme or "",
        size=asked.size,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError("write the size like 1280x800")
    return int(width), int(height)
