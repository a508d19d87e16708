"""A working copy that came to the centre in a rescue copy, on its way back to its author."""

from __future__ import annotations

from fieldapp.domain.bodies.fields import Body, Code, Moment


class RescuedDraftBody(Body):
    """The draft word for word: ``content`` and ``started_from`` are JSON texts of the tablet."""

    draft_of: Code
    saved_at: Moment
    device_id: Code
    content: str
    started_from: str | None = None
