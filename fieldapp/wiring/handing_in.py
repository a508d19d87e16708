"""Asking the centre whether the tablet may be handed in, and handing in a colleague's copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.domain.errors import UserError
from fieldapp.services.rescue_values import Carried, HandInCard
from fieldapp.services.values import Link
from fieldapp.wiring.rescue_folder import RescueFolder
from sync.faults import Fault
from sync.lanes.handing import ask_hand_in, carry
from sync.ports import Kept
from sync.protocol.rescue import LIST_NAME, MAX_LIST_BYTES, read_header
from sync.protocol.sealing import CannotOpen

if TYPE_CHECKING:
    from fieldapp.domain.exchange import Waiting
    from fieldapp.services.handing import HandInFacts, Handing
    from fieldapp.wiring.rescuing import Rescue
    from fieldapp.wiring.syncing import OnProgress, Syncing
    from sync.protocol.messages import HandedIn, HandInAnswer
    from sync.transport import HttpLink

CONNECT = "Connect to check."
NO_COPY = "That is not a rescue copy. Choose the file rescue.fieldapp, with its parts beside it."
_TIMES = 2
_REACHED = (Link.ONLINE, Link.UPDATE_NEEDED)


class HandingIn:
    """What keeps work from being lost with a tablet: its rescue copy, and the way to hand it in.

    Args:
        rescue: the copy that is kept of what is only here.
        syncing: the way to the centre.
        handing: what is left on this tablet.
    """

    def __init__(self, rescue: Rescue, syncing: Syncing, handing: Handing) -> None:
        self.rescue = rescue
        self._syncing = syncing
        self._handing = handing

    def check(self, on_progress: OnProgress | None = None) -> HandInCard:
        """See ``check_hand_in``."""
        return check_hand_in(self._syncing, self._handing, on_progress)

    def carry(self, path: Path, on_progress: Callable[[int, int], object] | None = None) -> Carried:
        """See ``carry_copy``."""
        return carry_copy(self._syncing, path, on_progress)


def check_hand_in(
    syncing: Syncing, handing: Handing, on_progress: OnProgress | None = None
) -> HandInCard:
    """Send what can be sent, then ask the centre whether it has everything.

    When it lacks something that it once said it had, that is sent again, and it is asked once more.

    Raises:
        SituationError: the store or the keyring does not let us.
    """
    for _ in range(_TIMES):
        status = syncing.sync_now(on_progress)
        if status.link not in _REACHED:
            return _not_asked(handing, status.words)
        facts = handing.facts()
        if handing.card().only_here:
            # What was received may have brought something more to send.
            continue
        try:
            answer = syncing.beside(_question(facts))
        except Fault as fault:
            return _not_asked(handing, fault.words)
        if answer.code:
            handing.confirmed(facts, code=answer.code, at=answer.at, confirmed=answer.confirmed)
            return handing.card()
        handing.centre_lacks()
    return handing.card()


def _question(facts: HandInFacts) -> Callable[[HttpLink, Waiting], HandInAnswer]:
    kept = Kept(facts.last_dseq, facts.ops, facts.files, facts.only_here)
    return lambda line, waiting: ask_hand_in(line, kept, waiting)


def _not_asked(handing: Handing, words: str) -> HandInCard:
    """Without the centre's word there is no receipt, also not the one from before."""
    return replace(handing.card(), code="", code_at=None, words=f"{CONNECT} {words}".strip())


def carry_copy(
    syncing: Syncing, path: Path, on_progress: Callable[[int, int], object] | None = None
) -> Carried:
    """Hand in the rescue copy of another tablet, which nobody here can read.

    Args:
        syncing: the way to the centre.
        path: its list, or the folder it is in.
        on_progress: told how many parts of how many have gone.

    Raises:
        Fault: it did not go through; begun again, it goes on from there.
        UserError: that is no rescue copy.
        SituationError: nobody is signed in on this tablet.
    """
    file = path / LIST_NAME if path.is_dir() else path
    folder = RescueFolder(file.parent)
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_LIST_BYTES)
        read_header(data)
    except (OSError, CannotOpen) as error:
        raise UserError(NO_COPY, code="no_copy") from error

    def part(name: str) -> bytes | None:
        try:
            return folder.read_part(name)
        except OSError:
            return None

    def ask(line: HttpLink, _waiting: Waiting) -> HandedIn:
        return carry(line, data, part, on_progress=on_progress or _nobody)

    said = syncing.beside(ask)
    return Carried(
        entries=said.entries,
        drafts=said.drafts,
        photos=said.photos,
        again=said.again,
        state=said.state,
        missing=said.missing,
        words=said.words,
    )


def _nobody(_done: int, _total: int) -> None:
    """Nobody watches."""
