"""Every error of the API, made in one place: RFC 9457 ``application/problem+json``."""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from search_service.errors import (
    DeadlineExceeded,
    EngineUnavailable,
    IndexMissing,
    IndexUnusable,
    InvalidRequest,
    NotFound,
    SearchServiceError,
    SourceRefused,
    StorageFull,
)

MIMETYPE = "application/problem+json"

_log = logging.getLogger("search_service.api")

STATUSES: tuple[tuple[type[SearchServiceError], int], ...] = (
    (InvalidRequest, 422),
    (NotFound, 404),
    (SourceRefused, 422),
    (DeadlineExceeded, 503),
    (StorageFull, 507),
    (EngineUnavailable, 503),
    (IndexUnusable, 503),
)
"""First match wins; every error that is not named here is a 500."""

RETRY_AFTER: tuple[tuple[type[SearchServiceError], int], ...] = (
    (DeadlineExceeded, 2),
    (IndexMissing, 5),
    (StorageFull, 60),
    (EngineUnavailable, 2),
    (IndexUnusable, 60),
)
"""Seconds after which another attempt makes sense."""

CODES: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request cannot be read."),
    401: ("unauthorized", "The admin key is missing or wrong."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method; Allow lists those."),
    406: ("not_acceptable", "The answer exists only in a type that Accept rules out."),
    408: ("request_timeout", "The request did not arrive in time."),
    413: ("body_too_large", "The body is larger than this service takes."),
    414: ("url_too_long", "The URL is longer than this service takes."),
    415: ("unsupported_media_type", "The body is of a type that this address does not take."),
    422: ("invalid_request", "Parameters or body are understood but not valid."),
    429: ("too_many_requests", "This client has used up its requests; see Retry-After."),
    431: ("headers_too_large", "The headers are larger than this service takes."),
    500: ("internal_error", "The service failed; the log names the request id."),
    501: ("not_implemented", "The request needs something that this service does not do."),
    503: ("unavailable", "The service cannot answer now; see Retry-After."),
    507: ("storage_full", "The service has no space left to store this."),
}
"""Per status the code used where no error of the package names a better one."""


class Problem(HTTPException):
    """An error that a view answers with on purpose."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = status
        self.errors = errors
        self.extra_headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Description:
    """What a problem response says."""

    status: int
    detail: str
    code: str
    errors: Mapping[str, Sequence[str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def body(description: Description, instance: str, root: str = "") -> bytes:
    """Return the problem document as JSON."""
    document: dict[str, Any] = {
        "type": f"{root}/docs#problem-{description.code}",
        "title": phrase(description.status),
        "status": description.status,
        "detail": description.detail,
        "instance": instance,
        "code": description.code,
    }
    if description.errors:
        document["errors"] = description.errors
    return orjson.dumps(document)


def describe(error: BaseException) -> Description:
    """Return what to tell the client about ``error``."""
    if isinstance(error, SearchServiceError):
        return _of_service(error)
    if isinstance(error, Problem):
        status = error.code or 500
        return Description(
            status, error.description or "", CODES[status][0], error.errors, error.extra_headers
        )
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        _log.error("too many open files: raise the limit (ulimit -n)", exc_info=error)
        code, detail = CODES[503]
        return Description(503, detail, code, None, {"Retry-After": "2"})
    code, detail = CODES[500]
    return Description(500, detail, code)


def _of_service(error: SearchServiceError) -> Description:
    status = next((s for kind, s in STATUSES if isinstance(error, kind)), 500)
    retry = next((str(s) for kind, s in RETRY_AFTER if isinstance(error, kind)), None)
    if isinstance(error, InvalidRequest):
        detail = "see errors for what is wrong with each parameter"
        return Description(status, detail, error.code, error.errors)
    if status == 500:
        return Description(status, CODES[500][1], CODES[500][0])
    headers = {"Retry-After": retry} if retry else {}
    detail = str(error)
    if isinstance(error, (EngineUnavailable, IndexUnusable)):
        # The message names paths or addresses: it is for the log, not for callers.
        _log.warning("request not carried out", extra={"code": error.code, "reason": detail})
        detail = _summary(type(error))
    return Description(status, detail, error.code, None, headers)


def _summary(kind: type[SearchServiceError]) -> str:
    """Return what an error means, without what is particular to one of them."""
    return (kind.__doc__ or "").partition("\n")[0]


def _of_http(error: HTTPException) -> Description:
    status = error.code or 500
    if status not in CODES:
        status = 400 if 400 <= status < 500 else 500
    code, detail = CODES[status]
    kept = {
        name: value
        for name, value in error.get_headers(request.environ)
        if name in ("Allow", "Retry-After")
    }
    if status == 404:
        detail = f"there is nothing at {request.path}; /docs lists every address"
    elif status == 405:
        detail = f"{request.path} does not take {request.method}; it takes {kept.get('Allow', '')}"
    return Description(status, detail, code, None, kept)


def respond(error: Exception) -> Response:
    """Return the response to ``error``; the only error handler of the application."""
    description = describe(error)
    if description.status >= 500 and description.code == CODES[500][0]:
        _log.error("request failed", exc_info=error)
    root = request.script_root
    response = Response(
        body(description, quote(root + request.path, safe="/~!$&'()*+,;=:@"), root),
        status=description.status,
        content_type=MIMETYPE,
        headers=dict(description.headers),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Make every error of ``app`` a problem response."""
    app.register_error_handler(Exception, respond)


def phrase(status: int) -> str:
    """Return the name of a status."""
    return _PHRASES.get(status) or HTTPStatus(status).phrase


def documented() -> list[tuple[str, int, str]]:
    """Return every code with its status and its meaning, for the documentation."""
    found = {code: (status, detail) for status, (code, detail) in CODES.items()}
    kinds = [SearchServiceError]
    while kinds:
        kind = kinds.pop()
        kinds.extend(kind.__subclasses__())
        status = next((s for base, s in STATUSES if issubclass(kind, base)), None)
        if status is not None:
            found.setdefault(kind.code, (status, _summary(kind)))
    return sorted((code, status, detail) for code, (status, detail) in found.items())


_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",
}
"""RFC 9110's names, which the standard library uses from Python 3.13 on."""
