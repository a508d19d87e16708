"""Two versions of one answer: what there is to choose, and the choice made, also offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.content import Json, canonical_json, sha256_hex
from fieldapp.domain.errors import ContentError, UserError
from fieldapp.domain.joining import path_of, prose_limit, value_at, with_value
from fieldapp.domain.permissions import may_patch
from fieldapp.domain.records import Record, from_wire
from fieldapp.domain.shapes import Value, same
from fieldapp.domain.times import known_moment, show
from fieldapp.services import pending, recording, versions
from fieldapp.services.context import Context
from fieldapp.services.rows import reference_of
from fieldapp.services.values import Mark, PendingRow
from fieldapp.store import Tx, audit, outbox, records
from fieldapp.store.columns import place_of
from fieldapp.store.listing import Listed, contents, listed, torn
from fieldapp.store.transaction import load

BOTH = "both"
"""The choice to keep every version, where that makes sense."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an answer; empty ``words`` where it says nothing."""

    key: str
    """By this it is chosen."""
    who: str
    """Such as You, on this tablet, or PC Callum Reeve."""
    mine: bool
    at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer of which there are several versions; the first is what the record shows."""

    field: str
    label: str
    versions: tuple[Version, ...]
    part: bool = False
    """True for a whole part (an issue, a handout): a version without words took it out."""
    both: str = ""
    """All versions kept together, in words; empty where that makes no sense."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything there is to choose on one record; ``seen`` names exactly this."""

    record_id: str
    title: str
    ref: str
    differences: tuple[Difference, ...]
    seen: str
    sent_on: bool = False
    """True for an entry that waits for a decision, which the choice holds up."""


