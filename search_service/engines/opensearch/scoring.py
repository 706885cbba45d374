"""The exact score of a hit: the cluster finds and pre-sorts, this decides.

Weights and the mean length are counted over the living sections of the served
generation, so the score of a section does not depend on shards, copies or merges.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from search_service import ranking
from search_service.analysis import Segmenter, fold
from search_service.engines.base import Deadline, EngineHit
from search_service.engines.opensearch.client import Cluster, Json
from search_service.engines.opensearch.entries import Words, words_of
from search_service.engines.opensearch.lowering import alive
from search_service.engines.opensearch.mapping import title_key, word
from search_service.engines.opensearch.state import State
from search_service.models import MATCH_KINDS, Document, MatchKind, Section
from search_service.query import Plan

_REMEMBERED = 50_000
"""Words and titles whose counts are kept: a few megabytes."""

_MOST_CITED = 1_000
"""Titles that the cluster itself ranks by their citations."""


class Statistics:
    """Counts over the living sections; remembered, safe to share between threads."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._known: OrderedDict[tuple[int, str, str], int] = OrderedDict()
        self._cited: tuple[int, dict[str, int]] = (-1, {})
        self._lock = threading.Lock()

    def weights(
        self, state: State, words: Iterable[str], deadline: Deadline = Deadline()
    ) -> dict[str, float]:
        """Return the inverse document frequency of each word."""
        terms = {name: word(name) for name in words}
        counts = self._counts(state, "own_words", set(terms.values()), deadline)
        return {
            name: ranking.inverse_document_frequency(state.sections, counts[term])
            for name, term in terms.items()
        }

    def citations(
        self, state: State, titles: Iterable[str], deadline: Deadline = Deadline()
    ) -> dict[str, int]:
        """Return how many sections name each title."""
        keys = {title: title_key(fold(title)) for title in titles}
        counts = self._counts(state, "cites", set(keys.values()), deadline)
        return {title: counts[key] for title, key in keys.items()}

    def cited(self, state: State, deadline: Deadline = Deadline()) -> dict[str, int]:
        """Return the titles that are named most, as terms, with their numbers of sections."""
        generation, known = self._cited
        if generation == state.generation:
            return known
        body: Json = {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"filter": alive(state, "section")}},
            "aggs": {"titles": {"terms": {"field": "cites", "size": _MOST_CITED}}},
        }
        answer = self._cluster.search(state.index, body, deadline)
        buckets = answer["aggregations"]["titles"]["buckets"]
        found = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
        self._cited = (state.generation, found)
        return found

    def _counts(
        self, state: State, field: str, terms: Iterable[str], deadline: Deadline
    ) -> dict[str, int]:
        counts: dict[str, int] = {}
        missing: list[str] = []
        with self._lock:
            for term in sorted(terms):
                key = (state.generation, field, term)
                if key in self._known:
                    self._known.move_to_end(key)
                    counts[term] = self._known[key]
                else:
                    missing.append(term)
        if missing:
            counted = self._count(state, field, missing, deadline)
            counts |= counted
            with self._lock:
                for term, count in counted.items():
                    self._known[state.generation, field, term] = count
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return counts

    def _count(
        self, state: State, field: str, terms: Sequence[str], deadline: Deadline
    ) -> dict[str, int]:
        body: Json = {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"filter": alive(state, "section")}},
            "aggs": {
                str(number): {"filter": {"term": {field: term}}}
                for number, term in enumerate(terms)
            },
        }
        answer = self._cluster.search(state.index, body, deadline)
        counts = answer["aggregations"]
        return {term: counts[str(number)]["doc_count"] for number, term in enumerate(terms)}


class Scorer:
    """Scores hits for one plan."""

    def __init__(
        self,
        state: State,
        plan: Plan,
        weights: Mapping[str, float],
        citations: Mapping[str, int],
        segmenter: Segmenter,
    ) -> None:
        self._plan = plan
        self._weights = weights
        self._citations = citations
        self._segmenter = segmenter
        self._average = (state.length / state.sections if state.sections else 0.0) or 1.0
        self._asked = sum(weights[name] for name in plan.score_words)
        self._near = self._weighed(plan.near)
        self._near_literal = self._weighed(plan.near_literal)

    def score(self, document: Document, section: Section, preferred: int) -> float:
        """Return what ``ranking`` gives a section that matches so many preferences.

        Without nearness, which only the first hits count.
        """
        plan = self._plan
        total = preferred * ranking.PREFERRED_WEIGHT * self._asked
        if plan.authority:
            citations = self._citations.get(document.title, 0)
            total += ranking.AUTHORITY_WEIGHT * self._asked * ranking.authority(citations)
        if plan.score_words or plan.other_words:
            words = words_of(document, section, self._segmenter)
            total += self._bm25f(words, plan.score_words)
            total += ranking.SYNONYM_WEIGHT * self._bm25f(words, plan.other_words)
        return total

    def nearness(self, section: Section, kind: MatchKind) -> float:
        """Return what ``ranking`` adds for words that stand near each other."""
        pairs = self._near_literal if kind == "literal" else self._near
        return ranking.nearness(fold(section.own_text), pairs) if pairs else 0.0

    def _weighed(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str, float]]:
        weights = self._weights
        return [(fold(a), fold(b), min(weights[a], weights[b])) for a, b in pairs]

    def _bm25f(self, words: Words, asked: Sequence[str]) -> float:
        norm = ranking.K1 * (1 - ranking.B + ranking.B * words.length / self._average)
        total = 0.0
        for name in asked:
            weight = self._weights[name]
            frequency = words.frequencies.get(name, 0)
            total += weight * frequency * (ranking.K1 + 1) / (frequency + norm)
            if name in words.context:
                total += weight * ranking.CONTEXT_WEIGHT
        return total


def in_order(hits: Sequence[EngineHit], block: int) -> list[EngineHit]:
    """Rank hits exactly inside blocks, which start at fixed places so that pages agree."""
    ordered: list[EngineHit] = []
    for at in range(0, len(hits), block):
        ordered.extend(sorted(hits[at : at + block], key=_place))
    return ordered


def _place(hit: EngineHit) -> tuple[int, float, str, int]:
    return MATCH_KINDS.index(hit.match), -hit.score, hit.document.id, hit.section.ordinal
