"""``/export``: every hit of a search, streamed."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from flask import Response, request, stream_with_context

from search_service.api import parameters, render
from search_service.api.conditional import etag, require_acceptable
from search_service.api.context import context
from search_service.api.endpoints import Blueprint
from search_service.api.problems import Problem
from search_service.api.views.search import search_request
from search_service.models import Hit

blueprint = Blueprint("export", __name__, url_prefix=render.API, description="Taking all hits")

COLUMNS = (
    "id",
    "match",
    "score",
    "district",
    "town",
    "year",
    "document",
    "title",
    "issuer",
    "date",
    "number",
    "source",
    "path",
    "heading",
    "text",
    "page",
)

_BYTE_ORDER_MARK = "\ufeff"  # tells Excel that a CSV file is UTF-8
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BATCH = 100
"""Hits that are sent together."""

_running = threading.BoundedSemaphore(4)
"""Exports of this process at a time: each holds a thread for as long as the client reads."""


@blueprint.route("/export")
@blueprint.parameters(parameters.Export())
@blueprint.answers(
    200,
    {"type": "string", "description": "A table in UTF-8 with a byte order mark."},
    content_type="text/csv",
)
@blueprint.answers(
    200,
    {"type": "string", "description": "One JSON object a line."},
    content_type="application/x-ndjson",
)
def export(args: dict[str, Any]) -> Response:
    """Take all hits of a search as a table or as JSON lines."""
    as_csv = args["format"] == "csv"
    mimetype = "text/csv; charset=utf-8" if as_csv else "application/x-ndjson"
    require_acceptable(mimetype)
    service = context().index.service()
    tag = etag(service.info().generation, args)
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "no-cache"}
    if tag in request.if_none_match.as_set(include_weak=True):
        return Response(status=304, headers=headers)
    if not _running.acquire(blocking=False):
        raise Problem(503, "too many exports are running; try again", headers={"Retry-After": "10"})
    try:
        hits = service.stream(search_request(args))
        first = list(islice(hits, _BATCH))  # what fails, fails before the 200 is sent
    except BaseException:
        _running.release()
        raise
    lines = _csv if as_csv else _json_lines
    body = lines(chain(first, hits), request.script_root)
    name = f"sections.{args['format']}"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if request.method == "HEAD":
        _running.release()
        return Response(b"", content_type=mimetype, headers=headers)
    response = Response(stream_with_context(body), content_type=mimetype, headers=headers)
    response.call_on_close(_once(_running.release))
    return response


def _csv(hits: Iterator[Hit], root: str) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_BYTE_ORDER_MARK)
    writer.writerow(COLUMNS)
    while True:
        batch = list(islice(hits, _BATCH))
        writer.writerows([_cell(value) for value in _row(hit, root)] for hit in batch)
        yield buffer.getvalue().encode()
        if not batch:
            return
        buffer.seek(0)
        buffer.truncate()


def _json_lines(hits: Iterator[Hit], root: str) -> Iterator[bytes]:
    while batch := list(islice(hits, _BATCH)):
        yield b"".join(
            render.encode({**render.hit(hit, root), "text": hit.section.text}) + b"\n"
            for hit in batch
        )


def _row(hit: Hit, root: str) -> tuple[Any, ...]:
    document, section = hit.document, hit.section
    return (
        section.id,
        hit.match,
        round(hit.score, 4),
        document.district,
        document.town,
        document.year,
        document.id,
        document.title,
        document.issuer,
        document.date,
        document.number,
        document.source,
        " / ".join(section.path),
        section.heading,
        section.text,
        render.links(section, root)["page"],
    )


def _cell(value: Any) -> Any:
    # A spreadsheet would run text that begins like a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _once(release: Callable[[], None]) -> Callable[[], None]:
    """Return a function that calls ``release`` the first time only."""
    pending = [release]
    return lambda: pending.pop()() if pending else None
