"""This engine: the level that the others measure at, and with its sections read as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines.adapter import Adapter, Answer, Query, Source, Way
from benchmarks.engines.corpus import read_reports, segmenter
from search_service.engines.base import Deadline
from search_service.engines.whoosh.engine import WhooshEngine
from search_service.engines.whoosh.facets import count_facets
from search_service.engines.whoosh.matching import Matching
from search_service.engines.whoosh.scoring import rank
from search_service.models import FACET_FIELDS, Filters
from search_service.query import NOTHING, AllWords, Literal, Plan

segmenter()  # loads the dictionary, a part of the libraries


def plan_of(query: Query) -> Plan:
    if query.kind == "literal":
        return Plan(literal=Literal(query.text))
    return Plan(
        literal=NOTHING, words=AllWords(query.words), words_only=True, score_words=query.words
    )


class Ours(Adapter):
    """Matching, ranking and counting, as ``WhooshEngine.search`` does them."""

    engine: WhooshEngine

    def build(self, source: Source, directory: Path) -> None:
        engine = WhooshEngine(directory, segmenter())
        engine.rebuild(read_reports(source.corpus))

    def open(self, directory: Path) -> None:
        self.engine = WhooshEngine(directory, segmenter())
        self.engine.snapshot()

    def ways(self, query: Query) -> Sequence[Way]:
        engine, plan, no_filters = self.engine, plan_of(query), Filters()

        def run() -> Any:
            snapshot = engine.snapshot()
            matches = Matching(snapshot, Deadline()).matches(plan)
            ranked = rank(snapshot, plan, matches, no_filters, "relevance", 0, 10)
            return ranked, count_facets(snapshot, matches.hits, no_filters, FACET_FIELDS)

        return [run]

    def read(self, result: Any) -> Answer:
        ranked, facets = result
        return _answer(ranked.total, facets)


class OursWithHits(Ours):
    """``Engine.search``: ten sections and their documents are read from the index too."""

    def ways(self, query: Query) -> Sequence[Way]:
        engine, plan, no_filters = self.engine, plan_of(query), Filters()
        return [lambda: engine.search(plan, no_filters, "relevance", 0, 10, FACET_FIELDS)]

    def read(self, result: Any) -> Answer:
        return _answer(result.total, result.facets)


def _answer(total: int, facets: Any) -> Answer:
    return Answer(
        total,
        {value or "": n for value, n in facets["district"].items()},
        {"" if value is None else str(value): n for value, n in facets["year"].items()},
    )
