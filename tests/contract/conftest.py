"""The fixtures of this folder."""

from tests.contract.fixtures import (  # noqa: F401
    centre,
    cheap_passwords,
    client,
    desk,
    folder,
    force_folder,
    line,
    port,
    tablet,
)
