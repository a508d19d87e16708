"""``docs/protocol.md`` leaves nothing out that a stranger would need to write a client."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldapp.domain.attachments import MAX_FILE_BYTES, MAX_FILES, MEDIA
from fieldapp.domain.codes import OpStatus
from fieldapp.domain.operations import COMMANDS
from fieldapp.domain.permissions import DECIDING_ROLES, WRITING_ROLES
from fieldapp.domain.pieces import PIECE_BYTES
from fieldapp.domain.reasons import HELD, NOT_ACCEPTED
from server.services.incoming import MAX_OP_LENGTH
from server.settings import Limits, Policy
from sync.protocol import messages, rescue, routes, versions
from sync.protocol.codes import HTTP_STATUS, ErrorCode
from tests.contract.matrix import RESERVED

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
# Written by the tablet about itself; nothing the centre ever answers.
OWN = {"not_for_tablets"}


ROOMS = ("push", "pull", "sign_in", "hello", "files")


def named(word: object) -> bool:
    return f"`{word}`" in PAGE


@pytest.mark.parametrize(
    "path",
    [
        routes.HELLO,
        routes.SIGN_IN,
        routes.ENROL,
        routes.RECEIPT,
        routes.PUSH,
        routes.PULL,
        routes.BLOB_STATUS,
        routes.BLOB_PIECES,
        routes.BLOB,
        routes.BUNDLES,
        routes.BUNDLE_PART,
        routes.HAND_IN,
    ],
)
def test_every_route_has_its_place(path: str) -> None:
    assert any(f"{method} {path}`" in PAGE for method in ("POST", "GET", "PUT"))


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_is_there_under_its_status(code: ErrorCode) -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and f"`{code}`" in line]
    assert any(str(HTTP_STATUS[code]) in line.split("|")[1] for line in lines)


@pytest.mark.parametrize("code", sorted((HELD.keys() | NOT_ACCEPTED.keys()) - OWN))
def test_every_code_of_a_result_is_there(code: str) -> None:
    assert named(code)


def test_every_status_kind_and_role_is_there() -> None:
    kinds = {"create", "patch", "submit", *COMMANDS, *RESERVED}
    assert [word for word in (*kinds, *OpStatus) if not named(word)] == []
    assert [role for role in DECIDING_ROLES | WRITING_ROLES if role not in PAGE] == []


@pytest.mark.parametrize(
    "model",
    [
        messages.SignIn,
        messages.Enrol,
        messages.Enrolled,
        messages.Receipt,
        messages.Directive,
        messages.Lease,
        messages.Heartbeat,
        messages.SignedIn,
        messages.Hello,
        messages.Push,
        messages.PushAnswer,
        messages.Pull,
        messages.PullAnswer,
        messages.Change,
        messages.ErrorAnswer,
        messages.BlobStatus,
        messages.BlobAnswer,
        messages.BlobState,
        messages.AskedBlob,
        messages.OpResult,
        messages.HandedIn,
        messages.PartTaken,
        messages.HandIn,
        messages.HandInAnswer,
        rescue.Header,
        rescue.Counts,
        rescue.Contents,
        rescue.Segment,
        rescue.RescuedDraft,
        rescue.RescuedFile,
    ],
)
def test_every_field_is_shown(model: type[messages.Request]) -> None:
    fields = set(model.model_fields)
    assert {name for name in fields if f'"{name}"' not in PAGE and not named(name)} == set()


def test_the_limits_are_those_in_force() -> None:
    limits, policy = Limits(), Policy()
    rooms = limits.rooms
    for words in (
        f"| operations in a push | {versions.MAX_OPS} |",
        f"| one operation | {MAX_OP_LENGTH // 1024} Ki characters",
        f"| a request or an answer, unpacked | {versions.MAX_BODY_BYTES // 1024 // 1024} MiB |",
        f"| a page of a pull | {versions.PAGE} changes",
        f"{limits.head_seconds:.0f} s; {limits.body_seconds:.0f} s; {limits.idle_seconds} s |",
        f"| {', '.join(str(rooms[name]) for name in ROOMS)}; beyond that",
        f"| {MAX_FILE_BYTES // 1024 // 1024} MiB; {MAX_FILES}; {versions.MAX_ASKED} |",
        f"| pieces in a request | {versions.PIECES_AT_ONCE} of {PIECE_BYTES // 1024} KiB |",
        f"| {policy.unclaimed_bytes // 1024 // 1024} MiB (`entries_first`) |",
        versions.PIECE_HEADER,
        *(f"`{media}`" for media in MEDIA),
        f"lasts {policy.token_days} days",
        f"for {policy.team_days} days after they are settled",
    ):
        assert words in PAGE
