"""Which paragraphs are headings.

A numbered paragraph is a heading if its number fits those before it and its
first sentence is short enough to be a title. Everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from search_service.parsing.announced import announced_items
from search_service.parsing.contents import contents
from search_service.parsing.lines import Line
from search_service.parsing.lost_numbers import lost_numbers
from search_service.parsing.markers import DEPTH, END, Marker, Style, read_decimal, read_marker
from search_service.parsing.run_in import (
    ENDS,
    GOES_ON,
    MAX_OTHER,
    SENTENCE_END,
    heading_length,
)

_MAX_BOLD = 40
_MAX_MISCOUNTED = 45
_CERTAIN = ("part", "chapter", "division", "article", "cn", "cn_paren")
"""Styles that begin nothing but headings, so that a wrong number does not matter."""
_OF_ROWS = ("cn", "cn_paren")
"""Styles that a form has in its first cell, and the text of the section beside it."""
# Between two cells; a space inside one may stand beside a figure: 2022 年.
_CELL_GAP = re.compile(r"(?<=[\u4e00-\u9fff”》）)])\s+(?=[\u4e00-\u9fff“《（(①]|\d{1,2}[、.．])")
_FIRST = re.compile(r"[前引序导]\s*言")
_LAST = re.compile(r"结\s*(?:束\s*)?语|后\s*记")
_MIN_TEXT = 40
"""A line as long as this is text, also without a stop at its end."""


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
    own = [i for i in range(start, len(lines)) if i not in listing]
    lost = lost_numbers(lines, markers, own)
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
            counter.pass_over(marker, is_item=line.text[-1] in GOES_ON)
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


def _list_items(lines: Sequence[Line], markers: Sequence[Marker | None]) -> Iterator[int]:
    """Sentences in a list of which one is too long to be a heading: then none of them is."""
    series: dict[Style, list[int]] = {}
    for index, marker in enumerate([*markers, END]):
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
            if bare and length == len(lines[index].text) and lines[index].text[-1] in ENDS:
                yield index


def _unnumbered(lines: Sequence[Line], index: int) -> Heading | None:
    """A heading that only its format shows: a heading style, or a short bold line."""
    line = lines[index]
    if line.hint is not None and len(line.text) <= MAX_OTHER:
        return Heading(index, len(line.text), None, line.hint)
    if (
        line.all_bold
        and read_marker(line.text) is None
        and len(line.text) <= _MAX_BOLD
        and line.text[-1] not in SENTENCE_END
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
    if markers[index + 1] is not None or not (following[-1] in ENDS or len(following) >= _MIN_TEXT):
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
    return not line.all_bold and (longer or line.text[-1] in ENDS)
