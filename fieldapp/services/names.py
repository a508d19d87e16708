"""Names of neighbourhoods, officers and kinds of engagement, kept ready for lists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.store import Store, Tx
from fieldapp.store.listing import contents, others
from fieldapp.store.transaction import load
from resources import code_list
from resources.engagement_types import EngagementType, engagement_types
from resources.force import lpts

_KINDS = frozenset({RecordType.NEIGHBOURHOOD, RecordType.OFFICER})


@dataclass(frozen=True, slots=True)
class Colleague:
    """An officer as lists name them."""

    officer_id: str
    name: str
    role: str
    force_no: str
    lpt_code: str
    neighbourhoods: frozenset[str]
    supervisor_id: str | None
    active: bool

    with_rank: str
    """Such as PCSO Priya Nandra."""


def _with_rank(role: str, name: str) -> str:
    roles = code_list("officer_role")
    abbr = roles.item(role).text("abbr", role) if role in roles else role
    return f"{abbr} {name}".strip()


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood as lists name it."""

    code: str
    name: str
    lpt_code: str
    current: bool


class Names:
    """Reads names once and again after they changed.

    ``tell`` must be called with the record types of every change.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._areas: dict[str, Area] | None = None
        self._officers: dict[str, Colleague] | None = None

    def tell(self, types: frozenset[str]) -> None:
        """Forget what may have changed."""
        if types & _KINDS:
            self._areas = self._officers = None

    def areas(self) -> dict[str, Area]:
        """All neighbourhoods by code, in the order of their names."""
        if self._areas is None:
            with self._store.reading() as tx:
                found = [_area(wire) for wire in _wires(tx, RecordType.NEIGHBOURHOOD)]
            self._areas = {area.code: area for area in found}
        return self._areas

    def officers(self) -> dict[str, Colleague]:
        """All officers this tablet knows by id, in the order of their names."""
        if self._officers is None:
            with self._store.reading() as tx:
                found = [_colleague(wire) for wire in _wires(tx, RecordType.OFFICER)]
            self._officers = {officer.officer_id: officer for officer in found}
        return self._officers

    def officer(self, officer_id: str | None) -> str:
        """An officer with rank; one from another team is shown by id."""
        known = self.officers().get(officer_id or "")
        return known.with_rank if known else officer_id or ""

    def neighbourhood(self, code: str | None) -> str:
        """A neighbourhood's name."""
        known = self.areas().get(code or "")
        return known.name if known else code or ""

    def lpt(self, code: str | None) -> str:
        """A team's name."""
        known = lpts().get(code or "")
        return known.name if known else code or ""

    def title(self, kind: str | None, *, title: str, place: str, neighbourhood: str | None) -> str:
        """What an entry is called: its own title, or one made from its kind and place."""
        if title.strip():
            return title
        known = kind_of(kind)
        if known is None:
            return kind or "Entry"
        return known.title_for(place=place, neighbourhood=self.neighbourhood(neighbourhood))


def _wires(tx: Tx, record_type: str) -> list[Json]:
    where = others(record_type)
    return [load(text) for text in contents(tx, where, order="title")]


def _area(wire: Json) -> Area:
    body = wire.get("body", {})
    return Area(
        code=str(body.get("code") or wire["id"]),
        name=str(body.get("name", "")),
        lpt_code=str(body.get("lpt_code", "")),
        current=body.get("valid_to") is None,
    )


def _colleague(wire: Json) -> Colleague:
    body = wire.get("body", {})
    return Colleague(
        officer_id=str(wire["id"]),
        name=str(body.get("name", "")),
        role=str(body.get("role", "")),
        force_no=str(body.get("force_no", "")),
        lpt_code=str(body.get("lpt_code", "")),
        neighbourhoods=frozenset(map(str, body.get("neighbourhoods") or ())),
        supervisor_id=body.get("supervisor_id"),
        active=body.get("active") is not False,
        with_rank=_with_rank(str(body.get("role", "")), str(body.get("name", ""))),
    )


def kind_of(code: str | None) -> EngagementType | None:
    """The engagement type with this code, or ``None`` for one of a newer version."""
    return engagement_types().get(code or "")


@lru_cache(maxsize=256)
def kind_label(code: str | None) -> str:
    """The words for an engagement type."""
    return code_list("engagement_type").label(code)


@lru_cache(maxsize=256)
def kind_icon(code: str | None) -> str:
    """The icon of an engagement type."""
    known = kind_of(code)
    return known.icon if known else "other"
