"""The rule for code lists: up to twelve in sight as chips, more behind a search."""

from __future__ import annotations

from collections.abc import Sequence

from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.list_picker import FEW, ListPicker


def choice_field(choices: Sequence[Choice], name: str) -> Chips | ListPicker:
    """One of these choices; both answers have value(), set_value(), set_choices(), changed."""
    if len(choices) <= FEW:
        return Chips(choices, name, multi=False)
    return ListPicker(choices, name)
