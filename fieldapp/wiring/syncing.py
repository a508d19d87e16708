"""Running rounds one at a time, and knowing when the next is due and what to say meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from fieldapp.domain.clock import Clock
from fieldapp.domain.exchange import Waiting
from fieldapp.services.values import Link, SyncStatus
from fieldapp.services.waiting import WaitingToSend
from fieldapp.store import Store
from fieldapp.store.sync_port import SyncPort
from fieldapp.system import uniform
from fieldapp.wiring.photo_line import PhotoLine
from fieldapp.wiring.standing import Standing, wiped
from sync import faults, schedule
from sync.engine import Progress, Round, RoundReport, SyncEngine
from sync.lanes.directives import Order, Overhearing, Said
from sync.runner import drive
from sync.transport import HttpLink

DRIFT = "sync.drift_seconds"
"""Seconds the tablet's clock is ahead of the centre's, as last measured."""
_CLOSING_SECONDS = 5.0

_T = TypeVar("_T")
OnProgress = Callable[[SyncStatus], object]

_LINKS: tuple[tuple[type[faults.Fault], Link], ...] = (
    (faults.SignInExpired, Link.SIGN_IN_NEEDED),
    (faults.DeviceMismatch, Link.SIGN_IN_NEEDED),
    (faults.DeviceCopied, Link.SIGN_IN_NEEDED),
    (faults.UpdateNeeded, Link.UPDATE_NEEDED),
    (faults.DeviceRevoked, Link.REVOKED),
    (faults.NotOurServer, Link.NOT_OUR_SERVER),
    (faults.Busy, Link.BUSY),
    (faults.Offline, Link.OFFLINE),
)
_FOR_A_PERSON = (
    faults.SignInExpired,
    faults.DeviceMismatch,
    faults.DeviceCopied,
    faults.DeviceRevoked,
    faults.Forbidden,
)
"""Trying again by itself does not help before somebody has done something."""
_STANDING = (faults.UpdateNeeded, faults.DeviceDraining)
"""Sending went through; receiving waits for a decision of others."""


def link_after(fault: faults.Fault) -> Link:
    """What a fault says about the way to the centre."""
    return next((link for kind, link in _LINKS if isinstance(fault, kind)), Link.ONLINE)


def _photo_bytes(progress: Progress) -> tuple[int, int] | None:
    """Bytes of photos that have gone, of all that waited, once they are on their way."""
    photos = progress.photos
    return (photos.bytes_done, photos.bytes_total) if photos else None


class Syncing:
    """The sending and receiving of one open tablet; every method may be called from any thread.

    Args:
        store: the open store.
        port: its sync side.
        waiting: what waits, counted from the tables; is told how each try went.
        line: makes the line to the centre with the present token.
        standing: how the tablet stands with the centre.
        wipe: carries out an order to destroy what is on the tablet.
    """

    def __init__(
        self,
        store: Store,
        port: SyncPort,
        *,
        waiting: WaitingToSend,
        line: Callable[[], HttpLink],
        standing: Standing,
        wipe: Callable[[Order], None],
    ) -> None:
        self._store = store
        self._port = port
        self._waiting = waiting
        self._make_line = line
        self._standing = standing
        self._wipe = wipe
        self._gone = False
        self._engine = SyncEngine(port)
        self._photos = PhotoLine(store)
        self._clock: Clock = store.clock
        self._one_round = threading.Lock()
        self._facts = threading.Lock()
        self._line: HttpLink | None = None
        self._closing = False
        self._schedule = schedule.Schedule()

    # --------------------------------------------------------------------- saying

    def status(self) -> SyncStatus:
        """What waits, and how things stand with the centre.

        Raises:
            SituationError: ``wiped``.
        """
        if self._gone:
            raise wiped()
        return replace(
            self._waiting.status(),
            next_try_at=self.next_try_at(),
            photos_held=not self._photos.allows(),
        )

    def next_try_at(self) -> datetime | None:
        """When the next round starts by itself; ``None`` while only a person can help."""
        with self._facts:
            planned = self._schedule
        if planned.needs_sign_in:
            return None
        return self._clock.now() + timedelta(seconds=planned.delay(self._clock.monotonic()))

    def next_delay(self) -> float:
        """Seconds until the next round is due; 0 when it is."""
        with self._facts:
            return self._schedule.delay(self._clock.monotonic())

    # --------------------------------------------------------------------- waking

    def saved(self) -> None:
        """Something was written: a round is due soon."""
        self._reschedule(schedule.after_save)

    def network_came(self) -> None:
        """The tablet has a way out again."""
        self._reschedule(schedule.after_network_came)

    def line_is_metered(self, *, metered: bool) -> None:
        """The system says whether the line is paid for by the byte: then photos wait."""
        if self._photos.is_metered(metered=metered):
            self.saved()

    def send_photos_now(self) -> None:
        """The officer asked: photos go with the next round whatever the line costs."""
        self._photos.allow_once()
        self._reschedule(schedule.try_now)

    def signed_in(self) -> None:
        """There is a new token: use it from now on, and at once."""
        with self._one_round:
            self._hang_up()
        self._reschedule(schedule.try_now)
        self._tell(Link.ONLINE)

    def _reschedule(self, change: Callable[[schedule.Schedule, float], schedule.Schedule]) -> None:
        now = self._clock.monotonic()
        with self._facts:
            self._schedule = change(self._schedule, now)

    # --------------------------------------------------------------------- rounds

    def sync_now(
        self, on_progress: OnProgress | None = None, *, by_itself: bool = False
    ) -> SyncStatus:
        """One round; the faults of network and centre are in the status and not raised.

        While another thread is at it, waits for that and says how it went.

        Args:
            on_progress: told before and after each batch.
            by_itself: the timer asks; otherwise a person did, which ends the back-off and lets
                everything that was set aside be tried again.

        Raises:
            SituationError: the store or the keyring does not let us; ``wiped`` once the force has
                had the tablet wiped.
        """
        if self._one_round.acquire(blocking=False):
            try:
                if not self._gone:
                    self._standing.look()
                if self._may_start(by_itself=by_itself):
                    self._round(on_progress, by_itself=by_itself)
            finally:
                self._one_round.release()
        else:
            with self._one_round:
                pass
        return self.status()

    def _may_start(self, *, by_itself: bool) -> bool:
        now = self._clock.monotonic()
        with self._facts:
            if not by_itself:
                self._schedule = schedule.try_now(self._schedule, now)
            return not self._closing and self._schedule.not_before <= now

    def _round(self, on_progress: OnProgress | None, *, by_itself: bool) -> None:
        try:
            if not by_itself:
                self._port.retry_aside()
            report = self._driven(
                self._engine.round(self._teller(on_progress), photos=self._photos.allows())
            )
        except faults.Fault as fault:
            self._went_wrong(fault)
        except Exception:
            if not self._gone:
                self._went_wrong(faults.Fault("on this tablet"))
            raise
        else:
            self._went_through(report)

    def _driven(self, a_round: Round) -> RoundReport:
        """Drive a round; then take in what the centre said of the tablet itself."""
        line = self._opened_line()
        with self._facts:
            probes = self._schedule.probes
        if probes:
            line.hello()
        heard = Overhearing(line)
        try:
            report = drive(a_round, heard, stopped=lambda: self._closing)
        except faults.Fault:
            self._heard(heard.said)
            raise
        self._heard(heard.said)
        return report

    def heard_at_sign_in(self, fault: faults.Fault) -> None:
        """A sign-in was not accepted: the centre may have said why this tablet is to go.

        Raises:
            SituationError: ``wiped``.
        """
        if fault.directives is not None:
            with self._one_round:
                self._heard(Said(directives=list(fault.directives)))

    def _heard(self, said: Said) -> None:
        self._standing.heard(said)
        waiting = self._port.waiting()
        order = self._standing.due(waiting=bool(waiting.operations or waiting.attachments))
        if order is None:
            return
        self._closing = self._gone = True
        self._hang_up()
        self._wipe(order)
        raise wiped()

    def _opened_line(self) -> HttpLink:
        if self._line is None:
            self._line = self._make_line()
        return self._line

    def _teller(self, on_progress: OnProgress | None) -> Callable[[Progress], None]:
        def tell(progress: Progress) -> None:
            if on_progress is None:
                return
            status = replace(
                self._waiting.status(),
                link=Link.ONLINE,
                sending=True,
                sent_so_far=progress.done,
                to_send=progress.total,
                current_title=progress.title,
                photo_progress=_photo_bytes(progress),
            )
            on_progress(status)

        return tell

    def _went_through(self, report: RoundReport) -> None:
        if not self._port.attachments.unsent().count:
            self._photos.sent()
        self._note_drift(report.server_time)
        trouble = report.trouble
        if trouble is not None and not isinstance(trouble, _STANDING):
            self._went_wrong(trouble)
            return
        now, held = self._clock.monotonic(), self._port.held_until()
        with self._facts:
            self._schedule = schedule.after_success(self._schedule, now, uniform)
            if held is not None:
                wait = (held - self._clock.now()).total_seconds()
                self._schedule = schedule.no_later(self._schedule, now + max(0.0, wait))
        self._tell(link_after(trouble) if trouble else Link.ONLINE, trouble)

    def _went_wrong(self, fault: faults.Fault) -> None:
        if isinstance(fault, faults.Stopped):
            return
        now = self._clock.monotonic()
        with self._facts:
            if isinstance(fault, _FOR_A_PERSON):
                self._schedule = schedule.after_sign_in_expired(self._schedule, now)
            else:
                self._schedule = schedule.after_fault(
                    self._schedule, now, uniform, retry_after=fault.retry_after
                )
        self._tell(link_after(fault), fault)
        if isinstance(fault, _FOR_A_PERSON):
            self._hang_up()

    def _tell(self, link: Link, fault: faults.Fault | None = None) -> None:
        self._waiting.told(link, words=fault.words if fault else "", next_try_at=self.next_try_at())

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _note_drift(self, server_time: str) -> None:
        try:
            theirs = datetime.fromisoformat(server_time)
            drift = round((self._clock.now() - theirs).total_seconds())
        except (ValueError, TypeError):
            return
        with self._store.reading() as tx:
            known = tx.get(DRIFT)
        if known is None or abs(int(known) - drift) > 1:
            with self._store.transaction() as tx:
                tx.put(DRIFT, str(drift))

    def beside(self, ask: Callable[[HttpLink, Waiting], _T]) -> _T:
        """Ask the centre something that belongs to no round, while none is on its way.

        Args:
            ask: given the line, and what waits on this tablet.

        Raises:
            Fault: there is no answer.
            SituationError: nobody is signed in, or the tablet has been wiped.
        """
        with self._one_round:
            if self._gone:
                raise wiped()
            return ask(self._opened_line(), self._port.waiting())

    def drift(self) -> int | None:
        """Seconds the tablet's clock was ahead of the centre's when last measured."""
        with self._store.reading() as tx:
            known = tx.get(DRIFT)
        return None if known is None else int(known)

    # -------------------------------------------------------------------- closing

    def close(self) -> None:
        """End a round that is on its way; what it had not finished is taken up next time."""
        self._closing = True
        line = self._line
        if line is not None:
            line.stop()
        if self._one_round.acquire(timeout=_CLOSING_SECONDS):
            self._hang_up()
            self._one_round.release()
