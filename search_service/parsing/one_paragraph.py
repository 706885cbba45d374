"""Reports whose line breaks an exporter has lost: all is one paragraph, headings included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from search_service.parsing.lines import Line
from search_service.parsing.markers import read_marker

_MAX_LINES = 4
_MIN_LENGTH = 200
_MIN_NUMBERS = 2
# 一、 and （一） at the start of a sentence or of a word.
_NUMBER = re.compile(
    r"(?:^|(?<=[。！？\s])|(?<=如下[：:]))(?=[（(]?[一二三四五六七八九十]{1,3}(?:、|[）)]))"
)
_TITLE = re.compile(
    r"[^，。；：]{0,40}(?:法治|依法行政)[^，。；：\s]{0,30}(?:报告|总结|白皮书)(?=\s+\S)"
)
# Where a white space stands for a break: not beside figures and letters, not after 一、.
_BREAK = re.compile(r"(?<=[^\s、）)\x21-\x7e])\s+(?=[^\s\x21-\x7e])")
_DAY_AT_END = re.compile(r"\s{0,9}(?=20\d\d年\d{1,2}月\d{1,2}日\s*$)")


def divided(lines: Sequence[Line]) -> Sequence[Line]:
    """``lines`` with such a paragraph divided at its numbers and white space."""
    filled = [index for index, line in enumerate(lines) if line.text]
    if len(filled) > _MAX_LINES:
        return lines
    result: list[Line] = []
    for line in lines:
        starts = list(_counted(line.text)) if len(line.text) >= _MIN_LENGTH else []
        if len(starts) < _MIN_NUMBERS:
            result.append(line)
            continue
        result += [replace(line, text=piece, bold=0) for piece in _pieces(line.text, starts)]
    return result


def _counted(text: str) -> Iterator[int]:
    """Where 一、 二、… and below each of them （一） （二）… stand, counting up."""
    outer = inner = 0
    for match in _NUMBER.finditer(text):
        marker = read_marker(text[match.start() : match.start() + 20])
        if marker is None:
            continue
        if marker.style == "cn" and marker.number == outer + 1:
            outer, inner = marker.number, 0
            yield match.start()
        elif marker.style == "cn_paren" and marker.number == inner + 1:
            inner = marker.number
            yield match.start()


def _pieces(text: str, starts: Sequence[int]) -> Iterator[str]:
    title = _TITLE.match(text)
    edges = sorted({0, *starts, *([title.end()] if title and title.end() < starts[0] else [])})
    for start, end in zip(edges, [*edges[1:], len(text)], strict=True):
        for part in _BREAK.split(text[start:end].strip()):
            yield from (piece for piece in _DAY_AT_END.split(part) if piece)
