"""Two tablets and a centre, all of them real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldapp.services.values import Draft
from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from sync.transport import Deadlines
from tests.e2e.centre import (
    PRIYA,
    TOM,
    Centre,
    CentreProcess,
    CentreThread,
    make_force,
    running,
)
from tests.e2e.nursery import Nursery

PATIENT = Deadlines(connect=2.0, quiet=10.0, total=20.0)

OpenTablet = Callable[..., Tablet]


class MovableClock:
    """The machine's clock, which a test can put forward (see ``fieldapp.domain.clock.Clock``)."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._clock = SystemClock()

    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        return self._clock.monotonic() + self._ahead

    def advance(self, *, seconds: float) -> None:
        """Time passes at once."""
        self._ahead += seconds


@pytest.fixture(scope="session")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre's folder to copy from."""
    folder = tmp_path_factory.mktemp("force") / "centre"
    make_force(folder)
    return folder


@pytest.fixture
def centre(force: Path, tmp_path: Path) -> Iterator[Centre]:
    """A running centre of one's own."""
    with running(force, CentreThread(tmp_path / "centre")) as made:
        yield made


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts processes of the centre."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def centre_process(force: Path, tmp_path: Path, nursery: Nursery) -> Iterator[CentreProcess]:
    """A running centre of one's own, in a process that can be killed."""
    with running(force, CentreProcess(tmp_path / "centre", nursery)) as made:
        yield made


@pytest.fixture
def open_tablet(tmp_path: Path) -> Iterator[OpenTablet]:
    """Opens tablets by name; all are closed at the end."""
    opened: list[Tablet] = []

    def open_(name: str, **options: Any) -> Tablet:
        options.setdefault("deadlines", PATIENT)
        tablet = Tablet.open(tmp_path / name, **options)
        opened.append(tablet)
        return tablet

    yield open_
    for tablet in opened:
        tablet.close()


@pytest.fixture
def priya(centre: Centre, open_tablet: OpenTablet) -> Tablet:
    """The PCSO's tablet, signed in and up to date."""
    return signed_in(open_tablet("priya", server=centre.url), PRIYA)


@pytest.fixture
def tom(centre: Centre, open_tablet: OpenTablet) -> Tablet:
    """The sergeant's tablet, signed in and up to date."""
    return signed_in(open_tablet("tom", server=centre.url), TOM)


def signed_in(tablet: Tablet, who: tuple[str, str]) -> Tablet:
    """The tablet after the first sign-in and the first round."""
    tablet.sign_in(*who)
    status = tablet.sync_now()
    assert status.words == ""
    return tablet


def drop_in(tablet: Tablet, **changes: Any) -> Draft:
    """A drop-in session, written down and complete."""
    draft = tablet.services.capture.start("DROP_IN")
    started = tablet.clock.now().replace(second=0, microsecond=0) - timedelta(hours=3)
    draft.body.update(
        {
            "neighbourhood_id": "E05007070",
            "started_at": started.isoformat(),
            "ended_at": (started + timedelta(hours=2)).isoformat(),
            "outcome": "HELD",
            "venue": {"name": "Larkspur Precinct"},
            "discloses_crime": False,
            "safeguarding_concern": False,
            "counts": {"adults": 34, "children_young_people": 6},
            "issues": [{"id": "i-1", "category": "NUISANCE_BIKES", "mentions": 9}],
            "notes": "Bikes on the path behind the shops again.",
            **changes,
        }
    )
    tablet.services.capture.autosave(draft)
    return draft


def submit(tablet: Tablet, **changes: Any) -> str:
    """Record a drop-in session and hand it to the sergeant; the id of the record."""
    return tablet.services.capture.submit(drop_in(tablet, **changes)).record_id
