"""A generation opened for searching: all segments as one space of section numbers.

Sections, contexts and documents are numbered through the segments in their order,
deleted ones included; posting lists come out without deleted sections.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from search_service import ranking
from search_service.engines.base import Sampled
from search_service.engines.whoosh.cache import ByteCache
from search_service.engines.whoosh.documents import DocumentTable, places_in
from search_service.engines.whoosh.facets import FacetTable
from search_service.engines.whoosh.grams import UNLIMITED, Effort, pair_keys
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.segment import Segment, TextIndex
from search_service.engines.whoosh.sets import EMPTY, intersect_all, mask_of, subtract
from search_service.engines.whoosh.store import Manifest
from search_service.models import Filters, IndexInfo, Section, Sort

_CACHE_BYTES = 64 * 1024 * 1024

_MASKED = 32
"""The sections of contexts are collected by a mask if they are more than this part of all."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class WordPostings:
    """The sections of a word with what the word adds to their scores."""

    own: Ids
    """Sections whose own text has the word."""
    scores: Floats
    """Per section in ``own``: BM25 of the word, and its weight in the context if there."""
    beside: Ids
    """Sections that have it in their context only."""
    context_score: float
    """What it adds to those."""
    weight: float
    """Inverse document frequency."""

    @property
    def size(self) -> int:
        """Bytes of the arrays."""
        return self.own.nbytes + self.scores.nbytes + self.beside.nbytes


