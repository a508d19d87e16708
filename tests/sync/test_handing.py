"""Handing in a tablet, and a colleague's rescue copy: what is sent, and which answers count."""

from __future__ import annotations

from typing import Any

import pytest

from fieldapp.domain.exchange import Waiting
from sync.faults import NotOurServer, TimedOut
from sync.lanes.handing import ask_hand_in, carry
from sync.ports import Kept
from sync.protocol.messages import HandedIn, HandInAnswer

KEPT = Kept(7, ("a", "b"), ("f",), 0)


class Centre:
    """A centre that can be hurt on command (meets ``sync.lanes.handing.HandLink``)."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[Any] = []
        self.parts: list[str] = []

    def _next(self) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def hand_in(self, kept: Kept, waiting: Waiting) -> HandInAnswer:
        self.asked.append(kept)
        return HandInAnswer(epoch="e", server_time="t", **self._next())

    def hand_in_list(self, data: bytes, *, is_complete: bool) -> HandedIn:
        self.asked.append(is_complete)
        return HandedIn(epoch="e", **self._next())

    def hand_in_part(self, name: str, data: bytes) -> None:
        self.parts.append(name)


def test_what_is_missing_and_the_code_are_handed_on() -> None:
    assert ask_hand_in(Centre({"missing_ops": ["b"]}), KEPT, Waiting()).missing_ops == ["b"]
    assert ask_hand_in(Centre({"code": "C"}), KEPT, Waiting()).code == "C"


@pytest.mark.parametrize(
    ("answer", "kept", "waiting"),
    [
        ({"missing_ops": ["z"]}, KEPT, Waiting()),
        ({"missing_files": ["z"]}, KEPT, Waiting()),
        ({"code": "C", "missing_ops": ["a"]}, KEPT, Waiting()),
        ({"code": "C", "missing_files": ["f"]}, KEPT, Waiting()),
        ({"code": "C"}, Kept(7, (), (), 1), Waiting()),
        ({"code": "C"}, KEPT, Waiting(1, 1)),
    ],
    ids=["operation", "file", "code and gap", "code and lost file", "a draft", "unsent"],
)
def test_an_answer_that_cannot_be_makes_no_tablet_safe(
    answer: Any, kept: Kept, waiting: Waiting
) -> None:
    with pytest.raises(NotOurServer):
        ask_hand_in(Centre(answer), kept, waiting)


def test_of_a_very_long_list_the_newest_is_asked() -> None:
    centre = Centre({"code": "C"})
    ask_hand_in(centre, Kept(1, tuple(map(str, range(20_005))), (), 0), Waiting())
    assert (len(centre.asked[0].ops), centre.asked[0].ops[0]) == (20_000, "5")


NEEDS = {"state": "needs_parts", "need": ["p", "q"]}
TAKEN = {"state": "taken"}


def test_parts_that_are_asked_for_go_and_then_the_list_again() -> None:
    centre = Centre(NEEDS, TAKEN)
    steps: list[tuple[int, int]] = []
    said = carry(centre, b"", lambda _: b"x", on_progress=lambda *step: steps.append(step))
    assert said.state == "taken"
    assert centre.parts == ["p", "q"]
    assert centre.asked == [False, False]
    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_a_part_that_is_not_there_is_said_to_be_missing() -> None:
    centre = Centre(NEEDS, TAKEN)
    carry(centre, b"", lambda name: None if name == "p" else b"x")
    assert centre.parts == ["q"]
    assert centre.asked == [False, True]


def test_a_centre_that_asks_without_end_is_asked_to_take_what_it_has() -> None:
    centre = Centre(NEEDS, NEEDS, NEEDS, NEEDS, TAKEN)
    assert carry(centre, b"", lambda _: b"x").state == "taken"
    assert centre.asked == [False] * 4 + [True]


def test_a_line_that_breaks_says_so_and_is_begun_again() -> None:
    with pytest.raises(TimedOut):
        carry(Centre(NEEDS, TimedOut()), b"", lambda _: b"x")
