"""The real app and one finger: from a tap on Approvals until the queue's rows are painted.

Run as a process: ``python -m tests.bench.tapping DATA_DIR`` prints the seconds of each tap.
"""

from __future__ import annotations

import json
import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from fieldapp.bootstrap import read_options
from ui.application import Application

TAPS = 6
_SETTLE_MS = 400
"""Between taps: what the app still had to do for the last one is no part of the next."""


class Finger(QObject):
    """Taps Approvals, then Today, and so on; notes when the rows were painted."""

    def __init__(self, app: Application) -> None:
        super().__init__()
        self._app = app
        self._tapped_at = 0.0
        self.times: list[float] = []
        instance = QApplication.instance()
        assert instance is not None
        instance.installEventFilter(self)

    def begin(self) -> None:
        """Tap as soon as the app has nothing left to do."""
        QTimer.singleShot(_SETTLE_MS, self, self._tap)

    def _tap(self) -> None:
        if self._app.runner.busy:
            self.begin()
            return
        self._tapped_at = time.perf_counter()
        self._press("approvals")

    def _press(self, key: str) -> None:
        router = self._app.router
        assert router is not None
        QTest.mouseClick(router.shell.rail.buttons[key], Qt.MouseButton.LeftButton)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._tapped_at and event.type() == QEvent.Type.Paint and self._is_queue(watched):
            # After this paint has reached the screen.
            QTimer.singleShot(0, self, self._painted)
        return False

    def _is_queue(self, watched: QObject) -> bool:
        view = watched.parent()
        if not isinstance(view, QAbstractItemView) or watched is not view.viewport():
            return False
        return view.accessibleName() == "Entries waiting for approval" and (
            view.model().rowCount() > 0
        )

    def _painted(self) -> None:
        if not self._tapped_at:
            return
        self.times.append(time.perf_counter() - self._tapped_at)
        self._tapped_at = 0.0
        if len(self.times) == TAPS:
            sys.stdout.write(json.dumps(self.times))
            sys.stdout.flush()
            os._exit(0)
        self._press("today")
        self.begin()


def main() -> int:
    """Start the app and tap."""
    qInstallMessageHandler(lambda *_: None)
    finger: list[Finger] = []

    def on_stage(stage: str) -> None:
        if stage == "usable":
            finger.append(Finger(app))
            finger[0].begin()

    options = ["--data-dir", sys.argv[1], "--size", "1280x800", "--theme", "day"]
    app = Application(read_options(options), on_stage=on_stage)
    return app.run()


if __name__ == "__main__":
    raise SystemExit(main())
