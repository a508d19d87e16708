"""``python -m tests.sim 1-2000``: run histories; ``python -m tests.sim 17``: replay one."""

from __future__ import annotations

from tests.sim.campaign import main

if __name__ == "__main__":
    raise SystemExit(main())
