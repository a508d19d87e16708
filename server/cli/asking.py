"""``report``, ``quarantine``, ``audit`` and ``rebuild``: what the centre knows and holds."""

from __future__ import annotations

import argparse
import sys

from fieldapp.domain.errors import UserError
from fieldapp.reports.meetings import MEETING_COLUMNS, meetings_document
from fieldapp.reports.tables import Column, Format, as_table, write_table
from server.cli.opening import opened
from server.services.custody import HeldItem, held_items
from server.services.meetings_report import meetings_report
from server.services.rebuild import rebuild
from server.services.verification import verify

_HELD_COLUMNS: tuple[Column[HeldItem], ...] = (
    Column("n", "No", lambda item: item.n),
    Column("received_at", "Received", lambda item: item.received_at[:19]),
    Column("officer_id", "Officer", lambda item: item.officer_id),
    Column("device_id", "Tablet", lambda item: item.device_id),
    Column("kind", "Kind", lambda item: item.kind or None),
    Column("record_id", "Record", lambda item: item.record_id or None),
    Column("code", "Why", lambda item: item.code),
)


def report_meetings(arguments: argparse.Namespace) -> int:
    """Last and next meeting of every neighbourhood."""
    with opened(arguments) as centre:
        report = meetings_report(centre, as_of=arguments.as_of, lpt=arguments.lpt)
    document = meetings_document(report.rows, as_of=report.as_of, generated_at=report.generated_at)
    how = Format(arguments.format)
    sys.stdout.write(write_table(MEETING_COLUMNS, report.rows, how=how, document=document))
    return 0


def quarantine_list(arguments: argparse.Namespace) -> int:
    """What is held, without its content."""
    with opened(arguments) as centre, centre.db.read() as connection:
        items = held_items(connection)
    if not items:
        print("Nothing is held.")
        return 0
    sys.stdout.write(as_table(_HELD_COLUMNS, items))
    return 0


def quarantine_show(arguments: argparse.Namespace) -> int:
    """One held operation, word for word."""
    with opened(arguments) as centre, centre.db.read() as connection:
        items = held_items(connection, arguments.number)
    if not items:
        raise UserError(f"Nothing is held under number {arguments.number}.", code="not_found")
    sys.stdout.write(as_table(_HELD_COLUMNS, items))
    print(items[0].raw)
    return 0


def audit_verify(arguments: argparse.Namespace) -> int:
    """Whether the trail and the revisions are what they were."""
    with opened(arguments) as centre:
        verdict = verify(centre)
    if verdict.trouble:
        print(verdict.trouble, file=sys.stderr)
        return 1
    print(f"The trail is whole: {verdict.lines} lines, {verdict.revisions} revisions.")
    print(f"Keep this elsewhere: {verdict.lines} {verdict.head}")
    return 0


def rebuild_projections(arguments: argparse.Namespace) -> int:
    """Make the projections again and compare."""
    with opened(arguments) as centre:
        rebuilt = rebuild(centre)
    for table, rows in rebuilt.rows.items():
        print(f"{table}: {rows} rows, {'CHANGED' if table in rebuilt.changed else 'the same'}")
    if rebuilt.changed:
        print("What was there differed from what the revisions say.", file=sys.stderr)
        return 1
    print("The projections are exactly what they were.")
    return 0
