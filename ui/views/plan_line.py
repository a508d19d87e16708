"""Add to plan: what, when, where, in one short page."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.presenters.entry.where import FROM_PLACE
from ui.views.looks import shown
from ui.widgets.arrange import column
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice
from ui.widgets.choice_field import choice_field
from ui.widgets.day_field import DayField
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.field import Field
from ui.widgets.list_picker import ListPicker
from ui.widgets.page import Page
from ui.widgets.place_field import PlaceField
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.text_field import TextField
from ui.widgets.time_field import TimeRange

if TYPE_CHECKING:
    from ui.presenters.plan_line import PlanLinePresenter

_START = time(10, 0)


class PlanLinePage(Page):
    """Asks what the plan needs to know.

    Signals:
        added(str): the line is in the plan.
    """

    added = Signal(str)

    def __init__(self, presenter: PlanLinePresenter) -> None:
        super().__init__("Add to plan", form=True)
        self._presenter, self._chosen_area = presenter, False
        self.errors = ErrorSummary()
        self.errors.followed.connect(self._go)
        kinds = [Choice(kind.code, kind.label, kind.group) for kind in presenter.kinds]
        self.kind = ListPicker(kinds, "What is planned")
        self.kind.changed.connect(self._on_kind)
        self.day = DayField("Day", presenter.today, earliest=presenter.today, coming=True)
        self.times = TimeRange()
        self.times.start.set_value(_START)
        self.times.start.changed.connect(self._on_kind)
        self.place = PlaceField("Place", ())
        self.place.picked.connect(self._on_place)
        self.neighbourhood = choice_field((), "Neighbourhood")
        self.neighbourhood.changed.connect(self._on_area)
        self._area_room = column(spacing=0)
        self.purpose = TextField("Purpose", "Hear concerns, give advice", limit=500)
        self.frames = {
            "engagement_type": Field("What", self.kind),
            "venue.name": Field("Place", self.place, optional=True),
            "neighbourhood_id": Field("Neighbourhood", self.neighbourhood),
            "purpose": Field("Purpose", self.purpose, optional=True),
        }
        self._area_room.addWidget(self.frames["neighbourhood_id"])
        card = Card(
            self.frames["engagement_type"],
            Field("Day", self.day),
            self.times,
            self.frames["venue.name"],
            self._area_room,
            self.frames["purpose"],
            spacing=18,
        )
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(column(self.errors, card, None, margins=(24, 16, 24, 24), spacing=14))
        self.set_content(body, width=820)
        self.keep = Button("Add to plan", "primary", "check", large=True, on=self._on_add)
        self.keep.setObjectName("add")
        self.set_foot(StickyBar(self.keep, Button("Cancel", on=self.back_wanted.emit)))
        presenter.ready.connect(self._on_ready)
        presenter.wrong.connect(self._on_wrong)
        presenter.added.connect(self.added)

    def _on_ready(self) -> None:
        presenter = self._presenter
        self.place.set_places(shown((*presenter.venues, *presenter.schools)))
        choices = [Choice(area.code, area.label) for area in presenter.neighbourhoods]
        old = self.frames["neighbourhood_id"]
        self.neighbourhood = choice_field(choices, "Neighbourhood")
        self.neighbourhood.changed.connect(self._on_area)
        self.frames["neighbourhood_id"] = Field("Neighbourhood", self.neighbourhood)
        self._area_room.replaceWidget(old, self.frames["neighbourhood_id"])
        old.hide()
        old.deleteLater()

    def _on_kind(self) -> None:
        start = self.times.start.value()
        if start is not None:
            self.times.finish.set_value(self._presenter.usual_end(self.kind.value(), start))

    def _on_place(self, code: str) -> None:
        area = self._presenter.neighbourhood_of(code)
        if area and not self._chosen_area:
            self.neighbourhood.set_value(area)
            self.frames["neighbourhood_id"].set_origin(FROM_PLACE)

    def _on_area(self) -> None:
        self._chosen_area = True
        self.frames["neighbourhood_id"].set_origin("")

    def _on_add(self) -> None:
        self._clear()
        self._presenter.add(
            kind=self.kind.value(),
            day=self.day.value(),
            start=self.times.start.value(),
            end=self.times.finish.value(),
            place=(self.place.value(), self.place.text()),
            neighbourhood=self.neighbourhood.value(),
            purpose=self.purpose.text(),
        )

    def _on_wrong(self, field: str, words: str) -> None:
        self._clear()
        if field == "starts_at":
            self.times.set_errors(start=words)
        elif field == "ends_at":
            self.times.set_errors(finish=words)
        else:
            self.frames[field].set_error(words)
        self.errors.show_errors([(field, words)])

    def _clear(self) -> None:
        self.errors.clear()
        self.times.set_errors()
        for frame in self.frames.values():
            frame.set_error("")

    def _go(self, field: str) -> None:
        times = {"starts_at": self.times.start.target, "ends_at": self.times.finish.target}
        target = times.get(field) or self.frames[field].target
        target.setFocus()
        if self.area is not None:
            self.area.reveal(target)
