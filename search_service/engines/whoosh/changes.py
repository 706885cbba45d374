"""What a change makes of the segments of a generation: which documents they no longer hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from search_service.engines.whoosh.store import Manifest, SegmentEntry
from search_service.models import Report


def noting(reports: Iterable[Report], ids: set[str]) -> Iterator[Report]:
    """Pass ``reports`` on and add their ids to ``ids``: what is put replaces what was there."""
    for report in reports:
        ids.add(report.document.id)
        yield report


def without(manifest: Manifest, dead: set[int]) -> list[SegmentEntry]:
    """Return the manifest's segments with the documents ``dead`` marked as deleted."""
    entries = []
    base = 0
    for entry in manifest.segments:
        gone = {number - base for number in dead if base <= number < base + entry.documents}
        deleted = tuple(sorted(gone.union(entry.deleted)))
        if len(deleted) < entry.documents:
            entries.append(replace(entry, deleted=deleted))
        base += entry.documents
    return entries
