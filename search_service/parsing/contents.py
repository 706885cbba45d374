"""Which lines are a report's table of contents: its headings stand again in the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from search_service.parsing.lines import Line

_LABEL = re.compile(r"[【\[]?\s*目\s*[录錄次]\s*[】\]]?\s*[:：]?")
_PAGE = re.compile(r"[.…·．\s]*\d{1,3}$")
_MAX_LABEL = 10
_OPENING = 60
"""A table of contents begins within so many lines."""
_MAX_ENTRIES = 200
_MAX_ENTRY = 110
_MIN_ENTRY = 4
_MIN_UNNAMED = 3


def contents(lines: Sequence[Line]) -> range:
    """The lines from 目录 to the last entry that is a heading further down.

    Some lists have no 目录 above them: three lines or more that all stand again are one too.
    """
    texts = ["".join(line.text.split()) for line in lines]
    known = sorted(texts)
    label = next((i for i, text in enumerate(texts[:_OPENING]) if _is_label(text)), None)
    if label is not None:
        found = _entries(texts, known, label + 1)
        return range(label, found[-1] + 1) if len(found) > 1 else range(0)
    for start in range(len(texts[:_OPENING])):
        found = _entries(texts, known, start)
        if len(found) >= _MIN_UNNAMED and found[_MIN_UNNAMED - 1] == start + _MIN_UNNAMED - 1:
            return range(start, found[-1] + 1)
    return range(0)


def _is_label(text: str) -> bool:
    return len(text) <= _MAX_LABEL and _LABEL.fullmatch(text) is not None


def _entries(texts: Sequence[str], known: Sequence[str], start: int) -> list[int]:
    """Which lines from ``start`` on stand again, until one that ends a table of contents."""
    entries: set[str] = set()
    found: list[int] = []
    for index, text in enumerate(texts[start : start + _MAX_ENTRIES], start):
        entry = _PAGE.sub("", text)
        if "。" in text or len(text) > _MAX_ENTRY or entry in entries:
            break
        if len(entry) >= _MIN_ENTRY and _is_twice(entry, known):
            entries.add(entry)
            found.append(index)
    return found


def _is_twice(entry: str, known: Sequence[str]) -> bool:
    """Whether two of the sorted texts begin with ``entry``, itself being one."""
    at = bisect_left(known, entry)
    return at + 1 < len(known) and known[at + 1].startswith(entry)
