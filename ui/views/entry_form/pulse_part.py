"""Quick survey: how safe people feel, and how the session felt on the whole."""

from __future__ import annotations

from ui.views.entry_form.part import Part
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.field import Field
from ui.widgets.tally import TallyGroup
from ui.words import counted

_SAFE = (
    Choice("safe", "Safe"),
    Choice("unsure", "Not sure"),
    Choice("unsafe", "Not safe"),
)
_MOODS = (
    Choice("1", "Very unhappy"),
    Choice("2", "Unhappy"),
    Choice("3", "Mixed"),
    Choice("4", "Happy"),
    Choice("5", "Very happy"),
)


class PulsePart(Part):
    """Totals of a short survey at the stand; nobody's own answer is kept."""

    key = "pulse"
    names = ("pulse", "sentiment")
    optional = True
    nothing = "Not asked"
    folded_at_first = True

    def make(self) -> None:
        most = self.form.facts.hours("count_max")
        self.tallies = TallyGroup(_SAFE, noun=("answer", "answers"), maximum=most, min_width=200)
        self.tallies.changed.connect(self._on_tally)
        self.mood = Chips(_MOODS, "How people felt", multi=False)
        self.mood.changed.connect(self._on_mood)
        self.add(Field("Do you feel safe around here?", self.tallies))
        mood = Field("On the whole, how did people feel?", self.mood, optional=True)
        self.add(mood)
        for code, tally in self.tallies.tallies.items():
            self.fields.put(f"pulse.{code}", tally.spin, spot=tally)
        self.fields.put("sentiment", self.mood, mood)

    def show(self) -> None:
        answers = self.form.answers
        values = {choice.value: answers.number(f"pulse.{choice.value}") for choice in _SAFE}
        if self.tallies.values() != values:
            self.tallies.set_values(values)
        feeling = answers.number("sentiment")
        self.mood.set_value(str(feeling) if feeling else "")

    def summary(self) -> str:
        answers = self.form.answers
        total = sum(answers.number(f"pulse.{choice.value}") for choice in _SAFE)
        parts = [counted(total, "answer")] if total else []
        feeling = str(answers.number("sentiment"))
        parts += [choice.text for choice in _MOODS if choice.value == feeling]
        return ", ".join(parts)

    def _on_tally(self) -> None:
        for code, number in self.tallies.values().items():
            name = f"pulse.{code}"
            if number or self.form.answers.get(name) is not None:
                self.form.set(name, number)

    def _on_mood(self) -> None:
        value = self.mood.value()
        self.form.set("sentiment", int(value) if value else None)
