"""Answering reads: ETag and 304, content negotiation, and the cache of answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson
from flask import Response, request

from search_service.api.cache import Answer, Key
from search_service.api.context import context
from search_service.api.problems import Problem
from search_service.models import IndexInfo
from search_service.service import SearchService

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"

Content = tuple[bytes, IndexInfo | None, int | None]
"""Body, the generation that it was made from where known, and the total of a search."""

try:
    VERSION = version("search-service")
except PackageNotFoundError:  # run from a folder that was never installed
    VERSION = "0"


def answer(
    canonical: Mapping[str, Any],
    make: Callable[[SearchService], Content],
    mimetype: str = JSON,
) -> Response:
    """Answer a read whose result depends on the index and on ``canonical`` alone.

    ``make`` is called only if the client does not hold this very answer already.
    """
    require_acceptable(mimetype)
    shared = context()
    service = shared.index.service()
    info = service.info()
    shared.metrics.serving(info)
    tag = etag(info.generation, canonical)
    if held(tag):
        return _not_modified(tag)
    body, made_from, total = make(service)
    if made_from is not None and made_from.generation != info.generation:
        info = made_from
        tag = etag(info.generation, canonical)
    found = Answer(body, mimetype, tag, total)
    if shared.cache.limit:
        shared.cache.put(_key(info.generation), found)
    return _respond(found)


def cached() -> Response | None:
    """Return the answer to this very URL if it is kept and the index has not changed."""
    shared = context()
    if not shared.cache.limit or request.method not in ("GET", "HEAD"):
        return None
    info = shared.index.service().info()
    found = shared.cache.get(_key(info.generation))
    shared.metrics.looked_up(found is not None)
    if found is None:
        return None
    require_acceptable(found.mimetype)
    if held(found.etag):
        return _not_modified(found.etag)
    return _respond(found)


def etag(generation: str, canonical: Mapping[str, Any]) -> str:
    """Return the tag of an answer: equal where index, query and version are equal."""
    parts = orjson.dumps(
        [VERSION, generation, request.path, request.script_root, canonical],
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.blake2b(parts, digest_size=12).hexdigest()


def require_acceptable(mimetype: str) -> None:
    """Refuse with 406 if the client's Accept header rules out ``mimetype``."""
    accept = request.environ.get("HTTP_ACCEPT", "*/*")
    if accept in ("*/*", ""):
        return
    kind = mimetype.partition(";")[0]
    if _quality(kind) <= 0:
        raise Problem(406, f"this answer is {kind}, which the Accept header rules out")


def _quality(kind: str) -> float:
    """Return how welcome a type is by the closest range of the Accept header.

    Parameters of a range (charset=utf-8, version=0.0.4) describe what is sent anyway, or
    a variant that there is not, so they rule nothing out.
    """
    welcome: dict[str, float] = {}
    for accepted, quality in request.accept_mimetypes:
        name = accepted.partition(";")[0].strip().lower()
        welcome[name] = max(quality, welcome.get(name, 0.0))
    ranges = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    return next((welcome[name] for name in ranges if name in welcome), 0.0)


def held(tag: str) -> bool:
    """Return whether the client says that it holds the answer with this tag, or any (``*``)."""
    return "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(tag)


def _key(generation: str) -> Key:
    environ = request.environ
    return Key(generation, request.script_root, request.path, environ.get("QUERY_STRING", ""))


def _respond(found: Answer) -> Response:
    shared = context()
    if found.hits is not None:
        shared.metrics.hits.observe(found.hits)
    response = Response(found.body, content_type=found.mimetype)
    return _tagged(response, found.etag)


def _not_modified(tag: str) -> Response:
    return _tagged(Response(status=304), tag)


def _tagged(response: Response, tag: str) -> Response:
    # Weak, because the time that a search took is in the answer too. no-cache means that
    # the answer may be kept but must be asked for again: the index can change any time.
    response.headers.add("ETag", f'W/"{tag}"')
    response.headers.add("Cache-Control", "no-cache")
    return response
