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
    """Both ways to reach a centre; the trail also on the other database."""
    ways = (("sqlite", "in_process"), ("sqlite", "over_http"))
    on_both = metafunc.module.__name__.endswith("test_audit")
    reach(metafunc, (*ways, ("postgres", "in_process")) if on_both else ways)
