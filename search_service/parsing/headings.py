"""Which paragraphs are headings, and where a run-in heading ends.

A numbered paragraph is a heading if its number fits those before it and its
first sentence is short enough to be a title. Everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from search_service.parsing.announced import announced_items
from search_service.parsing.contents import contents
from search_service.parsing.lines import Line
from search_service.parsing.lone_numbers import without_numbers
from search_service.parsing.markers import DEPTH, Marker, Style, read_decimal, read_marker

_MAX_LENGTH: dict[Style, int] = {"cn": 100, "cn_paren": 100, "ordinal": 45}
_MAX_OTHER = 80
_MAX_LOST = 45
"""A list item longer than this is an item, not a heading without its number."""
_MAX_BOLD = 40
_MAX_MISCOUNTED = 45
_CERTAIN = ("part", "chapter", "division", "article", "cn", "cn_paren")
"""Styles that begin nothing but headings, so that a wrong number does not matter."""
_OF_ROWS = ("cn", "cn_paren")
"""Styles that a form has in its first cell, and the text of the section beside it."""
_END = Marker("part", 0, 0)
"""Stands for the end of a report, which closes all lists."""
_OPEN, _CLOSE = "（(《“‘「『【〔[", "）)》”’」』】〕]"
_ENDS = "。？！"
# Some type a half-width point for 。; in “五.一” and 3.5 it is none.
_POINT = re.compile(
    r"(?<=[\u4e00-\u9fff”》）])(?<![一二三四五六七八九十])[.．](?=[\u4e00-\u9fff“《（]|$)"
)
_RUN_IN_ITEM = re.compile(r"[\s\u3000]+(?=一是|1[.、．])")
_WIDE_GAP = re.compile(r"(?<=[^\s，。；：]{4})(?:[ ]{2,}|\u3000+)(?=\S.{20})")
# Between two cells; a space inside one may stand beside a figure: 2022 年.
_CELL_GAP = re.compile(r"(?<=[\u4e00-\u9fff”》）)])\s+(?=[\u4e00-\u9fff“《（(①]|\d{1,2}[、.．])")
_CONTENTS = re.compile(r"[.…·．]{3,}\s*\d+$|…\s*\d+$")
# A row of figures, such as 1.备案率  100%.
_FIGURE = re.compile(r"\s(?!(?:19|20)\d\d\s?年)\d[\d,.]*\s?(?:[%％‰]|[\u4e00-\u9fff]{1,2})?$")
_MAX_FIGURE = 20
_TITLE = re.compile(r"\s*[^，,；;、]{1,30}")
# No sentence, date, note or name with 附件.
_PARENT = re.compile(r"(?!附件|.*(?:如下|以下))[^。；！？：:;（(]{3,44}(?<!日)[\u4e00-\u9fff”》]")
_FIRST = re.compile(r"[前引序导]\s*言")
_LAST = re.compile(r"结\s*(?:束\s*)?语|后\s*记")
_MIN_TEXT = 40
"""A line as long as this is text, also without a stop at its end."""
_NEXT_ITEM = re.compile(r"[；;]\s*")
_ITEM_END = "；;"
_GOES_ON = "；;，,、"
_SENTENCE_END = "。；！？，、,;"


@dataclass(frozen=True, slots=True)
class Heading:
    """A paragraph that starts a section."""

    index: int
    """Which line it is."""
    length: int
    """How many characters of the line are heading; the rest is text."""
    marker: Marker | None
    hint: int | None
    """Level stated by the format, where the line has no number."""
    place: Literal["first", "last"] | None = None
    """Where it stands among its siblings, if its name says so: 前言 first and 结语 last."""


def find_headings(lines: Sequence[Line], start: int) -> list[Heading]:
    """The headings among ``lines`` from ``start`` on, in order."""
    listing = contents(lines)
    markers = [
        _marker(line) if i >= start and i not in listing else None for i, line in enumerate(lines)
    ]
    lost = _lost_numbers(lines, markers)
    lost |= _unnumbered_parents(lines, [lost.get(i) or m for i, m in enumerate(markers)], start)
    own = [i for i in range(start, len(lines)) if i not in listing]
    lost |= without_numbers(lines, [lost.get(i) or m for i, m in enumerate(markers)], own)
    listed = {*_list_items(lines, markers), *announced_items(lines, markers)}
    counter = _Counter(markers)
    found: list[Heading] = []
    for index in range(start, len(lines)):
        line, marker = lines[index], lost.get(index) or markers[index]
        heading = None
        if marker is not None and index not in listed:
            heading = _numbered(lines, index, marker, counter)
        if heading is None and index not in listing:
            heading = _named(lines, markers, index, found) or _unnumbered(lines, index)
        if heading is not None:
            found.append(heading)
            if heading.marker is not None:
                counter.note(heading.marker)
        elif marker is not None:
            counter.pass_over(marker, is_item=line.text[-1] in _GOES_ON)
    return found


def _marker(line: Line) -> Marker | None:
    """The number of a line; the first cell of a row may be one too, and is none of a heading."""
    marker = read_marker(line.text) or read_decimal(line.text)
    if line.row and marker is not None and (marker.doubtful or marker.style not in _OF_ROWS):
        return None
    return marker


class _Counter:
    """The number last seen of every style, to tell whether the next one fits."""

    def __init__(self, markers: Iterable[Marker | None]) -> None:
        self._all = {(marker.style, marker.outer, marker.number) for marker in markers if marker}
        self._last: dict[Style, int] = {}
        self._lists: set[Style] = set()

    def note(self, marker: Marker) -> None:
        """Count a heading; lists of inner styles end with it."""
        self._last[marker.style] = marker.number
        self._lists = {style for style in self._lists if DEPTH[style] < DEPTH[marker.style]}

    def pass_over(self, marker: Marker, *, is_item: bool) -> None:
        """Count a numbered paragraph that is text.

        The items that follow a piece of a sentence (1.…；) belong to it.
        """
        if not marker.doubtful and self.fits(marker):
            self._last[marker.style] = marker.number
            if is_item:
                self._lists.add(marker.style)

    def in_list(self, marker: Marker) -> bool:
        """Whether ``marker`` goes on with a list inside a sentence."""
        return marker.style in self._lists and marker.number > 1

    def has_sibling(self, marker: Marker) -> bool:
        """Whether a paragraph of this style carries the number before or after."""
        numbers = (marker.number - 1, marker.number + 1)
        if any((marker.style, marker.outer, number) in self._all for number in numbers):
            return True
        # 2.1 may stand alone after 1.1.
        if marker.number != 1 or not marker.outer:
            return False
        return (marker.style, (*marker.outer[:-1], marker.outer[-1] - 1), 1) in self._all

    def fits(self, marker: Marker) -> bool:
        """Whether the number begins a series or goes on with it; authors repeat or skip one."""
        last = self._last.get(marker.style, 0)
        return marker.number == 1 or last <= marker.number <= last + 2


def _numbered(
    lines: Sequence[Line], index: int, marker: Marker, counter: _Counter
) -> Heading | None:
    text = _first_cell(lines[index], marker)
    if marker.style == "shi":  # 一是… 二是… enumerate inside a section
        return None
    if marker.style == "ordinal" and not counter.has_sibling(marker):
        return None
    length = heading_length(text, marker)
    if length is None or counter.in_list(marker):
        return None
    if marker.doubtful and not (counter.fits(marker) and counter.has_sibling(marker)):
        return None
    if not (counter.fits(marker) or (length <= _MAX_MISCOUNTED and marker.style in _CERTAIN)):
        return None
    return Heading(index, length, marker, None)


def _first_cell(line: Line, marker: Marker) -> str:
    """``line`` up to the cell beside the heading in the row of a form, if sentences stand there."""
    stop = line.text.rfind("。")
    gap = _CELL_GAP.search(line.text, marker.length, stop) if line.row and stop > 0 else None
    return line.text[: gap.start()] if gap else line.text


def heading_length(text: str, marker: Marker) -> int | None:
    """Where the heading that starts with ``marker`` ends, or None if it is too long for one."""
    if marker.length >= len(text) or _CONTENTS.search(text):
        return None
    if _FIGURE.search(text, max(marker.length, len(text) - _MAX_FIGURE)):
        return None
    if marker.style == "article":
        return len(text[: marker.length].rstrip())
    limit = _MAX_LENGTH.get(marker.style, _MAX_OTHER) + marker.length
    end = _first_end(text, marker.length)
    for pattern in (_RUN_IN_ITEM, _WIDE_GAP):
        if gap := pattern.search(text, marker.length, end or len(text)):
            end = gap.start()
    if end is None:
        end = len(text)
        if text[-1] in (_GOES_ON if DEPTH[marker.style] >= DEPTH["arabic"] else _ITEM_END):
            return None
    return end if end <= limit and not _enumerates(text[:end], marker) else None


def _enumerates(text: str, marker: Marker) -> bool:
    """Whether the next numbers stand in the same sentence: 1.…；2.…；3.…。"""
    starts = (match.end() for match in _NEXT_ITEM.finditer(text, marker.length))
    return any(
        inner is not None and (inner.style, inner.number) == (marker.style, marker.number + 1)
        for inner in (read_marker(text[start:]) for start in starts)
    )


def _first_end(text: str, start: int) -> int | None:
    """Offset after the first 。or ：outside of brackets and quotes.

    Where these do not pair, they count for nothing. A colon inside the title (聚焦“放”字：
    深化审批改革) ends nothing: what follows it is short, has no comma, and ends with 。too.
    """
    first = next(_outside(text, start, _ENDS), None)
    if first is None and not _paired(text):
        first = next((at for at in range(start, len(text)) if text[at] in _ENDS), None)
    if point := _POINT.search(text, start, first or len(text)):
        first = point.start()
    end = len(text) if first is None else first + 1
    for colon in _outside(text, start, ":："):
        if colon >= end:
            break
        if _is_colon(text, colon) and not _TITLE.fullmatch(text, colon + 1, end):
            return colon + 1
    return None if first is None else end


def _outside(text: str, start: int, wanted: str) -> Iterator[int]:
    """Where one of ``wanted`` stands outside of brackets and quotes."""
    depth = 0
    for offset in range(start, len(text)):
        char = text[offset]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and char in wanted:
            yield offset


def _paired(text: str) -> bool:
    return sum(map(text.count, _OPEN)) == sum(map(text.count, _CLOSE))


def _is_colon(text: str, offset: int) -> bool:
    """Whether a colon separates words, not the parts of 8:30."""
    return not text[offset + 1 : offset + 2].isdigit()


def _list_items(lines: Sequence[Line], markers: Sequence[Marker | None]) -> Iterator[int]:
    """Sentences in a list of which one is too long to be a heading: then none of them is."""
    series: dict[Style, list[int]] = {}
    for index, marker in enumerate([*markers, _END]):
        if marker is None:
            continue
        closed = [style for style in series if DEPTH[style] > DEPTH[marker.style]]
        if marker.number == 1 and marker.style in series:
            closed.append(marker.style)
        for style in closed:
            yield from _sentences(lines, markers, series.pop(style))
        if DEPTH[marker.style] >= DEPTH["arabic"]:
            series.setdefault(marker.style, []).append(index)


def _sentences(
    lines: Sequence[Line], markers: Sequence[Marker | None], series: Sequence[int]
) -> Iterator[int]:
    lengths = {i: heading_length(lines[i].text, marker) for i in series if (marker := markers[i])}
    if None in lengths.values():
        for index, length in lengths.items():
            bare = index + 1 == len(lines) or markers[index + 1] is not None
            if bare and length == len(lines[index].text) and lines[index].text[-1] in _ENDS:
                yield index


def _lost_numbers(lines: Sequence[Line], markers: Sequence[Marker | None]) -> dict[int, Marker]:
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
    for index, marker in enumerate([*markers, _END]):
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
    end = _first_end(line.text, 0)
    if end is not None and end < len(line.text):  # its text follows in the same paragraph
        return end <= _MAX_LOST
    return len(line.text) <= _MAX_LOST and line.text[-1] not in _SENTENCE_END


def _unnumbered(lines: Sequence[Line], index: int) -> Heading | None:
    """A heading that only its format shows: a heading style, or a short bold line."""
    line = lines[index]
    if line.hint is not None and len(line.text) <= _MAX_OTHER:
        return Heading(index, len(line.text), None, line.hint)
    if (
        line.all_bold
        and read_marker(line.text) is None
        and len(line.text) <= _MAX_BOLD
        and line.text[-1] not in _SENTENCE_END
        and index + 1 < len(lines)
        and _is_body(lines[index + 1], line)
    ):
        return Heading(index, len(line.text), None, None)
    return None


def _named(
    lines: Sequence[Line],
    markers: Sequence[Marker | None],
    index: int,
    before: Sequence[Heading],
) -> Heading | None:
    """前言 above text and before all headings, or 结语 above text and after all numbers of them."""
    line = lines[index]
    if line.hint is not None or line.row or index + 1 == len(lines):
        return None
    following = lines[index + 1].text
    if markers[index + 1] is not None or not (
        following[-1] in _ENDS or len(following) >= _MIN_TEXT
    ):
        return None
    if _FIRST.fullmatch(line.text) and not before:
        return Heading(index, len(line.text), None, None, "first")
    if _LAST.fullmatch(line.text) and not any(
        marker is not None and DEPTH[marker.style] <= DEPTH["cn_paren"]
        for marker in markers[index + 1 :]
    ):
        return Heading(index, len(line.text), None, None, "last")
    return None


def _is_body(line: Line, heading: Line) -> bool:
    """Whether ``line`` can be the text below a bold heading."""
    longer = len(line.text) > len(heading.text)
    return not line.all_bold and (longer or line.text[-1] in _ENDS)
