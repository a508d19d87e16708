"""What left a scope more than 400 days ago is not told any more, and nobody keeps it for that."""

from __future__ import annotations

from server.services.centre import Centre
from server.services.trimming import HORIZON_DAYS
from server.services.upkeep import keep_up
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, operation, submit

SCOPE = "lpt:TA"


def recalled(tablet: SignInAs) -> tuple[Tablet, Tablet, str]:
    """Priya's and Tom's tablets, and an entry that Tom saw and that was then recalled."""
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = create()
    priya.send(made, submit(made["record_id"]))
    tom.follow()
    assert tom.sees(made["record_id"])
    priya.send(operation("recall", made["record_id"]))
    return priya, tom, made["record_id"]


def back_after(
    days: int, centre: Centre, clock: FixedClock, tablet: SignInAs, tom: Tablet
) -> Tablet:
    """Tom's tablet after so long, signed in anew; the centre kept up its days meanwhile."""
    keep_up(centre)
    clock.advance(days=days)
    keep_up(centre)
    again = tablet("of-tom", tom.device_id)
    again.cursor, again.members, again.records = tom.cursor, tom.members, tom.records
    return again


def test_within_the_horizon_a_tablet_is_told_what_left(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    _, tom, id = recalled(tablet)
    back = back_after(HORIZON_DAYS - 1, centre, clock, tablet, tom)
    page = back.page()
    assert page["resync"] == []
    assert (id, "exit") in {(one["record_id"], one["op"]) for one in page["changes"]}


def test_beyond_it_the_scope_is_read_anew_and_what_left_goes(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    _, tom, id = recalled(tablet)
    back = back_after(HORIZON_DAYS + 1, centre, clock, tablet, tom)
    assert rows(centre, "SELECT 1 FROM feed WHERE op <> 'up' AND scope = ?", SCOPE) == []
    page = back.page()
    assert page["resync"] == [SCOPE]
    back.members = {key: seq for key, seq in back.members.items() if key[0] not in page["resync"]}
    back.follow()
    assert not back.sees(id)


def test_who_reads_on_after_the_trimming_starts_from_the_beginning_only_once(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    _, tom, _ = recalled(tablet)
    back = back_after(HORIZON_DAYS + 1, centre, clock, tablet, tom)
    back.members = {key: seq for key, seq in back.members.items() if key[0] != SCOPE}
    back.follow()
    assert back.page()["resync"] == []
    assert tablet("of-tom").page()["resync"] == []


def test_a_first_reading_in_small_pages_is_not_sent_back_to_the_beginning(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom, _ = recalled(tablet)
    for _ in range(3):
        made = create()
        priya.send(made, submit(made["record_id"]))
    _, again, _ = recalled(tablet)
    back_after(HORIZON_DAYS + 1, centre, clock, tablet, tom)
    assert rows(centre, "SELECT seq FROM floor WHERE scope = ?", SCOPE) > [(0,)]
    new = tablet("of-tom", again.device_id)
    read: list[str] = []
    while len(read) < 3:
        page = new.page(limit=1)
        assert page["resync"] == []
        read += [one["record_id"] for one in page["changes"] if one["scope"] == SCOPE]
        new.cursor = page["cursor"]
    assert len(set(read)) == 3


def test_what_came_back_into_the_scope_is_not_trimmed(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya, tom, id = recalled(tablet)
    priya.send(submit(id))
    tom.follow()
    back = back_after(HORIZON_DAYS + 1, centre, clock, tablet, tom)
    assert back.page()["resync"] == []
    back.follow()
    assert back.sees(id)


def test_days_that_nobody_asks_for_any_more_are_forgotten(
    centre: Centre, clock: FixedClock
) -> None:
    for _ in range(5):
        keep_up(centre)
        clock.advance(days=150)
    days = rows(centre, "SELECT day FROM day_end ORDER BY day")
    assert len(days) == 4  # one before the horizon, and those after it