class Snapshot:
    """An immutable view of one generation; safe to share between threads."""

    def __init__(self, manifest: Manifest, segments: Sequence[Segment]) -> None:
        self.manifest = manifest
        self.segments = segments
        self.bases = _bases([len(segment) for segment in segments])
        self.size = self.bases[-1]
        context_bases = _bases([len(segment.contexts.lengths) for segment in segments])
        document_bases = _bases([segment.documents for segment in segments])
        self.contexts = context_bases[-1]
        self._context_bases = context_bases
        deleted = [
            base + number
            for entry, base in zip(manifest.segments, document_bases, strict=False)
            for number in entry.deleted
        ]
        self.documents = DocumentTable(segments, document_bases, deleted)
        self.document_of = _joined([s.document_of for s in segments], document_bases)
        self.context_of = _joined([s.context_of for s in segments], context_bases)
        self.live = self.documents.live[self.document_of]
        self.dead = np.flatnonzero(~self.live)
        self.info = IndexInfo(manifest.generation, len(self.documents), self.size - len(self.dead))
        self.lengths = np.concatenate(
            [np.empty(0, np.uint32), *(segment.own.lengths for segment in segments)]
        )
        live_lengths = self.lengths[self.live]
        average = float(live_lengths.mean(dtype=np.float64)) if len(live_lengths) else 0.0
        relative = self.lengths / (average or 1.0)
        self._norms = (ranking.K1 * (1 - ranking.B + ranking.B * relative)).astype(np.float32)
        self.order = self._order()
        self._words: ByteCache[WordPostings] = ByteCache(_CACHE_BYTES, lambda p: p.size)
        self._grams: ByteCache[Ids] = ByteCache(_CACHE_BYTES // 2, lambda ids: ids.nbytes)
        self._masks: ByteCache[npt.NDArray[np.bool_]] = ByteCache(4 << 20, lambda m: m.nbytes)

    # --- sections ---

    def section(self, number: int) -> Section:
        """Return a section by its number."""
        segment, local = self.locate(number)
        return segment.section(local)

    def locate(self, number: int) -> tuple[Segment, int]:
        """Return the segment that holds a section, and its number there."""
        if len(self.segments) == 1:
            return self.segments[0], number
        place = bisect_right(self.bases, number) - 1
        return self.segments[place], number - self.bases[place]

    def sampled(self, number: int) -> Sampled:
        """Return a section's folded own text; its heading is restored when asked for."""
        segment, local = self.locate(number)
        return Sampled(segment.own.folded[local], lambda: segment.section(local).heading)

    def sections_of(self, document: int) -> tuple[int, int]:
        """Return the range of section numbers of a document."""
        segment, local = self.documents.locate(document)
        base = self.bases[self.segments.index(segment)]
        first, end = segment.first_section[local : local + 2].tolist()
        return base + first, base + end

    def _order(self) -> Ids | None:
        """Return the place of each section by document id and ordinal; ``None`` if as numbered."""
        rank = self.documents.rank
        if bool((np.diff(rank) > 0).all()):
            return None
        return places_in(np.lexsort((np.arange(self.size), rank[self.document_of])))

    def first_in_order(self, ids: Ids, count: int) -> Ids:
        """Return the first ``count`` of the sections ``ids`` by document id and ordinal."""
        if self.order is None or len(ids) <= count:
            chosen = ids if self.order is None else ids[self.order[ids].argsort()]
            return chosen[:count]
        # Where many are hits, the first ones are among the first sections.
        reach = 4 * count * self.size // len(ids) + count
        if reach * 4 < len(ids):
            early = self._ordered[:reach]
            found = early[ids.take(ids.searchsorted(early), mode="clip") == early]
            if len(found) >= count:
                return np.asarray(found[:count], np.intp)
        place = self.order[ids]
        nearest = place.argpartition(count)[:count]
        first: Ids = ids[nearest[place[nearest].argsort()]]
        return first

    @cached_property
    def _ordered(self) -> Ids:
        """The sections by document id and ordinal."""
        return np.arange(self.size) if self.order is None else self.order.argsort()

    def places(self, sort: Sort) -> Ids:
        """Return the place of each section when sorted by a key of its document."""
        document_place = self.documents.order(sort)
        return places_in(np.lexsort((np.arange(self.size), document_place[self.document_of])))

    @cached_property
    def facets(self) -> FacetTable:
        """The facet values of every section."""
        return FacetTable(self.documents, self.document_of)

    def characters(self) -> npt.NDArray[np.int64]:
        """Return the number of code points in each document's folded own texts."""
        return np.concatenate(
            [np.empty(0, np.int64), *(segment.characters for segment in self.segments)]
        )

    def accepted(self, filters: Filters, ignore: str = "") -> npt.NDArray[np.bool_]:
        """Return which sections are live and pass ``filters``, but for one field."""
        return self._masks.get(
            (filters, ignore),
            lambda: self.documents.accepted(filters, ignore)[self.document_of],
        )

    # --- postings ---

    def literal(self, text: str, effort: Effort = UNLIMITED) -> Ids:
        """Return the live sections whose folded own text contains ``text`` (folded).

        Raises ``Exhausted`` if that takes more than is left of ``effort``.
        """
        if not text or not _searchable(text):
            return EMPTY
        if len(text) <= 2:  # no section is read to find it
            return self._grams.get(text, lambda: self._containing(text, UNLIMITED))
        return self._containing(text, effort)

    def _containing(self, text: str, effort: Effort) -> Ids:
        return self._alive(self._gather([s.own for s in self.segments], self.bases, text, effort))

    def contexts_with(self, text: str, effort: Effort = UNLIMITED) -> Ids:
        """Return the contexts one of whose parts contains ``text`` (folded).

        Raises ``Exhausted`` if that takes more than is left of ``effort``.
        """
        if not text or not _searchable(text):
            return EMPTY
        indexes = [segment.contexts for segment in self.segments]
        return self._gather(indexes, self._context_bases, text, effort)

    def contexts_of_words(self, words: Sequence[str]) -> Ids:
        """Return the contexts that have all ``words``; none if there are no words."""
        lists = [self._contexts_of_word(word) for word in words]
        return intersect_all(lists, self.contexts) if lists else EMPTY

    @staticmethod
    def _gather(
        indexes: Sequence[TextIndex], bases: Sequence[int], text: str, effort: Effort
    ) -> Ids:
        keys = pair_keys(text)
        lists = [
            found + base if base else found
            for index, base in zip(indexes, bases, strict=False)
            if len(found := index.grams.containing(text, keys, effort))
        ]
        return lists[0] if len(lists) == 1 else np.concatenate([EMPTY, *lists])

    def _with_contexts(self, contexts: Ids) -> Ids:
        few = self.sections_with(contexts, self.size // _MASKED)
        if few is not None:
            return few
        return self._alive(np.flatnonzero(mask_of(contexts, self.contexts)[self.context_of]))

    @cached_property
    def _sections_by_context(self) -> tuple[Ids, Ids]:
        """The sections ordered by context, and where those of each context start."""
        ordered = self.context_of.argsort(kind="stable")
        return ordered, self.context_of[ordered].searchsorted(np.arange(self.contexts + 1))

    def sections_with(self, contexts: Ids, limit: int) -> Ids | None:
        """Return the live sections of ``contexts``, or ``None`` if they are more than ``limit``."""
        if not len(contexts):
            return EMPTY
        if len(contexts) > limit:  # each has a section
            return None
        ordered, starts = self._sections_by_context
        first = starts[contexts]
        counts = starts[contexts + 1] - first
        ends = counts.cumsum()
        if ends[-1] > limit:
            return None
        sections = ordered[np.repeat(first - ends + counts, counts) + np.arange(ends[-1])]
        sections.sort()
        return self._alive(sections)

    def _alive(self, ids: Ids) -> Ids:
        return ids if not len(self.dead) else ids[self.live[ids]]

    def word(self, word: str) -> WordPostings:
        """Return where a word stands and what it adds to a score."""
        return self._words.get(word, lambda: self._word(word))

    def _word(self, word: str) -> WordPostings:
        ids, counts = [EMPTY], [np.empty(0, np.uint8)]
        for segment, base in zip(self.segments, self.bases, strict=False):
            number = segment.own.words.find(word)
            if number >= 0:
                ids.append(segment.own.words.ids(number) + base)
                counts.append(segment.own.words.weights(number))
        own = np.concatenate(ids)
        frequency = np.concatenate(counts).astype(np.float32)
        if len(self.dead):
            alive = self.live[own]
            own, frequency = own[alive], frequency[alive]
        weight = ranking.inverse_document_frequency(self.info.sections, len(own))
        scores = frequency * np.float32(weight * (ranking.K1 + 1))
        scores /= frequency + self._norms[own]
        beside = self._with_contexts(self._contexts_of_word(word))
        context_score = weight * ranking.CONTEXT_WEIGHT
        if len(beside) and len(own):
            in_context = mask_of(beside, self.size)
            scores[in_context[own]] += np.float32(context_score)
            beside = subtract(beside, own, self.size)
        return WordPostings(own, scores, beside, context_score, weight)

    def _contexts_of_word(self, word: str) -> Ids:
        lists = [
            segment.contexts.words.ids(number) + base
            for segment, base in zip(self.segments, self._context_bases, strict=False)
            if (number := segment.contexts.words.find(word)) >= 0
        ]
        return lists[0] if len(lists) == 1 else np.concatenate([EMPTY, *lists])

    @cached_property
    def authority(self) -> Floats:
        """How much each document counts for being named by others; made when first needed."""
        citations: dict[str, int] = {}
        for segment, base in zip(self.segments, self.bases, strict=False):
            for title, ids in segment.citations():
                alive = int(self.live[ids + base].sum()) if len(self.dead) else len(ids)
                citations[title] = citations.get(title, 0) + alive
        titles = (title for segment in self.segments for title in segment.titles())
        values = [ranking.authority(citations.get(title, 0)) for title in titles]
        return np.array(values, np.float32)

    def suggestions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return words that start with ``prefix`` with their numbers of live sections.

        The ``limit`` most frequent, then by code points. Frequencies that count deleted
        sections are bounds: words are counted from the highest bound on until no other
        word can be among the most frequent.
        """
        enough = None if len(self.segments) > 1 or len(self.dead) else limit
        bounds: dict[str, int] = {}
        for segment in self.segments:
            for word, frequency in segment.own.words.frequent(prefix, enough):
                bounds[word] = bounds.get(word, 0) + frequency
        best: list[tuple[int, str]] = []
        for word, bound in sorted(bounds.items(), key=lambda item: (-item[1], item[0])):
            if len(best) >= limit and -best[limit - 1][0] > bound:
                break
            count = len(self.word(word).own) if len(self.dead) else bound
            if count:
                insort(best, (-count, word))
        return [(word, -count) for count, word in best[:limit]]


def _searchable(text: str) -> bool:
    """Return whether ``text`` can stand in an index: no NUL, no lone surrogate."""
    if "\0" in text:
        return False
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        return False
    return True


def _bases(lengths: Sequence[int]) -> list[int]:
    bases = [0]
    for length in lengths:
        bases.append(bases[-1] + length)
    return bases


def _joined(columns: Sequence[npt.NDArray[np.uint32]], bases: Sequence[int]) -> Ids:
    parts = [column.astype(np.intp) + base for column, base in zip(columns, bases, strict=False)]
    return np.concatenate([EMPTY, *parts])
