"""Pages like those on which work is looked at, and one with every control."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from tests.ui.kit.sample import ISSUES, MORE, NOTES, VENUES, WARDS
from ui.widgets.arrange import column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, IconButton
from ui.widgets.card import Card, Line
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.choice_field import choice_field
from ui.widgets.combo_field import ComboField
from ui.widgets.empty_state import EmptyState
from ui.widgets.field import Field
from ui.widgets.flow import Flow
from ui.widgets.page import Page
from ui.widgets.queue_list import QueueList, QueueRow
from ui.widgets.reflow import Reflow
from ui.widgets.rows import (
    CheckRow,
    RecordLine,
    RecordRow,
)
from ui.widgets.scroll import TouchScroll
from ui.widgets.stat_card import StatCard
from ui.widgets.stepper import Stepper
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.table import Column, Rag, Table
from ui.widgets.tag import STATUS, StatusTag, TagLook
from ui.widgets.text import Elided, Heading, Label
from ui.widgets.text_field import TextField


def approvals_page() -> Page:
    page = Page("Approvals", "48 waiting, oldest first")
    late = TagLook("Late", "warning", "clock")
    name = TagLook("May name a person", "warning", "person")
    again = TagLook("Resubmitted", "info", "return")
    kinds = (
        ("resident", "Resident contact"),
        ("drop_in", "Drop-in session"),
        ("school", "School visit"),
    )
    rows = []
    for i in range(48):
        icon, kind = kinds[i % 3]
        tags = ((late,), (), (again, name), (late, name))[i % 4]
        rows.append(
            QueueRow(
                str(i),
                f"{VENUES[i % 4].text}",
                f"{kind}, PCSO Nandra",
                f"{5 - i // 12} days",
                icon,
                tags,
                urgent=i < 12,
            )
        )
    queue = QueueList("Records waiting for approval")
    queue.set_rows(rows)
    queue.select("2")
    search = TextField("Search", "Search place, officer or area")
    chips = Chips(
        (Choice("all", "All"), Choice("flag", "Flagged"), Choice("again", "Resubmitted")),
        "Show",
        multi=False,
    )
    chips.set_value("all")
    left = QWidget()
    left.setObjectName("band")
    left.setLayout(
        column(
            column(search, chips, margins=(16, 14, 16, 12), spacing=10),
            Line(),
            (queue, 1),
            spacing=0,
        )
    )
    left.setMinimumWidth(300)
    checks = Card(
        Heading("Checks made for you"),
        CheckRow("Submitted late: 4 days after the event", passed=False),
        CheckRow("No personal details found in the notes", passed=True),
        CheckRow("Attendance recorded", passed=True),
        spacing=4,
    )
    answers = Card(
        SummaryList(
            [
                SummaryItem("when", "When", "Thu 19 Nov, 10:30"),
                SummaryItem("where", "Where", "Foxglove Infants, Glascote"),
                SummaryItem("who", "Who came", "28 pupils, 2 staff"),
                SummaryItem("notes", "Notes", NOTES),
                SummaryItem("by", "Recorded by", "PCSO Nandra"),
            ]
        ),
        margins=(20, 8),
    )
    body = QWidget()
    body.setLayout(
        column(
            row(Elided("School visit, Foxglove Infants", "title"), StatusTag("PENDING_REVIEW")),
            checks,
            answers,
            None,
            margins=16,
            spacing=14,
        )
    )
    detail = TouchScroll(body)
    bar = StickyBar(
        Button("Approve and next", "primary", "check", large=True),
        Button("Return", icon="return", large=True),
    )
    bar.set_saved("info", "Saved here, sent when you reconnect")
    right = QWidget()
    right.setLayout(column((detail, 1), bar, spacing=0))
    both = QWidget()
    both.setLayout(row((left, 2), (right, 3), spacing=0))
    page.set_content(both, scrolls=False)
    return page


def sync_page() -> Page:
    page = Page("Sync", "What is on this tablet and what the station has")
    page.add_action(Button("Try now", "primary", "sync"))
    stats = Reflow(
        [
            StatCard("3", "Waiting to send", "Oldest from 09:05 today"),
            StatCard("1", "Needs you", "Changed at the station too", kind="warning"),
            StatCard("6", "Sent today", "Last at 08:12"),
            StatCard("0", "Held at the centre", "Nothing is lost"),
        ],
        180,
    )
    items = Card(Heading("Waiting to send", 1), margins=(20, 16, 20, 8), spacing=2)
    for line in (
        RecordLine(
            "1", "Drop-in session, Market Hall", "Submitted 09:05", "drop_in", STATUS["SUBMITTED"]
        ),
        RecordLine(
            "2",
            "School visit, Foxglove Infants",
            "The reference was missing. Open it as a new draft.",
            "school",
            STATUS["QUARANTINED"],
        ),
        RecordLine(
            "3",
            "Resident contact, Mill Lane",
            "You and PC Ashworth both changed the notes",
            "resident",
            STATUS["CONFLICT"],
        ),
    ):
        items.add(Line())
        items.add(RecordRow(line))
    body = QWidget()
    body.setLayout(
        column(
            Banner(
                "warning",
                "Offline since 08:14",
                "Everything is saved and encrypted on this tablet. Next try in 4 minutes.",
            ),
            Banner("success", "Connected. Everything has been sent."),
            Banner(
                "error",
                "Not saved. Your last change is still on screen.",
                "Free some space or copy the notes.",
            ),
            stats,
            items,
            None,
            margins=(24, 18, 24, 24),
            spacing=16,
        )
    )
    page.set_content(body)
    return page


def controls_page() -> Page:
    page = Page("Controls", "Buttons, tags, fields")
    buttons = Flow(
        Button("Primary", "primary", "send"),
        Button("Secondary", icon="copy"),
        Button("Ghost", "ghost", "plus"),
        Button("Danger", "danger", "delete"),
        Button("Next", icon="forward", icon_after=True),
        IconButton("back", "Back"),
        Button("Large", "primary", "check", large=True),
        spacing=12,
    )
    off = Button("Disabled", "primary", "send")
    off.setEnabled(False)
    buttons.add(off)
    tags = Flow(*(StatusTag(code) for code in STATUS))
    single = Chips(
        (Choice("a", "In person"), Choice("b", "Phone"), Choice("c", "Email")), "How", multi=False
    )
    single.set_value("a")
    many = Chips(tuple(ISSUES[:6]), "Topics")
    many.set_values(("PARK", "DRUGS"))
    picker = choice_field(tuple(WARDS) + MORE, "Neighbourhood")
    wrong = Field("Crime reference", TextField("Crime reference"), "From the control room")
    wrong.set_error("Enter the reference, or say that it will follow")
    fields = Reflow(
        [
            Field(
                "Name of the group",
                TextField("Name of the group", "As they call it"),
                optional=True,
            ),
            wrong,
            Field("Neighbourhood", picker),
            Field("Leaflets", Stepper("Leaflets")),
            Field("Place", ComboField("Ward", WARDS)),
            Field("Contact", single),
        ],
        300,
        spacing=20,
        most=2,
    )
    long_words = Label(
        "<b>Words from others</b> are shown as they were written, and wrap where the room ends.",
        wrap=True,
    )
    body = QWidget()
    body.setLayout(
        column(
            Card(Heading("Buttons"), buttons),
            Card(Heading("States"), tags),
            Card(Heading("Fields"), fields, many, long_words, spacing=16),
            Card(
                *(
                    Label(f"{role.capitalize()} 10:15 and 1,203 people", role)
                    for role in (
                        "display",
                        "title",
                        "heading",
                        "body",
                        "strong",
                        "label",
                        "muted",
                        "caption",
                        "counter",
                        "time",
                    )
                ),
                spacing=4,
            ),
            None,
            margins=(24, 18, 24, 24),
            spacing=16,
        )
    )
    page.set_content(body)
    return page


def meetings_page() -> Page:
    page = Page("Meetings", "Ten neighbourhoods of Tamworth, as at 07:40 today")
    page.add_action(Button("Export", icon="export"))
    table = Table(
        "Meetings by neighbourhood",
        (
            Column("Neighbourhood", 3),
            Column("Last met", 2),
            Column("People", 1, number=True, drop=2),
            Column("Next", 2),
            Column("Days", 1, number=True, drop=1),
            Column("State", 4),
        ),
    )
    states = (
        Rag("RED", "Never met"),
        Rag("AMBER", "Nobody came"),
        Rag("GREEN", "Next one booked"),
        Rag("RED", "Overdue by 12 days"),
        Rag("AMBER", "PCSO only"),
    )
    table.set_rows(
        [
            (
                w.text,
                "Thu 15 Oct",
                str(11 + i),
                "Thu 26 Nov" if i % 3 else "None",
                str(35 + i),
                states[i % 5],
            )
            for i, w in enumerate(WARDS)
        ]
    )
    holder = QWidget()
    holder.setObjectName("ground")
    holder.setLayout(column((Card((table, 1), margins=(8, 4, 8, 8)), 1), margins=(24, 18, 24, 24)))
    page.set_content(holder, scrolls=False)
    return page


def empty_page() -> Page:
    page = Page("Records", "Nothing here yet")
    page.set_content(
        EmptyState(
            "empty",
            "No records yet",
            "Anything you start is kept on this tablet from the first tap, even with no signal.",
            action="New drop-in session",
        ),
        scrolls=False,
    )
    return page
