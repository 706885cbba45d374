# ruff: noqa: E501 (lines of reports are as long as they are)
"""The same report in every format: same outline, same metadata."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from search_service.errors import SourceRefused
from search_service.models import Report
from search_service.parsing import clean, parse_bytes, parse_text

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
FONT = "STSong-Light"


def paragraphs(path: Path) -> list[str]:
    return clean(path.read_text(encoding="utf-8")).split("\n")


def as_markdown(lines: list[str]) -> bytes:
    return "\n\n".join(line.replace("_", "\\_") for line in lines).encode()


def as_docx(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>年度报告_某政府网</title>
<script>var x = "一、脚本不是正文。";</script><style>p {{ color: red }}</style></head><body>
<div class="header"><a href="/">首页</a><a href="/zwgk">政务公开</a></div>
<ul class="nav"><li><a href="/1">领导之窗</a></li><li><a href="/2">政策文件</a></li></ul>
<div class="position">您当前的位置：<a href="/">首页</a> &gt; <a>政务公开</a> &gt; 年度报告</div>
<div class="content"><div id="zoom" class="TRS_Editor">{body}</div>
<div class="share">分享到：<a>微信</a><a>微博</a></div>
<p>【<a href="javascript:window.print()">打印本页</a>】【<a>关闭窗口</a>】</p></div>
<div class="footer"><p>主办：某区人民政府办公室，承办：某区大数据中心，地址：人民路1号。</p>
<p>版权所有 渝ICP备05003300号</p></div></body></html>"""


def as_html(lines: list[str]) -> bytes:
    body = "".join(f"<p>&emsp;&emsp;{line}</p>\n" for line in lines)
    return PAGE.format(body=body).encode()


