"""What is asked beside the rounds: may the tablet be handed in, and a colleague's rescue copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from fieldapp.domain.exchange import Waiting
from sync.faults import NotOurServer
from sync.ports import Kept
from sync.protocol.messages import HandedIn, HandInAnswer

_LISTED = 20_000
_TIMES = 3
"""How often the list is handed in before what is not asked for any more is left."""


class HandLink(Protocol):
    """A line to the centre, as far as it is needed here."""

    def hand_in(self, kept: Kept, waiting: Waiting) -> HandInAnswer:
        """Ask whether the centre has all of this.

        Raises:
            sync.faults.Fault: there is no answer, or it is an error.
        """
        ...

    def hand_in_list(self, data: bytes, *, is_complete: bool) -> HandedIn:
        """Hand in the list of a rescue copy.

        Raises:
            sync.faults.Fault: there is no answer, or it is an error.
        """
        ...

    def hand_in_part(self, name: str, data: bytes) -> None:
        """Hand in a part that the centre asked for.

        Raises:
            sync.faults.Fault: it was not taken.
        """
        ...


def ask_hand_in(line: HandLink, kept: Kept, waiting: Waiting) -> HandInAnswer:
    """Whether the centre has everything; an answer that cannot be is none.

    Raises:
        Fault: there is no answer, or it does not fit what was asked.
    """
    # What is left out of a list that is too long is the oldest, long in a verified backup.
    asked = Kept(kept.last_dseq, kept.ops[-_LISTED:], kept.files[-_LISTED:], kept.only_here)
    answer = line.hand_in(asked, waiting)
    strange = set(answer.missing_ops) - set(asked.ops)
    strange |= set(answer.missing_files) - set(asked.files)
    open_ends = answer.missing_ops or answer.missing_files or kept.only_here or waiting.operations
    if strange or (answer.code and open_ends):
        raise NotOurServer("an answer to another question")
    return answer


def carry(
    line: HandLink,
    data: bytes,
    part: Callable[[str], bytes | None],
    *,
    on_progress: Callable[[int, int], object] = lambda _done, _total: None,
) -> HandedIn:
    """Hand in a rescue copy: its list, the parts that the centre asks for, and the list again.

    Args:
        line: to the centre, with the carrier's sign-in.
        data: the list.
        part: reads a part; ``None`` when it is missing.
        on_progress: told how many parts of how many have gone.

    Raises:
        Fault: it did not go through; begun again, it goes on from there.
    """
    answer = line.hand_in_list(data, is_complete=False)
    for _ in range(_TIMES):
        if answer.state != "needs_parts":
            return answer
        _send(line, answer.need, part, on_progress)
        lacking = any(part(name) is None for name in answer.need)
        answer = line.hand_in_list(data, is_complete=lacking)
    return line.hand_in_list(data, is_complete=True)


def _send(
    line: HandLink,
    names: Sequence[str],
    part: Callable[[str], bytes | None],
    on_progress: Callable[[int, int], object],
) -> None:
    for number, name in enumerate(names):
        on_progress(number, len(names))
        data = part(name)
        if data is not None:
            line.hand_in_part(name, data)
    on_progress(len(names), len(names))
