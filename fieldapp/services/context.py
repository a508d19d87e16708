"""What every service of one tablet shares: the officer, the store, names, ids and settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.permissions import Actor
from fieldapp.domain.rules.settings import RuleSettings, rule_settings
from fieldapp.services.names import Names
from fieldapp.services.values import Officer
from fieldapp.store import Store
from fieldapp.store.listing import contents, others
from fieldapp.store.transaction import load


@dataclass(slots=True)
class Context:
    """The shared ground of the services.

    ``session`` names this run of the app: a draft that another run left open was cut off.
    """

    store: Store
    officer: Officer
    new_id: Callable[[], str]
    session: str
    names: Names
    _settings: Json | None = None
    _rules: RuleSettings | None = None

    @property
    def actor(self) -> Actor:
        """The officer as the rules see them."""
        return Actor(
            officer_id=self.officer.officer_id,
            app_roles=self.officer.app_roles,
            lpt_code=self.officer.lpt_code,
            neighbourhoods=self.officer.neighbourhoods,
        )

    def now(self) -> datetime:
        """The present instant in UTC."""
        return self.store.clock.now()

    def tell(self, types: frozenset[str]) -> None:
        """Forget what was kept of record types that changed."""
        self.names.tell(types)
        if RecordType.SETTINGS in types:
            self._settings = self._rules = None

    def settings(self) -> Json:
        """The force's own settings as the centre published them, without the shipped defaults."""
        if self._settings is None:
            where = others(RecordType.SETTINGS)
            with self.store.reading() as tx:
                found = contents(tx, where, limit=1)
            values = load(found[0])["body"].get("values") if found else {}
            self._settings = values if isinstance(values, dict) else {}
        return self._settings

    def rules(self) -> RuleSettings:
        """The numbers the rules turn on."""
        if self._rules is None:
            self._rules = rule_settings(self.settings())
        return self._rules
