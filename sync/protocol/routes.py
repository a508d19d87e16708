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

BLOB_STATUS = "/v1/blobs/status"
"""POST: how much of some photos and voice notes has arrived."""

BLOB = "/v1/blobs/{sha}"
"""GET: the bytes of a photo or voice note, whole or a range."""

BLOB_PIECES = "/v1/blobs/{sha}/{first}"
"""PUT: some pieces, from number ``first`` on; ``?size=`` is the size of the whole in bytes."""

ENROL = "/v1/devices/enrol"
"""POST: a tablet becomes known to the centre, with a code that is good once."""

RECEIPT = "/v1/devices/{device_id}/receipt"
"""POST: what a tablet did about a directive."""

BUNDLES = "/v1/bundles"
"""POST: the list of a rescue copy, as it lies in the file; ``?complete=1``: no parts will follow.
"""

BUNDLE_PART = "/v1/bundles/parts/{name}"
"""PUT: one part of a rescue copy whose list has been handed in."""

HAND_IN = "/v1/devices/{device_id}/handin"
"""POST: is anything left on this tablet that the centre does not have?"""
