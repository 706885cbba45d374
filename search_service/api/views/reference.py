"""``/openapi.json`` and ``/docs``: the API described by itself."""

from __future__ import annotations

import hashlib

from flask import Response, render_template, request

from search_service.api import problems
from search_service.api.conditional import JSON, require_acceptable
from search_service.api.context import context
from search_service.api.endpoints import Blueprint
from search_service.api.openapi import described, mounted

HTML = "text/html; charset=utf-8"

blueprint = Blueprint(
    "reference",
    __name__,
    description="The API described",
    template_folder="../templates",
    static_folder="../static",
    static_url_path="/docs/static",
)


@blueprint.route("/openapi.json")
@blueprint.answers(200, {"type": "object"})
def openapi_json() -> Response:
    """Describe the API for programs (OpenAPI 3.1)."""
    return _stable(mounted(context().openapi(), request.script_root), JSON)


@blueprint.route("/docs")
@blueprint.answers(200, {"type": "string"}, content_type="text/html")
def docs() -> Response:
    """Describe the API for people."""
    page = render_template(
        "docs.html", api=described(context().openapi()), problems=problems.documented()
    )
    return _stable(page.encode(), HTML)


def _stable(body: bytes, content_type: str) -> Response:
    require_acceptable(content_type)
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    response = Response(body, content_type=content_type)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
