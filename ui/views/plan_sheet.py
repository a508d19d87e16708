"""Something put into the plan: what, when, from when to when, and where."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.presenters.plan import PlanAnswers, PlanOffer, PlanPresenter
from ui.views.looks import shown
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.day_field import DayField
from ui.widgets.field import Field
from ui.widgets.list_picker import ListPicker
from ui.widgets.place_field import PlaceField
from ui.widgets.sheet import Sheet
from ui.widgets.text import Label
from ui.widgets.time_field import TimeRange
from ui.words import local


class PlanSheet(Sheet):
    """Asks what the plan line still needs."""

    def __init__(self, window: QWidget, presenter: PlanPresenter, offer: PlanOffer) -> None:
        super().__init__(window, offer.title, size=QSize(660, 0))
        self._presenter, self._offer = presenter, offer
        today = local(presenter.desk.clock.now()).date()
        self.kind = ListPicker(shown(offer.kinds), "What is planned")
        self.area = ListPicker(shown(offer.areas), "Neighbourhood")
        self.day = DayField("Day", today, earliest=today, coming=True)
        self.day.set_value(offer.day)
        self.times = TimeRange()
        self.times.start.set_value(offer.start)
        self.times.finish.set_value(offer.end)
        self.place = PlaceField("Place", shown(offer.places("")))
        held = offer.body.get("venue")
        if isinstance(held, dict):
            self.place.set_place(str(held.get("venue_id") or ""), str(held.get("name") or ""))
        self._error = Label("", "label", tone="danger", wrap=True)
        self._error.hide()
        self.add(self._error)
        if offer.kinds:
            self.add(Field("What is planned", self.kind))
        if offer.areas:
            self.add(Field("Neighbourhood", self.area))
        self.add(Field("Day", self.day))
        self.add(self.times)
        self.add(Field("Place", self.place))
        self.keep = Button("Add to plan", "primary", "check", on=self._keep)
        self.add(row(None, Button("Cancel", on=self.dismiss), self.keep))
        self.area.changed.connect(self._on_area)

    @property
    def error(self) -> str:
        """What is wrong, as it reads."""
        return "" if self._error.isHidden() else self._error.text()

    def _on_area(self) -> None:
        self.place.set_places(shown(self._offer.places(self.area.value())))

    def _keep(self) -> None:
        answers = PlanAnswers(
            kind=self.kind.value(),
            area=self.area.value(),
            day=self.day.value(),
            start=self.times.start.value(),
            end=self.times.finish.value(),
            venue=(self.place.value(), self.place.text()),
        )
        wrong = self._presenter.add(self._offer, answers)
        if wrong:
            self._error.setText(f"Error: {wrong}")
            self._error.setAccessibleName(self._error.text())
            self._error.show()
            return
        self.dismiss()
