"""Bugs in photos and recordings."""

from __future__ import annotations

from tests.sim.mutants.planting import Edit, Mutant

CARRYING = (
    Mutant(
        "what arrives is not verified",
        "attachments",
        (
            Edit(
                "server.services.attachments.uploading:_cut",
                "if hashlib.sha256(sent.data).hexdigest() != sent.check:",
                "if False:",
            ),
            Edit(
                "server.services.attachments.uploading:_is_whole",
                "return size == sent.size and digest.hexdigest() == sent.sha",
                "return size == sent.size",
            ),
        ),
    ),
    Mutant(
        "a photo counts as sent when it was asked after",
        "attachments",
        (
            Edit(
                "fieldapp.store.attachment_port:AttachmentPort.told",
                "if told.complete:",
                "if True:",
            ),
        ),
    ),
    Mutant(
        "photos are not sent again after a restore",
        "attachments",
        (Edit("fieldapp.store.journal:send_again", "attachments.unverify(tx)", "pass"),),
    ),
    Mutant(
        "photos of two people replace each other",
        "attachments",
        (
            Edit(
                "fieldapp.domain.attachments:changed",
                "for name, item in manifest.items() if name not in gone",
                "for name, item in manifest.items() if name not in gone and not attach",
            ),
        ),
    ),
    Mutant(
        "nobody is told that a photo has arrived",
        "attachments",
        (
            Edit(
                "server.services.attachments.uploading:_complete",
                "writing.touch(",
                "str(",
            ),
            Edit(
                "fieldapp.store.incoming:differing",
                "return tuple(sorted(scope for scope, told in odd.items()"
                " if before.get(scope) != told))",
                "return ()",
            ),
        ),
    ),
)
