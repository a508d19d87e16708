"""What was held because it came by another way than its tablet, and is then taken after all."""

from __future__ import annotations

import base64
import json
from random import Random

from fieldapp.system import random_bytes
from server.services import bundles, devices, rescue_shelf
from server.services.centre import Centre
from server.services.custody import UNPROVEN, WIPED
from server.services.directives import take_receipt
from server.services.rescue_shelf import Carrier
from sync.protocol import signing
from sync.protocol.messages import Receipt
from sync.protocol.sealing import seal_for_centre
from tests.contract.force import drop_in
from tests.contract.ports import Wire
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, patch, submit
from tests.rescue.handed import DEVICE_KEY, known_tablet, make_copy

BY = Carrier("centre")
PHOTO = Random(1).randbytes(1_300_000)
HELD = "SELECT code, kind FROM quarantine ORDER BY n"
SOMEBODY_ELSE = bytes(range(9, 41))


def an_entry() -> list[Wire]:
    made = create(drop_in())
    return [made, submit(made["record_id"])]


def test_what_its_tablet_sends_after_all_is_held_no_more(centre: Centre) -> None:
    priya = known_tablet(centre, "of-priya")
    ops = an_entry()
    copy = make_copy(centre, priya, *ops, key=SOMEBODY_ELSE)
    assert bundles.take(centre, copy.data, copy, BY).state == "held"
    assert rows(centre, HELD) == [(UNPROVEN, "create"), (UNPROVEN, "submit")]
    assert [one["status"] for one in priya.send(*ops)] == ["applied", "applied"]
    assert rows(centre, HELD) == []


def test_what_still_cannot_be_applied_is_held_for_that(centre: Centre) -> None:
    priya = known_tablet(centre, "of-priya")
    lost = patch("0199f0a2-0000-7000-8000-000000000001", qualitative=(None, "No such entry"))
    copy = make_copy(centre, priya, lost, key=SOMEBODY_ELSE)
    bundles.take(centre, copy.data, copy, BY)
    assert rows(centre, HELD) == [(UNPROVEN, "patch")]
    for _ in range(2):
        assert [one["status"] for one in priya.send(lost)] == ["quarantined"]
        assert rows(centre, HELD) == [("unknown_record", "patch")]


def test_a_wiped_tablets_work_is_not_held_once_its_copy_was_released(centre: Centre) -> None:
    priya = known_tablet(centre, "of-priya")
    ops = an_entry()
    wiped(centre, priya, ops)
    assert rows(centre, HELD) == [(WIPED, "create"), (WIPED, "submit")]
    copy = make_copy(centre, priya, *ops)
    assert bundles.take(centre, copy.data, copy, BY).state == "held"
    ((sha,),) = rows(centre, "SELECT sha FROM rescue_list")
    assert bundles.release(centre, sha).operations == 2
    assert rows(centre, HELD) == []
    assert rows(centre, "SELECT kind FROM revision WHERE op_id IS NOT NULL ORDER BY n") == [
        ("create",),
        ("submit",),
    ]


def test_parts_of_a_held_copy_stay_whoever_clears_up_meanwhile(centre: Centre) -> None:
    priya = known_tablet(centre, "of-priya")
    copy = make_copy(centre, priya, photos=(PHOTO,), key=SOMEBODY_ELSE)

    class Busy:
        """Another copy is taken between any two parts of this one."""

        def part(self, name: str) -> bytes | None:
            with centre.db.write() as connection:
                rescue_shelf.clear(centre, connection)
            return copy.part(name)

    assert bundles.take(centre, copy.data, Busy(), BY).state == "held"
    assert set(rows(centre, "SELECT name FROM rescue_part")) == {(name,) for name in copy.parts}
    ((sha,),) = rows(centre, "SELECT sha FROM rescue_list")
    assert bundles.release(centre, sha).photos == 1


def wiped(centre: Centre, tablet: Tablet, ops: list[Wire]) -> None:
    """The tablet says it was wiped, and hands over sealed what it had not sent."""
    devices.wipe(centre, tablet.device_id, mode="now")
    ((order,),) = rows(centre, "SELECT id FROM directive")
    left = {"officer_id": tablet.officer_id, "ops": [json.dumps(op) for op in ops]}
    sealed = seal_for_centre(
        bytes.fromhex(centre.keys.seal_public),
        json.dumps(left).encode(),
        random=random_bytes,
        about=f"{tablet.device_id}/{order}".encode(),
    )
    body = json.dumps({"directive_id": order, "unsent": len(ops), "rescue_copy": 1})
    receipt = Receipt(
        proto=1,
        app="test",
        directive_id=order,
        body=body,
        signature=signing.sign(DEVICE_KEY, signing.Purpose.RECEIPT, body),
        escrow=base64.b64encode(sealed).decode(),
    )
    take_receipt(centre, tablet.device_id, receipt)
