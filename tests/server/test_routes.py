"""Every route: what it promises in the OpenAPI document is what it does, whatever it is sent."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from fieldapp.domain.content import Json
from server.app import make_app
from server.services.centre import Centre
from server.services.enrolment import new_code
from sync.protocol import messages, routes, signing
from sync.protocol.codes import HTTP_STATUS, ErrorCode
from sync.protocol.messages import ErrorAnswer
from sync.protocol.signing import Purpose
from tests.contract.force import OFFICERS
from tests.contract.ports import OverHttp
from tests.contract.stored import counts, rows
from tests.contract.tablet import Tablet, create, operation

HEADERS = {"Content-Type": "application/json"}
NEEDS_SIGN_IN = {routes.PUSH, routes.PULL, routes.BLOB_STATUS, routes.HAND_IN}
# Asked in test_blobs, and in tests.rescue.
OF_BYTES = {routes.BLOB, routes.BLOB_PIECES, routes.BUNDLES, routes.BUNDLE_PART}
MODELS: dict[str, type[messages.Answer]] = {
    routes.HELLO: messages.Hello,
    routes.SIGN_IN: messages.SignedIn,
    routes.PUSH: messages.PushAnswer,
    routes.PULL: messages.PullAnswer,
    routes.BLOB_STATUS: messages.BlobAnswer,
    routes.ENROL: messages.Enrolled,
    routes.RECEIPT: messages.ReceiptAnswer,
    routes.HAND_IN: messages.HandInAnswer,
}


@pytest.fixture
def document(client: httpx.Client) -> Json:
    """The OpenAPI document as served."""
    answer: Json = client.get("/v1/openapi.json").json()
    return answer


ORDER = "0" * 32
RECEIPT = json.dumps({"directive_id": ORDER})


@pytest.fixture
def priya(client: httpx.Client) -> Tablet:
    return Tablet(OverHttp(client), "of-priya")


@pytest.fixture
def ordered(centre: Centre, priya: Tablet) -> Json:
    """What a tablet says to enrol with a code there is; and an order that Priya's tablet has."""
    code = new_code(centre).text
    key = bytes(range(signing.KEY_BYTES))
    with centre.db.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO directive (id, device_id, kind, body, signature, made_at) "
            "VALUES (?, ?, 'wipe', '{}', '', '')",
            (ORDER, priya.device_id),
        )
    proof = signing.sign(key, Purpose.ENROL, code)
    return {"code": code, "device_key": signing.public_of(key), "proof": proof}


def good_request(path: str, priya: Tablet) -> Json:
    """A request each route answers with 200."""
    common = {"proto": 1, "app": "test", "device_id": priya.device_id}
    return {
        routes.SIGN_IN: {"proto": 1, "app": "t", "force_no": "tom", "password": "wrong"},
        routes.PUSH: common | {"ops": []},
        routes.PULL: common,
        routes.BLOB_STATUS: common | {"shas": [{"sha": "0" * 64, "size": 1}]},
        routes.ENROL: {"proto": 1, "app": "t", "code": "", "device_key": "", "proof": ""},
        routes.HAND_IN: common | {"last_dseq": 0, "ops": []},
        routes.RECEIPT: {"proto": 1, "app": "t", "directive_id": ORDER, "body": RECEIPT},
    }[path]


def signed_in(priya: Tablet) -> dict[str, str]:
    return HEADERS | {"Authorization": f"Bearer {priya.token}"}


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, described in item.items():
            yield path, method.upper(), described


POSTED = (
    routes.SIGN_IN,
    routes.PUSH,
    routes.PULL,
    routes.BLOB_STATUS,
    routes.ENROL,
    routes.RECEIPT,
    routes.HAND_IN,
)


