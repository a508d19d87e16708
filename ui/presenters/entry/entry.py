"""One entry with everything that can be said about it, and what follows from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.presenters.entry.contact import Contact
from ui.presenters.entry.counts import Counts
from ui.presenters.entry.follow_ups import FollowUps
from ui.presenters.entry.lists import handouts, issues, partners
from ui.presenters.entry.outcome import Outcome
from ui.presenters.entry.people import People
from ui.presenters.entry.photos import EntryPhotos
from ui.presenters.entry.routing import Routing
from ui.presenters.entry.school import SchoolVisit
from ui.presenters.entry.when import When
from ui.presenters.entry.where import Where

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm


class Entry(QObject):
    """The form and its subjects; a subject reads and writes answers, this one lets them follow."""

    def __init__(self, form: EntryForm) -> None:
        super().__init__(form)
        self.form = form
        self.photos = EntryPhotos(form.desk, form.opened.record_id, self)
        self.renew()
        form.changed.connect(self._follow)

    def renew(self) -> None:
        """Look at the answers afresh: kind or many answers have changed."""
        form = self.form
        self.when = When(form)
        self.where = Where(form)
        self.counts = Counts(form)
        self.people = People(form, self.when)
        self.issues = issues(form)
        self.handouts = handouts(form)
        self.partners = partners(form)
        self.school = SchoolVisit(form, self.where)
        self.follow_ups = FollowUps(form)
        self.routing = Routing(form)
        self.outcome = Outcome(form, self.routing)
        self.contact = Contact(form)
        self._partner_people = sum(self.partners.counts().values())

    @property
    def sensitive(self) -> bool:
        """True when the entry is marked higher than the rest of the app (R15, R23)."""
        return self.routing.notes_locked or not self.contact.anonymous

    def ready(self) -> None:
        """The officer is about to check: a session that still runs is over now.

        A finish the officer has set stays, also when it lies ahead.
        """
        if self.when.can_stop and not self.when.end_chosen:
            self.when.stop_now()
        if self.form.facts.type.shows("people_present"):
            self.people.fill()

    def _follow(self, name: str) -> None:
        if name in ("started_at", "ended_at"):
            self.people.follow_length()
        elif name == "partners_present":
            self._follow_partners()
        elif name in ("school.pupils", "school.staff_present"):
            self.school.follow(name)

    def _follow_partners(self) -> None:
        """People of partners are counted once, unless the officer counted them otherwise."""
        before, self._partner_people = self._partner_people, sum(self.partners.counts().values())
        if "partner_people" not in self.form.facts.type.counts:
            return
        if self.form.answers.number("counts.partner_people") == before:
            self.form.set("counts.partner_people", self._partner_people)
