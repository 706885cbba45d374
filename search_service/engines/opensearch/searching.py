"""One search: the request it becomes, and the hits that its answers hold."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cached_property

from search_service import ranking
from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, EngineHit
from search_service.engines.opensearch.client import Json
from search_service.engines.opensearch.entries import read_section
from search_service.engines.opensearch.lowering import PREFERRED, alive, filtered, ranked
from search_service.engines.opensearch.scoring import Scorer, Statistics, in_order
from search_service.engines.opensearch.state import State
from search_service.models import Filters, MatchKind, Sort
from search_service.query import AllOf, AnyOf, Expression, Plan, SomeWords

BLOCK = ranking.NEARNESS_DEPTH
"""Hits that are ranked exactly among each other; blocks start at multiples of this. So the
first block is all that counts nearness."""


class Query:
    """A plan, bound to the generation that is searched."""

    def __init__(
        self,
        statistics: Statistics,
        state: State,
        plan: Plan,
        filters: Filters,
        sort: Sort,
        deadline: Deadline,
    ) -> None:
        self._state = state
        self._plan = plan
        self._filters = filters
        self._sort = sort
        self._weights = statistics.weights(state, weighed_words(plan), deadline)
        self._statistics = statistics
        by_score = sort == "relevance" and plan.literal is not None
        self.in_blocks = by_score and bool(plan.score_words or plan.other_words)
        """Whether scores decide, so that whole blocks have to be read."""
        cited = statistics.cited(state, deadline) if plan.authority else {}
        self.ranked = ranked(plan, self._weights, cited, self.in_blocks)
        self.preference = hashlib.blake2b(repr(plan).encode(errors="replace")).hexdigest()[:16]
        """The same question goes to the same copies, whose approximate scores agree."""

    @cached_property
    def post_filter(self) -> Json:
        """The filter on facet fields, which each facet has to look behind."""
        found = filtered(self._filters, "district", "year")
        return {"bool": {"filter": found}} if found else {"match_all": {}}

    def body(self) -> Json:
        """Return the request without its window."""
        others = filtered(self._filters, "town", "document")
        return {
            "query": {
                "bool": {
                    "must": [self.ranked.query],
                    "filter": [*alive(self._state, "section"), *others],
                }
            },
            "post_filter": self.post_filter,
            "sort": order(self._sort),
            "track_scores": True,  # they tell the group
        }

    def hits(self, answer: Json, segmenter: Segmenter, first: int) -> list[EngineHit]:
        """Return the hits of an answer, which starts at hit ``first``: that of a block."""
        read = [(hit, *read_section(hit["_source"])) for hit in answer["hits"]["hits"]]
        citations: dict[str, int] = {}
        if self._plan.authority:
            titles = {document.title for _, document, _ in read}
            citations = self._statistics.citations(self._state, titles)
        scorer = Scorer(self._state, self._plan, self._weights, citations, segmenter)
        found = []
        for place, (hit, document, section) in enumerate(read, first):
            preferred = sum(n.startswith(PREFERRED) for n in hit.get("matched_queries", ()))
            score = scorer.score(document, section, preferred)
            kind = self._kind(hit["_score"])
            if place < ranking.NEARNESS_DEPTH:
                score += scorer.nearness(section, kind)
            found.append(EngineHit(section, document, kind, score))
        return in_order(found, BLOCK) if self.in_blocks else found

    def _kind(self, score: float) -> MatchKind:
        if score >= 2 * self.ranked.step:
            return "literal"
        return "words" if score >= self.ranked.step else "partial"


def order(sort: Sort) -> list[Json]:
    """Return the keys of a sort; what lacks the key comes last."""
    keys: list[Json] = []
    if sort == "relevance":
        keys.append({"_score": {"order": "desc"}})
    elif sort != "document":
        direction = "desc" if sort == "-year" else "asc"
        field = sort.removeprefix("-")
        keys.append({field: {"order": direction, "missing": "_last"}})
    return [*keys, {"document": {"order": "asc"}}, {"ordinal": {"order": "asc"}}]


def only_found(plan: Plan) -> Plan:
    """Return ``plan`` without what only ranks its hits, for who counts them.

    Ranking needs the weight of every word, each time a request of its own.
    """
    return replace(
        plan,
        score_words=(),
        other_words=(),
        authority=False,
        near=(),
        near_literal=(),
        preferred=(),
    )


def weighed_words(plan: Plan) -> list[str]:
    """Return the words of a plan whose weights its execution needs."""
    words = [*plan.score_words, *plan.other_words]
    for expression in (plan.literal, plan.words, plan.partial, *plan.preferred):
        words.extend(_weighed(expression))
    return list(dict.fromkeys(words))


def _weighed(expression: Expression | None) -> list[str]:
    match expression:
        case SomeWords(words, _, others):
            return [*words, *others]
        case AnyOf(parts):
            return [word for part in parts for word in _weighed(part)]
        case AllOf(parts, excluded):
            return [word for part in (*parts, *excluded) for word in _weighed(part)]
    return []
