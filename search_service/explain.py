"""How a query was read, and why a section does or does not match."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search_service.analysis import Segmenter, fold
from search_service.models import (
    Document,
    Filters,
    MatchKind,
    Mode,
    QueryPart,
    Section,
    Synonym,
)
from search_service.query import Chunk, Part
from search_service.requests import SearchRequest
from search_service.service import SearchService


@dataclass(frozen=True, slots=True)
class ChunkExplained:
    """How a chunk was read, and how a section answers it (``None`` without a section)."""

    text: str
    folded: str
    words: tuple[str, ...]
    literal: bool
    exclude: bool
    parts: tuple[QueryPart, ...] = ()
    """Its pieces where a place or a year was recognised in it."""
    synonyms: tuple[Synonym, ...] = ()
    """What helps if it is a question, or if nothing is found."""
    in_text: bool | None = None
    in_context: bool | None = None
    """Stands in the context, or all its parts do."""
    words_found: tuple[str, ...] | None = None
    words_missing: tuple[str, ...] | None = None
    nearest: str | None = None
    """The longest piece of the folded chunk that stands in the section."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was read, and whether a section matches it."""

    q: str
    mode: Mode
    chunks: tuple[ChunkExplained, ...]
    warnings: tuple[str, ...]
    section: str | None
    match: MatchKind | None


def explain(
    service: SearchService, q: str, mode: Mode = "auto", section_id: str | None = None
) -> Explanation:
    """Explain how ``q`` is read and, for a section, how it is answered there.

    Raises ``NotFound`` if there is no such section.
    """
    parsed, warnings = service.read_query(SearchRequest(q, mode))
    chunks = tuple(
        ChunkExplained(
            chunk.text,
            chunk.folded,
            chunk.words,
            chunk.quoted,
            exclude,
            tuple(QueryPart(part.text, part.kind) for part in chunk.parts),
            chunk.synonyms,
        )
        for chunk, exclude in parsed.chunks()
    )
    if section_id is None:
        return Explanation(q, mode, chunks, warnings, None, None)
    document_id, _, ordinal = section_id.rpartition("/")
    owner, section = service.section(document_id, int(ordinal))
    answered = tuple(
        _answered(explained, chunk, owner, section, service.segmenter)
        for explained, (chunk, _) in zip(chunks, parsed.chunks(), strict=True)
    )
    match = _match(service, SearchRequest(q, mode, Filters(document=(document_id,))), section_id)
    return Explanation(q, mode, answered, warnings, section_id, match)


def _answered(
    explained: ChunkExplained, chunk: Chunk, owner: Document, section: Section, segmenter: Segmenter
) -> ChunkExplained:
    own = fold(section.own_text)
    context = [
        fold(part) for part in (owner.title, owner.district or "", owner.town or "", *section.path)
    ]
    words = {*segmenter.search_words(section.heading), *segmenter.search_words(section.text)}
    return replace(
        explained,
        in_text=chunk.folded in own,
        in_context=any(chunk.folded in part for part in context)
        or (bool(chunk.parts) and all(_in_context(p, owner, context) for p in chunk.parts)),
        words_found=tuple(word for word in chunk.words if word in words),
        words_missing=tuple(word for word in chunk.words if word not in words),
        nearest=longest_piece(chunk.folded, own),
    )


def _in_context(part: Part, owner: Document, context: list[str]) -> bool:
    if part.year is not None and part.year == owner.year:
        return True
    return any(name in text for text in context for name in (part.folded, *part.names))


def longest_piece(needle: str, text: str) -> str:
    """Return the longest substring of ``needle`` that stands in ``text``, the first if several."""
    best = ""
    for start in range(len(needle)):
        end = start + len(best) + 1
        while end <= len(needle) and needle[start:end] in text:
            best = needle[start:end]
            end += 1
    return best


def _match(service: SearchService, request: SearchRequest, section_id: str) -> MatchKind | None:
    for hit in service.stream(request):
        if hit.section.id == section_id:
            return hit.match
    return None
