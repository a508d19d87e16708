"""The running app: one window, one store, an orderly start and an orderly end."""

from __future__ import annotations

from ui.application.application import Application
from ui.application.options import Options

__all__ = ["Application", "Options"]
