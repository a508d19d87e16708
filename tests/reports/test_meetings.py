from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.bodies import MeetingLedgerBody
from fieldapp.domain.codes import Rag
from fieldapp.domain.rules.meetings import Meeting
from fieldapp.domain.rules.settings import default_settings, rule_settings
from fieldapp.reports.meetings import (
    MEETING_COLUMNS,
    Area,
    MeetingAnswer,
    answer_from_ledger,
    meetings_answer,
    meetings_document,
)
from fieldapp.reports.tables import Format, as_csv, as_json, write_table
from resources.force import neighbourhoods

AS_OF = date(2026, 11, 22)
SETTINGS = default_settings()
LONG_AGO = date(2009, 1, 1)

FORCE = [
    Area(
        code=area.code,
        name=area.name,
        lpt_code=area.lpt_code,
        valid_from=area.valid_from,
        valid_to=area.valid_to,
        successors=area.successors,
    )
    for area in neighbourhoods()
]
TAMWORTH = [area for area in FORCE if area.lpt_code == "TA"]
CODE = {area.name: area.code for area in TAMWORTH}


def meeting(name: str, day: str, attendance: int, *, strict: bool = True) -> Meeting:
    return Meeting(CODE[name], date.fromisoformat(day), attendance, strict=strict)


MEETINGS = [
    meeting("Glascote", "2026-11-19", 40),
    meeting("Glascote", "2026-08-19", 3, strict=False),
    meeting("Belgrave", "2026-09-02", 12),
    meeting("Stonydelph", "2026-08-27", 0),
    meeting("Wilnecote", "2026-07-30", 9),
    meeting("Castle", "2026-11-01", 20, strict=False),
    meeting("Castle", "2026-10-01", 5),
]
PLANNED = [
    (CODE["Glascote"], date(2027, 1, 14)),
    (CODE["Glascote"], date(2026, 12, 17)),
    (CODE["Glascote"], date(2026, 11, 5)),
    (CODE["Belgrave"], date(2026, 11, 26)),
    (CODE["Wilnecote"], date(2026, 12, 3)),
]


def answers(lpt: str | None = "TA", *, as_of: date = AS_OF) -> dict[str, MeetingAnswer]:
    rows = meetings_answer(
        FORCE,
        MEETINGS,
        PLANNED,
        pending={CODE["Amington"]: 1},
        as_of=as_of,
        settings=SETTINGS,
        lpt=lpt,
    )
    return {row.neighbourhood_code: row for row in rows}


def test_every_neighbourhood_of_the_force_has_a_row_also_those_with_nothing() -> None:
    everything = answers(None)
    assert len(everything) == 185
    assert len(answers("TA")) == 10
    assert answers("XX") == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Glascote", ("2026-11-19", "2026-11-19", 40, "2026-12-17", 3, "GREEN", "booked", 0)),
        ("Belgrave", ("2026-09-02", "2026-09-02", 12, "2026-11-26", 81, "GREEN", "booked", 0)),
        ("Stonydelph", ("2026-08-27", "2026-08-27", 0, None, 87, "AMBER", "nobody_came", 0)),
        (
            "Wilnecote",
            ("2026-07-30", "2026-07-30", 9, "2026-12-03", 115, "RED", "over_limit_booked", 0),
        ),
        ("Spital", (None, None, None, None, None, "RED", "never", 0)),
        ("Castle", ("2026-11-01", "2026-10-01", 20, None, 21, "AMBER", "pcso_only", 0)),
        ("Amington", (None, None, None, None, None, "RED", "never", 1)),
    ],
)
def test_the_sergeants_look_at_section_34(name: str, expected: tuple[object, ...]) -> None:
    row = answers()[CODE[name]].to_json()
    assert (
        row["last_held"],
        row["last_held_strict"],
        row["attendance"],
        row["next_planned"],
        row["days_since"],
        row["rag"],
        row["reason"]["code"],
        row["pending"],
    ) == expected


