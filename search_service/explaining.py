"""How a query was read, and why a section does or does not match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from search_service.analysis import FoldedText, Segmenter, fold
from search_service.errors import NotFound
from search_service.models import (
    Document,
    MatchKind,
    Mode,
    QueryPart,
    Section,
    Synonym,
    context_parts,
)
from search_service.query import Chunk, Part
from search_service.requests import SearchRequest
from search_service.service import SearchService

_ORDINAL = re.compile("[0-9]{1,9}")


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
    """Stands in the context, or all its parts do, or all its words if it may match by words."""
    words_found: tuple[str, ...] | None = None
    words_missing: tuple[str, ...] | None = None
    synonyms_found: tuple[str, ...] | None = None
    """Words of its synonyms that the section has, where these were searched."""
    nearest: str | None = None
    """The longest piece of the folded chunk that stands in the section."""
    nearest_text: str | None = None
    """That piece as the section writes it, heading and text joined by a line feed."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was read, and whether a section matches it."""

    q: str
    mode: Mode
    chunks: tuple[ChunkExplained, ...]
    relaxed: bool
    """Nothing in the index matches as asked, so any of the words is enough."""
    warnings: tuple[str, ...]
    section: str | None
    match: MatchKind | None


def explain(
    service: SearchService,
    q: str,
    mode: Mode = "auto",
    section_id: str | None = None,
    synonyms: bool = True,
) -> Explanation:
    """Explain how ``q`` is read and, for a section, how it is answered there.

    Raises ``NotFound`` if there is no such section.
    """
    reading = service.read_query(SearchRequest(q, mode, synonyms=synonyms))
    chunks = tuple(
        ChunkExplained(
            chunk.text,
            chunk.folded,
            chunk.words,
            chunk.quoted,
            exclude,
            chunk.shown_parts(),
            chunk.synonyms,
        )
        for chunk, exclude in reading.parsed.chunks()
    )
    if section_id is None:
        return Explanation(q, mode, chunks, reading.relaxed, reading.warnings, None, None)
    document_id, _, ordinal = section_id.rpartition("/")
    if not _ORDINAL.fullmatch(ordinal):
        raise NotFound(f"there is no section {section_id!r} in the index")
    owner, section = service.section(document_id, int(ordinal))
    answers = _Answers(owner, section, service.segmenter, by_words=mode != "literal")
    answered = tuple(
        answers.to(explained, chunk, () if explained.exclude else reading.others(chunk))
        for explained, (chunk, _) in zip(chunks, reading.parsed.chunks(), strict=True)
    )
    match = service.match(reading, section)
    return Explanation(q, mode, answered, reading.relaxed, reading.warnings, section_id, match)


class _Answers:
    """What one section has of what is asked."""

    def __init__(
        self, owner: Document, section: Section, segmenter: Segmenter, by_words: bool
    ) -> None:
        self._owner = owner
        self._by_words = by_words
        self._own_text = section.own_text
        self._own = FoldedText(section.own_text)
        context = context_parts(owner, section.path)
        self._context = [fold(part) for part in context]
        self._words = _words_of((section.heading, section.text), segmenter)
        self._context_words = _words_of(context, segmenter)

    def to(self, explained: ChunkExplained, chunk: Chunk, others: Sequence[str]) -> ChunkExplained:
        """Return ``explained`` with how the section answers; ``others`` are words of synonyms."""
        nearest = longest_piece(chunk.folded, self._own.text)
        return replace(
            explained,
            in_text=chunk.folded in self._own.text,
            in_context=any(chunk.folded in part for part in self._context)
            or (bool(chunk.parts) and all(map(self._in_context, chunk.parts)))
            or self._in_context_by_words(chunk),
            words_found=tuple(word for word in chunk.words if word in self._words),
            words_missing=tuple(word for word in chunk.words if word not in self._words),
            synonyms_found=tuple(word for word in others if word in self._words),
            nearest=nearest,
            nearest_text=self._as_written(nearest),
        )

    def _in_context(self, part: Part) -> bool:
        year = self._owner.year
        if part.years is not None and year is not None and part.years[0] <= year <= part.years[1]:
            return True
        names = (part.folded, *part.names)
        return any(name in text for text in self._context for name in names)

    def _in_context_by_words(self, chunk: Chunk) -> bool:
        asked = frozenset(chunk.words)
        return self._by_words and not chunk.quoted and bool(asked) and asked <= self._context_words

    def _as_written(self, piece: str) -> str:
        if not piece:
            return ""
        start = self._own.text.index(piece)
        span = self._own.original(start, start + len(piece))
        return self._own_text[span.start : span.end]


def _words_of(parts: Iterable[str], segmenter: Segmenter) -> frozenset[str]:
    return frozenset(word for part in parts for word in segmenter.search_words(part))


def longest_piece(needle: str, text: str) -> str:
    """Return the longest substring of ``needle`` that stands in ``text``, the first if several.

    Looks into ``text`` at most twice per code point of ``needle``.
    """
    best = ""
    for start in range(len(needle)):
        end = start + len(best) + 1
        while end <= len(needle) and needle[start:end] in text:
            best = needle[start:end]
            end += 1
    return best
