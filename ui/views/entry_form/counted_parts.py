"""Handouts and partners: a kind, a number, and a name where one is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fieldapp.domain.bodies import TEXT_LIMIT
from resources import code_list
from ui.views.entry_form.part import Part
from ui.views.looks import choices_of
from ui.widgets.arrange import row
from ui.widgets.field import Field
from ui.widgets.mention_chips import MentionChips
from ui.widgets.reflow import Reflow
from ui.widgets.stepper import Stepper
from ui.widgets.text_field import TextField

if TYPE_CHECKING:
    from ui.presenters.entry.lists import CountedList

_USUAL_PARTNERS = (
    "LOCAL_AUTHORITY",
    "PARISH_COUNCIL",
    "COUNCILLOR",
    "SCHOOL",
    "HOUSING",
    "FIRE",
    "VOLUNTARY",
    "BUSINESS",
    "NHW",
)


class NamedElements(Part):
    """A part whose elements can each carry a name of their own."""

    element_name: ClassVar[str] = ""
    asks: ClassVar[str] = ""

    @property
    def elements(self) -> CountedList:
        """The list this part shows."""
        raise NotImplementedError

    def make_names(self) -> None:
        """Room for the names, below the numbers."""
        self._name_edits: dict[str, TextField] = {}
        self._name_frames: dict[str, Field] = {}
        self._room = row(spacing=0)
        self.add(self._room)

    def show_names(self, codes: tuple[str, ...]) -> None:
        """One line for each element that is there."""
        if codes != tuple(self._name_edits):
            self._lay_out(codes)
        for code, edit in self._name_edits.items():
            edit.set_text(self.elements.detail(code, self.element_name))

    def _lay_out(self, codes: tuple[str, ...]) -> None:
        while (item := self._room.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._name_edits = {}
        frames = []
        for code in codes:
            label = f"{self.asks}: {self.elements.label(code)}"
            edit = TextField(label, limit=TEXT_LIMIT)
            edit.edited.connect(self._on_name)
            frame = Field(label, edit, optional=True)
            name = f"{self.elements.name}.{code}.{self.element_name}"
            self.fields.put(name, edit, frame)
            self._name_edits[code] = edit
            frames.append(frame)
        if frames:
            self._room.addWidget(Reflow(frames, 300, most=2, spacing=16))

    def _on_name(self) -> None:
        edit = self.sender()
        for code, known in self._name_edits.items():
            if known is edit:
                self.elements.set_detail(code, **{self.element_name: known.text()})


class HandoutsPart(NamedElements):
    """How many of each were given out."""

    key = "handouts"
    names = ("handouts",)
    optional = True
    nothing = "Nothing given out"
    folded_at_first = True
    element_name = "title"
    asks = "Title"

    @property
    def elements(self) -> CountedList:
        return self.entry.handouts

    def make(self) -> None:
        self.steppers: dict[str, Stepper] = {}
        frames = []
        for item in code_list("handout_type").items:
            stepper = Stepper(item.label, maximum=5000)
            stepper.changed.connect(self._on_stepper)
            frame = Field(item.label, stepper)
            self.fields.put(f"handouts.{item.code}", stepper.target, frame)
            self.steppers[item.code] = stepper
            frames.append(frame)
        self.add(Reflow(frames, 224, spacing=16))
        self.make_names()

    def show(self) -> None:
        counts = self.elements.counts()
        for code, stepper in self.steppers.items():
            stepper.set_value(counts.get(code, 0))
        titled = tuple(c for c in self.steppers if c in ("LEAFLET", "POSTER", "OTHER"))
        self.show_names(tuple(code for code in titled if counts.get(code)))

    def summary(self) -> str:
        return self.elements.summary()

    def _on_stepper(self) -> None:
        unknown = {c: n for c, n in self.elements.counts().items() if c not in self.steppers}
        shown = {code: stepper.value() for code, stepper in self.steppers.items()}
        self.elements.set_counts({**unknown, **shown})


class PartnersPart(NamedElements):
    """Which partners were there, and how many people of each."""

    key = "partners"
    names = ("partners_present",)
    optional = True
    nothing = "No partners"
    folded_at_first = True
    hint = "Tap who was there; count their people"
    element_name = "name"
    asks = "Organisation"

    @property
    def elements(self) -> CountedList:
        return self.entry.partners

    def make(self) -> None:
        usual = choices_of("partner_type", only=_USUAL_PARTNERS)
        rest = [c for c in choices_of("partner_type") if c not in usual]
        self.chips = MentionChips(usual, "Partners present", more=rest)
        self.chips.changed.connect(self._on_chips)
        self.add(self.chips)
        self.fields.put("partners_present", self.chips)
        self.make_names()

    def show(self) -> None:
        counts = self.elements.counts()
        known = {c: n for c, n in counts.items() if c in code_list("partner_type")}
        if self.chips.counts() != known:
            self.chips.set_counts(known)
        self.show_names(tuple(known))

    def summary(self) -> str:
        return self.elements.summary()

    def _on_chips(self) -> None:
        self.elements.set_counts(self.chips.counts())
