"""Taking in what the centre sends: records, who may see them, and what that settles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.exchange import PulledChange, PulledPage
from fieldapp.domain.permissions import Actor
from fieldapp.domain.scope_check import state_number
from fieldapp.store import attachments, journal, outbox, records, search
from fieldapp.store.transaction import Tx, dump, load, marks

EPOCH = "sync.epoch"
SCOPES = "sync.scopes"
DURABLE = "sync.durable"
_UNREAD = "sync.unread"
"""1 while a scope is being read from the beginning, so that what it no longer shows is found."""
_ODD = "sync.odd"
"""What the centre said of scopes that did not add up: they are read again once for each saying."""
_SCRUBBED = "sync.scrubbed"
"""Number of the record up to which what is kept has been looked through."""
_SCRUB_ROWS = 100

# The plus keeps SQLite from going through all that are acked for each record.
_ECHOED = "UPDATE outbox SET state='settled' WHERE record_id=? AND +state='acked'"


def apply_changes(tx: Tx, actor: Actor, changes: Sequence[PulledChange]) -> None:
    """Take in what the centre says of records and of who may see them."""
    ups = {change.record_id: change for change in changes if change.op == "up"}
    journal.record_is_back(tx, {id: change.record or {} for id, change in ups.items()})
    known = _known(tx, list({change.record_id for change in changes}))
    ours = _under_ours(tx)
    answered = _answered(tx)
    rows = []
    laid_over = []
    echoed: list[tuple[str]] = []
    people: list[str] = []
    for record_id, change in ups.items():
        wire: Json = {**(change.record or {}), "id": record_id}
        have = known.get(record_id)
        if wire.get("record_type") == RecordType.PERSON:
            people.append(record_id)
        if have is not None and have > int(wire.get("revision", 0)):
            continue
        # When what the centre says is no older than all it has answered for, that needs no place
        # on top any more, and most often nothing else of ours is there.
        is_echo = change.seq >= answered.get(record_id, 0)
        if is_echo and record_id in answered:
            echoed.append((record_id,))
        if record_id in ours or not is_echo:
            laid_over.append((record_id, wire))
        else:
            rows.append(records.centre_row(wire))
    tx.run_many(_ECHOED, echoed)
    records.write_rows(tx, rows)
    for record_id, wire in laid_over:
        records.refresh(tx, record_id, actor, base=wire)
    attachments.lacking(tx, _lacking(actor, ups.values()))
    _memberships(tx, actor, changes)
    if people:
        search.people_changed(tx, people)


def _lacking(actor: Actor, ups: Iterable[PulledChange]) -> set[str]:
    """Names of files of the officer's own entries that the centre does not have whole."""
    found: set[str] = set()
    for change in ups:
        wire: Json = change.record or {}
        told = wire.get("attachments_received")
        if isinstance(told, list) and wire.get("owner_officer_id") == actor.officer_id:
            content: Json = wire.get("amendment") or wire
            found |= set(content.get("attachments") or ()) - set(map(str, told))
    return found


def _under_ours(tx: Tx) -> frozenset[str]:
    """Records under work of ours that what arrives cannot settle."""
    states = [state for state in records.ON_TOP if state != outbox.ACKED]
    return frozenset(
        row[0]
        for row in tx.rows(
            f"SELECT DISTINCT record_id FROM outbox WHERE state IN ({marks(len(states))})", states
        )
    )


def _answered(tx: Tx) -> dict[str, int]:
    """Record to the last place in the centre's sequence at which it answered for it."""
    rows = tx.rows(
        "SELECT record_id, max(coalesce(seq, 0)) FROM outbox WHERE state='acked' GROUP BY record_id"
    )
    return dict(rows)


def _known(tx: Tx, record_ids: list[str]) -> dict[str, int]:
    """Revisions of the centre that are here already."""
    found: dict[str, int] = {}
    for start in range(0, len(record_ids), 500):
        part = record_ids[start : start + 500]
        found.update(
            (row[0], row[1])
            for row in tx.rows(
                f"SELECT id, revision FROM record WHERE id IN ({marks(len(part))})", part
            )
        )
    return found


def _memberships(tx: Tx, actor: Actor, changes: Sequence[PulledChange]) -> None:
    tx.run_many(
        "INSERT INTO member(scope, n, number) SELECT ?, n, ? FROM record WHERE id=?"
        " ON CONFLICT(scope, n) DO UPDATE SET number=excluded.number",
        [(one.scope, _number(one), one.record_id) for one in changes if one.op == "up"],
    )
    gone = [change for change in changes if change.op in ("exit", "del")]
    tx.run_many(
        "DELETE FROM member WHERE scope=? AND n=(SELECT n FROM record WHERE id=?)",
        [(change.scope, change.record_id) for change in gone],
    )
    _let_go(tx, actor, [change.record_id for change in gone])


def _number(change: PulledChange) -> int:
    record = change.record or {}
    revision, content_hash = int(record.get("revision", 0)), str(record.get("content_hash", ""))
    return state_number(change.record_id, revision, content_hash)


def _let_go(tx: Tx, actor: Actor, record_ids: Sequence[str]) -> None:
    """Records no scope shows any more go, unless work of ours waits on them."""
    people: list[str] = []
    for record_id in dict.fromkeys(record_ids):
        row = tx.row(
            "SELECT pending, record_type FROM record r WHERE id=?"
            " AND NOT EXISTS (SELECT 1 FROM member m WHERE m.n = r.n)",
            (record_id,),
        )
        if row is None:
            continue
        if row[1] == RecordType.PERSON:
            people.append(record_id)
        if row[0]:
            tx.run("UPDATE record SET base=NULL, revision=0 WHERE id=?", (record_id,))
            records.refresh(tx, record_id, actor)
        else:
            records.forget(tx, [record_id])
    if people:
        search.people_changed(tx, people)


