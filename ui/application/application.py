"""From the first painted frame to the last write: who starts what, in which order."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLocale, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp.domain.errors import FieldappError
from fieldapp.system import SystemClock
from ui.application.faults import FaultHook
from ui.application.instance import Instance
from ui.application.options import Options
from ui.application.signals import EndRequests
from ui.notify import Notifier
from ui.presenters.look import Look, LookFile
from ui.shell import Shell
from ui.tasks import Lane, TaskRunner
from ui.theme import theme
from ui.widgets.page import Page
from ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from fieldapp.domain.clock import Clock
    from fieldapp.wiring import Tablet
    from ui.application.window import PlainWindow
    from ui.router import Router

NAME: Final = "Fieldapp"
DRAIN_SECONDS: Final = 5.0
PAINTED, USABLE = "painted", "usable"


class Application(QObject):
    """One run of the app.

    Args:
        options: from the command line.
        on_stage: told ``painted`` and ``usable``, for measuring.
        clock: the time; the system's when not given.
    """

    def __init__(
        self,
        options: Options,
        *,
        on_stage: Callable[[str], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._qt = _qt_application()
        super().__init__()
        self._options, self._on_stage = options, on_stage or _nobody
        self._clock = clock or SystemClock()
        self._looks = LookFile(options.data_dir)
        self._look = self._looks.read()
        self.instance = Instance(options.data_dir, self)
        self.runner = TaskRunner(self)
        self.notifier = Notifier(options.data_dir / "crashes", self._clock.now, parent=self)
        self._faults = FaultHook(self.notifier, self._save, self)
        self.window: QWidget | None = None
        self.router: Router | None = None
        self._tablet: Tablet | None = None
        self._ended = False

    # ----------------------------------------------------------------- starting

    def run(self) -> int:
        """Start, stay, end; the exit status."""
        if not self.start():
            return 0
        ends = EndRequests(self.end)
        try:
            return self._qt.exec()
        finally:
            self.end()
            ends.restore()

    def start(self) -> bool:
        """Paint the first frame and have the rest come after; False when another window has it."""
        folder_fault = self._make_folder()
        if folder_fault is None and not self.instance.take():
            self.instance.raise_other()
            return False
        self._faults.install()
        self.runner.went_wrong.connect(self._on_went_wrong)
        self._use_look(self._look)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)
        self._qt.lastWindowClosed.connect(self._qt.quit)
        if folder_fault is not None:
            self._show_recovery(folder_fault)
        elif self._set_up_before():
            self._show_shell()
        else:
            self._show_sign_in_frame()
        return True

    def _make_folder(self) -> Exception | None:
        try:
            self._options.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            from ui.presenters.recovery import no_folder

            return no_folder()
        return None

    def _set_up_before(self) -> bool:
        """True when this folder may hold records; opening them tells for sure."""
        folder = self._options.data_dir
        return (folder / "tablet.json").exists() or (folder / "store.db").exists()

    def _show_shell(self) -> None:
        from ui.places import places

        shell = Shell(places(decides=self._look.decides))
        waiting = Page("Today")
        # Nothing to scroll yet, and a page that scrolls takes a twentieth of the way to this frame.
        waiting.set_content(Skeleton(6), scrolls=False)
        shell.set_page("today", waiting)
        shell.choose("today")
        shell.set_sync("offline", "Opening")
        self.notifier.told.connect(shell.messages.say)
        self._present(shell)

    def _show_sign_in_frame(self) -> None:
        from ui.application.window import PlainWindow

        self._present(PlainWindow(Skeleton(1)))

    def _present(self, window: QWidget) -> None:
        """Show a window in the place of the one before it; the first one starts the rest."""
        before, self.window = self.window, window
        window.setWindowTitle(NAME)
        window.resize(before.size() if before is not None else self._size())
        window.installEventFilter(self)
        window.show()
        if before is not None:
            before.removeEventFilter(self)
            before.hide()
            before.deleteLater()

    def _size(self) -> QSize:
        width, height = self._options.size or (self._look.width, self._look.height)
        screen = QGuiApplication.primaryScreen()
        wanted = QSize(width, height)
        if self._options.size or screen is None:
            return wanted
        return wanted.boundedTo(screen.availableSize())

    _painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Paint and not self._painted:
            self._painted = True
            # After this paint has reached the screen.
            QTimer.singleShot(0, self, self._after_first_paint)
        elif kind == QEvent.Type.Close and watched is self.window:
            self.end()
        return False

    def _after_first_paint(self) -> None:
        self._on_stage(PAINTED)
        self.instance.raise_wanted.connect(self.bring_to_front)
        if self.router is None and not self._recovering:
            self.open()

    # ------------------------------------------------------------------ opening

    _recovering = False

    def open(self) -> None:
        """Open the records, away from the screen."""
        self._recovering = False
        options, clock = self._options, self._clock

        def work() -> Tablet:
            from fieldapp.wiring import Tablet

            return Tablet.open(
                options.data_dir,
                server=options.server or None,
                ca_file=options.ca_file,
                clock=clock,
            )

        self.runner.run(Lane.STORE, work, then=self._on_opened, failed=self._on_not_opened)
        # The screens are imported while the store opens.
        import ui.router  # noqa: F401

    def _on_opened(self, tablet: Tablet) -> None:
        self._tablet = tablet
        self.instance.listen()
        if tablet.is_set_up:
            self._start_screens(tablet)
        else:
            self._ask_sign_in(tablet)

    def _on_went_wrong(self, error: Exception) -> None:
        """Say what a lane met; once the tablet has been wiped there is nothing else left to say."""
        if not isinstance(error, FieldappError) or error.code != "wiped":
            self.notifier.tell(error)
        elif not self._recovering:
            if self.router is not None:
                self.router.close()
                self.router = None
            self._tablet = None
            self._show_recovery(error)

    def _on_not_opened(self, error: Exception) -> None:
        if not isinstance(error, FieldappError):
            self.notifier.tell(error)
        self._show_recovery(error)

    def _ask_sign_in(self, tablet: Tablet) -> None:
        from ui.application.window import PlainWindow
        from ui.presenters.sign_in import Credentials, SignInPresenter
        from ui.views.sign_in import FirstSignIn

        def sign_in(typed: Credentials) -> object:
            return tablet.sign_in(typed.force_no, typed.password, server=typed.server)

        presenter = SignInPresenter(
            self.runner, self.notifier, sign_in, server=tablet.config.server, parent=self
        )
        screen = FirstSignIn(presenter)
        screen.signed_in.connect(self._on_first_sign_in)
        window = PlainWindow(screen)
        self._hear_notes(window)
        self._present(window)
        screen.start()
        self._on_stage(USABLE)

    def _on_first_sign_in(self, _officer: object) -> None:
        if self._tablet is not None:
            self._start_screens(self._tablet)

    def _on_officer_changed(self) -> None:
        if self.router is not None and self._tablet is not None:
            self.router.close()
            self._start_screens(self._tablet, afresh=True)

    def _start_screens(self, tablet: Tablet, *, afresh: bool = False) -> None:
        from ui.places import places
        from ui.presenters.presenter import Desk
        from ui.router import Router

        decides = tablet.services.officer.decides
        if afresh or not isinstance(self.window, Shell) or decides != self._look.decides:
            shell = Shell(places(decides=decides))
            self.notifier.told.connect(shell.messages.say)
        else:
            shell = self.window
        desk = Desk(tablet.services, self.runner, self.notifier, self._clock)
        self.router = Router(shell, desk, tablet, looks=self._looks, look=self._look, parent=self)
        self.router.look_changed.connect(self._use_look)
        self.router.usable.connect(self._on_usable)
        self.router.officer_changed.connect(self._on_officer_changed)
        if shell is not self.window:
            self._present(shell)
        self.router.start()

    def _on_usable(self) -> None:
        self._on_stage(USABLE)

    def _show_recovery(self, error: Exception) -> None:
        from ui.application.window import PlainWindow
        from ui.presenters.recovery import look_of
        from ui.views.recovery import RecoveryScreen

        self._recovering = True
        screen = RecoveryScreen(look_of(error))
        screen.retry_wanted.connect(self.open)
        screen.close_wanted.connect(self.end)
        window: PlainWindow = PlainWindow(screen)
        self._hear_notes(window)
        self._present(window)
        screen.start()

    def _hear_notes(self, window: PlainWindow) -> None:
        self.notifier.told.connect(window.messages.say)

    # ------------------------------------------------------------------ looking

    def _use_look(self, look: Look) -> None:
        """Put theme, text size and hand on the screen."""
        self._look = look
        name = self._options.theme or look.theme
        theme.use(
            name=_scheme() if name == "system" else name,
            scale=look.text_size,
            left_handed=look.left_handed,
        )

    def _on_scheme(self) -> None:
        self._use_look(self._look)

    def bring_to_front(self) -> None:
        """A second start wants this window."""
        window = self.window
        if window is None:
            return
        if window.isMinimized():
            window.showNormal()
        window.raise_()
        window.activateWindow()

    # ------------------------------------------------------------------- ending

    def _save(self) -> None:
        if self.router is not None:
            self.router.save()

    def end(self) -> None:
        """Save what is on screen, drain the lanes, close the store, let the next start in."""
        if self._ended:
            return
        self._ended = True
        if self.window is not None:
            size = self.window.size()
            self._looks.write(_sized(self._look, size))
            self.window.hide()
        if self.router is not None:
            self.router.close()
        if self._tablet is not None and self._tablet.is_set_up:
            # A call to the centre would hold the network's lane for as long as its deadline.
            self._tablet.syncing.close()
        self.runner.close(DRAIN_SECONDS)
        if self._tablet is not None:
            self._tablet.close()
        self.instance.release()
        self._faults.restore()
        self._qt.quit()


def _qt_application() -> QApplication:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication(sys.argv[:1])
    application.setApplicationName(NAME.lower())
    application.setApplicationDisplayName(NAME)
    application.setQuitOnLastWindowClosed(False)
    return application


def _scheme() -> str:
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "night" if dark else "day"


def _sized(look: Look, size: QSize) -> Look:
    from dataclasses import replace

    return replace(look, width=size.width(), height=size.height())


def _nobody(_stage: str) -> None:
    """Nobody measures."""
