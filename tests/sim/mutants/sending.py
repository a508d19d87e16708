"""Bugs in what leaves the tablet and in what the centre does with it."""

from __future__ import annotations

from tests.sim.mutants.planting import Edit, Mutant

_PUSH = "sync.engine:SyncEngine._push"
_ALL_APPLIED = (
    "self._store.record_outcomes(self._store.position().epoch, tuple("
    "__import__('fieldapp.domain.exchange', fromlist=['x']).OpOutcome(op.op_id, 'applied')"
    " for op in ops))"
)

SENDING = (
    Mutant(
        "no ledger",
        "push",
        (
            Edit("server.services.push:_seen", "return {", "return {} and {"),
            Edit(
                "server.services.custody:_ENTER",
                "VALUES (?,?,?,?,?,?,?)",
                "VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            ),
            Edit("server.services.clones:check", "if not counted:", "if True:"),
        ),
    ),
    Mutant(
        "poison fails the batch",
        "push",
        (
            Edit(
                "server.services.push:push_as",
                "if not items or not _is_about_content(error):",
                "if error:",
            ),
        ),
    ),
    Mutant(
        "what breaks alone is not kept",
        "custody",
        (
            Edit(
                "server.services.push:_into_custody",
                'custody.keep(connection, [(item, "server_error")], at=at, **who)',
                "pass",
            ),
        ),
    ),
    Mutant(
        "what cannot be read is dropped",
        "custody",
        (Edit("server.services.batch:Batch._hold", "self.held.append((item, code))", "pass"),),
    ),
    Mutant(
        "time-out taken for an answer",
        "engine",
        (
            Edit(
                _PUSH,
                "except TimedOut as fault:",
                f"except TimedOut as fault:\n            {_ALL_APPLIED}",
            ),
        ),
    ),
    Mutant(
        "401 empties the queue",
        "engine",
        (
            Edit(
                _PUSH,
                "except TimedOut as fault:",
                "except __import__('sync.faults', fromlist=['x']).SignInExpired:\n"
                f"            {_ALL_APPLIED}\n"
                "            raise\n"
                "        except TimedOut as fault:",
            ),
        ),
    ),
    Mutant(
        "portal page taken for an answer",
        "transport",
        (
            Edit(
                "sync.transport.link:HttpLink._judged",
                'raise NotOurServer("an answer without the centre\'s mark")',
                "return {}",
            ),
            Edit(
                _PUSH,
                "epoch, outcomes = read_results(answer, ops)",
                f"if answer == {{}}:\n            {_ALL_APPLIED}\n            continue\n"
                "        epoch, outcomes = read_results(answer, ops)",
            ),
        ),
    ),
    Mutant(
        "dropped from the outbox when answered",
        "journal",
        (
            Edit(
                "fieldapp.store.sync_port:SyncPort.record_outcomes",
                "self._touch(tx, [",
                "tx.run(\"DELETE FROM outbox WHERE state='acked'\")\n        self._touch(tx, [",
            ),
        ),
    ),
    Mutant(
        "changed after it was sent",
        "outbox",
        (Edit("fieldapp.store.outbox:_goes_on", "state != QUEUED", "state not in (QUEUED, SENT)"),),
    ),
    Mutant(
        "sent only after it has left",
        "outbox",
        (
            Edit(
                "fieldapp.store.sync_port:SyncPort.take_batch",
                "UPDATE outbox SET state='sent', attempts=attempts+1, not_before=NULL WHERE dseq=?",
                "UPDATE outbox SET attempts=attempts+1 WHERE dseq=?",
            ),
            Edit(
                "fieldapp.store.sync_port:SyncPort.record_outcomes",
                "WHERE state='sent'",
                "WHERE state IN ('sent','queued')",
            ),
        ),
    ),
    Mutant(
        "an answer for other operations is believed",
        "engine",
        (
            Edit("sync.reading:read_results", "if sorted(got) != sorted(asked):", "if False:"),
            Edit(
                "server.services.push:Pushed.to_text",
                'f\'{rest[:-1]},"results":[{",".join(self.results)}]}}\'',
                "f'{rest[:-1]},\"results\":[]}}'",
            ),
        ),
    ),
    Mutant(
        "one that is set aside holds up its batch",
        "isolation",
        (
            Edit(
                "fieldapp.store.sync_port:SyncPort.set_aside",
                "(tx.clock.now() + retry_in).isoformat()",
                "None",
            ),
        ),
    ),
)
