"""Where things live on this machine."""

from __future__ import annotations

from pathlib import Path


def default_data_dir() -> Path:
    """Where records live unless told otherwise."""
    from platformdirs import user_data_path

    return user_data_path("fieldapp", appauthor=False)
