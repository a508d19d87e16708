"""Two officers' tablets with a short past, made once by a real centre and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keyring
import pytest

from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from tests.conftest import MemoryKeyring
from tests.ui.review.centre import PRIYA, TOM, CentreProcess, make_force
from tests.ui.review.entries import HOSTILE, NAMED, Later, submit
from tests.ui.review.stage import Stage, stage
from ui.theme import theme

OpenStage = Callable[..., Stage]


@dataclass(frozen=True)
class Template:
    """Folders of both tablets and what the keyring holds for them."""

    folder: Path
    secrets: dict[tuple[str, str], str]
    ids: dict[str, str]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Priya has submitted seven entries, one of them twice; Tom one of his own."""
    folder = tmp_path_factory.mktemp("tablets")
    make_force(folder / "centre")
    centre = CentreProcess(folder / "centre")
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    ids: dict[str, str] = {}
    try:
        with ExitStack() as ends:
            centre.start()
            ends.callback(centre.stop)
            priya, tom = _signed_in(folder, centre, ends)
            _past(priya, tom, ids)
    finally:
        keyring.set_keyring(before)
    return Template(folder, dict(ring.secrets), ids)


def _signed_in(folder: Path, centre: CentreProcess, ends: ExitStack) -> tuple[Tablet, Tablet]:
    tablets = []
    for name, who in (("priya", PRIYA), ("tom", TOM)):
        tablet = Tablet.open(folder / name, server=centre.url)
        ends.callback(tablet.close)
        tablet.sign_in(*who)
        assert tablet.sync_now().words == ""
        tablets.append(tablet)
    return tablets[0], tablets[1]


def _past(priya: Tablet, tom: Tablet, ids: dict[str, str]) -> None:
    ids["twice"] = submit(priya, "Bittern Hall")
    priya.sync_now()
    tom.sync_now()
    shown = tom.services.approvals.open(ids["twice"])
    tom.services.approvals.send_back(
        ids["twice"], shown.content_hash, ["COUNT_QUERY"], {"counts": "34 adults?"}
    )
    tom.store.clock = Later(tom.store.clock)
    tom.sync_now()
    priya.sync_now()
    draft = priya.services.capture.open(ids["twice"])
    draft.body["counts"] = {"adults": 24, "children_young_people": 6}
    priya.services.capture.submit(draft)
    ids["plain"] = submit(priya, "Larkspur Precinct")
    ids["named"] = submit(priya, "Harebell Library", qualitative=NAMED)
    ids["hostile"] = submit(priya, "Teasel <b>Green</b>", qualitative=HOSTILE)
    for number in range(3):
        ids[f"more{number}"] = submit(priya, f"Whinchat Parade {number}")
    ids["toms"] = submit(tom, "Sorrel Hall")
    for tablet in (priya, tom, priya, tom):
        assert tablet.sync_now().words == ""


@pytest.fixture
def ids(template: Template) -> dict[str, str]:
    """Ids of the entries by a word."""
    return template.ids


@pytest.fixture
def tablet_of(
    template: Template, tmp_path: Path, memory_keyring: MemoryKeyring
) -> Iterator[Callable[[str], Tablet]]:
    """Opens a copy of an officer's tablet."""
    with ExitStack() as ends:

        def open_(name: str) -> Tablet:
            folder = tmp_path / name
            shutil.copytree(template.folder / name, folder)
            for (service, account), secret in template.secrets.items():
                old = str((template.folder / name).resolve())
                if account.endswith(f":{old}"):
                    moved = account.replace(old, str(folder.resolve()))
                    memory_keyring.secrets[service, moved] = secret
            tablet = Tablet.open(folder)
            ends.callback(tablet.close)
            return tablet

        yield open_


@pytest.fixture
def open_stage(
    tablet_of: Callable[[str], Tablet], tmp_path: Path, qtbot: Any
) -> Iterator[OpenStage]:
    """Opens an officer's window over a copy of their tablet."""
    with ExitStack() as ends:

        def open_(name: str) -> Stage:
            tablet = tablet_of(name)
            return ends.enter_context(stage(tablet, tmp_path / name, SystemClock()))

        yield open_
    theme.use(name="day", scale=100, left_handed=False)


@pytest.fixture
def tom(open_stage: OpenStage) -> Stage:
    """The sergeant's window."""
    return open_stage("tom")


@pytest.fixture
def priya(open_stage: OpenStage) -> Stage:
    """The PCSO's window."""
    return open_stage("priya")
