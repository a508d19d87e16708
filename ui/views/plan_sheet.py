"""A meeting put into the plan: when, from when to when, and where."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.presenters.meetings import MeetingsPresenter, PlanOffer
from ui.views.looks import shown
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.day_field import DayField
from ui.widgets.field import Field
from ui.widgets.place_field import PlaceField
from ui.widgets.sheet import Sheet
from ui.widgets.text import Label
from ui.widgets.time_field import TimeRange
from ui.words import local


class PlanSheet(Sheet):
    """Asks what the filled-in plan line still needs."""

    def __init__(self, window: QWidget, presenter: MeetingsPresenter, offer: PlanOffer) -> None:
        super().__init__(window, f"Plan a meeting: {offer.neighbourhood}", size=QSize(640, 0))
        self._presenter, self._offer = presenter, offer
        today = local(presenter.desk.clock.now()).date()
        self.day = DayField("Day", today, earliest=today, coming=True)
        self.day.set_value(offer.day)
        self.times = TimeRange()
        self.times.start.set_value(offer.start)
        self.times.finish.set_value(offer.end)
        self.place = PlaceField("Place", shown(offer.venues))
        held = offer.body.get("venue")
        if isinstance(held, dict):
            self.place.set_place(str(held.get("venue_id") or ""), str(held.get("name") or ""))
        self._error = Label("", "label", tone="danger", wrap=True)
        self._error.hide()
        self.add(self._error)
        self.add(Field("Day", self.day))
        self.add(self.times)
        self.add(Field("Place", self.place))
        self.keep = Button("Add to plan", "primary", "check", on=self._keep)
        self.add(row(None, Button("Cancel", on=self.dismiss), self.keep))

    def _keep(self) -> None:
        start, end = self.times.start.value(), self.times.finish.value()
        wrong = "Enter both times." if start is None or end is None else ""
        if start is not None and end is not None:
            wrong = self._presenter.plan(
                self._offer,
                day=self.day.value(),
                start=start,
                end=end,
                venue=(self.place.value(), self.place.text()),
            )
        if wrong:
            self._error.setText(f"Error: {wrong}")
            self._error.show()
            return
        self.dismiss()
