"""Tablets at the centre: enrolled, heard, shut out, copied, wiped; and nothing an officer wrote is
lost by any of it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from fieldapp.domain.errors import UserError
from fieldapp.system import random_bytes
from server.errors import TurnedAway
from server.services import custody, devices, enrolment
from server.services.centre import Centre
from server.services.devices import device as one_device
from server.services.directives import take_receipt
from server.services.enrolment import enrol, new_code, require, sign_in_text
from server.services.verification import verify
from sync.protocol import signing
from sync.protocol.messages import Enrol, Receipt
from sync.protocol.sealing import seal_for_centre
from sync.protocol.signing import Purpose, is_signed
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.force import PASSWORD
from tests.contract.ports import Port, RefusedError, Wire
from tests.contract.stored import rows
from tests.contract.tablet import create, operation

KEY = bytes(range(32))
PUBLIC = signing.public_of(KEY)


def enrolled(centre: Centre, code: str, key: bytes = KEY) -> str:
    """Enrol with a code; the tablet's id."""
    proof = signing.sign(key, Purpose.ENROL, code)
    asked = Enrol(proto=1, app="t", code=code, device_key=signing.public_of(key), proof=proof)
    return enrol(centre, asked).device_id


def sign_in_wire(
    port: Port, device_id: str | None = None, key: bytes | None = KEY, **changes: Any
) -> Wire:
    """A sign-in as a tablet with this key makes it."""
    wire: Wire = {"proto": 1, "app": "t", "force_no": "priya", "password": PASSWORD}
    if device_id:
        wire["device_id"] = device_id
    if key:
        challenge = port.hello()["challenge"]
        text = sign_in_text(challenge, device_id, "priya")
        wire["device_key"] = signing.public_of(key)
        wire["challenge"] = challenge
        wire["proof"] = signing.sign(key, Purpose.SIGN_IN, text)
    return port.sign_in(wire | changes)


# ------------------------------------------------------------------------ the centre's own keys


def test_hello_and_sign_in_tell_the_same_keys_of_the_centre(port: Port, centre: Centre) -> None:
    told = port.hello()["centre_keys"]
    assert told == {"sign": centre.keys.sign_public, "seal": centre.keys.seal_public}
    assert sign_in_wire(port, key=None)["centre_keys"] == told


def test_the_private_halves_never_leave(port: Port, tablet: SignInAs, centre: Centre) -> None:
    private = [row[0] for row in rows(centre, "SELECT private FROM centre_key")]
    priya = tablet("of-priya")
    said = json.dumps([port.hello(), priya.push(create()), priya.page()])
    assert len(private) == 2
    assert not any(key in said for key in private)


# ---------------------------------------------------------------------------------- enrolment


def test_a_code_enrols_one_tablet_and_no_second(centre: Centre) -> None:
    code = new_code(centre).text
    first = enrolled(centre, code)
    with pytest.raises(TurnedAway, match="bad_code"):
        enrolled(centre, code, random_bytes(32))
    with centre.db.read() as connection:
        assert one_device(connection, first)[0].public_key == PUBLIC


def test_a_tablet_whose_answer_was_lost_asks_again_and_hears_the_same(centre: Centre) -> None:
    code = new_code(centre).text
    assert enrolled(centre, code) == enrolled(centre, code)
    assert rows(centre, "SELECT count(*) FROM device") == [(1,)]


def test_a_code_runs_out(centre: Centre, clock: FixedClock) -> None:
    code = new_code(centre).text
    clock.advance(hours=25)
    with pytest.raises(TurnedAway, match="bad_code"):
        enrolled(centre, code)


def test_a_code_may_be_typed_small_and_with_letters_that_look_alike(centre: Centre) -> None:
    ones = replace(centre, random=lambda count: bytes([1] * count))
    text = new_code(ones).text
    assert text == "1111-1111-1111"
    assert enrolled(centre, "lll1 iiii 1l1i")


def test_the_store_holds_no_code(centre: Centre) -> None:
    code = new_code(centre).text
    held = str(rows(centre, "SELECT * FROM enrolment"))
    assert code not in held
    assert code.replace("-", "") not in held


def test_who_does_not_hold_the_key_is_not_enrolled(centre: Centre) -> None:
    code = new_code(centre).text
    proof = signing.sign(random_bytes(32), Purpose.ENROL, code)
    asked = Enrol(proto=1, app="t", code=code, device_key=PUBLIC, proof=proof)
    with pytest.raises(TurnedAway, match="device_unproven"):
        enrol(centre, asked)
    assert enrolled(centre, code)


def test_an_enrolled_tablet_signs_in_by_its_key_and_nobody_else_under_its_id(
    port: Port, centre: Centre
) -> None:
    device_id = enrolled(centre, new_code(centre).text)
    assert sign_in_wire(port, device_id)["device_id"] == device_id
    for key in (None, random_bytes(32)):
        with pytest.raises(RefusedError, match="device_unproven"):
            sign_in_wire(port, device_id, key)