def as_pdf(lines: list[str]) -> bytes:
    """Set as official documents are: lines of one width, page numbers below."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    size, left, top = 16, 74, 740
    y, page = top, 1
    for line in lines:
        title = len(line) < 28 and line.endswith(("人民政府", "报告"))
        rest = line if title else "\u3000\u3000" + line
        while rest:
            if y < 90:
                canvas.drawCentredString(300, 40, f"— {page} —")
                canvas.showPage()
                y, page = top, page + 1
            canvas.setFont(FONT, size)
            piece, rest = fitting(rest, 28 * size, size)
            if title:
                canvas.drawCentredString(300, y, piece)
            else:
                indent = len(piece) - len(piece.lstrip("\u3000"))
                canvas.drawString(left + indent * size, y, piece.lstrip("\u3000"))
            y -= 28
    canvas.drawCentredString(300, 40, f"— {page} —")
    canvas.save()
    return stream.getvalue()


def fitting(text: str, width: float, size: int) -> tuple[str, str]:
    """As much of ``text`` as fits into ``width``, and the rest."""
    length = 1
    while length < len(text) and pdfmetrics.stringWidth(text[: length + 1], FONT, size) <= width:
        length += 1
    return text[:length], text[length:]


FORMATS: dict[str, Callable[[list[str]], bytes]] = {
    ".md": as_markdown,
    ".docx": as_docx,
    ".html": as_html,
    ".pdf": as_pdf,
}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_seeds_in_every_format(seed: Path, suffix: str) -> None:
    lines = paragraphs(seed)
    # The bullet that stands for a lost number is the exporter's, and gone here.
    lines = [f"一、{line}" if line.startswith("坚持党的领导,") else line for line in lines]
    name = seed.stem + suffix
    expected = parse_text("\n".join(lines), id=seed.stem, source=name).report
    found = parse_bytes(name, FORMATS[suffix](lines)).report
    assert squeezed(found) == squeezed(expected)
    assert found.document == expected.document


def squeezed(report: Report) -> list[tuple[str, tuple[str, ...], int, str]]:
    """Sections without the spaces that typesetting does not keep."""
    return [
        (
            "".join(s.heading.split()),
            tuple("".join(heading.split()) for heading in s.path),
            s.level,
            "".join(s.text.split()),
        )
        for s in report.sections
    ]


TEXT = "某区法治政府建设情况报告\n2023年，某区取得成效。\n一、主要做法\n加强领导。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding: str) -> None:
    parsed = parse_bytes("x.txt", TEXT.encode(encoding))
    assert parsed.report.sections[1].text == "加强领导。"
    assert parsed.report.document.year == 2023


def test_web_page_in_gb2312() -> None:
    page = as_html(TEXT.split("\n")).decode().replace("utf-8", "gb2312").encode("gb18030")
    assert parse_bytes("x.html", page).report.sections[1].heading == "一、主要做法"


def heading_list(report: Report) -> list[tuple[int, str]]:
    return [(s.level, s.heading) for s in report.sections]


NUMBERING = f"""<w:numbering {nsdecls("w")}>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>"""


def numbered(document: docx.document.Document, text: str, level: int, list_id: int = 1) -> None:
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
        )
    )


def test_word_counts_list_numbers() -> None:
    document = docx.Document()
    part = document.part.numbering_part
    part._element = parse_xml(NUMBERING)
    document.add_paragraph("某区法治政府建设情况报告")
    document.add_paragraph("2023年，全区取得成效。")
    numbered(document, "主要做法", 0)
    numbered(document, "加强领导。全年开会4次。", 1)
    numbered(document, "学习培训。举办讲座。", 2)
    numbered(document, "考核评价。纳入考核。", 2)
    numbered(document, "完善机制", 1)
    document.add_paragraph("建立制度。")
    numbered(document, "存在问题", 0)
    numbered(document, "力量薄弱", 0, 2)
    numbered(document, "队伍建设", 1)
    report = parse_bytes("x.docx", saved(document)).report
    assert heading_list(report) == [
        (0, ""),
        (1, "一、主要做法"),
        (2, "（一）加强领导。"),
        (3, "1.学习培训。"),
        (3, "2.考核评价。"),
        (2, "（二）完善机制"),
        (1, "二、存在问题"),
        (2, "（一）队伍建设"),
    ]
    assert report.sections[6].text == "力量薄弱"


def test_word_heading_styles_and_tables() -> None:
    document = docx.Document()
    document.add_heading("某区2023年法治政府建设情况报告", 0)
    document.add_paragraph("全区取得成效。")
    document.add_heading("主要做法", 1)
    document.add_heading("加强领导", 2)
    document.add_paragraph("全年开会4次。")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["项目", "数量", "会议", "4"], strict=True):
        cell.text = text
    document.add_heading("存在问题", 1)
    report = parse_bytes("x.docx", saved(document)).report
    assert heading_list(report) == [(0, ""), (1, "主要做法"), (2, "加强领导"), (1, "存在问题")]
    assert report.sections[2].text == "全年开会4次。\n项目 数量\n会议 4"
    assert report.document.title == "某区2023年法治政府建设情况报告"


def test_word_leaves_out_what_is_deleted_or_hidden() -> None:
    document = docx.Document()
    document.add_paragraph("某区法治政府建设情况报告")
    paragraph = document.add_paragraph("保留的文字，")
    w = nsdecls("w")
    for xml in (
        f"<w:del {w}><w:r><w:delText>删去的文字</w:delText></w:r></w:del>",
        f"<w:ins {w}><w:r><w:t>新增的文字</w:t></w:r></w:ins>",
        f"<w:r {w}><w:rPr><w:vanish/></w:rPr><w:t>隐藏的文字</w:t></w:r>",
        f"<w:r {w}><w:instrText> PAGE </w:instrText></w:r>",
        f"<w:r {w}><w:br/><w:t>换行后的文字。</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(xml))
    document.add_comment(paragraph.runs, text="批注的文字", author="某人", initials="某")
    text = parse_bytes("x.docx", saved(document)).report.sections[0].text
    assert text == "某区法治政府建设情况报告\n保留的文字，新增的文字\n换行后的文字。"


def test_tags_in_markdown() -> None:
    source = """<div align="center">

# 某区2023年法治政府建设情况报告

</div>

全年<span style="color:red">取得</span>成效，同比<0.5%。

一、主要做法

```
完成<u>任务</u>。
```

<table><tr><td>会议</td><td>4</td></tr><tr><td>文件</td><td>3</td></tr></table>

