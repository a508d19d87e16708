"""A tablet and its centre: who each is, how long others' records stay, and wiping by order."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.errors import SituationError
from fieldapp.services.values import Link
from fieldapp.vault import Vault
from fieldapp.wiring import Tablet
from fieldapp.wiring.rescuing import FOLDER as RESCUE
from fieldapp.wiring.wiping import FILE_NAME, read_note
from server import keys
from server.services import custody, devices
from server.services.centre import Centre as OpenCentre
from server.services.centre import open_centre
from server.services.enrolment import new_code, require
from sync.faults import BadCode, DeviceUnproven, EnrolmentNeeded, ServerFault
from sync.ports import PushCall
from sync.protocol import signing
from sync.protocol.routes import HELLO, PUSH
from sync.protocol.signing import Purpose
from sync.transport import HttpLink
from tests.conftest import MemoryKeyring
from tests.e2e.centre import PRIYA, Centre
from tests.e2e.conftest import MovableClock, OpenTablet, drop_in, signed_in, submit

pytestmark = pytest.mark.e2e

WIPED = "wiped by the force"


def at_the_centre(centre: Centre, act: Any) -> Any:
    """Do what an operator does, beside the running centre."""
    opened = open_centre(centre.folder)
    try:
        return act(opened)
    finally:
        opened.close()


def wipe(centre: Centre, tablet: Tablet, mode: str) -> None:
    at_the_centre(centre, lambda opened: devices.wipe(opened, tablet.config.device_id, mode=mode))


def orders(centre: Centre) -> list[tuple[Any, ...]]:
    return centre.sql("SELECT received_at, receipt FROM directive")


def files_of(tablet: Tablet) -> set[str]:
    return {path.name for path in tablet.data_dir.iterdir()}


# ----------------------------------------------------------------------------- who is who


def test_the_first_sign_in_binds_tablet_and_centre_to_each_other(
    centre: Centre, priya: Tablet
) -> None:
    key = Vault(priya.data_dir).device_key()
    assert key is not None
    assert centre.sql("SELECT public_key FROM device") == [(signing.public_of(key),)]
    told = priya.say_hello().centre_keys
    with priya.store.reading() as tx:
        assert json.loads(tx.get("centre.keys") or "{}") == told
    priya.sign_in(*PRIYA)
    assert len(centre.sql("SELECT * FROM device")) == 1


def test_a_tablet_without_its_key_is_not_that_tablet_and_is_enrolled_anew(
    centre: Centre, priya: Tablet, memory_keyring: MemoryKeyring
) -> None:
    entry = submit(priya)
    for name in list(memory_keyring.secrets):
        if name[1].startswith("device-key"):
            del memory_keyring.secrets[name]
    with pytest.raises(DeviceUnproven) as caught:
        priya.sign_in(*PRIYA)
    assert "Ask support to enrol it again" in caught.value.words
    code = at_the_centre(centre, new_code).text
    before = priya.config.device_id
    assert priya.enrol(code.lower()) != before
    priya.sign_in(*PRIYA)
    assert priya.sync_now().waiting == 0
    assert centre.sql("SELECT owner_officer_id FROM record WHERE id=?", entry) == [("of-0001",)]


def test_where_the_force_wants_it_a_new_tablet_needs_a_code_first(
    centre: Centre, open_tablet: OpenTablet
) -> None:
    at_the_centre(centre, lambda opened: require(opened, on=True))
    tablet = open_tablet("new", server=centre.url)
    with pytest.raises(EnrolmentNeeded) as caught:
        tablet.sign_in(*PRIYA)
    assert "Ask support for a code" in caught.value.words
    with pytest.raises(BadCode) as wrong:
        tablet.enrol("0000-0000-0000")
    assert "Ask for a new one" in wrong.value.words
    device_id = tablet.enrol(at_the_centre(centre, new_code).text)
    signed_in(tablet, PRIYA)
    assert tablet.config.device_id == device_id


def test_a_centre_with_another_key_gets_no_password_and_no_records(
    centre: Centre, priya: Tablet
) -> None:
    submit(priya)
    with_other = keys.read_keys

    def forged(connection: Any) -> keys.CentreKeys:
        private = bytes(range(32))
        return replace(
            with_other(connection), sign_private=private, sign_public=signing.public_of(private)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.services.centre.read_keys", forged)
        centre.stop()
        centre.start()
        tries = centre.sql("SELECT count(*) FROM audit")
        with pytest.raises(SituationError, match="nothing vouches for it") as caught:
            priya.sign_in(*PRIYA)
        assert caught.value.code == "centre_key_changed"
        assert centre.sql("SELECT count(*) FROM audit") == tries
        with pytest.raises(SituationError, match="nothing vouches for it"):
            priya.sync_now()
    assert priya.config.device_id


def test_a_centre_that_shows_no_key_is_not_the_one_whose_key_is_known(
    centre: Centre, priya: Tablet
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys.CentreKeys, "public", lambda _keys: {})
        tries = centre.sql("SELECT count(*) FROM audit")
        with pytest.raises(SituationError, match="nothing vouches for it"):
            priya.sign_in(*PRIYA)
        assert centre.sql("SELECT count(*) FROM audit") == tries


def test_a_key_that_the_one_before_vouches_for_is_taken_over(centre: Centre, priya: Tablet) -> None:
    before = priya.say_hello().centre_keys["sign"]
    centre.stop()
    for _ in range(2):
        at_the_centre(centre, _change_keys)
    centre.start()
    assert priya.sync_now().words == ""
    with priya.store.reading() as tx:
        held = json.loads(tx.get("centre.keys") or "{}")
    assert held == {
        name: value
        for name, value in priya.say_hello().centre_keys.items()
        if name in ("sign", "seal")
    }
    assert held["sign"] != before


def _change_keys(opened: OpenCentre) -> None:
    with opened.db.write() as connection:
        keys.change_keys(connection, at=opened.now(), random=opened.random)


# ---------------------------------------------------------------------------------- lease


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def colleagues(
    centre: Centre, tom: Tablet, open_tablet: OpenTablet, clock: MovableClock
) -> tuple[Tablet, str, str]:
    """Tom's tablet; another tablet of Priya's with an entry of hers, and one of Tom's on it."""
    theirs = submit(tom)
    assert tom.sync_now().waiting == 0
    priya = signed_in(open_tablet("clocked", server=centre.url, clock=clock), PRIYA)
    ours = submit(priya)
    assert priya.sync_now().waiting == 0
    assert {theirs, ours} <= shown(priya)
    return priya, ours, theirs


