"""Inter, loaded from its package, as real weights instead of smeared ones."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from ui.theme.tokens import TYPE

FAMILY = "Inter"
_WEIGHT, _OPTICAL, _TABULAR = QFont.Tag("wght"), QFont.Tag("opsz"), QFont.Tag("tnum")
_OPTICAL_RANGE = (14, 32)


def package_file(package: str, *parts: str) -> Path:
    """A data file of an installed package, found without importing the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"package {package} is not installed")
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*parts)


@lru_cache(maxsize=1)
def load_inter() -> bool:
    """Register Inter once; False means the system font stands in for it."""
    try:
        path = package_file("fontpkg_inter", "files", "Inter[opsz,wght].ttf")
    except FileNotFoundError:
        return False
    return QFontDatabase.addApplicationFont(str(path)) >= 0


def make_font(role: str, scale: int) -> QFont:
    """The font of a type role at a text size of `scale` per cent."""
    step = TYPE[role]
    pixels = round(step.px * scale / 100)
    font = QFont()
    font.setPixelSize(pixels)
    if step.tabular:
        # Only where figures stand below each other: it widens hyphens too ("Drop - in").
        font.setFeature(_TABULAR, 1)
    if load_inter():
        # A variable font is known to the font database by its default weight alone; the axes give
        # the true weight, where setWeight would only thicken the regular outlines.
        font.setFamily(FAMILY)
        font.setVariableAxis(_WEIGHT, step.weight)
        low, high = _OPTICAL_RANGE
        font.setVariableAxis(_OPTICAL, min(max(pixels, low), high))
    else:
        font.setWeight(QFont.Weight(step.weight))
    return font
