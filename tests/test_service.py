"""The public Python API over the five seed reports, held against plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import search_service
from search_service import errors, models, parsing
from search_service.analysis import fold
from search_service.errors import IndexMissing, InvalidRequest, NotFound
from search_service.models import (
    FACET_FIELDS,
    MODES,
    Document,
    Hit,
    Mode,
    SearchResult,
    Section,
)
from search_service.query import Plan
from search_service.requests import SearchRequest
from search_service.service import SearchService

SEEDS = Path(__file__).parent.parent / "seeds"

Entry = tuple[Document, Section, str]
"""A document, one of its sections, and the fold of the section's own text."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchService]:
    index = tmp_path_factory.mktemp("service") / "index"
    report = search_service.build_index([SEEDS], index)
    assert (report.info.documents, report.refused) == (5, ())
    opened = search_service.open_index(index)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """Every section in document order, straight from the parser."""
    outcomes = list(parsing.read([SEEDS]))
    read = [outcome.report for outcome in outcomes if isinstance(outcome, parsing.Parsed)]
    assert len(read) == len(outcomes) == 5
    return [
        (report.document, section, fold(section.own_text))
        for report in sorted(read, key=lambda report: report.document.id)
        for section in report.sections
    ]


def ids(result: SearchResult) -> list[str]:
    return [hit.section.id for hit in result.hits]


def holding(entries: list[Entry], text: str) -> set[str]:
    needle = fold(text)
    return {section.id for _, section, folded in entries if needle in folded}


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


# --- the guarantee ------------------------------------------------------------------------


def random_pieces(entries: list[Entry], count: int) -> list[str]:
    """Pieces of 1 to 64 code points, each inside the heading and text of one section."""
    draw = random.Random(20240228)
    texts = [section.own_text for _, section, _ in entries]
    weights = [len(text) for text in texts]
    pieces = []
    for text in draw.choices(texts, weights, k=count):
        length = min(draw.randint(1, 64), len(text))
        start = draw.randint(0, len(text) - length)
        pieces.append(text[start : start + length])
    return pieces


def test_every_piece_of_text_is_found_where_it_stands(
    service: SearchService, entries: list[Entry]
) -> None:
    """Asked for quoted; what has no white space also as it is; each mark folds back."""
    for piece in random_pieces(entries, 5_000):
        expected = holding(entries, piece)
        assert expected
        result = service.search(f'"{piece}"', mode="literal", per_page=100)
        assert set(ids(result)) == expected, piece
        assert result.total == result.total_literal == len(expected)
        assert result.query.warnings == ()
        if len(expected) <= 10:
            for hit in result.hits:
                marks_fold_back(hit, fold(piece))
        if not any(character.isspace() for character in piece):
            as_typed = service.engine.search(literally(service, piece), limit=100)
            assert {hit.section.id for hit in as_typed.hits} == expected, piece


def literally(service: SearchService, q: str) -> Plan:
    return service.read_query(SearchRequest(q, "literal")).plan


def test_auto_finds_at_least_what_literal_finds(
    service: SearchService, entries: list[Entry]
) -> None:
    for piece in random_pieces(entries, 300):
        literal = service.search(piece, mode="literal", per_page=100)
        auto = service.search(piece, per_page=100)
        assert set(ids(literal)) <= set(ids(auto))
        assert holding(entries, piece) <= set(ids(literal))
        assert auto.total_literal >= literal.total_literal


def marks_fold_back(hit: Hit, needle: str) -> None:
    """Every mark is what was asked for; one that runs out of the heading is in two parts."""
    heading = [hit.section.heading[m.start : m.end] for m in hit.heading_matches]
    text = [hit.section.text[m.start : m.end] for p in hit.passages for m in p.matches]
    assert heading or text or not needle
    for passage in hit.passages:
        assert passage.text == hit.section.text[passage.start : passage.end]
    parts = [fold(mark) for mark in (*heading, *text) if needle not in fold(mark)]
    if parts:
        assert len(parts) <= 2
        assert needle.startswith(fold(heading[-1])) if heading else True
        assert needle in fold(hit.section.own_text)
        assert all(part in needle for part in parts)


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


# --- building and sharing -----------------------------------------------------------------------


def test_building_again_reads_only_what_changed(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for seed in SEEDS.glob("*.txt"):
        (sources / seed.name).write_bytes(seed.read_bytes())
    first = search_service.build_index([sources], tmp_path / "index")
    assert (len(first.read), len(first.unchanged), len(first.refused)) == (5, 0, 0)
    changed = sources / "wulong-2020.txt"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n新的一段。\n", encoding="utf-8")
    (sources / "empty-2023.txt").write_bytes(b"")
    second = search_service.build_index([sources], tmp_path / "index")
    assert [parsed.report.document.id for parsed in second.read] == ["wulong-2020"]
    assert len(second.unchanged) == 4
    assert len(second.refused) == 1
    assert second.info.documents == 5
    with_new = search_service.open_index(tmp_path / "index")
    assert with_new.search("新的一段").total == 1
    with_new.close()


def test_threads_may_share_a_service(service: SearchService, entries: list[Entry]) -> None:
    pieces = random_pieces(entries, 200)
    expected = [set(ids(service.search(f'"{p}"', mode="literal", per_page=100))) for p in pieces]

    def ask(piece: str) -> set[str]:
        return set(ids(service.search(f'"{piece}"', mode="literal", per_page=100)))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, pieces)) == expected


def test_warming_up_works_whatever_is_held(tmp_path: Path, service: SearchService) -> None:
    service.warm()
    (tmp_path / "none").mkdir()
    search_service.build_index([tmp_path / "none"], tmp_path / "index")
    empty = search_service.open_index(tmp_path / "index")
    empty.warm()
    empty.close()


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


def test_a_single_source_need_not_be_in_a_list(tmp_path: Path) -> None:
    report = search_service.build_index(str(SEEDS), tmp_path / "index")
    assert (len(report.read), report.refused) == (5, ())


def test_everything_public_can_be_imported_from_the_package() -> None:
    """What is raised, returned or taken: every public name of these modules."""
    for module in (models, errors):
        public = {
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and value.__module__ == module.__name__
        }
        assert {n for n in public if not n.startswith("_")} <= set(search_service.__all__)
