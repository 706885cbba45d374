"""All hits of a search as a table or as JSON lines, piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from search_service.api import render
from search_service.models import Hit

COLUMNS = (
    "id",
    "match",
    "score",
    "district",
    "town",
    "year",
    "document",
    "title",
    "issuer",
    "date",
    "number",
    "source",
    "path",
    "heading",
    "text",
    "page",
)

_BYTE_ORDER_MARK = "\ufeff"  # tells Excel that a CSV file is UTF-8
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What begins a formula; Chinese and Japanese spreadsheets take the full-width signs too."""
BATCH = 100
"""Hits that are sent together."""


def _csv(hits: Iterable[Hit], root: str) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_BYTE_ORDER_MARK)
    hits = iter(hits)
    writer.writerow(COLUMNS)
    while True:
        batch = list(islice(hits, BATCH))
        writer.writerows([_cell(value) for value in _row(hit, root)] for hit in batch)
        yield buffer.getvalue().encode()
        if not batch:
            return
        buffer.seek(0)
        buffer.truncate()


def _json_lines(hits: Iterable[Hit], root: str) -> Iterator[bytes]:
    hits = iter(hits)
    while batch := list(islice(hits, BATCH)):
        yield b"".join(
            render.encode({**render.hit(hit, root), "text": hit.section.text}) + b"\n"
            for hit in batch
        )


def _row(hit: Hit, root: str) -> tuple[Any, ...]:
    document, section = hit.document, hit.section
    return (
        section.id,
        hit.match,
        round(hit.score, 4),
        document.district,
        document.town,
        document.year,
        document.id,
        document.title,
        document.issuer,
        document.date,
        document.number,
        document.source,
        " / ".join(section.path),
        section.heading,
        section.text,
        render.links(section, root)["page"],
    )


def _cell(value: Any) -> Any:
    # A spreadsheet would run text that begins like a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write hits."""

    content_type: str
    write: Callable[[Iterable[Hit], str], Iterator[bytes]]
    """Takes the hits and where the application is mounted."""


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", _csv),
    "jsonl": Format("application/x-ndjson", _json_lines),
}
