"""Where a run-in heading ends, and its text goes on in the same paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search_service.parsing.markers import DEPTH, Marker, Style, read_marker

_MAX_LENGTH: dict[Style, int] = {"cn": 100, "cn_paren": 100, "ordinal": 45}
MAX_OTHER = 80
"""Code points of a heading, its number left out: what is longer is text."""
_OPEN, _CLOSE = "（(《“‘「『【〔[", "）)》”’」』】〕]"
ENDS = "。？！"
"""What ends a sentence, and so a run-in heading."""
# Some type a half-width point for 。; in “五.一” and 3.5 it is none.
_POINT = re.compile(
    r"(?<=[\u4e00-\u9fff”》）])(?<![一二三四五六七八九十])[.．](?=[\u4e00-\u9fff“《（]|$)"
)
_RUN_IN_ITEM = re.compile(r"[\s\u3000]+(?=一是|1[.、．])")
_WIDE_GAP = re.compile(r"(?<=[^\s，。；：]{4})(?:[ ]{2,}|\u3000+)(?=\S.{20})")
_CONTENTS = re.compile(r"[.…·．]{3,}\s*\d+$|…\s*\d+$")
# A row of figures, such as 1.备案率  100%.
_FIGURE = re.compile(r"\s(?!(?:19|20)\d\d\s?年)\d[\d,.]*\s?(?:[%％‰]|[\u4e00-\u9fff]{1,2})?$")
_MAX_FIGURE = 20
_TITLE = re.compile(r"\s*[^，,；;、]{1,30}")
_NEXT_ITEM = re.compile(r"[；;]\s*")
_ITEM_END = "；;"
GOES_ON = "；;，,、"
"""What a piece of a sentence ends with."""
SENTENCE_END = "。；！？，、,;"
"""What sentences and their pieces end with, and titles do not."""


def heading_length(text: str, marker: Marker) -> int | None:
    """Where the heading that starts with ``marker`` ends, or None if it is too long for one."""
    if marker.length >= len(text) or _CONTENTS.search(text):
        return None
    if _FIGURE.search(text, max(marker.length, len(text) - _MAX_FIGURE)):
        return None
    if marker.style == "article":
        return len(text[: marker.length].rstrip())
    limit = _MAX_LENGTH.get(marker.style, MAX_OTHER) + marker.length
    end = first_end(text, marker.length)
    for pattern in (_RUN_IN_ITEM, _WIDE_GAP):
        if gap := pattern.search(text, marker.length, end or len(text)):
            end = gap.start()
    if end is None:
        end = len(text)
        if text[-1] in (GOES_ON if DEPTH[marker.style] >= DEPTH["arabic"] else _ITEM_END):
            return None
    return end if end <= limit and not _enumerates(text[:end], marker) else None


def _enumerates(text: str, marker: Marker) -> bool:
    """Whether the next numbers stand in the same sentence: 1.…；2.…；3.…。"""
    starts = (match.end() for match in _NEXT_ITEM.finditer(text, marker.length))
    return any(
        inner is not None and (inner.style, inner.number) == (marker.style, marker.number + 1)
        for inner in (read_marker(text[start:]) for start in starts)
    )


def first_end(text: str, start: int) -> int | None:
    """Offset after the first 。or ：outside of brackets and quotes.

    Where these do not pair, they count for nothing. A colon inside the title (聚焦“放”字：
    深化审批改革) ends nothing: what follows it is short, has no comma, and ends with 。too.
    """
    first = next(_outside(text, start, ENDS), None)
    if first is None and not _paired(text):
        first = next((at for at in range(start, len(text)) if text[at] in ENDS), None)
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
