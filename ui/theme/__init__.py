"""How the app looks: tokens, fonts, icons and the one `theme` object that applies them."""

from ui.theme.theme import Theme, theme

__all__ = ["Theme", "theme"]
