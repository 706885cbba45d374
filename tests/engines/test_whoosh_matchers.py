"""Matching and scoring by arrays against Whoosh's own matchers, over the same index."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from whoosh import query as wq
from whoosh.searching import Searcher

from search_service import ranking
from search_service.analysis import Segmenter
from search_service.engines.whoosh import WhooshEngine
from search_service.engines.whoosh.codec import SectionBM25, whoosh_reader
from search_service.models import Document, Report, Section
from search_service.query import AllOf, AllWords, AnyOf, Expression, Literal, Plan
from tests.engines.contract import report

WORDS = ("法治", "政府", "行政", "复议", "调解", "执法", "监督", "建设", "普法", "信访", "枫桥经验")
PLACES = ("南岸区", "开州区", "酉阳县")


def corpus(chance: random.Random, documents: int) -> list[Report]:
    """Return reports whose words repeat much, so that queries of several words match."""
    made = []
    for number in range(documents):
        bodies = [
            (
                "，".join(chance.choices(WORDS, k=chance.randint(0, 3))),
                "，".join(chance.choices(WORDS, k=chance.randint(0, 12))),
                (chance.choice(WORDS),) * chance.randint(0, 1),
            )
            for _ in range(chance.randint(1, 6))
        ]
        place, year = chance.choice(PLACES), chance.choice([2021, 2022, None])
        made.append(report(f"d{number:03}", *bodies, district=place, year=year, title="法治报告"))
    return made


def tree(chance: random.Random, depth: int = 3) -> Expression:
    kind = chance.randrange(5) if depth else chance.randrange(2)
    if kind == 0:
        return AllWords(tuple(chance.sample(WORDS, chance.randint(1, 3))))
    if kind == 1:
        return Literal(chance.choice(["法", "行政", "府", "执法", "经验", "无"]))
    parts = tuple(tree(chance, depth - 1) for _ in range(chance.randint(1, 5 if depth == 1 else 3)))
    if kind in (2, 3):
        return AnyOf(parts)
    return AllOf(parts, tuple(tree(chance, 0) for _ in range(chance.randint(0, 1))))


def own(expression: Expression) -> wq.Query:
    match expression:
        case AllWords(words):
            return wq.And([wq.Term("words", word) for word in words])
        case Literal(folded):
            return wq.Term("characters" if len(folded) == 1 else "pairs", folded)
        case AnyOf(parts):
            return wq.Or([own(part) for part in parts])
        case AllOf(parts, excluded):
            found: wq.Query = wq.And([anywhere(part) for part in parts])
            found = wq.And([found, wq.Or([own(part) for part in parts])])
            return without(found, excluded)
    raise AssertionError(expression)


def anywhere(expression: Expression) -> wq.Query:
    match expression:
        case AllWords(words):
            context = wq.And([wq.Term("context_words", word) for word in words])
            return wq.Or([own(expression), context])
        case Literal(folded):
            # Whoosh has no gram field over contexts: their words stand in for it.
            containing = [wq.Term("context_words", w) for w in CONTEXT_WORDS if folded in w]
            return wq.Or([own(expression), *containing])
        case AnyOf(parts):
            return wq.Or([anywhere(part) for part in parts])
        case AllOf(parts, excluded):
            return without(wq.And([anywhere(part) for part in parts]), excluded)
    raise AssertionError(expression)


TREES = 5_000

CONTEXT_WORDS = (*WORDS, *PLACES, "报告")


def without(found: wq.Query, excluded: tuple[Expression, ...]) -> wq.Query:
    """Return ``found`` less ``excluded``, by way of an inverted matcher.

    Whoosh 3.54's own AndNotMatcher keeps a first match that should be excluded where the
    excluding list begins before it, and reads past the end when it is skipped. A Not
    inside an Or does not become one.
    """
    if not excluded:
        return found
    return wq.And([found, wq.Or([wq.Not(wq.Or([own(part) for part in excluded]))])])


def scored(matching: wq.Query, words: tuple[str, ...], engine: WhooshEngine) -> wq.Query:
    """Return a query that matches ``matching`` and adds up what ``ranking`` says."""
    gains: list[wq.Query] = []
    for word in words:
        gains.append(wq.Term("words", word))
        bonus = engine.snapshot().word(word).weight * ranking.CONTEXT_WEIGHT
        gains.append(wq.ConstantScoreQuery(wq.Term("context_words", word), bonus))
    # Whoosh takes a constant of 0 for "none given", so every hit has one point too many.
    return wq.AndMaybe(wq.ConstantScoreQuery(matching, 1.0), wq.Or(gains))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    directory: Path = tmp_path_factory.mktemp("index")
    engine = WhooshEngine(directory, Segmenter())
    engine.rebuild(corpus(random.Random(1), 30))
    yield engine
    engine.close()


def test_hits_scores_order_and_facets_agree_with_whoosh(engine: WhooshEngine) -> None:
    chance = random.Random(2)
    searcher = Searcher(whoosh_reader(engine.snapshot()), weighting=SectionBM25())
    for _ in range(TREES):
        expression = tree(chance)
        words = tuple(chance.sample(WORDS, chance.randint(1, 3)))
        result = engine.search(
            Plan(literal=expression, score_words=words), limit=10_000, facets=("district", "year")
        )
        expected = searcher.search(scored(own(expression), words, engine), limit=None)
        scores = {hit["id"]: hit.score - 1.0 for hit in expected}
        assert {hit.section.id for hit in result.hits} == set(scores)
        for hit in result.hits:
            assert hit.score == pytest.approx(scores[hit.section.id], rel=1e-4, abs=1e-4)
        ranked = [scores[hit.section.id] for hit in result.hits]
        assert all(a >= b - 1e-4 for a, b in pairwise(ranked))
        for field in ("district", "year"):
            counted = Counter(hit.fields().get(field) for hit in expected)
            assert result.facets[field] == dict(counted)


def test_deleted_documents_are_gone_for_whoosh_too(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, Segmenter())
    reports = corpus(random.Random(3), 20)
    engine.rebuild(reports)
    engine.update(put=[reports[4]], delete=["d003", "d007"])
    searcher = Searcher(whoosh_reader(engine.snapshot()))
    for word in WORDS:
        result = engine.search(Plan(literal=AllWords((word,))), limit=10_000)
        expected = searcher.search(wq.Term("words", word), limit=None)
        assert sorted(hit.section.id for hit in result.hits) == sorted(h["id"] for h in expected)


def test_queries_that_only_whoosh_has_run_over_the_same_index(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, Segmenter())
    section = Section("a", 0, "行政复议", (), 1, "行政处罚")
    engine.rebuild([Report(Document("a"), (section,))])
    searcher = Searcher(whoosh_reader(engine.snapshot()))
    for query in (
        wq.Prefix("words", "行政"),
        wq.Wildcard("words", "行政*"),
        wq.FuzzyTerm("words", "行政复仪"),
        wq.Every(),
        wq.DisjunctionMax([wq.Term("words", "行政复议"), wq.Term("pairs", "处罚")]),
        wq.TermRange("words", "行", "行政处"),
    ):
        assert [hit["id"] for hit in searcher.search(query)] == ["a/0"]
    assert not searcher.search(wq.Prefix("words", "刑"))
