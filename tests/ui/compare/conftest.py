"""An officer with two tablets and an entry both of them changed, made once by a real centre."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keyring
import pytest

from fieldapp.config import read_config, write_config
from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from tests.conftest import MemoryKeyring
from tests.ui.compare.torn import two_versions
from tests.ui.review.centre import PRIYA, TOM, CentreProcess, make_force
from tests.ui.review.stage import Stage, stage
from ui.theme import theme

OpenWindow = Callable[..., Stage]


@dataclass(frozen=True)
class Past:
    """Folders of the centre and three tablets, and what the keyring holds for them."""

    folder: Path
    secrets: dict[tuple[str, str], str]
    record_id: str


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Priya's entry, changed on both her tablets and handed in; Tom has it in his queue."""
    folder = tmp_path_factory.mktemp("compare")
    make_force(folder / "centre")
    centre = CentreProcess(folder / "centre")
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    try:
        with ExitStack() as ends:
            centre.start()
            ends.callback(centre.stop)
            tablets = []
            for name, who in (("first", PRIYA), ("second", PRIYA), ("tom", TOM)):
                tablet = Tablet.open(folder / name, server=centre.url)
                ends.callback(tablet.close)
                tablet.sign_in(*who)
                tablets.append(tablet)
            record_id = two_versions(*tablets)
    finally:
        keyring.set_keyring(before)
    return Past(folder, dict(ring.secrets), record_id)


@pytest.fixture
def record_id(past: Past) -> str:
    """The entry."""
    return past.record_id


@pytest.fixture
def centre(past: Past, tmp_path: Path) -> Iterator[CentreProcess]:
    """The centre, in reach again."""
    made = CentreProcess(Path(shutil.copytree(past.folder / "centre", tmp_path / "centre")))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def open_window(
    past: Past, tmp_path: Path, memory_keyring: MemoryKeyring, qtbot: Any
) -> Iterator[OpenWindow]:
    """Opens a window over a copy of a tablet ("first", "second", "tom")."""
    with ExitStack() as ends:

        def open_(name: str, server: str | None = None) -> Stage:
            folder = tmp_path / name
            if not folder.exists():
                shutil.copytree(past.folder / name, folder)
                for (service, account), secret in past.secrets.items():
                    old = str((past.folder / name).resolve())
                    if account.endswith(f":{old}"):
                        moved = account.replace(old, str(folder.resolve()))
                        memory_keyring.secrets[service, moved] = secret
            if server:
                config = read_config(folder)
                assert config is not None
                write_config(folder, replace(config, server=server))
            tablet = Tablet.open(folder)
            ends.callback(tablet.close)
            return ends.enter_context(stage(tablet, folder, SystemClock()))

        yield open_
    theme.use(name="day", scale=100, left_handed=False)


@pytest.fixture
def second(open_window: OpenWindow) -> Stage:
    """The window of Priya's second tablet, out of reach of the centre."""
    return open_window("second")
