"""Bugs that show when the centre is put back to an earlier state."""

from __future__ import annotations

from tests.sim.mutants.planting import Edit, Mutant

RESTORING = (
    Mutant(
        "no journal",
        "journal",
        (
            Edit(
                "fieldapp.store.incoming:settle",
                "journal.let_go(tx, page.durable)",
                "tx.run(\"DELETE FROM outbox WHERE state='settled'\")",
            ),
        ),
    ),
    Mutant(
        "sent again by number",
        "journal",
        (
            Edit(
                "fieldapp.store.journal:send_again",
                'f" WHERE state IN {_ANSWERED}",\n        (until,)',
                'f" WHERE state IN {_ANSWERED} AND coalesce(seq, 0) >'
                " (SELECT CAST(value AS INTEGER) FROM meta WHERE name='sync.durable')\",\n"
                "        (until,)",
            ),
        ),
    ),
    Mutant(
        "what is held is not sent again",
        "journal",
        (
            Edit(
                "fieldapp.store.journal:_ANSWERED",
                "('acked','settled','quarantined')",
                "('acked','settled')",
            ),
        ),
    ),
)
