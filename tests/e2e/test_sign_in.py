"""Setting a tablet up, coming back to it without a network, and signing in again in the field."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldapp.config import FILE_NAME
from fieldapp.domain.errors import SituationError, UserError
from fieldapp.services.values import Link
from fieldapp.wiring import STORE_NAME, Tablet
from sync import faults
from tests.conftest import FixedClock, MemoryKeyring
from tests.e2e.centre import PRIYA, TOM, Centre
from tests.e2e.conftest import OpenTablet, signed_in, submit

pytestmark = pytest.mark.e2e


def set_up(tablet: Tablet) -> bool:
    return tablet.is_set_up


def decides(tablet: Tablet) -> bool:
    return tablet.services.officer.decides


def test_the_first_sign_in_makes_key_store_and_settings_and_no_secret_is_in_a_file(
    centre: Centre, open_tablet: OpenTablet, memory_keyring: MemoryKeyring
) -> None:
    tablet = open_tablet("priya", server=centre.url)
    assert not set_up(tablet)
    assert memory_keyring.secrets == {}
    officer = tablet.sign_in(*PRIYA)
    assert (officer.officer_id, officer.name, officer.lpt_code) == ("of-0001", "Priya Nandra", "TA")
    assert set_up(tablet)
    held = json.loads((tablet.data_dir / FILE_NAME).read_text())
    assert held["version"] == 1
    assert (held["server"], held["officer_id"]) == (centre.url, "of-0001")
    assert held["device_id"]
    assert len(memory_keyring.secrets) == 3
    secrets = [secret.partition(":")[2] or secret for secret in memory_keyring.secrets.values()]
    for path in tablet.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in (*secrets, PRIYA[1]))


def test_a_tablet_starts_without_a_network_from_the_keyring_alone(
    centre: Centre, priya: Tablet, open_tablet: OpenTablet
) -> None:
    record_id = submit(priya)
    priya.close()
    centre.stop()
    again = open_tablet("priya")
    assert again.is_set_up
    assert again.services.officer.name == "Priya Nandra"
    assert again.services.entries.view(record_id).row.record_id == record_id
    second = submit(again)
    status = again.sync_now()
    assert (status.link, status.waiting) == (Link.OFFLINE, 2)
    centre.start()
    assert again.sync_now().waiting == 0
    rows = centre.sql("SELECT id FROM record WHERE id IN (?,?)", record_id, second)
    assert len(rows) == 2


def test_a_sign_in_that_ran_out_in_the_field_costs_nothing_and_is_asked_for_once(
    centre: Centre, priya: Tablet
) -> None:
    submit(priya)
    centre.sql("UPDATE token SET expires_at='2026-01-01T00:00:00.000000+00:00'")
    status = priya.sync_now()
    assert (status.link, status.waiting) == (Link.SIGN_IN_NEEDED, 1)
    assert status.words == "Sign in again to send. Your records are safe."
    assert status.next_try_at is None
    submit(priya)
    assert priya.services.waiting.status().waiting == 2
    priya.syncing.saved()
    assert priya.syncing.next_delay() > 200, "it does not ask the centre in a loop"
    with pytest.raises(faults.WrongPassword):
        priya.sign_in(PRIYA[0], "not the password")
    device = priya.config.device_id
    priya.sign_in(*PRIYA)
    assert priya.config.device_id == device
    assert priya.syncing.next_delay() == 0
    status = priya.sync_now()
    assert (status.link, status.waiting, status.words) == (Link.ONLINE, 0, "")


def test_another_officer_does_not_get_into_a_tablet_that_holds_records(
    priya: Tablet, memory_keyring: MemoryKeyring
) -> None:
    submit(priya)
    before = dict(memory_keyring.secrets)
    with pytest.raises(UserError) as caught:
        priya.sign_in(*TOM)
    assert caught.value.code == "other_officer"
    assert caught.value.words.startswith("This tablet holds the records of another officer.")
    assert memory_keyring.secrets == before
    assert priya.services.officer.officer_id == "of-0001"
    assert priya.sync_now().waiting == 0


def test_a_store_without_its_key_is_never_replaced(
    priya: Tablet, open_tablet: OpenTablet, memory_keyring: MemoryKeyring
) -> None:
    submit(priya)
    priya.close()
    kept = dict(memory_keyring.secrets)
    before = (priya.data_dir / STORE_NAME).read_bytes()
    memory_keyring.secrets.clear()
    with pytest.raises(SituationError) as caught:
        open_tablet("priya")
    assert caught.value.code == "key_missing"
    assert memory_keyring.secrets == {}
    assert (priya.data_dir / STORE_NAME).read_bytes() == before
    memory_keyring.secrets.update(kept)
    assert open_tablet("priya").services.waiting.status().waiting == 1


def test_settings_that_got_lost_come_back_from_the_store(
    priya: Tablet, centre: Centre, open_tablet: OpenTablet
) -> None:
    submit(priya)
    before = priya.config
    priya.close()
    (priya.data_dir / FILE_NAME).unlink()
    again = open_tablet("priya")
    assert again.config == before
    assert (again.data_dir / FILE_NAME).exists()
    assert again.sync_now().waiting == 0


@pytest.mark.parametrize("step", ["make_key", "keep_token", "config"])
def test_a_first_sign_in_cut_off_anywhere_can_simply_be_done_again(
    step: str,
    centre: Centre,
    open_tablet: OpenTablet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class CutError(Exception):
        pass

    def cut(*_args: object) -> None:
        raise CutError

    target = {
        "make_key": "fieldapp.store.Store.open",
        "keep_token": "fieldapp.vault.Vault.keep_token",
        "config": "fieldapp.wiring.tablet.write_config",
    }[step]
    tablet = open_tablet("priya", server=centre.url)
    with monkeypatch.context() as patched:
        patched.setattr(target, cut)
        with pytest.raises(CutError):
            tablet.sign_in(*PRIYA)
    tablet.close()
    again = open_tablet("priya", server=centre.url)
    again.sign_in(*PRIYA)
    submit(again)
    assert again.sync_now().waiting == 0
    again.close()
    assert open_tablet("priya").is_set_up


def test_a_role_that_changed_is_known_after_signing_in_again(centre: Centre, priya: Tablet) -> None:
    assert not decides(priya)
    centre.sql(
        """UPDATE officer SET app_roles='["FIELD","SUPERVISOR"]' WHERE officer_id='of-0001'"""
    )
    priya.sign_in(*PRIYA)
    assert decides(priya)
    assert priya.sync_now().words == ""


@pytest.mark.parametrize(
    ("state", "link", "waiting"),
    [("draining", Link.ONLINE, 0), ("revoked", Link.REVOKED, 1)],
)
def test_a_tablet_that_is_handed_in_or_stopped_keeps_everything_and_says_so(
    state: str, link: Link, waiting: int, centre: Centre, priya: Tablet
) -> None:
    record_id = submit(priya)
    centre.sql("UPDATE device SET state=?", state)
    status = priya.sync_now()
    assert (status.link, status.waiting) == (link, waiting)
    words = {
        "draining": "This tablet is being handed in: it sends what it holds and receives nothing"
        " new.",
        "revoked": "This tablet has been stopped by the force. Your records are kept on it. Take"
        " it to the station.",
    }
    assert status.words == words[state]
    assert priya.services.entries.view(record_id).row.record_id == record_id


def test_the_clock_that_is_wrong_is_measured_and_sending_goes_on(
    centre: Centre, open_tablet: OpenTablet
) -> None:
    clock = FixedClock(datetime.now(UTC) - timedelta(hours=30))
    tablet = signed_in(open_tablet("priya", server=centre.url, clock=clock), PRIYA)
    drift = tablet.syncing.drift()
    assert drift is not None
    assert -30 * 3600 - 60 < drift <= -30 * 3600
    submit(tablet)
    assert tablet.sync_now().waiting == 0


def test_only_the_owner_can_read_the_folder(priya: Tablet) -> None:
    folder: Path = priya.data_dir
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name
