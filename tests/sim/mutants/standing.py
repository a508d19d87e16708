"""Bugs in who may receive, in copies of tablets, and in the check of what a tablet holds."""

from __future__ import annotations

from tests.sim.mutants.planting import Edit, Mutant

_DIFFERING = "fieldapp.store.incoming:differing"

STANDING = (
    Mutant(
        "a copy of a tablet goes unnoticed",
        "devices",
        (Edit("server.services.clones:check", "if not counted:", "if True:"),),
    ),
    Mutant(
        "a tablet that is handed in still receives",
        "devices",
        (
            Edit(
                "server.services.pull:pull",
                "if caller.device_state == DRAINING:",
                "if False:",
            ),
        ),
    ),
    Mutant(
        "a closed account still sees",
        "accounts",
        (
            Edit(
                "server.services.callers:caller_of",
                "if row.active else frozenset()",
                "",
            ),
        ),
    ),
    Mutant(
        "what a tablet holds is not compared",
        "scope check",
        (
            Edit(
                _DIFFERING,
                "return tuple(sorted(scope for scope, told in odd.items()"
                " if before.get(scope) != told))",
                "return ()",
            ),
        ),
    ),
    Mutant(
        "counted and not summed",
        "scope check",
        (
            Edit(
                _DIFFERING,
                "page.check_sums.get(scope, ours[1])",
                "ours[1]",
            ),
        ),
    ),
    Mutant(
        "what is kept is never looked through",
        "scope check",
        (Edit("fieldapp.store.incoming:scrub", "tx.run_many(", "(lambda *_: None)("),),
    ),
    Mutant(
        "a restored centre keeps its name",
        "restore",
        (
            Edit(
                "server.services.history:begin_anew",
                "connection.exec_driver_sql(_RENAME, (epoch,))",
                "pass",
            ),
            Edit(
                "fieldapp.store.incoming:lost_its_latest",
                "if page.head >= max(known.values(), default=0):",
                "if True:",
            ),
        ),
    ),
    Mutant(
        "let go although no backup has it",
        "durable",
        (
            Edit(
                "fieldapp.store.incoming:settle",
                "journal.let_go(tx, page.durable)",
                "journal.let_go(tx, page.head)",
            ),
        ),
        seeds=1000,
    ),
)
