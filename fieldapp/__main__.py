"""``fieldapp`` and ``python -m fieldapp``: a command without a screen, or the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that was named, or open the window when none was.

    Returns:
        the exit status; see ``fieldapp --help``.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    from fieldapp import cli

    if arguments and arguments[0] in cli.WORDS:
        return cli.main(arguments)
    from fieldapp import bootstrap

    return bootstrap.run(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