def test_a_row_has_exactly_the_published_fields() -> None:
    row = answers()[CODE["Glascote"]].to_json()
    assert list(row) == [
        "lpt",
        "neighbourhood_code",
        "neighbourhood",
        "last_held",
        "last_held_strict",
        "attendance",
        "next_planned",
        "days_since",
        "rag",
        "reason",
        "pending",
    ]
    assert set(row["reason"]) == {"code", "sentence"}


def test_the_document_names_its_day_and_when_it_was_made() -> None:
    made = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    rows = list(answers().values())
    document = json.loads(as_json(meetings_document(rows, as_of=AS_OF, generated_at=made)))
    assert document["as_of"] == "2026-11-22"
    assert document["generated_at"] == "2026-11-22T06:00:00+00:00"
    assert len(document["rows"]) == 10


def test_rows_come_by_team_and_name() -> None:
    rows = list(answers(None).values())
    assert [row.lpt for row in rows] == sorted(row.lpt for row in rows)
    tamworth = [row.neighbourhood for row in rows if row.lpt == "TA"]
    assert tamworth == sorted(tamworth)


def test_an_earlier_day_does_not_know_what_came_later() -> None:
    row = answers(as_of=date(2026, 11, 10))[CODE["Glascote"]]
    assert row.last_held == date(2026, 8, 19)
    assert row.next_planned == date(2026, 12, 17)
    assert row.standing.code == "pcso_only"


def test_a_line_planned_for_the_day_itself_is_the_next_one() -> None:
    row = answers(as_of=date(2026, 12, 17))[CODE["Glascote"]]
    assert row.next_planned == date(2026, 12, 17)


# ------------------------------------------------------------------ changed boundaries


def areas_with_a_past() -> list[Area]:
    ended = date(2026, 4, 30)
    begun = date(2026, 5, 1)
    return [
        Area("OLD1", "Old one", "TA", LONG_AGO, ended, ("NEW1",)),
        Area("NEW1", "New one", "TA", begun),
        Area("OLD2", "Old split", "TA", LONG_AGO, ended, ("NEW2", "NEW3")),
        Area("NEW2", "New two", "TA", begun),
        Area("NEW3", "New three", "TA", begun),
        Area("LOOP1", "Loop", "TA", LONG_AGO, ended, ("LOOP2",)),
        Area("LOOP2", "Loop", "TA", LONG_AGO, ended, ("LOOP1",)),
        Area("LOST", "Lost", "TA", LONG_AGO, ended, ("NOWHERE",)),
    ]


def test_a_meeting_in_a_neighbourhood_that_ended_counts_for_its_one_successor() -> None:
    past = [
        Meeting("OLD1", date(2026, 4, 20), 8, strict=True),
        Meeting("OLD2", date(2026, 4, 20), 8, strict=True),
        Meeting("LOOP1", date(2026, 4, 20), 8, strict=True),
        Meeting("LOST", date(2026, 4, 20), 8, strict=True),
        Meeting("UNHEARD_OF", date(2026, 4, 20), 8, strict=True),
    ]
    rows = meetings_answer(
        areas_with_a_past(), past, [], pending={}, as_of=date(2026, 6, 1), settings=SETTINGS
    )
    assert {row.neighbourhood_code: row.last_held for row in rows} == {
        "NEW1": date(2026, 4, 20),
        "NEW2": None,
        "NEW3": None,
    }


def test_a_neighbourhood_has_its_row_from_its_first_day_to_its_last() -> None:
    area = Area("NEW1", "New one", "TA", date(2026, 5, 1), date(2026, 5, 3))
    valid = [day for day in range(1, 6) if area.valid_on(date(2026, 5, day))]
    assert valid == [1, 2, 3]
    assert not area.valid_on(date(2026, 4, 30))