def test_a_proof_holds_for_one_challenge_that_runs_out(
    port: Port, centre: Centre, clock: FixedClock
) -> None:
    device_id = enrolled(centre, new_code(centre).text)
    challenge = port.hello()["challenge"]
    proof = signing.sign(KEY, Purpose.SIGN_IN, sign_in_text(challenge, device_id, "priya"))
    good = {"challenge": challenge, "proof": proof}
    assert sign_in_wire(port, device_id, **good)
    with pytest.raises(RefusedError, match="device_unproven"):
        sign_in_wire(port, device_id, **{**good, "challenge": challenge.replace("2026", "2036")})
    clock.advance(minutes=6)
    with pytest.raises(RefusedError, match="device_unproven"):
        sign_in_wire(port, device_id, **good)


def test_a_tablet_of_the_first_release_signs_in_without_any_of_it(port: Port) -> None:
    first = sign_in_wire(port, key=None)
    again = sign_in_wire(port, first["device_id"], None)
    assert again["device_id"] == first["device_id"]


def test_a_tablet_that_shows_a_key_is_held_to_it_from_then_on(port: Port) -> None:
    device_id = sign_in_wire(port, key=None)["device_id"]
    sign_in_wire(port, device_id)
    with pytest.raises(RefusedError, match="device_unproven"):
        sign_in_wire(port, device_id, None)


def test_a_force_may_let_only_enrolled_tablets_in(port: Port, centre: Centre) -> None:
    old = sign_in_wire(port, key=None)
    require(centre, on=True)
    for device_id, key in ((None, None), (None, KEY), (old["device_id"], None)):
        with pytest.raises(RefusedError, match="enrolment_needed"):
            sign_in_wire(port, device_id, key)
    device_id = enrolled(centre, new_code(centre).text)
    assert sign_in_wire(port, device_id)["device_id"] == device_id
    push = {"proto": 1, "app": "t", "device_id": old["device_id"], "ops": [create()]}
    assert port.push(old["token"], push)["results"][0]["status"] == "applied"
    require(centre, on=False)
    assert sign_in_wire(port, key=None)


# ---------------------------------------------------------------------------------- heartbeat


