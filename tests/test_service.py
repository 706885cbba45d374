"""The public Python API over the five seed reports, held against plain Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import search_service
from search_service.analysis import fold
from search_service.errors import IndexMissing, InvalidRequest, NotFound
from search_service.models import (
    FACET_FIELDS,
    MODES,
    Mode,
)
from search_service.requests import SearchRequest
from search_service.service import SearchService
from tests.seeds import SEEDS, Entry, holding, ids

# --- the two questions everything began with --------------------------------------------


def test_fengqiao_experience(service: SearchService) -> None:
    result = service.search("枫桥经验")
    assert result.total == result.total_literal == 3
    assert {(h.document.district, h.document.year) for h in result.hits} == {
        ("南岸区", 2023),
        ("开州区", 2024),
        ("酉阳县", 2023),
    }
    assert {h.section.heading for h in result.hits} == {
        "（五）突出源头治理，依法高效化解矛盾纠纷",
        "(二)矛盾纠纷多元化解机制高效运行。",
        "（四）突出工作成效，聚力打造酉阳辨识度品牌。",
    }
    assert all(hit.match == "literal" for hit in result.hits)
    marks = [p.text[m.start - p.start : m.end - p.start]
             for hit in result.hits for p in hit.passages for m in p.matches]  # fmt: skip
    assert marks == ["枫桥经验"] * 5  # twice in 南岸区 and 酉阳县, once in 开州区


def test_administrative_review(service: SearchService, entries: list[Entry]) -> None:
    result = service.search("行政复议", per_page=100)
    assert set(ids(result)) == holding(entries, "行政复议")
    assert result.total == result.total_literal == len(holding(entries, "行政复议")) > 5
    lines = (SEEDS / "wulong-2020.txt").read_text(encoding="utf-8").splitlines()
    assert sum("行政复议" in line for line in lines) == 1
    (wulong,) = [hit for hit in result.hits if hit.document.id == "wulong-2020"]
    assert wulong.section.heading == "（八）社会矛盾纠纷依法有效化解。"


@pytest.mark.parametrize("q", ["枫桥经验", "行政复议", "法治政府", "", "2023年", "渝快办"])
def test_facets_are_what_plain_python_counts(
    service: SearchService, entries: list[Entry], q: str
) -> None:
    found = [document for document, _, folded in entries if fold(q) in folded]
    result = service.search(q, mode="literal")
    assert result.total == len(found)
    for name in FACET_FIELDS:
        counted = Counter(getattr(document, name) for document in found)
        assert {value.value: value.count for value in result.facets[name]} == counted
        assert not any(value.selected for value in result.facets[name])


def test_seeds_as_documents(service: SearchService) -> None:
    total, documents = service.documents()
    assert total == 5
    assert [(d.id, d.district, d.town, d.year) for d in documents] == [
        ("kaizhou-2024", "开州区", None, 2024),
        ("nanan-2023", "南岸区", None, 2023),
        ("nanan-tushan-2023", "南岸区", "涂山镇", 2023),
        ("wulong-2020", "武隆区", None, 2020),
        ("youyang-2023", "酉阳县", None, 2023),
    ]


# --- filters, sorting, pages ----------------------------------------------------------------


def test_filters_and_disjunctive_facets(service: SearchService) -> None:
    result = service.search("枫桥经验", district=["南岸区"], year=[2023])
    assert ids(result) == ["nanan-2023/6"]
    districts = {v.value: (v.count, v.selected) for v in result.facets["district"]}
    assert districts == {"南岸区": (1, True), "酉阳县": (1, False)}
    years = {v.value: (v.count, v.selected) for v in result.facets["year"]}
    assert years == {2023: (1, True)}
    assert service.search("枫桥经验", year=["2024.."]).total == 1
    assert service.search("枫桥经验", year=["..2023", "2024"]).total == 3
    assert service.search("枫桥经验", district=["未知"], mode="literal").total == 0
    assert service.search("枫桥经验", town=["涂山镇"], mode="literal").total == 0


def test_a_selected_value_without_hits_is_shown(service: SearchService) -> None:
    result = service.search("枫桥经验", district=["武隆区"], year=[2020], mode="literal")
    assert result.total == 0
    assert ("武隆区", 0, True) in [
        (v.value, v.count, v.selected) for v in result.facets["district"]
    ]
    assert (2020, 0, True) in [(v.value, v.count, v.selected) for v in result.facets["year"]]


def test_facets_beside_no_hits_count_what_was_asked(service: SearchService) -> None:
    everywhere = service.search("枫桥经验")
    nowhere = service.search("枫桥经验", district=["没有"])
    assert (nowhere.total, nowhere.query.relaxed) == (0, False)
    counted = {value.value: value.count for value in nowhere.facets["district"] if value.count}
    assert counted == {value.value: value.count for value in everywhere.facets["district"]}


def test_a_single_value_is_a_list_of_one(service: SearchService) -> None:
    listed = service.search("枫桥经验", district=["南岸区"], year=[2023], document=["nanan-2023"])
    assert listed.total == 1
    single = service.search("枫桥经验", district="南岸区", year=2023, document="nanan-2023")
    assert ids(single) == ids(listed)
    assert ids(service.search("枫桥经验", year="2023..2023", town=None)) == ids(
        service.search("枫桥经验", year=[2023])
    )


def test_the_place_of_a_report_counts_as_context(service: SearchService) -> None:
    assert ids(service.search("南岸区 枫桥经验")) == ["nanan-2023/6"]
    assert ids(service.search("酉阳县 “枫桥经验”")) == ["youyang-2023/5"]
    assert service.search("武隆区 “枫桥经验”", mode="literal").total == 0


@pytest.mark.parametrize("sort", ["relevance", "year", "-year", "district", "document"])
def test_pages_hold_every_hit_once(service: SearchService, sort: str) -> None:
    whole = service.search("法治政府", sort=sort, per_page=100)  # type: ignore[arg-type]
    pages = [
        service.search("法治政府", sort=sort, page=page, per_page=7)  # type: ignore[arg-type]
        for page in range(1, whole.total // 7 + 2)
    ]
    assert [name for page in pages for name in ids(page)] == ids(whole)
    assert {page.pages for page in pages} == {-(-whole.total // 7)}
    request = SearchRequest("法治政府", sort=sort)  # type: ignore[arg-type]
    assert [hit.section.id for hit in service.stream(request)] == ids(whole)


def test_browsing_gives_everything_in_document_order(
    service: SearchService, entries: list[Entry]
) -> None:
    result = service.search(per_page=100)
    assert ids(result) == [section.id for _, section, _ in entries]
    assert [(hit.document, hit.section) for hit in result.hits] == [e[:2] for e in entries]


# --- how the query was read -----------------------------------------------------------------


def test_the_answer_says_how_the_query_was_read(service: SearchService) -> None:
    query = service.search("南岸区 “枫桥经验” -复议 OR", year=["2020..2024"]).query
    assert [(c.text, c.words, c.literal, c.exclude) for c in query.chunks] == [
        ("南岸区", ("南岸区",), False, False),
        ("枫桥经验", (), True, False),
        ("复议", ("复议",), False, True),
        ("OR", (), False, False),
    ]
    assert len(query.warnings) == 1
    assert query.relaxed  # no section has OR in it
    assert not service.search("南岸区 “枫桥经验” -复议").query.relaxed


def test_a_query_that_finds_nothing_is_relaxed(service: SearchService) -> None:
    relaxed = service.search("枫桥经验 航空母舰")
    assert relaxed.query.relaxed
    assert set(ids(service.search("枫桥经验"))) <= set(ids(relaxed))
    assert relaxed.total_literal == 0
    assert {hit.match for hit in relaxed.hits} == {"partial"}
    assert [m for hit in relaxed.hits for p in hit.passages for m in p.matches]
    strict = service.search("枫桥经验 航空母舰", mode="literal")
    assert (strict.total, strict.query.relaxed) == (0, False)
    nothing = service.search("航空母舰")
    assert (nothing.total, nothing.query.relaxed) == (0, False)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("district", [(), ("武隆区",), ("南岸区", "开州区")])
@pytest.mark.parametrize(
    "q",
    [
        "枫桥经验",
        "枫桥经验 武隆区 高铁",
        "枫桥经验 -调解",
        "南岸区 枫桥经验",
        "航空母舰",
        "“枫桥经念” 调解",
        "怎么处理信访户的矛盾？",
        "",
    ],
)
def test_all_hits_in_a_row_are_the_hits_that_are_counted(
    service: SearchService, q: str, district: tuple[str, ...], mode: Mode
) -> None:
    """Also where they are relaxed: whether is decided within the filters."""
    request = SearchRequest(q, mode, search_service.make_filters(district), per_page=100)
    result = service.execute(request)
    streamed = list(service.stream(request))
    assert [hit.section.id for hit in streamed] == ids(result)
    assert [hit.match for hit in streamed] == [hit.match for hit in result.hits]
    assert len(streamed) == result.total
    assert service.read_query(request).relaxed == result.query.relaxed


def test_a_query_is_relaxed_where_the_filters_leave_nothing(service: SearchService) -> None:
    assert not service.search("枫桥经验 调解").query.relaxed
    request = SearchRequest("枫桥经验 调解", filters=search_service.make_filters(["武隆区"]))
    assert service.execute(request).query.relaxed
    assert {hit.match for hit in service.stream(request)} == {"partial"}


def test_a_question_is_answered_by_what_covers_it(service: SearchService) -> None:
    result = service.search("2023年酉阳县办理了多少件行政复议申请？")
    assert "youyang-2023/4" in ids(result)[:3]  # 办理行政复议申请 159 件
    assert {hit.match for hit in result.hits} == {"partial"}


def test_text_that_begins_with_a_minus_is_found_if_it_is_there(service: SearchService) -> None:
    result = service.search("-2个法治政府建设单项创建项目")  # from 1-2个
    assert ids(result)[0] == "youyang-2023/11"
    assert result.query.chunks[0].exclude is False
    assert len(result.query.warnings) == 1
    assert service.search("-枫桥经验").total == len(ids(service.search(per_page=100))) - 3


def test_what_was_not_searched_is_not_marked(service: SearchService) -> None:
    """The words of a chunk that was found in the context only, in literal mode."""
    result = service.search("法治政府建设情况的报告 枫桥经验", mode="literal")
    assert result.total == 2  # 开州区's title says 情况报告
    for hit in result.hits:
        marked = [hit.section.text[m.start : m.end] for p in hit.passages for m in p.matches]
        assert set(marked) == {"枫桥经验"}


# --- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"q": "长" * 257}, "q"),
        ({"q": "字 " * 33}, "q"),
        ({"mode": "fuzzy"}, "mode"),
        ({"sort": "name"}, "sort"),
        ({"page": 0}, "page"),
        ({"per_page": 0}, "per_page"),
        ({"per_page": 101}, "per_page"),
        ({"page": 1001, "per_page": 10}, "page"),
        ({"year": ["abc"]}, "year"),
        ({"year": [".."]}, "year"),
        ({"year": ["20"]}, "year"),
    ],
)
def test_bad_requests_name_the_parameter(
    service: SearchService, arguments: dict[str, object], parameter: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service.search(**arguments)  # type: ignore[arg-type]
    assert list(caught.value.errors) == [parameter]


def test_what_is_not_there(service: SearchService, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        service.report("nobody-2023")
    with pytest.raises(NotFound):
        service.section("nanan-2023", 99)
    with pytest.raises(IndexMissing):
        search_service.open_index(tmp_path)


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"page": "1"}, "page"), ({"per_page": 2.0}, "per_page"), ({"year": "2024..2020"}, "year")],
)
def test_values_of_a_wrong_kind_are_named(
    service: SearchService, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRequest) as raised:
        service.search("枫桥经验", **asked)
    assert list(raised.value.errors) == [field]


@pytest.mark.parametrize("q", [None, 5, "枫桥".encode(), ["枫桥"]])
def test_a_query_that_is_no_text_is_named(service: SearchService, q: Any) -> None:
    for ask in (service.search, service.suggest, service.matrix):
        with pytest.raises(InvalidRequest, match="q: must be text"):
            ask(q)
