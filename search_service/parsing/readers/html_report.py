"""Which lines of a web page are the report, and what the page says about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from lxml import etree

from search_service.parsing.furniture import is_furniture
from search_service.parsing.joining import is_day
from search_service.parsing.lines import Line
from search_service.parsing.markers import read_marker
from search_service.parsing.readers.html_blocks import ATTACHMENT, is_titled
from search_service.parsing.readers.html_lines import PageLines

_DAY = r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?"
_TIME = r"(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?"
_YEAR = r"[〔\[【（(﹝]\s*(?:19|20)\d\d\s*[〕\]】）)﹞]"
_NUMBER = rf"[\u4e00-\u9fffA-Za-z]{{1,16}}\s*{_YEAR}\s*第?\s*\d{{1,4}}\s*号"
_NUMBER_CAPTION = r"(?:文\s*号|字\s*号|文\s*件\s*编\s*号)\s*[:：]?\s*"
# Captions of the table 信息公开 are cells of their own, which need no colon.
_TABLE_CAPTION = (
    r"(?:索\s*引\s*号|(?:发\s*文\s*)?(?:文|字)\s*号|(?:发文|发布|制发)(?:机关|机构|单位)"
    r"|(?:成文|发布|公开|发文|生成)日期|(?:主题|信息|体裁|组配|公文)分类|有\s*效\s*性"
    r"|公开(?:方式|形式|时限)|信息名称)"
    r"(?=\s*[:：]|\s|$)"
)
_CAPTION = (
    r"(?:(?:信息|文章)?来\s*源|稿源|(?:发布|发文|成文|公开|更新|生成)?(?:时间|日期)|发布人|作\s*者"
    r"|(?:责任)?编辑|审核|(?:浏览|点击|阅读|访问)(?:次数|人数|数|率|量)?|字体|字号|关键词|主题词"
    r"|文件编号)\s*[:：]"
)
# Outside of the text, who runs the site.
_IMPRINT = re.compile(
    r"(?:(?:主办|主管|承办|协办|技术支持|运维)(?:单位)?|地\s*址|邮编|邮政编码|(?:联系|咨询|值班|服务)?电话|传真"
    r"|(?:电子)?邮箱|网站标识码|备案号)\s*[:：]"
)
_TABLE_FACTS = re.compile(rf"[\s\[【（(|]*{_TABLE_CAPTION}")
_FACTS = re.compile(rf"[\s\[【（(|]*(?:{_DAY}{_TIME}\s*)?(?:{_CAPTION}|{_TABLE_CAPTION})")
_MOMENT = re.compile(rf"(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_TIME}")
_SIGNED = re.compile(rf"成文(?:日期|时间)\s*[:：]?\s*({_DAY})")
_PUBLISHED = re.compile(rf"(?:发布|发文|公开|生成)?(?:日期|时间)\s*[:：]?\s*({_DAY})")
_ANY_DAY = re.compile(f"({_DAY})")
_STATED_NUMBER = re.compile(rf"{_NUMBER_CAPTION}({_NUMBER})")
_LIST_CAPTION = re.compile(r".{0,4}(?:相关|推荐|热点|延伸|更多|友情|最新).{0,6}")
_BODY = re.compile(r"(?:政府|委员?会|办事处|[局厅网]|网站|平台|门户)$")
"""Above a menu, a title that is only such a name is the site's."""
_MAX_FACTS = 160
_TITLE_LENGTHS = range(4, 81)
_LONG = 40
_OPENING = 40
"""So many lines are searched for a number that the page states as well."""


@dataclass(slots=True)
class PageReport:
    """The report's own lines, and the day that the page gives for it."""

    lines: list[Line] = field(default_factory=list)
    published: str = ""


def drop_buttons(body: etree._Element) -> None:
    """Empty the buttons that stand in a title, such as 分享."""
    for element in body.iter(etree.Element):
        if not is_titled(element):
            continue
        own = (element.text or "") + "".join(child.tail or "" for child in element)
        links = [child for child in element if child.tag == "a"]
        for link in links if len(own.strip()) in _TITLE_LENGTHS else ():
            text = "".join(map(str, link.itertext())).strip()
            if is_furniture(text):
                tail = link.tail
                link.clear()
                link.tail = tail


