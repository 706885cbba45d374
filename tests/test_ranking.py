"""Known items come first, and what questions add to the ranking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import search_service
from benchmarks.known_items import items, reciprocal_ranks
from search_service import SearchService, ranking
from search_service.analysis import Segmenter, fold
from search_service.engines.base import Engine
from search_service.engines.whoosh import WhooshEngine
from search_service.query import parse, plan
from search_service.synonyms import find_synonyms
from tests.engines.contract import found, ids, read, report
from tests.seeds import SEEDS

HONEST_SCORE = 0.99
"""Mean reciprocal rank of the reports' known items; raise it when it rises."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchService]:
    index = tmp_path_factory.mktemp("reports") / "index"
    search_service.build_index([SEEDS], index)
    service = search_service.open_index(index)
    yield service
    service.close()


@pytest.fixture
def engine(tmp_path: Path, segmenter: Segmenter) -> Iterator[Engine]:
    made = WhooshEngine(tmp_path / "index", segmenter)
    yield made
    made.close()


def test_known_items_come_first(reports: SearchService) -> None:
    wanted = items("reports")
    assert len(wanted) + len(items("laws")) >= 120
    values = list(reciprocal_ranks(reports, wanted))
    missed = [item.query for item, value in values if value < 1]
    assert sum(value for _, value in values) / len(values) >= HONEST_SCORE, missed


def test_expected_sections_exist(reports: SearchService) -> None:
    for item in items("reports"):
        for name in item.expect:
            document, _, ordinal = name.rpartition("/")
            reports.section(document, int(ordinal))


def test_a_letter_of_a_synonym_finds_nothing_alone(reports: SearchService) -> None:
    result = reports.search("未成年人保护", per_page=100)
    assert "无民事行为能力人" in [term for used in result.query.synonyms for term in used.terms]
    found = [hit.section.id for hit in result.hits]
    assert "kaizhou-2024/18" in found  # 未成年人家庭监护
    assert "nanan-2023/13" not in found  # 无。


TERMS_OF_REPORTS = [
    "法治政府",  # inside 法治政府建设
    "出庭应诉",  # inside 出庭应诉率
    "公共法律服务",  # inside 公共法律服务体系
    "八五普法",  # “八五”普法 in most reports
    "府院联席会议",  # “府院”联席会议
    "复调对接",  # 复调对接 in one report, “复调”对接 in another
]


@pytest.mark.parametrize("term", TERMS_OF_REPORTS)
def test_a_term_scores_however_reports_write_it(reports: SearchService, term: str) -> None:
    literal = reports.search(term, mode="literal", per_page=100)
    assert all(hit.score > 0 for hit in literal.hits)
    words = {hit.section.id for hit in reports.search(term, mode="words", per_page=100).hits}
    assert words >= {hit.section.id for hit in literal.hits}


def test_a_term_without_its_mark_is_found_by_words(reports: SearchService) -> None:
    without, marked = reports.search("双随机一公开"), reports.search("双随机、一公开")
    assert {hit.section.id for hit in without.hits} == {hit.section.id for hit in marked.hits}
    assert without.total == 3


QUESTION = "老板不发工资怎么办？"


def test_a_question_finds_what_the_law_calls_it(engine: Engine, segmenter: Segmenter) -> None:
    engine.rebuild(
        [
            report("a", "用人单位应当按时支付劳动报酬"),
            report("b", "老板椅的规格"),
            report("c", "无关的内容"),
        ]
    )
    assert sorted(found(engine, QUESTION)) == ["a/0", "b/0"]
    plain = plan(parse(QUESTION, segmenter, synonyms=False), "auto")
    assert ids(engine.search(plain).hits) == ["b/0"]


def test_synonyms_leave_words_and_literals_alone(engine: Engine) -> None:
    engine.rebuild([report("a", "用人单位"), report("b", "老板")])
    assert found(engine, "老板") == ["b/0"]
    assert read("老板").other_words == ()
    assert read(QUESTION, "literal").other_words == ()


def test_cited_documents_answer_questions_first(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", "调解不成的，可以起诉", title="调解办法"),
            report("b", "调解不成的，可以起诉", title="调解法"),
            report("c", "依照《调解法》办理", "违反《调解法》的，处罚"),
        ]
    )
    assert found(engine, "调解不成怎么起诉？")[:2] == ["b/0", "a/0"]
    assert found(engine, "调解 起诉") == ["a/0", "b/0"]
    engine.update(delete=["c"])
    assert found(engine, "调解不成怎么起诉？") == ["a/0", "b/0"]


def test_the_place_and_year_of_a_question_are_preferred(reports: SearchService) -> None:
    for place, first in (("南岸区", "nanan-2023"), ("武隆区", "wulong-2020")):
        hits = reports.search(f"{place}调解了多少件案件？").hits
        assert hits[0].document.id == first
        assert len({hit.document.id for hit in hits}) > 1  # nothing is filtered


def test_every_entry_of_the_synonyms_is_found_by_itself() -> None:
    lines = (
        (Path(search_service.__file__).parent / "analysis" / "data" / "synonyms.tsv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    entries = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert len(entries) > 300
    for said, written in entries:
        assert written.split()
        for text in said.split():
            (synonym,) = find_synonyms(fold(text))
            assert set(written.split()) <= set(synonym.terms)


def test_the_longest_synonym_applies() -> None:
    assert [s.text for s in find_synonyms("拖欠工资的老板")] == ["拖欠工资", "老板"]


def test_authority_grows_slowly() -> None:
    assert ranking.authority(0) == 0
    assert ranking.authority(1) < ranking.authority(10) < 10 * ranking.authority(1)
