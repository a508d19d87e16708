"""Frozen values that services hand to screens; no row of the store goes further than this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from fieldapp.domain.content import Json


@dataclass(frozen=True, slots=True)
class Officer:
    """Who is signed in on this tablet."""

    officer_id: str
    force_no: str
    name: str
    role: str
    app_roles: frozenset[str]
    lpt_code: str
    neighbourhoods: frozenset[str]

    @property
    def decides(self) -> bool:
        """True for officers who approve and return entries."""
        return bool(self.app_roles & {"SUPERVISOR", "LPT_COMMAND"})


class Mark(StrEnum):
    """What a screen says about a record: review status and what waits, in one word."""

    DRAFT = "DRAFT"
    WAITING = "WAITING"
    WITH_SERGEANT = "WITH_SERGEANT"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    WITHDRAWN = "WITHDRAWN"
    HELD = "HELD"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    CHOOSE_VERSION = "CHOOSE_VERSION"
    AMENDMENT = "AMENDMENT"


MARK_WORDS: dict[Mark, str] = {
    Mark.DRAFT: "Draft",
    Mark.WAITING: "Waiting to send",
    Mark.WITH_SERGEANT: "With your sergeant",
    Mark.RETURNED: "Returned to you",
    Mark.APPROVED: "Approved",
    Mark.WITHDRAWN: "Withdrawn",
    Mark.HELD: "Held at the centre",
    Mark.NOT_ACCEPTED: "Not accepted",
    Mark.CHOOSE_VERSION: "Choose version",
    Mark.AMENDMENT: "Change with your sergeant",
}
"""The words of each mark, used on every screen."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a supervisor said when sending an entry back."""

    by_name: str
    at: datetime
    reasons: tuple[str, ...]
    """Reason codes (code list ``return_reason``)."""
    comments: dict[str, str]
    """Field name to comment; the empty name is a comment on the whole entry."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry being written: the working copy that autosave keeps.

    ``body`` is the entry's body, ``person`` and ``consents`` the bodies of the records beside it.
    ``origin`` says where filled-in values came from, for the header. ``focus_field`` is the field
    the officer was in, for reopening after a kill.
    """

    record_id: str
    record_type: str
    engagement_type: str
    body: Json
    person: Json | None = None
    consents: tuple[Json, ...] = ()
    focus_field: str | None = None
    focus_position: int | None = None
    origin: str = ""
    saved_at: datetime | None = None
    returned: Returned | None = None
    amends: bool = False
    """True when the entry has been approved: submitting opens an amendment (R28)."""
    is_new: bool = True
    """False when the entry is already a record (draft, returned or approved)."""
    started_from: Json | None = None
    """The body when the work began, so that what arrives meanwhile is merged."""


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo or voice note of an entry; `words` say how it stands, `here`: it can be shown."""

    sha: str
    kind: str
    size: int
    here: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of a list of entries."""

    record_id: str
    record_type: str
    engagement_type: str
    type_label: str
    icon: str
    title: str
    place: str
    neighbourhood: str
    officer_name: str
    started_at: datetime | None
    mark: Mark
    attendance: int | None
    ref: str
    detail: str = ""
    """A second line: what is missing in a draft, who returned it and why, the reason it is held."""
    own: bool = True


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of the plan."""

    record_id: str
    engagement_type: str
    type_label: str
    icon: str
    title: str
    place: str
    neighbourhood: str
    starts_at: datetime
    ends_at: datetime | None
    status: str
    note: str
    lead_officer_name: str
    mine: bool
    started_record_id: str | None = None
    """The entry already begun from this line, if any."""


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A promise or query with its clock."""

    record_id: str
    kind: str
    summary: str
    source_title: str
    neighbourhood: str
    owner_name: str
    raised_at: datetime
    due_at: datetime | None
    state: str
    """OPEN, DUE_TODAY, OVERDUE, ANSWERED or DONE."""
    mine: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class Today:
    """Everything the Today screen shows."""

    greeting: str
    date_words: str
    beat_words: str
    returned: tuple[EntryRow, ...]
    recovered: tuple[EntryRow, ...]
    """Drafts an unclean stop left behind; ``detail`` is 'We kept your draft from 11:41'."""
    drafts: tuple[EntryRow, ...]
    plan: tuple[PlanRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    needs_choice: tuple[EntryRow, ...]
    approvals_waiting: int = 0
    """For supervisors: entries they may decide on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled value of a summary, with the field a Change link goes to."""

    field: str
    label: str
    value: str
    section: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the free-text screen found in words (R16)."""

    field: str
    start: int
    end: int
    kind: str
    text: str
    advice: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """Something to put right (blocking) or to look at (a hint), in words."""

    field: str
    section: str
    code: str
    words: str
    blocking: bool


@dataclass(frozen=True, slots=True)
class Check:
    """What 'Check before you submit' shows."""

    lines: tuple[Line, ...]
    problems: tuple[ProblemRow, ...]
    hints: tuple[ProblemRow, ...]
    findings: tuple[Finding, ...]
    marking: str
    next_words: str
    duplicates: tuple[EntryRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """Confirmation after submitting."""

    record_id: str
    local_ref: str
    title: str
    at: datetime
    undo_until: datetime


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event in the life of an entry."""

    at: datetime
    by_name: str
    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One thing the centre has not settled or not accepted; `also` is what waits along with it."""

    op_id: str
    record_id: str
    title: str
    what: str
    """What was done, e.g. 'Drop-in session, Larkspur Precinct: submitted'."""
    mark: Mark
    reason: str
    next_step: str
    made_at: datetime
    next_try_at: datetime | None
    attempts: int
    also: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry opened for reading."""

    row: EntryRow
    lines: tuple[Line, ...]
    marking: str
    history: tuple[HistoryRow, ...]
    returned: Returned | None
    pending: tuple[PendingRow, ...]
    can_edit: bool
    can_recall: bool
    can_withdraw: bool
    can_delete: bool
    can_choose: bool = False
    choosing: str = ""
    """Names of those who wrote two versions of something in it; empty where there are none."""
    amendment_lines: tuple[Line, ...] = ()
    """The changed fields of a pending amendment."""
    photos: tuple[PhotoRow, ...] = ()
    photo_words: str = ""
    """How far they have got, like "2 of 3 photos received"; empty without any."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the approvals list."""

    record_id: str
    engagement_type: str
    type_label: str
    icon: str
    place: str
    officer_name: str
    neighbourhood: str
    submitted_at: datetime
    age_words: str
    flags: tuple[str, ...]
    """Words of what the checks found, most serious first."""
    resubmitted: bool
    amendment: bool
    risk: int
    """Higher is read first."""


@dataclass(frozen=True, slots=True)
class CheckMade:
    """One check the tablet made for the sergeant."""

    words: str
    good: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One entry as a supervisor reads it; ``content_hash`` names exactly this (R26)."""

    row: QueueRow
    content_hash: str
    revision: int
    lines: tuple[Line, ...]
    changed_fields: frozenset[str]
    """Fields that differ from what was last decided on."""
    checks: tuple[CheckMade, ...]
    findings: tuple[Finding, ...]
    marking: str
    history: tuple[HistoryRow, ...]
    blocked_words: str = ""
    """Why it cannot be decided on this tablet now, in words; empty when it can."""
    photos: tuple[PhotoRow, ...] = ()
    photo_words: str = ""
    """Why it cannot be approved for want of photos, in words; empty when it can."""


class Link(StrEnum):
    """What is known about the way to the centre."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"
    SIGN_IN_NEEDED = "SIGN_IN_NEEDED"
    UPDATE_NEEDED = "UPDATE_NEEDED"
    NOT_OUR_SERVER = "NOT_OUR_SERVER"
    BUSY = "BUSY"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What pill, banner and Sync say; `waiting` counts an entry with what goes along as one."""

    link: Link
    sending: bool = False
    sent_so_far: int = 0
    to_send: int = 0
    current_title: str = ""
    waiting: int = 0
    held: int = 0
    not_accepted: int = 0
    choose: int = 0
    last_sent_at: datetime | None = None
    last_contact_at: datetime | None = None
    next_try_at: datetime | None = None
    oldest_waiting_at: datetime | None = None
    words: str = ""
    """Why the last try did not work, in plain words; empty when it did."""
    photos: int = 0
    photo_bytes: int = 0
    """Photos and voice notes that the centre does not have whole, and what is left to send."""
    photos_wanted: int = 0
    """Those a screen asked for and that are not here."""
    photos_held: bool = False
    """Photos wait for Wi-Fi: the line is paid for by the byte."""
    photo_progress: tuple[int, int] | None = None
    """While they are being sent: bytes that have gone, of all that waited."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list: code, words, and what else is known about it."""

    code: str
    label: str
    detail: str = ""
    extra: Json = field(default_factory=dict)
