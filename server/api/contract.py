"""What a route promises in the OpenAPI document: its request, its answer and every error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
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


_REFERENCE = "#/components/schemas/{model}"


def asks(model: type[BaseModel]) -> dict[str, Any]:
    """The request of a route, which is read by hand because it is not trusted."""
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    content = {"application/json": {"schema": schema}}
    return {"openapi_extra": {"requestBody": {"required": True, "content": content}}}


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
