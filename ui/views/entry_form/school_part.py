"""School: which one, which years, how many, what about; there is no room for a pupil's name."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fieldapp.domain.bodies import TEXT_LIMIT
from ui.views.entry_form.part import Part
from ui.views.entry_form.yes_no import YesNo
from ui.views.looks import choice_of, choices_of, shown
from ui.widgets.chips import Chips
from ui.widgets.choice_field import choice_field
from ui.widgets.field import Field
from ui.widgets.reflow import Reflow
from ui.widgets.stepper import Stepper
from ui.widgets.text import Label
from ui.widgets.text_field import TextField

_SAFE = {
    "staff_in_room_throughout": "Staff in the room throughout?",
    "agreed_with_school": "Agreed with the school?",
    "signed_in": "Signed in at the school?",
}
_WORDS = {"staff_lead_role": "Role of the lead at the school", "resource_used": "Material used"}


class SchoolPart(Part):
    """The school of the plan is there already; counts of pupils and staff are the only numbers."""

    key = "school"
    names = ("school",)
    hint = "Numbers only; no pupil is ever named"

    def make(self) -> None:
        self.school = choice_field(shown(self.form.facts.schools), "School")
        self.school.changed.connect(self._on_school)
        self._frame("school.name", "School", self.school)
        self.typed = Label("", "muted", wrap=True)
        self.add(self.typed)
        self.years = Chips([choice_of(item) for item in self.entry.school.years], "Year groups")
        self.years.changed.connect(self._on_years)
        self._frame("school.year_groups", "Year groups", self.years)
        self.steppers: dict[str, Stepper] = {}
        frames = []
        for code, label in (
            ("pupils", "Pupils"),
            ("staff_present", "Staff present"),
            ("classes", "Classes"),
        ):
            stepper = Stepper(label, maximum=5000)
            stepper.changed.connect(self._on_stepper)
            frame = Field(label, stepper)
            self.fields.put(f"school.{code}", stepper.target, frame)
            self.steppers[code] = stepper
            frames.append(frame)
        self.add(Reflow(frames, 224, spacing=16))
        self.topics = Chips(choices_of("session_topic"), "Topics")
        self.topics.changed.connect(self._on_topics)
        self._frame("school.topics", "Topics", self.topics)
        self.purpose = Chips(choices_of("visit_purpose"), "Kind of visit", multi=False)
        self.purpose.changed.connect(self._on_purpose)
        self._frame("school.visit_purpose", "Kind of visit", self.purpose)
        self._make_safe()
        self._make_words()

    def show(self) -> None:
        answers, visit = self.form.answers, self.entry.school
        self.school.set_value(visit.school_id)
        unknown = bool(visit.name) and not self.school.value()
        self.typed.setText(f"From the plan: {visit.name}" if unknown else "")
        self.typed.setVisible(unknown)
        self.years.set_choices([choice_of(item) for item in visit.years])
        self.years.set_values(answers.codes("school.year_groups"))
        self.topics.set_values(answers.codes("school.topics"))
        self.purpose.set_value(answers.text("school.visit_purpose"))
        for code, stepper in self.steppers.items():
            stepper.set_value(answers.number(f"school.{code}"))
        for code, asked in self.safe.items():
            asked.set_answer(answers.flag(f"school.{code}"))
        for code, edit in self.words.items():
            edit.set_text(answers.text(f"school.{code}"))

    def summary(self) -> str:
        return self.entry.school.summary()

    def done(self) -> bool:
        return self.entry.school.complete

    def _frame(self, name: str, label: str, widget: QWidget) -> None:
        frame = Field(label, widget)
        self.add(frame)
        self.fields.put(name, widget, frame)

    def _make_safe(self) -> None:
        self.safe: dict[str, YesNo] = {}
        frames = []
        for code, question in _SAFE.items():
            asked = YesNo(question)
            asked.changed.connect(self._on_safe)
            frame = Field(question, asked)
            self.fields.put(f"school.{code}", asked, frame)
            self.safe[code] = asked
            frames.append(frame)
        self.add(Reflow(frames, 320, most=2, spacing=16))

    def _make_words(self) -> None:
        self.words: dict[str, TextField] = {}
        frames = []
        for code, label in _WORDS.items():
            edit = TextField(label, limit=TEXT_LIMIT)
            edit.edited.connect(self._on_words)
            hint = "A role, such as Year 6 lead. No names." if code == "staff_lead_role" else ""
            frame = Field(label, edit, hint, optional=True)
            self.fields.put(f"school.{code}", edit, frame)
            self.words[code] = edit
            frames.append(frame)
        self.add(Reflow(frames, 320, most=2, spacing=16))

    def _on_school(self) -> None:
        self.entry.school.pick(self.school.value())

    def _on_years(self) -> None:
        self.entry.school.set_years(self.years.values())

    def _on_stepper(self) -> None:
        for code, stepper in self.steppers.items():
            name = f"school.{code}"
            if stepper.value() or self.form.answers.get(name) is not None:
                self.form.set(name, stepper.value())

    def _on_topics(self) -> None:
        self.form.set("school.topics", list(self.topics.values()))

    def _on_purpose(self) -> None:
        self.form.set("school.visit_purpose", self.purpose.value())

    def _on_safe(self) -> None:
        for code, asked in self.safe.items():
            self.form.set(f"school.{code}", asked.answer())

    def _on_words(self) -> None:
        for code, edit in self.words.items():
            self.form.set(f"school.{code}", edit.text())
