"""``fieldapp`` without a screen: sign in, send and receive, look for trouble, export."""

from __future__ import annotations

from fieldapp.cli.codes import Exit

VERBS = ("sign-in", "sync", "hand-in", "bundle", "doctor", "export")
WORDS = (*VERBS, "-h", "--help", "--version")
"""First words that belong here; anything else opens the window."""

__all__ = ["VERBS", "WORDS", "Exit", "main"]


def main(argv: list[str]) -> int:
    """Run one command; see ``fieldapp.cli.commands.main``."""
    from fieldapp.cli.commands import main as run  # the window opens without argparse's company

    return run(argv)
