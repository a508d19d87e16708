"""``fieldapp-server bundle`` and ``handin``: what they print, return and leave alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest

from server.cli.commands import main
from server.services import devices
from server.services.callers import REVOKED
from server.services.centre import Centre
from server.services.rescue_words import REFUSED
from sync.protocol.rescue import LIST_NAME
from tests.contract.stored import held, rows
from tests.contract.tablet import Tablet, create, submit
from tests.rescue.handed import Made, item_of, known_tablet, make_copy, photo_name

Told = pytest.CaptureFixture[str]
PHOTO = Random(1).randbytes(90_000)


@pytest.fixture
def priya(centre: Centre) -> Tablet:
    return known_tablet(centre, "of-priya")


@pytest.fixture
def made(centre: Centre, priya: Tablet) -> Made:
    entry = create(attachments={photo_name(PHOTO): item_of(PHOTO)})
    return make_copy(centre, priya, entry, submit(entry["record_id"]), photos=(PHOTO,))


@pytest.fixture
def stick(made: Made, tmp_path: Path) -> Path:
    """The copy as it lies on a stick."""
    place = tmp_path / "stick"
    place.mkdir()
    (place / LIST_NAME).write_bytes(made.data)
    for name, data in made.parts.items():
        (place / f"{name}.part").write_bytes(data)
    return place


def run(folder: Path, *words: str) -> int:
    return main([*words, "--data-dir", str(folder)])


@pytest.mark.parametrize("whole_folder", [True, False])
def test_a_copy_is_taken_in_by_its_file_or_its_folder(
    centre: Centre, folder: Path, stick: Path, capsys: Told, whole_folder: bool
) -> None:
    path = stick if whole_folder else stick / LIST_NAME
    assert run(folder, "bundle", "import", str(path)) == 0
    assert capsys.readouterr().out == "Taken: 1 entry and 1 photo or voice note.\n"
    assert run(folder, "bundle", "import", str(path)) == 0
    assert capsys.readouterr().out == "The centre had all of it already.\n"
    assert rows(centre, "SELECT count(*) FROM ledger") == [(2,)]
    assert run(folder, "bundle", "list") == 0
    listed = capsys.readouterr().out
    assert "taken" in listed
    assert "of-priya" in listed


def test_a_part_left_behind_is_said_and_the_rest_is_taken(
    folder: Path, stick: Path, capsys: Told
) -> None:
    next(stick.glob("*.part")).unlink()
    assert run(folder, "bundle", "import", str(stick)) == 1
    assert capsys.readouterr().out == (
        "Taken: 1 entry. 1 part of the copy is missing or damaged, so 1 thing could not be taken."
        " Nothing is lost: keep the copy, and hand it in again with its whole folder.\n"
    )


def test_a_file_that_is_none_is_refused_in_words(folder: Path, stick: Path, capsys: Told) -> None:
    whole = (stick / LIST_NAME).read_bytes()
    (stick / LIST_NAME).write_bytes(whole[:-1])
    assert run(folder, "bundle", "import", str(stick)) == 1
    assert capsys.readouterr().err == f"{REFUSED} (changed on the way)\n"
    assert run(folder, "bundle", "import", str(stick / "nothing")) == 1
    assert "No such file" in capsys.readouterr().err
    assert run(folder, "bundle", "list") == 0
    assert capsys.readouterr().out == "No rescue copy has been handed in.\n"


def test_what_is_held_is_released_by_its_number(
    centre: Centre, folder: Path, priya: Tablet, stick: Path, capsys: Told
) -> None:
    devices.set_state(centre, priya.device_id, REVOKED)
    assert run(folder, "bundle", "import", str(stick)) == 1
    said = capsys.readouterr().out
    assert "because its tablet is out of use." in said
    assert "fieldapp-server bundle release NUMBER" in said
    assert len(held(centre)) == 2
    assert run(folder, "bundle", "list") == 0
    (number,) = re.findall(r"^([0-9a-f]{12}) ", capsys.readouterr().out, re.MULTILINE)
    assert run(folder, "bundle", "release", number) == 0
    assert capsys.readouterr().out == "Taken: 1 entry and 1 photo or voice note.\n"
    assert held(centre) == []
    assert run(folder, "bundle", "release", number) == 1
    assert capsys.readouterr().err == f"There is no single held copy {number}.\n"
    told = rows(centre, "SELECT actor, detail FROM audit WHERE detail LIKE '%rescue_copy%'")
    assert [(actor, json.loads(detail)["what"]) for actor, detail in told] == [
        ("centre", "rescue_copy_held"),
        ("centre", "rescue_copy_taken"),
    ]


def test_a_code_that_this_centre_did_not_give(folder: Path, capsys: Told) -> None:
    assert run(folder, "handin", "check", "AAAA-BBBB-CCCC") == 1
    assert capsys.readouterr().err.startswith("This centre has not given that code.")
