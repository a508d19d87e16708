"""Tamworth's ten wards and the day that waits for PCSO Priya Nandra."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from fieldapp.domain.times import LONDON
from server.demo.entries import Place, stamp

if TYPE_CHECKING:
    from server.demo.cast import DemoOfficer
    from server.demo.weaver import Weaver

AMINGTON, BELGRAVE, BOLEHALL, CASTLE = "E05007066", "E05007067", "E05007068", "E05007069"
GLASCOTE, MERCIAN, SPITAL = "E05007070", "E05007071", "E05007072"
STONYDELPH, TRINITY, WILNECOTE = "E05007073", "E05007074", "E05007075"

PRECINCT, PRIMARY = "Larkspur Shopping Precinct", "Foxglove Primary School"
GRANARY = "Old Granary Arts Centre"
SATURDAY = 5
PRIYA, CALLUM, HANNAH, TOM, MARTA = "of-0001", "of-0002", "of-0005", "of-0010", "of-0020"


@dataclass(frozen=True, slots=True)
class WardPlan:
    """What the meetings answer shall say of a ward before the demo day."""

    code: str
    owner: str
    held: tuple[int, ...] = ()
    """Days ago of each meeting."""
    adults: int = 12
    strict: bool = True
    next_in: int | None = None
    """Days until the next one."""
    pending: int | None = None
    """Days ago of a meeting that still waits for approval."""


WARDS = (
    WardPlan(GLASCOTE, PRIYA, (250, 160, 75), adults=17),
    WardPlan(BELGRAVE, PRIYA, (240, 170, 81), adults=12, next_in=4),
    WardPlan(STONYDELPH, CALLUM, (200, 87), adults=0),
    WardPlan(WILNECOTE, CALLUM, (230, 115), adults=9, next_in=11),
    WardPlan(SPITAL, PRIYA),
    WardPlan(CASTLE, CALLUM, (190, 40), adults=21, strict=False, next_in=30),
    WardPlan(AMINGTON, CALLUM, pending=3),
    WardPlan(BOLEHALL, PRIYA, (210, 120, 30), adults=15, next_in=28),
    WardPlan(MERCIAN, CALLUM, (140, 50), adults=8),
    WardPlan(TRINITY, PRIYA, (220, 130, 20), adults=26, next_in=40),
)


def demo_day(today: date) -> date:
    """The last Thursday before the run."""
    return today - timedelta(days=(today.weekday() - 3) % 7 or 7)


def tamworth(weaver: Weaver) -> None:
    """Write the history of the Tamworth team; what waits and what was returned is told below."""
    weaver.sent_back = weaver.recorded_twice = 0.0
    team = {who.officer_id: who for who in weaver.force.team("TA")}
    places = {ward["code"]: weaver.place(ward) for ward in weaver.force.current("TA")}
    places[GLASCOTE] = _at(weaver, places[GLASCOTE], PRECINCT)
    places[CASTLE] = _at(weaver, places[CASTLE], GRANARY)
    for plan in WARDS:
        _ward(weaver, plan, places[plan.code], team)
    _waiting(weaver, places, team)
    _returned(weaver, places, team[PRIYA])
    _promises(weaver, places, team)
    day = demo_day(weaver.today)
    _plan_of(weaver, day, places, team)
    if weaver.today != day:
        _plan_of(weaver, weaver.today, places, team)
    for days in range(1, 6):
        _plan_of(weaver, weaver.today + timedelta(days=days), places, team, lines=2)


def _at(weaver: Weaver, place: Place, name: str) -> Place:
    venue = next(row for row in weaver.force.venues if row["name"] == name)
    return Place(place.neighbourhood_id, place.neighbourhood, place.lpt_code, venue)


def _ward(weaver: Weaver, plan: WardPlan, place: Place, team: dict[str, DemoOfficer]) -> None:
    everyone, owner = tuple(team.values()), team[plan.owner]
    constable = team[HANNAH] if plan.code in team[HANNAH].neighbourhoods else team[TOM]
    for number, days_ago in enumerate(plan.held):
        last = number == len(plan.held) - 1
        others = (constable,) if plan.strict or not last else ()
        adults = plan.adults if last else 14
        started = weaver.at(days_ago, 10)
        body = weaver.scribe.engagement("DROP_IN", place, owner, others, started, adults)
        weaver.write("ENGAGEMENT", body, everyone, owner, started, fate="approved")
    if plan.pending is not None:
        started = weaver.at(plan.pending, 18)
        body = weaver.scribe.engagement("PUBLIC_MEETING", place, owner, (), started, 11)
        weaver.write("ENGAGEMENT", body, everyone, owner, started, fate="pending")
    if plan.next_in is not None:
        line = weaver.scribe.plan_line(
            "DROP_IN", place, owner, weaver.at(-plan.next_in, 11), officers=(constable,)
        )
        _planned(weaver, line, owner, weaver.at(15))
    weaver.other_work(place, everyone, owner)


def _planned(weaver: Weaver, line: dict[str, Any], owner: DemoOfficer, made: datetime) -> None:
    weaver.log.create(owner.officer_id, "PLANNED_ACTIVITY", line, made_at=made, received_at=made)


def _waiting(weaver: Weaver, places: dict[str, Place], team: dict[str, DemoOfficer]) -> None:
    """What the sergeant finds in the morning, and one entry that is not his to decide (R25)."""
    everyone = tuple(team.values())
    waiting = (
        ("COFFEE_WITH_COPS", BELGRAVE, CALLUM, 3, 9),
        ("BUSINESS_VISIT", MERCIAN, HANNAH, 4, 3),
        ("FAITH_VISIT", TRINITY, CALLUM, 5, 22),
        ("LOCAL_CLUB", STONYDELPH, HANNAH, 2, 16),
    )
    for kind, ward, owner_id, days_ago, adults in waiting:
        started, owner = weaver.at(days_ago, 13), team[owner_id]
        body = weaver.scribe.engagement(kind, places[ward], owner, (), started, adults)
        weaver.write("ENGAGEMENT", body, everyone, owner, started, fate="pending")
    saturday = _moment(demo_day(weaver.today) - timedelta(days=5), 10)
    body = weaver.scribe.engagement(
        "RETAIL_EVENT", places[CASTLE], team[CALLUM], (team[PRIYA],), saturday, 112
    )
    weaver.write("ENGAGEMENT", body, everyone, team[CALLUM], saturday, fate="pending")
    started = weaver.at(4, 14)
    body = weaver.scribe.engagement(
        "COMMUNITY_EVENT", places[BOLEHALL], team[CALLUM], (team[TOM],), started, 54
    )
    weaver.write("ENGAGEMENT", body, everyone, team[CALLUM], started, fate="pending")


def _returned(weaver: Weaver, places: dict[str, Place], priya: DemoOfficer) -> None:
    """The entry at the top of Priya's morning."""
    school = next(row for row in weaver.force.schools if row["name"] != PRIMARY)
    started = _moment(demo_day(weaver.today) - timedelta(days=3), 13)
    body = weaver.scribe.school_visit(places[BELGRAVE], school, priya, started)
    body["school"] = {k: v for k, v in body["school"].items() if k != "resource_used"}
    received = started + timedelta(hours=3)
    record_id = weaver.log.create(
        PRIYA, "ENGAGEMENT", body, made_at=started + timedelta(hours=1), received_at=received
    )
    weaver.log.submit(PRIYA, record_id, received_at=received)
    weaver.log.decide(
        TOM,
        record_id,
        "ENGAGEMENT",
        body,
        at=received + timedelta(hours=18),
        reasons=("MISSING_DETAIL",),
        comments={"school.resource_used": "Which pack did you use? Please add it."},
    )


