from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fieldapp.domain.bodies import NeighbourhoodBody, OfficerBody, SchoolBody, VenueBody
from resources import code_list, force, read_json

CURRENT = [area for area in force.neighbourhoods() if area.valid_on(date(2026, 11, 24))]
WARDS = {"SN": 16, "SO": 18, "NE": 21, "MO": 27, "ST": 23, "ES": 16, "SS": 20, "CK": 12, "LI": 22}


def demo(name: str) -> tuple[Mapping[str, object], ...]:
    rows = read_json(f"reference/demo/{name}.json")[name]
    assert isinstance(rows, tuple)
    return rows


def test_there_are_ten_teams_in_two_commands() -> None:
    teams = force.lpts()
    assert set(teams) == code_list("lpt").codes == {*WARDS, "TA"}
    assert Counter(team.command for team in teams.values()) == {"CITY": 2, "COUNTY": 8}


def test_there_are_185_current_neighbourhoods_shared_out_as_published() -> None:
    assert len(CURRENT) == 185
    assert Counter(area.lpt_code for area in CURRENT) == {**WARDS, "TA": 10}
    assert len({area.code for area in force.neighbourhoods()}) == 187


def test_two_wards_are_called_town_and_are_told_apart_by_code() -> None:
    towns = [area for area in CURRENT if area.name == "Town"]
    assert {area.lpt_code for area in towns} == {"NE", "ES"}
    assert len({area.code for area in towns}) == 2


def test_two_past_neighbourhoods_name_current_successors() -> None:
    past = [area for area in force.neighbourhoods() if area.valid_to]
    current = {area.code for area in CURRENT}
    assert len(past) == 2
    for area in past:
        assert area.invented
        assert area.valid_to is not None
        assert set(area.successors) <= current
        assert not area.valid_on(area.valid_to + timedelta(days=1))
        assert area.valid_on(area.valid_to)
    assert {len(area.successors) for area in past} == {1, 2}


def test_neighbourhood_codes_and_positions_are_of_the_right_shape() -> None:
    for area in CURRENT:
        assert area.code.startswith("E05")
        assert len(area.code) == 9
        assert area.lat is not None
        assert area.lon is not None
        assert Decimal("52.42") < Decimal(area.lat) < Decimal("53.23")
        assert Decimal("-2.48") < Decimal(area.lon) < Decimal("-1.58")
        NeighbourhoodBody(
            code=area.code,
            name=area.name,
            lpt_code=area.lpt_code,
            valid_from=area.valid_from.isoformat(),
            lat=area.lat,
            lon=area.lon,
        )


def test_the_attribution_names_its_sources() -> None:
    assert "Crown copyright" in force.attribution()
    assert "Office for National Statistics" in force.attribution()


def test_the_settings_hold_the_numbers_of_the_rules_each_with_its_source() -> None:
    values = force.setting_defaults()
    expected = {
        "s34_limit_days": 92,
        "s34_mode": "BOTH",
        "lcm_limit_days": 42,
        "lcm_mean_days": 30,
        "review_target_days": 3,
        "review_escalate_days": 7,
        "query_hours": 72,
        "plan_grace_hours": 48,
        "min_cell": 5,
        "zero_attendance_counts": True,
    }
    assert {key: values[key] for key in expected} == expected
    assert all(setting.source and setting.label for setting in force.settings().values())


