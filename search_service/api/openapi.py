"""The OpenAPI document: generated from the schemas, completed with errors and limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import flask_smorest
import orjson
from flask import Flask

from search_service.api import problems, schemas
from search_service.api.conditional import VERSION
from search_service.api.render import API
from search_service.config import Settings

Json = dict[str, Any]

_DESCRIPTION = """\
Full-text search over Chinese government reports, with a literal guarantee: `mode=literal`
finds exactly the sections whose text contains what was asked for.

Parameters are UTF-8, raw or percent-encoded. An unknown parameter is an error. Offsets count
Unicode code points. Every read below `/api/v1` has an `ETag`; send it back as `If-None-Match`
to get a 304 for as long as the index has not changed. Every error is `application/problem+json`
with a stable `code`. Send `X-Request-ID` to find a request again in the log."""

_ALWAYS = (400, 406, 414, 431)
_READING = (*_ALWAYS, 422, 429, 503)
_CHANGING = (*_ALWAYS, 401, 404, 408, 413, 415, 422, 429, 503, 507)


_ETAG = {"ETag": {"description": "Names this answer.", "schema": {"type": "string"}}}
_LOCATION = {"Location": {"description": "Its address.", "schema": {"type": "string"}}}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which another attempt makes sense.",
        "schema": {"type": "integer", "minimum": 1},
    }
}


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with this package's error document and error handler."""

    ERROR_SCHEMA = schemas.Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to ``problems``."""


def make_api(app: Flask) -> Api:
    """Return the collector of ``app``'s endpoints."""
    app.config.update(
        API_TITLE="search-service",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": _DESCRIPTION}},
    )
    return Api(app)


def document(api: Api, settings: Settings) -> bytes:
    """Return the finished OpenAPI document of ``api`` as JSON."""
    spec: Json = api.spec.to_dict()
    components = spec["components"]
    components["responses"] = {f"Problem{status}": _problem(status) for status in problems.CODES}
    components.pop("parameters", None)
    components.pop("headers", None)
    components["schemas"].pop("PaginationMetadata", None)  # flask-smorest's own paging
    for path, method, operation in operations(spec):
        operation["operationId"] = _operation_id(path, method)
        _complete_responses(path, method, operation)
        for parameter in operation.get("parameters", ()):
            _state_limits(parameter, settings)
    if settings.admin_key:
        components["securitySchemes"] = {"admin": {"type": "http", "scheme": "bearer"}}
    return orjson.dumps(spec)


def mounted(openapi: bytes, root: str) -> bytes:
    """Return the document of an application that is reached below ``root``."""
    if not root:
        return openapi
    return orjson.dumps({**orjson.loads(openapi), "servers": [{"url": root}]})


def operations(spec: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield path, method and operation of everything that ``spec`` describes."""
    for path, item in spec["paths"].items():
        for method in ("get", "put", "delete"):
            if method in item:
                yield path, method, item[method]


def _operation_id(path: str, method: str) -> str:
    words = path.removeprefix(API).replace("{document_id}", "one").replace("{ordinal}", "one")
    return f"{method}_{words.strip('/').replace('/', '_').replace('.', '_')}"


def _complete_responses(path: str, method: str, operation: Json) -> None:
    responses = operation["responses"]
    if method != "get":
        statuses: tuple[int, ...] = _CHANGING
        operation["security"] = [{"admin": []}]
        operation.setdefault("parameters", [])
    elif path.startswith(f"{API}/"):
        statuses = (*_READING, 404) if "{" in path or path.endswith("/explain") else _READING
        responses["304"] = {"description": "The client's copy, named by If-None-Match, is current."}
    else:
        statuses = (*_ALWAYS, 503) if path == "/readyz" else _ALWAYS
        if path in ("/openapi.json", "/docs"):
            responses["304"] = {"description": "The client's copy is current."}
    headers = {"200": _ETAG, "304": _ETAG} if "304" in responses else {"201": _LOCATION}
    for name, meant in headers.items():
        if name in responses:
            responses[name]["headers"] = meant
    for status in statuses:
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = dict(sorted(responses.items()))


def _problem(status: int) -> Json:
    code, detail = problems.CODES[status]
    example = {
        "type": f"/docs#problem-{code}",
        "title": problems.phrase(status),
        "status": status,
        "detail": detail,
        "instance": "/api/v1/search",
        "code": code,
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    problem: Json = {"description": detail, "content": {problems.MIMETYPE: content}}
    if status in (429, 503, 507):
        problem["headers"] = _RETRY_AFTER
    return problem


def _state_limits(parameter: Json, settings: Settings) -> None:
    if parameter["name"] == "q":
        parameter["schema"]["maxLength"] = settings.max_query_length
    if parameter["name"] == "page":
        parameter["schema"]["maximum"] = settings.max_window
        parameter["description"] += f" page × per_page is at most {settings.max_window}."


# --- for the page at /docs --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page at /docs shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[Json]
    bodies: list[tuple[str, str]]
    """Content types that can be sent, with the names of their schemas."""
    responses: list[tuple[str, str]]
    answer: str
    """Name of the schema of its JSON answer, or an empty string."""


def described(openapi: bytes) -> Json:
    """Return what the page at /docs shows of the OpenAPI document."""
    spec = orjson.loads(openapi)
    shown = [
        Operation(
            method.upper(),
            path,
            operation.get("summary", ""),
            operation.get("description", ""),
            operation.get("parameters", []) + spec["paths"][path].get("parameters", []),
            [(kind, _schema(content)) for kind, content in _sent(operation).items()],
            [(status, _description(spec, answer)) for status, answer in _sorted(operation)],
            _answer(operation),
        )
        for path, method, operation in operations(spec)
    ]
    return {"info": spec["info"], "operations": shown, "schemas": spec["components"]["schemas"]}


def _sent(operation: Json) -> Json:
    content: Json = operation.get("requestBody", {}).get("content", {})
    return content


def _schema(content: Json) -> str:
    return str(content.get("schema", {}).get("$ref", "").rpartition("/")[2])


def _sorted(operation: Json) -> list[tuple[str, Json]]:
    return sorted(operation["responses"].items())


def _description(spec: Json, answer: Json) -> str:
    if "$ref" in answer:
        answer = spec["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return str(answer["description"])


def _answer(operation: Json) -> str:
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            if name := _schema(content):
                return name
    return ""
