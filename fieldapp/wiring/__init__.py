"""One tablet without a screen: vault, store, services and sync, put together in one place."""

from __future__ import annotations

from fieldapp.wiring.tablet import STORE_NAME, Tablet

__all__ = ["STORE_NAME", "Tablet"]
