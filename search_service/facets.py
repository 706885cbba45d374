"""Facets for display: counted values in their order, the selected ones marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from search_service.models import FacetField, FacetValue, Filters, in_years

LONGEST_SPAN = 100
"""Years over which those without reports are shown, too; ``matrix.js`` has the same.

A year far off is mostly a slip of the pen, and must not make thousands of columns.
"""


def years_between(held: Iterable[int]) -> list[int]:
    """Return the years from the first to the last held; only those held if they lie far apart."""
    years = sorted(set(held))
    if not years or years[-1] - years[0] >= LONGEST_SPAN:
        return years
    return list(range(years[0], years[-1] + 1))


def facet(
    name: FacetField, counts: Mapping[str | int | None, int], filters: Filters
) -> tuple[FacetValue, ...]:
    """Return the values of a facet, the selected ones always.

    Districts go by count, years from the newest, a missing value comes last.
    """
    selected = _selected(name, counts, filters)
    order = _newest_first if name == "year" else _most_first
    found = sorted({**dict.fromkeys(selected, 0), **counts}.items(), key=order)
    return tuple([FacetValue(value, count, value in selected) for value, count in found])


def _newest_first(item: tuple[str | int | None, int]) -> int:
    year = item[0]
    return 1 if year is None else -int(year)


def _most_first(item: tuple[str | int | None, int]) -> tuple[int, bool, str]:
    value, count = item
    return -count, value is None, str(value)


def _selected(
    name: FacetField, counts: Mapping[str | int | None, int], filters: Filters
) -> set[str | int | None]:
    if name == "district":
        return set(filters.district)
    if not filters.year:
        return set()
    return {
        *(year for year in counts if in_years(None if year is None else int(year), filters.year)),
        *(
            span.first if span is not None else None
            for span in filters.year
            if span is None or (span.first is not None and span.first == span.last)
        ),
    }
