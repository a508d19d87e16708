"""The app as a whole: first frame first, one window, faults survived, an orderly end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldapp.bootstrap import read_options
from fieldapp.wiring import Tablet
from tests.ui.review.stage import flush, texts, until
from ui.application import Application, Options
from ui.application.instance import Instance
from ui.notify import APOLOGY
from ui.presenters.look import Look, LookFile
from ui.shell import Shell
from ui.theme import theme
from ui.views.entry_form.page import EntryFormPage
from ui.views.sign_in import FirstSignIn

pytestmark = pytest.mark.gui


class Run:
    """One run of the app in this process."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.stages: list[str] = []
        self.application = Application(
            Options(data_dir=folder, **options), on_stage=self.stages.append
        )

    def start(self) -> Run:
        assert self.application.start()
        until(lambda: "usable" in self.stages)
        self.settle()
        return self

    def settle(self) -> None:
        until(lambda: not self.application.runner.busy)
        flush()

    @property
    def shell(self) -> Shell:
        assert isinstance(self.application.window, Shell)
        return self.application.window

    def end(self) -> None:
        self.application.end()
        if self.application.window is not None:
            self.application.window.deleteLater()
        self.application.deleteLater()
        flush()


@pytest.fixture
def runs(qtbot: Any) -> Iterator[Callable[..., Run]]:
    made: list[Run] = []

    def run(folder: Path, **options: Any) -> Run:
        made.append(Run(folder, **options))
        return made[-1]

    yield run
    for one in made:
        one.end()
    theme.use(name="day", scale=100, left_handed=False)


@pytest.fixture
def folder(tablet_of: Callable[[str], Tablet], tmp_path: Path) -> Path:
    """Priya's tablet, closed."""
    tablet_of("priya").close()
    return tmp_path / "priya"


def test_the_first_frame_is_painted_before_the_records_are_opened(runs: Any, folder: Path) -> None:
    run = runs(folder).start()
    assert run.stages == ["painted", "usable"]
    assert run.application.window.windowTitle() == "Fieldapp"
    assert run.shell.page().title.startswith("Good ")


def test_a_place_tapped_before_the_records_are_open_is_gone_to(runs: Any, folder: Path) -> None:
    run = runs(folder)
    assert run.application.start()
    run.shell.rail.buttons["records"].click()
    run.shell.rail.buttons["meetings"].click()
    until(lambda: "usable" in run.stages)
    run.settle()
    assert run.shell.key == "meetings"
    assert run.shell.page().title == "Meetings"
    assert run.shell.rail.buttons["meetings"].isChecked()


def test_a_new_tablet_opens_at_sign_in_and_makes_no_store(runs: Any, tmp_path: Path) -> None:
    run = runs(tmp_path / "new", server="https://force.example")
    assert run.application.start()
    until(lambda: "usable" in run.stages)
    screen = run.application.window.findChild(FirstSignIn)
    assert isinstance(screen, FirstSignIn)
    assert screen.form.server.text() == "https://force.example"
    assert not (tmp_path / "new" / "store.db").exists()


def test_a_second_start_raises_the_first_window(runs: Any, folder: Path) -> None:
    run = runs(folder).start()
    run.shell.showMinimized()
    second = Instance(folder)
    assert not second.take()
    assert second.raise_other()
    until(lambda: not run.shell.isMinimized())


def test_a_lock_left_by_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    import os
    import subprocess

    code = (
        "from PySide6.QtCore import QLockFile; import os, sys;"
        "lock = QLockFile(sys.argv[1]); lock.setStaleLockTime(0); lock.lock(); os._exit(9)"
    )
    left = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "window.lock")],
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert left.returncode == 9
    instance = Instance(tmp_path)
    assert instance.take()
    instance.release()


def test_a_fault_of_ours_saves_apologises_and_leaves_a_note_without_words(
    runs: Any, folder: Path
) -> None:
    run = runs(folder).start()
    run.application.router.flow.start("DROP_IN")
    until(lambda: isinstance(run.shell.page(), EntryFormPage))
    form = run.shell.page().entry_form
    form.set("qualitative", "Words that must not be lost")
    try:
        raise RuntimeError("Mrs Ada Example, 14 Larkspur Way")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    run.settle()
    assert run.shell.messages.words() == APOLOGY
    assert form.autosave.clean
    (note,) = (folder / "crashes").iterdir()
    written = note.read_text()
    assert "RuntimeError" in written
    assert "test_application.py" in written
    assert "Ada" not in written


