"""A PostgreSQL server for one run of the tests: a folder of its own, reached by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

START_SECONDS = 30
SUPERUSER = "fieldapp"
GUARDED, PASSWORD = "guarded", "six plain words and a comma"
"""A user who has to give a password; the superuser, in a folder of one's own, has not."""

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "64MB",
    # Whether the disk itself can be trusted is not what is tested; losing the process is.
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
}
_WHO = f"local all {GUARDED} scram-sha-256\nlocal all all trust\n"


def programs() -> Path:
    """The folder with ``initdb`` and ``postgres``, the newest one.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("PostgreSQL is not installed: run make test, which installs it.")
    return Path(on_path).resolve().parent


@dataclass(slots=True)
class Cluster:
    """A server with its folder; it ends with the process that started it, whatever happens."""

    folder: Path
    durable: bool = False
    """As an operator would run it: what is committed is on the disk."""
    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, *, durable: bool = False) -> Cluster:
        """A new one; not started yet."""
        # Short, because a socket's path may have a hundred characters only.
        folder = Path(tempfile.mkdtemp(prefix="fieldapp-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        cluster = cls(folder, durable)
        options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--username", SUPERUSER]
        made = cluster._run("initdb", "--pgdata", str(cluster.data), *options)
        if made.returncode:
            raise RuntimeError(made.stderr.decode(errors="replace")[-2000:])
        (cluster.data / "pg_hba.conf").write_text(_WHO)
        return cluster

    @property
    def data(self) -> Path:
        """Where the server keeps everything."""
        return self.folder / "data"

    def address(self, database: str, *, user: str = SUPERUSER, password: str = "") -> str:
        """What the centre is given to find a database."""
        who = f"{user}:{password}" if password else user
        return f"postgresql://{who}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert self._process is None
        chosen = {"listen_addresses": ""} if self.durable else _SETTINGS
        settings = [f"-c{name}={value}" for name, value in chosen.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._as_nobody_special(),
                    str(programs() / "postgres"),
                    *("-D", str(self.data), "-k", str(self.folder), *settings),
                ],
                stdout=log,
                stderr=log,
                cwd="/",
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                with psycopg.connect(self._conninfo("postgres")):
                    return
            except psycopg.OperationalError:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > until:
                    words = (self.folder / "log").read_text()[-2000:]
                    raise RuntimeError(f"PostgreSQL did not start: {words}") from None
                time.sleep(0.02)

    def stop(self, *, mode: str = "fast") -> None:
        """Stop it: ``fast`` in good order, ``immediate`` as if its process had been killed."""
        process, self._process = self._process, None
        if process is None:
            return
        self._run("pg_ctl", "--pgdata", str(self.data), "--mode", mode, "stop")
        process.wait(START_SECONDS)

    def remove(self) -> None:
        """Stop it and take its folder away."""
        self.stop(mode="immediate")
        shutil.rmtree(self.folder)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement outside any transaction."""
        with psycopg.connect(self._conninfo(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def drop(self, name: str) -> None:
        """Remove a database, also from under those who use it."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _conninfo(self, database: str) -> str:
        return f"host={self.folder} user={SUPERUSER} dbname={database}"

    def _as_nobody_special(self) -> list[str]:
        """PostgreSQL will not run as root, and must not outlive the tests."""
        end = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:
            end += ["--reuid", "postgres", "--regid", "postgres", "--init-groups"]
        return end

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*self._as_nobody_special(), str(programs() / program), *arguments],
            check=False,
            capture_output=True,
            cwd="/",
        )


_BEGIN = "SET session_replication_role = replica"  # past the triggers: these rows were never real
_OURS = (
    "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' "
    "AND relnamespace = 'public'::regnamespace ORDER BY relname"
)


class Rewindable:
    """A database that can be put back to how it was in a hundredth of a second.

    Args:
        cluster: where it is.
        name: its name.
        folder: of the centre that has it.
    """

    def __init__(self, cluster: Cluster, name: str, folder: Path) -> None:
        self.cluster = cluster
        self.name = name
        self.folder = folder
        tables = [str(row[0]) for row in cluster.sql(_OURS, name)]
        keep = "".join(f"CREATE TABLE kept.{table} AS TABLE {table};" for table in tables)
        cluster.sql(f"CREATE SCHEMA kept;{keep}", name)
        empty = "".join(f"DELETE FROM {table};" for table in tables)
        fill = "".join(f"INSERT INTO {table} TABLE kept.{table};" for table in tables)
        self._rewind = f"{_BEGIN};{empty}{fill}"

    def rewind(self) -> None:
        """Everything as it was when this was made."""
        self.cluster.sql(self._rewind, self.name)
