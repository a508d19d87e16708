"""Handing in the tablet, and the rescue copy: what the Sync screen says and does about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from fieldapp.services.rescue_values import Carried, HandInCard, RescueCopy
from ui.presenters.presenter import Presenter
from ui.tasks import Lane
from ui.words import in_sentence, moment_words

if TYPE_CHECKING:
    from datetime import datetime

    from ui.presenters.presenter import Desk


_T = TypeVar("_T")


class CopyKeeper(Protocol):
    """Whoever keeps the rescue copy."""

    def state(self) -> RescueCopy:
        """When and where it was last written."""
        ...

    def write_now(self) -> RescueCopy:
        """Write it, in both places."""
        ...

    def save_to(self, place: Path) -> RescueCopy:
        """Keep one in this folder as well."""
        ...


class HandsIn(Protocol):
    """The way to hand this tablet in, or a colleague's copy."""

    @property
    def rescue(self) -> CopyKeeper:
        """The rescue copy of this tablet."""
        ...

    def check(self) -> HandInCard:
        """Send what can be sent, then ask the centre."""
        ...

    def carry(self, path: Path, on_progress: Callable[[int, int], object] | None = None) -> Carried:
        """Hand in the copy of another tablet."""
        ...


@dataclass(frozen=True, slots=True)
class HandInLook:
    """The card in words; ``kind`` tints it."""

    card: HandInCard
    kind: str
    verdict: str
    under: str


@dataclass(frozen=True, slots=True)
class CopyLook:
    """The rescue copy in words; ``trouble`` is empty while all is well."""

    words: str
    trouble: str
    place_words: str
    place_trouble: str
    has_place: bool


class HandInPresenter(Presenter):
    """Shows what is left on this tablet, asks the centre, and keeps and carries rescue copies.

    Signals:
        shown(HandInLook): what is left, and the verdict.
        copy_shown(CopyLook): how the rescue copy is.
        busy_changed(str): what is being done; empty: nothing.
        carried(str): what the centre took of a colleague's copy.
        said(str): something was done.
    """

    shown = Signal(object)
    copy_shown = Signal(object)
    busy_changed = Signal(str)
    carried = Signal(str)
    said = Signal(str)
    _progressed = Signal(int, int)

    def __init__(self, desk: Desk, hands: HandsIn, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._hands = hands
        self._busy = ""
        self._progressed.connect(self._on_progress)

    def load(self) -> None:
        """Read what is left here, and show it."""
        self._ask(self.desk.services.handing.card, self._show, newest="card")
        self.load_copy()

    def load_copy(self) -> None:
        """Show how the rescue copy is."""
        self._show_copy(self._hands.rescue.state())

    def check(self) -> None:
        """Ask the centre whether the tablet can be handed in."""
        self._start("Checking…", self._hands.check, self._show)

    def save_copy(self, folder: str) -> None:
        """Keep a rescue copy in a folder as well, such as on a stick."""

        def then(copy: RescueCopy) -> None:
            self._show_copy(copy)
            self.said.emit(f"A rescue copy is kept in {copy.place}.")

        place = Path(folder)
        self._ask(lambda: self._hands.rescue.save_to(place), then, lane=Lane.FILES)

    def write_copy(self) -> None:
        """Write the rescue copy now."""
        self._ask(self._hands.rescue.write_now, self._show_copy, lane=Lane.FILES)

    def carry(self, file: str) -> None:
        """Hand in a colleague's rescue copy."""
        path = Path(file)
        self._start(
            "Handing in…",
            lambda: self._hands.carry(path, self._progressed.emit),
            lambda carried: self.carried.emit(carried.words),
        )

    # ------------------------------------------------------------------ inside

    def _start(self, words: str, work: Callable[[], _T], then: Callable[[_T], object]) -> None:
        if self._busy:
            return
        self._set_busy(words)

        def done(answer: _T) -> None:
            self._set_busy("")
            then(answer)

        def failed(error: Exception) -> None:
            self._set_busy("")
            self._tell(error)

        self._ask(work, done, failed=failed, lane=Lane.NETWORK)

    def _set_busy(self, words: str) -> None:
        self._busy = words
        self.busy_changed.emit(words)

    def _on_progress(self, done: int, total: int) -> None:
        if self._busy and done < total:
            self._set_busy(f"Handing in part {done + 1} of {total}")

    def _show(self, card: HandInCard) -> None:
        self.shown.emit(hand_in_look(card, self.desk.clock.now()))

    def _show_copy(self, copy: RescueCopy) -> None:
        self.copy_shown.emit(copy_look(copy, self.desk.clock.now()))


def hand_in_look(card: HandInCard, now: datetime) -> HandInLook:
    """The verdict and what stands under it."""
    if card.code and card.code_at:
        when = _at(card.code_at, now)
        changes = "1 change" if card.confirmed == 1 else f"{card.confirmed} changes"
        under = f"The centre confirmed {when} that it holds all {changes} made here."
        return HandInLook(card, "success", card.verdict, under)
    if card.only_here:
        under = "Connect, and what can be sent is sent. A draft is sent when you submit it."
        return HandInLook(card, "warning", card.verdict, card.words or under)
    if card.words:
        connect, _, rest = card.words.partition(". ")
        return HandInLook(card, "warning", f"{connect.rstrip('.')}.", rest)
    under = "Only the centre can say that it has everything, and gives you a code for it."
    return HandInLook(card, "", "Nothing waits on this tablet. Connect to check.", under)


def _at(moment: datetime, now: datetime) -> str:
    """Such as at 14:30, or yesterday at 14:30."""
    words = in_sentence(moment_words(moment, now))
    return words if words[:1].isalpha() else f"at {words}"


def copy_look(copy: RescueCopy, now: datetime) -> CopyLook:
    """When it was written, what it holds, and what stands in the way."""
    written = ""
    if copy.written_at:
        held = HandInCard.summed(copy.entries, copy.drafts, copy.photos)
        when = in_sentence(moment_words(copy.written_at, now))
        holds = f". It holds {held}." if held else ", when nothing was only on this tablet."
        written = f"Last written {when}{holds}"
    there = ""
    if copy.place:
        away = copy.place_written_at
        when = in_sentence(moment_words(away, now)) if away else ""
        last = f", last written {when}" if when else ""
        there = f"Also kept in {copy.place}{last}."
    return CopyLook(
        words=written or ("" if copy.problem else "It is written as soon as you record something."),
        trouble=copy.problem,
        place_words=there,
        place_trouble=copy.place_problem,
        has_place=bool(copy.place),
    )
