"""PCSO Priya Nandra: a school visit, a drop-in, a doorstep contact, and what came back."""

from __future__ import annotations

from datetime import timedelta

from server.demo.cast import DEMO_PASSWORD
from server.demo.tamworth import GRANARY
from tests.demo.duty import Duty
from ui.widgets.dates import long_day

FORCE_NUMBER = "16482"
NOTES = "Steady morning. The manager J Placeholder asked for patrols after school."
MENDED = "Steady morning. Shops asked for patrols after school."


def sign_in(duty: Duty, force_number: str) -> None:
    """The first morning with a tablet, at the station."""
    hand = duty.hand
    hand.see("Set up this tablet")
    hand.write("Force number", force_number)
    hand.write("Password", DEMO_PASSWORD)
    hand.tap("Sign in")


def morning(duty: Duty) -> None:
    """Station, school, precinct; the battery dies at the precinct."""
    hand = duty.hand
    hand.see("Set up this tablet")
    duty.shot("sign-in")
    sign_in(duty, FORCE_NUMBER)
    hand.see("Today's plan", "Foxglove Primary School", "Returned to you", "Online")
    duty.shot("today")
    duty.say("08:05 at the station: the plan, one returned entry and the team's records are here")
    duty.ask("out of range")
    school(duty)
    drop_in_begun(duty)


def school(duty: Duty) -> None:
    """Year 6; a pupil says something worrying (R15)."""
    hand = duty.hand
    hand.tap(duty.start_of("School visit"))
    hand.see("Check and submit", "Foxglove Primary School")
    hand.answer("school.year_groups", "Y6")
    hand.write("school.pupils", "58")
    hand.tap("Staff present: more", 3)
    hand.answer("school.topics", "ONLINE_SAFETY")
    hand.answer("school.visit_purpose", "EDUCATION")
    for question in ("staff_in_room_throughout", "agreed_with_school", "signed_in"):
        hand.answer(f"school.{question}", "yes")
    hand.see("61 people")
    duty.shot("school-visit")
    hand.answer("discloses_crime", "no")
    hand.answer("emergency", "no")
    hand.answer("safeguarding_concern", "yes")
    hand.answer("intel_submitted", "no")
    duty.clock.move_to(duty.at(10, 20))
    hand.tap("Check and submit")
    hand.see("There is a problem", "Choose who you passed the concern on to.")
    duty.shot("school-visit-stopped")
    duty.say("submitting without saying where the concern went is stopped, in words")
    hand.answer("safeguarding.routed_to", "SCHOOL_DSL")
    hand.write("safeguarding.force_referral_ref", "CP-REF-EXAMPLE-0091")
    hand.tap("Check and submit")
    hand.see("OFFICIAL-SENSITIVE", "School safeguarding lead", "Submit for approval")
    duty.shot("check")
    hand.tap("Submit for approval")
    hand.see("Safe on this tablet")
    duty.shot("submitted")
    duty.say("10:20 the school visit is submitted with no network; it waits on the tablet")
    hand.tap("Today")
    hand.see("Today's plan")


def drop_in_begun(duty: Duty) -> None:
    """The precinct, until the battery dies."""
    hand = duty.hand
    duty.clock.move_to(duty.at(10, 47))
    hand.tap(duty.start_of("Drop-in session"))
    hand.see("Larkspur Shopping Precinct", "Check and submit")
    hand.tap("One more, Adults", 6)
    hand.write("counts.adults", "34")
    hand.tap("One more, Children and young people", 6)
    for issue, mentions in (("Nuisance bikes", 9), ("Parking", 6), ("Shoplifting", 4)):
        hand.tap(issue)
        hand.tap(f"One mention more, {issue}", mentions - 1)
    hand.write("qualitative", NOTES)
    hand.see("Saved on this tablet")
    duty.shot("drop-in")
    duty.say("10:47 the drop-in: people, issues and notes; then the battery dies")
    duty.ask("kill")


def afternoon(duty: Duty) -> None:
    """The tablet starts again, the drop-in is finished, then a doorstep, then the station."""
    duty.clock.move_to(duty.at(11, 55))
    recovered(duty)
    doorstep(duty)
    back_in_range(duty)


def recovered(duty: Duty) -> None:
    """Nothing typed before the battery died is missing."""
    hand = duty.hand
    hand.see("We kept your draft from", "Today's plan")
    duty.shot("recovered")
    hand.tap("Continue")
    hand.see("Check and submit", NOTES[:40])
    kept = next(line for line in hand.words().splitlines() if line.startswith(NOTES[:20]))
    duty.note(recovered_after_kill=kept == NOTES, recovered_letters=len(kept))
    duty.say(f"11:55 after the restart the draft is back in its field, {len(kept)} letters whole")
    hand.see("40 people")
    hand.write("counts.businesses", "5")
    hand.write("counts.smart_alert_signups", "5")
    duty.clock.move_to(duty.at(12, 46))
    hand.tap("Promise: Patrol at the times people gave")
    hand.tap("None of these")
    hand.tap("Check and submit")
    hand.see("Submit for approval", "Nuisance bikes")
    duty.shot("drop-in-check")
    hand.tap("Submit for approval")
    hand.see("Safe on this tablet")
    duty.say("12:46 the drop-in is submitted: 40 people, three issues, 5 sign-ups, a promise")
    hand.tap("Today")
    hand.see("Today's plan")


