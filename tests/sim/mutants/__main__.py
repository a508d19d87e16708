"""``python -m tests.sim.mutants``: every planted bug must be noticed."""

from __future__ import annotations

from tests.sim.mutants.hunting import main

if __name__ == "__main__":
    raise SystemExit(main())
