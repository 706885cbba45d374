"""The embedded engine: Whoosh's index model, executed by arrays."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from search_service.analysis import Segmenter
from search_service.engines.base import (
    Deadline,
    Engine,
    EngineHit,
    EngineResult,
    MatrixRow,
    Sampled,
    Suggestion,
)
from search_service.engines.whoosh import beside
from search_service.engines.whoosh.arrays import digest_of
from search_service.engines.whoosh.backup import copy_in, copy_out
from search_service.engines.whoosh.building import Builder
from search_service.engines.whoosh.changes import noting, without
from search_service.engines.whoosh.facets import count_facets
from search_service.engines.whoosh.grams import Effort, Exhausted
from search_service.engines.whoosh.matching import Matching
from search_service.engines.whoosh.matrix import count_matrix
from search_service.engines.whoosh.scoring import rank
from search_service.engines.whoosh.segment import Segment
from search_service.engines.whoosh.snapshot import Snapshot
from search_service.engines.whoosh.store import Manifest, SegmentEntry, Store
from search_service.errors import IndexDamaged, IndexIncompatible, IndexMissing
from search_service.models import (
    MATCH_KINDS,
    Document,
    FacetField,
    Filters,
    IndexInfo,
    Report,
    Section,
    Sort,
)
from search_service.query import Plan


class WhooshEngine(Engine):
    """An index in a directory of its own."""

    def __init__(self, directory: str | os.PathLike[str], segmenter: Segmenter) -> None:
        self._store = Store(Path(directory))
        self._segmenter = segmenter
        self._snapshot: Snapshot | None = None
        self._pointer = ""
        self._opening = threading.Lock()
        self._builder = Builder(self._store, segmenter)

    # --- opening ---

    def snapshot(self) -> Snapshot:
        """Return the generation being served, opened on first use."""
        snapshot = self._snapshot
        if snapshot is None:
            self.refresh()
            snapshot = self._snapshot
            if snapshot is None:
                raise IndexMissing(f"{self._store.directory}: the index has been closed")
        return snapshot

    def refresh(self) -> bool:
        """Open the current generation if it is not the one being served."""
        if self._store.pointer() == self._pointer and self._snapshot is not None:
            return False
        with self._opening:
            pointer = self._store.pointer()
            if pointer == self._pointer and self._snapshot is not None:
                return False
            self._snapshot = self._open()
            self._pointer = pointer
        return True

    def _open(self) -> Snapshot:
        while True:
            manifest = self._store.manifest()
            self._check_segmenter(manifest)
            try:
                return Snapshot(manifest, self._segments(manifest))
            except FileNotFoundError as error:
                if self._store.manifest().generation == manifest.generation:
                    raise IndexDamaged(
                        f"{error.filename}: the file is missing; rebuild the index"
                    ) from error

    def _segments(self, manifest: Manifest) -> list[Segment]:
        known = {} if self._snapshot is None else {s.name: s for s in self._snapshot.segments}
        return [known.get(entry.name) or self._segment(entry) for entry in manifest.segments]

    def _segment(self, entry: SegmentEntry) -> Segment:
        segment = Segment(self._store.directory / entry.name)
        if segment.file.digest != entry.digest:
            raise IndexDamaged(
                f"{self._store.directory / entry.name}: is not the segment that the manifest "
                "names; rebuild the index"
            )
        return segment

    def _check_segmenter(self, manifest: Manifest) -> None:
        if manifest.segmenter != self._segmenter.fingerprint:
            raise IndexIncompatible(
                f"{self._store.directory}: made with the analysis {manifest.segmenter}, but this "
                f"program uses {self._segmenter.fingerprint}; rebuild the index or use the same "
                "segmenter and dictionary"
            )

    def close(self) -> None:
        """Let go of the index; its maps end with the last result that uses them."""
        self._snapshot = None
        self._pointer = ""

    # --- reading ---

    def info(self) -> IndexInfo:
        """Return which generation is being served."""
        return self.snapshot().info

    def search(
        self,
        plan: Plan,
        filters: Filters = Filters(),
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 10,
        facets: Sequence[FacetField] = (),
        deadline: Deadline = Deadline(),
    ) -> EngineResult:
        """Execute ``plan`` and return one window of its hits."""
        snapshot = self.snapshot()
        matches = Matching(snapshot, deadline).matches(plan)
        ranked = rank(snapshot, plan, matches, filters, sort, offset, limit, deadline)
        return EngineResult(
            [
                _hit(snapshot, number, group, score, deadline)
                for number, group, score in zip(
                    ranked.sections, ranked.groups, ranked.scores, strict=True
                )
            ],
            ranked.total,
            ranked.total_literal,
            snapshot.info,
            count_facets(snapshot, matches.hits, filters, facets) if facets else {},
        )

    def stream(
        self, plan: Plan, filters: Filters, sort: Sort, deadline: Deadline
    ) -> Iterator[EngineHit]:
        """Yield every hit in ranking order."""
        snapshot = self.snapshot()
        matches = Matching(snapshot, deadline).matches(plan)
        ranked = rank(snapshot, plan, matches, filters, sort, 0, snapshot.size, deadline)
        unlimited = Deadline()
        return (
            _hit(snapshot, number, group, score, unlimited)
            for number, group, score in zip(
                ranked.sections, ranked.groups, ranked.scores, strict=True
            )
        )

    def documents(
        self, filters: Filters, sort: Sort, offset: int, limit: int
    ) -> tuple[int, Sequence[Document]]:
        """Return how many documents pass ``filters`` and a window of them, sorted."""
        table = self.snapshot().documents
        numbers = np.flatnonzero(table.accepted(filters))
        ordered = numbers[np.argsort(table.order(sort)[numbers])]
        return len(numbers), [table[n] for n in ordered[offset : offset + limit].tolist()]

    def document(self, document_id: str) -> Document | None:
        """Return a document, or ``None`` if it is not in the index."""
        table = self.snapshot().documents
        number = table.number_of.get(document_id)
        return None if number is None else table[number]

    def report(self, document_id: str) -> Report | None:
        """Return a document with all its sections, or ``None`` if it is not in the index."""
        table = self.snapshot().documents
        number = table.number_of.get(document_id)
        if number is None:
            return None
        segment, local = table.locate(number)
        return segment.report(local)

    def section(self, document_id: str, ordinal: int) -> tuple[Document, Section] | None:
        """Return one section, or ``None`` if it is not in the index."""
        snapshot = self.snapshot()
        number = snapshot.documents.number_of.get(document_id)
        if number is None:
            return None
        first, end = snapshot.sections_of(number)
        if not 0 <= ordinal < end - first:
            return None
        return snapshot.documents[number], snapshot.section(first + ordinal)

    def matrix(self, plan: Plan, filters: Filters, deadline: Deadline) -> Sequence[MatrixRow]:
        """Return a row per (district, year) pair that has documents."""
        return count_matrix(self.snapshot(), plan, filters, deadline)

    def suggest(
        self, prefix: str, limit: int, deadline: Deadline = Deadline()
    ) -> Sequence[Suggestion]:
        """Return words that start with ``prefix``, most frequent first."""
        deadline.check()
        if not prefix:
            return []
        return [Suggestion(*item) for item in self.snapshot().suggestions(prefix, limit)]

    def sample(self, text: str, size: int, deadline: Deadline = Deadline()) -> Sequence[Sampled]:
        """Return up to ``size`` sections whose folded own text contains ``text``, evenly spread."""
        deadline.check()
        snapshot = self.snapshot()
        ids = snapshot.literal(text)
        spread = ids[:: max(-(-len(ids) // size), 1)]
        return [snapshot.sampled(number) for number in spread.tolist()]

    def towns(self) -> frozenset[str]:
        """Return the towns that documents name."""
        return frozenset(self.snapshot().documents.values("town"))

    def totals(
        self, plans: Sequence[Plan], effort: int, deadline: Deadline = Deadline()
    ) -> list[int | None]:
        """Return how many sections each plan finds, as far as ``effort`` goes.

        Literals that several plans share are looked for once.
        """
        matching = Matching(self.snapshot(), deadline, Effort(effort))
        return [_total(matching, plan) for plan in plans]

    def around(self, text: str, size: int, deadline: Deadline) -> Iterator[tuple[int, str]]:
        """Yield sections in which one letter of ``text`` may be another one."""
        return beside.around(self.snapshot(), text, size, deadline)

    def fingerprint(self, document_id: str) -> str | None:
        """Return the fingerprint of the report held under ``document_id``, if any."""
        try:
            table = self.snapshot().documents
        except IndexMissing:
            return None
        number = table.number_of.get(document_id)
        if number is None:
            return None
        segment, local = table.locate(number)
        return segment.fingerprint(local)

    # --- changing ---

    def rebuild(self, reports: Iterable[Report]) -> IndexInfo:
        """Replace the whole content, all or nothing."""
        with self._store.lock():
            previous = self._previous()
            self._store.collect(previous)
            entries = self._builder.build(reports)
            self._store.commit(entries, self._segmenter.fingerprint, previous)
        self.refresh()
        return self.info()

    def update(self, put: Iterable[Report] = (), delete: Iterable[str] = ()) -> IndexInfo:
        """Add or replace reports and delete documents, all or nothing."""
        with self._store.lock():
            try:
                manifest: Manifest | None = self._store.manifest()
                self.refresh()
            except IndexMissing:
                manifest = None
            table = self.snapshot().documents if manifest is not None else None
            self._store.collect(manifest)
            gone = set(delete)
            added = self._builder.build(noting(put, gone))
            numbers = {} if table is None else table.number_of
            dead = {numbers[name] for name in gone if name in numbers}
            if manifest is None or added or dead:
                kept = () if manifest is None else without(manifest, dead)
                entries = self._builder.merged([*kept, *added], self._segment)
                self._store.commit(entries, self._segmenter.fingerprint, manifest)
        self.refresh()
        return self.info()

    # --- keeping ---

    def verify(self) -> IndexInfo:
        """Write every segment again from its own texts, in memory, and compare.

        The same texts give the same bytes, so a segment whose checksum comes out
        differently was not made from what it holds. Raises ``IndexDamaged``.
        """
        snapshot = self.snapshot()
        for entry, segment in zip(snapshot.manifest.segments, snapshot.segments, strict=True):
            reports = [segment.report(number) for number in range(segment.documents)]
            content = self._builder.content(reports)
            if digest_of(next(iter(content))) != entry.digest:
                raise IndexDamaged(
                    f"{self._store.directory / entry.name}: its words or grams are not those of "
                    "its texts; rebuild the index"
                )
        return snapshot.info

    def backup(self, target: Path) -> IndexInfo:
        """Copy the current generation to ``target``, a new or empty folder.

        Writers and readers may go on. What is copied can be served as an index.
        """
        copy_out(self._store, target)
        copy = WhooshEngine(target, self._segmenter)
        try:
            return copy.info()
        finally:
            copy.close()

    def restore(self, backup: Path) -> IndexInfo:
        """Replace the whole content by that of a backup, all or nothing.

        Works also where the index in place is damaged. Raises ``IndexUnusable`` or
        ``IndexMissing`` if the backup cannot be used.
        """
        with self._store.lock():
            previous = self._previous()
            self._store.collect(previous)
            manifest, entries = copy_in(self._store, backup)
            self._check_segmenter(manifest)
            self._store.commit(entries, manifest.segmenter, previous)
        self.refresh()
        return self.info()

    def _previous(self) -> Manifest | None:
        """Return the manifest that a whole new content replaces, if it can be read."""
        try:
            return self._store.manifest()
        except (IndexMissing, IndexDamaged, IndexIncompatible):
            return None


def _total(matching: Matching, plan: Plan) -> int | None:
    try:
        return len(matching.matches(plan).hits)
    except Exhausted:
        return None


def _hit(
    snapshot: Snapshot, number: int, group: int, score: float, deadline: Deadline
) -> EngineHit:
    deadline.check()
    segment, local = snapshot.locate(number)
    section, own = segment.folded_section(local)
    document = segment.document(int(segment.document_of[local]))
    return EngineHit(section, document, MATCH_KINDS[group], score, own)
