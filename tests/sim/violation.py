"""A promise that was not kept."""

from __future__ import annotations


class Violation(AssertionError):  # noqa: N818 - the word everybody uses
    """Names the invariant and says what was found."""

    @property
    def name(self) -> str:
        """Which promise."""
        return str(self.args[0])


def need(holds: object, name: str, *found: object) -> None:
    """See that something holds.

    Raises:
        Violation: it does not.
    """
    if not holds:
        raise Violation(name, *found)
