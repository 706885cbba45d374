"""Where and when a phrase appears, as a table of districts and years."""

from __future__ import annotations

from dataclasses import dataclass

from search_service.engines.base import MatrixRow
from search_service.facets import years_between
from search_service.requests import make_filters
from search_service.service import SearchService
from search_service.web.asked import Asked

SHADES = 5
"""Steps of shading; ``matrix.js`` has the same."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the reports of one district and year hold."""

    row: MatrixRow
    shade: int
    """From 0 for no occurrence to ``SHADES`` for the densest."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by district and year; a missing one stands for reports that are not held."""

    districts: tuple[str | None, ...]
    years: tuple[int | None, ...]
    cells: dict[tuple[str | None, int | None], Cell]
    sections: int


def table(service: SearchService, asked: Asked) -> Table:
    """Count what ``asked`` asks for; without a query, what is held."""
    filters = make_filters(asked.district, asked.town, asked.year, asked.document)
    rows = service.matrix(asked.q, filters=filters)
    years: list[int | None] = [*years_between(row.year for row in rows if row.year is not None)]
    if any(row.year is None for row in rows):
        years.append(None)
    top = max((row.per_10000 for row in rows), default=0.0)
    return Table(
        districts=tuple(sorted({row.district for row in rows}, key=lambda d: (d is None, d or ""))),
        years=tuple(years),
        cells={(row.district, row.year): Cell(row, _shade(row.per_10000, top)) for row in rows},
        sections=sum(row.sections for row in rows),
    )


def _shade(rate: float, top: float) -> int:
    return 0 if rate <= 0 else max(1, min(SHADES, -int(-SHADES * rate // top)))
