"""What a printed page or a web page repeats around a report: running heads, the site's end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from search_service.parsing.joining import BARE_NUMBER, BETWEEN, PAGE_BREAK, is_day
from search_service.parsing.lines import Line
from search_service.parsing.markers import read_marker

_SITE_END = re.compile(
    r"[上下]一[篇条]\s*[:：]|.{0,60}(?:ICP备\s*\d{5}|公网安备\s*\d{5}|网站标识码)|.{0,20}版权所有"
    r"|(?:关于(?:我们|本站)|网站地图)(?:[\s|｜].*)?$"
)
_LINKS = re.compile(
    r"(?:相关(?:链接|阅读|新闻|报道|文章)|热点(?:推荐|新闻|信息)|(?:推荐|延伸)阅读|友情链接)\s*[:：]?"
)
"""Captions of lists of links, which no author of a report writes."""
_ATTACHED = re.compile(r"附件|附表|附图|\.(?:docx?|pdf|wps|ofd|xlsx?|zip|rar)$")
_MIN_HEAD, _MAX_HEAD = 6, 40
_MAX_NUMBER = 4
_MAX_TAIL_LINE = 40
_TIMES = 2


def running_heads(lines: Sequence[Line]) -> set[int]:
    """Lines that come back beside page numbers; where all do, the first is the report's."""
    pages = sum(line.text == PAGE_BREAK for line in lines)
    if pages < _TIMES:
        return set()
    texts = [(index, line.text) for index, line in enumerate(lines) if line.text]
    beside: set[int] = set()
    for (index, text), (following, other) in pairwise(texts):
        if text == PAGE_BREAK and _may_be_head(other):
            beside.add(following)
        elif other == PAGE_BREAK and _may_be_head(text):
            beside.add(index)
    counts = Counter(lines[index].text for index in beside)
    often = {text for text, count in counts.items() if count >= max(_TIMES, pages // 2)}
    firsts = {text: index for index, text in reversed(texts) if text in often}
    return {i for i in beside if lines[i].text in often and firsts[lines[i].text] != i}


def repeated_beside_numbers(texts: Sequence[str]) -> set[str]:
    """Lines that stand beside several bare numbers: running heads, if the numbers are of pages."""
    counts: Counter[str] = Counter()
    for first, second in pairwise(texts):
        if len(first) <= _MAX_NUMBER and BARE_NUMBER.fullmatch(first):
            counts[second] += 1
        elif len(second) <= _MAX_NUMBER and BARE_NUMBER.fullmatch(second):
            counts[first] += 1
    return {
        text
        for text, count in counts.items()
        if count >= _TIMES and len(text) >= _MIN_HEAD and _may_be_head(text)
    }


def _may_be_head(text: str) -> bool:
    return (
        text not in BETWEEN
        and 2 < len(text) <= _MAX_HEAD
        and text[-1] not in "。；：，,;:"
        and read_marker(text) is None
    )


def site_end(lines: Sequence[Line], furniture: Collection[int]) -> range:
    """The last lines of a page, from the first that only a site has, such as 上一篇：.

    What follows it is the site's too, if it is neither a sentence nor names an attachment.
    Captions of lists of links begin it where anything follows.
    """
    begin = len(lines)
    last = max((index for index, line in enumerate(lines) if line.text), default=0)
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text
        if not text:
            continue
        of_site = _SITE_END.match(text) and index in furniture
        if of_site or (index < last and _LINKS.fullmatch(text)):
            begin = index
        elif index not in furniture and _is_of_report(text):
            break
    return range(begin, len(lines))


def _is_of_report(text: str) -> bool:
    marker = read_marker(text)
    return (
        "。" in text
        or len(text) > _MAX_TAIL_LINE
        or (marker is not None and not marker.doubtful)
        or is_day(text)
        or bool(_ATTACHED.search(text))
    )
