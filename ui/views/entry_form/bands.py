"""What stands above the parts: the sergeant's words, the running clock, what a choice means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from resources import code_list
from ui.presenters.entry.outcome import CANCELLED, HELD, NOBODY_CAME
from ui.widgets.arrange import column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.glyph import Glyph
from ui.widgets.text import Heading, Label
from ui.words import in_sentence, listed, moment_words

if TYPE_CHECKING:
    from datetime import datetime

    from fieldapp.services.values import Returned
    from ui.presenters.entry.entry import Entry

_MINUTE = 60_000
AMENDS = (
    "This entry is approved. What you change goes to your sergeant; until it is approved, "
    "the approved entry counts."
)


class ReturnedBand(Card):
    """Who returned it and why, in the sergeant's own words."""

    def __init__(self, returned: Returned, now: datetime) -> None:
        words = column(spacing=4)
        by = f"{returned.by_name} returned this, {in_sentence(moment_words(returned.at, now))}"
        words.addWidget(Label(by, "heading", tone="on_warning_tint", wrap=True))
        words.addWidget(Label(_reasons(returned), "strong", tone="on_warning_tint", wrap=True))
        whole = returned.comments.get("", "")
        if whole:
            words.addWidget(Label(f"“{whole}”", tone="on_warning_tint", wrap=True))
        count = sum(1 for name in returned.comments if name)
        if count:
            many = "The comment is" if count == 1 else f"The {count} comments are"
            beside = f"{many} beside the fields below."
            words.addWidget(Label(beside, "muted", tone="on_warning_tint", wrap=True))
        super().__init__(
            row(Glyph("return", "on_warning_tint", 28), (words, 1), spacing=14),
            kind="warning",
            margins=(18, 14),
        )
        self.setObjectName("returned")
        self.setAccessibleName(by)


class CommentStrip(Banner):
    """Stays above the page while it scrolls: who returned it and why, and the way to each comment.

    Signals:
        wanted(str): go to the field of the next comment.
    """

    wanted = Signal(str)

    def __init__(self, returned: Returned, fields: list[str]) -> None:
        self._fields, self._at = fields, 0
        title = f"{returned.by_name} returned this: {_reasons(returned)}"
        action = "Next comment" if len(fields) > 1 else ""
        super().__init__("warning", title, icon="return", action=action)
        self.setObjectName("returned-strip")
        self.acted.connect(self._next)

    def _next(self) -> None:
        self._at = (self._at + 1) % len(self._fields)
        self.wanted.emit(self._fields[self._at])


class RunningBand(Card):
    """The clock of a session that is going on, with Finish now.

    Signals:
        stopped: Finish now was pressed.
    """

    stopped = Signal()

    def __init__(self, entry: Entry) -> None:
        super().__init__(kind="info", margins=(18, 8, 8, 8))
        self._when = entry.when
        self._words = Label("", "heading", tone="on_primary_tint")
        self.stop = Button("Finish now", icon="clock", on=self._on_stop)
        self.stop.setObjectName("finish_now")
        clock = Glyph("clock", "on_primary_tint", 26)
        self.add(row(clock, (self._words, 1), self.stop, spacing=14))
        self._timer = QTimer(self)
        self._timer.setInterval(_MINUTE)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    def refresh(self) -> None:
        """Show how long it has been running; go when it has been finished."""
        self.setVisible(self._when.running)
        if self._when.running:
            self._words.setText(self._when.running_words())
            self.stop.setVisible(self._when.can_stop)

    def _on_stop(self) -> None:
        self._when.stop_now()
        self.stopped.emit()


class OutcomeBand(Banner):
    """Says what was skipped because nobody came or it was cancelled, and takes it back."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("info", "", icon="empty")
        self.setObjectName("skipped")
        self._outcome = entry.outcome
        self.acted.connect(self._on_back)

    def refresh(self) -> None:
        """Show the outcome when it hides parts of the form."""
        code = self._outcome.code
        self.setVisible(code in (NOBODY_CAME, CANCELLED))
        if code == NOBODY_CAME:
            text = "Counts and issues are skipped. It is a result like any other."
            self.say("info", "Nobody came.", text, icon="empty", action="Somebody came")
        elif code == CANCELLED:
            text = "Say why below; counts and issues are skipped."
            self.say("info", "Cancelled.", text, icon="withdrawn", action="It was held")

    def _on_back(self) -> None:
        self._outcome.choose(HELD)


class KindBand(Card):
    """For contacts: on the doorstep, in the street, by phone.

    Signals:
        chosen(str): another kind of contact.
    """

    chosen = Signal(str)

    def __init__(self, entry: Entry) -> None:
        super().__init__(margins=(20, 14, 20, 16))
        facts = entry.form.facts
        choices = [Choice(kind.code, kind.label) for kind in facts.siblings]
        self.chips = Chips(choices, "Kind of contact", multi=False)
        self.chips.setObjectName("engagement_type")
        self.chips.set_value(facts.type.code)
        self.chips.changed.connect(self._on_changed)
        self.add(Heading("Kind of contact", 2))
        self.add(self.chips)

    def _on_changed(self) -> None:
        self.chosen.emit(self.chips.value())


def _reasons(returned: Returned) -> str:
    """Like Remove personal data and check the numbers."""
    said = [code_list("return_reason").label(code) for code in returned.reasons]
    return listed([*said[:1], *(reason.lower() for reason in said[1:])])
