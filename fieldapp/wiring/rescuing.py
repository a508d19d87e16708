"""Keeps a rescue copy of what is only on this tablet, beside the records and where one likes.

It owns no thread: whoever has one calls ``write`` when ``watch`` has told. What goes wrong here
never stands in the way of recording.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fieldapp import __version__
from fieldapp.domain.errors import SituationError, UserError
from fieldapp.services.rescue_values import RescueCopy
from fieldapp.store import Store
from fieldapp.store.rescue import OnlyHere, has_queued, only_here, undone_until
from fieldapp.system import random_bytes
from fieldapp.vault import VaultError
from fieldapp.wiring.rescue_folder import RescueFolder
from fieldapp.wiring.rescue_parts import load_parts, seal_files, seal_operations
from sync.protocol.rescue import Contents, Counts, RescuedDraft, seal_list

FOLDER = "rescue"
_AGAIN_SECONDS = 30.0
"""So soon it is tried again when a place was missing or full."""
_PLACE, _BUNDLE = "rescue.place", "rescue.bundle"


@dataclass(frozen=True, slots=True)
class Sealer:
    """For whom a copy is sealed, and who signs it."""

    centre_key: str
    """The centre's sealing key, hexadecimal."""
    device_id: str
    officer_id: str
    device_key: bytes | None


@dataclass(slots=True)
class _Target:
    """One place and how writing to it went."""

    folder: RescueFolder
    digest: str = ""
    written_at: datetime | None = None
    problem: str = ""


