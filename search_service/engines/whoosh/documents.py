"""The documents of a generation: lookup by id, facet values, filters, orders."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search_service.engines.whoosh.segment import Segment
from search_service.models import Document, Filters, Sort, in_years


class DocumentTable:
    """Documents are numbered through all segments, deleted ones included."""

    def __init__(
        self, segments: Sequence[Segment], bases: Sequence[int], deleted: Sequence[int]
    ) -> None:
        self._segments = segments
        self._bases = bases
        self.ids: list[str] = [name for segment in segments for name in segment.values("id")]
        self.live = np.ones(len(self.ids), np.bool_)
        self.live[list(deleted)] = False
        self.number_of = {name: n for n, name in enumerate(self.ids) if self.live[n]}
        self.fields = {
            name: _Field([value for s in segments for value in s.values(name)])
            for name in ("district", "town", "year")
        }
        self.rank = places_in(sorted(range(len(self.ids)), key=self.ids.__getitem__))
        """Place of each document in the order of ids."""

    def __len__(self) -> int:
        return len(self.number_of)

    def locate(self, number: int) -> tuple[Segment, int]:
        """Return the segment that holds a document, and its number there."""
        place = bisect_right(self._bases, number) - 1
        return self._segments[place], number - self._bases[place]

    def __getitem__(self, number: int) -> Document:
        segment, local = self.locate(number)
        return segment.document(local)

    def accepted(self, filters: Filters, ignore: str = "") -> npt.NDArray[np.bool_]:
        """Return which documents are live and pass all fields of ``filters`` but ``ignore``."""
        mask = self.live
        if filters.district and ignore != "district":
            mask = mask & self.fields["district"].among(filters.district.__contains__)
        if filters.town and ignore != "town":
            mask = mask & self.fields["town"].among(filters.town.__contains__)
        if filters.year and ignore != "year":
            mask = mask & self.fields["year"].among(lambda year: in_years(year, filters.year))
        if filters.document:
            named = np.zeros(len(self.ids), np.bool_)
            named[[self.number_of[name] for name in filters.document if name in self.number_of]] = (
                True
            )
            mask = mask & named
        return mask

    def values(self, field: str) -> list[Any]:
        """Return the values of ``district``, ``town`` or ``year`` that live documents have."""
        column = self.fields[field]
        found = [column.values[number] for number in np.unique(column.numbers[self.live]).tolist()]
        return [value for value in found if value is not None]

    def order(self, sort: Sort) -> npt.NDArray[np.intp]:
        """Return the place of each document in ``sort``; missing values come last."""
        keys: list[npt.NDArray[np.intp]] = [self.rank]
        if sort == "district":
            keys.append(self.fields["district"].rank())
        elif sort in ("year", "-year"):
            keys.append(self.fields["year"].rank(descending=sort == "-year"))
        return places_in(np.lexsort(keys))


class _Field:
    """The values of one field, as numbers into the list of distinct values."""

    def __init__(self, column: Sequence[Any]) -> None:
        self.values: list[Any] = list(dict.fromkeys(column))
        number = {value: n for n, value in enumerate(self.values)}
        self.numbers = np.array([number[value] for value in column], np.intp)

    def among(self, wanted: Callable[[Any], bool]) -> npt.NDArray[np.bool_]:
        """Return which documents have a value that passes the test."""
        passing = np.array([wanted(value) for value in self.values], np.bool_)
        result: npt.NDArray[np.bool_] = passing[self.numbers]
        return result

    def rank(self, descending: bool = False) -> npt.NDArray[np.intp]:
        """Return the place of each document's value in the order of values, missing last."""
        present = [n for n, value in enumerate(self.values) if value is not None]
        present.sort(key=self.values.__getitem__, reverse=descending)
        missing = [n for n, value in enumerate(self.values) if value is None]
        return places_in([*present, *missing])[self.numbers]


def places_in(ordered: Sequence[int] | npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the place of each number in ``ordered``, which holds all from 0 on once."""
    places = np.empty(len(ordered), np.intp)
    places[ordered] = np.arange(len(ordered))
    return places
