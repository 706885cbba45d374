"""The application: resources, what happens around every request, and the page."""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from search_service import web
from search_service.api import problems, render
from search_service.api.admission import Admission
from search_service.api.cache import Cache
from search_service.api.conditional import cached
from search_service.api.context import Context, ServedIndex
from search_service.api.limits import RateLimiter
from search_service.api.metrics import Metrics
from search_service.api.openapi import document, make_api
from search_service.api.parameters import require_utf8
from search_service.api.security import Protected, allow_origin, hide_admin, preflight
from search_service.api.views import CHANGING, OPERATING, READING
from search_service.config import Settings
from search_service.service import SearchService
from search_service.turns import Turns

_access = logging.getLogger("search_service.access")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{1,64}")


def create_app(source: SearchService | Settings, limiter: RateLimiter | None = None) -> Flask:
    """Return the application over ``source``.

    Given settings, the index is opened when it is first needed, so the application can
    start before there is one. ``limiter`` is the rate limiter that several processes
    share; without it the application makes its own if the settings ask for one.
    """
    service = source if isinstance(source, SearchService) else None
    settings = source if isinstance(source, Settings) else source.settings
    app = Flask("search_service.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
    # A cluster computes elsewhere; a request only waits for it.
    turns = Turns() if settings.engine == "whoosh" else None
    if turns is not None:
        app.wsgi_app = Admission(app.wsgi_app, turns)  # type: ignore[method-assign]
    app.wsgi_app = Protected(app.wsgi_app)  # type: ignore[method-assign]
    if limiter is None and settings.rate_limit:
        limiter = RateLimiter(settings.rate_limit)
    _register_resources(app, settings, service, limiter, turns)
    problems.register(app)
    _register_hooks(app, settings)
    return app


def _register_resources(
    app: Flask,
    settings: Settings,
    service: SearchService | None,
    limiter: RateLimiter | None,
    turns: Turns | None,
) -> None:
    api = make_api(app)
    for blueprint in READING:
        api.register_blueprint(blueprint)
    if settings.admin_key:
        api.register_blueprint(CHANGING)
    for blueprint in OPERATING:
        api.register_blueprint(blueprint)
    app.register_blueprint(web.blueprint)
    openapi = document(api, settings)
    app.extensions["search_service"] = Context(
        settings=settings,
        index=ServedIndex(settings, service),
        cache=Cache(settings.cache_size),
        metrics=Metrics(),
        limiter=limiter,
        turns=turns,
        openapi=lambda: openapi,
        exports=threading.BoundedSemaphore(max(settings.threads // 2, 1)),
    )


def _register_hooks(app: Flask, settings: Settings) -> None:
    shared: Context = app.extensions["search_service"]

    @app.before_request
    def begin() -> Response | None:
        g.started = time.perf_counter()
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        require_utf8(request.environ)
        if not request.path.startswith(render.API + "/"):
            return None
        if request.method != "OPTIONS":  # a browser asks before it calls
            _count(shared.limiter)
        if not settings.admin_key:
            hide_admin()
        if request.routing_exception is None and request.method in ("GET", "HEAD"):
            return cached()
        return None

    @app.after_request
    def finish(response: Response) -> Response:
        allow_origin(response.headers, settings, request.environ.get("HTTP_ORIGIN"))
        if request.method == "OPTIONS":
            preflight(response, settings)
        response.headers.add("X-Request-ID", g.request_id)
        _record(shared, response)
        return response


def _count(limiter: RateLimiter | None) -> None:
    if limiter is None:
        return
    seconds = limiter.wait(request.remote_addr or "")
    if seconds > 0:
        raise problems.Problem(
            429,
            f"this client may call {limiter.per_minute} times a minute; "
            f"wait {seconds:.1f} s before the next request",
            headers={"Retry-After": str(int(seconds) + 1)},
        )


def _record(shared: Context, response: Response) -> None:
    seconds = time.perf_counter() - g.started
    rule = request.url_rule
    endpoint = rule.rule if rule is not None else "unknown"
    method = request.method if request.method in _METHODS else "other"
    shared.metrics.answered(endpoint, method, response.status_code, seconds)
    if _access.isEnabledFor(logging.INFO):
        _access.info(
            "request",
            extra={
                "request_id": g.request_id,
                "client": request.remote_addr,
                "method": method,
                "path": request.path[:200],  # never the query: it may hold what is private
                "status": response.status_code,
                "ms": round(seconds * 1000, 2),
                "bytes": response.content_length,
            },
        )


_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"})