<div align="right">某区人民政府<br/>2024年1月8日</div>
"""
    report = parse_bytes("x.md", source.encode()).report
    assert report.document.title == "某区2023年法治政府建设情况报告"
    assert report.document.date == "2024-01-08"
    lines = "\n".join(section.text for section in report.sections).split("\n")
    assert lines == [
        "某区2023年法治政府建设情况报告",
        "全年取得成效，同比<0.5%。",
        "完成任务。",
        "会议 4",
        "文件 3",
        "某区人民政府",
        "2024年1月8日",
    ]


def test_word_notes_stand_below_their_paragraph() -> None:
    document = docx.Document()
    document.add_paragraph("某区2023年法治政府建设情况报告")
    w = nsdecls("w")
    for text in ("推行“1+3”改革。", "全年完成任务。"):
        paragraph = document.add_paragraph(text)
        for _ in range(2):
            paragraph._p.append(parse_xml(f'<w:r {w}><w:footnoteReference w:id="1"/></w:r>'))
    notes = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        for n, text in ((1, "“1+3”：一个平台、三支队伍。"), (2, "没有引用。"))
    )
    stream = io.BytesIO(saved(document))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("word/footnotes.xml", f"<w:footnotes {w}>{notes}</w:footnotes>")
    text = parse_bytes("x.docx", stream.getvalue()).report.sections[0].text
    assert text.split("\n")[1:] == [
        "推行“1+3”改革。",
        "“1+3”：一个平台、三支队伍。",
        "全年完成任务。",
    ]


def test_page_title_counts_where_the_text_has_none() -> None:
    page = as_html(["2023年，我区取得成效。", "一、主要做法", "加强领导。"]).decode()
    page = page.replace(
        "<title>",
        '<meta name="ArticleTitle" content="开州区2023年法治政府建设情况报告">'
        '<meta name="PubDate" content="2024-01-20 10:00"><title>',
    )
    document = parse_bytes("x.html", page.encode()).report.document
    assert document.title == "开州区2023年法治政府建设情况报告"
    assert (document.district, document.date) == ("开州区", "2024-01-20")


def test_pdf_drops_headers_and_joins_across_pages() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    lines = ["二○二三年法治政府建设工作取得了新的进展和新的成效并且"] * 4
    for page in range(1, 5):
        canvas.setFont(FONT, 16)
        canvas.drawString(74, 800, "法治政府建设年度报告（内部资料）")
        for row, line in enumerate(lines):
            canvas.drawString(74, 700 - 28 * row, line)
        canvas.drawString(290, 40, f"{page}")
        canvas.showPage()
    canvas.save()
    text = parse_bytes("x.pdf", stream.getvalue()).report.sections[0].text
    assert text == lines[0] * 16


def test_pdf_paragraphs_set_apart_by_space() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.setFont(FONT, 16)
    line = "法治政府建设工作取得新的进展和新的成效并且得到充分的肯定"
    for y in (740, 712, 684, 630, 602, 574):
        canvas.drawString(74, y, line)
    canvas.save()
    text = parse_bytes("x.pdf", stream.getvalue()).report.sections[0].text
    assert text == f"{line * 3}\n{line * 3}"


def test_scanned_pages_are_reported() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.setFont(FONT, 16)
    canvas.drawString(74, 700, "某区2023年法治政府建设情况报告")
    canvas.showPage()
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    parsed = parse_bytes("x.pdf", stream.getvalue())
    assert ("text", "no text on page 2, which may be scanned") in [
        (u.field, u.reason) for u in parsed.uncertain
    ]


def test_pdf_without_text_is_refused() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    with pytest.raises(SourceRefused, match="scan"):
        parse_bytes("x.pdf", stream.getvalue())


def test_markdown_of_its_own() -> None:
    source = """---
title: 某区2023年法治政府建设情况报告
---

全年取得成效，见[全文](https://example.org/a)和![图](a.png)。

主要做法
========

> 引用的一段。

| 项目 | 数量 |
| --- | --- |
| 会议 | 4 |

1\\. 不是列表<br>换行
"""
    report = parse_bytes("x.md", source.encode()).report
    assert report.document.title == "某区2023年法治政府建设情况报告"
    assert report.sections[0].text == "全年取得成效，见全文和。"
    assert report.sections[1].heading == "主要做法"
    assert report.sections[1].text.startswith("引用的一段。\n项目   数量\n会议   4")
