"""Opens the centre a command is about, and closes it again."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from server.services.centre import Centre, open_centre


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Centre]:
    """The centre in ``--data-dir``.

    Raises:
        SituationError: it cannot be opened; the words say why.
    """
    centre = open_centre(arguments.data_dir)
    try:
        yield centre
    finally:
        centre.close()