class Rescue:
    """The rescue copy of one open tablet; every method may be called from any thread.

    Args:
        store: the open store.
        data_dir: the copy that is always kept lies in here.
        sealer: how to seal; ``None`` while the tablet does not know its centre's key.
        new_id: makes the permanent id of the copy.
    """

    def __init__(
        self,
        store: Store,
        data_dir: Path,
        *,
        sealer: Callable[[], Sealer | None],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._home = _Target(RescueFolder(data_dir / FOLDER))
        self._away: _Target | None = None
        self._writing = threading.Lock()
        self._counts = Counts()
        self._over = False
        with store.transaction() as tx:
            self._bundle = tx.get(_BUNDLE) or new_id()
            tx.put(_BUNDLE, self._bundle)
            place = tx.get(_PLACE)
        if place:
            self._away = self._target_at(Path(place))

    # --------------------------------------------------------------------- saying

    def state(self) -> RescueCopy:
        """When and where it was last written, and what stands in the way."""
        away = self._away
        counts = self._counts
        return RescueCopy(
            written_at=self._home.written_at,
            problem=self._home.problem,
            path=str(self._home.folder.list_path),
            place=str(away.folder.path.parent) if away else "",
            place_written_at=away.written_at if away else None,
            place_problem=away.problem if away else "",
            entries=counts.entries,
            drafts=counts.drafts,
            photos=counts.photos,
        )

    def exists(self) -> bool:
        """True when there is a copy beside the records, of now or of an earlier run."""
        return self._home.folder.list_path.exists()

    # -------------------------------------------------------------------- writing

    def watch(self, changed: Callable[[], object]) -> Callable[[], None]:
        """Call ``changed`` after every commit, on its thread; call the result to stop."""
        return self._store.watch(changed)

    def write(self) -> float | None:
        """Write what has changed, if anything has.

        Returns:
            Seconds after which to look again though nothing has changed: something can then no
            longer be undone, or a place may be back; ``None``: a change will tell.
        """
        until = self._write()
        waits = [_AGAIN_SECONDS] if any(one.problem for one in self._targets()) else []
        if until is not None:
            waits.append(max(0.0, (until - self._store.clock.now()).total_seconds()))
        return min(waits, default=None)

    def write_now(self) -> RescueCopy:
        """Write it now, in both places, whether anything changed or not."""
        with self._writing:
            for target in self._targets():
                target.digest = ""
        self._write()
        return self.state()

    def save_to(self, place: Path) -> RescueCopy:
        """Keep a copy in this folder as well from now on, such as on a stick.

        Raises:
            UserError: there is no such folder, or nothing can be written there; what was chosen
                before still holds.
        """
        if not place.is_dir():
            raise UserError("That folder is not there.", code="no_folder")
        fresh = self._target_at(place)
        with self._writing:
            before, self._away = self._away, fresh
        self._write()
        if fresh.problem:
            self._away = before
            raise UserError(fresh.problem, code="not_written")
        with self._store.transaction() as tx:
            tx.put(_PLACE, str(place))
        return self.state()

    def _target_at(self, place: Path) -> _Target:
        return _Target(RescueFolder(place / f"fieldapp-rescue-{self._bundle[-12:]}"))

    def _targets(self) -> list[_Target]:
        return [self._home, *([self._away] if self._away else [])]

    def _write(self) -> datetime | None:
        """Write what changed; when something more can no longer be undone."""
        with self._writing:
            if self._over:
                return None
            try:
                sealer = self._sealer()
                if sealer is None:
                    self._home.problem = _NO_KEY
                    return None
                until, here = self._read()
                contents = self._contents(sealer, here)
            except (OSError, SituationError) as error:
                self._home.problem = _problem(error)
                return None
            self._counts = _counts(here)
            for target in self._targets():
                self._write_to(target, sealer, contents)
            return until

    def _read(self) -> tuple[datetime | None, OnlyHere]:
        with self._store.reading() as tx:
            if not has_queued(tx):
                return None, only_here(tx)
        with self._store.transaction() as tx:
            until = undone_until(tx)
            return until, only_here(tx)

    def _contents(self, sealer: Sealer, here: OnlyHere) -> Contents:
        parts = load_parts(self._store, sealer.centre_key)
        folder = self._home.folder
        files = seal_files(self._store, folder, parts, here, random=random_bytes)
        segments, ops = seal_operations(self._store, folder, parts, here, random=random_bytes)
        return Contents(
            bundle=self._bundle,
            device_id=sealer.device_id,
            officer_id=sealer.officer_id,
            app=__version__,
            made_at="",
            last_dseq=here.last_dseq,
            segments=segments,
            ops=ops,
            drafts=[
                RescuedDraft(
                    record_id=one.record_id,
                    saved_at=one.saved_at,
                    content=one.content,
                    started_from=one.started_from,
                )
                for one in here.drafts
            ],
            files=files,
        )

    def _write_to(self, target: _Target, sealer: Sealer, contents: Contents) -> None:
        said = f"{sealer}{contents.model_dump_json()}"
        digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
        folder = target.folder
        try:
            if target.digest == digest and folder.list_path.exists():
                target.problem = ""
                return
            if target is not self._home:
                self._bring_parts(folder, contents)
            now = self._store.clock.now()
            data = seal_list(
                bytes.fromhex(sealer.centre_key),
                contents.model_copy(update={"made_at": now.isoformat()}),
                self._counts,
                random=random_bytes,
                device_key=sealer.device_key,
            )
            folder.put_list(data)
            folder.prune(contents.part_names())
        except OSError as error:
            target.problem = _problem(error)
            return
        target.digest, target.written_at, target.problem = digest, now, ""

    def _bring_parts(self, folder: RescueFolder, contents: Contents) -> None:
        if not folder.path.parent.is_dir():
            raise FileNotFoundError(folder.path.parent)
        there, here = folder.sizes(), self._home.folder.sizes()
        for name in contents.part_names():
            if there.get(name) != here.get(name):
                folder.put_part(name, self._home.folder.read_part(name))

    # -------------------------------------------------------------------- closing

    def close(self) -> None:
        """Write what has changed since, the last time."""
        self._write()
        self.end()

    def end(self) -> None:
        """Write no more, also not what is asked for later; waits for a write under way."""
        with self._writing:
            self._over = True


def _counts(here: OnlyHere) -> Counts:
    return Counts(
        operations=len(here.operations),
        entries=len({op.record_id for op in here.operations}),
        drafts=len(here.drafts),
        photos=len(here.files),
        photo_bytes=sum(size for _, size in here.files),
    )


_NO_KEY = "There is no rescue copy yet. It starts after the next sign-in with a connection."


def _problem(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "The place is not there. Plug it in; the copy is written by itself."
    if isinstance(error, VaultError):
        return error.words
    if isinstance(error, PermissionError):
        return "Nothing may be written there. Choose another place."
    return "It could not be written: no room, or the place does not answer. It is tried again."
