"""The white sheet on which one matter is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout

from ui.widgets.arrange import Item, Margins, add, column


class Card(QFrame):
    """A bordered panel; a kind other than "" tints it (info, success, warning, error)."""

    def __init__(
        self, *items: Item, kind: str = "", margins: Margins = 20, spacing: int = 12
    ) -> None:
        super().__init__()
        self.setProperty("card", kind or "plain")
        self.box: QVBoxLayout = column(*items, margins=margins, spacing=spacing)
        self.setLayout(self.box)

    def add(self, item: Item) -> None:
        """One more item at the end."""
        add(self.box, item)


class Line(QFrame):
    """A thin line between rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("line")
        self.setFixedHeight(1)
