"""PDF pages in two columns, as bulletins of governments set them."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from search_service.parsing import parse_bytes

FONT = "STSong-Light"
TITLE = "某县2023年法治政府建设情况报告"
BODY = "全年召开专题会议4次，研究解决重点问题12个，各项任务按期完成，取得积极成效。"
TEXT = [
    f"2023年，某县坚持依法行政。{BODY * 3}",
    "一、主要做法",
    f"（一）加强领导。{BODY * 7}",
    f"（二）健全机制。{BODY * 8}",
    "二、存在问题",
    BODY * 4,
    "三、下步打算",
    BODY * 20,
]
PER_LINE, SIZE, PITCH = 20, 12, 18


def printed(columns: tuple[int, ...]) -> bytes:
    """The report with its title across the first page, and columns at these places."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    lines = [
        text[at : at + PER_LINE]
        for text in (f"\u3000\u3000{line}" for line in TEXT)
        for at in range(0, len(text), PER_LINE)
    ]
    top = 720
    canvas.setFont(FONT, 18)
    canvas.drawCentredString(A4[0] / 2, 760, TITLE)
    while lines:
        for left in columns:
            y = top
            while lines and y > 400:
                line = lines.pop(0)
                bare = line.lstrip("\u3000")
                canvas.setFont(FONT, SIZE)
                canvas.drawString(left + SIZE * (len(line) - len(bare)), y, bare)
                y -= PITCH
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@pytest.mark.parametrize("columns", [(50,), (50, 310)], ids=["one column", "two columns"])
def test_lines_are_joined_in_every_column(columns: tuple[int, ...]) -> None:
    sections = parse_bytes("x.pdf", printed(columns)).report.sections
    assert [(s.heading, s.text) for s in sections] == [
        ("", f"{TITLE}\n{TEXT[0]}"),
        ("一、主要做法", ""),
        ("（一）加强领导。", BODY * 7),
        ("（二）健全机制。", BODY * 8),
        ("二、存在问题", BODY * 4),
        ("三、下步打算", BODY * 20),
    ]
