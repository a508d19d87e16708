"""The address of a centre: only where nobody can listen in or pass for it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from fieldapp.domain.errors import UserError


def checked_address(address: str) -> str:
    """The centre's address without a trailing slash.

    Raises:
        UserError: it is no address, or has no lock (https) and is not this machine itself.
    """
    text = address.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise UserError(
            "That is not the address of a centre. It looks like https://name.police.uk.",
            code="bad_address",
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise UserError("The address of the centre must start with https://.", code="bad_address")
    return text


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
