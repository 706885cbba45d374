"""Which paragraphs are headings, and where a run-in heading ends.

A numbered paragraph is a heading if its number fits those before it and its
first sentence is short enough to be a title. Everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search_service.parsing.lines import Line
from search_service.parsing.markers import DEPTH, Marker, Style, read_marker

_MAX_LENGTH: dict[Style, int] = {"cn": 100, "cn_paren": 100, "ordinal": 45, "shi": 32}
_MAX_OTHER = 80
_MAX_LOST = 45
"""A list item longer than this is an item, not a heading without its number."""
_MAX_BOLD = 40
_MAX_MISCOUNTED = 45
_MAX_LIST = 400
_CERTAIN = ("part", "chapter", "division", "article", "cn", "cn_paren")
"""Styles that begin nothing but headings, so that a wrong number does not matter."""
_OPEN, _CLOSE = "（(《“‘「『【〔[", "）)》”’」』】〕]"
_ENDS = "。？！"
_RUN_IN_ITEM = re.compile(r"[\s\u3000]+(?=一是|1[.、．])")
_WIDE_GAP = re.compile(r"(?<=[^\s，。；：]{4})(?:[ ]{2,}|\u3000+)(?=\S.{20})")
_CONTENTS = re.compile(r"[.…·．]{3,}\s*\d+$|…\s*\d+$")
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


def find_headings(lines: Sequence[Line], start: int) -> list[Heading]:
    """The headings among ``lines`` from ``start`` on, in order."""
    markers = [read_marker(line.text) if i >= start else None for i, line in enumerate(lines)]
    lost = dict(_lost_numbers(lines, markers))
    counter = _Counter(markers)
    found: list[Heading] = []
    for index in range(start, len(lines)):
        line, marker = lines[index], lost.get(index) or markers[index]
        heading = None
        if marker is not None:
            heading = _numbered(lines, markers, index, marker, counter)
        if heading is None:
            heading = _unnumbered(lines, index)
        if heading is not None:
            found.append(heading)
            if heading.marker is not None:
                counter.note(heading.marker)
        elif marker is not None:
            counter.pass_over(marker, is_item=line.text[-1] in _GOES_ON)
    return found


class _Counter:
    """The number last seen of every style, to tell whether the next one fits."""

    def __init__(self, markers: Iterable[Marker | None]) -> None:
        self._all = {(marker.style, marker.number) for marker in markers if marker}
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
        return any((marker.style, marker.number + step) in self._all for step in (-1, 1))

    def fits(self, marker: Marker) -> bool:
        """Whether the number begins a series or goes on with it; authors repeat or skip one."""
        last = self._last.get(marker.style, 0)
        return marker.number == 1 or last <= marker.number <= last + 2


def _numbered(
    lines: Sequence[Line],
    markers: Sequence[Marker | None],
    index: int,
    marker: Marker,
    counter: _Counter,
) -> Heading | None:
    text = lines[index].text
    if marker.style == "shi" and not _stands_alone(lines, markers, index):
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


def heading_length(text: str, marker: Marker) -> int | None:
    """Where the heading that starts with ``marker`` ends, or None if it is too long for one."""
    if marker.length >= len(text) or _CONTENTS.search(text):
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
        if text[-1] in _GOES_ON and DEPTH[marker.style] >= DEPTH["arabic"]:
            return None
    return end if end <= limit else None


def _first_end(text: str, start: int) -> int | None:
    """Offset after the first 。or ：outside of brackets and quotes."""
    depth = 0
    for offset in range(start, len(text)):
        char = text[offset]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and (char in _ENDS or _is_colon(text, offset)):
            return offset + 1
    return None


def _is_colon(text: str, offset: int) -> bool:
    """Whether a colon separates words, not the parts of 8:30."""
    return text[offset] in ":：" and not text[offset + 1 : offset + 2].isdigit()


def _stands_alone(lines: Sequence[Line], markers: Sequence[Marker | None], index: int) -> bool:
    """Whether 一是… is a heading: a short line with its text in the next paragraph.

    All items of its list must be so; otherwise the list is an enumeration.
    """
    members = list(_items(markers, index))
    return len(members) > 1 and all(_is_short_title(lines, markers, i) for i in members)


def _items(markers: Sequence[Marker | None], index: int) -> Iterator[int]:
    """The lines of the 一是 二是 list that ``index`` belongs to."""
    first = index
    for i in range(index, max(-1, index - _MAX_LIST), -1):
        marker = markers[i]
        if marker is not None and marker.style == "shi":
            first = i
            if marker.number == 1:
                break
        elif marker is not None:
            break
    expected = 1
    for i in range(first, min(len(markers), index + _MAX_LIST)):
        marker = markers[i]
        if marker is not None and marker.style == "shi":
            if marker.number < expected:
                break
            expected = marker.number + 1
            yield i
        elif marker is not None and DEPTH[marker.style] < DEPTH["arabic"]:
            break


def _is_short_title(lines: Sequence[Line], markers: Sequence[Marker | None], index: int) -> bool:
    text = lines[index].text
    after = markers[index + 1] if index + 1 < len(lines) else None
    return (
        len(text) <= _MAX_LENGTH["shi"]
        and not any(char in text[:-1] for char in "。；")
        and index + 1 < len(lines)
        and (after is None or after.style in ("arabic", "arabic_paren", "circle"))
        and len(lines[index + 1].text) > len(text)
    )


def _lost_numbers(
    lines: Sequence[Line], markers: Sequence[Marker | None]
) -> Iterator[tuple[int, Marker]]:
    """List items that stand exactly where numbers of the 一、 series are missing."""
    numbered = [(i, m.number) for i, m in enumerate(markers) if m and m.style == "cn"]
    previous, count = 0, 0
    for index, number in numbered:
        if number > count + 1:
            candidates = [i for i in range(previous, index) if _may_have_lost(lines[i], markers[i])]
            if len(candidates) == number - count - 1:
                for offset, candidate in enumerate(candidates, count + 1):
                    yield candidate, Marker("cn", offset, 0)
        previous, count = index + 1, number


def _may_have_lost(line: Line, marker: Marker | None) -> bool:
    return (
        line.bullet
        and marker is None
        and len(line.text) <= _MAX_LOST
        and line.text[-1] not in _SENTENCE_END
    )


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
        and not lines[index + 1].all_bold
        and len(lines[index + 1].text) > len(line.text)
    ):
        return Heading(index, len(line.text), None, None)
    return None
