"""Bugs in merging and deciding."""

from __future__ import annotations

from tests.sim.mutants.planting import Edit, Mutant

_DECIDE = "fieldapp.domain.review:_decide"

REVIEWING = (
    Mutant(
        "the last one to write wins",
        "merge",
        (
            Edit(
                "fieldapp.domain.joining:_join",
                "if same(now, base) or same(now, to):",
                "if True:",
            ),
        ),
    ),
    Mutant(
        "lists are taken as one",
        "merge by element",
        (
            Edit(
                "fieldapp.domain.joining:_parts",
                "for key in dict.fromkeys([*now, *to])",
                "for key in to",
            ),
        ),
    ),
    Mutant(
        "a conflict is told to nobody",
        "merge",
        (
            Edit(
                "fieldapp.domain.joining:_join",
                "met.append(Meeting(field_of(path), base, now, to))",
                "pass",
            ),
        ),
    ),
    Mutant(
        "anything is approved",
        "decisions",
        (Edit(_DECIDE, "if op.content_hash != record.shown_hash:", "if False:"),),
    ),
    Mutant(
        "approved with an open conflict",
        "decisions",
        (Edit(_DECIDE, "if record.conflicts:", "if False:"),),
        seeds=1000,
    ),
    Mutant(
        "an approval survives a change",
        "decisions",
        (
            Edit(
                "fieldapp.domain.review:_patch",
                "if record.review_status == ReviewStatus.APPROVED:",
                "if False:",
            ),
        ),
    ),
    Mutant(
        "an approval is a change of content",
        "decisions",
        (
            Edit(
                "fieldapp.domain.review:_decided",
                "body=body,\n        content_hash=record.shown_hash",
                "body=record.body,\n        content_hash=record.shown_hash",
            ),
        ),
        seeds=1000,
    ),
    Mutant(
        "approved without its photos",
        "attachments",
        (
            Edit(
                "fieldapp.domain.review:_lacking",
                "if checks.arrived and not checks.arrived(shown):",
                "if False:",
            ),
        ),
    ),
)
