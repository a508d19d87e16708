"""Which part stands for which section of the data; a new section is one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.views.entry_form.counted_parts import HandoutsPart, PartnersPart
from ui.views.entry_form.counts_part import CountsPart
from ui.views.entry_form.follow_ups_part import FollowUpsPart
from ui.views.entry_form.issues_part import IssuesPart
from ui.views.entry_form.notes_part import NotesPart
from ui.views.entry_form.online_part import OnlinePart
from ui.views.entry_form.outcome_part import OutcomePart
from ui.views.entry_form.people_part import PeoplePart
from ui.views.entry_form.person_part import PersonPart
from ui.views.entry_form.photos_part import PhotosPart
from ui.views.entry_form.pulse_part import PulsePart
from ui.views.entry_form.routing_part import RoutingPart
from ui.views.entry_form.school_part import SchoolPart
from ui.views.entry_form.when_part import WhenPart
from ui.views.entry_form.where_part import WherePart

if TYPE_CHECKING:
    from ui.presenters.entry.entry import Entry
    from ui.views.entry_form.fields import Fields
    from ui.views.entry_form.part import Part

PARTS: Final[dict[str, type[Part]]] = {
    part.key: part
    for part in (
        WhenPart,
        WherePart,
        SchoolPart,
        PersonPart,
        OnlinePart,
        CountsPart,
        PeoplePart,
        PartnersPart,
        IssuesPart,
        HandoutsPart,
        NotesPart,
        PhotosPart,
        PulsePart,
        FollowUpsPart,
        RoutingPart,
        OutcomePart,
    )
}


def parts_of(entry: Entry, fields: Fields) -> dict[str, Part]:
    """The parts of this kind of entry, in the order of its data.

    A section that this version has no part for is left out; its answers stay as they are.
    """
    sections = entry.form.facts.type.sections
    return {key: PARTS[key](entry, fields) for key in sections if key in PARTS}
