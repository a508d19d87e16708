"""Online: how far a post, a message or a chat reached."""

from __future__ import annotations

from ui.views.entry_form.part import Part
from ui.widgets.field import Field
from ui.widgets.reflow import Reflow
from ui.widgets.stepper import Stepper

_MOST = 10_000_000
_ASKED = {"reach": "People reached", "reactions": "Reactions", "replies": "Replies"}


class OnlinePart(Part):
    """Three numbers, typed or stepped."""

    key = "online"
    names = ("online",)
    optional = True
    nothing = "No figures yet"

    def make(self) -> None:
        self.steppers: dict[str, Stepper] = {}
        frames = []
        for code, label in _ASKED.items():
            stepper = Stepper(label, maximum=_MOST)
            stepper.changed.connect(self._on_stepper)
            frame = Field(label, stepper)
            self.fields.put(f"online.{code}", stepper.target, frame)
            self.steppers[code] = stepper
            frames.append(frame)
        self.add(Reflow(frames, 240, spacing=16))

    def show(self) -> None:
        for code, stepper in self.steppers.items():
            stepper.set_value(self.form.answers.number(f"online.{code}"))

    def summary(self) -> str:
        number = self.form.answers.number
        parts = [
            f"{label} {number(f'online.{code}'):,}"
            for code, label in _ASKED.items()
            if number(f"online.{code}")
        ]
        return ", ".join(parts)

    def _on_stepper(self) -> None:
        for code, stepper in self.steppers.items():
            name = f"online.{code}"
            if stepper.value() or self.form.answers.get(name) is not None:
                self.form.set(name, stepper.value())
