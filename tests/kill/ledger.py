"""What the screen has said so far, and whether what is found in the file bears it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.kill.entry_plan import Content, blank, mark
from tests.kill.eyes import SAVED
from tests.kill.found import Found, FoundDraft, FoundRecord, halves

MOST_LOST = 1.0
"""Seconds of typing that a kill may cost."""
LONDON = ZoneInfo("Europe/London")


@dataclass(slots=True)
class OpenEntry:
    """The entry under the officer's hand, as the screen has shown it."""

    number: int
    record_id: str = ""
    contents: list[Content] = field(default_factory=lambda: [blank()])
    """Every state that the form was in, oldest first."""
    saved: int = 0
    """The last state under a line that said saved."""
    on_screen: list[tuple[float, int]] = field(default_factory=list)
    """When which state was read from the screen."""
    focus: list[tuple[float, list[str], int | None]] = field(default_factory=list)
    shown: bool = False
    """The form has been on the screen."""
    may_be_submitted: bool = False
    submitted: bool = False
    """The screen said so."""

    @property
    def content(self) -> Content:
        """The last state."""
        return self.contents[-1]


@dataclass(slots=True)
class Ledger:
    """Fed with the reports of the tablets, one process after the other."""

    finished: dict[int, Content] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    """Records and working copies to their entries."""
    open: OpenEntry | None = None
    wrong: list[str] = field(default_factory=list)
    """What the screen said that cannot be."""
    most_lost: float = 0.0
    unsaid: int = 0
    """Entries that were submitted when the kill kept the screen from saying so."""
    kept: FoundDraft | None = None
    """What the last kill left open, to be shown again by the next start."""

    @property
    def number(self) -> int:
        """Of the entry that is open, or else of the next one."""
        return self.open.number if self.open else len(self.finished) + 1

    # ------------------------------------------------------------------- hearing

    def hear(self, report: dict[str, Any]) -> None:
        """One report of a tablet."""
        does = report.get("does", "")
        if report.get("stage") == "usable":
            self._hear_today(report)
        if does == "new":
            self._close()
            self.open = OpenEntry(report["number"])
        entry = self.open
        if entry is None:
            return
        if does in ("submit", "take back"):
            entry.may_be_submitted, entry.submitted = True, False
        if "will" in report:
            entry.contents.append({**entry.content, **_tidy(report["will"])})
        if "page" in report:
            self._see(entry, report)

    def _hear_today(self, report: dict[str, Any]) -> None:
        expected = int(self.kept is not None)
        if len(report["kept"]) + len(report["drafts"]) != expected:
            self.wrong.append(f"Today offers {report['kept']} {report['drafts']}, not {expected}")
        if self.kept is not None and report["kept"]:
            clock = datetime.fromisoformat(self.kept.saved_at).astimezone(LONDON)
            if f"We kept your draft from {clock:%H:%M}" not in report["kept"][0]:
                self.wrong.append(f"{report['kept'][0]}, but it was kept at {clock:%H:%M}")

    def _see(self, entry: OpenEntry, report: dict[str, Any]) -> None:
        page, at = report["page"], report["at"]
        if page == "submitted":
            entry.submitted = entry.may_be_submitted = True
            if "Safe on this tablet" not in report["words"]:
                self.wrong.append("submitted without being called safe")
        if page == "form":
            entry.shown = True
            if report.get("opened"):
                entry.may_be_submitted = False
                self._see_again(entry, report)
            seen = {
                name: answer
                for name, answer in _tidy(report["content"]).items()
                if answer is not None
            }
            if {**entry.content, **seen} != entry.content:
                self.wrong.append(f"the form shows {seen}, not {entry.content}")
            entry.on_screen.append((at, len(entry.contents) - 1))
            entry.focus.append((at, report["focus"], report["caret"]))
        if page in ("form", "check") and report["line"].startswith(SAVED):
            entry.saved = len(entry.contents) - 1

    def _see_again(self, entry: OpenEntry, report: dict[str, Any]) -> None:
        """The draft is back: in the field and at the letter where it was kept."""
        if entry.content["place"] not in report["words"]:
            self.wrong.append(f"{entry.content['place']} is not shown again")
        kept, self.kept = self.kept, None
        if kept is None or not kept.focus:
            return
        caret = kept.caret
        if caret is not None and kept.focus == "venue.name":
            # A place ends with its last letter: the space typed after it is not kept.
            caret = min(caret, len(kept.content["place"]))
        if kept.focus not in report["focus"] or caret not in (None, report["caret"]):
            here = (report["focus"], report["caret"])
            self.wrong.append(f"continued at {here}, not at {kept.focus} {caret}")

    def _close(self) -> None:
        if self.open is not None and self.open.submitted:
            self.finished[self.open.number] = self.open.content
            self.open = None

    # ------------------------------------------------------------------- comparing

    def compare(self, found: Found, killed_at: float) -> list[str]:
        """What is lost, doubled, torn or untrue; afterwards the ledger stands where the file is."""
        self._close()
        wrong, self.wrong = [*self.wrong, *halves(found)], []
        self.kept = None
        entries, drafts = list(found.entries), list(found.drafts)
        for number, content in self.finished.items():
            wrong += self._finished(number, content, entries)
        entry = self.open
        if entry is not None:
            wrong += self._unfinished(entry, entries, drafts, killed_at)
        wrong += [f"an entry too many: {one.status} {one.content}" for one in entries]
        wrong += [f"a working copy too many: {one.content}" for one in drafts]
        return wrong

    def _finished(self, number: int, content: Content, entries: list[FoundRecord]) -> list[str]:
        found = [one for one in entries if one.content["notes"].startswith(mark(number))]
        for one in found:
            entries.remove(one)
        if len(found) != 1:
            return [f"entry {number} was submitted and is there {len(found)} times"]
        wrong = self._same(number, found[0].record_id)
        if found[0].status == "DRAFT":
            wrong.append(f"entry {number} was submitted and is a draft")
        if found[0].content != content:
            wrong.append(f"entry {number} holds {found[0].content}, not {content}")
        return wrong

    def _unfinished(
        self,
        entry: OpenEntry,
        entries: list[FoundRecord],
        drafts: list[FoundDraft],
        killed_at: float,
    ) -> list[str]:
        if entry.may_be_submitted and any(self._is(entry, one) for one in entries):
            done = next(one for one in entries if self._is(entry, one))
            if done.status != "DRAFT":
                self.open = None
                self.unsaid += 1
                self.finished[entry.number] = entry.content
                return self._finished(entry.number, entry.content, entries)
        working = {one.record_id for one in drafts[:1]}
        beside = [
            one
            for one in entries
            if one.status == "DRAFT" and (one.record_id in working or self._is(entry, one))
        ]
        for one in beside:
            entries.remove(one)
        kept = drafts[:1] or [
            FoundDraft(one.record_id, one.content, None, None, "") for one in beside
        ]
        del drafts[:1]
        if not kept:
            if entry.shown:
                return [f"entry {entry.number} is lost: {entry.content}"]
            self.open = None
            return []
        wrong = self._same(entry.number, kept[0].record_id)
        wrong += self._whole(entry, kept[0], killed_at)
        self.kept = kept[0]
        self.open = OpenEntry(entry.number, kept[0].record_id, [kept[0].content])
        return wrong

    def _is(self, entry: OpenEntry, found: FoundRecord) -> bool:
        known = self.ids.get(found.record_id)
        return known == entry.number or (
            known is None and found.content["notes"].startswith(mark(entry.number))
        )

    def _same(self, number: int, record_id: str) -> list[str]:
        before = {known for known, of in self.ids.items() if of == number}
        if before - {record_id} or self.ids.setdefault(record_id, number) != number:
            return [f"entry {number} has another id than before"]
        return []

    def _whole(self, entry: OpenEntry, kept: FoundDraft, killed_at: float) -> list[str]:
        same = [at for at, content in enumerate(entry.contents) if content == kept.content]
        if not same:
            return [f"entry {entry.number} holds {kept.content}, which was never on the screen"]
        wrong, state = [], same[-1]
        if state < entry.saved:
            wrong.append(
                f"entry {entry.number}: saved by the screen's word {entry.contents[entry.saved]},"
                f" kept {kept.content}"
            )
        later = [at for at, shown in entry.on_screen if shown > state]
        lost = killed_at - later[0] if later else 0.0
        self.most_lost = max(self.most_lost, lost)
        if lost > MOST_LOST:
            wrong.append(f"entry {entry.number}: {lost:.2f} s of typing are lost")
        if kept.focus and entry.focus and not self._was_at(entry, kept, killed_at):
            wrong.append(f"entry {entry.number}: kept at {kept.focus}, where nobody was of late")
        return wrong

    @staticmethod
    def _was_at(entry: OpenEntry, kept: FoundDraft, killed_at: float) -> bool:
        of_late = [one for one in entry.focus if one[0] > killed_at - MOST_LOST]
        before = [one for one in entry.focus if one[0] <= killed_at - MOST_LOST]
        return any(kept.focus in names for _at, names, _caret in (*before[-1:], *of_late))


def _tidy(content: Content) -> Content:
    """The name of a place ends where its words end: a space that is typed last is no change."""
    place = content.get("place")
    return {**content, "place": place.rstrip()} if place else content