def leave(tx: Tx, actor: Actor, scope: str) -> None:
    """The tablet may no longer see a scope: what only it showed goes at once."""
    members = tx.rows(
        "SELECT r.id FROM member m JOIN record r ON r.n = m.n WHERE m.scope=?", (scope,)
    )
    tx.run("DELETE FROM member WHERE scope=?", (scope,))
    _let_go(tx, actor, [row[0] for row in members])
    attachments.let_others_go(tx)


def read_again(tx: Tx, scope: str) -> None:
    """Take a scope as unread; what it shows stays until it has been read again."""
    tx.run(
        "UPDATE record SET revision=-1 WHERE n IN (SELECT n FROM member WHERE scope=?)", (scope,)
    )
    tx.run("DELETE FROM member WHERE scope=?", (scope,))
    tx.put(_UNREAD, "1")


def settle(tx: Tx, actor: Actor, page: PulledPage) -> None:
    """After a complete reading: what it has passed needs no place on top any more."""
    rows = tx.rows(
        "SELECT dseq, record_id FROM outbox WHERE state='acked' AND coalesce(seq, 0)<=?",
        (page.head,),
    )
    tx.run_many("UPDATE outbox SET state='settled' WHERE dseq=?", [(row[0],) for row in rows])
    for record_id in dict.fromkeys(row[1] for row in rows):
        records.refresh(tx, record_id, actor)
        _let_go(tx, actor, [record_id])
    tx.put(DURABLE, str(page.durable))
    journal.let_go(tx, page.durable)


def differing(tx: Tx, page: PulledPage) -> tuple[str, ...]:
    """Scopes that do not hold here what the centre says they hold, by number and by sum.

    One that still differs after it was read again is left alone until the centre says something
    new of it: reading it over and over would help nobody.
    """
    have = {
        row[0]: [row[1], row[2]]
        for row in tx.rows("SELECT scope, count(*), sum(number) FROM member GROUP BY scope")
    }
    odd: dict[str, list[int]] = {}
    before: Json = load(tx.get(_ODD) or "{}")
    for scope, count in page.check.items():
        ours = have.get(scope, [0, 0])
        told = [count, page.check_sums.get(scope, ours[1])]
        if ours != told:
            odd[scope] = told
    tx.put(_ODD, dump(odd))
    return tuple(sorted(scope for scope, told in odd.items() if before.get(scope) != told))


def scrub(tx: Tx) -> None:
    """Look through some of what is kept, so that in time all of it is.

    What is no longer what the centre told makes its scopes differ, and they are read again.
    """
    start = int(tx.get(_SCRUBBED) or 0)
    rows = tx.rows(
        "SELECT n, digest, CASE pending WHEN 0 THEN shown ELSE base END FROM record"
        " WHERE n>? ORDER BY n LIMIT ?",
        (start, _SCRUB_ROWS),
    )
    end = rows[-1][0] if len(rows) == _SCRUB_ROWS else tx.number("SELECT max(n) FROM member")
    altered = [(n,) for n, told, text in rows if text is not None and told != records.digest(text)]
    tx.run_many("UPDATE member SET number=0 WHERE n=?", altered)
    tx.run(
        "DELETE FROM member WHERE n>? AND n<=?"
        " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.n=member.n)",
        (start, end),
    )
    tx.put(_SCRUBBED, str(end) if len(rows) == _SCRUB_ROWS else "0")


def sweep(tx: Tx) -> None:
    """After a complete reading anew, what no scope showed is not ours to keep."""
    if tx.get(_UNREAD) != "1":
        return
    tx.put(_UNREAD, "0")
    rows = tx.rows(
        "SELECT id FROM record r WHERE pending=0"
        " AND NOT EXISTS (SELECT 1 FROM member m WHERE m.n = r.n)"
    )
    records.forget(tx, [row[0] for row in rows])


def lost_its_latest(tx: Tx, actor: Actor, page: PulledPage) -> bool:
    """The centre is behind what it had told already: somebody put an older store in its place.

    Without another epoch, because it was not done by the command. What it lost is sent again; what
    it says of records is read anew, as it tells itself (``resync``).
    """
    known: dict[str, int] = load(tx.get(SCOPES) or "{}")
    if page.head >= max(known.values(), default=0):
        return False
    journal.send_again(tx, actor)
    return True


def see_epoch(tx: Tx, actor: Actor, epoch: str) -> bool:
    """Another epoch: the centre was restored, so what it had said counts no more."""
    known = tx.get(EPOCH)
    if known == epoch:
        return False
    tx.put(EPOCH, epoch)
    if known is None:
        return False
    journal.send_again(tx, actor)
    tx.put(SCOPES, "{}")
    tx.put(DURABLE, "0")
    tx.put(_UNREAD, "1")
    tx.run("DELETE FROM member")
    # What is shown stays until the first complete reading, so that an officer is not left
    # with an empty tablet; it only loses its say over what arrives.
    tx.run("UPDATE record SET revision=-1")
    ours = tx.rows("SELECT DISTINCT record_id FROM outbox WHERE state IN ('queued','sent')")
    for (record_id,) in ours:
        tx.run("UPDATE record SET base=NULL, pending=1 WHERE id=?", (record_id,))
        records.refresh(tx, record_id, actor)
    tx.touched.update(row[0] for row in tx.rows("SELECT DISTINCT record_type FROM record"))
    return True
