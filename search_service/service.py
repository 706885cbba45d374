"""Searches an index and changes it: the public Python API."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from search_service import config, parsing
from search_service.analysis import Segmenter
from search_service.did_you_mean import did_you_mean
from search_service.engines.base import (
    Deadline,
    Engine,
    EngineHit,
    EngineResult,
    MatrixRow,
    Suggestion,
)
from search_service.errors import InvalidRequest, NotFound, SourceRefused
from search_service.facets import facet
from search_service.models import (
    FACET_FIELDS,
    Document,
    Filters,
    Hit,
    IndexInfo,
    MatchKind,
    Mode,
    QueryChunk,
    QueryInfo,
    Report,
    SearchResult,
    Section,
    Sort,
    Span,
)
from search_service.passages import find_matches, named_beside, select_passages
from search_service.query import (
    Chunk,
    Plan,
    Reading,
    as_text,
    only_excludes,
    parse,
    plan,
    relax,
)
from search_service.requests import SearchRequest, Year, check, make_filters
from search_service.suggesting import suggest
from search_service.understanding import Places, recognise

_QUESTION = "法治南岸区2023年有哪些举措？"
"""A question that names a place and a year, so that reading and ranking it needs everything."""
_MISTYPED = "依法形政"
"""A text with a wrong letter, which nearly every index has as 依法行政."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was read, what was left as it was, and what was not read and why."""

    info: IndexInfo
    read: tuple[parsing.Parsed, ...]
    unchanged: tuple[parsing.Unchanged, ...]
    refused: tuple[SourceRefused, ...]


