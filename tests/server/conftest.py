"""The fixtures of this folder."""

import pytest

from tests.contract.fixtures import (  # noqa: F401
    centre,
    cheap_passwords,
    client,
    cluster,
    database,
    folder,
    force_database,
    force_folder,
    line,
    port,
    reach,
    tablet,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both ways to reach a centre."""
    reach(metafunc, (("sqlite", "in_process"), ("sqlite", "over_http")))