def report_of(page: PageLines, stated: str) -> PageReport:
    """The lines from the title to the end, without those about the publication.

    ``stated`` is the title in the page's head.
    """
    page.titled.update(i for i, line in enumerate(page.lines) if _same(line.text, stated))
    start = _start(page)
    text = next((i for i in range(start, len(page.lines)) if _is_text(page.lines[i])), page.end)
    menus = set(page.menus)
    links = _links_below(page)
    lines: list[Line] = []
    facts: list[str] = []
    numbers: list[tuple[int, str]] = []
    for index, line in enumerate(page.lines):
        if _is_fact(page, index, start, text):
            facts.append(line.text)
            numbers += [(len(lines), number) for number in _STATED_NUMBER.findall(line.text)]
        elif index in links or (index + 1 in menus and _is_of_list(line.text)):
            continue
        elif index >= start:
            # A subtitle above the text is no heading of a section.
            lines.append(Line(line.text) if index < min(text, page.first) else line)
    opening = "".join("".join(line.text.split()) for line in lines[:_OPENING])
    for position, number in numbers[:1]:
        if "".join(number.split()) not in opening:
            lines.insert(position, Line(number))
    return PageReport(lines, _day(facts))


def _same(text: str, other: str) -> bool:
    return "".join(text.split()) == "".join(other.split())


def _start(page: PageLines) -> int:
    """Where the report begins: at the title below the last menu that has one below it."""
    menus = {menu for menu in page.menus if menu <= page.first}
    parts = list(pairwise(sorted({0, *menus, page.first})))[::-1]
    main_has_title = _has_title(page)
    for begin, end in parts:
        titles = [index for index in range(begin, end) if _is_title(page, index)]
        names_site = all(_BODY.search(page.lines[index].text) for index in titles)
        if titles and not (end in menus and (main_has_title or names_site)):
            above = page.lines[begin : titles[0]]
            return begin if any(map(_is_text, above)) else titles[0]
    if main_has_title or not parts:
        return page.first
    texts = (begin for begin, end in parts if any(map(_is_text, page.lines[begin:end])))
    return next(texts, page.first if page.first in menus else parts[0][0])


def _has_title(page: PageLines) -> bool:
    """Whether the main block itself begins with a title."""
    for index in range(page.first, page.end):
        if _is_text(page.lines[index]):
            return False
        if _is_title(page, index):
            return True
    return False


def _is_title(page: PageLines, index: int) -> bool:
    """Whether a line looks as a title does, and says something that may be one."""
    text = page.lines[index].text
    if re.fullmatch(_NUMBER, text):
        return True
    marker = read_marker(text)
    return (
        index in page.titled
        and len(text) in _TITLE_LENGTHS
        and text[0] not in "（("
        and text[-1] not in "。：:，；"
        and (marker is None or marker.doubtful)
        and not (_FACTS.match(text) or _MOMENT.match(text) or is_furniture(text))
    )


def _is_of_list(text: str) -> bool:
    """Whether a line above a menu is the menu's caption, such as 相关新闻."""
    return bool(_LIST_CAPTION.fullmatch(text)) and read_marker(text) is None


def _links_below(page: PageLines) -> set[int]:
    """Captions such as 相关信息 below the report that links follow, and these links.

    One or two of them in the block of the text are no menu by their number.
    """
    found: set[int] = set()
    links = {i for i in page.links if not ATTACHMENT.search(page.lines[i].text)}
    for index in range(len(page.lines) - 1, -1, -1):
        line = page.lines[index]
        if index not in links and (_is_text(line) or is_day(line.text)):
            break
        if index + 1 in links and index not in links and _is_of_list(line.text):
            below = takewhile(links.__contains__, range(index + 1, len(page.lines)))
            found |= {index, *below}
    return found


def _is_text(line: Line) -> bool:
    """Whether a line is a paragraph, not a title or a signature."""
    return "。" in line.text or (len(line.text) >= _LONG and "，" in line.text)


def _is_fact(page: PageLines, index: int, start: int, text: int) -> bool:
    """Whether a line is about the publication: above the title, beside or inside the text."""
    line = page.lines[index].text
    if len(line) > _MAX_FACTS or "。" in line:
        return False
    if index < start:
        return bool(_TABLE_FACTS.match(line))
    if page.first <= index < page.end:
        return index < text and bool(_FACTS.match(line)) and is_furniture(line)
    if index < page.first:
        return bool(_FACTS.match(line) or _MOMENT.fullmatch(line))
    return bool(_FACTS.match(line) or _IMPRINT.match(line))


def _day(facts: list[str]) -> str:
    """The day that the page gives: of the signature before that of publication."""
    for pattern in (_SIGNED, _PUBLISHED, _ANY_DAY):
        for fact in facts:
            if match := pattern.search(fact):
                return re.sub(r"\s+", "", match[1])
    return ""
