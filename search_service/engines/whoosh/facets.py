"""Counting hits per district and per year.

One count over (district, year) pairs answers for both fields: filtering by a field
afterwards means leaving out its pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from search_service.engines.whoosh.documents import DocumentTable
from search_service.engines.whoosh.postings import Ids
from search_service.models import FacetField, Filters, in_years

if TYPE_CHECKING:
    from search_service.engines.whoosh.snapshot import Snapshot

Counts = dict[FacetField, dict[str | int | None, int]]

_FEW = 100
"""Hits; so many are counted one by one faster than by arrays."""

_MANY_PER_RUN = 16
"""Hits per run; above, looking up where each run starts among the hits is faster."""


class FacetTable:
    """The (district, year) pairs that occur, and the pair of each section."""

    def __init__(self, documents: DocumentTable, document_of: Ids) -> None:
        fields = documents.fields
        district, year = fields["district"], fields["year"]
        self.values: dict[FacetField, list[Any]] = {
            "district": district.values,
            "year": year.values,
        }
        width = len(year.values)
        distinct, pair_of = np.unique(district.numbers * width + year.numbers, return_inverse=True)
        self._value_of: dict[FacetField, Ids] = {
            "district": distinct // max(width, 1),
            "year": distinct % max(width, 1),
        }
        self.pairs: list[tuple[str | None, int | None]] = [
            (district.values[d], year.values[y])
            for d, y in zip(*(self._value_of[name].tolist() for name in self.values), strict=True)
        ]
        self.pair_of_document: Ids = pair_of.astype(np.intp)
        self.pair_of: Ids = self.pair_of_document[document_of]
        """Per section."""
        # Runs of sections of one pair: documents in a row that share it make one.
        starts = np.flatnonzero(np.diff(self.pair_of, prepend=-1))
        self._run_starts: Ids = starts
        self._pair_of_run: Ids = self.pair_of[starts]

    def count_pairs(self, hits: Ids) -> npt.NDArray[np.intp]:
        """Return how many of ``hits`` (ascending) are of each pair."""
        size = len(self.pairs)
        if len(hits) < _MANY_PER_RUN * len(self._run_starts):
            return np.bincount(self.pair_of[hits], minlength=size)
        per_run = np.diff(hits.searchsorted(self._run_starts), append=len(hits))
        return np.bincount(self._pair_of_run, per_run, minlength=size).astype(np.intp)

    def count_values(self, name: FacetField, counts: npt.NDArray[Any]) -> dict[Any, int]:
        """Add up ``counts`` of pairs per value of a field, without the values that have none."""
        values = self.values[name]
        sums = np.bincount(self._value_of[name], counts, minlength=len(values))
        found = np.flatnonzero(sums).tolist()
        return {values[n]: int(total) for n, total in zip(found, sums[found].tolist(), strict=True)}

    def passing(self, name: FacetField, filters: Filters) -> npt.NDArray[np.bool_]:
        """Return which pairs pass the filter of one field."""
        passes = [_passes(name, value, filters) for value in self.values[name]]
        result: npt.NDArray[np.bool_] = np.array(passes, np.bool_)[self._value_of[name]]
        return result


def count_facets(
    snapshot: Snapshot, hits: Ids, filters: Filters, fields: Sequence[FacetField]
) -> Counts:
    """Count the hits per value; a field's counts ignore that field's own filter."""
    if filters.town or filters.document:
        others = Filters(town=filters.town, document=filters.document)
        hits = hits[snapshot.accepted(others)[hits]]
    table = snapshot.facets
    filtered = bool(filters.district or filters.year)
    if len(hits) <= _FEW and not filtered:
        return _count_few(table, hits, fields)
    counts = table.count_pairs(hits)
    result: Counts = {}
    for name in fields:
        passing = counts
        for other in table.values:
            if filtered and other != name:
                passing = passing * table.passing(other, filters)
        result[name] = table.count_values(name, passing)
    return result


def _count_few(table: FacetTable, hits: Ids, fields: Sequence[FacetField]) -> Counts:
    districts: dict[str | int | None, int] = {}
    years: dict[str | int | None, int] = {}
    pairs = table.pairs
    for pair in table.pair_of[hits].tolist():
        district, year = pairs[pair]
        districts[district] = districts.get(district, 0) + 1
        years[year] = years.get(year, 0) + 1
    both: Counts = {"district": districts, "year": years}
    return {name: both[name] for name in fields}


def _passes(name: FacetField, value: Any, filters: Filters) -> bool:
    if name == "district":
        return not filters.district or value in filters.district
    return not filters.year or in_years(value, filters.year)
