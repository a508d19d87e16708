"""What the exit status of a command says, for whoever runs it from a script."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses of ``fieldapp`` commands."""

    DONE = 0
    """Done, and nothing is waiting."""
    LATER = 1
    """Could not be done now; nothing is lost and trying again later helps."""
    WRONG_ARGUMENTS = 2
    SIGN_IN = 3
    """Somebody has to sign in first."""
    STATION = 4
    """Needs an update, or the station: the centre does not talk to this tablet as it is."""
    NOT_OPENED = 5
    """The records could not be opened, or something is wrong with them; nothing was changed."""


EPILOG = """exit status:
  0  done, nothing is waiting
  1  not now; nothing is lost, try again later
  2  wrong arguments
  3  sign in first
  4  take the tablet to the station (update needed, or stopped by the force)
  5  the records could not be opened, or are damaged; nothing was changed

Without a command the window opens: fieldapp [--data-dir DIR] [--server URL] [--ca-file FILE]
"""
