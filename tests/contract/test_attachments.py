"""Photos and voice notes arrive whole or not at all, whatever the line does."""

from __future__ import annotations

import hashlib

import pytest

from server.services.centre import Centre
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.force import drop_in
from tests.contract.photos import (
    Photo,
    approve,
    change,
    entry,
    get,
    handed_in,
    photo,
    put,
    status,
    upload,
)
from tests.contract.ports import RefusedError
from tests.contract.stored import held, revisions, rows, stored
from tests.contract.tablet import Tablet, create, submit

AT_LICHFIELD = drop_in(
    lpt_code="LI",
    participants=[{"officer_id": "of-lena", "role_at_time": "PS", "minutes": 60}],
)
NOTHING = {"complete": False, "have": []}
WHOLE = {"complete": True, "have": []}


def received(tablet: Tablet, record_id: str) -> list[str]:
    """What the tablet was told has arrived of a record it holds."""
    found: list[str] = tablet.records[record_id]["attachments_received"]
    return found


# ------------------------------------------------------------------------- arriving


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 262_144, 262_145, 412_332])
def test_a_photo_of_any_size_arrives_as_it_was_sent(tablet: SignInAs, size: int) -> None:
    priya = tablet("of-priya")
    one = photo(size)
    handed_in(priya, one)
    assert status(priya, one) == {one.sha: NOTHING}
    upload(priya, one)
    assert status(priya, one) == {one.sha: WHOLE}
    assert get(priya, one) == one.data


