"""Numbers of headings on lines of their own, as posts set them: 01, and below it 主要做法."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from search_service.parsing.lines import Line
from search_service.parsing.markers import chinese_number, read_marker

_NUMBER = re.compile(r"[一二三四五六七八九十]{1,2}|0[1-9]")
_HEADING = re.compile(r"[^。；：！？;:!?]{2,40}(?<![，,、])")
_SENTENCE = "。；"


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
