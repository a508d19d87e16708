"""What forms choose from: neighbourhoods, venues, schools, officers, settings."""

from __future__ import annotations

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.services.context import Context
from fieldapp.services.values import Choice
from fieldapp.store.listing import contents, entries, others
from fieldapp.store.transaction import load
from resources import code_list
from resources.force import setting_defaults

_RECENT = 60


class Reference:
    """Choices for forms, read from what the centre published."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def neighbourhoods(self, lpt: str | None = None) -> tuple[Choice, ...]:
        """Current neighbourhoods by name; of one team, or of all."""
        return tuple(
            Choice(area.code, area.name, self._ctx.names.lpt(area.lpt_code))
            for area in self._ctx.names.areas().values()
            if area.current and lpt in (None, area.lpt_code)
        )

    def beat(self) -> tuple[Choice, ...]:
        """The neighbourhoods this officer is assigned to, or all of the team."""
        own = self._ctx.officer.neighbourhoods
        team = self.neighbourhoods(self._ctx.officer.lpt_code)
        return tuple(choice for choice in team if choice.code in own) or team

    def venues(self, neighbourhood: str | None = None) -> tuple[Choice, ...]:
        """Places where engagements are held; ``extra`` is the venue's body."""
        return self._published(RecordType.VENUE, neighbourhood)

    def schools(self, neighbourhood: str | None = None) -> tuple[Choice, ...]:
        """Schools of the team; ``extra`` is the school's body."""
        return self._published(RecordType.SCHOOL, neighbourhood)

    def _published(self, record_type: str, neighbourhood: str | None) -> tuple[Choice, ...]:
        where = others(record_type)
        if neighbourhood:
            where.add("neighbourhood=?", neighbourhood)
        with self._ctx.store.reading() as tx:
            wires = [load(text) for text in contents(tx, where, order="title")]
        return tuple(
            Choice(
                code=str(wire["id"]),
                label=str(wire["body"].get("name", "")),
                detail=self._ctx.names.neighbourhood(wire["body"].get("neighbourhood_id")),
                extra=wire["body"],
            )
            for wire in wires
        )

    def officers(self) -> tuple[Choice, ...]:
        """Officers on duty in the team; ``extra`` holds the role and the collar number."""
        return tuple(
            Choice(
                code=one.officer_id,
                label=one.with_rank,
                detail=code_list("officer_role").label(one.role),
                extra={"role": one.role, "force_no": one.force_no, "name": one.name},
            )
            for one in self._ctx.names.officers().values()
            if one.active and one.lpt_code == self._ctx.officer.lpt_code
        )

    def officer_name(self, officer_id: str) -> str:
        """An officer with rank."""
        return self._ctx.names.officer(officer_id)

    def recent_places(self, limit: int = 6) -> tuple[Choice, ...]:
        """Where this officer was last, each place once; ``extra`` holds venue and neighbourhood."""
        where = entries().add("owner=?", self._ctx.officer.officer_id).add("place<>''")
        with self._ctx.store.reading() as tx:
            wires = [load(text) for text in contents(tx, where, limit=_RECENT)]
        found: dict[str, Choice] = {}
        for wire in wires:
            body = wire["body"]
            venue = body.get("venue")
            if not isinstance(venue, dict) or not venue.get("name") or venue["name"] in found:
                continue
            area = body.get("neighbourhood_id")
            found[venue["name"]] = Choice(
                code=str(venue["name"]),
                label=str(venue["name"]),
                detail=self._ctx.names.neighbourhood(area),
                extra={"venue": venue, "neighbourhood_id": area},
            )
        return tuple(found.values())[:limit]

    def settings(self) -> Json:
        """The force's settings in force: its own values over the shipped defaults."""
        return {**setting_defaults(), **self._ctx.settings()}
