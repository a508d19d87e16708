"""Sergeant Tom Ashworth: one entry goes back, two are approved, and a neighbourhood turns green."""

from __future__ import annotations

from tests.demo.duty import Duty
from tests.demo.priya import sign_in

FORCE_NUMBER = "4417"


def friday(duty: Duty) -> None:
    """The queue, with no signal; decisions move when there is one."""
    hand = duty.hand
    sign_in(duty, FORCE_NUMBER)
    hand.see("Approvals", "Today")
    hand.tap("Meetings")
    hand.see("Glascote", "Spital")
    duty.note(glascote_before=hand.row("Glascote"))
    duty.shot("meetings-before")
    duty.ask("out of range")
    hand.tap("Approvals")
    hand.see("Larkspur Shopping Precinct")
    duty.shot("approvals")
    hand.choose_row("Larkspur Shopping Precinct")
    hand.see("Nuisance bikes", "May hold a name")
    duty.shot("approval")
    hand.tap("Return")
    hand.tap("Remove personal data")
    hand.tap("Check the numbers")
    hand.tap("line:qualitative")
    hand.write("Comment on Notes", "Please take the name out.")
    duty.shot("return")
    hand.tap("Keep comment")
    hand.tap("Send back")
    hand.see("Undo")
    duty.shot("returned-undo")
    duty.say("Fri 08:05 the drop-in goes back for a name in the notes and a number to check")
    # Words of the opened entry alone: the list beside it has the others too.
    for row, opened in (
        ("Foxglove Primary School", "School visit, Foxglove Primary School"),
        ("Glascote. Doorstep contact", "bikes behind the garages"),
    ):
        hand.choose_row(row)
        hand.see(opened)
        hand.tap("Approve and next")
        hand.see("Undo")
    duty.say("the school visit and the doorstep contact are approved, with no network")
    duty.clock.advance(seconds=11)
    hand.tap("Sync")
    hand.see("Waiting to send")
    duty.ask("in range")
    hand.tap("Try now")
    hand.see("Nothing is waiting")
    duty.say("08:20 in range: three decisions are with the centre")


def later(duty: Duty) -> None:
    """The drop-in is right now, and the table of meetings shows it."""
    hand = duty.hand
    hand.see("Good morning, Tom")
    hand.tap("Sync")
    hand.tap("Try now")
    hand.see("Nothing is waiting")
    hand.tap("Approvals")
    hand.choose_row("Larkspur Shopping Precinct")
    hand.see("Shops asked for patrols after school.")
    duty.shot("approval-again")
    hand.tap("Approve and next")
    hand.see("Undo")
    duty.clock.advance(seconds=11)
    hand.tap("Sync")
    hand.tap("Try now")
    hand.see("Nothing is waiting")
    duty.say("10:05 the drop-in is approved and has its reference")
    hand.tap("Meetings")
    hand.see("Glascote")
    # What the approval changed comes back with the round that is under way.
    hand.until(lambda: "awaiting approval" not in hand.row("Glascote"), "Glascote is not counted")
    duty.shot("meetings-after")
    wards = {row.partition(" Neighbourhood:")[0] for row in hand.rows()}
    duty.note(meetings_rows=len(wards), glascote=hand.row("Glascote"))
