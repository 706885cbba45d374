"""Results as the JSON of the contract, and the same for CSV and JSON lines.

Written by hand rather than dumped by the schemas, because searching is the hot path:
dumping ten hits through marshmallow takes longer than finding them. A test holds every
response against the published schema instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

import orjson

from search_service.models import (
    UNKNOWN,
    Document,
    Filters,
    Hit,
    IndexInfo,
    Passage,
    Report,
    SearchResult,
    Section,
    Span,
    YearRange,
)
from search_service.turns import give_way

Json = dict[str, Any]

API = "/api/v1"


def encode(value: Any) -> bytes:
    """Return ``value`` as JSON in UTF-8, unescaped.

    ``Document``, ``Span`` and ``FacetValue`` have the fields of the contract, in its order,
    and are encoded as they are.
    """
    return orjson.dumps(value)


def search_result(result: SearchResult, root: str = "") -> Json:
    """Return the answer to a search."""
    query = result.query
    return {
        "query": {
            "q": query.q,
            "mode": query.mode,
            "filters": filters(query.filters),
            "sort": query.sort,
            "chunks": [
                {
                    "text": c.text,
                    "words": c.words,
                    "literal": c.literal,
                    "exclude": c.exclude,
                    "parts": [{"text": part.text, "kind": part.kind} for part in c.parts],
                }
                for c in query.chunks
            ],
            "relaxed": query.relaxed,
            "warnings": query.warnings,
            "synonyms": [{"text": s.text, "terms": s.terms} for s in query.synonyms],
            "did_you_mean": query.did_you_mean,
        },
        "total": result.total,
        "total_literal": result.total_literal,
        "page": result.page,
        "per_page": result.per_page,
        "pages": result.pages,
        "hits": [hit(found, root) for found in result.hits],
        "facets": {
            name: [{"value": v.value, "count": v.count, "selected": v.selected} for v in values]
            for name, values in result.facets.items()
        },
        "index": index(result.index),
        "took_ms": round(result.took_ms, 3),
    }


def filters(value: Filters) -> Json:
    """Return filters as they would be written in parameters."""
    return {
        "district": [name or UNKNOWN for name in value.district],
        "town": [name or UNKNOWN for name in value.town],
        "year": [_years(span) for span in value.year],
        "document": value.document,
    }


def _years(span: YearRange | None) -> str:
    if span is None:
        return UNKNOWN
    if span.first == span.last:
        return str(span.first)
    return f"{span.first or ''}..{span.last or ''}"


def hit(found: Hit, root: str = "") -> Json:
    """Return one section that was found."""
    give_way()
    section = found.section
    return {
        "id": section.id,
        "score": round(found.score, 4),
        "match": found.match,
        "document": document(found.document),
        "heading": section.heading,
        "heading_matches": spans(found.heading_matches),
        "path": section.path,
        "passages": [passage(shown) for shown in found.passages],
        "links": links(section, root),
    }


def links(section: Section, root: str = "") -> Json:
    """Return where to read a section: the page for people, the resource for programs."""
    name = _quoted(section.document_id)
    return {
        "page": f"{root}/documents/{name}#s{section.ordinal}",
        "section": f"{root}{API}/documents/{name}/sections/{section.ordinal}",
    }


@lru_cache(4096)
def _quoted(document_id: str) -> str:
    return quote(document_id, safe="")


def document(value: Document) -> Json:
    """Return the metadata of a report."""
    return {
        "id": value.id,
        "title": value.title,
        "district": value.district,
        "town": value.town,
        "issuer": value.issuer,
        "year": value.year,
        "date": value.date,
        "number": value.number,
        "source": value.source,
    }


def documents(total: int, found: Sequence[Document], page: int, per_page: int) -> Json:
    """Return one page of a list of documents."""
    return {
        "total": total,
        "page": page,
        "per_page": per_page,
        "pages": -(-total // per_page),
        "documents": [document(listed) for listed in found],
    }


def report(value: Report) -> Json:
    """Return a report's metadata and outline."""
    return {
        **document(value.document),
        "outline": [
            {
                "id": section.id,
                "ordinal": section.ordinal,
                "heading": section.heading,
                "level": section.level,
            }
            for section in value.sections
        ],
    }


def section(
    owner: Document, value: Section, marks: tuple[Sequence[Span], Sequence[Span]] | None
) -> Json:
    """Return one section; ``marks`` are the matches in heading and text, if asked for."""
    content: Json = {
        "id": value.id,
        "heading": value.heading,
        "level": value.level,
        "path": value.path,
        "text": value.text,
        "document": document(owner),
    }
    if marks is not None:
        content["heading_matches"] = spans(marks[0])
        content["matches"] = spans(marks[1])
    return content


def passage(value: Passage) -> Json:
    """Return a passage with its matches marked."""
    return {
        "text": value.text,
        "html": marked(value),
        "start": value.start,
        "end": value.end,
        "matches": spans(value.matches),
    }


def marked(value: Passage) -> str:
    """Return a passage as HTML: everything escaped, matches in ``<mark>``."""
    text, offset = value.text, value.start
    safe = escape if _UNSAFE.search(text) else str  # nearly all text is safe as it is
    pieces: list[str] = []
    reached = 0
    for start, end in value.matches:
        pieces += (
            safe(text[reached : start - offset]),
            "<mark>",
            safe(text[start - offset : end - offset]),
            "</mark>",
        )
        reached = end - offset
    pieces.append(safe(text[reached:]))
    return "".join(pieces)


_UNSAFE = re.compile("[&<>\"']")
"""What ``escape`` replaces."""


def spans(values: Iterable[Span]) -> list[Json]:
    """Return ranges of code points."""
    return [{"start": start, "end": end} for start, end in values]


def index(info: IndexInfo) -> Json:
    """Return which state of the index an answer comes from."""
    return {
        "generation": info.generation,
        "documents": info.documents,
        "sections": info.sections,
    }
