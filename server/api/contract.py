"""What a route promises in the OpenAPI document: its request, its answer and every error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from server.errors import WORDS
from sync.protocol.codes import HTTP_STATUS, ErrorCode
from sync.protocol.messages import ErrorAnswer


def answers(model: type[BaseModel], *errors: ErrorCode) -> dict[str, Any]:
    """The answers of a route; every route may also fail on our side."""
    described: dict[int | str, dict[str, Any]] = {200: {"model": model}}
    for code in (*errors, ErrorCode.SERVER_ERROR):
        status = HTTP_STATUS[code]
        words = f"`{code.value}`: {WORDS[code]}"
        before = described.get(status)
        described[status] = {
            "model": ErrorAnswer,
            "description": f"{before['description']} {words}" if before else words,
        }
    return {"responses": described, "response_model": None}


_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def answers_bytes(*errors: ErrorCode) -> dict[str, Any]:
    """The answers of a route that gives a file, or the part of it that was asked for."""
    described = answers(ErrorAnswer, *errors)
    described["responses"] |= {
        200: {"content": _BYTES, "description": "All of it."},
        206: {"content": _BYTES, "description": "The range that was asked for."},
    }
    return described | {"response_class": Response}


_REFERENCE = "#/components/schemas/{model}"


def asks(model: type[BaseModel]) -> dict[str, Any]:
    """The request of a route, which is read by hand because it is not trusted."""
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    content = {"application/json": {"schema": schema}}
    return {"openapi_extra": {"requestBody": {"required": True, "content": content}}}


def asks_bytes(
    *,
    path: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    header: Mapping[str, str] | None = None,
    body: bool = True,
) -> dict[str, Any]:
    """What goes into the address and the head of a request, each with its type, and raw bytes."""
    places = {"path": path, "query": query or {}, "header": header or {}}
    parameters = [
        {"name": name, "in": place, "required": body or place == "path", "schema": {"type": kind}}
        for place, named in places.items()
        for name, kind in named.items()
    ]
    extra: dict[str, Any] = {"parameters": parameters}
    if body:
        extra["requestBody"] = {"required": True, "content": _BYTES}
    return {"openapi_extra": extra}


def document_of(app: FastAPI, *requests: type[BaseModel]) -> Callable[[], dict[str, Any]]:
    """The OpenAPI document, with the requests that routes read by hand."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary="What tablets of Fieldapp say to their centre, and what it answers.",
                routes=app.routes,
            )
            models: list[tuple[type[BaseModel], JsonSchemaMode]] = [
                (model, "validation") for model in requests
            ]
            _, schemas = models_json_schema(models, ref_template=_REFERENCE)
            made["components"]["schemas"] |= schemas["$defs"]
            app.openapi_schema = made
        return app.openapi_schema

    return document
