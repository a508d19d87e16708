"""What a tablet must know before its store is open: whose it is and where its centre is."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from fieldapp.domain.errors import SituationError

VERSION = 1
FILE_NAME = "tablet.json"


@dataclass(frozen=True, slots=True)
class TabletConfig:
    """No secrets: address of the centre, ids, and the fingerprint of the key in the keyring."""

    server: str = ""
    device_id: str = ""
    officer_id: str = ""
    key_fingerprint: str = ""
    ca_file: str = ""
    """Certificates to trust for the centre instead of the usual ones."""


_NAMES = tuple(item.name for item in fields(TabletConfig))


def read_config(data_dir: Path) -> TabletConfig | None:
    """The tablet's settings; ``None`` on a tablet that was never set up.

    Raises:
        SituationError: written by a newer version, or damaged; nothing was changed.
    """
    try:
        text = (data_dir / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged() from error
    try:
        held = json.loads(text)
        version = held["version"]
        values = {name: str(held.get(name, "")) for name in _NAMES}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged() from error
    if version != VERSION:
        raise SituationError(
            "This tablet was set up by a newer version of the app. Update the app at the station."
            " Nothing has been changed.",
            code="config_future",
        )
    return TabletConfig(**values)


def _damaged() -> SituationError:
    return SituationError(
        f"The tablet's settings ({FILE_NAME}) cannot be read. Nothing has been deleted."
        " Tell support.",
        code="config_damaged",
    )


def write_config(data_dir: Path, config: TabletConfig) -> None:
    """Write the settings so that a crash leaves the old ones or the new ones, never half.

    Raises:
        SituationError: the disk does not let us; the old ones are still there.
    """
    path = data_dir / FILE_NAME
    fresh = path.with_name(FILE_NAME + ".new")
    text = json.dumps({"version": VERSION, **asdict(config)}, indent=2) + "\n"
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _settle(data_dir)
    except OSError as error:
        raise SituationError(
            "The tablet's settings could not be written. Free some space and try again.",
            code="config_not_written",
        ) from error


def _settle(folder: Path) -> None:
    """Make the rename itself durable, where the system lets one ask."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
