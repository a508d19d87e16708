"""What a submitted entry must meet at the centre, whatever the tablet checked."""

from __future__ import annotations

from dataclasses import replace

from fieldapp.domain.errors import ContentError
from fieldapp.domain.records import Record
from fieldapp.domain.rules.submit import SubmitContext, problems_beside_text, why_held
from fieldapp.domain.times import parse_utc
from server.services.meeting_ledger import force_settings
from server.services.writing import Writing

_IN_USE = (
    "SELECT code FROM neighbourhood WHERE valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)"
)


class SubmitRules:
    """The check of one transaction; what it needs to know is read once, when first needed.

    Args:
        writing: the transaction.
    """

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._context: SubmitContext | None = None

    def __call__(self, record: Record) -> str | None:
        """The code under which the entry is held, or ``None`` to let it pass.

        The wording of notes, and a person record still on its way, are left to the supervisor.
        """
        try:
            body = self._writing.typed(record.body)
        except ContentError as error:
            return error.code
        context = self._known()
        if record.attachments:
            context = replace(context, attachments=record.attachments)
        return why_held(problems_beside_text(body, context))

    def _known(self) -> SubmitContext:
        if self._context is None:
            day = self._writing.today.isoformat()
            rows = self._writing.connection.exec_driver_sql(_IN_USE, (day, day))
            self._context = SubmitContext(
                now=parse_utc(self._writing.at),
                neighbourhoods=frozenset(row[0] for row in rows),
                settings=force_settings(self._writing),
            )
        return self._context
