"""``/documents``: list and read reports."""

from __future__ import annotations

from typing import Any

from flask import Response

from search_service.api import parameters, render, schemas
from search_service.api.conditional import Content, answer
from search_service.api.endpoints import DOCUMENT_ID, ORDINAL, Blueprint
from search_service.api.problems import Problem
from search_service.service import SearchService

blueprint = Blueprint(
    "documents", __name__, url_prefix=render.API, description="Reading reports and sections"
)


@blueprint.route("/documents")
@blueprint.parameters(parameters.Documents())
@blueprint.answers(200, schemas.DocumentsAnswer)
def documents(args: dict[str, Any]) -> Response:
    """List documents."""
    filters = parameters.filters(args)
    page, per_page = args["page"], args["per_page"]

    def make(service: SearchService) -> Content:
        total, found = service.documents(filters, args["sort"], page, per_page)
        return render.encode(render.documents(total, found, page, per_page)), None, None

    return answer(args, make)


@blueprint.route("/documents/<document_id>", parameters=[DOCUMENT_ID])
@blueprint.parameters(parameters.Nothing())
@blueprint.answers(200, schemas.DocumentAnswer)
def document(_args: dict[str, Any], document_id: str) -> Response:
    """Read a document's metadata and outline."""

    def make(service: SearchService) -> Content:
        return render.encode(render.report(service.report(document_id))), None, None

    return answer({}, make)


@blueprint.route("/documents/<document_id>/sections/<ordinal>", parameters=[DOCUMENT_ID, ORDINAL])
@blueprint.parameters(parameters.Section())
@blueprint.answers(200, schemas.SectionAnswer)
def section(args: dict[str, Any], document_id: str, ordinal: str) -> Response:
    """Read a section; with q, also what it marks there."""
    number = _ordinal(ordinal)

    def make(service: SearchService) -> Content:
        owner, found = service.section(document_id, number)
        q = args["q"]
        marks = None if q is None else service.matches(found, q, args["mode"])
        return render.encode(render.section(owner, found, marks)), None, None

    return answer(args, make)


def _ordinal(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise Problem(404, f"{text[:50]!r} is not the number of a section; sections count from 0")
