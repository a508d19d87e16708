"""A tablet's window with real records behind it, for tests and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp.domain.clock import Clock
from fieldapp.wiring import Tablet
from ui.notify import Notifier
from ui.places import places
from ui.presenters.look import LookFile
from ui.presenters.presenter import Desk
from ui.router import Router
from ui.shell import Shell
from ui.tasks import TaskRunner


class Stage:
    """One window with its router over an open tablet."""

    def __init__(self, tablet: Tablet, folder: Path, clock: Clock) -> None:
        self.tablet = tablet
        self.runner = TaskRunner()
        self.notifier = Notifier(folder / "crashes", clock.now)
        self.told: list[tuple[str, str]] = []
        self.notifier.told.connect(self._on_told)
        self.runner.went_wrong.connect(self.notifier.tell)
        self.desk = Desk(tablet.services, self.runner, self.notifier, clock)
        self.shell = Shell(places(decides=tablet.services.officer.decides))
        self.notifier.told.connect(self.shell.messages.say)
        looks = LookFile(folder)
        self.router = Router(self.shell, self.desk, tablet, looks=looks, look=looks.read())

    def open(self, key: str = "today", size: tuple[int, int] = (1280, 800)) -> Any:
        """Show a place and wait until it has been filled."""
        self.shell.resize(*size)
        self.shell.show()
        self.router.go(key)
        self.settle()
        return self.shell.page()

    def settle(self) -> None:
        """Wait until no task is under way and everything that follows has been drawn."""
        until(lambda: not self.runner.busy)
        flush()

    def close(self) -> None:
        """Take the window down."""
        self.router.close()
        self.tablet.syncing.close()
        self.shell.close()
        self.runner.close(5)
        self.shell.deleteLater()
        self.router.deleteLater()
        flush()

    def _on_told(self, kind: str, words: str) -> None:
        self.told.append((kind, words))


@contextmanager
def stage(tablet: Tablet, folder: Path, clock: Clock) -> Iterator[Stage]:
    """A stage that is taken down at the end."""
    made = Stage(tablet, folder, clock)
    try:
        yield made
    finally:
        made.close()


def until(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    """Let events happen until the condition holds."""
    if condition():
        return
    loop = QEventLoop()
    late: list[bool] = []
    look, end = QTimer(), QTimer()

    def check() -> None:
        if condition():
            loop.quit()

    def give_up() -> None:
        late.append(True)
        loop.quit()

    look.setInterval(2)
    look.timeout.connect(check)
    end.setSingleShot(True)
    end.timeout.connect(give_up)
    look.start()
    end.start(round(seconds * 1000))
    loop.exec()
    look.stop()
    end.stop()
    assert not late, "it did not happen in time"


def flush() -> None:
    """What is posted, laid out or to be deleted is dealt with now."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def texts(widget: QWidget) -> list[str]:
    """Every word a person sees in a widget, label by label."""
    from PySide6.QtWidgets import QAbstractButton, QLabel

    from ui.views.marked_text import MarkedText
    from ui.widgets.tag import Tag

    found: list[str] = []
    for part in widget.findChildren(QWidget):
        if not part.isVisibleTo(widget.window()):
            continue
        if isinstance(part, QLabel | QAbstractButton | MarkedText):
            text = part.text if isinstance(part, MarkedText) else part.text()
            found.append(text)
        elif isinstance(part, Tag):
            found.append(part.look.words)
    return [text for text in found if text]
