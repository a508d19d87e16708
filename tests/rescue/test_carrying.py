"""A colleague hands a rescue copy in over the network, and learns nothing but numbers."""

from __future__ import annotations

from random import Random
from typing import Any

import httpx
import pytest

from server.services import carrying, devices
from server.services.callers import REVOKED
from server.services.centre import Centre
from server.services.rescue_words import REFUSED
from sync.protocol.rescue import MAX_PART_BYTES
from tests.contract.force import drop_in
from tests.contract.ports import InProcess, Wire
from tests.contract.stored import counts, rows, stored
from tests.contract.tablet import Tablet, create, submit
from tests.rescue.handed import Made, item_of, known_tablet, make_copy, photo_name

PHOTO = Random(1).randbytes(1_300_000)
BYTES = {"Content-Type": "application/octet-stream"}


class Carrier:
    """A colleague's tablet."""

    def __init__(self, centre: Centre, client: httpx.Client, officer_id: str = "of-callum") -> None:
        self.tablet = Tablet(InProcess(centre), officer_id)
        self.client = client

    def ask(self, method: str, path: str, data: bytes, **more: str) -> httpx.Response:
        headers = BYTES | {"Authorization": f"Bearer {self.tablet.token}"} | more
        return self.client.request(method, path, content=data, headers=headers)

    def hand_in(self, data: bytes, *, complete: bool = False) -> Wire:
        answer = self.ask("POST", f"/v1/bundles{'?complete=1' if complete else ''}", data)
        assert answer.status_code == 200, answer.text
        said: Wire = answer.json()
        return said

    def part(self, name: str, data: bytes) -> int:
        return self.ask("PUT", f"/v1/bundles/parts/{name}", data).status_code


@pytest.fixture
def carrier(centre: Centre, client: httpx.Client) -> Carrier:
    return Carrier(centre, client)


@pytest.fixture
def copy(centre: Centre) -> Made:
    """An entry with a photo, of a tablet that is gone."""
    priya = known_tablet(centre, "of-priya")
    entry = create(
        drop_in(qualitative="Marker Street"), attachments={photo_name(PHOTO): item_of(PHOTO)}
    )
    return make_copy(centre, priya, entry, submit(entry["record_id"]), photos=(PHOTO,))


def test_parts_first_then_all_of_it_is_taken_once(
    centre: Centre, carrier: Carrier, copy: Made
) -> None:
    said = carrier.hand_in(copy.data)
    assert (said["state"], said["words"]) == ("needs_parts", "2 parts are still to come.")
    assert set(said["need"]) == set(copy.parts)
    for name in said["need"]:
        assert carrier.part(name, copy.parts[name]) == 200
        assert carrier.part(name, copy.parts[name]) == 200, "again is harmless"
    said = carrier.hand_in(copy.data)
    assert said["words"] == "Taken: 1 entry and 1 photo or voice note."
    assert rows(centre, "SELECT officer_id FROM ledger") == [("of-priya",)] * 2
    assert counts(centre)["rescue_part"] == 0, "sealed parts are not kept any longer"
    assert rows(centre, "SELECT data FROM rescue_list") == [(None,)]
    again = carrier.hand_in(copy.data, complete=True)
    assert again["words"] == "The centre had all of it already."


def test_a_carrier_learns_numbers_only(carrier: Carrier, copy: Made) -> None:
    for said in (carrier.hand_in(copy.data), carrier.hand_in(copy.data, complete=True)):
        text = str(said)
        for word in ("Marker", "priya", photo_name(PHOTO)):
            assert word not in text


