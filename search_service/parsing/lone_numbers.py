"""Headings without their numbers: these stand on the line above, as posts set them, or nowhere."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from search_service.parsing.lines import Line
from search_service.parsing.markers import DEPTH, Marker, Style, chinese_number, read_marker

_NUMBER = re.compile(r"[一二三四五六七八九十]{1,2}|0[1-9]")
_HEADING = re.compile(r"[^。；：！？;:!?]{2,40}(?<![，,、])")
_SENTENCE = "。；"
_MAX_ITEM = 45
_NO_ITEM = "。；！？，、：,;:"
_WORK = r"工作|做法|举措|措施|情况|成效|成绩|亮点|特色|开展|落实|推进|完成|进展|取得"
_USUAL = re.compile(
    rf"(?:20\d\d年度?)?(?:推进)?(?:法治政府建设)?的?(?:主要)?(?:工作|做法|举措|措施|成效)(?:{_WORK}|主要|的|[和及与、])*"
    r"|存在的?(?:主要|突出)?(?:问题|不足|困难|短板)(?:问题|不足|困难|短板|主要|原因|分析|[和及与、])*"
    r"|(?:下一?步|下一?阶段|今后|20\d\d年度?)(?:法治政府建设|主要|重点|工作|的)*"
    r"(?:打算|安排|计划|思路|重点|目标|举措|措施|[和及与、])+"
)
"""What the parts of such reports are called: nothing but these words."""
_INNER: dict[Style, Style] = {
    "part": "cn",
    "chapter": "cn",
    "division": "cn",
    "cn": "cn_paren",
    "cn_paren": "arabic",
    "arabic": "arabic_paren",
}
"""How what stands below a heading is numbered."""


def with_their_headings(lines: Sequence[Line]) -> list[Line]:
    """``lines`` with every such number before the words of its heading.

    They count up from one, and below each heading stands text: cells of a table do not.
    """
    found: dict[int, int] = {}
    for value, number, heading in _numbered(lines):
        if value == len(found) + 1:
            found[number] = heading
    if len(found) < 2:
        return list(lines)
    joined = list(lines)
    for number, heading in found.items():
        text = f"{lines[number].text} {lines[heading].text}"
        joined[number] = Line("")
        joined[heading] = replace(lines[heading], text=text, bold=0)
    return joined


def _numbered(lines: Sequence[Line]) -> Iterator[tuple[int, int, int]]:
    """The value of every number that may be one, its line and the line of its heading."""
    for index, line in enumerate(lines):
        if len(line.text) > 2 or not _NUMBER.fullmatch(line.text):
            continue
        below = [at for at in range(index + 1, min(index + 6, len(lines))) if lines[at].text][:2]
        if len(below) == 2 and _may_be_heading(lines[below[0]]) and _is_text(lines[below[1]]):
            text = line.text
            yield int(text) if text.isdecimal() else chinese_number(text), index, below[0]


def _may_be_heading(line: Line) -> bool:
    return bool(_HEADING.fullmatch(line.text)) and read_marker(line.text) is None


def _is_text(line: Line) -> bool:
    return any(sign in line.text for sign in _SENTENCE) or read_marker(line.text) is not None


def without_numbers(
    lines: Sequence[Line], markers: Sequence[Marker | None], own: Sequence[int]
) -> dict[int, Marker]:
    """Headings that have lost their numbers without a trace, with the numbers that they had.

    They are list items, each above text of its own, or parts of the usual names where
    nothing is numbered 一、. One alone is none. ``own`` are the lines that may be headings,
    and a marker without length is a number that its surroundings gave back.
    """
    items = [index for index in own if _is_item(lines, markers, index)]
    found: dict[int, Marker] = {}
    if not any(marker and marker.style == "cn" and marker.length for marker in markers):
        found = _counted(_parts(lines, markers, own, items), "cn")
    inner: dict[int, list[int]] = {}
    parents = [i for i, marker in enumerate(markers) if marker or i in found]
    for index in items:
        above = bisect_left(parents, index) - 1
        if index not in found and above >= 0:
            inner.setdefault(parents[above], []).append(index)
    for index, group in inner.items():
        parent = found.get(index) or markers[index]
        if parent and (style := _INNER.get(parent.style)):
            found |= _counted(group, style)
    return found


def _counted(indices: Sequence[int], style: Style) -> dict[int, Marker]:
    if len(indices) < 2:
        return {}
    return {index: Marker(style, number, 0) for number, index in enumerate(indices, 1)}


def _parts(
    lines: Sequence[Line],
    markers: Sequence[Marker | None],
    own: Sequence[int],
    items: Sequence[int],
) -> list[int]:
    """The outermost headings of a report without 一、: items are, before any other number."""
    given = [i for i, marker in enumerate(markers) if marker and marker.style == "cn"]
    numbered = next((i for i, marker in enumerate(markers) if marker and marker.length), len(lines))
    usual = [index for index in own if _is_usual(lines, markers, index)]
    if min([*given, *items], default=numbered) < numbered:
        usual += items
    return sorted({*given, *usual})


def _is_item(lines: Sequence[Line], markers: Sequence[Marker | None], index: int) -> bool:
    """Whether a line is the only item of a list, and short, with text below it."""
    line = lines[index]
    return (
        line.bullet
        and len(line.text) <= _MAX_ITEM
        and line.text[-1] not in _NO_ITEM
        and not (index > 0 and lines[index - 1].bullet)
        and _may_head(lines, markers, index)
    )


def _is_usual(lines: Sequence[Line], markers: Sequence[Marker | None], index: int) -> bool:
    line = lines[index]
    return (
        not line.all_bold
        and _USUAL.fullmatch(line.text) is not None
        and _may_head(lines, markers, index)
    )


def _may_head(lines: Sequence[Line], markers: Sequence[Marker | None], index: int) -> bool:
    """Whether a line has no number or format of its own, and text or （一） is below it."""
    line = lines[index]
    if markers[index] is not None or line.hint is not None or line.row or index + 1 == len(lines):
        return False
    below, marker = lines[index + 1], markers[index + 1]
    first = marker is not None and marker.number == 1 and DEPTH[marker.style] > DEPTH["cn"]
    return not below.bullet and (first or below.text.endswith("。"))
