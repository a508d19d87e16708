"""The large buttons that start a record."""

from __future__ import annotations

from collections.abc import Callable

from ui.theme.tokens import TARGET
from ui.widgets.arrange import column, row
from ui.widgets.buttons import LayoutButton
from ui.widgets.glyph import Glyph
from ui.widgets.text import Label


class NewTile(LayoutButton):
    """Icon, plus, title and what it is for; the most likely one is filled."""

    def __init__(
        self,
        icon: str,
        title: str,
        subtitle: str = "",
        *,
        primary: bool = False,
        on: Callable[[], object] | None = None,
    ) -> None:
        tone = "on_primary" if primary else "primary"
        words = Label(title, "title", wrap=True, tone="on_primary" if primary else "text")
        under = Label(subtitle, "muted", wrap=True, tone="on_primary" if primary else "text_muted")
        layout = column(
            row(Glyph(icon, tone, 36), None, Glyph("plus", tone, 28)),
            None,
            words,
            under,
            margins=18,
            spacing=3,
        )
        super().__init__(
            layout,
            f"New {title[:1].lower()}{title[1:]}",
            subtitle,
            kind="tile-primary" if primary else "tile",
            height=TARGET["tile"],
            on=on,
        )
