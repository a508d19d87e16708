"""Nothing in the tree names one machine, one registry or a place outside the project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture import house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__"}
BINARY = {".png", ".ttf", ".otf", ".db", ".sqlite", ".gz", ".zip", ".whl", ".pdf", ".xlsx", ".jpg"}

# Written in pieces, so that this file keeps its own rules.
MACHINE_PATH = re.compile(
    r"(?<![\w./-])/(?:"
    + "|".join(["wo" + "rk", "ro" + "ot", "op" + "t", r"ho" + r"me/\w+"])
    + r")/"
    r"|\.\./sha" + r"red\b"
)
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.", r"deb\.deb" + "ian"])
)
ADDRESS = re.compile(r"\bhttps?://([^/\s\"'`)<>]+)")
OWN_ADDRESS = re.compile(
    r"^(127\.0\.0\.1|localhost|\[::1\]|([\w-]+\.)*(example|test|invalid|police\.uk)"
    r"|www\.freedesktop\.org)([.:]\S*)?$|^[{%.]"
)
CODE = {".py", ".sh", ".toml", ".lock", ".mako", ".qss", ""}


# Licences say where their text and the source of what they cover is.
MAY_CITE = ("tests/*", "ui/views/licences.py")


def is_code(path: Path) -> bool:
    """Programs talk to the centre they are given; sources of data may be cited in documents."""
    return path.suffix in CODE and not house.is_allowed(house.name_of(path), MAY_CITE)


def is_ours(path: Path) -> bool:
    parts = path.relative_to(house.ROOT).parts
    return not any(
        part in NOT_OURS or part.startswith(".hypothesis") or part.endswith((".egg-info", "_cache"))
        for part in parts
    )


def files() -> Iterator[Path]:
    for path in sorted(house.ROOT.rglob("*")):
        if is_ours(path) and path.is_file() and path.suffix not in BINARY:
            yield path


def lines_that_name_a_place(text: str, *, code: bool) -> list[str]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if MACHINE_PATH.search(line) or REGISTRY.search(line):
            found.append(f"{number}: {line.strip()[:120]}")
        elif code:
            found += [
                f"{number}: {host}" for host in ADDRESS.findall(line) if not OWN_ADDRESS.match(host)
            ]
    return found


def test_no_file_names_a_machine_or_a_registry() -> None:
    broken = []
    looked_at = 0
    for path in files():
        text = path.read_text(encoding="utf-8")
        looked_at += 1
        broken += [
            f"{house.name_of(path)}:{words}"
            for words in lines_that_name_a_place(text, code=is_code(path))
        ]
    assert looked_at > 50
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "planted",
    [
        "DATA = '/wo" + "rk/main/data'",
        "see ../sha" + "red/notes.md",
        "index = 'https://pypi" + ".org/simple'",
        "url = 'https://tiles.somewhere.net/a.png'",
    ],
)
def test_a_named_place_is_found(planted: str) -> None:
    assert lines_that_name_a_place(planted, code=True)


@pytest.mark.parametrize(
    "fine",
    [
        "url = f'http://127.0.0.1:{port}/v1'",
        "url = f'http://{host}/v1'",
        "url = 'https://centre.example/v1'",
        "wo" + "rk/ho" + "me/ro" + "ot/op" + "t are words",
        "see docs/adr/0001-outbox.md and ../README.md",
    ],
)
def test_our_own_places_are_fine(fine: str) -> None:
    assert not lines_that_name_a_place(fine, code=True)