def test_before_the_change_the_old_neighbourhoods_have_the_rows() -> None:
    rows = meetings_answer(
        areas_with_a_past(), [], [], pending={}, as_of=date(2026, 4, 30), settings=SETTINGS
    )
    assert {row.neighbourhood_code for row in rows} == {"OLD1", "OLD2", "LOOP1", "LOOP2", "LOST"}


# ------------------------------------------------------------------------- the tablet


def ledger_of(row: MeetingAnswer, *, strict: bool) -> MeetingLedgerBody:
    published = row.to_json()
    return MeetingLedgerBody(
        neighbourhood_id=row.neighbourhood_code,
        lpt_code=row.lpt,
        as_at=datetime(2026, 11, 22, 6, 0, tzinfo=UTC),
        last_held=published["last_held"],
        last_held_strict=published["last_held_strict"],
        last_attendance=row.attendance,
        last_strict=strict,
        last_ref=row.last_ref,
        next_planned=published["next_planned"],
        pending=row.pending,
    )


def test_the_tablet_gives_the_same_answer_from_its_ledger() -> None:
    for code, row in answers().items():
        strict = row.last_held is not None and row.last_held == row.last_held_strict
        ledger = ledger_of(row, strict=strict)
        again = answer_from_ledger(ledger, name=row.neighbourhood, as_of=AS_OF, settings=SETTINGS)
        assert again == row, code


def test_on_the_day_itself_the_tablet_still_shows_the_date_as_next() -> None:
    ledger = ledger_of(answers()[CODE["Belgrave"]], strict=True)
    today = answer_from_ledger(ledger, name="Belgrave", as_of=date(2026, 11, 26), settings=SETTINGS)
    assert today.next_planned == date(2026, 11, 26)


def test_days_go_by_on_the_tablet_while_it_hears_nothing() -> None:
    ledger = ledger_of(answers()[CODE["Belgrave"]], strict=True)
    later = answer_from_ledger(
        ledger, name="Belgrave", as_of=date(2026, 12, 10), settings=SETTINGS, pending_here=1
    )
    assert later.standing.rag is Rag.RED
    assert later.next_planned is None
    assert later.days_since == 99
    assert later.pending == 1


# ----------------------------------------------------------------------------- formats


def test_csv_has_one_line_a_neighbourhood_and_its_reason() -> None:
    rows = list(answers().values())
    lines = list(csv.DictReader(io.StringIO(as_csv(MEETING_COLUMNS, rows), newline="")))
    assert len(lines) == 10
    spital = next(line for line in lines if line["neighbourhood"] == "Spital")
    assert spital["rag"] == "RED"
    assert spital["reason"] == "No meeting has been recorded."
    assert spital["attendance"] == ""


def test_the_terminal_shows_every_row() -> None:
    rows = list(answers().values())
    text = write_table(MEETING_COLUMNS, rows, how=Format.TABLE, document={})
    assert len(text.splitlines()) == 12
    assert "Nobody came to the last meeting, on Thu 27 Aug." in text


@given(
    st.lists(
        st.builds(
            Meeting,
            st.sampled_from(sorted(CODE.values())),
            st.integers(-400, 30).map(lambda days: AS_OF + timedelta(days=days)),
            st.integers(0, 5),
            strict=st.booleans(),
        )
    ),
    st.sampled_from(["STRICT", "BROAD", "BOTH"]),
)
def test_the_answer_is_total_and_one_meeting_changes_only_its_row(
    held: list[Meeting], mode: str
) -> None:
    settings = rule_settings({"s34_mode": mode})

    def answer(rows: list[Meeting]) -> dict[str, MeetingAnswer]:
        found = meetings_answer(TAMWORTH, rows, [], pending={}, as_of=AS_OF, settings=settings)
        return {row.neighbourhood_code: row for row in found}

    before = answer(held)
    assert len(before) == 10
    more = Meeting(CODE["Spital"], AS_OF, 7, strict=True)
    after = answer([*held, more])
    changed = {code for code in before if before[code] != after[code]}
    assert changed <= {CODE["Spital"]}
    assert after[CODE["Spital"]].days_since == 0
