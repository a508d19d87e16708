from __future__ import annotations

import uuid
from datetime import UTC, datetime
from itertools import pairwise
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.codes import RecordType
from fieldapp.domain.errors import ContentError
from fieldapp.domain.ids import (
    IdMaker,
    Ref,
    human_ref,
    is_id,
    local_ref,
    made_at,
    parse_id,
    parse_ref,
    uuid7,
)

NOV_19 = 1_795_084_800_000
SAMPLE = "0199f0a2-1111-7abc-8000-000000007f3a"


def maker(times: list[int], *, randomness: bytes = b"\x55") -> IdMaker:
    readings = iter(times)
    return IdMaker(milliseconds=lambda: next(readings), randomness=lambda count: randomness * count)


@given(st.integers(min_value=0, max_value=2**48 - 1), st.integers(min_value=0, max_value=2**74 - 1))
def test_an_id_is_a_uuid_of_version_seven_that_keeps_its_time(ms: int, tail: int) -> None:
    text = uuid7(ms, tail)
    parsed = uuid.UUID(text)
    assert str(parsed) == text
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122
    assert is_id(text)
    assert parsed.int >> 80 == ms


@given(
    st.lists(st.tuples(st.integers(0, 2**48 - 2), st.binary(min_size=10, max_size=10)), min_size=2)
)
def test_ids_of_one_maker_rise_whatever_the_clock_does(readings: list[tuple[int, bytes]]) -> None:
    times = iter([ms for ms, _ in readings])
    noise = iter([raw for _, raw in readings])
    ids = IdMaker(milliseconds=lambda: next(times), randomness=lambda count: next(noise)[:count])
    made = [ids.new() for _ in readings]
    assert all(before < after for before, after in pairwise(made))


def test_ids_within_a_millisecond_rise_and_keep_its_time() -> None:
    ids = maker([NOV_19] * 50)
    made = [ids.new() for _ in range(50)]
    assert made == sorted(set(made))
    assert {made_at(text) for text in made} == {datetime.fromtimestamp(NOV_19 / 1000, tz=UTC)}


def test_a_full_millisecond_borrows_from_the_next() -> None:
    ids = maker([NOV_19] * 4, randomness=b"\xff")
    ids._last = (NOV_19, 2**74 - 1)
    text = ids.new()
    assert made_at(text).microsecond == 1000


def test_an_id_counts_up_by_one_at_the_least_and_fills_its_millisecond() -> None:
    ids = maker([NOV_19] * 2, randomness=b"\x00")
    ids._last = (NOV_19, 2**74 - 2)
    assert ids.new() == uuid7(NOV_19, 2**74 - 1)
    assert made_at(ids.new()).microsecond == 1000


def test_a_clock_put_back_never_makes_an_id_sort_before_an_older_one() -> None:
    ids = maker([NOV_19, NOV_19 - 86_400_000, NOV_19 + 1])
    first, second, third = ids.new(), ids.new(), ids.new()
    assert first < second < third


def test_ids_made_on_many_threads_are_all_different() -> None:
    def randomness(size: int) -> bytes:
        return b"\x01" * size

    ids = IdMaker(milliseconds=lambda: NOV_19, randomness=randomness)
    made: list[str] = []

    def work() -> None:
        made.extend(ids.new() for _ in range(200))

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1600


@pytest.mark.parametrize(("ms", "tail"), [(-1, 0), (2**48, 0), (0, -1), (0, 2**74)])
def test_parts_that_do_not_fit_are_named(ms: int, tail: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        uuid7(ms, tail)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7F3A",
        None,
        7,
        SAMPLE.upper(),
        SAMPLE + "0",
        SAMPLE.replace("-7abc", "-4abc"),
        SAMPLE.replace("-8000", "-c000"),
        SAMPLE.replace("-", ""),
        SAMPLE + "\n",
    ],
)
def test_what_is_not_an_id_is_not_taken_for_one(text: object) -> None:
    assert not is_id(text)
    with pytest.raises(ContentError, match="not the id"):
        parse_id(text)


def test_an_id_passes_unchanged() -> None:
    assert parse_id(SAMPLE) == SAMPLE


def test_an_id_from_beyond_the_calendar_is_said_to_be_wrong() -> None:
    with pytest.raises(ContentError, match="cannot be"):
        made_at(uuid7(2**48 - 1, 0))


def test_before_the_centre_names_it_an_entry_has_a_local_reference() -> None:
    assert local_ref(SAMPLE) == "LOCAL-7F3A"


def test_a_reference_tells_team_kind_year_and_number() -> None:
    ref = human_ref(lpt_code="TA", record_type="ENGAGEMENT", year=2026, number=4213)
    assert ref == "TA-ENG-2026-004213"
    assert parse_ref(" ta-eng-2026-004213 ") == Ref("TA", "ENG", 2026, 4213)
    contact = human_ref(
        lpt_code="SN", record_type=RecordType.RESIDENT_CONTACT, year=2026, number=1_234_567
    )
    assert contact == "SN-CON-2026-1234567"


def test_a_type_without_references_gets_none() -> None:
    with pytest.raises(ContentError, match="no reference"):
        human_ref(lpt_code="TA", record_type="PERSON", year=2026, number=1)


@pytest.mark.parametrize("text", ["", "LOCAL-7F3A", "TA-ENG-26-004213", "TA-ENG-2026-4213"])
def test_what_is_not_a_reference_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ContentError, match="not a reference"):
        parse_ref(text)
