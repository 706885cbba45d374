"""Three nodes, two copies of everything: one node dies while it is written and searched."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from search_service.analysis import Segmenter
from search_service.engines.opensearch import OpenSearchEngine
from search_service.models import Report
from tests.engines.contract import found, read, report
from tests.opensearch.engine import required_or_skip, settings_for
from tests.opensearch.node import Node, Unavailable

REPORTS = 300


@pytest.fixture
def nodes() -> Iterator[list[Node]]:
    try:
        made = [Node(name, heap="384m") for name in ("one", "two", "three")]
    except Unavailable as error:
        required_or_skip(error)
    try:
        for node in made:
            node.start(made)
        for node in made:
            node.wait(nodes=3)
        yield made
    finally:
        for node in made:
            node.close()


def manager(nodes: list[Node]) -> Node:
    """Return the node that the others elected: the one whose death hurts most."""
    name = nodes[0].get("/_cat/cluster_manager?format=json")[0]["node"]  # type: ignore[index]
    return next(node for node in nodes if node.name == name)


def test_nothing_acknowledged_is_lost_and_searches_go_on(
    nodes: list[Node], segmenter: Segmenter
) -> None:
    settings = settings_for(
        "survivor",
        *(node.url for node in nodes),
        opensearch_shards="3",
        opensearch_replicas="1",
        opensearch_retries="8",
    )
    engine = OpenSearchEngine(settings, segmenter)
    engine.rebuild([report(f"old{n:03}", "旧的调解") for n in range(REPORTS)])
    nodes[0].wait(nodes=3)  # until both copies of every shard are there
    victim = manager(nodes)
    watcher = Watcher(settings.opensearch_url, segmenter)

    def dying() -> Iterator[Report]:
        for n in range(REPORTS):
            if n == REPORTS // 2:
                victim.kill()
            yield report(f"new{n:03}", *["新的调解，很长的一节" * 50] * 10)

    with watcher:
        acknowledged = engine.update(dying())
    assert watcher.problems == []
    assert watcher.answers > 0
    assert acknowledged.documents == 2 * REPORTS
    survivor = next(node for node in nodes if node is not victim)
    fresh = OpenSearchEngine(settings_for("survivor", survivor.url), segmenter)
    assert fresh.info() == acknowledged
    assert fresh.search(read("新的调解")).total == 10 * REPORTS
    assert len(found(fresh, "旧的调解")) == REPORTS
    fresh.update(delete=[f"old{n:03}" for n in range(REPORTS)])
    assert fresh.info().documents == REPORTS
    for used in (engine, fresh):
        used.close()


class Watcher:
    """Searches without pause from another thread; every answer must be whole."""

    def __init__(self, urls: tuple[str, ...], segmenter: Segmenter) -> None:
        self.answers = 0
        self.problems: list[str] = []
        settings = settings_for("survivor", *urls, opensearch_retries="8")
        self._engine = OpenSearchEngine(settings, segmenter)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Watcher:
        self._engine.info()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._engine.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                total = self._engine.search(read("旧的调解", "literal"), limit=5).total
            except Exception as error:
                self.problems.append(repr(error))
                continue
            if total != REPORTS:
                self.problems.append(f"{total} hits")
            self.answers += 1
