"""Brings the store to this version in one transaction, or says why it will not."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from fieldapp.domain.errors import SituationError
from server import migrations
from server.db import Database


def upgrade(db: Database) -> bool:
    """Run the steps that are missing; True when there were any.

    Raises:
        SituationError: the store was made by a newer version; it is left as it is.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    script = ScriptDirectory.from_config(config)
    with db.read() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    known = {step.revision for step in script.walk_revisions()}
    if present is not None and present not in known:
        raise SituationError(
            "This store was made by a newer Fieldapp. Update the programs on this server; the "
            "store was not touched.",
            code="newer_store",
        )
    if present == script.get_current_head():
        return False
    with db.upkeep() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
