"""Signing in: the right password, a token for one tablet, and pauses after wrong ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from server.services import accounts
from server.services.centre import Centre, open_centre
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.force import PASSWORD
from tests.contract.ports import InProcess, Port, RefusedError
from tests.contract.stored import rows
from tests.contract.tablet import create


def ask(force_no: str = "priya", password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    return {"proto": 1, "app": "test", "force_no": force_no, "password": password, **more}


def wrong(port: Port, times: int, **more: Any) -> list[str]:
    """Codes of so many wrong passwords."""
    codes = []
    for _ in range(times):
        with pytest.raises(RefusedError) as caught:
            port.sign_in(ask(password="not the password", **more))
        codes.append(caught.value.code)
    return codes


def test_a_sign_in_tells_the_tablet_who_it_is(port: Port) -> None:
    answer = port.sign_in(ask("tom"))
    assert (answer["officer_id"], answer["lpt_code"]) == ("of-tom", "TA")
    assert answer["app_roles"] == ["FIELD", "SUPERVISOR"]
    assert len(answer["neighbourhoods"]) == 10
    assert len(bytes.fromhex(answer["token"])) == 32


def test_the_tablet_keeps_its_number(port: Port) -> None:
    first = port.sign_in(ask())
    second = port.sign_in(ask(device_id=first["device_id"]))
    assert second["device_id"] == first["device_id"]
    assert second["token"] != first["token"]


def test_a_new_sign_in_on_a_tablet_ends_the_one_before(tablet: SignInAs) -> None:
    first = tablet("of-priya")
    second = tablet("of-priya", first.device_id)
    with pytest.raises(RefusedError, match="not_signed_in"):
        first.send()
    second.send()


def test_two_officers_may_share_a_tablet(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    callum = tablet("of-callum", priya.device_id)
    mine, his = create(), create()
    priya.send(mine)
    callum.send(his)
    owners = dict(rows(centre, "SELECT id, owner_officer_id FROM record"))
    assert owners[mine["record_id"]] == "of-priya"
    assert owners[his["record_id"]] == "of-callum"


@pytest.mark.parametrize(
    "request_", [ask(password="wrong"), ask("nobody"), ask("nobody", ""), ask(password="")]
)
def test_a_wrong_number_and_a_wrong_password_look_the_same(
    port: Port, request_: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError, match="wrong_password"):
        port.sign_in(request_)


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 64, "Bearer"])
def test_a_made_up_token_is_none(port: Port, token: str) -> None:
    for call in (port.push, port.pull):
        with pytest.raises(RefusedError, match="not_signed_in"):
            call(
                token,
                {"proto": 1, "app": "t", "device_id": "d"}
                | ({"ops": []} if call == port.push else {}),
            )


def test_a_sign_in_runs_out(tablet: SignInAs, clock: FixedClock) -> None:
    priya = tablet("of-priya")
    clock.advance(days=13)
    priya.send()
    clock.advance(days=1)
    with pytest.raises(RefusedError, match="not_signed_in"):
        priya.send(create())


def test_a_new_password_ends_every_sign_in(tablet: SignInAs, centre: Centre, port: Port) -> None:
    priya = tablet("of-priya")
    accounts.set_password(centre, "priya", "another long password")
    with pytest.raises(RefusedError, match="not_signed_in"):
        priya.page()
    with pytest.raises(RefusedError, match="wrong_password"):
        port.sign_in(ask())
    port.sign_in(ask(password="another long password"))


def test_a_closed_account_cannot_sign_in(port: Port, centre: Centre) -> None:
    accounts.close_account(centre, "priya")
    with pytest.raises(RefusedError, match="forbidden"):
        port.sign_in(ask())


def test_after_some_wrong_passwords_there_are_pauses_that_grow(
    port: Port, clock: FixedClock
) -> None:
    assert wrong(port, 5) == ["wrong_password"] * 5
    waits = []
    for _ in range(7):
        with pytest.raises(RefusedError, match="too_many_tries") as caught:
            port.sign_in(ask())
        assert caught.value.retry_after is not None
        waits.append(caught.value.retry_after)
        clock.advance(seconds=caught.value.retry_after)
        assert wrong(port, 1) == ["wrong_password"]
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_a_pause_outlives_a_restart_of_the_centre(
    port: Port, folder: Path, clock: FixedClock
) -> None:
    wrong(port, 5)
    again = open_centre(folder, clock=clock)
    try:
        with pytest.raises(RefusedError, match="too_many_tries"):
            InProcess(again).sign_in(ask())
    finally:
        again.close()


def test_the_right_password_after_the_pause_forgives(port: Port, clock: FixedClock) -> None:
    wrong(port, 5)
    clock.advance(seconds=30)
    port.sign_in(ask())
    assert wrong(port, 5) == ["wrong_password"] * 5


def test_strangers_cannot_lock_an_officer_out_of_their_own_tablet(
    port: Port, tablet: SignInAs
) -> None:
    priya = tablet("of-priya")
    for number in range(5):
        wrong(port, 1, device_id=f"stranger-{number}")
    with pytest.raises(RefusedError, match="too_many_tries"):
        port.sign_in(ask(device_id="stranger-9"))
    port.sign_in(ask(device_id=priya.device_id))


def test_guessing_numbers_is_slowed_down_too(port: Port) -> None:
    for _ in range(5):
        with pytest.raises(RefusedError, match="wrong_password"):
            port.sign_in(ask("9999999"))
    with pytest.raises(RefusedError, match="too_many_tries"):
        port.sign_in(ask("9999999"))


@pytest.mark.parametrize("device_id", ["", "../../etc", "a b", "x" * 64 + "y", "\u202e"])
def test_a_tablet_has_a_plain_number(port: Port, device_id: str) -> None:
    with pytest.raises(RefusedError, match="bad_request"):
        port.sign_in(ask(device_id=device_id))


def test_neither_password_nor_token_is_in_the_store(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    with centre.db.read() as connection:
        dump = [
            str(tuple(row))
            for name in inspect(connection).get_table_names()
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
        ]
    assert not [row for row in dump if priya.token in row or PASSWORD in row]
    assert [row for row in dump if "$argon2id$" in row]


def test_signing_in_and_failing_to_are_on_the_trail(port: Port, centre: Centre) -> None:
    wrong(port, 2)
    port.sign_in(ask())
    lines = rows(centre, "SELECT action, actor FROM audit ORDER BY seq DESC LIMIT 3")
    assert lines[::-1] == [("LOGIN_FAILED", "of-priya")] * 2 + [("LOGIN", "of-priya")]
