"""Storing and deleting documents, for who holds the admin key."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from flask import Response, request
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    RequestEntityTooLarge,
)

from search_service import parsing
from search_service.api import bodies, parameters, render, schemas
from search_service.api.conditional import JSON
from search_service.api.context import context
from search_service.api.endpoints import DOCUMENT_ID, Blueprint
from search_service.api.problems import Problem
from search_service.api.security import require_admin
from search_service.errors import InvalidRequest, NotFound, SourceRefused
from search_service.models import Report

_Body = TypeVar("_Body")

blueprint = Blueprint("admin", __name__, url_prefix=render.API, description="Changing the index")


blueprint.before_request(require_admin)  # before a byte of the body is read


@blueprint.route("/documents/<document_id>", methods=["PUT"], parameters=[DOCUMENT_ID])
@blueprint.parameters(parameters.Nothing())
@blueprint.takes({"application/json": bodies.DocumentBody, "multipart/form-data": bodies.FileBody})
@blueprint.answers(200, schemas.DocumentAnswer, description="Replaced")
@blueprint.answers(201, schemas.DocumentAnswer, description="Stored")
def put_document(_args: dict[str, Any], document_id: str) -> Response:
    """Store or replace a document; it is searchable and durable when this is answered."""
    report = _received(document_id)
    service = context().index.service()
    replaced = service.engine.document(document_id) is not None
    service.update(put=[report])
    _let_others_notice()
    response = Response(
        render.encode(render.report(report)), status=200 if replaced else 201, content_type=JSON
    )
    if not replaced:
        response.headers["Location"] = request.script_root + request.path
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/documents/<document_id>", methods=["DELETE"], parameters=[DOCUMENT_ID])
@blueprint.parameters(parameters.Nothing())
@blueprint.answers(204, None, description="Deleted")
def delete_document(_args: dict[str, Any], document_id: str) -> Response:
    """Delete a document; it is gone for good when this is answered."""
    service = context().index.service()
    if service.engine.document(document_id) is None:
        raise NotFound(f"there is no document {document_id!r} in the index")
    service.update(delete=[document_id])
    _let_others_notice()
    return Response(status=204)


def _let_others_notice() -> None:
    """Wait until every other process looks for a new generation at its next request."""
    if context().settings.workers > 1:
        time.sleep(context().settings.refresh_interval)


def _received(document_id: str) -> Report:
    # Before the body: a file would be stored under another id than the one in the URL.
    reason = parsing.unusable_id(document_id)
    if reason is not None:
        raise InvalidRequest({"document_id": [reason]})
    kind = request.mimetype
    try:
        if kind == "application/json":
            return _from_json(document_id)
        if kind == "multipart/form-data":
            return _from_file(document_id)
    except SourceRefused as error:
        raise InvalidRequest({error.field or "body": [error.reason]}) from None
    raise Problem(
        415, "send the document as application/json, or a file named “file” as multipart/form-data"
    )


def _read(body: Callable[[], _Body]) -> _Body:
    """Read the body; whatever fails while it arrives is the client's doing."""
    try:
        return body()
    except ClientDisconnected:  # or silent for CLIENT_TIMEOUT
        raise Problem(408, "the body did not arrive in time") from None
    except HTTPException:
        raise
    except Exception as error:  # what the server's own parser of chunks raises
        raise Problem(400, f"the body cannot be read: {str(error)[:200]}") from error


def _whole() -> bytes:
    body = request.get_data(cache=False)
    # A body in chunks is cut at the limit without a word.
    if len(body) >= context().settings.max_body and request.environ["wsgi.input"].read(1):
        raise RequestEntityTooLarge
    return body


def _from_json(document_id: str) -> Report:
    body = _read(_whole)
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"the body is not JSON in UTF-8: {error}") from None
    if isinstance(content, dict):
        if content.setdefault("id", document_id) != document_id:
            raise InvalidRequest({"id": [f"differs from {document_id!r} in the URL"]})
        content.setdefault("source", f"{document_id}.json")
    return parsing.report_from_json(content, source=f"{document_id}.json").report


def _from_file(document_id: str) -> Report:
    sent = _read(lambda: list(request.files.items(multi=True)))
    if [field for field, _ in sent] != ["file"] or request.form:
        raise InvalidRequest({"file": ["send exactly one file, in the form field “file”"]})
    file = sent[0][1]
    name = file.filename or f"{document_id}.txt"
    return parsing.parse_bytes(name, file.read(), {"id": document_id}).report