class Comparing:
    """What two people wrote of the same answer, for the two who wrote it."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def open(self, record_id: str) -> Comparison:
        """What there is to choose on a record; nothing when all of it has been chosen.

        Raises:
            UserError: it is not on this tablet, or somebody else has to choose.
        """
        with self._ctx.store.transaction() as tx:
            record = self._required(tx, record_id)
            audit.log(
                tx,
                self._ctx.officer.officer_id,
                "CONSULTATION",
                f"{record.record_type}/{record_id}",
            )
            return self._comparison(tx, record)

    def settle(self, record_id: str, choices: Mapping[str, str], *, seen: str) -> None:
        """Keep what was chosen: one change of the record, sent like any other.

        Args:
            record_id: the record.
            choices: for each difference's ``field`` the ``key`` of a version, or ``BOTH``.
            seen: of the comparison that was on screen.

        Raises:
            UserError: something has not been chosen, or the record was changed meanwhile; then
                nothing is kept and nothing is lost.
        """
        with self._ctx.store.transaction() as tx:
            record = self._required(tx, record_id)
            open_now = open_conflicts(tx, record)
            if not open_now or _seen(record, open_now) != seen:
                raise UserError(
                    "This was changed while you were choosing. Nothing is lost: look at it again, "
                    "then choose.",
                    code="changed",
                )
            body = record.shown_body
            fields = tuple(dict.fromkeys(str(one["field"]) for one in open_now))
            for field in sorted(fields, key=lambda one: -len(path_of(one))):
                held = _versions(record, field, open_now)
                chosen = self._chosen(record, field, held, choices.get(field, ""))
                body = with_value(record.record_type, body, field, chosen)
            recording.change(tx, self._ctx, record, body, resolves=fields)

    # ------------------------------------------------------------------ inside

    def _required(self, tx: Tx, record_id: str) -> Record:
        record = recording.required(tx, record_id)
        if not may_choose(self._ctx, record):
            raise UserError("Those who wrote the two versions choose.", code="not_owner")
        return record

    def _comparison(self, tx: Tx, record: Record) -> Comparison:
        open_now = open_conflicts(tx, record)
        here = {one.op_id for one in outbox.in_states(tx, (*outbox.OPEN, outbox.SETTLED))}
        fields = dict.fromkeys(str(one["field"]) for one in open_now)
        body = record.shown_body
        return Comparison(
            record_id=record.id,
            title=pending.title_of(
                record.record_type,
                body.get("kind" if record.record_type == RecordType.FOLLOW_UP else _KIND),
                place_of(body),
                self._ctx,
                str(body.get("summary") or body.get("title") or ""),
            ),
            ref=reference_of(record.id, record.ref) if record.is_entry else "",
            differences=tuple(self._difference(record, one, open_now, here) for one in fields),
            seen=_seen(record, open_now),
            sent_on=record.awaits_decision,
        )

    def _difference(
        self, record: Record, field: str, open_now: Sequence[Json], here: set[str]
    ) -> Difference:
        held = _versions(record, field, open_now)
        both = self._both(record, field, held)
        values = [one.value for one in held]
        every = values if both is None else [*values, both]
        label, words = versions.told(self._ctx, record, field, every)
        me = self._ctx.officer.officer_id
        shown = tuple(
            Version(
                key=str(number),
                who=self._who(one, here=one.op_id in here),
                mine=one.by == me,
                at=known_moment(one.at),
                words=words[number],
            )
            for number, one in enumerate(held)
        )
        return Difference(
            field=field,
            label=label,
            versions=shown,
            part=any(isinstance(value, dict) for value in values) and None in values,
            both=words[-1] if both is not None else "",
        )

    def _who(self, version: _Held, *, here: bool) -> str:
        if version.by != self._ctx.officer.officer_id:
            return self._ctx.names.officer(version.by) or "Somebody"
        return "You, on this tablet" if here else "You"

    def _chosen(self, record: Record, field: str, held: Sequence[_Held], key: str) -> Value:
        if key == BOTH:
            both = self._both(record, field, held)
            if both is not None:
                return both
        if key not in map(str, range(len(held))):
            raise UserError("Choose what to keep for every answer.", code="not_chosen")
        return held[int(key)].value

    def _both(self, record: Record, field: str, held: Sequence[_Held]) -> Value:
        """Every version together: notes one after the other, lists as one; ``None`` for others."""
        values = [one.value for one in held]
        if all(isinstance(value, list) for value in values):
            joined: list[Value] = []
            for member in (one for value in values for one in value):
                if not any(same(member, there) for there in joined):
                    joined.append(member)
            return joined
        limit = prose_limit(record.record_type, field)
        if not limit or not all(isinstance(value, str) and value for value in values):
            return None
        text = ("\n\n" if limit > _SHORT else " / ").join(self._signed(one) for one in held)
        return text if len(text) <= limit else None

    def _signed(self, version: _Held) -> str:
        when = known_moment(version.at)
        time = f", {show(when, now=self._ctx.now())}" if when else ""
        return f"{self._ctx.names.officer(version.by)}{time}: {version.value}"


_KIND = "engagement_type"
_SHORT = 500


@dataclass(frozen=True, slots=True)
class _Held:
    """One version as it is kept."""

    value: Value
    by: str
    at: object
    op_id: str = ""


def _versions(record: Record, field: str, open_now: Sequence[Json]) -> list[_Held]:
    """What the record shows, and every other version of it, without repeats."""
    mine = [one for one in open_now if one["field"] == field]
    shown = value_at(record.record_type, record.shown_body, field)
    last = mine[-1]
    held = [_Held(shown, str(last.get("centre_by") or ""), last.get("centre_at"))]
    for one in mine:
        if not any(same(one["mine"], there.value) for there in held):
            held.append(_Held(one["mine"], str(one["by"]), one.get("at"), str(one["op_id"])))
    return held


def _seen(record: Record, open_now: Sequence[Json]) -> str:
    """Names what there was to choose from."""
    return sha256_hex(canonical_json([record.shown_hash, list(open_now)]))


def open_conflicts(tx: Tx, record: Record) -> tuple[Json, ...]:
    """The conflicts that can be settled here: those that the centre has told.

    One that this tablet's own waiting work has with what arrived is the centre's to find; a change
    that is held there stays on screen and meets others here alone.
    """
    told = records.of_centre(tx, record.id)
    if told is None or record.review_status == ReviewStatus.VOID:
        return ()
    known = {(one["field"], one["op_id"]) for one in told.conflicts}
    return tuple(one for one in record.conflicts if (one["field"], one["op_id"]) in known)


def may_choose(ctx: Context, record: Record) -> bool:
    """True for whoever may change the record, and for those who wrote one of the versions."""
    me = ctx.officer.officer_id
    wrote = any(me in (one["by"], one.get("centre_by")) for one in record.conflicts)
    return wrote or may_patch(ctx.actor, record) is None


def to_choose(tx: Tx, ctx: Context) -> tuple[tuple[Listed, Record], ...]:
    """Records on which this officer has to choose, the newest first."""
    found = []
    for row, text in zip(listed(tx, torn()), contents(tx, torn()), strict=True):
        record = _record(text)
        if record and _is_mine(ctx, record) and open_conflicts(tx, record):
            found.append((row, record))
    return tuple(found)


def _record(text: str) -> Record | None:
    try:
        return from_wire(load(text))
    except ContentError:
        return None


def _is_mine(ctx: Context, record: Record) -> bool:
    """True for those who wrote, the owner, and whoever the record is given to."""
    return ctx.officer.officer_id in {
        record.owner_officer_id,
        record.body.get("owner_officer_id"),
        *(one[name] for one in record.conflicts for name in ("by", "centre_by") if name in one),
    }


def rows_to_choose(tx: Tx, ctx: Context) -> tuple[PendingRow, ...]:
    """Each record on which this officer has to choose, as the Sync screen lists it."""
    found = []
    for row, record in to_choose(tx, ctx):
        title = pending.title_of(row.record_type, row.kind, row.place, ctx, row.title)
        times = [known_moment(one.get("at")) for one in record.conflicts]
        found.append(
            PendingRow(
                op_id="",
                record_id=record.id,
                title=title,
                what=f"{title}: changed by two people",
                mark=Mark.CHOOSE_VERSION,
                reason="Both versions are kept.",
                next_step="Choose what to keep.",
                made_at=max((one for one in times if one), default=ctx.now()),
                next_try_at=None,
                attempts=0,
            )
        )
    return tuple(found)


def waiting_for(ctx: Context, record: Record) -> str:
    """Who has to choose, for those who wait for it: their names; empty when nobody has to."""
    who = dict.fromkeys(
        str(one[name]) for one in record.conflicts for name in ("centre_by", "by") if one.get(name)
    )
    names = [ctx.names.officer(one) for one in who or [record.owner_officer_id]]
    return " and ".join(names) if record.conflicts else ""
