"""Which lines are not the report but its page: navigation, buttons, page numbers.

Only whole lines of a form that no author writes are furniture; in doubt a line
stays. A line that begins with numbering is always the report's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from search_service.parsing.joining import BARE_NUMBER, BETWEEN, PAGE_BREAK, Layout, ends_sentence
from search_service.parsing.lines import Line
from search_service.parsing.markers import begins_with_unit, read_marker
from search_service.parsing.surroundings import (
    repeated_beside_numbers,
    running_heads,
    site_end,
)

_PAGE_NUMBER = re.compile(
    r"[-—–－─~·\s]+\d{1,4}[-—–－─~·\s]+"
    r"|第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?"
    r"|(?:page\s*)?(?!(?:19|20)\d\d\s*/)\d{1,4}\s*(?:/|of)\s*\d{1,4}",
    re.IGNORECASE,
)
# Arrows alone also draw the steps of a procedure: 申请→受理→审查.
_BREADCRUMB = re.compile(
    r"(?:您?(?:当前|现在|目前)?(?:所在)?(?:的)?位置|您现在的位置|当前位置|位置)(?:是)?\s*[:：][^，；]*"
    r"|(?:网站)?首页\s*[>›»＞→/|-][^，；]*"
    r"|(?=.*(?:首页|公开|专栏|专题|要闻|动态|频道|门户|网站))[^，；>›»＞]{1,20}(?:[>›»＞][^，；>›»＞]{1,40}){2,}"
)
_GAP = r"\s\[\]【】（）()|｜·:："
_BUTTON = re.compile(
    rf"[{_GAP}]*(?:(?:打印(?:本页|此页|文章)?|关闭(?:窗口|本页|此页)?|收藏(?:本页)?|返回(?:顶部|列表|首页|上一页)?"
    r"|分享(?:到)?|转发|复制链接|附件下载|下载(?:全文|附件)?|上一篇|下一篇|上一条|下一条|网站地图|无障碍(?:浏览|阅读)?"
    r"|适老(?:化|模式)?|长者(?:模式|版)?|繁体(?:版|中文)?|简体(?:版|中文)?|登录|注册|搜索|微信|微博|QQ(?:空间)?"
    rf"|字体|字号|大[{_GAP}]*中[{_GAP}]*小|[\[【（(][大中小][\]】）)]|默认|语音播报|我要纠错|保护视力色)[{_GAP}]*)+"
)
_SITE_WORD = re.compile(
    r"(?:网站)?首页|无障碍(?:浏览|阅读|版)?|(?:长者|适老|关怀)(?:模式|版)|智能(?:问答|客服)|网站(?:地图|声明|支持IPv6)"
    r"|关于(?:我们|本站)|联系(?:我们|本站)|隐私(?:声明|保护|政策)|免责声明|版权声明|使用帮助|设为首页|加入收藏|手机版"
    r"|移动版|(?:繁体|简体)(?:版|中文)?"
)
_MENU_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,10}")
_CAPTION = re.compile(
    r"(?:(?:信息)?来源|发布(?:时间|日期|机构|单位)|发文(?:时间|日期)|成文日期|公开(?:时间|日期)|更新时间|生成日期"
    r"|时间|日期|作者|责任编辑|编辑|审核|浏览(?:次数|量)?|点击(?:数|率|次数|量)?|阅读(?:次数|量)?|访问(?:次数|量)?"
    r"|字体|字号|视力保护色|索引号|主题分类|信息分类|信息索引|公开方式|有效性|关键词|主题词|内容概述|体裁分类|分享到)"
    r"\s*[:：]"
)
_CAPTIONED = re.compile(
    r"(?:发布(?:时间|日期)|更新时间|浏览次数|点击(?:数|次数|量)|阅读(?:次数|量)|索引号|视力保护色|字号|字体|来源)\s*[:：]"
)
_COUNT_OR_EDITOR = re.compile(
    r"[（(【\[]?(?:(?:阅读|浏览|点击|访问)(?:次数|人数|数|率|量)?\s*[:：]\s*\d*\s*次?"
    r"|(?:责任编辑|责编|网站编辑)\s*[:：]\s*[^\s，。；：]{0,20}"
    r"|(?:编辑|校对)\s*[:：]\s*[\u4e00-\u9fff]{2,4}"
    # One alone may be a stage of a case: 二审：维持.
    r"|(?:(?:编辑|校对|[一二三初复终]审|审核|审签)\s*[:：]\s*[\u4e00-\u9fff]{2,4}[\s丨|｜/]*){2,6})[）)】\]]?"
)
_TABLE_CAPTION = re.compile(
    r"\|?\s*(?:索\s*引\s*号|发文字号|发文机关|制发机构|有\s*效\s*性|成文日期|发布日期|主题分类|公开方式|公开时限)\s*\|"
)
_IMPRINT = re.compile(
    r"(?:^|[\s|｜])(主办(?:单位)?|承办(?:单位)?|协办(?:单位)?|技术支持(?:单位)?|地址|邮编|邮政编码|(?:联系)?电话|传真"
    r"|(?:电子)?邮箱|网站标识码|备案号)\s*[:：]"
)
_IMPRINT_ONLY = ("主办", "承办", "邮编", "邮政编码", "技术支持", "网站标识码", "备案号")
_FOOTER = re.compile(
    r".{0,60}(?:ICP备\s*\d{5,}|公网安备\s*\d{5,}|网站标识码\s*[:：]?\s*[A-Za-z]{0,4}\d{5,}).*"
    r"|(?:.{0,30}[\s©])?版权所有(?:[\s:：©(（|].*)?|[^，；：]{2,30}(?:政府|办公室|委员会|[局厅网])版权所有"
    r"|.{0,30}(?:©|Copyright\s*(?:\d{4}|[(@])).*|Copyright\b.*"
    r"|(?:本站|本网站)?(?:建议|推荐|请)使用[^，；]{0,30}(?:浏览器|\d{3,4}\s*[*×xX]\s*\d{3,4})[^，；]{0,30}"
    r"|扫一扫在手机.{0,12}|(?:请?用?(?:手机|微信))?扫描二维码(?:分享.{0,6}|关注.{0,6}|(?:在|用)?手机.{0,6})?"
    r"|技术支持\s*[:：]\s*[^，；：]{2,30}(?:公司|集团)|(?:上|下)一[篇条]\s*[:：].*"
    r"|附件下载\s*[:：]\s*\S{1,60}\.(?:docx?|pdf|wps|ofd|xlsx?|zip|rar)",
    re.IGNORECASE,
)
# Also what the cell of a table or the note below one may say.
_ALSO_WORDS = re.compile(
    r"微信|微博|QQ|登录|注册|搜索|打印|关闭|收藏|分享|转发|默认|字体|字号|来源\s*[:：][^:：]*"
)
# Stamps of the page above or below a report; inside it they may be words about other pages.
_STAMP = re.compile(
    r"(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?\s+)?"
    r"(?:索\s*引\s*号|发布(?:机构|机关|单位)|有\s*效\s*性|公开(?:日期|时间)|(?:文章|稿件|信息)?来源|撰稿)"
    r"\s*[:：][^，。；]{0,120}"
    r"|扫一扫[，,]?分享.{0,6}|回到顶部|您是第\s*\d+\s*位(?:访问者|访客)"
)
_SENTENCE = 20
_MAX_FURNITURE = 160
_PAGE_LENGTH = 200
"""Page numbers that stand apart by at least so many characters need no other evidence."""


def drop_furniture(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """Split ``lines`` into the report's own and the text of the rest.

    A page number leaves a mark behind: pieces of a sentence may stand around it.
    """
    kept: list[Line] = []
    dropped: list[str] = []
    # Between headings and sentences of the report, these are words.
    words = {i for i, line in enumerate(lines) if _ALSO_WORDS.fullmatch(line.text)}
    stamps = {i for i, line in enumerate(lines) if _STAMP.fullmatch(line.text)}
    found = {i for i, line in enumerate(lines) if line.text and is_furniture(line.text)}
    found -= _between(lines, words, _is_of_report)
    found |= stamps - _between(lines, stamps, _may_be_of_report)
    end = site_end(lines, found)
    for index, line in enumerate(lines):
        if not line.text or (index not in found and index not in end):
            kept.append(line)
            continue
        dropped.append(line.text)
        if _PAGE_NUMBER.fullmatch(line.text):
            kept.append(replace(line, text=PAGE_BREAK))
    for repeated in (_page_numbers, running_heads):
        for index in repeated(kept):
            dropped.append(kept[index].text)
            kept[index] = replace(kept[index], text=PAGE_BREAK)
    return kept, dropped


def _between(
    lines: Sequence[Line], found: Collection[int], is_of_report: Callable[[str], bool]
) -> set[int]:
    """Which of the lines that were found stand between two of the report."""
    if not found:
        return set()
    forwards, backwards = range(len(lines)), range(len(lines) - 1, -1, -1)
    first, last = (
        next((index for index in order if is_of_report(lines[index].text)), 0)
        for order in (forwards, backwards)
    )
    return {index for index in found if first < index < last}


def _may_be_of_report(text: str) -> bool:
    return "。" in text or _is_of_report(text)


def _is_of_report(text: str) -> bool:
    if len(text) >= _SENTENCE and "。" in text:
        return True
    marker = read_marker(text)
    return marker is not None and not marker.doubtful


def is_furniture(text: str) -> bool:
    """Whether a line is navigation, a button row, a caption of the page or a page number."""
    if len(text) > _MAX_FURNITURE or "。" in text or read_marker(text):
        return False
    return bool(
        _PAGE_NUMBER.fullmatch(text)
        or _BREADCRUMB.fullmatch(text.replace("&gt;", ">"))
        or _BUTTON.fullmatch(text)
        or _FOOTER.fullmatch(text)
        or _COUNT_OR_EDITOR.fullmatch(text)
        or (_CAPTION.match(text) and _CAPTIONED.search(text) and not re.search("[，；]", text))
        or _TABLE_CAPTION.match(text)
        or _is_menu(text)
        or _is_imprint(text)
    )


def _is_menu(text: str) -> bool:
    """Whether a line is a row of links: 网站首页 走进某县 新闻中心, 关于我们 | 网站地图."""
    words = [word for word in re.split(r"[\s|｜·]+", text) if word]
    if len(words) < 2 or not all(_MENU_WORD.fullmatch(word) for word in words):
        return False
    of_site = [bool(_SITE_WORD.fullmatch(word)) for word in words]
    return sum(of_site) >= 2 or (len(words) > 3 and of_site[0])


def _is_imprint(text: str) -> bool:
    """Whether a line is who runs the site and where: 主办单位：… 承办单位：…"""
    before, *rest = _IMPRINT.split(text)
    labels, values = rest[::2], rest[1::2]
    return (
        not before
        and len(labels) > 1
        and any(label.startswith(_IMPRINT_ONLY) for label in labels)
        and not any(re.search("[，；：:]", value) for value in values)
    )


@dataclass(frozen=True, slots=True)
class _Number:
    """A number on a line of its own, and how it stands in the text."""

    index: int
    value: int
    offset: int
    """How many characters stand before it."""
    interrupts: bool
    """It stands in mid-sentence, where no cell of a table does."""

    def precedes(self, other: _Number) -> bool:
        """Whether ``other`` is the next number."""
        return other.value == self.value + 1

    def is_page_before(self, other: _Number) -> bool:
        """Whether the two are as far apart as the ends of pages."""
        return other.offset - self.offset >= _PAGE_LENGTH


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Bare numbers that are no words of the report: at least two that count up.

    One of two that follow each other must stand in mid-sentence, or they are a
    page apart. The numbers in a table do neither, nor does one number alone.
    """
    pages: set[int] = set()
    by_value: dict[int, _Number] = {}
    interrupting: _Number | None = None
    for number in _numbers_between_paragraphs(lines):
        before = by_value.get(number.value - 1)
        if before and (before.interrupts or number.interrupts or before.is_page_before(number)):
            pages |= {before.index, number.index}
        if number.interrupts:
            if interrupting and interrupting.value < number.value:
                pages |= {interrupting.index, number.index}
            interrupting = number
        by_value[number.value] = number
    return pages


