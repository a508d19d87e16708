"""Design tokens: every colour, size and distance on screen has its name and value here."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one look; each foreground is legible on its ground (tested)."""

    name: str
    dark: bool
    border_width: int
    bg: str
    surface: str
    surface_alt: str
    text: str
    text_muted: str
    border: str
    border_strong: str
    primary: str
    on_primary: str
    primary_pressed: str
    primary_tint: str
    on_primary_tint: str
    success: str
    success_tint: str
    on_success_tint: str
    warning: str
    warning_tint: str
    on_warning_tint: str
    danger: str
    on_danger: str
    danger_tint: str
    on_danger_tint: str
    rail: str
    rail_text: str
    rail_active: str
    rail_active_text: str
    focus: str
    focus_gap: str
    selection: str
    scrim: str

    def tone(self, name: str) -> str:
        """The colour called `name`; a wrong name is a programming error and raises."""
        colour: str = getattr(self, name)
        return colour


DAY: Final = Palette(
    name="day",
    dark=False,
    border_width=1,
    bg="#F2F5F8",
    surface="#FFFFFF",
    surface_alt="#EAEFF4",
    text="#0B1724",
    text_muted="#46566A",
    border="#D3DBE4",
    border_strong="#6A7A8C",
    primary="#114B9A",
    on_primary="#FFFFFF",
    primary_pressed="#0B3670",
    primary_tint="#E4EEFA",
    on_primary_tint="#0B3670",
    success="#0B6B3E",
    success_tint="#E1F3E9",
    on_success_tint="#07502D",
    warning="#8A4B00",
    warning_tint="#FFF0D2",
    on_warning_tint="#663800",
    danger="#B0171F",
    on_danger="#FFFFFF",
    danger_tint="#FCE7E8",
    on_danger_tint="#8A0F16",
    rail="#0B2545",
    rail_text="#C9D6E6",
    rail_active="#FFFFFF",
    rail_active_text="#0B2545",
    focus="#0B1724",
    focus_gap="#FFD43B",
    selection="#B9D4F5",
    scrim="#990B1724",
)

NIGHT: Final = Palette(
    name="night",
    dark=True,
    border_width=1,
    bg="#0E141B",
    surface="#17202A",
    surface_alt="#1F2A36",
    text="#E4EAF0",
    text_muted="#A8B5C2",
    border="#2C3947",
    border_strong="#7C8B9B",
    primary="#7DB2FF",
    on_primary="#06203F",
    primary_pressed="#A6CBFF",
    primary_tint="#1B3350",
    on_primary_tint="#CFE3FF",
    success="#6CD29F",
    success_tint="#15352A",
    on_success_tint="#B5EBCF",
    warning="#F2BC5A",
    warning_tint="#3A2C12",
    on_warning_tint="#FBE0AC",
    danger="#FF9A95",
    on_danger="#3A0508",
    danger_tint="#43201F",
    on_danger_tint="#FFD2CF",
    rail="#0A0F15",
    rail_text="#A9B7C6",
    rail_active="#24405F",
    rail_active_text="#FFFFFF",
    focus="#FFD43B",
    focus_gap="#0E141B",
    selection="#2F5689",
    scrim="#B3000000",
)

OUTDOOR: Final = Palette(
    name="outdoor",
    dark=False,
    border_width=2,
    bg="#FFFFFF",
    surface="#FFFFFF",
    surface_alt="#FFFFFF",
    text="#000000",
    text_muted="#1F2937",
    border="#000000",
    border_strong="#000000",
    primary="#002F6C",
    on_primary="#FFFFFF",
    primary_pressed="#001D45",
    primary_tint="#FFE45C",
    on_primary_tint="#000000",
    success="#004D26",
    success_tint="#FFFFFF",
    on_success_tint="#004D26",
    warning="#5C3200",
    warning_tint="#FFFFFF",
    on_warning_tint="#5C3200",
    danger="#8A0008",
    on_danger="#FFFFFF",
    danger_tint="#FFFFFF",
    on_danger_tint="#8A0008",
    rail="#000000",
    rail_text="#FFFFFF",
    rail_active="#FFFFFF",
    rail_active_text="#000000",
    focus="#000000",
    focus_gap="#FFD400",
    selection="#9EC5FF",
    scrim="#CC000000",
)

PALETTES: Final = MappingProxyType({p.name: p for p in (DAY, NIGHT, OUTDOOR)})

# Foreground, ground, and the ratio WCAG 2.2 asks for (1.4.3 text, 1.4.11 controls).
CONTRASTS: Final = (
    *((fg, ground, 4.5) for fg in ("text", "text_muted") for ground in ("bg", "surface")),
    ("text", "surface_alt", 4.5),
    ("text_muted", "surface_alt", 4.5),
    ("text", "selection", 4.5),
    ("primary", "bg", 4.5),
    ("primary", "surface", 4.5),
    ("on_primary", "primary", 4.5),
    ("on_primary", "primary_pressed", 4.5),
    ("on_primary_tint", "primary_tint", 4.5),
    ("success", "surface", 4.5),
    ("on_success_tint", "success_tint", 4.5),
    ("warning", "surface", 4.5),
    ("on_warning_tint", "warning_tint", 4.5),
    ("danger", "surface", 4.5),
    ("danger", "bg", 4.5),
    ("on_danger", "danger", 4.5),
    ("on_danger_tint", "danger_tint", 4.5),
    ("rail_text", "rail", 4.5),
    ("rail_active_text", "rail_active", 4.5),
    ("border_strong", "surface", 3.0),
    ("border_strong", "bg", 3.0),
    ("primary", "primary_tint", 3.0),
    ("warning", "warning_tint", 3.0),
    ("success", "success_tint", 3.0),
    ("danger", "danger_tint", 3.0),
)


@dataclass(frozen=True, slots=True)
class TypeRole:
    """One step of the type scale: pixels at 100 %, weight, and figures of one width or not."""

    px: int
    weight: int
    tabular: bool = False


TYPE: Final = MappingProxyType(
    {
        "display": TypeRole(28, 700),
        "title": TypeRole(22, 700),
        "heading": TypeRole(19, 600),
        "body": TypeRole(17, 400),
        "strong": TypeRole(17, 600),
        "label": TypeRole(16, 600),
        "muted": TypeRole(16, 400),
        "chip": TypeRole(16, 500),
        "chip-on": TypeRole(16, 600),
        "caption": TypeRole(14, 500),
        "tag": TypeRole(14, 600),
        "counter": TypeRole(34, 700, tabular=True),
        "time": TypeRole(20, 600, tabular=True),
        "figure": TypeRole(17, 400, tabular=True),
        "marking": TypeRole(14, 700),
    }
)

SCALES: Final = (100, 115, 130)
SPACE: Final = MappingProxyType({"xs": 4, "s": 8, "m": 12, "l": 16, "xl": 24, "xxl": 32})
RADIUS: Final = MappingProxyType({"tag": 8, "control": 10, "banner": 12, "card": 14})
# Smallest height or width in logical pixels of what a finger must hit.
TARGET: Final = MappingProxyType(
    {"floor": 48, "default": 56, "primary": 64, "row": 72, "rail": 75, "tile": 138}
)
RAIL_FROM_WIDTH: Final = 900
INDEX_FROM_WIDTH: Final = 1000


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """WCAG relative luminance of `#RRGGBB`."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
