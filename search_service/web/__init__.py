"""The search page: static files that use only the JSON API."""

from __future__ import annotations

from flask import Blueprint, Response, send_from_directory

blueprint = Blueprint("web", __name__)

_STATIC = "static"


@blueprint.get("/")
def home() -> Response:
    """Return the search page."""
    return send_from_directory(blueprint.root_path, f"{_STATIC}/index.html")


@blueprint.get("/documents/<document_id>")
def reader(**_path: str) -> Response:
    """Return the page that reads a document; it fetches the document itself."""
    return send_from_directory(blueprint.root_path, f"{_STATIC}/reader.html")


@blueprint.get("/static/<name>")
def static(name: str) -> Response:
    """Return a style sheet or script of the page."""
    return send_from_directory(blueprint.root_path + f"/{_STATIC}", name)