def shown(tablet: Tablet) -> set[str]:
    with tablet.store.reading() as tx:
        return {row[0] for row in tx.rows("SELECT id FROM record")}


def test_others_records_leave_after_14_days_without_contact_and_come_back_with_it(
    centre: Centre, colleagues: tuple[Tablet, str, str], clock: MovableClock
) -> None:
    priya, ours, theirs = colleagues
    unsent = submit(priya)
    centre.stop()
    clock.advance(seconds=13 * 86_400)
    priya.sync_now()
    assert theirs in shown(priya)
    clock.advance(seconds=2 * 86_400)
    assert priya.sync_now().waiting == 1
    assert theirs not in shown(priya)
    assert {ours, unsent} <= shown(priya)
    centre.start()
    status = priya.sync_now()
    assert (status.waiting, status.words) == (0, "")
    assert {ours, unsent, theirs} <= shown(priya)
    priya.sync_now()
    assert theirs in shown(priya)


class SetClock(MovableClock):
    """The machine's clock with its hands turned; its stopwatch runs on."""

    def __init__(self) -> None:
        super().__init__()
        self.turned = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.turned


def test_a_clock_set_back_does_not_make_a_lease_longer(
    centre: Centre, tom: Tablet, open_tablet: OpenTablet
) -> None:
    theirs = submit(tom)
    tom.sync_now()
    clock = SetClock()
    priya = signed_in(open_tablet("clocked", server=centre.url, clock=clock), PRIYA)
    centre.stop()
    for _ in range(4):
        clock.advance(seconds=4 * 86_400)
        clock.turned -= timedelta(days=30)
        priya.sync_now()
    assert theirs not in shown(priya)


