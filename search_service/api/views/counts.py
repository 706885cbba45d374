"""``/matrix`` and ``/coverage``: where and when a phrase appears, and what is held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from search_service.api import parameters, render, schemas
from search_service.api.conditional import Content, answer
from search_service.api.endpoints import Blueprint
from search_service.engines.base import MatrixRow
from search_service.facets import years_between
from search_service.service import SearchService

blueprint = Blueprint(
    "counts", __name__, url_prefix=render.API, description="Counting by district and year"
)


@blueprint.route("/matrix")
@blueprint.parameters(parameters.Matrix())
@blueprint.answers(200, schemas.MatrixAnswer)
def matrix(args: dict[str, Any]) -> Response:
    """Count where and when a phrase stands literally, per district and year.

    A pair of district and year of which no document is held is absent, never zero.
    """
    filters = parameters.filters(args)

    def make(service: SearchService) -> Content:
        info = service.info()
        rows = service.matrix(args["q"], filters=filters)
        content = {
            "q": args["q"],
            "filters": render.filters(filters),
            "rows": [
                {
                    "district": row.district,
                    "year": row.year,
                    "documents": row.documents,
                    "sections": row.sections,
                    "occurrences": row.occurrences,
                    "characters": row.characters,
                    "per_10000": round(row.per_10000, 4),
                }
                for row in _ordered(rows)
            ],
            "index": render.index(info),
        }
        return render.encode(content), None, None

    return answer(args, make)


@blueprint.route("/coverage")
@blueprint.parameters(parameters.Filters())
@blueprint.answers(200, schemas.CoverageAnswer)
def coverage(args: dict[str, Any]) -> Response:
    """Tell of which districts and years documents are held, and of which none is."""
    filters = parameters.filters(args)

    def make(service: SearchService) -> Content:
        info = service.info()
        content = _coverage(_ordered(service.matrix("", filters=filters)))
        content["index"] = render.index(info)
        return render.encode(content), None, None

    return answer(args, make)


def _coverage(rows: Sequence[MatrixRow]) -> render.Json:
    districts = list(dict.fromkeys(row.district for row in rows if row.district is not None))
    years = years_between(row.year for row in rows if row.year is not None)
    pairs = {(row.district, row.year) for row in rows}
    return {
        "districts": districts,
        "years": years,
        "held": [
            {
                "district": row.district,
                "year": row.year,
                "documents": row.documents,
                "characters": row.characters,
            }
            for row in rows
        ],
        "missing": [
            {"district": district, "year": year}
            for district in districts
            for year in years
            if (district, year) not in pairs
        ],
    }


def _ordered(rows: Sequence[MatrixRow]) -> list[MatrixRow]:
    """By district, then year; unknown ones last."""
    return sorted(
        rows,
        key=lambda row: (
            row.district is None,
            row.district or "",
            row.year is None,
            row.year or 0,
        ),
    )