def _served(found: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Path and method of every route, also of those included from elsewhere."""
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _served(inner.routes)
        elif isinstance(route, APIRoute):
            for method in route.methods or ():
                yield route.path, method
        else:
            assert route.path == "/v1/openapi.json", route


def test_every_route_is_in_the_document_and_no_other(centre: Centre, document: Json) -> None:
    served = set(_served(make_app(centre).routes))
    described = {(path, method) for path, method, _ in operations(document)}
    assert served == described
    posted = {path for path, method in served if method == "POST"}
    assert posted - OF_BYTES == set(POSTED)


def test_every_reference_in_the_document_leads_somewhere(document: Json) -> None:
    text = json.dumps(document)
    wanted = {part.split('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}
    assert wanted <= document["components"]["schemas"].keys()
    assert {"Push", "Pull", "Heartbeat", "Cursor", "SignIn"} <= wanted


def test_every_error_a_route_promises_has_the_one_shape(document: Json) -> None:
    for path, _, described in operations(document):
        for status, answer in described["responses"].items():
            if status not in ("200", "206"):
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorAnswer"}, (path, status)
                codes = {code for code in ErrorCode if f"`{code}`" in answer["description"]}
                assert codes, (path, status)
                assert {HTTP_STATUS[code] for code in codes} == {int(status)}


def test_every_answer_is_what_the_document_says(
    client: httpx.Client, document: Json, priya: Tablet, ordered: Json
) -> None:
    priya.send(create(), operation("recall", "nonsense"))
    for path, method, described in operations(document):
        if path in OF_BYTES:
            continue
        if method == "GET":
            answer = client.get(path)
        else:
            request = good_request(path, priya)
            if path == routes.SIGN_IN:
                request["password"] = "lantern-kettle-station"
            if path == routes.ENROL:
                request |= ordered
            there = path.replace("{device_id}", priya.device_id)
            answer = client.post(there, json=request, headers=signed_in(priya))
        assert answer.status_code == 200, path
        name = described["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        schema = document["components"]["schemas"][name.rsplit("/", 1)[1]]
        body = answer.json()
        assert set(schema["required"]) <= body.keys() <= schema["properties"].keys()
        if path in MODELS:
            assert name.endswith(f"/{MODELS[path].__name__}")
            MODELS[path].model_validate(body)


def assert_error(answer: httpx.Response, *codes: ErrorCode) -> None:
    """One shape, a stable code under its own status, and the headers of every answer."""
    error = ErrorAnswer.model_validate(answer.json())
    assert ErrorCode(error.error) in codes, answer.text
    assert answer.status_code == HTTP_STATUS[ErrorCode(error.error)]
    assert error.epoch
    assert answer.headers["X-Request-Id"] == error.request_id
    assert_headers(answer)


def assert_headers(answer: httpx.Response) -> None:
    assert answer.headers["X-FieldSync"] == "1"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "server" not in answer.headers


DEEP = b"[" * 100_000 + b"]" * 100_000
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"hello",
    "cut short": b'{"proto":1,"app":"t"',
    "not UTF-8": b'{"proto":1,"app":"\xff"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "nested deeply": DEEP,
    "a field nested deeply": b'{"proto":1,"hb":' + DEEP + b"}",
    "nested more than allowed": b'{"proto":1,"cursor":' + b"[" * 40 + b"]" * 40 + b"}",
    "a key twice": b'{"proto":1,"proto":1}',
    "NaN": b'{"proto":NaN}',
    "infinite": b'{"proto":Infinity}',
    "a number of 5,000 digits": b'{"proto":' + b"9" * 5000 + b"}",
    "a number beyond 64 bits": b'{"proto":99999999999999999999}',
    "a fraction": b'{"proto":1.5}',
    "text for a number": b'{"proto":"one"}',
    "an unknown field": b'{"proto":1,"app":"t","role":"ADMIN"}',
    "a broken character": b'{"proto":1,"app":"\\ud800"}',
    "far too long a text": b'{"proto":1,"app":"' + b"x" * 100_000 + b'"}',
    "no end of zeros": b"0" * 1000,
    "a control character": b'{"proto":1,"app":"\x00"}',
}


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_turned_away_and_changes_nothing(
    client: httpx.Client, centre: Centre, priya: Tablet, path: str, name: str
) -> None:
    before = counts(centre)
    for body in (HOSTILE[name], gzip.compress(HOSTILE[name])):
        packed = {} if body is HOSTILE[name] else {"Content-Encoding": "gzip"}
        answer = client.post(path, content=body, headers=signed_in(priya) | packed)
        assert_error(answer, ErrorCode.BAD_REQUEST)
        assert "\\ud800" not in answer.text
        assert "ADMIN" not in answer.text
    assert counts(centre) == before


# Every place of a request at which something of the wrong kind can be put.
WRONG: tuple[Any, ...] = (None, True, -1, 2**63, "", "x" * 70_000, [], {}, [[[]]], {"a": {"b": 1}})


@pytest.mark.parametrize("path", POSTED)
def test_no_value_at_any_place_makes_the_centre_stumble(
    client: httpx.Client, priya: Tablet, path: str
) -> None:
    good = good_request(path, priya)
    fields = {*good, "hb", "cursor", "journal_floor", "limit", "device_name", "device_id"}
    for field in fields:
        for wrong in WRONG:
            answer = client.post(path, json=good | {field: wrong}, headers=signed_in(priya))
            assert answer.status_code < 500, (field, wrong, answer.text)
            if answer.status_code != 200:
                assert_error(
                    answer,
                    ErrorCode.BAD_REQUEST,
                    ErrorCode.DEVICE_MISMATCH,
                    ErrorCode.DEVICE_UNPROVEN,
                    ErrorCode.NOT_FOUND,
                    ErrorCode.WRONG_PASSWORD,
                    ErrorCode.TOO_MANY_TRIES,
                    ErrorCode.UPDATE_NEEDED,
                )


SPOILED = {
    "a key twice": b'{"kind":"submit","kind":"delete","record_id":"r"}',
    "NaN": b'{"kind":"create","body":{"n":NaN}}',
    "infinite": b'{"kind":"create","body":{"n":-Infinity}}',
    "a number beyond 64 bits": b'{"kind":"create","body":{"n":99999999999999999999}}',
    "a broken character": b'{"kind":"create","body":{"n":"\\ud800"}}',
    "nested too deeply": b'{"kind":"create","body":' + b"[" * 60 + b"]" * 60 + b"}",
}


@pytest.mark.parametrize("name", SPOILED)
def test_inside_an_operation_the_same_costs_only_that_operation(
    client: httpx.Client, centre: Centre, priya: Tablet, name: str
) -> None:
    good = create()
    head = f'{{"proto":1,"app":"t","device_id":"{priya.device_id}","ops":['.encode()
    body = head + SPOILED[name] + b"," + json.dumps(good).encode() + b"]}"
    answer = client.post(routes.PUSH, content=body, headers=signed_in(priya))
    spoiled, fine = answer.json()["results"]
    assert spoiled["status"] == "quarantined"
    assert fine["status"] == "applied"
    with centre.db.read() as connection:
        raw = connection.exec_driver_sql("SELECT raw FROM quarantine").scalar_one()
    if name == "a key twice":
        assert raw == '{"kind":"submit","kind":"delete","record_id":"r"}'
    else:
        assert raw.count("{") == SPOILED[name].count(b"{")


@pytest.mark.parametrize("path", sorted(NEEDS_SIGN_IN))
@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic eDp5", "Bearer zzz"])
def test_without_a_sign_in_nothing_is_told(
    client: httpx.Client, priya: Tablet, path: str, header: str | None
) -> None:
    headers = HEADERS | ({} if header is None else {"Authorization": header})
    answer = client.post(path, json=good_request(path, priya), headers=headers)
    assert_error(answer, ErrorCode.NOT_SIGNED_IN)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": ""},
        {"Content-Type": "application/json", "Content-Encoding": "br"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip, gzip"},
    ],
)
def test_only_json_is_read(
    client: httpx.Client, priya: Tablet, path: str, headers: dict[str, str]
) -> None:
    answer = client.post(
        path, content=b"{}", headers=headers | {"Authorization": f"Bearer {priya.token}"}
    )
    assert_error(answer, ErrorCode.UNSUPPORTED_MEDIA)


def test_a_packed_body_must_be_one_whole_stream(client: httpx.Client, priya: Tablet) -> None:
    whole = gzip.compress(json.dumps(good_request(routes.PUSH, priya)).encode())
    headers = signed_in(priya) | {"Content-Encoding": "gzip"}
    for body in (b"", b"hello", whole[:-9], whole + b"more", whole + whole):
        answer = client.post(routes.PUSH, content=body, headers=headers)
        assert_error(answer, ErrorCode.BAD_REQUEST)


@pytest.mark.parametrize("path", POSTED)
def test_a_packed_bomb_does_not_go_off(client: httpx.Client, priya: Tablet, path: str) -> None:
    bomb = gzip.compress(b"[" + b" " * 200_000_000)
    assert len(bomb) < 500_000
    answer = client.post(
        path, content=bomb, headers=signed_in(priya) | {"Content-Encoding": "gzip"}
    )
    assert_error(answer, ErrorCode.TOO_LARGE)


@pytest.mark.parametrize("path", POSTED)
def test_a_body_beyond_the_limit_is_turned_away(
    client: httpx.Client, priya: Tablet, path: str
) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(9):
            yield b" " * 1024 * 1024

    announced = client.post(path, content=b" " * 9 * 1024 * 1024, headers=signed_in(priya))
    assert_error(announced, ErrorCode.TOO_LARGE)
    unannounced = client.post(path, content=drip(), headers=signed_in(priya))
    assert_error(unannounced, ErrorCode.TOO_LARGE)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", POSTED)
def test_another_method_is_not_allowed(client: httpx.Client, path: str, method: str) -> None:
    answer = client.request(method, path)
    if (method, path) == ("GET", routes.BLOB_STATUS):
        assert_error(answer, ErrorCode.NOT_SIGNED_IN)  # it could be the name of a file
        return
    assert_error(answer, ErrorCode.METHOD_NOT_ALLOWED)
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/sync/push/", "/docs", "/redoc", "/v2/sync/push", "/v1/%2e%2e/x", "/\u202e"],
)
def test_what_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    assert_error(client.get(path), ErrorCode.NOT_FOUND)


def test_a_fault_of_ours_is_an_answer_like_any_other(
    client: httpx.Client, priya: Tablet, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("with what the officer wrote")

    for module, path in (("push", routes.PUSH), ("pull", routes.PULL), ("sign_in", routes.SIGN_IN)):
        monkeypatch.setattr(f"server.api.sync.{module}", broken)
        answer = client.post(path, json=good_request(path, priya), headers=signed_in(priya))
        assert_error(answer, ErrorCode.SERVER_ERROR)
        assert "officer" not in answer.text
    monkeypatch.setattr("server.api.sync.hello", broken)
    assert_error(client.get(routes.HELLO), ErrorCode.SERVER_ERROR)
    assert "ZeroDivisionError" in caplog.text
    assert "what the officer wrote" not in caplog.text


def test_answers_are_packed_for_who_takes_it(client: httpx.Client, priya: Tablet) -> None:
    request = good_request(routes.PULL, priya)
    packed = client.post(routes.PULL, json=request, headers=signed_in(priya))
    plain = client.post(
        routes.PULL, json=request, headers=signed_in(priya) | {"Accept-Encoding": "identity"}
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json()["changes"] == plain.json()["changes"]
    assert int(packed.headers["Content-Length"]) < len(plain.content) / 3


def test_the_log_names_no_officer_token_or_record(
    client: httpx.Client, priya: Tablet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "server")
    caplog.set_level("DEBUG", "uvicorn")
    made = create()
    priya.send(made)
    priya.follow()
    client.get("/v1/sync/pull?token=zanzibar")
    assert "POST /v1/sync/push 200" in caplog.text
    for word in (priya.token, priya.device_id, made["record_id"], "priya", "zanzibar", "Larkspur"):
        assert word not in caplog.text


@pytest.mark.parametrize("who", [who.officer_id for who in OFFICERS])
def test_no_route_but_push_changes_a_record(
    client: httpx.Client, centre: Centre, document: Json, priya: Tablet, who: str
) -> None:
    made = create()
    priya.send(made, operation("submit", made["record_id"]))
    decision = operation(
        "decide", made["record_id"], verdict="APPROVE", content_hash="0" * 64, revision=2
    )
    asker = Tablet(OverHttp(client), who)

    def kept() -> list[Any]:
        return [rows(centre, f"SELECT * FROM {name}") for name in ("record", "revision", "ledger")]

    before = kept()
    for path, method, _ in operations(document):
        if path == routes.PUSH or path in OF_BYTES:
            continue
        if method == "GET":
            client.request(method, path, headers=signed_in(asker))
            continue
        good = good_request(path, asker)
        for body in (good, good | {"ops": [decision]}, decision):
            client.request(method, path, json=body, headers=signed_in(asker))
    assert kept() == before


@pytest.mark.parametrize("path", ["/v1/health/live", "/v1/health/ready"])
def test_health_says_only_that(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.json()["status"] == path.rsplit("/", 1)[1]
    assert set(answer.json()) <= {"status", "backup", "backup_at"}
    assert_headers(answer)