def test_after_any_cut_only_what_is_missing_is_sent(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    one = photo(6 * 65_536 + 10)
    handed_in(priya, one)
    assert put(priya, one.sent(4, 2)) == {"complete": False, "have": [[4, 6]]}
    assert put(priya, one.sent(0, 1)) == {"complete": False, "have": [[0, 1], [4, 6]]}
    assert status(priya, one) == {one.sha: {"complete": False, "have": [[0, 1], [4, 6]]}}
    assert put(priya, one.sent(1, 3)) == {"complete": False, "have": [[0, 6]]}
    assert put(priya, one.sent(6, 1))["complete"]
    assert get(priya, one) == one.data


def test_sending_pieces_again_changes_nothing_before_and_after_the_whole_is_there(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    one = photo()
    handed_in(priya, one)
    for _ in range(3):
        assert put(priya, one.sent(1, 1)) == {"complete": False, "have": [[1, 2]]}
    upload(priya, one)
    before = rows(centre, "SELECT seq FROM head")
    for first in range(one.count):
        assert put(priya, one.sent(first, 1)) == WHOLE
    assert rows(centre, "SELECT seq FROM head") == before
    assert rows(centre, "SELECT count(*) FROM piece") == [(one.count,)]


def test_two_tablets_of_an_officer_send_the_same_photo_together(tablet: SignInAs) -> None:
    first, second = tablet("of-priya"), tablet("of-priya")
    one = photo()
    handed_in(first, one)
    put(first, one.sent(0, 1))
    assert put(second, one.sent(1, 1)) == {"complete": False, "have": [[0, 2]]}
    put(first, one.sent(2, 1))
    assert status(second, one) == status(first, one) == {one.sha: WHOLE}
    assert put(second, one.sent(2, 1)) == WHOLE


def test_a_photo_without_an_entry_waits_for_it(tablet: SignInAs) -> None:
    """Either may come first; what a tablet is told comes to the same."""
    for entry_first in (True, False):
        priya, tom = tablet("of-priya"), tablet("of-tom")
        one = photo(seed=entry_first)
        made = entry(one)
        if entry_first:
            priya.send(made, submit(made["record_id"]))
            tom.follow()
            assert received(tom, made["record_id"]) == []
            upload(priya, one)
        else:
            upload(priya, one)
            priya.send(made, submit(made["record_id"]))
        tom.follow()
        assert received(tom, made["record_id"]) == [one.sha]
        assert get(tom, one) == one.data


# ------------------------------------------------------------------- what arrival does


def test_who_holds_the_entry_learns_of_each_photo_without_a_new_revision(
    tablet: SignInAs, centre: Centre
) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    photos = [photo(seed=number) for number in range(3)]
    made = handed_in(priya, *photos)
    tom.follow()
    before, ((head,),) = stored(centre, made["record_id"]), rows(centre, "SELECT seq FROM head")
    for count, one in enumerate(photos, 1):
        upload(priya, one)
        (changed,) = tom.follow()
        assert changed["record_id"] == made["record_id"]
        assert len(received(tom, made["record_id"])) == count
    after = stored(centre, made["record_id"])
    assert after.record == before.record
    assert rows(centre, "SELECT seq FROM head") == [(after.seq,)] == [(head + 3,)]
    priya.follow()
    assert received(priya, made["record_id"]) == sorted(one.sha for one in photos)


def test_every_entry_that_refers_to_a_photo_learns_of_it(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    one = photo()
    made = [handed_in(priya, one) for _ in range(3)]
    other = handed_in(priya, photo(seed=2))
    priya.follow()
    upload(priya, one)
    assert {change["record_id"] for change in priya.follow()} == {op["record_id"] for op in made}
    assert received(priya, other["record_id"]) == []


def test_an_entry_without_photos_says_nothing_of_them(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    made = create()
    priya.send(made)
    priya.follow()
    assert "attachments_received" not in priya.records[made["record_id"]]


def test_a_photo_put_on_by_a_patch_is_awaited_and_one_taken_off_is_not(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    one, two = photo(seed=1), photo(seed=2)
    made = handed_in(priya, one)
    record_id = made["record_id"]
    priya.send(change(record_id, attach=two.manifest))
    upload(priya, two)
    tom.follow()
    assert received(tom, record_id) == [two.sha]
    priya.send(change(record_id, detach=[one.sha]))
    (decided,) = tom.send(approve(made, manifest=two.manifest))
    assert decided["status"] == "applied"


def test_a_missing_photo_never_deletes_anything(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = handed_in(priya, photo())
    tom.follow()
    priya.follow()
    assert tom.sees(made["record_id"])
    assert stored(centre, made["record_id"]).record.attachments == made["attachments"]
    assert held(centre) == []


# -------------------------------------------------------------------------- deciding


def test_nobody_approves_before_every_photo_is_there(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    one, two = photo(seed=1), photo(seed=2)
    made = handed_in(priya, one, two)
    upload(priya, one)
    put(priya, two.sent(0, 2))
    (result,) = tom.send(approve(made))
    assert (result["status"], result["code"]) == ("rejected", "attachments_incomplete")
    put(priya, two.sent(2, 1))
    (result,) = tom.send(approve(made))
    assert result["status"] == "applied"


def test_an_entry_is_returned_while_its_photo_is_on_its_way(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = handed_in(priya, photo())
    (result,) = tom.send(approve(made, "RETURN"))
    assert result["status"] == "applied"


def test_an_amendment_waits_for_its_own_photos_only(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    one, two = photo(seed=1), photo(seed=2)
    made = handed_in(priya, one)
    upload(priya, one)
    tom.send(approve(made))
    priya.send(change(made["record_id"], attach=two.manifest))
    both = one.manifest | two.manifest
    (result,) = tom.send(approve(made, manifest=both))
    assert result["code"] == "attachments_incomplete"
    assert stored(centre, made["record_id"]).record.attachments == one.manifest
    upload(priya, two)
    (result,) = tom.send(approve(made, manifest=both))
    assert result["status"] == "applied"
    assert stored(centre, made["record_id"]).record.attachments == both


def test_a_photo_of_people_without_consent_is_not_handed_in(
    tablet: SignInAs, centre: Centre
) -> None:
    """R21, also for a tablet that did not look."""
    priya = tablet("of-priya")
    one = photo()
    manifest = {one.sha: {**one.manifest[one.sha], "shows_people": True}}
    made = create(attachments=manifest)
    results = priya.send(made, submit(made["record_id"]))
    assert [result["status"] for result in results] == ["applied", "quarantined"]
    assert [item.code for item in held(centre)] == ["incomplete"]


def test_a_manifest_nobody_can_keep_is_held_word_for_word(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    made = create(attachments={"../../etc/passwd": {"size": 1}})
    (result,) = priya.send(made)
    assert (result["status"], result["code"]) == ("quarantined", "bad_attachment")
    assert '"../../etc/passwd"' in held(centre)[0].raw


# -------------------------------------------------------------------- what is not so


def test_bytes_that_are_not_what_they_are_called_are_dropped_and_start_again(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    one = photo()
    handed_in(priya, one)
    put(priya, one.sent(0, 2))
    wrong = bytes(len(one.sent(2, 1).data))
    with pytest.raises(RefusedError, match="start_again"):
        put(priya, one.sent(2, 1, data=wrong))
    assert rows(centre, "SELECT count(*) FROM piece") == [(0,)]
    assert status(priya, one) == {one.sha: NOTHING}
    upload(priya, one)
    assert get(priya, one) == one.data


def test_another_size_for_the_same_name_starts_anew(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    one = photo()
    handed_in(priya, one)
    put(priya, one.sent(0, 1))
    longer = one.size + 65_536
    assert put(priya, one.sent(1, 1, size=longer)) == {"complete": False, "have": [[1, 2]]}
    assert status(priya, one) == {one.sha: NOTHING}
    upload(priya, one)
    assert get(priya, one) == one.data


def test_nobody_spoils_what_another_is_sending(tablet: SignInAs) -> None:
    priya, callum = tablet("of-priya"), tablet("of-callum")
    one = photo()
    handed_in(priya, one)
    put(priya, one.sent(0, 1))
    put(callum, one.sent(0, 1, data=bytes(65_536)))
    put(callum, one.sent(1, 1, data=bytes(65_536)))
    with pytest.raises(RefusedError, match="start_again"):
        put(callum, one.sent(2, 1, data=bytes(one.size - 2 * 65_536)))
    assert status(priya, one)[one.sha]["have"] == [[0, 1]]
    upload(priya, one, [2, 1])
    assert get(priya, one) == one.data


DAMAGED = hashlib.sha256(b"other").hexdigest()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"check": DAMAGED}, "damaged"),
        ({"check": ""}, "damaged"),
        ({"sha": "0" * 63}, "not_found"),
        ({"sha": "A" * 64}, "not_found"),
        ({"sha": "..%2F..%2Fcentre.db"}, "not_found"),
        ({"sha": "%00" * 3}, "not_found"),
        ({"first": 3}, "bad_request"),
        ({"first": 10**8}, "bad_request"),
        ({"first": 2, "data": bytes(65_536)}, "bad_request"),
        ({"size": 0}, "bad_request"),
        ({"size": 8 * 1024 * 1024 + 1}, "too_large"),
        ({"size": 10**8}, "too_large"),
        ({"size": 65_536}, "bad_request"),
        ({"data": b""}, "bad_request"),
        ({"data": bytes(65_535)}, "bad_request"),
        ({"data": bytes(65_537)}, "bad_request"),
        ({"data": bytes(150_001)}, "bad_request"),
    ],
)
def test_nonsense_is_turned_away_and_changes_nothing(
    tablet: SignInAs, centre: Centre, changes: dict[str, object], code: str
) -> None:
    priya = tablet("of-priya")
    one = photo(150_000)
    with pytest.raises(RefusedError, match=f"^{code}$"):
        put(priya, one.sent(**changes))  # type: ignore[arg-type]
    assert rows(centre, "SELECT count(*) FROM piece") == [(0,)]
    assert rows(centre, "SELECT count(*) FROM upload") == [(0,)]


def test_what_no_entry_asks_for_may_only_fill_so_much(
    tablet: SignInAs, centre: Centre, clock: FixedClock
) -> None:
    priya = tablet("of-priya")
    large = [photo(8 * 1024 * 1024, seed=number) for number in range(9)]
    for one in large[:7]:
        put(priya, one.sent(0, 1))
    upload(priya, photo(7 * 1024 * 1024, seed=99))
    with pytest.raises(RefusedError, match="entries_first"):
        put(priya, large[8].sent(0, 1))
    put(priya, large[0].sent(1, 1))
    handed_in(priya, large[8])
    put(priya, large[8].sent(0, 1))
    priya.send(create({"lpt_code": "LI"}, attachments=large[7].manifest))
    assert [item.code for item in held(centre)] == ["other_lpt"]
    put(priya, large[7].sent(0, 1))
    tablet("of-callum").port.put_pieces(tablet("of-callum").token, large[7].sent(0, 1))


# ------------------------------------------------------------------------ who may know


def test_a_name_alone_tells_nothing_and_gets_nothing(tablet: SignInAs) -> None:
    """P20: nobody finds out by a hash whether the centre has a file, nor claims it."""
    lena, noah = tablet("of-lena"), tablet("of-noah")
    secret, never = photo(seed=1), photo(seed=2)
    handed_in(lena, secret, body=AT_LICHFIELD)
    upload(lena, secret)
    priya, tom = tablet("of-priya"), tablet("of-tom")
    for one in (secret, never):
        assert status(priya, one) == {one.sha: NOTHING}
        with pytest.raises(RefusedError, match="not_found"):
            get(priya, one)
        made = handed_in(priya, one)
        tom.follow()
        priya.follow()
        assert received(priya, made["record_id"]) == received(tom, made["record_id"]) == []
        assert status(priya, one) == {one.sha: NOTHING}
        for who in (priya, tom):
            with pytest.raises(RefusedError, match="not_found"):
                get(who, one)
        assert put(priya, one.sent(0, 1)) == {"complete": False, "have": [[0, 1]]}
        (result,) = tom.send(approve(made))
        assert result["code"] == "attachments_incomplete"
    assert get(noah, secret) == secret.data


def test_who_sends_all_of_it_has_it_whoever_else_has_it_too(
    tablet: SignInAs, centre: Centre
) -> None:
    lena, priya = tablet("of-lena"), tablet("of-priya")
    one = photo()
    handed_in(lena, one, body=AT_LICHFIELD)
    upload(lena, one)
    made = handed_in(priya, one)
    upload(priya, one)
    priya.follow()
    assert received(priya, made["record_id"]) == [one.sha]
    assert get(priya, one) == get(lena, one) == one.data
    assert rows(centre, "SELECT count(*) FROM piece") == [(one.count,)]


@pytest.mark.parametrize(
    ("officer_id", "may"),
    [
        ("of-priya", True),
        ("of-hannah", True),
        ("of-tom", True),
        ("of-marta", True),
        ("of-lena", False),
        ("of-noah", False),
        ("of-ada", False),
    ],
)
def test_who_sees_the_entry_sees_its_photo_and_nobody_else(
    tablet: SignInAs, officer_id: str, *, may: bool
) -> None:
    priya = tablet("of-priya")
    one = photo()
    handed_in(priya, one)
    upload(priya, one)
    who = tablet(officer_id)
    if may:
        assert get(who, one) == one.data
    else:
        with pytest.raises(RefusedError, match="not_found"):
            get(who, one)
    who.follow()


@pytest.mark.parametrize("officer_id", ["of-callum", "of-tom", "of-marta", "of-lena", "of-ada"])
def test_nobody_puts_a_photo_on_or_takes_one_off_the_entry_of_another(
    tablet: SignInAs, centre: Centre, officer_id: str
) -> None:
    priya, other = tablet("of-priya"), tablet(officer_id)
    one, two = photo(seed=1), photo(seed=2)
    made = handed_in(priya, one)
    results = other.send(
        change(made["record_id"], attach=two.manifest), change(made["record_id"], detach=[one.sha])
    )
    assert {result["status"] for result in results} == {"quarantined"}
    assert {result["code"] for result in results} <= {"not_owner", "forbidden"}
    assert stored(centre, made["record_id"]).record.attachments == one.manifest


def test_a_photo_is_seen_as_long_as_an_entry_shows_it(tablet: SignInAs) -> None:
    priya, hannah = tablet("of-priya"), tablet("of-hannah")
    one, two = photo(seed=1), photo(seed=2)
    draft = entry(one, two)
    priya.send(draft)
    upload(priya, one)
    upload(priya, two)
    with pytest.raises(RefusedError, match="not_found"):
        get(hannah, one)
    priya.send(submit(draft["record_id"]))
    assert get(hannah, one) == one.data
    priya.send(change(draft["record_id"], detach=[one.sha]))
    with pytest.raises(RefusedError, match="not_found"):
        get(hannah, one)
    assert get(hannah, two) == two.data


# ----------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=100000-", 100_000, 150_000),
        ("bytes=-1", 149_999, 150_000),
        ("bytes=-999999", 0, 150_000),
        ("bytes=149999-999999999999", 149_999, 150_000),
        ("bytes=0-1,5-6", 0, 150_000),
        ("bytes=5-2", 0, 150_000),
        ("bytes=-", 0, 150_000),
        ("pages=1-2", 0, 150_000),
    ],
)
def test_any_range_is_handed_out(tablet: SignInAs, wanted: str, start: int, end: int) -> None:
    priya = tablet("of-priya")
    one = photo(150_000)
    handed_in(priya, one)
    upload(priya, one)
    assert get(priya, one, wanted) == one.data[start:end]


@pytest.mark.parametrize("wanted", ["bytes=150000-", "bytes=-0", "bytes=999999-1000000"])
def test_a_range_beyond_the_end_is_none(tablet: SignInAs, wanted: str) -> None:
    priya = tablet("of-priya")
    one = photo(150_000)
    handed_in(priya, one)
    upload(priya, one)
    with pytest.raises(RefusedError, match="bad_range"):
        get(priya, one, wanted)


def test_who_read_a_photo_is_on_the_trail(tablet: SignInAs, centre: Centre) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    one = photo()
    made = handed_in(priya, one)
    upload(priya, one)
    get(tom, one, "bytes=0-65535")
    found = rows(
        centre,
        "SELECT actor, device_id, subject, detail FROM audit WHERE action = 'CONSULTATION'",
    )
    detail = f'{{"attachment":"{one.sha}","from":0,"to":65536}}'
    assert found == [("of-tom", tom.device_id, made["record_id"], detail)]


def test_nothing_of_a_manifest_is_lost_from_any_revision(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    one: Photo = photo()
    made = handed_in(priya, one)
    priya.send(change(made["record_id"], detach=[one.sha]))
    states = revisions(centre, made["record_id"])
    assert [state.attachments for state in states] == [one.manifest, one.manifest, {}]
