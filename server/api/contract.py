"""What a route promises in the OpenAPI document: its request, its answer and every error."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

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


def asks(model: type[BaseModel]) -> dict[str, Any]:
    """The request of a route, which is read by hand because it is not trusted."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": schema}},
            }
        }
    }
