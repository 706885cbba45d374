"""Headers that protect callers, keys that protect the index, and who may call from where."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import MethodNotAllowed

from search_service.api.context import context
from search_service.api.problems import Problem
from search_service.api.render import API
from search_service.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer carries."""

_RESOURCES = "Cross-Origin-Resource-Policy"

_EXPOSED = "ETag, Location, Retry-After, X-Request-ID"
_ALLOWED = "Authorization, Content-Type, If-None-Match, X-Request-ID"
_DOCUMENT = re.compile(rf"{API}/documents/[^/]+")
_BEARER = re.compile(r"Bearer +([!-~]+)", re.IGNORECASE)


class Protected:
    """A WSGI application all of whose answers carry ``SECURITY_HEADERS``.

    They are added in one go where the answer leaves, without looking each of them up.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, [*headers, *SECURITY_HEADERS.items()], *exc_info)

        return self._application(environ, start)


def allow_origin(headers: Headers, settings: Settings, origin: str | None) -> None:
    """Say which other sites may read a response to a request from ``origin``."""
    if not settings.cors_origins:
        headers.add(_RESOURCES, "same-origin")
        return
    if "*" in settings.cors_origins:
        allowed: str | None = "*"
    else:
        headers.add("Vary", "Origin")
        allowed = origin if origin in settings.cors_origins else None
    headers[_RESOURCES] = "same-origin" if allowed is None else "cross-origin"
    if allowed is not None:
        headers["Access-Control-Allow-Origin"] = allowed
        headers["Access-Control-Expose-Headers"] = _EXPOSED


def preflight(response: Response, settings: Settings) -> None:
    """Complete the answer to a browser's question whether it may call."""
    if settings.cors_origins and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED
        response.headers["Access-Control-Max-Age"] = "600"


def require_admin() -> None:
    """Refuse a request that does not carry the admin key in its Authorization header."""
    key = context().settings.admin_key
    given = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    # Compared in constant time, so that answers do not tell how much of a guess was right.
    if given is None or not hmac.compare_digest(given[1].encode(), key.encode()):
        raise Problem(
            401,
            "this needs the admin key, sent as “Authorization: Bearer KEY”"
            if given is None
            else "the admin key is wrong",
            headers={"WWW-Authenticate": 'Bearer realm="search-service"'},
        )


def hide_admin() -> None:
    """Answer PUT and DELETE of a document without an admin key as if there were no such thing."""
    if (
        request.method in ("PUT", "DELETE")
        and isinstance(request.routing_exception, MethodNotAllowed)
        and _DOCUMENT.fullmatch(request.path)
    ):
        raise Problem(404, f"nothing can be changed at {request.path}: no admin key is set")