def test_a_clock_that_was_always_wrong_costs_nothing(
    centre: Centre, tom: Tablet, open_tablet: OpenTablet
) -> None:
    theirs = submit(tom)
    tom.sync_now()
    clock = SetClock()
    clock.turned = timedelta(days=3650)
    priya = signed_in(open_tablet("clocked", server=centre.url, clock=clock), PRIYA)
    priya.sync_now()
    assert theirs in shown(priya)
    clock.turned = timedelta(days=7300)
    centre.stop()
    unsent = submit(priya)
    priya.sync_now()
    assert theirs not in shown(priya)
    assert unsent in shown(priya)
    centre.start()
    priya.sync_now()
    assert {unsent, theirs} <= shown(priya)


def test_a_lease_that_ended_while_the_tablet_was_off_is_noticed_when_it_opens(
    centre: Centre, tom: Tablet, open_tablet: OpenTablet
) -> None:
    theirs = submit(tom)
    tom.sync_now()
    clock = MovableClock()
    first = signed_in(open_tablet("clocked", server=centre.url, clock=clock), PRIYA)
    assert theirs in shown(first)
    first.close()
    clock.advance(seconds=15 * 86_400)
    assert theirs not in shown(open_tablet("clocked", clock=clock))


def test_a_lease_that_the_centre_did_not_sign_is_none(centre: Centre, priya: Tablet) -> None:
    with priya.store.reading() as tx:
        held = tx.get("device.lease")
    assert held is not None
    forged = {"until": "2099-01-01T00:00:00+00:00", "signature": "00" * 64}
    with saying(priya, lease=forged):
        priya.sync_now()
    with priya.store.reading() as tx:
        assert "2099" not in (tx.get("device.lease") or "")


# ----------------------------------------------------------------------------------- wipe


def test_a_tablet_that_is_handed_in_sends_everything_and_is_then_wiped(
    centre: Centre, priya: Tablet, memory_keyring: MemoryKeyring, open_tablet: OpenTablet
) -> None:
    entry = submit(priya)
    wipe(centre, priya, "drain_then_wipe")
    with pytest.raises(SituationError, match=WIPED) as caught:
        priya.sync_now()
    assert caught.value.code == "wiped"
    assert centre.sql("SELECT count(*) FROM record WHERE id=?", entry) == [(1,)]
    ((received_at, receipt),) = orders(centre)
    assert received_at
    assert json.loads(receipt)["unsent"] == 0
    assert memory_keyring.secrets == {}
    assert files_of(priya) <= {FILE_NAME, "fieldapp.log"}
    for again in (priya.sync_now, priya.syncing.status, lambda: open_tablet("priya")):
        with pytest.raises(SituationError, match=WIPED):
            again()


def test_with_no_way_to_send_a_tablet_that_is_handed_in_keeps_what_it_has(
    centre: Centre, priya: Tablet
) -> None:
    wipe(centre, priya, "drain_then_wipe")
    entry = submit(priya)
    line = priya._signed_in_line()

    class Deaf:
        """Takes nothing, and says what the centre says of the tablet when it asks for changes."""

        def answer(self, call: Any) -> object:
            if isinstance(call, PushCall):
                raise ServerFault
            return line.answer(call)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(priya.syncing, "_opened_line", Deaf)
        assert priya.sync_now().waiting == 1
    line.close()
    with priya.store.reading() as tx:
        assert "heard" in (tx.get("device.orders") or "")
    assert entry in shown(priya)
    with pytest.raises(SituationError, match=WIPED):
        priya.sync_now()
    assert centre.sql("SELECT count(*) FROM record WHERE id=?", entry) == [(1,)]


