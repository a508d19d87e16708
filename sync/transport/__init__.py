"""The way to the centre over HTTP: the only place that knows ``requests``.

``requests`` itself is imported with the first call: the first painted frame does not need it.
"""

from __future__ import annotations

from sync.transport.address import checked_address
from sync.transport.link import Deadlines, HttpLink, Proof

__all__ = ["Deadlines", "HttpLink", "Proof", "checked_address"]
