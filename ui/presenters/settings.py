"""What the officer may set for themselves: look, text size, hand, shortcuts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from fieldapp import __version__
from fieldapp.services.attaching import ANY_LINE, PHOTO_LINE, WIFI_ONLY
from resources.force import attribution, lpts, setting_defaults
from ui.presenters.look import SIZES, THEMES, Look, LookFile
from ui.presenters.presenter import Presenter

if TYPE_CHECKING:
    from ui.presenters.presenter import Desk

THEME_WORDS: Final = {
    "system": "Follow the tablet",
    "day": "Day",
    "night": "Night",
    "outdoor": "Outdoor",
}
SIZE_WORDS: Final = {100: "Normal", 115: "Larger", 130: "Largest"}
PHOTO_LINE_WORDS: Final = {WIFI_ONLY: "On Wi-Fi only", ANY_LINE: "On any connection"}
_YES: Final = "yes"
_NO: Final = "no"
KEYS: Final = ("theme", "text_size", "left_handed", "shortcuts", PHOTO_LINE)


@dataclass(frozen=True, slots=True)
class About:
    """Who is signed in, and what this is."""

    officer: str
    force_no: str
    team: str
    role: str
    version: str
    emergency: str
    signpost: str
    geography: str


class SettingsPresenter(Presenter):
    """Keeps the officer's choices in the store and tells who must follow them.

    Signals:
        look_changed(Look): theme, text size or hand are to be used from now on.
        shortcuts_changed(bool): single-letter shortcuts on or off.
        photo_line_changed(str): photos go on Wi-Fi only (``wifi``), or on any line (``any``).
        told(About): what the about part shows.
    """

    look_changed = Signal(object)
    shortcuts_changed = Signal(bool)
    photo_line_changed = Signal(str)
    told = Signal(object)

    def __init__(
        self, desk: Desk, looks: LookFile, look: Look, parent: QObject | None = None
    ) -> None:
        super().__init__(desk, parent)
        self._looks, self._look, self._shortcuts = looks, look, True

    @property
    def look(self) -> Look:
        """The look of the moment."""
        return self._look

    @property
    def shortcuts(self) -> bool:
        """Whether single letters act on the approvals screen."""
        return self._shortcuts

    def load(self) -> None:
        """Read what this officer chose."""
        preferences = self.desk.services.preferences
        self._ask(lambda: {key: preferences.get(key) for key in KEYS}, self._on_kept)
        self.told.emit(self.about())

    def about(self) -> About:
        """Who is signed in, version, emergency words."""
        officer = self.desk.services.officer
        team = lpts().get(officer.lpt_code)
        defaults = setting_defaults()
        return About(
            officer=officer.name,
            force_no=officer.force_no,
            team=team.name if team else officer.lpt_code,
            role=officer.role,
            version=__version__,
            emergency=str(defaults["emergency_banner"]),
            signpost=str(defaults["signpost_101"]),
            geography=attribution(),
        )

    def use_theme(self, name: str) -> None:
        """Day, night, outdoor, or as the tablet says."""
        self._set(replace(self._look, theme=name), "theme", name)

    def use_size(self, size: int) -> None:
        """Text size in per cent."""
        self._set(replace(self._look, text_size=size), "text_size", str(size))

    def use_hand(self, *, left: bool) -> None:
        """Main buttons at the left or at the right."""
        self._set(replace(self._look, left_handed=left), "left_handed", _yes_no(yes=left))

    def use_shortcuts(self, *, on: bool) -> None:
        """Single-letter shortcuts on or off."""
        self._shortcuts = on
        self._keep("shortcuts", _yes_no(yes=on))
        self.shortcuts_changed.emit(on)

    def use_photo_line(self, line: str) -> None:
        """Photos on Wi-Fi only, or on any line."""
        self._keep(PHOTO_LINE, line)

    def _set(self, look: Look, key: str, value: str) -> None:
        self._look = look
        self._looks.write(look)
        self._keep(key, value)
        self.look_changed.emit(look)

    def _keep(self, key: str, value: str) -> None:
        preferences = self.desk.services.preferences
        self._ask(lambda: preferences.set(key, value), lambda _: None)

    def _on_kept(self, kept: dict[str, str]) -> None:
        look = replace(self._look, decides=self.desk.services.officer.decides)
        if kept["theme"] in THEMES:
            look = replace(look, theme=kept["theme"])
        if kept["text_size"] in map(str, SIZES):
            look = replace(look, text_size=int(kept["text_size"]))
        if kept["left_handed"]:
            look = replace(look, left_handed=kept["left_handed"] == _YES)
        self._shortcuts = kept["shortcuts"] != _NO
        self.shortcuts_changed.emit(self._shortcuts)
        self.photo_line_changed.emit(kept[PHOTO_LINE] or WIFI_ONLY)
        if look != self._look:
            self._look = look
            self._looks.write(look)
            self.look_changed.emit(look)


def _yes_no(*, yes: bool) -> str:
    return _YES if yes else _NO
