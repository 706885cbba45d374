"""PDF files: lines joined to paragraphs by where they stand on the page.

Read with pdfium (through pypdfium2) in a process of its own, with limits on
time and memory: many times faster than a reader in Python, and a crash or an
endless loop in it ends as a refusal.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from search_service.errors import SourceRefused
from search_service.parsing.cleaning import sanitize
from search_service.parsing.limits import MAX_PDF_MEMORY, MAX_PDF_PAGES, MAX_PDF_SECONDS
from search_service.parsing.lines import Line
from search_service.parsing.markers import read_marker
from search_service.parsing.readers.content import Content
from search_service.parsing.readers.pdf_columns import Run, in_columns

_WORKER = Path(__file__).with_name("pdf_worker.py")
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*\d{1,4}[-—–－·\s]*|第\s*\d+\s*页.{0,12}|\d+\s*/\s*\d+")
_MAX_PITCH = 1.45
_MARGIN_SHARE = 0.1
"""How much of a page's height at each end may hold headers and footers."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One printed line."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    column: int = 0
    """1 and 2 where two columns stand side by side."""

    @property
    def size(self) -> float:
        """Height of its characters."""
        return self.top - self.bottom


def read(name: str, data: bytes) -> Content:
    """The paragraphs of a PDF."""
    pages = _pages(name, data)
    rows = [_rows(runs) for runs in in_columns([page["lines"] for page in pages])]
    empty = [number for number, found in enumerate(rows, 1) if not found]
    if len(empty) == len(rows):
        reason = (
            "It has no text: its pages are pictures (a scan). Run text recognition on it first."
        )
        raise SourceRefused(name, reason)
    body = _without_margins(rows, [float(page["height"]) for page in pages])
    note = f"no text on {_listed(empty)}, which may be scanned" if empty else ""
    return Content(list(_paragraphs(body)), note=note)


