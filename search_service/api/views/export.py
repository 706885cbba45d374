"""``/export``: every hit of a search, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from flask import Response, request

from search_service.api import parameters, render
from search_service.api.conditional import etag, held, require_acceptable
from search_service.api.context import Context, context
from search_service.api.endpoints import Blueprint
from search_service.api.problems import Problem
from search_service.api.tables import BATCH, FORMATS
from search_service.api.views.search import search_request

blueprint = Blueprint("export", __name__, url_prefix=render.API, description="Taking all hits")


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
    wanted = FORMATS[args["format"]]
    require_acceptable(wanted.content_type)
    shared = context()
    service = shared.index.service()
    tag = etag(service.info().generation, args)
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "no-cache"}
    if held(tag):
        return Response(status=304, headers=headers)
    if not shared.exports.acquire(blocking=False):
        raise Problem(503, "too many exports are running; try again", headers={"Retry-After": "10"})
    leave = _once(shared.exports.release)
    try:
        hits = service.stream(search_request(args))
        first = list(islice(hits, BATCH))  # what fails, fails before the 200 is sent
    except BaseException:
        leave()
        raise
    name = f"sections.{args['format']}"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    pieces = _pieces(wanted.write(chain(first, hits), request.script_root), shared, leave)
    response = Response(pieces, content_type=wanted.content_type, headers=headers)
    response.call_on_close(leave)  # also where nothing was read, as for HEAD
    return response


def _pieces(pieces: Iterator[bytes], shared: Context, leave: Callable[[], None]) -> Iterator[bytes]:
    """Yield ``pieces``, each computed in a turn of its own, and leave at the end."""
    try:
        while True:
            with shared.turn(BATCH):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        leave()


def _once(release: Callable[[], None]) -> Callable[[], None]:
    """Return a function that calls ``release`` the first time only."""
    pending = [release]
    return lambda: pending.pop()() if pending else None
