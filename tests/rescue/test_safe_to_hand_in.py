"""The centre says that nothing is left on a tablet, and a code proves that it said so."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from fieldapp.domain.errors import UserError
from server.services import devices, handin
from server.services.callers import DRAINING, REVOKED
from server.services.centre import Centre
from server.services.verification import verify
from tests.conftest import FixedClock
from tests.contract.ports import InProcess, Wire
from tests.contract.stored import counts, rows
from tests.contract.tablet import Tablet, create, new_id, submit

NOT_OURS = (
    "This centre has not given that code. Read it again from the tablet; if it is the same, have"
    " the tablet check again before it is handed in."
)


class Asking:
    """A tablet that is to be handed in."""

    def __init__(self, centre: Centre, client: httpx.Client, officer_id: str = "of-priya") -> None:
        self.tablet = Tablet(InProcess(centre), officer_id)
        self.client = client

    def ask(self, *ops: Wire, device_id: str | None = None, **said: Any) -> httpx.Response:
        given: Wire = {
            "proto": 1,
            "app": "test",
            "device_id": self.tablet.device_id,
            "last_dseq": max([op["dseq"] for op in ops], default=0),
            "ops": [op["op_id"] for op in ops],
        }
        headers = {"Authorization": f"Bearer {self.tablet.token}"}
        path = f"/v1/devices/{device_id or self.tablet.device_id}/handin"
        return self.client.post(path, json=given | said, headers=headers)

    def safe(self, *ops: Wire, **said: Any) -> Wire:
        answer = self.ask(*ops, **said)
        assert answer.status_code == 200, answer.text
        found: Wire = answer.json()
        return found


@pytest.fixture
def priya(centre: Centre, client: httpx.Client) -> Asking:
    return Asking(centre, client)


@pytest.fixture
def day(priya: Asking) -> list[Wire]:
    """What was made and sent."""
    entry = create()
    ops = [entry, submit(entry["record_id"])]
    priya.tablet.send(*ops)
    return ops


def test_when_the_centre_has_all_of_it_it_gives_a_code(
    centre: Centre, priya: Asking, day: list[Wire]
) -> None:
    said = priya.safe(*day)
    assert (said["missing_ops"], said["missing_files"], said["confirmed"]) == ([], [], 2)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", said["code"])
    checked = handin.check(centre, said["code"])
    assert checked.device_id == priya.tablet.device_id
    assert checked.words == (
        f"Tablet {priya.tablet.device_id} (tablet, last officer priya): on 19 Mar 2026 14:30 UTC"
        " the centre confirmed that it holds all 2 changes that were on it, and that nothing was"
        " only there. Nothing has been heard from it since."
    )
    assert verify(centre).trouble is None


def test_a_code_may_be_typed_as_it_was_heard(
    centre: Centre, priya: Asking, day: list[Wire]
) -> None:
    code = priya.safe(*day)["code"]
    loose = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert handin.check(centre, loose).operations == 2


@pytest.mark.parametrize(
    "said",
    [{"ops": ["0196f0a0-0000-7000-8000-0000000000bb"]}, {"files": ["ab" * 32]}, {"only_here": 1}],
    ids=["an operation", "a photo", "a draft"],
)
def test_there_is_no_code_while_anything_is_only_on_the_tablet(
    centre: Centre, priya: Asking, day: list[Wire], said: Wire
) -> None:
    found = priya.safe(**said)
    assert (found["code"], found["at"]) == ("", "")
    assert found["missing_ops"] == said.get("ops", [])
    assert found["missing_files"] == said.get("files", [])
    assert counts(centre)["hand_in"] == 0


def test_what_a_colleague_sent_does_not_count_for_this_tablet(
    centre: Centre, client: httpx.Client, priya: Asking
) -> None:
    theirs = create()
    Asking(centre, client, "of-hannah").tablet.send(theirs)
    assert priya.safe(theirs)["missing_ops"] == [theirs["op_id"]]


def test_a_wrong_code_is_said_to_be_none_of_ours(
    centre: Centre, priya: Asking, day: list[Wire]
) -> None:
    code = priya.safe(*day)["code"]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for typed in (wrong, "", "0000-0000-0000", "' OR 1=1 --"):
        with pytest.raises(UserError) as caught:
            handin.check(centre, typed)
        assert caught.value.words == NOT_OURS


def test_a_code_that_somebody_wrote_into_the_store_is_none(
    centre: Centre, priya: Asking, day: list[Wire]
) -> None:
    code = priya.safe(*day)["code"]
    with centre.db.write() as connection:
        connection.exec_driver_sql("UPDATE hand_in SET operations = ?", (9,))
    with pytest.raises(UserError):
        handin.check(centre, code)


def test_work_made_after_the_code_is_said_once_it_came(
    centre: Centre, priya: Asking, day: list[Wire]
) -> None:
    code = priya.safe(*day)["code"]
    priya.tablet.send(create())
    checked = handin.check(centre, code)
    assert checked.is_out_of_date
    assert checked.words.endswith("Work was made after this code: 1 change came from it later.")


def test_work_made_after_the_code_is_said_while_it_is_still_on_the_tablet(
    centre: Centre, priya: Asking, day: list[Wire], clock: FixedClock
) -> None:
    code = priya.safe(*day)["code"]
    clock.advance(minutes=5)
    priya.tablet.push(hb={"depth": 2, "attachments": 1})
    checked = handin.check(centre, code)
    assert checked.is_out_of_date
    assert checked.words.endswith(
        "Work was made after this code: 3 things are still on the tablet. It is not safe now."
    )


def test_a_tablet_heard_from_since_with_nothing_on_it_is_still_safe(
    centre: Centre, priya: Asking, day: list[Wire], clock: FixedClock
) -> None:
    code = priya.safe(*day)["code"]
    clock.advance(minutes=5)
    priya.tablet.push(hb={"depth": 0})
    checked = handin.check(centre, code)
    assert not checked.is_out_of_date
    assert checked.words.endswith("It was heard from since, and nothing was waiting on it.")


def test_a_tablet_on_its_way_out_gets_its_code_and_a_stopped_one_does_not(
    centre: Centre, priya: Asking, day: list[Wire]
) -> None:
    devices.set_state(centre, priya.tablet.device_id, DRAINING)
    code = priya.safe(*day)["code"]
    assert code
    devices.set_state(centre, priya.tablet.device_id, REVOKED)
    assert priya.ask(*day).status_code == 403
    assert handin.check(centre, code).words.endswith("The tablet has been taken out of use since.")


def test_one_tablet_cannot_ask_for_another(
    centre: Centre, client: httpx.Client, priya: Asking, day: list[Wire]
) -> None:
    other = Asking(centre, client, "of-hannah")
    stolen = other.ask(*day, device_id=priya.tablet.device_id)
    assert (stolen.status_code, stolen.json()["error"]) == (403, "device_mismatch")
    stolen = other.ask(*day, device_id=priya.tablet.device_id, app="test")
    assert stolen.status_code == 403


def test_an_empty_tablet_is_safe_too(centre: Centre, priya: Asking) -> None:
    said = priya.safe()
    assert said["code"]
    assert "all 0 changes" in handin.check(centre, said["code"]).words


def test_each_receipt_is_one_of_its_own(
    centre: Centre, priya: Asking, day: list[Wire], clock: FixedClock
) -> None:
    first = priya.safe(*day)["code"]
    clock.advance(seconds=1)
    second = priya.safe(*day)["code"]
    assert first != second
    assert rows(centre, "SELECT count(*) FROM hand_in") == [(2,)]


def test_the_question_says_how_the_tablet_is(centre: Centre, priya: Asking) -> None:
    priya.safe({"op_id": new_id(), "dseq": 3}, hb={"depth": 1, "attachments": 2})
    found = rows(centre, "SELECT depth, attachments FROM device")
    assert found == [(1, 2)]