def test_nothing_is_opened_for_who_is_not_signed_in(
    centre: Centre, carrier: Carrier, copy: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody can seal for the centre, and what is sealed may be large inside."""
    opened: list[bytes] = []
    monkeypatch.setattr(carrying, "open_copy", lambda _keys, data: opened.append(data))
    answer = carrier.ask("POST", "/v1/bundles", copy.data, Authorization="Bearer nobody")
    assert answer.status_code == 401
    assert opened == []
    assert rows(centre, "SELECT count(*) FROM rescue_list") == [(0,)]


def test_what_was_cut_short_is_gone_on_with(carrier: Carrier, copy: Made) -> None:
    said = carrier.hand_in(copy.data)
    assert carrier.part(said["need"][0], copy.parts[said["need"][0]]) == 200
    assert carrier.hand_in(copy.data)["need"] == said["need"][1:]


def test_the_text_is_taken_though_the_photo_is_not_there(
    centre: Centre, carrier: Carrier, copy: Made
) -> None:
    carrier.hand_in(copy.data)
    said = carrier.hand_in(copy.data, complete=True)
    assert (said["entries"], said["photos"], said["missing"]) == (1, 0, 2)
    assert "keep the copy, and hand it in again with its whole folder" in said["words"]
    for name in carrier.hand_in(copy.data)["need"]:
        assert carrier.part(name, copy.parts[name]) == 200
    assert carrier.hand_in(copy.data)["photos"] == 1
    assert rows(centre, "SELECT count(*) FROM ledger") == [(2,)]


def test_only_parts_that_the_carriers_own_lists_wait_for_are_kept(
    centre: Centre, client: httpx.Client, carrier: Carrier, copy: Made
) -> None:
    name, data = next(iter(copy.parts.items()))
    assert carrier.part(name, data) == 404
    carrier.hand_in(copy.data)
    assert Carrier(centre, client, "of-hannah").part(name, data) == 404
    assert carrier.part(name, data + b"?") == 422
    assert carrier.part("x", data) == 404
    assert carrier.part(name, bytes(MAX_PART_BYTES + 1)) == 413
    assert counts(centre)["rescue_part"] == 0


def test_who_has_not_signed_in_hands_in_nothing(
    centre: Centre, client: httpx.Client, copy: Made
) -> None:
    for path in ("/v1/bundles", f"/v1/bundles/parts/{'0' * 64}"):
        method = "POST" if path == "/v1/bundles" else "PUT"
        answer = client.request(method, path, content=copy.data, headers=BYTES)
        assert answer.status_code == 401
        headers = BYTES | {"Authorization": "Bearer nonsense"}
        assert client.request(method, path, content=copy.data, headers=headers).status_code == 401
    assert counts(centre)["rescue_list"] == 0


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"Fieldapp rescue copy. Only the centre can open it.\n{}\n"]
)
def test_what_is_no_copy_is_said_to_be_none(centre: Centre, carrier: Carrier, data: bytes) -> None:
    before = counts(centre)
    said = carrier.hand_in(data)
    assert (said["state"], said["words"]) == ("refused", REFUSED)
    assert REFUSED == (
        "This is not a rescue copy that this centre can open: it was made for another centre, or it"
        " was changed or cut short. Nothing was taken from it. Keep it and tell support."
    )
    assert counts(centre) == before


def test_a_carrier_cannot_begin_without_end(centre: Centre, carrier: Carrier) -> None:
    priya = known_tablet(centre, "of-priya")
    for number in range(20):
        one = make_copy(centre, priya, photos=(bytes([number]),))
        assert carrier.hand_in(one.data)["state"] == "needs_parts"
    one = make_copy(centre, priya, photos=(b"one too many",))
    answer = carrier.ask("POST", "/v1/bundles", one.data)
    assert (answer.status_code, answer.json()["error"]) == (503, "busy")


def test_lists_that_nobody_completes_are_forgotten_in_time(
    centre: Centre, carrier: Carrier, copy: Made, clock: Any
) -> None:
    said = carrier.hand_in(copy.data)
    carrier.part(said["need"][0], copy.parts[said["need"][0]])
    clock.advance(days=31)
    fresh = Carrier(centre, carrier.client)
    entry = create()
    fresh.hand_in(make_copy(centre, known_tablet(centre, "of-hannah"), entry).data)
    assert counts(centre)["rescue_part"] == 0
    assert rows(centre, "SELECT state FROM rescue_list") == [("taken",)]


def test_a_copy_of_a_tablet_out_of_use_is_kept_and_the_carrier_is_told(
    centre: Centre, carrier: Carrier, copy: Made
) -> None:
    (device_id,) = rows(centre, "SELECT device_id FROM device WHERE officer_id = 'of-priya'")[0]
    devices.set_state(centre, device_id, REVOKED)
    for name in carrier.hand_in(copy.data)["need"]:
        carrier.part(name, copy.parts[name])
    said = carrier.hand_in(copy.data)
    assert said["state"] == "held"
    assert said["words"] == (
        "Kept at the centre: 1 entry and 1 photo or voice note. Somebody there looks at it before"
        " it counts, because its tablet is out of use."
    )
    assert carrier.hand_in(copy.data)["words"] == said["words"]
    assert counts(centre)["rescue_part"] == 2
    assert rows(centre, "SELECT count(*) FROM record WHERE record_type = 'ENGAGEMENT'") == [(0,)]
    assert stored(centre, "x") is None
