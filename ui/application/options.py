"""What may be said on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """Where the records are and how the window begins; empty means as it was."""

    data_dir: Path
    server: str = ""
    ca_file: Path | None = None
    theme: str = ""
    size: tuple[int, int] | None = None
