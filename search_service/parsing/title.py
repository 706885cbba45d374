"""What a report is called, and where in its opening the title stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search_service.parsing.issuer import ORGAN, is_body, read_place
from search_service.parsing.lines import Line
from search_service.parsing.markers import read_marker
from search_service.parsing.normal import normal
from search_service.parsing.places import read_chain

_SUBJECT = re.compile(
    r"法治(?:政府|建设|化|工作|[\u4e00-\u9fff]{0,6}政府)|依法(?:行政|治[省市区县镇乡州旗理]|治国)|法制政府|法治|行政执法"
)
_KIND = (
    r"(?:报告|情况|总结|白皮书|蓝皮书|年报|公报|综述|汇报|简报|通报|公告|公示|说明|要点|方案|意见"
    r"|办法|规定|条例|细则|通知|函|请示|批复|计划|打算|思路|安排)"
)
_END = re.compile(rf"{_KIND}(?:[（(《][^（）()]{{1,24}}[）)》])*$")
_BODY = re.compile(rf"{ORGAN.pattern}|[处队所社]$")
_DIVISION = re.compile(r"(?:[省市区县镇乡州旗盟]|街道)$")
_UNFINISHED = re.compile(
    r"^关于|关于$|(?:20\d\d|[〇零一二三四五六七八九○]{4})年(?:度|以来)?$|[的和与及暨、]$"
)
_GOES_ON = re.compile("[及和与暨]")
_NOT_TITLE = re.compile(
    r"[（(【\[].{0,12}(?:来文|单位|机关|文号|签发|日期)|签发人|附件\d*[:：]?$|.*[:：]$|各.{1,30}[:：]|目\s*录$|.{0,20}(?:发文机关|文号|密级|紧急程度)"
)
_SAYS = re.compile(r"(?:现|兹|特)?[将就对把](?!乐)|根据|按照|以下|本(?:文|报告|年)|我")
_LABEL = re.compile(r"(?:标\s*题|(?:文件|信息)?名\s*称)\s*[:：]\s*(?=\S)")
_NAMED = re.compile(r"《([^《》]+)》")
_CAPTION = re.compile(r"[^《》“”]{1,8}[:：].")
_NUMBER = re.compile(r".{1,20}[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]\s*第?\s*\d+\s*号")
_MAX_TITLE_LINE = 60
_MAX_TITLE = 100
_MAX_LINES = 5
_OPENING_LINES = 40


@dataclass(frozen=True, slots=True)
class Title:
    """A title on one line and the lines it was taken from."""

    text: str
    start: int
    """First line of the title, or of the document if there is no title."""
    end: int
    """The line after it: headings come from here on."""
    certain: bool
    """Whether it reads as the title of a report on the rule of law in government."""


def find_title(lines: Sequence[Line]) -> Title:
    """The title in the opening of ``lines``; its text is empty where there is none."""
    opening = [replace(line, text=_bare(line.text)) for line in lines[:_OPENING_LINES]]
    lines = [*opening, *lines[_OPENING_LINES:]]
    head = _head(lines)
    best: Title | None = None
    for start in range(head):
        title = _title_from(lines, start, head)
        # The last one is nearest to the text; of two that end together the
        # shorter has no line of the page above it.
        if title is not None and (best is None or title.end >= best.end):
            best = title
    if best is not None:
        return _extended(lines, _continued(lines, best, head))
    return _plain_title(lines, head)


def one_line(text: str) -> str:
    """``text`` without the spaces that only set its characters apart."""
    return re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", text)


def _head(lines: Sequence[Line]) -> int:
    """How many lines stand before the first paragraph of text or the first heading."""
    for index, line in enumerate(lines[:_OPENING_LINES]):
        marker = read_marker(line.text)
        if _is_text(line.text) or (marker is not None and not marker.doubtful):
            return index
    return min(len(lines), _OPENING_LINES)


def _bare(text: str) -> str:
    """A line that reads as a whole title, without 标题： before it and the 。 or ： after it."""
    if len(text) > _MAX_TITLE:
        return text
    if (named := _NAMED.fullmatch(text)) and _SUBJECT.search(text):
        text = named[1]
    if (label := _LABEL.match(text)) and _SUBJECT.search(text):
        text = text[label.end() :]
    compact = normal(text)
    title = compact[:-1]
    if compact[-1:] not in ("。", ":") or re.search(r"[,，;；:。]", title) or _SAYS.match(title):
        return text
    return text[:-1] if _SUBJECT.search(title) and _END.search(title) else text


def _is_text(text: str) -> bool:
    if len(text) > _MAX_TITLE_LINE and not _END.search(normal(text)):
        return True
    return len(text) > _MAX_TITLE or "。" in text or text[-1] in "，；,;"


def _may_be_part(text: str) -> bool:
    compact = normal(text)
    return not (_NOT_TITLE.match(compact) or _NUMBER.match(compact) or _CAPTION.match(compact))


def _title_from(lines: Sequence[Line], start: int, head: int) -> Title | None:
    """The shortest run of lines from ``start`` that reads as a whole title."""
    joined = ""
    for end in range(start + 1, min(start + _MAX_LINES, head) + 1):
        if not _may_be_part(lines[end - 1].text):
            return None
        joined += one_line(lines[end - 1].text)
        if len(joined) > _MAX_TITLE:
            return None
        compact = normal(joined)
        if _SUBJECT.search(compact) and _END.search(compact) and not compact.startswith("我"):
            return Title(joined, start, end, certain=True)
    return None


def _continued(lines: Sequence[Line], title: Title, head: int) -> Title:
    """``title`` with lines after it that go on with it: …工作总结 / 及2024年工作计划."""
    text = title.text
    for end in range(title.end + 1, min(title.start + _MAX_LINES, head) + 1):
        text += one_line(lines[end - 1].text)
        if len(text) > _MAX_TITLE or not _GOES_ON.match(lines[title.end].text):
            break
        if _END.search(normal(text)):
            return replace(title, text=text, end=end)
    return title


def _extended(lines: Sequence[Line], title: Title) -> Title:
    """``title`` with the lines before it that it goes on from, such as the issuer's."""
    start, text = title.start, title.text
    while start > 0 and title.end - start < _MAX_LINES:
        before = one_line(lines[start - 1].text)
        if not _goes_before(before, text):
            break
        start, text = start - 1, before + text
    return Title(text, start, title.end, certain=True)


