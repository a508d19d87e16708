"""What a list says about a record in one word: its review status and what waits or went wrong."""

from __future__ import annotations

from fieldapp.domain.codes import ReviewStatus
from fieldapp.services.values import Mark
from fieldapp.store.listing import Listed
from fieldapp.store.outbox import Unsettled

_BY_STATUS: dict[str, Mark] = {
    ReviewStatus.DRAFT: Mark.DRAFT,
    ReviewStatus.SUBMITTED: Mark.WAITING,
    ReviewStatus.PENDING_REVIEW: Mark.WITH_SERGEANT,
    ReviewStatus.RETURNED: Mark.RETURNED,
    ReviewStatus.APPROVED: Mark.APPROVED,
    ReviewStatus.VOID: Mark.WITHDRAWN,
}


def mark_of(row: Listed, waits: Unsettled, *, own: bool) -> Mark:
    """The mark of an entry in a list, the most pressing first."""
    if row.id in waits.held:
        return Mark.HELD
    if row.id in waits.not_accepted:
        return Mark.NOT_ACCEPTED
    if own and row.conflicts:
        return Mark.CHOOSE_VERSION
    if row.id in waits.deciding:
        return Mark.WAITING
    # Sent is an entry whose photos have all been received too.
    mark = _by_review(row, sent=row.id not in waits.unsent)
    on_its_way = mark in (Mark.WITH_SERGEANT, Mark.AMENDMENT)
    return Mark.WAITING if own and on_its_way and row.id in waits.photos else mark


def _by_review(row: Listed, *, sent: bool) -> Mark:
    if row.amendment == ReviewStatus.RETURNED:
        return Mark.RETURNED
    if row.amendment:
        return Mark.AMENDMENT if sent else Mark.WAITING
    mark = _BY_STATUS.get(row.status, Mark.DRAFT)
    return Mark.WITH_SERGEANT if mark is Mark.WAITING and sent else mark
