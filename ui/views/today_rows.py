"""The rows of Today: what the services say, in the shape the widgets show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.theme.tokens import TARGET
from ui.views.looks import icon_of
from ui.widgets.arrange import column, row
from ui.widgets.buttons import LayoutButton
from ui.widgets.glyph import Glyph
from ui.widgets.rows import PlanLine, RecordLine
from ui.widgets.tag import TagLook
from ui.widgets.text import Label
from ui.words import in_sentence, moment_words, time_words

if TYPE_CHECKING:
    from fieldapp.services.values import EntryRow, FollowUpRow, PlanRow

READY = "Ready to submit"
_MISSING = "Still needed: "
_FOLLOW_UPS = {
    "OVERDUE": ("error", "warning"),
    "DUE_TODAY": ("warning", "clock"),
    "OPEN": ("info", "calendar"),
}


def plan_line(row: PlanRow, now: datetime, *, following: bool) -> PlanLine:
    """A line of the plan; Start, Continue, or what became of it."""
    tag, action = None, "Start"
    if row.status in ("DONE", "DONE_PENDING"):
        tag, action = TagLook("Recorded", "success", "done"), ""
    elif row.started_record_id is not None:
        tag, action = TagLook("Started", "info", "draft"), "Continue"
    elif row.ends_at is not None and row.ends_at < now:
        tag = TagLook("Not recorded yet", "warning", "clock")
    place = row.place if row.neighbourhood in row.place else f"{row.place}, {row.neighbourhood}"
    return PlanLine(
        key=row.record_id,
        start=time_words(row.starts_at),
        end=time_words(row.ends_at) if row.ends_at else "",
        title=row.type_label,
        place=place.strip(", "),
        note=row.note,
        icon=icon_of(row.icon),
        next=following,
        tag=tag,
        action=action,
    )


def draft_line(row: EntryRow, now: datetime) -> RecordLine:
    """A draft with what is missing."""
    when = moment_words(row.started_at, now) if row.started_at else ""
    where = row.place or row.neighbourhood
    tag = TagLook(READY, "success", "check")
    if row.detail != READY:
        tag = TagLook(_short(row.detail), "warning", "partly")
    return RecordLine(
        key=row.record_id,
        title=row.type_label,
        line=", ".join(part for part in (where, when) if part),
        icon=icon_of(row.icon),
        tag=tag,
        spoken=f"Continue draft: {row.title}. {row.detail}",
    )


def follow_up_line(row: FollowUpRow, now: datetime) -> RecordLine:
    """A promise or question with its due time."""
    kind, icon = _FOLLOW_UPS.get(row.state, ("quiet", "clock"))
    asks = row.kind == "PUBLIC_QUERY"
    verb = "Answer by" if asks else "Due"
    when = in_sentence(moment_words(row.due_at, now)) if row.due_at else ""
    due = f"{verb} {when}" if when else "No date"
    if row.state == "OVERDUE":
        due = f"Overdue since {when}" if when else "Overdue"
    return RecordLine(
        key=row.record_id,
        title=row.summary or row.source_title,
        line=row.source_title,
        icon="comment" if asks else "follow_up",
        tag=TagLook(due, kind, icon),
    )


class NeedCard(LayoutButton):
    """Something that waits for the officer, with the one thing to do about it.

    Signals:
        opened(str): pressed; the key.
    """

    opened = Signal(str)

    def __init__(
        self, key: str, icon: str, title: str, words: str, act: str, *, kind: str = "card"
    ) -> None:
        self.key = key
        warning = kind == "warning-card"
        tone = "on_warning_tint" if warning else "text"
        hand = "on_warning_tint" if warning else "primary"
        said = column(
            Label(title, "strong", tone=tone, wrap=True),
            Label(words, "muted", tone=tone if warning else "text_muted", wrap=True),
            spacing=3,
        )
        face = row(
            Glyph(icon, hand, 28),
            (said, 1),
            Label(act, "strong", tone=hand),
            Glyph("forward", hand, 20),
            margins=(16, 12, 14, 12),
            spacing=14,
        )
        super().__init__(face, f"{title}. {words}", act, kind=kind, height=TARGET["row"])
        self.setObjectName(f"need:{key}")
        self.clicked.connect(self._open)

    def _open(self) -> None:
        self.opened.emit(self.key)


def _short(detail: str) -> str:
    """What is missing, short enough for a tag."""
    parts = detail.removeprefix(_MISSING).split(", ")
    if not detail.startswith(_MISSING) or len(parts) <= 2:
        return detail
    return f"{_MISSING}{parts[0]} and {len(parts) - 1} more"
