"""What every part of the form has: a section that folds, fields that are found by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject

from resources import code_list
from ui.widgets.section import Section

if TYPE_CHECKING:
    from ui.presenters.entry.entry import Entry
    from ui.views.entry_form.fields import Entered, Fields
    from ui.widgets.arrange import Item


class _PartSection(Section):
    """Fills itself when it is first opened: a folded part costs one line."""

    part: Part | None = None

    def unfold(self) -> None:
        if self.part is not None:
            self.part.build()
        super().unfold()


class Part(QObject):
    """One part of the form.

    A subclass says which field names are its own (``names``: prefixes), makes its widgets in
    ``make`` and shows the answers in ``show``; both are called only once the part is opened.
    """

    key: ClassVar[str] = ""
    names: ClassVar[tuple[str, ...]] = ()
    hint: ClassVar[str] = ""
    optional: ClassVar[bool] = False
    nothing: ClassVar[str] = ""
    """What the folded line says while nothing has been answered."""
    folded_at_first: ClassVar[bool] = False

    def __init__(self, entry: Entry, fields: Fields) -> None:
        super().__init__()
        self.entry, self.form, self.fields = entry, entry.form, fields
        title = code_list("entry_section").label(self.key)
        self.section = _PartSection(self.key, title, hint=self.hint, optional=self.optional)
        self.section.part = self
        # Goes with its section, so that what arrives after the form was closed finds nobody.
        self.setParent(self.section)
        self._built = False

    @property
    def built(self) -> bool:
        """True once its widgets exist."""
        return self._built

    def build(self) -> None:
        """Make the widgets, once, and show the answers in them."""
        if self._built:
            return
        self._built = True
        self.make()
        self.show()

    def open_first(self) -> None:
        """How the part looks when the form opens."""
        if self.starts_folded():
            self.section.fold(self.line())
        else:
            self.section.unfold()
        self.section.set_done(done=self.done())

    def owns(self, name: str) -> bool:
        """True for the names of this part's fields."""
        return any(name == own or name.startswith(f"{own}.") for own in self.names)

    def follow(self, name: str) -> None:
        """An answer has changed, perhaps by another part."""
        if not self.owns(name) and not self.depends_on(name):
            return
        self.refresh()

    def refresh(self) -> None:
        """Show the answers as they are now."""
        if self._built:
            self.show()
        if self.section.folded:
            self.section.fold(self.line())
        self.section.set_done(done=self.done())

    def line(self) -> str:
        """The folded line."""
        return self.summary() or self.nothing or "Not filled in yet"

    def locate(self, name: str) -> Entered | None:
        """The field of a name that is this part's own; makes it visible where it is hidden."""
        self.build()
        return self.fields.find(name)

    def add(self, item: Item) -> None:
        """One more item in the section."""
        self.section.add(item)

    # ------------------------------------------------------------------- for subclasses

    def make(self) -> None:
        """Make the widgets and name the fields."""
        raise NotImplementedError

    def show(self) -> None:
        """Show the answers in the widgets, without signals."""
        raise NotImplementedError

    def summary(self) -> str:
        """One line on what has been answered; empty while nothing has."""
        raise NotImplementedError

    def done(self) -> bool:
        """True when nothing is missing."""
        return self.optional or bool(self.summary())

    def starts_folded(self) -> bool:
        """True when the form opens with this part as one line."""
        return self.folded_at_first

    def depends_on(self, name: str) -> bool:
        """True for fields of other parts that change what this one shows."""
        return False
