"""Places and years in a query."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

import search_service
from search_service import SearchService
from search_service.models import Mode
from search_service.requests import SearchRequest

PARTS = [
    # query, parts of its first chunk
    ("南岸区2023年", "南岸区/place 2023年/year"),
    ("2023年南岸区", "2023年/year 南岸区/place"),
    ("南岸区2023年调解成功率", "南岸区/place 2023年/year 调解成功率/text"),
    ("南岸区2023", "南岸区/place 2023/year"),
    ("2023", "2023/year"),
    ("2023年度", "2023年度/year"),
    ("２０２３年", "２０２３年/year"),
    ("二〇二三年南岸区", "二〇二三年/year 南岸区/place"),
    ("二零二〇至二○二三年行政复议", "二零二〇至二○二三年/year 行政复议/text"),
    ("二〇二三年十月", ""),  # dates
    ("二〇二三年一月", ""),
    ("二〇二三年十二月", ""),
    ("2020-2023年", "2020-2023年/year"),
    ("2020年至2023年行政复议", "2020年至2023年/year 行政复议/text"),
    ("南岸区2020—2023", "南岸区/place 2020—2023/year"),
    ("2020年、2023年", "2020年/year 2023年/year"),
    ("2020年10月至2023年12月", ""),  # dates
    ("重庆市南岸区", "重庆市南岸区/place"),
    ("涂山镇的网格", "涂山镇/place 网格/text"),
    ("南岸区和开州区", "南岸区/place 开州区/place"),
    ("渝北区", "渝北区/place"),  # also one that the index does not hold
    ("2023年10月", ""),  # a date, not a year
    ("12023年", ""),
    ("2000元", ""),
    ("枫桥经验2023", "枫桥经验/text 2023/year"),  # at the ends 年 may be left out
    ("2023枫桥经验", "2023/year 枫桥经验/text"),
    ("南岸区2023行政复议", "南岸区/place 2023/year 行政复议/text"),
    ("行政复议2020-2023", "行政复议/text 2020-2023/year"),
    ("2020至2023行政复议", "2020至2023/year 行政复议/text"),
    ("2022行政复议2023", "2022/year 行政复议/text 2023/year"),
    ("枫桥经验2022和2023", "枫桥经验/text 2022/year 2023/year"),
    ("2022、2023行政复议", "2022/year 2023/year 行政复议/text"),
    ("行政复议2022、2023", "行政复议/text 2022/year 2023/year"),
    ("2023人民调解", "2023/year 人民调解/text"),  # words that begin as quantities do
    ("2023项目", "2023/year 项目/text"),
    ("2023多元解纷", "2023/year 多元解纷/text"),
    ("2023一季度行政复议", "2023/year 一季度行政复议/text"),
    ("2023三峡库区", "2023/year 三峡库区/text"),
    ("2000余件行政复议", ""),  # quantities
    ("2000条", ""),
    ("2020平方米", ""),
    ("2000万元罚款", ""),
    ("2000名干部", ""),
    ("2023号文件", ""),
    ("第2020", ""),
    ("超过2000", ""),
    ("共2000", ""),
    ("调解2000件", ""),
    ("行政复议12023", ""),
    ("iso2000", ""),
    ("渝府发〔2023〕", ""),
    ("渝府2023发", ""),  # not at an end
    ("枫桥经验", ""),
    ("“南岸区2023年”", ""),  # quoted: literally
    ("2021年以来行政复议", "2021年以来/year 行政复议/text"),
    ("二〇二一年以后", "二〇二一年以后/year"),
    ("酉阳败诉率", "酉阳/place 败诉率/text"),  # as people call a district of the index
    ("2023年南岸", "2023年/year 南岸/place"),
    ("渝中行政复议", ""),  # 渝中区 is not in the index
    ("西南岸线", ""),  # no part of a word
]


@pytest.mark.parametrize(("q", "parts"), PARTS)
def test_parts(service: SearchService, q: str, parts: str) -> None:
    (chunk,) = service.search(q).query.chunks
    assert " ".join(f"{part.text}/{part.kind}" for part in chunk.parts) == parts


def test_years_since_one_end_with_the_newest_that_a_query_may_name(tmp_path: Path) -> None:
    years = (1000, 2023, 9999)
    sections = [{"heading": "", "path": [], "text": "法治2024"}]
    lines = [{"id": f"d{y}", "title": "报告", "year": y, "sections": sections} for y in years]
    source = tmp_path / "x.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    search_service.build_index(source, tmp_path / "index")
    with closing(search_service.open_index(tmp_path / "index")) as service:
        found = service.search("2021年以来 法治")
        assert [hit.section.document_id for hit in found.hits] == ["d2023"]
        (part,) = service.read_query(SearchRequest("2021年以来")).parsed.wanted()[0].parts
        assert part.years == (2021, 2023)


ANSWERED = [
    ("南岸区2023年 调解成功率", ["nanan-2023/6"]),
    ("南岸区2023年调解成功率", ["nanan-2023/6"]),
    ("开州区2023年 枫桥经验", []),  # the report is of 2024
    ("开州区2024年 枫桥经验", ["kaizhou-2024/15"]),
    ("南岸区和开州区 枫桥经验", ["nanan-2023/6", "kaizhou-2024/15"]),
    ("2024 复议纠错率", []),
    ("枫桥经验2024", ["kaizhou-2024/15"]),
    ("2020实质纠错率", ["wulong-2020/9"]),
    ("2020 实质纠错率", ["wulong-2020/9"]),
    ("2019—2021年 实质纠错率", ["wulong-2020/9"]),  # and the years between
    ("2021-2024年 实质纠错率", []),
    ("２０２０年 实质纠错率", ["wulong-2020/9"]),
    ("二〇二〇年 实质纠错率", ["wulong-2020/9"]),
    ("2019年以来 实质纠错率", ["wulong-2020/9"]),
    ("2021年以来 实质纠错率", []),
    ("2021年以来 三项制度", ["nanan-tushan-2023/12"]),  # not the report of 2020
    ("武隆 实质纠错率", ["wulong-2020/9"]),
    ("武隆实质纠错率", ["wulong-2020/9"]),
]


@pytest.mark.parametrize(("q", "sections"), ANSWERED)
def test_places_and_years_are_found_in_the_context(
    service: SearchService, q: str, sections: list[str]
) -> None:
    result = service.search(q)
    hits = [] if result.query.relaxed else result.hits
    assert sorted(hit.section.id for hit in hits) == sorted(sections)
    assert result.query.filters == search_service.make_filters()


@pytest.mark.parametrize(
    ("q", "place"),
    [
        ("酉阳县行政诉讼败诉率", "youyang"),  # 败诉率 is in the report of another district
        ("酉阳败诉率", "youyang"),
        ("武隆区 枫桥经验", "wulong"),
        ("南岸区有哪些举措？", "nanan"),
    ],
)
def test_what_a_named_place_did_comes_first(service: SearchService, q: str, place: str) -> None:
    result = service.search(q, per_page=100)
    there = [hit.section.id.startswith(place) for hit in result.hits if hit.match != "literal"]
    assert any(there)
    assert there == sorted(there, reverse=True)


RELAXED = [
    # query, what one of its hits says, and every one
    ("南岸区 航空母舰", "南岸区", "南岸区"),  # nothing else of it is anywhere
    ("涂山镇航空母舰", "涂山镇", "涂山"),
    ("渝北区 航空母舰", None, ""),
    ("渝北区 枫桥治理", "枫桥", ""),  # what is asked before where
]


@pytest.mark.parametrize(("q", "one", "every"), RELAXED)
def test_where_nothing_matches_any_word_is_enough(
    service: SearchService, q: str, one: str | None, every: str
) -> None:
    result = service.search(q, per_page=100)
    texts = [hit.section.own_text for hit in result.hits]
    assert result.query.relaxed == (one is not None)
    assert one is None or any(one in text for text in texts)
    assert all(every in text for text in texts)
    assert {hit.match for hit in result.hits} <= {"partial"}


MARKED = [
    # query, a section, what is marked in its first passage, and in all of them
    ("2023年南岸区行政复议", "nanan-2023/5", "行政复议", "2023年 南岸区 行政复议"),
    ("武隆区 出庭应诉", "wulong-2020/8", "出庭应诉", "武隆区 出庭应诉"),
    ("2023南岸区", "nanan-2023/8", "2023", "2023 南岸区"),  # of a place and a year alone
    ("开州区2024年行政复议受理多少件？", "kaizhou-2024/12", "受理", "受理 行政复议 件"),
]


@pytest.mark.parametrize(("q", "section", "first", "everywhere"), MARKED)
def test_what_was_asked_of_a_place_and_year_is_shown_first(
    service: SearchService, q: str, section: str, first: str, everywhere: str
) -> None:
    (hit,) = [hit for hit in service.search(q, per_page=50).hits if hit.section.id == section]
    marks = [[hit.section.text[m.start : m.end] for m in p.matches] for p in hit.passages]
    assert first in marks[0]
    assert {mark for found in marks for mark in found} == set(everywhere.split())  # no 年 of 全年


def test_literal_mode_does_not_read_parts(service: SearchService) -> None:
    result = service.search("南岸区2023年 调解成功率", mode="literal")
    assert result.total == 0
    assert result.query.chunks[0].parts == ()


def test_what_excludes_is_not_read_in_pieces(service: SearchService) -> None:
    (_, excluded) = service.search("枫桥经验 -南岸区2023年").query.chunks
    assert excluded.parts == ()
    assert service.search("枫桥经验 -南岸区2023年").total == service.search("枫桥经验").total


def test_synonyms_are_listed_only_where_they_were_used(service: SearchService) -> None:
    asked = "怎么处理信访户的矛盾？"
    used = service.search(asked).query.synonyms
    assert used
    assert service.search(asked, synonyms=False).query.synonyms == ()
    assert service.search(asked, mode="literal").query.synonyms == ()
    assert service.search("信访").query.synonyms == ()


def test_only_what_was_searched_is_marked(service: SearchService) -> None:
    def marked(q: str, section: str, mode: Mode = "auto") -> set[str]:
        (hit,) = [
            h for h in service.search(q, mode=mode, per_page=74).hits if h.section.id == section
        ]
        text = hit.section.text
        shown = {text[m.start : m.end] for p in hit.passages for m in p.matches}
        assert shown <= {text[m.start : m.end] for m in service.matches(hit.section, q, mode)[1]}
        return shown

    # 上班 stands for 工作 and 劳动, which were not looked for: 枫桥经验 is found
    assert marked("枫桥经验 OR 上班", "kaizhou-2024/15") == {"枫桥经验"}
    assert marked("枫桥经验 OR 上班", "kaizhou-2024/15", "words") == {"枫桥经验"}
    assert "民营企业" in marked("民营企业家", "nanan-2023/2")  # by a synonym, and 民营 by itself
    assert "监护" not in marked("未成年人保护", "wulong-2020/7")