def _goes_before(before: str, text: str) -> bool:
    compact = normal(before)
    if not _may_be_part(before) or before in text or len(before) > _MAX_TITLE_LINE:
        return False
    if _UNFINISHED.search(compact) or _holds(compact, normal(text)):
        return True
    if _names_issuer(text, beside=compact):
        return False
    # 依法治区 ends like a division and is none; the name of a body may hold it.
    is_division = _DIVISION.search(compact) and not _SUBJECT.search(compact)
    return bool(is_division or _BODY.search(compact))


def _holds(outer: str, title: str) -> bool:
    """Whether ``outer`` is nothing but the division around the one that begins ``title``."""
    around = read_chain(outer)
    if around.last is None or around.end < len(outer):
        return False
    return len(read_chain(outer + title).divisions) > len(around.divisions)


def _names_issuer(title: str, beside: str) -> bool:
    """Whether ``title`` names its own issuer: a body ``beside`` it is the publisher then.

    Only a party committee signs together with its government.
    """
    start, about, _ = re.split(r"20|二", title)[0].partition("关于")
    if about:
        together = beside.startswith(("中共", "中国共产党"))
        return not together and bool(read_place(normal(start)))
    return bool(_BODY.search(start) or _DIVISION.search(start))


def _plain_title(lines: Sequence[Line], head: int) -> Title:
    """A short first line, for documents that are not such reports."""
    for index in range(head):
        text = lines[index].text
        if lines[index].hint is not None and _is_one_of_many(lines, index):
            break
        if _is_letterhead(lines, index):
            continue
        if _may_be_part(text) and len(text) >= 4 and (head < len(lines) or len(lines) == 1):
            return Title(one_line(text), index, index + 1, certain=False)
    return Title("", 0, 0, certain=False)


def _is_letterhead(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is who writes, above the title: …局文件, or a body above its number."""
    compact = normal(lines[index].text)
    name = compact.removesuffix("文件")
    below = normal(lines[index + 1].text) if index + 1 < len(lines) else ""
    return is_body(name) and (name != compact or _NUMBER.match(below) is not None)


def _is_one_of_many(lines: Sequence[Line], index: int) -> bool:
    """Whether a heading has others on its level: a title stands alone."""
    return sum(line.hint == lines[index].hint for line in lines) > 1