def _promises(weaver: Weaver, places: dict[str, Place], team: dict[str, DemoOfficer]) -> None:
    """A query due on the demo day at 11:20, one overdue, and actions that are open."""
    day = demo_day(weaver.today)
    raised = datetime.combine(day - timedelta(days=3), time(11, 20), LONDON).astimezone(UTC)
    weaver.follow_up(places[GLASCOTE], team[PRIYA], raised, answered=False)
    weaver.follow_up(places[MERCIAN], team[CALLUM], weaver.at(6, 15), answered=False)
    for summary, ward, owner_id, due_in in (
        ("Patrol the playing field after school for two weeks", GLASCOTE, HANNAH, 9),
        ("Ask the council about lighting by the underpass", BELGRAVE, PRIYA, 2),
    ):
        made = weaver.at(6, 16)
        action = {
            "kind": "ACTION",
            "summary": summary,
            "owner_officer_id": owner_id,
            "lpt_code": "TA",
            "neighbourhood_id": ward,
            "raised_at": stamp(made),
            "due_at": stamp(weaver.at(-due_in, 17)),
            "status": "OPEN",
        }
        weaver.log.create(owner_id, "FOLLOW_UP", action, made_at=made, received_at=made)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def _plan_of(
    weaver: Weaver,
    day: date,
    places: dict[str, Place],
    team: dict[str, DemoOfficer],
    *,
    lines: int = 6,
) -> None:
    """The plan of one day: two lines on an ordinary day, six on the demo day and today."""
    scribe, priya = weaver.scribe, team[PRIYA]
    school = next(row for row in weaver.force.schools if row["name"] == PRIMARY)
    made = _moment(min(day, weaver.today) - timedelta(days=9), 9)
    plan = [
        scribe.plan_line(
            "SCHOOL_VISIT",
            places[BELGRAVE],
            priya,
            _moment(day, 9, 15),
            title=f"Year 6 online safety, {PRIMARY}",
            school=school,
        ),
        scribe.plan_line(
            "DROP_IN", places[GLASCOTE], priya, _moment(day, 10, 45), officers=(team[HANNAH],)
        ),
        scribe.plan_line("BUSINESS_VISIT", places[BELGRAVE], priya, _moment(day, 14, 15)),
        scribe.plan_line("HIGH_VIS_PATROL", places[GLASCOTE], priya, _moment(day, 15, 0)),
        scribe.plan_line("COFFEE_WITH_COPS", places[STONYDELPH], team[CALLUM], _moment(day, 11)),
        scribe.plan_line("CARE_HOME", places[TRINITY], team[HANNAH], _moment(day, 16, 30)),
    ]
    if lines < len(plan):
        plan = [plan[0], plan[2]] if day.weekday() < SATURDAY else [plan[3], plan[4]]
    if day > demo_day(weaver.today):
        for line in plan:
            line["s34_intended"] = False
    for line in plan:
        _planned(weaver, line, priya if line["lead_officer_id"] == PRIYA else team[TOM], made)
    if day == demo_day(weaver.today):
        follow = scribe.plan_line(
            "DROP_IN",
            places[GLASCOTE],
            priya,
            _moment(day + timedelta(days=28), 10, 45),
            officers=(team[HANNAH],),
        )
        _planned(weaver, follow, priya, made)
