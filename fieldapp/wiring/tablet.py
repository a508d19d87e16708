"""Opening what an officer carries: the first sign-in, every later start, and an orderly close."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp import __version__
from fieldapp.config import TabletConfig, read_config, write_config
from fieldapp.domain.clock import Clock
from fieldapp.domain.errors import BugError, SituationError, UserError
from fieldapp.domain.permissions import Actor
from fieldapp.logs import start_log, stop_log
from fieldapp.services.values import Officer, SyncStatus
from fieldapp.system import SystemClock
from fieldapp.vault import Vault
from fieldapp.wiring.introducing import enrolled_by, introduced
from fieldapp.wiring.officer import KEPT, officer_of
from fieldapp.wiring.standing import Standing, wiped
from fieldapp.wiring.trust import CentreKeys
from fieldapp.wiring.wiping import finish_wipe, note_of, read_note, write_note
from sync.faults import Fault, SignInExpired
from sync.transport import Deadlines, HttpLink, checked_address

if TYPE_CHECKING:
    from fieldapp.services.bundle import Services
    from fieldapp.store import Store
    from fieldapp.wiring.handing_in import HandingIn
    from fieldapp.wiring.syncing import OnProgress, Syncing
    from sync.lanes.directives import Order
    from sync.protocol.messages import Hello, SignedIn

STORE_NAME = "store.db"
_OFFICER = "tablet.officer"


class Tablet:
    """What an officer carries: their records, and the way to the centre.

    Made by ``open``. Methods may be called from any thread; ``sync_now`` and ``sign_in`` wait for
    the network and belong in its lane.
    """

    def __init__(
        self,
        data_dir: Path,
        config: TabletConfig,
        *,
        clock: Clock,
        deadlines: Deadlines | None,
    ) -> None:
        self.data_dir = data_dir
        self.clock = clock
        self.config = config
        self.vault = Vault(data_dir)
        self._deadlines = deadlines
        self._signing_in = threading.Lock()
        self._store: Store | None = None
        self._fingerprint = ""
        self._services: Services | None = None
        self._syncing: Syncing | None = None
        self._handing_in: HandingIn | None = None

    @classmethod
    def open(
        cls,
        data_dir: Path,
        *,
        server: str | None = None,
        ca_file: Path | None = None,
        clock: Clock | None = None,
        deadlines: Deadlines | None = None,
    ) -> Tablet:
        """Open what is on this tablet; needs no network once it has been set up.

        Args:
            data_dir: where the records live; made when missing.
            server: address of the centre, for a tablet that is not set up.
            ca_file: certificates to trust for the centre instead of the usual ones, likewise.
            clock: the time.
            deadlines: how long a call to the centre may take.

        Raises:
            SituationError: the key is not in the keyring, or the store cannot be opened; whatever
                is on the disk was left as it is. ``wiped`` when the force had it wiped.
            UserError: the address cannot be used.
        """
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        start_log(data_dir)
        if read_note(data_dir) is not None:
            finish_wipe(data_dir, deadlines)
            raise wiped()
        config = read_config(data_dir) or TabletConfig()
        if server and not config.device_id:
            config = replace(config, server=checked_address(server))
        if ca_file and not config.device_id:
            config = replace(config, ca_file=str(ca_file.resolve()))
        tablet = cls(data_dir, config, clock=clock or SystemClock(), deadlines=deadlines)
        try:
            tablet._open_existing()
        except BaseException:
            tablet.close()
            raise
        return tablet

    # --------------------------------------------------------------- what is open

    @property
    def is_set_up(self) -> bool:
        """True once an officer has signed in here: everything but sending works from then on."""
        return self._services is not None

    @property
    def services(self) -> Services:
        """What screens and commands work with.

        Raises:
            BugError: nobody has ever signed in on this tablet.
        """
        if self._services is None:
            raise BugError("The tablet has not been set up.")
        return self._services

    @property
    def store(self) -> Store:
        """The open store, for commands without a screen.

        Raises:
            BugError: nobody has ever signed in on this tablet.
        """
        if self._store is None:
            raise BugError("The tablet has not been set up.")
        return self._store

    def _open_existing(self) -> None:
        path = self.data_dir / STORE_NAME
        if not path.exists() or path.stat().st_size == 0:
            return
        key = self.vault.key()
        if key is None:
            raise SituationError(
                "The key of the records is not in this tablet's keyring. Nothing has been deleted."
                " Do not reinstall; take the tablet to support.",
                code="key_missing",
            )
        self._open_store(key)
        with self.store.reading() as tx:
            kept = tx.get(_OFFICER)
        if kept is None:
            return  # stopped between making the store and the end of the first sign-in
        held = json.loads(kept)
        if not self.config.device_id:
            self._keep_config(
                device_id=held["device_id"],
                server=self.config.server or held["server"],
                officer_id=held["officer_id"],
                key_fingerprint=self._fingerprint,
            )
        self._put_together(officer_of(held))

    def _open_store(self, key: bytes) -> None:
        from fieldapp.store import Store
        from fieldapp.store.connect import fingerprint

        self._store = Store.open(self.data_dir / STORE_NAME, key, self.clock)
        self._fingerprint = fingerprint(key)

    def _put_together(self, officer: Officer) -> None:
        from fieldapp.services.bundle import open_services
        from fieldapp.store.lease import LeaseKeeper
        from fieldapp.store.sync_port import SyncPort
        from fieldapp.wiring.handing_in import HandingIn
        from fieldapp.wiring.rescuing import Rescue
        from fieldapp.wiring.sealer import OwnSealer
        from fieldapp.wiring.syncing import Syncing

        services = open_services(self.store, officer)
        actor = Actor(
            officer.officer_id, officer.app_roles, officer.lpt_code, officer.neighbourhoods
        )
        port = SyncPort(self.store, actor, services.title_of)
        if self._syncing is not None:
            self._syncing.close()
        standing = Standing(
            self.store,
            CentreKeys(self.store),
            LeaseKeeper(self.store, actor),
            device_id=lambda: self.config.device_id,
            ask_keys=lambda: self.say_hello().centre_keys,
        )
        standing.look()
        self._syncing = Syncing(
            self.store,
            port,
            waiting=services.waiting,
            line=self._signed_in_line,
            standing=standing,
            wipe=self._wipe,
        )
        new_id = services.capture.new_id
        sealer = OwnSealer(self.store, self.vault, config=lambda: self.config)
        copy = Rescue(self.store, self.data_dir, sealer=sealer, new_id=new_id)
        self._handing_in = HandingIn(copy, self._syncing, services.handing)
        self._services = services

    # -------------------------------------------------------------------- sign-in

    def sign_in(self, force_no: str, password: str, *, server: str | None = None) -> Officer:
        """Introduce the officer to the centre: the first time to set the tablet up, or again.

        Args:
            force_no: the officer's number.
            password: is used once and not kept.
            server: address of the centre, on a tablet that is not set up.

        Raises:
            Fault: wrong password, or no way to the centre; nothing on the tablet has changed.
            UserError: the tablet holds another officer's records, or there is no address.
            SituationError: the keyring or the disk does not let us.
        """
        with self._signing_in:
            if server and not self.is_set_up:
                self.config = replace(self.config, server=checked_address(server))
            if not self.config.server:
                raise UserError("Enter the address of the force server.", code="bad_address")
            line = self._line("")
            try:
                keys = CentreKeys(self._store) if self._store else None
                device_key, proof = introduced(line, self.vault, keys, force_no=force_no)
                signed_in = line.sign_in(force_no, password, proof=proof)
            except Fault as fault:
                if self._syncing is not None:
                    self._syncing.heard_at_sign_in(fault)
                raise
            finally:
                line.close()
            return self._admit(signed_in, device_key)

    def enrol(self, code: str, *, server: str | None = None) -> str:
        """Make this tablet known to its centre, with a code that was given out for it; its new id.

        On a tablet that holds records they stay, and go on under the new id after a sign-in.

        Raises:
            Fault: the code is not good, or no way to the centre; nothing has changed.
            UserError: there is no address.
            SituationError: the keyring or the disk does not let us, or it is another centre.
        """
        with self._signing_in:
            if server and not self.config.device_id:
                self.config = replace(self.config, server=checked_address(server))
            if not self.config.server:
                raise UserError("Enter the address of the force server.", code="bad_address")
            line = self._line("")
            try:
                enrolled = enrolled_by(line, self.vault, code)
            finally:
                line.close()
            if self._store is not None:
                CentreKeys(self._store).admit(enrolled.centre_keys)
            self._keep_config(server=self.config.server, device_id=enrolled.device_id)
            self.vault.forget_token()
        return enrolled.device_id

    def _admit(self, signed_in: SignedIn, device_key: bytes | None) -> Officer:
        known = self._services.officer if self._services else None
        if known and signed_in.officer_id != known.officer_id:
            raise UserError(
                "This tablet holds the records of another officer. Sign in as that officer,"
                " or use another tablet.",
                code="other_officer",
            )
        said = signed_in.model_dump()
        officer = officer_of(said)
        if self._store is None:
            self._open_store(self.vault.key() or self.vault.make_key())
        CentreKeys(self.store).admit(signed_in.centre_keys)
        if device_key is not None and self.vault.device_key() is None:
            self.vault.keep_device_key(device_key)
        held = {name: said[name] for name in KEPT} | {"server": self.config.server}
        with self.store.transaction() as tx:
            tx.put(_OFFICER, json.dumps(held))
        self.vault.keep_token(signed_in.token)
        self._keep_config(
            device_id=signed_in.device_id,
            officer_id=officer.officer_id,
            key_fingerprint=self._fingerprint,
        )
        if officer != known:
            self._put_together(officer)
        if self._syncing is not None:
            self._syncing.signed_in()
        return officer

    def _wipe(self, order: Order) -> None:
        """Carry out an order to destroy what is on this tablet; ends with an empty one."""
        rescue = self.handing_in.rescue
        rescue.close()
        note = note_of(
            order,
            self.config,
            self.store,
            keys=CentreKeys(self.store),
            device_key=self.vault.device_key(),
            has_copy=rescue.exists(),
        )
        write_note(self.data_dir, note)
        self.handing_in.rescue.end()
        self.store.close()
        finish_wipe(self.data_dir, self._deadlines)

    def _keep_config(self, **changes: str) -> None:
        changed = replace(self.config, **changes)
        write_config(self.data_dir, changed)
        self.config = changed

    def _signed_in_line(self) -> HttpLink:
        token = self.vault.token()
        if not token:
            raise SignInExpired("no token on this tablet")
        return self._line(token)

    def _line(self, token: str) -> HttpLink:
        return HttpLink(
            self.config.server,
            app=__version__,
            device_id=self.config.device_id,
            token=token,
            ca_file=Path(self.config.ca_file) if self.config.ca_file else None,
            deadlines=self._deadlines,
        )

    # ----------------------------------------------------------------------- sync

    @property
    def syncing(self) -> Syncing:
        """Rounds with the centre and when they are due.

        Raises:
            BugError: nobody has ever signed in on this tablet.
        """
        if self._syncing is None:
            raise BugError("The tablet has not been set up.")
        return self._syncing

    @property
    def handing_in(self) -> HandingIn:
        """The rescue copy, and the way to hand the tablet in.

        Raises:
            BugError: nobody has ever signed in on this tablet.
        """
        if self._handing_in is None:
            raise BugError("The tablet has not been set up.")
        return self._handing_in

    def sync_now(
        self, on_progress: OnProgress | None = None, *, by_itself: bool = False
    ) -> SyncStatus:
        """Send and receive once; see ``Syncing.sync_now``."""
        return self.syncing.sync_now(on_progress, by_itself=by_itself)

    def next_try_at(self) -> datetime | None:
        """When the next round starts by itself."""
        return self.syncing.next_try_at()

    def say_hello(self) -> Hello:
        """Ask the centre who it is; needs no sign-in.

        Raises:
            Fault: there is no way to it.
        """
        line = self._line("")
        try:
            return line.hello()
        finally:
            line.close()

    def close(self) -> None:
        """End what is under way and let the next process in; closing twice is harmless."""
        if self._syncing is not None:
            self._syncing.close()
        if self._handing_in is not None and self._store is not None and not self._store.closed:
            self._handing_in.rescue.close()
        if self._store is not None:
            self._store.close()
        stop_log(self.data_dir)
