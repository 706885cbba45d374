"""``/healthz``, ``/readyz`` and ``/metrics``: what keeps the service running asks these."""

from __future__ import annotations

from flask import Response

from search_service.api import metrics, render, schemas
from search_service.api.conditional import JSON, require_acceptable
from search_service.api.context import context
from search_service.api.endpoints import Blueprint

blueprint = Blueprint("operation", __name__, description="Running the service")


@blueprint.route("/healthz")
@blueprint.answers(200, schemas.Health)
def healthz() -> Response:
    """Tell that the process answers."""
    return _fresh(b'{"status":"ok"}')


@blueprint.route("/readyz")
@blueprint.answers(200, schemas.Readiness)
def readyz() -> Response:
    """Tell that the index is open and consistent; 503 with the reason if it is not."""
    info = context().index.service().info()
    context().metrics.serving(info)
    return _fresh(render.encode({"status": "ready", "index": render.index(info)}))


@blueprint.route("/metrics")
@blueprint.answers(200, {"type": "string"}, content_type="text/plain")
def metrics_text() -> Response:
    """Tell what Prometheus collects."""
    return _fresh(context().metrics.text(), metrics.CONTENT_TYPE)


def _fresh(body: bytes, content_type: str = JSON) -> Response:
    require_acceptable(content_type)
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response