def test_a_wipe_at_once_brings_what_was_not_sent_sealed_to_the_centre(
    centre: Centre, priya: Tablet, memory_keyring: MemoryKeyring
) -> None:
    notes = "Nobody but the centre may read this."
    submit(priya, notes=notes)
    drop_in(priya, notes="Half a draft.")
    wipe(centre, priya, "now")
    with pytest.raises(SituationError, match=WIPED):
        priya.sync_now()
    assert memory_keyring.secrets == {}
    ((_, receipt),) = orders(centre)
    told = json.loads(receipt)
    assert (told["unsent"], told["records"], told["escrow"], told["drafts"]) == (2, 1, 3, 1)

    def held(opened: OpenCentre) -> list[Any]:
        with opened.db.read() as connection:
            return custody.held_items(connection)

    items = at_the_centre(centre, held)
    assert [(item.kind, item.code, item.officer_id) for item in items] == [
        ("create", "wiped", "of-0001"),
        ("submit", "wiped", "of-0001"),
        ("draft", "wiped", "of-0001"),
    ]
    assert notes in items[0].raw
    assert "Half a draft." in items[2].raw
    assert told["rescue_copy"] == 1
    assert files_of(priya) == {FILE_NAME, "fieldapp.log", RESCUE}
    left = [path.read_bytes() for path in priya.data_dir.rglob("*") if path.is_file()]
    assert len(left) >= 3
    assert notes.encode() not in b"".join(left)


def test_a_tablet_without_a_sign_in_hears_of_its_wipe_when_somebody_signs_in(
    centre: Centre, priya: Tablet, open_tablet: OpenTablet, memory_keyring: MemoryKeyring
) -> None:
    priya.close()
    Vault(priya.data_dir).forget_token()
    wipe(centre, priya, "now")
    again = open_tablet("priya")
    assert again.sync_now().link == Link.SIGN_IN_NEEDED
    with pytest.raises(SituationError, match=WIPED):
        again.sign_in(*PRIYA)
    assert memory_keyring.secrets == {}
    assert orders(centre)[0][0]


def test_being_stopped_is_not_being_wiped(centre: Centre, priya: Tablet) -> None:
    entry = submit(priya)
    at_the_centre(
        centre, lambda opened: devices.set_state(opened, priya.config.device_id, "revoked")
    )
    assert priya.sync_now().link == Link.REVOKED
    assert entry in shown(priya)


