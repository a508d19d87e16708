"""What was promised or asked: actions with a date, questions with their 72 hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from resources import code_list
from ui.words import counted, from_local, in_sentence, local, moment_words, parse, stored

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm

QUERY, ACTION, REFERRAL = "PUBLIC_QUERY", "ACTION", "REFERRAL"
NAME = "actions_promised"
_END_OF_DAY = time(17, 0)


class FollowUps:
    """Reads and writes ``actions_promised`` of a form."""

    def __init__(self, form: EntryForm) -> None:
        self._form = form

    def items(self) -> list[dict[str, Any]]:
        """What has been promised or asked, oldest first."""
        return [item for item in self._form.answers.elements(NAME) if item.get("id")]

    def item(self, key: str) -> dict[str, Any]:
        """One of them."""
        return self._form.answers.element(NAME, "id", key) or {}

    @property
    def phrases(self) -> tuple[tuple[str, str, int], ...]:
        """Ready sentences: code, words, days until due."""
        rows = []
        for item in code_list("follow_up_phrase").items:
            days = item.extra.get("days", 7)
            rows.append((item.code, item.label, days if isinstance(days, int) else 7))
        return tuple(rows)

    def add_phrase(self, code: str) -> str:
        """Promise one of the ready sentences; a partner's when it is theirs to do."""
        phrase = code_list("follow_up_phrase").item(code)
        days = phrase.extra.get("days", 7)
        partner = phrase.text("partner")
        return self._add(
            REFERRAL if partner else ACTION,
            phrase.label,
            due=self._in_days(days if isinstance(days, int) else 7),
            partner=partner,
        )

    def add_action(self) -> str:
        """An action to be described."""
        return self._add(ACTION, "", due=self._in_days(7))

    def add_query(self) -> str:
        """A question that needs an answer; its clock starts now, where it was asked (R12)."""
        return self._add(QUERY, "", due=self._query_due(self._now()))

    def ensure_query(self) -> None:
        """A contact that asks something has one question at least."""
        if not any(item.get("kind") == QUERY for item in self.items()):
            self.add_query()

    def set_summary(self, key: str, words: str) -> None:
        """What is to be done, or what was asked."""
        self._form.put(NAME, "id", key, summary=words)

    def set_due(self, key: str, day: date) -> None:
        """Another day; the question's clock cannot be moved."""
        if self.item(key).get("kind") != QUERY:
            self._form.put(NAME, "id", key, due_at=stored(from_local(day, _END_OF_DAY)))

    def set_asked(self, key: str, at: datetime) -> None:
        """The question was asked at another time; the answer is due 72 hours after it."""
        self._form.put(NAME, "id", key, raised_at=stored(at), due_at=stored(self._query_due(at)))

    def set_owner(self, key: str, officer: str) -> None:
        """Somebody else will see to it."""
        self._form.put(NAME, "id", key, owner_officer_id=officer)

    def owner(self, key: str) -> str:
        """Id of the officer who will see to it."""
        return str(self.item(key).get("owner_officer_id") or self._form.officer_id)

    def owner_words(self, key: str) -> str:
        """Me, or the name of a colleague."""
        owner = self.owner(key)
        if owner == self._form.officer_id:
            return "Me"
        choice = self._form.facts.officer_choice(owner)
        return choice.label if choice else owner

    def remove(self, key: str) -> dict[str, Any]:
        """Take it back; the element is returned, for undoing."""
        element = dict(self.item(key))
        self._form.drop(NAME, "id", key)
        return element

    def restore(self, element: dict[str, Any]) -> None:
        """Put back what was taken out."""
        changes = {field: value for field, value in element.items() if field != "id"}
        self._form.put(NAME, "id", str(element["id"]), **changes)

    def due(self, key: str) -> datetime | None:
        """When it is due."""
        return parse(self.item(key).get("due_at"))

    def asked(self, key: str) -> datetime | None:
        """When it was asked or promised."""
        return parse(self.item(key).get("raised_at"))

    def due_words(self, key: str) -> str:
        """Like Answer by Sun 22 Nov, 13:38, or By Thu 26 Nov."""
        due = self.due(key)
        if due is None:
            return ""
        if self.item(key).get("kind") == QUERY:
            return f"Answer by {in_sentence(moment_words(due, self._now()))}"
        words = in_sentence(moment_words(due, self._now()))
        return f"By {words.rsplit(',', 1)[0] if ',' in words else 'today'}"

    def summary(self) -> str:
        """One line for the folded section."""
        items = self.items()
        if len(items) == 1:
            return str(items[0].get("summary") or "1 follow-up")
        return counted(len(items), "follow-up") if items else ""

    def _add(self, kind: str, summary: str, *, due: datetime, partner: str = "") -> str:
        key = self._form.new_id()
        self._form.put(
            NAME,
            "id",
            key,
            kind=kind,
            summary=summary,
            owner_officer_id=self._form.officer_id,
            raised_at=stored(self._now()),
            due_at=stored(due),
            lead_partner_type=partner,
        )
        return key

    def _now(self) -> datetime:
        return self._form.clock.now()

    def _in_days(self, days: int) -> datetime:
        return from_local(local(self._now()).date() + timedelta(days=days), _END_OF_DAY)

    def _query_due(self, asked: datetime) -> datetime:
        return asked + timedelta(hours=self._form.facts.hours("query_hours"))
