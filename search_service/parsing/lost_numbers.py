"""Headings that have lost their numbers: list items and short lines where these are missing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from search_service.parsing.lines import Line
from search_service.parsing.markers import DEPTH, END, Marker, Style
from search_service.parsing.run_in import SENTENCE_END, first_end

_MAX_LOST = 45
"""A line longer than this is an item or text, not a heading without its number."""
# No sentence, date, note or name with 附件.
_PARENT = re.compile(r"(?!附件|.*(?:如下|以下))[^。；！？：:;（(]{3,44}(?<!日)[\u4e00-\u9fff”》]")
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


def lost_numbers(
    lines: Sequence[Line], markers: Sequence[Marker | None], own: Sequence[int]
) -> dict[int, Marker]:
    """The lines that are headings without their numbers, with the numbers that they had.

    ``own`` are the lines that may be headings, ascending.
    """
    found = _between_numbers(lines, markers)
    known = [found.get(index) or marker for index, marker in enumerate(markers)]
    found |= _unnumbered_parents(lines, known, own[0] if own else len(lines))
    known = [found.get(index) or marker for index, marker in enumerate(markers)]
    return found | _without_numbers(lines, known, own)


def _between_numbers(lines: Sequence[Line], markers: Sequence[Marker | None]) -> dict[int, Marker]:
    """List items that stand exactly where numbers of 一、 or of （一） are missing."""
    found: dict[int, Marker] = {}
    outer = [(i, m.number) for i, m in enumerate(markers) if m and m.style == "cn"]
    edges = [(-1, 0), *outer, (len(markers), 0)]
    for (start, number), (end, following) in pairwise(edges):
        spare = max(following - number - 1, 0)
        found |= _missing(lines, markers, "cn_paren", range(start + 1, end), spare)
    markers = [found.get(index) or marker for index, marker in enumerate(markers)]
    return found | _missing(lines, markers, "cn", range(len(markers)), 0) | _last(lines, markers)


def _missing(
    lines: Sequence[Line],
    markers: Sequence[Marker | None],
    style: Style,
    span: range,
    spare: int,
) -> dict[int, Marker]:
    """Items for the numbers of ``style`` that are missing in ``span``.

    There must be as many as numbers. Before the first there may be ``spare`` more, which
    have lost numbers of the outer style.
    """
    found = {}
    previous, count = span.start, 0
    for index in span:
        marker = markers[index]
        if marker is None or marker.style != style:
            continue
        missing = marker.number - count - 1
        items = [i for i in range(previous, index) if _may_have_lost(lines[i], markers[i])]
        if missing > 0 and len(items) in (missing, missing + spare):
            for number, item in enumerate(items[-missing:], count + 1):
                found[item] = Marker(style, number, 0)
        previous, count, spare = index + 1, marker.number, 0
    return found


def _last(lines: Sequence[Line], markers: Sequence[Marker | None]) -> dict[int, Marker]:
    """Items that stand for a last number of 一、: below them （一） begins once more."""
    found: dict[int, Marker] = {}
    number, begun = 0, False
    for index, marker in enumerate(markers[:-1]):
        after = markers[index + 1]
        restarts = after is not None and (after.style, after.number) == ("cn_paren", 1)
        if marker is not None and marker.style == "cn":
            number, begun = marker.number, False
        elif marker is not None and marker.style == "cn_paren":
            begun = True
        elif number and begun and restarts and _may_have_lost(lines[index], marker):
            number, begun = number + 1, False
            found[index] = Marker("cn", number, 0)
    return found


def _unnumbered_parents(
    lines: Sequence[Line], markers: Sequence[Marker | None], start: int
) -> dict[int, Marker]:
    """Short lines right above a （一） that begins with no heading of 一、 for it.

    Word shows numbers that the text itself does not hold. The first such line is
    believed if there is another, or if 二、 follows.
    """
    found: dict[int, Marker] = {}
    number, has_parent = 0, False
    first: int | None = None
    for index, marker in enumerate([*markers, END]):
        if marker is None or DEPTH[marker.style] > DEPTH["cn_paren"]:
            continue
        if marker.style != "cn_paren":
            if first is not None and (marker.style, marker.number) != ("cn", 2):
                del found[first]
            first, has_parent = None, True
            number = marker.number if marker.style == "cn" else 0
        elif marker.number == 1:
            above = index - 1
            if not has_parent and above >= start and _may_be_parent(lines[above], markers[above]):
                first = above if number == 0 else None
                number += 1
                found[above] = Marker("cn", number, 0)
            has_parent = False
    return found


def _may_be_parent(line: Line, marker: Marker | None) -> bool:
    return marker is None and bool(_PARENT.fullmatch(line.text))


def _may_have_lost(line: Line, marker: Marker | None) -> bool:
    if not line.bullet or marker is not None:
        return False
    end = first_end(line.text, 0)
    if end is not None and end < len(line.text):  # its text follows in the same paragraph
        return end <= _MAX_LOST
    return len(line.text) <= _MAX_LOST and line.text[-1] not in SENTENCE_END


def _without_numbers(
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
        and len(line.text) <= _MAX_LOST
        and line.text[-1] not in SENTENCE_END + "：:"
        and not (index > 0 and lines[index - 1].bullet)
        and _may_head(lines, markers, index)
    )


def _is_usual(lines: Sequence[Line], markers: Sequence[Marker | None], index: int) -> bool:
    line = lines[index]
    return (
        not line.all_bold
        and len(line.text) <= _MAX_LOST
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
