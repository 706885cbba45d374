"""Results for reading in a terminal, where Chinese characters take two columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TextIO

from wcwidth import wcswidth, wcwidth

from search_service.models import UNKNOWN, Hit, SearchResult, Span

COLUMNS = 80

_MARK = ("\x1b[1;31m", "\x1b[0m")
_TITLE = ("\x1b[1m", "\x1b[0m")
_PLAIN = ("", "")
_NOT_FIRST = frozenset("，。；：！？、）》」』”’％%,.;:!?)]")
"""What may not stand at the beginning of a line."""

_MATCH_NAMES = {"literal": "逐字", "words": "按词", "partial": "部分"}


def obeys(stream: TextIO) -> bool:
    """Return whether ``stream`` is a terminal that understands escape sequences."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and os.name != "nt"


def width(text: str) -> int:
    """Return how many columns ``text`` takes."""
    return max(wcswidth(text), 0) if text.isprintable() else sum(map(_columns, text))


def _columns(character: str) -> int:
    return max(wcwidth(character), 0)


def pad(text: str, columns: int) -> str:
    """Return ``text`` followed by spaces up to ``columns``."""
    return text + " " * (columns - width(text))


def wrap(text: str, columns: int) -> list[tuple[int, int]]:
    """Return where the lines of ``text`` start and end so that each fits ``columns``.

    Chinese breaks anywhere except before closing punctuation, Latin words and numbers
    stay whole where they fit.
    """
    lines: list[tuple[int, int]] = []
    start, used, at = 0, 0, 0
    while at < len(text):
        if text[at] == "\n":
            lines.append((start, at))
            start, used, at = at + 1, 0, at + 1
            continue
        used += _columns(text[at])
        if used > columns and at > start:
            at = _break(text, start, at)
            lines.append((start, at))
            start, used = at, 0
            continue
        at += 1
    lines.append((start, len(text)))
    return lines


def _break(text: str, start: int, limit: int) -> int:
    """Return where to break a line that may not reach past ``limit``."""
    at = limit
    while at > start + 1 and (text[at] in _NOT_FIRST or _inside_word(text, at)):
        at -= 1
    return at if at > start + 1 else limit


def _inside_word(text: str, at: int) -> bool:
    return all(c.isascii() and not c.isspace() for c in text[at - 1 : at + 1])


def marked_lines(text: str, marks: Sequence[Span], columns: int, color: bool) -> list[str]:
    """Wrap ``text`` with what is marked in colour, or in 【】."""
    if not color:
        shown = _inserted(text, marks, "【", "】")
        return [shown[start:end] for start, end in wrap(shown, columns)]
    lines = []
    for start, end in wrap(text, columns):
        inside = [
            Span(max(mark.start, start) - start, min(mark.end, end) - start)
            for mark in marks
            if mark.start < end and start < mark.end
        ]
        lines.append(_inserted(text[start:end], inside, *_MARK))
    return lines


def _inserted(text: str, marks: Sequence[Span], before: str, after: str) -> str:
    pieces, reached = [], 0
    for mark in marks:
        pieces += [text[reached : mark.start], before, text[mark.start : mark.end], after]
        reached = mark.end
    return "".join([*pieces, text[reached:]])


def search_text(result: SearchResult, columns: int = COLUMNS, color: bool = False) -> str:
    """Return a page of hits for reading; matches stand in colour or in 【】."""
    lines = [f"{result.total} 节，其中 {result.total_literal} 节逐字相同"]
    if result.query.relaxed:
        lines.append("没有完全符合的，以下含其中部分词语")
    lines.extend(one_line(warning) for warning in result.query.warnings)
    for name, title in (("district", "地区"), ("year", "年份")):
        values = [
            f"{UNKNOWN if v.value is None else v.value} {v.count}"
            for v in result.facets[name]  # type: ignore[index]
        ]
        if values:
            lines.extend(_hanging(f"{title}：", one_line("，".join(values)), columns))
    first = (result.page - 1) * result.per_page + 1
    for number, hit in enumerate(result.hits, first):
        lines += ["", *_hit_lines(number, hit, columns, color)]
    if result.pages > 1:
        lines += ["", f"第 {result.page} 页，共 {result.pages} 页"]
    return "".join(f"{line}\n" for line in lines)


def _hit_lines(number: int, hit: Hit, columns: int, color: bool) -> list[str]:
    title = _TITLE if color else _PLAIN
    document = hit.document
    place = " · ".join(part for part in (document.district or UNKNOWN, document.town) if part)
    label = f"{number}. "
    facts = f"{place}  {document.year or UNKNOWN}  {_MATCH_NAMES[hit.match]}  {hit.section.id}"
    lines = [label + title[0] + one_line(facts) + title[1]]
    headings = " › ".join([*hit.section.path, hit.section.heading]).strip()
    inner = columns - 4
    if headings:
        offset = len(headings) - len(hit.section.heading)
        marks = [Span(m.start + offset, m.end + offset) for m in hit.heading_matches]
        lines += _indented(marked_lines(one_line(headings), marks, inner, color))
    for passage in hit.passages:
        marks = [Span(m.start - passage.start, m.end - passage.start) for m in passage.matches]
        lines += _indented(marked_lines(clean(passage.text), marks, inner, color))
    return lines


def clean(text: str) -> str:
    """Replace control characters one for one, so that offsets stay right."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def one_line(text: str) -> str:
    """Replace control characters and line breaks: what a file is called cannot forge a line."""
    return clean(text).replace("\n", " ")


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _hanging(label: str, text: str, columns: int) -> list[str]:
    indent = width(label)
    parts = [text[a:b] for a, b in wrap(text, columns - indent)]
    return [(label if n == 0 else " " * indent) + part for n, part in enumerate(parts)]


def table(rows: Sequence[Sequence[str]], gap: str = "  ") -> list[str]:
    """Return rows as lines with aligned columns; the first row is the heading."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(width(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        gap.join(pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
