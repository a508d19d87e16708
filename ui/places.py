"""Where an officer can go: the places of the rail, by what they may do."""

from __future__ import annotations

from typing import Final

from ui.shell import Place

TODAY: Final = Place("today", "Today", "today")
APPROVALS: Final = Place("approvals", "Approvals", "approvals")
RECORDS: Final = Place("records", "Records", "records")
FOLLOW_UPS: Final = Place("follow_ups", "Follow-ups", "follow_ups")
MEETINGS: Final = Place("meetings", "Meetings", "meetings")
SYNC: Final = Place("sync", "Sync", "sync")


def places(*, decides: bool) -> tuple[Place, ...]:
    """Five places: a supervisor has Approvals where others have Follow-ups."""
    if decides:
        return (TODAY, APPROVALS, RECORDS, MEETINGS, SYNC)
    return (TODAY, RECORDS, FOLLOW_UPS, MEETINGS, SYNC)
