"""Pictures of every screen of capture, to be looked at: `python -m tests.ui.capture.shots`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QWidget

from tests.conftest import FixedClock
from tests.ui.capture.beat import MORNING, Beat
from tests.ui.capture.finger import part
from tests.ui.capture.test_returned import RETURNED, entry
from ui.presenters.sync_words import SyncLook
from ui.theme import theme
from ui.views.check import CheckPage
from ui.views.entry_form.issues_part import IssuesPart
from ui.views.entry_form.page import EntryFormPage
from ui.views.entry_form.person_part import PersonPart
from ui.views.type_picker import TypePicker

OUT = Path("build/shots")
SIZES = {
    "day": ((1280, 800), "day", 100),
    "portrait-night": ((800, 1280), "night", 100),
    "outdoor": ((1280, 800), "outdoor", 100),
    "large-text": ((1280, 800), "day", 130),
    "small": ((1024, 600), "day", 100),
}


class Studio:
    """A tablet whose window is photographed."""

    def __init__(self, folder: Path, look: str) -> None:
        size, name, scale = SIZES[look]
        theme.use(name=name, scale=scale)
        self.look = look
        self.clock = FixedClock(MORNING)
        self.beat = Beat(folder, self.clock)
        self.beat.receive_force()
        self.beat.plan = self.beat.receive_plan()
        self.shell = shell = self.beat.put_together()
        self.beat.presenter.sync_shown.connect(self._show_sync)
        shell.set_marking("OFFICIAL")
        shell.resize(*size)
        shell.show()
        self.beat.presenter.load()
        self.wait()

    def _show_sync(self, look: SyncLook) -> None:
        self.shell.set_sync(look.pill_state, look.pill)

    def wait(self, ms: int = 60) -> None:
        """Let answers come home and be painted."""
        while True:
            loop = QEventLoop()
            QTimer.singleShot(ms, loop.quit)
            loop.exec()
            if not self.beat.runner.busy:
                return

    def take(self, name: str) -> None:
        """One picture."""
        self.wait()
        OUT.mkdir(parents=True, exist_ok=True)
        path = OUT / f"{name}-{self.look}.png"
        self.shell.grab().save(str(path))
        print(path)

    def form(self) -> EntryFormPage:
        """The form on top."""
        self.wait()
        page = self.shell.page()
        assert isinstance(page, EntryFormPage), page
        return page

    def check(self) -> CheckPage:
        """The check on top."""
        self.wait()
        page = self.shell.page()
        assert isinstance(page, CheckPage), page
        return page

    def press(self, name: str, times: int = 1) -> None:
        """Press a button of the page on top."""
        page = self.shell.page()
        assert page is not None
        for _ in range(times):
            part(page, QPushButton, name).click()
        self.wait(10)

    def scroll_to(self, widget: QWidget) -> None:
        """Bring a widget to the top."""
        self.wait()
        page = self.shell.page()
        if page is not None and page.area is not None:
            page.area.jump_to(widget)


def today(studio: Studio) -> None:
    """Today in the morning, then with drafts and a recovered one."""
    studio.take("today-morning")
    beat = studio.beat
    draft = beat.services.capture.start("DOORSTEP")
    beat.services.capture.finish_later(draft)
    other = beat.services.capture.start("DROP_IN", plan_id=beat.plan["drop_in"])
    other.body["counts"] = {"adults": 3}
    beat.services.capture.finish_later(other)
    studio.wait()
    studio.take("today-drafts")
    studio.shell.open_page(TypePicker(beat.services.capture.types()))
    studio.take("picker")


def drop_in(studio: Studio) -> None:
    """A planned drop-in from Start to submitted."""
    beat = studio.beat
    beat.flow.start_planned(beat.plan["drop_in"])
    page = studio.form()
    studio.take("drop-in-started")
    studio.clock.advance(minutes=72)
    page.running.refresh()
    studio.press("plus:adults", 14)
    studio.press("plus:children_young_people", 3)
    issues = page.part(IssuesPart)
    issues.chips.chip("NUISANCE_BIKES").word.click()
    issues.chips.chip("PARKING").word.click()
    for _ in range(8):
        issues.chips.chip("NUISANCE_BIKES").plus.click()
    studio.take("drop-in-counted")
    studio.scroll_to(issues.section)
    issues.open_detail("NUISANCE_BIKES")
    studio.take("drop-in-issues")
    drop_in_words(studio, page)
    drop_in_end(studio, page)


def drop_in_words(studio: Studio, page: EntryFormPage) -> None:
    """Notes with a name and a number in them, follow-ups, the parts that start folded."""
    notes = page.field("qualitative")
    assert notes is not None
    assert isinstance(notes.target, QPlainTextEdit)
    notes.target.insertPlainText(
        "Off-road bikes cut through the precinct after school. Spoke to the manager John Smith, "
        "who can be reached on 07700 900123."
    )
    studio.scroll_to(page.parts["notes"].section)
    studio.take("drop-in-notes")
    page.go_to("actions_promised")
    studio.press("phrase:PATROL")
    studio.press("follow_ups.query")
    studio.scroll_to(page.parts["follow_ups"].section)
    studio.take("drop-in-follow-ups")
    page.entry_form.drop("actions_promised", "kind", "PUBLIC_QUERY")
    for key in ("people_present", "partners", "handouts", "pulse"):
        page.parts[key].section.unfold()
        studio.scroll_to(page.parts[key].section)
        studio.take(f"drop-in-{key}")


def drop_in_end(studio: Studio, page: EntryFormPage) -> None:
    """Routing, how it went, the check and the confirmation."""
    page.go_to("discloses_crime")
    studio.scroll_to(page.parts["routing"].section)
    studio.take("drop-in-routing")
    page.entry.routing.set_answer("safeguarding_concern", yes=True)
    studio.scroll_to(page.parts["routing"].section)
    studio.take("drop-in-safeguarding")
    studio.scroll_to(page.parts["notes"].section)
    studio.take("drop-in-locked")
    page.entry.routing.set_answer("safeguarding_concern", yes=False)
    page.entry.routing.none_of_these()
    page.parts["outcome"].section.unfold()
    page.entry.outcome.choose("CALLED_AWAY")
    studio.scroll_to(page.parts["outcome"].section)
    studio.take("drop-in-outcome")
    page.entry.outcome.choose("HELD")
    page.check.click()
    studio.take("check")
    check = studio.check()
    check.findings[0].remove.click()
    studio.wait()
    while studio.check().findings:
        studio.check().findings[0].remove.click()
        studio.wait()
    studio.take("check-clean")
    studio.check().submit.click()
    studio.take("submitted")


def empty_and_wrong(studio: Studio) -> None:
    """A new drop-in checked while empty; nobody came; the disk is full; an emergency."""
    beat = studio.beat
    beat.flow.start("DROP_IN")
    page = studio.form()
    studio.take("drop-in-new")
    page.check.click()
    studio.take("drop-in-errors")
    page.entry.outcome.choose("NOBODY_CAME")
    studio.take("nobody-came")
    page.entry.outcome.choose("HELD")
    page.entry.form.save_shown.emit(
        "failed",
        "Not saved. Your last change is still on screen. Free some space or copy the notes.",
    )
    studio.take("not-saved")
    page.entry.routing.set_answer("emergency", yes=True)
    studio.take("emergency")


def school(studio: Studio) -> None:
    """A planned school visit."""
    beat = studio.beat
    beat.flow.start_planned(beat.plan["school"])
    page = studio.form()
    studio.scroll_to(page.parts["school"].section)
    studio.take("school")


def returned(studio: Studio) -> None:
    """What the sergeant sent back, a draft cut off by a kill, and a change of an approved entry."""
    beat = studio.beat
    decision = {
        "verdict": "RETURN",
        "by": "of-0010",
        "at": "2026-11-19T08:12:00+00:00",
        "reasons": ["PERSONAL_DATA", "COUNT_QUERY"],
        "comments": {
            "qualitative": "Take the manager's name out.",
            "counts.adults": "Does 34 include the 5 shop staff?",
            "": "Good session otherwise.",
        },
    }
    beat.receive(entry("RETURNED", decision))
    draft = beat.services.capture.start("DROP_IN", plan_id=beat.plan["drop_in"])
    studio.clock.advance(minutes=54)
    beat.services.capture.autosave(draft)
    beat.restart()
    studio.shell = beat.put_together()
    size, _name, _scale = SIZES[studio.look]
    studio.shell.resize(*size)
    studio.shell.show()
    beat.presenter.load()
    studio.take("today-needs")
    beat.flow.open(RETURNED)
    studio.form()
    studio.take("returned")
    page = studio.form()
    studio.scroll_to(page.parts["who_came"].section)
    studio.take("returned-comment")
    studio.shell.close_page()
    studio.wait()
    beat.receive(entry("APPROVED", {"verdict": "APPROVE", "by": "of-0010"}))
    beat.flow.open(RETURNED)
    studio.take("amendment")


def contact(studio: Studio) -> None:
    """A doorstep contact with details and consent."""
    beat = studio.beat
    beat.flow.start("DOORSTEP")
    page = studio.form()
    studio.take("contact")
    person = page.part(PersonPart)
    person.asks.chip("yes").click()
    person.purpose.chip("REPLY").click()
    studio.scroll_to(person.section)
    studio.take("contact-person")
    person.consents["LOCAL_UPDATES"].asked.chip("yes").click()
    person.consents["SMART_ALERT"].asked.chip("no").click()
    studio.scroll_to(person.consents["LOCAL_UPDATES"])
    studio.take("contact-consent")


SCENES: dict[str, Callable[[Studio], None]] = {
    "today": today,
    "drop_in": drop_in,
    "empty_and_wrong": empty_and_wrong,
    "school": school,
    "contact": contact,
    "returned": returned,
}


def main(wanted: list[str]) -> None:
    """Take the pictures whose scene or look is named, or all."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.start(app)
    looks = [look for look in SIZES if look in wanted] or list(SIZES)
    scenes = [scene for scene in SCENES if scene in wanted] or list(SCENES)
    for look in looks:
        for scene in scenes:
            with TemporaryDirectory() as folder:
                studio = Studio(Path(folder), look)
                try:
                    SCENES[scene](studio)
                finally:
                    studio.shell.close()
                    studio.beat.close()
                    studio.shell.deleteLater()


if __name__ == "__main__":
    main(sys.argv[1:])
