"""``/suggest``: complete what is being typed."""

from __future__ import annotations

from typing import Any

from flask import Response

from search_service.api import parameters, render, schemas
from search_service.api.conditional import Content, answer
from search_service.api.endpoints import Blueprint
from search_service.service import SearchService

blueprint = Blueprint("suggest", __name__, url_prefix=render.API, description="Completing words")


@blueprint.route("/suggest")
@blueprint.parameters(parameters.Suggest())
@blueprint.answers(200, schemas.SuggestAnswer)
def suggest(args: dict[str, Any]) -> Response:
    """Complete the beginning of a word with words that exist in the index."""

    def make(service: SearchService) -> Content:
        found = service.suggest(args["q"], args["limit"])
        content = {
            "q": args["q"],
            "suggestions": [{"text": s.text, "sections": s.sections} for s in found],
        }
        return render.encode(content), None, None

    return answer(args, make)
