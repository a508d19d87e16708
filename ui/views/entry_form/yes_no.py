"""A question with two answers, neither of them given beforehand."""

from __future__ import annotations

from ui.widgets.chips import Chips
from ui.widgets.choice import Choice

_ANSWERS = (Choice("yes", "Yes"), Choice("no", "No"))


class YesNo(Chips):
    """Yes and No as radio chips; None while nobody has said."""

    def __init__(self, name: str) -> None:
        super().__init__(_ANSWERS, name, multi=False)
        for value, word in (("yes", "Yes"), ("no", "No")):
            self.chip(value).setAccessibleName(f"{word}: {name}")

    def answer(self) -> bool | None:
        """What was said."""
        value = self.value()
        return value == "yes" if value else None

    def set_answer(self, answer: bool | None) -> None:
        """Show what was said, without a signal."""
        self.set_value("" if answer is None else "yes" if answer else "no")
