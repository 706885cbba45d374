"""Segments made of reports, and fewer segments made of many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from search_service.analysis import Segmenter
from search_service.engines.whoosh.segment import Segment, segment_file
from search_service.engines.whoosh.store import SegmentEntry, Store
from search_service.models import Report

SEGMENT_CHARACTERS = 20_000_000
"""A build starts a new segment after this many, which bounds its memory (about 2 GiB)."""

SMALL_SECTIONS = 20_000
"""Segments below this are merged with one another."""

MERGE_SEGMENTS = 8
"""A commit merges small segments when there would be more of them than this."""

_Written = tuple[SegmentEntry, list[str]]
"""A segment that was written, and the ids of its documents by number."""


class Builder:
    """Writes segments into a store."""

    def __init__(self, store: Store, segmenter: Segmenter) -> None:
        self._store = store
        self._segmenter = segmenter
        self._processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2

    def content(self, reports: Sequence[Report]) -> Iterator[bytes | memoryview]:
        """Yield the bytes of a segment that holds ``reports``; the same reports, the same bytes."""
        return segment_file(reports, self._segmenter, self._processes)

    def build(self, reports: Iterable[Report]) -> list[SegmentEntry]:
        """Write segments that hold ``reports``; of several with one id the last counts."""
        written: list[_Written] = []
        batch: dict[str, Report] = {}
        size = 0
        for report in reports:
            batch[report.document.id] = report
            size += sum(len(section.own_text) for section in report.sections)
            if size >= SEGMENT_CHARACTERS:
                written = [*_superseded(written, batch), (self._write(batch), sorted(batch))]
                batch, size = {}, 0
        if batch:
            written = [*_superseded(written, batch), (self._write(batch), sorted(batch))]
        return [entry for entry, _ in written if len(entry.deleted) < entry.documents]

    def _write(self, reports: Mapping[str, Report]) -> SegmentEntry:
        sections = sum(len(report.sections) for report in reports.values())
        content = self.content(list(reports.values()))
        return self._store.add_segment(content, len(reports), sections)

    def merged(
        self, entries: Sequence[SegmentEntry], opened: Callable[[SegmentEntry], Segment]
    ) -> list[SegmentEntry]:
        """Merge small segments where there are too many, and segments that are mostly deleted.

        A merge is a build from the stored reports, read from what ``opened`` returns. It
        takes the smallest segments, about half of the small ones, so that a report is
        rewritten a logarithmic number of times.
        """
        small = sorted(
            (entry for entry in entries if entry.sections < SMALL_SECTIONS),
            key=lambda entry: entry.sections,
        )
        merged = small[: len(small) - MERGE_SEGMENTS // 2] if len(small) > MERGE_SEGMENTS else []
        merged += [e for e in entries if 2 * len(e.deleted) > e.documents and e not in merged]
        if not merged:
            return list(entries)
        reports = (
            report for entry in merged for report in _reports(opened(entry), set(entry.deleted))
        )
        return [e for e in entries if e not in merged] + self.build(reports)


def _superseded(written: Sequence[_Written], batch: Mapping[str, Report]) -> list[_Written]:
    """Mark as deleted what a later batch of the same build holds again."""
    return [
        (
            replace(
                entry,
                deleted=tuple(
                    n for n, name in enumerate(ids) if name in batch or n in entry.deleted
                ),
            ),
            ids,
        )
        for entry, ids in written
    ]


def _reports(segment: Segment, deleted: set[int]) -> Iterator[Report]:
    for number in range(segment.documents):
        if number not in deleted:
            yield segment.report(number)
