"""What people raised: a chip and a number for each, more words only where they help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldapp.domain.bodies import SUMMARY_LIMIT
from resources import code_list
from ui.views.entry_form.part import Part
from ui.views.looks import choice_of, choices_of
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.field import Field
from ui.widgets.flow import Flow
from ui.widgets.growing_text import GrowingText
from ui.widgets.mention_chips import MentionChips
from ui.widgets.text import Heading

if TYPE_CHECKING:
    from ui.views.entry_form.fields import Entered

_LEADS = (Choice("police", "The police"), Choice("partner", "A partner"))


class IssueDetail(Card):
    """Summary, qualifier and who leads for one issue that was raised."""

    def __init__(self, part: IssuesPart, code: str) -> None:
        super().__init__(margins=16)
        self._part, self.code = part, code
        label = part.entry.issues.label(code)
        self.words = GrowingText(f"Detail: {label}", limit=SUMMARY_LIMIT, lines=2)
        self.words.edited.connect(self._on_words)
        self.leads = Chips(_LEADS, f"Who can act: {label}", multi=False)
        self.leads.changed.connect(self._on_leads)
        close = Button("Done", "ghost", "up", name=f"Close detail of {label}", on=self._close)
        self.add(row((Heading(label, 2), 1), close))
        words = Field("What was said", self.words, "In a sentence. No names.")
        leads = Field("Who can act on it", self.leads)
        self.add(words)
        self.add(leads)
        name = f"issues.{code}"
        part.fields.put(f"{name}.summary", self.words, words)
        part.fields.put(f"{name}.police_led", self.leads, leads)
        self.kind: Chips | None = None
        item = code_list("issue_category").item(code)
        if "ASB" in (code, item.text("parent")):
            self.kind = Chips(choices_of("asb_qualifier"), f"Kind: {label}", multi=False)
            self.kind.changed.connect(self._on_kind)
            kind = Field("Kind of anti-social behaviour", self.kind)
            self.add(kind)
            part.fields.put(f"{name}.asb_qualifier", self.kind, kind)
        self.show_answers()

    def show_answers(self) -> None:
        """Show what is known of the issue."""
        issues = self._part.entry.issues
        self.words.set_text(issues.detail(self.code, "summary"))
        element = issues.element(self.code)
        led = element.get("police_led")
        self.leads.set_value("" if led is None else "police" if led else "partner")
        if self.kind is not None:
            self.kind.set_value(issues.detail(self.code, "asb_qualifier"))

    def _on_words(self) -> None:
        self._part.entry.issues.set_detail(self.code, summary=self.words.text())

    def _on_leads(self) -> None:
        self._part.entry.issues.set_detail(self.code, police_led=self.leads.value() == "police")

    def _on_kind(self) -> None:
        if self.kind is not None:
            self._part.entry.issues.set_detail(self.code, asb_qualifier=self.kind.value())

    def _close(self) -> None:
        self._part.close_detail(self.code)


class IssuesPart(Part):
    """Chips for the usual issues, the rest of the list behind a search."""

    key = "issues"
    names = ("issues",)
    hint = "Tap what was raised; count the mentions"
    optional = True
    nothing = "Nothing raised"

    def make(self) -> None:
        items = code_list("issue_category").items
        usual = [choice_of(item) for item in items if item.flag("usual")]
        rest = [choice_of(item) for item in items if not item.flag("usual")]
        self.chips = MentionChips(usual, "What people raised", more=rest)
        self.chips.changed.connect(self._on_chips)
        self.add(self.chips)
        self.fields.put("issues", self.chips)
        self.more = Flow()
        self.add(self.more)
        self._details = column(spacing=12)
        self.add(self._details)
        self.open: dict[str, IssueDetail] = {}
        self._offers: dict[str, Button] = {}

    def show(self) -> None:
        counts = self.entry.issues.counts()
        if self.chips.counts() != counts:
            known = code_list("issue_category")
            self.chips.set_counts({c: n for c, n in counts.items() if c in known})
        for code in [code for code in self.open if code not in counts]:
            self.close_detail(code)
        self._show_offers(tuple(counts))
        for detail in self.open.values():
            detail.show_answers()

    def summary(self) -> str:
        return self.entry.issues.summary()

    def locate(self, name: str) -> Entered | None:
        """Also by the id of an issue, as problems and comments name it; its detail is opened."""
        self.build()
        words = name.split(".")
        if len(words) == 1:
            return self.fields.find(name)
        element = self.form.answers.element("issues", "id", words[1])
        code = str(element.get("category", "")) if element else words[1]
        if code not in self.entry.issues.counts():
            return self.fields.find("issues")
        self.open_detail(code)
        return self.fields.find(".".join(["issues", code, *(words[2:] or ["summary"])]))

    def open_detail(self, code: str) -> IssueDetail:
        """Show the words, the kind and who leads for one issue."""
        if code not in self.open:
            detail = IssueDetail(self, code)
            self.open[code] = detail
            self._details.addWidget(detail)
            self._show_offers(tuple(self.entry.issues.counts()))
            detail.words.setFocus()
        return self.open[code]

    def close_detail(self, code: str) -> None:
        """Take the detail of one issue away; what was written stays with the issue."""
        detail = self.open.pop(code)
        self.fields.forget(f"issues.{code}")
        detail.hide()
        detail.deleteLater()
        self._show_offers(tuple(self.entry.issues.counts()))

    def _show_offers(self, codes: tuple[str, ...]) -> None:
        """One button for each issue raised whose detail is not open."""
        wanted = [code for code in codes if code not in self.open]
        if wanted == list(self._offers):
            return
        self.more.empty()
        self._offers = {}
        for code in wanted:
            label = self.entry.issues.label(code)
            said = bool(self.entry.issues.detail(code, "summary"))
            words = f"{'Change' if said else 'Add'} detail: {label}"
            button = Button(words, "ghost", "edit")
            button.setObjectName(f"detail:{code}")
            button.clicked.connect(self._on_offer)
            self._offers[code] = button
            self.more.add(button)
        self.more.setVisible(bool(wanted))

    def _on_chips(self) -> None:
        self.entry.issues.set_counts(self.chips.counts())

    def _on_offer(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.open_detail(button.objectName().removeprefix("detail:"))
