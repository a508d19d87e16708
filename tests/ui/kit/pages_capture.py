"""Pages like those an officer records on."""

from __future__ import annotations

from datetime import time

from PySide6.QtWidgets import QWidget

from tests.ui.kit.sample import AGES, ISSUES, MORE, NOTES, TODAY, VENUES, WARDS
from ui.widgets.arrange import column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Line
from ui.widgets.combo_field import ComboField
from ui.widgets.day_field import DayField
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.field import Field
from ui.widgets.growing_text import GrowingText
from ui.widgets.mention_chips import MentionChips
from ui.widgets.page import Page
from ui.widgets.phrase_chips import PhraseChips
from ui.widgets.place_field import PlaceField
from ui.widgets.reflow import Reflow
from ui.widgets.rows import (
    DraftRow,
    PlanLine,
    PlanRow,
    RecordLine,
    RecordRow,
    ReturnedCard,
)
from ui.widgets.scroll import TouchScroll
from ui.widgets.section import Section
from ui.widgets.section_index import SectionIndex
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.tag import Tag, TagLook
from ui.widgets.tally import TallyGroup
from ui.widgets.text import Heading, Label
from ui.widgets.tile import NewTile
from ui.widgets.time_field import TimeRange


def today_page() -> Page:
    page = Page("Good morning, Priya", "Thursday 19 November. Wilnecote and Glascote.")
    tiles = Reflow(
        [
            NewTile("drop_in", "Drop-in session", "Surgery, street stall, stand", primary=True),
            NewTile("school", "School visit", "Talk, assembly, patrol at gates"),
            NewTile("resident", "Resident contact", "Conversation, call, doorstep"),
        ],
        220,
        spacing=16,
    )
    plan = Card(margins=(20, 8, 20, 8), spacing=0)
    plan.add(row(Heading("Today's plan", 1), None, Button("Add to plan", "ghost", "plus")))
    lines = (
        PlanLine(
            "1",
            "10:00",
            "11:30",
            "Drop-in session",
            "Rosewood Library",
            "Regular, third Thursday",
            "drop_in",
            next=True,
        ),
        PlanLine(
            "2",
            "13:15",
            "14:00",
            "School visit",
            "Foxglove Primary, Year 5",
            "Online safety talk",
            "school",
        ),
        PlanLine(
            "3",
            "15:30",
            "16:00",
            "Resident contact",
            "Mill Lane, about off-road bikes",
            "Promised by Tue 24 Nov",
            "resident",
        ),
        PlanLine(
            "4",
            "18:00",
            "19:00",
            "Drop-in session",
            "Two Oaks Co-op",
            "Speeding is the ward priority",
            "drop_in",
        ),
    )
    for line in lines:
        plan.add(Line())
        plan.add(PlanRow(line))
    plan.add(None)
    side = Card(margins=(20, 16, 20, 12), spacing=10)
    side.add(row(Heading("Needs you", 1), None, Tag("1 returned", "warning", "return")))
    side.add(
        ReturnedCard(
            "r1",
            "School visit, Foxglove Academy",
            "Add the number of pupils, please",
            by="Sgt Oduya",
        )
    )
    side.add(6)
    side.add(row(Heading("Drafts", 1), None, Label("2 on this tablet", "caption")))
    drafts = (
        RecordLine(
            "d1",
            "Drop-in session",
            "Market Hall, yesterday 16:40",
            "draft",
            TagLook("Notes missing", "warning", "warning"),
        ),
        RecordLine(
            "d2",
            "Resident contact",
            "Tinkers Green, Tue 17 Nov 11:05",
            "draft",
            TagLook("Ready to submit", "success", "done"),
        ),
    )
    for draft in drafts:
        side.add(Line())
        side.add(DraftRow(draft))
    side.add(None)
    banner = Banner(
        "warning",
        "You are offline. 3 records are safe on this tablet.",
        "They send by themselves when you reconnect. Last sent 08:12 at Tamworth station.",
        action="See what is waiting",
    )
    columns = Reflow([plan, side], 400, spacing=16, stretches=(7, 5))
    body = QWidget()
    body.setLayout(column(banner, tiles, columns, None, margins=(24, 18, 24, 24), spacing=16))
    page.set_content(body)
    return page


PHRASES = (
    "Leaflets given out",
    "Smart Alert sign-ups",
    "Crime prevention advice",
    "No concerns raised",
)
ERRORS = [
    ("place", "Enter where the session was held"),
    ("ward", "Choose a neighbourhood"),
    ("finish", "Finish time must be after the start time"),
]


