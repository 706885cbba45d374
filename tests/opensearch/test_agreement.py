"""The cluster ranks as the embedded engine does, on queries as people type them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.known_items import items
from search_service import SearchService, config, parsing
from search_service.analysis import Segmenter
from search_service.engines.whoosh import WhooshEngine
from search_service.models import SearchResult
from tests.opensearch.engine import make_engine
from tests.seeds import SEEDS


@pytest.fixture(scope="module")
def services(
    tmp_path_factory: pytest.TempPathFactory, segmenter: Segmenter
) -> Iterator[list[SearchService]]:
    """The seeds in the embedded engine and in a cluster."""
    folder = tmp_path_factory.mktemp("agreement")
    engines = [
        WhooshEngine(folder / "embedded", segmenter),
        make_engine(folder / "cluster", segmenter),
    ]
    reports = [o.report for o in parsing.read([SEEDS]) if isinstance(o, parsing.Parsed)]
    for engine in engines:
        engine.rebuild(reports)
    settings = config.load({}, {"search_deadline": "60"})
    yield [SearchService(engine, segmenter, settings) for engine in engines]
    for engine in engines:
        engine.close()


def test_known_items_rank_alike(services: list[SearchService]) -> None:
    queries = [item.query for item in items("reports")]
    assert len(queries) >= 120
    for query in queries:
        embedded, cluster = (service.search(query, per_page=10) for service in services)
        assert (cluster.total, cluster.total_literal) == (embedded.total, embedded.total_literal)
        assert cluster.facets == embedded.facets
        assert [hit.match for hit in cluster.hits] == [hit.match for hit in embedded.hits], query
        first, second = literal(embedded), literal(cluster)
        assert len(first & second) >= len(first) - 1, query


def literal(result: SearchResult) -> set[str]:
    """Return the literal matches among the first ten hits."""
    return {hit.section.id for hit in result.hits if hit.match == "literal"}
