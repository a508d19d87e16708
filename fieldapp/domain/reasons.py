"""Plain words for every result the centre can give, and what the officer does next.

The codes are part of the protocol; the words are what an officer reads. Nothing an officer wrote is
ever turned away: content is applied or held at the centre, and only commands are not accepted.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is held or not accepted, and the next step."""

    words: str
    next_step: str


_NEW_DRAFT = "Open it as a new draft, or ask your sergeant. Nothing is lost."
_NONE_NEEDED = "There is nothing you need to do."

HELD: dict[str, Reason] = {
    "malformed": Reason("The centre could not read this entry.", _NEW_DRAFT),
    "bad_attachment": Reason(
        "One of the photos or recordings is of a kind, a size or a number that cannot be kept.",
        _NEW_DRAFT,
    ),
    "invalid": Reason("One of the answers does not fit its question.", _NEW_DRAFT),
    "unknown_type": Reason(
        "The centre does not know this kind of record yet.", "Support will release it."
    ),
    "unknown_form": Reason(
        "The centre does not know this version of the form yet.", "Support will release it."
    ),
    "unknown_kind": Reason(
        "The centre does not know this kind of change yet.", "Support will release it."
    ),
    "unknown_record": Reason(
        "The centre does not have the entry this change belongs to.", _NEW_DRAFT
    ),
    "exists": Reason("The centre already has an entry with this number.", _NEW_DRAFT),
    "deleted": Reason("This entry was deleted before your change arrived.", _NEW_DRAFT),
    "void": Reason("This entry was withdrawn before your change arrived.", _NEW_DRAFT),
    "not_owner": Reason(
        "This entry now belongs to someone else.", "Your text is kept; ask your sergeant."
    ),
    "other_lpt": Reason("This entry names another policing team.", _NEW_DRAFT),
    "not_reviewed": Reason("This kind of record is not sent for approval.", _NONE_NEEDED),
    "not_for_tablets": Reason("Only the centre can write this kind of record.", _NONE_NEEDED),
    "forbidden": Reason("Your account may not record this.", "Ask your sergeant. Nothing is lost."),
    "incomplete": Reason("Something a submitted entry needs is missing.", _NEW_DRAFT),
    "unknown_neighbourhood": Reason("The neighbourhood is not one the force uses now.", _NEW_DRAFT),
    "wiped": Reason(
        "The tablet was wiped before this could be applied.",
        "The centre has it. Ask your sergeant.",
    ),
    "server_error": Reason(
        "Something went wrong at the centre.", "Support has been told. Nothing is lost."
    ),
    "op_id_reuse": Reason("This change arrived twice with different content.", _NEW_DRAFT),
    "number_too_large": Reason("A number is too large to be stored.", _NEW_DRAFT),
    "too_deep": Reason("The centre could not read this entry.", _NEW_DRAFT),
    "not_canonical": Reason("The centre could not read this entry.", _NEW_DRAFT),
}
"""Codes of ``quarantined``: held at the centre."""

NOT_ACCEPTED: dict[str, Reason] = {
    "stale_revision": Reason(
        "The entry was changed after you read it.", "Read it again, then decide."
    ),
    "already_decided": Reason("Someone has already decided on this entry.", _NONE_NEEDED),
    "forbidden": Reason("Your account may not do this.", "Ask your inspector."),
    "own_entry": Reason(
        "You recorded this entry or took part in it, so someone else must decide.",
        "Another supervisor or the inspector will see it.",
    ),
    "open_conflicts": Reason(
        "Two versions of this entry are waiting for its author to choose.",
        "Decide when the author has chosen.",
    ),
    "attachments_incomplete": Reason(
        "Not all photos and recordings of this entry have arrived yet.", "Decide when they have."
    ),
    "approved_locked": Reason(
        "This entry has been approved, so it can only be changed by an amendment.",
        "Open it and change it; your sergeant sees the change.",
    ),
    "not_submitted": Reason("This entry is not waiting for a decision.", _NONE_NEEDED),
    "reasons_required": Reason(
        "A return needs at least one reason.", "Choose a reason and send it back again."
    ),
    "incomplete": Reason(
        "Something a submitted entry needs is missing or wrong in it now.",
        "Send it back to its author with a reason.",
    ),
    "deleted": Reason("This entry was deleted.", _NONE_NEEDED),
    "void": Reason("This entry was withdrawn.", _NONE_NEEDED),
    "unknown_record": Reason(
        "The centre does not have this entry.", "Send what is waiting, then try again."
    ),
    "op_id_reuse": Reason("This arrived twice with different content.", "Do it again."),
}
"""Codes of ``rejected``: a command that was not accepted."""

LOST_IN_RESTORE = Reason(
    "Your decision was lost when the centre was restored from a backup.",
    "Please review this entry again.",
)
"""A decision the centre once had, and does not accept now that it is sent again."""

_LOST = frozenset({"stale_revision", "unknown_record", "not_submitted"})

CONFLICT = Reason("Changed by two people.", "Choose which words to keep.")


def reason_for(status: str, code: str | None, *, lost: bool = False) -> Reason:
    """The words for a result; an unknown code still gets a sentence that is true.

    ``lost``: it is about a decision that the centre had before it was restored.
    """
    if status == "conflict":
        return CONFLICT
    if lost and status == "rejected" and code in _LOST:
        return LOST_IN_RESTORE
    known = (NOT_ACCEPTED if status == "rejected" else HELD).get(code or "")
    if known:
        return known
    if status == "rejected":
        return Reason("The centre did not accept this.", "Update at the station, then try again.")
    return Reason("The centre is holding this.", "Support will look at it. Nothing is lost.")
