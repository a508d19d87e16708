"""Choosing between two versions: what stands beside what, what was chosen, what comes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.errors import UserError
from ui.presenters.presenter import Presenter
from ui.words import counted, moment_words

if TYPE_CHECKING:
    from fieldapp.services.comparing import Comparison, Difference, Version
    from ui.presenters.presenter import Desk

BOTH: Final = "both"
SAVED_WORDS: Final = "Your choice is saved on this tablet. It sends by itself."
KEPT_WORDS: Final = "Both versions are kept until you choose."
CHANGED_WORDS: Final = "This was changed meanwhile. Here is what there is to choose now."
_NOTHING, _TAKEN_OUT = "Left empty", "Taken out"
_WORD = re.compile(r"\S+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """One version as it is shown; ``spans`` are the words that the other does not have."""

    key: str
    title: str
    under: str
    text: str
    spans: tuple[Span, ...]
    keep: str
    """Words on what keeps it."""
    empty: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """One answer with its versions beside each other; ``both`` is empty where one must go."""

    field: str
    label: str
    sides: tuple[Side, ...]
    both: str

    def result(self, key: str) -> str:
        """What the record will say after this choice."""
        if key == BOTH:
            return self.both
        side = next((one for one in self.sides if one.key == key), None)
        if side is None:
            return ""
        return "Nothing" if side.empty else side.text


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on the screen."""

    title: str
    ref: str
    intro: str
    answers: tuple[Beside, ...]


class ComparePresenter(Presenter):
    """Reads what there is to choose on one record, and keeps what was chosen.

    Signals:
        shown(Shown): there is something new to show; choices that still fit are kept.
        chosen(str): another choice was made for the answer with this field.
        missing(object): pairs of field and words for what has not been chosen.
        saved(str): the choice is on the tablet; words for the officer.
        changed(str): what is shown has changed under the officer's hands; words.
        gone: the record is not there any more, or somebody else has to choose.
    """

    shown = Signal(object)
    chosen = Signal(str)
    missing = Signal(object)
    saved = Signal(str)
    changed = Signal(str)
    gone = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.record_id = ""
        self._comparison: Comparison | None = None
        self._choices: dict[str, str] = {}
        self._saving = False

    @property
    def choices(self) -> dict[str, str]:
        """What has been chosen so far, by field."""
        return dict(self._choices)

    def open(self, record_id: str) -> None:
        """Read what there is to choose on a record, and show it."""
        self.record_id = record_id
        self.load()

    def load(self) -> None:
        """Read it again; what is on screen stays when nothing is new."""
        record_id, comparing = self.record_id, self.desk.services.comparing
        now = self.desk.clock.now()

        def work() -> tuple[Comparison, Shown]:
            found = comparing.open(record_id)
            return found, shown_of(found, now)

        if record_id and not self._saving:
            self._ask(work, self._on_read, newest="compare", failed=self._not_there)

    def choose(self, field: str, key: str) -> None:
        """Keep this version, or both, of an answer."""
        self._choices[field] = key
        self.chosen.emit(field)

    def save(self) -> None:
        """Keep what was chosen; what has not been chosen is named."""
        comparison = self._comparison
        if comparison is None or self._saving:
            return
        open_still = [one for one in comparison.differences if one.field not in self._choices]
        if open_still:
            pairs = [(one.field, f"{one.label}: choose what to keep") for one in open_still]
            self.missing.emit(tuple(pairs))
            return
        self._saving = True
        choices, comparing = self.choices, self.desk.services.comparing
        self._ask(
            lambda: comparing.settle(comparison.record_id, choices, seen=comparison.seen),
            self._on_saved,
            failed=self._not_saved,
        )

    # ------------------------------------------------------------------ inside

    def _on_read(self, answer: tuple[Comparison, Shown]) -> None:
        before, (self._comparison, shown) = self._comparison, answer
        if before is not None and before.seen == self._comparison.seen:
            return
        same = set(before.differences if before else ()) & set(self._comparison.differences)
        fields = {one.field for one in same}
        self._choices = {name: key for name, key in self._choices.items() if name in fields}
        self.shown.emit(shown)
        if before is not None:
            self.changed.emit(CHANGED_WORDS)

    def _on_saved(self, _nothing: object) -> None:
        self.saved.emit(SAVED_WORDS)

    def _not_saved(self, error: Exception) -> None:
        self._saving = False
        self._tell(error)
        if isinstance(error, UserError):
            self.load()

    def _not_there(self, error: Exception) -> None:
        self._tell(error)
        self.gone.emit()


def shown_of(comparison: Comparison, now: datetime) -> Shown:
    """A comparison in the words of the screen."""
    number = len(comparison.differences)
    intro = (
        f"{counted(number, 'answer was', 'answers were')} changed by two people, or on two "
        f"tablets. {KEPT_WORDS}"
    )
    if comparison.sent_on:
        intro = f"{intro} Your sergeant decides when you have chosen."
    return Shown(
        title=comparison.title,
        ref=comparison.ref,
        intro=intro,
        answers=tuple(_beside(one, now) for one in comparison.differences),
    )


def _beside(difference: Difference, now: datetime) -> Beside:
    versions = difference.versions
    texts = [one.words for one in versions]
    mine = [one.mine for one in versions]
    told_apart = len(versions) == 2 and mine[0] != mine[1]
    sides = []
    for number, version in enumerate(versions):
        other = texts[1] if number == 0 else texts[0]
        empty = _TAKEN_OUT if difference.part else _NOTHING
        sides.append(
            Side(
                key=version.key,
                title=version.who if told_apart else f"Version {number + 1}: {version.who}",
                under=_under(version, now, first=number == 0),
                text=version.words or empty,
                spans=differing(version.words, other),
                keep=_keep(difference, version, number, told_apart=told_apart),
                empty=not version.words,
            )
        )
    return Beside(difference.field, difference.label, tuple(sides), difference.both)


def _under(version: Version, now: datetime, *, first: bool) -> str:
    when = moment_words(version.at, now) if version.at else ""
    place = "what the record shows now" if first else "kept beside it"
    return f"{when}, {place}" if when else place[:1].upper() + place[1:]


def _keep(difference: Difference, version: Version, number: int, *, told_apart: bool) -> str:
    if difference.part and len(difference.versions) == 2:
        return "Keep it" if version.words else "Take it out"
    if told_apart:
        return "Keep mine" if version.mine else "Keep theirs"
    return f"Keep version {number + 1}"


def differing(text: str, other: str) -> tuple[Span, ...]:
    """Where words stand in a text that another does not have there."""
    words = list(_WORD.finditer(text))
    matcher = SequenceMatcher(
        None, [one.group() for one in words], _WORD.findall(other), autojunk=False
    )
    return tuple(
        (words[start].start(), words[end - 1].end())
        for kind, start, end, _, _ in matcher.get_opcodes()
        if kind in ("replace", "delete")
    )
