"""Every component on pages like the real ones, rendered to build/gallery to be looked at.

Run it: `python tests/ui/kit/gallery.py [page ...]`. The audits of tests/ui/kit walk the same pages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

if __name__ == "__main__":
    _SCREEN = Path(__file__).parents[2] / "offscreen.json"
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_SCREEN}"
    sys.path.insert(0, str(Path(__file__).parents[3]))

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.shell import Place, Shell
from ui.theme import theme
from ui.widgets.arrange import column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, IconButton
from ui.widgets.card import Card, Line
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.choice_field import choice_field
from ui.widgets.combo_field import ComboField
from ui.widgets.date_picker import DatePicker
from ui.widgets.day_field import DayField
from ui.widgets.empty_state import EmptyState
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.field import Field
from ui.widgets.flow import Flow
from ui.widgets.growing_text import GrowingText
from ui.widgets.list_picker import PickSheet
from ui.widgets.mention_chips import MentionChips
from ui.widgets.page import Page
from ui.widgets.phrase_chips import PhraseChips
from ui.widgets.place_field import PlaceField
from ui.widgets.queue_list import QueueList, QueueRow
from ui.widgets.reflow import Reflow
from ui.widgets.rows import (
    CheckRow,
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
from ui.widgets.sheet import ConfirmSheet
from ui.widgets.stat_card import StatCard
from ui.widgets.stepper import Stepper
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.table import Column, Rag, Table
from ui.widgets.tag import STATUS, StatusTag, Tag, TagLook
from ui.widgets.tally import TallyGroup
from ui.widgets.text import Elided, Heading, Label
from ui.widgets.text_field import TextField
from ui.widgets.tile import NewTile
from ui.widgets.time_field import TimeRange

TODAY = date(2026, 11, 19)
PLACES = (
    Place("today", "Today", "today"),
    Place("records", "Records", "records"),
    Place("contacts", "Contacts", "contacts"),
    Place("follow_ups", "Follow-ups", "follow_ups"),
    Place("sync", "Sync", "sync"),
)
AGES = (
    Choice("u11", "Under 11"),
    Choice("a11", "11 to 17"),
    Choice("a18", "18 to 25"),
    Choice("a26", "26 to 64"),
    Choice("a65", "65 and over"),
)
ISSUES = tuple(
    Choice(code, words)
    for code, words in (
        ("SPEED", "Speeding"),
        ("PARK", "Parking"),
        ("YOUTH", "Youth anti-social behaviour"),
        ("BIKES", "Off-road bikes"),
        ("DRUGS", "Drugs"),
        ("VEHICLE", "Vehicle crime"),
        ("BURGLARY", "Burglary"),
        ("SHOP", "Shop theft"),
        ("TIP", "Fly-tipping"),
        ("FRAUD", "Scams and fraud"),
    )
)
MORE = tuple(Choice(f"m{i}", f"Other issue {i}", "From the code list") for i in range(14))
WARDS = tuple(
    Choice(name.lower(), name, "Tamworth")
    for name in (
        "Amington",
        "Belgrave",
        "Bolehall",
        "Castle",
        "Glascote",
        "Mercian",
        "Spital",
        "Stonydelph",
        "Trinity",
        "Wilnecote",
    )
)
VENUES = (
    Choice("v1", "Rosewood Library", "Wilnecote"),
    Choice("v2", "Larkfield Community Centre", "Glascote"),
    Choice("v3", "Two Oaks Co-op", "Belgrave"),
    Choice("v4", "Market Hall", "Castle"),
)
NOTES = (
    "Four residents raised speeding on the main road at school run time. Two asked for a speed "
    "watch session. Purse bells given out."
)


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


def form_page(*, errors: bool = False, folded: bool = True) -> Page:
    page = Page(
        "New drop-in session",
        "Place and times copied from Thu 15 Oct. Counts start at zero.",
        form=True,
    )
    page.add_action(Button("Copy last session", icon="copy"))
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
    phrases = PhraseChips(
        (
            "Leaflets given out",
            "Smart Alert sign-ups",
            "Crime prevention advice",
            "No concerns raised",
        ),
        notes,
    )
    when = Section("when", "When", Field("Day", day), times)
    where = Section("where", "Where", place_field, ward_field)
    came = Section("who", "Who came", who, hint="Tap + for each person")
    raised = Section("issues", "Issues raised", issues, hint="Choose all that apply")
    said = Section("notes", "Notes", notes, phrases, hint="Do not name people here")
    follow = Section(
        "follow",
        "Follow-ups",
        RecordRow(
            RecordLine(
                "f", "Ask highways about the lights on Mill Lane", "Me, by Fri 27 Nov", "follow_up"
            )
        ),
        Button("Add a follow-up", icon="plus"),
        optional=True,
    )
    sections = (when, where, came, raised, said, follow)
    summary = ErrorSummary()
    body = QWidget()
    body.setLayout(column(summary, *sections, None, margins=(16, 18, 16, 24), spacing=16))
    scroll = TouchScroll(body, width=900)
    index = SectionIndex(scroll, sections)
    holder = QWidget()
    holder.setObjectName("ground")
    holder.setLayout(row(index, (scroll, 1), spacing=0))
    page.set_content(holder, scrolls=False)
    page.area = scroll
    bar = StickyBar(
        Button("Check and submit", "primary", "send", large=True),
        Button("Finish later", large=True),
    )
    bar.set_saved("saved", "Saved on this tablet 11:41", "Sends by itself when you reconnect")
    page.set_foot(bar)
    if errors:
        place_field.set_error("Enter where the session was held")
        ward_field.set_error("Choose a neighbourhood")
        times.set_errors(finish="Finish time must be after the start time")
        summary.show_errors(
            [
                ("place", "Enter where the session was held"),
                ("ward", "Choose a neighbourhood"),
                ("finish", "Finish time must be after the start time"),
            ]
        )
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
    return page


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
        "Engagement records should not name people. Record a named person as a resident contact instead.",
        icon="warning",
        action="Edit notes",
    )
    after = Card(
        Heading("What happens next"),
        Label(
            "Your sergeant gets this for approval when you next connect. You can change it until then.",
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


PAGES: dict[str, tuple[Callable[[], Page], str]] = {
    "today": (today_page, "today"),
    "form": (form_page, "today"),
    "errors": (errors_page, "today"),
    "check": (check_page, "today"),
    "approvals": (approvals_page, "records"),
    "sync": (sync_page, "sync"),
    "controls": (controls_page, "contacts"),
    "meetings": (meetings_page, "follow_ups"),
    "empty": (empty_page, "records"),
}


def build(name: str) -> Shell:
    """A window showing one page of the gallery."""
    make, key = PAGES[name]
    shell = Shell(PLACES, marking="OFFICIAL-SENSITIVE" if name == "check" else "OFFICIAL")
    shell.set_sync("offline", "Offline, 3 waiting")
    shell.set_badge("sync", 3, "3 records waiting to send")
    page = make()
    if page.form:
        shell.set_page(key, empty_page())
        shell.choose(key)
        shell.open_page(page)
    else:
        shell.set_page(key, page)
        shell.choose(key)
    return shell


LOOKS = (
    ("day", (1280, 800), 100),
    ("night", (1280, 800), 100),
    ("outdoor", (1280, 800), 100),
    ("day", (800, 1280), 100),
    ("night", (800, 1280), 100),
    ("day", (1280, 800), 130),
    ("day", (800, 1280), 130),
    ("day", (1024, 600), 100),
)


def dress_up(name: str, shell: Shell) -> None:
    """Things that lie over a page."""
    if name == "approvals":
        shell.undo.offer("Approved: Market Hall")
    if name == "empty":
        shell.messages.say(
            "error",
            "Not saved. Your last change is still on screen. Free some space or copy the notes.",
        )
        shell.set_emergency("Emergency 999. This app does not report crime.")


def main(wanted: list[str]) -> None:
    app = QApplication([])
    app.setStyle("Fusion")
    folder = Path(__file__).parents[3] / "build" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for name in wanted or [*PAGES, "picker", "calendar", "confirm"]:
        for look, (width, height), scale in LOOKS:
            theme.use(name=look, scale=scale)
            shell = build(name if name in PAGES else "form")
            shell.resize(width, height)
            shell.show()
            QTest.qWait(30)
            dress_up(name, shell)
            _sheet(name, shell)
            QTest.qWait(60)
            shell.grab().save(str(folder / f"{name}-{look}-{width}-{scale}.png"))
            shell.close()
            shell.deleteLater()
            QTest.qWait(1)


def _sheet(name: str, shell: Shell) -> None:
    if name == "picker":
        PickSheet(shell, "Neighbourhood", tuple(WARDS) + MORE, "glascote").present()
    elif name == "calendar":
        DatePicker(shell, date(2026, 11, 12), today=TODAY, latest=TODAY).present()
    elif name == "confirm":
        ConfirmSheet(
            shell,
            "Delete this draft?",
            "The drop-in session at Market Hall from yesterday 16:40 is on this tablet only.",
            "Delete draft",
        ).present()


if __name__ == "__main__":
    main(sys.argv[1:])
