"""``fieldapp-server device``: what an operator reads about tablets, and what their orders do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.cli.commands import main
from server.keys import read_keys
from server.services.centre import Centre
from server.services.directives import take_receipt
from sync.protocol.messages import Receipt
from sync.protocol.signing import leads_to
from tests.contract.fixtures import SignInAs
from tests.contract.ports import RefusedError
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create
from tests.contract.test_devices import enrolled

Told = pytest.CaptureFixture[str]


def run(folder: Path, *words: str) -> int:
    """One command about tablets."""
    return main(["device", *words, "--data-dir", str(folder)])


@pytest.fixture
def priya(tablet: SignInAs) -> Tablet:
    return tablet("of-priya")


def test_a_code_is_read_out_and_enrols_one_tablet(
    folder: Path, centre: Centre, capsys: Told
) -> None:
    assert run(folder, "enrol") == 0
    told = capsys.readouterr().out
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", told)
    assert code is not None
    assert "good once, until 2" in told
    device_id = enrolled(centre, code[0])
    run(folder, "list")
    assert device_id in capsys.readouterr().out


def test_what_has_not_reached_the_centre_is_said_in_words(
    folder: Path, priya: Tablet, capsys: Told
) -> None:
    hb = {"depth": 3, "oldest_at": "2026-03-18T09:00:00+00:00"}
    priya.page(hb=hb | {"attachments": 1, "attachment_bytes": 400_000})
    words = (
        "3 entries and 1 photo or voice note (0.4 MB) have not reached us, oldest since "
        "18 Mar 2026 09:00, last seen 19 Mar 2026 14:30."
    )
    run(folder, "list")
    assert f"{priya.device_id}: {words}" in capsys.readouterr().out
    run(folder, "show", priya.device_id)
    told = capsys.readouterr().out
    assert words in told
    assert "It has no own key." in told
    assert run(folder, "show", "nonsense") == 1
    assert "There is no tablet nonsense." in capsys.readouterr().err


def test_a_wipe_is_ordered_called_off_ordered_again_and_reported(
    folder: Path, centre: Centre, priya: Tablet, capsys: Told
) -> None:
    assert run(folder, "wipe", priya.device_id) == 0
    assert "and then destroys" in capsys.readouterr().out
    assert len(priya.push(create())["directives"]) == 1
    assert run(folder, "restore", priya.device_id) == 0
    assert "No wipe is ordered." in capsys.readouterr().out
    assert "directives" not in priya.page()

    assert run(folder, "wipe", "--now", priya.device_id) == 0
    told = capsys.readouterr().out
    assert "destroys what is on it at its next contact" in told
    assert "without photos" in told
    with pytest.raises(RefusedError, match="device_revoked"):
        priya.page()
    run(folder, "show", priya.device_id)
    assert "Wipe (now) ordered 20" in capsys.readouterr().out
    ((order,),) = rows(centre, "SELECT id FROM directive")
    body = json.dumps({"directive_id": order, "unsent": 2, "drafts": 1})
    receipt = Receipt(proto=1, app="t", directive_id=order, body=body)
    take_receipt(centre, priya.device_id, receipt)
    run(folder, "show", priya.device_id)
    told = capsys.readouterr().out
    assert "done 2026-03-19T14:30" in told
    assert "drafts 1" in told
    assert "unsent 2" in told
    assert run(folder, "wipe", "nonsense") == 1


def test_a_copied_tablet_is_shown_as_such_with_where_it_went(
    folder: Path, tablet: SignInAs, priya: Tablet, capsys: Told
) -> None:
    first, second = create(), create()
    second["dseq"] = first["dseq"]
    priya.send(first)
    with pytest.raises(RefusedError, match="device_clone"):
        priya.send(second)
    anew = tablet("of-priya", priya.device_id)
    run(folder, "list")
    assert "copied" in capsys.readouterr().out
    run(folder, "show", priya.device_id)
    assert "Each goes on under a new number after signing in." in capsys.readouterr().out
    run(folder, "show", anew.device_id)
    assert f"It used to be {priya.device_id}." in capsys.readouterr().out


def test_only_enrolled_tablets_or_all(
    folder: Path, tablet: SignInAs, priya: Tablet, capsys: Told
) -> None:
    assert run(folder, "require-enrolment", "yes") == 0
    assert "Only enrolled tablets may sign in." in capsys.readouterr().out
    with pytest.raises(RefusedError, match="enrolment_needed"):
        tablet("of-tom")
    assert priya.page()["count"] >= 0
    assert run(folder, "require-enrolment", "no") == 0
    assert tablet("of-tom").device_id


def test_new_keys_are_vouched_for_by_the_old_ones_and_the_old_still_open(
    folder: Path, centre: Centre, capsys: Told
) -> None:
    with centre.db.read() as connection:
        before = read_keys(connection)
    for _ in range(2):
        assert run(folder, "change-keys") == 0
    assert "Start it again" in capsys.readouterr().out
    with centre.db.read() as connection:
        after = read_keys(connection)
    assert after.sign_public != before.sign_public
    assert leads_to(before.sign_public, after.public())
    assert not leads_to("00" * 32, after.public())
    assert not leads_to(before.sign_public, after.public() | {"endorsements": ""})
    assert set(before.seals) < set(after.seals)
