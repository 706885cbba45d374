"""``/explain``: how a query was read, and why a section does or does not match."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from search_service.api import parameters, render, schemas
from search_service.api.conditional import Content, answer
from search_service.api.endpoints import Blueprint
from search_service.explaining import explain as explain_query
from search_service.service import SearchService

blueprint = Blueprint("explain", __name__, url_prefix=render.API, description="Explaining results")


@blueprint.route("/explain")
@blueprint.parameters(parameters.Explain())
@blueprint.answers(200, schemas.ExplainAnswer)
def explain(args: dict[str, Any]) -> Response:
    """Explain how a query is read and, for a section, why it does or does not match."""

    def make(service: SearchService) -> Content:
        found = explain_query(service, args["q"], args["mode"], args["section"], args["synonyms"])
        content = asdict(found)
        content["chunks"] = [
            {name: value for name, value in chunk.items() if value is not None}
            for chunk in content["chunks"]
        ]
        return render.encode(content), None, None

    return answer(args, make)
