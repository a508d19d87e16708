"""``fieldapp-server`` and ``python -m server``."""

from __future__ import annotations

from server.cli.commands import main

if __name__ == "__main__":
    raise SystemExit(main())
