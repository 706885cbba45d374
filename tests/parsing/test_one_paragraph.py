"""Reports whose line breaks are lost."""

from __future__ import annotations

import time

import pytest

from search_service.parsing import clean, parse_bytes, parse_text

BODY = "全年召开专题会议4次，研究解决重点问题12个，各项任务按期完成，取得积极成效。"
REPORT = (
    "贺兰县人民政府 关于2023年法治政府建设情况的报告 2023 年，贺兰县坚持依法行政，取得成效。 "
    f"一、 2023 年主要做法 （一）加强领导。{BODY * 3} （二）健全机制 {BODY} 二、存在问题 {BODY} "
    "贺兰县人民政府 2024年1月5日"
)
SECTIONS = [
    (0, ""),
    (1, "一、 2023 年主要做法"),
    (2, "（一）加强领导。"),
    (2, "（二）健全机制"),
    (1, "二、存在问题"),
]


@pytest.mark.parametrize("gap", [" ", "    ", "\u3000\u3000", "\t"])
def test_a_report_in_one_paragraph_has_its_sections(gap: str) -> None:
    kept = REPORT.replace("2023 年", "2023_年").replace("一、 ", "一、_")
    text = kept.replace(" ", gap).replace("_", " ")
    parsed = parse_text(text, id="x", source="x.txt").report
    assert [(s.level, s.heading) for s in parsed.sections] == SECTIONS
    assert parsed.sections[-1].text.split("\n") == [BODY, "贺兰县人民政府", "2024年1月5日"]
    document = parsed.document
    assert document.title == "贺兰县人民政府关于2023年法治政府建设情况的报告"
    assert (document.district, document.year, document.date) == ("贺兰县", 2023, "2024-01-05")


def test_a_page_of_one_paragraph() -> None:
    title, rest = REPORT.split(" 2023 年，")
    page = f"<html><body><h1>{title}</h1><div><p>2023年，{rest}</p></div></body></html>"
    sections = parse_bytes("x.html", page.encode()).report.sections
    assert [(s.level, s.heading) for s in sections] == SECTIONS


@pytest.mark.parametrize(
    "text",
    [
        f"某区召开会议。{BODY * 5}会议强调：一、加强领导；二、健全机制。",
        f"某区召开会议 部署工作。{BODY * 5}",
        "一、主要做法 加强领导。二、存在问题 力量不足。",
    ],
)
def test_ordinary_paragraphs_are_not_divided(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text", ["一、1" + " " * 60_000 + "二、", "一、 " * 60_000, "。（一）" * 60_000]
)
def test_it_takes_little_time(text: str) -> None:
    started = time.process_time()
    clean(f"一、做法 二、问题 {text}")
    assert time.process_time() - started < 5