def _numbers_between_paragraphs(lines: Sequence[Line]) -> Iterator[_Number]:
    """The bare numbers that stand between sentences or in one, not between cells."""
    pieces = [(index, line) for index, line in enumerate(lines) if line.text not in BETWEEN]
    layout = Layout.of(lines)
    cell: _Number | None = None
    offset = 0
    heads = repeated_beside_numbers([line.text for _, line in pieces])
    for position, (index, line) in enumerate(pieces):
        offset += len(line.text)
        if not BARE_NUMBER.fullmatch(line.text):
            continue
        before = _next_piece(pieces, position, -1, heads)
        after = _next_piece(pieces, position, 1, heads)
        number = _Number(index, int(line.text), offset, _interrupts(layout, before, after))
        ends = before is None or after is None or bool(layout.width) or ends_sentence(before.text)
        ends = ends or _beside_head(pieces, position, heads)
        in_table = cell is not None and cell.precedes(number) and not cell.is_page_before(number)
        if in_table or not (ends or number.interrupts):
            cell = number
        else:
            yield number


def _beside_head(pieces: Sequence[tuple[int, Line]], position: int, heads: Collection[str]) -> bool:
    beside = pieces[max(0, position - 1) : position + 2 : 2]
    return any(line.text in heads for _, line in beside)


def _next_piece(
    pieces: Sequence[tuple[int, Line]], position: int, step: int, heads: Collection[str]
) -> Line | None:
    """The line beside a number, or beyond the running head that stands between."""
    at = position + step
    if 0 <= at < len(pieces) and pieces[at][1].text in heads:
        at += step
    return pieces[at][1] if 0 <= at < len(pieces) else None


def _interrupts(layout: Layout, before: Line | None, after: Line | None) -> bool:
    """Whether a number between the two lines stands in mid-sentence."""
    if before is None or after is None or not layout.goes_on(before, before, after):
        return False
    # In 培训 / 12 / 期 the number may be the author's; a wrapped line would be longer.
    return bool(layout.width) or not begins_with_unit(after.text)
