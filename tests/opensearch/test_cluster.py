"""What only a cluster can get wrong: substrings of odd characters, failures, and two writers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from search_service import parsing
from search_service.analysis import Segmenter, fold
from search_service.engines.base import Deadline
from search_service.engines.opensearch import OpenSearchEngine
from search_service.engines.opensearch import state as states
from search_service.engines.opensearch import writer as writing
from search_service.errors import (
    EngineUnavailable,
    IndexIncompatible,
    IndexLocked,
    InvalidRequest,
)
from search_service.models import Filters, Report
from search_service.query import AllOf, AnyOf, Expression, Literal, Plan
from tests.engines.contract import found, ids, read, report
from tests.opensearch.engine import make_engine, node_or_skip, settings_for
from tests.seeds import SEEDS


@pytest.fixture
def engine(tmp_path: Path, segmenter: Segmenter) -> Iterator[OpenSearchEngine]:
    made = make_engine(tmp_path / "index", segmenter)
    assert isinstance(made, OpenSearchEngine)
    yield made
    made.close()


def seeds() -> list[Report]:
    return [o.report for o in parsing.read([SEEDS]) if isinstance(o, parsing.Parsed)]


def test_two_thousand_substrings(engine: OpenSearchEngine) -> None:
    """The guarantee: exactly the sections whose folded own text contains it."""
    reports = seeds()
    engine.rebuild(reports)
    texts = {s.id: fold(s.own_text) for r in reports for s in r.sections}
    draw = random.Random(3)
    sources = [text for text in texts.values() if text]
    for _ in range(2000):
        text = draw.choice(sources)
        start = draw.randrange(len(text))
        needle = text[start : start + draw.randint(1, 64)]
        if draw.random() < 0.2:  # something near, that may stand nowhere
            needle = needle[::-1]
        plan = Plan(literal=Literal(needle))
        result = engine.search(plan, limit=1000, sort="document")
        assert ids(result.hits) == sorted(
            (name for name, text in texts.items() if needle in text),
            key=lambda name: (name.split("/")[0], int(name.split("/")[1])),
        ), needle


ODD = [
    "𠮷野家𠮷",
    "\0乙\0",
    "甲\ud800乙",
    "“引”号",
    "a\\\"b'c",
    "+-=&|><!(){}[]^~*?:/",
    "\u200b零\u200b",
]


@pytest.mark.parametrize("text", ODD)
def test_every_substring_of_odd_text(engine: OpenSearchEngine, text: str) -> None:
    engine.rebuild([report("a", text), report("b", "别的")])
    folded = fold(text)
    for start in range(len(folded)):
        for end in range(start + 1, len(folded) + 1):
            result = engine.search(Plan(literal=Literal(folded[start:end])))
            assert "a/0" in ids(result.hits), folded[start:end]


def test_long_phrases(engine: OpenSearchEngine) -> None:
    text = "".join(chr(0x4E00 + n * 7 % 5000) for n in range(600))
    engine.rebuild([report("a", text), report("b", text[:255] + "。" + text[256:])])
    assert ids(engine.search(Plan(literal=Literal(text[:256]))).hits) == ["a/0"]
    assert ids(engine.search(Plan(literal=Literal(text))).hits) == ["a/0"]


def test_a_query_beyond_the_limits_of_a_cluster_is_refused_clearly(
    engine: OpenSearchEngine,
) -> None:
    engine.rebuild([report("a", "甲")])
    deep: Expression = Literal("甲")
    for _ in range(30):
        deep = AllOf((AnyOf((deep, Literal("乙"))), Literal("丙")))
    wide = AnyOf(tuple(Literal(f"{n}") for n in range(5000)))
    for expression in (deep, wide):
        with pytest.raises(InvalidRequest, match="too complex"):
            engine.search(Plan(literal=expression))


# --- changes ------------------------------------------------------------------------------


def test_what_the_cluster_refuses_is_named_and_nothing_is_changed(
    engine: OpenSearchEngine,
) -> None:
    engine.rebuild([report("a", "甲")])
    before = engine.info()
    too_long = "很" * 20_000  # longer than a term of the server may be
    with pytest.raises(InvalidRequest, match=r"b/0.*immense term|b/0.*too l"):
        engine.update([report("c", "丙"), report("b", "乙", district=too_long)])
    engine.refresh()
    assert engine.info() == before
    assert found(engine, "") == ["a/0"]


def test_what_is_staged_is_not_seen(engine: OpenSearchEngine) -> None:
    engine.rebuild([report("a", "甲"), report("b", "乙")])

    def watched() -> Iterator[Report]:
        for n in range(3):
            yield report("a", f"新甲{n}")
            engine.refresh()
            assert [h.section.text for h in engine.search(read(""), limit=9).hits] == ["甲", "乙"]

    engine.update(watched(), delete=["b"])
    assert [h.section.text for h in engine.search(read(""), limit=9).hits] == ["新甲2"]


def test_replaced_content_goes_when_its_readers_have_gone(
    engine: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.rebuild([report("a", "甲", "又"), report("b", "乙")])
    engine.update([report("a", "新甲")])
    assert len(engine.state().dead) == 1
    monkeypatch.setattr(writing, "GRACE", -60_000)
    engine.update([report("c", "丙")])
    state = engine.state()
    assert state.dead == ()
    everything = {"query": {"match_all": {}}, "track_total_hits": True}
    answer = engine._cluster.search(state.index, everything)
    assert answer["hits"]["total"]["value"] == 3 + 3  # documents and sections, the living only
    engine.rebuild([report("a", "甲")])
    engine.update([report("b", "乙")])
    assert engine._writer._indexes() == [engine.state().index]


def test_a_dead_writer_leaves_no_trace(
    engine: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.rebuild([report("a", "甲")])

    class Killed(BaseException):
        pass

    def dying() -> Iterator[Report]:
        yield report("a", "未提交")
        yield from (report(f"x{n}", "未提交") for n in range(3000))
        raise Killed

    # Killed by the system, a writer cannot release its lease.
    monkeypatch.setattr(states.Lease, "release", lambda lease: None)
    with pytest.raises(Killed):
        engine.update(dying())
    monkeypatch.undo()
    monkeypatch.setattr(states, "LOCK_TIMEOUT", 0.2)
    with pytest.raises(IndexLocked):
        engine.update([report("b", "乙")])
    assert found(engine, "") == ["a/0"]
    now = states.now
    monkeypatch.setattr(states, "now", lambda: now() + int(states.LEASE * 1000) + 1)
    engine.update([report("b", "乙")])
    assert found(engine, "") == ["a/0", "b/0"]
    assert found(engine, "未提交") == []


def test_a_writer_that_was_succeeded_cannot_commit(
    engine: OpenSearchEngine, tmp_path: Path, segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.rebuild([report("a", "甲")])
    other = make_engine(tmp_path / "index", segmenter)

    def slow() -> Iterator[Report]:
        yield report("b", "慢")
        now = states.now
        with monkeypatch.context() as later:
            later.setattr(states, "now", lambda: now() + int(states.LEASE * 1000) + 1)
            other.update([report("c", "快")])

    with pytest.raises(IndexLocked):
        engine.update(slow())
    engine.refresh()
    assert found(engine, "") == ["a/0", "c/0"]
    other.close()


def test_the_plain_name_stands_for_the_live_index(engine: OpenSearchEngine) -> None:
    for n in range(2):
        engine.rebuild([report("a", f"甲{n}")])
        alias = engine._cluster.request("GET", f"/_alias/{engine._name}")
        assert list(alias) == [engine.state().index]


# --- what must be refused -----------------------------------------------------------------


def test_another_analysis_is_refused(
    engine: OpenSearchEngine, tmp_path: Path, segmenter: Segmenter
) -> None:
    engine.rebuild([report("a", "甲")])
    terms = tmp_path / "terms.txt"
    terms.write_text("新的词语", encoding="utf-8")
    other = make_engine(tmp_path / "index", Segmenter(terms))
    for refused in (other.info, lambda: other.update([report("b", "乙")])):
        with pytest.raises(IndexIncompatible, match="rebuild the index"):
            refused()
    other.rebuild([report("b", "乙")])
    assert found(other, "") == ["b/0"]
    other.close()


def test_a_cluster_that_is_not_there(segmenter: Segmenter) -> None:
    settings = settings_for("any", "http://127.0.0.1:9", opensearch_retries="0")
    engine = OpenSearchEngine(settings, segmenter)
    for ask in (engine.info, lambda: engine.search(read("甲")), lambda: engine.update([])):
        with pytest.raises(EngineUnavailable, match="OPENSEARCH_URL"):
            ask()
    engine.close()


def test_readiness_follows_the_cluster(engine: OpenSearchEngine) -> None:
    engine.rebuild([report("a", "甲")])
    index = engine.state().index
    engine._cluster.request("POST", f"/{index}/_close")
    engine._probed = 0.0
    with pytest.raises(EngineUnavailable):
        engine.refresh()
    with pytest.raises(EngineUnavailable):
        engine.info()
    engine._cluster.request("POST", f"/{index}/_open", params={"wait_for_active_shards": "1"})
    engine.refresh()
    assert engine.info().documents == 1


def test_several_shards_answer_as_one(tmp_path: Path, segmenter: Segmenter) -> None:
    one = make_engine(tmp_path / "one", segmenter)
    assert isinstance(one, OpenSearchEngine)
    url = node_or_skip().url
    three = OpenSearchEngine(
        settings_for(f"{one._name}-shards", url, opensearch_shards="3"), segmenter
    )
    for engine in (one, three):
        engine.rebuild(seeds())
    for q in ("法治政府建设", "行政复议 南岸区", "办理了多少件行政复议案件？", ""):
        for sort in ("relevance", "-year"):
            asked, facets = read(q), ("district", "year")
            first = one.search(asked, Filters(), sort, 0, 20, facets)  # type: ignore[arg-type]
            second = three.search(asked, Filters(), sort, 0, 20, facets)  # type: ignore[arg-type]
            assert ids(first.hits) == ids(second.hits)
            assert (first.total, first.facets) == (second.total, second.facets)
        asked = read(q)
        streamed = three.stream(asked, Filters(), "relevance", Deadline())
        assert len(list(streamed)) == one.search(asked).total
    assert one.suggest("行", 20) == three.suggest("行", 20)
    for engine in (one, three):
        engine.close()
