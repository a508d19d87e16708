"""What a rule has to say about an entry: which field, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right, or (not ``blocking``) to think about, before an entry is sent.

    ``field`` is the path of the answer, such as ``counts.adults`` or ``issues.<id>.summary``;
    ``code`` is stable; ``words`` are shown as they are.
    """

    field: str
    code: str
    words: str
    blocking: bool = True


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Only those that stop an entry from being submitted."""
    return tuple(problem for problem in problems if problem.blocking)


def hint(field: str, code: str, words: str) -> Problem:
    """Something worth a second look that stops nothing."""
    return Problem(field=field, code=code, words=words, blocking=False)
