"""Faults of ours: what is on screen is saved, support gets a note, an apology is shown."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from ui.notify import Notifier


class FaultHook(QObject):
    """Catches what nobody caught, on any thread, and keeps the app running."""

    _caught = Signal(object)

    def __init__(
        self, notifier: Notifier, save: Callable[[], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._notifier, self._save = notifier, save
        self._saving = False
        self._before = (sys.excepthook, threading.excepthook)
        # From another thread the fault is told on the screen's.
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Stand in for Python's own hooks."""
        sys.excepthook = self.on_fault
        threading.excepthook = self._on_thread_fault

    def restore(self) -> None:
        """Put Python's hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def on_fault(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Save what is on screen, then say sorry, once for each fault."""
        if not isinstance(error, Exception):
            self._before[0](kind, error, trace)
            return
        self._keep()
        self._notifier.tell(error.with_traceback(trace))

    def _keep(self) -> None:
        if self._saving:
            return
        self._saving = True
        try:
            self._save()
        except Exception as error:  # noqa: BLE001 - a fault while saving must not hide the first
            self._notifier.tell(error)
        finally:
            self._saving = False

    def _on_thread_fault(self, caught: threading.ExceptHookArgs) -> None:
        if isinstance(caught.exc_value, Exception):
            self._caught.emit(caught.exc_value)

    def _tell(self, error: Exception) -> None:
        self.on_fault(type(error), error, error.__traceback__)