def test_the_same_fault_is_told_once(runs: Any, folder: Path) -> None:
    run = runs(folder).start()
    told: list[str] = []
    run.application.notifier.told.connect(lambda _kind, words: told.append(words))
    for _ in range(3):
        try:
            _break()
        except RuntimeError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    assert told == [APOLOGY]


def _break() -> None:
    raise RuntimeError("boom")


def test_closing_puts_the_draft_down_and_lets_the_next_start_in(runs: Any, folder: Path) -> None:
    run = runs(folder).start()
    run.application.router.flow.start("DROP_IN")
    until(lambda: isinstance(run.shell.page(), EntryFormPage))
    form = run.shell.page().entry_form
    record_id = form.draft.record_id
    form.set("qualitative", "Typed a moment before closing")
    run.application.window.close()
    assert run.application._ended
    tablet = Tablet.open(folder)
    draft = tablet.services.capture.open(record_id)
    assert draft.body["qualitative"] == "Typed a moment before closing"
    assert not tablet.services.entries.today().recovered
    tablet.close()
    again = Instance(folder)
    assert again.take()
    again.release()


def test_the_look_of_last_time_is_there_at_the_first_frame(runs: Any, folder: Path) -> None:
    LookFile(folder).write(Look(theme="night", text_size=115, width=1024, height=700))
    run = runs(folder)
    assert run.application.start()
    assert theme.palette.name == "night"
    assert theme.scale == 115
    assert (run.shell.width(), run.shell.height()) == (1024, 700)
    until(lambda: "usable" in run.stages)


def test_a_broken_look_file_costs_only_the_look(tmp_path: Path) -> None:
    (tmp_path / "look.json").write_text('{"theme": 7, "width": "x"')
    assert LookFile(tmp_path).read() == Look()
    (tmp_path / "look.json").write_text('{"theme": "loud", "text_size": 900, "width": 3}')
    assert LookFile(tmp_path).read() == Look()


def test_settings_are_used_at_once_and_kept(runs: Any, folder: Path) -> None:
    run = runs(folder).start()
    run.application.router.go("settings")
    run.settle()
    page = run.shell.page()
    words = texts(page)
    assert "PCSO Priya Nandra" in " ".join(words)
    assert "Emergency? Call 999. This app does not report crime." in words
    page.theme.chip("outdoor").click()
    page.text_size.chip("130").click()
    page.hand.chip("left").click()
    page.keys.chip("off").click()
    run.settle()
    assert (theme.palette.name, theme.scale, theme.left_handed) == ("outdoor", 130, True)
    kept = run.application.router.desk.services.preferences
    assert kept.get("theme") == "outdoor"
    assert kept.get("shortcuts") == "no"
    look = LookFile(folder).read()
    assert (look.theme, look.text_size, look.left_handed) == ("outdoor", 130, True)


def test_days_and_numbers_are_british_whatever_the_system_says(runs: Any, folder: Path) -> None:
    from PySide6.QtCore import QLocale

    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    runs(folder)
    assert QLocale().name() == "en_GB"
    QLocale.setDefault(before)


def test_options_are_read() -> None:
    options = read_options(["--data-dir", "x", "--size", "800x1280", "--theme", "night"])
    assert options.data_dir == Path("x").absolute()
    assert options.size == (800, 1280)
    assert options.theme == "night"
    with pytest.raises(SystemExit):
        read_options(["--size", "wide"])


def test_a_tablet_that_fills_up_is_said_once(tmp_path: Path, qtbot: Any) -> None:
    from ui.router.storage import LOW_BYTES, LOW_WORDS, StorageWatch

    watch = StorageWatch(tmp_path)
    assert watch.free_bytes() > 0
    said: list[str] = []
    watch.low.connect(said.append)
    watch.free_bytes = lambda: LOW_BYTES + 1  # type: ignore[method-assign]
    watch.look()
    assert said == []
    watch.free_bytes = lambda: LOW_BYTES - 1  # type: ignore[method-assign]
    watch.look()
    watch.look()
    assert said == [LOW_WORDS]


def test_an_officer_with_other_rights_gets_other_places(runs: Any, folder: Path) -> None:
    from dataclasses import replace

    run = runs(folder).start()
    before = run.shell
    assert "follow_ups" in before.rail.buttons
    tablet = run.application._tablet
    officer = tablet.services.officer
    tablet._put_together(replace(officer, app_roles=officer.app_roles | {"SUPERVISOR"}))
    run.application.router._on_signed_in(officer)
    until(lambda: run.application.window is not before)
    run.settle()
    assert "approvals" in run.shell.rail.buttons
    until(lambda: run.shell.page().title.startswith("Good "))
