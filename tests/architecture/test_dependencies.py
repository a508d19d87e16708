"""What is imported is declared, what is declared is locked, and the lock names no place."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture import house

PROJECT: dict[str, Any] = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (house.ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", LOCK, flags=re.MULTILINE))
# Parts of a declared distribution that come as one of their own.
PART_OF = {"urllib3": "requests", "starlette": "fastapi", "shiboken6": "pyside6-essentials"}
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
SERVER = [Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["server"]]
DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]


def names(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


def imported_distributions(room: str) -> dict[str, str]:
    """Each distribution this room imports, and one module that does."""
    owners = packages_distributions()
    found = {}
    for path in house.modules(room):
        for node in ast.walk(house.parsed(path)):
            roots: list[str] = []
            if isinstance(node, ast.Import):
                roots = [alias.name.partition(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                roots = [(node.module or "").partition(".")[0]]
            elif isinstance(node, ast.Call) and house.last_name(node.func) == "package_file":
                # Fonts are read from their packages without importing them.
                roots = [
                    str(word.value) for word in node.args[:1] if isinstance(word, ast.Constant)
                ]
            for root in roots:
                if root not in sys.stdlib_module_names and root not in house.ROOMS:
                    owner = canonicalize_name(owners.get(root, [root])[0])
                    found[PART_OF.get(owner, owner)] = house.name_of(path)
    return found


@pytest.mark.parametrize("room", house.ROOMS)
def test_every_import_is_declared(room: str) -> None:
    declared = names(RUNTIME) | (names(SERVER) if room == "server" else set())
    missing = {
        name: where for name, where in imported_distributions(room).items() if name not in declared
    }
    assert not missing, f"imported in {room} but not declared in pyproject.toml: {missing}"


def test_every_declared_package_is_imported_somewhere() -> None:
    used = {name for room in house.ROOMS for name in imported_distributions(room)}
    read_at_run_time = {"tzdata"}  # the zone data of machines that have none
    assert names([*RUNTIME, *SERVER]) - used - read_at_run_time == set()


@pytest.mark.parametrize("requirement", [*RUNTIME, *SERVER, *DEV], ids=str)
def test_the_lock_holds_a_release_that_was_asked_for(requirement: Requirement) -> None:
    name = canonicalize_name(requirement.name)
    assert name in LOCKED, "run make lock"
    assert requirement.specifier.contains(LOCKED[name]), "run make lock"


def test_every_locked_release_has_hashes() -> None:
    entries = re.split(r"\n(?=[a-z0-9-]+==)", LOCK)
    pinned = [entry for entry in entries if re.match(r"[a-z0-9-]+==", entry)]
    assert len(pinned) == len(LOCKED) > 50
    assert [entry for entry in pinned if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_registry_and_no_file() -> None:
    assert re.findall(r"https?:|file:|--\w*index|find-links|trusted-host| @ ", LOCK) == []


def test_our_package_names_are_ours_alone() -> None:
    owners = packages_distributions()
    clashes = {
        room: sorted(set(owners.get(room, ())) - {"fieldapp"})
        for room in house.ROOMS
        if set(owners.get(room, ())) - {"fieldapp"}
    }
    assert clashes == {}
