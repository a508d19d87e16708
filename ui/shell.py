"""The window: places at the side or below, one page in the middle, one door for messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.theme import theme
from ui.theme.tokens import RAIL_FROM_WIDTH, TARGET
from ui.widgets.arrange import column, row
from ui.widgets.buttons import IconButton
from ui.widgets.focus_ring import FocusRing
from ui.widgets.glyph import Glyph
from ui.widgets.marking_strip import MarkingStrip
from ui.widgets.message_bar import MessageBar
from ui.widgets.page import Page
from ui.widgets.place_button import PlaceButton
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.sync_pill import SyncPill
from ui.widgets.text import Elided
from ui.widgets.touch_mode import TouchMode
from ui.widgets.undo_toast import UndoToast

SMALLEST: Final = QSize(600, 480)
_RAIL: Final = 104


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go: its key, its word, its icon."""

    key: str
    word: str
    icon: str


class _Rail(QFrame):
    """The places, down the side or along the bottom."""

    def __init__(self, places: Sequence[Place], *, upright: bool, settings: bool) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Main navigation")
        self.group = QButtonGroup(self)
        self.buttons = {p.key: PlaceButton(p.key, p.word, p.icon) for p in places}
        for button in self.buttons.values():
            self.group.addButton(button)
        self.settings: PlaceButton | None = None
        margins = (8, 12, 8, 12) if upright else (12, 7, 12, 7)
        layout = (column if upright else row)(margins=margins, spacing=8)
        if upright:
            layout.addWidget(Glyph("brand", "rail_text", 36), 0, Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(8)
        for button in self.buttons.values():
            layout.addWidget(button)
        if upright:
            layout.addStretch(1)
            if settings:
                self.settings = PlaceButton("settings", "Settings", "settings")
                self.group.addButton(self.settings)
                layout.addWidget(self.settings)
        self.setLayout(layout)
        self._upright = upright
        theme.changed.connect(self._widen)
        self._widen()

    def _widen(self) -> None:
        """The longest word must fit at every text size."""
        if self._upright:
            self.setFixedWidth(max(_RAIL, theme.px(_RAIL - 8)))

    def show_choice(self, key: str) -> None:
        """Fill the place the officer is in, or none."""
        self.group.setExclusive(False)
        for button in (*self.buttons.values(), *((self.settings,) if self.settings else ())):
            button.setChecked(button.key == key)
        self.group.setExclusive(True)


class _Header(QFrame):
    """Back, title, the page's acts, Settings in portrait, and how sync stands."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("header")
        self.back = IconButton("back", "Back")
        self.title = Elided("", "title")
        self.subtitle = Elided("", "muted")
        self.pill = SyncPill()
        self.settings = IconButton("settings", "Settings")
        self.acts: QBoxLayout = row(spacing=10)
        words = column(None, self.title, self.subtitle, None, spacing=1)
        self._row = row(
            self.back,
            (words, 1),
            self.acts,
            self.pill,
            self.settings,
            margins=(24, 9),
            spacing=14,
        )
        self.setLayout(self._row)
        self.setMinimumHeight(TARGET["default"] + 19)

    def show_page(self, page: Page, *, back: str) -> None:
        """Take title and acts from a page."""
        self.title.setText(page.title)
        self.title.setAccessibleName(page.title)
        self.subtitle.setText(page.subtitle)
        self.subtitle.setVisible(bool(page.subtitle))
        self.back.setVisible(bool(back))
        self.back.setAccessibleName(back or "Back")
        while (item := self.acts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget not in page.acts:
                widget.hide()
        for act in page.acts:
            self.acts.addWidget(act)
            act.show()
        self._row.setContentsMargins(16 if back else 24, 9, 24, 9)


class Shell(QWidget):
    """The frame around every screen.

    Pages belong to places (`set_page`) or lie on top of them (`open_page`) until they are closed.

    Signals:
        chosen(str): the officer went to the place with this key; "settings" among them.
        sync_wanted: the pill was pressed.
        page_closed(object): a page opened on top has been closed; it is deleted afterwards.
    """

    chosen = Signal(str)
    sync_wanted = Signal()
    page_closed = Signal(object)

    def __init__(
        self, places: Sequence[Place], *, marking: str = "OFFICIAL", settings: bool = True
    ) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._places, self._own_marking, self._settings = tuple(places), marking, settings
        self._key = ""
        self._roots: dict[str, Page] = {}
        self._opened: list[Page] = []
        self.rail = _Rail(places, upright=True, settings=settings)
        self.bar = _Rail(places, upright=False, settings=settings)
        self.header = _Header()
        self.messages = MessageBar()
        self.stack = QStackedWidget()
        self._marking = MarkingStrip()
        self._middle: QVBoxLayout = column(self.header, self.messages, (self.stack, 1), spacing=0)
        body = row(self.rail, (self._middle, 1), spacing=0)
        outer = column(self._marking, (body, 1), self.bar, spacing=0)
        # The landscape layout must not keep the window from becoming a portrait one.
        outer.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setLayout(outer)
        self.setMinimumSize(SMALLEST)
        self.undo = UndoToast(self, foot=self._foot)
        for rail in (self.rail, self.bar):
            rail.group.buttonClicked.connect(self._on_place)
        self.header.back.clicked.connect(self._on_back)
        self.header.pill.clicked.connect(self.sync_wanted)
        self.header.settings.clicked.connect(self._on_settings)
        self._show_marking()
        theme.adopt(self)
        self.touch = TouchMode(self)
        self.ring = FocusRing(self)

    # -- places -----------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The place the officer is in."""
        return self._key

    def page(self) -> Page | None:
        """The page on top."""
        current = self.stack.currentWidget()
        return current if isinstance(current, Page) else None

    def set_page(self, key: str, page: Page) -> None:
        """Give a place its page; a page it had before is deleted."""
        old = self._roots.pop(key, None)
        if old is not None:
            self._drop(old)
        self._roots[key] = page
        self._take_in(page)
        if key == self._key and not self._opened:
            self._show(page)

    def has_page(self, key: str) -> bool:
        """True once a place has been given its page."""
        return key in self._roots

    def choose(self, key: str) -> None:
        """Go to a place, closing what was opened on top; no signal."""
        if not self._close_all():
            return
        self._key = key
        page = self._roots.get(key)
        if page is not None:
            self._show(page)
        self._show_choice()

    def open_page(self, page: Page) -> None:
        """Lay a page on top; Back closes it."""
        self._opened.append(page)
        self._take_in(page)
        self._show(page)

    def close_page(self) -> bool:
        """Close the page on top; False when it asked to stay or there is none."""
        if not self._opened or not self._opened[-1].leaving():
            return False
        page = self._opened.pop()
        below = self._opened[-1] if self._opened else self._roots.get(self._key)
        if below is not None:
            self._show(below)
        self.page_closed.emit(page)
        self._drop(page)
        return True

    def set_badge(self, key: str, count: int, spoken: str = "") -> None:
        """Show how many things wait in a place."""
        for rail in (self.rail, self.bar):
            rail.buttons[key].set_badge(count, spoken)

    # -- state ------------------------------------------------------------------------------

    def set_sync(self, state: str, words: str) -> None:
        """Show how sync stands: offline, attention, sending or clear."""
        self.header.pill.show_state(state, words)

    def set_marking(self, marking: str) -> None:
        """The app's own marking; a page with a higher one shows that instead."""
        self._own_marking = marking
        self._show_marking()

    def set_emergency(self, words: str) -> None:
        """Words above every page ("Emergency? Call 999 ..."); "" takes them away."""
        self._marking.set_emergency(words)

    @property
    def upright(self) -> bool:
        """True while the places are along the bottom."""
        return self.width() < RAIL_FROM_WIDTH

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._frame()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._frame()

    # -- inside -----------------------------------------------------------------------------

    def _take_in(self, page: Page) -> None:
        self.stack.addWidget(page)
        page.header_changed.connect(self._on_header)
        page.back_wanted.connect(self._on_back)

    def _drop(self, page: Page) -> None:
        self.stack.removeWidget(page)
        for act in page.acts:
            act.hide()
            act.setParent(page)
        page.hide()
        page.deleteLater()

    def _show(self, page: Page) -> None:
        self.stack.setCurrentWidget(page)
        self._on_header()
        self._frame()

    def _on_header(self) -> None:
        page = self.page()
        if page is None:
            return
        below = ""
        if page in self._opened:
            below = "Save and go back" if page.form else "Back"
        self.header.show_page(page, back=below)
        self._show_marking()

    def _on_place(self, button: PlaceButton) -> None:
        self._go(button.key)

    def _on_settings(self) -> None:
        self._go("settings")

    def _go(self, key: str) -> None:
        if not self._close_all():
            self._show_choice()
            return
        self._key = key
        self.chosen.emit(key)
        page = self._roots.get(key)
        if page is not None and not self._opened:
            self._show(page)
        self._show_choice()

    def _on_back(self) -> None:
        self.close_page()

    def _close_all(self) -> bool:
        while self._opened:
            if not self.close_page():
                return False
        return True

    def _show_choice(self) -> None:
        for rail in (self.rail, self.bar):
            rail.show_choice(self._key)

    def _show_marking(self) -> None:
        page = self.page()
        marking = page.marking if page is not None and page.marking else self._own_marking
        self._marking.set_marking(marking)

    def _frame(self) -> None:
        upright, page = self.upright, self.page()
        form = page is not None and page.form
        self.rail.setVisible(not upright)
        self.bar.setVisible(upright and not form)
        self.header.settings.setVisible(upright and self._settings and not form)
        self.header.pill.setVisible(not (upright and form))

    def _foot(self) -> int:
        """How much of the window's bottom is taken by bars that must stay in reach."""
        tops = [self.height()]
        if self.bar.isVisible():
            tops.append(self.bar.mapTo(self, QPoint(0, 0)).y())
        page = self.page()
        if page is not None:
            for bar in page.findChildren(StickyBar):
                if bar.isVisible():
                    tops.append(bar.mapTo(self, QPoint(0, 0)).y())
        return self.height() - min(tops)