def test_the_centre_knows_what_has_not_reached_it(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    hb = {"depth": 3, "oldest_at": "2026-03-18T09:00:00+00:00"}
    priya.push(create(), hb=hb | {"attachments": 2, "attachment_bytes": 812_000})
    with centre.db.read() as connection:
        line, _ = one_device(connection, priya.device_id)
    assert line.words == (
        "3 entries and 2 photos and voice notes (0.8 MB) have not reached us, oldest since "
        "18 Mar 2026 09:00, last seen 19 Mar 2026 14:30."
    )


def test_a_pull_tells_as_much_as_a_push(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    priya.push(journal_floor=41)
    priya.page(hb={"depth": 1})
    with centre.db.read() as connection:
        line, _ = one_device(connection, priya.device_id)
    assert line.words == "1 entry has not reached us, last seen 19 Mar 2026 14:30."
    assert line.journal_floor == 41
    priya.page()
    with centre.db.read() as connection:
        line, _ = one_device(connection, priya.device_id)
    assert line.words == "Nothing was waiting on it when last seen 19 Mar 2026 14:30."


def test_a_tablet_may_claim_any_time_and_the_list_still_works(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    priya.page(hb={"depth": 2**63 - 1, "oldest_at": "last Tuesday"})
    with centre.db.read() as connection:
        assert "oldest since an unreadable time" in devices.devices(connection)[0].words


# -------------------------------------------------------------------------------------- lease


def test_every_answer_to_a_tablet_in_use_carries_a_lease_for_it_alone(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    for answer in (priya.push(create()), priya.page()):
        lease = answer["lease"]
        assert lease["until"] == "2026-04-02T14:30:00+00:00"
        text = f"{priya.device_id}/{lease['until']}"
        assert is_signed(centre.keys.sign_public, Purpose.LEASE, text, lease["signature"])
        other = f"{tom.device_id}/{lease['until']}"
        assert not is_signed(centre.keys.sign_public, Purpose.LEASE, other, lease["signature"])


def test_a_tablet_that_is_handed_in_gets_no_lease(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    devices.set_state(centre, priya.device_id, "draining")
    assert "lease" not in priya.push(create())


# --------------------------------------------------------------------------------------- wipe


def _orders(error: pytest.ExceptionInfo[RefusedError]) -> list[Wire]:
    return error.value.directives


def test_a_tablet_to_be_drained_hears_so_by_push_and_by_pull(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    devices.wipe(centre, priya.device_id, mode="drain_then_wipe")
    answer = priya.push(create())
    assert answer["results"][0]["status"] == "applied"
    (order,) = answer["directives"]
    said = json.loads(order["body"])
    assert said["device_id"] == priya.device_id
    assert (said["kind"], said["mode"], said["id"]) == ("wipe", "drain_then_wipe", order["id"])
    sign = centre.keys.sign_public
    assert is_signed(sign, Purpose.DIRECTIVE, order["body"], order["signature"])
    with pytest.raises(RefusedError, match="device_draining") as caught:
        priya.page()
    assert _orders(caught) == [order]


def test_a_tablet_that_is_shut_out_still_hears_that_it_is_to_be_wiped(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    devices.wipe(centre, priya.device_id, mode="now")
    for ask in (priya.page, lambda: priya.push(create())):
        with pytest.raises(RefusedError, match="device_revoked") as caught:
            ask()
        assert len(_orders(caught)) == 1
    assert "directives" not in tom.page()
    clock.advance(days=15)
    with pytest.raises(RefusedError, match="not_signed_in") as caught:
        priya.page()
    assert len(_orders(caught)) == 1


def test_being_shut_out_is_no_order_to_wipe(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    devices.set_state(centre, priya.device_id, "revoked")
    with pytest.raises(RefusedError, match="device_revoked") as caught:
        priya.page()
    assert _orders(caught) == []


def test_an_order_that_was_called_off_is_not_handed_out(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    devices.wipe(centre, priya.device_id, mode="drain_then_wipe")
    devices.set_state(centre, priya.device_id, "active")
    assert "directives" not in priya.page()


def test_no_tablet_and_no_such_way_of_wiping_are_said_in_words(
    tablet: SignInAs, centre: Centre
) -> None:
    with pytest.raises(UserError, match="There is no tablet"):
        devices.wipe(centre, "nonsense", mode="now")
    with pytest.raises(UserError, match="no way of wiping"):
        devices.wipe(centre, tablet("of-priya").device_id, mode="gently")


def _receipt(order: Wire, **said: Any) -> Receipt:
    body = json.dumps({"directive_id": order["id"], **said})
    return Receipt(proto=1, app="t", directive_id=order["id"], body=body)


def _order(centre: Centre, device_id: str) -> Wire:
    devices.wipe(centre, device_id, mode="now")
    ((id, body),) = rows(centre, "SELECT id, body FROM directive WHERE device_id = ?", device_id)
    return {"id": id, "body": body}


def test_a_receipt_ends_the_order_and_says_what_was_on_the_tablet(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    order = _order(centre, priya.device_id)
    for _ in range(2):
        take_receipt(centre, priya.device_id, _receipt(order, unsent=3, drafts=1))
    with pytest.raises(RefusedError, match="device_revoked") as caught:
        priya.page()
    assert _orders(caught) == []
    with centre.db.read() as connection:
        line, (done,) = one_device(connection, priya.device_id)
    assert line.standing == "revoked"
    assert done.receipt is not None
    assert (done.receipt["unsent"], done.receipt["drafts"]) == (3, 1)
    trail = rows(centre, "SELECT count(*) FROM audit WHERE action = 'DEVICE_WIPE'")
    assert trail == [(1,)]
    assert verify(centre).trouble is None


def test_what_a_wiped_tablet_could_not_send_is_held_once_word_for_word(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    sent, lost = create(), create()
    priya.send(sent)
    order = _order(centre, priya.device_id)
    held = {"officer_id": "of-priya", "ops": [json.dumps(sent), json.dumps(lost)]}
    sealed = seal_for_centre(
        bytes.fromhex(centre.keys.seal_public),
        json.dumps(held).encode(),
        random=random_bytes,
        about=f"{priya.device_id}/{order['id']}".encode(),
    )
    receipt = _receipt(order, unsent=2).model_copy(
        update={"escrow": base64.b64encode(sealed).decode()}
    )
    take_receipt(centre, priya.device_id, receipt)
    take_receipt(centre, priya.device_id, receipt)
    with centre.db.read() as connection:
        (item,) = custody.held_items(connection)
    assert (item.code, item.op_id, item.officer_id) == ("wiped", lost["op_id"], "of-priya")
    assert json.loads(item.raw) == lost


def test_an_escrow_that_does_not_open_is_said_and_does_not_stop_the_receipt(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    order = _order(centre, priya.device_id)
    receipt = _receipt(order, unsent=2).model_copy(update={"escrow": "AAAA"})
    take_receipt(centre, priya.device_id, receipt)
    with centre.db.read() as connection:
        _, (done,) = one_device(connection, priya.device_id)
    assert done.receipt is not None
    assert done.receipt["escrow"] == "unreadable"


def test_a_receipt_is_taken_from_the_tablet_that_was_told_and_from_no_other(
    port: Port, tablet: SignInAs, centre: Centre
) -> None:
    device_id = sign_in_wire(port)["device_id"]
    order = _order(centre, device_id)
    good = _receipt(order)
    with pytest.raises(TurnedAway, match="not_found"):
        take_receipt(centre, tablet("of-tom").device_id, good)
    with pytest.raises(TurnedAway, match="not_found"):
        take_receipt(centre, device_id, good.model_copy(update={"directive_id": "0" * 32}))
    with pytest.raises(TurnedAway, match="device_unproven"):
        take_receipt(centre, device_id, good)
    signed = good.model_copy(update={"signature": signing.sign(KEY, Purpose.RECEIPT, good.body)})
    take_receipt(centre, device_id, signed)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"directive_id":7}', '{"unsent":1}'])
def test_a_receipt_that_says_nothing_is_none(tablet: SignInAs, centre: Centre, body: str) -> None:
    priya = tablet("of-priya")
    order = _order(centre, priya.device_id)
    with pytest.raises(TurnedAway, match="bad_request"):
        take_receipt(centre, priya.device_id, _receipt(order).model_copy(update={"body": body}))


# -------------------------------------------------------------------------------------- clones


def test_device_rollback_and_clone(port: Port, tablet: SignInAs, centre: Centre) -> None:
    """A tablet put back to an earlier state counts its operations from there once more."""
    priya = tablet("of-priya")
    first, second = create(), create()
    priya.send(first, second)
    anew = create()
    anew["dseq"] = second["dseq"]
    behind = create()
    with pytest.raises(RefusedError, match="device_clone"):
        priya.send(behind, anew)
    for ask in (priya.page, lambda: priya.send(create())):
        with pytest.raises(RefusedError, match="device_clone"):
            ask()
    assert rows(centre, "SELECT count(*) FROM ledger") == [(2,)]
    with centre.db.read() as connection:
        assert one_device(connection, priya.device_id)[0].standing == "copied"
    ((detail,),) = rows(centre, "SELECT detail FROM audit WHERE detail LIKE '%device_clone%'")
    assert json.loads(detail) == {"what": "device_clone"}

    one, two = tablet("of-priya", priya.device_id), tablet("of-priya", priya.device_id)
    assert len({priya.device_id, one.device_id, two.device_id}) == 3
    with centre.db.read() as connection:
        assert one_device(connection, one.device_id)[0].came_from == priya.device_id
    results = one.send(first, second, behind, anew)
    assert [result["status"] for result in results] == ["applied"] * 4
    assert [bool(result.get("replay")) for result in results] == [True, True, False, False]
    assert [result["replay"] for result in two.send(first, second)] == [True, True]
    assert rows(centre, "SELECT count(*) FROM revision WHERE kind = 'create'") == [(4,)]


def test_sending_again_and_out_of_order_is_no_copy(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    early, middle, late = create(), create(), create()
    priya.send(late)
    priya.send(early, late)
    priya.send(early, middle, late)
    assert priya.page()["count"] >= 0


def test_two_officers_on_one_tablet_count_each_for_themselves(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    tom = tablet("of-tom", priya.device_id)
    ours, theirs = create(), create()
    theirs["dseq"] = ours["dseq"]
    assert priya.send(ours)[0]["status"] == "applied"
    assert tom.send(theirs)[0]["status"] == "applied"


def test_an_order_follows_a_tablet_to_its_new_number(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    first = create()
    priya.send(first)
    devices.wipe(centre, priya.device_id, mode="drain_then_wipe")
    again = create()
    again["dseq"] = first["dseq"]
    with pytest.raises(RefusedError, match="device_clone") as caught:
        priya.send(again)
    anew = tablet("of-priya", priya.device_id)
    answer = anew.push(again)
    assert answer["results"][0]["status"] == "applied"
    (order,) = answer["directives"]
    assert json.loads(order["body"])["device_id"] == anew.device_id
    assert "lease" not in answer
    assert caught.value.code == "device_clone"


def test_an_order_reaches_both_tablets_that_had_one_number(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    first = create()
    priya.send(first)
    devices.wipe(centre, priya.device_id, mode="drain_then_wipe")
    with pytest.raises(RefusedError, match="device_clone"):
        priya.send(create() | {"dseq": first["dseq"]})
    for _ in range(2):
        anew = tablet("of-priya", priya.device_id)
        (order,) = anew.push(create())["directives"]
        assert json.loads(order["body"])["device_id"] == anew.device_id


def test_what_could_not_be_read_counts_for_nothing(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    broken = [operation("create", "not-an-id", dseq=0) for _ in range(2)]
    assert {result["status"] for result in priya.send(*broken)} == {"quarantined"}


def test_enrolment_setting_is_off_by_itself(centre: Centre) -> None:
    with centre.db.read() as connection:
        assert not enrolment.is_required(connection)
