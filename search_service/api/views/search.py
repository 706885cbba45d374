"""``/search``: find sections."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from search_service.api import parameters, render, schemas
from search_service.api.conditional import JSON, TEXT, Content, answer
from search_service.api.endpoints import Blueprint
from search_service.requests import SearchRequest
from search_service.service import SearchService
from search_service.terminal import search_text

blueprint = Blueprint("search", __name__, url_prefix=render.API, description="Finding sections")


@blueprint.route("/search")
@blueprint.parameters(parameters.Search())
@blueprint.answers(200, schemas.SearchAnswer)
@blueprint.answers(
    200,
    {"type": "string", "description": "With format=text: the hits for reading."},
    content_type="text/plain",
)
def search(args: dict[str, Any]) -> Response:
    """Find sections.

    Without q, everything is listed in document order. Totals and counts are exact.
    """
    wanted = search_request(args)
    as_text = args["format"] == "text"
    root = request.script_root

    def make(service: SearchService) -> Content:
        result = service.execute(wanted)
        if as_text:
            return search_text(result).encode(), result.index, result.total
        return render.encode(render.search_result(result, root)), result.index, result.total

    return answer(args, make, TEXT if as_text else JSON)


def search_request(args: dict[str, Any]) -> SearchRequest:
    """Return the search that parameters ask for."""
    filters = parameters.filters(args)
    page, per_page = args.get("page", 1), args.get("per_page", 10)
    return SearchRequest(
        args["q"], args["mode"], filters, args["sort"], page, per_page, args["synonyms"]
    )
