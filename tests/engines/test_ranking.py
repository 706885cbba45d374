"""In which order hits come: groups, scores, ties, sorting and paging."""

from __future__ import annotations

import math
import random

import pytest

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, Engine
from search_service.errors import DeadlineExceeded
from search_service.models import Filters, Mode, Sort
from search_service.query import NOTHING, Plan, parse, relax
from tests.engines.contract import found, ids, kinds, pages, read, report


def test_literal_then_words_then_partial(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", "办理行政复议申请"),
            report("b", "申请如何办理？行政复议！"),
            report("c", "行政复议申请如何办理"),
            report("d", "无关"),
        ]
    )
    assert kinds(engine, "行政复议申请如何办理") == {
        "c/0": "literal",
        "a/0": "words",
        "b/0": "words",
    }
    assert found(engine, "行政复议申请如何办理")[0] == "c/0"


def test_a_better_score_never_leaves_its_group(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", ("纠纷与旅游", "旅游，纠纷。" * 20)),
            report("b", "很长的一段文字" * 50 + "旅游纠纷"),
        ]
    )
    assert found(engine, "旅游纠纷") == ["b/0", "a/0"]


def test_scores_are_bm25f(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", "旅游"),
            report("b", ("旅游", "纠纷，调解")),
            report("c", "调解", title="旅游"),
        ]
    )
    hits = {hit.section.id: hit.score for hit in engine.search(read("旅游 OR 调解"), limit=10).hits}
    # Lengths 1, 3 × 1 + 2 and 1, mean 7/3. 旅游 is in the own text of two of three
    # sections, and so is 调解: each weighs ln(1 + (3 - 2 + 0.5) / (2 + 0.5)).
    weight = math.log(1.6)
    short, long = 1.2 * (0.25 + 0.75 * 3 / 7), 1.2 * (0.25 + 0.75 * 15 / 7)
    expected = {
        "a/0": weight * 2.2 / (1 + short),
        "b/0": weight * (3 * 2.2 / (3 + long) + 2.2 / (1 + long)),
        "c/0": weight * (2.2 / (1 + short) + 0.3),
    }
    assert hits == pytest.approx(expected, rel=1e-4)


def test_more_often_rarer_and_in_the_heading_ranks_higher(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", "调解，旅游，纠纷，法治"),
            report("b", "调解，调解，旅游，纠纷"),
            report("c", ("调解", "旅游，纠纷，法治")),
        ]
    )
    assert found(engine, "调解") == ["c/0", "b/0", "a/0"]


@pytest.mark.parametrize("mode", ["auto", "literal", "words"])
def test_what_is_quoted_ranks_by_its_words(engine: Engine, mode: Mode) -> None:
    engine.rebuild(
        [
            report("a", "旅游纠纷，甲，乙，丙，丁，戊"),
            report("b", "旅游纠纷，旅游纠纷"),
            report("c", ("旅游纠纷", "旅游纠纷")),
            report("d", "旅游与纠纷"),
            report("e", "旅游纠纷调解，旅游纠纷调解"),
        ]
    )
    assert found(engine, "“旅游纠纷”", mode) == found(engine, "旅游纠纷", "literal")
    assert found(engine, "“旅游纠纷”", mode) == ["c/0", "b/0", "e/0", "a/0"]
    hits = engine.search(read("“旅游纠纷” “调解”", mode), limit=10).hits
    assert ids(hits) == ["e/0"]
    assert hits[0].score == pytest.approx(
        engine.search(read("旅游纠纷 调解", "literal"), limit=10).hits[0].score
    )


def test_the_title_counts_a_little(engine: Engine) -> None:
    engine.rebuild([report("a", "调解"), report("b", "调解", title="调解工作")])
    assert found(engine, "调解") == ["b/0", "a/0"]


def test_ties_go_by_document_id_and_ordinal(engine: Engine) -> None:
    names = ["b", "a", "Z", "c-10", "c-2", "甲", "乙", "𠮷"]
    engine.rebuild([report(name, *["调解"] * 12) for name in names])
    assert found(engine, "调解") == [f"{name}/{n}" for name in sorted(names) for n in range(12)]


def test_browsing_goes_in_document_order(engine: Engine) -> None:
    engine.rebuild([report("b", "乙", "丙"), report("a", "甲")])
    assert found(engine, "") == ["a/0", "b/0", "b/1"]
    assert set(kinds(engine, "").values()) == {"literal"}
    hits = engine.search(read(""), limit=10).hits
    assert [hit.score for hit in hits] == [0, 0, 0]


DOCUMENTS = [
    ("b", "南岸区", 2023),
    ("a", "酉阳县", 2023),
    ("e", None, 2020),
    ("d", "开州区", None),
    ("c", "南岸区", 2024),
    ("f", None, None),
]
SORTED: list[tuple[Sort, str]] = [
    ("relevance", "abcdef"),
    ("document", "abcdef"),
    ("year", "eabcdf"),  # a missing year comes last, either way
    ("-year", "cabedf"),
    ("district", "bcdaef"),  # by code point: 南, 开, 酉
]


