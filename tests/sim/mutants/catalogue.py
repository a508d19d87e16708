"""All planted bugs."""

from __future__ import annotations

from tests.sim.mutants.carrying import CARRYING
from tests.sim.mutants.receiving import RECEIVING
from tests.sim.mutants.restoring import RESTORING
from tests.sim.mutants.reviewing import REVIEWING
from tests.sim.mutants.sending import SENDING
from tests.sim.mutants.standing import STANDING

MUTANTS = (*SENDING, *RECEIVING, *REVIEWING, *RESTORING, *CARRYING, *STANDING)
