"""Tables: a row is a line, and its first cell is no number of a heading."""

from __future__ import annotations

import io

import docx
import pytest

from search_service.models import Report
from search_service.parsing import parse_bytes

LEAD = "全年召开会议4次，研究解决重点问题12个，各项任务按期完成。"
ROWS = [("序号", "事项", "单位"), ("1", "规范性文件备案", "司法局"), ("2", "执法检查", "司法局")]


def as_html() -> bytes:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    table = f"<table>{cells}</table>"
    page = f"<p>一、主要做法</p><p>{LEAD}</p>{table}<p>二、存在问题</p><p>力量不足。</p>"
    return f"<html><body><div>{page}</div></body></html>".encode()


def as_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("一、主要做法")
    document.add_paragraph(LEAD)
    table = document.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("二、存在问题")
    document.add_paragraph("力量不足。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_markdown() -> bytes:
    head, *rows = (f"|{'|'.join(row)}|" for row in ROWS)
    table = "\n".join([head, "|-|:-:|---|", *rows])
    return f"一、主要做法\n{LEAD}\n{table}\n二、存在问题\n力量不足。".encode()


def as_text(between: str) -> bytes:
    table = "\n".join(between.join(row) for row in ROWS)
    return f"一、主要做法\n{LEAD}\n{table}\n二、存在问题\n力量不足。".encode()


def texts(report: Report) -> list[tuple[str, list[str]]]:
    return [(s.heading, [" ".join(t.split()) for t in s.text.split("\n")]) for s in report.sections]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.html", as_html()),
        ("x.docx", as_docx()),
        ("x.md", as_markdown()),
        ("x.txt", as_markdown()),
        ("x.txt", as_text("\t")),
        ("x.txt", as_text("  ")),
        ("x.md", as_text(" ")),
    ],
    ids=["html", "docx", "md", "txt", "tabs", "wide spaces", "spaces"],
)
def test_rows_are_no_headings(name: str, data: bytes) -> None:
    assert texts(parse_bytes(name, data).report) == [
        ("一、主要做法", [LEAD, *(" ".join(row) for row in ROWS)]),
        ("二、存在问题", ["力量不足。"]),
    ]


def test_quotes_of_markdown_in_plain_text() -> None:
    text = f"> 一、主要做法\n>\n> {LEAD}\n>> 落实到位。\n化解率\n> 90%\n"
    report = parse_bytes("x.txt", text.encode()).report
    assert texts(report) == [("一、主要做法", [LEAD, "落实到位。", "化解率", "> 90%"])]


def test_rows_that_begin_with_an_article_are_no_headings() -> None:
    rows = "|条文|事项|\n|---|---|\n|第三条 （修订）|执法检查|\n|（一）|处罚|12|\n"
    text = f"一、主要做法\n{LEAD}\n{rows}"
    assert [s.heading for s in parse_bytes("x.txt", text.encode()).report.sections] == [
        "一、主要做法"
    ]


def test_capital_rows_may_be_headings() -> None:
    cells = "<tr><td>一、</td><td>主要做法</td></tr><tr><td>二、</td><td>存在问题</td></tr>"
    page = f"<html><body><div><p>{LEAD}</p><table>{cells}</table><p>{LEAD}</p></div></body></html>"
    report = parse_bytes("x.html", page.encode()).report
    assert [s.heading for s in report.sections] == ["", "一、 主要做法", "二、 存在问题"]


def test_tabs_and_spaces_that_divide_no_rows() -> None:
    text = (
        f"一、\t主要做法\n1.\t加强领导\n{LEAD}\n2.\t健全 机制\n{LEAD}\n某县人民政府\t\t2023年1月5日"
    )
    report = parse_bytes("x.txt", text.encode()).report
    assert texts(report) == [
        ("一、 主要做法", [""]),
        ("1. 加强领导", [LEAD]),
        ("2. 健全 机制", [LEAD, "某县人民政府 2023年1月5日"]),
    ]


def test_headings_below_a_table_of_text() -> None:
    table = "\n".join(" ".join(row) for row in ROWS)
    text = f"一、主要做法\n{table}\n注：截至年底\n1.加强 组织 领导\n{LEAD}\n2.健全机制\n{LEAD}"
    report = parse_bytes("x.txt", text.encode()).report
    assert [s.heading for s in report.sections] == [
        "一、主要做法",
        "1.加强 组织 领导",
        "2.健全机制",
    ]


FORM = [
    ("一、2022 年工作情况", "全年召开会议4次。普法形式多样。"),
    ("二、存在问题", "1.力量不足。2.意识不强。"),
    ("三、下步打算", "加强培训"),
]


def form_as_html() -> bytes:
    rows = "".join(f"<tr><td>{name}</td><td>{text}</td></tr>" for name, text in FORM)
    page = f"<p>{LEAD}</p><table>{rows}</table>"
    return f"<html><body><div>{page}</div></body></html>".encode()


def form_as_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(LEAD)
    table = document.add_table(rows=0, cols=2)
    for row in FORM:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"), [("x.html", form_as_html()), ("x.docx", form_as_docx())], ids=["html", "docx"]
)
def test_the_heading_in_a_form_ends_with_its_cell(name: str, data: bytes) -> None:
    assert texts(parse_bytes(name, data).report)[1:] == [
        *((heading, [text]) for heading, text in FORM[:2]),
        ("三、下步打算 加强培训", [""]),
    ]
