"""The fixtures of this folder: every promise is kept over either line and on either database."""

import os
import zlib

import pytest

from tests.contract.fixtures import (  # noqa: F401
    centre,
    cheap_passwords,
    client,
    cluster,
    database,
    desk,
    folder,
    force_database,
    force_folder,
    line,
    port,
    reach,
    tablet,
)

WAYS = (("sqlite", "in_process"), ("sqlite", "over_http"))
ON_POSTGRES = ("postgres", "in_process")
EVERY = "EVERY_WAY"
"""Set in the environment, all of the contract is asked of PostgreSQL too; else a fixed eighth."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Three ways through the contract."""
    name = metafunc.definition.nodeid.encode()
    too = os.environ.get(EVERY) or zlib.crc32(name) % 8 == 0
    reach(metafunc, (*WAYS, ON_POSTGRES) if too else WAYS)