def form_page(*, errors: bool = False, folded: bool = True) -> Page:
    day, times = DayField("Day", TODAY, latest=TODAY), TimeRange()
    times.start.set_value(time(10, 0))
    times.finish.set_value(time(9, 0) if errors else time(11, 30))
    place = PlaceField("Place", VENUES, recent=VENUES)
    wards = ComboField("Neighbourhood", WARDS, empty="Choose a neighbourhood")
    place_field = Field("Place", place, "Pick a recent place or start typing")
    ward_field = Field("Neighbourhood", wards)
    ward_field.set_origin("Filled in from the place; change it if needed")
    who = TallyGroup(AGES)
    issues = MentionChips(ISSUES, "Issues raised", more=MORE)
    notes = GrowingText("Notes", "What did people tell you? What did you do?", limit=4000)
    phrases = PhraseChips(PHRASES, notes)
    when = Section("when", "When", Field("Day", day), times)
    where = Section("where", "Where", place_field, ward_field)
    came = Section("who", "Who came", who, hint="Tap + for each person")
    raised = Section("issues", "Issues raised", issues, hint="Choose all that apply")
    said = Section("notes", "Notes", notes, phrases, hint="Do not name people here")
    summary = ErrorSummary()
    page = _form(summary, when, where, came, raised, said, _follow_ups())
    if errors:
        place_field.set_error(ERRORS[0][1])
        ward_field.set_error(ERRORS[1][1])
        times.set_errors(finish=ERRORS[2][1])
        summary.show_errors(ERRORS)
        return page
    place.set_place("v1", "Rosewood Library")
    wards.set_value("wilnecote")
    who.set_values({"u11": 3, "a11": 2, "a26": 7, "a65": 5})
    issues.set_counts({"SPEED": 4, "BIKES": 2, "m3": 1})
    notes.set_text(NOTES)
    for section in (when, where, came, raised, said):
        section.set_done(done=section is not said)
    if folded:
        when.fold("Today, 10:00 to 11:30")
        where.fold("Rosewood Library, Wilnecote")
    else:
        came.mark("Sgt Oduya: were the pupils counted as well?")
    return page


def _follow_ups() -> Section:
    line = RecordLine(
        "f", "Ask highways about the lights on Mill Lane", "Me, by Fri 27 Nov", "follow_up"
    )
    more = Button("Add a follow-up", icon="plus")
    return Section("follow", "Follow-ups", RecordRow(line), more, optional=True)


def _form(summary: ErrorSummary, *sections: Section) -> Page:
    page = Page(
        "New drop-in session",
        "Place and times copied from Thu 15 Oct. Counts start at zero.",
        form=True,
    )
    page.add_action(Button("Copy last session", icon="copy"))
    body = QWidget()
    body.setLayout(column(summary, *sections, None, margins=(16, 18, 16, 24), spacing=16))
    scroll = TouchScroll(body, width=900)
    holder = QWidget()
    holder.setObjectName("ground")
    holder.setLayout(row(SectionIndex(scroll, sections), (scroll, 1), spacing=0))
    page.set_content(holder, scrolls=False)
    page.area = scroll
    bar = StickyBar(
        Button("Check and submit", "primary", "send", large=True),
        Button("Finish later", large=True),
    )
    bar.set_saved("saved", "Saved on this tablet 11:41", "Sends by itself when you reconnect")
    page.set_foot(bar)
    return page


def open_page() -> Page:
    return form_page(folded=False)


def errors_page() -> Page:
    return form_page(errors=True)


def check_page() -> Page:
    page = Page("Check before you submit", "Drop-in session, Rosewood Library", form=True)
    items = [
        SummaryItem("when", "When", "Thursday 19 November 2026, 10:00 to 11:30", change=True),
        SummaryItem("where", "Where", "Rosewood Library, Wilnecote", change=True),
        SummaryItem(
            "who",
            "Who came",
            "17 people\nUnder 11: 3   11 to 17: 2   26 to 64: 7   65 and over: 5",
            change=True,
        ),
        SummaryItem(
            "issues",
            "Issues raised",
            "Speeding (4), Off-road bikes (2)",
            change=True,
            comment="Sgt Oduya: which road?",
        ),
        SummaryItem("notes", "Notes", NOTES, change=True),
        SummaryItem("photos", "Photos", "", change=True),
    ]
    warn = Banner(
        "warning",
        "The notes may name a person.",
        "Engagement records should not name people. Record a named person as a resident "
        "contact instead.",
        icon="warning",
        action="Edit notes",
    )
    after = Card(
        Heading("What happens next"),
        Label(
            "Your sergeant gets this for approval when you next connect. You can change it "
            "until then.",
            wrap=True,
        ),
        spacing=6,
    )
    body = QWidget()
    body.setLayout(
        column(
            warn,
            Card(SummaryList(items), margins=(20, 8)),
            after,
            None,
            margins=(16, 18),
            spacing=16,
        )
    )
    page.set_content(body, width=900)
    bar = StickyBar(
        Button("Submit for approval", "primary", "send", large=True),
        Button("Keep as draft", large=True),
    )
    bar.set_saved("saved", "Saved on this tablet 11:41", "You are offline. It will send by itself")
    page.set_foot(bar)
    return page