@pytest.mark.parametrize(("sort", "order"), SORTED)
@pytest.mark.parametrize("q", ["", "调解"])
def test_sorting(engine: Engine, q: str, sort: Sort, order: str) -> None:
    engine.rebuild([report(name, "调解", "调解", district=d, year=y) for name, d, y in DOCUMENTS])
    assert found(engine, q, sort=sort) == [f"{name}/{n}" for name in order for n in (0, 1)]
    total, documents = engine.documents(Filters(), sort, 0, 10)
    assert total == len(DOCUMENTS)
    assert "".join(document.id for document in documents) == order


def test_a_sort_does_not_lose_groups_and_scores(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", "纠纷与旅游", year=2024),
            report("b", "旅游纠纷", year=2020),
        ]
    )
    by_year = engine.search(read("旅游纠纷"), sort="-year").hits
    by_rank = {hit.section.id: hit for hit in engine.search(read("旅游纠纷")).hits}
    assert ids(by_year) == ["a/0", "b/0"]
    assert [hit.match for hit in by_year] == ["words", "literal"]
    for hit in by_year:
        assert hit.score == pytest.approx(by_rank[hit.section.id].score, rel=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("sort", ["relevance", "year", "-year", "district", "document"])
def test_pages_never_overlap(engine: Engine, size: int, sort: Sort) -> None:
    draw = random.Random(7)
    texts = ["调解", "调解，纠纷", "旅游纠纷", "纠纷与旅游", "旅游"]
    engine.rebuild(
        [
            report(
                f"r{n}",
                *draw.choices(texts, k=4),
                district=draw.choice(["南岸区", "开州区", None]),
                year=draw.choice([2022, 2023, None]),
            )
            for n in range(12)
        ]
    )
    for q in ("", "调解 OR 旅游纠纷", "纠纷"):
        together = [hit for page in pages(engine, read(q), size, sort) for hit in page]
        assert ids(together) == found(engine, q, sort=sort)


def test_a_page_past_the_end_is_empty_but_counts(engine: Engine) -> None:
    engine.rebuild([report("a", "调解", "调解")])
    result = engine.search(read("调解"), offset=10, limit=10, facets=("year",))
    assert (list(result.hits), result.total, result.total_literal) == ([], 2, 2)
    assert result.facets == {"year": {None: 2}}


def test_a_relaxed_query_finds_any_word(engine: Engine, segmenter: Segmenter) -> None:
    engine.rebuild(
        [
            report("a", "旅游"),
            report("b", "旅游，纠纷"),
            report("c", "无关"),
            report("d", "纠纷，调解"),
        ]
    )
    relaxed = relax(parse("旅游纠纷 不存在的话 -调解", segmenter))
    assert relaxed is not None
    result = engine.search(relaxed)
    assert ids(result.hits) == ["b/0", "a/0"]
    assert {hit.match for hit in result.hits} == {"partial"}
    assert (result.total, result.total_literal) == (2, 0)


def test_what_is_quoted_is_never_relaxed_to_its_words(engine: Engine, segmenter: Segmenter) -> None:
    engine.rebuild(
        [
            report("a", "旅游，甲，乙"),
            report("b", "调解，旅游纠纷"),
            report("c", "旅游，调解，纠纷，旅游，纠纷"),
        ]
    )
    relaxed = relax(parse("“旅游纠纷” 调解 不存在的话", segmenter))
    assert relaxed is not None
    hits = engine.search(relaxed, limit=10).hits
    assert ids(hits) == ["c/0", "b/0"]  # a has none of what is asked for, but words of it
    assert {hit.match for hit in hits} == {"partial"}


def test_nothing_matches_nothing(engine: Engine) -> None:
    engine.rebuild([report("a", "旅游")])
    assert engine.search(Plan(literal=NOTHING)).total == 0


def test_a_deadline_that_has_passed_stops_the_search(engine: Engine) -> None:
    engine.rebuild([report("a", "旅游纠纷")])
    for asked in (read("旅游纠纷"), read("旅游 OR 纠纷")):
        with pytest.raises(DeadlineExceeded):
            engine.search(asked, deadline=Deadline(-1))
        with pytest.raises(DeadlineExceeded):
            list(engine.stream(asked, Filters(), "relevance", Deadline(-1)))
        with pytest.raises(DeadlineExceeded):
            engine.matrix(asked, Filters(), Deadline(-1))


def test_the_same_question_gets_the_same_answer(engine: Engine) -> None:
    engine.rebuild([report(f"r{n}", "调解，旅游" * (n % 5 + 1)) for n in range(40)])
    first = engine.search(read("调解 旅游"), limit=40)
    for _ in range(3):
        again = engine.search(read("调解 旅游"), limit=40)
        assert [(h.section.id, h.score) for h in again.hits] == [
            (h.section.id, h.score) for h in first.hits
        ]
