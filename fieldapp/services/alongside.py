"""What goes along with an entry that waits, and so is no thing of its own to an officer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fieldapp.domain.codes import ENTRY_TYPES, RecordType
from fieldapp.store import Tx
from fieldapp.store.listing import Tie, pending_ties
from fieldapp.store.outbox import Unsettled

_BY_LINK = (RecordType.FOLLOW_UP, RecordType.PLANNED_ACTIVITY)
_DETAILS = "contact details"


def hosts(tx: Tx, waits: Unsettled) -> dict[str, str]:
    """The waiting entry of each unsent record that goes along with one.

    What the centre cannot take now, holds or has not accepted goes along with nothing: it has
    something of its own to say.
    """
    ties = [tie for tie in pending_ties(tx) if tie.id in waits.unsent]
    entries = [tie for tie in ties if tie.record_type in ENTRY_TYPES]
    if len(entries) == len(ties):
        return {}
    ids = {tie.id for tie in entries}
    by_person = {tie.person_id: tie.id for tie in entries if tie.person_id}
    own = waits.aside | waits.held | waits.not_accepted
    found = {tie.id: _host(tie, by_person) for tie in ties if tie.id not in own}
    return {beside: host for beside, host in found.items() if host in ids}


def _host(tie: Tie, by_person: dict[str, str]) -> str:
    if tie.record_type in _BY_LINK:
        return tie.linked or ""
    if tie.record_type == RecordType.PERSON:
        return by_person.get(tie.id, "")
    if tie.record_type == RecordType.CONSENT:
        return by_person.get(tie.person_id or "", "")
    return ""


def words(record_types: Iterable[str]) -> str:
    """What goes along with an entry, like 'with 1 follow-up, contact details, plan line'."""
    counted = Counter(record_types)
    parts = []
    if number := counted[RecordType.FOLLOW_UP]:
        parts.append("1 follow-up" if number == 1 else f"{number} follow-ups")
    if counted[RecordType.PERSON] or counted[RecordType.CONSENT]:
        parts.append(_DETAILS)
    if counted[RecordType.PLANNED_ACTIVITY]:
        parts.append("plan line")
    return f"with {', '.join(parts)}" if parts else ""
