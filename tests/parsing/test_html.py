# ruff: noqa: E501 (pages are written as they come)
"""What a careful reader takes from a web page: every word of the report, none of the site's."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.models import Report
from search_service.parsing import parse_bytes
from search_service.parsing.readers import html

TITLE = "淳安县人民政府关于2022年度法治政府建设情况的报告"
TO = "县委、县人大常委会："
LEAD = "2022年，淳安县深入学习贯彻习近平法治思想，扎实推进依法行政，取得新成效。"
NUMBER = "淳政〔2023〕5号"
SIGNED = ["淳安县人民政府", "2023年1月5日"]
PARTS = [
    line
    for number, name in zip("一二三", ["主要做法", "存在问题", "下步打算"], strict=True)
    for line in (f"{number}、{name}", f"全年{name}的工作有序推进，会议召开4次，解决问题12个。" * 3)
]
OTHER = ["四、其他情况", "其他工作正常开展，没有需要报告的事项。"]
MENU = "<ul>" + "".join(f'<li><a href="/{n}">栏目{n}</a></li>' for n in range(9)) + "</ul>"
NEWS = (
    "<div><h3>相关新闻</h3><ul>"
    + "".join(
        f'<li><a href="/n{n}">某地召开推进会，部署工作（第{n}期）</a> 2024-01-0{n}</li>'
        for n in range(1, 9)
    )
    + "</ul></div>"
)
FOOT = "<div><p>主办：淳安县人民政府办公室，承办：淳安县大数据局</p><p>地址：环湖北路1号</p><p>浙ICP备05003300号</p></div>"
CRUMBS = '<div>当前位置：<a href="/">首页</a> &gt; <a href="/z">政务公开</a> &gt; <a href="/b">年度报告</a></div>'


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def read(body: str, head: str = "") -> Report:
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return parse_bytes("x.html", page.encode()).report


def lines_of(report: Report) -> list[str]:
    """The report as it is read, line by line."""
    together = [line for s in report.sections for line in (s.heading, *s.text.split("\n"))]
    return [line for line in together if line]


BODY = paragraphs(PARTS)
WHOLE = [TITLE, LEAD, *PARTS, *OTHER, *SIGNED]
DIV = f"<div>{BODY}</div>"
H1 = f"<h1>{TITLE}</h1>"
REST = paragraphs([*OTHER, *SIGNED])
LINKS = [f'<a href="/{n}">某县2021年法治政府建设情况{n}</a> 2022-02-0{n}' for n in (1, 2)]
BESIDE = {
    "rest after an inner div": (f"<div id=zoom><p>{TITLE}</p><p>{LEAD}</p>{DIV}{REST}</div>", WHOLE),
    "rest after an inner div, title above": (f"{H1}<div id=zoom><p>{LEAD}</p>{DIV}{REST}</div>", WHOLE),
    "introduction before an inner div": (f"{H1}<div id=zoom>{paragraphs([TO, LEAD])}{DIV}</div>", [TITLE, TO, LEAD, *PARTS]),
    "introduction outside of all divs": (f"{MENU}{H1}{paragraphs([TO, LEAD])}<div><div>{BODY}</div></div>{FOOT}", [TITLE, TO, LEAD, *PARTS]),
    "two pages": (f"{H1}<div class=page1><p>{LEAD}</p>{BODY}</div><div class=page2>{REST}</div>", WHOLE),
    "two pages of one length": (f"{MENU}{H1}<div class=page1><p>{LEAD}</p>{paragraphs(PARTS[:4])}</div><div class=page2>{paragraphs(PARTS[4:])}{REST}</div>{NEWS}{FOOT}", WHOLE),
    "second page after the news": (f"{H1}<div><div><p>{LEAD}</p>{BODY}</div></div>{NEWS}<div>{REST}</div>{NEWS}", WHOLE),
    "signature after the content": (f"{H1}<div class=con><p>{LEAD}</p>{BODY}</div>{paragraphs(SIGNED)}{FOOT}", [TITLE, LEAD, *PARTS, *SIGNED]),
    "number between title and content": (f"{H1}<div>{NUMBER}</div><div id=zoom><p>{LEAD}</p>{BODY}</div>", [TITLE, NUMBER, LEAD, *PARTS]),
    "number above the title": (f"{MENU}{CRUMBS}<div>{NUMBER}</div>{H1}<div id=zoom><p>{LEAD}</p>{BODY}</div>", [NUMBER, TITLE, LEAD, *PARTS]),
    "buttons between title and introduction": (f'{H1}<div>分享到：<a href="#w">微信</a> <a href="/wb">微博</a></div><p>{LEAD}</p><div id=zoom>{BODY}</div>', [TITLE, LEAD, *PARTS]),
    "an attachment after the content": (f'{H1}<div><p>{LEAD}</p>{BODY}</div><p><a href="/f/1.docx">附件：行政执法数据表.docx</a></p>', [TITLE, LEAD, *PARTS, "附件：行政执法数据表.docx"]),
    "attachments below a caption": (f'{H1}<div><p>{LEAD}</p>{BODY}<p>相关附件</p><p><a href="/f"><span>附件1：统计表</span></a></p></div>', [TITLE, LEAD, *PARTS, "相关附件", "附件1：统计表"]),
    "links below a caption above the signature": (f'{H1}<div><p>{LEAD}</p>{BODY}<p>相关文件</p><p>{"</p><p>".join(LINKS)}</p>{paragraphs(SIGNED)}</div>', [TITLE, LEAD, *PARTS, "相关文件", *(re.sub("<.*?>", "", link) for link in LINKS), *SIGNED]),
    "words below a caption": (f"{H1}<div><p>{LEAD}</p>{BODY}<p>相关数据</p><p>行政处罚12件</p></div>", [TITLE, LEAD, *PARTS, "相关数据", "行政处罚12件"]),
    "links inside a paragraph after the content": (f'{H1}<div><p>{LEAD}</p>{BODY}</div><p>落实<a href="/1">《法治政府建设实施纲要》</a>的情况，另行报告。</p>', [TITLE, LEAD, *PARTS, "落实《法治政府建设实施纲要》的情况，另行报告。"]),
    "bare text around an inner div": (f"{H1}<div id=zoom>{LEAD}{DIV}{'<br>'.join([*OTHER, *SIGNED])}</div>", WHOLE),
    "headings above news": (f"{H1}<div><p>{LEAD}</p>{BODY}</div><div><p>四、相关工作</p>{NEWS}</div><div><p>{OTHER[1]}</p></div>", [TITLE, LEAD, *PARTS, "四、相关工作", OTHER[1]]),
    "signature in a block with the news": (f"{H1}{'<div>' * 300}<p>{LEAD}</p>{BODY}{'</div>' * 300}<div>{paragraphs(SIGNED)}{NEWS}</div>", [TITLE, LEAD, *PARTS, *SIGNED]),
    "words of imprints in the text": (f"{H1}<div><p>{LEAD}</p>{BODY}</div><p>打击侵犯版权所有人权益的行为，办理ICP备案12件。</p>", [TITLE, LEAD, *PARTS, "打击侵犯版权所有人权益的行为，办理ICP备案12件。"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_text_beside_the_main_block_is_read(case: str) -> None:
    body, expected = BESIDE[case]
    report = read(body)
    assert lines_of(report) == expected
    assert report.document.title == TITLE
    assert report.document.date == ("2023-01-05" if SIGNED[1] in expected else None)
    assert report.document.number == (NUMBER if NUMBER in expected else None)


MAIN = f"<div id=zoom><p>{LEAD}</p>{BODY}</div>"
AROUND = {
    "one link in the block of the text": f"{H1}<div id=zoom><p>{LEAD}</p>{BODY}<h3>相关信息</h3><p>{LINKS[0]}</p></div>",
    "two links in the block of the text": f"{H1}<div id=zoom><p>{LEAD}</p>{BODY}<p><b>热点推荐：</b></p><ul><li>{LINKS[0]}</li><li>{LINKS[1]}</li></ul></div>",
    "links of which the shorter is no menu": f"{H1}{MAIN}<div><p>相关信息</p><p>{LINKS[0]}</p><p><a href=/2>召开推进会</a> [2022-02-02]</p></div>",
    "menus and path above": f"{MENU}{CRUMBS}{H1}{MAIN}",
    "site name above a menu": f"<div class=sitetitle>淳安县人民政府</div>{MENU}{H1}{MAIN}",
    "site name in a block of its own, plain title": f"<div class=header><h1>淳安县人民政府</h1></div><div>{MENU}</div><div id=zoom><p>{TITLE}</p>{MAIN}</div>",
    "greeting above": f"<div>欢迎您，今天是2026年11月26日</div>{MENU}{CRUMBS}<div id=zoom><p>{TITLE}</p>{MAIN}</div>{FOOT}",
    "layout in tables": f"<table><tr><td>{MENU}</td></tr><tr><td><table><tr><td>{CRUMBS}</td></tr><tr><td class=bt>{TITLE}</td></tr><tr><td>{LEAD}<br>{'<br>'.join(PARTS)}</td></tr></table></td><td>{NEWS}</td></tr></table>{FOOT}",
    "links below a caption": f"{H1}{MAIN}<p>相关链接：</p><p><a href=/1>某县报告</a></p><p><a href=/2>某县总结</a></p>",
    "news below": f"{H1}{MAIN}{NEWS}",
    "news below without a block of their own": f"{H1}{MAIN}{NEWS[5:-6]}",
    "news beside": f"{H1}<table><tr><td>{MAIN}</td><td>{NEWS}</td></tr></table>",
    "neighbours": f'{H1}{MAIN}<p>上一篇：<a href="/1">某县2021年法治政府建设情况报告</a></p><p>下一篇：没有了</p>',
    "imprint without a name": f"{H1}{MAIN}{FOOT}",
    "editor and buttons": f'{H1}{MAIN}<div>责任编辑：张三</div><div>【<a href="#" onclick="print()">打印本页</a>】【<a href="#">关闭窗口</a>】</div>',
    "aside and footer": f"{H1}<main>{MAIN}<aside>热点，要闻</aside></main><footer>主办：某县</footer>",
    "all in one block": f"<div>{MENU}{CRUMBS}{H1}<div><p>{LEAD}</p>{paragraphs(PARTS[:3])}</div><div>{paragraphs(PARTS[3:])}</div>{NEWS}</div>",
}


@pytest.mark.parametrize("case", AROUND)
def test_the_site_around_the_text_is_not_read(case: str) -> None:
    assert lines_of(read(AROUND[case])) == [TITLE, LEAD, *PARTS]


def test_title_that_only_the_head_of_the_page_tells() -> None:
    body = f"<p>某县人民政府网</p>{MENU}<p>{TITLE}</p><nav>{MENU}</nav>{MAIN}"
    assert lines_of(read(body, f"<title>{TITLE}_年度报告_某县</title>")) == [TITLE, LEAD, *PARTS]


INFO = "发布时间：2023-01-06 10:00 来源：县司法局 点击：123"
ABOUT = "关于2022年度法治政府建设情况的报告"
TITLES = {
    "centred caption below": (f'<div class=title>{TITLE}</div><div class=info style="text-align:center">{INFO}</div>', [TITLE]),
    "bold, caption in a centred cell": (f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td align=center>{INFO[5:]}</td></tr></table>", [TITLE]),
    "issuer in a heading of its own": (f"{MENU}<h2>淳安县人民政府</h2><h2>{ABOUT}</h2>", ["淳安县人民政府", ABOUT]),
    "issuer and title by centring": ('<p align=center>淳安县人民政府</p><p style="text-align: center">' + ABOUT + "</p>", ["淳安县人民政府", ABOUT]),
    "button in the heading": (f'<h1>{TITLE}<a href="/share">分享</a></h1>', [TITLE]),
    "button in the heading, no address": (f"<h1>{TITLE} <a onclick=x()>[打印]</a></h1>", [TITLE]),
    "title in <header>": (f"<header><h1>{TITLE}</h1><div>{INFO}</div></header>", [TITLE]),
    "title in class header": (f'<div class="article-header"><h1>{TITLE}</h1></div>', [TITLE]),
    "title in <header> below the site's": (f'<header><h1><a href="/">淳安县人民政府</a></h1>{MENU}</header><article><header><h1>{TITLE}</h1></header></article>', [TITLE]),
    "subtitle below": (f"<h1>{TITLE}</h1><h2>（2023年1月5日）</h2>", [TITLE, "（2023年1月5日）"]),
    "site name in a heading far above": (f"<h1>淳安县人民政府网</h1>{MENU}{CRUMBS}<h2>{TITLE}</h2>", [TITLE]),
}  # fmt: skip


@pytest.mark.parametrize("case", TITLES)
def test_title_above_the_main_block(case: str) -> None:
    above, expected = TITLES[case]
    report = read(above + MAIN)
    assert report.document.title == TITLE
    assert report.document.issuer == "淳安县人民政府"
    assert report.sections[0].text.split("\n") == [*expected, LEAD]
    assert lines_of(report) == [*expected, LEAD, *PARTS]


TABLE = (
    "<table><tr><td>索 引 号</td><td>001008003/2023-1</td><td>文号</td><td>{number}</td></tr>"
    "<tr><td>发布机构</td><td>县府办</td><td>发布日期</td><td>2023-01-06</td></tr></table>"
)
FACTS = {
    "caption with date and source": ('<div class="info">发布时间：2023-01-06 来源：县司法局</div>', "2023-01-06", None),
    "date before the source": ("<div>2023-01-06 10:00 来源：县司法局</div>", "2023-01-06", None),
    "source before the date": ("<div>来源：县司法局 日期：2023年1月6日 字体：[大 中 小]</div>", "2023-01-06", None),
    "moment alone": ("<div class=date>2023-01-06 10:00:05</div>", "2023-01-06", None),
    "captions in spans": ("<div><span>发布日期：</span><span>2023/01/06</span> <span>浏览次数：</span><span>8</span></div>", "2023-01-06", None),
    "no date": ("<div>来源：县司法局</div>", None, None),
    "table": (TABLE.format(number=NUMBER), "2023-01-06", NUMBER),
    "table with paragraphs": (TABLE.format(number=f"<p>{NUMBER}</p>").replace("<td>", "<td>\n  "), "2023-01-06", NUMBER),
    "table without a number": (TABLE.format(number=""), "2023-01-06", None),
    "signed before published": ("<ul><li>成文日期：2023-01-05</li><li>发布日期：2023-01-06</li></ul>", "2023-01-05", None),
    "list": (f"<ul><li><b>索引号：</b>001</li><li><b>发文字号：</b>{NUMBER}</li><li><b>公开日期：</b>2023-01-06</li></ul>", "2023-01-06", NUMBER),
}  # fmt: skip


PLACES = [(case, False) for case in FACTS] + [
    # Only tables and lists stand above a title.
    (case, True)
    for case, (facts, _, _) in FACTS.items()
    if facts.startswith(("<table", "<ul"))
]


@pytest.mark.parametrize(("case", "above"), PLACES)
def test_facts_that_the_page_gives(case: str, above: bool) -> None:
    facts, date, number = FACTS[case]
    report = read(MENU + (facts + H1 if above else H1 + facts) + MAIN)
    assert (report.document.date, report.document.number) == (date, number)
    numbers = [number] if number else []
    opening = [*numbers, TITLE] if above else [TITLE, *numbers]
    assert lines_of(report) == [*opening, LEAD, *PARTS]


def test_what_the_text_says_wins_over_the_page() -> None:
    text = f"<div><p>{NUMBER}</p><p>{TITLE}</p><p>{LEAD}</p>{BODY}{paragraphs(SIGNED)}</div>"
    report = read(TABLE.format(number=NUMBER) + text)
    assert (report.document.date, report.document.number) == ("2023-01-05", NUMBER)
    assert lines_of(report) == [NUMBER, TITLE, LEAD, *PARTS, *SIGNED]


MARKUP = [
    ("<p>全面推进依法\r\n  行政</p>", ["全面推进依法行政"]),
    ("<p>加强领导，\n\t扎实推进“三项\n制度”\n（试行）</p>", ["加强领导，扎实推进“三项制度”（试行）"]),
    ("<p><span>全面推进</span>\n<span>\n依法</span>行政</p>", ["全面推进依法行政"]),
    ("<p>\n  <b>全面推进\n  依法</b>行政\n</p>", ["全面推进依法行政"]),
    ("<p>张三 李四　王五</p>", ["张三 李四　王五"]),
    ("<p>rule of\n  law 建设</p>", ["rule of law 建设"]),
    ("<table><tr><td><p>单位</p></td><td><p>件数</p></td></tr><tr><td>\n<p>公安\n局</p>\n</td>\n<td><p>12</p></td></tr></table>", ["单位 件数", "公安局 12"]),
    ("<table><tr><td><div><p>行政</p>处罚</div></td><td>行政<br>许可</td></tr></table>", ["行政 处罚 行政 许可"]),
    (f"<table><tr><td><p>做法</p><p>{PARTS[1]}</p></td><td><p>问题</p><p>{PARTS[3]}</p></td></tr></table>", ["做法", PARTS[1], "问题", PARTS[3]]),
    ("<table><tr><th>名称</th><th>数量</th></tr></table>", ["名称 数量"]),
    ("<p>全面&#8203;推进&shy;依法&#xFEFF;行政&#1;</p>", ["全面推进依法行政"]),
    ("<p>张三&nbsp;&nbsp;李四&#x2028;王五</p>", ["张三  李四 王五"]),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "expected"), MARKUP)
def test_markup_inside_the_text(markup: str, expected: list[str]) -> None:
    report = read(f"<div>{paragraphs([TITLE, LEAD, *PARTS])}{markup}</div>")
    assert lines_of(report) == [TITLE, LEAD, *PARTS, *expected]


@pytest.mark.parametrize(
    "markup",
    ["<pre>{}</pre>", '<div style="white-space: pre-wrap">{}</div>', "<pre><span>{}</span></pre>"],
)
def test_lines_of_preformatted_text(markup: str) -> None:
    text = "\n".join([TITLE, *(f"    {line}" for line in [LEAD, *PARTS])])
    report = read(f"{MENU}<div>{markup.format(text)}</div>{FOOT}")
    assert lines_of(report) == [TITLE, LEAD, *PARTS]
    assert [s.heading for s in report.sections] == ["", *PARTS[::2]]


SITE = [f"<nav>{MENU}</nav>", NEWS, "<aside>热点，要闻</aside>", "<script>var a = '脚本，';</script>", "<footer>页脚，文字</footer>"]  # fmt: skip


@st.composite
def nested(draw: st.DrawFn, pieces: list[str]) -> str:
    """Markup with ``pieces`` in order, in random divs, with the site in between."""
    if len(pieces) <= 1 or draw(st.integers(0, 5)) == 0:
        markup = "".join(pieces)
    else:
        cut = draw(st.integers(1, len(pieces) - 1))
        markup = draw(nested(pieces[:cut])) + draw(nested(pieces[cut:]))
    if draw(st.booleans()):
        tag = draw(st.sampled_from(["div", "section", "article"]))
        markup = f"<{tag}>{markup}</{tag}>"
    return markup + (draw(st.sampled_from(SITE)) if draw(st.integers(0, 4)) == 0 else "")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_paragraph_is_read_once_and_in_order(data: st.DataObject) -> None:
    text = [f"<p>{line}</p>" for line in [TO, LEAD, *PARTS, *OTHER, *SIGNED]]
    report = read(f"{MENU}{data.draw(nested([H1, *text]))}{FOOT}")
    assert lines_of(report) == [TITLE, TO, LEAD, *PARTS, *OTHER, *SIGNED]


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 50_000 + "文字，",
        "<span style='text-align:center'>" * 50_000 + "文字，",
        "<p>文字，</p>" * 50_000,
        "<div><nav>一</nav>文字，" + "<script>1</script>文字，" * 50_000 + "</div>",
        "<div>" + "<span>文字，</span>\n" * 50_000 + "</div>",
        "<h1>" + "<a href=/>分享</a>" * 50_000 + "</h1><p>文字，</p>",
        '<p>文字，<a href="/">文字</a></p>' * 50_000,
        f"{MENU}<h1>文字</h1>" * 5_000,
        "<table>" + "<tr><td>文字</td><td>文字</td></tr>" * 40_000 + "</table>",
        "<table><tr>" + "<td>文字</td>" * 50_000 + "</tr></table>",
        "<pre>" + "文字，\n" * 50_000 + "</pre>",
        "<p>" + " \n" * 500_000 + "文字，</p>",
    ],
    ids=range(12),
)
def test_large_pages_take_little_time(body: str) -> None:
    started = time.process_time()
    html.read("x.html", f"<html><body><p>{LEAD}</p>{body}".encode())
    assert time.process_time() - started < 10


@pytest.mark.parametrize("line", ["联系电话：0830-3123456", "主办：某区人民政府", "地 址：某路1号"])
def test_who_runs_the_site_below_the_text_is_not_read(line: str) -> None:
    text = f"<p>{LEAD}</p><p>一、主要做法</p><p>{LEAD}</p><p>联系电话：12345</p>"
    page = (
        f"<html><body><div><h1>{TITLE}</h1><div>{text}</div></div><div>{line}</div></body></html>"
    )
    assert read(page).sections[-1].text.split("\n") == [LEAD, "联系电话：12345"]
