"""``hand-in`` and ``bundle``: is anything left on this tablet, and rescue copies on their way."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from fieldapp.cli.codes import Exit
from fieldapp.cli.sending import NOT_SET_UP
from fieldapp.services.rescue_values import HandInCard
from sync.faults import Fault

if TYPE_CHECKING:
    from fieldapp.wiring import Tablet


def hand_in(tablet: Tablet, _arguments: argparse.Namespace) -> int:
    """Send what can be sent, and say whether the tablet can be handed in."""
    if not tablet.is_set_up:
        print(NOT_SET_UP, file=sys.stderr)
        return Exit.SIGN_IN
    card = tablet.handing_in.check()
    for line in card.lines:
        print(f"{line.what}: {line.state}")
    print(card.verdict)
    if card.code:
        print(f"Receipt code: {card.code}")
        return Exit.DONE
    return Exit.LATER


def bundle_save(tablet: Tablet, arguments: argparse.Namespace) -> int:
    """Keep a rescue copy in a folder of one's choice from now on."""
    if not tablet.is_set_up:
        print(NOT_SET_UP, file=sys.stderr)
        return Exit.SIGN_IN
    made = tablet.handing_in.rescue.save_to(arguments.place.absolute())
    print(f"A rescue copy is kept in {made.place}. {holds(made.entries, made.drafts, made.photos)}")
    return Exit.DONE


def bundle_carry(tablet: Tablet, arguments: argparse.Namespace) -> int:
    """Hand in the rescue copy of another tablet."""
    if not tablet.is_set_up:
        print(NOT_SET_UP, file=sys.stderr)
        return Exit.SIGN_IN

    def tell(done: int, total: int) -> None:
        print(f"Handing in part {min(done + 1, total)} of {total}", flush=True)

    try:
        carried = tablet.handing_in.carry(arguments.file.absolute(), tell)
    except Fault as fault:
        print(fault.words, file=sys.stderr)
        return Exit.LATER
    print(carried.words)
    return Exit.LATER if carried.missing or carried.state == "refused" else Exit.DONE


def holds(entries: int, drafts: int, photos: int) -> str:
    """What a copy holds, in words."""
    if not (entries or drafts or photos):
        return "Nothing is only on this tablet."
    return f"It holds {HandInCard.summed(entries, drafts, photos)}."
