"""A centre of one's own for each test, reached both ways."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from server import security
from server.app import make_app
from server.services.centre import Centre, open_centre
from tests.conftest import FixedClock
from tests.contract.desks import Desk
from tests.contract.force import make_force
from tests.contract.ports import InProcess, OverHttp, Port, Switchboard, answering
from tests.contract.tablet import Tablet
from tests.rig.postgres import Cluster, Rewindable

SignInAs = Callable[..., Tablet]
OpenDesk = Callable[[str], Desk]


@pytest.fixture(scope="session")
def cheap_passwords() -> Iterator[None]:
    """Passwords that are not slow on purpose; that they are in earnest has a test of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(security, "_hasher", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="session")
def force_folder(cheap_passwords: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre's folder to copy from."""
    folder = tmp_path_factory.mktemp("force") / "centre"
    make_force(folder, FixedClock(datetime(2026, 3, 1, 9, tzinfo=UTC))).close()
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for all tests that want one."""
    made = Cluster.make()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="session")
def force_database(
    cluster: Cluster, cheap_passwords: None, tmp_path_factory: pytest.TempPathFactory
) -> Rewindable:
    """A database with the same force, and the folder that names it."""
    folder = tmp_path_factory.mktemp("force_database") / "centre"
    cluster.sql("CREATE DATABASE force")
    start = FixedClock(datetime(2026, 3, 1, 9, tzinfo=UTC))
    make_force(folder, start, database=cluster.address("force")).close()
    return Rewindable(cluster, "force", folder)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database this test's centre has."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def folder(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of this test's centre."""
    if database == "postgres":
        force: Rewindable = request.getfixturevalue("force_database")
        force.rewind()
        return Path(shutil.copytree(force.folder, tmp_path / "centre"))
    force_folder: Path = request.getfixturevalue("force_folder")
    return Path(shutil.copytree(force_folder, tmp_path / "centre"))


@pytest.fixture
def centre(folder: Path, clock: FixedClock) -> Iterator[Centre]:
    """This test's centre."""
    opened = open_centre(folder, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def line() -> Iterator[tuple[Switchboard, httpx.Client]]:
    """A server for all tests, and a client of it."""
    switchboard = Switchboard()
    with answering(switchboard) as client:
        yield switchboard, client


@pytest.fixture
def client(centre: Centre, line: tuple[Switchboard, httpx.Client]) -> httpx.Client:
    """A client of this test's centre over real HTTP."""
    switchboard, client = line
    switchboard.app = make_app(centre)
    return client


@pytest.fixture
def port(request: pytest.FixtureRequest, centre: Centre) -> Port:
    """One of the ways to reach it."""
    if request.param == "in_process":
        return InProcess(centre)
    return OverHttp(request.getfixturevalue("client"))


def reach(metafunc: pytest.Metafunc, ways: tuple[tuple[str, str], ...]) -> None:
    """Have every test that asks the centre run once for each way: database and line."""
    if "port" in metafunc.fixturenames:
        names = ["-".join(way) for way in ways]
        metafunc.parametrize(("database", "port"), ways, indirect=True, ids=names)


@pytest.fixture
def tablet(port: Port) -> SignInAs:
    """Signs an officer in on a tablet."""
    return lambda officer_id, device_id=None: Tablet(port, officer_id, device_id)


@pytest.fixture
def desk(port: Port, tmp_path: Path, clock: FixedClock) -> Iterator[OpenDesk]:
    """Opens whole tablets; each officer may have several."""
    opened: list[Desk] = []

    def open_(officer_id: str) -> Desk:
        made = Desk(tmp_path / f"tablet-{len(opened)}", port, officer_id, clock)
        opened.append(made)
        return made

    yield open_
    for one in opened:
        one.close()
