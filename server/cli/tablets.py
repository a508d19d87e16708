"""``device``: tablets, from the code that makes them known to the order that wipes them."""

from __future__ import annotations

import argparse
import sys

from fieldapp.reports.tables import Column, as_table
from server import keys
from server.cli.opening import opened
from server.services import devices, directives, enrolment
from server.services.callers import ACTIVE, DRAINING, REVOKED
from server.services.devices import DeviceLine, Order
from server.services.own_hand import begin, end

_COLUMNS: tuple[Column[DeviceLine], ...] = (
    Column("device_id", "Tablet", lambda device: device.device_id),
    Column("name", "Name", lambda device: device.name),
    Column("force_no", "Officer", lambda device: device.force_no),
    Column("state", "State", lambda device: device.standing),
    Column("last_seen", "Last heard", lambda device: device.last_seen[:19]),
    Column("depth", "Waiting", lambda device: device.depth),
    Column("attachments", "Photos", lambda device: device.attachments),
    Column("oldest_at", "Since", lambda device: device.oldest_at and device.oldest_at[:19]),
    Column("app", "App", lambda device: device.app),
)


def device_list(arguments: argparse.Namespace) -> int:
    """All tablets, and in words those on which something was waiting."""
    with opened(arguments) as centre, centre.db.read() as connection:
        found = devices.devices(connection)
    if not found:
        print("No tablet has signed in yet.")
        return 0
    sys.stdout.write(as_table(_COLUMNS, found))
    for device in found:
        if device.depth or device.attachments:
            print(f"{device.device_id}: {device.words}")
    return 0


def device_show(arguments: argparse.Namespace) -> int:
    """One tablet."""
    with opened(arguments) as centre, centre.db.read() as connection:
        device, orders = devices.device(connection, arguments.device_id)
    print(f"Tablet {device.device_id} ({device.name}): {device.standing}.")
    print(device.words)
    print(f"App {device.app}; known since {device.created_at[:16]}.")
    print("It was enrolled with a key of its own." if device.public_key else "It has no own key.")
    if device.clone_at:
        print(
            f"Two tablets used this number, or it was put back to an earlier state (noticed "
            f"{device.clone_at[:16]}). Each goes on under a new number after signing in."
        )
    if device.came_from:
        print(f"It used to be {device.came_from}.")
    for order in orders:
        print(_words(order))
    return 0


def _words(order: Order) -> str:
    asked = f"Wipe ({order.mode}) ordered {order.made_at[:16]}"
    if order.received_at is None:
        return f"{asked}; not carried out yet."
    told = order.receipt or {}
    lost = ", ".join(f"{name} {count}" for name, count in sorted(told.items()))
    return f"{asked}; done {order.received_at[:16]}. On it and not sent: {lost}."


def device_enrol(arguments: argparse.Namespace) -> int:
    """A code for one tablet."""
    with opened(arguments) as centre:
        code = enrolment.new_code(centre)
    print(f"Code for one tablet: {code.text}")
    print(f"It is good once, until {code.expires_at[:16]} UTC.")
    return 0


def device_revoke(arguments: argparse.Namespace) -> int:
    """Shut a tablet out."""
    with opened(arguments) as centre:
        devices.set_state(centre, arguments.device_id, REVOKED)
    print(f"Tablet {arguments.device_id} can no longer send or receive.")
    return 0


def device_drain(arguments: argparse.Namespace) -> int:
    """Let a tablet send what it has, and receive no more."""
    with opened(arguments) as centre:
        devices.set_state(centre, arguments.device_id, DRAINING)
    print(f"Tablet {arguments.device_id} may still send, but no longer receives.")
    return 0


def device_restore(arguments: argparse.Namespace) -> int:
    """Let a tablet send and receive again."""
    with opened(arguments) as centre:
        devices.set_state(centre, arguments.device_id, ACTIVE)
    print(f"Tablet {arguments.device_id} sends and receives again. No wipe is ordered.")
    return 0


def device_wipe(arguments: argparse.Namespace) -> int:
    """Order a tablet to destroy what is on it."""
    mode = directives.NOW if arguments.now else directives.DRAIN_THEN_WIPE
    with opened(arguments) as centre:
        devices.wipe(centre, arguments.device_id, mode=mode)
    if arguments.now:
        print(
            f"Tablet {arguments.device_id} is shut out and destroys what is on it at its next "
            "contact. What it has not sent comes sealed with its receipt, without photos."
        )
    else:
        print(
            f"Tablet {arguments.device_id} sends what it has, receives no more, and then destroys "
            "what is on it."
        )
    print("See whether it was done: fieldapp-server device show")
    return 0


def require_enrolment(arguments: argparse.Namespace) -> int:
    """Only enrolled tablets may sign in, or all."""
    on = arguments.answer == "yes"
    with opened(arguments) as centre:
        enrolment.require(centre, on=on)
    print("Only enrolled tablets may sign in." if on else "Any tablet may sign in.")
    return 0


def change_keys(arguments: argparse.Namespace) -> int:
    """New keys for the centre."""
    with opened(arguments) as centre, centre.db.write() as connection:
        keys.change_keys(connection, at=centre.now(), random=centre.random)
        end(begin(centre, connection), "centre_keys_changed", "force")
    print("The centre has new keys. Start it again so that it uses them.")
    return 0
