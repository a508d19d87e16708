"""One screen inside the shell: its title, its acts, its body, its foot."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.arrange import column
from ui.widgets.scroll import TouchScroll


class Page(QWidget):
    """What the shell shows in its middle; the shell draws the header from it.

    Args:
        title: the heading.
        subtitle: one line under it.
        form: True for pages on which something is entered: the bottom bar makes room.

    Signals:
        header_changed: title, subtitle or acts are new.
        back_wanted: the page asks to be closed, as if Back had been pressed.
    """

    header_changed = Signal()
    back_wanted = Signal()

    def __init__(self, title: str, subtitle: str = "", *, form: bool = False) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.title, self.subtitle, self.form = title, subtitle, form
        self.marking = ""
        self.acts: list[QWidget] = []
        self.box: QVBoxLayout = column(spacing=0)
        self.setLayout(self.box)
        self.area: TouchScroll | None = None
        self._foot: QWidget | None = None

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Change the heading."""
        self.title, self.subtitle = title, subtitle
        self.header_changed.emit()

    def set_marking(self, marking: str) -> None:
        """The marking of what is shown here, when it is higher than the app's own."""
        self.marking = marking
        self.header_changed.emit()

    def add_action(self, widget: QWidget) -> None:
        """Put an act at the right of the header."""
        self.acts.append(widget)
        self.header_changed.emit()

    def set_content(self, widget: QWidget, *, scrolls: bool = True, width: int = 0) -> None:
        """Fill the body; `width` keeps a reading column from growing wider."""
        if scrolls:
            self.area = TouchScroll(widget, width=width)
            widget = self.area
        self.box.insertWidget(0, widget, 1)

    def set_foot(self, widget: QWidget) -> None:
        """Put a bar under the body that does not scroll."""
        self._foot = widget
        self.box.addWidget(widget)

    @property
    def foot(self) -> QWidget | None:
        """The bar under the body."""
        return self._foot

    def entered(self) -> None:
        """Called each time the page comes into view; a page that shows data asks for it here."""

    def leaving(self) -> bool:
        """Called before the page is left; False keeps it (nothing is ever lost by leaving)."""
        return True
