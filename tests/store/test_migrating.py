"""Bringing an older store up to date: whole or not at all, and never slower than it must be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlcipher3 import dbapi2

from fieldapp.store import Store
from fieldapp.store.connect import make_engine
from fieldapp.store.errors import StoreError
from fieldapp.store.migrate import SCRIPTS, copy_path, upgrade
from fieldapp.store.tables import VERSION, metadata

if TYPE_CHECKING:
    from tests.conftest import FixedClock

KEY = bytes(range(32))
NEXT = f"{VERSION + 1:04}"
STEP = f"v{NEXT}.py"
SECOND = f'''"""One more."""

from alembic import op

revision = "{NEXT}"
down_revision = "{VERSION:04}"


def upgrade() -> None:
    op.execute("ALTER TABLE meta ADD COLUMN more TEXT")
    op.execute("UPDATE meta SET more = value || '!'")
    {{then}}
'''


@pytest.fixture
def next_scripts(tmp_path: Path) -> Path:
    """The folder of revisions with one more."""
    folder = tmp_path / "scripts"
    (folder / "versions").mkdir(parents=True)
    steps = [f"versions/{step.name}" for step in (SCRIPTS / "versions").glob("v*.py")]
    for name in ("env.py", "script.py.mako", *steps):
        (folder / name).write_text((SCRIPTS / name).read_text())
    return folder


def raw(path: Path) -> dbapi2.Connection:
    connection = dbapi2.connect(str(path))
    connection.execute(f"PRAGMA key=\"x'{KEY.hex()}'\"")
    return connection


def test_the_newest_revision_is_the_version_the_store_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    assert int(head) == VERSION


def test_the_revisions_make_exactly_the_tables_we_describe(store: Store, path: Path) -> None:
    store.close()
    engine = make_engine(path, KEY)
    with engine.connect() as connection:

        def ours(item: object, name: str, kind: str, *_: object) -> bool:
            return not (kind == "table" and (name or "").startswith(("search", "alembic")))

        options = {"include_object": ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        indexes = connection.exec_driver_sql(
            "SELECT count(*) FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"
        ).scalar()
    assert indexes == sum(len(table.indexes) for table in metadata.tables.values())
    engine.dispose()


def test_an_older_store_is_copied_changed_and_numbered(
    store: Store, path: Path, next_scripts: Path
) -> None:
    with store.transaction() as tx:
        tx.put("word", "kept")
    store.close()
    (next_scripts / "versions" / STEP).write_text(SECOND.format(then="pass"))
    engine = make_engine(path, KEY)
    upgrade(engine, path, KEY, version=VERSION, to=VERSION + 1, scripts=next_scripts)
    engine.dispose()
    now = raw(path)
    assert now.execute("SELECT more FROM meta WHERE name='word'").fetchone() == ("kept!",)
    assert now.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
    now.close()
    copy = raw(copy_path(path, VERSION))
    assert copy.execute("SELECT value FROM meta WHERE name='word'").fetchone() == ("kept",)
    assert copy.execute("PRAGMA user_version").fetchone() == (VERSION,)
    copy.close()


def test_the_copy_goes_when_the_upgraded_store_has_opened_again(
    store: Store, path: Path, clock: FixedClock
) -> None:
    store.close()
    copy = copy_path(path, VERSION - 1)
    copy.write_bytes(path.read_bytes())
    Store.open(path, KEY, clock).close()
    assert not copy.exists()


def test_a_step_that_fails_leaves_the_store_as_it_was(
    store: Store, path: Path, next_scripts: Path, clock: FixedClock
) -> None:
    with store.transaction() as tx:
        tx.put("word", "kept")
    store.close()
    broken = SECOND.format(then='op.execute("DROP TABLE nowhere")')
    (next_scripts / "versions" / STEP).write_text(broken)
    engine = make_engine(path, KEY)
    with pytest.raises(StoreError) as caught:
        upgrade(engine, path, KEY, version=VERSION, to=VERSION + 1, scripts=next_scripts)
    engine.dispose()
    assert caught.value.code == "store_migration"
    assert "as they were before" in caught.value.words
    again = Store.open(path, KEY, clock)
    with again.reading() as tx:
        assert tx.get("word") == "kept"
        assert "more" not in [row[1] for row in tx.rows("PRAGMA table_info(meta)")]
    again.close()


def test_rebuilding_a_parent_table_does_not_take_its_children(
    store: Store, path: Path, next_scripts: Path
) -> None:
    with store.transaction() as tx:
        tx.run("CREATE TABLE parent (n INTEGER PRIMARY KEY, word TEXT)")
        tx.run("CREATE TABLE child (p INTEGER REFERENCES parent(n) ON DELETE CASCADE)")
        tx.run("INSERT INTO parent VALUES (1, 'a')")
        tx.run("INSERT INTO child VALUES (1)")
    store.close()
    then = (
        'op.execute("CREATE TABLE fresh (n INTEGER PRIMARY KEY, word TEXT)")\n'
        '    op.execute("INSERT INTO fresh SELECT * FROM parent")\n'
        '    op.execute("DROP TABLE parent")\n'
        '    op.execute("ALTER TABLE fresh RENAME TO parent")'
    )
    (next_scripts / "versions" / STEP).write_text(SECOND.format(then=then))
    engine = make_engine(path, KEY)
    upgrade(engine, path, KEY, version=VERSION, to=VERSION + 1, scripts=next_scripts)
    engine.dispose()
    now = raw(path)
    assert now.execute("SELECT count(*) FROM child").fetchone() == (1,)
    now.close()


WARM = """
import sys
from pathlib import Path
from fieldapp.store import Store
from fieldapp.system import SystemClock
Store.open(Path(sys.argv[1]), bytes(range(32)), SystemClock()).close()
print("alembic" in sys.modules)
"""


@pytest.mark.e2e
def test_a_warm_start_does_not_load_the_migrations(store: Store, path: Path) -> None:
    store.close()
    said = subprocess.run(
        [sys.executable, "-c", WARM, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout == "False\n"
