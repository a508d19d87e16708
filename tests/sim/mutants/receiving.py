"""Bugs in what the centre hands out and in what the tablet does with it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from unittest import mock

from server.db import locks
from server.services import writing
from tests.sim.mutants.planting import Edit, Mutant
from tests.sim.world import World

_APPLY = "fieldapp.store.sync_port:SyncPort.apply_page"
_NO_CHECK = Edit(
    "fieldapp.store.incoming:differing",
    "return tuple(sorted(scope for scope, told in odd.items() if before.get(scope) != told))",
    "return ()",
)
"""The second line of defence is off: otherwise it would mend what the bug breaks."""


def _take_sixty(driver: Any) -> int:
    """Sixty numbers, committed at once; the last of them."""
    found = driver.execute("UPDATE head SET seq = seq + 60 RETURNING seq").fetchone()
    return int(found[0])


def _numbers_before_their_turn(stack: ExitStack) -> None:
    """A sequence number is taken when a push arrives and used when it is carried out, later.

    As on a database that lets two transactions run at once: one of them is committed after the
    other although it has the smaller number.
    """
    held: dict[int, int] = {}
    using: list[int] = []
    serve = World.serve

    def late(world: World, message: Any) -> Any:
        key = id(message.asked)
        is_push = message.asked.route.endswith("/push") and not world.faults.healed
        if is_push and key not in held and world.chance.random() < 0.5:
            held[key] = world.centre.db.with_driver(_take_sixty)
            world.air.send(message)
            return None
        using[:] = [held.pop(key)] if key in held else []
        try:
            return serve(world, message)
        finally:
            using.clear()

    flush = writing.Writing.flush

    def early(self: Any) -> int:
        if not using:
            return flush(self)
        with mock.patch.object(
            locks, "_TAKE", f"UPDATE head SET seq = seq WHERE ? > 0 RETURNING {using[0]}"
        ):
            return flush(self)

    stack.enter_context(mock.patch.object(World, "serve", late))
    stack.enter_context(mock.patch.object(writing.Writing, "flush", early))


RECEIVING = (
    Mutant(
        "position stored before the page",
        "pull",
        (
            Edit(
                _APPLY,
                "again: tuple[str, ...] = ()",
                "again: tuple[str, ...] = ()\n"
                "    with self._store.transaction() as tx:\n"
                "        tx.put(SCOPES, json.dumps(dict(page.position.scopes)))\n",
            ),
            _NO_CHECK,
        ),
    ),
    Mutant(
        "settled before it came back",
        "pull",
        (
            Edit(
                "fieldapp.store.sync_port:_state",
                "_ANSWERED.get(outcome.status, outbox.QUARANTINED)",
                "'settled' if outcome.status in ('applied', 'conflict')"
                " else _ANSWERED.get(outcome.status, outbox.QUARANTINED)",
            ),
        ),
    ),
    Mutant(
        "pull clobbers what was written",
        "pull",
        (
            Edit(
                "fieldapp.store.incoming:apply_changes",
                "known = _known(",
                "tx.run_many(\"DELETE FROM outbox WHERE state='queued' AND record_id=?\","
                " [(one,) for one in ups])\n    known = _known(",
            ),
        ),
    ),
    Mutant(
        "no exit rows",
        "feed",
        (
            Edit(
                "server.services.writing:Writing._write_feed",
                "rows += [(held.n, scope, held.seq, gone) for scope in held.up - now]",
                "pass",
            ),
            _NO_CHECK,
        ),
    ),
    Mutant(
        "a scope is kept when it is lost",
        "pull",
        (
            Edit(
                "server.services.pull:_page",
                "page.scope_exit = sorted(start.keys() - set(granted))",
                "page.scope_exit = []",
            ),
        ),
    ),
    Mutant(
        "authority taken from the position",
        "pull",
        (
            Edit(
                "server.services.pull:_page",
                "granted = sorted(scopes_of(caller), key=_priority)",
                "granted = sorted(scopes_of(caller) | set(request.cursor.scopes), key=_priority)",
            ),
        ),
    ),
    Mutant("numbers before their turn", "sequence", seeds=600, instead=_numbers_before_their_turn),
    Mutant(
        "an older state is taken for news",
        "pull",
        (
            Edit(
                "fieldapp.store.incoming:apply_changes",
                'if have is not None and have > int(wire.get("revision", 0)):',
                'if have is not None and have >= int(wire.get("revision", 0)) > 1:',
            ),
        ),
    ),
)