def test_a_wipe_cut_short_is_finished_at_the_next_start_and_the_receipt_given(
    centre: Centre,
    priya: Tablet,
    open_tablet: OpenTablet,
    memory_keyring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submit(priya)
    wipe(centre, priya, "now")

    def cut(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("fieldapp.wiring.wiping.destroy", cut)
        with pytest.raises(KeyboardInterrupt):
            priya.sync_now()
    assert (priya.data_dir / "store.db").exists()
    centre.stop()
    with pytest.raises(SituationError, match=WIPED):
        open_tablet("priya")
    assert not (priya.data_dir / "store.db").exists()
    assert memory_keyring.secrets == {}
    note = read_note(priya.data_dir)
    assert note is not None
    assert not note.given
    centre.start()
    with pytest.raises(SituationError, match=WIPED):
        open_tablet("priya")
    assert json.loads(orders(centre)[0][1])["escrow"] == 2
    note = read_note(priya.data_dir)
    assert note is not None
    assert note.given
    assert not note.escrow


def _order(tablet: Tablet, **changes: Any) -> dict[str, Any]:
    said = {
        "id": "a" * 32,
        "kind": "wipe",
        "device_id": tablet.config.device_id,
        "mode": "now",
        "made_at": "2026-03-19T14:30:00+00:00",
        **changes,
    }
    return {"id": said["id"], "kind": said["kind"], "body": json.dumps(said), "signature": ""}


def _signed(order: dict[str, Any], private: bytes, purpose: Purpose) -> dict[str, Any]:
    return order | {"signature": signing.sign(private, purpose, order["body"])}


FORGERIES = {
    "unsigned": "not_signed",
    "signed by another": "not_signed",
    "signed for something else": "not_signed",
    "for another tablet": "another_tablet",
    "altered": "not_signed",
    "under another id": "altered",
    "of an unknown kind": "unknown_kind",
    "no order at all": "unreadable",
}


def _forged(name: str, tablet: Tablet, real: bytes) -> object:
    order = _order(tablet)
    good = _signed(order, real, Purpose.DIRECTIVE)
    return {
        "unsigned": order,
        "signed by another": _signed(order, bytes(range(32)), Purpose.DIRECTIVE),
        "signed for something else": _signed(order, real, Purpose.LEASE),
        "for another tablet": _signed(_order(tablet, device_id="another"), real, Purpose.DIRECTIVE),
        "altered": good | {"body": good["body"].replace("now", "now ")},
        "under another id": good | {"id": "b" * 32},
        "of an unknown kind": _signed(_order(tablet, kind="dance"), real, Purpose.DIRECTIVE),
        "no order at all": "wipe",
    }[name]


@pytest.mark.parametrize("name", FORGERIES)
def test_an_order_that_does_not_hold_is_ignored_and_noted(
    centre: Centre, priya: Tablet, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    real: bytes = at_the_centre(centre, lambda opened: opened.keys.sign_private)
    entry = submit(priya)
    said = [_forged(name, priya, real)]
    with caplog.at_level(logging.WARNING, "fieldapp"), saying(priya, directives=said):
        assert priya.sync_now().words == ""
    assert f"an order was ignored: {FORGERIES[name]}" in caplog.text
    assert entry in shown(priya)


@contextmanager
def saying(tablet: Tablet, **said: object) -> Iterator[pytest.MonkeyPatch]:
    """Every answer of the centre says this as well."""
    line = tablet._signed_in_line()

    class Saying:
        def answer(self, call: Any) -> object:
            answer = line.answer(call)
            assert isinstance(answer, dict)
            return answer | said

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tablet.syncing, "_opened_line", Saying)
        yield patch
    line.close()


def test_an_order_that_was_taken_back_and_comes_again_is_ignored(
    centre: Centre, priya: Tablet, caplog: pytest.LogCaptureFixture
) -> None:
    real: bytes = at_the_centre(centre, lambda opened: opened.keys.sign_private)
    gentle = _signed(_order(priya, mode="drain_then_wipe"), real, Purpose.DIRECTIVE)
    submit(priya)
    standing = priya.syncing._standing
    with saying(priya, directives=[gentle]) as patch:
        patch.setattr(standing, "due", lambda *, waiting: None)
        priya.sync_now()
    assert priya.sync_now().words == ""
    with caplog.at_level(logging.WARNING, "fieldapp"), saying(priya, directives=[gentle]):
        assert priya.sync_now().words == ""
    assert "an order was ignored: taken_back" in caplog.text


# ------------------------------------------------------------------------------- two of one


def test_a_tablet_put_back_to_an_earlier_state_goes_on_after_a_sign_in(
    centre: Centre, open_tablet: OpenTablet, tmp_path: Path
) -> None:
    priya = signed_in(open_tablet("priya", server=centre.url), PRIYA)
    priya.close()
    image = (tmp_path / "priya" / "store.db").read_bytes()
    priya = open_tablet("priya")
    first = submit(priya)
    assert priya.sync_now().waiting == 0
    number = priya.config.device_id
    priya.close()
    for name in ("store.db-wal", "store.db-shm"):
        (tmp_path / "priya" / name).unlink(missing_ok=True)
    (tmp_path / "priya" / "store.db").write_bytes(image)

    again = open_tablet("priya")
    second = submit(again)
    status = again.sync_now()
    assert (status.link, status.waiting) == (Link.SIGN_IN_NEEDED, 1)
    assert status.words == (
        "This tablet was put back to an earlier state, or there is a copy of it. Sign in again to "
        "go on sending. Your records are safe."
    )
    again.sign_in(*PRIYA)
    assert again.sync_now().waiting == 0
    assert again.config.device_id != number
    assert {first, second} <= shown(again)
    kept = {row[0] for row in centre.sql("SELECT id FROM record WHERE record_type='ENGAGEMENT'")}
    assert {first, second} <= kept
    assert centre.sql("SELECT came_from FROM device WHERE device_id=?", again.config.device_id) == [
        (number,)
    ]


def test_the_centre_hears_of_what_waits_even_when_nothing_is_sent(
    centre: Centre, tom: Tablet, open_tablet: OpenTablet
) -> None:
    clock = MovableClock()
    priya = signed_in(open_tablet("clocked", server=centre.url, clock=clock), PRIYA)
    entry = submit(priya)
    with priya.store.transaction() as tx:
        later = datetime.now(UTC) + timedelta(seconds=9)
        tx.run("UPDATE outbox SET not_before=? WHERE record_id=?", (later.isoformat(), entry))
    priya.sync_now(by_itself=True)
    ((depth, oldest),) = centre.sql(
        "SELECT depth, oldest_at FROM device WHERE device_id=?", priya.config.device_id
    )
    assert depth == 2
    assert oldest


# ------------------------------------------------------------------------------ going on


def _by_itself(tablet: Tablet, clock: MovableClock, *, at_most: float) -> float:
    """Let time pass until nothing waits, with no event at all; the seconds it took."""
    passed = 0.0
    while tablet.syncing.status().waiting:
        wait = max(1.0, tablet.syncing.next_delay())
        passed += wait
        assert passed < at_most
        clock.advance(seconds=wait)
        tablet.sync_now(by_itself=True)
    return passed


def test_what_was_saved_leaves_without_any_event(centre: Centre, open_tablet: OpenTablet) -> None:
    """Nobody says that something was saved, that the network came or that somebody pressed."""
    clock = MovableClock()
    priya = signed_in(open_tablet("clocked", server=centre.url, clock=clock), PRIYA)
    submit(priya)
    assert _by_itself(priya, clock, at_most=120) > 0
    centre.stop()
    submit(priya)
    for _ in range(12):
        clock.advance(seconds=max(1.0, priya.syncing.next_delay()))
        priya.sync_now(by_itself=True)
    assert priya.syncing.status().link == Link.OFFLINE
    centre.start()
    assert _by_itself(priya, clock, at_most=400) > 0


def test_a_centre_that_is_gone_is_asked_small_questions_until_it_answers(
    centre: Centre, open_tablet: OpenTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = MovableClock()
    priya = signed_in(open_tablet("clocked", server=centre.url, clock=clock), PRIYA)
    asked: list[str] = []
    call = HttpLink._call

    def counted(self: HttpLink, method: str, route: str, *args: Any, **more: Any) -> object:
        asked.append(route)
        return call(self, method, route, *args, **more)

    monkeypatch.setattr(HttpLink, "_call", counted)
    submit(priya)
    centre.stop()
    for _ in range(7):
        clock.advance(seconds=max(1.0, priya.syncing.next_delay()))
        priya.sync_now(by_itself=True)
    assert asked == [PUSH] * 4 + [HELLO] * 3
    centre.start()
    asked.clear()
    clock.advance(seconds=max(1.0, priya.syncing.next_delay()))
    assert priya.sync_now(by_itself=True).waiting == 0
    assert asked[:2] == [HELLO, PUSH]
    centre.stop()
    asked.clear()
    priya.sync_now()
    assert HELLO not in asked
