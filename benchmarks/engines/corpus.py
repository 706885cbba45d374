"""The corpus as rows that every engine can read: one section a line, tokens included.

Columns, separated by tabs: district, year (empty if unknown), words separated by
spaces, folded own text, own text with ``LINE_FEED`` for line feeds. Folding removes
white space, so no column holds a tab.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from search_service import parsing
from search_service.analysis import Segmenter, fold
from search_service.models import Report

LINE_FEED = "\x01"


@dataclass(frozen=True)
class Rows:
    path: Path
    seconds: float
    """Reading the corpus and cutting it into words, on two processes."""
    sections: int
    text_bytes: int
    """UTF-8 of headings and texts."""


def read_reports(corpus: Path) -> Iterator[Report]:
    for outcome in parsing.read([corpus], lambda *_: False):
        if not isinstance(outcome, parsing.Parsed):
            raise SystemExit(f"{corpus}: {outcome}")
        yield outcome.report


def write_rows(corpus: Path, path: Path) -> Rows:
    started = time.perf_counter()
    reports = list(read_reports(corpus))
    batches = [reports[at : at + 50] for at in range(0, len(reports), 50)]
    sections = size = 0
    # The order of our sections, so that ties fall the same way in every engine.
    with ProcessPoolExecutor(2) as pool, path.open("w", encoding="utf-8", newline="\n") as file:
        for lines in pool.map(_rows, batches):
            file.writelines(lines)
    for report in reports:
        sections += len(report.sections)
        size += sum(len((s.heading + s.text).encode()) for s in report.sections)
    return Rows(path, time.perf_counter() - started, sections, size)


@lru_cache(maxsize=1)
def segmenter() -> Segmenter:
    return Segmenter()


def _rows(reports: list[Report]) -> list[str]:
    words_of = segmenter().search_words
    lines = []
    for report in reports:
        document = report.document
        year = "" if document.year is None else document.year
        for section in report.sections:
            words = words_of(section.heading) + words_of(section.text)
            own = section.own_text.replace("\t", " ").replace("\r", " ").replace("\n", LINE_FEED)
            line = "\t".join([" ".join(words), fold(section.own_text), own])
            lines.append(f"{document.district or ''}\t{year}\t{line}\n")
    return lines
