"""When: the day, start and finish, and what they come to."""

from __future__ import annotations

from fieldapp.domain.times import LocalChoice
from ui.views.entry_form.part import Part
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.day_field import DayField
from ui.widgets.field import Field
from ui.widgets.glyph import Glyph
from ui.widgets.text import Label
from ui.widgets.time_field import TimeRange
from ui.words import stored

_TIMES = {"started_at": "The start", "ended_at": "The finish"}


class WhenPart(Part):
    """Day and times; a running session can be stopped here as well as on top of the form."""

    key = "when"
    names = ("started_at", "ended_at")

    def make(self) -> None:
        when = self.entry.when
        self.day = DayField("Day", when.today, latest=when.today)
        self.day.changed.connect(self._on_day)
        self.times = TimeRange()
        self.times.start.changed.connect(self._on_start)
        self.times.finish.changed.connect(self._on_finish)
        self.length = Label("", "muted")
        self.stop = Button("Finish now", "secondary", "clock", on=self.entry.when.stop_now)
        self.add(Field("Day", self.day))
        self.add(self.times)
        self.twice = {name: Chips((), f"Which {name}", multi=False) for name in _TIMES}
        self._offered: dict[str, tuple[LocalChoice, ...]] = {}
        for name, chips in self.twice.items():
            chips.setAccessibleName(f"{_TIMES[name]}, which came twice that night")
            chips.changed.connect(self._on_reading)
            frame = Field(f"{_TIMES[name]} came twice that night. Which one?", chips)
            self.add(frame)
            self.fields.put(f"{name}.reading", chips, frame)
        self.add(row(Glyph("clock", "text_muted", 20), (self.length, 1), self.stop, spacing=8))
        self.fields.put("started_at", self.times.start.target, self.times.start_field)
        self.fields.put("ended_at", self.times.finish.target, self.times.finish_field)

    def show(self) -> None:
        when = self.entry.when
        self.day.set_today(when.today)
        self.day.set_value(when.day)
        if self.times.start.value() != when.start_time:
            self.times.start.set_value(when.start_time)
        if self.times.finish.value() != when.end_time:
            self.times.finish.set_value(when.end_time)
        for name, chips in self.twice.items():
            self._show_readings(name, chips)
        self.length.setText(when.running_words() if when.running else when.length_line())
        self.stop.setVisible(when.running)

    def summary(self) -> str:
        return self.entry.when.summary()

    def done(self) -> bool:
        return self.entry.when.length() is not None or self.entry.when.running

    def starts_folded(self) -> bool:
        return self.done()

    def _show_readings(self, name: str, chips: Chips) -> None:
        """On the night the clocks go back, an hour is read twice (see ``When.readings``)."""
        readings = self.entry.when.readings(name)
        frame = self.fields.find(f"{name}.reading")
        if frame is not None:
            frame.visible_part.setVisible(bool(readings))
        if self._offered.get(name) != readings:
            self._offered[name] = readings
            chips.set_choices([Choice(stored(one.utc), one.words) for one in readings])
        chips.set_value(self.form.answers.text(name))

    def _on_reading(self) -> None:
        for name, chips in self.twice.items():
            if chips.value():
                self.form.set(name, chips.value())

    def _on_day(self) -> None:
        self.entry.when.set_day(self.day.value())

    def _on_start(self) -> None:
        self.entry.when.set_start(self.times.start.value())

    def _on_finish(self) -> None:
        self.entry.when.set_end(self.times.finish.value())
