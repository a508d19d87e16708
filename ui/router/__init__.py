"""From one screen to the next: places, pages on top, badges, and what refreshes when."""

from __future__ import annotations

from ui.router.router import Router

__all__ = ["Router"]
