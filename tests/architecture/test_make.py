"""The make verbs pass on what was asked for, and the help names each of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.architecture import house

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
MAKEFILE = (house.ROOT / "Makefile").read_text(encoding="utf-8")


def asked(*words: str, **environment: str) -> str:
    """What make would do."""
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=house.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_app_opens_as_a_pcso_unless_another_is_named() -> None:
    assert "--as pcso" in asked("-n", "run")
    assert "--as pcso" in asked("-n", "run", AS="/usr/bin/as")
    assert "--as sergeant" in asked("-n", "run", "AS=sergeant")


def test_each_verb_is_explained() -> None:
    (line,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    explained = re.findall(r"^  make (\w+)", asked("help"), flags=re.MULTILINE)
    assert sorted(explained) == sorted(line.split())


VERBS = ("run", "demo", "test", "check", "bench", "killtest", "prove", "simulate")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_sets_up_what_is_missing_first(verb: str) -> None:
    tests = verb in {"test", "bench", "killtest", "prove"}
    first = "sh packaging/setup.sh" + (" --for-tests" if tests else "")
    assert asked("-n", verb).splitlines()[0] == first
