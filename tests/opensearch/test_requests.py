"""How often the cluster is asked: each request is a journey, so no answer may need many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from search_service import SearchService, config, parsing
from search_service.analysis import Segmenter
from search_service.engines.opensearch import OpenSearchEngine
from search_service.requests import SearchRequest
from tests.opensearch.engine import make_engine

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, segmenter: Segmenter
) -> Iterator[SearchService]:
    """The seeds in a cluster; what is asked once for each generation has been asked."""
    engine = make_engine(tmp_path_factory.mktemp("requests") / "index", segmenter)
    engine.rebuild([o.report for o in parsing.read([SEEDS]) if isinstance(o, parsing.Parsed)])
    made = SearchService(engine, segmenter, config.load({}, {"search_deadline": "60"}))
    made.warm()
    made.suggest("涂山镇")
    yield made
    made.close()


@pytest.fixture
def requests_of(
    service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], object]], int]:
    """Tells how many requests something makes."""
    assert isinstance(service.engine, OpenSearchEngine)
    cluster = service.engine._cluster
    send = cluster.request
    sent: list[str] = []

    def counting(method: str, path: str, *rest: Any, **more: Any) -> Any:
        sent.append(path)
        return send(method, path, *rest, **more)

    monkeypatch.setattr(cluster, "request", counting)

    def count(ask: Callable[[], object]) -> int:
        sent.clear()
        ask()
        return len(sent)

    return count


Count = Callable[[Callable[[], object]], int]

MANY = "枫桥经验 行政复议 民营企业 食品安全 营商环境 公共法律服务 调解 普法 街道 乡镇 信访 仲裁"
WRONG = "枫樵经验 行整复议 法制政府建社 公共法津服务 营商环竟 矛循纠纷"


@pytest.mark.parametrize(
    ("q", "most"),
    [
        ("枫桥经验", 2),  # the weights of the words, and the search
        ("枫桥经验", 1),  # the weights are known by now
        ("南岸区有哪些举措？", 5),
        (MANY, 8),
        (WRONG, 12),
    ],
)
def test_a_search(service: SearchService, requests_of: Count, q: str, most: int) -> None:
    assert 0 < requests_of(lambda: service.search(q)) <= most


@pytest.mark.parametrize("q", ["复议", "南岸区 调", "行政 法治 建", "2023年推"])
def test_a_completion(service: SearchService, requests_of: Count, q: str) -> None:
    assert requests_of(lambda: service.suggest(q, 20)) <= 3


def test_counts_and_exports(service: SearchService, requests_of: Count) -> None:
    assert requests_of(lambda: service.matrix("法治政府建设")) <= 4
    assert requests_of(lambda: list(service.stream(SearchRequest("公共法律服务")))) <= 6
    assert requests_of(service.documents) == 1