def doorstep(duty: Duty) -> None:
    """Mrs Ada Example asks what is done about the bikes (R12)."""
    hand = duty.hand
    duty.clock.move_to(duty.at(13, 30))
    hand.tap("New resident contact")
    hand.see("Check and submit")
    hand.tap("Doorstep contact")
    hand.tap("Glascote")
    hand.answer("is_query", "yes")
    hand.answer("person.created_for", "REPLY")
    hand.write("person.full_name", "Mrs Ada Example")
    hand.write("person.address_line", "14 Larkspur Way")
    hand.write("person.phone", "07700 900123")
    hand.tap("Yes: Contact me about what I raised")
    hand.answer("consents.SMART_ALERT", "no")
    hand.tap("One more, Adults")
    hand.tap("Nuisance bikes")
    hand.write("What did they ask?", "What is being done about bikes behind the garages?")
    hand.tap("None of these")
    duty.shot("doorstep")
    duty.clock.move_to(duty.at(13, 46))
    hand.tap("Check and submit")
    hand.see("Submit for approval", "due Sun ", "OFFICIAL-SENSITIVE")
    hand.tap("Submit for approval")
    hand.see("Safe on this tablet")
    duty.say("13:46 Mrs Example's question is recorded; its 72 hours run from the doorstep")
    hand.tap("Today")
    hand.see("You are offline", "safe on this tablet")
    duty.shot("today-offline")


def back_in_range(duty: Duty) -> None:
    """15:40 at the station: everything moves."""
    hand = duty.hand
    duty.clock.move_to(duty.at(15, 40))
    hand.tap("Sync")
    hand.see("Waiting to send")
    duty.shot("sync-offline")
    duty.ask("in range")
    hand.tap("Try now")
    hand.see("Nothing is waiting")
    duty.shot("sync-all-sent")
    duty.say("15:40 in range: everything is sent, nothing waits")
    hand.tap("Follow-ups")
    hand.see("What is being done about bikes behind the garages?")
    duty.shot("follow-ups")
    hand.tap("Records")
    hand.see("With your sergeant")
    duty.shot("records")


def friday(duty: Duty) -> None:
    """The drop-in came back: the name goes out, the number stays."""
    hand = duty.hand
    hand.see("Today's plan")
    hand.tap("Sync")
    hand.tap("Try now")
    hand.tap("Today")
    hand.see("Returned to you: Drop-in session", "Remove personal data")
    duty.shot("today-returned")
    hand.tap("Returned to you: Drop-in session")
    hand.wait_for("qualitative")
    hand.see("PS Tom Ashworth", "Please take the name out.")
    duty.shot("returned")
    hand.replace("qualitative", MENDED)
    hand.tap("Check and submit")
    hand.see("Shops asked for patrols", "What happens next")
    hand.tap("submit")
    hand.see("Safe on this tablet")
    hand.tap("Today")
    hand.see("Today's plan")
    hand.tap("Sync")
    hand.tap("Try now")
    hand.see("Nothing is waiting")
    duty.say("Fri 09:40 the name is out of the notes; the drop-in goes back to the sergeant")
    joint_event(duty)


def joint_event(duty: Duty) -> None:
    """A supermarket event that a colleague has recorded too (R9)."""
    hand = duty.hand
    hand.tap("Today")
    hand.tap("Record something else")
    hand.see("Crime prevention event at a shop")
    duty.shot("kinds")
    hand.tap("kind:RETAIL_EVENT")
    hand.see("Check and submit")
    hand.tap("Castle")
    hand.write("venue.name", GRANARY)
    hand.tap("Change when")
    hand.tap("Another day")
    hand.tap(long_day(duty.day - timedelta(days=5)))
    hand.replace("Start", "10:00")
    hand.replace("Finish", "13:00")
    hand.write("counts.adults", "112")
    hand.tap("None of these")
    hand.tap("Check and submit")
    hand.see("What happens next", "Callum Reeve")
    duty.shot("duplicate-hint")
    duty.say("a supermarket event: the check says that a colleague has recorded it already")
    hand.tap("Keep as draft")
    hand.see("Today's plan")
    hand.tap("Sync")
    hand.tap("Try now")
    hand.see("Nothing is waiting")