def test_the_wordings_in_use_exist() -> None:
    versions = {(word.version, word.purpose) for word in force.consent_wordings()}
    values = force.setting_defaults()
    assert (values["consent_wording"], "LOCAL_UPDATES") in versions
    assert (values["signup_wording"], "SMART_ALERT") in versions
    for word in force.consent_wordings():
        assert word.purpose in code_list("consent_purpose").codes


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian reckoning."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", range(2024, 2031))
def test_bank_holidays_follow_the_calendar(year: int) -> None:
    days = {day for day in force.bank_holidays() if day.year == year}

    def first_monday(month: int) -> date:
        start = date(year, month, 1)
        return start + timedelta(days=-start.weekday() % 7)

    def last_monday(month: int) -> date:
        following = first_monday(month + 1)
        return following - timedelta(days=7)

    def moved(day: date, *, taken: set[date]) -> date:
        while day.weekday() > 4 or day in taken:
            day += timedelta(days=1)
        return day

    new_year = moved(date(year, 1, 1), taken=set())
    boxing = date(year, 12, 26)
    christmas = date(year, 12, 25)
    boxing_off = moved(boxing, taken={christmas})
    christmas_off = moved(christmas, taken={boxing_off})
    assert days == {
        new_year,
        easter(year) - timedelta(days=2),
        easter(year) + timedelta(days=1),
        first_monday(5),
        last_monday(5),
        last_monday(8),
        christmas_off,
        boxing_off,
    }


def test_the_demo_force_has_six_officers_a_team_led_upwards() -> None:
    officers = demo("officers")
    assert Counter(str(row["lpt_code"]) for row in officers) == {**dict.fromkeys(WARDS, 6), "TA": 6}
    by_id = {str(row["officer_id"]): row for row in officers}
    assert len(by_id) == 60 == len({row["name"] for row in officers})
    assert len({row["force_no"] for row in officers}) == 60
    current = {area.code for area in CURRENT}
    for row in officers:
        OfficerBody.model_validate(
            {key: row[key] for key in ("force_no", "name", "role", "lpt_code")}
        )
        assert row["role"] in code_list("officer_role").codes
        boss = row["supervisor_id"]
        if boss is None:
            assert row["role"] == "CH_INSP"
        else:
            assert by_id[str(boss)]["lpt_code"] == row["lpt_code"]
            assert code_list("officer_role").item(str(by_id[str(boss)]["role"])).flag("supervisor")
        assert isinstance(row["neighbourhoods"], tuple)
        assert set(row["neighbourhoods"]) <= current | {force.ALL_LPT}
    every_team_role = Counter(str(row["role"]) for row in officers)
    assert every_team_role == {"PCSO": 20, "PC": 10, "PS": 10, "INSP": 10, "CH_INSP": 10}


def test_every_neighbourhood_has_an_assigned_pcso_outside_tamworth() -> None:
    covered = {
        code
        for row in demo("officers")
        if row["role"] == "PCSO" and isinstance(row["neighbourhoods"], tuple)
        for code in row["neighbourhoods"]
    }
    assert {area.code for area in CURRENT if area.lpt_code != "TA"} <= covered


def test_the_cast_of_the_tamworth_day_is_there() -> None:
    names = {str(row["name"]) for row in demo("officers") if row["lpt_code"] == "TA"}
    assert {"Priya Nandra", "Tom Ashworth", "Hannah Oduya", "Marta Keeling"} <= names


def test_schools_are_invented_and_in_a_ward_of_their_team() -> None:
    lpt_of = {area.code: area.lpt_code for area in CURRENT}
    schools = demo("schools")
    assert sum(row["lpt_code"] == "TA" for row in schools) >= 14
    assert len({row["urn"] for row in schools}) == len(schools)
    for row in schools:
        SchoolBody.model_validate({key: value for key, value in row.items() if key != "school_id"})
        assert str(row["urn"]).startswith("9999")
        assert row["phase"] in code_list("school_phase").codes
        assert lpt_of[str(row["neighbourhood_id"])] == row["lpt_code"]


def test_every_neighbourhood_has_a_venue_near_its_middle() -> None:
    areas = {area.code: area for area in CURRENT}
    venues = demo("venues")
    assert {row["neighbourhood_id"] for row in venues} == set(areas)
    assert len({row["name"] for row in venues}) == len(venues)
    for row in venues:
        venue = VenueBody.model_validate({k: v for k, v in row.items() if k != "venue_id"})
        area = areas[venue.neighbourhood_id]
        assert area.lpt_code == venue.lpt_code
        assert abs(Decimal(str(venue.lat)) - Decimal(str(area.lat))) < Decimal("0.01")
        assert abs(Decimal(str(venue.lon)) - Decimal(str(area.lon))) < Decimal("0.01")