class SearchService:
    """Answers questions over one index. Safe to share between threads."""

    def __init__(self, engine: Engine, segmenter: Segmenter, settings: config.Settings) -> None:
        self.engine = engine
        self.segmenter = segmenter
        self.settings = settings
        self._places = Places(engine)

    def info(self) -> IndexInfo:
        """Return which generation is being served, with its size."""
        return self.engine.info()

    def refresh(self) -> bool:
        """Serve the newest generation from now on; return whether it changed."""
        return self.engine.refresh()

    def warm(self) -> None:
        """Load what is loaded when first needed, so that no request has to wait for it."""
        self.search(_QUESTION)
        self.search(_MISTYPED)
        self.suggest(_QUESTION[:1])

    def close(self) -> None:
        """Release the index."""
        self.engine.close()

    # --- searching ---

    def search(
        self,
        q: str = "",
        *,
        mode: Mode = "auto",
        district: Iterable[str | None] | str | None = (),
        town: Iterable[str | None] | str | None = (),
        year: Iterable[Year | None] | Year | None = (),
        document: Iterable[str] | str | None = (),
        sort: Sort = "relevance",
        page: int = 1,
        per_page: int = 10,
        synonyms: bool = True,
    ) -> SearchResult:
        """Return one page of the sections that match ``q``.

        ``year`` takes years and ranges such as ``"2020..2024"``; ``None`` in a list, or
        ``"未知"``, selects documents without the value. A single value is a list of one.
        ``synonyms`` lets questions, and queries that find nothing, also be answered by the
        terms that stand for what was said. Raises ``InvalidRequest`` for values out of range
        and ``DeadlineExceeded``.
        """
        filters = make_filters(district, town, year, document)
        return self.execute(SearchRequest(q, mode, filters, sort, page, per_page, synonyms))

    def execute(self, request: SearchRequest) -> SearchResult:
        """Carry out ``request``; see ``search``."""
        started = time.perf_counter()
        check(request, self.settings)
        deadline = Deadline(self.settings.search_deadline)
        reading, result = self._answer(
            self._read(request, deadline),
            lambda plan: self.engine.search(
                plan,
                request.filters,
                request.sort,
                (request.page - 1) * request.per_page,
                request.per_page,
                FACET_FIELDS,
                deadline,
            ),
        )
        wanted = reading.marked()
        beside = named_beside(wanted)
        if result.total_literal == 0 and request.mode != "words":
            meant = did_you_mean(
                reading.parsed, request.mode, self.engine, self.segmenter, deadline
            )
            reading = replace(reading, meant=meant)
        return SearchResult(
            query=self._query_info(request, reading),
            total=result.total,
            total_literal=result.total_literal,
            page=request.page,
            per_page=request.per_page,
            hits=tuple(_hit(hit, wanted, beside, deadline) for hit in result.hits),
            facets={
                name: facet(name, result.facets[name], request.filters) for name in FACET_FIELDS
            },
            index=result.info,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def stream(self, request: SearchRequest) -> Iterator[Hit]:
        """Yield every hit that ``execute`` counts, without holding them all."""
        check(replace(request, page=1, per_page=1), self.settings)
        deadline = Deadline(self.settings.search_deadline)
        reading = self._decide(request, deadline)
        hits = self.engine.stream(reading.plan, request.filters, request.sort, deadline)
        wanted = reading.marked()
        beside = named_beside(wanted)
        unlimited = Deadline()
        return (_hit(hit, wanted, beside, unlimited) for hit in hits)

    def matrix(
        self, q: str, mode: Mode = "literal", filters: Filters = Filters()
    ) -> Sequence[MatrixRow]:
        """Return per district and year what is held and how often ``q`` stands there literally."""
        request = SearchRequest(q, mode, filters)
        check(request, self.settings)
        deadline = Deadline(self.settings.search_deadline)
        return self.engine.matrix(self._read(request, deadline).plan, filters, deadline)

    def suggest(self, q: str, limit: int = 10) -> Sequence[Suggestion]:
        """Return words, phrases, headings and places that complete ``q``, most frequent first.

        What stands before the last chunk is kept: ``南岸区 复`` is completed to
        ``南岸区 复议``. Each suggestion finds as many sections literally as it says.
        Raises ``DeadlineExceeded``.
        """
        check(SearchRequest(q), self.settings)
        deadline = Deadline(self.settings.search_deadline)
        return suggest(q, limit, self.engine, self.segmenter, self._places, deadline)

    def read_query(self, request: SearchRequest) -> Reading:
        """Return how the query of ``request`` is read, and whether ``execute`` relaxes it."""
        check(request, self.settings)
        return self._decide(request, Deadline(self.settings.search_deadline))

    def match(self, reading: Reading, section: Section) -> MatchKind | None:
        """Return how ``section`` matches a query that was read; ``None`` if it does not."""
        deadline = Deadline(self.settings.search_deadline)
        alone = Filters(document=(section.document_id,))
        hits = self.engine.stream(reading.plan, alone, "document", deadline)
        return next((hit.match for hit in hits if hit.section.id == section.id), None)

    # --- reading documents ---

    def documents(
        self,
        filters: Filters = Filters(),
        sort: Sort = "document",
        page: int = 1,
        per_page: int = 10,
    ) -> tuple[int, Sequence[Document]]:
        """Return how many documents pass ``filters`` and one page of them."""
        check(SearchRequest("", "auto", filters, sort, page, per_page), self.settings)
        return self.engine.documents(filters, sort, (page - 1) * per_page, per_page)

    def report(self, document_id: str) -> Report:
        """Return a document with its sections; raises ``NotFound``."""
        report = self.engine.report(document_id)
        if report is None:
            raise NotFound(f"there is no document {document_id!r} in the index")
        return report

    def section(self, document_id: str, ordinal: int) -> tuple[Document, Section]:
        """Return one section with its document; raises ``NotFound``."""
        found = self.engine.section(document_id, ordinal)
        if found is None:
            raise NotFound(f"there is no section {document_id}/{ordinal} in the index")
        return found

    def matches(
        self, section: Section, q: str, mode: Mode = "auto"
    ) -> tuple[list[Span], list[Span]]:
        """Return what ``q``, searched without filters, marks in heading and text of ``section``."""
        return self.marker(q, mode)(section)

    def marker(
        self, q: str, mode: Mode = "auto"
    ) -> Callable[[Section], tuple[list[Span], list[Span]]]:
        """Read ``q`` once; what is returned does as ``matches`` for any section."""
        request = SearchRequest(q, mode)
        check(request, self.settings)
        deadline = Deadline(self.settings.search_deadline)
        reading = self._read(request, deadline)
        if any(chunk.synonyms and not chunk.sentence for chunk in reading.parsed.wanted()):
            reading = self._decide(request, deadline)  # they count only if nothing else is found
        wanted = reading.marked()
        return lambda section: find_matches(section, wanted) if wanted else ([], [])

    # --- changing ---

    def update(self, put: Iterable[Report] = (), delete: Iterable[str] = ()) -> IndexInfo:
        """Add or replace reports and delete documents; searchable and durable on return."""
        return self.engine.update(put, delete)

    def ingest(
        self,
        sources: Iterable[str | Path],
        rebuild: bool = False,
        notice: Callable[[str], None] | None = None,
    ) -> BuildReport:
        """Read ``sources`` into the index; ``notice`` is told each source when it is read.

        Sources that have not changed since they were indexed are left alone, unless
        ``rebuild`` replaces the whole content. What cannot be read is reported and does
        not stop the rest.
        """
        read: list[parsing.Parsed] = []
        unchanged: list[parsing.Unchanged] = []
        refused: list[SourceRefused] = []

        def known(document_id: str, fingerprint: str) -> bool:
            return not rebuild and self.engine.fingerprint(document_id) == fingerprint

        def reports() -> Iterator[Report]:
            for outcome in parsing.read(sources, known):
                if notice is not None:
                    notice(_source(outcome))
                if isinstance(outcome, parsing.Parsed):
                    read.append(replace(outcome, report=replace(outcome.report, sections=())))
                    yield outcome.report
                elif isinstance(outcome, parsing.Unchanged):
                    unchanged.append(outcome)
                else:
                    refused.append(outcome)

        info = self.engine.rebuild(reports()) if rebuild else self.engine.update(reports())
        return BuildReport(info, tuple(read), tuple(unchanged), tuple(refused))

    # --- keeping ---

    def backup(self, target: str | os.PathLike[str]) -> IndexInfo:
        """Copy the index to ``target``, a new or empty folder, while writes may go on.

        The copy is one generation, verified and flushed, and can be served as it is.
        """
        return self.engine.backup(Path(target))

    def restore(self, backup: str | os.PathLike[str]) -> IndexInfo:
        """Replace the whole index by a backup, all or nothing; servers follow by themselves."""
        return self.engine.restore(Path(backup))

    # --- inside ---

    def _read(self, request: SearchRequest, deadline: Deadline) -> Reading:
        parsed = parse(request.q, self.segmenter, request.synonyms)
        chunks = list(parsed.chunks())
        if len(chunks) > self.settings.max_chunks:
            raise InvalidRequest(
                {"q": [f"has {len(chunks)} chunks; at most {self.settings.max_chunks} are allowed"]}
            )
        if only_excludes(parsed):
            text = as_text(parsed, self.segmenter)
            if self.engine.search(plan(text, "literal"), limit=0, deadline=deadline).total:
                parsed = text
        warnings = list(parsed.warnings)
        if request.mode == "auto":
            parsed = recognise(parsed, self._places, self.segmenter)
        if request.mode == "words":
            warnings.extend(
                f"“{chunk.text}” 不含可检索的词；请改用 literal 或 auto 模式"
                for chunk, _ in chunks
                if not chunk.words and not chunk.quoted
            )
        return Reading(parsed, request.mode, plan(parsed, request.mode), tuple(warnings))

    def _answer(
        self, reading: Reading, find: Callable[[Plan], EngineResult]
    ) -> tuple[Reading, EngineResult]:
        """Return what ``find`` finds, relaxed where nothing matches as asked, and the reading."""
        found = find(reading.plan)
        if found.total or reading.mode != "auto":
            return reading, found
        relaxed_plans = (relax(reading.parsed), relax(reading.parsed, of_places=True))
        for relaxed in dict.fromkeys(relaxed_plans):
            if relaxed is not None and (widened := find(relaxed)).total:
                return replace(reading, plan=relaxed, relaxed=True), widened
        return reading, found  # what is counted beside no hits is still what was asked

    def _decide(self, request: SearchRequest, deadline: Deadline) -> Reading:
        """Return how the query is read, relaxed where ``execute`` relaxes it."""
        reading = self._read(request, deadline)
        if request.mode != "auto":
            return reading  # never relaxed, so there is nothing to count
        return self._answer(
            reading,
            lambda plan: self.engine.search(plan, request.filters, limit=0, deadline=deadline),
        )[0]

    def _query_info(self, request: SearchRequest, reading: Reading) -> QueryInfo:
        return QueryInfo(
            q=request.q,
            mode=request.mode,
            filters=request.filters,
            sort=request.sort,
            chunks=tuple(
                QueryChunk(
                    chunk.text,
                    chunk.words,
                    chunk.quoted,
                    exclude,
                    chunk.shown_parts(),
                )
                for chunk, exclude in reading.parsed.chunks()
            ),
            relaxed=reading.relaxed,
            warnings=reading.warnings,
            synonyms=reading.synonyms(),
            did_you_mean=reading.meant,
        )


def _source(outcome: parsing.Parsed | parsing.Unchanged | SourceRefused) -> str:
    return outcome.report.document.source if isinstance(outcome, parsing.Parsed) else outcome.source


def _hit(hit: EngineHit, wanted: list[Chunk], beside: frozenset[str], deadline: Deadline) -> Hit:
    deadline.check()
    heading, text = find_matches(hit.section, wanted, hit.own)
    passages = select_passages(hit.section.text, text, beside)
    return Hit(hit.section, hit.document, hit.match, hit.score, tuple(passages), tuple(heading))
