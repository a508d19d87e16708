"""What the officer does: writes one entry after the other by keys and taps, and reports."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.kill.entry_plan import AREA, EntryPlan, plan_of
from tests.kill.eyes import Eyes
from tests.kill.orders import Orders
from tests.rig.hand import PATIENCE, Hand, NotThereError

LOOK_MS = 2
ADULTS, CHILDREN, NOTES = "counts.adults", "counts.children_young_people", "qualitative"


class Tell(Protocol):
    """Sends one report."""

    def __call__(self, **message: Any) -> None: ...


class Shift:
    """Works until the process ends, or until one entry is done when it is the last.

    Args:
        hand: the hand on the window.
        tell: takes reports.
        seed: what is written follows from it.
        orders: how it goes today.
    """

    def __init__(self, hand: Hand, tell: Tell, seed: int, orders: Orders) -> None:
        self._hand, self._tell, self._eyes = hand, tell, Eyes(hand)
        self._seed, self._number, self._orders = seed, orders.number, orders
        self._left: set[int] = set()

    def work(self) -> None:
        """From the first look at Today."""
        self._hand.see("Today's plan")
        self._hand.settle()
        if self._orders.kept:
            self._until(lambda: bool(self._kept_rows() + self._draft_rows()), "no draft to go on")
        kept, drafts = self._kept_rows(), self._draft_rows()
        self._tell(stage="usable", kept=kept, drafts=drafts)
        if kept or drafts:
            self._entry((kept or drafts)[0])
        elif self._orders.last:
            return
        while not self._orders.last:
            self._entry("")

    # ------------------------------------------------------------------- one entry

    def _entry(self, continued: str) -> None:
        plan = plan_of(self._seed, self._number)
        self._open(continued)
        for step in plan.steps:
            if step == plan.leaves_before and plan.number not in self._left and not continued:
                self._leave()
            getattr(self, f"_{step}")(plan)
        self._submit()
        if plan.takes_back and not continued:
            self._take_back()
            self._submit()
        self._number += 1

    def _open(self, continued: str) -> None:
        if continued:
            self._tell(stage="opening", does="continue", number=self._number)
            self._hand.tap(continued)
        elif self._eyes.page() == "submitted" and self._number % 2:
            self._tell(stage="opening", does="new", number=self._number)
            self._hand.tap("new")
        else:
            if self._eyes.page() == "submitted":
                self._hand.tap("today")
                self._until(lambda: self._eyes.page() == "today", "Today does not come back")
            self._tell(stage="opening", does="new", number=self._number)
            self._hand.tap("new:DROP_IN")
        self._until(lambda: self._eyes.page() == "form", "the form does not open")
        self._hand.settle()
        self._look(opened=bool(continued))

    def _leave(self) -> None:
        """Finish later, then find it on Today."""
        self._left.add(self._number)
        self._tell(stage="leaving", does="leave")
        self._hand.tap("later")
        self._until(lambda: bool(self._draft_rows()), "the draft is not on Today")
        self._tell(stage="left", does="left", **self._eyes.look())
        self._tell(stage="opening", does="continue", number=self._number)
        self._hand.tap(self._draft_rows()[0])
        self._until(lambda: self._eyes.page() == "form", "the draft does not open")
        self._hand.settle()
        self._look(opened=True)

    def _submit(self) -> None:
        self._tell(stage="checking")
        if self._eyes.page() != "check":
            if self._eyes.shown(QWidget, "routing.none") is not None:
                self._hand.tap("routing.none")
                self._look()
            self._hand.tap("check")
        self._until(lambda: self._eyes.page() == "check", "the check does not come")
        self._look()
        self._tell(stage="submitting", does="submit")
        self._hand.tap("submit")
        self._until(lambda: self._eyes.page() == "submitted", "it is not submitted")
        self._tell(stage="submitted", words=self._hand.words(), **self._eyes.look())

    def _take_back(self) -> None:
        self._tell(stage="taking back", does="take back")
        self._hand.tap("take_back")
        self._until(lambda: self._eyes.page() == "form", "the entry does not come back")
        self._hand.settle()
        self._look(opened=True)

    def _kept_rows(self) -> list[str]:
        return [name for name in self._hand.names() if name.startswith("We kept your draft")]

    def _draft_rows(self) -> list[str]:
        names = [widget.objectName() for widget in self._hand.window.findChildren(QWidget)]
        rows = [name for name in names if name.startswith("draft:")]
        return [name for name in rows if self._eyes.shown(QWidget, name) is not None]

    # ------------------------------------------------------------------- its answers

    def _place(self, plan: EntryPlan) -> None:
        self._tell(stage="placing")
        if self._eyes.content()["place"] is None:
            return  # both answered; the part is one line now
        self._write("venue.name", "place", plan.content["place"])
        if not self._eyes.content()["area"]:
            self._act(lambda: self._hand.tap(f"chip:{AREA}"), area=AREA)

    def _first_words(self, plan: EntryPlan) -> None:
        self._words(plan, plan.half)

    def _more_words(self, plan: EntryPlan) -> None:
        self._words(plan, len(plan.content["notes"]))

    def _words(self, plan: EntryPlan, length: int) -> None:
        self._tell(stage="typing")
        self._write(NOTES, "notes", plan.content["notes"][:length], plan.pauses)

    def _write(
        self, name: str, answer: str, text: str, pauses: frozenset[int] = frozenset()
    ) -> None:
        """Key by key, behind what is there; nothing when it is there already."""
        written = str(self._eyes.content()[answer])
        if len(written) >= len(text):
            return
        names, caret = self._eyes.focus()
        if name not in names or caret != len(written):
            self._hand.bring_into_view(self._hand.wait_for(name))
            QTest.mouseClick(self._hand.wait_for(name), Qt.MouseButton.LeftButton)
            self._hand.settle()
            self._key(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        for count in range(len(written), len(text)):
            self._act(partial(self._key, text[count]), **{answer: text[: count + 1]})
            if count in pauses and self._orders.rests:
                self._rest()

    def _adults(self, plan: EntryPlan) -> None:
        self._tell(stage="counting")
        wanted = int(plan.content["adults"])
        if plan.types_adults and self._eyes.content()["adults"] == 0:
            self._hand.bring_into_view(self._hand.wait_for(ADULTS))
            QTest.mouseClick(self._hand.wait_for(ADULTS), Qt.MouseButton.LeftButton)
            self._hand.settle()
            self._hand.settle()
            digits = str(wanted)
            for count, digit in enumerate(digits, start=1):
                self._act(partial(self._key, digit), adults=int(digits[:count]))
        self._count("adults", "plus:adults", wanted)

    def _children(self, plan: EntryPlan) -> None:
        self._tell(stage="counting")
        self._count("children", "plus:children_young_people", int(plan.content["children"]))

    def _count(self, answer: str, button: str, wanted: int) -> None:
        while (now := int(self._eyes.content()[answer])) < wanted:
            self._act(lambda: self._hand.tap(button), **{answer: now + 1})

    def _issues(self, plan: EntryPlan) -> None:
        self._tell(stage="raising")
        for code, wanted in plan.content["issues"].items():
            while (now := self._eyes.mentions(code)) < wanted:
                raised = {**self._eyes.content()["issues"], code: now + 1}
                self._act(partial(self._mention, code, not now), issues=raised)

    def _mention(self, code: str, first: bool) -> None:
        word = self._hand.wait_for(f"mention:{code}")
        if first:
            self._hand.tap(f"mention:{code}")
            return
        self._hand.tap(f"One mention more, {word.property('text')}")

    def _promises(self, plan: EntryPlan) -> None:
        self._tell(stage="promising")
        for code in ("PATROL", "TELL_TEAM")[: int(plan.content["promises"])]:
            now = int(self._eyes.content()["promises"])
            if now < int(plan.content["promises"]):
                self._act(partial(self._hand.tap, f"phrase:{code}"), promises=now + 1)

    # ------------------------------------------------------------------- hand and eye

    def _key(self, key: Any, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._hand.window.windowHandle(), key, held)

    def _act(self, does: Callable[[], None], **after: Any) -> None:
        """Say what the form will hold, do it, and report what the screen says then."""
        self._tell(will=after)
        does()
        self._breathe(self._orders.key_ms)
        self._look()

    def _rest(self) -> None:
        """Look up from the keys until it is said to be safe."""
        self._until(self._eyes.says_saved, "the save line does not say saved")
        self._look()

    def _look(self, *, opened: bool = False) -> None:
        words = {"words": self._hand.words()} if opened else {}
        self._tell(opened=opened, **words, **self._eyes.look())

    @staticmethod
    def _breathe(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _until(self, check: Callable[[], bool], what: str) -> None:
        """Like the hand's waiting, but looking more often: what is said is reported at once."""
        left = int(PATIENCE * 1000 / LOOK_MS)
        while not check():
            self._breathe(LOOK_MS)
            left -= 1
            if left < 0:
                raise NotThereError(f"{what}; on the screen: {self._hand.words()[:4000]}")
