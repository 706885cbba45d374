"""Words that stand near each other count more: in every engine, on every page."""

from __future__ import annotations

import math

import pytest

from search_service import ranking
from search_service.analysis import Segmenter
from search_service.engines.base import Engine
from search_service.query import parse, relax
from tests.engines.contract import found, ids, kinds, pages, read, report

FAR, NEAR = "旅游，法治，政府，法治，纠纷", "旅游，纠纷，法治，政府，法治"
"""The same words, so the same BM25F."""


@pytest.mark.parametrize("q", ["旅游纠纷", "旅游 纠纷", "纠纷 旅游"])
def test_of_two_sections_with_the_same_words_the_nearer_comes_first(engine: Engine, q: str) -> None:
    engine.rebuild([report("a", FAR), report("b", NEAR), report("c", "法治")])
    assert found(engine, q) == ["b/0", "a/0"]
    first, second = engine.search(read(q)).hits
    assert first.score > second.score


def test_partial_matches_count_it_too(engine: Engine, segmenter: Segmenter) -> None:
    engine.rebuild([report("a", FAR), report("b", NEAR)])
    relaxed = relax(parse("旅游纠纷 无此内容", segmenter))
    assert relaxed is not None
    assert ids(engine.search(relaxed).hits) == ["b/0", "a/0"]
    assert found(engine, "旅游纠纷如何仲裁？")[:2] == ["b/0", "a/0"]


def test_what_nearness_adds(engine: Engine) -> None:
    engine.rebuild([report("a", FAR), report("b", NEAR), report("c", "法治，法治，法治，法治")])
    hits = {hit.section.id: hit.score for hit in engine.search(read("旅游 纠纷")).hits}
    # Both words are in two of three sections: ln(1 + 1.5 / 2.5) each. Between them stand
    # ，法治，政府，法治，in a/0, folded as long, and one comma in b/0.
    weight = math.log(1.6)
    gained = 0.7 * weight * (4 / (4 + 1) - 4 / (4 + 10))
    assert hits["b/0"] - hits["a/0"] == pytest.approx(gained, rel=1e-3)


def test_nearness_never_moves_a_hit_into_another_group(engine: Engine) -> None:
    engine.rebuild([report("a", NEAR), report("b", "很长的一段文字" * 50 + "旅游纠纷")])
    assert found(engine, "旅游纠纷") == ["b/0", "a/0"]
    assert kinds(engine, "旅游纠纷") == {"b/0": "literal", "a/0": "words"}


def test_alternatives_and_what_is_excluded_are_no_neighbours() -> None:
    assert read("旅游 OR 纠纷").near == ()
    assert read("旅游 -纠纷").near == ()
    assert read("旅游 (纠纷 OR 调解)").near == ()


def test_neighbours_are_words_of_one_chunk_or_of_two_beside_each_other() -> None:
    asked = read("旅游纠纷 调解")
    assert asked.near == (("旅游", "纠纷"), ("纠纷", "调解"))
    assert asked.near_literal == (("纠纷", "调解"),)
    assert read("旅游纠纷").near_literal == ()
    assert read("旅游").near == ()
    assert read("旅游 “的” 旅游").near == ()


@pytest.mark.parametrize("size", [1, 7, 50, 64])
def test_pages_agree_where_the_first_hits_are_ranked_again(engine: Engine, size: int) -> None:
    """More hits than are ranked again, all of the same BM25F, the near ones last by name."""
    count = 2 * ranking.NEARNESS_DEPTH
    engine.rebuild(
        [report(f"r{n:03}", NEAR if n % ranking.NEARNESS_DEPTH > 40 else FAR) for n in range(count)]
    )
    order = found(engine, "旅游 纠纷")
    assert [hit for page in pages(engine, read("旅游 纠纷"), size) for hit in ids(page)] == order
    again = order[: ranking.NEARNESS_DEPTH]
    assert again[:9] == [f"r{n:03}/0" for n in range(41, 50)]
    assert again[9:] == [f"r{n:03}/0" for n in range(41)]
    assert order[ranking.NEARNESS_DEPTH :] == [f"r{n:03}/0" for n in range(50, count)]
    scores = [hit.score for hit in engine.search(read("旅游 纠纷"), limit=count).hits]
    assert scores == sorted(scores, reverse=True)
