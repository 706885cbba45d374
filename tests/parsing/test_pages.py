# ruff: noqa: E501 (pages are written as they come)
"""Web pages as government sites build them."""

from __future__ import annotations

import pytest

from search_service.models import Report
from search_service.parsing import parse_bytes

TITLE = "某区2023年法治政府建设情况报告"
LEAD = "2023年，全区认真落实各项部署，取得新成效。"
FIRST = "全年召开专题会议4次，研究解决问题12个。"
SECOND = "力量薄弱，培训不足。"
EXPECTED = [(0, ""), (1, "一、主要做法"), (2, "（一）加强领导"), (1, "二、存在问题")]
MENU = "".join(f'<li><a href="/{n}">栏目{n}</a></li>' for n in range(40))
LINKS = "".join(
    f'<li><a href="/n{n}">某区召开法治政府建设推进会，部署重点工作（第{n}期）</a> 2024-01-{n:02}</li>'
    for n in range(1, 20)
)

PAGES = {
    "lines broken by <br> in one table cell": f"""<html><body><table><tr><td><ul>{MENU}</ul></td></tr>
<tr><td align="center"><b>{TITLE}</b></td></tr>
<tr><td>&nbsp;&nbsp;&nbsp;&nbsp;{LEAD}<br/><br/>&nbsp;&nbsp;&nbsp;&nbsp;一、主要做法<br>　　（一）加强领导<br>　　{FIRST}<br>
　　二、存在问题<br>　　{SECOND}<br></td></tr></table></body></html>""",
    "a <div> for every line": f"""<html><body><div class="nav">{MENU}</div><h1>{TITLE}</h1>
<div class="info">来源：区司法局 发布时间：2024-01-15 浏览次数：12</div><div id="con">
<div>{LEAD}</div><div>一、主要做法</div><div>（一）加强领导</div><div>{FIRST}</div>
<div>二、存在问题</div><div>{SECOND}</div></div></body></html>""",
    "pasted from Word": f"""<html><head><title>{TITLE}</title></head><body><div class="wrap">
<div class="TRS_Editor"><style>.x{{}}</style>
<p class="MsoNormal" style="text-align:center"><span style="font-size:22pt">某区<span>2023</span>年法治政府建设</span></p>
<p class="MsoNormal" style="text-align:center"><span>情况报告</span></p>
<p class="MsoNormal"><span>　　2023</span><span>年，</span><span>全区认真落实各项部署，取得新成效。</span><o:p></o:p></p>
<p class="MsoNormal"><strong><span>　　一、</span></strong><strong><span>主要做法</span></strong></p>
<p class="MsoNormal"><span>　　（</span><span>一）加强领导</span></p><p>{FIRST}</p>
<p>二、存在问题</p><p>{SECOND}</p></div></div></body></html>""",
    "with headings and lists of links around": f"""<!DOCTYPE html><html><body><header><nav><ul>{MENU}</ul></nav></header>
<main><article><h1>{TITLE}</h1><p>{LEAD}</p><h2>一、主要做法</h2><h3>（一）加强领导</h3><p>{FIRST}</p>
<h2>二、存在问题</h2><p>{SECOND}</p></article></main><aside><h3>相关新闻</h3><ul>{LINKS}</ul></aside>
<footer><p>主办：某区人民政府，承办：某区大数据局。</p></footer></body></html>""",
    "inside the one form of the page": f"""<html><body><form action="x.aspx"><div id="menu">{MENU}</div>
<div id="main"><h2>{TITLE}</h2><p>{LEAD}</p><p>一、主要做法</p><p>（一）加强领导</p><p>{FIRST}</p><p>二、存在问题</p>
<p>{SECOND}</p></div></form></body></html>""",
    "with broken markup": f"""<html><body><div><p>{TITLE}<p>{LEAD}<p>一、主要做法<p>（一）加强领导<p>{FIRST}</b></i>
<p>二、存在问题<p>{SECOND}</div></td></tr>""",
}


def read(page: str) -> Report:
    return parse_bytes("x.html", page.encode()).report


@pytest.mark.parametrize("name", PAGES)
def test_main_text_of(name: str) -> None:
    report = read(PAGES[name])
    assert [(s.level, s.heading) for s in report.sections] == EXPECTED
    assert report.document.title == TITLE
    assert report.document.year == 2023
    opening, first, inner, last = (section.text for section in report.sections)
    assert opening.replace("\n", "") == TITLE + LEAD
    assert (first, inner, last) == ("", FIRST, SECOND)


def test_ordered_lists_keep_their_numbers() -> None:
    page = f"<html><body><div><p>{TITLE}</p><p>{LEAD}</p><ol><li>加强领导。{FIRST}</li><li>完善机制。{FIRST}</li></ol></div>"
    assert [s.heading for s in read(page).sections] == ["", "1.加强领导。", "2.完善机制。"]


def test_hidden_text_is_not_read() -> None:
    page = f'<html><body><div><p>{TITLE}</p><p>{LEAD}</p><p style="display: none">隐藏，文字。</p></div>'
    assert read(page).sections[0].text == f"{TITLE}\n{LEAD}"