def _pages(name: str, data: bytes) -> list[dict[str, Any]]:
    limits = [str(MAX_PDF_PAGES), str(MAX_PDF_SECONDS), str(MAX_PDF_MEMORY)]
    command = [sys.executable, "-I", str(_WORKER), *limits]
    try:
        done = subprocess.run(  # noqa: S603 (our own script, no shell)
            command, input=data, capture_output=True, timeout=MAX_PDF_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise SourceRefused(name, f"Reading it took more than {MAX_PDF_SECONDS} s.") from None
    try:
        result: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise SourceRefused(name, _failure(done)) from None
    if "error" in result:
        raise SourceRefused(name, _reason(result))
    pages: list[dict[str, Any]] = result["pages"]
    if all(page.get("damaged") for page in pages):
        raise SourceRefused(name, "It is damaged: none of its pages can be read.")
    return pages


def _failure(done: subprocess.CompletedProcess[bytes]) -> str:
    if b"No module named" in done.stderr:
        return "PDF files need pypdfium2: install it to read them."
    return "It is damaged, or needs more time or memory than it may have."


def _reason(result: dict[str, Any]) -> str:
    if result["error"] == "password":
        return "It is protected with a password; save it without one."
    if result["error"] == "pages":
        return f"It has {result['count']:,} pages; at most {MAX_PDF_PAGES:,} are read."
    return "It is damaged or cut off, and cannot be opened."


def _listed(pages: Sequence[int]) -> str:
    shown = ", ".join(map(str, pages[:10])) + (" …" if len(pages) > 10 else "")
    return f"page {shown}" if len(pages) == 1 else f"pages {shown}"


def _rows(runs: Sequence[tuple[int, Run]]) -> list[_Row]:
    """Printed lines, from runs of characters: those on one height belong together."""
    rows: list[_Row] = []
    for column, (text, left, bottom, right, top) in runs:
        run = _Row(sanitize(text).replace("\ufffe", "").strip(), left, bottom, right, top, column)
        if not run.text:
            continue
        last = rows[-1] if rows else None
        if last is not None and _same_height(last, run) and run.left >= last.right - 1:
            gap = " " if run.left - last.right > 0.4 * last.size else ""
            whole = last.text + gap + run.text
            lowest, highest = min(last.bottom, bottom), max(last.top, top)
            rows[-1] = _Row(whole, last.left, lowest, right, highest, column)
        else:
            rows.append(run)
    return rows


def _same_height(first: _Row, second: _Row) -> bool:
    if first.column != second.column:
        return False
    overlap = min(first.top, second.top) - max(first.bottom, second.bottom)
    return overlap > 0.5 * min(first.size, second.size)


def _without_margins(pages: list[list[_Row]], heights: list[float]) -> list[list[_Row]]:
    """Leave out page numbers, and headers and footers that come back on other pages."""
    seen: Counter[str] = Counter()
    for rows, height in zip(pages, heights, strict=True):
        seen.update({_shape(row) for row in rows if _in_margin(row, height)})
    often = max(3, len(pages) // 3)
    return [
        [row for row in rows if not _is_margin(row, height, seen, often)]
        for rows, height in zip(pages, heights, strict=True)
    ]


def _in_margin(row: _Row, height: float) -> bool:
    return row.bottom > height * (1 - _MARGIN_SHARE) or row.top < height * _MARGIN_SHARE


def _shape(row: _Row) -> str:
    return re.sub(r"\d+", "0", "".join(row.text.split()))


def _is_margin(row: _Row, height: float, seen: Counter[str], often: int) -> bool:
    if not _in_margin(row, height):
        return False
    return bool(_PAGE_NUMBER.fullmatch(row.text)) or seen[_shape(row)] >= often


def _paragraphs(pages: Sequence[Sequence[_Row]]) -> Iterator[Line]:
    """Join printed lines: a paragraph goes on after a full line, at the left edge."""
    rows = [row for page in pages for row in page]
    edges = {
        column: _edges([row for row in rows if row.column == column])
        for column in {row.column for row in rows}
    }
    pitch = _pitch(rows)
    text, indented = "", False
    last: _Row | None = None
    for row in rows:
        if (
            last is not None
            and last.bottom - row.bottom < _MAX_PITCH * pitch
            and _goes_on(last, row, text, edges)
        ):
            text += (" " if _latin(text[-1]) and _latin(row.text[0]) else "") + row.text
        else:
            if text:
                yield Line(text, indented=indented)
            text, indented = row.text, row.left > edges[row.column][0] + row.size
        last = row
    if text:
        yield Line(text, indented=indented)


def _pitch(rows: Sequence[_Row]) -> float:
    """The usual distance from line to line; where it is much more, a paragraph ends."""
    steps = [a.bottom - b.bottom for a, b in pairwise(rows) if a.bottom > b.bottom]
    return median(steps) if steps else float("inf")


def _edges(rows: Sequence[_Row]) -> tuple[float, float]:
    """The left and right edge of the text: where most long lines begin and end."""
    widest = max(row.right - row.left for row in rows)
    long = [row for row in rows if row.right - row.left > 0.7 * widest]
    lefts = sorted(row.left for row in long)
    return lefts[len(lefts) // 10], median(row.right for row in long)


def _goes_on(last: _Row, row: _Row, text: str, edges: Mapping[int, tuple[float, float]]) -> bool:
    size = max(last.size, row.size, 1.0)
    left, right = edges[last.column]
    # Punctuation that may not start a line pulls a character or two down with it.
    full = last.right > right - 2.2 * size
    at_edge = abs(row.left - edges[row.column][0]) < 0.8 * size
    if not at_edge or not full:
        return False
    # Where paragraphs are not indented, a full line may still end one.
    unindented = last.left - left < 0.8 * size
    starts = read_marker(row.text) is not None
    return not (unindented and starts and text[-1] in "。；：！？")


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
