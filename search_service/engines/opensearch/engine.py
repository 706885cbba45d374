"""The cluster engine: one index in an OpenSearch cluster."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence

from search_service.analysis import Segmenter, homophones
from search_service.config import Settings
from search_service.engines.base import (
    Deadline,
    Engine,
    EngineHit,
    EngineResult,
    MatrixRow,
    Sampled,
    Suggestion,
)
from search_service.engines.opensearch import counting
from search_service.engines.opensearch.client import Cluster, Json
from search_service.engines.opensearch.entries import read_document, read_section, sampled
from search_service.engines.opensearch.lowering import alive, beside, filtered, own, replacing
from search_service.engines.opensearch.mapping import check_compatible, value
from search_service.engines.opensearch.scoring import Statistics
from search_service.engines.opensearch.searching import (
    BLOCK,
    Query,
    only_found,
    order,
    weighed_words,
)
from search_service.engines.opensearch.state import State, StateStore
from search_service.engines.opensearch.writer import Writer
from search_service.errors import DeadlineExceeded, EngineUnavailable, IndexMissing
from search_service.models import (
    Document,
    FacetField,
    Filters,
    IndexInfo,
    Report,
    Section,
    Sort,
)
from search_service.query import Literal, Plan, counted_literals

_PROBE_INTERVAL = 2.0
"""Seconds between looks whether every shard answers."""


class OpenSearchEngine(Engine):
    """An index in a cluster, named by the setting ``OPENSEARCH_INDEX``."""

    def __init__(self, settings: Settings, segmenter: Segmenter) -> None:
        self._name = settings.opensearch_index
        self._cluster = Cluster(settings)
        self._segmenter = segmenter
        self._patience = settings.search_deadline
        self._states = StateStore(self._cluster, self._name, settings.opensearch_replicas)
        self._writer = Writer(
            self._cluster,
            self._states,
            self._name,
            segmenter,
            settings.opensearch_shards,
            settings.opensearch_replicas,
        )
        self._statistics = Statistics(self._cluster)
        self._state: State | None = None
        self._failure: EngineUnavailable | None = None
        self._probed = 0.0
        self._opening = threading.Lock()

    # --- opening ---

    def state(self) -> State:
        """Return the generation being served, looked up on first use."""
        if self._state is None:
            self.refresh()
        state = self._state
        if state is None:
            raise IndexMissing(f"{self._name}: the index has been closed")
        return state

    def refresh(self) -> bool:
        """Serve the newest generation; also notices whether the cluster can be searched."""
        with self._opening:
            opening = self._state is None
            # Those who are served already wait for this, so it may take no longer than a search.
            deadline = Deadline() if opening else Deadline(self._patience)
            try:
                changed = self._follow(deadline)
            except DeadlineExceeded as error:
                if opening:
                    raise
                self._failure = EngineUnavailable(
                    f"{self._name}: the cluster did not say within {self._patience:g} seconds "
                    "whether the index has changed; try again later"
                )
                raise self._failure from error
            except EngineUnavailable as error:
                self._failure = error
                raise
            self._failure = None
        return changed

    def _follow(self, deadline: Deadline) -> bool:
        newest = self._states.read(deadline)
        if newest is None or newest.index is None:
            self._state = None
            raise IndexMissing(f"{self._name}: there is no such index in the cluster; build it")
        served = self._state
        if served is None or served.index != newest.index:
            meta = self._writer.meta(newest.index, deadline)
            check_compatible(newest.index, meta, self._segmenter.fingerprint)
        if time.monotonic() - self._probed > _PROBE_INTERVAL:
            self._cluster.search(newest.index, {"size": 0, "terminate_after": 1}, deadline)
            self._probed = time.monotonic()
        self._state = newest
        return served is None or served.generation != newest.generation

    def close(self) -> None:
        """Close the connections."""
        self._state = None
        self._cluster.close()

    # --- reading ---

    def info(self) -> IndexInfo:
        """Return which generation is being served; raises why it cannot be searched."""
        state = self.state()
        if self._failure is not None:
            raise self._failure
        return state.info

    def search(
        self,
        plan: Plan,
        filters: Filters = Filters(),
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 10,
        facets: Sequence[FacetField] = (),
        deadline: Deadline = Deadline(),
    ) -> EngineResult:
        """Execute ``plan`` and return one window of its hits."""
        deadline.check()
        state = self.state()
        asked = plan if limit else only_found(plan)
        query = Query(self._statistics, state, asked, filters, sort, deadline)
        first, end = offset, offset + limit
        if query.in_blocks:  # whole blocks, so that pages agree
            first, end = offset // BLOCK * BLOCK, -(-end // BLOCK) * BLOCK
        body = query.body() | {"track_total_hits": True}
        body |= {"from": first, "size": end - first} if limit else {"size": 0}
        body["aggs"] = counting.facet_request(facets, filters)
        if query.ranked.literal is not None:
            literal = [query.ranked.literal, query.post_filter]
            body["aggs"]["literal"] = {"filter": {"bool": {"filter": literal}}}
        answer = self._cluster.search(state.index, body, deadline, query.preference)
        hits = query.hits(answer, self._segmenter, first)
        deadline.check()
        total = answer["hits"]["total"]["value"]
        counts = answer.get("aggregations", {})
        return EngineResult(
            hits[offset - first : offset - first + limit],
            total,
            counts["literal"]["doc_count"] if "literal" in counts else total,
            state.info,
            counting.read_facets(facets, counts),
        )

    def stream(
        self, plan: Plan, filters: Filters, sort: Sort, deadline: Deadline
    ) -> Iterator[EngineHit]:
        """Yield every hit in ranking order, from a point in time."""
        deadline.check()
        state = self.state()
        query = Query(self._statistics, state, plan, filters, sort, deadline)
        size = 10 * BLOCK
        pages = counting.scan(self._cluster, state.index, query.body(), deadline, size)
        return (
            hit
            for number, answer in enumerate(pages)
            for hit in query.hits(answer, self._segmenter, number * size)
        )

    def documents(
        self, filters: Filters, sort: Sort, offset: int, limit: int
    ) -> tuple[int, Sequence[Document]]:
        """Return how many documents pass ``filters`` and a window of them, sorted."""
        state = self.state()
        accepted = filtered(filters, "district", "town", "year", "document")
        body: Json = {
            "query": {"bool": {"filter": [*alive(state, "document"), *accepted]}},
            "sort": order("document" if sort == "relevance" else sort),
            "from": offset if limit else 0,
            "size": limit,
            "track_total_hits": True,
        }
        found = self._cluster.search(state.index, body)["hits"]
        return found["total"]["value"], [read_document(hit["_source"])[0] for hit in found["hits"]]

    def document(self, document_id: str) -> Document | None:
        """Return a document, or ``None`` if it is not in the index."""
        found = self._entry(document_id)
        return None if found is None else found[0]

    def report(self, document_id: str) -> Report | None:
        """Return a document with all its sections, or ``None`` if it is not in the index."""
        found = self._entry(document_id)
        if found is None:
            return None
        document, fingerprint, count = found
        sections: list[Section] = []
        while len(sections) < count:
            wanted = {"range": {"ordinal": {"gte": len(sections)}}}
            hits = self._entries("section", document_id, wanted, 1000)
            if not hits:
                raise EngineUnavailable(
                    f"{self._name}: {document_id} is being replaced; try again later"
                )
            sections.extend(read_section(hit["_source"])[1] for hit in hits)
        return Report(document, tuple(sections), fingerprint)

    def section(self, document_id: str, ordinal: int) -> tuple[Document, Section] | None:
        """Return one section, or ``None`` if it is not in the index."""
        if not 0 <= ordinal < 1 << 31:
            return None
        hits = self._entries("section", document_id, {"term": {"ordinal": ordinal}}, 1)
        return read_section(hits[0]["_source"]) if hits else None

    def fingerprint(self, document_id: str) -> str | None:
        """Return the fingerprint of the report held under ``document_id``, if any."""
        try:
            found = self._entry(document_id)
        except IndexMissing:
            return None
        return None if found is None else found[1]

    def _entry(self, document_id: str) -> tuple[Document, str, int] | None:
        hits = self._entries("document", document_id, {"match_all": {}}, 1)
        return read_document(hits[0]["_source"]) if hits else None

    def _entries(self, kind: str, document_id: str, wanted: Json, size: int) -> list[Json]:
        state = self.state()
        named = {"term": {"document": value(document_id)}}
        body: Json = {
            "query": {"bool": {"filter": [*alive(state, kind), named, wanted]}},
            "sort": ["ordinal"],
            "size": size,
            "track_total_hits": False,
        }
        found: list[Json] = self._cluster.search(state.index, body)["hits"]["hits"]
        return found

    def matrix(self, plan: Plan, filters: Filters, deadline: Deadline) -> Sequence[MatrixRow]:
        """Return a row per (district, year) pair that has documents."""
        deadline.check()
        state = self.state()
        accepted = filtered(filters, "district", "town", "year", "document")
        matching: Json | None = None
        if plan.literal is not None:
            needed = weighed_words(only_found(plan))
            weights = self._statistics.weights(state, needed, deadline)
            wanted = [own(plan.literal, weights)]
            if plan.words_only and plan.words is not None:
                wanted.append(own(plan.words, weights))
            matching = {"bool": {"filter": [*alive(state, "section"), *accepted, *wanted]}}
        held: Json = {"bool": {"filter": [*alive(state, "document"), *accepted]}}
        return counting.matrix(
            self._cluster,
            state.index,
            held,
            matching,
            sorted(counted_literals(plan.literal)),
            deadline,
        )

    def towns(self) -> frozenset[str]:
        """Return the towns that documents name."""
        state = self.state()
        held: Json = {"bool": {"filter": alive(state, "document")}}
        return frozenset(counting.values(self._cluster, state.index, held, "town"))

    def suggest(
        self, prefix: str, limit: int, deadline: Deadline = Deadline()
    ) -> Sequence[Suggestion]:
        """Return words that start with ``prefix``, most frequent first."""
        deadline.check()
        state = self.state()
        living = alive(state, "section")
        return counting.suggest(self._cluster, state.index, living, prefix, limit, deadline)

    def sample(self, text: str, size: int, deadline: Deadline = Deadline()) -> Sequence[Sampled]:
        """Return up to ``size`` sections whose folded own text contains ``text``, by chance."""
        state = self.state()
        holding = [*alive(state, "section"), own(Literal(text), {})]
        found = self._cluster.search(state.index, counting.some(holding, size), deadline)
        return [sampled(hit["_source"]) for hit in found["hits"]["hits"]]

    def around(self, text: str, size: int, deadline: Deadline) -> Iterator[tuple[int, str]]:
        """Yield sections in which one letter of ``text`` may be another one, drawn by lot.

        Most people type by sound, so as many again are drawn from those in which the letter
        is one that sounds like it: among all they may be too few to be drawn.
        """
        state = self.state()
        places = [at for at, character in enumerate(text) if character.isalpha()]
        share = max(size // max(len(places), 1), 1)
        living = alive(state, "section")
        asked: list[tuple[int, Json]] = []
        for at in places:
            left, letter, right = text[:at], text[at], text[at + 1 :]
            asked.append((at, beside(left, right)))
            if alike := sorted(homophones(letter) - {letter}):
                asked.append((at, replacing(left, alike, right)))
        bodies = [counting.some([*living, holding], share) for _, holding in asked]
        answers = self._cluster.searches(state.index, bodies, deadline)
        found = {
            (at, hit["_id"]): hit["_source"]  # once, also where it was drawn twice
            for (at, _), answer in zip(asked, answers, strict=True)
            for hit in answer["hits"]["hits"]
        }
        return ((at, sampled(source).folded) for (at, _), source in found.items())

    def totals(
        self, plans: Sequence[Plan], effort: int, deadline: Deadline = Deadline()
    ) -> list[int | None]:
        """Return how many sections each plan finds; no section is read for it."""
        del effort
        state = self.state()
        counted = [only_found(plan) for plan in plans]
        words = [word for plan in counted for word in weighed_words(plan)]
        self._statistics.weights(state, words, deadline)  # those of all plans in one request
        bodies = [
            Query(self._statistics, state, plan, Filters(), "document", deadline).body()
            | {"size": 0, "track_total_hits": True}
            for plan in counted
        ]
        answers = self._cluster.searches(state.index, bodies, deadline)
        return [answer["hits"]["total"]["value"] for answer in answers]

    # --- changing ---

    def rebuild(self, reports: Iterable[Report]) -> IndexInfo:
        """Replace the whole content, all or nothing."""
        return self._serve(self._writer.rebuild(reports))

    def update(self, put: Iterable[Report] = (), delete: Iterable[str] = ()) -> IndexInfo:
        """Add or replace reports and delete documents, all or nothing."""
        return self._serve(self._writer.update(put, delete))

    def _serve(self, state: State) -> IndexInfo:
        with self._opening:
            if self._state is None or self._state.generation < state.generation:
                self._state = state
            self._failure = None
        return state.info
