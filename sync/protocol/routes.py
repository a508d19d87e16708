"""Where each call of the protocol goes."""

from __future__ import annotations

HELLO = "/v1/sync/hello"
"""GET: what the centre speaks and allows."""

SIGN_IN = "/v1/devices/token"
"""POST: officer and tablet introduce themselves and get a token."""

PUSH = "/v1/sync/push"
"""POST: a batch of operations."""

PULL = "/v1/sync/pull"
"""POST: what has changed."""
