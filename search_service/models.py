"""What a document, a section, a request, a hit and a result are.

All values are immutable. Every offset in this package counts Unicode code
points, never bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Mode = Literal["auto", "literal", "words"]
MODES: tuple[Mode, ...] = ("auto", "literal", "words")

Sort = Literal["relevance", "year", "-year", "district", "document"]
SORTS: tuple[Sort, ...] = ("relevance", "year", "-year", "district", "document")
DOCUMENT_SORTS: tuple[Sort, ...] = ("document", "year", "-year", "district")
"""Orders of a list of documents, to which nothing is relevant."""

MatchKind = Literal["literal", "words", "partial"]
MATCH_KINDS: tuple[MatchKind, ...] = ("literal", "words", "partial")
"""Ranking groups, best first."""

FacetField = Literal["district", "year"]
FACET_FIELDS: tuple[FacetField, ...] = ("district", "year")
UNKNOWN = "未知"
"""How a missing district, town or year is written where values are text."""


@dataclass(frozen=True, slots=True)
class Document:
    """The metadata of one report; ``None`` where the report does not say."""

    id: str
    """Stable and URL-safe; the stem of the source's file name unless given."""
    title: str = ""
    district: str | None = None
    """Canonical short name of the division the report is about, e.g. ``酉阳县``."""
    town: str | None = None
    """Town, township or subdistrict that issued it, else ``None``."""
    issuer: str | None = None
    year: int | None = None
    """The year reported on, not the year of signature."""
    date: str | None = None
    """Day signed or published, ISO 8601."""
    number: str | None = None
    """Document number as written, e.g. ``武隆府文〔2021〕1号``."""
    source: str = ""
    """File name or URL that the report came from."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a report: the unit that is indexed, found, counted and linked to."""

    document_id: str
    ordinal: int
    """Position in reading order, from 0."""
    heading: str
    """Its heading as written, numbering kept; ``""`` for the opening."""
    path: tuple[str, ...]
    """Headings of its ancestors, outermost first."""
    level: int
    """0 for the opening, 1 for 一、, 2 for （一）, 3 for 1. and so on."""
    text: str
    """Its own body; paragraphs are separated by ``\\n``."""

    @property
    def id(self) -> str:
        """``{document id}/{ordinal}``."""
        return f"{self.document_id}/{self.ordinal}"

    @property
    def own_text(self) -> str:
        """Heading, line feed, text: what literal matching looks at."""
        return f"{self.heading}\n{self.text}"


def context_parts(document: Document, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts that are the context of a section below ``path`` in ``document``."""
    return (document.title, document.district or "", document.town or "", *path)


@dataclass(frozen=True, slots=True)
class Report:
    """A document with its sections in reading order."""

    document: Document
    sections: tuple[Section, ...]
    fingerprint: str = ""
    """Changes whenever the source or the way it is read changes; ``""`` if unknown."""


@dataclass(frozen=True, slots=True)
class YearRange:
    """Years from ``first`` to ``last``, both included; ``None`` leaves an end open."""

    first: int | None
    last: int | None

    def __contains__(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (
            self.last is None or year <= self.last
        )


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents a search is restricted to.

    The values of one field are OR-ed, the fields are AND-ed, an empty field does
    not restrict. ``None`` among the values selects documents without one.
    """

    district: tuple[str | None, ...] = ()
    town: tuple[str | None, ...] = ()
    year: tuple[YearRange | None, ...] = ()
    document: tuple[str, ...] = ()


def in_years(year: int | None, wanted: Sequence[YearRange | None]) -> bool:
    """Return whether ``year`` is in one of the ranges; ``None`` among them wants no year."""
    if year is None:
        return None in wanted
    return any(span is not None and year in span for span in wanted)


class Span(NamedTuple):
    """A half-open range of code points: a tuple, because answers have so many of them."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a section's text that shows why the section was found."""

    text: str
    start: int
    """Offset of ``text`` in the section's text."""
    end: int
    matches: tuple[Span, ...]
    """What to mark, in offsets of the section's text; ordered, disjoint."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One section that was found."""

    section: Section
    document: Document
    match: MatchKind
    score: float
    passages: tuple[Passage, ...] = ()
    heading_matches: tuple[Span, ...] = ()
    """What to mark in the section's heading."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet field with the number of matching sections."""

    value: str | int | None
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which state of the index an answer comes from."""

    generation: str
    documents: int
    sections: int


PartKind = Literal["place", "year", "text"]


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A piece of a chunk in which a place or a year was recognised."""

    text: str
    kind: PartKind


@dataclass(frozen=True, slots=True)
class Synonym:
    """Something typed, and the terms of laws and reports that it was also searched by."""

    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryChunk:
    """How one chunk of the query was read, for display."""

    text: str
    words: tuple[str, ...]
    literal: bool
    exclude: bool
    parts: tuple[QueryPart, ...] = ()
    """Its pieces where a place or a year was recognised in it, else none."""


@dataclass(frozen=True, slots=True)
class QueryInfo:
    """How the query was read, for display."""

    q: str
    mode: Mode
    filters: Filters
    sort: Sort
    chunks: tuple[QueryChunk, ...]
    relaxed: bool
    """True where nothing matched as asked, so the words were OR-ed."""
    warnings: tuple[str, ...]
    synonyms: tuple[Synonym, ...] = ()
    """What was searched beside the words typed; empty where synonyms were not needed."""
    did_you_mean: str | None = None
    """What may have been meant, where nothing was found literally and this is found."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits with exact counts over all of them."""

    query: QueryInfo
    total: int
    total_literal: int
    page: int
    per_page: int
    hits: tuple[Hit, ...]
    facets: Mapping[FacetField, tuple[FacetValue, ...]]
    index: IndexInfo
    took_ms: float = field(compare=False)

    @property
    def pages(self) -> int:
        """Number of pages that hold all hits."""
        return -(-self.total // self.per_page)
