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


def contents(lines: Sequence[Line]) -> range:
    """The lines from 目录 to the last entry that is a heading further down."""
    short = (i for i, line in enumerate(lines[:_OPENING]) if len(line.text) <= _MAX_LABEL)
    label = next((i for i in short if _LABEL.fullmatch(lines[i].text)), None)
    if label is None:
        return range(0)
    texts = ["".join(line.text.split()) for line in lines[label + 1 :]]
    known = sorted(texts)
    entries: set[str] = set()
    last = label
    for index, text in enumerate(texts[:_MAX_ENTRIES], label + 1):
        entry = _PAGE.sub("", text)
        if "。" in text or len(text) > _MAX_ENTRY or entry in entries:
            break
        if len(entry) >= _MIN_ENTRY and _is_twice(entry, known):
            entries.add(entry)
            last = index
    return range(label, last + 1) if len(entries) > 1 else range(0)


def _is_twice(entry: str, known: Sequence[str]) -> bool:
    """Whether two of the sorted texts begin with ``entry``, itself being one."""
    at = bisect_left(known, entry)
    return at + 1 < len(known) and known[at + 1].startswith(entry)
