"""Facets for display: counted values in their order, the selected ones marked."""

from __future__ import annotations

from collections.abc import Mapping

from search_service.models import FacetField, FacetValue, Filters


def facet(
    name: FacetField, counts: Mapping[str | int | None, int], filters: Filters
) -> tuple[FacetValue, ...]:
    """Return the values of a facet, the selected ones always.

    Districts go by count, years from the newest, a missing value comes last.
    """
    if name == "year":
        selected = {value for value in counts if _year_selected(value, filters)}
        selected.update(
            span.first if span is not None else None
            for span in filters.year
            if span is None or (span.first is not None and span.first == span.last)
        )
    else:
        selected = set(filters.district)
    values = [
        FacetValue(value, counts.get(value, 0), value in selected) for value in {*counts, *selected}
    ]
    if name == "year":
        return tuple(sorted(values, key=lambda v: (v.value is None, -int(v.value or 0))))
    return tuple(sorted(values, key=lambda v: (-v.count, v.value is None, str(v.value))))


def _year_selected(value: str | int | None, filters: Filters) -> bool:
    if value is None:
        return None in filters.year
    return any(span is not None and int(value) in span for span in filters.year)
